"""Reading what people took home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from circle_app.domain.ids import Ref
from circle_app.domain.reflection import question_of
from circle_app.domain.schema import REFLECTIONS
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import day_of, owner, shown_with


@dataclass(frozen=True, slots=True)
class Reflection:
    """An answer to the question of the day. `author` None: nameless. `version` is the base of its text for an editor."""

    ref: Ref
    meeting: Ref
    question_code: str | None
    text: str
    author: Ref | None
    author_name: str | None
    at_ms: int | None
    version: bytes


_TEXT = MappingProxyType({"tab": REFLECTIONS.number, "col": REFLECTIONS.column("text").number})


def reflections(ws: Workspace, meeting: Ref) -> tuple[Reflection, ...]:
    """What was taken home from a meeting, oldest first."""
    found = ws.rows(
        "SELECT r.id, r.question_code, coalesce(r.text, ''), r.author, p.name, r.at_ms, coalesce(v.version, x''), "
        "r.proof "
        "FROM reflections r LEFT JOIN people p ON p.space = r.space AND p.id = r.author "
        "LEFT JOIN prose v ON v.space = r.space AND v.tab = :tab AND v.row = r.id AND v.col = :col "
        f"WHERE r.space = :space AND r.meeting = :meeting AND r.deleted IS NOT 1 AND {shown_with('r', 'meeting')} "
        "ORDER BY r.at_ms, r.id",
        {"space": meeting.space, "meeting": meeting.row, **_TEXT},
    )
    told = []
    for ident, code, text, author, name, at_ms, version, proof in found:
        who = owner(REFLECTIONS, meeting.space, ident, author, proof)
        given = who, name if who else None, at_ms, version
        told.append(Reflection(Ref(meeting.space, ident), meeting, code, text, *given))
    return tuple(told)


def question_of_the_day(ws: Workspace, meeting: Ref, today: date) -> str:
    """The code of a meeting's question: the one that was chosen or first answered, else that of its day (`today` where it
    has no date), none of which was asked lately."""
    found = ws.rows("SELECT question_code, starts_at FROM meetings WHERE space = ? AND id = ?", meeting)
    chosen, starts_at = found[0] if found else (None, None)
    if chosen:
        return str(chosen)
    asked = ws.rows(
        "SELECT question_code FROM meetings WHERE space = ? AND id <> ? AND deleted IS NOT 1 AND question_code IS NOT NULL "
        "AND starts_at IS NOT NULL AND (?3 IS NULL OR starts_at < ?3) ORDER BY starts_at, id",
        (meeting.space, meeting.row, starts_at),
    )
    return question_of(day_of(starts_at) or today, [code for (code,) in asked])
