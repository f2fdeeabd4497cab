"""The life of a meeting as five linked steps, and the thin bar of progress."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.text import number as digits
from ui.theme.theme import Theme
from ui.widgets.base import PaintedWidget, PartButton
from ui.widgets.canvas import Canvas, line_height, text_width
from ui.widgets.tip import plain_tip


class Stepper(QWidget):
    """Steps as (code, words); `chosen(code)` when pressed, in any order. `set_state` marks where things stand.

    Tab comes to the step that is shown; the arrow keys lead to the others, and Enter or Space opens one.

    Where there is no room for all the words, only the step that is shown keeps its own: half a word says nothing.
    """

    chosen = Signal(str)

    def __init__(
        self, theme: Theme, steps: tuple[tuple[str, str], ...], *, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._steps: dict[str, _Step] = {}
        self._bridges = [_Bridge(theme) for _ in steps[1:]]
        for number, (code, words) in enumerate(steps, start=1):
            step = _Step(theme, words, number)
            step.clicked.connect(lambda _checked=False, code=code: self.chosen.emit(code))
            layout.addWidget(step)
            if number < len(steps):
                layout.addWidget(self._bridges[number - 1])
            self._steps[code] = step
        layout.addStretch(1)

    def set_state(self, current: str, done: tuple[str, ...] = ()) -> None:
        """Mark the step that is shown and those that are finished."""
        for code, step in self._steps.items():
            step.setChecked(code == current)
            step.setFocusPolicy(Qt.FocusPolicy.StrongFocus if code == current else Qt.FocusPolicy.ClickFocus)
            step.set_done(code in done)
            step.updateGeometry()
        self._fit()

    def sizeHint(self) -> QSize:
        return self._size([step.full() for step in self._steps.values()])

    def minimumSizeHint(self) -> QSize:
        return self._size([step.minimumSizeHint() for step in self._steps.values()])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        steps = list(self._steps.values())
        at = next((place for place, step in enumerate(steps) if step.hasFocus()), None)
        if not way or at is None:
            super().keyPressEvent(event)
            return
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            way = -way
        steps[(at + way) % len(steps)].setFocus(Qt.FocusReason.TabFocusReason)

    def _fit(self) -> None:
        narrow = self.width() < self.sizeHint().width()
        for step in self._steps.values():
            step.set_narrow(narrow)

    def _size(self, steps: list[QSize]) -> QSize:
        between = sum(bridge.width() for bridge in self._bridges)
        return QSize(sum(size.width() for size in steps) + between, max(size.height() for size in steps))


class _Step(PartButton):
    def __init__(self, theme: Theme, words: str, number: int) -> None:
        super().__init__(theme)
        self._number = digits(number)
        self._done = self._narrow = False
        self.setText(words)
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(words))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_done(self, done: bool) -> None:
        self._done = done
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        """Whether only the number is shown, unless this is the step that is shown."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.updateGeometry()
            self.update()

    def full(self) -> QSize:
        """With all words, in pixels."""
        px, font = self.theme.px, self.theme.font("second_strong")
        return QSize(round(text_width(font, self.text())) + px(46), max(px(36), round(line_height(font)) + px(12)))

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint() if self._narrow else self.full()

    def minimumSizeHint(self) -> QSize:
        full = self.full()
        return full if self.isChecked() else QSize(self.theme.px(40), full.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.theme.px
        on = self.isChecked()
        with Canvas(self, self.theme) as canvas:
            if on or self.lit:
                canvas.box(canvas.whole(0.5), fill="primary_soft" if on else "hover", radius=self.height())
            dot = canvas.point(px(20), self.height() / 2)
            if self._done and not on:
                canvas.disc(dot, px(10), fill="teal")
                canvas.tick(dot, px(10), "on_teal", px(2))
            else:
                canvas.disc(dot, px(9.5), fill="primary" if on else None, border=None if on else "line", thick=1.4)
                around = canvas.rect(px(10), 0, px(20), self.height())
                words = "on_primary" if on else "ink3"
                canvas.text(around, self._number, font=self.theme.font("key"), color=words, align="center", elide=False)
            rect = canvas.rect(px(36), 0, self.width() - px(38), self.height())
            words = "on_primary_soft" if on else "ink2"
            if on or not self._narrow:
                canvas.text(rect, self.text(), font=self.theme.font("second_strong"), color=words)
            if self.ringed:
                canvas.focus_ring(canvas.whole(0.5), self.height())


class _Bridge(PaintedWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setFixedSize(theme.px(22), theme.px(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            canvas.box(canvas.rect(4, self.height() / 2 - 1, self.width() - 8, 2), fill="border", radius=1)


class ProgressBar(PaintedWidget):
    """A thin bar, `fraction` 0 to 1; `name` says it in words, because a bar alone says nothing to many."""

    heard_as = "bar"

    def __init__(
        self, theme: Theme, *, name: str = "", tone: str = "primary", high: float = 6, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self._fraction, self._tone = 0.0, tone
        self.setFixedHeight(theme.px(high))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_fraction(self, fraction: float, *, name: str = "", tone: str = "") -> None:
        self._fraction = min(1.0, max(0.0, fraction))
        self._tone = tone or self._tone
        if name:
            self.setAccessibleName(name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            canvas.box(canvas.whole(0), fill=self.theme.color(self._tone, 45), radius=self.height())
            if self._fraction > 0:
                long = max(self._fraction * self.width(), self.height())
                canvas.box(canvas.rect(0, 0, long, self.height()), fill=self._tone, radius=self.height())
