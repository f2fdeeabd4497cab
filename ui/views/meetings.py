"""Every meeting of every circle (or of one): what is coming up, what waits for a date, and what was."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import MEETINGS
from circle_app.domain.text import fold_name
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.queries.meetings import MeetingCard, meetings, pick_next
from ui.context import AppContext
from ui.dialogs.start_circle import start_circle
from ui.new_meeting import new_meeting
from ui.text import date_of_ms, day_of
from ui.views.meetings_rows import DayBlock, steps_words, when_words
from ui.widgets.button import Button
from ui.widgets.card import SHADOW_ROOM, Card
from ui.widgets.chip import Chip
from ui.widgets.empty import EmptyState
from ui.widgets.fields import SearchField
from ui.widgets.layouts import row
from ui.widgets.listrow import ListRow
from ui.widgets.page import Header, ScrollPage, SectionTitle
from ui.widgets.slot import Slot, tab_along

AT_FIRST = 30
"""Rows of a block; further ones are found by the filter or by showing more."""


class MeetingsView(ScrollPage):
    """`space` narrows it to one circle and leaves out the page title, as a tab of the circle's page does."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None, *, space: int | None = None) -> None:
        side = 36 - SHADOW_ROOM
        margins = (side, 26, side, 24) if space is None else (side, 14, side, 20)
        super().__init__(ctx.theme, gap=14, margins=margins, parent=parent)
        self._ctx = ctx
        self._space = space
        self._ref: Ref | None = None
        self._shown = AT_FIRST
        theme = ctx.theme
        self.new = Button(theme, self.tr("New meeting"), look="primary", icon="plus", key="Ctrl N")
        self.new.clicked.connect(lambda _on=False: self.make_one())
        hint = self.tr("Title, circle or place") if space is None else self.tr("Title or place")
        self.filter = SearchField(theme, name=self.tr("Find a meeting"), hint=hint)
        self.filter.setMaximumWidth(theme.px(340))
        self.filter.textChanged.connect(lambda _text: self.refresh())
        if space is None:
            self.header: Header | None = Header(theme, self.tr("Meetings"), "", self.filter, self.new)
            self.body.addLayout(row(theme, self.header, margins=(SHADOW_ROOM, 0, SHADOW_ROOM, 0), center=False))
        else:
            self.header = None
            # the page around it has its own button to plan a meeting
            self.new.setParent(self)
            self.new.hide()
            self.body.addLayout(row(theme, self.filter, None, margins=(SHADOW_ROOM, 0, SHADOW_ROOM, 0)))
        self._slots = {name: Slot() for name in ("coming", "undated", "missed", "past", "nothing")}
        for slot in self._slots.values():
            self.body.addWidget(slot)
        self.older = Button(theme, self.tr("Show more meetings"), look="ghost")
        self.older.clicked.connect(lambda _on=False: self._show_more())
        self.body.addWidget(self.older, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addStretch(1)
        ctx.bus.watch(self, {"meetings", "agenda_items", "attendance", "circle", "spaces"}, self.refresh)
        self.refresh()

    def show_ref(self, ref: Ref | None) -> None:
        """Nothing to open here: a meeting has its own pages."""
        self.refresh()
        self.filter.setFocus(Qt.FocusReason.OtherFocusReason)

    def make_one(self) -> None:
        """Ask for circle, title and day, then open the plan."""
        new_meeting(self._ctx, self.window(), space=self._space)

    def refresh(self) -> None:
        """Read every meeting anew; blocks in which nothing has changed stay as they are."""
        ws = self._ctx.ws
        every = meetings(ws, self._space)
        cards = tuple(card for card in every if self._fits(card))
        dated = tuple(card for card in cards if card.state != "closed" and card.starts_at)
        today = date_of_ms(ws.clock.now_ms())
        # a plan whose day went by is neither coming nor was it held; its people decide what becomes of it
        missed = tuple(card for card in dated if card.state == "planned" and _before(card, today))
        coming = tuple(card for card in dated if card.state == "live" or not _before(card, today))
        undated = tuple(card for card in cards if card.state != "closed" and not card.starts_at)
        closed = (card for card in cards if card.state == "closed")
        past = tuple(sorted(closed, key=lambda card: (card.closed_ms or 0, card.number), reverse=True))
        if self.header is not None:
            self.header.set_text(self.tr("Meetings"), self._summary(coming, undated))
        chosen = pick_next(every, ws.clock.now_ms())
        self._block("coming", self.tr("Coming up"), coming, first_up=chosen)
        self._block("undated", self.tr("Waiting for a date"), undated)
        self._block("missed", self.tr("Planned, not held"), missed[::-1])
        self._block("past", self.tr("Behind us"), past)
        self.older.setVisible(max(len(coming), len(undated), len(missed), len(past)) > self._shown)
        circles = bool(every) or bool(my_circles(ws))
        nothing = (bool(every), bool(cards), circles, self.filter.text().strip())
        self._slots["nothing"].show_data(nothing, lambda: None if cards else self._nothing(bool(every), circles))
        tab_along(
            [self.filter, self.new, *(stop for slot in self._slots.values() for stop in slot.stops()), self.older]
        )

    def _block(
        self, name: str, title: str, cards: tuple[MeetingCard, ...], *, first_up: MeetingCard | None = None
    ) -> None:
        today, cards = date_of_ms(self._ctx.ws.clock.now_ms()), cards[: self._shown]

        def build() -> Card | None:
            if not cards:
                return None
            card = Card(self.theme, padding=(20, 16, 20, 10), gap=0)
            card.body.addWidget(SectionTitle(self.theme, title))
            card.body.addSpacing(self.theme.px(6))
            for number, one in enumerate(cards, start=1):
                card.body.addWidget(self._line(one, today, last=number == len(cards), first_up=one == first_up))
            return card

        self._slots[name].show_data((cards, first_up, today), build)

    def _line(self, card: MeetingCard, today: date, *, last: bool, first_up: bool) -> ListRow:
        theme = self.theme
        behind: list[QWidget] = []
        if card.state == "live":
            behind.append(Chip(theme, self.tr("Live now"), tone="danger", dot="danger"))
        elif card.state == "closed":
            if card.present:
                behind.append(Chip(theme, self.tr("%Ln came", "", card.present), tone="teal", icon="users-round"))
        elif card.state == "skipped":
            behind.append(Chip(theme, self.tr("Skipped"), tone="plum"))
        else:
            if first_up:
                behind.append(Chip(theme, self.tr("Next"), tone="primary"))
            if card.coming:
                behind.append(Chip(theme, self.tr("%Ln coming", "", card.coming), tone="teal"))
            behind.append(self._plan_chip(card))
        line = ListRow(
            theme, card.title or self.tr("A meeting without a name"), self._second(card, today),
            front=DayBlock(theme, card.starts_at, color=card.color, key=bytes([card.ref.space % 256])), behind=tuple(behind),
            separator=not last, strong=True, whole=True, high=68,
        )  # fmt: skip
        line.opened.connect(lambda card=card: self._open(card))
        return line

    def _plan_chip(self, card: MeetingCard) -> Chip:
        if not card.steps:
            return Chip(self.theme, self.tr("No steps yet"), tone="gold")
        return Chip(self.theme, steps_words(card.steps, card.planned_minutes))

    def _second(self, card: MeetingCard, today: date) -> str:
        parts = [when_words(card.starts_at, card.minutes, today), card.place or ""]
        if self._space is None:
            parts.insert(0, card.circle_name)
        return "  ·  ".join(part for part in parts if part)

    def _open(self, card: MeetingCard) -> None:
        place = {"live": "live", "closed": "export"}.get(card.state, "plan")
        self._ctx.navigate(place, card.ref)

    def _fits(self, card: MeetingCard) -> bool:
        wanted = fold_name(self.filter.text())
        return all(part in fold_name(f"{card.title} {card.circle_name} {card.place or ''}") for part in wanted.split())

    def _summary(self, coming: tuple[MeetingCard, ...], undated: tuple[MeetingCard, ...]) -> str:
        parts = [self.tr("%Ln coming up", "", len(coming))] if coming else []
        if undated:
            parts.append(self.tr("%Ln without a date", "", len(undated)))
        return ", ".join(parts)

    def _nothing(self, filtered: bool, circles: bool) -> EmptyState:
        """What an empty page says: nothing fits the filter, there is no circle yet, or no meeting."""
        if filtered:
            words = self.tr("No meeting has “{text}” in its title, circle or place.")
            found = words.format(text=self.filter.text().strip())
            return EmptyState(self.theme, found, small=True, picture="search")
        if not circles:
            start = EmptyState(
                self.theme,
                self.tr("Meetings belong to a circle: three or more people with a topic of their own."),
                title=self.tr("Start with a circle"),
                action=self.tr("Start a circle"),
                icon="plus",
            )
            start.pressed.connect(lambda: start_circle(self._ctx, self.window()))
            return start
        empty = EmptyState(
            self.theme,
            self.tr("Plan the first evening: a title, a day, and four to six steps. For example “What could our street become?”"),
            title=self.tr("No meetings yet"), action=self.tr("Plan a meeting") if self._may_plan() else "",
            icon="calendar-plus", picture="calendar-days",
        )  # fmt: skip
        empty.pressed.connect(self.make_one)
        return empty

    def _may_plan(self) -> bool:
        """In a circle where only organizers plan, the others wait for what they plan."""
        return self._space is None or may_edit(self._ctx.ws, self._space, MEETINGS)

    def _show_more(self) -> None:
        self._shown += AT_FIRST
        self.refresh()


def _before(card: MeetingCard, today: date) -> bool:
    day = day_of(card.starts_at)
    return day is not None and day < today
