"""The tab of what everyone brings: each person with what they chose, those who chose nothing yet first."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import CONTRIBUTIONS
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.brings import Bring, Brought, brings
from circle_app.workspace.queries.cycles import cycles
from circle_app.workspace.queries.people import me
from ui.context import AppContext
from ui.dialogs.bring import BringSheet
from ui.text import day_of, day_short, isolated, number
from ui.views.role_words import leads_words, role_words
from ui.widgets.avatar import Avatar
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import SHADOW_ROOM, Card
from ui.widgets.chip import Chip
from ui.widgets.empty import EmptyState
from ui.widgets.listrow import ListRow
from ui.widgets.page import ScrollPage, SectionTitle
from ui.widgets.slot import Slot, tab_along


class CircleBrings(ScrollPage):
    """A row a person; pressing one opens the sheet on which things are chosen, ticked and taken back."""

    def __init__(self, ctx: AppContext, space: int, parent: QWidget | None = None) -> None:
        side = 36 - SHADOW_ROOM
        super().__init__(ctx.theme, gap=6, margins=(side, 8, side, 20), parent=parent)
        self._ctx, self._space = ctx, space
        self._slots = {name: Slot() for name in ("empty", "not_yet", "chosen")}
        for slot in self._slots.values():
            self.body.addWidget(slot)
        self.body.addStretch(1)
        watched = {"contributions", "people", "meetings", "agenda_items", "cycles", "spaces"}
        ctx.bus.watch(self, watched, self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read everything anew; what did not change stays as it is."""
        ws = self._ctx.ws
        series = cycles(ws, self._space)
        found = brings(ws, self._space, series[-1].ref if series else None)
        allowed = may_edit(ws, self._space, CONTRIBUTIONS)
        mine = me(ws, self._space)
        waiting = tuple(one for one in found if one.not_yet)
        chosen = tuple(one for one in found if not one.not_yet)
        about = (allowed, mine)
        self._slots["empty"].show_data(not found, lambda: None if found else self._nobody())
        self._slots["not_yet"].show_data((waiting, about), lambda: self._waiting(waiting, allowed, mine))
        self._slots["chosen"].show_data((chosen, about), lambda: self._chosen(chosen, allowed, mine))
        tab_along([stop for slot in self._slots.values() for stop in slot.stops()])

    def _nobody(self) -> QWidget:
        words = self.tr("Everybody who takes part brings something: an activity, soup, an evening of note-taking.")
        return EmptyState(self.theme, words, title=self.tr("Nobody is in yet"), picture="handshake")

    def _waiting(self, found: tuple[Brought, ...], allowed: bool, mine: Ref | None) -> QWidget | None:
        if not found:
            return None
        theme = self.theme
        card = Card(theme, padding=(20, 16, 20, 12), gap=4)
        card.body.addWidget(SectionTitle(theme, self.tr("Not yet"), Chip(theme, number(len(found)), tone="gold")))
        words = self.tr(
            "They have not chosen yet. A small thing is enough: opening the room, a pot of tea, one activity."
        )
        card.body.addWidget(Label(theme, words, color="ink2", wrap=True))
        for place, one in enumerate(found):
            card.body.addWidget(self._row(one, allowed, mine, last=place == len(found) - 1))
        return card

    def _chosen(self, found: tuple[Brought, ...], allowed: bool, mine: Ref | None) -> QWidget | None:
        if not found:
            return None
        theme = self.theme
        card = Card(theme, padding=(20, 16, 20, 12), gap=4)
        card.body.addWidget(SectionTitle(theme, self.tr("What everyone brings")))
        for place, one in enumerate(found):
            card.body.addWidget(self._row(one, allowed, mine, last=place == len(found) - 1))
        return card

    def _row(self, one: Brought, allowed: bool, mine: Ref | None, *, last: bool) -> ListRow:
        theme, person = self.theme, one.person
        behind: list[QWidget] = []
        if one.done:
            tone = "teal" if one.done == len(one.things) else "plain"
            words = self.tr("All done") if one.done == len(one.things) else self.tr("%Ln done", "", one.done)
            behind.append(Chip(theme, words, tone=tone, icon="check"))
        may = allowed or person.ref == mine
        if may:
            words = self.tr("Choose") if one.not_yet else self.tr("Change")
            choose = Button(theme, words, look="soft" if one.not_yet else "ghost", height=32)
            choose.setAccessibleName(self.tr("Choose what {name} brings").format(name=person.name))
            choose.clicked.connect(partial(self._open, person.ref))
            # the row does the same, and one stop for each of forty people is enough
            choose.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            behind.append(choose)
        second = "\u00a0\u00a0·  ".join(thing_words(thing) for thing in one.things)
        line = ListRow(
            theme, person.name, second,
            front=Avatar(theme, person.name, key=person.ref.row, size=34), behind=tuple(behind), separator=not last, whole=True,
            pressable=may,
        )  # fmt: skip
        if may:
            line.opened.connect(partial(self._open, person.ref))
        return line

    def _open(self, person: Ref, _on: bool = False) -> BringSheet:
        sheet = BringSheet(self._ctx, person, self.window())
        sheet.open()
        return sheet


def thing_words(thing: Bring) -> str:
    """ "Prepares: Walk the street (Tue 24 Nov)", "Hosts (Tue 24 Nov)"."""
    words = role_words(thing.kind) if thing.row else leads_words()
    if thing.text:
        words = f"{words}: {isolated(thing.text)}"
    day = day_of(thing.when.starts_at) if thing.when else None
    if day is None:
        return words
    whole = f"({day_short(day)})".replace(" ", "\u00a0")  # a day is not parted at the end of a line
    return f"{words} {whole}"
