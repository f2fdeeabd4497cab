"""One line of a meeting: its kind as an icon, its words, who and when; edited where it stands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from circle_app.workspace.queries.outcomes import Outcome
from ui.text import OUTCOME_LOOK, outcome_kind
from ui.theme.theme import Theme
from ui.views.edited_line import EditedLine
from ui.views.outcome_words import Day, outcome_line, room_line
from ui.widgets.avatar import Avatar
from ui.widgets.base import Label
from ui.widgets.chip import IconLabel
from ui.widgets.tip import plain_tip

KIND_KEYS = {
    Qt.Key.Key_D: "decision", Qt.Key.Key_T: "task", Qt.Key.Key_I: "idea", Qt.Key.Key_M: "note",
}  # fmt: skip


class OutcomeRow(EditedLine):
    """While it has the keyboard: Enter or F2 edits, D T I M change the kind, L hides it from the public, H counts hands,
    Delete takes it away, Up and Down move. `menu_asked(row, position)` asks for the same with the mouse.

    `change(line as it was, words)` writes an edit down, or raises CircleError: then the words stay in their field.
    """

    turned = Signal(object, str)
    hidden = Signal(object)
    counting = Signal(object)
    removed = Signal(object)
    moved = Signal(object, int)

    def __init__(
        self, theme: Theme, outcome: Outcome, day: Day, *, change: Callable[[Outcome, str], None],
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(theme, parent)
        self.outcome = outcome
        self._change = change
        self._shown: tuple[Outcome, Day] | None = None
        self._icon = IconLabel(theme, "message-circle", size=18, tone="plain")
        self.text_label = Label(theme, role="body", wrap=True)
        self._avatar = Avatar(theme, "?", size=18)
        self.second = Label(theme, role="small", color="ink3", wrap=True)
        below = QHBoxLayout()
        below.setSpacing(theme.px(6))
        below.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignVCenter)
        below.addWidget(self.second, 1)
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.px(3))
        self._column.addWidget(self.text_label)
        self._column.addLayout(below)
        self._column.addWidget(self.problem)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(*(theme.px(side) for side in (4, 5, 4, 5)))
        layout.setSpacing(theme.px(12))
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._column, 1)
        self.clicked.connect(lambda _checked=False: self.begin_edit())
        self.show_outcome(outcome, day)

    def show_outcome(self, outcome: Outcome, day: Day) -> None:
        """Show what is kept; an edit in progress keeps its words."""
        if self._shown == (outcome, day):
            return
        self._shown = (outcome, day)
        self.outcome = outcome
        icon, tone = OUTCOME_LOOK.get(outcome.kind, OUTCOME_LOOK["note"])
        self._icon.set_icon(icon, tone=tone)
        self.text_label.setText(outcome.text)
        self.text_label.set_role("body" if outcome.kind == "note" else "medium")
        line = outcome_line(outcome, day)
        self.second.setText(line)
        person, name = self._person(day)
        self._avatar.setVisible(bool(name))
        if name:
            self._avatar.set_person(name, key=person)
        self.setAccessibleName(f"{outcome_kind(outcome.kind)}: {outcome.text}, {line}")
        who = room_line(outcome, day)
        self.setToolTip(plain_tip(who))
        self.setAccessibleDescription(who)

    def begin_edit(self) -> None:
        """Turn the words into a field, all of them chosen."""
        line = self.outcome
        self.edit_words(
            self.tr("Change this line"), line.text, self.text_label, self._column, lambda text: self._change(line, text)
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self.owns(event):
            super().keyPressEvent(event)
        elif key in KIND_KEYS:
            self.turned.emit(self.outcome, KIND_KEYS[key])
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(self.outcome)
        elif key == Qt.Key.Key_L:
            self.hidden.emit(self.outcome)
        elif key == Qt.Key.Key_H:
            self.counting.emit(self.outcome)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(self, -1 if key == Qt.Key.Key_Up else 1)
        else:
            self.begin_edit()

    def owns(self, event: QKeyEvent) -> bool:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        wanted = (
            *KIND_KEYS, Qt.Key.Key_L, Qt.Key.Key_H, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter,
            Qt.Key.Key_F2, Qt.Key.Key_Up, Qt.Key.Key_Down,
        )  # fmt: skip
        return plain and Qt.Key(event.key()) in wanted

    def _person(self, day: Day) -> tuple[bytes, str]:
        outcome = self.outcome
        if outcome.kind == "task" and outcome.task is not None and outcome.task.owner is not None:
            return outcome.task.owner.row, outcome.task.owner_name or ""
        if outcome.kind in ("note", "idea") and outcome.author is not None and outcome.author != day.me:
            return outcome.author.row, outcome.author_name or ""
        return b"", ""
