"""What is being typed into a line and not kept yet: written down after a short pause, so that no crash takes it away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer

from circle_app.domain.ids import Ref
from circle_app.workspace.db import Workspace
from circle_app.workspace.settings import draft, keep_draft
from ui.widgets.fields import TextField

PAUSE_MS = 400


class Draft(QObject):
    """Of one field. `move_to` a place brings back what was typed there; `done` once its words are kept.

    A place is any name, see `place_of`.
    """

    def __init__(self, ws: Workspace, field: TextField, place: str = "") -> None:
        super().__init__(field)
        self._ws, self._field = ws, field
        self._place = self._kept = ""
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.flush)
        field.textEdited.connect(lambda _text: self._timer.start())
        field.left.connect(self.flush)
        field.installEventFilter(self)
        self.move_to(place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide:
            self.flush()  # its page or its window goes, and perhaps the program
        return super().eventFilter(watched, event)

    def move_to(self, place: str) -> None:
        """Another place: what is typed here stays here, and the field holds what was typed there."""
        if place == self._place:
            return
        self.flush()
        self._place = place
        self._kept = draft(self._ws, place) or ""
        self._field.setText(self._kept)

    def flush(self) -> None:
        """Write down what is typed."""
        self._timer.stop()
        text = self._field.text().strip()
        if self._place and text != self._kept:
            keep_draft(self._ws, self._place, text)
            self._kept = text

    def done(self) -> None:
        """Its words are kept: the field is free."""
        self._field.clear()
        self.flush()


def place_of(what: str, ref: Ref) -> str:
    """The name of a place that belongs to a meeting or another row."""
    return f"{what}:{ref.space}:{ref.row.hex()}"
