"""The promises on Home: who said they would do what by when, ticked off where they stand."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.tasks import finish_task, reopen_task
from circle_app.workspace.queries.tasks import Task
from ui import text
from ui.context import AppContext
from ui.widgets.avatar import Avatar
from ui.widgets.button import LinkButton
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.choice import CheckBox
from ui.widgets.empty import EmptyState
from ui.widgets.layouts import clear, fill
from ui.widgets.listrow import ListRow
from ui.widgets.page import SectionTitle

SHOWN = 6


class PromisesCard(Card):
    """The first open promises by date, and what was done today."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context.theme, radius=18, padding=(20, 16, 20, 12), gap=4)
        self._context = context
        self._all = LinkButton(context.theme, self.tr("See all"))
        self._all.clicked.connect(lambda _checked=False: context.navigate("tasks"))
        self.body.addWidget(SectionTitle(context.theme, self.tr("Tasks to follow up"), self._all))
        self._rows = QVBoxLayout()
        fill(context.theme, self._rows, gap=0)
        self.body.addLayout(self._rows)
        self.body.addStretch(1)
        self._boxes: dict[Ref, CheckBox] = {}
        self._shown: tuple[object, ...] = ()

    def show_tasks(self, opened: tuple[Task, ...], count: int, ticked: tuple[Task, ...], *, today: date) -> None:
        """Show the first open promises of so many, and those ticked off today; unchanged lists are left as they are."""
        done = [task for task in ticked if task.done_ms and text.date_of_ms(task.done_ms) == today]
        chosen = (*opened[: SHOWN - min(len(done), 2)], *done[:2])
        self._all.setVisible(count > 0)
        self._all.set_label(self.tr("See all %Ln", "", count))
        state = (chosen, today, self.theme.scale)
        if state == self._shown:
            return
        self._shown = state
        held = next((ref for ref, box in self._boxes.items() if box.hasFocus()), None)
        clear(self._rows)
        self._boxes = {}
        if not chosen:
            self._rows.addWidget(self._nothing())
        for task in chosen:
            self._rows.addWidget(self._line(task, today))
        if held in self._boxes:
            self._boxes[held].setFocus()

    def _line(self, task: Task, today: date) -> ListRow:
        theme = self.theme
        box = CheckBox(theme, name=self.tr("Done: {title}").format(title=task.title), checked=task.done)
        box.clicked.connect(lambda checked, task=task: self._tick(task, checked))
        self._boxes[task.ref] = box
        behind: list[QWidget] = []
        words, tone = text.due_chip(
            task.due, today, done=task.done, done_day=text.date_of_ms(task.done_ms) if task.done_ms else None
        )
        if words:
            behind.append(Chip(theme, words, tone=tone))
        if task.owner_name and task.owner is not None:
            behind.append(Avatar(theme, task.owner_name, key=task.owner.row, size=30))
        row = ListRow(theme, task.title, task.circle_name, front=box, behind=tuple(behind), faded=task.done)
        row.opened.connect(partial(self._context.navigate, "tasks", task.ref))
        return row

    def _tick(self, task: Task, checked: bool) -> None:
        if not checked:
            reopen_task(self._context.ws, task.ref)
            return
        finish_task(self._context.ws, task.ref)
        self._context.toast(
            self.tr("Done: {title}").format(title=task.title), partial(reopen_task, self._context.ws, task.ref)
        )

    def _nothing(self) -> EmptyState:
        empty = EmptyState(
            self.theme,
            self.tr("No open tasks. When somebody says “I will”, write it down in the meeting: it shows here."),
            picture="handshake",
            small=True,
        )
        empty.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        return empty
