"""Which person stands behind a device, by the circle's signed log and its list of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication

from circle_app.workspace import spaces
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.people import people


@dataclass(frozen=True, slots=True)
class Authors:
    """`names` are people's names by the first 8 bytes of their device's id; `mine` begins this computer's."""

    names: Mapping[bytes, str] = field(default_factory=dict)
    mine: bytes = b""

    def of_device(self, dev: bytes) -> str:
        """The name of a device's person, "" when nobody here goes by it."""
        return self.names.get(dev[:8], "")

    def says(self, dev: bytes) -> str:
        """How to call a device's person in a sentence: "You", a name, or "Somebody"."""
        if self.is_mine(dev):
            return QCoreApplication.translate("Authors", "You")
        return self.of_device(dev) or QCoreApplication.translate("Authors", "Somebody")

    def is_mine(self, dev: bytes) -> bool:
        return bool(self.mine) and dev[:8] == self.mine


def authors(ws: Workspace, no: int) -> Authors:
    """Reads the signed log of a circle: not for the GUI thread."""
    from sync.client.admit import membership_of

    space = spaces.space(ws, no)
    if space.key_salt is None:
        return Authors(mine=space.dev16[:8])
    by_member = {person.member: person.name for person in people(ws, no, gone=True) if person.member}
    members = membership_of(ws, no).members.values()
    names = {d.dev[:8]: by_member[m.id] for m in members if m.id in by_member for d in m.devices}
    return Authors(names, space.dev16[:8])
