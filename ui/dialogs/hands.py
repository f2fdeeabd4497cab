"""A hand count for a decision: how many hands of how many in the room."""

from __future__ import annotations

from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QWidget

from circle_app.errors import CircleError
from circle_app.workspace.commands.outcomes import set_outcome
from circle_app.workspace.queries.outcomes import Outcome
from ui import problems
from ui.context import AppContext
from ui.text import number
from ui.widgets.base import Label
from ui.widgets.fields import TextField
from ui.widgets.labelled import Labelled
from ui.widgets.sheet import Sheet


class HandsSheet(Sheet):
    """Type the hands, Enter keeps them. More hands than people are refused with the reason; empty takes the count away."""

    def __init__(self, ctx: AppContext, decision: Outcome, *, present: int, parent: QWidget) -> None:
        super().__init__(ctx.theme, self.tr("Count hands"), second=decision.text, width=420, parent=parent)
        self._ctx, self._decision, self._present = ctx, decision, present
        self.field = TextField(
            ctx.theme,
            name=self.tr("Hands in favour"),
            text="" if decision.hands is None else str(decision.hands),
            role="field_big",
            height=52,
            icon="hand",
        )
        self.field.setValidator(QIntValidator(0, 9999, self.field))
        self.field.returnPressed.connect(self.accept)
        self.body.addWidget(Labelled(ctx.theme, self.tr("Hands in favour"), self.field))
        here = self.tr("{n} people are in the room").format(n=number(present))
        self.body.addWidget(Label(ctx.theme, here, role="second", color="ink3"))
        self.add_buttons(self.tr("Keep"), self.tr("Cancel"))
        self.field.setFocus()
        self.field.selectAll()

    def accept(self) -> None:
        text = self.field.text().strip()
        hands = int(text) if text else None
        try:
            set_outcome(
                self._ctx.ws, self._decision.ref, hands=hands, present=self._present if hands is not None else None
            )
        except CircleError as problem:
            self.field.set_wrong(True)
            self.say_problem(problems.sentence(problem))
            return
        super().accept()
