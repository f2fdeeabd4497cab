"""Beginning a meeting; one that was planned without a day gets this one, so that lists and notes can name it."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QTimeZone

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.live import open_meeting
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import meeting


def begin_meeting(ws: Workspace, ref: Ref, *, minutes_ago: int = 0) -> None:
    """Open the meeting now, at the hour of this computer, or as begun some minutes ago; one change."""
    found, day = meeting(ws, ref), dict[str, object]()
    if found.starts_at is None and found.state == "planned":
        begun = datetime.fromtimestamp(ws.clock.now_ms() / 1000 - 60 * minutes_ago, UTC).astimezone()
        zone = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
        day = {"starts_at": begun.strftime("%Y-%m-%dT%H:%M"), "zone": zone or found.zone}
    open_meeting(ws, ref, minutes_ago=minutes_ago, **day)
