"""The middle of a live meeting: the step and its question, the circle of people around the clock, and the controls."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.avatar import Avatar
from ui.widgets.base import Label
from ui.widgets.board import Board, Line
from ui.widgets.button import Button, IconButton, LinkButton
from ui.widgets.card import Card
from ui.widgets.chip import KeyCap
from ui.widgets.clockring import ClockRing
from ui.widgets.flow import Flow
from ui.widgets.layouts import fill, row
from ui.widgets.seats import Seat
from ui.widgets.tip import plain_tip

PLANNED, RUNNING, PAUSED, BETWEEN, DONE, CLOSED = "planned", "running", "paused", "between", "done", "closed"
"""What the controls are for: start; steer; go on; choose the next step; end; look back."""

MOST_NAMES, BOARD_NEEDS = 30, 400
"""So many names have room around the clock; the height at 100 % text from which a list of groups stands under it."""
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
        self._bars = {compact: _Bar(theme, self, compact=compact) for compact in (False, True)}
        self._compact = False
        self._cap = ""
        self._state = PLANNED
        self._seats: tuple[Seat, ...] = ()
        self._groups: tuple[tuple[int, ...], ...] = ()
        self._cards: tuple[Line, ...] = ()
        layout = QVBoxLayout(self)
        fill(theme, layout, self.title, self.question, self.ring, self.board, self._speaker, gap=6)
        for bar in self._bars.values():
            layout.addWidget(bar, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.setStretchFactor(self.ring, 4)
        layout.setStretchFactor(self.board, 6)
        self.set_compact(False)
        self.set_ring_height(0)
        self.show_state(PLANNED)

    @property
    def least_ring(self) -> int:
        """Pixels below which the circle does not shrink; large text leaves it room for its controls instead."""
        return round(240 * min(self.theme.scale, 1.25))

    @property
    def bar(self) -> _Bar:
        """The controls that are shown."""
        return self._bars[self._compact]

    def set_compact(self, compact: bool) -> None:
        """Smaller controls without key caps, for narrow windows."""
        self._compact = compact
        for own, bar in self._bars.items():
            bar.setVisible(own == compact)
        self._show_cap()
        self._keep_room()

    def width_needed(self, *, compact: bool) -> int:
        """Pixels for the controls, and for a circle that can be read."""
        return max(self._bars[compact].width_needed(), self.ring.minimumSizeHint().width())

    def height_around_ring(self, width: int) -> int:
        """Pixels for the words above the circle and the controls below it, when the panel is so wide."""
        words = [label.heightForWidth(width) for label in (self.title, self.question) if not label.isHidden()]
        speaker = max(self.theme.px(30), self._speaker.heightForWidth(width))
        parts = [*words, speaker, self.bar.sizeHint().height()]
        return sum(parts) + self.theme.px(6) * len(parts)

    def set_ring_height(self, pixels: int) -> None:
        """A fixed height for the circle; 0 lets it take what is left of the window instead of asking for its own."""
        least = self.least_ring
        self.ring.setMinimumHeight(max(least, pixels))
        self.ring.setMaximumHeight(max(least, pixels) if pixels else 16_777_215)
        how = QSizePolicy.Policy.Fixed if pixels else QSizePolicy.Policy.Ignored
        self.ring.setSizePolicy(QSizePolicy.Policy.Expanding, how)
        self._keep_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_room()
        self._show_people()

    def _keep_room(self) -> None:
        """A long question makes the page scroll; the circle never slides under the controls."""
        self.setMinimumHeight(self.height_around_ring(self.width()) + self.ring.minimumHeight())

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
        """The people around the clock; `cards` name the groups where too many sit for their names to stand there."""
        self._seats, self._groups, self._cards = seats, groups, cards
        self._show_people()

    def _show_people(self) -> None:
        listed = bool(self._cards) and len(self._seats) > MOST_NAMES and self._room() >= self.theme.px(BOARD_NEEDS)
        self.board.set_lines(self._cards if listed else ())
        self.board.setVisible(listed)
        # beyond thirty people the names would run into each other; the discs keep their initials
        seats, groups = ((), ()) if listed else (self._seats, self._groups)
        self.ring.set_seats(seats, groups=groups, names=len(seats) <= MOST_NAMES)

    def _room(self) -> int:
        """Pixels of height for the ring and the board."""
        return self.height() - self.height_around_ring(self.width())

    def show_state(self, state: str) -> None:
        """Which controls are offered."""
        self._state = state
        for bar in self._bars.values():
            bar.show_state(state)


class _Bar(Card):
    """One row of controls on a long rounded card."""

    def __init__(self, theme: Theme, stage: StagePanel, *, compact: bool) -> None:
        super().__init__(theme, radius=30, padding=(8, 7, 8, 7), parent=stage)
        self.back = IconButton(
            theme, "skip-back", self.tr("Back a step (B)"), size=40 if compact else 48, round_shape=True
        )
        self.more = self._button(self.tr("+1 min"), "ghost", icon="" if compact else "plus", compact=compact)
        self.more.setAccessibleName(self.tr("One minute more (+)"))
        self.pause = self._button(self.tr("Pause"), "soft", icon="pause", compact=compact)
        self.next = self._button(self.tr("Next step"), "primary", icon="skip-forward", key="N", compact=compact)
        self.checkin = self._button(self.tr("Check in"), "ghost", icon="user-check", key="C", compact=compact)
        self.start = self._button(self.tr("Start meeting"), "primary", icon="play", key="N", compact=compact)
        self.end = self._button(self.tr("End meeting"), "primary", icon="flag", key="E", compact=compact)
        self.wrapup = self._button(self.tr("Wrap up"), "primary", icon="list-checks", key="N", compact=compact)
        self.reopen = self._button(self.tr("Go on with it"), "ghost", icon="rotate-ccw", compact=compact)
        self._parts = (
            self.back, self.more, self.pause, self.next, self.checkin, self.start, self.reopen, self.end, self.wrapup,
        )  # fmt: skip
        self.body.addLayout(row(theme, *self._parts, gap=4))
        asks = {
            self.back: "back", self.more: "more", self.pause: "pause", self.next: "next", self.start: "start",
            self.end: "end", self.wrapup: "wrapup", self.reopen: "reopen", self.checkin: "checkin",
        }  # fmt: skip
        for button, what in asks.items():
            button.clicked.connect(lambda _on=False, what=what: stage.asked.emit(what))

    def width_needed(self) -> int:
        """Pixels for the offered controls; asked of them one by one, because a hidden card's layout is not up to date."""
        wide = [part.sizeHint().width() for part in self._parts if not part.isHidden()]
        edges = self.body.contentsMargins()
        return sum(wide) + self.theme.px(4) * (len(wide) - 1) + edges.left() + edges.right()

    def show_state(self, state: str) -> None:
        shown = {
            PLANNED: {self.checkin, self.start},
            RUNNING: {self.back, self.more, self.pause, self.next},
            PAUSED: {self.back, self.more, self.pause, self.next},
            BETWEEN: {self.back, self.next},
            DONE: {self.back, self.end},
            CLOSED: {self.reopen, self.wrapup},
        }[state]
        for button in self._parts:
            if button in shown:
                button.show()
        focused = QApplication.focusWidget()
        if focused in self._parts and focused not in shown:
            # the keyboard stays on the controls when the one it was on goes away
            [button for button in self._parts if button in shown][-1].setFocus(Qt.FocusReason.TabFocusReason)
        for button in self._parts:
            button.setVisible(button in shown)
        paused = state == PAUSED
        self.pause.set_label(self.tr("Go on") if paused else self.tr("Pause"), icon="play" if paused else "pause")

    def _button(self, words: str, look: str, *, icon: str, compact: bool, key: str = "") -> Button:
        made = Button(self.theme, words, look=look, icon=icon, key="" if compact else key, big=not compact)
        made.setToolTip(plain_tip(f"{words}  {key}" if key else words))
        return made
