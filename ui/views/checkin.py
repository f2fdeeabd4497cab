"""Who is here: one field, a few letters and Enter; the ring of seats fills as people come in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from circle_app.domain.ids import Ref
from circle_app.errors import NotFound
from circle_app.workspace.commands import attendance as door_commands
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.meetings import Meeting, Seat, attendance, meeting
from ui.accessible import announce
from ui.context import AppContext
from ui.models.beginning import begin_meeting
from ui.models.door import Door, look, sums
from ui.text import attendance as status_word
from ui.text import day_long, isolated, need, number, start_of
from ui.views.checkin_rows import DoorList, DoorRow
from ui.views.checkin_side import CheckInSide, plural
from ui.views.outcome_words import time_of
from ui.views.stages import crumb_words, mark_stepper, meeting_stepper, stage_line
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.chip import KeyCap
from ui.widgets.empty import EmptyState
from ui.widgets.fields import SearchField
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import boxed, column, row
from ui.widgets.listrow import ElidedLabel
from ui.widgets.menu import Menu
from ui.widgets.page import Header, ScrollPage

NARROW_BELOW, FOUND_MOST = 780, 7
STATUS_KEYS = {"L": "late", "E": "excused", "B": "absent", "G": "left", "U": "unmarked"}
"""With Ctrl, what is said about the chosen person instead of "here"."""


class CheckInView(ScrollPage):
    """`show_ref` takes a meeting. `announced(str)` repeats what a screen reader was told."""

    announced = Signal(str)

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, gap=12, margins=(26, 18, 26, 14), parent=parent)
        self._ctx = ctx
        self._ref: Ref | None = None
        self._meeting: Meeting | None = None
        self._seats: tuple[Seat, ...] = ()
        self._door = Door("", (), (), ())
        self._chosen = -1
        theme = ctx.theme
        self.stepper = meeting_stepper(ctx, self)
        self.crumb = ElidedLabel(theme, role="second", color="ink3")
        self.start = Button(theme, self.tr("Start meeting"), look="primary", icon="play", key="F5")
        self.start.clicked.connect(lambda _on=False: self._start())
        self.alone = Button(theme, self.tr("Self check-in"), icon="user-check", key="F6")
        self.alone.clicked.connect(lambda _on=False: self._leave_alone())
        self.head = Header(theme, self.tr("Who is here?"), " ", self.alone, self.start)
        self.field = _DoorField(theme, name=self.tr("Type a name"), hint=self.tr("Type a name, press Enter"))
        self.found = DoorList(theme)
        self.expected = DoorList(theme, self.tr("Not here yet"))
        self.marked = DoorList(theme, self.tr("Checked in"))
        self.side = CheckInSide(theme)
        self.empty = EmptyState(
            theme, self.tr("Nobody is on the list of this circle yet. Type a name and press Ctrl Enter to welcome a guest."),
            small=True,
        )  # fmt: skip
        self._lay_out()
        self._connect()
        ctx.bus.watch(self, {"attendance", "people", "meetings", "circle"}, self.refresh)

    def show_ref(self, ref: Ref | None) -> None:
        """Check people in for this meeting; the field is ready to type."""
        if ref is None:
            return
        if ref != self._ref:
            self.field.clear()
            self._chosen = -1
        self._ref = ref
        self.refresh()
        self._land()

    def refresh(self) -> None:
        """Show what the workspace holds now; the letters typed stay."""
        if self._ref is None:
            return
        try:
            self._meeting = meeting(self._ctx.ws, self._ref)
        except NotFound:
            self._ref = None
            self._ctx.navigate("meetings")
            return
        self._seats = attendance(self._ctx.ws, self._ref)
        self._show_head(self._meeting)
        self.side.show_sums(sums(self._seats), self._seats)
        self._look()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # a stack of pages moves the keyboard while it turns them over; we come after it
        QTimer.singleShot(0, self, self._land)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.viewport().width() < self.theme.px(NARROW_BELOW)
        ways = QBoxLayout.Direction
        self._panels.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)
        self._list.setMinimumHeight(self.theme.px(360 if narrow else 150))
        self.stepper.setVisible(not narrow)

    def _land(self) -> None:
        """The keyboard lands where the work begins, once the page is shown."""
        if self.isVisible():
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        theme = self.theme
        card = Card(theme, gap=8)
        hints = FlowLayout(gap=theme.px(10))
        for keys, words in (
            ("↑ ↓", self.tr("choose")), ("Ctrl L", self.tr("late")), ("Ctrl E", self.tr("excused")),
            ("Ctrl B", self.tr("absent")), ("Ctrl G", self.tr("leaving")), ("Ctrl U", self.tr("unmark")),
            ("Ctrl Z", self.tr("undo")),
        ):  # fmt: skip
            pair = row(theme, KeyCap(theme, keys), Label(theme, words, role="small", color="ink3"), gap=5)
            hints.addWidget(boxed(pair))
        self._list = ScrollPage(theme, gap=6, margins=(0, 0, 6, 0), background="surface")
        # takes what is left of the window instead of asking for the height of its rows
        self._list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for part in (self.empty, self.found, self.expected, self.marked):
            self._list.body.addWidget(part)
        self._list.body.addStretch(1)
        for part in (self.field, self._list, boxed(hints)):
            card.body.addWidget(part)
        card.body.setStretchFactor(self._list, 1)
        self._panels = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._panels.setSpacing(theme.px(6))
        self._panels.addWidget(card, 62)
        self._panels.addWidget(self.side, 33)
        # cards keep room for their shadow, so the head moves in by as much
        line = stage_line(theme, self.crumb, self.stepper)
        self.body.addLayout(column(theme, line, self.head, gap=12, margins=(10, 0, 10, 0)))
        self.body.addLayout(self._panels, 1)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._typed)
        self.field.stepped.connect(self._step)
        self.field.entered.connect(self._enter)
        self.field.guest_asked.connect(self._welcome)
        self.field.said.connect(lambda status: self._say_of(self._chosen_seat(), status))
        self.field.undo_asked.connect(self._undo)
        for part in (self.found, self.expected, self.marked):
            part.pressed.connect(self._press)
            part.asked.connect(self._menu)
        QShortcut(QKeySequence("F5"), self).activated.connect(self._start)
        QShortcut(QKeySequence("F6"), self).activated.connect(self._leave_alone)

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

    def _typed(self) -> None:
        self._chosen = 0 if self.field.text().strip() else -1
        self._look()

    def _look(self) -> None:
        """Fill the lists for what is typed."""
        self._door = look(self._seats, self.field.text())
        door = self._door
        typed = bool(door.typed)
        found = door.found[:FOUND_MOST]
        self._chosen = min(self._chosen, (len(found) if typed else len(door.expected)) - 1)
        if typed and found and self._chosen < 0:
            self._chosen = 0
        rows = tuple(self._row(match.thing, match.start, match.end) for match in found)
        self.found.set_rows((*rows, self._walk_in(door.typed)) if typed else (), chosen=self._chosen)
        self.expected.set_rows(
            () if typed else tuple(self._row(seat) for seat in door.expected), chosen=-1 if typed else self._chosen
        )
        self.marked.set_head(
            self.tr("Checked in") if not door.marked else self.tr("Checked in · {n}").format(n=number(len(door.marked)))
        )
        shown_above = {match.thing.person.ref for match in found} if typed else set()
        self.marked.set_rows(tuple(self._row(seat) for seat in door.marked if seat.person.ref not in shown_above))
        self.empty.setVisible(not self._seats and not typed)
        shown = self.found if typed else self.expected
        target = shown.chosen_widget()
        if target is not None:
            QTimer.singleShot(0, target, lambda: self._list.ensureWidgetVisible(target, 0, self.theme.px(40)))

    def _row(self, seat: Seat, start: int = 0, end: int = 0) -> DoorRow:
        zone = self._meeting.zone if self._meeting else None
        person = seat.person
        known = [need(code) for code in person.needs]
        if person.role:
            known.insert(0, person.role)
        if seat.status is None:
            came = self.tr("came to {came} of {all}").format(came=number(person.came), all=number(person.of))
            if person.of:
                known.insert(0, came if person.came else self.tr("first time"))
            return DoorRow(
                person.ref, person.name, " · ".join(known), key=self.tr("Enter"), does=self.tr("check in"), free=True,
                start=start, end=end,
            )  # fmt: skip
        if seat.guest:
            known.insert(0, self.tr("guest"))
        if seat.arrived_ms is not None:
            known.insert(0, time_of(seat.arrived_ms, zone))
        mark, tone = status_word(seat.status), {"present": "teal", "late": "gold"}.get(seat.status, "plain")
        if seat.left_ms is not None:
            mark, tone = self.tr("Left {time}").format(time=time_of(seat.left_ms, zone)), "plain"
        return DoorRow(person.ref, person.name, " · ".join(known), mark=mark, tone=tone, start=start, end=end)

    def _walk_in(self, typed: str) -> DoorRow:
        words = self.tr("Add “{name}” as a guest").format(name=isolated(typed))
        return DoorRow(None, words, "", key="Ctrl Enter")

    def _chosen_seat(self) -> Seat | None:
        door = self._door
        seats = [match.thing for match in door.found[:FOUND_MOST]] if door.typed else list(door.expected)
        return seats[self._chosen] if 0 <= self._chosen < len(seats) else None

    def _step(self, step: int) -> None:
        count = len(self._door.found[:FOUND_MOST]) if self._door.typed else len(self._door.expected)
        if not count:
            return
        self._chosen = min(max(self._chosen + step, 0), count - 1)
        self._look()
        seat = self._chosen_seat()
        if seat is not None:
            self._say(seat.person.name)

    def _enter(self) -> None:
        """Enter marks the chosen person; with letters that fit nobody it says what to do instead."""
        seat = self._chosen_seat()
        if seat is not None:
            self._say_of(seat, "present")
        elif self._door.typed:
            self._say(self.tr("Nobody is called that. Ctrl Enter adds a guest."))
            self._ctx.toast(self.tr("Nobody is called that. Ctrl Enter adds a guest."))

    def _press(self, pressed: DoorRow) -> None:
        if pressed.ref is None:
            self._welcome()
            return
        seat = next((seat for seat in self._seats if seat.person.ref == pressed.ref), None)
        if seat is not None and (seat.status is None or seat.left_ms is not None):
            self._say_of(seat, "present")
        elif seat is not None:
            self._menu(pressed, self.cursor().pos())

    def _say_of(self, seat: Seat | None, status: str) -> None:
        """Mark somebody; the field is empty again for the next name."""
        if seat is None or self._ref is None:
            return
        ws, person = self._ctx.ws, seat.person.ref
        if status == "left":
            door_commands.mark_left(ws, self._ref, person)
        elif status == "unmarked":
            door_commands.clear_mark(ws, self._ref, person)
        elif status != seat.status or seat.left_ms is not None:
            door_commands.mark(ws, self._ref, person, status=status)
        self._done(seat.person.name, status)

    def _welcome(self) -> None:
        """A guest needs only a name."""
        name = self.field.text().strip()
        if name and self._ref is not None:
            door_commands.add_guest(self._ctx.ws, self._ref, name=name)
            self._done(name, "present")

    def _done(self, name: str, status: str) -> None:
        self.field.clear()
        self.refresh()
        counted = sums(self._seats)
        word = {"left": self.tr("left"), "unmarked": self.tr("not marked")}.get(status, status_word(status))
        here = plural("%n in the room", counted.here)
        self._say(f"{name}: {word}. {here}")

    def _undo(self) -> None:
        label = undo(self._ctx.ws)
        self._ctx.toast(self.tr("Taken back.") if label else self.tr("There is nothing to take back."))
        self.refresh()

    def _menu(self, pressed: DoorRow, where: QPoint) -> None:
        seat = next((seat for seat in self._seats if seat.person.ref == pressed.ref), None)
        if seat is None:
            return
        menu = Menu(self.theme, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        choices: tuple[tuple[str, str, str], ...] = (
            (self.tr("Here"), "present", ""), (self.tr("Came late"), "late", "Ctrl+L"),
            (self.tr("Excused"), "excused", "Ctrl+E"), (self.tr("Absent"), "absent", "Ctrl+B"),
            (self.tr("Is leaving now"), "left", "Ctrl+G"), (self.tr("Say nothing"), "unmarked", "Ctrl+U"),
        )  # fmt: skip
        for words, status, keys in choices:
            action = menu.add(words, partial(self._say_of, seat, status), key=keys)
            action.setEnabled(status != "left" or seat.here)
        menu.popup(where)

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

    def _say(self, words: str) -> None:
        announce(self, words)
        self.announced.emit(words)


class _DoorField(SearchField):
    """The field at the door; it keeps the keyboard and hands on what its keys mean."""

    stepped = Signal(int)
    entered = Signal()
    guest_asked = Signal()
    said = Signal(str)
    undo_asked = Signal()

    def __init__(self, theme: object, *, name: str, hint: str) -> None:
        super().__init__(theme, name=name, hint=hint, big=True)  # type: ignore[arg-type]

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._meaning(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        meaning = self._meaning(event)
        if meaning is None:
            super().keyPressEvent(event)
        else:
            meaning()

    def _meaning(self, event: QKeyEvent) -> Callable[[], object] | None:
        """What a key does here; None for the field's own keys."""
        key, control = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self.guest_asked.emit if control else self.entered.emit
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            return lambda: self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        if event.matches(QKeySequence.StandardKey.Undo) and not self.text():
            return self.undo_asked.emit
        letter = chr(event.key()) if control and 65 <= event.key() <= 90 else ""
        if letter in STATUS_KEYS:
            return lambda: self.said.emit(STATUS_KEYS[letter])
        return None
