"""The people around the clock as a picture that is kept: only the time in the middle is painted anew each second."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPen, QPixmap, QRadialGradient
from PySide6.QtWidgets import QWidget

from ui.text import number
from ui.theme.theme import Theme, neighbour_colors
from ui.theme.tokens import PEOPLE_COLORS, SHADOW_ALPHA_DARK, SHADOW_ALPHA_LIGHT
from ui.widgets.canvas import Canvas, initials, line_height, seat_points, text_width
from ui.widgets.seats import Seat

REFERENCE = 480
"""The stage is drawn for this side length and grows or shrinks with the room it gets."""
LEAST_LETTERS, FEW = 10.5, 16
"""The smallest letters of a name at 100 % text, in pixels, and how many people may sit for it to hold."""
FROM_AFAR = 1.45
"""How much larger names are on a screen for a whole room."""
BETWEEN_GROUPS = 0.8
"""Seats left empty between two groups."""

FLAT_CLOCK, FLAT_WORDS = 92, 122
"""Where there is no room for a circle, at 100 % text: how large the clock is, and how wide the words beside it."""
FLAT_SEAT, FLAT_PITCH, FLAT_GAP = 17, 44, 14
"""How large a seat is then, how far from the next, and how far from the clock."""
FLAT_LEAST = 5
"""So many seats in a row, else they stand below the clock."""

Groups = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything stands in a widget: `unit` is the scale, `reach` how far the seats are from `middle`."""

    unit: float
    middle: QPointF
    reach: float
    points: tuple[QPointF, ...]
    fit: float
    """How much the discs shrink so that neighbours never touch."""


