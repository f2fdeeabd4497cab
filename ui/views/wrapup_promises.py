"""The promises of an evening: each needs somebody and a day; what is missing is typed where it is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.errors import CircleError, RuleBroken
from circle_app.workspace.commands import tasks as task_commands
from circle_app.workspace.queries.carry import LeftOpen
from circle_app.workspace.queries.tasks import Task, task
from ui import problems
from ui.context import AppContext
from ui.date_words import read_date
from ui.models.taking_back import taking_back
from ui.models.typed_line import Name, find_people
from ui.plurals import english
from ui.shortcuts import key_name
from ui.text import isolated
from ui.views.left_open import age_words
from ui.views.outcome_words import short_date
from ui.widgets.base import Label
from ui.widgets.card import Card
from ui.widgets.chip import Chip, KeyCap
from ui.widgets.choice import CheckBox
from ui.widgets.fields import TextField
from ui.widgets.flow import Flow
from ui.widgets.layouts import boxed, column, row
from ui.widgets.tabbing import OneStop

KEPT, AWAY = "kept", "away"
KEPT_KEY, AWAY_KEY, ARROWS = "Ctrl+Space", "Shift+Del", "↑ ↓"
BESIDE_FROM = 480
"""The width at 100 % text from which who and when stand beside the promise."""


class PromisesCard(Card):
    """`show_tasks` after every change; half-typed names and days stay."""

    def __init__(self, ctx: AppContext) -> None:
        super().__init__(ctx.theme, gap=6)
        self._ctx = ctx
        self._rows: dict[Ref, PromiseRow] = {}
        self._stop = OneStop(self)
        self.state = Chip(ctx.theme, "", tone="gold")
        title = Label(ctx.theme, self.tr("Who carries what"), role="section")
        self.body.addLayout(row(ctx.theme, title, None, self.state))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(ctx.theme.px(8))
        self.body.addLayout(self._lines)
        self._none = Label(
            ctx.theme, self.tr("Nobody promised anything this time. That is fine too."), color="ink3", wrap=True
        )
        self.body.addWidget(self._none)
        self._before = Label(
            ctx.theme, self.tr("Still open from before"), role="second_strong", color="ink3", wrap=True
        )
        self._before.setContentsMargins(0, ctx.theme.px(10), 0, ctx.theme.px(2))
        self.body.addWidget(self._before)
        self._earlier = QVBoxLayout()
        self._earlier.setSpacing(ctx.theme.px(8))
        self.body.addLayout(self._earlier)
        self._keys = Flow(ctx.theme, gap=14)
        keys = (
            ("Return", self.tr("next gap")), (ARROWS, self.tr("another line")), (KEPT_KEY, self.tr("it is kept")),
            (AWAY_KEY, self.tr("take it away")),
        )  # fmt: skip
        for key, words in keys:
            told = Label(ctx.theme, words, role="small", color="ink3")
            self._keys.add(
                boxed(row(ctx.theme, KeyCap(ctx.theme, key if key == ARROWS else key_name(key)), told, gap=6))
            )
        self._keys.setContentsMargins(0, ctx.theme.px(8), 0, 0)
        self.body.addWidget(self._keys)

    def rows(self) -> tuple[PromiseRow, ...]:
        """The promises from top to bottom."""
        return tuple(self._rows.values())

    def show_tasks(
        self, promised: tuple[Task, ...], *, earlier: tuple[LeftOpen, ...] = (), people: tuple[Name, ...], today: date
    ) -> None:
        """Open promises in the order in which they were made, then what is open from `earlier` meetings, the oldest first;
        those done or deleted leave the card."""
        ages = {one.task.ref: age_words(one.age) for one in earlier if one.task is not None}
        shown = (*promised, *(one.task for one in earlier if one.task is not None))
        for ref in [ref for ref in self._rows if ref not in {each.ref for each in shown}]:
            gone = self._rows.pop(ref)
            gone.hide()
            gone.deleteLater()
        for each in shown:
            if each.ref not in self._rows:
                made = PromiseRow(self._ctx, each)
                made.finished.connect(self._onward)
                made.moved.connect(partial(self._move, made))
                made.settled.connect(partial(self._settle, made))
                self._rows[each.ref] = made
            self._rows[each.ref].show_task(each, people=people, today=today, age=ages.get(each.ref, ""))
        # as they stand on the card: what was promised for one meeting is from before in the next
        self._rows = {each.ref: self._rows[each.ref] for each in shown}
        for layout, refs in ((self._lines, self._rows.keys() - ages), (self._earlier, ages)):
            for place, ref in enumerate([ref for ref in self._rows if ref in refs]):
                if layout.indexOf(self._rows[ref]) != place:
                    layout.insertWidget(place, self._rows[ref])
        gap = next((made.fields() for made in self._rows.values() if not (made.task.owner and made.task.due)), ())
        self._stop.hold([made.fields() for made in self._rows.values()], first=gap)
        missing = sum(not each.owner or not each.due for each in shown)
        self._none.setVisible(not promised)
        self._before.setVisible(bool(ages))
        self._keys.setVisible(bool(shown))
        self.state.setVisible(bool(shown))
        words = _plural("%Ln to complete", missing) if missing else self.tr("All complete")
        self.state.set_text(words, tone="gold" if missing else "teal")

    def first_gap(self) -> TextField | None:
        """The first field that still needs something."""
        for made in self._rows.values():
            for field, known in ((made.owner, made.task.owner), (made.due, made.task.due)):
                if not known:
                    return field
        return None

    def _move(self, made: PromiseRow, step: int) -> None:
        """The same field of the promise above or below."""
        rows = self.rows()
        place = rows.index(made) + step
        if 0 <= place < len(rows):
            field = rows[place].due if made.due.hasFocus() else rows[place].owner
            field.setFocus(Qt.FocusReason.TabFocusReason)

    def _settle(self, made: PromiseRow, what: str) -> None:
        """A promise is kept or taken away; the keyboard goes on to its neighbour."""
        ws, title = self._ctx.ws, isolated(made.task.title)
        rows = self.rows()
        try:
            if what == KEPT:
                task_commands.finish_task(ws, made.task.ref)
                said = self.tr("Kept: {title}").format(title=title)
            else:
                task_commands.delete_task(ws, made.task.ref)
                said = self.tr("In the trash: {title}").format(title=title)
        except CircleError as problem:
            made.say(problem)
            return
        made.forget()
        self._move(made, 1 if made is not rows[-1] else -1)
        self._ctx.toast(said, taking_back(ws))

    def _onward(self) -> None:
        """Enter in the last gap of a promise goes to the next gap."""
        gap = self.first_gap()
        if gap is not None:
            gap.setFocus(Qt.FocusReason.TabFocusReason)


class PromiseRow(QWidget):
    """One promise with its two fields. Enter keeps a field and moves on; a name or day that cannot be read stays and is
    explained."""

    finished = Signal()
    moved = Signal(int)
    settled = Signal(str)

    def __init__(self, ctx: AppContext, promise: Task) -> None:
        super().__init__()
        self._ctx, self.task = ctx, promise
        self._people: tuple[Name, ...] = ()
        self._today = date.min
        theme = ctx.theme
        self.tick = CheckBox(theme, name=" ")
        # by keyboard it is ticked from the fields
        self.tick.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tick.clicked.connect(lambda _on=False: self._tick())
        self.title = Label(theme, role="medium", wrap=True)
        self.second = Label(theme, role="small", color="ink3", wrap=True)
        self._words = boxed(column(theme, self.title, self.second, gap=1))
        self.owner = _Gap(theme, name=self.tr("Who"), hint=self.tr("who?"), icon="user")
        self.due = _Gap(theme, name=self.tr("By when"), hint=self.tr("by when?"), icon="calendar-days")
        self.problem = Label(theme, role="second", color="danger", wrap=True)
        self.problem.hide()
        for field, keep in ((self.owner, self._keep_owner), (self.due, self._keep_due)):
            field.kept.connect(lambda field=field, keep=keep: self._keep(field, keep))
            field.entered.connect(self.finished)
            field.moved.connect(self.moved)
            field.settled.connect(self.settled)
            field.setMinimumWidth(theme.px(146 if field is self.due else 130))
            field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(10))
        self._grid.setVerticalSpacing(theme.px(4))
        self._grid.addWidget(self.tick, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        self._below: bool | None = None
        self._arrange(below=False)

    def fields(self) -> tuple[TextField, TextField]:
        """Who, and by when."""
        return self.owner, self.due

    def minimumSizeHint(self) -> QSize:
        """As narrow as the two fields alone: when room is short they move under the promise."""
        fields = self.owner.minimumSizeHint().width() + self.due.minimumSizeHint().width()
        chrome = self.tick.sizeHint().width() + 2 * self._grid.horizontalSpacing()
        return QSize(fields + chrome, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(below=self.width() < self._ctx.theme.px(BESIDE_FROM))

    def _arrange(self, *, below: bool) -> None:
        if below == self._below:
            return
        self._below = below
        grid, middle = self._grid, Qt.AlignmentFlag.AlignVCenter
        line = 1 if below else 0
        grid.addWidget(self._words, 0, 1, 1, 2 if below else 1, middle)
        grid.addWidget(self.owner, line, 1 if below else 2)
        grid.addWidget(self.due, line, 2 if below else 3)
        grid.addWidget(self.problem, line + 1, 1, 1, 3)
        for place, share in ((1, 24 if below else 50), (2, 24), (3, 0 if below else 24)):
            grid.setColumnStretch(place, share)

    def show_task(self, promise: Task, *, people: tuple[Name, ...], today: date, age: str = "") -> None:
        """Show what is kept; a field in which somebody types is left alone."""
        self.task, self._people, self._today = promise, people, today
        self.title.setText(promise.title)
        self.second.setText(age)
        self.second.setVisible(bool(age))
        self.tick.setChecked(promise.done)
        self.tick.setAccessibleName(self.tr("It is kept: {promise}").format(promise=promise.title))
        self.tick.setToolTip(self.tr("It is kept (Ctrl Space)"))
        self.owner.show_kept(promise.owner_name or "")
        self.due.show_kept(short_date(date.fromisoformat(promise.due), today) if promise.due else "")
        self.owner.setAccessibleName(self.tr("Who carries: {promise}").format(promise=promise.title))
        self.due.setAccessibleName(self.tr("By when: {promise}").format(promise=promise.title))

    def _keep(self, field: _Gap, keep: Callable[[str], None]) -> None:
        try:
            keep(field.text().strip())
        except CircleError as problem:
            field.set_wrong(True)
            self.say(problem)
            return
        field.set_wrong(False)
        field.clean()
        # read back at once: Enter goes on to the next gap before the news has gone round
        self.task = task(self._ctx.ws, self.task.ref)
        self.problem.hide()

    def say(self, problem: CircleError) -> None:
        """Why something was not kept."""
        self.problem.setText(problems.sentence(problem))
        self.problem.show()

    def forget(self) -> None:
        """Half-typed words of a promise that is settled are not kept any more."""
        for field in (self.owner, self.due):
            field.clean()

    def _tick(self) -> None:
        self.tick.setChecked(self.task.done)
        self.settled.emit(KEPT)

    def _keep_owner(self, text: str) -> None:
        if not text:
            task_commands.set_task(self._ctx.ws, self.task.ref, owner=None)
            return
        found = find_people(text.lstrip("@"), self._people)
        if len(found) != 1:
            raise RuleBroken(*self._unclear(text, found), code="who")
        task_commands.set_task(self._ctx.ws, self.task.ref, owner=found[0].ref)

    def _unclear(self, text: str, found: tuple[Name, ...]) -> tuple[str, str]:
        if not found:
            return self.tr("Nobody here is called “{name}”.").format(name=isolated(text)), self.tr(
                "Check them in first."
            )
        names = ", ".join(isolated(person.name) for person in found[:4])
        return self.tr("Who is meant: {names}?").format(names=names), self.tr("Type a little more of the name.")

    def _keep_due(self, text: str) -> None:
        due = read_date(text, self._today).isoformat() if text else None
        task_commands.set_task(self._ctx.ws, self.task.ref, due=due)


class _Gap(TextField):
    """A field that keeps its text when left or on Enter, if it was changed."""

    dotted = True
    kept = Signal()
    entered = Signal()
    moved = Signal(int)
    settled = Signal(str)

    def __init__(self, theme: object, *, name: str, hint: str, icon: str) -> None:
        super().__init__(theme, name=name, hint=hint, icon=icon, role="second")  # type: ignore[arg-type]
        self._changed = False
        self.textEdited.connect(self._touch)
        self.left.connect(self._leave)

    def show_kept(self, text: str) -> None:
        if not self._changed and text != self.text():
            self.setText(text)
            self.setCursorPosition(0)

    def clean(self) -> None:
        self._changed = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            self._leave()
            if not self._changed:
                self.entered.emit()
            return
        held, key = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, Qt.Key(event.key())
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not held:
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_Space and held == Qt.KeyboardModifier.ControlModifier:
            self.settled.emit(KEPT)
        elif key == Qt.Key.Key_Delete and held == Qt.KeyboardModifier.ShiftModifier:
            self.settled.emit(AWAY)
        else:
            super().keyPressEvent(event)

    def _touch(self) -> None:
        self._changed = True

    def _leave(self) -> None:
        if self._changed:
            self.kept.emit()


def _plural(text: str, n: int) -> str:
    return english(QCoreApplication.translate("WrapUp", text, None, n), n)
