"""Devices of which two histories are known: two changesets of one number, both signed with the same key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from circle_app.workspace.changes import Touched
from circle_app.workspace.db import Workspace


@dataclass(frozen=True, slots=True)
class Fork:
    """The changesets `one` and `other` (ids, ascending) of a device have the same number."""

    dev: bytes
    seq: int
    one: bytes
    other: bytes


def note_forks(ws: Workspace, space: int, found: Iterable[Fork]) -> None:
    """Keeps what was found, before what shows it is merged: a crash in between only finds it again."""
    rows = [(space, f.dev, f.seq, min(f.one, f.other), max(f.one, f.other)) for f in found]
    if not rows:
        return
    with ws.writing() as db:
        db.executemany("INSERT OR IGNORE INTO forks (space, dev, seq, one, other) VALUES (?, ?, ?, ?, ?)", rows)
    ws.announce(Touched(frozenset({"sync"}), remote=True))


def forks(ws: Workspace, space: int) -> tuple[Fork, ...]:
    """The first fork of each device with two histories; a device that goes on twice has one at every number."""
    return tuple(
        Fork(*row)
        for row in ws.rows("SELECT dev, min(seq), one, other FROM forks WHERE space = ? GROUP BY dev", (space,))
    )


def forked_devices(ws: Workspace, space: int) -> frozenset[bytes]:
    """The devices with two histories."""
    return frozenset(dev for (dev,) in ws.rows("SELECT DISTINCT dev FROM forks WHERE space = ?", (space,)))


def links_of(ws: Workspace, space: int, dev: bytes) -> Mapping[bytes, tuple[int, bytes]]:
    """Number and predecessor of every merged changeset of a device, by id."""
    return {
        id: (seq, prev)
        for id, seq, prev in ws.rows("SELECT id, seq, prev FROM changesets WHERE space = ? AND dev = ?", (space, dev))
    }


def place_of(ws: Workspace, space: int, id: bytes) -> tuple[bytes, int] | None:
    """Device and number of a merged changeset."""
    found = ws.rows("SELECT dev, seq FROM changesets WHERE space = ? AND id = ?", (space, id))
    return (found[0][0], found[0][1]) if found else None


def bytes_of(ws: Workspace, space: int, id: bytes) -> bytes | None:
    """The sealed bytes of a changeset, merged, set aside or waiting; None when it is not here (any more)."""
    for table in ("changesets", "quarantine", "inbox"):
        found = ws.rows(f"SELECT data FROM {table} WHERE space = ? AND id = ?", (space, id))
        if found:
            return bytes(found[0][0])
    return None


def came_back(ws: Workspace, space: int, dev: bytes, *, made_here: bool = False) -> Iterator[bytes]:
    """The content changesets of a device that were not made here, in chain order; with `made_here` those that were, too."""
    for (data,) in ws.rows(
        "SELECT data FROM changesets WHERE space = ? AND dev = ? AND mine <= ? AND kind = 0 ORDER BY seq, id",
        (space, dev, int(made_here)),
    ):
        yield data
