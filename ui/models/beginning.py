"""Beginning a meeting; one that was planned without a day gets this one, so that lists and notes can name it."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QTimeZone

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.live import open_meeting
from circle_app.workspace.commands.meetings import set_meeting
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import meeting


def begin_meeting(ws: Workspace, ref: Ref) -> None:
    """Open the meeting now, at the hour of this computer."""
    found = meeting(ws, ref)
    if found.starts_at is None and found.state == "planned":
        now = datetime.fromtimestamp(ws.clock.now_ms() / 1000, UTC).astimezone()
        zone = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
        set_meeting(ws, ref, starts_at=now.strftime("%Y-%m-%dT%H:%M"), zone=zone or found.zone)
    open_meeting(ws, ref)
