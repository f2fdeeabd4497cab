"""Who is here: one field, a few letters and Enter; the ring of seats fills as people come in."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.errors import NotFound
from circle_app.workspace.queries.meetings import Meeting
from ui.context import AppContext
from ui.models.beginning import begin_meeting
from ui.models.door import sums
from ui.papers import PaperOf
from ui.text import day_long, start_of
from ui.views.checkin_door import DoorPanel
from ui.views.checkin_side import CheckInSide
from ui.views.stages import crumb_words, mark_stepper, meeting_stepper, stage_line
from ui.widgets.button import Button, IconButton
from ui.widgets.card import Card
from ui.widgets.layouts import column
from ui.widgets.listrow import ElidedLabel
from ui.widgets.page import Header, ScrollPage

NARROW_BELOW = 780
FIELD_NEEDS = 240
"""Pixels at 100 % text for the field and the first whom it finds."""


class CheckInView(ScrollPage):
    """`show_ref` takes a meeting. `announced(str)` repeats what a screen reader was told."""

    announced = Signal(str)

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, gap=12, margins=(26, 18, 26, 14), parent=parent)
        self._ctx = ctx
        self._ref: Ref | None = None
        self._meeting: Meeting | None = None
        theme = ctx.theme
        self.stepper = meeting_stepper(ctx, self)
        self.crumb = ElidedLabel(theme, role="second", color="ink3")
        self.start = Button(theme, self.tr("Start meeting"), look="primary", icon="play", key="F5")
        self.start.clicked.connect(lambda _on=False: self._start())
        self.alone = Button(theme, self.tr("Self check-in"), icon="user-check", key="F6")
        self.alone.clicked.connect(lambda _on=False: self._leave_alone())
        self.paper = Button(theme, self.tr("From paper"), icon="list-ordered", key="F7")
        self.paper.clicked.connect(lambda _on=False: self._from_paper())
        self.sheet = IconButton(theme, "printer", self.tr("Print the sign-in sheet (Ctrl+P)"), size=38, fill="surface")
        self.sheet.clicked.connect(lambda _on=False: self._print())
        self.head = Header(theme, self.tr("Who is here?"), " ", self.sheet, self.paper, self.alone, self.start)
        self.door = DoorPanel(ctx)
        self.field, self.found, self.expected, self.marked = (
            self.door.field, self.door.found, self.door.expected, self.door.marked,
        )  # fmt: skip
        self.side = CheckInSide(theme)
        self._lay_out()
        self._connect()
        ctx.bus.watch(self, {"attendance", "people", "meetings", "circle"}, self.refresh)

    def show_ref(self, ref: Ref | None) -> None:
        """Check people in for this meeting; the field is ready to type."""
        if ref is None:
            return
        self.door.aim(ref)
        self._ref = ref
        self.refresh()
        self._land()

    def refresh(self) -> None:
        """Show what the workspace holds now; the letters typed stay."""
        if self._ref is None:
            return
        try:
            self._meeting = self.door.refresh()
        except NotFound:
            self._ref = None
            self._ctx.navigate("meetings")
            return
        if self._meeting is not None:
            self._show_head(self._meeting)
        self._count()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # a stack of pages moves the keyboard while it turns them over; we come after it
        QTimer.singleShot(0, self, self._land)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.room() < self.theme.px(NARROW_BELOW)
        ways = QBoxLayout.Direction
        self._panels.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)
        self.door.list.setMinimumHeight(self.theme.px(360 if narrow else 150))
        self.door.set_whole(narrow)
        self.stepper.setVisible(not narrow)
        if self.field.hasFocus():
            QTimer.singleShot(0, self, self._show_field)

    def _land(self) -> None:
        """The keyboard lands where the work begins, once the page is shown."""
        if self.isVisible():
            self.door.land()
            self._show_field()

    def _show_field(self) -> None:
        """On a page that has to scroll, the field stands at the top with what it finds below it."""
        px = self.theme.px
        top = self.field.mapTo(self.content, self.field.rect().topLeft()).y()
        if top + px(FIELD_NEEDS) > self.viewport().height() + self.verticalScrollBar().value():
            self.verticalScrollBar().setValue(top - px(12))

    def _lay_out(self) -> None:
        theme = self.theme
        card = Card(theme, gap=8)
        card.body.addWidget(self.door, 1)
        self._panels = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._panels.setSpacing(theme.px(6))
        self._panels.addWidget(card, 62)
        self._panels.addWidget(self.side, 33)
        # cards keep room for their shadow, so the head moves in by as much
        line = stage_line(theme, self.crumb, self.stepper)
        self.body.addLayout(column(theme, line, self.head, gap=12, margins=(10, 0, 10, 0)))
        self.body.addLayout(self._panels, 1)

    def _connect(self) -> None:
        self.door.changed.connect(self._count)
        self.door.said.connect(self.announced)
        self.field.textEdited.connect(lambda _text: self._show_field())
        QShortcut(QKeySequence("F5"), self).activated.connect(self._start)
        QShortcut(QKeySequence("F6"), self).activated.connect(self._leave_alone)
        QShortcut(QKeySequence("Ctrl+P"), self).activated.connect(self._print)
        QShortcut(QKeySequence("F7"), self).activated.connect(self._from_paper)

    def _show_head(self, found: Meeting) -> None:
        self.crumb.setText(crumb_words(found))
        parts = [found.title]
        begin = start_of(found.starts_at)
        if begin is not None:
            parts.append(day_long(begin.date()))
        self.head.set_text(self.tr("Who is here?"), " · ".join(part for part in parts if part))
        self.alone.setVisible(found.state != "closed")
        words = {"live": self.tr("Back to the meeting"), "closed": self.tr("To the wrap-up")}
        self.start.set_label(words.get(found.state, self.tr("Start meeting")))
        mark_stepper(self.stepper, "checkin", found.state)

    def _count(self) -> None:
        self.side.show_sums(sums(self.door.seats), self.door.seats)

    def _start(self) -> None:
        if self._ref is None or self._meeting is None:
            return
        if self._meeting.state == "planned":
            begin_meeting(self._ctx.ws, self._ref)
        self._ctx.navigate("wrapup" if self._meeting.state == "closed" else "live", self._ref)

    def _leave_alone(self) -> None:
        """People check themselves in from here on, at this computer."""
        if self._meeting is not None and self._meeting.state != "closed":
            self._ctx.navigate("kiosk", self._ref)

    def _print(self) -> None:
        """The sign-in sheet, or another paper of this evening."""
        if self._ref is not None:
            self._ctx.navigate("print", PaperOf(self._ref, "signin"))

    def _from_paper(self) -> None:
        """Type back which rows of the printed sheet were signed."""
        if self._ref is not None:
            self._ctx.navigate("signin", self._ref)
