"""What else can be done with a meeting that is planned: its papers, templates, and to take it out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.meetings import delete_meeting
from circle_app.workspace.queries.meetings import meeting
from ui.context import AppContext
from ui.models.taking_back import taking_back
from ui.shortcuts import key_name
from ui.text import isolated
from ui.widgets.menu import Menu


class PlanMenu(Menu):
    """`printing` and `templates` open the sheets of the page."""

    def __init__(
        self, ctx: AppContext, ref: Ref, parent: QWidget, *, printing: Callable[[], object], templates: Callable[[], object]
    ) -> None:  # fmt: skip
        super().__init__(ctx.theme, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._ctx, self._ref = ctx, ref
        self.add(self.tr("Print…"), printing, icon="printer", key=key_name("Ctrl+P"))
        papers = self.tr("Papers: agenda, sign-in sheet…")
        self.add(papers, lambda: ctx.navigate("export", ref), icon="file-down")
        self.add(self.tr("Keep or use a template…"), templates, icon="layers")
        self.addSeparator()
        self.add(self.tr("Take this meeting out"), self._take_out, icon="trash-2")

    def _take_out(self) -> None:
        title = meeting(self._ctx.ws, self._ref).title
        delete_meeting(self._ctx.ws, self._ref)
        words = self.tr("“{title}” is in the trash").format(title=isolated(title))
        self._ctx.toast(words, taking_back(self._ctx.ws))
