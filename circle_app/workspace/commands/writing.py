"""What every command shares: checking rights, tidying input, and recording rows in one transaction."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from itertools import count
from types import MappingProxyType

from circle_app.domain import rules
from circle_app.domain.ids import Ref, guest_key, natural_row_id, new_row_id
from circle_app.domain.ops import Value
from circle_app.domain.rights import own_row_id
from circle_app.domain.schema import DELETED, PEOPLE, Column, Kind, Table
from circle_app.domain.text import fold_name, kept_body, kept_line, whole_name
from circle_app.errors import NotFound, RuleBroken
from circle_app.workspace.commands.naming import about
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.history import Before
from circle_app.workspace.labels import labelled
from circle_app.workspace.newer import IS_NEWER
from circle_app.workspace.queries.people import me
from circle_app.workspace.queries.places import CIRCLE_ROW, zone_of

BODIES = frozenset(
    {
        "plan", "agreements", "origin", "note", "contact", "private_notes", "reflection", "question", "method",
        "materials", "text", "body", "purpose",
    }
)  # fmt: skip
"""Columns that may have several lines."""

WORDS = MappingProxyType(
    {
        "circle.kind": rules.KINDS,
        "people.status": rules.PEOPLE_STATUS,
        "meetings.state": rules.MEETING_STATES,
        "agenda_items.mode": rules.MODES,
        "agenda_items.state": rules.ITEM_STATES,
        "attendance.status": rules.ATTENDANCE,
        "attendance.coming": rules.COMING,
        "outcomes.kind": rules.OUTCOME_KINDS,
        "tasks.state": rules.TASK_STATES,
        "projects.state": rules.PROJECT_STATES,
        "contributions.kind": rules.CONTRIBUTIONS,
        "checklist.phase": rules.CHECK_PHASES,
    }
)
"""The words that a column may hold, by table and column."""
Bases = Mapping[str, bytes | None]
"""What an editor showed, by column: the version of a text (queries/texts), the stamp of another value."""
NO_BASES: Bases = MappingProxyType({})
_LONGEST_MINUTES = 24 * 60
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_CIVIL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def record(
    ws: Workspace,
    space: int,
    puts: Sequence[Put],
    *,
    label: str,
    own_rows: frozenset[bytes] = frozenset(),
    marks: Sequence[Before] = (),
) -> None:
    """Records one command if this person may write all of it; raises RuleBroken and changes nothing otherwise.

    `label` is a sentence that `ui/undo_words` knows; what the command is about is added to it. `own_rows`
    are rows whose natural id belongs to this workspace's person; `marks` say more about its way back (workspace/history).
    """
    check_rights(ws, space, puts, own_rows)
    ws.record(space, puts, label=labelled(label, about(ws, space, puts)), marks=marks)


def record_for(ws: Workspace, space: int, person: Ref, put: Put, *, label: str) -> Ref:
    """As `record` for one row that belongs to a person, this workspace's or another; returns the row."""
    own = frozenset({put.row}) if me(ws, space) == person else frozenset[bytes]()
    record(ws, space, (put,), label=label, own_rows=own)
    return Ref(space, put.row)


def check_rights(ws: Workspace, space: int, puts: Sequence[Put], own_rows: frozenset[bytes] = frozenset()) -> None:
    """Raises RuleBroken if the circle's kind and this person's role forbid any of the rows."""
    found = ws.rows(
        f"SELECT s.role, s.state, c.kind, {IS_NEWER} FROM spaces s "
        "LEFT JOIN circle c ON c.space = s.no AND c.id = ? WHERE s.no = ?",
        (CIRCLE_ROW, space),
    )
    if not found:
        raise NotFound("This circle is not on this computer any more.")
    role, state, kind, newer = found[0]
    if state == "waiting":
        raise RuleBroken("You are not in this circle yet.", "An organizer has to let you in first.", code="waiting")
    if state in ("left", "closed", "removed"):
        raise RuleBroken("You are no longer in this circle, so it can only be read here.", code="not_a_member")
    if newer:
        raise RuleBroken(
            "This circle uses something this version does not know, so it can only be read here.",
            "Please update the app.",
            code="update",
        )
    rule = rules.kind_rule(kind)
    for put in puts:
        if not rules.may_write(rule, role, put.table, put.row in own_rows):
            raise RuleBroken(
                "In this circle only the organizers can change this.", "Ask an organizer to do it.", code="not_allowed"
            )


