"""What opens over the lines of the live page: who is here, and how the step works; one of the two at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ui.context import AppContext
from ui.models.evening import Evening
from ui.views.live_over import LiveOver
from ui.views.live_peek import LivePeek
from ui.views.live_people import LivePeople


class LiveOvers:
    """The two cards over `beside` in `page`; `back` gives the page its keyboard again."""

    def __init__(self, ctx: AppContext, page: QWidget, beside: QWidget, back: Callable[[], object]) -> None:
        self.people = LivePeople(ctx, page, beside)
        self.peek = LivePeek(ctx, page, beside)
        for over in (self.people, self.peek):
            over.closed.connect(back)

    def hide(self) -> None:
        """Another meeting is shown."""
        self.people.hide()
        self.peek.hide()

    def toggle(self, what: str, evening: Evening) -> None:
        """Open "people" or "peek", or close it; the other one goes."""
        other: LiveOver = self.peek if what == "people" else self.people
        if not other.isHidden():
            other.end()
        if what == "people":
            self.people.toggle(evening.meeting.ref)
        else:
            self.peek.toggle(evening)
