"""Changing what a circle is called, what it is about, where and how often it meets."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.queries.circles import circle
from ui.context import AppContext
from ui.dialogs.rhythm_field import RhythmField
from ui.doing import done_in
from ui.theme.tokens import PEOPLE_COLORS
from ui.views.circle_swatches import Swatches
from ui.widgets.fields import TextField
from ui.widgets.labelled import Labelled
from ui.widgets.sheet import Sheet


class CircleProfile(Sheet):
    """Nothing changes before the sheet is accepted."""

    def __init__(self, ctx: AppContext, space: int, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, "", width=520, parent=parent)
        self.setWindowTitle(self.tr("About this circle"))
        self.heading.setText(self.tr("About this circle"))
        self._ctx, self._space = ctx, space
        profile = circle(ctx.ws, space)
        theme = ctx.theme
        self.fields = {
            "name": TextField(theme, name=self.tr("Name"), text=profile.name),
            "topic": TextField(theme, name=self.tr("Topic"), text=profile.topic),
            "place": TextField(theme, name=self.tr("Place"), text=profile.place),
        }
        for field in self.fields.values():
            self.body.addWidget(Labelled(theme, field.accessibleName(), field))
        self.rhythm = RhythmField(theme, profile.rhythm)
        self.body.addWidget(Labelled(theme, self.tr("How often do you meet?"), self.rhythm))
        self.color = Swatches(theme, PEOPLE_COLORS, chosen=profile.color or "", name=self.tr("Colour"))
        self.body.addWidget(Labelled(theme, self.tr("Colour"), self.color))
        self.body.addStretch(1)
        self.add_buttons(self.tr("Keep it so"), self.tr("Cancel"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fields["name"].setFocus(Qt.FocusReason.OtherFocusReason)

    def accept(self) -> None:
        """Write all of it in one go; a refusal is said and the sheet stays."""
        values: dict[str, Any] = {name: field.text() for name, field in self.fields.items()}
        values["rhythm"] = self.rhythm.value()
        if self.color.chosen:
            values["color"] = self.color.chosen
        if done_in(self, lambda: set_circle(self._ctx.ws, self._space, **values)):
            super().accept()
