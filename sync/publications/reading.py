"""What a publication says, read from all of its entries: the releases, reports and announcements that stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sync.publications.chain import Standing, follow, start
from sync.publications.entries import Announcement, Circles, Close, Hide, Release, Report, parse, refuse_entry


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry that is shown: its number, its id and what it says."""

    seq: int
    id: bytes
    says: Release | Report | Announcement


@dataclass(frozen=True, slots=True)
class Reading:
    """A publication as a reader sees it. `hidden` are ids of entries that were taken back by a later one."""

    standing: Standing
    shown: tuple[Shown, ...]
    circles: frozenset[bytes]
    hidden: frozenset[bytes]
    successor: bytes | None = None

    def releases(self) -> tuple[tuple[bytes, Release], ...]:
        """Entry id and release, in the order in which they came."""
        return tuple((shown.id, shown.says) for shown in self.shown if isinstance(shown.says, Release))


def read(entries: Iterable[bytes]) -> Reading:
    """All ENTRYs of one publication, from the genesis on and in order. Raises BadEntry at the first that does not follow."""
    standing: Standing | None = None
    shown: list[Shown] = []
    circles: set[bytes] = set()
    hidden: set[bytes] = set()
    successor: bytes | None = None
    for data in entries:
        entry = parse(data)
        standing = start(entry) if standing is None else follow(standing, entry)
        match entry.body:
            case Release() | Report() | Announcement():
                shown.append(Shown(entry.seq, entry.id, entry.body))
            case Circles(added=added, dropped=dropped):
                circles = (circles | set(added)) - set(dropped)
            case Hide(entry=gone):
                hidden.add(gone)
            case Close():
                successor = entry.body.successor
            case _:
                pass
    if standing is None:
        raise refuse_entry("malformed")
    stands = tuple(one for one in shown if one.id not in hidden)
    return Reading(standing, stands, frozenset(circles), frozenset(hidden), successor)
