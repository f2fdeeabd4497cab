"""Looking back together: the question of the day, an answer with Enter, with a name or without, and words for all."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.reflection import question_after
from circle_app.domain.schema import MEETINGS
from circle_app.domain.text import tidy_line
from circle_app.errors import CircleError
from circle_app.workspace.commands import reflections as commands
from circle_app.workspace.commands.agenda import add_item
from circle_app.workspace.commands.meetings import set_meeting
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.meetings import Meeting
from circle_app.workspace.queries.reflections import Reflection, question_of_the_day, reflections
from ui import problems
from ui.context import AppContext
from ui.drafts import Draft, place_of
from ui.models.live_text import LiveText
from ui.models.taking_back import taking_back
from ui.models.typed_line import Name, take_owner
from ui.reflection_words import question
from ui.text import isolated
from ui.theme.theme import Theme
from ui.views.edited_line import EditedLine
from ui.views.outcome_words import Day
from ui.widgets.base import Label
from ui.widgets.button import LinkButton
from ui.widgets.card import Card
from ui.widgets.chip import Chip, IconLabel
from ui.widgets.fields import TextArea, TextField
from ui.widgets.layouts import column, row
from ui.widgets.tabbing import OneStop

ROUND_MINUTES = 8


class ReflectionCard(Card):
    """`show_meeting` after every change; what is being typed stays."""

    def __init__(self, ctx: AppContext) -> None:
        super().__init__(ctx.theme, gap=8)
        self._ctx = ctx
        self._ref: Ref | None = None
        self._code = ""
        self._people: tuple[Name, ...] = ()
        self._rows: dict[Ref, AnswerRow] = {}
        self._stop = OneStop(self)
        theme = ctx.theme
        self.question = Label(theme, role="section", wrap=True)
        self.another = LinkButton(theme, self.tr("Another question"))
        self.another.clicked.connect(lambda _on=False: self._ask_another())
        self.closing_round = LinkButton(theme, self.tr("As a closing round"))
        self.closing_round.clicked.connect(lambda _on=False: self._add_round())
        self.closing_round.hide()
        self._answers = QVBoxLayout()
        self._answers.setSpacing(theme.px(2))
        self.answer = TextField(
            theme, name=self.tr("An answer"), hint=self.tr("An answer; @name says whose words they are"), key="Enter"
        )
        self._draft = Draft(ctx.ws, self.answer)
        self.answer.returnPressed.connect(self._add)
        self.answer.textChanged.connect(lambda _text: self._tell())
        self.below = Label(theme, role="small", color="ink3", wrap=True)
        self.problem = Label(theme, role="second", color="danger", wrap=True)
        self.problem.hide()
        self.closing = TextArea(
            theme, name=self.tr("Words for all of us"), rows=2,
            hint=self.tr("How the evening felt, in words for all of us. Kept for the circle, never for the public."),
        )  # fmt: skip
        self.closing.setMaximumHeight(theme.px(84))
        self.tick = Chip(theme, self.tr("Saved"), tone="teal", icon="check")
        self.tick.hide()
        self.autosave = LiveText(self.closing, ctx.ws, MEETINGS, "reflection", self._save_closing)
        self.autosave.saved.connect(self.tick.show)
        head = row(theme, Label(theme, self.tr("Looking back"), role="second_strong", color="ink3"), None, gap=8)
        head.addWidget(self.tick)
        head.addWidget(self.closing_round)
        head.addWidget(self.another)
        self.body.addLayout(head)
        self.body.addWidget(self.question)
        self.body.addLayout(self._answers)
        self.body.addLayout(column(theme, self.answer, self.below, self.problem, gap=4))
        self.body.addWidget(self.closing)

    def rows(self) -> tuple[AnswerRow, ...]:
        """The answers from top to bottom."""
        return tuple(self._rows.values())

    def show_meeting(self, meeting: Meeting, day: Day, people: tuple[Name, ...], *, anew: bool) -> None:
        """The question and answers of this meeting; `anew` for another one than before."""
        ws, ref = self._ctx.ws, meeting.ref
        if ref != self._ref:
            self.flush()
            self._ref = ref
            self.tick.hide()
            self._say("")
            self._draft.move_to(place_of("answer", ref))
        self._people = people
        self._code = question_of_the_day(ws, ref, day.today)
        self.question.setText(question(self._code))
        self.another.setVisible(may_edit(ws, ref.space, MEETINGS))
        self._show_answers(reflections(ws, ref))
        self._tell()
        self.autosave.show(ref, anew=anew)

    def offer_round(self, offered: bool) -> None:
        """Whether everybody could be asked in a round now: the meeting runs, and its plan has none to come."""
        self.closing_round.setVisible(offered)

    def flush(self) -> None:
        """Write down what is being typed."""
        self.autosave.flush()
        self._draft.flush()

    def _show_answers(self, said: tuple[Reflection, ...]) -> None:
        wanted = {one.ref for one in said}
        for ref in [ref for ref, held in self._rows.items() if ref not in wanted and not held.editing]:
            gone = self._rows.pop(ref)
            self._answers.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for one in said:
            if one.ref not in self._rows:
                made = AnswerRow(self._ctx, one)
                made.removed.connect(partial(self._remove, made))
                made.moved.connect(partial(self._move, made))
                self._rows[one.ref] = made
                self._answers.addWidget(made)
            other = question(one.question_code) if one.question_code not in (None, self._code) else ""
            self._rows[one.ref].show_answer(one, other)
        self._stop.hold([(made,) for made in self._rows.values()])

    def _add(self) -> None:
        text, who, doubtful = take_owner(tidy_line(self.answer.text()), self._people)
        if self._ref is None or not text or doubtful:
            return
        try:
            commands.add_reflection(
                self._ctx.ws, self._ref, text=text, question_code=self._code,
                author=who.ref if who else None, nameless=who is None,
            )  # fmt: skip
        except CircleError as problem:
            self._say(problems.sentence(problem))
            return
        self._say("")
        self._draft.done()

    def _remove(self, made: AnswerRow) -> None:
        following = self._beside(made, 1)
        try:
            commands.delete_reflection(self._ctx.ws, made.said.ref)
        except CircleError as problem:
            self._say(problems.sentence(problem))
            return
        following.setFocus(Qt.FocusReason.TabFocusReason)
        self._ctx.toast(self.tr("The answer is in the trash"), taking_back(self._ctx.ws))

    def _move(self, made: AnswerRow, step: int) -> None:
        self._beside(made, step).setFocus(Qt.FocusReason.TabFocusReason)

    def _beside(self, made: AnswerRow, step: int) -> QWidget:
        """The answer so many lines below this one, or the field for another one."""
        place = self.rows().index(made) + step
        return self.rows()[place] if 0 <= place < len(self._rows) else self.answer

    def _ask_another(self) -> None:
        if self._ref is not None:
            commands.ask_another(self._ctx.ws, self._ref, question_after(self._code))

    def _add_round(self) -> None:
        """The question goes around the circle as the last step of the evening."""
        if self._ref is None:
            return
        add_item(
            self._ctx.ws, self._ref, title=self.tr("Closing round"), minutes=ROUND_MINUTES, mode="round",
            question=question(self._code),
        )  # fmt: skip
        self._ctx.toast(self.tr("The closing round is the last step; N goes on"), taking_back(self._ctx.ws))
        self._ctx.navigate("live", self._ref)

    def _tell(self) -> None:
        text, who, doubtful = take_owner(tidy_line(self.answer.text()), self._people)
        if doubtful:
            names = ", ".join(isolated(one.name) for one in doubtful[:4])
            self.below.setText(self.tr("Who is meant? {names}").format(names=names))
        elif who is not None:
            self.below.setText("→ " + isolated(who.name))
        elif text:
            self.below.setText(self.tr("→ without a name"))
        else:
            self.below.setText(self.tr("Without a name an answer stays nameless."))

    def _save_closing(self, text: str, base: bytes) -> bool:
        if self._ref is None:
            return False
        set_meeting(self._ctx.ws, self._ref, reflection=text, bases={"reflection": base})
        return True

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))


class AnswerRow(EditedLine):
    """One answer. Enter or F2 changes its words, Delete takes it away, Up and Down move."""

    removed = Signal()
    moved = Signal(int)

    def __init__(self, ctx: AppContext, said: Reflection) -> None:
        super().__init__(ctx.theme)
        self._ctx = ctx
        self.said = said
        theme: Theme = ctx.theme
        self.words = Label(theme, role="body", wrap=True)
        self.second = Label(theme, role="small", color="ink3", wrap=True)
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.px(1))
        for part in (self.words, self.second, self.problem):
            self._column.addWidget(part)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(*(theme.px(side) for side in (4, 4, 4, 4)))
        layout.setSpacing(theme.px(10))
        layout.addWidget(IconLabel(theme, "message-circle", size=16, tone="gold"), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._column, 1)
        self.clicked.connect(lambda _on=False: self.begin_edit())

    def show_answer(self, said: Reflection, other: str) -> None:
        """Its words, whose they are (or that they are nameless), and the question where it was another one."""
        self.said = said
        self.words.setText(said.text)
        told = " · ".join(part for part in (said.author_name or self.tr("nameless"), other) if part)
        self.second.setText(told)
        self.setAccessibleName(f"{said.text}, {told}")

    def begin_edit(self) -> None:
        """Turn the words into a field, all of them chosen."""
        said, ws = self.said, self._ctx.ws

        def write(text: str) -> None:
            commands.set_reflection(ws, said.ref, text=text, bases={"text": said.version})

        self.edit_words(self.tr("Change this answer"), said.text, self.words, self._column, write)

    def owns(self, event: QKeyEvent) -> bool:
        keys = (
            Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Up,
            Qt.Key.Key_Down,
        )  # fmt: skip
        return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier and Qt.Key(event.key()) in keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self.owns(event):
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        else:
            self.begin_edit()
