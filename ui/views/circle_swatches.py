"""A row of colours to choose one from, each with a name for screen readers."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.text import number as digits
from ui.theme.theme import Theme
from ui.widgets.base import PartButton
from ui.widgets.canvas import Canvas
from ui.widgets.flow import FlowLayout


class Swatches(QWidget):
    """`chosen` is the colour text, empty when none was."""

    def __init__(
        self, theme: Theme, colors: tuple[str, ...], *, chosen: str, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        layout = FlowLayout(self, gap=theme.px(6))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._dots = tuple(_Swatch(theme, color, number) for number, color in enumerate(colors, start=1))
        for dot in self._dots:
            dot.clicked.connect(lambda _on=False, color=dot.color: self.choose(color))
            layout.addWidget(dot)
        self.choose(chosen)

    @property
    def chosen(self) -> str:
        return next((dot.color for dot in self._dots if dot.isChecked()), "")

    def choose(self, color: str) -> None:
        """Mark one colour; an unknown one marks none."""
        known = color in {dot.color for dot in self._dots}
        for place, dot in enumerate(self._dots):
            dot.setChecked(dot.color == color)
            stop = dot.color == color if known else place == 0
            dot.setFocusPolicy(Qt.FocusPolicy.StrongFocus if stop else Qt.FocusPolicy.ClickFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            step = -step
        place = next((i for i, dot in enumerate(self._dots) if dot.isChecked()), 0)
        dot = self._dots[(place + step) % len(self._dots)]
        self.choose(dot.color)
        dot.setFocus(Qt.FocusReason.TabFocusReason)


class _Swatch(PartButton):
    def __init__(self, theme: Theme, color: str, number: int) -> None:
        super().__init__(theme)
        self.color = color
        self.setAccessibleName(QCoreApplication.translate("Swatches", "Colour {number}").format(number=digits(number)))
        self.setFixedSize(theme.px(36), theme.px(36))

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(36), self.theme.px(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.theme.px
        with Canvas(self, self.theme) as canvas:
            middle = canvas.whole(0).center()
            canvas.disc(middle, px(13), fill=self.theme.circle_color(self.color))
            if self.isChecked():
                canvas.disc(middle, px(16), border="ink", thick=2)
                canvas.tick(middle, px(13), "surface", px(2.2))
            if self.ringed:
                canvas.focus_ring(canvas.whole(0.5), px(12))