class SeatPicture:
    """`paint` puts the picture on a canvas; it is made anew only when something in it, its size or the look changes."""

    def __init__(self, theme: Theme, *, names: bool, far: bool = False) -> None:
        self._theme = theme
        self.names = names
        self._larger = FROM_AFAR if far else 1.0
        self.seats: tuple[Seat, ...] = ()
        self.groups: Groups = ()
        self.flat = False
        """In rows beside the clock, without names."""
        self.rtl = False
        self._kept: QPixmap | None = None
        self._kept_for: object = None
        self._placed: tuple[float, float, Places] | None = None

    def set(self, seats: tuple[Seat, ...], *, groups: Groups, names: bool) -> bool:
        """Show these people; whether anything is different."""
        if (seats, groups, names) == (self.seats, self.groups, self.names):
            return False
        self.seats, self.groups, self.names = seats, groups, names
        self.forget()
        return True

    def forget(self) -> None:
        """Make the picture anew the next time: colours or fonts are others."""
        self._kept = self._placed = None

    def places(self, width: float, height: float) -> Places:
        if self._placed is None or self._placed[:2] != (width, height):
            self._placed = width, height, self._place(width, height)
        return self._placed[2]

    def flat_height(self, width: float) -> int:
        """Pixels for the clock and the seats in rows, so wide."""
        px = self._theme.px
        _x, y, across = self._rows_begin(width)
        rows = math.ceil(len(self.seats) / across)
        return round(max(px(FLAT_CLOCK), y + rows * px(FLAT_PITCH)))

    def clock_begins(self, width: float) -> float:
        """Pixels from the reading side to the flat clock: alone, or above its seats, it stands in the middle."""
        px = self._theme.px
        whole = px(FLAT_CLOCK + FLAT_GAP + FLAT_WORDS)
        x, _y, across = self._rows_begin(width)
        beside = x + min(len(self.seats), across) * px(FLAT_PITCH) if x else whole
        return max(0.0, (width - beside) / 2)

    def _rows_begin(self, width: float) -> tuple[float, float, int]:
        """Where the rows of seats begin beside the clock (0 below it) and below its top, and how many stand in one."""
        px = self._theme.px
        whole = px(FLAT_CLOCK + FLAT_GAP + FLAT_WORDS)
        across = int((width - whole) // px(FLAT_PITCH))
        if across >= min(FLAT_LEAST, max(1, len(self.seats))):
            return whole, 0.0, across
        return 0.0, px(FLAT_CLOCK + FLAT_GAP), max(1, int(width // px(FLAT_PITCH)))

    def _in_rows(self, width: float, height: float) -> Places:
        """The first at the beginning of the line, the others in the order of reading."""
        px, count = self._theme.px, len(self.seats)
        x, y, across = self._rows_begin(width)
        rows = math.ceil(count / across)
        # rows are about as long as each other, and stand beside the middle of the clock
        across = math.ceil(count / rows) if rows else across
        left = self.clock_begins(width) + x if x else (width - across * px(FLAT_PITCH)) / 2
        top = max(0.0, (px(FLAT_CLOCK) - rows * px(FLAT_PITCH)) / 2) if x else y
        points = []
        for index in range(count):
            along = left + (index % across + 0.5) * px(FLAT_PITCH)
            points.append(QPointF(width - along if self.rtl else along, top + (index // across + 0.5) * px(FLAT_PITCH)))
        reach = px(FLAT_CLOCK) / 2
        middle = self.clock_begins(width) + reach
        return Places(
            px(FLAT_SEAT) / 21, QPointF(width - middle if self.rtl else middle, reach), reach, tuple(points), 1.0
        )

    def _place(self, width: float, height: float) -> Places:
        if self.flat:
            return self._in_rows(width, height)
        unit = min(width, height) / REFERENCE
        reach = min(width, height) / 2 - 44 * unit
        if self.seats:
            reach = min(self._reach_between_names(width / 2, unit), height / 2 - (58 if self.names else 40) * unit)
        middle = QPointF(width / 2, height / 2)
        points = self._points(middle, reach)
        room = reach * 2 * math.pi / max(1.0, self._slots() * 54 * unit)
        return Places(unit, middle, reach, points, min(1.0, room))

    def paint(self, canvas: Canvas, widget: QWidget, inner: float) -> None:
        """The ground, the disc under the clock (`inner` is the radius of its ring), the groups and the people."""
        ratio = widget.devicePixelRatioF()
        wanted = (widget.size(), ratio, canvas.rtl, inner)
        if self._kept is None or self._kept_for != wanted:
            self._kept, self._kept_for = self._made(widget, ratio, inner), wanted
        canvas.painter.drawPixmap(0, 0, self._kept)

    def _made(self, widget: QWidget, ratio: float, inner: float) -> QPixmap:
        picture = QPixmap(QSize(widget.width(), widget.height()) * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        where = self.places(widget.width(), widget.height())
        with Canvas(widget, self._theme, on=picture) as canvas:
            if self.flat:
                self._paint_seats(canvas, where)
                return picture
            self._paint_ground(canvas, where)
            disc = inner + 14 * where.unit
            _paint_round_shadow(
                canvas, QPointF(where.middle.x(), where.middle.y() + 9 * where.unit), disc, 26 * where.unit
            )
            canvas.disc(where.middle, disc, fill="surface")
            self._paint_groups(canvas, where)
            self._paint_seats(canvas, where)
        return picture

    def _paint_seats(self, canvas: Canvas, where: Places) -> None:
        keys = [seat.key or seat.name.encode("utf-8") for seat in self.seats]
        for seat, point, color in zip(self.seats, where.points, neighbour_colors(keys), strict=True):
            self._paint_seat(canvas, seat, point, color, where.unit * where.fit)
            if self.names and not self.flat:
                self._paint_name(canvas, seat, point, where.middle, where.unit * where.fit)

    def _slots(self) -> float:
        """Seats and the gaps between groups, in widths of a seat."""
        return len(self.seats) + (BETWEEN_GROUPS * self._blocks() if self.groups else 0)

    def _blocks(self) -> int:
        alone = len(self.seats) - sum(len(group) for group in self._shown_groups())
        return len(self.groups) + (1 if alone > 0 else 0)

    def _shown_groups(self) -> Groups:
        return tuple(tuple(index for index in group if index < len(self.seats)) for group in self.groups)

    def _points(self, middle: QPointF, reach: float) -> tuple[QPointF, ...]:
        """The first at the top, clockwise in every language; groups stand a little apart from each other."""
        if not self.groups:
            return seat_points(middle, reach, len(self.seats))
        ends = {group[-1] for group in self._shown_groups() if group}
        at, slots = 0.0, []
        for index in range(len(self.seats)):
            slots.append(at)
            at += 1 + (BETWEEN_GROUPS if index in ends else 0)
        angles = [-math.pi / 2 + slot * 2 * math.pi / self._slots() for slot in slots]
        return tuple(QPointF(middle.x() + reach * math.cos(a), middle.y() + reach * math.sin(a)) for a in angles)

    def _reach_between_names(self, half: float, unit: float) -> float:
        """The widest ring that leaves room for the names at both sides, but never so small that the clock suffers."""
        widest = half - 62 * unit
        if not self.names:
            return widest
        # whoever has the word has larger letters further out: all make room for that, so that the ring keeps its size
        large = any(seat.state for seat in self.seats)
        font = QFont(self._theme.font("strong" if large else "medium"))
        font.setPixelSize(self._letters((14 if large else 13) * unit))
        gap = self._gap(speaking=large)
        for seat, place in zip(self.seats, self._points(QPointF(0, 0), 1), strict=True):
            across = abs(place.x())
            if across >= 0.2:
                room = half - min(92 * unit * self._larger, text_width(font, _first_word(seat.name)) + 6)
                widest = min(widest, room / across - gap * unit)
        return max(widest, (150 if self._larger == 1 else 120) * unit)

    def _gap(self, *, speaking: bool) -> float:
        """From the middle of a seat to its name."""
        return 46 if speaking else 40 if self.groups else 35

    def _letters(self, wanted: float) -> int:
        """Pixels of a name: as the ring is large, but no smaller than the text size asks for while few sit in it. What a
        whole room reads has nothing to do with the text size of this laptop."""
        least = self._theme.px(LEAST_LETTERS) if len(self.seats) <= FEW and self._larger == 1 else 9
        return max(9, round(max(wanted, least) * self._larger))

    def _paint_ground(self, canvas: Canvas, where: Places) -> None:
        if not self.seats:
            return
        painter, dark = canvas.painter, self._theme.dark
        wide = where.reach * 1.25
        glow = QRadialGradient(where.middle, wide)
        glow.setColorAt(0, canvas.color("primary_soft", 90 if dark else 200))
        glow.setColorAt(0.55, canvas.color("primary_soft", 45 if dark else 110))
        glow.setColorAt(1, canvas.color("primary_soft", 0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(glow)
        painter.drawEllipse(where.middle, wide, wide)
        pen = QPen(canvas.color("line", 90), 1.4)
        pen.setDashPattern([1, 5])
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(where.middle, where.reach, where.reach)

    def _paint_groups(self, canvas: Canvas, where: Places) -> None:
        """Each group on a band of its own colour, with its number towards the middle, so that people find each other."""
        unit = where.unit * where.fit
        around = QRectF(
            where.middle.x() - where.reach, where.middle.y() - where.reach, 2 * where.reach, 2 * where.reach
        )
        for place, group in enumerate(self._shown_groups()):
            if not group:
                continue
            color = canvas.color(PEOPLE_COLORS[place % len(PEOPLE_COLORS)])
            first, last = (_angle(where.points[at], where.middle) for at in (group[0], group[-1]))
            span = (last - first) % (2 * math.pi) if group[0] != group[-1] else 0.0
            color.setAlpha(90 if self._theme.dark else 70)
            pen = QPen(color, 58 * unit, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            canvas.painter.setPen(pen)
            canvas.painter.setBrush(Qt.BrushStyle.NoBrush)
            # Qt counts against the clock and in sixteenths of a degree; an arc of nothing would paint nothing
            canvas.painter.drawArc(around, round(-math.degrees(first) * 16), min(-1, round(-math.degrees(span) * 16)))
            self._paint_number(canvas, place + 1, first + span / 2, where)

    def _paint_number(self, canvas: Canvas, name: int, angle: float, where: Places) -> None:
        unit = where.unit * max(0.7, where.fit)
        font = QFont(self._theme.font("strong"))
        font.setPixelSize(max(9, round(13 * unit)))
        away = where.reach - (29 * where.fit + 13) * where.unit
        point = QPointF(where.middle.x() + away * math.cos(angle), where.middle.y() + away * math.sin(angle))
        box = QRectF(point.x() - 14 * unit, point.y() - 10 * unit, 28 * unit, 20 * unit)
        canvas.text(box, number(name), font=font, color="ink2", align="center", elide=False)

    def _paint_seat(self, canvas: Canvas, seat: Seat, point: QPointF, color: str, unit: float) -> None:
        if not seat.name:
            self._paint_dot(canvas, seat, point, unit)
            return
        letters = initials(seat.name)
        if seat.state == "speaking":
            large = 0.8 if self.flat else 1.0  # in a row it does not touch its neighbours
            canvas.disc(point, 34 * unit * large, fill="bg")
            canvas.disc(point, 31.5 * unit * large, border="primary", thick=3 * unit)
            canvas.avatar(point, 27 * unit * large, letters, color)
            return
        canvas.disc(point, 25 * unit, fill="bg")
        canvas.avatar(point, 21 * unit, letters, color, faded=seat.state in ("waiting", "away"))
        aside = -1 if self.flat and canvas.rtl else 1
        mark = QPointF(point.x() + aside * 15.5 * unit, point.y() + 15.5 * unit)
        if seat.state == "spoken":
            canvas.disc(mark, 8.5 * unit, fill="teal", border="bg", thick=2 * unit)
            canvas.tick(mark, 8 * unit, "bg", 1.8 * unit)
        elif seat.state == "passed":
            canvas.disc(mark, 8.5 * unit, fill="ink3", border="bg", thick=2 * unit)
            pen = QPen(canvas.color("bg"), 1.8 * unit, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            canvas.painter.setPen(pen)
            canvas.painter.drawLine(mark - QPointF(3.4 * unit, 0), mark + QPointF(3.4 * unit, 0))

    def _paint_dot(self, canvas: Canvas, seat: Seat, point: QPointF, unit: float) -> None:
        """Somebody whose name is not shown: nobody can be told apart, only how the round stands."""
        canvas.disc(point, 15 * unit, fill="bg")
        if seat.state == "speaking":
            canvas.disc(point, 14 * unit, fill="primary")
        elif seat.state == "spoken":
            canvas.disc(point, 12 * unit, fill="teal")
            canvas.tick(point, 11 * unit, "bg", 2.2 * unit)
        else:
            canvas.disc(point, 11 * unit, fill="sunken", border="line", thick=2 * unit)

    def _paint_name(self, canvas: Canvas, seat: Seat, point: QPointF, middle: QPointF, unit: float) -> None:
        speaking = seat.state == "speaking"
        font = QFont(self._theme.font("strong" if speaking else "medium"))
        font.setPixelSize(self._letters((14 if speaking else 13) * unit))
        first = _first_word(seat.name)
        gap = self._gap(speaking=speaking) * unit
        direction = math.atan2(point.y() - middle.y(), point.x() - middle.x())
        across = math.cos(direction)
        # below on the right the mark of a turn stands between a seat and its name
        gap += 9 * unit if seat.state in ("spoken", "passed") and across > 0.2 and math.sin(direction) > 0.35 else 0
        # only the one seat nearest to the top or the bottom has its name in the middle
        middling = abs(across) < min(0.2, 0.55 * math.sin(2 * math.pi / max(4.0, self._slots())))
        x, y = point.x() + gap * across, point.y() + gap * math.sin(direction)
        width = max(92 * unit * self._larger, min(8.0 * font.pixelSize(), text_width(font, first) + 4))
        left = x - width / 2 if middling else x if across > 0 else x - width
        high = max(20 * unit, line_height(font))
        box = QRectF(left, y - high / 2, width, high)
        # names stand outward from their seat whichever way the language runs
        outward = "center" if middling else "start" if (across > 0) != canvas.rtl else "end"
        canvas.text(box, first, font=font, color="primary" if speaking else "ink2", align=outward)


def _angle(point: QPointF, middle: QPointF) -> float:
    return math.atan2(point.y() - middle.y(), point.x() - middle.x())


def _first_word(name: str) -> str:
    return name.split()[0] if name.split() else ""


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
