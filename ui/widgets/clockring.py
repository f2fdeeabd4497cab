"""The live stage: the time that is left as a ring, and the people of the room sitting around it."""

from __future__ import annotations

import itertools
import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QConicalGradient,
    QFont,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRadialGradient,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.theme import Theme, neighbour_colors
from ui.theme.tokens import PEOPLE_COLORS, SHADOW_ALPHA_DARK, SHADOW_ALPHA_LIGHT
from ui.widgets.base import PaintedWidget
from ui.widgets.canvas import Canvas, initials, line_height, seat_points, text_width
from ui.widgets.seats import Seat

REFERENCE = 480
"""The stage is drawn for this side length and grows or shrinks with the room it gets."""
LEAST_LETTERS, FEW = 10.5, 16
"""The smallest letters of a name at 100 % text, in pixels, and how many people may sit for it to hold."""


class ClockRing(PaintedWidget):
    """`set_time`, `set_seats`, `set_groups`; `seat_pressed(index)` when a person is clicked.

    The ring runs the same way round in every language. Beyond the planned time it takes the danger colour and the
    caption says so in words.
    """

    heard_as = "bar"
    seat_pressed = Signal(int)

    def __init__(
        self, theme: Theme, *, names: bool = True, minimum: float = 300, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self._names, self._minimum = names, minimum
        self._fraction, self._clock, self._above, self._below, self._over = 1.0, "", "", "", False
        self._warn = False
        self._seats: tuple[Seat, ...] = ()
        self._groups: tuple[tuple[int, ...], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_time(
        self,
        *,
        clock: str,
        fraction: float,
        above: str = "",
        below: str = "",
        over: bool = False,
        warn: bool = False,
        name: str = "",
    ) -> None:
        """`clock` "08:42"; `fraction` of the time that is left, 0 to 1; `above`, `below` are captions; `over` says that
        the time is up, `warn` that it soon will be."""
        self._clock, self._fraction = clock, min(1.0, max(0.0, fraction))
        self._above, self._below, self._over, self._warn = above, below, over, warn and not over
        self.setAccessibleName(name or f"{above} {clock} {below}".strip())
        self.update()

    def set_seats(self, seats: tuple[Seat, ...], *, names: bool | None = None) -> None:
        """People in order of speaking, the first at the top, clockwise."""
        self._seats = seats
        self._names = self._names if names is None else names
        self.setAccessibleDescription(", ".join(seat.name for seat in seats))
        self.update()

    def set_groups(self, groups: tuple[tuple[int, ...], ...]) -> None:
        """Seat numbers that talk together; each group is joined by a coloured arc. Empty for none."""
        self._groups = groups
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(REFERENCE), self.theme.px(REFERENCE))

    def minimumSizeHint(self) -> QSize:
        side = self.theme.px(self._minimum)
        return QSize(side, side)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        unit, middle, reach = self._measure()
        for index, point in enumerate(seat_points(middle, reach, len(self._seats))):
            gap = event.position() - point
            if math.hypot(gap.x(), gap.y()) <= 27 * unit:
                self.seat_pressed.emit(index)
                return
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        unit, middle, reach = self._measure()
        inner = reach * 0.6 if self._seats else reach
        with Canvas(self, self.theme) as canvas:
            self._paint_ground(canvas, middle, reach, unit)
            self._paint_groups(canvas, middle, reach, unit)
            self._paint_clock(canvas, middle, inner, unit)
            self._paint_words(canvas, middle, inner, unit)
            keys = [seat.key or seat.name.encode("utf-8") for seat in self._seats]
            # with very many people the discs shrink so that neighbours never touch
            fit = min(1.0, reach * 2 * math.pi / (max(len(self._seats), 1) * 54 * unit))
            places = seat_points(middle, reach, len(self._seats))
            for seat, point, color in zip(self._seats, places, neighbour_colors(keys), strict=True):
                self._paint_seat(canvas, seat, point, color, unit * fit)
                if self._names:
                    self._paint_name(canvas, seat, point, middle, unit * fit)

    def _measure(self) -> tuple[float, QPointF, float]:
        width, height = float(self.width()), float(self.height())
        unit = min(width, height) / REFERENCE
        reach = min(width, height) / 2 - 44 * unit
        if self._seats:
            reach = min(self._reach_between_names(unit), height / 2 - (58 if self._names else 40) * unit)
        return unit, QPointF(width / 2, height / 2), reach

    def _reach_between_names(self, unit: float) -> float:
        """The widest ring that leaves room for the names at both sides, but never so small that the clock suffers."""
        half = self.width() / 2
        widest = half - 62 * unit
        if not self._names:
            return widest
        font = QFont(self.theme.font("medium"))
        font.setPixelSize(self._letters(13 * unit))
        for seat, place in zip(self._seats, seat_points(QPointF(0, 0), 1, len(self._seats)), strict=True):
            across = abs(place.x())
            if across >= 0.2:
                room = half - min(92 * unit, text_width(font, _first_word(seat.name)) + 6)
                widest = min(widest, room / across - 35 * unit)
        return max(widest, 150 * unit)

    def _letters(self, wanted: float) -> int:
        """Pixels of a name: as the ring is large, but no smaller than the text size asks for while few sit in it."""
        least = self.theme.px(LEAST_LETTERS) if len(self._seats) <= FEW else 9
        return max(9, round(max(wanted, least)))

    def _paint_ground(self, canvas: Canvas, middle: QPointF, reach: float, unit: float) -> None:
        if not self._seats:
            return
        painter = canvas.painter
        wide = reach * 1.25
        glow = QRadialGradient(middle, wide)
        dark = self.theme.dark
        glow.setColorAt(0, canvas.color("primary_soft", 90 if dark else 200))
        glow.setColorAt(0.55, canvas.color("primary_soft", 45 if dark else 110))
        glow.setColorAt(1, canvas.color("primary_soft", 0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(glow)
        painter.drawEllipse(middle, wide, wide)
        pen = QPen(canvas.color("line", 90), 1.4)
        pen.setDashPattern([1, 5])
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, reach, reach)

    def _paint_groups(self, canvas: Canvas, middle: QPointF, reach: float, unit: float) -> None:
        places = seat_points(middle, reach, len(self._seats))
        for number, group in enumerate(self._groups):
            color = canvas.color(PEOPLE_COLORS[number % len(PEOPLE_COLORS)])
            pen = QPen(color, 5 * unit, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            canvas.painter.setPen(pen)
            seats = [index for index in group if 0 <= index < len(places)]
            for first, second in itertools.pairwise(seats):
                canvas.painter.drawLine(places[first], places[second])

    def _paint_clock(self, canvas: Canvas, middle: QPointF, inner: float, unit: float) -> None:
        painter = canvas.painter
        disc = inner + 14 * unit
        _paint_round_shadow(canvas, QPointF(middle.x(), middle.y() + 9 * unit), disc, 26 * unit)
        canvas.disc(middle, disc, fill="surface")
        thick = 13 * unit * (inner / (REFERENCE * 0.28 * unit) if not self._seats else 1)
        around = QRectF(middle.x() - inner, middle.y() - inner, 2 * inner, 2 * inner)
        canvas.disc(middle, inner, border="danger" if self._over else "track", thick=thick)
        if self._over or self._fraction <= 0:
            return
        start, end = ("gold", "gold") if self._warn else ("arc_start", "primary")
        paint_arc(painter, around, self._fraction, thick, start=canvas.color(start), end=canvas.color(end))
        angle = math.radians(90 + self._fraction * 360)
        tip = QPointF(middle.x() + inner * math.cos(angle), middle.y() - inner * math.sin(angle))
        canvas.disc(tip, thick * 0.24, fill="surface")

    def _paint_words(self, canvas: Canvas, middle: QPointF, inner: float, unit: float) -> None:
        grow = inner / (REFERENCE * 0.22)
        width = 2 * inner - 24 * unit
        clock = QFont(self.theme.font("clock"))
        clock.setPixelSize(max(12, round(56 * grow * (0.82 if len(self._clock) > 5 else 1))))
        small = QFont(self.theme.font("time"))
        small.setPixelSize(max(9, round(12.5 * grow)))
        left = middle.x() - width / 2
        soft = "danger" if self._over else "ink3"
        for text, font, color, y, high in (
            (self._above, small, "on_gold_soft" if self._warn else soft, -56, 20),
            (self._clock, clock, "danger" if self._over else "ink", -38, 68),
            (self._below, small, soft, 32, 20),
        ):
            box = QRectF(left, middle.y() + y * grow, width, high * grow)
            canvas.text(box, text, font=font, color=color, align="center", elide=font is small)

    def _paint_seat(self, canvas: Canvas, seat: Seat, point: QPointF, color: str, unit: float) -> None:
        letters = initials(seat.name)
        if seat.state == "speaking":
            canvas.disc(point, 34 * unit, fill="bg")
            canvas.disc(point, 31.5 * unit, border="primary", thick=3 * unit)
            canvas.avatar(point, 27 * unit, letters, color)
            return
        canvas.disc(point, 25 * unit, fill="bg")
        canvas.avatar(point, 21 * unit, letters, color, faded=seat.state in ("waiting", "away"))
        if seat.state == "spoken":
            mark = QPointF(point.x() + 15.5 * unit, point.y() + 15.5 * unit)
            canvas.disc(mark, 8.5 * unit, fill="teal", border="bg", thick=2 * unit)
            canvas.tick(mark, 8 * unit, "bg", 1.8 * unit)

    def _paint_name(self, canvas: Canvas, seat: Seat, point: QPointF, middle: QPointF, unit: float) -> None:
        speaking = seat.state == "speaking"
        font = QFont(self.theme.font("strong" if speaking else "medium"))
        font.setPixelSize(self._letters((14 if speaking else 13) * unit))
        first = _first_word(seat.name)
        gap = (46 if speaking else 35) * unit
        direction = math.atan2(point.y() - middle.y(), point.x() - middle.x())
        across = math.cos(direction)
        x, y = point.x() + gap * across, point.y() + gap * math.sin(direction)
        width = max(92 * unit, min(8.0 * font.pixelSize(), text_width(font, first) + 4))
        left = x - width / 2 if abs(across) < 0.2 else x if across > 0 else x - width
        high = max(20 * unit, line_height(font))
        box = QRectF(left, y - high / 2, width, high)
        # names stand outward from their seat whichever way the language runs
        outward = "center" if abs(across) < 0.2 else "start" if (across > 0) != canvas.rtl else "end"
        canvas.text(box, first, font=font, color="primary" if speaking else "ink2", align=outward)


def _first_word(name: str) -> str:
    return name.split()[0] if name.split() else ""


def paint_arc(painter: QPainter, around: QRectF, fraction: float, thick: float, *, start: QColor, end: QColor) -> None:
    """An arc of `fraction` of the circle from the top, shaded from `start` to `end` with round caps."""
    shade = QConicalGradient(around.center(), 90)
    shade.setColorAt(0, start)
    shade.setColorAt(fraction, end)
    if fraction < 0.99:
        # the round cap at the top reads from the far end of the gradient: it must wear the first colour
        turn = fraction + (1 - fraction) / 2
        shade.setColorAt(turn, end)
        shade.setColorAt(min(0.9999, turn + 0.001), start)
        shade.setColorAt(1, start)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QBrush(shade), thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawArc(around, 90 * 16, round(fraction * 360 * 16))


def _paint_round_shadow(canvas: Canvas, middle: QPointF, radius: float, soft: float) -> None:
    alpha = SHADOW_ALPHA_DARK if canvas.theme.dark else SHADOW_ALPHA_LIGHT
    wide = radius + soft
    shade = QRadialGradient(middle, wide)
    shade.setColorAt(0, canvas.color("shadow", round(alpha * 1.5)))
    shade.setColorAt((radius - soft * 0.23) / wide, canvas.color("shadow", round(alpha * 1.5)))
    shade.setColorAt((radius + soft * 0.3) / wide, canvas.color("shadow", round(alpha * 0.45)))
    shade.setColorAt(1, canvas.color("shadow", 0))
    canvas.painter.setPen(Qt.PenStyle.NoPen)
    canvas.painter.setBrush(shade)
    canvas.painter.drawEllipse(middle, wide, wide)
