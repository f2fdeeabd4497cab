"""Before this computer is left at the door: what people will see, and the PIN that ends it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.errors import CircleError
from circle_app.workspace.kiosk import LONGEST, begin
from ui.context import AppContext
from ui.problems import sentence
from ui.widgets.base import Label
from ui.widgets.fields import TextField
from ui.widgets.labelled import Labelled
from ui.widgets.sheet import Sheet


class KioskSheet(Sheet):
    """`show_ref` takes the meeting. The PIN is seen while it is typed: it is chosen anew each evening, away from the guests."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, "", width=520, parent=parent)
        self._ctx = ctx
        self._ref: Ref | None = None
        self.setWindowTitle(self.tr("Self check-in"))
        self.heading.setText(self.tr("Let people check themselves in"))
        told = (
            self.tr("The whole screen becomes one question: “What is your name?” Who types their whole name is checked in."),
            self.tr("No list and no other name is shown. New people come in as guests."),
            self.tr("Only this PIN brings you back here, even after a restart. It is not sent anywhere."),
        )  # fmt: skip
        for words in told:
            self.body.addWidget(Label(ctx.theme, words, color="ink2", wrap=True))
        self.pin = TextField(
            ctx.theme, name=self.tr("PIN for tonight"), hint=self.tr("4 to 12 digits"), role="field_big", height=52,
            icon="key-round",
        )  # fmt: skip
        self.pin.setMaxLength(LONGEST)
        self.pin.returnPressed.connect(self.accept)
        self.body.addWidget(Labelled(ctx.theme, self.tr("PIN for tonight"), self.pin))
        self.add_buttons(self.tr("Begin"), self.tr("Cancel"))

    def show_ref(self, ref: object) -> None:
        """The door of this meeting."""
        assert isinstance(ref, Ref)
        self._ref = ref

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def accept(self) -> None:
        if self._ref is None:
            return
        try:
            begin(self._ctx.ws, self._ref, self.pin.text())
        except CircleError as problem:
            self.pin.set_wrong(True)
            self.say_problem(sentence(problem))
            return
        super().accept()
