"""When a screen with a clock has to look again, and whether anybody can see it: no timer runs faster than needed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QWidget

from ui.models.evening import Evening

LATE_MS = 4
"""A timer that comes a touch early would show the old second once more."""
MINUTE_MS = 60_000


def seen(widget: QWidget) -> bool:
    """Whether the widget is shown in a window that is not minimized."""
    return widget.isVisible() and not widget.window().isMinimized()


def when_restored(widget: QWidget, look: Callable[[], object], *, known: QWindow | None) -> QWindow | None:
    """Calls `look` whenever the window of a shown widget is minimized or restored; gives what is to be handed in as `known`
    the next time, so that a window is heard once."""
    handle = widget.window().windowHandle()
    if handle is not None and handle is not known:
        handle.windowStateChanged.connect(look)
    return handle


def next_look_ms(evening: Evening, now_ms: int) -> int | None:
    """Milliseconds until something else is to be shown; None when time moves nothing.

    The next second of a step that runs; while it is paused, or between two steps, only the foreseen end moves, minute
    by minute.
    """
    clock = evening.clock
    if clock.state != "live":
        return None
    if clock.item is not None and not clock.paused:
        return 1000 - (now_ms - (clock.since_ms or 0)) % 1000 + LATE_MS
    end_ms = evening.forecast(now_ms).end_ms
    return min(MINUTE_MS - (end_ms - start) % MINUTE_MS for start in (0, evening.slot_end_ms or 0)) + LATE_MS
