"""A dot vote, counted face to face: the ideas, a number for each, and what leads; the room sees it once it is kept."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.text import title_of
from circle_app.domain.votes import MOST_EACH, Tally, tally
from circle_app.errors import CircleError
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.commands.votes import count_dots, show_of_hands
from circle_app.workspace.queries.outcomes import Outcome
from ui import problems
from ui.context import AppContext
from ui.models.evening import Evening, read_evening
from ui.models.taking_back import taking_back
from ui.models.voting import DOTS_EACH, choices
from ui.text import isolated, number
from ui.views.live_words import counted
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.fields import TextField
from ui.widgets.layouts import boxed, row
from ui.widgets.sheet import Sheet


class DotsSheet(Sheet):
    """Type a number beside each idea; Enter goes to the next one and keeps them after the last. Ctrl+Enter also makes the
    idea that leads a decision. More dots than people have are refused with the reason."""

    def __init__(self, ctx: AppContext, evening: Evening, parent: QWidget) -> None:
        running = evening.running
        assert running is not None, "a vote belongs to a step"
        super().__init__(ctx.theme, self.tr("Dot vote"), second=running.title, width=600, parent=parent)
        self._ctx, self._meeting, self._item = ctx, evening.meeting.ref, running.ref
        self._present = evening.here
        self._choices: tuple[Outcome, ...] = ()
        self.numbers: dict[Ref, TextField] = {}
        theme = ctx.theme
        self.each = self._number(self.tr("Dots for each person"), running.dots_each or DOTS_EACH)
        self.each.textChanged.connect(self._reckon)
        here = counted("%Ln are here", self._present)
        line = row(theme, Label(theme, self.tr("Dots for each person"), role="second_strong", color="ink2"), self.each)
        line.addWidget(Label(theme, here, role="second", color="ink3"))
        line.addStretch(1)
        self.body.addWidget(boxed(line))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(14))
        self._grid.setVerticalSpacing(theme.px(6))
        self._grid.setColumnStretch(0, 1)
        self.body.addLayout(self._grid)
        self._teach = Label(
            theme, self.tr("Write the ideas first: they are what the dots are put on."), color="ink3", wrap=True
        )
        self.body.addWidget(self._teach)
        self.idea = TextField(theme, name=self.tr("Another idea"), hint=self.tr("Another idea…"), icon="lightbulb")
        self.idea.returnPressed.connect(self._add)
        self.body.addWidget(self.idea)
        self.sum = Label(theme, role="strong")
        self.leads = Label(theme, role="second", color="ink2", wrap=True)
        self.leads.setMinimumHeight(self.leads.fontMetrics().height())
        self.body.addWidget(self.sum)
        self.body.addWidget(self.leads)
        self._buttons()
        self._show_choices(evening)
        first = next(iter(self.numbers.values()), self.idea)
        first.setFocus()

    def accept(self) -> None:
        """Keep the numbers."""
        if self._kept():
            super().accept()

    def decide(self) -> None:
        """Keep the numbers, and make the idea that leads a decision."""
        told = self._tally()
        if len(told.leaders) != 1:
            self.say_problem(self.tr("No idea leads alone. Count again, talk once more, or raise hands."))
            return
        leader = Ref(self._item.space, told.leaders[0])
        if self._kept(decided=leader):
            words = next(title_of(line.text) for line in self._choices if line.ref == leader)
            self._ctx.toast(self.tr("Decided: {idea}").format(idea=isolated(words)), taking_back(self._ctx.ws))
            super().accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # a field goes on to the next one by itself; no button is pressed by the way
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.decide()
            return
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._walk(-1 if event.key() == Qt.Key.Key_Up else 1)
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A field takes Enter for itself, whatever is held with it: with Ctrl it decides."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.decide()
            return True
        return super().eventFilter(watched, event)

    def _buttons(self) -> None:
        theme, foot = self._ctx.theme, self.foot()
        hands = Button(theme, self.tr("Raise hands instead"), look="ghost", icon="hand")
        hands.clicked.connect(lambda _on=False: self._hands())
        leave = Button(theme, self.tr("Cancel"), look="ghost")
        leave.clicked.connect(lambda _on=False: self.reject())
        self.keep = Button(theme, self.tr("Keep"), look="soft")
        self.keep.clicked.connect(lambda _on=False: self.accept())
        self.decider = Button(theme, self.tr("Keep and decide"), look="primary", tip="Ctrl+Enter")
        self.decider.clicked.connect(lambda _on=False: self.decide())
        foot.addWidget(hands)
        foot.addStretch(1)
        for button in (leave, self.keep, self.decider):
            foot.addWidget(button)

    def _show_choices(self, evening: Evening) -> None:
        """The ideas that are there now; numbers typed so far stay."""
        typed = {ref: field.text() for ref, field in self.numbers.items()}
        while self._grid.count():
            part = self._grid.takeAt(0).widget()
            part.hide()
            part.deleteLater()
        self.numbers = {}
        self._choices = choices(evening)
        for place, line in enumerate(self._choices):
            words = title_of(line.text)
            field = self._number(self.tr("Dots on {idea}").format(idea=words), line.dots)
            field.setText(typed.get(line.ref, field.text()))
            field.textChanged.connect(self._reckon)
            field.returnPressed.connect(partial(self._next, place))
            label = Label(self.theme, words, wrap=True)
            label.setBuddy(field)
            self._grid.addWidget(label, place, 0)
            self._grid.addWidget(field, place, 1)
            self.numbers[line.ref] = field
        self._teach.setVisible(not self._choices)
        self._reckon()

    def _number(self, name: str, value: int | None) -> TextField:
        field = TextField(self.theme, name=name, text="" if value is None else str(value))
        field.setValidator(QIntValidator(0, 9999, field))
        field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        field.setFixedWidth(self.theme.px(92))
        field.installEventFilter(self)
        return field

    def _add(self) -> None:
        """One idea after the other; Enter without a word goes on to the numbers."""
        words = self.idea.text().strip()
        if not words:
            self._count()
            return
        try:
            add_outcome(self._ctx.ws, self._meeting, kind="idea", text=words, item=self._item)
            self._show_choices(read_evening(self._ctx.ws, self._meeting))
        except CircleError as problem:
            self.say_problem(problems.sentence(problem))
            return
        self.idea.clear()
        self.say_problem("")
        self.fit()

    def _count(self) -> None:
        """To the first idea that has no number yet."""
        fields = list(self.numbers.values())
        for field in [*(field for field in fields if not field.text()), *fields][:1]:
            field.setFocus(Qt.FocusReason.TabFocusReason)
            field.selectAll()

    def _next(self, place: int) -> None:
        fields = list(self.numbers.values())
        if place + 1 < len(fields):
            fields[place + 1].setFocus(Qt.FocusReason.TabFocusReason)
            fields[place + 1].selectAll()
        else:
            self.accept()

    def _walk(self, step: int) -> None:
        fields = list(self.numbers.values())
        here = next((at for at, field in enumerate(fields) if field.hasFocus()), None)
        if here is not None and 0 <= here + step < len(fields):
            fields[here + step].setFocus(Qt.FocusReason.TabFocusReason)
            fields[here + step].selectAll()

    def _dots(self) -> dict[Ref, int | None]:
        return {ref: int(field.text()) if field.text().strip() else None for ref, field in self.numbers.items()}

    def _each(self) -> int:
        return min(MOST_EACH, int(self.each.text() or 0)) or 1

    def _tally(self) -> Tally:
        dots = {ref.row: count or 0 for ref, count in self._dots().items()}
        return tally(dots, present=self._present, each=self._each())

    def _reckon(self) -> None:
        """The sum and who leads, as it is typed."""
        told = self._tally()
        if told.most is None:
            self.sum.setText(counted("%Ln dot(s)", told.given))
        else:
            self.sum.setText(self.tr("{given} of {most} dots").format(given=number(told.given), most=number(told.most)))
        self.sum.set_color("danger" if told.most is not None and told.given > told.most else "ink")
        names = {line.ref.row: isolated(title_of(line.text)) for line in self._choices}
        leading = ", ".join(names[row] for row in told.leaders)
        words = self.tr("Level: {ideas}") if told.level else self.tr("Most dots: {idea}")
        self.leads.setText(words.format(ideas=leading, idea=leading) if leading else "")
        self.decider.setEnabled(len(told.leaders) == 1)

    def _kept(self, decided: Ref | None = None) -> bool:
        try:
            count_dots(
                self._ctx.ws, self._item, self._dots(), each=self._each(), present=self._present, decided=decided
            )
        except CircleError as problem:
            self.say_problem(problems.sentence(problem))
            return False
        return True

    def _hands(self) -> None:
        show_of_hands(self._ctx.ws, self._item)
        self.reject()
