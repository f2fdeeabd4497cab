"""What somebody who just came in needs: one line under the field, answered with 1, 2 and 3 or by hand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.rules import NEEDS
from circle_app.domain.schema import PEOPLE
from circle_app.errors import CircleError
from circle_app.workspace.commands.people import set_person
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.people import person
from ui.context import AppContext
from ui.text import isolated, need, number
from ui.widgets.base import Label
from ui.widgets.choice import CheckBox
from ui.widgets.flow import Flow


class NeedsLine(QWidget):
    """`ask` about somebody, `end` when the next name is typed. `changed(str)` is what was noted, in words."""

    changed = Signal(str)

    def __init__(self, ctx: AppContext) -> None:
        super().__init__()
        self._ctx = ctx
        self._who: Ref | None = None
        theme = ctx.theme
        self.words = Label(theme, role="second_strong", color="ink2")
        self.boxes = {
            code: CheckBox(theme, f"{number(at)}  {need(code)}", name=need(code), role="second")
            for at, code in enumerate(NEEDS, 1)
        }
        for code, box in self.boxes.items():
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # pressed by hand, the field keeps the keyboard
            box.clicked.connect(lambda _on=False, code=code: self._keep(code))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(6), 0, 0, 0)
        layout.addWidget(Flow(theme, self.words, *self.boxes.values(), gap=6), 1)
        self.hide()

    @property
    def asking(self) -> bool:
        return self._who is not None

    def ask(self, who: Ref) -> None:
        """Ask about this person, where their line may be written."""
        if not may_edit(self._ctx.ws, who.space, PEOPLE):
            self.end()
            return
        self._who = who
        known = person(self._ctx.ws, who)
        self.words.setText(self.tr("{name} needs:").format(name=isolated(known.name)))
        self.setAccessibleName(self.words.text())
        for code, box in self.boxes.items():
            box.setChecked(code in known.needs)
        self.show()

    def end(self) -> None:
        self._who = None
        self.hide()

    def press(self, at: int) -> None:
        """The need with this number, 1 to 3, or not any more."""
        if self._who is not None and 1 <= at <= len(NEEDS):
            self.boxes[NEEDS[at - 1]].click()

    def _keep(self, code: str) -> None:
        who, wanted = self._who, self.boxes[code].isChecked()
        if who is None:
            return
        try:
            held = person(self._ctx.ws, who).needs
            set_person(self._ctx.ws, who, needs=",".join([*(one for one in held if one != code), *([code] * wanted)]))
        except CircleError as problem:
            self.boxes[code].setChecked(not wanted)
            self._ctx.problem(problem)
            return
        told = self.tr("noted") if wanted else self.tr("not needed")
        self.changed.emit(f"{need(code)}: {told}")
