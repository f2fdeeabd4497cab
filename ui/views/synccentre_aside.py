"""What came without a right to it: who, why, what it would change; an organizer takes it in or puts it aside for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import BY_NUMBER, DELETED
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.rows import NAMED_BY, named
from ui import text
from ui.context import AppContext
from ui.models.authors import Authors
from ui.views.cell_words import kind_words, named_words, part_words, value_words
from ui.views.synccentre_words import moment
from ui.widgets.base import Label
from ui.widgets.button import Button, LinkButton
from ui.widgets.card import Card
from ui.widgets.flow import Flow
from ui.widgets.layouts import clear, fill

if TYPE_CHECKING:
    from circle_app.domain.ops import SetOp
    from sync.client.verdicts import Aside

SHOWN_AT_FIRST = 4


@dataclass(frozen=True, slots=True)
class AsideGroup:
    """What one person's computer wrote that was put aside for one reason."""

    space: int
    circle: str
    who: str
    why: str
    found: tuple[Aside, ...]


def groups(space: int, circle: str, found: Sequence[Aside], authors: Authors) -> tuple[AsideGroup, ...]:
    """By author and reason; without what was decided already, or does not open here: nobody decides unseen."""
    by: dict[tuple[bytes, str], list[Aside]] = {}
    for one in found:
        if one.why != "rejected" and one.ops is not None:
            by.setdefault((one.dev, one.why), []).append(one)
    return tuple(AsideGroup(space, circle, authors.says(dev), why, tuple(each)) for (dev, why), each in by.items())


def preview(ws: Workspace, space: int, ops: Sequence[SetOp]) -> tuple[str, ...]:
    """What changes would do, a line for each row: "Task “Forty chairs”: when: Friday 4 December 2026"."""
    rows: dict[tuple[int, bytes], list[SetOp]] = {}
    for op in ops:
        if op.table in BY_NUMBER and op.column < len(BY_NUMBER[op.table].columns):
            rows.setdefault((op.table, op.row), []).append(op)
    return tuple(_row_line(ws, Ref(space, row), number, cells) for (number, row), cells in rows.items())


def _row_line(ws: Workspace, ref: Ref, number: int, cells: Sequence[SetOp]) -> str:
    table = BY_NUMBER[number]
    held = named(ws, table.name, ref)
    told = {table.columns[op.column].name: op.value for op in cells}
    if told.get(table.columns[DELETED].name) == 1 and held is not None:
        return _tr("{what}: delete it").format(what=named_words(held))
    if held is None:
        title = told.pop(NAMED_BY.get(table.name, ""), None)
        words = f"“{text.isolated(str(title)[:80])}”" if isinstance(title, str) and title else ""
        head = _tr("new: {kind} {title}").format(kind=kind_words(table.name), title=words).rstrip()
    else:
        head = named_words(held)
    plain = {name: value for name, value in told.items() if not isinstance(value, bytes) and not name.endswith("_ms")}
    parts = [
        f"{part_words(table.name, name)}: {value_words(ws, table.name, ref, name, value)}"
        for name, value in plain.items()
    ]
    return "; ".join((head, *parts[:6]))


class AsideCard(Card):
    """Looking at it changes nothing."""

    def __init__(self, ctx: AppContext, group: AsideGroup, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, padding=(20, 16, 20, 16), gap=8, parent=parent)
        self._ctx, self.group = ctx, group
        theme = ctx.theme
        count = len(group.found)
        head = self._head(count).format(name=text.isolated(group.who), circle=text.isolated(group.circle))
        self.body.addWidget(Label(theme, head, role="heading", wrap=True))
        last = max(one.added_ms for one in group.found)
        when = self.tr("It came {when}. Nobody sees it unless you take it in; then everybody does.").format(
            when=moment(last, ctx.ws.clock.now_ms())
        )
        self.body.addWidget(Label(theme, when, role="second", color="ink2", wrap=True))
        self._lines = QVBoxLayout()
        fill(theme, self._lines, gap=3)
        self.body.addLayout(self._lines)
        self._told = self._preview()
        self._show(SHOWN_AT_FIRST)
        self.take = Button(theme, self.tr("Take it in"), look="teal", height=34, icon="check")
        self.leave = Button(theme, self.tr("Discard"), look="outline", height=34, icon="x")
        self.take.clicked.connect(lambda _on=False: self.decide(take=True))
        self.leave.clicked.connect(lambda _on=False: self.decide(take=False))
        self.body.addWidget(Flow(theme, self.take, self.leave, gap=10))
        for button in (self.take, self.leave):
            button.setAccessibleName(f"{button.text()}: {head}")

    def decide(self, *, take: bool) -> None:
        """Write the verdict away from the window; the Undo of the message says the other one, which then counts.

        The card may be gone when it is done: the page hears of the change first.
        """
        ctx, space, ids = self._ctx, self.group.space, [one.id for one in self.group.found]
        words = (
            self.tr("Taken in, for everybody.") if take else self.tr("Discarded. It stays on its author's computer.")
        )
        for button in (self.take, self.leave):
            button.setEnabled(False)

        def decide(taken: bool) -> None:
            from sync.client.verdicts import accept, reject

            (accept if taken else reject)(ctx.ws, ctx.vault, space, ids)

        def other_way() -> None:
            # a sync that is under way may still judge by the word before; the next one, asked for here, sees both
            ctx.tasks.run(ctx.runner, lambda: decide(not take), lambda _answer: ctx.runner.nudge())

        def done(_answer: None) -> None:
            ctx.toast(words, other_way)
            ctx.runner.nudge()

        ctx.tasks.run(ctx.runner, lambda: decide(take), done)

    def _head(self, count: int) -> str:
        if self.group.why == "not_member":
            return self.tr("{name} wrote %Ln change(s) in {circle} without being in it (any more)", "", count)
        return self.tr("{name} wrote %Ln change(s) in {circle} that their role does not allow", "", count)

    def _preview(self) -> tuple[str, ...]:
        ws, space = self._ctx.ws, self.group.space
        lines: list[str] = []
        for one in self.group.found:
            lines += preview(ws, space, one.ops or ())
        return tuple(lines)

    def _show(self, most: int) -> None:
        theme = self._ctx.theme
        clear(self._lines)
        for line in self._told[:most]:
            self._lines.addWidget(Label(theme, f"·  {line}", role="medium", wrap=True))
        rest = len(self._told) - most
        if rest > 0:
            more = LinkButton(theme, self.tr("Show %Ln more", "", rest))
            more.clicked.connect(lambda _on=False: self._show(len(self._told)))
            self._lines.addWidget(Flow(theme, more))


def _tr(words: str) -> str:
    return QCoreApplication.translate("Aside", words)
