"""The next meeting, agreed before people go: a day in words, a time, and it stands on the list."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from circle_app.domain.agenda import parse_clock
from circle_app.errors import CircleError
from circle_app.workspace.commands.carry import going_on
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.queries.circles import circle
from circle_app.workspace.queries.cycles import cycles
from circle_app.workspace.queries.meetings import AgendaItem, Meeting, MeetingCard, agenda, clock, meetings
from ui import problems
from ui.context import AppContext
from ui.date_words import read_date
from ui.models.carrying import carry_over, not_reached
from ui.models.next_date import suggest
from ui.models.taking_back import taking_back
from ui.shortcuts import key_name
from ui.text import clock_time, day_long, day_of, start_of
from ui.views.checkin_side import plural
from ui.views.outcome_words import short_date
from ui.views.roles_card import RolesPanel
from ui.widgets.base import Label
from ui.widgets.button import Button, LinkButton
from ui.widgets.card import Card
from ui.widgets.chip import ChipButton, KeyCap
from ui.widgets.choice import CheckBox
from ui.widgets.fields import TextField
from ui.widgets.layouts import boxed, column, row

USUAL_START = time(18, 30)
NEXT_KEY = "Ctrl+D"
"""Leads to the next meeting from anywhere on the page."""


class NextMeetingCard(Card):
    """Offers a date as the circle usually meets; shows the next meeting once there is one."""

    def __init__(self, ctx: AppContext) -> None:
        super().__init__(ctx.theme, gap=8)
        self._ctx = ctx
        self._meeting: Meeting | None = None
        self._next: MeetingCard | None = None
        self._today = date.min
        self._offered: date | None = None
        self._left: tuple[AgendaItem, ...] = ()
        self._missing: tuple[AgendaItem, ...] = ()
        theme = ctx.theme
        cap = KeyCap(theme, key_name(NEXT_KEY))
        self.body.addLayout(row(theme, Label(theme, self.tr("Next meeting"), role="section"), None, cap))
        self.day = TextField(
            theme, name=self.tr("Which day"), hint=self.tr("tue, in 2 weeks, 8 dec"), icon="calendar-days"
        )
        self.clock = TextField(theme, name=self.tr("What time"), hint="18:30", icon="clock")
        self.topic = TextField(theme, name=self.tr("What it is about"), hint=self.tr("What is it about? (may wait)"))
        self.offer = ChipButton(theme, "", tone="teal", icon="sparkles")
        self.offer.clicked.connect(lambda _on=False: self._take_offer())
        self.plan = Button(theme, self.tr("Plan it"), look="soft", icon="calendar-plus", key="Enter")
        self.plan.clicked.connect(lambda _on=False: self._plan())
        self.problem = Label(theme, role="second", color="danger", wrap=True)
        self.problem.hide()
        for field in (self.day, self.clock, self.topic):
            field.returnPressed.connect(self._plan)
        self.carry = CheckBox(theme, "", name=self.tr("Carry over what we did not reach"), checked=True)
        self.carry_now = LinkButton(theme, "")
        self.carry_now.clicked.connect(lambda _on=False: self._carry_now())
        times = row(theme, gap=8)
        times.addWidget(self.day, 3)
        times.addWidget(self.clock, 2)
        foot = row(theme, self.plan, self.offer, None, gap=10)
        self._form = boxed(column(theme, times, self.topic, row(theme, self.carry, None), self.problem, foot, gap=8))
        self.when = Label(theme, role="item", wrap=True)
        self.what = Label(theme, role="body", color="ink2", wrap=True)
        self.open = LinkButton(theme, self.tr("Open the plan"))
        self.open.clicked.connect(lambda _on=False: self._open())
        self._shown = boxed(
            column(theme, self.when, self.what, row(theme, self.open, self.carry_now, None, gap=10), gap=4)
        )
        self.body.addWidget(self._form)
        self.body.addWidget(self._shown)
        self.roles = RolesPanel(ctx)
        self.body.addWidget(self.roles)
        self.body.addStretch(1)

    def show_meeting(self, meeting: Meeting, today: date) -> None:
        """The meeting after this one, or a form with the day that the circle's rhythm suggests."""
        self._meeting, self._today = meeting, today
        cards = meetings(self._ctx.ws, meeting.ref.space)
        self._next = _after(meeting, cards)
        self._form.setVisible(self._next is None)
        self._shown.setVisible(self._next is not None)
        self.roles.show_meeting(self._next.ref if self._next is not None else None)
        self._left = not_reached(agenda(self._ctx.ws, meeting.ref), clock(self._ctx.ws, meeting.ref).item)
        self._show_carry()
        if self._next is not None:
            begin = start_of(self._next.starts_at)
            self.when.setText(
                f"{day_long(begin.date())}, {clock_time(begin.hour, begin.minute)}" if begin else self.tr("No day yet")
            )
            self.what.setText(self._next.title)
            return
        ws, space = self._ctx.ws, meeting.ref.space
        apart = next((one.days for one in cycles(ws, space) if one.ref == meeting.cycle), None)
        usual = suggest(cards, circle(ws, space).rhythm, today, apart=apart)
        self._offered = day_of(usual.starts_at) or _two_weeks_on(meeting, today)
        self.offer.setVisible(self._offered is not None)
        if self._offered is not None:
            self.offer.set_label(self.tr("As usual: {date}").format(date=short_date(self._offered, today)))
        begin = start_of(usual.starts_at) or start_of(meeting.starts_at)
        if not self.clock.text() and not self.clock.hasFocus():
            at = begin.time() if begin else USUAL_START
            self.clock.setText(at.strftime("%H:%M"))

    def beginning(self) -> QWidget:
        """Where the keyboard goes first: the day, or the plan once there is one."""
        return self.day if self._next is None else self.open

    def _take_offer(self) -> None:
        if self._offered is not None:
            self.day.setText(short_date(self._offered, self._today))
            self._plan()

    def _plan(self) -> None:
        meeting = self._meeting
        if meeting is None:
            return
        if not self.day.text().strip():
            self._say(self.tr("Which day? Type “in 2 weeks” or “tue”."))
            self.day.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        try:
            begin = datetime.combine(read_date(self.day.text(), self._today), self._time())
            title = self.topic.text().strip() or self.tr("Meeting {number}").format(number=meeting.card.number + 1)
            carried = going_on(self._left) if self.carry.isChecked() else ()
            plan_meeting(
                self._ctx.ws, meeting.ref.space, title=title, starts_at=begin.strftime("%Y-%m-%dT%H:%M"),
                zone=meeting.zone, minutes=meeting.minutes, place=meeting.place, cycle=meeting.cycle, steps=carried,
            )  # fmt: skip
        except CircleError as problem:
            self._say(problems.sentence(problem))
            return
        self._say("")
        self.day.clear()
        self.topic.clear()
        self._ctx.toast(self.tr("The next meeting stands"), taking_back(self._ctx.ws))

    def _show_carry(self) -> None:
        """Offer to carry steps over, while there are some that the next agenda does not have."""
        words = plural("Carry over %Ln step(s) we did not reach", len(self._left))
        self.carry.setText(words)
        self.carry.setAccessibleName(words)
        self.carry.updateGeometry()
        self.carry.setVisible(bool(self._left))
        known = {item.carried for item in agenda(self._ctx.ws, self._next.ref)} if self._next is not None else set()
        self._missing = tuple(item for item in self._left if item.ref not in known)
        self.carry_now.set_label(plural("Carry over %Ln step(s)", len(self._missing)))
        self.carry_now.setVisible(bool(self._missing) and self._next is not None)

    def _carry_now(self) -> None:
        if self._next is not None and self._missing:
            carry_over(self._ctx.ws, self._next.ref, self._missing)
            self._ctx.toast(self.tr("Carried over to the next meeting"), taking_back(self._ctx.ws))

    def _time(self) -> time:
        text = self.clock.text().strip()
        return parse_clock(text) if text else USUAL_START

    def _open(self) -> None:
        if self._next is not None:
            self._ctx.navigate("plan", self._next.ref)

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))


def _two_weeks_on(meeting: Meeting, today: date) -> date:
    """The same weekday in two weeks: what most circles choose when they have not said how often they meet."""
    day = day_of(meeting.starts_at) or today
    while day <= today:
        day += timedelta(days=14)
    return day


def _after(meeting: Meeting, cards: tuple[MeetingCard, ...]) -> MeetingCard | None:
    """The first planned meeting later than this one; when this one has no date, any planned one."""
    planned = [card for card in cards if card.state == "planned" and card.ref != meeting.ref]
    mine = meeting.starts_ms
    later = [card for card in planned if card.starts_ms is not None and (mine is None or card.starts_ms > mine)]
    return later[0] if later else next((card for card in planned if card.starts_ms is None), None)
