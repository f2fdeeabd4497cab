"""The door itself: one field, a few letters and Enter; below it who is expected and who is in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.workspace.changes import Touched
from circle_app.workspace.commands import attendance as door_commands
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.meetings import Meeting, Seat, agenda, attendance, meeting
from circle_app.workspace.queries.people import Person, people
from ui.accessible import announce
from ui.context import AppContext
from ui.models.door import Door, greeted_as, look, sums
from ui.models.taking_back import taking_back
from ui.text import attendance as status_word
from ui.text import isolated, number
from ui.undo_words import done_words
from ui.views.checkin_field import DoorField
from ui.views.checkin_needs import NeedsLine
from ui.views.checkin_rows import DoorList, DoorRow
from ui.views.checkin_side import plural
from ui.views.checkin_words import Words
from ui.widgets.base import Label
from ui.widgets.chip import KeyCap
from ui.widgets.empty import EmptyState
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import boxed, fill, row
from ui.widgets.menu import Menu
from ui.widgets.page import ScrollPage

FOUND_MOST, NAMES_LEAST = 7, 330


class DoorPanel(QWidget):
    """`aim` at a meeting, then `refresh`, also after news. `said(str)` repeats what a screen reader heard; `changed()` comes
    after each mark made here."""

    said = Signal(str)
    changed = Signal()
    left = Signal()
    """Escape in the empty field."""

    def __init__(self, ctx: AppContext, *, background: str = "surface") -> None:
        super().__init__()
        self._ctx = ctx
        self.theme = theme = ctx.theme
        self._ref: Ref | None = None
        self._meeting: Meeting | None = None
        self.seats: tuple[Seat, ...] = ()
        self._returning: tuple[Seat, ...] = ()
        self._everybody: tuple[Person, ...] | None = None
        self._words = Words(None, {})
        self._door = Door("", (), (), ())
        self._chosen, self._left_at, self._whole = -1, 0, False
        self._asked = ""
        self.field = DoorField(theme, name=self.tr("Type a name"), hint=self.tr("Type a name, press Enter"))
        self.needs = NeedsLine(ctx)
        self.found = DoorList(theme)
        self.expected = DoorList(theme, self.tr("Not here yet"))
        self.marked = DoorList(theme, self.tr("Checked in"))
        self.empty = EmptyState(
            theme, self.tr("Nobody is on the list of this circle yet. Type a name and press Ctrl Enter to welcome a guest."),
            small=True,
        )  # fmt: skip
        self.list = ScrollPage(theme, gap=6, margins=(0, 0, 6, 0), background=background)
        self._lay_out()
        self._connect()

    def aim(self, ref: Ref) -> None:
        """The door of this meeting, shown by the next `refresh`; letters typed for another one go."""
        self._everybody = None
        if ref != self._ref:
            self._ask_needs(None)
            self.field.clear()
            self._chosen = -1
        self._ref = ref

    def refresh(self) -> Meeting | None:
        """Show what the workspace holds now; the letters typed and the person chosen stay. Raises NotFound."""
        return self._read(self._chosen_seat())

    def _read(self, held: Seat | None = None) -> Meeting | None:
        if self._ref is None:
            return None
        ws = self._ctx.ws
        self._meeting = meeting(ws, self._ref)
        if self._everybody is None:
            self._everybody = people(ws, self._ref.space, gone=True)
        everyone = attendance(ws, self._ref, returning=True, everybody=self._everybody)
        self.seats = tuple(seat for seat in everyone if seat.status is not None or not seat.guest)
        self._returning = tuple(seat for seat in everyone if seat.status is None and seat.guest)
        gone = any(seat.left_item for seat in self.seats)
        steps = {item.ref: item.title for item in agenda(ws, self._ref)} if gone else {}
        self._words = Words(self._meeting.zone, steps)
        self.needs.follow(self.seats)
        self._look(held)
        return self._meeting

    def land(self) -> None:
        """The keyboard lands where the work begins."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # in a low window names are worth more than the keys, which F1 shows as well
        high = self._hints.layout().heightForWidth(event.size().width())
        self._hints.setMinimumHeight(high)
        left = event.size().height() - high
        self._hints.setVisible(left >= self.theme.px(NAMES_LEAST))
        self._take_room()

    def set_whole(self, whole: bool) -> None:
        """Whether the page scrolls and gives all the room that is needed: nothing here is pressed together then."""
        self._whole = whole
        self._take_room()

    def _take_room(self) -> None:
        """What a layout asks for by its width alone forgets the least height of a part."""
        least = self.layout().minimumSize().height() if self._whole else 0
        if least != self.minimumHeight():
            self.setMinimumHeight(least)

    def _lay_out(self) -> None:
        theme = self.theme
        hints = FlowLayout(gap=theme.px(10))
        for keys, words in (
            ("↑ ↓", self.tr("choose")), ("Ctrl L", self.tr("late")), ("Ctrl E", self.tr("excused")),
            ("Ctrl B", self.tr("absent")), ("Ctrl G", self.tr("leaving")), ("Ctrl U", self.tr("unmark")),
            ("Ctrl A", self.tr("all are here")), ("Ctrl Z", self.tr("undo")),
        ):  # fmt: skip
            pair = row(theme, KeyCap(theme, keys), Label(theme, words, role="small", color="ink3"), gap=5)
            hints.addWidget(boxed(pair))
        # takes what is left of the window instead of asking for the height of its rows
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for part in (self.empty, self.found, self.expected, self.marked):
            self.list.body.addWidget(part)
        self.list.body.addStretch(1)
        layout = QVBoxLayout(self)
        self._hints = boxed(hints)
        fill(theme, layout, self.field, self.needs, self.list, self._hints, gap=8)
        layout.setStretchFactor(self.list, 1)

    def _hear(self, news: Touched) -> None:
        """How often people came is counted over every evening of the circle: not again after each mark."""
        if not news.kinds.isdisjoint(("people", "meetings", "circle")):
            self._everybody = None

    def _connect(self) -> None:
        self._ctx.bus.touched.connect(self._hear)
        self.field.textChanged.connect(self._typed)
        self.field.stepped.connect(self._step)
        self.field.entered.connect(self._enter)
        self.field.guest_asked.connect(self._welcome)
        self.field.status_asked.connect(lambda status: self._say_of(self._chosen_seat(), status))
        self.field.undo_asked.connect(self._undo)
        self.field.all_asked.connect(self._all_are_here)
        self.field.left_alone.connect(self.left)
        self.field.need_asked.connect(self.needs.press)
        self.field.fewer_asked.connect(self.needs.fewer)
        self.needs.changed.connect(self._need_noted)
        for part in (self.found, self.expected, self.marked):
            part.pressed.connect(self._press)
            part.asked.connect(self._menu)

    def _typed(self) -> None:
        self._chosen = 0 if self.field.text().strip() else -1
        self._left_at = 0
        self._whole = False
        self._asked = ""
        if self.field.text():
            self._ask_needs(None)
        self._look()

    def _look(self, held: Seat | None = None) -> None:
        """Fill the lists for what is typed. Whoever was `held` stays chosen, wherever they stand now, as the other door marks
        people, too, and Enter must never mean somebody else; where they are gone nobody is chosen."""
        self._door = look(self.seats, self.field.text(), returning=self._returning)
        door = self._door
        typed = bool(door.typed)
        found = door.found[:FOUND_MOST]
        reach = self._in_reach()
        if held is not None:
            self._left_at = self._chosen
            self._chosen = next((at for at, seat in enumerate(reach) if seat.person.ref == held.person.ref), -1)
        self._chosen = min(self._chosen, len(reach) - 1)
        if typed and found and self._chosen < 0 and held is None:
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
        self.empty.setVisible(not self.seats and not typed)
        shown = self.found if typed else self.expected
        target = shown.chosen_widget()
        if target is not None:
            QTimer.singleShot(0, target, lambda: self.list.ensureWidgetVisible(target, 0, self.theme.px(40)))

    def _row(self, seat: Seat, start: int = 0, end: int = 0) -> DoorRow:
        return self._words.row(seat, start, end, enter=self._enter_means(seat))

    def _walk_in(self, typed: str) -> DoorRow:
        words = self.tr("Add “{name}” as a guest").format(name=isolated(typed))
        return DoorRow(None, words, "", key="Ctrl Enter")

    def _enter_means(self, seat: Seat) -> str:
        """What Enter says of somebody: back, late, or here."""
        if seat.left_ms is not None:
            return "back"
        assert self._meeting is not None
        return greeted_as(self._meeting, self._ctx.ws.clock.now_ms())

    def _in_reach(self) -> Sequence[Seat]:
        """Who can be chosen with the arrows."""
        door = self._door
        return [match.thing for match in door.found[:FOUND_MOST]] if door.typed else door.expected

    def _chosen_seat(self) -> Seat | None:
        seats = self._in_reach()
        return seats[self._chosen] if 0 <= self._chosen < len(seats) else None

    def _step(self, step: int) -> None:
        count = len(self._in_reach())
        if not count:
            return
        # where somebody was marked elsewhere, the next one has moved into their place
        at = self._chosen + step if self._chosen >= 0 else self._left_at + min(step, 0)
        self._chosen = min(max(at, 0), count - 1)
        self._left_at = 0
        self._whole = False
        self._look()
        seat = self._chosen_seat()
        if seat is not None:
            self._say(seat.person.name)

    def _enter(self) -> None:
        """Enter marks the chosen person; with letters that fit nobody it says what to do instead."""
        seat = self._chosen_seat()
        if seat is not None and (seat.status is None or not seat.here):
            self._say_of(seat, self._enter_means(seat))
        elif seat is not None:
            self._done(seat.person.name, seat.status or "present")
            self._ask_needs(seat.person.ref)
        elif self._door.typed:
            self._say(self.tr("Nobody is called that. Ctrl Enter adds a guest."))
            self._ctx.toast(self.tr("Nobody is called that. Ctrl Enter adds a guest."))

    def _press(self, pressed: DoorRow) -> None:
        if pressed.ref is None:
            self._welcome()
            return
        seat = self._seat(pressed)
        if seat is not None and (seat.status is None or seat.left_ms is not None):
            self._say_of(seat, self._enter_means(seat))
        elif seat is not None:
            self._menu(pressed, self.cursor().pos())

    def _seat(self, pressed: DoorRow) -> Seat | None:
        everyone = (*self.seats, *self._returning)
        return next((seat for seat in everyone if seat.person.ref == pressed.ref), None)

    def _say_of(self, seat: Seat | None, status: str) -> None:
        """Mark somebody; the field is empty again for the next name."""
        if seat is None or self._ref is None:
            return
        if status == "time":
            self._mend_arrival(seat)
            return
        ws, person = self._ctx.ws, seat.person.ref
        if status == "left":
            door_commands.mark_left(ws, self._ref, person)
        elif status == "back":
            door_commands.mark_back(ws, self._ref, person)
        elif status == "unmarked":
            door_commands.clear_mark(ws, self._ref, person)
        elif status != seat.status or seat.left_ms is not None:
            door_commands.mark(ws, self._ref, person, status=status)
        self._done(seat.person.name, status)
        self._ask_needs(person if status in ("present", "late", "back") else None)

    def _welcome(self) -> None:
        """A guest needs only a name; where somebody has it already, another press says that they are somebody else."""
        name = self.field.text().strip()
        if name and self._ref is not None:
            same = self._door.same
            if same is not None and self._asked != name:
                self._asked = name
                self._say_twice(same)
                return
            guest = door_commands.add_guest(self._ctx.ws, self._ref, name=name)
            self._everybody = None
            self._done(name, "present")
            self._ask_needs(guest)

    def _say_twice(self, same: Seat) -> None:
        who = isolated(same.person.name)
        words = (
            self.tr("{name} is here already. Ctrl Enter once more adds somebody else of this name.")
            if same.here
            else self.tr("{name} is on the list: Enter checks them in. Ctrl Enter once more adds somebody else of this name.")
        ).format(name=who)  # fmt: skip
        self._say(words)
        self._ctx.toast(words)

    def _ask_needs(self, who: Ref | None) -> None:
        """Whoever came in last may be asked what they need, until the next name is typed."""
        seat = next((seat for seat in self.seats if seat.person.ref == who), None)
        if seat is None or self._ref is None:
            self.needs.end()
        else:
            self.needs.ask(seat, self._ref)
        self.field.digits = self.needs.asking

    def _need_noted(self, words: str) -> None:
        self._everybody = None
        self.refresh()
        self._say(words)
        self.changed.emit()

    def _done(self, name: str, status: str) -> None:
        """The next one in the list is chosen."""
        self.field.clear()
        self._read()
        words = {"left": self.tr("left"), "back": self.tr("is back"), "unmarked": self.tr("not marked")}
        here = plural("%Ln in the room", sums(self.seats).here)
        self._say(f"{name}: {words.get(status, status_word(status))}. {here}")
        self.changed.emit()

    def _all_are_here(self) -> None:
        """Everybody who is expected, but for those who said that they cannot come; one step takes them all back."""
        if self._ref is None or self._meeting is None:
            return
        ws = self._ctx.ws
        who = [seat.person.ref for seat in self._door.expected if seat.coming != "no"]
        count = door_commands.mark_all(ws, self._ref, who, status=greeted_as(self._meeting, ws.clock.now_ms()))
        if count:
            words = plural("%Ln (person|people) checked in", count)
            self._ctx.toast(words, taking_back(ws))
            self.refresh()
            self._say(words)
            self.changed.emit()

    def _undo(self) -> None:
        label = undo(self._ctx.ws)
        self._everybody = None
        back = self.tr("Taken back: {what}").format(what=done_words(label)) if label else ""
        self._ctx.toast(back or self.tr("There is nothing to take back."))
        self._ask_needs(None)
        self.refresh()
        self.changed.emit()

    def _menu(self, pressed: DoorRow, where: QPoint) -> None:
        seat = self._seat(pressed)
        if seat is None:
            return
        menu = Menu(self.theme, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        choices: tuple[tuple[str, str, str], ...] = (
            (self.tr("Here"), "present", "Ctrl+H"), (self.tr("Came late"), "late", "Ctrl+L"),
            (self.tr("Excused"), "excused", "Ctrl+E"), (self.tr("Absent"), "absent", "Ctrl+B"),
            (self.tr("Is leaving now"), "left", "Ctrl+G"), (self.tr("Say nothing"), "unmarked", "Ctrl+U"),
        )  # fmt: skip
        for words, status, keys in choices:
            action = menu.add(words, partial(self._say_of, seat, status), key=keys)
            action.setEnabled(status != "left" or seat.here)
        mend = menu.add(self.tr("Came at another time…"), lambda: self._mend_arrival(seat), key="Ctrl+T")
        mend.setEnabled(seat.arrived_ms is not None)
        menu.popup(where)

    def _mend_arrival(self, seat: Seat) -> None:
        from ui.dialogs.arrival import ArrivalSheet

        if self._meeting is not None and seat.arrived_ms is not None:
            sheet = ArrivalSheet(self._ctx, self._meeting, seat, self.window())
            sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            sheet.accepted.connect(self._mended)
            sheet.open()

    def _mended(self) -> None:
        """Ready for the next name."""
        self.field.clear()
        self.refresh()
        self.changed.emit()

    def _say(self, words: str) -> None:
        announce(self, words)
        self.said.emit(words)
