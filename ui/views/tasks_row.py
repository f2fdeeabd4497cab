"""One promise on the page: ticked off, changed, given to somebody and dated where it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout

from circle_app.errors import CircleError, RuleBroken
from circle_app.workspace.commands.tasks import set_task
from circle_app.workspace.queries.tasks import Task
from ui.context import AppContext
from ui.date_words import read_date
from ui.models.typed_line import Name, find_people, read_line
from ui.text import date_of_ms, day_of, due_chip, isolated
from ui.views.edited_line import EditedLine
from ui.views.outcome_words import short_date
from ui.views.tasks_names import MentionOffer, NameOffer
from ui.views.tasks_parts import FromLink, OwnerButton
from ui.widgets.base import Label
from ui.widgets.canvas import Canvas
from ui.widgets.chip import ChipButton
from ui.widgets.choice import CheckBox
from ui.widgets.fields import TextField
from ui.widgets.flow import Flow
from ui.widgets.layouts import fill, row
from ui.widgets.listrow import ElidedLabel

ONE_LINE_FROM = 560
BEGINNING = 80
"""Letters of a task's text that its line shows."""
OWN_KEYS = {
    Qt.Key.Key_Return: "title", Qt.Key.Key_Enter: "title", Qt.Key.Key_F2: "title", Qt.Key.Key_D: "due",
    Qt.Key.Key_A: "owner", Qt.Key.Key_B: "body",
    Qt.Key.Key_Space: "tick", Qt.Key.Key_E: "tick", Qt.Key.Key_W: "waiting", Qt.Key.Key_L: "later",
    Qt.Key.Key_N: "now", Qt.Key.Key_Delete: "remove", Qt.Key.Key_Backspace: "remove", Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
}  # fmt: skip


