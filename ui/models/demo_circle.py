"""The demo circles: made on this computer alone, never synced, and taken away without a trace."""

from __future__ import annotations

from PySide6.QtCore import QTimeZone

from circle_app.workspace import spaces
from circle_app.workspace.commands.people import add_person
from ui.context import AppContext


def open_demo(ctx: AppContext) -> int:
    """The number of the demo circle, made and filled if there is none yet."""
    from circle_app.courses.demo import fill_demo

    for space in spaces.spaces(ctx.ws):
        if space.demo:
            return space.no
    random_bytes = ctx.ws.random_bytes
    member = random_bytes(16)
    no = spaces.add_space(
        ctx.ws, space32=random_bytes(32), dev16=random_bytes(16), member16=member, role="organizer", demo=True
    )
    zone = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace") or "UTC"
    fill_demo(ctx.ws, no, now_ms=ctx.ws.clock.now_ms(), zone=zone)
    if ctx.settings.name:
        add_person(ctx.ws, no, name=ctx.settings.name, confirmed=True, member=member, role="organizer")
    return no


def leave_demo(ctx: AppContext) -> None:
    """Take every demo circle away; the circles of real people are not touched."""
    for space in spaces.spaces(ctx.ws):
        if space.demo:
            spaces.forget_space(ctx.ws, space.no)
