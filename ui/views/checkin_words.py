"""What a line at the door says about somebody: the time they came, what Enter says of them, what they need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from circle_app.domain.ids import Ref
from circle_app.workspace.queries.meetings import Seat
from ui.text import attendance as status_word
from ui.text import need, number
from ui.views.checkin_rows import DoorRow
from ui.views.checkin_side import plural
from ui.views.outcome_words import time_of

TONES = {"present": "teal", "late": "gold"}


@dataclass(frozen=True, slots=True)
class Words:
    """`zone` is the meeting's; `steps` are the titles of its steps, for those who left during one."""

    zone: str | None
    steps: Mapping[Ref, str]

    def row(self, seat: Seat, start: int = 0, end: int = 0, *, enter: str = "present") -> DoorRow:
        """The line of one person; `start` and `end` bound the letters that matched, `enter` is what Enter says."""
        known = self._known(seat)
        ref, name, second = seat.person.ref, seat.person.name, " · ".join(known)
        if seat.status is None:
            return DoorRow(ref, name, second, key=_tr("Enter"), does=_does(enter), free=True, start=start, end=end)
        if seat.left_ms is None:
            mark, tone = status_word(seat.status), TONES.get(seat.status, "plain")
            return DoorRow(ref, name, second, mark=mark, tone=tone, start=start, end=end)
        mark = _tr("Left {time}").format(time=time_of(seat.left_ms, self.zone))
        return DoorRow(ref, name, second, mark=mark, tone="plain", start=start, end=end)

    def _known(self, seat: Seat) -> list[str]:
        person = seat.person
        came = seat.status in ("present", "late")
        known = [need(code) for code in person.needs if code != "children" or not came]
        if came and seat.children:
            known.append(plural("%Ln (child|children)", seat.children))
        if person.role:
            known.insert(0, person.role)
        if seat.status is None:
            often = _tr("came to {came} of {all}").format(came=number(person.came), all=number(person.of))
            if person.of:
                known.insert(0, often if person.came else _tr("first time"))
            if seat.coming == "no":
                known.insert(0, _tr("cannot come"))
        if seat.guest:
            known.insert(0, _tr("guest"))
        if seat.arrived_ms is not None:
            known.insert(0, time_of(seat.arrived_ms, self.zone))
        step = self.steps.get(seat.left_item) if seat.left_item is not None else None
        if step:
            known.append(_tr("left during “{step}”").format(step=step))
        elif seat.stays:
            away = seat.stays[-1]
            until = time_of(seat.arrived_ms, self.zone) if seat.arrived_ms is not None else ""
            known.append(_tr("was away {span}").format(span=f"{time_of(away.left_ms, self.zone)} – {until}"))
        return known


def _does(enter: str) -> str:
    words = {"late": _tr("came late"), "back": _tr("is back")}
    return words.get(enter, _tr("check in"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("CheckInWords", text)
