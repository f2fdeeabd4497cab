"""A place whose content is made anew only when what it shows has changed, and then keeps the keyboard where it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget


def tab_along(stops: Sequence[QWidget]) -> None:
    """Let Tab go through these in order: what is made later would otherwise come last, wherever it stands."""
    for first, second in pairwise(stops):
        QWidget.setTabOrder(first, second)


class Slot(QWidget):
    """`show_data(data, build)` calls `build()` when `data` is not what was shown last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: object = None
        self._content: QWidget | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)

    def show_data(self, data: object, build: Callable[[], QWidget | None]) -> None:
        """`data` must hold everything that `build` puts on screen, and be comparable; None from `build` hides the slot."""
        if data == self._data:
            return
        self._data = data
        name, place = self._keyboard()
        old, self._content = self._content, build()
        if old is not None:
            self.layout().removeWidget(old)
            old.hide()
            old.deleteLater()
        self.setVisible(self._content is not None)
        if self._content is not None:
            self.layout().addWidget(self._content)
            self._give_back(name, place)

    def stops(self) -> list[QWidget]:
        """The controls in it that Tab reaches, in order."""
        if self._content is None:
            return []
        children = self._content.findChildren(QWidget)
        return [child for child in children if child.focusPolicy() & Qt.FocusPolicy.TabFocus and not child.isHidden()]

    def _keyboard(self) -> tuple[str, int]:
        """The spoken name and the place in line of the control that has the keyboard; -1 when it is elsewhere."""
        stops = self.stops()
        held = next((place for place, stop in enumerate(stops) if stop.hasFocus()), -1)
        return (stops[held].accessibleName(), held) if held >= 0 else ("", -1)

    def _give_back(self, name: str, place: int) -> None:
        """To the control of the same name, else to the one that took its place."""
        stops = self.stops()
        if place < 0 or not stops:
            return
        same = next((stop for stop in stops if stop.accessibleName() == name), None)
        (same or stops[min(place, len(stops) - 1)]).setFocus(Qt.FocusReason.OtherFocusReason)
