"""One date of a cycle with the five roles of its evening, and the people with their turns."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import CONTRIBUTIONS
from circle_app.workspace.commands.people import set_person
from circle_app.workspace.commands.series import give_roles, hold_date, skip_date
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.meetings import MeetingCard
from circle_app.workspace.queries.people import Person, me
from circle_app.workspace.queries.rota import Cell, Roster, Rota, candidates, proposal
from ui.context import AppContext
from ui.dialogs.coming import ask_coming
from ui.dialogs.move_date import MoveSheet
from ui.doing import done
from ui.text import clock_time, day_of, day_short, isolated, start_of
from ui.text import number as digits
from ui.theme.theme import Theme
from ui.views.role_words import ICONS, ROLES, role_ask, role_words
from ui.widgets.base import Label, PaintedWidget
from ui.widgets.button import IconButton, LinkButton
from ui.widgets.canvas import Canvas
from ui.widgets.chip import Chip
from ui.widgets.evengrid import EvenGrid
from ui.widgets.layouts import boxed, column, row
from ui.widgets.menu import Menu
from ui.widgets.personcell import EDGES, PersonCell, cells_grid

BESIDE_FROM = 560
"""The width at 100 % text from which the roles stand beside their date."""
DATE_WIDE, DATE_MOST = 172, 232
LINK_EDGE = 6
"""A link has this much room around its words; what stands under it begins where they do."""
CELL_LEAST, CELL_EDGE = 104, EDGES[0]
QWIDGETSIZE_MAX = 16_777_215


class DateRow(PaintedWidget):
    """The date on the reading side, its roles beside or under it; a skipped date has no roles and says so.

    `grown` fires when cells came that were not there before.
    """

    grown = Signal()

    def __init__(
        self,
        ctx: AppContext,
        known: Roster,
        card: MeetingCard,
        *,
        number: int,
        today: date,
        allowed: bool,
        is_next: bool,
        last: bool,
    ) -> None:
        super().__init__(ctx.theme)
        self._ctx, self._known, self.card, self._last = ctx, known, card, last
        self._allowed, self._skipped = allowed, card.state == "skipped"
        theme = ctx.theme
        self.cells: list[PersonCell] = []
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, theme.px(12), 0, theme.px(12))
        self._line.setSpacing(theme.px(14))
        self._about = boxed(self._date_words(number, today, is_next))
        self._line.addWidget(self._about)
        if self._skipped:
            self._line.addWidget(self._skipped_words(), 1)
        elif card.state == "closed" and not any(known.holders(card.ref, role) for role in ROLES):
            self._line.addWidget(self._unnoted(), 1)
        else:
            self._line.addWidget(self._roles(), 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = event.size().width() >= self.theme.px(BESIDE_FROM)
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        wide = min(max(event.size().width() // 5, self.theme.px(DATE_WIDE)), self.theme.px(DATE_MOST))
        self._about.setMinimumWidth(wide if beside else 0)
        self._about.setMaximumWidth(wide if beside else QWIDGETSIZE_MAX)
        if way != self._line.direction():
            self._line.setDirection(way)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._last:
            return
        with Canvas(self, self.theme) as canvas:
            canvas.painter.fillRect(canvas.rect(0, self.height() - 1, self.width(), 1), canvas.color("border"))

    def _date_words(self, number: int, today: date, is_next: bool) -> QBoxLayout:
        theme, card = self.theme, self.card
        begin = start_of(card.starts_at)
        day = day_short(begin.date()) if begin else self.tr("No day yet")
        title = LinkButton(theme, day)
        title.setAccessibleName(self.tr("Open {date}").format(date=day))
        title.clicked.connect(lambda _on=False: self._open())
        more = IconButton(theme, "ellipsis", self.tr("More about {date}").format(date=day))
        more.clicked.connect(lambda _on=False: self._menu(more, day))
        head: list[QWidget | None] = [title, None]
        if self._allowed:
            head.append(more)
        hour = clock_time(begin.hour, begin.minute) if begin else ""
        count = "" if self._skipped else self.tr("Evening {number}").format(number=digits(number))
        under = "\u00a0\u00a0·  ".join(part for part in (hour, count) if part)
        lines: list[QWidget] = [Label(theme, under, role="second", color="ink3", wrap=True)]
        if card.title:
            color = "ink3" if self._skipped else "ink2"
            lines.append(Label(theme, card.title, role="second", color=color, wrap=True))
        below = column(theme, *lines, gap=1, margins=(LINK_EDGE, 0, 0, 0))
        words = column(theme, row(theme, *head, gap=4), below, gap=1)
        chip = self._chip(today, is_next)
        if chip is not None:
            words.addLayout(row(theme, chip, None, margins=(LINK_EDGE, 4, 0, 0)))
        words.addStretch(1)
        return words

    def _chip(self, today: date, is_next: bool) -> Chip | None:
        theme = self.theme
        day = day_of(self.card.starts_at)
        match self.card.state:
            case "live":
                return Chip(theme, self.tr("Live now"), tone="danger", dot="danger")
            case "closed":
                return Chip(theme, self.tr("Behind us"))
            case "skipped":
                return Chip(theme, self.tr("Skipped"), tone="plum")
        if day is not None and day < today:
            return Chip(theme, self.tr("Not held"), tone="gold")
        return Chip(theme, self.tr("Next"), tone="primary") if is_next else None

    def _skipped_words(self) -> QWidget:
        theme = self.theme
        words = Label(
            theme, self.tr("Nobody meets on this date. The others are counted without it."), color="ink3", wrap=True
        )
        back = LinkButton(theme, self.tr("Hold it after all"))
        back.clicked.connect(lambda _on=False: self._hold())
        return _said(theme, words, *([back] if self._allowed else []))

    def _roles(self) -> QWidget:
        self.cells = [role_cell(self._ctx, self._known, self.card, role) for role in ROLES]
        return cells_grid(self.theme, self.cells, least=CELL_LEAST)

    def _unnoted(self) -> QWidget:
        """An evening behind us of which nobody wrote down who did what: it may be noted still."""
        theme = self.theme
        words = Label(theme, self.tr("Who did what was not noted."), color="ink3", wrap=True)
        note = LinkButton(theme, self.tr("Note it now"))
        holder = _said(theme, words, *([note] if self._allowed else []))
        note.clicked.connect(lambda _on=False: self._note_roles(holder))
        return holder

    def _note_roles(self, instead_of: QWidget) -> None:
        cells = self._roles()
        self._line.replaceWidget(instead_of, cells)
        self._line.setStretchFactor(cells, 1)
        instead_of.hide()
        instead_of.deleteLater()
        self.grown.emit()
        self.cells[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self) -> None:
        place = {"live": "live", "closed": "export"}.get(self.card.state, "plan")
        self._ctx.navigate(place, self.card.ref)

    def _menu(self, under: QWidget, day: str) -> None:
        menu = Menu(self.theme, self)
        menu.add(self.tr("Open the plan"), self._open, icon="list-checks")
        if self.card.state in ("planned", "skipped"):
            menu.add(self.tr("Move to another day…"), self._move, icon="calendar-days")
        if self.card.state == "planned":
            menu.add(
                self.tr("Who is coming?"),
                lambda: ask_coming(self._ctx, self.card.ref, self.window()),
                icon="users-round",
            )
            menu.add(self.tr("Skip this date"), self._skip, icon="skip-forward")
        if self.card.state == "skipped":
            menu.add(self.tr("Hold it after all"), self._hold, icon="rotate-ccw")
        menu.open_under(under)

    def _move(self) -> None:
        MoveSheet(self._ctx, self._known, self.card, self.window()).open()

    def _skip(self) -> None:
        day = day_of(self.card.starts_at)
        words = self.tr("{date} is skipped").format(date=day_short(day)) if day else self.tr("The date is skipped")
        done(self._ctx, lambda: skip_date(self._ctx.ws, self.card.ref), words)

    def _hold(self) -> None:
        done(self._ctx, lambda: hold_date(self._ctx.ws, self.card.ref), self.tr("It takes place after all"))


def _said(theme: Theme, words: Label, *links: QWidget) -> QWidget:
    """A sentence instead of cells, and under it what can be done: in line with the words of the cells above."""
    sentence = column(theme, words, margins=(CELL_EDGE, 0, 0, 0))
    link = row(theme, *links, None, margins=(CELL_EDGE - LINK_EDGE, 0, 0, 0))
    return boxed(column(theme, sentence, link, None, gap=0, margins=(0, 9, 0, 0)))


def role_cell(ctx: AppContext, known: Rota, card: MeetingCard, role: str) -> PersonCell:
    """The tile of one role of one evening; it opens a list of who could hold it."""
    holders = known.holders(card.ref, role)
    name = ", ".join(dict.fromkeys(one.person_name or "" for one in holders))
    day = day_of(card.starts_at)
    when = day_short(day) if day else card.title
    absent = card.state == "planned" and known.absent(card.ref, role)
    free = _tr("Who?") if card.state in ("planned", "live") else _tr("Nobody")
    warning = _tr("cannot come") if absent else ""
    parts = [f"{role_words(role)}, {when}: {name or _tr('nobody yet')}", warning]
    cell = PersonCell(
        ctx.theme, role_words(role), name=name, key=holders[0].person.row if holders and holders[0].person else b"",
        free=free, warning=warning, spoken=", ".join(part for part in parts if part), faded=card.state == "closed",
    )  # fmt: skip
    cell.clicked.connect(lambda _on=False: RoleMenu(ctx, known, card, role, cell).open_under(cell))
    cell.emptied.connect(lambda: _give(ctx, card, role, None) if holders else None)
    return cell


class RoleMenu(Menu):
    """Who could hold a role that evening, those first whom it would be fairest to ask."""

    def __init__(self, ctx: AppContext, known: Rota, card: MeetingCard, role: str, parent: QWidget) -> None:
        super().__init__(ctx.theme, parent)
        held = {one.person for one in known.holders(card.ref, role)}
        turns = known.turns(role)
        mine = me(ctx.ws, card.ref.space)
        everybody = may_edit(ctx.ws, card.ref.space, CONTRIBUTIONS)
        for person in candidates(known, card.ref, role):
            if not everybody and person.ref != mine:
                continue
            away = (card.ref, person.ref) in known.away
            told = _n("%Ln turn(s)", turns[person.ref])
            if away:
                told = _tr("cannot come")
            elif role not in person.willing:
                told = _tr("not willing")
            holds = person.ref in held
            icon = "check" if holds else "user-x" if away else "user"
            give = partial(_give, ctx, card, role, person)
            self.add(person.name, give, key=told, icon=icon, color="teal" if holds else "ink3")
        if held and (everybody or mine in held):
            self.addSeparator()
            self.add(_tr("Nobody"), partial(_give, ctx, card, role, None), icon="x")


def share_out(ctx: AppContext, known: Rota, only: Ref | None = None) -> None:
    """Gives the open roles (of one meeting `only`) to whom it is fairest to ask, with an eye on all the dates."""
    found = {cell: person for cell, person in proposal(known).items() if only in (None, cell[0])}
    if not found:
        ctx.toast(_tr("Every role that somebody can take is taken."))
        return
    words = _n("%Ln role(s) shared out", len(found))
    space = known.dates[0].ref.space
    done(ctx, lambda: give_roles(ctx.ws, space, dict[Cell, Ref | None](found)), words)


def turn_cells(ctx: AppContext, known: Roster) -> EvenGrid:
    """Everybody with the number of their turns; each opens the list of roles they are willing to hold."""
    turns = known.turns()
    cells = []
    for person in sorted(known.people, key=lambda one: -turns[one.ref]):
        told = _n("%Ln turn(s)", turns[person.ref])
        refused = [role_ask(role) for role in ROLES if role not in person.willing]
        spoken = f"{person.name}: {told}"
        if refused:
            told = f"{told}, {_n('not asked for %Ln role(s)', len(refused))}"
            spoken += ". " + _tr("Not asked for: {roles}").format(roles=", ".join(refused))
        cell = PersonCell(ctx.theme, told, name=person.name, key=person.ref.row, spoken=spoken)
        cell.clicked.connect(partial(_willing_menu, ctx, person, cell))
        cells.append(cell)
    for place, cell in enumerate(cells):
        cell.stepped.connect(partial(_along, cells, place))
    return EvenGrid(ctx.theme, *cells, least=150, gap=8)


def _along(cells: list[PersonCell], place: int, right: int, down: int) -> None:
    cells[min(max(place + right + down, 0), len(cells) - 1)].setFocus(Qt.FocusReason.TabFocusReason)


def _willing_menu(ctx: AppContext, person: Person, cell: PersonCell, _on: bool = False) -> None:
    menu = Menu(ctx.theme, cell)
    head = menu.add(_tr("{name} is willing to").format(name=isolated(person.name)), lambda: None)
    head.setEnabled(False)
    for role in ROLES:
        willing = role in person.willing
        line = menu.add(
            role_ask(role), partial(_toggle, ctx, person, role), icon="check" if willing else ICONS[role],
            color="teal" if willing else "ink3",
        )  # fmt: skip
        line.setCheckable(True)
        line.setChecked(willing)
    menu.open_under(cell)


def _toggle(ctx: AppContext, person: Person, role: str) -> None:
    roles = person.willing ^ {role}
    words = (
        _tr("{name} may be asked for it: {role}") if role in roles else _tr("{name} is not asked any more: {role}")
    ).format(name=isolated(person.name), role=role_ask(role))
    given = None if roles >= set(ROLES) else roles
    done(ctx, lambda: set_person(ctx.ws, person.ref, willing=given), words)


def _give(ctx: AppContext, card: MeetingCard, role: str, person: Person | None) -> None:
    words = (
        _tr("{name}: {role}").format(name=isolated(person.name), role=role_ask(role))
        if person
        else _tr("Free again: {role}").format(role=role_ask(role))
    )
    at: Ref = card.ref
    done(ctx, lambda: give_roles(ctx.ws, at.space, {(at, role): person.ref if person else None}), words)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Cycle", text)


def _n(text: str, n: int) -> str:
    return QCoreApplication.translate("Cycle", text, None, n)
