"""Whether what a database holds is whole: every space's positions, marks and sizes, recomputed from its changesets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from circle_app.errors import BadChangeset
from sync import codec
from sync.server.store import MEMBERSHIP, NO_MARK, Reader, SpaceRow, next_mark

_PAGE = 500
_SPACES = "SELECT space, no, pos, mark, members_mark, bytes, created_ms FROM spaces WHERE no > ? ORDER BY no LIMIT ?"
_ROWS = "SELECT pos, dev, seq, kind, id, mark, data FROM changesets WHERE no = ? AND pos > ? ORDER BY pos LIMIT ?"
_FIRST_NO = -(2**63)


@dataclass(frozen=True, slots=True)
class Found:
    """What a check went through, and what is wrong: a sentence each, with the beginning of the space's id."""

    spaces: int
    changesets: int
    wrong: tuple[str, ...]


def checked(reader: Reader) -> Found:
    """Read everything once; memory stays small however much there is."""
    spaces = changesets = 0
    wrong: list[str] = []
    for space, row in _spaces(reader):
        spaces += 1
        changesets += row.pos
        wrong += [f"space {space.hex()[:16]}: {what}" for what in _wrong_in(reader, space, row)]
    return Found(spaces, changesets, tuple(wrong))


def _spaces(reader: Reader) -> Iterator[tuple[bytes, SpaceRow]]:
    after = _FIRST_NO
    while page := list(reader.rows(_SPACES, (after, _PAGE))):
        for row in page:
            yield row[0], SpaceRow(*row[1:])
        after = page[-1][1]


def _wrong_in(reader: Reader, space: bytes, row: SpaceRow) -> Iterator[str]:
    mark = members_mark = NO_MARK
    size, last = 0, 0
    while page := list(reader.rows(_ROWS, (row.no, last, _PAGE))):
        for pos, dev, seq, kind, changeset_id, kept_mark, data in page:
            if pos != last + 1:
                yield f"nothing stands between {last} and {pos}"
            last, size = pos, size + len(data)
            try:
                there = codec.parse(data)
            except BadChangeset:
                yield f"{pos} is no changeset any more"
                continue
            if (there.space, there.dev, there.seq, there.kind, there.id) != (space, dev, seq, kind, changeset_id):
                yield f"{pos} is another changeset than it says"
            mark = next_mark(mark, changeset_id)
            if kind == MEMBERSHIP:
                members_mark = next_mark(members_mark, changeset_id)
            if mark != kept_mark:
                yield f"the mark at {pos} is not the one of what stands before"
    if (last, mark, members_mark) != (row.pos, row.mark, row.members_mark):
        yield f"it should reach to {row.pos} and reaches to {last}, or its marks differ"
    if row.bytes < size:
        yield f"it counts {row.bytes} bytes and holds {size}"
