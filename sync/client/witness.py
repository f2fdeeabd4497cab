"""A witness outside of the data folder: it knows how far this computer had come, so that a restored or copied folder is found.

Beside the app's other state of this user stands one small file for each workspace, named by a random id. The workspace
keeps a second id and the place where it was last opened. Putting back an older folder leaves the file ahead of it; a folder
that was copied finds itself in another place, or the file in somebody else's hands.
"""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from circle_app.domain.ids import tagged_hash
from circle_app.durable import make_folder, write_whole
from circle_app.workspace import inbox, spaces
from circle_app.workspace.connection import refusing_kindly
from circle_app.workspace.db import Workspace
from circle_app.workspace.doubt import Why, cast_doubt
from circle_app.workspace.engine_values import engine_value, keep_engine_value

_MACHINE_FILES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


class _Kept(msgspec.Struct):
    """What the file says: the workspace's second id, and by circle the numbers given under each key, newest key last."""

    mine: str
    numbers: dict[str, dict[str, int]]


@dataclass(slots=True)
class Witness:
    """The file of one workspace: `ask` when it was opened, `note` before numbers leave this computer."""

    ws: Workspace
    path: Path
    place: str
    _noted: dict[str, dict[str, int]]
    _noting: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, ws: Workspace, folder: Path, *, machine: str | None = None) -> Witness:
        """The witness of a workspace, in a folder that no copy of the data folder takes along."""
        name = engine_value(ws, "witness.name")
        if name is None:
            name = ws.random_bytes(16).hex()
            keep_engine_value(ws, "witness.name", name)
        where = f"{machine or machine_name()}\x00{ws.folder.resolve()}"
        return cls(ws, folder / f"{name}.witness", tagged_hash("cc1/place", where.encode()).hex()[:32], {})

    def ask(self) -> Why | None:
        """Casts doubt on every circle whose numbers may be in use elsewhere; says why, None when all is well."""
        kept, mine, known = self._read(), engine_value(self.ws, "witness.mine"), engine_value(self.ws, "witness.place")
        moved = known is not None and (known != self.place or (kept is not None and kept.mine != mine))
        self._noted = {} if kept is None or moved else kept.numbers
        why: Why | None = None
        for space in spaces.spaces(self.ws):
            if space.key_salt is None or space.state != "active" or space.demo:
                continue
            if moved or self._is_behind(space):
                why = "copied" if moved else "restored"
                cast_doubt(self.ws, space.no, why)
        if mine is None or moved:
            keep_engine_value(self.ws, "witness.mine", self.ws.random_bytes(16).hex())
            keep_engine_value(self.ws, "witness.place", self.place)
            if moved:  # the file, if there is one, is that of the folder that this one was copied from
                name = self.ws.random_bytes(16).hex()
                keep_engine_value(self.ws, "witness.name", name)
                self.path = self.path.with_name(f"{name}.witness")
        self.note()
        return why

    def note(self) -> None:
        """Writes down the numbers given so far, durably; never lowers one. To be called before any of them leaves.

        Raises WorkspaceError when the disk refuses that. Also by two threads at once: the second waits until what the first
        writes is on the disk.
        """
        with self._noting:
            self._note()

    def _note(self) -> None:
        now = {s.space32.hex(): (s.dev16.hex(), self._reached(s)) for s in spaces.spaces(self.ws)}
        grown = {
            space: {dev: seq} for space, (dev, seq) in now.items() if seq > self._noted.get(space, {}).get(dev, -1)
        }
        if not grown and self.path.exists():
            return
        noted = {space: dict(reached) for space, reached in self._noted.items()}
        for space, reached in grown.items():
            noted.setdefault(space, {}).update(reached)
        with refusing_kindly():
            self._write(noted)
        self._noted = noted

    def _is_behind(self, space: spaces.Space) -> bool:
        """Whether more numbers were given under this key than the folder knows, or a newer key was in use.

        A key that the file does not know is newer than the file: the program ended in between.
        """
        noted, dev = self._noted.get(space.space32.hex(), {}), space.dev16.hex()
        return dev in noted and (next(reversed(noted)) != dev or noted[dev] > self._reached(space))

    def _reached(self, space: spaces.Space) -> int:
        return inbox.version_vector(self.ws, space.no).get(space.dev16, (0, b""))[0]

    def _read(self) -> _Kept | None:
        """What the file says; a file that cannot be read says nothing: then the first contact tells."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=_Kept)
        except (OSError, msgspec.MsgspecError):
            return None

    def _write(self, noted: dict[str, dict[str, int]]) -> None:
        kept = _Kept(engine_value(self.ws, "witness.mine") or "", noted)
        make_folder(self.path.parent, 0o700)
        write_whole(self.path, msgspec.json.encode(kept))


def machine_name() -> str:
    """What tells this machine from others: the system's own id where there is one, else its name."""
    for file in _MACHINE_FILES:
        try:
            if found := file.read_text("ascii").strip():
                return found
        except (OSError, UnicodeDecodeError):
            continue
    return socket.gethostname()
