"""Where something may lie on a page without covering what people read, press or type into."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from ui.widgets.base import Label, PaintedWidget

_WHOLE = (QAbstractButton, QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QScrollBar)
"""What is used as a whole, whatever it is made of."""


def free_place(inside: QRect, size: QSize, taken: Iterable[QRect], wanted: QPoint) -> QRect | None:
    """The place of this size inside that meets nothing taken and begins nearest to `wanted`; None when there is none."""
    wide, high = size.width(), size.height()
    starts = QRegion(inside.x(), inside.y(), inside.width() - wide + 1, inside.height() - high + 1)
    if inside.width() < wide or inside.height() < high:
        return None
    for each in taken:
        # a place that begins here would meet it
        starts -= QRegion(each.adjusted(1 - wide, 1 - high, 0, 0))
    nearest = [
        QPoint(min(max(wanted.x(), each.left()), each.right()), min(max(wanted.y(), each.top()), each.bottom()))
        for each in cast("Iterable[QRect]", starts)
    ]
    if not nearest:
        return None
    return QRect(min(nearest, key=lambda at: QPoint.dotProduct(at - wanted, at - wanted)), size)


def taken_by(page: QWidget, window: QWidget, *, titles: bool) -> list[QRect]:
    """What is seen of everything on `page`, in the pixels of `window`; `titles` with what says where one is, too."""
    found = []
    for part in page.findChildren(QWidget):
        if part.isVisible() and _shows(part, titles=titles):
            seen = part.visibleRegion().boundingRect()
            if not seen.isEmpty():
                found.append(seen.translated(part.mapTo(window, QPoint(0, 0))))
    return found


def _shows(part: QWidget, *, titles: bool) -> bool:
    """Whether it is something to be read or used, and not only the ground on which others stand."""
    if isinstance(part, QLabel):
        return bool(part.text()) and (titles or not (isinstance(part, Label) and part.yields))
    if isinstance(part, _WHOLE):
        return True
    return isinstance(part, PaintedWidget) and not any(
        isinstance(within, QWidget) and within.isVisible() for within in part.children()
    )
