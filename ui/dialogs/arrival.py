"""Mending the time at which somebody came."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QWidget

from circle_app.domain.text import ascii_digits
from circle_app.errors import CircleError
from circle_app.workspace.commands.attendance import set_arrival
from circle_app.workspace.queries.meetings import Meeting, Seat
from ui.context import AppContext
from ui.models.door import greeted_as
from ui.problems import sentence
from ui.views.outcome_words import local
from ui.widgets.fields import TextField
from ui.widgets.labelled import Labelled
from ui.widgets.sheet import Sheet

_TIME = re.compile(r"(\d{1,2})\s*[:.hH٫]?\s*(\d{2})")


class ArrivalSheet(Sheet):
    """A time of this evening, such as 19:05; Enter keeps it."""

    def __init__(self, ctx: AppContext, meeting: Meeting, seat: Seat, parent: QWidget) -> None:
        super().__init__(ctx.theme, "", second=seat.person.name, width=420, parent=parent)
        self._ctx, self._meeting, self._seat = ctx, meeting, seat
        self.setWindowTitle(self.tr("When did they come?"))
        self.heading.setText(self.tr("When did they come?"))
        came = local(seat.arrived_ms or 0, meeting.zone)
        self.field = TextField(
            ctx.theme,
            name=self.tr("Time"),
            hint="19:05",
            text=f"{came:%H:%M}",
            role="field_big",
            height=52,
            icon="clock",
        )
        self.field.returnPressed.connect(self.accept)
        self.body.addWidget(Labelled(ctx.theme, self.tr("Time, such as 19:05"), self.field))
        self.add_buttons(self.tr("Keep"), self.tr("Cancel"))
        self.field.setFocus()
        self.field.selectAll()

    def accept(self) -> None:
        at_ms = self._typed_ms()
        if at_ms is None:
            self._refuse(self.tr("Write a time of the day, such as 19:05."))
            return
        try:
            set_arrival(
                self._ctx.ws, self._meeting.ref, self._seat.person.ref, at_ms=at_ms, status=self._follows(at_ms)
            )
        except CircleError as problem:
            self._refuse(sentence(problem))
            return
        super().accept()

    def _typed_ms(self) -> int | None:
        """The typed time on the day that is nearest to the noted one; None when it is no time."""
        found = _TIME.fullmatch(ascii_digits(self.field.text()).strip())
        if found is None or int(found[1]) > 23 or int(found[2]) > 59:
            return None
        noted = local(self._seat.arrived_ms or 0, self._meeting.zone)
        same = noted.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
        near = min((same + timedelta(days=day) for day in (-1, 0, 1)), key=lambda one: abs(one - noted))
        return int((near.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)

    def _follows(self, at_ms: int) -> str | None:
        """Whether they were late follows from the time, unless a host said otherwise before."""
        before, now = (greeted_as(self._meeting, ms) for ms in (self._seat.arrived_ms or 0, at_ms))
        return now if self._seat.status == before != now else None

    def _refuse(self, words: str) -> None:
        self.field.set_wrong(True)
        self.say_problem(words)