def may_edit(ws: Workspace, space: int, table: Table) -> bool:
    """Whether this person may edit any row of a table: screens hide what would be refused."""
    try:
        check_rights(ws, space, (Put(table, b"", {}),))
    except (RuleBroken, NotFound):
        return False
    return True


def own_rows(ws: Workspace, table: Table, ref: Ref) -> frozenset[bytes]:
    """The row of `ref` alone when its natural id belongs to this workspace's person, else nothing."""
    member = ws.rows("SELECT member16 FROM spaces WHERE no = ?", (ref.space,))
    if not member:
        return frozenset()
    person = own_row_id(member[0][0])
    if table is PEOPLE:
        return frozenset({ref.row} & {person})
    if not table.own_row or table.natural is None:
        return frozenset()
    parent = ws.rows(f'SELECT "{table.natural[0]}" FROM "{table.name}" WHERE space = ? AND id = ?', ref)
    if not parent or parent[0][0] is None:
        return frozenset()
    return frozenset({ref.row} & {natural_row_id(table.number, parent[0][0], person)})


def new_row(ws: Workspace) -> bytes:
    return new_row_id(ws.random_bytes)


def own_row(ws: Workspace, table: Table, person: Ref | None) -> tuple[bytes, bytes | None]:
    """The id of a new row that belongs to a person, and the bytes of its `proof`; any id and None for nobody's."""
    if person is None:
        return new_row(ws), None
    proof = new_row(ws)
    return natural_row_id(table.number, proof, person.row), proof


def natural_put(ws: Workspace, table: Table, space: int, ids: tuple[bytes, bytes], fields: Mapping[str, object]) -> Put:
    """The cells of the row that exists once for two others, whose ids are given in the order of `table.natural`.

    A row that was deleted comes back with these cells alone: what it held was taken away with it.
    """
    assert table.natural is not None
    row = natural_row_id(table.number, *ids)
    cells: dict[str, Value] = dict(zip(table.natural, ids, strict=True))
    cells |= tidied(ws, table, space, fields)
    return Put(table, row, {**_anew(ws, table, space, row), **cells})


def guest_put(ws: Workspace, meeting: Ref, name: str, taken: Collection[bytes] = ()) -> Put:
    """The row of a guest who is welcomed by name: two doors that know nothing of each other make the same one of a whole name.

    Another guest of this name at one door gets another row, as do several of one command, whose rows are `taken`. A name of one
    word says too little: two Marias at two doors are two people, so each gets a row of her own.
    """
    line = required(name, "the guest's name")
    if not whole_name(line):
        return Put(PEOPLE, new_row(ws), {"name": line, "status": "guest"})
    for number in count():
        row = natural_row_id(PEOPLE.number, meeting.row, guest_key(number, fold_name(line)))
        there = ws.rows("SELECT 1 FROM people WHERE space = ? AND id = ? AND deleted IS NOT 1", (meeting.space, row))
        if row not in taken and not there:
            break
    # said outright, so that who takes their guest back elsewhere does not take this one along
    gone = PEOPLE.columns[DELETED].name
    cells = {**_anew(ws, PEOPLE, meeting.space, row), gone: 0, "name": line, "status": "guest"}
    return Put(PEOPLE, row, cells)


def _anew(ws: Workspace, table: Table, space: int, row: bytes) -> dict[str, Value]:
    """The cells that bring a deleted row back without what it held; none for another one."""
    if not ws.rows(f'SELECT 1 FROM "{table.name}" WHERE space = ? AND id = ? AND deleted = 1', (space, row)):
        return {}
    return {**{column.name: None for column in table.columns}, table.columns[DELETED].name: 0}


def existing(ws: Workspace, table: Table, ref: Ref) -> Ref:
    """The reference itself if the row is there and not deleted; raises NotFound."""
    found = ws.rows(f'SELECT deleted FROM "{table.name}" WHERE space = ? AND id = ?', ref)
    if not found or found[0][0] == 1:
        raise NotFound("This is not there any more.", "It may have been deleted; undo brings it back.")
    return ref


def set_row(
    ws: Workspace,
    table: Table,
    ref: Ref,
    fields: Mapping[str, object],
    *,
    label: str,
    title: str,
    bases: Bases = NO_BASES,
) -> Ref:
    """Sets columns of a row that has a title; `title` says what is lacking when that would be empty."""
    existing(ws, table, ref)
    if "title" in fields:
        fields = {**fields, "title": required(str(fields["title"] or ""), title)}
    record(ws, ref.space, (Put(table, ref.row, tidied(ws, table, ref.space, fields), bases),), label=label)
    return ref


