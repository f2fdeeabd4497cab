"""The line where a new promise is typed: words, "@name" and a day in one go, and in small print how they are understood."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import TASKS
from circle_app.errors import CircleError
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.circles import CircleCard
from circle_app.workspace.queries.people import me, people
from ui.context import AppContext
from ui.drafts import Draft
from ui.models.typed_line import Name, TypedLine, read_line
from ui.problems import sentence
from ui.text import date_of_ms, day_of, isolated
from ui.views.outcome_words import short_date
from ui.views.tasks_names import MentionOffer
from ui.widgets.base import Label
from ui.widgets.fields import Select, TextField
from ui.widgets.layouts import column, row

DRAFT_PLACE = "promise"


class PromiseLine(QWidget):
    """`made(Ref)` after Enter. `set_circles` says where a promise may go; `assume` who carries it when nobody is named."""

    made = Signal(object)

    def __init__(self, ctx: AppContext, *, space: int | None = None, project: Ref | None = None) -> None:
        super().__init__()
        self._ctx, self._space, self._project = ctx, space, project
        self._cards: tuple[CircleCard, ...] = ()
        self._carrier = False
        self._state = "now"
        theme = ctx.theme
        self.field = TextField(
            theme, name=self.tr("A new task"), hint=self.tr("A new task: book the hall @mei fri"), icon="plus",
            key=self.tr("Enter"), height=46, role="lead",
        )  # fmt: skip
        self.circle = Select(theme, name=self.tr("Circle of the new task"))
        self.below = Label(theme, role="second", color="ink3", wrap=True)
        self.below.hide()
        line = row(theme, gap=10)
        line.addWidget(self.field, 1)
        line.addWidget(self.circle)
        self.setLayout(column(theme, line, self.below, gap=4))
        self._offer = MentionOffer(theme, self.field, self._offered)
        self._draft = Draft(ctx.ws, self.field, self._place())
        self.field.returnPressed.connect(self._send)
        self.field.textChanged.connect(lambda _text: self._tell())
        self.circle.chosen.connect(lambda _code: self._tell())

    def set_circles(self, cards: tuple[CircleCard, ...]) -> None:
        """The circles in which this person may write promises; without any the line goes away."""
        self._cards = tuple(
            card for card in cards
            if card.state == "active" and may_edit(self._ctx.ws, card.space, TASKS)
            and (self._space is None or card.space == self._space)
        )  # fmt: skip
        options = tuple((str(card.space), card.name) for card in self._cards)
        held = tuple((self.circle.itemData(at), self.circle.itemText(at)) for at in range(self.circle.count()))
        if options != held:
            self.circle.set_options(options, code=self.circle.code())
        self.circle.setVisible(len(options) > 1)
        self.setVisible(bool(options))

    def assume(self, *, mine: bool, state: str) -> None:
        """Whether a promise without a name is this person's own, and the state in which it begins."""
        self._carrier, self._state = mine, "now" if state == "done" else state
        self._tell()

    def begin(self, text: str = "") -> None:
        """Put the keyboard here, with these words when there are any."""
        if text:
            self.field.setText(text)
        self.field.setFocus(Qt.FocusReason.TabFocusReason)

    def _place(self) -> str:
        if self._project is not None:
            return f"{DRAFT_PLACE}:{self._project.space}:{self._project.row.hex()}"
        return DRAFT_PLACE if self._space is None else f"{DRAFT_PLACE}:{self._space}"

    def _chosen(self) -> int | None:
        code = self.circle.code()
        return int(code) if code else None

    def _offered(self) -> tuple[Name, ...]:
        space = self._chosen()
        return self._names(space) if space is not None else ()

    def _names(self, space: int) -> tuple[Name, ...]:
        return tuple(Name(person.ref, person.name) for person in people(self._ctx.ws, space))

    def _reading(self, space: int) -> TypedLine:
        today = date_of_ms(self._ctx.ws.clock.now_ms())
        return read_line(self.field.text(), kind="task", people=self._names(space), today=today)

    def _own(self, space: int) -> Ref | None:
        return me(self._ctx.ws, space) if self._carrier else None

    def _send(self) -> None:
        space = self._chosen()
        if space is None or not self.field.text().strip() or self._offer.taking:
            return
        line = self._reading(space)
        if line.doubtful:
            self._tell()
            return
        try:
            ref = add_task(
                self._ctx.ws, space, title=line.text, owner=line.owner.ref if line.owner else self._own(space),
                due=line.due, state=self._state, project=self._project,
            )  # fmt: skip
        except CircleError as problem:
            self._say(sentence(problem), color="danger")
            return
        self._draft.done()
        self.made.emit(ref)

    def _tell(self) -> None:
        """In small print, what Enter would write down."""
        space = self._chosen()
        if space is None or not self.field.text().strip():
            self._say("")
            return
        line = self._reading(space)
        if line.doubtful:
            names = ", ".join(isolated(person.name) for person in line.doubtful[:4])
            self._say(
                self.tr("Who is meant: {names}? Type a little more of the name.").format(names=names), color="danger"
            )
            return
        who = line.owner.name if line.owner else self.tr("you") if self._own(space) else self.tr("nobody yet")
        day = day_of(line.due)
        today: date = date_of_ms(self._ctx.ws.clock.now_ms())
        when = short_date(day, today) if day else self.tr("no day yet")
        self._say(f"→ {line.text}  ·  {who}  ·  {when}")

    def _say(self, words: str, *, color: str = "ink3") -> None:
        self.below.set_color(color)
        self.below.setText(words)
        self.below.setVisible(bool(words))
