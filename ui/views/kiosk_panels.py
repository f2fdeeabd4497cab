"""The three things the page at the door shows: the question for a name, the welcome with needs, and the PIN of the host."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QLineEdit

from circle_app.domain.rules import NEEDS
from circle_app.domain.schema import CHILDREN_MOST
from circle_app.workspace.kiosk import LONGEST
from ui.text import isolated, need
from ui.theme.theme import Theme
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice import CheckBox
from ui.widgets.counter import Counter
from ui.widgets.fields import TextField
from ui.widgets.flow import Flow
from ui.widgets.layouts import row

CHILDREN = "children"
LARGE_TEXT = 1.4
"""From here on even a smaller title is large."""


class Panel(Card):
    """One state of the page. `used()` fires at every sign of somebody being there."""

    used = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, gap=16, padding=(44, 28, 44, 28))
        self.body.addStretch(1)
        # people read it standing, an arm's length away; large text is large enough by itself
        self.heading = Label(theme, role="door_title" if theme.scale < LARGE_TEXT else "page", wrap=True)
        self.second = Label(theme, role="door", color="ink2", wrap=True)
        self.body.addWidget(self.heading)
        self.body.addWidget(self.second)

    def begin(self) -> None:
        """Be ready for the next person; the keyboard lands where they begin."""


class AskPanel(Panel):
    """`named(str)` with Enter; `new(str)` when somebody says that they are new here."""

    named = Signal(str)
    new = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.heading.setText(self.tr("Welcome! What is your name?"))
        self.second.setText(self.tr("Type your whole name, first name and surname, and press Enter."))
        self.field = DoorName(theme, name=self.tr("Your name"), role="door_field", height=72, icon="user")
        self.go = Button(theme, self.tr("I am here"), look="primary", icon="check", big=True)
        self.newcomer = Button(theme, self.tr("I am new here"), look="primary", icon="user-plus", big=True)
        self.said = Label(theme, role="door", color="ink2", wrap=True)
        self.body.addWidget(self.field)
        self.body.addWidget(self.said)
        self.body.addWidget(Flow(theme, self.go, self.newcomer, gap=10))
        self.body.addStretch(1)
        self.field.textEdited.connect(self._typed)
        self.field.returnPressed.connect(self._enter)
        self.go.clicked.connect(lambda _on=False: self._enter())
        self.newcomer.clicked.connect(lambda _on=False: self.new.emit(self.field.text().strip()))
        self.begin()

    def begin(self) -> None:
        self.field.setText("")  # unlike `clear`, this leaves nothing to bring back with Ctrl+Z
        self._forget()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, words: str, *, newcomer: bool = False) -> None:
        """What became of the name; `newcomer` offers to come in as somebody new."""
        self.said.setText(words)
        self.said.setVisible(bool(words))
        self.newcomer.setVisible(newcomer)
        self.go.setVisible(not newcomer)
        if newcomer:
            self.newcomer.setFocus(Qt.FocusReason.TabFocusReason)

    def _typed(self, _text: str) -> None:
        self._forget()
        self.used.emit()

    def _forget(self) -> None:
        self.said.hide()
        self.newcomer.hide()
        self.go.show()

    def _enter(self) -> None:
        if self.field.text().strip():
            self.named.emit(self.field.text().strip())
        else:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)


class WelcomePanel(Panel):
    """`needs(frozenset)` at each tick, `children_came(int)`, `done()`, and `mistaken()` for who is not this person."""

    needs = Signal(object)
    children_came = Signal(int)
    done = Signal()
    mistaken = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.boxes = {code: CheckBox(theme, _needed(code), role="door") for code in NEEDS if code != CHILDREN}
        self.brought = Counter(
            theme, self.tr("Children with me"), fewer=self.tr("One child fewer"), more=self.tr("One child more"),
            most=CHILDREN_MOST, role="door", size=48,
        )  # fmt: skip
        self.go = Button(theme, self.tr("Done"), look="primary", icon="check", big=True)
        self.wrong = Button(theme, self.tr("That is not me"), look="ghost")
        self.body.addWidget(Label(theme, self.tr("Is there something you need tonight?"), role="heading", wrap=True))
        for box in self.boxes.values():
            box.toggled.connect(lambda _on: self._ticked())
            self.body.addWidget(box)
        self.body.addLayout(row(theme, 8, self.brought, None))
        self.brought.changed.connect(self._counted)
        self.body.addSpacing(theme.px(6))
        self.body.addWidget(Flow(theme, self.go, self.wrong, gap=10))
        self.body.addStretch(1)
        self.go.clicked.connect(lambda _on=False: self.done.emit())
        self.wrong.clicked.connect(lambda _on=False: self.mistaken.emit())

    def welcome(self, name: str, *, again: bool) -> None:
        """Greet somebody; `again` when they were marked before."""
        words = self.tr("You are on the list already, {name}.") if again else self.tr("Welcome, {name}!")
        self.heading.setText(words.format(name=isolated(name)))
        self.second.setText(self.tr("Good that you are here. Take a seat."))
        self.wrong.setVisible(not again)
        for box in self.boxes.values():
            box.blockSignals(True)
            box.setChecked(False)
            box.blockSignals(False)
        self.brought.show_count(0)

    def forget(self) -> None:
        """Nothing of who was here stays, not even for a screen reader that looks at what is hidden."""
        self.heading.setText("")

    def begin(self) -> None:
        self.go.setFocus(Qt.FocusReason.TabFocusReason)

    def _counted(self, count: int) -> None:
        self.used.emit()
        self.children_came.emit(count)

    def _ticked(self) -> None:
        self.used.emit()
        self.needs.emit(frozenset(code for code, box in self.boxes.items() if box.isChecked()))


class PinPanel(Panel):
    """`typed(str)` with Enter; `back()`."""

    typed = Signal(str)
    back = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.heading.setText(self.tr("For the host"))
        self.second.setText(self.tr("Type the PIN to come back to the meeting."))
        self.field = DoorName(theme, name=self.tr("PIN"), role="door_field", height=72, icon="key-round")
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setMaxLength(LONGEST)
        self.field.setMaximumWidth(theme.px(320))
        self.said = Label(theme, role="door", color="danger", wrap=True)
        self.go = Button(theme, self.tr("Open"), look="primary", icon="lock-open", big=True)
        self.leave = Button(theme, self.tr("Back to check-in"), look="ghost")
        self.body.addWidget(self.field)
        self.body.addWidget(self.said)
        self.body.addWidget(Flow(theme, self.go, self.leave, gap=10))
        self.body.addStretch(1)
        self.field.textEdited.connect(lambda _text: self.used.emit())
        self.field.returnPressed.connect(self._enter)
        self.go.clicked.connect(lambda _on=False: self._enter())
        self.leave.clicked.connect(lambda _on=False: self.back.emit())

    def begin(self) -> None:
        self.field.setText("")
        self.said.hide()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, words: str) -> None:
        self.field.setText("")
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def wait(self, waiting: bool) -> None:
        """Nothing can be typed while a PIN is looked at, nor for a while after a wrong one."""
        for part in (self.field, self.go):
            part.setEnabled(not waiting)
        if not waiting and self.isVisible():
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enter(self) -> None:
        if self.field.text():
            self.typed.emit(self.field.text())


class DoorName(TextField):
    """A line without a menu, without a way back to what the last person typed, and without what the host had copied."""

    def __init__(self, theme: Theme, *, name: str, role: str, height: float, icon: str) -> None:
        super().__init__(theme, name=name, role=role, height=height, icon=icon)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.MiddleButton:  # it would paste what is marked elsewhere
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            return
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.setText("")
            self.textEdited.emit("")
            return
        super().keyPressEvent(event)


def _needed(code: str) -> str:
    words = need(code)
    return words[:1].upper() + words[1:]