def delete(ws: Workspace, table: Table, ref: Ref, *, label: str) -> None:
    """Marks a row as deleted; its cells stay and undo shows them again."""
    existing(ws, table, ref)
    put = Put(table, ref.row, {table.columns[DELETED].name: 1})
    record(ws, ref.space, (put,), label=label, own_rows=own_rows(ws, table, ref))


def tidied(ws: Workspace, table: Table, space: int, fields: Mapping[str, object]) -> dict[str, Value]:
    """Fields as cells: text tidied, references and flags turned into bytes and 0/1, words and numbers checked.

    Raises RuleBroken for a value a person could have entered, TypeError for one they could not.
    """
    return {name: _cell(table, table.column(name), space, value) for name, value in fields.items()}


def required(text: str, what: str) -> str:
    """One tidy line that must not be empty; `what` completes the sentence "Please write ..."."""
    line = kept_line(text)
    if not line:
        raise RuleBroken(f"Please write {what} first.", code="empty")
    return line


def _cell(table: Table, column: Column, space: int, value: object) -> Value:
    if value is None:
        return None
    match column.kind:
        case Kind.TEXT | Kind.PROSE:
            return _text(table, column, value)
        case Kind.FLAG:
            return int(bool(value))
        case Kind.INT:
            return _number(column, value)
        case Kind.REF:
            return _row(space, value)
        case Kind.PACKED:
            return _packed(column, value)


def _text(table: Table, column: Column, value: object) -> str | None:
    if isinstance(value, (tuple, list, set, frozenset)):
        value = ",".join(sorted(str(part).strip() for part in value))
    if isinstance(value, datetime):
        value = value.strftime("%Y-%m-%dT%H:%M")
    elif isinstance(value, date):
        value = value.isoformat()
    if not isinstance(value, str):
        raise TypeError(f"{table.name}.{column.name} takes text, not {type(value).__name__}")
    text = kept_body(value) if column.name in BODIES else kept_line(value)
    allowed = WORDS.get(f"{table.name}.{column.name}")
    if allowed is not None and text not in allowed:
        raise RuleBroken(f"“{text[:40]}” is not one of: {', '.join(allowed)}.", code="word")
    if column.name == "starts_at":
        return _civil(text)
    if column.name == "starts":
        return _hour(text)
    if column.name in ("due", "first_date"):
        return _day(text)
    if column.name == "zone" and text and zone_of(text) is None:
        raise RuleBroken(f"This computer does not know the time zone “{text[:40]}”.", code="zone")
    return text


def _civil(text: str) -> str | None:
    if not text:
        return None
    try:
        if not _CIVIL.fullmatch(text[:16]):
            raise ValueError(text)
        return datetime.fromisoformat(text).strftime("%Y-%m-%dT%H:%M")
    except ValueError as fault:
        raise RuleBroken(
            f"“{text[:40]}” is not a date and time.", "Write it like 2026-11-24T18:30.", code="date"
        ) from fault


def _hour(text: str) -> str | None:
    if not text:
        return None
    if not _HOUR.fullmatch(text):
        raise RuleBroken(f"“{text[:40]}” is not a time of the day.", "Write it like 18:30.", code="date")
    return text


def _day(text: str) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as fault:
        raise RuleBroken(f"“{text[:40]}” is not a date.", "Write it like 2026-12-04.", code="date") from fault


def _number(column: Column, value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{column.name} takes a whole number, not {type(value).__name__}")
    least = -_LONGEST_MINUTES if column.name == "extra_minutes" else 0
    if column.name.endswith("minutes") and not least <= value <= _LONGEST_MINUTES:
        raise RuleBroken("A length is at least nothing and at most 24 hours.", "Write minutes like 90.", code="minutes")
    if not column.low <= value <= column.high:
        raise RuleBroken("This number is too large.", "Check what was typed.", code="number")
    return int(value)


def _packed(column: Column, value: object) -> bytes:
    if not isinstance(value, bytes) or not column.kind.fits(value):
        raise TypeError(f"{column.name} takes packed bytes")
    return value


def _row(space: int, value: object) -> bytes:
    if isinstance(value, tuple):
        owner, row = value
        if owner != space:
            raise RuleBroken("This belongs to another circle.", "Choose something of this circle.", code="other_circle")
        value = row
    if not isinstance(value, bytes) or len(value) != 16:
        raise TypeError("a reference is a Ref or 16 bytes")
    return value
