"""Rows and columns in one line: widgets and layouts in order, None for a stretch, a number for a gap."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from ui.theme.theme import Theme

Part = QWidget | QLayout | int | float | None
Margins = tuple[float, float, float, float]


def row(
    theme: Theme, *parts: Part, gap: float = 8, margins: Margins = (0, 0, 0, 0), center: bool = True
) -> QHBoxLayout:
    """A line of parts, vertically centred unless `center` is false; sizes are tokens at 100 %."""
    layout = QHBoxLayout()
    fill(theme, layout, *parts, gap=gap, margins=margins)
    if center:
        for part in parts:
            if isinstance(part, QWidget) and not part.sizePolicy().hasHeightForWidth():
                layout.setAlignment(part, Qt.AlignmentFlag.AlignVCenter)
    return layout


def column(theme: Theme, *parts: Part, gap: float = 8, margins: Margins = (0, 0, 0, 0)) -> QVBoxLayout:
    """A stack of parts from top to bottom; sizes are tokens at 100 %."""
    layout = QVBoxLayout()
    fill(theme, layout, *parts, gap=gap, margins=margins)
    return layout


def fill(theme: Theme, layout: QBoxLayout, *parts: Part, gap: float = 8, margins: Margins = (0, 0, 0, 0)) -> None:
    """Set spacing and margins of `layout` and add the parts."""
    layout.setSpacing(theme.px(gap))
    set_margins(theme, layout, margins)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, QWidget):
            layout.addWidget(part)
        elif isinstance(part, QLayout):
            layout.addLayout(part)
        else:
            layout.addSpacing(theme.px(part))


def set_margins(theme: Theme, layout: QLayout, margins: Margins) -> None:
    """Margins as (near, top, far, bottom), near being where reading begins: Qt mirrors the parts of a layout, not these."""
    left, top, right, bottom = (theme.px(side) for side in margins)
    if QGuiApplication.isRightToLeft():
        left, right = right, left
    layout.setContentsMargins(left, top, right, bottom)


def boxed(layout: QLayout, parent: QWidget | None = None) -> QWidget:
    """A bare widget that holds `layout`."""
    widget = QWidget(parent)
    widget.setLayout(layout)
    return widget


def clear(layout: QLayout) -> None:
    """Take everything out of `layout`; its widgets leave the screen at once and go when Qt is ready."""
    while layout.count():
        item = layout.takeAt(0)
        widget, within = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif within is not None:
            clear(within)
            within.deleteLater()
