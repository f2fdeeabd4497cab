"""Everybody of every circle (or of one): who is in, who was asked, who came by, what they need and promised."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.text import fold_name
from circle_app.workspace import spaces
from circle_app.workspace.commands.people import confirm_person, make_member, remove_person, set_person
from circle_app.workspace.queries.circles import CircleCard, my_circles
from circle_app.workspace.queries.people import Person, me, people
from circle_app.workspace.queries.tasks import tasks
from ui import text
from ui.context import AppContext
from ui.dialogs.person import PersonDialog
from ui.dialogs.start_circle import start_circle
from ui.models.people_rights import may_change_people
from ui.models.taking_back import taking_back
from ui.views.circle_words import readiness_line
from ui.views.people_add import AddLine
from ui.views.people_member import add_member_lines, joined_by_device
from ui.views.people_rows import Look, PersonRow, holds_keyboard
from ui.views.people_same import SameWords
from ui.views.people_waiting import WaitingPeople
from ui.views.people_words import ASKED, GONE, GROUPS, GUESTS, group_of, group_title, summary
from ui.widgets.base import Label
from ui.widgets.button import Button, LinkButton
from ui.widgets.card import SHADOW_ROOM, Card
from ui.widgets.chip import Chip
from ui.widgets.empty import EmptyState
from ui.widgets.fields import SearchField
from ui.widgets.layouts import clear, column, row
from ui.widgets.menu import Menu
from ui.widgets.page import Header, ScrollPage, SectionTitle
from ui.widgets.sheet import Sheet

BESIDE_FROM = 760
"""From this width on the search stands beside the line that adds names."""


class PeopleView(ScrollPage):
    """`space` narrows it to one circle, leaves out the page title and offers the line that adds names."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None, *, space: int | None = None) -> None:
        side = 36 - SHADOW_ROOM
        margins = (side, 26, side, 24) if space is None else (side, 14, side, 20)
        super().__init__(ctx.theme, gap=4, margins=margins, parent=parent)
        self._ctx, self._space = ctx, space
        self._show_gone = False
        self._rows: dict[Ref, PersonRow] = {}
        theme = ctx.theme
        self.filter = SearchField(theme, name=self.tr("Find a person"), hint=self.tr("Name, language or need"))
        self.filter.setMaximumWidth(theme.px(300))
        self.filter.textChanged.connect(lambda _text: self.refresh())
        self.new = Button(theme, self.tr("Add somebody"), look="primary", icon="user-plus")
        self.new.clicked.connect(lambda _on=False: self.add_one())
        self.header: Header | None = None
        self.adding: AddLine | None = None
        self._top: QHBoxLayout | None = None
        edges = (SHADOW_ROOM, 0, SHADOW_ROOM, 0)
        if space is None:
            self.header = Header(theme, self.tr("People"), "", self.filter, self.new)
            self.body.addLayout(row(theme, self.header, margins=edges, center=False))
        else:
            self.adding = AddLine(ctx, space)
            self.new.setParent(self)
            self.new.hide()
            self._top = row(theme, gap=12, margins=edges, center=False)
            self._top.addWidget(self.adding, 1)
            # aligned both ways: else the line takes the width of the field for its own, and too much height
            self._top.addWidget(self.filter, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
            self.body.addLayout(self._top)
        self.same: SameWords | None = None
        self._asked_in: tuple[tuple[int, str], ...] = ()
        self._waiting, self._list = column(theme, gap=2), column(theme, gap=2)
        self.body.addLayout(self._waiting)
        self.body.addLayout(self._list)
        if space is not None and not spaces.space(ctx.ws, space).demo:
            self.same = SameWords(ctx, space)
            self.body.addWidget(self.same)
        self.body.addStretch(1)
        ctx.bus.watch(self, {"people", "circle", "spaces", "tasks", "attendance", "meetings"}, self.refresh)
        self.refresh()

    def show_ref(self, ref: object) -> None:
        """Open the sheet of a person, when one is given."""
        self.refresh()
        self.filter.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(ref, Ref):
            self.open_person(ref)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._top is not None:
            beside = self.room() / self.theme.scale >= BESIDE_FROM
            self._top.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def refresh(self) -> None:
        """Read everybody anew; the keyboard stays with the person it was on."""
        ws = self._ctx.ws
        cards = tuple(c for c in my_circles(ws) if self._space in (None, c.space))
        everybody = people(ws, self._space, gone=True)
        promises = Counter(t.owner for t in tasks(ws, space=self._space) if not t.done and t.owner is not None)
        if self.header is not None:
            self.header.set_text(self.tr("People"), summary(everybody, len(cards)) if cards else "")
            self.filter.setVisible(bool(cards))
            self.new.setVisible(any(may_change_people(ws, card.space) for card in cards))
        if self.adding is not None and self._space is not None:
            self.adding.setVisible(bool(cards) and may_change_people(ws, self._space))
        self._show_waiting(tuple((c.space, c.name) for c in cards if c.role == "organizer" and not c.demo))
        held = next((ref for ref, line in self._rows.items() if holds_keyboard(line)), None)
        spare = self._take_rows_out()
        clear(self._list)
        if not cards:
            self._list.addWidget(self._no_circle())
        found = tuple(person for person in everybody if self._fits(person))
        for card in cards:
            self._circle(card, tuple(p for p in found if p.ref.space == card.space), promises, spare)
        for line in spare.values():
            line.deleteLater()
        if cards and not found and self.filter.text().strip():
            words = self.tr("Nobody here is called “{text}”, or speaks, offers or needs it.")
            self._list.addWidget(
                EmptyState(self.theme, words.format(text=self.filter.text().strip()), small=True, picture="search")
            )
        self._offer_gone(sum(person.status == "gone" for person in everybody))
        if held in self._rows:
            self._rows[held].setFocus(Qt.FocusReason.OtherFocusReason)

    def add_one(self) -> None:
        """Open an empty sheet for somebody new."""
        ws = self._ctx.ws
        spaces = tuple((c.space, c.name) for c in my_circles(ws) if may_change_people(ws, c.space))
        self._open_sheet(PersonDialog(self._ctx, self.window(), spaces=spaces))

    def open_person(self, ref: Ref) -> None:
        """Open somebody's sheet. Raises NotFound."""
        self._open_sheet(PersonDialog(self._ctx, self.window(), ref=ref))

    def _show_waiting(self, circles: tuple[tuple[int, str], ...]) -> None:
        """Those who ask to join, above everybody else; each part listens for itself from then on."""
        if circles == self._asked_in:
            return
        self._asked_in = circles
        clear(self._waiting)
        for space, name in circles:
            self._waiting.addWidget(WaitingPeople(self._ctx, space, name))

    def _take_rows_out(self) -> dict[Look, PersonRow]:
        """The lines on screen, free to be used again: most of them look the same after a change."""
        spare = {}
        for line in self._rows.values():
            line.setParent(None)
            spare[line.look] = line
        self._rows = {}
        return spare

    def _circle(
        self, card: CircleCard, listed: tuple[Person, ...], promises: Counter[Ref], spare: dict[Look, PersonRow]
    ) -> None:
        theme = self.theme
        shown = [p for p in listed if self._show_gone or p.status != "gone"]
        if not shown:
            return
        box = Card(theme, padding=(16, 14, 16, 10), gap=0)
        if self._space is None:
            box.body.addWidget(self._circle_title(card))
            box.body.addSpacing(theme.px(6))
        mine, allowed = me(self._ctx.ws, card.space), may_change_people(self._ctx.ws, card.space)
        groups = [(group, [p for p in shown if group_of(p) == group]) for group in GROUPS]
        groups = [(group, members) for group, members in groups if members]
        for group, members in groups:
            if self._space is not None or len(groups) > 1:
                box.body.addSpacing(theme.px(6))
                words = f"{group_title(group)}  ·  {text.number(len(members))}"
                box.body.addWidget(SectionTitle(theme, words, role="caps"))
            for person in members:
                look = Look(
                    person=person, promises=promises[person.ref], mine=person.ref == mine, may_change=allowed,
                    last=person is members[-1],
                )  # fmt: skip
                line = spare.pop(look, None) or self._line(look)
                self._rows[person.ref] = line
                box.body.addWidget(line)
                line.show()
        if self._space is not None and len(listed) < 2 and not self.filter.text():
            hint = self.tr(
                "Three people who are in make a circle ready. Type their names above, for example your neighbour's."
            )
            box.body.addSpacing(theme.px(8))
            box.body.addWidget(Label(theme, hint, color="ink2", wrap=True))
        self._list.addWidget(box)

    def _circle_title(self, card: CircleCard) -> SectionTitle:
        theme = self.theme
        ready = Chip(theme, readiness_line(card.readiness), tone="teal" if card.readiness.ready else "gold")
        if card.role != "organizer" or card.demo:
            return SectionTitle(theme, card.name, ready)
        invite = LinkButton(theme, self.tr("Invite"))
        invite.setAccessibleName(self.tr("Invite people to {circle}").format(circle=card.name))
        invite.clicked.connect(lambda _on=False: self._invite(card.space))
        return SectionTitle(theme, card.name, ready, invite)

    def _line(self, look: Look) -> PersonRow:
        line, person = PersonRow(self.theme, look), look.person
        line.opened.connect(lambda: self.open_person(person.ref))
        line.stepped.connect(lambda: self._step(person))
        line.menu_wanted.connect(lambda widget: self._menu(person, widget))
        return line

    def _offer_gone(self, gone: int) -> None:
        if not gone or self.filter.text().strip():
            return
        words = self.tr("Hide those who left") if self._show_gone else self.tr("Show %Ln who left", "", gone)
        link = LinkButton(self.theme, words)
        link.clicked.connect(lambda _on=False: self._toggle_gone())
        self._list.addLayout(row(self.theme, link, None, margins=(SHADOW_ROOM + 6, 0, 0, 0)))

    def _toggle_gone(self) -> None:
        self._show_gone = not self._show_gone
        self.refresh()

    def _step(self, person: Person) -> None:
        ws, group = self._ctx.ws, group_of(person)
        if group == ASKED:
            confirm_person(ws, person.ref)
            words = self.tr("{name} is in")
        elif group == GUESTS:
            make_member(ws, person.ref)
            words = self.tr("{name} is a member now")
        else:
            set_person(ws, person.ref, status="member")
            words = self.tr("{name} is back in the list")
        self._ctx.toast(words.format(name=person.name), taking_back(ws))

    def _menu(self, person: Person, widget: QWidget) -> None:
        menu = Menu(self.theme, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.add(self.tr("Open"), lambda: self.open_person(person.ref), icon="user")
        group, allowed = group_of(person), may_change_people(self._ctx.ws, person.ref.space)
        if allowed and group not in (GONE, ASKED) and not person.confirmed:
            menu.add(self.tr("Is in"), lambda: confirm_person(self._ctx.ws, person.ref), icon="user-check")
        if allowed and group != GONE and not joined_by_device(self._ctx, person):
            menu.add(self.tr("Take off the list"), lambda: self._take_off(person), icon="user-minus")
        mine = me(self._ctx.ws, person.ref.space) == person.ref
        add_member_lines(menu, self._ctx, person, mine=mine, window=self.window())
        menu.open_under(widget)

    def _take_off(self, person: Person) -> None:
        remove_person(self._ctx.ws, person.ref)
        self._ctx.toast(self.tr("{name} is off the list").format(name=person.name), taking_back(self._ctx.ws))

    def _invite(self, space: int) -> None:
        from ui.dialogs.invite import InviteDialog

        self._open_sheet(InviteDialog(self._ctx, self.window(), space=space))

    def _open_sheet(self, sheet: Sheet) -> None:
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def _fits(self, person: Person) -> bool:
        told = " ".join(text.need(need) for need in person.needs)
        where = fold_name(
            f"{person.name} {person.languages} {person.offers} {told} {person.circle_name} {person.contact}"
        )
        return all(part in where for part in fold_name(self.filter.text()).split())

    def _no_circle(self) -> EmptyState:
        empty = EmptyState(
            self.theme, self.tr("People belong to a circle: you, a neighbour and a friend are enough to begin."),
            title=self.tr("Nobody here yet"), action=self.tr("Start a circle"), icon="plus",
        )  # fmt: skip
        empty.pressed.connect(lambda: start_circle(self._ctx, self.window()))
        return empty
