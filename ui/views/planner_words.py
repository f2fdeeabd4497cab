"""What the planner says about time, in words: the sum against the slot, start times and the end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QLocale

from circle_app.domain.agenda import SlotSum, Step, parse_minutes
from circle_app.domain.ids import Ref
from circle_app.domain.rules import ASIDE
from circle_app.domain.sections import parts
from circle_app.errors import RuleBroken
from circle_app.workspace.queries.meetings import AgendaItem
from ui.models.ways import way_of
from ui.text import clock_time, number, way
from ui.views.planner_steps import PARTED, StepRow

_TAIL = re.compile(r"(.*\S)[\s,]+(\d+(?:[.,:]\d+)?\s?(?:m|min|h)?)", re.IGNORECASE | re.DOTALL)


def slot_sentence(total: SlotSum) -> str:
    """ "80 of 90 min, 10 spare", "1 minute over the slot"."""
    if total.slot is None:
        return _tr("%Ln minute(s) planned", total.planned)
    if total.over:
        return _tr("%Ln minute(s) over the slot", total.over)
    head = _tr("{planned} of {slot} min").format(planned=number(total.planned), slot=number(total.slot))
    if total.spare:
        return f"{head}, {_tr('%Ln spare', total.spare)}"
    return f"{head}, {_tr('exactly full')}"


def shortest_sentence(total: SlotSum, least: int) -> str:
    """What becomes of the plan when every flexible step is as short as it may be; nothing when none can give."""
    if least >= total.planned:
        return ""
    if total.slot is not None and least > total.slot:
        return _tr("Cut as short as it may be: {least} min, still %Ln over", least - total.slot).format(
            least=number(least)
        )
    return _tr("Could be cut to %Ln min", least)


def minutes_of(item: AgendaItem) -> int:
    """What a step takes of the evening: nothing when it is put aside."""
    return 0 if item.state in ASIDE else item.minutes


def planned_steps(items: Sequence[AgendaItem]) -> list[Step]:
    """The steps of a plan as its arithmetic takes them."""
    return [
        Step(item.ref.row, item.minutes, 1 if item.min_minutes is None else item.min_minutes, item.flexible)
        for item in items
        if item.state not in ASIDE
    ]


def starts(starts_at: str | None, minutes: list[int]) -> list[str]:
    """When each step begins: times of day, or hours and minutes into a meeting that has no time yet."""
    begin = civil(starts_at)
    passed, words = 0, []
    for length in minutes:
        if begin is None:
            words.append(f"{number(passed // 60)}:{number(passed % 60).rjust(2, QLocale().zeroDigit())}")
        else:
            at = begin + timedelta(minutes=passed)
            words.append(clock_time(at.hour, at.minute))
        passed += length
    return words


def section_heads(items: Sequence[AgendaItem]) -> dict[Ref, tuple[str, int]]:
    """The sections that begin at a step, by that step, with their minutes together."""
    return {
        items[part.first].ref: (part.title, sum(minutes_of(item) for item in items[part.first : part.last + 1]))
        for part in parts([item.section for item in items])
        if part.title
    }


def step_rows(starts_at: str | None, items: Sequence[AgendaItem]) -> list[StepRow]:
    """The steps as the list shows them; one that was put aside has no time of the evening."""
    at = starts(starts_at, [minutes_of(item) for item in items])
    heads = section_heads(items)
    return [_row(item, begin, *heads.get(item.ref, ("", 0))) for item, begin in zip(items, at, strict=True)]


def _row(item: AgendaItem, at: str, section: str, together: int) -> StepRow:
    aside = {"parked": _tr("Parked for another evening"), "skipped": _tr("Left out")}.get(item.state or "", "")
    parts = [aside, way(way_of(item)) if item.mode else "", item.lead_name or "", item.question]
    below = PARTED.join(" ".join(part.split()) for part in parts if part)
    sums = _tr("%Ln min", together) if section else ""
    past = bool(aside) or item.state == "done"
    return StepRow(item.ref, item.title, "–" if aside else at, _tr("%Ln min", item.minutes), below, past, section, sums)


def civil(text: str | None) -> datetime | None:
    """The local date and time in "2026-11-24T18:30"; None for nothing or what is no such time."""
    if not text or "T" not in text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def typed_step(text: str) -> tuple[str, int | None]:
    """The title and minutes in a line such as "Closing round 10 min"; no minutes when it names none.

    A bare number counts only up to three hours, so that "Remember 1984" stays a title.
    """
    found = _TAIL.fullmatch(text.strip())
    if found is None:
        return text.strip(), None
    try:
        minutes = parse_minutes(found[2])
    except RuleBroken:
        return text.strip(), None
    if found[2].isdigit() and minutes > 180:
        return text.strip(), None
    return found[1].rstrip(" ,–-"), minutes


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("Planner", text, None, n)
