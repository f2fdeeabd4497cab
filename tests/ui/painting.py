"""What painted widgets draw in a window: each word, figure and icon with its place, its ink and whether it was cut short."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextLayout, QTextLine
from PySide6.QtWidgets import QWidget

import ui
from ui.widgets.canvas import Canvas
from ui.widgets.clockring import ClockRing


@dataclass(frozen=True, slots=True)
class Mark:
    """A `word`, an `icon` or a `tick`; `area` is where it is in its widget, `size` and `weight` are those of its letters."""

    kind: str
    words: str
    widget: QWidget
    area: QRectF
    ink: QColor
    size: float
    weight: int
    cut: bool

    @property
    def large(self) -> bool:
        """Whether the letters are of those that need to stand out less."""
        return self.size >= 24 or (self.size >= 18.66 and self.weight >= QFont.Weight.Bold)


def ui_classes(kind: type[QWidget] = QWidget) -> list[type[QWidget]]:
    """Every class of the interface that is a `kind`, also of modules that nobody imported yet."""
    for module in pkgutil.walk_packages(ui.__path__, "ui."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: dict[type[QWidget], None] = {}
    waiting: list[type[QWidget]] = [kind]
    while waiting:
        one = waiting.pop()
        found[one] = None
        waiting += one.__subclasses__()
    return [one for one in found if one.__module__.startswith("ui.")]


def painted_classes() -> set[type[QWidget]]:
    """Every class of the interface that paints itself."""
    return {one for one in ui_classes() if "paintEvent" in vars(one)}


def afresh(window: QWidget) -> None:
    """Forget pictures that were kept from an earlier painting."""
    for ring in [window, *window.findChildren(ClockRing)]:
        if isinstance(ring, ClockRing):
            ring._picture.forget()


@contextmanager
def marks(*, as_blocks: bool = False, silently: bool = False) -> Iterator[list[Mark]]:
    """Notes what is painted meanwhile. Words and icons are drawn as blocks of their size, or `silently` not at all."""
    found: list[Mark] = []
    text, icon, tick, began = Canvas.text, Canvas.icon, Canvas.tick, Canvas.__init__
    at_line, at_layout = QTextLine.draw, QTextLayout.draw
    at_words = QPainter.drawText
    of: dict[int, QWidget] = {}
    drawing: list[bool] = []

    def begin(self: Canvas, widget: QWidget, *given: Any, **more: Any) -> None:
        began(self, widget, *given, **more)
        of[id(self.painter)] = widget

    def note(painter: QPainter, area: QRectF, kind: str, words: str, ink: QColor, font: QFont, *, cut: bool) -> None:
        ink = QColor(ink)
        ink.setAlphaF(ink.alphaF() * painter.opacity())
        place = painter.transform().mapRect(area)
        size, weight = float(font.pixelSize()), font.weight()
        found.append(Mark(kind, words, of[id(painter)], place, ink, size, weight, cut))
        if as_blocks:
            painter.fillRect(area, ink)

    def paint_text(self: Canvas, rect: QRectF, words: str, **how: Any) -> None:
        elide, align, font = how.get("elide", True), how.get("align", "start"), how["font"]
        metrics = QFontMetricsF(font)
        whole = metrics.horizontalAdvance(words)
        # a block is no wider than its room, as words in dots are; their dots may be a little narrower
        width = min(whole, rect.width()) if elide else whole
        high = min(metrics.height(), rect.height())
        left = rect.x() if (align == "start") != self.rtl else rect.right() - width
        if align == "center":
            left = rect.center().x() - width / 2
        area = QRectF(left, rect.center().y() - high / 2, width, high)
        if words:
            cut = elide and whole > rect.width() + 0.5
            note(self.painter, area, "word", words, self.color(how.get("color", "ink")), font, cut=cut)
        if not (as_blocks or silently):
            drawing.append(True)
            text(self, rect, words, **how)
            drawing.clear()

    def paint_icon(self: Canvas, name: str, color: Any, *, x: float, y: float, size: float, stroke: float = 2) -> None:
        area, font = self.rect(x, y, size, size), QFont()
        font.setPixelSize(max(1, round(size)))
        note(self.painter, area, "icon", name, self.color(color), font, cut=False)
        if not (as_blocks or silently):
            icon(self, name, color, x=x, y=y, size=size, stroke=stroke)

    def written(painter: QPainter, lines: list[QTextLine], words: str, font: QFont, at: QPointF) -> bool:
        if id(painter) not in of:
            return True
        for line in lines:
            area = line.naturalTextRect().translated(at)
            note(painter, area, "word", words, painter.pen().color(), font, cut=words.endswith("…"))
        return not (as_blocks or silently)

    def draw_words(self: QPainter, rect: QRectF, flags: int, words: str) -> None:
        """Words of several lines; those of one come by way of the canvas."""
        if id(self) in of and not drawing:
            area = QRectF(self.boundingRect(rect, flags, words))
            note(
                self,
                area,
                "word",
                words,
                self.pen().color(),
                self.font(),
                cut=not rect.adjusted(-1, -1, 1, 1).contains(area),
            )
        if drawing or not (as_blocks or silently):
            at_words(self, rect, flags, words)

    def draw_line(self: QTextLine, painter: QPainter, at: QPointF) -> None:
        if written(painter, [self], "", painter.font(), at):
            at_line(self, painter, at)

    def draw_layout(self: QTextLayout, painter: QPainter, at: QPointF, *more: Any) -> None:
        lines = [self.lineAt(number) for number in range(self.lineCount())]
        if written(painter, lines, self.text(), self.font(), at):
            at_layout(self, painter, at, *more)

    def paint_tick(self: Canvas, center: QPointF, radius: float, color: Any, thick: float) -> None:
        # what the line crosses, well inside of the disc or box behind it
        area = QRectF(center.x() - radius / 3, center.y() - radius / 3, radius / 1.5, radius / 1.5)
        note(self.painter, area, "tick", "", self.color(color), QFont(), cut=False)
        if not (as_blocks or silently):
            tick(self, center, radius, color, thick)

    with ExitStack() as held:
        for owner, name, instead in (
            (Canvas, "__init__", begin), (Canvas, "tick", paint_tick), (Canvas, "text", paint_text), (Canvas, "icon", paint_icon),
            (QTextLine, "draw", draw_line), (QTextLayout, "draw", draw_layout),
            (QPainter, "drawText", draw_words),
        ):  # fmt: skip
            held.enter_context(patch.object(owner, name, instead))
        yield found


def seen_part(mark: Mark, window: QWidget) -> QRect:
    """Where in the window a mark can be seen; empty when it is scrolled away or covered."""
    whole = mark.area.toAlignedRect() & mark.widget.visibleRegion().boundingRect()
    return QRect(mark.widget.mapTo(window, whole.topLeft()), whole.size()) if not whole.isEmpty() else QRect()
