"""The live stage: the time that is left as a ring, and the people of the room sitting around it."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QConicalGradient,
    QFocusEvent,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import PaintedWidget
from ui.widgets.canvas import Canvas, in_few_lines, line_height, text_width
from ui.widgets.seat_picture import FLAT_CLOCK, FLAT_GAP, FLAT_WORDS, REFERENCE, Groups, SeatPicture
from ui.widgets.seats import Seat
from ui.widgets.tip import plain_tip

LEAST_CAPTION, FLAT_THICK = 11, 9
"""Letters of the words in the ring, and the ring of a flat clock, in pixels at 100 % text."""
LEAST_IN_LINES, FLAT_LEAST_CAPTION = 9, 10
"""Pixels at 100 % text of a caption that has no room in one line."""
_ONWARD = (Qt.Key.Key_Right, Qt.Key.Key_Down)
_BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)


class ClockRing(PaintedWidget):
    """`set_time`, `set_seats`; `seat_pressed(index)` when a person is clicked, or chosen with the arrows and Enter. `far`
    writes names larger, for a whole room.

    The ring runs the same way round in every language. Near the end it takes another colour, at the end the danger colour,
    and over time its face too; the caption says so in words.
    """

    heard_as = "bar"
    seat_pressed = Signal(int)
    seat_reached = Signal(int)
    """The arrows stand on this seat now."""

    def __init__(
        self,
        theme: Theme,
        *,
        names: bool = True,
        minimum: float = 300,
        far: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._minimum = minimum
        self._fraction, self._clock, self._above, self._below, self._over = 1.0, "", "", "", False
        self._warn = self._late = False
        self._picture = SeatPicture(theme, names=names, far=far)
        self._at: int | None = None
        self.tip: Callable[[int], str] | None = None
        """What is said of a seat under the pointer."""
        self._picture.rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        theme.changed.connect(self._picture.forget)
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
        late: bool = False,
        name: str = "",
    ) -> None:
        """`clock` "08:42"; `fraction` of the time that is left, 0 to 1; `above`, `below` are captions; `over` says that
        the time is up, `warn` that it soon will be, `late` that it was up a while ago. Nothing is painted when nothing is
        different."""
        before = (self._clock, self._fraction, self._above, self._below, self._over, self._warn, self._late)
        self._clock, self._fraction = clock, min(1.0, max(0.0, fraction))
        self._above, self._below, self._over, self._warn = above, below, over, warn and not over
        self._late = late and over
        self.setAccessibleName(name or f"{above} {clock} {below}".strip())
        if before != (self._clock, self._fraction, self._above, self._below, self._over, self._warn, self._late):
            self.update(self._clock_box().toAlignedRect())

    @property
    def seats(self) -> tuple[Seat, ...]:
        """The people around the clock."""
        return self._picture.seats

    def set_seats(self, seats: tuple[Seat, ...], *, groups: Groups = (), names: bool | None = None) -> None:
        """People in order of speaking, the first at the top, clockwise; `groups` are seat numbers that talk together and
        sit side by side, each on a band of its own with its number."""
        if not self._picture.set(seats, groups=groups, names=self._picture.names if names is None else names):
            return
        self.setAccessibleDescription(", ".join(seat.name for seat in seats if seat.name))
        if self._at is not None and self._at >= len(seats):
            self._at = len(seats) - 1 if seats else None
        self.update()

    def set_flat(self, flat: bool) -> None:
        """The time in a line with the people in rows, for places that are too low for a circle."""
        if flat != self._picture.flat:
            self._picture.flat = flat
            self._picture.forget()
            self.update()

    def flat_height(self, width: int) -> int:
        """Pixels that `set_flat` asks for when it is so wide."""
        return self._picture.flat_height(width)

    def take_keyboard(self) -> None:
        """Let Tab come here and the arrows walk from seat to seat."""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def chosen(self) -> int | None:
        """The seat on which the arrows stand; None while the keyboard is elsewhere."""
        return self._at if self.hasFocus() else None

    def seat_point(self, index: int) -> QPoint:
        """The middle of a seat, in the widget."""
        return self._picture.places(self.width(), self.height()).points[index].toPoint()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(REFERENCE), self.theme.px(REFERENCE))

    def minimumSizeHint(self) -> QSize:
        side = self.theme.px(self._minimum)
        return QSize(side, side)

    def changeEvent(self, event: QEvent) -> None:
        self._picture.rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self._picture.forget()
        super().changeEvent(event)

    def seat_at(self, position: QPointF) -> int | None:
        """The seat under a point of the widget."""
        where = self._picture.places(self.width(), self.height())
        for index, point in enumerate(where.points):
            gap = position - point
            if math.hypot(gap.x(), gap.y()) <= 27 * where.unit * where.fit:
                return index
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.seat_at(event.position())
        if index is None:
            super().mousePressEvent(event)
        else:
            self.seat_pressed.emit(index)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.tip is not None:
            index = self.seat_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), plain_tip(self.tip(index)) if index is not None else "", self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.seats:
            self._reach(self._at if self._at is not None else self._first())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        count, key = len(self.seats), event.key()
        if self._at is None or not count:
            super().keyPressEvent(event)
        elif key in _ONWARD or key in _BACK:
            self._reach((self._at + (1 if key in _ONWARD else -1)) % count)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._reach(0 if key == Qt.Key.Key_Home else count - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Menu):
            self.seat_pressed.emit(self._at)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        where = self._picture.places(self.width(), self.height())
        inner = self._inner(where.reach)
        with Canvas(self, self.theme) as canvas:
            self._picture.paint(canvas, self, inner)
            self._paint_clock(canvas, where.middle, inner, where.unit)
            if self._picture.flat:
                self._paint_words_beside(canvas)
            else:
                self._paint_words(canvas, where.middle, inner, where.unit)
            if self.chosen is not None and self.chosen < len(where.points):
                speaking = self.seats[self.chosen].state == "speaking"
                large = 36 if speaking and not self._picture.flat else 27
                point = where.points[self.chosen]
                canvas.disc(point, large * where.unit * where.fit, border="focus", thick=self.theme.px(2))

    def _first(self) -> int:
        """Where the arrows begin: with the one speaking, else at the top."""
        return next((at for at, seat in enumerate(self.seats) if seat.state == "speaking"), 0)

    def _reach(self, index: int) -> None:
        self._at = index
        self.seat_reached.emit(index)
        self.update()

    def _inner(self, reach: float) -> float:
        if self._picture.flat:
            return reach - self.theme.px(FLAT_THICK) / 2
        if not self.seats:
            return reach
        # people without names are small dots, which leaves the time more room
        return reach * (0.6 if any(seat.name for seat in self.seats) else 0.78)

    def _clock_box(self) -> QRectF:
        """What the ring of the time and its words cover."""
        where = self._picture.places(self.width(), self.height())
        if self._picture.flat:
            return QRectF(0, 0, self.width(), 2 * where.reach)
        wide = self._inner(where.reach) + 16 * where.unit * (1 if self.seats else 2)
        return QRectF(where.middle.x() - wide, where.middle.y() - wide, 2 * wide, 2 * wide)

    def _paint_clock(self, canvas: Canvas, middle: QPointF, inner: float, unit: float) -> None:
        thick = 13 * unit * (inner / (REFERENCE * 0.28 * unit) if not self.seats else 1)
        thick = self.theme.px(FLAT_THICK) if self._picture.flat else thick
        around = QRectF(middle.x() - inner, middle.y() - inner, 2 * inner, 2 * inner)
        face = "danger_soft" if self._late else None
        canvas.disc(middle, inner, fill=face, border="danger" if self._over else "track", thick=thick)
        if self._over or self._fraction <= 0:
            return
        start, end = ("gold", "gold") if self._warn else ("arc_start", "primary")
        paint_arc(canvas.painter, around, self._fraction, thick, start=canvas.color(start), end=canvas.color(end))
        angle = math.radians(90 + self._fraction * 360)
        tip = QPointF(middle.x() + inner * math.cos(angle), middle.y() - inner * math.sin(angle))
        canvas.disc(tip, thick * 0.24, fill="surface")

    def _paint_words_beside(self, canvas: Canvas) -> None:
        """The figures with their captions, at the far side of the ring."""
        px = self.theme.px
        x = self._picture.clock_begins(self.width()) + px(FLAT_CLOCK + FLAT_GAP)
        small = self.theme.font("time")
        clock = QFont(self.theme.font("clock"))
        clock.setPixelSize(px(34 if len(self._clock) > 5 else 40))

        def caption(text: str, color: str) -> list[tuple[str, QFont, str, float]]:
            face, lines = in_few_lines(text, small, px(FLAT_WORDS), least=px(FLAT_LEAST_CAPTION))
            return [(line, face, color, line_height(face)) for line in lines]

        strong = self._strong() if self._over else ""
        figures = (self._clock, clock, strong or "ink", float(px(44)))
        told = [*caption(self._above, self._soft()), figures, *caption(self._below, strong or "ink3")]
        y = (px(FLAT_CLOCK) - sum(room for *_, room in told)) / 2
        for text, font, color, room in told:
            canvas.text(canvas.rect(x, y, px(FLAT_WORDS), room), text, font=font, color=color, elide=font is not clock)
            y += room

    def _strong(self) -> str:
        return "on_danger_soft" if self._late else "danger"

    def _soft(self) -> str:
        """Of the words above the figures."""
        return "on_gold_soft" if self._warn else self._strong() if self._over else "ink3"

    def _paint_words(self, canvas: Canvas, middle: QPointF, inner: float, unit: float) -> None:
        grow = inner / (REFERENCE * 0.22)
        width = 2 * inner - 24 * unit
        clock = QFont(self.theme.font("clock"))
        clock.setPixelSize(max(12, round(56 * grow * (0.82 if len(self._clock) > 5 else 1))))
        small = QFont(self.theme.font("time"))
        small.setPixelSize(self._caption_size(inner - 16 * unit, grow))
        left = middle.x() - width / 2
        high = max(20 * grow, line_height(small))  # captions keep clear of the figures, whatever their size
        ink = self._strong() if self._over else "ink"
        box = QRectF(left, middle.y() - 38 * grow, width, 68 * grow)
        canvas.text(box, self._clock, font=clock, color=ink, align="center", elide=False)
        for text, color, below in (
            (self._above, self._soft(), False),
            (self._below, ink if self._over else "ink3", True),
        ):
            face, lines = in_few_lines(text, small, width, least=self.theme.px(LEAST_IN_LINES))
            y = 32 * grow if below else -36 * grow - high * len(lines)
            for place, words in enumerate(lines):
                box = QRectF(left, middle.y() + y + place * high, width, high)
                canvas.text(box, words, font=face, color=color, align="center")

    def _caption_size(self, inside: float, grow: float) -> int:
        """Pixels of the captions: as the ring is large, but no smaller than can be read as long as they fit into it."""
        wanted = max(9, round(12.5 * grow))
        font = QFont(self.theme.font("time"))
        for pixels in range(max(wanted, self.theme.px(LEAST_CAPTION)), wanted, -1):
            font.setPixelSize(pixels)
            # where the far edge of a caption is, the ring is as wide as a chord of it
            away = 34 * grow + line_height(font)
            chord = 2 * math.sqrt(max(0.0, inside * inside - away * away))
            if max(text_width(font, self._above), text_width(font, self._below)) <= chord:
                return pixels
        return wanted


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
