"""Home: the next meeting, the promises to follow up, my circles, and one thing from the Library."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from circle_app.workspace.queries.circles import my_circles, next_of
from circle_app.workspace.queries.meetings import MeetingCard, attendance
from circle_app.workspace.queries.tasks import count_due, done_since, first_open
from ui import text
from ui.context import AppContext
from ui.shortcuts import key_name
from ui.views.home_circles import CirclesColumn
from ui.views.home_hero import Band, Hero, NoMeetingHero, begin_meeting
from ui.views.home_promises import SHOWN, PromisesCard
from ui.widgets.button import Button
from ui.widgets.fields import SearchField
from ui.widgets.layouts import clear, fill
from ui.widgets.page import Header, ScrollPage

TWO_COLUMNS_FROM, SEARCH_FROM = 820, 900
WEEK_DAYS = 7
A_DAY_MS = 26 * 3_600_000
"""The longest that a day may have begun before now, with an hour put back and one to spare."""
WATCHED = frozenset(
    {"tasks", "meetings", "agenda_items", "attendance", "people", "circle", "spaces", "settings", "library"}
)


class HomeView(ScrollPage):
    """Shows what comes next; everything on it can be pressed."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context.theme, gap=10, margins=(26, 22, 26, 20))
        self._context = context
        self._shown: tuple[object, ...] = ()
        self._hero: Band | None = None
        theme = context.theme
        self.setAccessibleName(self.tr("Home"))
        self._search = SearchField(
            theme, name=self.tr("Search"), hint=self.tr("Search or do anything…"), key=key_name("Ctrl+K")
        )
        self._search.textEdited.connect(self._search_for)
        self._search.returnPressed.connect(lambda: self._search_for(""))
        self._new = Button(
            theme, self.tr("New meeting"), look="primary", icon="plus", height=40, tip=key_name("Ctrl+N")
        )
        self._new.clicked.connect(lambda _checked=False: begin_meeting(context, self))
        self.header = Header(theme, "", " ", self._search, self._new)
        self.header.layout().setContentsMargins(theme.px(10), 0, theme.px(10), theme.px(4))
        self._hero_box = QVBoxLayout()
        fill(theme, self._hero_box, gap=0)
        self.promises = PromisesCard(context)
        self.circles = CirclesColumn(context)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        fill(theme, self._columns, gap=8)
        self._columns.addWidget(self.promises, 6)
        self._columns.addWidget(self.circles, 5)
        self.body.addWidget(self.header)
        self.body.addLayout(self._hero_box)
        self.body.addLayout(self._columns, 1)
        context.bus.watch(self, WATCHED, self.refresh)
        self.refresh()
        self._fresh = True  # shown for the first time, it is read already

    def show_ref(self, ref: object) -> None:
        if not self._fresh:
            self.refresh()
        self._fresh = False

    def refresh(self) -> None:
        """Read everything anew; a check box that has the keyboard keeps it."""
        ws = self._context.ws
        now_ms = ws.clock.now_ms()
        today = text.date_of_ms(now_ms)
        circles = my_circles(ws)
        self._greet(today, text.hour_of_ms(now_ms))
        self._show_hero(next_of(circles, now_ms), today)
        count = sum(circle.open_tasks for circle in circles)
        self.promises.show_tasks(first_open(ws, SHOWN), count, done_since(ws, now_ms - A_DAY_MS), today=today)
        self.circles.show_circles(circles, today=today)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= self.theme.px(TWO_COLUMNS_FROM)
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(direction)
        self._search.setVisible(event.size().width() >= self.theme.px(SEARCH_FROM))
        self._fit_hero()

    def _search_for(self, typed: str) -> None:
        """The first letter opens the search over everything, which takes over what was typed."""
        self._search.clear()
        self._context.navigate("search", typed)

    def _greet(self, today: date, hour: int) -> None:
        soon = count_due(self._context.ws, today + timedelta(days=WEEK_DAYS))
        words = text.day_long(today) + ". "
        words += self.tr("%Ln task(s) due this week.", "", soon) if soon else self.tr("Nothing is due this week.")
        self.header.set_text(text.greeting(self._context.settings.name, hour), words)

    def _fit_hero(self) -> None:
        if self._hero is not None:
            edges = self.body.contentsMargins()
            self._hero.fit(self.viewport().width() - edges.left() - edges.right())

    def _show_hero(self, card: MeetingCard | None, today: date) -> None:
        seats = attendance(self._context.ws, card.ref) if card else ()
        if self._shown == (card, seats, today):
            return
        self._shown = (card, seats, today)
        clear(self._hero_box)
        self._hero = NoMeetingHero(self._context) if card is None else Hero(self._context, card, seats, today=today)
        self._hero_box.addWidget(self._hero)
        self._fit_hero()
