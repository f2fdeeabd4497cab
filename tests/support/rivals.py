"""Edits of somebody else who had not seen ours, as they arrive from a server: the makings of a difference."""

from __future__ import annotations

from circle_app.domain.clock import hlc_at
from circle_app.domain.ids import Ref
from circle_app.domain.ops import SetOp, Value
from circle_app.domain.schema import BY_NAME
from circle_app.workspace.changes import ZERO_ID, Opened
from circle_app.workspace.db import Workspace

RIVAL = b"rival-device-01!"
"""The id of the other device."""


def rival_edits(
    ws: Workspace, ref: Ref, kind: str, cells: dict[str, Value], *, at_ms: int, dev: bytes = RIVAL, seq: int = 1
) -> None:
    """Cells of a row as another device set them at `at_ms` by its clock, knowing nothing of what is here."""
    table = BY_NAME[kind]
    ops = tuple(
        SetOp(table.number, ref.row, table.column(name).number, value, hlc_at(at_ms), None)
        for name, value in cells.items()
    )
    ident = (dev + seq.to_bytes(2, "big") + ref.row)[:32].ljust(32, b"i")
    ws.apply(ref.space, [Opened(ident, dev, seq, ZERO_ID, ops, ident)])
