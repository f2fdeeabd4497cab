"""What a live page says aloud about its time: to screen readers always, with a soft sound where that is switched on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from circle_app.domain.ids import Ref
from ui.models.evening import Evening
from ui.models.face import ANNOUNCE_AT_S, Face
from ui.views import live_words

LATE_EVERY_MIN = 5
"""Time over is said again after so many minutes."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What was known of the evening when something was last said."""

    step: tuple[Ref, Ref | None, str]
    paused: bool
    near: bool
    mark: str
    late: int

    @property
    def over(self) -> bool:
        return self.mark in ("up", "late")


class LiveNews:
    """Held by a live page: `say` speaks to screen readers, `sound` plays the sound of a mark (`Face.mark`)."""

    def __init__(self, say: Callable[[str], object], sound: Callable[[str], object]) -> None:
        self._say, self._sound = say, sound
        self._before: _Told | None = None

    def forget(self) -> None:
        """Another meeting is shown: its first look is no news."""
        self._before = None

    def see(self, evening: Evening, shown: Face) -> None:
        """The time moved, or something was changed: say what is new in it, once."""
        item = evening.running
        near = item is not None and shown.phase in ("running", "soon") and 0 < shown.left_s <= ANNOUNCE_AT_S
        step = (evening.meeting.ref, item.ref if item else None, evening.clock.state)
        now = _Told(step, evening.clock.paused, near, shown.mark, shown.over_minutes // LATE_EVERY_MIN)
        before, self._before = self._before, now
        if before is None:
            return
        if before.step != now.step:
            self._say(live_words.step_news(evening))
            return
        if before.paused != now.paused:
            self._say(live_words.pause_news(evening))
            return
        if now.mark and now.mark != before.mark:
            self._sound(now.mark)
        if (now.near and not before.near) or (now.over and (not before.over or now.late > before.late)):
            self._say(live_words.spoken_time(shown))
