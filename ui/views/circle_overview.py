"""The first tab of a circle: what comes next, what happened lately, who is in, what was promised, decided and agreed."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import CIRCLE, MEETINGS, PROJECTS
from circle_app.errors import CircleError, NotFound
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.circles import CircleCard, circle, my_circles
from circle_app.workspace.queries.meetings import MeetingCard, meetings
from circle_app.workspace.queries.outcomes import decisions
from circle_app.workspace.queries.people import Person, people
from circle_app.workspace.queries.places import CIRCLE_ROW
from circle_app.workspace.queries.projects import projects
from circle_app.workspace.queries.rota import Rota, rota_of
from circle_app.workspace.queries.tasks import tasks
from ui.context import AppContext
from ui.models.live_text import LiveText
from ui.problems import sentence
from ui.text import date_of_ms
from ui.views.circle_cards import (
    decisions_card,
    next_card,
    people_card,
    projects_card,
    promises_card,
    rhythm_card,
)
from ui.views.circle_feed import FeedCard
from ui.views.circle_words import readiness_line
from ui.views.roles_card import roles_card
from ui.widgets.base import Label
from ui.widgets.card import SHADOW_ROOM, Card
from ui.widgets.chip import IconLabel
from ui.widgets.fields import TextField
from ui.widgets.growing import GrowingArea
from ui.widgets.layouts import column, row
from ui.widgets.page import ScrollPage, SectionTitle
from ui.widgets.slot import Slot, tab_along


class ShowTab(Protocol):
    """Go to another tab of the circle's page, with something opened in it."""

    def __call__(self, code: str, ref: Ref | None = None) -> None: ...


TWO_FROM = 760
"""The width at 100 % text from which cards stand side by side."""


