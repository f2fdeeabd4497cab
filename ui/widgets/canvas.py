"""A painter for one widget that thinks from the reading side, so that every painted thing mirrors by itself."""

from __future__ import annotations

import math
from types import TracebackType

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QLinearGradient, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from ui.theme.theme import Theme

LETTERS_FROM = 7.5
"""Pixels: in a smaller disc two letters would reach over its edge."""

Paint = str | QColor | None
"""A token name, a ready colour, or nothing."""


class Canvas:
    """Use as `with Canvas(widget, theme) as c:`; x counts from the start of the line (left, or right in RTL).

    `on` is a picture to paint on in the widget's place, of the widget's size.
    """

    def __init__(self, widget: QWidget, theme: Theme, *, on: QPixmap | None = None) -> None:
        self.theme = theme
        self.width, self.height = float(widget.width()), float(widget.height())
        self.rtl = widget.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.painter = QPainter(widget if on is None else on)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        # each text runs by its own first letter; only its place follows the direction of the page
        self.painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)

    def __enter__(self) -> Canvas:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.painter.end()

    def color(self, paint: Paint, alpha: int | None = None) -> QColor:
        if isinstance(paint, QColor):
            return paint
        return self.theme.color(paint, alpha) if paint else QColor(0, 0, 0, 0)

    def rect(self, x: float, y: float, width: float, height: float) -> QRectF:
        """A rectangle in the widget from one measured from the reading side."""
        return QRectF(self.width - x - width if self.rtl else x, y, width, height)

    def point(self, x: float, y: float) -> QPointF:
        return QPointF(self.width - x if self.rtl else x, y)

    def whole(self, inset: float = 0.5) -> QRectF:
        return QRectF(inset, inset, self.width - 2 * inset, self.height - 2 * inset)

    def box(
        self, rect: QRectF, *, fill: Paint = None, border: Paint = None, radius: float = 0, thick: float = 1
    ) -> None:
        """A rounded box in widget coordinates; a radius beyond half the height makes a pill."""
        radius = min(radius, rect.height() / 2, rect.width() / 2)
        self.painter.setBrush(QBrush(self.color(fill)) if fill else Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(self.color(border), thick) if border else Qt.PenStyle.NoPen)
        self.painter.drawRoundedRect(rect, radius, radius)

    def disc(
        self, center: QPointF, radius: float, *, fill: Paint = None, border: Paint = None, thick: float = 1
    ) -> None:
        self.painter.setBrush(QBrush(self.color(fill)) if fill else Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(self.color(border), thick) if border else Qt.PenStyle.NoPen)
        self.painter.drawEllipse(center, radius, radius)

    def text(
        self, rect: QRectF, text: str, *, font: QFont, color: Paint = "ink", align: str = "start", elide: bool = True
    ) -> None:
        """One line in `rect` (widget coordinates), vertically centred; align start, center or end."""
        if elide:
            text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 0.5)
        left = (align == "start") != self.rtl
        side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
        if align == "center":
            side = Qt.AlignmentFlag.AlignHCenter
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        self.painter.setFont(font)
        self.painter.setPen(self.color(color))
        self.painter.drawText(rect, int(flags) | int(Qt.TextFlag.TextSingleLine), text)

    def icon(self, name: str, color: Paint, *, x: float, y: float, size: float, stroke: float = 2) -> None:
        """An icon with its near top corner `x` from the reading side."""
        at = self.rect(x, y, size, size).topLeft()
        self.theme.icons.paint(
            self.painter, name, self.color(color), at=at, size=size, stroke=stroke, mirrored=self.rtl
        )

    def focus_ring(self, rect: QRectF, radius: float) -> None:
        """The 2 px ring of the thing that has the keyboard, just inside `rect`."""
        self.box(rect.adjusted(0.5, 0.5, -0.5, -0.5), border="focus", radius=radius, thick=2)

    def key_cap(self, x: float, middle: float, text: str, color: Paint) -> float:
        """A key name in a small frame starting at `x`; returns its width."""
        font = self.theme.font("key")
        width = key_cap_width(self.theme, text)
        high = self.theme.px(19)
        frame = self.rect(x + 0.5, middle - high / 2, width, high)
        line = QColor(self.color(color))
        line.setAlpha(110)
        self.box(frame, border=line, radius=self.theme.px(5))
        self.text(frame, text, font=font, color=color, align="center", elide=False)
        return width

    def avatar(self, center: QPointF, radius: float, initials: str, color: str, *, faded: bool = False) -> None:
        """A person as a disc with initials; `faded` for somebody whose turn is still to come."""
        font = QFont(self.theme.font("strong"))
        font.setPixelSize(max(7, round(radius * (0.72 if len(initials) < 3 else 0.58))))
        around = QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius)
        if faded:
            self.disc(center, radius, fill="sunken", border="border", thick=1.2)
        else:
            body = QColor(color)
            shade = QLinearGradient(around.topLeft(), around.bottomLeft())
            shade.setColorAt(0, body.lighter(112))
            shade.setColorAt(1, body)
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(QBrush(shade))
            self.painter.drawEllipse(center, radius, radius)
        if radius >= LETTERS_FROM:
            self.text(around, initials, font=font, color="ink3" if faded else "#FFFFFF", align="center", elide=False)

    def tick(self, center: QPointF, radius: float, color: Paint, thick: float) -> None:
        """A check mark about `radius` wide each way; a tick looks the same in every direction of reading."""
        pen = QPen(self.color(color), thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        x, y = center.x(), center.y()
        self.painter.drawPolyline(
            [
                QPointF(x - radius * 0.42, y + radius * 0.02),
                QPointF(x - radius * 0.1, y + radius * 0.34),
                QPointF(x + radius * 0.44, y - radius * 0.31),
            ]
        )


def key_cap_width(theme: Theme, text: str) -> float:
    return text_width(theme.font("key"), text) + theme.px(12)


def text_width(font: QFont, text: str) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)


