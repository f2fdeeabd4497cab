"""What comes out of a meeting, as it is typed: the lines so far and the field for the next one."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import OUTCOMES
from circle_app.errors import CircleError
from circle_app.workspace.commands import outcomes as outcome_commands
from circle_app.workspace.queries.outcomes import Outcome, outcome
from circle_app.workspace.settings import draft, keep_draft
from ui import problems
from ui.context import AppContext
from ui.dialogs.hands import HandsSheet
from ui.models.taking_back import taking_back
from ui.models.typed_line import Name, read_line
from ui.text import OUTCOME_LOOK, outcome_kind
from ui.views.composer import Composer, Typed
from ui.views.outcome_row import OutcomeRow
from ui.views.outcome_words import KINDS, Day
from ui.widgets.base import Label, PaintedWidget
from ui.widgets.canvas import Canvas
from ui.widgets.chip import IconLabel, KeyCap
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import boxed, fill, row
from ui.widgets.menu import Menu
from ui.widgets.page import ScrollPage

DRAFT_MS = 400
KIND_KEYS = {"note": "M", "decision": "D", "task": "T", "idea": "I"}


class OutcomesPanel(PaintedWidget):
    """Give it a meeting with `show_outcomes`; it writes through commands and asks nobody to press Save."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, parent)
        self._ctx = ctx
        self._meeting: Ref | None = None
        self._people: tuple[Name, ...] = ()
        self._here = 0
        self._day = Day(date.min, None)
        self._rows: dict[Ref, OutcomeRow] = {}
        self._order: list[Ref] = []
        self._lines: list[Outcome] = []
        theme = ctx.theme
        tick = IconLabel(theme, "check", size=16, color="teal")
        self.saved = boxed(row(theme, Label(theme, self.tr("Autosaved"), role="small", color="ink3"), tick, gap=6))
        self._empty = Label(
            theme,
            self.tr("Nothing yet. Type what was said, decided or promised; Enter keeps it."),
            role="second", color="ink3", wrap=True,
        )  # fmt: skip
        self._page = ScrollPage(theme, gap=2, margins=(0, 0, 0, 0), background="surface")
        self._page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._keys = boxed(self._key_hints())
        self._page.body.addWidget(self._empty)
        self._page.body.addStretch(1)
        self._page.body.addWidget(self._keys)
        self.composer = Composer(theme)
        self.composer.sent.connect(self._add)
        self._draft_timer = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._draft_timer.timeout.connect(self._keep_draft)
        self.composer.typing.connect(lambda _text: self._draft_timer.start())
        self.composer.field.went_up.connect(self._focus_last)
        self.problem = Label(theme, role="second", color="danger", wrap=True)
        self.problem.hide()
        head = row(theme, Label(theme, self.tr("Outcomes"), role="heading"), None, self.saved, gap=8)
        layout = QVBoxLayout(self)
        fill(theme, layout, head, self._page, self.problem, self.composer, gap=10, margins=(18, 14, 18, 16))
        layout.setStretchFactor(self._page, 1)
        self._kept = ""

    def show_outcomes(
        self, meeting: Ref, outcomes: tuple[Outcome, ...], *, people: tuple[Name, ...], day: Day, here: int
    ) -> None:
        """Show the lines of a meeting; rows that stay keep their widget and an edit in progress."""
        if meeting != self._meeting:
            self._flush_draft()
            for held in self._rows.values():
                held.close_field()
            self._meeting = meeting
            self._kept = draft(self._ctx.ws, self._draft_place()) or ""
            self.composer.set_text(self._kept)
        self._people, self._day, self._here = people, day, here
        self.composer.set_room(people, day.today)
        self._lines = [line for line in outcomes if not line.parked]
        self._show_rows(self._lines)

    def set_compact(self, compact: bool) -> None:
        """For narrow panels: smaller margins, kinds without icons."""
        px = self.theme.px
        side = px(12) if compact else px(18)
        self.layout().setContentsMargins(side, px(14), side, px(12 if compact else 16))
        self.saved.setVisible(not compact)
        self.composer.set_compact(compact)

    def rows(self) -> tuple[OutcomeRow, ...]:
        """The rows from top to bottom."""
        return tuple(self._rows[ref] for ref in self._order)

    def begin(self, kind: str) -> None:
        """Start a line of this kind."""
        self.composer.begin(kind)

    def focus_outcome(self, ref: Ref) -> None:
        """Show this line and put the keyboard on it."""
        if ref in self._rows:
            self._rows[ref].setFocus(Qt.FocusReason.TabFocusReason)
            QTimer.singleShot(0, self._rows[ref], lambda: self._page.ensureWidgetVisible(self._rows[ref]))

    def _focus_last(self) -> None:
        if self._order:
            self.focus_outcome(self._order[-1])

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._flush_draft()

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            canvas.box(canvas.whole(0.5), fill="surface", border="border", radius=self.theme.px(18))

    def _show_rows(self, lines: list[Outcome]) -> None:
        order = [line.ref for line in lines]
        # one that somebody else took away meanwhile stays while its words are typed
        for ref in [ref for ref, held in self._rows.items() if ref not in order and not held.editing]:
            gone = self._rows.pop(ref)
            self._page.body.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        grown = False
        for place, line in enumerate(lines):
            if line.ref in self._rows:
                self._rows[line.ref].show_outcome(line, self._day)
                continue
            grown = True
            made = self._make_row(line)
            self._rows[line.ref] = made
            above = self._rows[lines[place - 1].ref] if place else self._empty
            self._page.body.insertWidget(self._page.body.indexOf(above) + 1, made)
            # at once, so that the keyboard can be put on it
            made.show()
        self._order = order
        self._empty.setVisible(not order)
        self._keys.setVisible(not order)
        if grown:
            QTimer.singleShot(0, self, self._scroll_down)

    def _key_hints(self) -> FlowLayout:
        """The keys that begin a line, shown until the first one is written."""
        hints = FlowLayout(gap=self.theme.px(10))
        for kind in KINDS:
            words = Label(self.theme, outcome_kind(kind), role="small", color="ink3")
            hints.addWidget(boxed(row(self.theme, KeyCap(self.theme, KIND_KEYS[kind]), words, gap=5)))
        return hints

    def _make_row(self, line: Outcome) -> OutcomeRow:
        made = OutcomeRow(self.theme, line, self._day, change=self._change)
        made.ended.connect(lambda: self._show_rows(self._lines))
        made.turned.connect(self._turn)
        made.hidden.connect(self._hide)
        made.counting.connect(self._count)
        made.removed.connect(self._remove)
        made.moved.connect(self._move)
        made.menu_asked.connect(self._menu)
        return made

    def _add(self, typed: Typed) -> None:
        if self._meeting is None:
            return
        line = typed.line
        try:
            outcome_commands.add_outcome(
                self._ctx.ws, self._meeting, kind=line.kind, text=line.text, private=typed.private,
                owner=line.owner.ref if line.owner else None, due=line.due,
            )  # fmt: skip
        except CircleError as problem:
            self._say(problems.sentence(problem))
            return
        self._say("")
        self.composer.clear()
        self._keep_draft()

    def _change(self, line: Outcome, text: str) -> None:
        """New words for a line; in a task's line @name and a date are read as when it was first typed."""
        told = self._read(text, line.kind)
        if not told:
            return
        if line.task is None:
            told = {"text": told["text"]}
        outcome_commands.set_outcome(self._ctx.ws, line.ref, bases={"text": line.version}, **told)

    def _turn(self, line: Outcome, kind: str) -> None:
        """A line becomes another kind; as a task it takes @name and a date out of its words as they are now."""
        line = outcome(self._ctx.ws, line.ref)
        told = self._read(line.text, kind)
        if told.get("text") == line.text:
            del told["text"]
        bases = {"text": line.version} if "text" in told else {}
        outcome_commands.convert_outcome(self._ctx.ws, line.ref, kind, bases=bases, **told)

    def _read(self, text: str, kind: str) -> dict[str, object]:
        """The columns that typed words mean; nothing when no words are left."""
        read = read_line(text, kind=kind, people=self._people, today=self._day.today)
        found = {"text": read.text, "owner": read.owner.ref if read.owner else None, "due": read.due}
        return {name: value for name, value in found.items() if value is not None} if read.text else {}

    def count_hands(self) -> None:
        """Count for the newest decision; when there is none yet, for one that is written with its hands."""
        lines = [made.outcome for made in self.rows() if made.outcome.kind == "decision"]
        if lines:
            self._count(lines[-1])
        elif self._meeting is not None:
            HandsSheet(self._ctx, None, present=self._here, parent=self.window(), meeting=self._meeting).open()

    def _count(self, line: Outcome) -> None:
        if line.kind == "decision":
            HandsSheet(self._ctx, line, present=self._here, parent=self.window()).open()

    def _hide(self, line: Outcome) -> None:
        outcome_commands.set_outcome(self._ctx.ws, line.ref, private=not line.private)

    def _remove(self, line: Outcome) -> None:
        rows = self.rows()
        place = self._order.index(line.ref) if line.ref in self._order else 0
        outcome_commands.delete_outcome(self._ctx.ws, line.ref)
        neighbour = rows[place + 1] if place + 1 < len(rows) else rows[place - 1] if place else None
        if neighbour is not None:
            neighbour.setFocus(Qt.FocusReason.TabFocusReason)
        self._ctx.toast(self.tr("The line is in the trash"), taking_back(self._ctx.ws))

    def _move(self, made: OutcomeRow, step: int) -> None:
        place = self._order.index(made.outcome.ref) + step
        if 0 <= place < len(self._order):
            target = self._rows[self._order[place]]
            target.setFocus(Qt.FocusReason.TabFocusReason)
            self._page.ensureWidgetVisible(target)
        elif step > 0:
            self.composer.field.setFocus(Qt.FocusReason.TabFocusReason)

    def _menu(self, made: OutcomeRow, where: QPoint) -> None:
        line = made.outcome
        menu = Menu(self._ctx.theme, self)
        menu.add(self.tr("Change the words"), made.begin_edit, icon="pencil", key="Enter")
        menu.addSeparator()
        for kind in KINDS:
            if kind != line.kind:
                turn = partial(self._turn, line, kind)
                menu.add(self._make_it(kind), turn, icon=OUTCOME_LOOK[kind][0], key=KIND_KEYS[kind])
        menu.addSeparator()
        if line.kind == "decision":
            menu.add(self.tr("Count hands…"), lambda: self._count(line), icon="hand", key="H")
        hide = self.tr("May be seen by all") if line.private else self.tr("Keep it private")
        menu.add(hide, lambda: self._hide(line), icon="lock-open" if line.private else "lock", key="L")
        files = partial(self._files, line)
        menu.add(self.tr("Files…"), files, icon="paperclip")
        later = partial(outcome_commands.set_outcome, self._ctx.ws, line.ref, parked=True)
        menu.add(self.tr("Park it for later"), later, icon="archive")
        menu.add(self.tr("Take it away"), lambda: self._remove(line), icon="trash-2", key="Del")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)

    def _files(self, line: Outcome) -> None:
        from ui.dialogs.files import FilesSheet  # brings what reads sealed files; the page shows without it

        FilesSheet(self._ctx, line.ref, OUTCOMES, line.text, self.window()).open()

    def _make_it(self, kind: str) -> str:
        return self.tr("Make it: {kind}").format(kind=outcome_kind(kind))

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _scroll_down(self) -> None:
        bar = self._page.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _draft_place(self) -> str:
        return f"line:{self._meeting.space}:{self._meeting.row.hex()}" if self._meeting else ""

    def _keep_draft(self) -> None:
        self._draft_timer.stop()
        text = self.composer.text().strip()
        if self._meeting is not None and text != self._kept:
            keep_draft(self._ctx.ws, self._draft_place(), text)
            self._kept = text

    def _flush_draft(self) -> None:
        if self._draft_timer.isActive():
            self._keep_draft()
