"""While this computer is locked to the door of a meeting: one page over the whole window, and no other way out than the PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from circle_app.errors import CircleError
from circle_app.workspace.changes import Touched
from circle_app.workspace.kiosk import locked_to, which
from ui.context import AppContext

if TYPE_CHECKING:
    from ui.views.kiosk import KioskPage


class KioskLock(QObject):
    """Follows what the workspace says, so that a window opened again after a crash is locked again.

    While it is locked all that was `inside` the window is taken out of it: nothing of it is painted, nothing of it takes
    keys, and a screen reader finds no name there.
    """

    def __init__(self, ctx: AppContext, window: QWidget, inside: QWidget) -> None:
        super().__init__(window)
        self._ctx, self._window, self._inside = ctx, window, inside
        self.page: KioskPage | None = None
        self._shut: list[QWidget | QShortcut] = []
        self._before: QWidget | None = None
        self._full = False
        self._let_out = ""
        window.destroyed.connect(inside.deleteLater)  # while it is taken out nobody else ends it
        window.installEventFilter(self)
        ctx.bus.touched.connect(self._hear)
        self.look()

    @property
    def on(self) -> bool:
        return self.page is not None

    def look(self) -> None:
        """Cover the window, or give it back."""
        ref = locked_to(self._ctx.ws)
        if ref is not None and self.page is None and which(self._ctx.ws) != self._let_out:
            from ui.views.kiosk import KioskPage  # hardly ever wanted

            self._before = self._window.focusWidget()
            page = KioskPage(self._ctx, ref, self._window)
            page.let_out.connect(self._open)
            self._cover(page)
        elif ref is None and self.page is not None:
            self._uncover(self.page)

    def _open(self, problem: CircleError) -> None:
        """The owner is back, though that could not be written down."""
        assert self.page is not None
        self._let_out = which(self._ctx.ws)
        self._uncover(self.page)
        self._ctx.problem(problem)

    def _hear(self, news: Touched) -> None:
        if "settings" in news.kinds:
            self.look()

    def refuses_close(self) -> bool:
        """Whether the window stays open, and asks for the PIN; the system may always end the program with the session."""
        app = QApplication.instance()
        if self.page is None or (isinstance(app, QApplication) and app.isSavingSession()):
            return False
        self.page.ask_pin()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.page is not None and event.type() == QEvent.Type.WindowActivate:
            self.page.land()
        return False

    def _cover(self, page: KioskPage) -> None:
        window = self._window
        self.page = page
        self._ctx.second.lock(beside=window)
        self._swap(self._inside, page)
        self._inside.setParent(None)
        beneath = [part for part in window.children() if isinstance(part, QWidget | QShortcut) and part is not page]
        # what was shut before stays so afterwards
        self._shut = [part for part in beneath if part.isEnabled()]
        for part in self._shut:
            part.setEnabled(False)
        page.raise_()
        self._full = bool(window.windowState() & Qt.WindowState.WindowFullScreen)
        window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)

    def _uncover(self, page: KioskPage) -> None:
        self.page = None
        self._swap(page, self._inside)
        page.hide()
        page.deleteLater()
        for part in self._shut:
            if shiboken6.isValid(part):  # a sheet that went meanwhile keeps nothing else shut
                part.setEnabled(True)
        self._shut = []
        self._ctx.second.unlock()
        if self._before is not None and shiboken6.isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._window.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._full:
            self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowFullScreen)

    def _swap(self, out: QWidget, into: QWidget) -> None:
        """Put `into` where `out` fills the window."""
        whole = self._window.layout()
        assert whole is not None
        whole.replaceWidget(out, into)
        into.show()
        whole.activate()