class CircleOverview(ScrollPage):
    """`show_tab(code)` goes to another tab of the circle's page."""

    def __init__(self, ctx: AppContext, space: int, show_tab: ShowTab, parent: QWidget | None = None) -> None:
        side = 36 - SHADOW_ROOM
        super().__init__(ctx.theme, gap=6, margins=(side, 8, side, 20), parent=parent)
        self._ctx, self._space, self._show_tab = ctx, space, show_tab
        self._beside = False
        theme = ctx.theme
        self.forming = self._forming_card()
        self.agreements = GrowingArea(
            theme, name=self.tr("Agreements"), rows=3,
            hint=self.tr("We start on time. One person speaks. What is said here stays here."),
        )  # fmt: skip
        self.intent = GrowingArea(
            theme,
            name=self.tr("What we want to do"),
            rows=3,
            hint=self.tr("Six evenings: listen, choose two things, try them."),
        )
        self._kept = {
            name: LiveText(area, ctx.ws, CIRCLE, name, partial(self._keep, name))
            for name, area in (("agreements", self.agreements), ("plan", self.intent))
        }
        self.feed = FeedCard(ctx, space, show_tab)
        self._first, self._second = column(theme, gap=4), column(theme, gap=4)
        self._slots = {
            name: Slot() for name in ("next", "roles", "promises", "decisions", "rhythm", "projects", "people")
        }
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.px(2))
        self._lay_out()
        watched = {
            "circle",
            "people",
            "meetings",
            "agenda_items",
            "attendance",
            "outcomes",
            "tasks",
            "notes",
            "projects",
            "spaces",
            "contributions",
            "cycles",
        }
        ctx.bus.watch(self, watched, self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read everything anew; the fields people type in stay as they are."""
        ws = self._ctx.ws
        card = next((c for c in my_circles(ws) if c.space == self._space), None)
        if card is None:
            return
        try:
            profile = circle(ws, self._space)
        except NotFound:
            return
        for kept in self._kept.values():
            kept.show(Ref(self._space, CIRCLE_ROW))
        allowed = may_edit(ws, self._space, CIRCLE)
        for area in (self.agreements, self.intent):
            area.setReadOnly(not allowed)
        members = people(ws, self._space, guests=False)
        self.forming.setVisible(not profile.readiness.ready)
        self._ready_line.setText(readiness_line(profile.readiness))
        self._fill(card, members)
        credit = "  ·  ".join(part for part in (profile.origin.replace("\n", "  ·  "), "") if part)
        self._credit.setText(self.tr("With thanks to {origin}").format(origin=credit) if credit else "")
        self._credit.setVisible(bool(credit))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _fill(self, card: CircleCard, members: tuple[Person, ...]) -> None:
        """The cards, each made anew only when something on it has changed."""
        ctx, space, slots = self._ctx, self._space, self._slots
        today = date_of_ms(ctx.ws.clock.now_ms())
        plans, begins = (may_edit(ctx.ws, space, table) for table in (MEETINGS, PROJECTS))
        slots["next"].show_data(
            (card.next_meeting, today, plans), lambda: next_card(ctx, card, self.window(), allowed=plans)
        )
        roles = _next_roles(ctx.ws, card)
        slots["roles"].show_data(roles, lambda: roles_card(ctx, *roles) if roles else None)
        held = tuple(sorted(_closed(ctx.ws, space), key=lambda m: (m.closed_ms or 0, m.number)))
        slots["rhythm"].show_data(held, lambda: rhythm_card(ctx, held))
        promised = tuple(task for task in tasks(ctx.ws, space=space) if not task.done)
        slots["promises"].show_data(
            (promised, today), lambda: promises_card(ctx, promised, lambda ref: self._show_tab("tasks", ref))
        )
        made = decisions(ctx.ws, space)
        slots["decisions"].show_data(made, lambda: decisions_card(ctx, made))
        found = tuple(project for project in projects(ctx.ws, space) if project.state != "done")
        slots["projects"].show_data(
            (found, begins), lambda: projects_card(ctx, found, lambda ref: self._show_tab("notes", ref), allowed=begins)
        )
        slots["people"].show_data(members, lambda: people_card(ctx, members, lambda: self._show_tab("people")))
        self.feed.refresh()
        first = [stop for name in ("next", "roles", "promises", "decisions") for stop in slots[name].stops()]
        second = [stop for name in ("projects", "people") for stop in slots[name].stops()]
        tab_along([self.newcomer, *first, self.intent, *self.feed.stops(), *second, self.agreements])

    def _forming_card(self) -> Card:
        theme = self._ctx.theme
        card = Card(theme, fill_color="gold_soft", border="gold_soft", shadow=False, padding=(18, 14, 18, 14), gap=8)
        self._ready_line = Label(theme, role="strong", color="on_gold_soft", wrap=True)
        words = Label(
            theme, self.tr("A circle is ready as soon as three people have said yes. Who else is in?"), color="on_gold_soft",
            wrap=True,
        )  # fmt: skip
        self.newcomer = TextField(
            theme, name=self.tr("Name of a person who is in"), hint=self.tr("Add a name"), icon="user-plus", key="Enter"
        )
        self.newcomer.setMaximumWidth(theme.px(360))
        self.newcomer.returnPressed.connect(self._add_person)
        line = row(theme, IconLabel(theme, "users-round", size=20, color="on_gold_soft"), gap=14, center=False)
        line.addLayout(column(theme, self._ready_line, words, gap=2), 1)
        line.addWidget(self.newcomer, 1, Qt.AlignmentFlag.AlignVCenter)
        card.body.addLayout(line)
        return card

    def _lay_out(self) -> None:
        theme = self._ctx.theme
        side = SHADOW_ROOM
        self.body.addLayout(row(theme, self.forming, margins=(side, 6, side, 0), center=False))
        texts = []
        for title, area, code in (
            (self.tr("What we want to do"), self.intent, "plan"),
            (self.tr("Agreements"), self.agreements, "agreements"),
        ):
            card = Card(theme, padding=(20, 16, 20, 18), gap=10)
            tick = Label(theme, self.tr("Saved"), role="small", color="teal")
            tick.hide()
            self._kept[code].saved.connect(tick.show)
            card.body.addWidget(SectionTitle(theme, title, tick))
            card.body.addWidget(area)
            texts.append(card)
        for name in ("next", "roles", "promises", "decisions"):
            self._first.addWidget(self._slots[name])
        self._first.addWidget(texts[0])
        self._first.addStretch(1)
        for part in (self._slots["rhythm"], self.feed, self._slots["projects"], self._slots["people"], texts[1]):
            self._second.addWidget(part)
        self._second.addStretch(1)
        self.body.addLayout(self._grid)
        self._credit = Label(theme, role="second", color="ink3", wrap=True)
        self.body.addLayout(row(theme, self._credit, margins=(side, 6, side, 0)))
        self.body.addStretch(1)
        self._grid.addLayout(self._first, 0, 0)
        self._arrange()

    def _arrange(self) -> None:
        beside = self.room() / self._ctx.theme.scale >= TWO_FROM
        if beside == self._beside and self._grid.count() == 2:
            return
        self._beside = beside
        self._grid.removeItem(self._second)
        self._grid.addLayout(self._second, 0 if beside else 1, 1 if beside else 0)
        self._grid.setColumnStretch(0, 6)
        self._grid.setColumnStretch(1, 5 if beside else 0)

    def _keep(self, column_name: str, text: str, base: bytes) -> bool:
        try:
            set_circle(self._ctx.ws, self._space, bases={column_name: base}, **{column_name: text})
        except CircleError as problem:
            self._ctx.toast(sentence(problem))
            return False
        return True

    def _add_person(self) -> None:
        name = self.newcomer.text().strip()
        if not name:
            return
        try:
            add_person(self._ctx.ws, self._space, name=name, confirmed=True)
        except CircleError as problem:
            self._ctx.toast(sentence(problem))
            return
        self.newcomer.clear()


def _next_roles(ws: Workspace, card: CircleCard) -> tuple[Rota, MeetingCard] | None:
    """The roles of the next meeting; nothing in a circle that has not begun to plan."""
    upcoming = card.next_meeting
    return (rota_of(ws, upcoming.ref), upcoming) if upcoming is not None else None


def _closed(ws: Workspace, space: int) -> tuple[MeetingCard, ...]:
    return tuple(card for card in meetings(ws, space) if card.state == "closed")
