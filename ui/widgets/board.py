"""What a whole room reads at once: who talks with whom, or what was voted for, as large as the space allows."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPaintEvent

from ui.theme.theme import Theme
from ui.theme.tokens import PEOPLE_COLORS
from ui.widgets.canvas import Canvas, in_two_lines, text_width
from ui.widgets.fartext import FarText

SIZES = (34, 30, 27, 24, 21, 18, 16, 14, 12, 11)
"""Letters that are tried, in pixels at the reference size of the projector, the largest first."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `figure` stands beside it ("7", "9 of 12"), `share` is the length of its bar, 0 to 1, or None without
    one; `strong` for what leads. As a card, `mark` is the number of the group."""

    text: str
    figure: str = ""
    share: float | None = None
    strong: bool = False
    mark: str = ""


class Board(FarText):
    """`set_lines`; the letters grow and shrink so that every line is seen whole, in as many columns as it takes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._lines: tuple[Line, ...] = ()

    def set_lines(self, lines: tuple[Line, ...]) -> None:
        if lines == self._lines:
            return
        self._lines = lines
        self.setAccessibleName("; ".join(" ".join(part for part in (x.mark, x.text, x.figure) if part) for x in lines))
        self.update()

    def lines(self) -> tuple[Line, ...]:
        return self._lines

    def fitted(self) -> tuple[int, int]:
        """Pixels of the letters and the number of columns with which every line fits; the smallest when none does."""
        for size in SIZES:
            pixels = max(9, round(size * self._unit))
            for columns in range(1, 4 if self._cards() else 2):
                if self._fits(pixels, columns):
                    return pixels, columns
        pixels = max(9, round(SIZES[-1] * self._unit))
        # the longest names are shortened then, in as few columns as there is height for
        columns = next((many for many in range(1, 4) if self._high(pixels, many) <= self.height()), 3)
        return pixels, columns if self._cards() else 1

    def _high(self, pixels: int, columns: int) -> float:
        return math.ceil(len(self._lines) / columns) * self._row(pixels, columns) - 0.4 * pixels

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._lines:
            return
        pixels, columns = self.fitted()
        font = _sized(self.theme, "medium", pixels)
        rows = math.ceil(len(self._lines) / columns)
        wide, high = self._column(pixels, columns), self._row(pixels, columns)
        with Canvas(self, self.theme) as canvas:
            for place, line in enumerate(self._lines):
                box = canvas.rect((place // rows) * (wide + pixels), (place % rows) * high, wide, high - 0.4 * pixels)
                if self._cards():
                    self._paint_card(canvas, line, box, font, place)
                else:
                    self._paint_line(canvas, line, box, font)

    def _cards(self) -> bool:
        return any(line.mark for line in self._lines)

    def _column(self, pixels: int, columns: int) -> float:
        return (self.width() - (columns - 1) * pixels) / columns

    def _row(self, pixels: int, columns: int) -> float:
        if self._cards():
            return 2.1 * pixels
        font = _sized(self.theme, "medium", pixels)
        tallest = max(self._height(line, font, self._column(pixels, columns)) for line in self._lines)
        return tallest + (1.5 if any(line.share is not None for line in self._lines) else 0.7) * pixels

    def _fits(self, pixels: int, columns: int) -> bool:
        if self._high(pixels, columns) > self.height():
            return False
        font = _sized(self.theme, "medium", pixels)
        if not self._cards():
            return all(self._whole(line, pixels, self._column(pixels, columns)) for line in self._lines)
        return all(text_width(font, line.text) + 3.2 * pixels <= self._column(pixels, columns) for line in self._lines)

    def _whole(self, line: Line, pixels: int, wide: float) -> bool:
        """Whether its words stand on two lines."""
        font = _sized(self.theme, "strong" if line.strong else "medium", pixels)
        room = wide - (text_width(font, line.figure) + pixels if line.figure else 0)
        return all(text_width(font, part) <= room for part in in_two_lines(line.text, font, room))

    def _height(self, line: Line, font: QFont, wide: float) -> float:
        """Of the words, which may take two lines."""
        room = wide - (text_width(font, line.figure) + font.pixelSize() if line.figure else 0)
        one = QFontMetricsF(font).height()
        return one if text_width(font, line.text) <= room else 2 * one

    def _paint_card(self, canvas: Canvas, line: Line, box: QRectF, font: QFont, place: int) -> None:
        pixels = font.pixelSize()
        ground = canvas.color(PEOPLE_COLORS[place % len(PEOPLE_COLORS)])
        ground.setAlpha(80 if self.theme.dark else 48)
        canvas.box(box, fill=ground, radius=0.6 * pixels)
        number = QRectF(box)
        number.setWidth(2.2 * pixels)
        words = QRectF(box)
        words.setWidth(box.width() - 2.8 * pixels)
        if canvas.rtl:
            number.moveRight(box.right())
            words.moveLeft(box.left() + 0.6 * pixels)
        else:
            words.moveRight(box.right() - 0.6 * pixels)
        canvas.text(
            number, line.mark, font=_sized(self.theme, "strong", pixels), color="ink2", align="center", elide=False
        )
        canvas.text(words, line.text, font=font, color="ink")

    def _paint_line(self, canvas: Canvas, line: Line, box: QRectF, font: QFont) -> None:
        pixels = font.pixelSize()
        shown = _sized(self.theme, "strong" if line.strong else "medium", pixels)
        figure = text_width(shown, line.figure) + pixels if line.figure else 0.0
        high = self._height(line, font, box.width())
        words = QRectF(box.left() + (figure if canvas.rtl else 0), box.top(), box.width() - figure, high)
        for row, text in enumerate(in_two_lines(line.text, shown, words.width())):
            one = QRectF(words.left(), words.top() + row * QFontMetricsF(shown).height(), words.width(), high)
            one.setHeight(QFontMetricsF(shown).height())
            canvas.text(one, text, font=shown, color="ink")
        if line.figure:
            end = QRectF(box.left() if canvas.rtl else box.right() - figure, box.top(), figure, high)
            canvas.text(end, line.figure, font=shown, color="primary" if line.strong else "ink2", align="end")
        if line.share is not None:
            bar = QRectF(box.left(), box.top() + high + 0.2 * pixels, box.width(), 0.55 * pixels)
            canvas.box(bar, fill=self.theme.color("line", 80), radius=bar.height())
            if line.share > 0:
                filled = QRectF(bar)
                filled.setWidth(max(bar.height(), bar.width() * line.share))
                if canvas.rtl:
                    filled.moveRight(bar.right())
                canvas.box(filled, fill="primary" if line.strong else "teal", radius=bar.height())


def _sized(theme: Theme, role: str, pixels: int) -> QFont:
    font = QFont(theme.font(role))
    font.setPixelSize(pixels)
    return font
