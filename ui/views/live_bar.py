"""The controls of a running meeting on one long rounded card: large with key caps, smaller, or with as few words as can be."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import Label, PaintedWidget
from ui.widgets.button import Button, IconButton
from ui.widgets.canvas import Canvas
from ui.widgets.card import Card
from ui.widgets.layouts import fill, row
from ui.widgets.page import ScrollPage
from ui.widgets.tip import plain_tip

PLANNED, RUNNING, PAUSED, BETWEEN, DONE, CLOSED = "planned", "running", "paused", "between", "done", "closed"
"""What the controls are for: start; steer; go on; choose the next step; end; look back."""

LARGE, COMPACT, SHORT = "large", "compact", "short"
"""How a bar looks: with key caps; without; with the words of the next step alone."""


class ControlBar(Card):
    """One row of controls. `asked(str)`: start, next, back, more, pause, end, reopen, checkin or wrapup."""

    asked = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, *, look: str) -> None:
        super().__init__(theme, radius=30, padding=(8, 7, 8, 7), parent=parent)
        compact, self._short = look != LARGE, look == SHORT
        self.back = IconButton(
            theme, "skip-back", self.tr("Back a step (B)"), size=40 if compact else 48, round_shape=True
        )
        self.more = self._button(
            self.tr("+1") if self._short else self.tr("+1 min"),
            "ghost",
            icon="" if compact else "plus",
            compact=compact,
        )
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
            button.clicked.connect(lambda _on=False, what=what: self.asked.emit(what))

    def width_needed(self) -> int:
        """Pixels for the offered controls; asked of them one by one, because a hidden card's layout is not up to date."""
        wide = [part.sizeHint().width() for part in self._parts if not part.isHidden()]
        edges = self.body.contentsMargins()
        return sum(wide) + self.theme.px(4) * (len(wide) - 1) + edges.left() + edges.right()

    def show_state(self, state: str) -> None:
        by_state: dict[str, set[Button | IconButton]] = {
            PLANNED: {self.checkin, self.start},
            RUNNING: {self.back, self.more, self.pause, self.next},
            PAUSED: {self.back, self.more, self.pause, self.next},
            BETWEEN: {self.back, self.next},
            DONE: {self.back, self.end},
            CLOSED: {self.reopen, self.wrapup},
        }
        shown = by_state[state]
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
        words = self.tr("Go on") if paused else self.tr("Pause")
        self.pause.set_label("" if self._short else words, icon="play" if paused else "pause")
        self.pause.setAccessibleName(words)

    def _button(self, words: str, look: str, *, icon: str, compact: bool, key: str = "") -> Button:
        made = Button(self.theme, words, look=look, icon=icon, key="" if compact else key, big=not compact)
        made.setToolTip(plain_tip(f"{words}  {key}" if key else words))
        return made


class LiveFoot(PaintedWidget):
    """The controls at the foot of a page that scrolls: they stay in sight, whatever is read above them."""

    asked = Signal(str)

    def __init__(self, theme: Theme, page: QWidget) -> None:
        super().__init__(theme, page)
        self._bars = tuple(ControlBar(theme, self, look=look) for look in (COMPACT, SHORT))
        self._clock = Label(theme, role="clock", px=22)
        self._figures = ""
        layout = QHBoxLayout(self)
        fill(theme, layout, None, self._clock, *self._bars, None, gap=8, margins=(14, 0, 4, 0))
        for bar in self._bars:
            bar.asked.connect(self.asked)
        self._choose()

    @property
    def bar(self) -> ControlBar:
        """The one of the two that has room."""
        return self._bars[1] if self._bars[1].isVisibleTo(self) else self._bars[0]

    def show_state(self, state: str) -> None:
        for bar in self._bars:
            bar.show_state(state)
        self._choose()

    def show_time(self, figures: str, *, over: bool) -> None:
        """The time of the running step, also while the clock itself is scrolled away; "" for none."""
        if figures != self._figures:
            longer = len(figures) != len(self._figures)
            self._figures = figures
            self._clock.setText(figures)
            if longer:
                self._choose()
        self._clock.set_color("danger" if over else "ink")

    def place(self, page: ScrollPage, *, shown: bool) -> None:
        """Below what scrolls on the page, or out of the way."""
        high = max(bar.sizeHint().height() for bar in self._bars) if shown else 0
        self.setVisible(shown)
        self.setGeometry(0, page.height() - high, page.width(), high)
        if page.viewportMargins().bottom() != high:
            page.setViewportMargins(0, 0, 0, high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose()

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            canvas.box(canvas.whole(0), fill="bg")
            canvas.box(canvas.rect(0, 0, self.width(), 1), fill="border")

    def _choose(self) -> None:
        """The time is worth more than words on the controls."""
        px = self.theme.px
        clock = self._clock.fontMetrics().horizontalAdvance(self._figures) + px(8) if self._figures else 0
        large, short = (bar.width_needed() + px(18) for bar in self._bars)
        wide = large + clock <= self.width()
        self._bars[0].setVisible(wide)
        self._bars[1].setVisible(not wide)
        self._clock.setVisible(bool(clock) and (wide or short + clock <= self.width()))
