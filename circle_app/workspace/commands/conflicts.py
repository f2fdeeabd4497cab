"""Settling conflicts: a new edit that has seen the lost one."""

from __future__ import annotations

from collections.abc import Mapping

from circle_app.domain.ops import Value
from circle_app.domain.schema import BY_NAME
from circle_app.workspace.commands.writing import record
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.conflicts import Conflict


def keep_shown(ws: Workspace, conflict: Conflict) -> None:
    """Keeps what is shown; the other text stays in the history."""
    _settle(ws, conflict, conflict.shown, {conflict.column: conflict.stamp})


def take_lost(ws: Workspace, conflict: Conflict) -> None:
    """Shows the value that had lost; what was shown stays in the history."""
    _settle(ws, conflict, conflict.lost, {})


def _settle(ws: Workspace, conflict: Conflict, value: Value, bases: Mapping[str, bytes | None]) -> None:
    put = Put(BY_NAME[conflict.kind], conflict.ref.row, {conflict.column: value}, bases)
    record(ws, conflict.ref.space, (put,), label="Settle a difference")
