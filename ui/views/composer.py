"""The field where a meeting's lines are typed: one box, four kinds, and in small print how a task will be understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.models.typed_line import Name, TypedLine, read_line, split_kind
from ui.text import OUTCOME_LOOK, isolated, outcome_kind
from ui.theme.theme import Theme
from ui.views.outcome_words import KINDS, short_date
from ui.widgets.base import Label, PaintedWidget
from ui.widgets.button import IconButton
from ui.widgets.canvas import Canvas, line_height
from ui.widgets.chip import KeyCap
from ui.widgets.choice import Option, Segmented
from ui.widgets.fields import TextArea
from ui.widgets.layouts import column, row

PRIVATE = "private"
_CONTROL_KEYS = {
    Qt.Key.Key_D: "decision", Qt.Key.Key_T: "task", Qt.Key.Key_I: "idea", Qt.Key.Key_M: "note", Qt.Key.Key_L: PRIVATE,
}  # fmt: skip
"""With Ctrl while typing: the kind of the line, or that it stays among us."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A line as it was sent: what was read from it, and whether it stays with the circle."""

    line: TypedLine
    private: bool


class Composer(PaintedWidget):
    """`sent(Typed)` on Enter; `typing(text)` on every change, for the draft. The owner calls `clear` once it is kept."""

    sent = Signal(object)
    typing = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._people: tuple[Name, ...] = ()
        self._today: date | None = None
        self.field = _Line(theme, name=self.tr("Write down what matters"), hint=self.tr("Write it down…"))
        self.field.entered.connect(self._send)
        self.field.turned.connect(self._turn)
        self.field.textChanged.connect(self._changed)
        self.field.focus_moved.connect(self.update)
        self._rows = {compact: self._kinds_row(compact=compact) for compact in (False, True)}
        self.kinds = self._rows[False]
        self.private = IconButton(
            theme, "lock-open", self.tr("Private: never in notes for the public (Ctrl+L)"), size=32
        )
        self.private.setCheckable(True)
        self.private.toggled.connect(self._lock)
        self.hint = Label(theme, role="small", color="ink3", wrap=True)
        self.hint.hide()
        top = row(theme, self.field, KeyCap(theme, self.tr("Enter")), self.private, gap=6, center=False)
        self.setLayout(column(theme, top, self.hint, *self._rows.values(), gap=4, margins=(12, 10, 10, 10)))
        self.set_compact(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def set_room(self, people: tuple[Name, ...], today: date) -> None:
        """Who a task may be given to, and the day that "fri" counts from."""
        self._people, self._today = people, today
        self._tell()

    def set_compact(self, compact: bool) -> None:
        """Kinds as words alone, for narrow panels."""
        self.kinds = self._rows[compact]
        for own, kinds in self._rows.items():
            kinds.setVisible(own == compact)

    def width_needed(self, *, compact: bool) -> int:
        """Pixels for the row of kinds with the margins around it."""
        edges = self.layout().contentsMargins()
        return self._rows[compact].minimumSizeHint().width() + edges.left() + edges.right()

    def set_kind(self, kind: str) -> None:
        for kinds in self._rows.values():
            kinds.set_code(kind)
        self._tell()

    def begin(self, kind: str) -> None:
        """A shortcut asked for a line of this kind: choose it and wait for words."""
        self.set_kind(kind)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def text(self) -> str:
        return self.field.toPlainText()

    def set_text(self, text: str) -> None:
        self.field.setPlainText(text)
        self.field.moveCursor(self.field.textCursor().MoveOperation.End)

    def clear(self) -> None:
        """Ready for the next line: a kind stays chosen, a private mark does not."""
        self.field.clear()
        self.private.setChecked(False)

    def reading(self) -> TypedLine:
        """What the typed words mean now."""
        if self._today is None:
            kind, rest = split_kind(self.text(), self.kinds.code())
            return TypedLine(kind, rest.strip())
        return read_line(self.text(), kind=self.kinds.code(), people=self._people, today=self._today)

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            inside = self.field.hasFocus()
            canvas.box(
                canvas.whole(1),
                fill="surface",
                border="primary" if inside else "line",
                radius=self.theme.px(14),
                thick=2 if inside else 1,
            )

    def _kinds_row(self, *, compact: bool) -> Segmented:
        options = tuple(
            Option(kind, outcome_kind(kind), "" if compact else OUTCOME_LOOK[kind][0], OUTCOME_LOOK[kind][1])
            for kind in KINDS
        )
        kinds = Segmented(self.theme, options, name=self.tr("Kind of line"), code="note")
        kinds.chosen.connect(self.set_kind)
        return kinds

    def _turn(self, what: str) -> None:
        if what == PRIVATE:
            self.private.toggle()
        else:
            self.set_kind(what)

    def _lock(self, private: bool) -> None:
        self.private.set_icon("lock" if private else "lock-open")
        self._tell()

    def _send(self) -> None:
        line = self.reading()
        if line.text:
            self.sent.emit(Typed(line, self.private.isChecked()))

    def _changed(self) -> None:
        text = self.text()
        kind, rest = split_kind(text, "")
        if kind and rest != text:
            # "/t " turns the chip over at once, so that nobody wonders where the letters went
            self.set_kind(kind)
            self.set_text(rest)
            return
        self.typing.emit(text)
        self._tell()

    def _tell(self) -> None:
        told = (self._understanding(self.reading()), self.tr("private") if self.private.isChecked() else "")
        self.hint.setText(" · ".join(part for part in told if part))
        self.hint.setVisible(bool(self.hint.text()))

    def _understanding(self, line: TypedLine) -> str:
        if line.kind != "task" or self._today is None:
            return ""
        if not self.text().strip():
            return self.tr("Add who with @name and a day such as fri or in 2 weeks")
        if line.doubtful:
            return self.tr("Who is meant? {names}").format(names=", ".join(isolated(p.name) for p in line.doubtful[:4]))
        parts = []
        if line.owner is not None:
            parts.append(line.owner.name)
        if line.due is not None:
            parts.append(short_date(date.fromisoformat(line.due), self._today))
        return "→ " + " · ".join(parts) if parts else ""


class _Line(TextArea):
    """A few wrapped lines where Enter sends."""

    entered = Signal()
    turned = Signal(str)
    focus_moved = Signal()
    went_up = Signal()
    """Up, with nothing typed: to the lines above."""
    released = Signal()
    """Escape: back to the page, where single keys steer the meeting."""

    def __init__(self, theme: Theme, *, name: str, hint: str) -> None:
        super().__init__(theme, name=name, hint=hint, rows=1, framed=False)
        self.setMinimumHeight(0)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._grow())
        self._grow()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _kind_of(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif kind := _kind_of(event):
            self.turned.emit(kind)
        elif event.key() == Qt.Key.Key_Up and not self.toPlainText():
            self.went_up.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
            self.released.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_moved.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_moved.emit()

    def _grow(self) -> None:
        lines = min(4, max(1, round(self.document().size().height())))
        self.setFixedHeight(round(line_height(self.font()) * lines) + self.theme.px(22))


def _kind_of(event: QKeyEvent) -> str:
    if event.modifiers() != Qt.KeyboardModifier.ControlModifier:
        return ""
    return _CONTROL_KEYS.get(Qt.Key(event.key()), "")
