"""Giving a computer a name of one's own; nobody else sees it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from ui.context import AppContext
from ui.widgets.base import Label
from ui.widgets.fields import TextField
from ui.widgets.labelled import Labelled
from ui.widgets.sheet import Sheet


class DeviceNameSheet(Sheet):
    """`devs` are the ids of one computer: it has another in every circle. An empty name takes the given one away."""

    def __init__(self, ctx: AppContext, parent: QWidget, *, devs: Sequence[bytes], title: str, name: str) -> None:
        super().__init__(ctx.theme, "", width=460, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._ctx, self._devs = ctx, tuple(devs)
        heading = self.tr("A name for this computer") if len(devs) > 1 else self.tr("A name for a computer")
        self.setWindowTitle(heading)
        self.heading.setText(heading)
        words = self.tr("{what}. The name stays on this computer; the others in the circle do not see it.")
        self.body.addWidget(Label(ctx.theme, words.format(what=title), color="ink2", wrap=True))
        self.name = TextField(ctx.theme, name=self.tr("Name"), text=name, hint=self.tr("The old laptop"))
        self.name.setMaxLength(60)
        self.name.returnPressed.connect(self.accept)
        self.body.addWidget(Labelled(ctx.theme, self.tr("Name"), self.name))
        self.body.addStretch(1)
        self.add_buttons(self.tr("Keep the name"), self.tr("Cancel"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def accept(self) -> None:
        """Keep it under every id that the computer has."""
        from sync.client.linking import name_device

        for dev in self._devs:
            name_device(self._ctx.ws, dev, self.name.text())
        super().accept()
