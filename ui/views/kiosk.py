"""The page at the door: people check themselves in by typing their whole name; nobody's name is shown to anybody else."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.errors import CircleError
from circle_app.workspace.kiosk import WAIT_MS, count_try, end, fits, wait_ms
from circle_app.workspace.queries.meetings import attendance, meeting
from circle_app.workspace.queries.people import person
from ui.accessible import announce
from ui.context import AppContext
from ui.models.door import sums
from ui.models.selfcheckin import come_in, come_in_new, look_up, seat_of, set_children, set_needs
from ui.models.taking_back import taking_back
from ui.text import number
from ui.views.checkin_side import plural
from ui.views.kiosk_panels import AskPanel, Panel, PinPanel, WelcomePanel
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.layouts import boxed, column, row
from ui.widgets.listrow import ElidedLabel
from ui.widgets.page import ScrollPage
from ui.widgets.seats import Logo, Seat, SeatRing

WELCOME_MS, TYPED_MS, PIN_MS = 12_000, 30_000, 30_000
"""How long a welcome stands, and after how much silence a half-typed name or PIN is wiped away."""
NARROW_BELOW, LOW_BELOW = 860, 420


class KioskPage(ScrollPage):
    """Covers the whole window while this computer is locked to the door of `ref`."""

    announced = Signal(str)
    let_out = Signal(object)
    """The PIN was right, but the disk refuses to keep that (a CircleError): the lock is there again after a restart."""

    def __init__(self, ctx: AppContext, ref: Ref, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, gap=14, margins=(36, 24, 36, 20), parent=parent)
        self._ctx, self._ref = ctx, ref
        self._who: Ref | None = None
        self._known: tuple[str, ...] = ()
        self._brought: int | None = None
        self._noted: int | None = None
        """The children others have counted, and what was noted last."""
        self._take_back = taking_back(ctx.ws)
        self._over = ""
        theme = ctx.theme
        self.circle = ElidedLabel(theme, role="section")
        self.title = ElidedLabel(theme, role="body", color="ink3")
        self.ask, self.welcome, self.pin = AskPanel(theme), WelcomePanel(theme), PinPanel(theme)
        self.panels: tuple[Panel, ...] = (self.ask, self.welcome, self.pin)
        self.ring = SeatRing(theme, minimum=220)
        self.host = Button(theme, self.tr("For the host"), look="ghost", icon="lock")
        self._silence = QTimer(self, singleShot=True)
        self._silence.timeout.connect(self._next)
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(lambda: self.pin.wait(False))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAutoFillBackground(True)  # also under the scroll bar nothing shines through
        self._fill()
        theme.changed.connect(self._fill)
        self._lay_out()
        self._connect()
        self._show(self.ask)
        ctx.bus.watch(self, {"attendance", "people", "meetings", "circle"}, self.refresh)
        self.refresh()
        if wait_ms(ctx.ws):  # wrong PINs were typed before the program was started again
            self.pin.wait(True)
            self._pause.start(wait_ms(ctx.ws))

    def refresh(self) -> None:
        """Who is in the room may have changed; what is being typed stays."""
        try:
            found = meeting(self._ctx.ws, self._ref)
        except CircleError:
            self._close(self.tr("This meeting is not there any more. Please ask the host."))
            return
        self.circle.setText(found.card.circle_name)
        self.title.setText(found.title)
        counted = sums(attendance(self._ctx.ws, self._ref))
        seats = tuple(Seat("", n.to_bytes(2), "nameless") for n in range(counted.here)) + (Seat(),) * counted.waiting
        caption = plural("%Ln in the room", counted.here)
        self.ring.set_seats(seats, number=number(counted.here), caption=self.tr("in the room"), name=caption)
        self._close(self.tr("This meeting is over. Please ask the host.") if found.state == "closed" else "")

    def shown(self) -> Panel:
        """The panel that stands there."""
        return next(panel for panel in self.panels if not panel.isHidden())

    def ask_pin(self) -> None:
        """Somebody wants to leave this page."""
        self._show(self.pin)

    def land(self) -> None:
        """The keyboard lands where people type, after the window has come forward."""
        QTimer.singleShot(0, self, self._land)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.land()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.ring.setVisible(self.room() >= self.theme.px(NARROW_BELOW))
        self._top.setVisible(self.viewport().height() >= self.theme.px(LOW_BELOW))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Every key ends here: none reaches the window underneath."""
        event.accept()

    def _fill(self) -> None:
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Window, self.theme.color("bg"))
        self.setPalette(palette)

    def _lay_out(self) -> None:
        theme = self.theme
        # cards keep room for their shadow, so the head and the foot move in by as much
        edges = (10, 0, 10, 0)
        top = row(theme, Logo(theme, size=44), column(theme, self.circle, self.title, gap=0), gap=14, margins=edges)
        top.setStretch(1, 1)
        self._top = boxed(top)
        self.body.addWidget(self._top)
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._parts.setSpacing(theme.px(16))
        for panel in self.panels:
            self._parts.addWidget(panel, 60)
        self._parts.addWidget(self.ring, 40)
        self.body.addLayout(self._parts, 1)
        promise = Label(theme, self.tr("Nobody else's name is shown here."), role="body", color="ink3", wrap=True)
        foot = row(theme, promise, self.host, margins=edges)
        foot.setStretch(0, 1)
        self.body.addLayout(foot)

    def _connect(self) -> None:
        self.ask.named.connect(self._named)
        self.ask.new.connect(self._new)
        self.ask.used.connect(lambda: self._silence.start(TYPED_MS))
        self.welcome.needs.connect(self._needs)
        self.welcome.children_came.connect(self._children)
        self.welcome.used.connect(lambda: self._silence.start(WELCOME_MS))
        self.welcome.done.connect(self._next)
        self.welcome.mistaken.connect(self._mistaken)
        self.pin.typed.connect(self._try)
        self.pin.back.connect(self._next)
        self.pin.used.connect(lambda: self._silence.start(PIN_MS))
        self.host.clicked.connect(lambda _on=False: self.ask_pin())

    def _show(self, shown: Panel) -> None:
        for panel in self.panels:
            panel.setVisible(panel is shown)
        if shown is not self.welcome:
            self.welcome.forget()
        self.host.setVisible(shown is not self.pin)
        shown.begin()
        if shown is self.ask and self._over:
            self.ask.say(self._over)
        if shown is self.pin and self._pause.isActive():
            self.pin.say(self.tr("A wrong PIN was typed. Wait a moment and try again."))
        field = self.window().focusWidget()
        if field is not None and shown.isAncestorOf(field):
            self.ensureWidgetVisible(field)
        self._silence.stop()
        if shown is not self.ask:
            self._silence.start(WELCOME_MS if shown is self.welcome else PIN_MS)

    def _land(self) -> None:
        if self.isVisible() and not self.isAncestorOf(self.window().focusWidget() or self.window()):
            self.shown().begin()

    def _next(self) -> None:
        """Ready for the next person."""
        self._who = None
        self._show(self.ask)

    def _close(self, words: str) -> None:
        """Nobody can come in any more, for this reason; "" when people can (again)."""
        if words == self._over:
            return
        self._over = words
        self.ask.field.setEnabled(not words)
        self.ask.go.setEnabled(not words)
        if words:
            self.ask.say(words)
        elif self.shown() is self.ask:
            self.ask.begin()

    def _named(self, typed: str) -> None:
        ws = self._ctx.ws
        try:
            answer = look_up(ws, self._ref, typed)
            if answer.person is None:
                self._say_unknown(many=answer.found == "many")
                return
            if not answer.here:
                come_in(ws, self._ref, answer.person.ref)
        except CircleError:
            self._ask_for_help()
            return
        self._greet(answer.person.ref, typed, again=answer.here)

    def _new(self, typed: str) -> None:
        try:
            who = come_in_new(self._ctx.ws, self._ref, typed)
        except CircleError:
            self._ask_for_help()
            return
        self._greet(who, typed, again=False)

    def _greet(self, who: Ref, typed: str, *, again: bool) -> None:
        """By the name as it was typed: nothing that was not known to the person comes to light."""
        self._who, self._known = who, person(self._ctx.ws, who).needs
        self._brought = self._noted = self._counted()
        self._take_back = taking_back(self._ctx.ws)
        self.welcome.welcome(typed, again=again)
        self._show(self.welcome)
        self._say(self.welcome.heading.text())
        self.refresh()

    def _say_unknown(self, *, many: bool) -> None:
        words = (
            self.tr("Two people have this name. Please ask the host.") if many
            else self.tr("This name is not on the list. Is it spelt as the host knows it? Or are you new?")
        )  # fmt: skip
        self.ask.say(words, newcomer=not many)
        self._say(words)
        self._silence.start(TYPED_MS)

    def _needs(self, needs: frozenset[str]) -> None:
        if self._who is not None:
            try:
                set_needs(self._ctx.ws, self._who, needs, known=self._known)
            except CircleError:
                self._ask_for_help()

    def _children(self, count: int) -> None:
        if self._who is not None:
            if self._counted() != self._noted:  # a host has counted meanwhile
                self._brought = self._counted()
            try:
                self._noted = set_children(self._ctx.ws, self._ref, self._who, count, known=self._brought)
            except CircleError:
                self._ask_for_help()

    def _counted(self) -> int | None:
        """The children that are noted of whoever is being welcomed."""
        seat = seat_of(self._ctx.ws, self._ref, self._who) if self._who is not None else None
        return seat.counted if seat is not None else None

    def _mistaken(self) -> None:
        try:
            if self._who is not None:
                set_needs(self._ctx.ws, self._who, frozenset(), known=self._known)
                if self.welcome.brought.count:
                    set_children(self._ctx.ws, self._ref, self._who, 0, known=self._brought)
            self._take_back()
        except CircleError:
            self._ask_for_help()
            return
        self._next()
        self.refresh()

    def _ask_for_help(self) -> None:
        """What went wrong is the host's matter: it is seen on the check-in page."""
        words = self.tr("This could not be written down. Please ask the host.")
        self._show(self.ask)
        self.ask.say(words)
        self._say(words)

    def _try(self, pin: str) -> None:
        ws = self._ctx.ws
        self.pin.wait(True)
        self._silence.stop()
        with suppress(CircleError):  # a disk that takes nothing keeps no owner out
            count_try(ws)
        self._ctx.tasks.run(self, lambda: fits(ws, pin), self._tried)

    def _tried(self, fitting: bool) -> None:
        if fitting:
            try:
                end(self._ctx.ws)
            except CircleError as problem:
                self.let_out.emit(problem)
            return
        self._pause.start(max(WAIT_MS, wait_ms(self._ctx.ws)))
        words = self.tr("That is not the PIN. Wait a moment and try again.")
        self.pin.say(words)
        self._say(words)
        self._silence.start(PIN_MS + self._pause.interval())

    def _say(self, words: str) -> None:
        announce(self, words)
        self.announced.emit(words)