def in_two_lines(text: str, font: QFont, width: float) -> tuple[str, str]:
    """What fits `width` up to a space, and the rest; no rest when all of it fits or its first word does not."""
    if text_width(font, text) <= width:
        return text, ""
    words = text.split(" ")
    for count in range(len(words) - 1, 0, -1):
        start = " ".join(words[:count])
        if text_width(font, start) <= width:
            return start, " ".join(words[count:])
    return text, ""


def in_lines(text: str, font: QFont, width: float) -> list[str]:
    """The words in as many lines as they need; a word wider than `width` has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(font, longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def in_few_lines(text: str, font: QFont, width: float, *, least: int, most: int = 2) -> tuple[QFont, list[str]]:
    """The words in one line if they fit `width`, else in up to `most`: in the letters of `font`, or in the largest smaller ones
    with which they do, down to `least` pixels; what does not fit even then is in the last line."""
    face, lines = QFont(font), [text]
    for pixels in range(font.pixelSize(), least - 1, -1):
        face.setPixelSize(pixels)
        lines = in_lines(text, face, width)
        if len(lines) <= most and max(text_width(face, line) for line in lines) <= width:
            return face, lines
    return face, [*lines[: most - 1], " ".join(lines[most - 1 :])]


def line_height(font: QFont) -> float:
    return QFontMetricsF(font).height()


def seat_points(center: QPointF, radius: float, count: int) -> tuple[QPointF, ...]:
    """Where `count` seats stand on a circle, the first at the top, clockwise in every language."""
    angles = (-math.pi / 2 + index * 2 * math.pi / max(count, 1) for index in range(count))
    return tuple(QPointF(center.x() + radius * math.cos(a), center.y() + radius * math.sin(a)) for a in angles)


def initials(name: str) -> str:
    """Up to two letters for a person: first letters of the first two words, as they are written."""
    words = [word for word in name.split() if word[0].isalnum()] or name.split()
    letters = "".join(word[0] for word in words[:2])
    return letters.upper() or "?"
