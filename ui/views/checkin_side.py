"""Beside the check-in list: the ring of seats that fills, and the sums that the host wants to know."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from circle_app.workspace.queries.meetings import Seat as MeetingSeat
from ui.models.door import Sums
from ui.models.seating import seating
from ui.plurals import english
from ui.text import number
from ui.theme.theme import Theme
from ui.widgets.base import Label
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import boxed, clear
from ui.widgets.seats import Seat, SeatRing

NEED_TONES = {"step-free": "plain", "children": "gold", "interpreter": "teal"}


class CheckInSide(Card):
    """`show_sums` after every change."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, gap=10)
        self.title = Label(theme, role="section", wrap=True)
        self.ring = SeatRing(theme, minimum=150)
        self._chips = FlowLayout(gap=theme.px(6))
        self._shown: tuple[tuple[str, str], ...] = ()
        words = self.tr("The projector shows no names unless you turn them on.")
        self.body.addWidget(self.title)
        self.body.addWidget(self.ring, 1)
        self.body.addWidget(boxed(self._chips))
        self.body.addWidget(Label(theme, words, role="small", color="ink3", wrap=True))

    def show_sums(self, counted: Sums, seats: Sequence[MeetingSeat]) -> None:
        """The people of the room take their seats in the order in which they came; free seats are those still expected."""
        self.title.setText(
            self.tr("{here} of {all} are here").format(here=number(counted.members_here), all=number(counted.members))
        )
        taken = tuple(Seat(seat.person.name, seat.person.ref.row) for seat in seating(seats))
        free = (Seat(),) * counted.waiting
        caption = plural("%Ln seat(s) waiting", counted.waiting) if counted.waiting else self.tr("everyone is in")
        self.ring.set_seats(
            taken + free, number=number(counted.here), caption=caption, name=f"{self.title.text()}, {caption}"
        )
        self._show_chips(_chips(counted))

    def chips(self) -> tuple[str, ...]:
        """The words of the sums."""
        return tuple(words for words, _ in self._shown)

    def _show_chips(self, chips: tuple[tuple[str, str], ...]) -> None:
        if chips == self._shown:
            return
        self._shown = chips
        clear(self._chips)
        for words, tone in chips:
            self._chips.addWidget(Chip(self.theme, words, tone=tone))


def _chips(counted: Sums) -> tuple[tuple[str, str], ...]:
    needs = {
        "step-free": "%Ln step-free seat(s)",
        "children": "%Ln (child|children)",
        "interpreter": "%Ln interpreter(s)",
    }
    told = [
        (plural(needs[need], count) if need in needs else f"{number(count)} {need}", NEED_TONES.get(need, "plain"))
        for need, count in counted.needs
    ]
    counts = (
        ("%Ln guest(s)", counted.guests, "plum"), ("%Ln came late", counted.late, "gold"),
        ("%Ln excused", counted.excused, "plain"), ("%Ln absent", counted.absent, "plain"),
        ("%Ln left", counted.left, "plain"),
    )  # fmt: skip
    return (*told, *((plural(text, count), tone) for text, count, tone in counts if count))


def plural(text: str, n: int) -> str:
    return english(QCoreApplication.translate("CheckIn", text, None, n), n)
