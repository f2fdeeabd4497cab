"""Who is here, beside a running meeting: the door opens over the lines, so that nobody has to leave the page."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.errors import NotFound
from ui.context import AppContext
from ui.models.door import sums
from ui.views.checkin_door import DoorPanel
from ui.views.checkin_side import plural
from ui.views.live_over import LiveOver


class LivePeople(LiveOver):
    """The door of the meeting, with the keyboard in its field; Escape there closes it."""

    least = 400

    def __init__(self, ctx: AppContext, page: QWidget, beside: QWidget) -> None:
        super().__init__(ctx.theme, self.tr("Who is here"), page, beside)
        self._ref: Ref | None = None
        self.door = DoorPanel(ctx)
        self.body.addWidget(self.door, 1)
        self.door.left.connect(self.end)
        self.door.changed.connect(self._tell)
        ctx.bus.watch(self, {"attendance", "people", "meetings", "circle"}, self.refresh)

    def toggle(self, ref: Ref | None) -> None:
        """Open the door of this meeting, or close it."""
        if not self.isHidden():
            self.end()
        elif ref is not None:
            self.door.aim(ref)
            self._ref = ref
            self.refresh()
            self.open_over()
            self.door.land()

    def refresh(self) -> None:
        """Show what the workspace holds now; the letters typed stay."""
        try:
            self.door.refresh()
        except NotFound:
            self.end()
            return
        self._tell()

    def _tell(self) -> None:
        self.say_count(plural("%Ln in the room", sums(self.door.seats).here))
