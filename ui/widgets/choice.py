"""Yes or no, and one of a few: the round-cornered check box, the segmented row (tabs and kinds)."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import PaintedButton, PartButton
from ui.widgets.canvas import Canvas, line_height, text_width
from ui.widgets.chip import TONES
from ui.widgets.flow import FlowLayout


class CheckBox(PaintedButton):
    """A check box with optional words; without words give `name` for screen readers. `toggled(bool)` as in Qt."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        name: str = "",
        checked: bool = False,
        role: str = "body",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self.setCheckable(True)
        self.setChecked(checked)
        self.setText(text)
        self.setFont(theme.font(role))
        self.setAccessibleName(name or text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        px = self.theme.px
        if not self.text():
            return QSize(px(36), px(36))
        high = max(px(36), round(line_height(self.font())) + px(10))
        return QSize(px(36) + round(text_width(self.font(), self.text())) + px(10), high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.theme.px
        with Canvas(self, self.theme) as canvas:
            on = self.isEnabled()
            side = px(20)
            box = canvas.rect((px(36) - side) / 2, (self.height() - side) / 2, side, side).adjusted(
                0.5, 0.5, -0.5, -0.5
            )
            if self.isChecked():
                canvas.box(box, fill="teal" if on else "line", radius=px(6))
                canvas.tick(box.center(), side * 0.5, "on_teal" if on else "surface", px(2.4))
            else:
                edge = "teal" if self.lit else "line"
                canvas.box(box, fill="surface" if on else "sunken", border=edge, radius=px(6), thick=1.6)
            if self.text():
                rect = canvas.rect(px(36), 0, self.width() - px(36), self.height())
                canvas.text(rect, self.text(), font=self.font(), color="ink" if on else "ink3", elide=False)
            if self.ringed:
                canvas.focus_ring(canvas.whole(1), px(9))


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its code, its words, an optional icon and the tone it wears when chosen."""

    code: str
    text: str
    icon: str = ""
    tone: str = "primary"


class Segmented(QWidget):
    """One of a few, in a row. `tabs` draws an underline, otherwise pills. Arrow keys move; `chosen(code)` on change."""

    chosen = Signal(str)

    def __init__(
        self,
        theme: Theme,
        options: tuple[Option, ...],
        *,
        name: str,
        code: str = "",
        tabs: bool = False,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`wrap` lets the row go on in a second line when there is no room."""
        super().__init__(parent)
        self.theme = theme
        self.setAccessibleName(name)
        self._parts: dict[str, _Part] = {}
        layout = self._layout_for(wrap)
        for option in options:
            part = _Part(theme, option, tabs=tabs)
            part.clicked.connect(lambda _checked=False, code=option.code: self._pick(code))
            layout.addWidget(part)
            self._parts[option.code] = part
        if isinstance(layout, QHBoxLayout):
            layout.addStretch(1)
        self.set_code(code or options[0].code)

    def code(self) -> str:
        return next((code for code, part in self._parts.items() if part.isChecked()), "")

    def set_code(self, code: str) -> None:
        """Mark a choice without firing `chosen`."""
        for own, part in self._parts.items():
            part.setChecked(own == code)
            part.setFocusPolicy(Qt.FocusPolicy.StrongFocus if own == code else Qt.FocusPolicy.ClickFocus)

    def set_text(self, code: str, text: str) -> None:
        """Change the words of one choice, such as a count in a tab."""
        self._parts[code].set_text(text)

    def set_offered(self, code: str, offered: bool) -> None:
        """Offer a choice or take it off the row, such as one that needs a wide window."""
        self._parts[code].setVisible(offered)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            step = -step
        codes = [code for code, part in self._parts.items() if not part.isHidden()]
        code = codes[(codes.index(self.code()) + step) % len(codes)]
        self._pick(code)
        self._parts[code].setFocus(Qt.FocusReason.TabFocusReason)

    def _layout_for(self, wrap: bool) -> QLayout:
        if not wrap:
            line = QHBoxLayout(self)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(self.theme.px(4))
            return line
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        return FlowLayout(self, gap=self.theme.px(4))

    def _pick(self, code: str) -> None:
        before = self.code()
        self.set_code(code)
        if code != before:
            self.chosen.emit(code)


class _Part(PartButton):
    """One choice of a Segmented."""

    def __init__(self, theme: Theme, option: Option, *, tabs: bool) -> None:
        super().__init__(theme)
        self._option, self._tabs = option, tabs
        self._edge = theme.px(10 if tabs else 12)
        self.setFont(theme.font("strong" if tabs else "second_strong"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_text(option.text)

    def set_text(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px = self.theme.px
        width = round(text_width(self.font(), self.text())) + 2 * self._edge + (px(22) if self._option.icon else 0)
        return QSize(width + 2, max(px(40 if self._tabs else 34), round(line_height(self.font())) + px(12)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.theme.px
        on = self.isChecked()
        fill, words = TONES[self._option.tone]
        with Canvas(self, self.theme) as canvas:
            if self._tabs:
                words = "ink" if on else "ink3"
                if on:
                    line = canvas.rect(self._edge, self.height() - px(3), self.width() - 2 * self._edge, px(3))
                    canvas.box(line, fill="primary", radius=px(2))
                elif self.lit:
                    canvas.box(canvas.whole(1), fill="hover", radius=px(10))
            elif on or self.lit:
                canvas.box(canvas.whole(0.5), fill=fill if on else "hover", radius=self.height())
            if not on and not self._tabs:
                words = "ink2"
            x = float(self._edge)
            if self._option.icon:
                canvas.icon(self._option.icon, words, x=x - 2, y=(self.height() - px(16)) / 2, size=px(16))
                x += px(22)
            rect = canvas.rect(x, 0, self.width() - x, self.height())
            canvas.text(rect, self.text(), font=self.font(), color=words, elide=False)
            if self.ringed:
                canvas.focus_ring(canvas.whole(0.5), px(10) if self._tabs else self.height())
