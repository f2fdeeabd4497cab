"""Changing the agenda of a meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from circle_app.domain.ids import Ref
from circle_app.domain.ops import Value
from circle_app.domain.positions import between, spread
from circle_app.domain.schema import AGENDA_ITEMS, MEETINGS
from circle_app.domain.sections import moved, renamed, sections
from circle_app.errors import NotFound, RuleBroken
from circle_app.workspace.commands.writing import NO_BASES, Bases, delete, existing, new_row, record, required, tidied
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.tables import BY_MEETING

DEFAULT_MINUTES = 10


def add_item(
    ws: Workspace,
    meeting: Ref,
    *,
    title: str,
    minutes: int = DEFAULT_MINUTES,
    after: Ref | None = None,
    **fields: object,
) -> Ref:
    """Adds a step after another one, or at the end."""
    return add_items(ws, meeting, [{"title": title, "minutes": minutes, **fields}], after=after)[0]


def add_items(
    ws: Workspace, meeting: Ref, items: Sequence[Mapping[str, object]], *, after: Ref | None = None
) -> tuple[Ref, ...]:
    """Adds steps in order, in one transaction; each is a mapping of columns with at least a title.

    A step that names no section stands in that of the one before it.
    """
    existing(ws, MEETINGS, meeting)
    place = place_after(ws, meeting, after)
    order = _sections(ws, meeting)
    before = [own for _row, own in order[: _place(order, after) + 1 if after is not None else None]]
    given = [str(item["section"]) if item.get("section") else None for item in items]
    found = sections([*before, *given])[len(before) :]
    placed = [{**item, "section": title} if title else item for item, title in zip(items, found, strict=True)]
    puts = step_puts(ws, meeting, placed, *place)
    record(ws, meeting.space, puts, label="Add a step" if len(puts) == 1 else "Add steps")
    return tuple(Ref(meeting.space, put.row) for put in puts)


def place_after(ws: Workspace, meeting: Ref, after: Ref | None) -> tuple[str | None, str | None]:
    """The positions between which steps stand that come after another one, or at the end."""
    order = _order(ws, meeting)
    return _gap_after(order, after) if after is not None else (order[-1][1] if order else None, None)


def step_puts(
    ws: Workspace,
    meeting: Ref,
    items: Sequence[Mapping[str, object]],
    low: str | None = None,
    high: str | None = None,
) -> list[Put]:
    """The rows of new steps, in order, between two positions: for a command that writes more than them."""
    keys = spread(len(items), low, high, ws.random_bytes)
    puts = []
    for item, pos in zip(items, keys, strict=True):
        given = {
            "minutes": DEFAULT_MINUTES,
            **item,
            "title": required(str(item.get("title") or ""), "a title for the step"),
        }
        cells = tidied(ws, AGENDA_ITEMS, meeting.space, given)
        puts.append(Put(AGENDA_ITEMS, new_row(ws), {"meeting": meeting.row, "pos": pos, **cells}))
    return puts


def set_item(ws: Workspace, ref: Ref, *, bases: Bases = NO_BASES, **fields: object) -> Ref:
    """Sets columns of a step (see domain/schema, `agenda_items`)."""
    existing(ws, AGENDA_ITEMS, ref)
    if "title" in fields:
        fields["title"] = required(str(fields["title"] or ""), "a title for the step")
    cells = tidied(ws, AGENDA_ITEMS, ref.space, fields)
    _check_length(ws, ref, cells)
    record(ws, ref.space, (Put(AGENDA_ITEMS, ref.row, cells, bases),), label="Change the step")
    return ref


def begin_section(ws: Workspace, ref: Ref, title: str) -> Ref:
    """Lets a section with this title begin at a step: also the steps after it that stood in its old one are in it.

    Without a title they join the section above.
    """
    existing(ws, AGENDA_ITEMS, ref)
    order = _sections(ws, _meeting(ws, ref))
    puts = [
        Put(AGENDA_ITEMS, row, tidied(ws, AGENDA_ITEMS, ref.space, {"section": own}))
        for row, own in renamed(order, _place(order, ref), title).items()
    ]
    if puts:
        record(ws, ref.space, puts, label="Begin a section")
    return ref


def move_to_section(ws: Workspace, ref: Ref, place: int, title: str) -> Ref:
    """Moves a step to a place among the other steps, into the section that stands there."""
    existing(ws, AGENDA_ITEMS, ref)
    order = _sections(ws, _meeting(ws, ref))
    stood = _place(order, ref)
    written: dict[bytes, dict[str, Value]] = {
        row: dict(tidied(ws, AGENDA_ITEMS, ref.space, {"section": own}))
        for row, own in moved(order, ref.row, place, title).items()
    }
    if place != stood:
        others = [entry for entry in _order(ws, _meeting(ws, ref)) if entry[0] != ref.row]
        low = others[place - 1][1] if 0 < place <= len(others) else None
        high = others[place][1] if place < len(others) else None
        written.setdefault(ref.row, {})["pos"] = between(low, high, ws.random_bytes)
    if written:
        # the step itself first: it gives the change its name
        rows = sorted(written, key=lambda row: row != ref.row)
        record(ws, ref.space, [Put(AGENDA_ITEMS, row, written[row]) for row in rows], label="Move the step")
    return ref


def delete_item(ws: Workspace, ref: Ref) -> None:
    """Takes a step off the agenda; what came out of it stays."""
    delete(ws, AGENDA_ITEMS, ref, label="Delete the step")


def _check_length(ws: Workspace, ref: Ref, cells: Mapping[str, Value]) -> None:
    """Raises RuleBroken when a step would be planned shorter than the shortest length it is given."""
    if not cells.keys() & {"minutes", "min_minutes"}:
        return
    kept = ws.rows("SELECT minutes, min_minutes FROM agenda_items WHERE space = ? AND id = ?", ref)[0]
    minutes, least = (cells.get(name, old) for name, old in zip(("minutes", "min_minutes"), kept, strict=True))
    if not isinstance(minutes, int) or not isinstance(least, int) or least <= minutes:
        return
    if "min_minutes" in cells:
        raise RuleBroken(
            "The shortest length is longer than the step itself.", "Write fewer minutes, or lengthen the step.",
            code="least",
        )  # fmt: skip
    raise RuleBroken(
        "The step would be shorter than the shortest length it is given.", "Lower that one first, further down.",
        code="least",
    )  # fmt: skip


def _meeting(ws: Workspace, ref: Ref) -> Ref:
    return Ref(ref.space, ws.rows("SELECT meeting FROM agenda_items WHERE space = ? AND id = ?", ref)[0][0])


def _sections(ws: Workspace, meeting: Ref) -> list[tuple[bytes, str | None]]:
    """The steps of a meeting with the sections written in them, in order."""
    return [
        (row, section)
        for row, section in ws.rows(
            f"SELECT id, section FROM agenda_items {BY_MEETING.format('agenda_items')} "
            "WHERE space = ? AND meeting = ? AND deleted IS NOT 1 ORDER BY pos, id",
            meeting,
        )
    ]


def _order(ws: Workspace, meeting: Ref) -> list[tuple[bytes, str]]:
    return [
        (row, pos)
        for row, pos in ws.rows(
            f"SELECT id, coalesce(pos, '') FROM agenda_items {BY_MEETING.format('agenda_items')} "
            "WHERE space = ? AND meeting = ? AND deleted IS NOT 1 ORDER BY pos, id",
            meeting,
        )
    ]


def _gap_after(order: list[tuple[bytes, str]], neighbour: Ref) -> tuple[str, str | None]:
    at = _place(order, neighbour)
    return order[at][1], order[at + 1][1] if at + 1 < len(order) else None


def _place(order: Sequence[tuple[bytes, str | None]], neighbour: Ref) -> int:
    for at, (row, _) in enumerate(order):
        if row == neighbour.row:
            return at
    raise NotFound("The step beside it is not there any more.", "Look at the agenda again.")
