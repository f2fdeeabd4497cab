"""My circles on Home as rings of seats, and one thing from the Library."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from circle_app.workspace.queries.circles import CircleCard, first_release
from ui import text
from ui.context import AppContext
from ui.theme.theme import person_color
from ui.widgets.base import Label
from ui.widgets.button import IconButton
from ui.widgets.card import SHADOW_ROOM, CardButton
from ui.widgets.chip import IconLabel
from ui.widgets.empty import EmptyState
from ui.widgets.layouts import clear, column, fill
from ui.widgets.listrow import ElidedLabel
from ui.widgets.page import SectionTitle
from ui.widgets.seats import SeatDots

SOON_DAYS = 7


class CirclesColumn(QWidget):
    """A card for every circle, then the gold card."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._shown: tuple[object, ...] = ()
        theme = context.theme
        add = IconButton(theme, "plus", self.tr("Start or join a circle"))
        add.clicked.connect(lambda _checked=False: context.navigate("start_circle"))
        self._cards = QVBoxLayout()
        fill(theme, self._cards, gap=12)
        outer = QVBoxLayout(self)
        room = SHADOW_ROOM
        fill(
            theme, outer, SectionTitle(theme, self.tr("My circles"), add), self._cards, None,
            gap=10, margins=(room, room + 4, room, room),
        )  # fmt: skip

    def show_circles(self, circles: tuple[CircleCard, ...], *, today: date) -> None:
        """Show these circles as of `today`; what is unchanged is left as it is."""
        borrowed = first_release(self._context.ws)
        if (circles, today, borrowed) == self._shown:
            return
        self._shown = (circles, today, borrowed)
        clear(self._cards)
        if not circles:
            empty = EmptyState(
                self._context.theme,
                self.tr("A circle is three or more people who meet, learn and do something together."),
                action=self.tr("Start a circle"),
                icon="plus",
                small=True,
            )
            empty.pressed.connect(partial(self._context.navigate, "start_circle"))
            self._cards.addWidget(empty)
        for circle in circles:
            self._cards.addWidget(self._circle(circle, today))
        self._cards.addSpacing(self._context.theme.px(4))
        self._cards.addWidget(self._library(borrowed))

    def _circle(self, circle: CircleCard, today: date) -> CardButton:
        theme = self._context.theme
        when, soon = self._when(circle, today)
        second = self._second(circle)
        card = CardButton(theme, ", ".join((circle.name, second, when)))
        confirmed = circle.readiness.confirmed
        dots = SeatDots(
            theme,
            total=max(circle.people, circle.readiness.needed),
            filled=confirmed,
            color=circle.color or person_color(circle.name),
            text=text.number(circle.people),
            name=self.tr("%Ln people", "", circle.people),
        )
        date_label = Label(theme, when, role="chip", color="on_teal_soft" if soon else "ink3")
        first = QHBoxLayout()
        first.setSpacing(theme.px(10))
        first.addWidget(ElidedLabel(theme, circle.name, role="item"), 1)
        first.addWidget(date_label)
        line = QHBoxLayout()
        line.setSpacing(theme.px(14))
        line.addWidget(dots, 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        fill(theme, words, None, first, ElidedLabel(theme, second, role="second", color="ink3"), None, gap=3)
        line.addLayout(words, 1)
        card.body.addLayout(line)
        card.opened.connect(partial(self._context.navigate, "circle", circle.space))
        return card

    def _second(self, circle: CircleCard) -> str:
        if not circle.readiness.ready:
            missing = circle.readiness.needed - circle.readiness.confirmed
            return self.tr("Forming: %Ln more (person|people) needed", "", missing)
        if circle.rhythm and text.rhythm(circle.rhythm) == circle.rhythm:
            # the circle's own words may be any sentence
            return circle.rhythm
        if circle.rhythm:
            return self.tr("Meets {rhythm}").format(rhythm=text.rhythm(circle.rhythm))
        last = circle.last_meeting
        day = text.day_of(last.starts_at) if last else None
        if day is not None:
            return self.tr("Met {day}").format(day=text.day_short(day))
        return self.tr("Waiting for a date")

    def _when(self, circle: CircleCard, today: date) -> tuple[str, bool]:
        meeting = circle.next_meeting
        if meeting is not None and meeting.state == "live":
            return self.tr("Happening now"), True
        start = text.start_of(meeting.starts_at) if meeting else None
        if start is None:
            return self.tr("Pick a date"), False
        if 0 <= (start.date() - today).days < SOON_DAYS:
            return text.weekday_and_time(start), True
        return text.day_short(start.date()), False

    def _library(self, borrowed: str) -> CardButton:
        theme = self._context.theme
        title = self.tr("Borrow an agenda that worked")
        second = (
            self.tr("“{title}” is in your Library").format(title=borrowed)
            if borrowed
            else self.tr("Courses and agendas from other circles, ready to adapt")
        )
        card = CardButton(theme, f"{title}. {second}", fill_color="gold_soft", border=None)
        line = QHBoxLayout()
        line.setSpacing(theme.px(14))
        line.addWidget(IconLabel(theme, "sprout", size=22, color="on_gold_soft"), 0, Qt.AlignmentFlag.AlignVCenter)
        words = column(
            theme,
            Label(theme, title, role="item", color="on_gold_soft", wrap=True),
            ElidedLabel(theme, second, role="second", color="on_gold_soft"),
            gap=2,
        )
        line.addLayout(words, 1)
        line.addWidget(IconLabel(theme, "chevron-right", color="on_gold_soft"), 0, Qt.AlignmentFlag.AlignVCenter)
        card.body.addLayout(line)
        card.opened.connect(partial(self._context.navigate, "library"))
        return card
