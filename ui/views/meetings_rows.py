"""The leaf of a calendar in front of a meeting, and its time in words."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QLocale
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.text import clock_time, number, time_span
from ui.theme.theme import Theme
from ui.views.planner_words import civil
from ui.widgets.base import PaintedWidget
from ui.widgets.canvas import Canvas


class DayBlock(PaintedWidget):
    """Day and month of a meeting on a leaf with the circle's colour as its band; a question mark without a date."""

    def __init__(
        self, theme: Theme, starts_at: str | None, *, color: str | None, key: bytes = b"", parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        begin = civil(starts_at)
        self._color, self._key = color, key
        self._day = number(begin.day) if begin else "?"
        self._month = QLocale().standaloneMonthName(begin.month, QLocale.FormatType.ShortFormat) if begin else ""
        self.setFixedSize(theme.px(50), theme.px(54))

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.theme.px
        with Canvas(self, self.theme) as canvas:
            leaf = canvas.whole(1)
            canvas.box(leaf, fill="sunken", border="border", radius=px(10))
            band = self.theme.circle_color(self._color, self._key)
            canvas.box(canvas.rect(px(14), px(6), canvas.width - px(28), px(3)), fill=band, radius=px(2))
            large = self.theme.font("stage", px=19)
            if not self._month:
                canvas.text(leaf, self._day, font=large, color="ink3", align="center", elide=False)
                return
            canvas.text(
                canvas.rect(0, px(10), canvas.width, px(24)), self._day, font=large, align="center", elide=False
            )
            small = self.theme.font("small")
            canvas.text(
                canvas.rect(2, px(33), canvas.width - 4, px(16)), self._month, font=small, color="ink3", align="center"
            )


def when_words(starts_at: str | None, minutes: int | None, today: date) -> str:
    """ "Tomorrow, 18:30 – 20:00", "Tuesday 24 November, 18:30 – 20:00"; a word of its own for no date."""
    begin = civil(starts_at)
    if begin is None:
        return _tr("No date yet")
    ahead = (begin.date() - today).days
    near = {-1: _tr("Yesterday"), 0: _tr("Today"), 1: _tr("Tomorrow")}.get(ahead)
    day = near or day_words(begin.date(), today)
    return f"{day}, {time_span(starts_at, minutes) if minutes else clock_time(begin.hour, begin.minute)}"


def day_words(day: date, today: date) -> str:
    """ "Tuesday 24 November", with the year when it is not this one."""
    form = _tr("dddd d MMMM") if day.year == today.year else _tr("dddd d MMMM yyyy")
    return QLocale().toString(QDate(day.year, day.month, day.day), form)


def steps_words(steps: int, minutes: int) -> str:
    """ "6 steps, 80 min"."""
    return f"{_tr('%Ln step(s)', steps)}, {_tr('%Ln min', minutes)}"


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("When", text, None, n)
