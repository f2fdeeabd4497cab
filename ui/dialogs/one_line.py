"""One line of text asked for on a sheet of its own: a new name for something."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from ui.context import AppContext
from ui.doing import done_in
from ui.widgets.fields import TextField
from ui.widgets.sheet import Sheet


def ask_line(ctx: AppContext, window: QWidget, *, title: str, text: str, keep: Callable[[str], object]) -> LineSheet:
    """Open the sheet; `keep` gets what was typed, and what it refuses is said on the sheet."""
    sheet = LineSheet(ctx, title, text, keep, window)
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    sheet.open()
    return sheet


class LineSheet(Sheet):
    """Nothing changes before it is accepted."""

    def __init__(
        self, ctx: AppContext, title: str, text: str, keep: Callable[[str], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx.theme, title, width=440, parent=parent)
        self._keep = keep
        self.field = TextField(ctx.theme, name=title, text=text, role="field_big", height=46)
        self.field.returnPressed.connect(self.accept)
        self.body.addWidget(self.field)
        self.body.addStretch(1)
        self.add_buttons(
            QCoreApplication.translate("LineSheet", "Keep it so"), QCoreApplication.translate("LineSheet", "Cancel")
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def accept(self) -> None:
        """Keep what was typed; a refusal is said and the sheet stays."""
        if not self.isVisible():
            return  # Ctrl+Enter comes from the field and from the sheet
        if done_in(self, lambda: self._keep(self.field.text())):
            super().accept()
