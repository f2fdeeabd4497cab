"""One line of the search: icon, title with the typed letters set off, where it is, and its shortcut."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPaintEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy

from ui.models.names import matches
from ui.theme.theme import Theme
from ui.views.search_found import Found
from ui.widgets.base import PaintedButton
from ui.widgets.canvas import Canvas, key_cap_width, line_height
from ui.widgets.chip import TONES


class FoundRow(PaintedButton):
    """The keyboard stays in the field; `set_chosen` marks the line that Enter would take."""

    def __init__(self, theme: Theme, found: Found, words: str) -> None:
        super().__init__(theme)
        self.found = found
        self._words = words
        self._chosen = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        told = (found.title, found.second, found.group, found.key)
        self.setAccessibleName(", ".join(part for part in told if part))

    def set_chosen(self, chosen: bool) -> None:
        self._chosen = chosen
        self.update()

    def sizeHint(self) -> QSize:
        theme = self.theme
        lines = line_height(theme.font("medium")) + (line_height(theme.font("small")) if self.found.second else 0)
        return QSize(theme.px(300), max(theme.px(48 if self.found.second else 42), round(lines) + theme.px(12)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(120), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        px, found = self.theme.px, self.found
        with Canvas(self, self.theme) as canvas:
            if self._chosen:
                canvas.box(canvas.whole(1), fill="primary_soft", radius=px(10))
            elif self.lit:
                canvas.box(canvas.whole(1), fill="hover", radius=px(10))
            fill, words = TONES[found.tone]
            side = px(30)
            tile = canvas.rect(px(10), (self.height() - side) / 2, side, side)
            canvas.box(tile, fill="surface" if self._chosen else fill, radius=px(9))
            size = px(17)
            canvas.icon(found.icon, words, x=px(10) + (side - size) / 2, y=(self.height() - size) / 2, size=size)
            far = float(px(14))
            if found.key:
                far += key_cap_width(self.theme, found.key)
                canvas.key_cap(self.width() - far, self.height() / 2, found.key, "ink3")
                far += px(10)
            elif self._chosen:
                far += px(18)
                canvas.icon("arrow-right", "primary", x=self.width() - far, y=(self.height() - px(16)) / 2, size=px(16))
                far += px(8)
            self._paint_words(canvas, start=px(52), room=self.width() - px(52) - far)

    def _paint_words(self, canvas: Canvas, *, start: float, room: float) -> None:
        theme, found = self.theme, self.found
        high = line_height(theme.font("medium"))
        small = line_height(theme.font("small")) if found.second else 0
        top = (self.height() - high - small) / 2
        ink = "on_primary_soft" if self._chosen else "ink"
        self._paint_title(canvas, canvas.rect(start, top, room, high), ink)
        if found.second:
            rect = canvas.rect(start, top + high, room, small)
            ink = "on_primary_soft" if self._chosen else "ink3"
            canvas.text(rect, found.second, font=theme.font("small"), color=ink)

    def _paint_title(self, canvas: Canvas, rect: QRectF, ink: str) -> None:
        """The title with the letters that were typed in a stronger weight, in any direction of reading."""
        theme = self.theme
        font = theme.font("medium")
        shown = QFontMetricsF(font).elidedText(self.found.title, Qt.TextElideMode.ElideRight, rect.width())
        layout = QTextLayout(shown, font)
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setAlignment(Qt.AlignmentFlag.AlignRight if canvas.rtl else Qt.AlignmentFlag.AlignLeft)
        option.setAlignment(option.alignment() | Qt.AlignmentFlag.AlignAbsolute)
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        layout.setTextOption(option)
        found = matches((shown,), self._words, name=str) if self._words else ()
        if found and found[0].end:
            strong = QTextLayout.FormatRange()
            strong.start, strong.length = found[0].start, found[0].end - found[0].start
            form = QTextCharFormat()
            form.setFontUnderline(True)
            form.setUnderlineColor(theme.color("primary"))
            strong.format = form
            layout.setFormats([strong])
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(rect.width())
        layout.endLayout()
        canvas.painter.setPen(canvas.color(ink))
        layout.draw(canvas.painter, QPointF(rect.x(), rect.y()))
