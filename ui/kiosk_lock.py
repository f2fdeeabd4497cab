"""While this computer is locked to the door of a meeting: one page over the whole window, and no other way out than the PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from circle_app.workspace.changes import Touched
from circle_app.workspace.kiosk import locked_to
from ui.context import AppContext

if TYPE_CHECKING:
    from ui.views.kiosk import KioskPage


class KioskLock(QObject):
    """Follows what the workspace says, so that a window opened again after a crash is locked again."""

    def __init__(self, ctx: AppContext, window: QWidget) -> None:
        super().__init__(window)
        self._ctx, self._window = ctx, window
        self.page: KioskPage | None = None
        self._shut: list[QWidget | QShortcut] = []
        self._before: QWidget | None = None
        self._full = False
        window.installEventFilter(self)
        ctx.bus.touched.connect(self._hear)
        self.look()

    @property
    def on(self) -> bool:
        return self.page is not None

    def look(self) -> None:
        """Cover the window, or give it back."""
        ref = locked_to(self._ctx.ws)
        if ref is not None and self.page is None:
            from ui.views.kiosk import KioskPage  # hardly ever wanted

            self._before = self._window.focusWidget()
            self._cover(KioskPage(self._ctx, ref, self._window))
        elif ref is None and self.page is not None:
            self._uncover(self.page)

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
        if self.page is not None and event.type() == QEvent.Type.Resize:
            self.page.setGeometry(self._window.rect())
        elif self.page is not None and event.type() == QEvent.Type.WindowActivate:
            self.page.land()
        return False

    def _cover(self, page: KioskPage) -> None:
        window = self._window
        self.page = page
        beneath = [part for part in window.children() if isinstance(part, QWidget | QShortcut) and part is not page]
        # what was shut before stays so afterwards
        self._shut = [part for part in beneath if part.isEnabled()]
        for part in self._shut:
            part.setEnabled(False)
        page.setGeometry(window.rect())
        page.show()
        page.raise_()
        self._full = bool(window.windowState() & Qt.WindowState.WindowFullScreen)
        window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)

    def _uncover(self, page: KioskPage) -> None:
        self.page = None
        page.hide()
        page.deleteLater()
        for part in self._shut:
            part.setEnabled(True)
        self._shut = []
        if self._before is not None and shiboken6.isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._window.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._full:
            self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowFullScreen)
