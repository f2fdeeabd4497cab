"""The line that takes people in: type a name, Enter, next name; three words beside it say how they stand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.text import fold_name
from circle_app.errors import CircleError
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.queries.people import people
from ui.context import AppContext
from ui.models.taking_back import taking_back
from ui.problems import sentence
from ui.views.people_words import ASKED, GUESTS, HERE
from ui.widgets.base import Label
from ui.widgets.choice import Option, Segmented
from ui.widgets.fields import TextField
from ui.widgets.flow import Flow
from ui.widgets.layouts import fill

STATUS = {HERE: ("member", True), ASKED: ("invited", False), GUESTS: ("guest", False)}
"""How somebody stands: their status and whether they are in."""


class AddLine(QWidget):
    """Adds to the circle `space`; a name that is in the list already is only taken when Enter is pressed once more."""

    def __init__(self, ctx: AppContext, space: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx, self.space = ctx, space
        self._known = ""
        theme = ctx.theme
        self.field = TextField(
            theme, name=self.tr("Name of a person to add"), hint=self.tr("Add a name"), icon="user-plus", key="Enter",
            height=42,
        )  # fmt: skip
        self.field.setMinimumWidth(theme.px(260))
        self.standing = Segmented(
            theme,
            (
                Option(HERE, self.tr("Is in"), "user-check", "teal"),
                Option(ASKED, self.tr("Was asked"), "mail", "gold"),
                Option(GUESTS, self.tr("Guest"), "hand", "plum"),
            ),
            name=self.tr("How this person stands"),
        )
        self.below = Label(theme, role="second", color="ink2", wrap=True)
        self.below.hide()
        layout = QVBoxLayout(self)
        fill(theme, layout, Flow(theme, self.field, self.standing, gap=10), self.below, gap=4)
        self.field.returnPressed.connect(self.take)
        self.field.textChanged.connect(lambda _text: self._say(""))

    def take(self) -> Ref | None:
        """Add the typed name; the field is free for the next one."""
        name = " ".join(self.field.text().split())
        if not name:
            return None
        there = {fold_name(person.name) for person in people(self._ctx.ws, self.space)}
        if fold_name(name) in there and self._known != name:
            self._known = name
            words = self.tr("{name} is in the list already. Press Enter again if this is another person.")
            self._say(words.format(name=name))
            return None
        status, confirmed = STATUS[self.standing.code()]
        try:
            ref = add_person(self._ctx.ws, self.space, name=name, status=status, confirmed=confirmed)
        except CircleError as problem:
            self._say(sentence(problem))
            return None
        self._known = ""
        self.field.clear()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ctx.toast(self.tr("{name} is in the list").format(name=name), taking_back(self._ctx.ws))
        return ref

    def _say(self, words: str) -> None:
        self.below.setText(words)
        self.below.setVisible(bool(words))
