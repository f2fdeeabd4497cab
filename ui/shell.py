"""The window: sidebar, pages, toast, shortcuts and the way back; it keeps no data of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.errors import CircleError
from circle_app.workspace.commands.undo import redo, undo
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import meeting
from sync.vault import Vault
from ui.bus import Bus
from ui.context import AppContext
from ui.kiosk_lock import KioskLock
from ui.news import SidebarNews
from ui.problems import sentence
from ui.settings import Settings
from ui.shortcuts import ShortcutSheet, places
from ui.sidebar import Sidebar
from ui.storage import StorageBanner
from ui.syncing import SyncDoor
from ui.tasks import Background
from ui.theme.theme import Theme
from ui.undo_words import done_words
from ui.views.registry import DIALOGS, PLACES, load, make_view
from ui.widgets.layouts import fill
from ui.widgets.seats import logo_icon
from ui.widgets.toast import Toast

NARROW_BELOW = 1100
SMALLEST = (760, 480)
HISTORY_KEPT = 100

Stop = tuple[str, object]


class Shell(QWidget):
    """One window on one workspace. `context` is what its views are handed; `inside` holds everything but the page at the door."""

    def __init__(self, ws: Workspace, vault: Vault, *, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.theme = theme
        self.settings = settings
        self.bus = Bus(ws)
        self.runner = SyncDoor(ws, vault)
        self.background = Background(self.show_problem)
        self.context = AppContext(
            ws=ws,
            vault=vault,
            runner=self.runner,
            bus=self.bus,
            theme=theme,
            settings=settings,
            tasks=self.background,
            navigate=self.navigate,
            toast=self.say,
            problem=self.show_problem,
        )
        self._history: list[Stop] = []
        self._at = -1
        self._views: dict[str, QWidget] = {}
        self.setWindowTitle("Citizen Circles")
        self.setWindowIcon(logo_icon(theme))
        self.setMinimumSize(*SMALLEST)
        self._size_for(self.screen().availableSize())
        self.inside = QWidget()
        self._layout = QHBoxLayout(self.inside)
        fill(theme, self._layout, gap=0)
        fill(theme, QHBoxLayout(self), self.inside, gap=0)
        self._pages = QVBoxLayout()
        self._furnish()
        self._add_shortcuts()
        self.bus.touched.connect(self.runner.heard)
        theme.rescaled.connect(self._rebuild)
        self._restore()
        self.kiosk = KioskLock(self.context, self, self.inside)

    @property
    def place(self) -> Stop:
        """Where we are: the place and what it shows."""
        return self._history[self._at] if self._history else ("", None)

    def view(self, place: str) -> QWidget:
        """The view of a place, made when first asked for."""
        if place not in self._views:
            view = make_view(place, self.context)
            self._views[place] = view
            self._stack.addWidget(view)
        return self._views[place]

    def navigate(self, place: str, ref: object = None) -> None:
        """Go to a place and show `ref` there. What cannot be shown is said in words and we stay where we are."""
        if place in DIALOGS:
            self.open_dialog(place, ref)
            return
        try:
            stop = self._resolve(place, ref)
            self._show(*stop)
        except CircleError as problem:
            self.show_problem(problem)
            return
        if self.place == stop:
            return
        del self._history[self._at + 1 :]
        self._history = [*self._history, stop][-HISTORY_KEPT:]
        self._at = len(self._history) - 1

    def go_back(self) -> None:
        self._travel(-1)

    def go_forward(self) -> None:
        self._travel(1)

    def say(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """A short message at the foot of the window, with Undo when `undo` is given; at the door it would tell names."""
        if self.kiosk.on:
            return
        self._toast.say(text, undo)

    def show_problem(self, problem: CircleError) -> None:
        self.say(sentence(problem))

    def open_dialog(self, name: str, ref: object = None) -> None:
        """One of `registry.DIALOGS`, over this window; none at the door, whatever asks for it."""
        if self.kiosk.on:
            return
        dialog = load(DIALOGS[name])(self.context, self)
        assert isinstance(dialog, QDialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        show_ref = getattr(dialog, "show_ref", None)
        if ref is not None and show_ref is not None:
            show_ref(ref)
        dialog.open()

    def leave(self) -> None:
        """Close because the system asks for it: no lock at the door keeps the program running."""
        self._asked_by_system = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Words that could not be kept are only here: the first try to close says so, the second one leaves them."""
        if not self._asked_by_system and self.kiosk.refuses_close():
            event.ignore()
            return
        self._leave_field()
        from ui.unsaved import unsaved

        if unsaved(self) and not self._warned:
            self._warned = True
            event.ignore()
            self.say(
                self.tr(
                    "Something you typed is not saved yet. Copy it if you need it, and close once more to leave it."
                )
            )
            return
        self.settings.remember("window", bytes(self.saveGeometry().toBase64().data()).decode("ascii"))
        # the projector is a window of its own: left open it would keep the app running behind it
        self.context.second.close()
        super().closeEvent(event)

    def shut_down(self) -> None:
        """End threads and subscriptions, before the workspace closes."""
        from ui.opened_copies import wipe

        self.context.second.close()
        self.runner.stop()
        self.background.close()
        self.bus.close()
        wipe(self.context.ws.folder)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fold()

    def _furnish(self) -> None:
        self._sidebar = Sidebar(self.theme, places())
        self._sidebar.chosen.connect(self.navigate)
        self._sidebar.new_circle.connect(partial(self.open_dialog, "start_circle"))
        self._stack = QStackedWidget()
        self.banner = StorageBanner(self.context, self)
        self.banner.closing.connect(self.close)
        self._layout.addWidget(self._sidebar)
        self._layout.addLayout(self._pages, 1)
        self._pages.addWidget(self.banner)
        self._pages.addWidget(self._stack, 1)
        self._told = QWidget()
        self._pages.addWidget(self._told)
        self._toast = Toast(self.theme, self.inside, undo_text=self.tr("Undo"), page=self._stack, room=self._told)
        self._news = SidebarNews(self.context, self._sidebar)

    def _rebuild(self) -> None:
        """Make everything anew in another text size or language, and show the same page."""
        self._leave_field()
        self._layout.removeItem(self._pages)
        for widget in (self._sidebar, self.banner, self._stack, self._told, self._toast):
            self._layout.removeWidget(widget)
            self._pages.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._views = {}
        self._furnish()
        if self._history:
            self._show(*self.place)

    def _resolve(self, place: str, ref: object) -> Stop:
        if place == "meeting" and isinstance(ref, Ref):
            state = meeting(self.context.ws, ref).state
            return {"live": "live", "closed": "export"}.get(state, "plan"), ref
        if place == "line" and isinstance(ref, Ref):
            from circle_app.workspace.queries.outcomes import outcome  # no start needs it

            return ("live", ref) if outcome(self.context.ws, ref).meeting else ("home", None)
        if place not in PLACES:
            return "home", None
        return place, ref

    def _show(self, place: str, ref: object) -> None:
        view = self.view(place)
        show_ref = getattr(view, "show_ref", None)
        if show_ref is not None:
            show_ref(ref)
        self._stack.setCurrentWidget(view)
        self._sidebar.set_current(place, ref)
        self._sidebar.setVisible(place != "onboarding")
        self._live = place == "live"
        self._fold()

    _live = _warned = _asked_by_system = False

    def _fold(self) -> None:
        self._sidebar.set_narrow(self._live or self.width() < self.theme.px(NARROW_BELOW))

    def _travel(self, step: int) -> None:
        target = self._at + step
        if not 0 <= target < len(self._history):
            return
        try:
            self._show(*self._history[target])
        except CircleError as problem:
            del self._history[target]
            self._at -= 1 if step < 0 else 0
            self.show_problem(problem)
            return
        self._at = target

    def _add_shortcuts(self) -> None:
        def on(keys: str | QKeySequence.StandardKey, action: Callable[[], object]) -> None:
            QShortcut(QKeySequence(keys), self).activated.connect(action)

        for number, (place, *_rest) in enumerate(places(), start=1):
            on(f"Ctrl+{number}", partial(self.navigate, place))
        on("Alt+Left", self.go_back)
        on("Alt+Right", self.go_forward)
        on("Ctrl+,", partial(self.navigate, "settings"))
        on("Ctrl+K", partial(self.open_dialog, "search"))
        on("Ctrl+N", self._new_meeting)
        on("F1", self._show_shortcuts)
        on("?", self._show_shortcuts)
        on(QKeySequence.StandardKey.Undo, self._undo)
        on("Ctrl+Shift+Z", self._redo)
        on(QKeySequence.StandardKey.Quit, self.close)

    def _show_shortcuts(self) -> None:
        ShortcutSheet(self.theme, self).open()

    def _new_meeting(self) -> None:
        from ui.new_meeting import new_meeting

        place, ref = self.place
        new_meeting(self.context, self, space=ref if place == "circle" and isinstance(ref, int) else None)

    def _undo(self) -> None:
        name = undo(self.context.ws)
        if name is None:
            self.say(self.tr("There is nothing to take back."))
            return
        self.say(self.tr("Taken back: {what}").format(what=done_words(name)), self._redo)

    def _redo(self) -> None:
        name = redo(self.context.ws)
        if name is None:
            self.say(self.tr("There is nothing to do again."))
            return
        self.say(self.tr("Done again: {what}").format(what=done_words(name)))

    def _leave_field(self) -> None:
        """Fields save when the keyboard leaves them: nothing half typed is lost with the window."""
        field = self.focusWidget()
        if field is not None:
            field.clearFocus()

    def _size_for(self, screen: QSize) -> None:
        """The usual size, or what a small screen has room for beside the frame of the window."""
        room = screen - QSize(16, 48)
        self.resize(QSize(1280, 820).boundedTo(room).expandedTo(self.minimumSize()))

    def _restore(self) -> None:
        kept = self.settings.get("window")
        if kept:
            self.restoreGeometry(QByteArray.fromBase64(kept.encode("ascii")))
