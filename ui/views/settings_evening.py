"""How a live meeting makes itself heard on this computer."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui import sounds
from ui.context import AppContext
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice import CheckBox
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import boxed, row


class EveningCard(Card):
    """Off until somebody wants it; takes effect at once."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, parent=parent)
        self._ctx = ctx
        self.sounds = CheckBox(ctx.theme, self.tr("Soft sounds of the clock"), checked=sounds.wanted(ctx.settings))
        self.listen = Button(ctx.theme, self.tr("Listen"), icon="volume-2")
        self.body.addWidget(Label(ctx.theme, self.tr("In a live meeting"), role="section"))
        hint = self.tr("When a step is nearly over, when its time is up, and when it is over time")
        self.body.addWidget(Labelled(ctx.theme, "", boxed(row(ctx.theme, self.sounds, None, self.listen)), hint=hint))
        self.sounds.toggled.connect(lambda on: sounds.switch(ctx.settings, on))
        self.listen.clicked.connect(lambda _on=False: sounds.play("up"))
