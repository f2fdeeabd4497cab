"""The differences of one circle below each other, a few at a time, and the list of what the app chose by itself."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from circle_app.workspace.commands.conflicts import keep_all, take_lost
from circle_app.workspace.queries.conflicts import Conflict, conflicts, open_conflict
from ui import text
from ui.context import AppContext
from ui.doing import done
from ui.models.authors import Authors
from ui.views.synccentre_differences import DifferenceCard
from ui.views.synccentre_values import thing, value_words
from ui.views.synccentre_words import moment
from ui.widgets.base import Label
from ui.widgets.button import Button, LinkButton
from ui.widgets.card import SHADOW_ROOM, Card
from ui.widgets.chip import IconLabel
from ui.widgets.flow import Flow
from ui.widgets.layouts import boxed, clear, fill, row
from ui.widgets.listrow import ListRow
from ui.widgets.page import SectionTitle

AT_ONCE = 12
MANY = 4
"""From so many differences on, all of them can be left as they are at once."""

Key = tuple[object, str, str, bytes]


class DifferenceList(QWidget):
    """Cards are kept while their difference is open, so that the keyboard stays; settled ones make room for the next."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._open: tuple[Conflict, ...] = ()
        self._authors = Authors()
        self._name = ""
        self._shown = AT_ONCE
        self._cards: dict[Key, DifferenceCard] = {}
        theme = ctx.theme
        layout = QVBoxLayout(self)
        fill(theme, layout, gap=2)
        self.head = Label(theme, role="section", wrap=True)
        self.all = Button(theme, self.tr("Leave all as they are"), look="outline", height=34)
        self.all.clicked.connect(lambda _on=False: self.leave_all())
        self.hint = Label(theme, role="second", color="ink2", wrap=True)
        top = row(theme, gap=12, margins=(SHADOW_ROOM, 6, SHADOW_ROOM, 0))
        top.addWidget(self.head, 1)
        top.addWidget(self.all)
        layout.addLayout(top)
        layout.addLayout(row(theme, self.hint, margins=(SHADOW_ROOM, 0, SHADOW_ROOM, 0)))
        self._column = QVBoxLayout()
        fill(theme, self._column, gap=2)
        layout.addLayout(self._column)
        self.more = LinkButton(theme, "")
        self.more.clicked.connect(lambda _on=False: self._show_more())
        layout.addLayout(row(theme, self.more, None, margins=(SHADOW_ROOM + 6, 0, 0, 0)))
        self.hide()

    def show_open(self, found: tuple[Conflict, ...], authors: Authors, circle: str) -> None:
        """Bring the cards in line with what is open; the keyboard goes to the next one when its card goes."""
        self._open, self._authors, self._name = found, authors, circle
        self._lay_out()

    def cards(self) -> tuple[DifferenceCard, ...]:
        """Those on screen, in order."""
        return tuple(self._cards[key] for key in map(_key, self._open) if key in self._cards)

    def leave_all(self) -> None:
        """Settle every difference in favour of what is shown, in one step that undo takes back."""
        ws = self._ctx.ws
        asked = {_key(one) for one in self._open}
        spaces = {one.ref.space for one in self._open}
        still = tuple(now for space in spaces for now in conflicts(ws, space) if _key(now) in asked)
        words = self.tr("%Ln difference(s) settled. Nothing was lost.", "", len(still))
        done(self._ctx, partial(keep_all, ws, still), words)

    def _lay_out(self) -> None:
        wanted = self._open[: self._shown]
        keys = [_key(conflict) for conflict in wanted]
        gone = [key for key in self._cards if key not in keys]
        held = next((self._column.indexOf(self._cards[key]) for key in gone if _has_keyboard(self._cards[key])), -1)
        for place, (key, conflict) in enumerate(zip(keys, wanted, strict=True)):
            card = self._cards.get(key)
            if card is None or card.conflict != conflict:
                fresh = self._make(conflict)
                if card is not None:
                    self._drop(card)
                card = self._cards[key] = fresh
            if self._column.indexOf(card) != place:
                self._column.insertWidget(place, card)
                card.show()
        for key in gone:
            self._drop(self._cards.pop(key))
        if held >= 0 and keys:
            self._focus(min(held, len(keys) - 1))
        rest = len(self._open) - len(wanted)
        self.more.setText(self.tr("Show the next %Ln", "", min(rest, AT_ONCE)))
        self.more.setVisible(rest > 0)
        self.head.setText(
            self.tr("%Ln difference(s) in {circle}", "", len(self._open)).format(circle=text.isolated(self._name))
        )
        self.hint.setText(
            self.tr("Press 1, 2 or 3 on a card to settle it, the arrow keys to go on. Ctrl+Z opens it again.")
        )
        self.all.setVisible(len(self._open) >= MANY)
        self.setVisible(bool(self._open))

    def _make(self, conflict: Conflict) -> DifferenceCard:
        card = DifferenceCard(self._ctx, conflict, self._authors)
        card.settled.connect(self._settled)
        card.walked.connect(self._walk)
        return card

    def _drop(self, card: DifferenceCard) -> None:
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _settled(self, card: DifferenceCard) -> None:
        self._open = tuple(one for one in self._open if _key(one) != _key(card.conflict))
        self._lay_out()

    def _walk(self, card: DifferenceCard, step: int) -> None:
        every = self.cards()
        place = every.index(card) + step
        if place >= len(every) and len(self._open) > len(every):
            self._show_more()
        if 0 <= place < len(self.cards()):
            self._focus(place)

    def _focus(self, place: int) -> None:
        self.cards()[place].setFocus(Qt.FocusReason.TabFocusReason)

    def _show_more(self) -> None:
        self._shown += AT_ONCE
        self._lay_out()


