"""A successor circle: who comes along, and what it is called; made away from the window, then people are invited."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from circle_app.errors import CircleError
from circle_app.workspace import spaces
from circle_app.workspace.queries.circles import circle
from circle_app.workspace.queries.people import me, people, person
from ui.context import AppContext
from ui.problems import sentence
from ui.views.people_words import ASKED, GUESTS, group_of
from ui.widgets.avatar import Avatar
from ui.widgets.base import Label
from ui.widgets.choice import CheckBox
from ui.widgets.fields import TextField
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import row
from ui.widgets.page import SectionTitle
from ui.widgets.sheet import Sheet


class SuccessorSheet(Sheet):
    """`boxes` are the people to choose from, by their row; nothing is made before the sheet is accepted."""

    def __init__(self, ctx: AppContext, parent: QWidget, *, space: int) -> None:
        super().__init__(ctx.theme, "", width=560, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._ctx, self._space, self._window = ctx, space, parent
        self._profile = circle(ctx.ws, space)
        self.setWindowTitle(self.tr("Start a successor circle"))
        self.heading.setText(self.tr("Start a successor circle"))
        theme = ctx.theme
        words = self.tr(
            "When nobody is left who can decide in {circle}, go on in a new circle with everything that can be read here: you "
            "are its founder, and the old one stays as it is. Attached files, what others marked as private, and all but the "
            "names of those who do not come along stay behind."
        )
        self.body.addWidget(Label(theme, words.format(circle=self._profile.name), color="ink2", wrap=True))
        self.name = TextField(
            theme,
            name=self.tr("Name of the new circle"),
            text=self.tr("{circle}, anew").format(circle=self._profile.name),
        )
        self.body.addWidget(Labelled(theme, self.tr("Name of the new circle"), self.name))
        self.boxes: dict[bytes, CheckBox] = {}
        self._list_people()
        self.body.addStretch(1)
        self.go = self.add_buttons(self.tr("Start it"), self.tr("Not now"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def chosen(self) -> tuple[bytes, ...]:
        """The rows of the people who are to come along."""
        return tuple(who for who, box in self.boxes.items() if box.isChecked())

    def accept(self) -> None:
        """Make the circle; a refusal is said and the sheet stays."""
        if not self.go.isEnabled():
            return
        ctx, space, name, chosen = self._ctx, self._space, self.name.text().strip(), self.chosen()
        mine = me(ctx.ws, space)
        my_name = (person(ctx.ws, mine).name if mine is not None else "") or ctx.settings.name
        self.say_problem("")
        self.go.setEnabled(False)

        def work() -> int:
            from sync.client.successor import start_successor

            return start_successor(ctx.ws, ctx.vault, space, name=name, my_name=my_name, chosen=chosen)

        ctx.tasks.run(self, work, self._made, self._failed)

    def _list_people(self) -> None:
        theme, mine = self._ctx.theme, me(self._ctx.ws, self._space)
        listed = [p for p in people(self._ctx.ws, self._space) if p.ref != mine]
        if not listed:
            return
        self.body.addWidget(SectionTitle(theme, self.tr("Who is to come along?"), role="caps"))
        hint = self.tr("They stand in its list as asked, and hear of it when you invite them.")
        self.body.addWidget(Label(theme, hint, role="second", color="ink3", wrap=True))
        for each in listed:
            group = group_of(each)
            box = CheckBox(theme, each.name, checked=group != GUESTS)
            about = {ASKED: self.tr("asked, no answer yet"), GUESTS: self.tr("a guest")}.get(group, "")
            if about:
                box.setAccessibleName(f"{each.name}, {about}")
            line = row(theme, box, gap=10)
            line.insertWidget(0, Avatar(theme, each.name, key=each.ref.row, size=28))
            line.addWidget(Label(theme, about, role="second", color="ink3"))
            line.addStretch(1)
            self.body.addLayout(line)
            self.boxes[each.ref.row] = box

    def _made(self, space: int) -> None:
        ctx, window = self._ctx, self._window
        invited = bool(self.chosen()) and spaces.space(ctx.ws, space).server is not None
        super().accept()
        ctx.navigate("circle", space)
        if invited:
            from ui.dialogs.invite import InviteDialog

            dialog = InviteDialog(ctx, window, space=space)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()
            return
        ctx.toast(self.tr("Your new circle is here, with everything. The old one stays to read."))

    def _failed(self, problem: CircleError) -> None:
        self.go.setEnabled(True)
        self.say_problem(sentence(problem))
