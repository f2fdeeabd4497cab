"""The way of Tab: over a page as it is laid out, and once over a group of like parts, in which the arrow keys lead on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLayout, QWidget


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


def tab_through(page: QWidget) -> None:
    """From now on Tab goes over everything on `page` in the order in which it is laid out, whenever it was made."""
    for before, after in pairwise(laid_out(page)):
        QWidget.setTabOrder(before, after)


def laid_out(part: QWidget | QLayout) -> Iterator[QWidget]:
    """The widgets in a part that can take the keyboard, in the order of its layouts."""
    layout = part.layout() if isinstance(part, QWidget) else part
    for place in range(layout.count() if layout is not None else 0):
        item = layout.itemAt(place)
        within = item.widget() or item.layout()
        if isinstance(within, QWidget) and within.focusPolicy() != Qt.FocusPolicy.NoFocus:
            yield within
        if within is not None:
            yield from laid_out(within)
