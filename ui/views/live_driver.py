"""Who drives the clock when two laptops share an evening: it is seen, followers are asked before they take it over."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.live import take_clock
from circle_app.workspace.queries.people import me
from circle_app.workspace.timekeeping import hear
from ui.context import AppContext
from ui.models.evening import Evening
from ui.models.taking_back import taking_back
from ui.text import isolated
from ui.views.outcome_words import first_name

AGAIN_WITHIN_S = 10
"""A second press of the key within this takes the clock over."""


class Driver:
    """Held by a live page. `say` speaks to screen readers."""

    def __init__(self, ctx: AppContext, say: Callable[[str], object]) -> None:
        self._ctx, self._say = ctx, say
        self._before: tuple[Ref, Ref | None, int | None] | None = None
        self._asked: tuple[str, float] = ("", 0.0)

    def see(self, evening: Evening) -> None:
        """News of the evening came: learns the other laptop's time from its changes, and says who took the clock."""
        now = evening.meeting.ref, evening.meeting.driver, evening.clock.since_ms
        before, self._before = self._before, now
        name = self.other(evening)
        if before is None or before[0] != now[0] or name is None:
            return
        if now[2] is not None and now[2] != before[2]:
            hear(self._ctx.ws, evening.meeting.ref, now[2])
        if now[1] != before[1]:
            words = _tr("{name} drives the clock now").format(name=isolated(name))
            self._ctx.toast(words)
            self._say(words)

    def other(self, evening: Evening) -> str | None:
        """The first name of somebody else who drives the clock of a meeting that runs; None when nobody else does."""
        driver = evening.meeting.driver
        if evening.clock.state != "live" or driver is None or driver == me(self._ctx.ws, driver.space):
            return None
        return next((first_name(seat.person.name) for seat in evening.seats if seat.person.ref == driver), None)

    def words(self, evening: Evening) -> str:
        """What the head says; empty where no other laptop can take part."""
        name = self.other(evening)
        if name is not None:
            return _tr("{name} drives the clock").format(name=isolated(name))
        mine = evening.meeting.driver
        others = any(seat.person.member and seat.person.ref != mine for seat in evening.seats)
        return _tr("You drive the clock") if evening.clock.state == "live" and mine is not None and others else ""

    def lets(self, evening: Evening, what: str, key: str) -> bool:
        """Whether the clock may be steered now: at once by who drives it, by others when they press again."""
        name = self.other(evening)
        now = time.monotonic()
        if name is None or (self._asked[0] == what and now - self._asked[1] < AGAIN_WITHIN_S):
            self._asked = ("", 0.0)
            return True
        self._asked = (what, now)
        words = _tr("{name} drives the clock. Press {key} again to take it over.")
        if not key:
            words = _tr("{name} drives the clock. Choose it again to take it over.")
        words = words.format(name=isolated(name), key=key)
        self._ctx.toast(words)
        self._say(words)
        return False

    def take(self, evening: Evening) -> None:
        """Take the clock over and change nothing else."""
        if self.other(evening) is None:
            return
        take_clock(self._ctx.ws, evening.meeting.ref)
        words = _tr("You drive the clock now")
        self._ctx.toast(words, taking_back(self._ctx.ws))
        self._say(words)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Live", text)
