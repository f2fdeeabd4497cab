"""The menus of the live page: getting back on time, a step of the agenda, a person in the circle."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from circle_app.domain.agenda import park, shorten
from circle_app.domain.ids import Ref
from circle_app.workspace.commands import agenda as agenda_commands
from circle_app.workspace.commands import meetings as meeting_commands
from circle_app.workspace.commands.attendance import mark_left
from ui.context import AppContext
from ui.models.evening import Evening
from ui.models.rounds import Round, seating, toggle_spoken
from ui.models.taking_back import taking_back
from ui.text import isolated
from ui.views.live_words import counted
from ui.views.outcome_words import time_of


class ReplanMenu(QMenu):
    """Getting back on time: take minutes from steps that allow it, park a step, or say that the evening ends later.

    Offers what would help now; each choice is one change that can be undone.
    """

    def __init__(self, ctx: AppContext, evening: Evening, parent: QWidget) -> None:
        super().__init__(parent)
        self._ctx, self._evening = ctx, evening
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        foreseen = evening.forecast(ctx.ws.clock.now_ms())
        self._over = foreseen.over
        if not self._over:
            self.addAction(self.tr("You are on time")).setEnabled(False)
        else:
            self._offer_shorten()
            self._offer_park()
            later = self.tr("End at {time}").format(time=time_of(foreseen.end_ms, evening.meeting.zone))
            self.addAction(later).triggered.connect(lambda _on=False: self._end_later())
        self.addSeparator()
        plan = self.addAction(self.tr("Change the plan…"))
        plan.triggered.connect(lambda _on=False: ctx.navigate("plan", evening.meeting.ref))

    def _offer_shorten(self) -> None:
        """Steps marked flexible give in proportion to what they can."""
        found = shorten(self._evening.still_to_come(), self._over)
        if not found.minutes:
            return
        won = self._over - found.still_over
        action = self.addAction(counted("Take %n minute(s) from flexible steps", won))
        action.triggered.connect(lambda _on=False: self._shorten(dict(found.minutes)))

    def _offer_park(self) -> None:
        rows = park(self._evening.still_to_come(), self._over)
        for item in self._evening.items:
            if item.row in rows:
                action = self.addAction(self.tr("Park “{step}” for another evening").format(step=item.title))
                action.triggered.connect(lambda _on=False, ref=item.ref: self._park(ref))

    def _shorten(self, minutes: dict[bytes, int]) -> None:
        space = self._evening.meeting.ref.space
        extra = {item.row: item.extra_minutes for item in self._evening.items}
        changes = {Ref(space, row): {"minutes": max(0, n - extra[row])} for row, n in minutes.items()}
        agenda_commands.set_items(self._ctx.ws, changes, label="Get back on time")
        self._say(self.tr("Back on time"))

    def _park(self, item: Ref) -> None:
        agenda_commands.set_item(self._ctx.ws, item, state="parked")
        title = next((step.title for step in self._evening.items if step.ref == item), "")
        self._say(self.tr("Parked for another evening: {step}").format(step=isolated(title)))

    def _end_later(self) -> None:
        meeting = self._evening.meeting
        meeting_commands.set_meeting(self._ctx.ws, meeting.ref, minutes=meeting.minutes + self._over)
        self._say(self.tr("The slot is longer now"))

    def _say(self, words: str) -> None:
        ws = self._ctx.ws
        self._ctx.toast(words, taking_back(ws))


class StepMenu(QMenu):
    """Go to a step, put it aside for another evening, or take it up again."""

    def __init__(
        self, ctx: AppContext, evening: Evening, item: Ref, go_to: Callable[[Ref], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.addAction(self.tr("Go to this step")).triggered.connect(lambda _on=False: go_to(item))
        found = next((step for step in evening.items if step.ref == item), None)
        if found is None or found == evening.running:
            return
        if found.state == "parked":
            back = self.addAction(self.tr("Put it back on the agenda"))
            back.triggered.connect(lambda _on=False: agenda_commands.set_item(ctx.ws, item, state=None))
        elif found.state is None:
            later = self.addAction(self.tr("Park it for another evening"))
            later.triggered.connect(lambda _on=False: agenda_commands.set_item(ctx.ws, item, state="parked"))


class SeatMenu(QMenu):
    """What can be said about the person on seat number `place`: has spoken (in a round), is leaving."""

    def __init__(self, ctx: AppContext, evening: Evening, turn: Round | None, place: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._ctx, self._meeting = ctx, evening.meeting.ref
        person = seating(evening.seats)[place].person
        item = evening.running
        if item is not None and turn is not None:
            spoke = self.addAction(self.tr("{name} has spoken").format(name=isolated(person.name)))
            spoke.setCheckable(True)
            spoke.setChecked(person.ref in turn.spoken)
            spoke.triggered.connect(lambda _on=False: toggle_spoken(ctx.settings, item.ref, turn, person.ref))
        leave = self.addAction(self.tr("{name} is leaving now").format(name=isolated(person.name)))
        leave.triggered.connect(lambda _on=False: self._leave(person.ref, person.name))

    def _leave(self, person: Ref, name: str) -> None:
        mark_left(self._ctx.ws, self._meeting, person)
        words = self.tr("{name} left").format(name=isolated(name))
        self._ctx.toast(words, taking_back(self._ctx.ws))
