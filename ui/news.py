"""Keeps the sidebar true: my circles, how many promises are open, my name, and sync in words."""

from __future__ import annotations

from PySide6.QtCore import QObject

from circle_app.workspace.queries.circles import circle_names
from circle_app.workspace.queries.people import me
from circle_app.workspace.queries.status import sync_status
from circle_app.workspace.queries.tasks import count_mine
from ui.context import AppContext
from ui.firstpaint import AfterFirstPaint
from ui.sidebar import Sidebar
from ui.theme.theme import person_color


class SidebarNews(QObject):
    """Watches the workspace for a sidebar; lives as long as it."""

    def __init__(self, context: AppContext, sidebar: Sidebar) -> None:
        super().__init__(sidebar)
        self._context, self._sidebar = context, sidebar
        self._held = 0
        self._looking = self._stale = self._seen = False
        context.bus.watch(sidebar, {"circle", "spaces", "settings"}, self._refresh_circles)
        context.bus.watch(sidebar, {"tasks", "people", "spaces"}, self._refresh_tasks)
        context.bus.touched.connect(self._refresh_sync)
        context.runner.changed.connect(self._refresh_sync)
        self._refresh_circles()
        self._refresh_tasks()
        self._say()
        AfterFirstPaint(sidebar, self._look_at_last)

    def _refresh_circles(self) -> None:
        circles = circle_names(self._context.ws)
        self._sidebar.set_circles(tuple((space, name, color or person_color(name)) for space, name, color in circles))
        mine = me(self._context.ws, circles[0][0]) if circles else None
        self._sidebar.set_me(self._context.settings.name, mine.row if mine else b"")

    def _refresh_tasks(self) -> None:
        self._sidebar.set_badge("tasks", count_mine(self._context.ws))

    def _refresh_sync(self, _news: object = None) -> None:
        self._look()
        self._say()

    def _look_at_last(self) -> None:
        self._seen = True
        self._look()

    def _look(self) -> None:
        """Count what needs somebody away from the window, as much may have to be read for it; once more if asked meanwhile.

        Not before the sidebar has been seen.
        """
        self._stale = self._looking
        if self._looking or not self._seen:
            return
        from ui.models.refused import things_to_look_at  # after the first paint

        self._looking = True
        ws, settings = self._context.ws, self._context.settings
        self._context.tasks.run(
            self, lambda: things_to_look_at(ws, settings), self._looked, lambda _problem: self._looked(self._held)
        )

    def _looked(self, held: int) -> None:
        self._held, self._looking = held, False
        self._say()
        if self._stale:
            self._look()

    def _say(self) -> None:
        spaces = sync_status(self._context.ws)
        waiting = sum(space.waiting for space in spaces if space.server)
        if self._context.ws.barrier.refuses:
            self._show(
                self.tr("Nothing is saved now"),
                self.tr("See the note above"),
                icon="triangle-alert",
                needs_you=True,
            )
        elif self._held:
            self._show(
                self.tr("%Ln thing(s) (needs|need) you", "", self._held),
                self.tr("Everything else is saved"),
                icon="cloud",
                needs_you=True,
            )
        elif not any(space.server for space in spaces):
            self._show(self.tr("Everything is saved"), self.tr("On this computer"), icon="cloud-check")
        elif waiting:
            second = self.tr("%Ln change(s) (waits|wait) for the network", "", waiting)
            self._show(self.tr("Everything is saved"), second, icon="cloud-check")
        else:
            self._show(self.tr("Everything is saved"), self.tr("Sent to the others"), icon="cloud-check")

    def _show(self, title: str, second: str, *, icon: str, needs_you: bool = False) -> None:
        self._sidebar.set_sync(title, second, icon=icon, needs_you=needs_you)
