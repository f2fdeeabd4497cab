"""Holding on to the time while a meeting runs, also over a crash: sleep and a wall clock set anew move no step.

What is held on to is a matter of this computer (domain/steady) and kept in its settings, and so is what it learnt of the
clock of another one that drives the meeting; what goes to the others is UTC ms of the driver.
"""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.steady import Skew
from circle_app.workspace import settings
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.people import me

ANCHOR, SKEW = "clock.anchor", "clock.skew"


def hold(ws: Workspace) -> int:
    """The steady time in UTC ms, held on to from now on if it was not before."""
    _hold(ws, settings.get(ws, ANCHOR))
    return ws.clock.steady_ms()


def hold_anew(ws: Workspace) -> int:
    """As `hold` for a meeting that begins: by what the wall clock says now, unless another meeting runs already."""
    live = ws.rows("SELECT 1 FROM meetings WHERE state = 'live' AND deleted IS NOT 1 LIMIT 1")
    _hold(ws, settings.get(ws, ANCHOR) if live else None)
    return ws.clock.steady_ms()


def _hold(ws: Workspace, kept: str | None) -> None:
    held = ws.clock.hold(kept)
    if held != kept:
        settings.remember(ws, ANCHOR, held)


def driver(ws: Workspace, meeting: Ref) -> Ref | None:
    """The person whose computer's time the clock of a meeting goes by; None when nobody took it yet."""
    found = ws.rows("SELECT driver FROM meetings WHERE space = ? AND id = ?", meeting)
    return Ref(meeting.space, found[0][0]) if found and found[0][0] is not None else None


def meeting_ms(ws: Workspace, meeting: Ref) -> int:
    """As `hold`, by the time of the computer that drives the clock of this meeting, as far as it is known."""
    return hold(ws) - _skew(ws, meeting).ms


def moment_ms(ws: Workspace, meeting: Ref) -> int:
    """What time it is at a meeting: `meeting_ms` while it runs, what the wall clock says before and after."""
    found = ws.rows("SELECT state FROM meetings WHERE space = ? AND id = ?", meeting)
    return meeting_ms(ws, meeting) if found and found[0][0] == "live" else ws.clock.now_ms()


def hear(ws: Workspace, meeting: Ref, pressed_ms: int) -> None:
    """A change of the clock, written at `pressed_ms` by another computer's time, was seen here now."""
    heard = _skew(ws, meeting).heard(pressed_ms=pressed_ms, now_ms=hold(ws))
    settings.remember(ws, SKEW, " ".join([_place(ws, meeting), *map(str, heard.arrivals)]))


def _skew(ws: Workspace, meeting: Ref) -> Skew:
    """What was learnt of the computer that drives this meeting; nothing when it is this one."""
    who = driver(ws, meeting)
    if who is None or who == me(ws, meeting.space):
        return Skew()
    place, *arrivals = settings.get(ws, SKEW, "").split(" ")
    return Skew(tuple(map(int, arrivals))) if place == _place(ws, meeting) else Skew()


def _place(ws: Workspace, meeting: Ref) -> str:
    """The meeting and its driver: another one has another clock."""
    who = driver(ws, meeting)
    return f"{meeting.space}:{meeting.row.hex()}:{who.row.hex() if who else ''}"
