"""What can be said about a person in the circle: has spoken, passes, speaks next, is leaving."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.turns import Round, brought_forward, other_way_round
from circle_app.workspace.commands import turns
from circle_app.workspace.commands.attendance import mark_left
from circle_app.workspace.queries.people import Person
from ui.context import AppContext
from ui.models.evening import Evening
from ui.models.taking_back import taking_back
from ui.text import isolated
from ui.widgets.menu import Menu


class SeatMenu(Menu):
    """The menu of seat number `place`."""

    def __init__(self, ctx: AppContext, evening: Evening, place: int, parent: QWidget) -> None:
        super().__init__(ctx.theme, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._ctx, self._meeting = ctx, evening.meeting.ref
        person = evening.seating.seats[place].person
        item, now = evening.running, evening.round
        if item is not None and now is not None:
            self._offer_turn(item.ref, now, person)
            self.addSeparator()
        words = self.tr("{name} is leaving now").format(name=isolated(person.name))
        self.add(words, lambda: self._leave(person.ref, person.name), icon="log-out")

    def _offer_turn(self, item: Ref, now: Round, person: Person) -> None:
        ws, row, name = self._ctx.ws, person.ref.row, isolated(person.name)
        spoke = partial(turns.have_spoken, ws, item, person.ref)
        if row in now.waiting:
            self.add(self.tr("{name} has spoken").format(name=name), spoke, icon="check")
            passes = partial(turns.pass_on, ws, item, person.ref)
            key = "X" if row == now.speaking else ""
            self.add(self.tr("{name} lets it pass").format(name=name), passes, icon="skip-forward", key=key)
        else:
            again = partial(turns.clear_turn, ws, item, person.ref)
            self.add(self.tr("{name} has not spoken yet").format(name=name), again, icon="rotate-ccw")
            if row in now.passed:
                self.add(self.tr("{name} has spoken after all").format(name=name), spoke, icon="check")
        if row in now.waiting[1:]:
            order = partial(self._order, item, brought_forward(now, row))
            self.add(self.tr("{name} speaks next").format(name=name), order, icon="arrow-right")
        if len(now.waiting) > 2:
            self.add(
                self.tr("Go round the other way"), partial(self._order, item, other_way_round(now)), icon="refresh-cw"
            )

    def _order(self, item: Ref, order: tuple[bytes, ...]) -> None:
        turns.order_turns(self._ctx.ws, item, [Ref(item.space, row) for row in order])

    def _leave(self, person: Ref, name: str) -> None:
        mark_left(self._ctx.ws, self._meeting, person)
        words = self.tr("{name} left").format(name=isolated(name))
        self._ctx.toast(words, taking_back(self._ctx.ws))
