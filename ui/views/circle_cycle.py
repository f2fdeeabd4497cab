"""The tab of a circle's dates and roles: one series of evenings, who does what on each, and how it is shared out."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import CONTRIBUTIONS, CYCLES, MEETINGS
from circle_app.errors import CircleError, NotFound
from circle_app.workspace.commands.cycles import delete_cycle, set_cycle
from circle_app.workspace.commands.series import add_date, take_in
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.cycles import Cycle, cycles
from circle_app.workspace.queries.meetings import MeetingCard, meetings
from circle_app.workspace.queries.rota import Cell, Roster, loose_dates, proposal, roster
from ui.context import AppContext
from ui.dialogs.one_line import ask_line
from ui.dialogs.series import SeriesSheet
from ui.models.taking_back import taking_back
from ui.text import date_of_ms, day_of, day_short, number
from ui.views.circle_cycle_rows import DateRow, share_out, turn_cells
from ui.views.cycle_words import rhythm_line, standing_line
from ui.views.role_words import ROLES
from ui.widgets.base import Label
from ui.widgets.button import Button, IconButton
from ui.widgets.card import SHADOW_ROOM, Card
from ui.widgets.chip import Chip
from ui.widgets.choice import Option, Segmented
from ui.widgets.empty import EmptyState
from ui.widgets.flow import Flow
from ui.widgets.layouts import column, row
from ui.widgets.menu import Menu
from ui.widgets.page import ScrollPage, SectionTitle
from ui.widgets.slot import Slot, tab_along


class CircleCycle(ScrollPage):
    """The newest cycle first; earlier ones are a click away. `show_ref` takes a cycle or one of its meetings."""

    def __init__(self, ctx: AppContext, space: int, parent: QWidget | None = None) -> None:
        side = 36 - SHADOW_ROOM
        super().__init__(ctx.theme, gap=6, margins=(side, 8, side, 20), parent=parent)
        self._ctx, self._space = ctx, space
        self._chosen: Ref | None = None
        self.rows: list[DateRow] = []
        self._slots = {name: Slot() for name in ("which", "head", "dates", "turns")}
        for slot in self._slots.values():
            self.body.addWidget(slot)
        self.body.addStretch(1)
        ctx.bus.watch(
            self,
            {"cycles", "meetings", "contributions", "attendance", "people", "agenda_items", "spaces"},
            self.refresh,
        )
        self.refresh()

    def show_ref(self, ref: object) -> None:
        """Open a cycle; anything else leaves what is open."""
        if isinstance(ref, Ref) and any(one.ref == ref for one in cycles(self._ctx.ws, self._space)):
            self._chosen = ref
            self.refresh()

    def refresh(self) -> None:
        """Read everything anew; what did not change stays as it is."""
        ws = self._ctx.ws
        found = cycles(ws, self._space)
        if not any(one.ref == self._chosen for one in found):
            self._chosen = found[-1].ref if found else None
        allowed = may_edit(ws, self._space, CYCLES) and may_edit(ws, self._space, MEETINGS)
        try:
            known = roster(ws, self._chosen) if self._chosen else None
        except NotFound:
            known = None
        today = date_of_ms(ws.clock.now_ms())
        loose = loose_dates(ws, self._space)
        slots = self._slots
        slots["which"].show_data((found, self._chosen), lambda: self._which(found) if len(found) > 1 else None)
        slots["head"].show_data(
            (known, today, allowed, len(loose), len(found)),
            lambda: self._head(known, today, allowed, loose) if known else self._nothing(allowed, loose),
        )
        slots["dates"].show_data((known, today, allowed), lambda: self._dates(known, today, allowed) if known else None)
        slots["turns"].show_data((known, allowed), lambda: self._turns(known) if known and known.dates else None)
        tab_along([stop for slot in slots.values() for stop in slot.stops()])

    def propose(self) -> None:
        """Give every free role of the dates to come, and every one whose holder cannot come, to whom it is fairest to ask."""
        if self._chosen is not None:
            share_out(self._ctx, roster(self._ctx.ws, self._chosen))

    def begin(self) -> SeriesSheet:
        """Open the sheet that plans a cycle."""
        sheet = SeriesSheet(self._ctx, self._space, self.window())
        sheet.begun.connect(self.show_ref)
        sheet.open()
        return sheet

    def _which(self, found: tuple[Cycle, ...]) -> QWidget:
        theme = self.theme
        choice = Segmented(
            theme, tuple(Option(one.ref.row.hex(), one.title) for one in found[::-1]), name=self.tr("Cycles of this circle"),
            code=self._chosen.row.hex() if self._chosen else "", wrap=True,
        )  # fmt: skip
        choice.chosen.connect(lambda code: self.show_ref(Ref(self._space, bytes.fromhex(code))))
        return _padded(self, choice)

    def _nothing(self, allowed: bool, loose: tuple[MeetingCard, ...]) -> QWidget:
        words = self.tr(
            "Agree on about six dates, and share out who facilitates, hosts and takes notes. For example: "
            "every second Tuesday at 18:30."
        )
        empty = EmptyState(
            self.theme, words, title=self.tr("No cycle planned yet"),
            action=self.tr("Choose the dates") if allowed else "", icon="calendar-plus", picture="repeat",
        )  # fmt: skip
        empty.pressed.connect(self.begin)
        return empty

    def _head(self, known: Roster, today: date, allowed: bool, loose: tuple[MeetingCard, ...]) -> QWidget:
        theme, card = self.theme, Card(self.theme, padding=(20, 16, 20, 16), gap=6)
        more = IconButton(theme, "ellipsis", self.tr("More about this cycle"))
        more.clicked.connect(lambda _on=False: self._more(more, known, loose))
        add = Button(theme, self.tr("One more date"), icon="calendar-plus")
        add.clicked.connect(lambda _on=False: self._add_date())
        card.body.addWidget(SectionTitle(theme, known.cycle.title, *([more] if allowed else [])))
        card.body.addWidget(Label(theme, rhythm_line(known), color="ink2", wrap=True))
        card.body.addWidget(Flow(theme, *self._facts(known, today), gap=6))
        acts: list[QWidget] = []
        if may_edit(self._ctx.ws, self._space, CONTRIBUTIONS) and _open_roles(known):
            if proposal(known):
                propose = Button(theme, self.tr("Share out the roles fairly"), look="primary", icon="users-round")
                propose.clicked.connect(lambda _on=False: self.propose())
                acts.append(propose)
            else:
                words = self.tr("Nobody can be asked for them: look below who is willing, and who can come.")
                card.body.addWidget(Label(theme, words, color="ink2", wrap=True))
        acts += [add] if allowed else []
        if acts:
            card.body.addSpacing(theme.px(4))
            card.body.addWidget(Flow(theme, *acts, gap=8))
        return card

    def _facts(self, known: Roster, today: date) -> list[QWidget]:
        theme, cells = self.theme, _open_roles(known)
        broken = sum(known.absent(at, role) for at, role in cells)
        free = len(cells) - broken
        facts: list[QWidget] = [Chip(theme, standing_line(known, today), tone="teal")]
        if broken:
            facts.append(Chip(theme, self.tr("%Ln (role needs|roles need) somebody else", "", broken), tone="danger"))
        if free:
            facts.append(Chip(theme, self.tr("%Ln role(s) free", "", free), tone="gold"))
        return facts

    def _dates(self, known: Roster, today: date, allowed: bool) -> QWidget:
        card = Card(self.theme, padding=(20, 10, 20, 12), gap=0)
        self.rows = []
        next_up = next((one.ref for one in known.dates if one.state in ("planned", "live")), None)
        count = 0
        for place, one in enumerate(known.dates):
            count += one.state != "skipped"
            line = DateRow(
                self._ctx, known, one, number=count, today=today, allowed=allowed, is_next=one.ref == next_up,
                last=place == len(known.dates) - 1,
            )  # fmt: skip
            self.rows.append(line)
            card.body.addWidget(line)
        self._connect_cells()
        if not known.dates:
            card.body.addWidget(
                Label(self.theme, self.tr("This cycle has no dates yet. Add one above."), color="ink2", wrap=True)
            )
        return card

    def _connect_cells(self) -> None:
        """The arrow keys go from cell to cell over the dates, as on squared paper."""
        for line in self.rows:
            line.grown.connect(partial(self._connect_line, line))
            self._connect_line(line)

    def _connect_line(self, line: DateRow) -> None:
        for right, cell in enumerate(line.cells):
            cell.stepped.connect(partial(self._step, line, right))

    def _step(self, of: DateRow, right: int, by_right: int, by_down: int) -> None:
        shown = [line for line in self.rows if line.cells]
        lines, down = [line.cells for line in shown], shown.index(of)
        line = lines[min(max(down + by_down, 0), len(lines) - 1)]
        cell = line[min(max(right + by_right, 0), len(line) - 1)]
        cell.setFocus(Qt.FocusReason.TabFocusReason)
        self.ensureWidgetVisible(cell, 0, self.theme.px(24))

    def _turns(self, known: Roster) -> QWidget:
        theme, card = self.theme, Card(self.theme, padding=(20, 16, 20, 18), gap=10)
        card.body.addWidget(SectionTitle(theme, self.tr("How it is shared out")))
        words = self.tr("Turns in this cycle. Press a person to say which roles they are willing to hold.")
        card.body.addWidget(Label(theme, words, color="ink2", wrap=True))
        card.body.addWidget(turn_cells(self._ctx, known))
        return card

    def _more(self, under: QWidget, known: Roster, loose: tuple[MeetingCard, ...]) -> None:
        menu = Menu(self.theme, self)
        if loose:
            words = self.tr("Take in %Ln meeting(s) planned outside a cycle", "", len(loose))
            menu.add(words, lambda: self._take_in(known.cycle.ref, loose), icon="log-in")
        menu.add(self.tr("Go on with a next cycle…"), self.begin, icon="repeat")
        menu.add(self.tr("Name the cycle…"), lambda: self._rename(known), icon="pencil")
        menu.addSeparator()
        menu.add(self.tr("Delete the cycle, its dates stay"), lambda: self._delete(known.cycle.ref), icon="trash-2")
        menu.open_under(under)

    def _rename(self, known: Roster) -> None:
        ask_line(
            self._ctx, self.window(), title=self.tr("Name the cycle"), text=known.cycle.title,
            keep=lambda text: set_cycle(self._ctx.ws, known.cycle.ref, title=text),
        )  # fmt: skip

    def _take_in(self, cycle: Ref, loose: tuple[MeetingCard, ...]) -> None:
        take_in(self._ctx.ws, cycle, [card.ref for card in loose])
        self._ctx.toast(self.tr("%Ln meeting(s) taken in", "", len(loose)), taking_back(self._ctx.ws))

    def _delete(self, cycle: Ref) -> None:
        delete_cycle(self._ctx.ws, cycle)
        self._ctx.toast(self.tr("The cycle is deleted, its meetings are not"), taking_back(self._ctx.ws))

    def _add_date(self) -> None:
        if self._chosen is None:
            return
        taking_place = sum(card.state != "skipped" for card in meetings(self._ctx.ws, self._space))
        title = self.tr("Meeting {number}").format(number=number(taking_place + 1))
        try:
            made = add_date(self._ctx.ws, self._chosen, title=title)
        except CircleError as problem:
            self._ctx.problem(problem)
            return
        found = next((card for card in roster(self._ctx.ws, self._chosen).dates if card.ref == made), None)
        day = day_of(found.starts_at) if found else None
        words = self.tr("{date} is a date now").format(date=day_short(day)) if day else self.tr("A date more")
        self._ctx.toast(words, taking_back(self._ctx.ws))


def _open_roles(known: Roster) -> tuple[Cell, ...]:
    """The roles of the dates to come that nobody holds, or somebody who cannot come."""
    coming = [card.ref for card in known.dates if card.state == "planned"]
    cells = [(at, role) for at in coming for role in ROLES]
    return tuple(cell for cell in cells if not known.holders(*cell) or known.absent(*cell))


def _padded(page: ScrollPage, part: QWidget) -> QWidget:
    holder = QWidget()
    holder.setLayout(column(page.theme, row(page.theme, part), margins=(SHADOW_ROOM, 6, SHADOW_ROOM, 0)))
    return holder
