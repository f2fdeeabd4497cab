"""The menus of the live page: getting back on time, and a step of the agenda."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from circle_app.domain.agenda import WaysBack
from circle_app.domain.ids import Ref
from circle_app.workspace.commands import agenda as agenda_commands
from circle_app.workspace.commands import meetings as meeting_commands
from circle_app.workspace.commands import replanning
from ui.context import AppContext
from ui.models.evening import Evening
from ui.models.taking_back import taking_back
from ui.text import isolated
from ui.views.live_words import counted
from ui.views.outcome_words import time_of
from ui.widgets.menu import Menu


class ReplanMenu(Menu):
    """Getting back on time: take minutes from steps that allow it, park steps, or say that the evening ends later.

    Offers what would help now; each choice is one change that can be undone.
    """

    def __init__(self, ctx: AppContext, evening: Evening, parent: QWidget, *, now_ms: int) -> None:
        super().__init__(ctx.theme, parent)
        self._ctx, self._evening = ctx, evening
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ways = evening.ways_back(now_ms)
        if ways is None:
            self.add(self.tr("You are on time"), lambda: None, icon="check").setEnabled(False)
        else:
            self._offer(ways)
        self.addSeparator()
        self.add(self.tr("Change the plan…"), lambda: ctx.navigate("plan", evening.meeting.ref), icon="list-ordered")

    def _offer(self, ways: WaysBack) -> None:
        if ways.shorter.minutes:
            words = counted("Take %n minute(s) from flexible steps", ways.later - ways.shorter.still_over)
            self.add(words, lambda: self._shorten(dict(ways.shorter.minutes)), icon="timer")
        if ways.parked:
            titles = [item.title for item in self._evening.items if item.row in ways.parked]
            words = self.tr("Park “{step}” for another evening").format(step=titles[0])
            if len(titles) > 1:
                words = counted("Park %n step(s) for another evening", len(titles))
            self.add(words, lambda: self._park(ways.parked, titles), icon="archive")
        later = self.tr("End at {time}").format(time=time_of(ways.if_later.end_ms, self._evening.meeting.zone))
        self.add(later, lambda: self._end_later(ways.later), icon="clock")

    def _shorten(self, minutes: dict[bytes, int]) -> None:
        replanning.set_lengths(self._ctx.ws, self._evening.meeting.ref, minutes)
        self._say(self.tr("Back on time"))

    def _park(self, steps: Sequence[bytes], titles: Sequence[str]) -> None:
        replanning.put_aside(self._ctx.ws, self._evening.meeting.ref, steps)
        parked = ", ".join(isolated(title) for title in titles)
        self._say(self.tr("Parked for another evening: {step}").format(step=parked))

    def _end_later(self, minutes: int) -> None:
        meeting = self._evening.meeting
        meeting_commands.set_meeting(self._ctx.ws, meeting.ref, minutes=meeting.minutes + minutes)
        self._say(self.tr("The slot is longer now"))

    def _say(self, words: str) -> None:
        ws = self._ctx.ws
        self._ctx.toast(words, taking_back(ws))


class StepMenu(Menu):
    """Go to a step, put it aside for another evening, or take it up again."""

    def __init__(
        self, ctx: AppContext, evening: Evening, item: Ref, go_to: Callable[[Ref], object], parent: QWidget
    ) -> None:
        super().__init__(ctx.theme, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.add(self.tr("Go to this step"), lambda: go_to(item), icon="arrow-right")
        found = next((step for step in evening.items if step.ref == item), None)
        if found is None or found == evening.running:
            return
        if found.state == "parked":
            back = partial(agenda_commands.set_item, ctx.ws, item, state=None)
            self.add(self.tr("Put it back on the agenda"), back, icon="rotate-ccw")
        elif found.state is None:
            later = partial(agenda_commands.set_item, ctx.ws, item, state="parked")
            self.add(self.tr("Park it for another evening"), later, icon="archive")
