"""Typing a signed sheet back: row numbers, with everybody they mean shown before anything is written."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.rownumbers import Slipped, read_rows
from circle_app.errors import CircleError
from circle_app.workspace.commands.signin import mark_signed
from circle_app.workspace.queries.meetings import meeting
from circle_app.workspace.queries.signin import Doubtful, Signed, printed_order, read_signed
from ui.accessible import announce
from ui.context import AppContext
from ui.models.taking_back import taking_back
from ui.plurals import english
from ui.problems import sentence
from ui.text import isolated, number
from ui.theme.theme import Theme
from ui.widgets.base import Label
from ui.widgets.chip import Chip
from ui.widgets.fields import TextArea
from ui.widgets.flow import FlowLayout
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import boxed, clear
from ui.widgets.sheet import Sheet

EXAMPLE = "1-7 9 12-15, 21 = Bo Lind"


class SignInSheet(Sheet):
    """`show_ref` takes the meeting. Enter checks in whoever is shown, as one step that Undo takes back."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, "", width=620, parent=parent)
        theme = ctx.theme
        self._ctx = ctx
        self._ref: Ref | None = None
        self._signed = Signed()
        self._slips: tuple[Slipped, ...] = ()
        self.setWindowTitle(self.tr("From the sign-in sheet"))
        self.heading.setText(self.tr("From the sign-in sheet"))
        self.second = Label(theme, role="body", color="ink2", wrap=True)
        self.body.addWidget(self.second)
        self.field = _Rows(theme, name=self.tr("Rows that are signed"), hint=EXAMPLE)
        hint = self.tr("Numbers and ranges; behind a free row an equals sign and the name that is written there.")
        self.body.addWidget(Labelled(theme, self.tr("Rows that are signed"), self.field, hint=hint))
        self.doubts = Label(theme, role="medium", color="danger", wrap=True)
        self.coming = _Group(theme, self.tr("Will be checked in"), "teal")
        self.guests = _Group(theme, self.tr("Guests"), "plum")
        self.known = _Group(theme, self.tr("Here already"), "plain")
        for part in (self.doubts, self.coming, self.guests, self.known):
            self.body.addWidget(part)
            part.hide()
        self.body.addStretch(1)
        self.go = self.add_buttons(self.tr("Check in"), self.tr("Cancel"))
        self.field.textChanged.connect(self._typed)
        self.field.entered.connect(self.accept)

    def show_ref(self, ref: object) -> None:
        """The sheet of this meeting."""
        assert isinstance(ref, Ref)
        self._ref = ref
        printed = printed_order(self._ctx.ws, ref)
        self.second.setText(
            self.tr("{meeting}. The numbers are those of the sheet that was printed.").format(
                meeting=isolated(meeting(self._ctx.ws, ref).title)
            ) if printed
            else self.tr("No sheet was printed for this meeting here: rows are numbered by name, as they would be printed now.")
        )  # fmt: skip
        self._typed()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def signed(self) -> Signed:
        """Whom the numbers mean, as shown."""
        return self._signed

    def accept(self) -> None:
        if self._ref is None or not (self._signed.coming or self._signed.guests):
            return
        try:
            count = mark_signed(self._ctx.ws, self._ref, self._signed)
        except CircleError as problem:
            self.say_problem(sentence(problem))
            return
        self._ctx.toast(_counted("%Ln (person|people) checked in", count), taking_back(self._ctx.ws))
        super().accept()

    def _typed(self) -> None:
        if self._ref is None:
            return
        read = read_rows(self.field.toPlainText())
        self._signed, self._slips = read_signed(self._ctx.ws, self._ref, read), read.slips
        signed = self._signed
        self.coming.show_names([_row(row.number, row.person.name if row.person else "") for row in signed.coming])
        self.known.show_names([_row(row.number, row.person.name if row.person else "") for row in signed.known])
        self.guests.show_names([_row(guest.number, guest.name) for guest in signed.guests])
        told = [*(_slip(slip) for slip in self._slips), *(_doubt(doubt) for doubt in signed.doubts)]
        self.doubts.setText("\n".join(told))
        self.doubts.setVisible(bool(told))
        count = len(signed.coming) + len(signed.guests)
        words = _counted("Check in %Ln (person|people)", count) if count else self.tr("Check in")
        if words != self.go.text():
            self.go.set_label(words)
            announce(self, words)
        self.go.setEnabled(bool(count))
        self.say_problem("")
        self.grow()


class _Rows(TextArea):
    """Enter is done; Shift+Enter is a new line."""

    entered = Signal()

    def __init__(self, theme: Theme, *, name: str, hint: str) -> None:
        super().__init__(theme, name=name, hint=hint, rows=3, role="field_big")
        self.setMaximumHeight(self.minimumHeight())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.entered.emit()
                return
        super().keyPressEvent(event)


class _Group(QWidget):
    """Names as chips under a word; gone when there are none."""

    def __init__(self, theme: Theme, words: str, tone: str) -> None:
        super().__init__()
        self._theme, self._words, self._tone = theme, words, tone
        self._shown: list[str] = []
        self.head = Label(theme, words, role="second_strong", color="ink2")
        self._chips = FlowLayout(gap=theme.px(6))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.addWidget(self.head)
        layout.addWidget(boxed(self._chips))

    def show_names(self, names: list[str]) -> None:
        """These names, numbered."""
        self.setVisible(bool(names))
        if names == self._shown:
            return
        self._shown = names
        self.head.setText(f"{self._words} · {number(len(names))}")
        self.setAccessibleName(f"{self._words}: {', '.join(names)}")
        clear(self._chips)
        for name in names:
            self._chips.addWidget(Chip(self._theme, name, tone=self._tone))

    def names(self) -> list[str]:
        return list(self._shown)


def _row(at: int, name: str) -> str:
    return f"{number(at)} {isolated(name)}"


def _slip(slip: Slipped) -> str:
    typed = isolated(slip.typed[:40])
    words = {
        "word": _tr("“{typed}” is not a row number."),
        "backwards": _tr("“{typed}” runs backwards."),
        "too_high": _tr("“{typed}”: no sheet has such a row."),
        "two_names": _tr("“{typed}”: this row has two names."),
        "no_name": _tr("“{typed}”: the name is missing."),
        "not_one_row": _tr("“{typed}”: one name for several rows."),
    }
    return words[slip.why].format(typed=typed)


def _doubt(doubt: Doubtful) -> str:
    words = {
        "no_row": _tr("The sheet has no row {row}. Is it a guest? Write {row} = and the name."),
        "free_row": _tr("Row {row} is a free one. Write {row} = and the name."),
        "other_name": _tr("Row {row} is the one of {name}."),
        "gone": _tr("Whoever was in row {row} is not in the list any more."),
    }
    return words[doubt.why].format(row=number(doubt.number), name=isolated(doubt.name))


def _counted(text: str, n: int) -> str:
    return english(QCoreApplication.translate("SignIn", text, None, n), n)


def _tr(text: str) -> str:
    return QCoreApplication.translate("SignIn", text)
