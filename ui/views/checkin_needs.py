"""What somebody who just came in needs: one line under the field, answered with 1, 2 and 3 or by hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.rules import NEEDS
from circle_app.domain.schema import CHILDREN_MOST, PEOPLE
from circle_app.errors import CircleError
from circle_app.workspace.commands.attendance import set_children
from circle_app.workspace.commands.people import set_person
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.meetings import Seat
from circle_app.workspace.queries.people import person
from ui.context import AppContext
from ui.text import isolated, need, number
from ui.widgets.base import Label
from ui.widgets.choice import CheckBox
from ui.widgets.counter import Counter
from ui.widgets.flow import Flow
from ui.widgets.layouts import set_margins

CHILDREN = "children"


class NeedsLine(QWidget):
    """`ask` about somebody, `end` when the next name is typed. `changed(str)` is what was noted, in words.

    Children are counted for the evening: 3 says one more, a minus one fewer; that there are some is remembered.
    """

    changed = Signal(str)

    def __init__(self, ctx: AppContext) -> None:
        super().__init__()
        self._ctx = ctx
        self._who: Ref | None = None
        self._meeting: Ref | None = None
        self._usual, self._count = False, 0
        theme = ctx.theme
        self.words = Label(theme, role="second_strong", color="ink2")
        self.boxes = {
            code: CheckBox(theme, _numbered(at, code), name=need(code), role="second")
            for at, code in enumerate(NEEDS, 1)
            if code != CHILDREN
        }
        self.children_here = Counter(
            theme, _numbered(NEEDS.index(CHILDREN) + 1, CHILDREN), fewer=self.tr("One child fewer"),
            more=self.tr("One child more"), most=CHILDREN_MOST, role="second", size=28,
        )  # fmt: skip
        for code, box in self.boxes.items():
            box.clicked.connect(lambda _on=False, code=code: self._keep(code))
        self.children_here.changed.connect(self._keep_children)
        for part in (*self.boxes.values(), self.children_here.fewer, self.children_here.more):
            part.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # pressed by hand, the field keeps the keyboard
        layout = QHBoxLayout(self)
        set_margins(theme, layout, (6, 0, 0, 0))
        layout.addWidget(Flow(theme, self.words, *self.boxes.values(), self.children_here, gap=6), 1)
        self.hide()

    @property
    def asking(self) -> bool:
        return self._who is not None

    def ask(self, seat: Seat, meeting: Ref) -> None:
        """Ask about this person at a meeting, where their line may be written."""
        who = seat.person
        if not may_edit(self._ctx.ws, who.ref.space, PEOPLE):
            self.end()
            return
        self._who, self._meeting, self._usual = who.ref, meeting, CHILDREN in who.needs
        self.words.setText(self.tr("{name} needs:").format(name=isolated(who.name)))
        self.setAccessibleName(self.words.text())
        self.follow((seat,))
        self.show()

    def follow(self, seats: Sequence[Seat]) -> None:
        """Show what is known now of whoever is asked: somebody at another door may have noted it."""
        seat = next((seat for seat in seats if seat.person.ref == self._who), None)
        if seat is None:
            return
        for code, box in self.boxes.items():
            box.setChecked(code in seat.person.needs)
        self._count = seat.children
        self.children_here.show_count(self._count)

    def end(self) -> None:
        self._who = None
        self.hide()

    def press(self, at: int) -> None:
        """The need with this number, 1 to 3, or not any more; of children one more."""
        if self._who is None or not 1 <= at <= len(NEEDS):
            return
        if NEEDS[at - 1] == CHILDREN:
            self.children_here.press(1)
        else:
            self.boxes[NEEDS[at - 1]].click()

    def fewer(self) -> None:
        """One child fewer."""
        if self._who is not None:
            self.children_here.press(-1)

    def _keep(self, code: str) -> None:
        who, wanted = self._who, self.boxes[code].isChecked()
        if who is None:
            return
        try:
            set_person(self._ctx.ws, who, needs=",".join(self._needs(who, code, wanted)))
        except CircleError as problem:
            self.boxes[code].setChecked(not wanted)
            self._ctx.problem(problem)
            return
        told = self.tr("noted") if wanted else self.tr("not needed")
        self.changed.emit(f"{need(code)}: {told}")

    def _keep_children(self, count: int) -> None:
        """Who was not known to come with children, and brings none after all, is not remembered to."""
        who, meeting = self._who, self._meeting
        if who is None or meeting is None:
            return
        needs = self._needs(who, CHILDREN, bool(count) or self._usual)
        try:
            set_children(self._ctx.ws, meeting, who, count, needs=needs)
        except CircleError as problem:
            self.children_here.show_count(self._count)
            self._ctx.problem(problem)
            return
        self._count = count
        self.changed.emit(f"{need(CHILDREN)}: {number(count)}")

    def _needs(self, who: Ref, code: str, wanted: bool) -> list[str]:
        """What somebody needs, with or without this."""
        held = person(self._ctx.ws, who).needs
        return [*(one for one in held if one != code), *([code] * wanted)]


def _numbered(at: int, code: str) -> str:
    return f"{number(at)}  {need(code)}"
