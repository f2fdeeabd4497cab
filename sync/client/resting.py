"""A circle at rest: while nothing is written here, only the server can have news, and one request tells.

After an exchange that wrote nothing and had nothing to send or to ask but for news, the next one begins with that same
question, and ends there when the answer is as before. It is believed for a minute; then everything is looked through again,
as some things here take their time: keys that are owed, pieces of files to be asked for once more.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from circle_app.errors import SyncProblem
from circle_app.workspace.db import Workspace
from sync import wire
from sync.client.calls import Server, Signer
from sync.client.mark import Mark

BELIEVED_MS = 60_000


@dataclass(frozen=True, slots=True)
class Rest:
    """How things stood: in the file, at what time, and how far which server was read by whom."""

    state: tuple[object, ...]
    at_ms: int
    server: Server
    signer: Signer
    mark: Mark


@dataclass(slots=True)
class Rests:
    """The circles at rest, by their number."""

    ws: Workspace
    _rests: dict[int, Rest] = field(default_factory=dict)

    def look(self, space: int, server: Server) -> tuple[bool, wire.Page | None]:
        """Whether a circle still rests, and the page after its mark if it was read to find out. Raises SyncProblem."""
        rest = self._rests.pop(space, None)
        if rest is None or rest.server is not server or rest.state != self.ws.state():
            return False, None
        if not 0 <= self.ws.clock.now_ms() - rest.at_ms < BELIEVED_MS:
            return False, None
        try:
            page = server.pull(rest.signer, rest.mark.pos)
        except SyncProblem as problem:
            if problem.code != "no_access":
                raise
            return False, None  # perhaps it has lost us: that is for a whole exchange
        if page.items or page.more or not rest.mark.continues_in(page) or rest.mark.after(page, ()) != rest.mark:
            return False, page
        self._rests[space] = rest
        return True, page

    def note(self, space: int, before: tuple[object, ...], server: Server, signer: Signer, mark: Mark) -> None:
        """An exchange asked for news and nothing else; the circle rests if nothing was written since `before`."""
        if mark.pos and self.ws.state() == before:
            self._rests[space] = Rest(before, self.ws.clock.now_ms(), server, signer, mark)

    def clear(self) -> None:
        self._rests.clear()