class TaskRow(EditedLine):
    """While it has the keyboard: Enter or F2 changes the words, A who, D when, B opens its text; Space or E ticks; W, L, N
    put it to waiting, later, now; Delete takes it away; Up and Down move. `asked(row, what)` is for what concerns the
    whole page."""

    asked = Signal(object, str)

    def __init__(self, ctx: AppContext) -> None:
        super().__init__(ctx.theme)
        self._ctx = ctx
        self.task: Task | None = None
        self._shown: tuple[object, ...] = ()
        self._people: Callable[[], tuple[Name, ...]] = tuple
        self._today = date.min
        self._what = ""
        self._last = False
        self._may = True
        theme = ctx.theme
        self.box = CheckBox(theme, name=" ")
        self.box.clicked.connect(lambda _on: self.asked.emit(self, "tick"))
        self.title = Label(theme, role="medium", wrap=True)
        self.second = ElidedLabel(theme, role="second", color="ink3")
        self.second.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.source = FromLink(theme)
        self.source.clicked.connect(lambda _on=False: self.asked.emit(self, "meeting"))
        self.more = FromLink(theme, icon="notebook-pen")
        self.more.clicked.connect(lambda _on=False: self.asked.emit(self, "body"))
        self.due = ChipButton(theme, "", icon="calendar-days")
        self.due.clicked.connect(lambda _on=False: self.begin_edit("due"))
        self.owner = OwnerButton(theme)
        self.owner.clicked.connect(lambda _on=False: self.begin_edit("owner"))
        self._words = QVBoxLayout()
        self._below = Flow(theme, self.second, self.source, self.more, gap=4)
        fill(theme, self._words, self.title, self._below, self.problem, gap=1)
        self._tail = row(theme, self.due, self.owner, gap=8)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setSpacing(theme.px(10))
        self._line.addLayout(self._words, 1)
        self._line.addLayout(self._tail)
        layout = QHBoxLayout(self)
        fill(theme, layout, gap=8, margins=(2, 6, 8, 7))
        layout.addWidget(self.box)
        layout.addLayout(self._line, 1)
        self.clicked.connect(lambda _on=False: self.begin_edit("title"))

    def show_task(
        self, task: Task, *, today: date, circle: bool, people: Callable[[], tuple[Name, ...]], may: bool, last: bool
    ) -> None:
        """Show what is kept; a field in which somebody types keeps its words. `circle` tells the circle's name too."""
        self._people, self._today, self._last = people, today, last
        state = (task, today, circle, may)
        if state == self._shown:
            self.update()
            return
        self._shown, self.task, self._may = state, task, may
        self.box.setChecked(task.done)
        self.box.setEnabled(may)
        self.box.setAccessibleName(self.tr("Done: {title}").format(title=task.title))
        self.title.setText(task.title)
        self.title.set_color("ink3" if task.done else "ink")
        told = " · ".join(part for part in (task.circle_name if circle else "", task.project_title or "") if part)
        self.second.setText(told)
        self.source.setVisible(task.meeting is not None)
        if task.meeting is not None:
            self.source.set_label(self.tr("from {meeting}").format(meeting=task.meeting_title or self.tr("a meeting")))
            if told:
                self.second.setText(told + " ·")
        self.second.setVisible(bool(told))
        begins = next((line for line in task.body.splitlines() if line.strip()), "")
        self.more.setVisible(bool(begins))
        if begins:
            self.more.set_label(begins.strip()[:BEGINNING])
            self.more.setAccessibleName(self.tr("More about it: {text}").format(text=begins.strip()[:BEGINNING]))
        self._below.setVisible(bool(told) or task.meeting is not None or bool(begins))
        self._show_tail(task, today, may)
        spoken = (task.title, task.owner_name or self.tr("nobody yet"), self.due.text(), task.circle_name)
        self.setAccessibleName(", ".join(part for part in spoken if part))

    def begin_edit(self, what: str) -> None:
        """Open the field for the "title", the "owner" or the "due" day."""
        if self._field is not None or self.task is None or not self._may:
            return
        theme, task = self.theme, self.task
        kept = {"title": task.title, "owner": task.owner_name or "", "due": self._day_words(task)}[what]
        names = {"title": self.tr("Change this task"), "owner": self.tr("Who"), "due": self.tr("By when")}
        hints = {
            "title": self.tr("What is to be done @who fri"),
            "owner": self.tr("who?"),
            "due": self.tr("fri, in 2 weeks"),
        }
        icon = {"title": "", "owner": "user", "due": "calendar-days"}[what]
        field = TextField(theme, name=names[what], hint=hints[what], text=kept, icon=icon)
        field.left.connect(self._leave)
        self._what = what
        if what == "title":
            self.open_field(field, self._words, 0, self.title)
        else:
            field.setMinimumWidth(theme.px(170))
            self.open_field(field, self._tail, int(what == "owner"), self.due if what == "due" else self.owner)
        if what == "owner":
            self._offer_names(field)
        elif what == "title":
            MentionOffer(theme, field, self._people)
        self.begin_typing()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wish = self._wish(event)
        if not wish:
            super().keyPressEvent(event)
        elif wish in ("title", "owner", "due"):
            self.begin_edit(wish)
        else:
            self.asked.emit(self, wish)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= self.theme.px(ONE_LINE_FROM)
        self._line.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self._tail.setAlignment(Qt.AlignmentFlag(0) if wide else Qt.AlignmentFlag.AlignLeading)

    def sizeHint(self) -> QSize:
        hint = self.layout().sizeHint()
        return QSize(hint.width(), max(hint.height(), self.theme.px(54)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(220), self.layout().minimumSize().height())

    def heightForWidth(self, width: int) -> int:
        return max(self.layout().heightForWidth(width), self.theme.px(54))

    def paint_ground(self, canvas: Canvas) -> None:
        if not self._last and not self.lit:
            start = self.theme.px(46)
            canvas.painter.fillRect(
                canvas.rect(start, self.height() - 1, self.width() - start, 1), canvas.color("border")
            )
        super().paint_ground(canvas)

    def _show_tail(self, task: Task, today: date, may: bool) -> None:
        done_day = date_of_ms(task.done_ms) if task.done_ms else None
        words, tone = due_chip(task.due, today, done=task.done, done_day=done_day)
        self.due.set_label(words or self.tr("No day yet"), tone=tone)
        self.due.setEnabled(may and not task.done)
        spoken = words or self.tr("no day yet")
        self.due.setAccessibleName(self.tr("By when: {day}").format(day=spoken))
        self.due.setToolTip(self.tr("By when (D)"))
        self.owner.set_person(task.owner_name or "", task.owner.row if task.owner else b"")
        self.owner.setEnabled(may)

    def owns(self, event: QKeyEvent) -> bool:
        return bool(self._wish(event))

    def _wish(self, event: QKeyEvent) -> str:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return ""
        return OWN_KEYS.get(Qt.Key(event.key()), "")

    def _day_words(self, task: Task) -> str:
        day = day_of(task.due)
        return short_date(day, self._today) if day is not None else ""

    def _offer_names(self, field: TextField) -> None:
        offer = NameOffer(self.theme, field, self._people)
        offer.activated[str].connect(self._take_name)  # type: ignore[index]  # one of two signals of this name
        field.returnPressed.connect(self._enter_beside_names)

    def _take_name(self, name: str) -> None:
        if self._field is not None:
            self._field.setText(name)
            self.keep()

    def _enter_beside_names(self) -> None:
        """While the names are open Enter comes by another way; a name that is marked there is taken by the list itself."""
        offer = self._field.completer() if self._field is not None else None
        if isinstance(offer, NameOffer) and not offer.taking:
            self.keep()

    def _leave(self) -> None:
        completer = self._field.completer() if self._field is not None else None
        if completer is not None and completer.popup().isVisible():
            return
        self.keep()

    def keep(self) -> None:
        """Write down what was typed; what cannot be understood stays in its field, with the reason under it."""
        field, task = self._field, self.task
        if field is None or task is None:
            return
        text = field.text().strip()
        try:
            fields = self._read(task, text)
            if fields:
                set_task(self._ctx.ws, task.ref, **fields)
        except CircleError as problem:
            self.refuse(problem)
            return
        self.close_field()

    def _read(self, task: Task, text: str) -> dict[str, Any]:
        """The columns that the typed words change."""
        if self._what == "owner":
            found = self._one(text) if text else None
            return {"owner": found} if found != task.owner else {}
        if self._what == "due":
            due = read_date(text, self._today).isoformat() if text and text != self._day_words(task) else None
            return {} if text and text == self._day_words(task) else {"due": due}
        if not text or text == task.title:
            return {}
        line = read_line(text, kind="task", people=self._people(), today=self._today)
        told = {"owner": line.owner.ref if line.owner else None, "due": line.due}
        return {"title": line.text or task.title} | {name: value for name, value in told.items() if value is not None}

    def _one(self, text: str) -> object:
        found = find_people(text.lstrip("@"), self._people())
        if len(found) == 1:
            return found[0].ref
        if not found:
            raise RuleBroken(
                self.tr("Nobody in this circle is called “{name}”.").format(name=isolated(text)),
                self.tr("Add them on the circle's People page first."), code="who",
            )  # fmt: skip
        names = ", ".join(isolated(person.name) for person in found[:4])
        raise RuleBroken(
            self.tr("Who is meant: {names}?").format(names=names),
            self.tr("Type a little more of the name."),
            code="who",
        )
