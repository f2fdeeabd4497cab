"""A difference in words: the thing, the part of it, and both values."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from circle_app.domain.ops import Value
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.conflicts import Conflict
from ui.views import cell_words


def thing(ws: Workspace, conflict: Conflict) -> str:
    """ "Task “Book the van”: when"."""
    head = cell_words.row_words(ws, conflict.kind, conflict.ref)
    column = conflict.late or conflict.column
    return f"{head}: {cell_words.part_words(conflict.kind, column)}"


def value_words(ws: Workspace, conflict: Conflict, value: Value) -> str:
    """A value as people write it; long texts end in an ellipsis."""
    if conflict.late:
        if value == conflict.shown:
            return _tr("deleted")
        column = conflict.late
    else:
        column = conflict.column
    return cell_words.value_words(ws, conflict.kind, conflict.ref, column, value)


def _tr(words: str) -> str:
    return QCoreApplication.translate("Differences", words)
