"""The middle of a live meeting: the step and its question, the circle of people around the clock, and the controls."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.views.live_bar import COMPACT, LARGE, PLANNED, ControlBar, LiveFoot
from ui.widgets.avatar import Avatar
from ui.widgets.base import Label
from ui.widgets.board import Board, Line
from ui.widgets.button import LinkButton
from ui.widgets.chip import KeyCap
from ui.widgets.clockring import ClockRing
from ui.widgets.flow import Flow
from ui.widgets.layouts import fill
from ui.widgets.seats import Seat
from ui.widgets.tip import plain_tip

MOST_NAMES, BOARD_NEEDS, CARD = 30, 400, 32
"""So many names have room around the clock; the height at 100 % text from which a list of groups stands under it, and
what one group needs of it."""
NEAR = 0.56
"""How large a list is for whoever sits before it, beside what a whole room reads."""
LEAST_RING = 230
"""The height at 100 % text below which the words in a circle cannot be read: then the time stands in a line."""
LONG_QUESTION = 120
"""Letters beyond which a question is set smaller."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who has the word (name and colour key) and what is said about it; no name for a plain sentence.

    `cap` is the key that goes on: Space, H or V; `switch` the words of a small button that asks for the other size of
    groups.
    """

    words: str
    second: str = ""
    name: str = ""
    key: bytes = b""
    cap: str = ""
    switch: str = ""


class StagePanel(QWidget):
    """Signals are what the facilitator asks for; the page answers with `show_*`."""

    asked = Signal(str)
    """start, next, back, more, pause, end, reopen, checkin, wrapup or size (pairs or threes)."""
    seat_pressed = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.title = Label(theme, role="stage", wrap=True, center=True)
        self.question = Label(theme, role="lead", color="ink2", wrap=True, center=True)
        self.ring = ClockRing(theme, minimum=250)
        self.ring.seat_pressed.connect(self.seat_pressed)
        self.ring.take_keyboard()
        self.board = Board(theme)
        self.board.set_unit(NEAR * theme.scale)
        self.board.hide()
        self._avatar = Avatar(theme, "?", size=26)
        self.speaking = Label(theme, role="strong", color="ink2")
        self.following = Label(theme, role="body", color="ink3")
        self._caps = {"Space": KeyCap(theme, self.tr("Space")), "H": KeyCap(theme, "H"), "V": KeyCap(theme, "V")}
        self.size_switch = LinkButton(theme, "")
        self.size_switch.setToolTip(plain_tip(self.tr("Shift+G: the other size of groups")))
        self.size_switch.clicked.connect(lambda: self.asked.emit("size"))
        parts = (self._avatar, self.speaking, self.following, *self._caps.values(), self.size_switch)
        self._speaker = Flow(theme, *parts, gap=8, center=True)
        self._bars = {on: ControlBar(theme, self, look=COMPACT if on else LARGE) for on in (False, True)}
        self._foot: LiveFoot | None = None
        self._free, self._stacked = 10_000, False
        self._compact = False
        self._cap = ""
        self._state = PLANNED
        self._seats: tuple[Seat, ...] = ()
        self._groups: tuple[tuple[int, ...], ...] = ()
        self._cards: tuple[Line, ...] = ()
        layout = QVBoxLayout(self)
        fill(theme, layout, self.title, self.question, self.ring, self.board, self._speaker, gap=6)
        layout.addStretch(0)
        for bar in self._bars.values():
            bar.asked.connect(self.asked)
            layout.addWidget(bar, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.setStretchFactor(self.ring, 4)
        layout.setStretchFactor(self.board, 6)
        self.set_compact(False)
        self.show_state(PLANNED)

    @property
    def bar(self) -> ControlBar:
        """The controls that are shown."""
        return self._foot.bar if self._foot is not None and self._stacked else self._bars[self._compact]

    def steer_from(self, foot: LiveFoot) -> None:
        """Where the panels stand under each other, the controls are at the foot of the page instead."""
        self._foot = foot
        foot.asked.connect(self.asked)
        foot.show_state(self._state)

    def set_compact(self, compact: bool) -> None:
        """Smaller controls without key caps, for narrow windows."""
        self._compact = compact
        self._show_bars()
        self._show_cap()
        self._show_people()

    def set_room(self, free: int, *, stacked: bool) -> None:
        """`free` pixels of height are left for the circle; `stacked` on a page that scrolls, under the other panels or above
        them."""
        self._free, self._stacked = free, stacked
        self._show_bars()
        self._show_people()

    def _show_bars(self) -> None:
        for own, bar in self._bars.items():
            bar.setVisible(own == self._compact and not self._stacked)

    def width_needed(self, *, compact: bool) -> int:
        """Pixels for the controls, and for a circle that can be read."""
        return max(self._bars[compact].width_needed(), self.theme.px(LEAST_RING))

    def height_around_ring(self, width: int) -> int:
        """Pixels for the words above the circle and what is below it, when the panel is so wide."""
        words = [label.heightForWidth(width) for label in (self.title, self.question) if not label.isHidden()]
        speaker = max(self.theme.px(30), self._speaker.heightForWidth(width))
        parts = [*words, speaker, *([] if self._stacked else [self.bar.sizeHint().height()])]
        return sum(parts) + self.theme.px(6) * len(parts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_people()

    def _keep_room(self) -> None:
        """A long question makes the page scroll; the circle never slides under the controls."""
        board = self.board.minimumHeight() + self.theme.px(6) if not self.board.isHidden() else 0
        self.setMinimumHeight(self.height_around_ring(self.width()) + self.ring.minimumHeight() + board)

    def show_step(self, title: str, question: str) -> None:
        self.title.setText(title)
        self.question.setText(question)
        self.question.setVisible(bool(question))
        self.question.set_role("lead" if len(question) <= LONG_QUESTION else "body")
        self._keep_room()

    def show_speaker(self, speaker: Speaker | None) -> None:
        """The line under the circle; None keeps its height free, so that the circle does not jump."""
        shown = speaker or Speaker("")
        self._avatar.setVisible(bool(shown.name))
        if shown.name:
            self._avatar.set_person(shown.name, key=shown.key)
        self.speaking.setText(shown.words)
        self.following.setText(shown.second)
        self.following.setVisible(bool(shown.second))
        self._cap = shown.cap
        self._show_cap()
        self.size_switch.setVisible(bool(shown.switch))
        if shown.switch:
            self.size_switch.set_label(shown.switch)
        self._speaker.setMinimumHeight(self.theme.px(30))
        self._keep_room()

    def _show_cap(self) -> None:
        for key, cap in self._caps.items():
            cap.setVisible(key == self._cap and not self._compact)

    def show_seats(self, seats: tuple[Seat, ...], groups: tuple[tuple[int, ...], ...], cards: tuple[Line, ...]) -> None:
        """The people around the clock; `cards` name the groups where too many sit for their names to stand there, or are what
        is voted for."""
        self._seats, self._groups, self._cards = seats, groups, cards
        self._show_people()

    def _show_people(self) -> None:
        """Around the clock, or where that has no room, beside it; groups as a list where their seats tell too little."""
        px, crowd = self.theme.px, len(self._seats) > MOST_NAMES
        votes = bool(self._cards) and not self._cards[0].mark
        flat = self._free < px(BOARD_NEEDS if self._cards and (crowd or votes) else LEAST_RING)
        listed = bool(self._cards) and (crowd or flat or votes)
        self.board.set_lines(self._cards if listed else ())
        self.board.setVisible(listed)
        # beyond thirty people the names would run into each other; the discs keep their initials
        seats, groups = ((), ()) if listed else (self._seats, self._groups)
        self.ring.set_seats(seats, groups=groups, names=len(seats) <= MOST_NAMES)
        self.ring.set_flat(flat)
        lines = 2 * len(self._cards) if votes else math.ceil(len(self._cards) / 2)
        self.board.setMinimumHeight(px(CARD) * lines if listed and self._stacked else 0)
        least = self.ring.flat_height(self.width()) if flat else px(LEAST_RING)
        least = max(least, self._free) if self._stacked and not flat else least
        fixed = flat or self._stacked
        self.ring.setMinimumHeight(least)
        self.ring.setMaximumHeight(least if fixed else 16_777_215)
        how = QSizePolicy.Policy.Fixed if fixed else QSizePolicy.Policy.Ignored
        self.ring.setSizePolicy(QSizePolicy.Policy.Expanding, how)
        self._keep_room()

    def show_state(self, state: str) -> None:
        """Which controls are offered."""
        self._state = state
        shown: list[ControlBar | LiveFoot] = [*self._bars.values(), *([self._foot] if self._foot is not None else [])]
        for bar in shown:
            bar.show_state(state)
