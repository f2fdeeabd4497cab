"""Whether a changeset stands at or before another one in its device's history, when that device has two of them.

A number says nothing there: who signs twice has two of each. So one walks back from what was seen, by `prev`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from circle_app.workspace import inbox
from circle_app.workspace.db import Workspace
from circle_app.workspace.forks import forked_devices, links_of
from sync import codec
from sync.membership.may import Place, by_number


@dataclass(slots=True)
class Lineage:
    """The histories of one circle's devices as far as they are here; read once, when first asked for."""

    ws: Workspace
    no: int
    _forked: frozenset[bytes] | None = None
    _walks: dict[tuple[bytes, bytes], Mapping[int, bytes]] = field(default_factory=dict)
    _followers: dict[tuple[bytes, bytes], frozenset[bytes]] = field(default_factory=dict)

    def place(self, changeset: codec.Changeset) -> Place:
        """Where a changeset stands among those of its device."""
        simple = by_number(changeset)
        if changeset.dev not in self.forked():
            return simple

        def before(seq: int, head: bytes) -> bool:
            # A head that is not here (yet) decides nothing but what its number excludes; once it is, all is judged again.
            return (
                simple.before(seq, head)
                and self._walk(changeset.dev, head).get(changeset.seq, changeset.id) == changeset.id
            )

        def follows(seq: int, id: bytes) -> bool:
            return simple.follows(seq, id) and changeset.prev in self._following(changeset.dev, id)

        return Place(before, follows)

    def forked(self) -> frozenset[bytes]:
        """The devices with two histories."""
        if self._forked is None:
            self._forked = forked_devices(self.ws, self.no)
        return self._forked

    def known(self, dev: bytes) -> frozenset[bytes]:
        """Every changeset of a device that is here, merged or not."""
        return frozenset(self._links(dev))

    def _walk(self, dev: bytes, head: bytes) -> Mapping[int, bytes]:
        """The ids at and before a head, by number."""
        found = self._walks.get((dev, head))
        if found is None:
            links, found, at = self._links(dev), {}, head
            while at in links:
                seq, prev = links[at]
                found[seq], at = at, prev
            self._walks[dev, head] = found
        return found

    def _following(self, dev: bytes, id: bytes) -> frozenset[bytes]:
        """A changeset and the ids of all that come after it."""
        found = self._followers.get((dev, id))
        if found is None:
            after = {id}
            for other, (_, prev) in sorted(self._links(dev).items(), key=lambda link: link[1][0]):
                if prev in after:
                    after.add(other)
            found = self._followers[dev, id] = frozenset(after)
        return found

    def _links(self, dev: bytes) -> dict[bytes, tuple[int, bytes]]:
        """By their ids, which are hashes of what they say: so what is set aside or waits may be believed in this."""
        links = dict(links_of(self.ws, self.no, dev))
        for held in (*inbox.quarantined(self.ws, self.no), *inbox.held(self.ws, self.no)):
            if held.dev == dev and held.seq:
                changeset = codec.parse(held.data)
                links[changeset.id] = (changeset.seq, changeset.prev)
        return links
