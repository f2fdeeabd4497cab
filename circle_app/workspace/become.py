"""This computer goes on in a circle as another device: after a restore, or when a copy of it writes elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from circle_app.domain.ids import Ref
from circle_app.domain.merge import CellOp
from circle_app.domain.schema import BY_NUMBER
from circle_app.workspace.changes import MEMBERSHIP, Seal, Touched
from circle_app.workspace.connection import first
from circle_app.workspace.db import Workspace
from circle_app.workspace.doubt import Why, settle_doubt
from circle_app.workspace.incoming import RowKey
from circle_app.workspace.journal import seal_next
from circle_app.workspace.restamp import Cell, restamp


@dataclass(frozen=True, slots=True)
class FormerDevice:
    """A device that this computer was before, and the salt from which its keys come. `until_ms` is UTC ms."""

    dev16: bytes
    key_salt: bytes = field(repr=False)
    until_ms: int
    why: str


def become(
    ws: Workspace, space: int, *, dev16: bytes, key_salt: bytes, seal: Seal, clear: bytes, mheads: tuple[bytes, ...],
    why: Why, sent: Collection[tuple[Cell, CellOp]] = (),
) -> None:  # fmt: skip
    """Takes another device into use: its first changeset says whose it is (`clear`), and loose edits become its own.

    All of it or nothing. What has a number keeps it, under the former device: it may have been seen. Loose edits in
    `sent` came back from others, so they are not sent again.
    """
    try:
        rows = _become(ws, space, dev16, key_salt, seal, clear, mheads, why, sent)
    except BaseException:
        ws.forget_devices()
        raise
    kinds = frozenset(BY_NUMBER[table].name for table, _ in rows)
    ws.announce(Touched(kinds | {"sync", "spaces"}, frozenset(Ref(space, row) for _, row in rows)))


def _become(
    ws: Workspace, space: int, dev16: bytes, key_salt: bytes, seal: Seal, clear: bytes, mheads: tuple[bytes, ...],
    why: Why, sent: Collection[tuple[Cell, CellOp]],
) -> set[RowKey]:  # fmt: skip
    with ws.writing() as db:
        old, salt = first(db, "SELECT dev16, key_salt FROM spaces WHERE no = ?", (space,))
        rows = restamp(db, space, to=dev16[:8], but=sent)
        db.execute(
            "INSERT OR REPLACE INTO own_devices (space, dev16, key_salt, until_ms, why) VALUES (?, ?, ?, ?, ?)",
            (space, old, salt, ws.clock.now_ms(), why),
        )
        db.execute("UPDATE spaces SET dev16 = ?, key_salt = ? WHERE no = ?", (dev16, key_salt, space))
        db.execute("UPDATE marks SET told = 0 WHERE space = ?", (space,))  # a new chain tells everything once
        settle_doubt(db, space)
        ws.go_on_as(space, dev16)
        seal_next(ws, db, space, seal, kind=MEMBERSHIP, clear=clear, mheads=mheads)
    return rows


def former_devices(ws: Workspace, space: int) -> tuple[FormerDevice, ...]:
    """What this computer was in a circle before, oldest first."""
    return tuple(
        FormerDevice(*row)
        for row in ws.rows(
            "SELECT dev16, key_salt, until_ms, why FROM own_devices WHERE space = ? ORDER BY until_ms, dev16", (space,)
        )
    )


def own_devices(ws: Workspace, space: int) -> frozenset[bytes]:
    """The device that this computer is in a circle, and all that it was."""
    return frozenset([ws.device(space), *(d.dev16 for d in former_devices(ws, space))])
