"""The evening itself on one screen: agenda, clock and circle, outcomes; steered by single keys or by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from circle_app.domain.ids import Ref
from circle_app.errors import NotFound
from circle_app.workspace.commands import live as live_commands
from circle_app.workspace.queries.outcomes import Outcome
from circle_app.workspace.queries.people import me
from ui import sounds
from ui.accessible import announce
from ui.context import AppContext
from ui.dialogs.dots import DotsSheet
from ui.models.beginning import begin_meeting
from ui.models.evening import Evening, line_of, read_evening
from ui.models.face import face
from ui.models.looking import next_look_ms, seen, when_restored
from ui.models.taking_back import taking_back
from ui.models.typed_line import Name
from ui.text import in_digits
from ui.views import live_words
from ui.views.live_agenda import AgendaSteps
from ui.views.live_bar import LiveFoot
from ui.views.live_carry import LiveCarry
from ui.views.live_driver import Driver
from ui.views.live_head import LiveHead
from ui.views.live_menus import ProjectorMenu, StepMenu
from ui.views.live_news import LiveNews
from ui.views.live_outcomes import OutcomesPanel
from ui.views.live_overs import LiveOvers
from ui.views.live_panels import LivePanels
from ui.views.live_parking import ParkingCard
from ui.views.live_replan import BackdateSheet, ReplanSheet
from ui.views.live_room import go_on, steer
from ui.views.live_scene import (
    counted_lines,
    group_cards,
    seat_words,
    seats_and_groups,
    speaker_line,
    stage_news,
    stage_state,
    stage_words,
)
from ui.views.live_seat import SeatMenu
from ui.views.live_stage import StagePanel
from ui.views.outcome_words import Day
from ui.views.projector import ProjectorWindow
from ui.widgets.base import Label, PaintedButton
from ui.widgets.button import IconButton
from ui.widgets.page import ScrollPage

WATCHED = frozenset(
    {"meetings", "agenda_items", "attendance", "outcomes", "tasks", "files", "people", "circle", "turns", "pairings",
     "contributions"}
)  # fmt: skip
ASKED = {
    "N": "onward", "B": "back", "P": "pause", "+": "more", "=": "more", "-": "less", "E": "end", "C": "checkin",
    "W": "people", "F": "roles", "L": "peek", "R": "replan", "J": "earlier", "Y": "drive", "V": "vote", "X": "pass",
    "G": "groups", "Shift+G": "size",
}  # fmt: skip
KINDS = {"D": "decision", "T": "task", "I": "idea", "M": "note"}


class LiveView(ScrollPage):
    """`show_ref` takes a meeting or one of its lines. `announced(str)` repeats what a screen reader was told."""

    announced = Signal(str)

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, gap=8, margins=(26, 12, 18, 14), parent=parent)
        # takes the keyboard when the page opens, so that Space and letters steer the meeting; Tab does not stop here
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._ctx = ctx
        self._ref: Ref | None = None
        self._evening: Evening | None = None
        self._stage_told: tuple[object, str] = (None, "")
        self._wanted: Outcome | None = None
        self._handle: QWindow | None = None
        self._driver = Driver(ctx, self._say)
        self._news = LiveNews(self._say, lambda mark: sounds.play(mark) if sounds.wanted(ctx.settings) else None)
        self._build()
        self._lay_out()
        self._make_shortcuts()
        self._landing = QTimer(self, singleShot=True, interval=0)
        self._landing.timeout.connect(self._land)
        self._timer = QTimer(self, singleShot=True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        ctx.bus.watch(self, WATCHED, self.refresh)

    def show_ref(self, ref: Ref | None) -> None:
        """Show this meeting, or the meeting of this line with the keyboard on it, whatever became of the meeting since."""
        if ref is None:
            return
        self._wanted = line_of(self._ctx.ws, ref)
        if self._wanted is not None and self._wanted.meeting is not None:
            ref = self._wanted.meeting
        if ref != self._ref:
            self._news.forget()
            self.overs.hide()
        self._ref = ref
        self.refresh()
        self._land()

    def refresh(self) -> None:
        """Show what the workspace holds now; what is being typed is left alone."""
        if self._ref is None:
            return
        try:
            evening = read_evening(self._ctx.ws, self._ref)
        except NotFound:
            self._ref = self._evening = None
            self._ctx.second.close()
            self._ctx.navigate("meetings")
            return
        self._evening = evening
        self.setAccessibleName(evening.meeting.title)
        self._driver.see(evening)
        self.head.show_evening(evening)
        self.head.show_driver(self._driver.words(evening), mine=self._driver.other(evening) is None)
        self.span.setText(live_words.span(evening.meeting))
        self._show_outcomes(evening)
        self.parking.set_meeting(evening.meeting.ref)
        self.parking.show_lines(evening.parked)
        self.carry.show_evening(evening)
        self.peek.show_evening(evening)
        now_ms = evening.now_ms(self._ctx.ws)
        title, question = stage_words(evening, now_ms)
        self.stage.show_step(title, question)
        self.stage.show_state(stage_state(evening))
        self.stage.show_seats(*seats_and_groups(evening), group_cards(evening) or counted_lines(evening))
        self.stage.show_speaker(speaker_line(evening, now_ms))
        self._show_time(evening, now_ms)
        self._tell_stage(evening)
        self.panels.fit(self, self.foot)
        self._wait()

    def projector(self) -> ProjectorWindow | None:
        """The second window, while it is open."""
        return self._ctx.second.window

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # a stack of pages moves the keyboard while it turns them over; we come after it
        self._landing.start()
        self._handle = when_restored(self, self._tick, known=self._handle)
        self._tick()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panels.fit(self, self.foot)

    def _land(self) -> None:
        """The keyboard belongs to the page while it is shown, unless somebody is writing on it.

        A stack of pages gives it to the first button, where Space would do anything but pass the word on.
        """
        focused = QApplication.focusWidget()
        writing = isinstance(focused, QLineEdit | QPlainTextEdit) and self.isAncestorOf(focused)
        if not self.isVisible():
            return
        wanted, self._wanted = self._wanted, None
        if wanted is not None and wanted.parked:
            self.carry.show_line(wanted.ref)
        elif wanted is not None:
            self.outcomes.focus_outcome(wanted.ref)
            self.ensureWidgetVisible(self.outcomes)
        elif not writing:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        theme = self._ctx.theme
        self.head = LiveHead(self._ctx, self)
        self.head.asked.connect(self._ask)
        self.steps = AgendaSteps(theme, name=self.tr("Agenda"))
        self.steps.opened.connect(self._go_to)
        self.steps.asked.connect(self._step_menu)
        self.span = Label(theme, role="time", color="ink3")
        self.parking = ParkingCard(self._ctx)
        self.parking.closed.connect(lambda: self.setFocus(Qt.FocusReason.OtherFocusReason))
        self.carry = LiveCarry(self._ctx)
        self.carry.closed.connect(lambda: self.setFocus(Qt.FocusReason.OtherFocusReason))
        self.carry.reached.connect(lambda line: self.ensureWidgetVisible(line, 0, theme.px(20)))
        self.stage = StagePanel(theme)
        self.stage.asked.connect(self._ask)
        self.stage.seat_pressed.connect(self._seat_pressed)
        self.stage.ring.seat_reached.connect(self._seat_reached)
        self.stage.ring.tip = self._seat_words
        self.outcomes = OutcomesPanel(self._ctx)
        self.outcomes.composer.field.released.connect(lambda: self.setFocus(Qt.FocusReason.OtherFocusReason))

    def _lay_out(self) -> None:
        read = IconButton(self._ctx.theme, "notebook-pen", self.tr("How the step works, and your notes (L)"), size=32)
        read.clicked.connect(lambda _on=False: self._ask("peek"))
        parts = self.head, self.steps, self.span, read, self.carry, self.parking, self.stage, self.outcomes
        self.panels = LivePanels(self._ctx.theme, self.tr("Agenda"), *parts)
        self.overs = LiveOvers(self._ctx, self, self.outcomes, lambda: self.setFocus(Qt.FocusReason.OtherFocusReason))
        self.people, self.peek = self.overs.people, self.overs.peek
        self.foot = LiveFoot(self._ctx.theme, self)
        self.stage.steer_from(self.foot)
        self.body.addWidget(self.head)
        self.body.addLayout(self.panels.layout, 1)

    def _make_shortcuts(self) -> None:
        """Single keys act whenever no text is being typed: a text field takes its letters before they come here."""
        keys: dict[str, Callable[[], object]] = {
            **{key: partial(self._ask, what) for key, what in ASKED.items()},
            "K": self.parking.begin, "O": self.carry.toggle, "H": self.outcomes.count_hands,
            "F11": self.toggle_projector, "Shift+F11": self._ctx.second.switch_names, "A": self._agreements,
            "Space": self._space, "Shift+Space": lambda: self._speaker(back=True),
            **{key: partial(self.outcomes.begin, kind) for key, kind in KINDS.items()},
        }  # fmt: skip
        for sequence, action in keys.items():
            shortcut = QShortcut(QKeySequence(sequence), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(action)

    def _ask(self, what: str) -> None:
        """What a control or a key asks for; nothing happens when it makes no sense now."""
        focused = QApplication.focusWidget()
        if isinstance(focused, PaintedButton) and not focused.ringed:
            # pressed by hand: the page keeps the keyboard, whatever becomes of the button
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        evening, ws = self._evening, self._ctx.ws
        if evening is None or self._ref is None:
            return
        state = evening.clock.state
        if what == "onward":
            what = {"planned": "start", "closed": "wrapup"}.get(state, "next")
        if what == "start" and state == "planned":
            begin_meeting(ws, self._ref)
        elif what in ("wrapup", "checkin"):
            self._ctx.navigate(what, self._ref)
        elif what in ("people", "peek", "roles"):
            self.overs.toggle(what, evening)
        elif what == "projector" and self._ctx.second.window is not None:
            ProjectorMenu(self._ctx, self).open_under(self.head.screen_button)
        elif what == "projector":
            self.toggle_projector()
        elif what == "vote":
            self._vote()
        elif what in ("pass", "groups", "size"):
            steer(ws, evening, what)
        elif what == "replan" and state != "closed":
            ReplanSheet(self._ctx, self._ref, self).open()
        elif what == "earlier" and (state == "planned" or evening.running is not None):
            BackdateSheet(self._ctx, self._ref, self).open()
        elif what == "drive":
            self._driver.take(evening)
        elif what == "reopen" and state == "closed":
            live_commands.reopen_meeting(ws, self._ref)
        elif state == "live":
            self._steer(what, self._ref, evening)

    def _steer(self, what: str, ref: Ref, evening: Evening) -> None:
        ws, key = self._ctx.ws, {"next": "N", "back": "B", "pause": "P", "end": "E"}.get(what)
        if key is not None and not self._driver.lets(evening, what, key):
            return
        match what:
            case "next" if evening.running is not None or evening.next_item is not None:
                live_commands.next_step(ws, ref)
            case "back":
                live_commands.previous_step(ws, ref)
            case "pause" if evening.running is not None:
                (live_commands.resume if evening.clock.paused else live_commands.pause)(ws, ref)
            case "more" | "less" if evening.running is not None:
                live_commands.add_minutes(ws, ref, 1 if what == "more" else -1)
            case "end":
                live_commands.close_meeting(ws, ref)
                back = taking_back(ws)
                self._ctx.toast(self.tr("The meeting has ended"), lambda: self._take_up(ref, back))
                self._ctx.navigate("wrapup", ref)

    def _take_up(self, ref: Ref, back: Callable[[], object]) -> None:
        back()
        self._ctx.navigate("live", ref)

    def _go_to(self, item: Ref) -> None:
        evening = self._evening
        if evening is None or self._ref is None:
            return
        if evening.clock.state == "live":
            if self._driver.lets(evening, item.row.hex(), ""):
                live_commands.go_to_step(self._ctx.ws, self._ref, item)
        elif evening.clock.state == "planned":
            self._ctx.toast(self.tr("Start the meeting first; N does it"))

    def _step_menu(self, item: Ref, where: QPoint) -> None:
        if self._evening is not None:
            earlier = partial(self._ask, "earlier")
            StepMenu(self._ctx, self._evening, item, self._go_to, self, earlier=earlier).popup(where)

    def _vote(self) -> None:
        if self._evening is not None and self._evening.running is not None and self._evening.clock.state == "live":
            DotsSheet(self._ctx, self._evening, self.window()).open()

    def _space(self) -> None:
        """Space presses a button that was reached by keyboard; after a click with the mouse it passes the word on."""
        focused = QApplication.focusWidget()
        if isinstance(focused, PaintedButton) and focused.ringed:
            focused.click()
            return
        if focused is self.stage.ring and self.stage.ring.chosen is not None:
            self._seat_pressed(self.stage.ring.chosen)
            return
        self._speaker(back=False)

    def _speaker(self, *, back: bool) -> None:
        """Space and Shift+Space: the word goes on or back, people meet others."""
        if self._evening is not None:
            go_on(self._ctx.ws, self._evening, back=back)

    def _seat_pressed(self, place: int) -> None:
        if self._evening is None or not 0 <= place < len(self._evening.seating.seats):
            return
        ring = self.stage.ring
        by_key = ring.chosen is not None
        where = ring.mapToGlobal(ring.seat_point(place)) if by_key else self.cursor().pos()
        SeatMenu(self._ctx, self._evening, place, self).popup(where)

    def _seat_words(self, place: int) -> str:
        known = self._evening is not None and place < len(self._evening.seating.seats)
        return seat_words(self._evening, place) if self._evening is not None and known else ""

    def _seat_reached(self, place: int) -> None:
        self._say(self._seat_words(place))

    def _show_outcomes(self, evening: Evening) -> None:
        space = evening.meeting.ref.space
        people = tuple(Name(seat.person.ref, seat.person.name) for seat in evening.seats)
        day = Day.at(self._ctx.ws.clock.now_ms(), evening.meeting.zone, me=me(self._ctx.ws, space), seats=evening.seats)
        self.outcomes.show_outcomes(evening.meeting.ref, evening.outcomes, people=people, day=day, here=evening.here)

    def _show_time(self, evening: Evening, now_ms: int) -> None:
        shown = face(evening.clock, now_ms)
        self.steps.set_lines(live_words.step_lines(evening, now_ms, evening.round))
        self.head.show_end(evening.forecast(now_ms), evening)
        live_words.show_face(self.stage.ring, shown, evening, now_ms)
        self.foot.show_time("" if shown.phase == "idle" else in_digits(shown.figures), over=shown.phase == "over")
        self._news.see(evening, shown)
        self._ctx.second.feed(evening, self)

    def _tell_stage(self, evening: Evening) -> None:
        """Speak when the word goes on or people meet others, but not at the change of step that brings them."""
        told = (evening.clock.item, stage_news(evening))
        before, self._stage_told = self._stage_told, told
        if told[1] and told != before and before[0] == told[0]:
            self._say(told[1])

    def _say(self, words: str) -> None:
        announce(self, words)
        self.announced.emit(words)

    def _tick(self) -> None:
        if self._evening is None:
            return
        self._show_time(self._evening, self._evening.now_ms(self._ctx.ws))
        self._wait()

    def _wait(self) -> None:
        """Come back when something else is to be shown, and only while somebody can see it."""
        evening = self._evening
        wait = next_look_ms(evening, evening.now_ms(self._ctx.ws)) if evening is not None and seen(self) else None
        if wait is None:
            self._timer.stop()
        else:
            self._timer.start(wait)

    def _agreements(self) -> None:
        """On the second screen, which opens for them."""
        if self._ctx.second.window is None:
            self.toggle_projector()
        self._ctx.second.switch_agreements()

    def toggle_projector(self) -> None:
        """Open the second window, or close it."""
        if self._ctx.second.window is not None:
            self._ctx.second.close()
        elif self._evening is not None:
            self._ctx.second.open(self._ctx, self._evening, beside=self)
            self._ctx.second.feed(self._evening, self)
