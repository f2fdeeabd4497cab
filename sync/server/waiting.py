"""Who waits for news of which space: a bounded number of sleeping requests, woken after a commit, without a thread each.

Everything here happens on the event loop's thread, unless it says otherwise.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sync.server.auth import Refused
from sync.server.store import space_no

_LATER_S = 30


@dataclass(eq=False, slots=True)
class Place:
    """One waiting request."""

    closing: bool = False
    _rung: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self) -> None:
        self._rung.set()

    async def news(self, seconds: float, *, gone: Coroutine[None, None, None]) -> bool:
        """Wait; True when there may be news, False when the time is over, the caller `gone` or the server closing."""
        ends = [asyncio.ensure_future(self._rung.wait()), asyncio.ensure_future(gone)]
        try:
            await asyncio.wait(ends, timeout=max(0.0, seconds), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
        rung = self._rung.is_set()
        self._rung.clear()
        return rung and not self.closing


@dataclass(slots=True)
class Waiting:
    """The waiting requests by space; `most` in all and `most_each` of one device."""

    most: int
    most_each: int
    _places: dict[int, set[Place]] = field(default_factory=dict)
    _each: Counter[tuple[bytes, bytes]] = field(default_factory=Counter)
    _closing: bool = False

    def __len__(self) -> int:
        return self._each.total()

    @contextmanager
    def place(self, space: bytes, key_id: bytes) -> Iterator[Place]:
        """A place to wait in; raises Refused "busy" when this device or everybody together waits often enough."""
        who, no = (space, key_id), space_no(space)
        if self._each[who] >= self.most_each:
            raise Refused(429, "busy", retry_after_s=_LATER_S)
        if len(self) >= self.most:
            raise Refused(503, "busy", retry_after_s=_LATER_S)
        place = Place()
        if self._closing:
            _dismiss(place)
        self._each[who] += 1
        self._places.setdefault(no, set()).add(place)
        try:
            yield place
        finally:
            self._places[no].discard(place)
            if not self._places[no]:
                del self._places[no]
            self._each[who] -= 1
            if not self._each[who]:
                del self._each[who]

    def wake(self, space: bytes) -> None:
        """Something was committed in this space."""
        self.heard(space_no(space))

    def heard(self, no: int) -> None:
        """The same, of a space's number in the store."""
        for place in self._places.get(no, ()):
            place.ring()

    def watched(self) -> list[int]:
        """The numbers of the spaces that somebody waits for; on any thread."""
        return list(self._places)

    def close(self) -> None:
        """Answer everybody, and whoever comes later at once."""
        self._closing = True
        for places in self._places.values():
            for place in places:
                _dismiss(place)


def _dismiss(place: Place) -> None:
    place.closing = True
    place.ring()
