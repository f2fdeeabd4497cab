"""The head of the live page: which meeting, how it stands, who is here, when it ends, and the two big switches."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from circle_app.domain.agenda import Forecast
from ui.context import AppContext
from ui.models.evening import Evening
from ui.views import live_words
from ui.views.live_roles import RolesLine, holders
from ui.views.stages import crumb_words, mark_stepper, meeting_stepper
from ui.widgets.base import Label
from ui.widgets.button import Button, IconButton
from ui.widgets.chip import Chip, ChipButton
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import boxed, fill, row

LONG_TITLE = 64
"""Letters beyond which a title is set smaller, so that the clock keeps its room."""
TITLE_SIZES = (28, 26, 24)
"""Letters of a title at 100 % text that are tried, in pixels, for all of it to stand on one line."""


class LiveHead(QWidget):
    """`asked` says what is wanted: people, roles, replan, drive, projector or end."""

    asked = Signal(str)

    def __init__(self, ctx: AppContext, view: QWidget) -> None:
        super().__init__(view)
        self._ctx, theme = ctx, ctx.theme
        self.live = Chip(theme, self.tr("Live"), tone="danger", dot="danger")
        self.chip = Chip(theme, "")
        self.driver = ChipButton(theme, "", tone="plain", icon="timer")
        self.driver.setToolTip(self.tr("Take the clock (Y)"))
        self.driver.hide()
        self.crumb = Label(theme, role="second", color="ink3")
        self.roles = RolesLine(theme)
        self.heading = Label(theme, role="live", wrap=True)
        self.crumb.yields = self.heading.yields = True
        self.stepper = meeting_stepper(ctx, view)
        self.here = ChipButton(theme, "", tone="teal", icon="users-round")
        self.here.setToolTip(self.tr("Who is here (W)"))
        self.ends = ChipButton(theme, "", tone="teal", icon="clock")
        self.ends.setToolTip(self.tr("Get back on time (R)"))
        screen_words, end_words = self.tr("Projector"), self.tr("End meeting")
        self._wide = (
            Button(theme, screen_words, icon="presentation", key="F11"), Button(theme, end_words, icon="flag", key="E"),
        )  # fmt: skip
        self._small = (
            IconButton(theme, "presentation", f"{screen_words} (F11)", size=38, fill="surface"),
            Button(theme, end_words, icon="flag", tip="E"),
        )
        self._compact = self._live = self._small_title = False
        self._title_room = 0
        asks = (
            (self.here, "people"), (self.ends, "replan"), (self._wide[0], "projector"), (self._small[0], "projector"),
            (self._wide[1], "end"), (self._small[1], "end"), (self.driver, "drive"),
            (self.roles, "roles"),
        )  # fmt: skip
        for button, what in asks:
            button.clicked.connect(lambda _on=False, what=what: self.asked.emit(what))
        self._flow = FlowLayout(gap=theme.px(8))
        for button in (self.here, self.ends, *self._wide, *self._small):
            self._flow.addWidget(button)
        self._chips = boxed(self._flow)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setSpacing(theme.px(10))
        self._line.addWidget(self.heading, 1)
        self._line.addWidget(self._chips)
        outer = QVBoxLayout(self)
        first = row(theme, self.live, self.chip, self.driver, self.crumb, self.roles, None, self.stepper, gap=10)
        fill(theme, outer, first, self._line, gap=6)
        self.arrange(compact=False, stacked=False, stepper=True)

    @property
    def screen_button(self) -> QWidget:
        """The switch of the projector that is shown."""
        return self._small[0] if self._compact else self._wide[0]

    def arrange(self, *, compact: bool, stacked: bool, stepper: bool, small: bool = False, width: int = 0) -> None:
        """Smaller switches, title above the chips, a `small` title, or no stepper, as the room asks for; the roles take what
        is left of it."""
        self._compact, self._small_title = compact, small
        self._title_room = width - (0 if stacked else self._chips_width(compact=compact) + self._line.spacing())
        self._size_title()
        self._line.setDirection(QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight)
        self.stepper.setVisible(stepper)
        left = width - self._first_line(stepper=stepper) - self._line.spacing()
        self.roles.setMaximumWidth(max(self.roles.minimumSizeHint().width(), left))
        self._show_switches()
        self._chips.setMinimumWidth(0 if stacked else self._chips_width(compact=compact))

    def width_needed(self, *, compact: bool, small: bool) -> int:
        """Pixels for the title, on two lines at most, with all switches beside it."""
        line = QFontMetrics(self._ctx.theme.font(self._role(small=small))).horizontalAdvance(self.heading.text())
        # a line breaks between words, so that half of the letters is never quite enough
        least = max(self.heading.minimumSizeHint().width(), min(line, round(line * 0.58)))
        return least + self._line.spacing() + self._chips_width(compact=compact)

    def stepper_needs(self) -> int:
        """Pixels for the first line with the stepper in it, and the roles as short as they can be said."""
        roles = 0 if self.roles.isHidden() else self.roles.minimumSizeHint().width() + self._line.spacing()
        return self._first_line(stepper=True) + roles

    def _first_line(self, *, stepper: bool) -> int:
        """Pixels for the first line without the roles."""
        parts = [self.live, self.crumb, *([self.stepper] if stepper else [])]
        parts += [] if self.driver.isHidden() else [self.driver]
        return sum(part.sizeHint().width() for part in parts) + (len(parts) + 1) * self._line.spacing()

    def _chips_width(self, *, compact: bool) -> int:
        screen, end = self._small if compact else self._wide
        shown = [self.here, *([] if self.ends.isHidden() else [self.ends]), screen, *([end] if self._live else [])]
        wide = [button.sizeHint().width() for button in shown]
        return sum(wide) + self._flow.gap * (len(wide) - 1)

    def show_evening(self, evening: Evening) -> None:
        """Everything but the clock."""
        meeting, state = evening.meeting, evening.clock.state
        runs = state == "live" and not evening.clock.paused
        self.live.setVisible(runs)
        self.chip.setVisible(not runs)
        words, tone = {
            "live": (self.tr("Paused"), "gold"),
            "closed": (self.tr("Ended"), "ok"),
        }.get(state, (self.tr("Not started"), "plain"))
        self.chip.set_text(words, tone=tone)
        self.crumb.setText(crumb_words(meeting))
        self.roles.show_holders(holders(self._ctx.ws, evening))
        self.heading.setText(meeting.title)
        self._size_title()
        self.here.set_label(live_words.here_words(evening.here))
        # without steps nothing is known of the end
        self.ends.setVisible(state != "closed" and any(item.state != "parked" for item in evening.items))
        self._live = state == "live"
        self._show_switches()
        mark_stepper(self.stepper, "live", state)

    def show_driver(self, words: str, *, mine: bool) -> None:
        """Who drives the clock; nothing where it goes without saying. One's own needs no press."""
        self.driver.setVisible(bool(words))
        self.driver.setEnabled(not mine)
        if words != self.driver.text():
            self.driver.set_label(words, tone="plain" if mine else "gold")

    def show_end(self, foreseen: Forecast, evening: Evening) -> None:
        """When it will end; nothing is painted anew while the words stay the same."""
        words, tone = live_words.end_words(foreseen, evening.meeting.zone, planned=evening.clock.state == "planned")
        if words != self.ends.text():
            self.ends.set_label(words, tone=tone)

    def _role(self, *, small: bool) -> str:
        return "section" if small or len(self.heading.text()) > LONG_TITLE else "live"

    def _size_title(self) -> None:
        """A little smaller where that saves a second line."""
        role, text = self._role(small=self._small_title), self.heading.text()
        fonts = [self._ctx.theme.font(role, px=size) for size in (TITLE_SIZES if role == "live" else ())]
        wanted = (font for font in fonts if QFontMetrics(font).horizontalAdvance(text) < self._title_room)
        self.heading.setFont(QFont(next(wanted, self._ctx.theme.font(role))))

    def _show_switches(self) -> None:
        shown = self._small if self._compact else self._wide
        for button in (*self._wide, *self._small):
            button.setVisible(button in shown)
        shown[1].setVisible(self._live)
