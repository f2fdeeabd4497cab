"""What is painted for a whole room: as large as the window allows, beside a reference size."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy

from ui.theme.theme import Theme
from ui.widgets.base import PaintedWidget


class FarText(PaintedWidget):
    """Words that are read from across a room; whoever paints them multiplies letters by `_unit`."""

    heard_as = "picture"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._unit = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_unit(self, unit: float) -> None:
        """How large the window is beside the reference size."""
        self._unit = unit
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 100)
