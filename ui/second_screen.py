"""The keeper of the second screen: it opens the projector's window, feeds it, and closes it with the app's own window.

The live page feeds it while it is shown; while another page is, or none, it reads the evening by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from circle_app.domain.ids import Ref
    from ui.context import AppContext
    from ui.models.evening import Evening
    from ui.views.projector import ProjectorWindow

WATCHED = frozenset({"meetings", "agenda_items", "attendance", "outcomes", "people", "circle", "turns", "pairings"})
GRACE_MS = 150
"""So much later than the live page it looks at the clock by itself: only when the page did not."""


class SecondScreen(QObject):
    """One per window of the app. `names` and `agreements` are off whenever the second window opens."""

    def __init__(self) -> None:
        super().__init__()
        self.names = self.agreements = False
        self._agreed_in: bytes | None = None
        self._window: ProjectorWindow | None = None
        self._ctx: AppContext | None = None
        self._ref: Ref | None = None
        self._evening: Evening | None = None
        self._feeder: QWidget | None = None
        self._beside: QWidget | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._tick)
        self._pulled_out = self._locked = False
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            # looked at when Qt has moved the windows
            for changed in (app.screenRemoved, app.screenAdded):
                changed.connect(lambda _screen: QTimer.singleShot(0, self, self._screens_changed))

    @property
    def window(self) -> ProjectorWindow | None:
        """The second window, while it is open."""
        return self._window

    def open(self, ctx: AppContext, evening: Evening, *, beside: QWidget) -> None:
        """Show this evening on another screen, or in a window that can be dragged to one."""
        from ui.views.projector import ProjectorWindow

        window = ProjectorWindow(ctx.theme, title=self.tr("Projector"))
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.closed.connect(self._gone)
        window.names_asked.connect(self.switch_names)
        window.agreements_asked.connect(self.switch_agreements)
        self._window, self._ctx = window, ctx
        ctx.bus.watch(window, WATCHED, self._news)
        ctx.theme.rescaled.connect(self._unfed)
        self.show(evening)
        self._beside, self._pulled_out = beside.window(), False
        window.open_beside(self._beside)

    def _screens_changed(self) -> None:
        """A cable was pulled out or put in: a second window without a second screen never covers the stage, and it goes
        back to the projector when that is there again."""
        window, beside = self._window, self._beside
        if window is None or beside is None:
            return
        others = [screen for screen in QGuiApplication.screens() if screen is not beside.screen()]
        if window.isFullScreen() and not others:
            self._pulled_out = True
            window.showNormal()
            window.open_beside(beside)
            beside.raise_()
            beside.activateWindow()
        elif self._pulled_out and others:
            self._pulled_out = False
            window.open_beside(beside)
            beside.activateWindow()

    def close(self) -> None:
        if self._window is not None:
            self._window.hold(False)
            self._window.close()

    def lock(self, *, beside: QWidget) -> None:
        """The computer is left at the door: no names, no keys and no closing there; without a screen of its own it goes,
        or it would lie over the page at the door."""
        if self._window is None:
            return
        if self._window.screen() is beside.screen():
            self.close()
            return
        if self.names:
            self.switch_names()
        self._window.hold(True)
        self._locked = True

    def unlock(self) -> None:
        """Its owner is back."""
        self._locked = False
        if self._window is not None:
            self._window.hold(False)

    def switch_names(self) -> None:
        """Show first names on the second screen, or take them away; said on the stage, where nobody may see that screen."""
        if self._window is None or self._ctx is None or self._locked:
            return
        self.names = not self.names
        if self._evening is not None:
            self.show(self._evening)
        shown, hidden = self.tr("The projector shows first names"), self.tr("The projector shows no names")
        self._ctx.toast(shown if self.names else hidden)

    def switch_agreements(self) -> None:
        """Show what the circle agreed on, or the step again; said on the stage as well."""
        if self._window is None or self._ctx is None or self._evening is None:
            return
        if not self.agreements and not self._agreed(self._evening):
            self._ctx.toast(self.tr("Nothing is agreed on yet. Agreements stand on the page of the circle."))
            return
        self.agreements = not self.agreements
        self._agreed_in = self._evening.clock.item
        self.show(self._evening)
        shown, hidden = self.tr("The projector shows our agreements"), self.tr("The projector shows the step again")
        self._ctx.toast(shown if self.agreements else hidden)

    def _agreed(self, evening: Evening) -> tuple[str, ...]:
        from circle_app.documents.blocks import lines_of
        from circle_app.documents.markdown_view import to_blocks
        from circle_app.workspace.queries.circles import circle

        assert self._ctx is not None
        return lines_of(to_blocks(circle(self._ctx.ws, evening.meeting.ref.space).agreements))

    def feed(self, evening: Evening, feeder: QWidget) -> None:
        """The live page shows this now; as long as it is seen, nothing is read twice."""
        if self._window is None:
            return
        if feeder is not self._feeder:
            self._feeder = feeder
            feeder.destroyed.connect(self._alone)
        self.show(evening)

    def show(self, evening: Evening) -> None:
        """Put an evening on the screen as it is at this moment."""
        if self._window is None or self._ctx is None:
            return
        from ui.models.face import face
        from ui.models.looking import next_look_ms
        from ui.views.live_words import show_face
        from ui.views.projector_scene import scene

        self._evening, self._ref = evening, evening.meeting.ref
        now_ms = evening.now_ms(self._ctx.ws)
        # they make way when the room goes on to another step
        self.agreements = self.agreements and evening.clock.item == self._agreed_in
        agreed = self._agreed(evening) if self.agreements else ()
        self._window.set_scene(scene(evening, now_ms, names=self.names, agreed=agreed))
        show_face(self._window.ring, face(evening.clock, now_ms), evening, now_ms)
        wait = next_look_ms(evening, now_ms)
        if wait is None or self._window.isMinimized():
            self._timer.stop()
        else:
            self._timer.start(wait + GRACE_MS)

    def _alone(self) -> None:
        self._feeder = None

    def _unfed(self) -> None:
        """The pages are made anew, in another size or language; until the live page is back we read by ourselves."""
        self._feeder = None
        self._news()

    def _news(self) -> None:
        from circle_app.errors import NotFound
        from ui.models.evening import read_evening
        from ui.models.looking import seen

        if self._feeder is not None and seen(self._feeder):
            return
        if self._ctx is None or self._ref is None:
            return
        try:
            evening = read_evening(self._ctx.ws, self._ref)
        except NotFound:
            self.close()
            return
        self.show(evening)

    def _tick(self) -> None:
        if self._evening is not None:
            self.show(self._evening)

    def _gone(self) -> None:
        if self._ctx is not None:
            self._ctx.theme.rescaled.disconnect(self._unfed)
        self._window = self._ctx = self._evening = self._feeder = self._beside = None
        self.names = self.agreements = False
        self._timer.stop()
