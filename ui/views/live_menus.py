"""The menu of a step on the live page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.workspace.commands import agenda as agenda_commands
from ui.context import AppContext
from ui.models.evening import Evening
from ui.widgets.menu import Menu


class StepMenu(Menu):
    """Go to a step, put it aside for another evening, or take it up again; the running one may have begun `earlier`."""

    def __init__(
        self, ctx: AppContext, evening: Evening, item: Ref, go_to: Callable[[Ref], object], parent: QWidget,
        *, earlier: Callable[[], object],
    ) -> None:  # fmt: skip
        super().__init__(ctx.theme, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        found = next((step for step in evening.items if step.ref == item), None)
        if found is not None and found == evening.running:
            self.add(self.tr("It began earlier…"), earlier, icon="alarm-clock", key="J")
            return
        self.add(self.tr("Go to this step"), lambda: go_to(item), icon="arrow-right")
        if found is None:
            return
        if found.state == "parked":
            back = partial(agenda_commands.set_item, ctx.ws, item, state=None)
            self.add(self.tr("Put it back on the agenda"), back, icon="rotate-ccw")
        elif found.state is None:
            later = partial(agenda_commands.set_item, ctx.ws, item, state="parked")
            self.add(self.tr("Park it for another evening"), later, icon="archive")


class ProjectorMenu(Menu):
    """While the second screen is open: names on it or none, the agreements or the step, and away with it."""

    def __init__(self, ctx: AppContext, parent: QWidget) -> None:
        super().__init__(ctx.theme, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = self.tr("Show no names") if ctx.second.names else self.tr("Show first names")
        icon = "eye-off" if ctx.second.names else "eye"
        self.add(words, ctx.second.switch_names, icon=icon, key="Shift+F11")
        words = self.tr("Back to the step") if ctx.second.agreements else self.tr("Show our agreements")
        self.add(words, ctx.second.switch_agreements, icon="undo-2" if ctx.second.agreements else "handshake", key="A")
        self.add(self.tr("Close the projector"), ctx.second.close, icon="x", key="F11")
