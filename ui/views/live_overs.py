"""What opens over the lines of the live page: who is here, how the step works, and who does what; one at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ui.context import AppContext
from ui.models.evening import Evening
from ui.views.live_peek import LivePeek
from ui.views.live_people import LivePeople
from ui.views.live_roles import LiveRoles


class LiveOvers:
    """The cards over `beside` in `page`; `back` gives the page its keyboard again."""

    def __init__(self, ctx: AppContext, page: QWidget, beside: QWidget, back: Callable[[], object]) -> None:
        self.people = LivePeople(ctx, page, beside)
        self.peek = LivePeek(ctx, page, beside)
        self.roles = LiveRoles(ctx, page, beside)
        self._all = {"people": self.people, "peek": self.peek, "roles": self.roles}
        for over in self._all.values():
            over.closed.connect(back)

    def hide(self) -> None:
        """Another meeting is shown."""
        for over in self._all.values():
            over.hide()

    def toggle(self, what: str, evening: Evening) -> None:
        """Open "people", "peek" or "roles", or close it; the others go."""
        for name, over in self._all.items():
            if name != what and not over.isHidden():
                over.end()
        match what:
            case "people":
                self.people.toggle(evening.meeting.ref)
            case "peek":
                self.peek.toggle(evening)
            case _:
                self.roles.toggle(evening)