class ChosenCard(Card):
    """What the app chose by itself where two devices noted something at once: nobody has to look, everybody may turn it."""

    def __init__(
        self, ctx: AppContext, found: tuple[Conflict, ...], authors: Authors, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx.theme, padding=(18, 14, 18, 10), gap=4, parent=parent)
        self._ctx, self._found, self._authors = ctx, found, authors
        theme = ctx.theme
        words = self.tr("What the app chose for you: %Ln time(s)", "", len(found))
        self.body.addWidget(SectionTitle(theme, words))
        note = self.tr(
            "Two computers noted something small at once and the later one counts. Enter takes the other one."
        )
        self.body.addWidget(Label(theme, note, role="second", color="ink2", wrap=True))
        self._lines = QVBoxLayout()
        fill(theme, self._lines, gap=0)
        self.body.addLayout(self._lines)
        self._show(AT_ONCE)

    def _show(self, most: int) -> None:
        theme, now_ms = self._ctx.theme, self._ctx.ws.clock.now_ms()
        clear(self._lines)
        for conflict in self._found[:most]:
            ws = self._ctx.ws
            second = self.tr("{shown} by {first}  ·  put by: {lost} by {second}, {when}").format(
                shown=value_words(ws, conflict, conflict.shown), first=self._authors.says(conflict.shown_by),
                lost=value_words(ws, conflict, conflict.lost), second=self._authors.says(conflict.lost_by),
                when=moment(conflict.lost_ms, now_ms),
            )  # fmt: skip
            line = ListRow(
                theme, thing(ws, conflict), second, front=IconLabel(theme, "refresh-cw", size=18, color="ink2"), inset=6
            )
            line.opened.connect(lambda conflict=conflict: self._turn(conflict))
            self._lines.addWidget(line)
        if len(self._found) > most:
            more = LinkButton(theme, self.tr("Show the next %Ln", "", min(AT_ONCE, len(self._found) - most)))
            more.clicked.connect(lambda _on=False: self._show(most + AT_ONCE))
            self._lines.addWidget(boxed(row(theme, Flow(theme, more), None)))

    def _turn(self, conflict: Conflict) -> None:
        ws = self._ctx.ws
        now = open_conflict(ws, conflict)
        if now is None:
            return
        done(self._ctx, partial(take_lost, ws, now), self.tr("Turned round: the other one counts now."))


def _key(conflict: Conflict) -> Key:
    return conflict.ref, conflict.kind, conflict.column, conflict.stamp


def _has_keyboard(card: DifferenceCard) -> bool:
    return card.hasFocus() or any(button.hasFocus() for button in card.buttons())
