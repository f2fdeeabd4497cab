"""The way of Tab: over a page as it is laid out, and once over a group of like parts, in which the arrow keys lead on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

_BY_TAB = Qt.FocusPolicy.TabFocus


class OneStop(QObject):
    """Of several like parts, Tab comes to the one where the keyboard was last. A part is one widget, or a few beside each
    other; that the arrow keys lead to the other parts is up to whoever made them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._parts: Sequence[tuple[QWidget, ...]] = ()
        self._lead: tuple[QWidget, ...] = ()

    def hold(self, parts: Sequence[tuple[QWidget, ...]], *, first: tuple[QWidget, ...] = ()) -> None:
        """These are the parts now; Tab comes to `first` until the keyboard was somewhere among them."""
        self._parts = parts
        for part in parts:
            for widget in part:
                widget.installEventFilter(self)
        self._lead_to(self._lead if self._lead in parts else first or next(iter(parts), ()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self._lead_to(next((part for part in self._parts if watched in part), self._lead))
        return False

    def _lead_to(self, lead: tuple[QWidget, ...]) -> None:
        self._lead = lead
        for part in self._parts:
            for widget in part:
                widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus if part == lead else Qt.FocusPolicy.ClickFocus)


def tab_through(*parts: QWidget) -> None:
    """From now on Tab goes from part to part, and over each in the order of reading, whenever something in it was made."""
    for before, after in pairwise(each for part in parts for each in _as_read(part)):
        QWidget.setTabOrder(before, after)


def _as_read(part: QWidget) -> list[QWidget]:
    """What in a part takes the keyboard by Tab, line by line; asked of where it is, because Python's side of a layout's items
    may outlive them."""
    found = [each for each in part.findChildren(QWidget) if each.isVisible() and each.focusPolicy() & _BY_TAB]
    middles = {each: each.mapTo(part, each.rect().center()) for each in found}
    mirrored = part.layoutDirection() == Qt.LayoutDirection.RightToLeft
    line, last, lines = 0, 0, {}
    for each in sorted(found, key=lambda each: middles[each].y()):
        line += middles[each].y() - last > each.height() / 4
        last, lines[each] = middles[each].y(), line
    return sorted(found, key=lambda each: (lines[each], -middles[each].x() if mirrored else middles[each].x()))
