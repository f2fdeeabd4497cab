"""The people who are in from the start: a ring of seats, a line to type names into, Enter for the next one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from circle_app.domain.rules import READY_PEOPLE, Readiness
from circle_app.domain.text import fold_name
from ui.text import number
from ui.theme.theme import Theme
from ui.views.circle_words import readiness_line
from ui.widgets.avatar import Avatar
from ui.widgets.base import Label
from ui.widgets.button import IconButton
from ui.widgets.card import Card
from ui.widgets.fields import TextField
from ui.widgets.layouts import boxed, clear, column, row
from ui.widgets.listrow import ElidedLabel
from ui.widgets.seats import Seat, SeatRing


class Founders(Card):
    """`names()` are the people beside the one who starts; `changed` fires with every name."""

    changed = Signal()

    def __init__(self, theme: Theme, my_name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, fill_color="sunken", shadow=False, padding=(18, 16, 18, 16), gap=10, parent=parent)
        self._me = my_name
        self._names: list[str] = []
        self.ring = SeatRing(theme, minimum=170)
        self.line = Label(theme, role="strong", color="teal", center=True, wrap=True)
        self.field = TextField(
            theme, name=self.tr("Name of a person who is in"), hint=self.tr("Add a name"), icon="user-plus", key="Enter"
        )
        self.field.returnPressed.connect(self.take)
        self.body.addWidget(Label(theme, self.tr("Who is in?"), role="heading"))
        self.body.addWidget(self.ring, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self.line)
        self.body.addWidget(self.field)
        self._list = column(theme, gap=2)
        self.body.addLayout(self._list)
        self.body.addStretch(1)
        self._refresh()

    def names(self) -> tuple[str, ...]:
        return tuple(self._names)

    def set_me(self, name: str) -> None:
        """The person who starts the circle."""
        self._me = name
        self._refresh()

    def take(self) -> bool:
        """Take the typed name in; the field is free for the next. False when there was nothing to take."""
        name = " ".join(self.field.text().split())
        if not name:
            return False
        if fold_name(name) not in {fold_name(known) for known in (self._me, *self._names)}:
            self._names.append(name)
        self.field.clear()
        self._refresh()
        self.changed.emit()
        return True

    def _drop(self, name: str) -> None:
        self._names.remove(name)
        self._refresh()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _refresh(self) -> None:
        theme = self.theme
        everyone = [self._me or self.tr("You"), *self._names]
        free = max(READY_PEOPLE, len(everyone)) - len(everyone)
        seats = tuple(Seat(name, name.encode("utf-8")) for name in everyone) + tuple(Seat() for _ in range(free))
        standing = Readiness(len(everyone))
        line = readiness_line(standing)
        self.ring.set_seats(
            seats,
            number=number(len(everyone)),
            caption=self.tr("are in") if len(everyone) > 1 else self.tr("is in"),
            name=line,
        )
        self.line.setText(line)
        self.line.set_color("teal" if standing.ready else "ink2")
        clear(self._list)
        for name in self._names:
            gone = IconButton(theme, "x", self.tr("Take {name} out").format(name=name), size=28)
            gone.clicked.connect(lambda _on=False, name=name: self._drop(name))
            line_of_one = row(theme, Avatar(theme, name, key=name, size=26), gap=8)
            line_of_one.addWidget(ElidedLabel(theme, name, role="medium"), 1)
            line_of_one.addWidget(gone)
            self._list.addWidget(boxed(line_of_one))
