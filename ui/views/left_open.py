"""What earlier meetings left open, as a list to work through: tasks to tick, parked topics and steps to take up or let go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtCore import QCoreApplication, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.errors import CircleError
from circle_app.workspace.commands import carry as carry_commands
from circle_app.workspace.commands import tasks as task_commands
from circle_app.workspace.queries.carry import LeftOpen
from ui import problems
from ui.context import AppContext
from ui.models.taking_back import taking_back
from ui.plurals import english
from ui.text import due_chip, isolated
from ui.theme.theme import Theme
from ui.widgets.base import Label
from ui.widgets.button import IconButton
from ui.widgets.chip import IconLabel
from ui.widgets.layouts import fill
from ui.widgets.linebutton import LineButton

LOOKS = {"task": ("square-check-big", "teal"), "topic": ("lightbulb", "gold"), "step": ("list-ordered", "plum")}
LEAST_WORDS, NARROW_BELOW = 88, 250
DONE, GO = "done", "go"
"""What a line asks for: a task is kept or a parked thing taken up; or it is let go."""


class LeftOpenList(QWidget):
    """`show_left` after every change; lines that stay keep their widget and the keyboard."""

    left_list = Signal()
    """Escape, or Up on the first line: the keyboard goes back to where the list was opened."""

    reached = Signal(QWidget)
    """The line that the keyboard was put on."""

    def __init__(self, ctx: AppContext, *, name: str, most: int | None = None) -> None:
        super().__init__()
        self._ctx, self._most = ctx, most
        self._meeting: Ref | None = None
        self._after: Callable[[], Ref | None] = lambda: None
        self._rows: dict[Ref, LeftRow] = {}
        self.setAccessibleName(name)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(ctx.theme.px(2))
        self._more = Label(ctx.theme, role="second", color="ink3")
        self._layout.addWidget(self._more)
        self._more.hide()

    def rows(self) -> tuple[LeftRow, ...]:
        """The lines from top to bottom."""
        return tuple(self._rows.values())

    def place_after(self, after: Callable[[], Ref | None]) -> None:
        """Asked for the step behind which what is taken up comes; else it comes last."""
        self._after = after

    def show_left(self, meeting: Ref, left: tuple[LeftOpen, ...], today: date) -> None:
        """Show what is open from before `meeting` (and what was parked in it)."""
        self._meeting = meeting
        shown = left if self._most is None else left[: self._most]
        wanted = {one.ref for one in shown}
        focused = next((place for place, row in enumerate(self.rows()) if row.hasFocus()), None)
        for ref in [ref for ref in self._rows if ref not in wanted]:
            gone = self._rows.pop(ref)
            self._layout.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        ordered = {}
        for place, one in enumerate(shown):
            held = self._rows.get(one.ref) or self._made(one)
            held.show_left(one, today)
            ordered[one.ref] = held
            if self._layout.indexOf(held) != place:
                self._layout.insertWidget(place, held)
            held.show()
        self._rows = ordered
        more = len(left) - len(shown)
        self._more.setText(_plural("and %Ln more", more))
        self._more.setVisible(more > 0)
        if focused is not None and not any(row.hasFocus() for row in self.rows()):
            self.focus_row(min(focused, len(self._rows) - 1))

    def focus_row(self, place: int) -> None:
        """Put the keyboard on a line; without one, back to where the list was opened."""
        if 0 <= place < len(self._rows):
            line = self.rows()[place]
            line.setFocus(Qt.FocusReason.TabFocusReason)
            # once it has its place in a list that was just opened
            QTimer.singleShot(0, line, lambda: self.reached.emit(line))
        else:
            self.left_list.emit()

    def focus_line(self, ref: Ref) -> None:
        """Put the keyboard on this thing, if it is in the list."""
        if ref in self._rows:
            self.focus_row(list(self._rows).index(ref))

    def _made(self, one: LeftOpen) -> LeftRow:
        made = LeftRow(self._ctx.theme, one)
        made.asked.connect(partial(self._settle, made))
        made.moved.connect(lambda step, row=made: self._move(row, step))
        made.escaped.connect(self.left_list)
        return made

    def _move(self, row: LeftRow, step: int) -> None:
        place = self.rows().index(row) + step
        if place < len(self._rows):
            self.focus_row(place)

    def _settle(self, row: LeftRow, what: str) -> None:
        one, ws = row.left, self._ctx.ws
        if self._meeting is None:
            return
        title = isolated(one.title)
        try:
            match one.kind, what:
                case "task", "done":
                    task_commands.finish_task(ws, one.ref)
                    said = _tr("Kept: {title}").format(title=title)
                case "task", _:
                    task_commands.delete_task(ws, one.ref)
                    said = _tr("In the trash: {title}").format(title=title)
                case "topic", "done":
                    carry_commands.take_up_topic(ws, self._meeting, one.ref, after=self._after())
                    said = _tr("On the agenda: {title}").format(title=title)
                case "step", "done":
                    carry_commands.take_up_step(ws, self._meeting, one.ref, after=self._after())
                    said = _tr("On the agenda: {title}").format(title=title)
                case "topic", _:
                    carry_commands.let_topic_go(ws, one.ref)
                    said = _tr("Let go: {title}").format(title=title)
                case _:
                    carry_commands.let_step_go(ws, one.ref)
                    said = _tr("Let go: {title}").format(title=title)
        except CircleError as problem:
            self._ctx.toast(problems.sentence(problem), None)
            return
        self._ctx.toast(said, taking_back(ws))


class LeftRow(LineButton):
    """One open thing. Space or Enter settles it (a task is kept, a parked thing taken up), Delete lets it go; Up and Down
    move. The two buttons do the same by hand."""

    asked = Signal(str)
    moved = Signal(int)
    escaped = Signal()

    def __init__(self, theme: Theme, left: LeftOpen, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.left = left
        icon, tone = LOOKS[left.kind]
        self._icon = IconLabel(theme, icon, size=16, tone=tone)
        self.title = Label(theme, role="body", wrap=True)
        self.second = Label(theme, role="small", color="ink3", wrap=True)
        for label in (self.title, self.second):  # beside a running clock there is little room
            label.setMinimumWidth(theme.px(LEAST_WORDS))
        words = QVBoxLayout()
        words.setSpacing(theme.px(1))
        words.addWidget(self.title)
        words.addWidget(self.second)
        task = left.kind == "task"
        self.settle = IconButton(theme, "check" if task else "plus", "", color="teal", size=30)
        self.drop = IconButton(theme, "trash-2" if task else "x", "", color="ink3", size=30)
        for button, what in ((self.settle, DONE), (self.drop, GO)):
            # the line itself has the keyboard; Tab goes from line to line
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _on=False, what=what: self.asked.emit(what))
        layout = QHBoxLayout(self)
        fill(theme, layout, gap=8, margins=(4, 4, 2, 4))
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._buttons.setSpacing(theme.px(2))
        self._buttons.addWidget(self.settle)
        self._buttons.addWidget(self.drop)
        layout.addLayout(self._buttons)
        layout.setAlignment(self._buttons, Qt.AlignmentFlag.AlignTop)

    def show_left(self, left: LeftOpen, today: date) -> None:
        """Say it anew."""
        self.left = left
        self.title.setText(left.title)
        parts = [age_words(left.age)]
        if left.task is not None:
            owner = isolated(left.task.owner_name) if left.task.owner_name else _tr("nobody yet")
            parts = [owner, due_chip(left.task.due, today)[0], *parts]
        self.second.setText(" · ".join(part for part in parts if part))
        self.second.setVisible(bool(self.second.text()))
        kind = {"task": _tr("Task"), "topic": _tr("Parked topic"), "step": _tr("Parked step")}[left.kind]
        self.setAccessibleName(f"{kind}: {left.title}, {self.second.text()}")
        title = isolated(left.title)
        task = left.kind == "task"
        self.settle.setAccessibleName(
            (_tr("It is kept: {title}") if task else _tr("Take it up: {title}")).format(title=title)
        )
        self.settle.setToolTip(_tr("It is kept (Space)") if task else _tr("Take it up (Space)"))
        self.drop.setAccessibleName(
            (_tr("Take it away: {title}") if task else _tr("Let it go: {title}")).format(title=title)
        )
        self.drop.setToolTip(_tr("Take it away (Del)") if task else _tr("Let it go (Del)"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match Qt.Key(event.key()):
            case Qt.Key.Key_Space | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.asked.emit(DONE)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.asked.emit(GO)
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self.moved.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
            case Qt.Key.Key_Escape:
                self.escaped.emit()
            case _:
                super().keyPressEvent(event)

    def click(self) -> None:
        """Where the page has Space for itself it presses the line that has the keyboard."""
        self.asked.emit(DONE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < self.theme.px(NARROW_BELOW)
        ways = QBoxLayout.Direction
        self._buttons.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)

    def minimumSizeHint(self) -> QSize:
        """The buttons go under each other where the words would have no room beside both."""
        least = super().minimumSizeHint()
        saved = self.drop.width() + self._buttons.spacing()
        wide = self._buttons.direction() == QBoxLayout.Direction.LeftToRight
        return QSize(least.width() - (saved if wide else 0), least.height())


def age_words(age: int | None) -> str:
    """For how many meetings it has been open; of this evening for 0, "" for what comes from no meeting."""
    if age is None:
        return ""
    return _plural("open for %Ln meeting(s)", age) if age else _tr("parked tonight")


def sum_words(left: tuple[LeftOpen, ...]) -> str:
    """ "3 tasks · 2 parked"."""
    tasks = sum(one.kind == "task" for one in left)
    counts = (("%Ln task(s)", tasks), ("%Ln parked", len(left) - tasks))
    return " · ".join(_plural(text, count) for text, count in counts if count)


def _tr(text: str) -> str:
    return QCoreApplication.translate("LeftOpen", text)


def _plural(text: str, n: int) -> str:
    return english(QCoreApplication.translate("LeftOpen", text, None, n), n)
