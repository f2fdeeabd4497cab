"""The tab of a cycle's checklist: what is to do before, during and after, with dates that follow the first meeting."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.lifecycle import PHASES, due, phase_now, standing, starters
from circle_app.domain.schema import CHECKLIST, CYCLES
from circle_app.errors import CircleError, NotFound
from circle_app.workspace.commands.checklist import add_checks, tick
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.checklist import Check, checklist
from circle_app.workspace.queries.cycles import cycles
from circle_app.workspace.queries.rota import Roster, roster
from ui.context import AppContext
from ui.dialogs.check import CheckSheet
from ui.dialogs.series import SeriesSheet
from ui.doing import done
from ui.text import date_of_ms, day_long, day_of, day_short, due_chip, isolated, number
from ui.views.checklist_words import distance_words, phase_words, starter_words
from ui.widgets.avatar import Avatar
from ui.widgets.base import Label
from ui.widgets.card import SHADOW_ROOM, Card
from ui.widgets.chip import Chip
from ui.widgets.choice import CheckBox
from ui.widgets.empty import EmptyState
from ui.widgets.fields import TextField
from ui.widgets.layouts import boxed, column, row
from ui.widgets.listrow import ListRow
from ui.widgets.page import ScrollPage, SectionTitle
from ui.widgets.slot import Slot, tab_along
from ui.widgets.stepper import ProgressBar

BESIDE_BOX = 46
"""What is written on a row begins so far from its edge: after its box to tick."""


class _CheckRow(ListRow):
    """A row that knows which thing it shows."""

    ref: Ref | None = None


class CircleChecklist(ScrollPage):
    """Three cards of things to tick off; a line under each takes one more."""

    def __init__(self, ctx: AppContext, space: int, parent: QWidget | None = None) -> None:
        side = 36 - SHADOW_ROOM
        super().__init__(ctx.theme, gap=6, margins=(side, 8, side, 20), parent=parent)
        self._ctx, self._space = ctx, space
        self._known: Roster | None = None
        self._slots: dict[str, Slot] = {"head": Slot()}
        self.body.addWidget(self._slots["head"])
        self.cards: dict[str, Card] = {}
        self.more: dict[str, TextField] = {}
        for phase in PHASES:
            self._phase_card(phase)
        self.body.addStretch(1)
        ctx.bus.watch(self, {"checklist", "cycles", "meetings", "people", "spaces"}, self.refresh)
        self.refresh()

    def show_ref(self, ref: object) -> None:
        """Put the keyboard on a thing of the list, such as one that was found."""
        line = next((line for line in self.findChildren(_CheckRow) if line.ref == ref and line.isVisibleTo(self)), None)
        if line is not None:
            line.setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(line, 0, self.theme.px(40))

    def refresh(self) -> None:
        """Read everything anew; what is being typed stays."""
        ws = self._ctx.ws
        found = cycles(ws, self._space)
        allowed = may_edit(ws, self._space, CHECKLIST)
        try:
            self._known = roster(ws, found[-1].ref) if found else None
        except NotFound:
            self._known = None
        items = checklist(ws, self._known.cycle.ref) if self._known else ()
        first = self._known.first_day if self._known else None
        today = date_of_ms(ws.clock.now_ms())
        about = (self._known.cycle if self._known else None, first, items, today, allowed)
        self._slots["head"].show_data(about, lambda: self._head(items, first, today, allowed))
        for phase in PHASES:
            self.cards[phase].setVisible(bool(items))
            self.more[phase].setVisible(allowed)
            shown = tuple(one for one in items if one.phase == phase)
            data = (shown, first, today, allowed)
            self._slots[phase].show_data(data, partial(self._rows, phase, shown, first, today, allowed))
        stops: list[QWidget] = self._slots["head"].stops()
        for phase in PHASES:
            stops += [*self._slots[phase].stops(), self.more[phase]]
        tab_along(stops)

    def begin(self) -> None:
        """Begin with the usual list, in the language of the one who begins it."""
        if self._known is None:
            return
        days = [day for card in self._known.dates if card.state != "skipped" and (day := day_of(card.starts_at))]
        first, today = self._known.first_day, date_of_ms(self._ctx.ws.clock.now_ms())
        # in mid-run nobody needs to be told what was to do weeks ago
        usual = [one for one in starters(days) if (due(one.phase, one.days, first) or today) >= today]
        items = [{"title": starter_words(one.code), "phase": one.phase, "days": one.days} for one in usual]
        words = self.tr("%Ln thing(s) to do are on the list", "", len(items))
        done(self._ctx, partial(add_checks, self._ctx.ws, self._known.cycle.ref, items), words)

    def _phase_card(self, phase: str) -> None:
        theme = self.theme
        self._slots[phase] = Slot()
        words = {
            "before": self.tr("Add something to do before"), "during": self.tr("Add something to do while you meet"),
            "after": self.tr("Add something to do afterwards"),
        }[phase]  # fmt: skip
        field = TextField(theme, name=words, hint=words, icon="plus", key="Enter")
        field.setMaximumWidth(theme.px(460))
        field.returnPressed.connect(partial(self._add, phase))
        card = Card(theme, padding=(20, 16, 20, 16), gap=8)
        card.body.addWidget(self._slots[phase])
        line = row(theme, margins=(BESIDE_BOX, 0, 0, 0), center=False)
        line.addWidget(field, 8)
        line.addStretch(1)
        card.body.addLayout(line)
        self.cards[phase], self.more[phase] = card, field
        self.body.addWidget(card)

    def _head(self, items: tuple[Check, ...], first: date | None, today: date, allowed: bool) -> QWidget:
        theme = self.theme
        if self._known is None:
            words = self.tr(
                "The checklist goes with a cycle: its dates follow the first meeting. Choose the dates first."
            )
            action = self.tr("Choose the dates") if may_edit(self._ctx.ws, self._space, CYCLES) else ""
            empty = EmptyState(
                theme,
                words,
                title=self.tr("No cycle planned yet"),
                action=action,
                icon="calendar-plus",
                picture="list-checks",
            )
            empty.pressed.connect(lambda: SeriesSheet(self._ctx, self._space, self.window()).open())
            return empty
        if not items:
            words = self.tr(
                "From finding three people to telling others what came of it: the usual list to begin with."
            )
            empty = EmptyState(
                theme, words, title=self.tr("Nothing on the list yet"),
                action=self.tr("Begin with the usual list") if allowed else "", icon="list-checks", picture="list-checks",
            )  # fmt: skip
            empty.pressed.connect(self.begin)
            return empty
        card = Card(theme, padding=(20, 16, 20, 18), gap=8)
        done = sum(one.done_ms is not None for one in items)
        late = sum(self._standing(one, first, today) == "late" for one in items)
        told = self.tr("{done} of {all} done").format(done=number(done), all=number(len(items)))
        chips: list[QWidget] = [Chip(theme, self.tr("%Ln late", "", late), tone="danger")] if late else []
        card.body.addWidget(SectionTitle(theme, self._known.cycle.title, *chips, Chip(theme, told, tone="teal")))
        bar = ProgressBar(theme)
        bar.set_fraction(done / len(items), name=told, tone="teal")
        card.body.addWidget(bar)
        day = self.tr("Dates follow the first meeting: {date}").format(date=day_long(first)) if first else ""
        card.body.addWidget(
            Label(theme, day or self.tr("Dates come when the first meeting has one."), color="ink2", wrap=True)
        )
        return card

    def _rows(self, phase: str, items: tuple[Check, ...], first: date | None, today: date, allowed: bool) -> QWidget:
        theme = self.theme
        now = self._known is not None and phase_now(first, self._known.last_day, today) == phase
        done = sum(one.done_ms is not None for one in items)
        chips: list[QWidget] = [Chip(theme, self.tr("Now"), tone="primary")] if now else []
        if items:
            chips.append(Chip(theme, self.tr("{done} of {all}").format(done=number(done), all=number(len(items)))))
        parts: list[QWidget] = [SectionTitle(theme, phase_words(phase), *chips)]
        # by date, then as they were put
        ordered = sorted(items, key=lambda one: (due(one.phase, one.days or 0, first) or date.max, one.pos))
        for place, one in enumerate(ordered):
            parts.append(self._row(one, first, today, allowed, last=place == len(ordered) - 1))
        return boxed(column(theme, *parts, gap=2))

    def _row(self, one: Check, first: date | None, today: date, allowed: bool, *, last: bool) -> ListRow:
        theme = self.theme
        box = CheckBox(theme, name=self.tr("Done: {title}").format(title=one.title), checked=one.done_ms is not None)
        box.setEnabled(allowed)
        box.clicked.connect(partial(self._tick, one, box))
        day = due(one.phase, one.days, first) if one.days is not None else None
        behind: list[QWidget] = []
        if day is not None and one.done_ms is None:
            words, tone = due_chip(day.isoformat(), today)
            behind.append(Chip(theme, words, tone=tone))
        if one.done_ms is not None:
            behind.append(Chip(theme, self.tr("Done {date}").format(date=day_short(date_of_ms(one.done_ms)))))
        if one.owner is not None and one.owner_name:
            behind.append(Avatar(theme, one.owner_name, key=one.owner.row, size=28))
        second = distance_words(one.phase, one.days) if one.days is not None else self.tr("no date")
        line = _CheckRow(
            theme, one.title, second, front=box, behind=tuple(behind), separator=not last, faded=one.done_ms is not None,
            whole=True, pressable=allowed,
        )  # fmt: skip
        line.ref = one.ref
        if one.owner_name:
            line.setAccessibleName(f"{line.accessibleName()}, {one.owner_name}")
        if allowed:
            line.opened.connect(partial(self._open, one.ref))
        return line

    def _open(self, ref: Ref) -> CheckSheet:
        sheet = CheckSheet(self._ctx, ref, self.window())
        sheet.open()
        return sheet

    def _tick(self, one: Check, box: CheckBox, _on: bool = False) -> None:
        ticked = box.isChecked()
        words = (self.tr("Done: {title}") if ticked else self.tr("Open again: {title}")).format(
            title=isolated(one.title)
        )
        if not done(self._ctx, partial(tick, self._ctx.ws, one.ref, done=ticked), words):
            box.setChecked(not ticked)

    def _add(self, phase: str) -> None:
        field = self.more[phase]
        if self._known is None or not field.text().strip():
            return
        first, last = self._known.first_day, self._known.last_day
        after = (last - first).days + 7 if first and last else 7
        days = {"before": 7, "during": 0, "after": after}[phase]
        try:
            add_checks(self._ctx.ws, self._known.cycle.ref, [{"title": field.text(), "phase": phase, "days": days}])
        except CircleError as problem:
            self._ctx.problem(problem)
            return
        field.clear()

    def _standing(self, one: Check, first: date | None, today: date) -> str:
        day = due(one.phase, one.days, first) if one.days is not None else None
        return standing(day, today, one.done_ms is not None)
