"""What the database knows of each device's chain, and what somebody with less of them lacks."""

from __future__ import annotations

from collections.abc import Mapping

from sync.server.store import Reader, SpaceRow, Stored

_HEADS = """
WITH RECURSIVE devs(dev) AS (
  SELECT (SELECT dev FROM changesets WHERE no = ? ORDER BY dev LIMIT 1)
  UNION ALL
  SELECT (SELECT dev FROM changesets WHERE no = ? AND dev > devs.dev ORDER BY dev LIMIT 1) FROM devs
  WHERE dev IS NOT NULL)
SELECT dev, (SELECT max(seq) FROM changesets WHERE no = ? AND dev = devs.dev) FROM devs WHERE dev IS NOT NULL
"""
"""Jumps from device to device in the index, so that it takes as long for a long log as for a short one."""
_LATER = "SELECT pos FROM changesets WHERE no = ? AND dev = ? AND seq > ? AND pos <= ? ORDER BY seq LIMIT ?"


def chain_ends(reader: Reader, no: int) -> dict[bytes, int]:
    """The greatest number of every device that has changesets here."""
    return {row[0]: row[1] for row in reader.rows(_HEADS, (no, no, no))}


def ids_at(reader: Reader, no: int, dev: bytes, seq: int) -> list[bytes]:
    """The ids that stand at a number of a device: one, or two where it has two histories."""
    rows = reader.rows("SELECT id FROM changesets WHERE no = ? AND dev = ? AND seq = ? ORDER BY pos", (no, dev, seq))
    return [row[0] for row in rows]


def later(
    reader: Reader, row: SpaceRow, after: Mapping[bytes, int], *, limit: int, size: int
) -> tuple[list[Stored], bool]:
    """Changesets of the devices in `after` beyond those numbers, in ascending position; and whether there are more.

    Up to `limit` and about `size` bytes, always at least one if there is one, of what `row` says that the space has.
    """
    positions = sorted(
        pos for dev, seq in after.items() for (pos,) in reader.rows(_LATER, (row.no, dev, seq, row.pos, limit + 1))
    )
    found: list[Stored] = []
    for pos in positions[:limit]:
        one = reader.one("SELECT data FROM changesets WHERE no = ? AND pos = ?", (row.no, pos))
        assert one is not None  # nothing deletes a changeset
        size -= len(one[0])
        if found and size < 0:
            break
        found.append(Stored(pos, one[0]))
    return found, len(found) < len(positions)
