"""The demo circles: made on this computer alone, never synced, and taken away without a trace."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QCoreApplication, QTimeZone

from circle_app.domain.ids import Ref
from circle_app.workspace import spaces
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.commands.undo import clear_undo
from circle_app.workspace.db import Workspace
from ui.text import date_of_ms


def open_demo(ws: Workspace, my_name: str) -> int:
    """The number of the first demo circle; made and filled when there is none. Takes a moment: not for the GUI thread."""
    from circle_app.courses.demo import fill_demo, fill_second_demo

    for space in spaces.spaces(ws):
        if space.demo:
            return space.no
    zone = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace") or "UTC"
    now_ms = ws.clock.now_ms()
    street, me = _empty_circle(ws, my_name)
    buses, _ = _empty_circle(ws, my_name)
    repair, _ = _empty_circle(ws, my_name)
    fill_demo(ws, street, now_ms=now_ms, zone=zone)
    fill_second_demo(ws, buses, repair, now_ms=now_ms, zone=zone)
    tomorrow = date_of_ms(now_ms) + timedelta(days=1)
    add_task(ws, street, title=_tr("Look at the plan for tomorrow evening"), owner=me, due=tomorrow.isoformat())
    for made in (street, buses, repair):
        clear_undo(ws, made)
    return street


def leave_demo(ws: Workspace) -> None:
    """Take every demo circle away; the circles of real people are not touched."""
    for space in spaces.spaces(ws):
        if space.demo:
            spaces.forget_space(ws, space.no)


def _empty_circle(ws: Workspace, my_name: str) -> tuple[int, Ref]:
    member = ws.random_bytes(16)
    no = spaces.add_space(
        ws, space32=ws.random_bytes(32), dev16=ws.random_bytes(16), member16=member, role="organizer", demo=True
    )
    return no, add_person(ws, no, name=my_name, confirmed=True, member=member, role="organizer")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Demo", text)
