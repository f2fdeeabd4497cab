"""The circle of seats, the motif of the app: as logo, as dots around a number, as people around a number."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QIcon, QPainter, QPaintEvent, QPen, QPixmap, QRadialGradient
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.text import number
from ui.theme.theme import Theme, neighbour_colors
from ui.theme.tokens import LOGO_COLORS
from ui.widgets.base import PaintedWidget
from ui.widgets.canvas import Canvas, in_few_lines, initials, seat_points, text_width


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat: a person, or an empty one (no name). `key` chooses the colour."""

    name: str = ""
    key: bytes = b""
    state: str = ""  # "" | spoken | speaking | waiting | away | nameless (somebody, but not who)


class Logo(PaintedWidget):
    """Seven seats around a warm centre."""

    def __init__(self, theme: Theme, *, size: float = 32, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFixedSize(theme.px(size), theme.px(size))

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            paint_logo(canvas.painter, canvas.whole(1), self.theme)


def paint_logo(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """The logo inside a square `rect`."""
    middle, reach = rect.center(), rect.width() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    for point, color in zip(seat_points(middle, reach * 0.74, len(LOGO_COLORS)), LOGO_COLORS, strict=True):
        painter.setBrush(QBrush(theme.color(color)))
        painter.drawEllipse(point, reach * 0.25, reach * 0.25)
    painter.setBrush(QBrush(theme.color("primary")))
    painter.drawEllipse(middle, reach * 0.2, reach * 0.2)


def logo_icon(theme: Theme) -> QIcon:
    """The window icon in the sizes that desktops ask for."""
    icon = QIcon()
    for side in (16, 32, 48, 64, 128, 256):
        picture = QPixmap(side, side)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_logo(painter, QRectF(0, 0, side, side), theme)
        painter.end()
        icon.addPixmap(picture)
    return icon


class SeatDots(PaintedWidget):
    """`total` dots around their number, `filled` of them strong: the small ring of a circle's card."""

    heard_as = "picture"

    def __init__(
        self,
        theme: Theme,
        *,
        total: int,
        filled: int,
        color: str,
        text: str = "",
        name: str = "",
        size: float = 52,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._total, self._filled, self._color = total, filled, color
        self._text = text or number(total)
        self.setFixedSize(theme.px(size), theme.px(size))
        self.setAccessibleName(name or self._text)

    def paintEvent(self, event: QPaintEvent) -> None:
        strong = self.theme.circle_color(self._color)
        faint = self.theme.circle_color(self._color)
        faint.setAlpha(80)
        with Canvas(self, self.theme) as canvas:
            middle = canvas.whole(0).center()
            # never more dots than fit side by side; a big circle keeps its share of filled ones
            shown = min(self._total, 18)
            filled = self._filled if shown == self._total else round(self._filled * shown / max(self._total, 1))
            dot = self.width() * (0.079 if shown > 7 else 0.09)
            for index, point in enumerate(seat_points(middle, self.width() * 0.5 - dot - 0.5, shown)):
                place = canvas.point(point.x(), point.y())
                canvas.disc(place, dot, fill=strong if index < filled else faint)
            canvas.text(canvas.whole(0), self._text, font=self.theme.font("second_strong"), align="center", elide=False)


LETTERS_FROM = 8
"""The half width of a disc at 100 % from which its letters can be read."""
LEAST_CAPTION = 10
"""Pixels at 100 % text of the words under the number, where they have no room in larger ones."""


class SeatRing(PaintedWidget):
    """People (or empty seats) around a big number with a caption; `hero` is the version on the coloured ground.

    Sizes itself to the room it gets; with many people the discs shrink so that none touch.
    """

    heard_as = "picture"

    def __init__(
        self,
        theme: Theme,
        *,
        hero: bool = False,
        minimum: float = 190,
        glow: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._hero, self._glow, self._minimum = hero, glow and not hero, minimum
        self._seats: tuple[Seat, ...] = ()
        self._number = self._caption = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_seats(self, seats: tuple[Seat, ...], *, number: str, caption: str, name: str = "") -> None:
        """Show these seats; `name` is what a screen reader says (number and caption when empty)."""
        self._seats, self._number, self._caption = seats, number, caption
        self.setAccessibleName(name or f"{number} {caption}")
        self.update()

    def sizeHint(self) -> QSize:
        side = self.theme.px(self._minimum)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            middle = canvas.whole(0).center()
            outer = min(canvas.width, canvas.height) / 2 - 3
            count = max(len(self._seats), 1)
            disc = min(outer * (0.18 if self._hero else 0.145), outer * 2.45 / (count + 2.45), self.theme.px(24))
            ring = outer - disc - (2 if self._hero else 0)
            if self._glow:
                self._paint_glow(canvas, ring)
            colors = neighbour_colors([seat.key or seat.name.encode("utf-8") for seat in self._seats])
            for seat, point, color in zip(
                self._seats, seat_points(middle, ring, len(self._seats)), colors, strict=True
            ):
                # the circle is read from the reading side, so people sit the other way round in Arabic
                self._paint_seat(canvas, seat, canvas.point(point.x(), point.y()), disc, color)
            self._paint_words(canvas, ring - disc)

    def _paint_seat(self, canvas: Canvas, seat: Seat, point: QPointF, disc: float, color: str) -> None:
        if self._hero and seat.name:
            canvas.disc(point, disc + 1.6, fill="hero_paper")
        if seat.state == "nameless":
            canvas.disc(point, disc, fill=color)
            return
        if seat.name:
            # letters that nobody could read are left out
            letters = initials(seat.name) if disc >= self.theme.px(LETTERS_FROM) else ""
            canvas.avatar(point, disc, letters, color, faded=seat.state == "waiting" and not self._hero)
            return
        pen = QPen(canvas.color("on_hero" if self._hero else "line", 150), 1.4, Qt.PenStyle.DashLine)
        canvas.painter.setPen(pen)
        canvas.painter.setBrush(Qt.BrushStyle.NoBrush)
        canvas.painter.drawEllipse(point, disc * 0.9, disc * 0.9)

    def _paint_glow(self, canvas: Canvas, radius: float) -> None:
        middle = canvas.whole(0).center()
        glow = QRadialGradient(middle, radius)
        glow.setColorAt(0, canvas.color("primary_soft", 120 if self.theme.dark else 220))
        glow.setColorAt(1, canvas.color("primary_soft", 0))
        canvas.painter.setPen(Qt.PenStyle.NoPen)
        canvas.painter.setBrush(glow)
        canvas.painter.drawEllipse(middle, radius, radius)

    def _paint_words(self, canvas: Canvas, inner: float) -> None:
        ink, soft = ("on_hero", "on_hero") if self._hero else ("ink", "ink3")
        middle = canvas.whole(0).center()
        size = max(20.0, min(54.0, inner / self.theme.scale * 0.56))
        number = self.theme.font("number", px=size)
        high = number.pixelSize() * 1.3
        caption = self.theme.font("chip" if self._hero else "body")
        # in two lines they stand lower, where the circle is narrower
        wide = 2 * inner if text_width(caption, self._caption) <= 2 * inner else 1.7 * inner
        caption, lines = in_few_lines(self._caption, caption, wide, least=self.theme.px(LEAST_CAPTION))
        line = caption.pixelSize() * (1.5 if len(lines) == 1 else 1.3)
        top = middle.y() - (high + line * len(lines)) / 2
        around = QRectF(middle.x() - inner, top, 2 * inner, high)
        canvas.text(around, self._number, font=number, color=ink, align="center", elide=False)
        for place, words in enumerate(lines):
            around = QRectF(middle.x() - wide / 2, top + high + place * line, wide, line)
            canvas.text(around, words, font=caption, color=soft, align="center")
