"""The text of a task, for what does not fit its one line: several people may write in it at once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import TASKS
from circle_app.errors import NotFound
from circle_app.workspace.commands.tasks import set_task
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.tasks import task
from ui.context import AppContext
from ui.doing import done_in
from ui.models.live_text import LiveText
from ui.text import isolated
from ui.widgets.button import Button
from ui.widgets.growing import GrowingArea
from ui.widgets.labelled import Labelled
from ui.widgets.sheet import Sheet


class TaskSheet(Sheet):
    """Saves by itself. It closes with every word kept, or stays open with the reason why one cannot be."""

    def __init__(self, ctx: AppContext, ref: Ref, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, "", width=620, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._ctx, self._ref = ctx, ref
        hint = self.tr("Where, how, with whom, what it needs")
        self.area = GrowingArea(ctx.theme, name=self.tr("More about this task"), hint=hint, rows=8)
        self._live = LiveText(self.area, ctx.ws, TASKS, "body", self._save)
        self.body.addWidget(Labelled(ctx.theme, self.tr("More about it"), self.area))
        self.body.addStretch(1)
        close = Button(ctx.theme, self.tr("Done"), look="primary")
        close.clicked.connect(lambda _on=False: self.accept())
        self.foot().addStretch(1)
        self.foot().addWidget(close)
        ctx.bus.watch(self, {"tasks", "spaces"}, self.refresh)
        self._show(anew=True)

    def refresh(self) -> None:
        """Follow what others wrote; a task that was taken away closes the sheet."""
        try:
            self._show(anew=False)
        except NotFound as problem:
            self._ctx.problem(problem)
            super().done(0)

    def done(self, result: int) -> None:
        """Keep what was typed, however the sheet is closed."""
        self._live.flush()
        if not self._live.pending:
            super().done(result)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.area.moveCursor(QTextCursor.MoveOperation.End)
        self.area.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, *, anew: bool) -> None:
        shown = task(self._ctx.ws, self._ref)
        self.heading.setText(isolated(shown.title))
        self.setWindowTitle(shown.title)
        self.area.setReadOnly(not may_edit(self._ctx.ws, self._ref.space, TASKS))
        self._live.show(self._ref, anew=anew)

    def _save(self, text: str, base: bytes) -> bool:
        return done_in(self, lambda: set_task(self._ctx.ws, self._ref, body=text, bases={"body": base}))
