"""A hand count for a decision: how many hands for it and against it, of how many in the room."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.errors import CircleError
from circle_app.workspace.commands.outcomes import add_outcome, set_outcome
from circle_app.workspace.queries.outcomes import Outcome
from ui import problems
from ui.context import AppContext
from ui.text import number
from ui.widgets.base import Label
from ui.widgets.fields import TextField
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import boxed, row
from ui.widgets.sheet import Sheet


class HandsSheet(Sheet):
    """Type the hands; Enter keeps them. More hands than people are refused with the reason; empty takes the count away.

    Without a `decision` its words are asked for first, and it is written down in `meeting` with its hands.
    """

    def __init__(
        self, ctx: AppContext, decision: Outcome | None, *, present: int, parent: QWidget, meeting: Ref | None = None
    ) -> None:
        second = decision.text if decision is not None else ""
        super().__init__(ctx.theme, self.tr("Count hands"), second=second, width=460, parent=parent)
        self._ctx, self._decision, self._present, self._meeting = ctx, decision, present, meeting
        self.words = TextField(ctx.theme, name=self.tr("What is decided"), icon="gavel")
        self.field = self._count(self.tr("Hands in favour"), decision.hands if decision else None)
        self.against = self._count(self.tr("Hands against"), decision.against if decision else None)
        if decision is None:
            self.body.addWidget(Labelled(ctx.theme, self.tr("What is decided"), self.words))
            self.words.returnPressed.connect(lambda: self.field.setFocus(Qt.FocusReason.TabFocusReason))
        both = row(
            ctx.theme, Labelled(ctx.theme, self.tr("Hands in favour"), self.field),
            Labelled(ctx.theme, self.tr("Hands against"), self.against), gap=14,
        )  # fmt: skip
        self.body.addWidget(boxed(both))
        self.rest = Label(ctx.theme, role="second", color="ink3")
        self.body.addWidget(self.rest)
        self.add_buttons(self.tr("Keep"), self.tr("Cancel"))
        self._reckon()
        first = self.field if decision is not None else self.words
        first.setFocus()
        first.selectAll()

    def accept(self) -> None:
        hands, against = self._typed(self.field), self._typed(self.against)
        counted = hands is not None or against is not None
        fields: dict[str, Any] = {"hands": hands, "against": against, "present": self._present if counted else None}
        try:
            if self._decision is not None:
                set_outcome(self._ctx.ws, self._decision.ref, **fields)
            elif self._meeting is not None:
                add_outcome(self._ctx.ws, self._meeting, kind="decision", text=self.words.text(), **fields)
        except CircleError as problem:
            self.field.set_wrong(problem.code == "hands")
            self.say_problem(problems.sentence(problem))
            return
        super().accept()

    def _count(self, name: str, value: int | None) -> TextField:
        text = "" if value is None else str(value)
        field = TextField(self.theme, name=name, text=text, role="field_big", height=52, icon="hand")
        field.setValidator(QIntValidator(0, 9999, field))
        field.returnPressed.connect(self.accept)
        field.textChanged.connect(self._reckon)
        return field

    def _typed(self, field: TextField) -> int | None:
        text = field.text().strip()
        return int(text) if text else None

    def _reckon(self) -> None:
        """How many are here, and how many raised no hand."""
        up = (self._typed(self.field) or 0) + (self._typed(self.against) or 0)
        here = self.tr("{n} people are in the room").format(n=number(self._present))
        quiet = self.tr("{n} raised no hand").format(n=number(self._present - up))
        self.rest.setText(f"{here} · {quiet}" if 0 < up < self._present else here)
