"""Small shared pieces of the queries: references out of rows, and the civil times of meetings."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from circle_app.domain.ids import ROW_ID_BYTES, Ref, natural_row_id
from circle_app.domain.schema import CIRCLE, Table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

ZERO_ROW = bytes(ROW_ID_BYTES)
CIRCLE_ROW = natural_row_id(CIRCLE.number, ZERO_ROW, ZERO_ROW)
"""The id of the one `circle` row of every circle."""


def shown_with(table: str, column: str, parent: str = "meetings") -> str:
    """SQL that is true unless the row `column` of `table` points to was deleted: parts are out of sight with the whole."""
    same = f"up.space = {table}.space AND up.id = {table}.{column}"
    return f"NOT EXISTS (SELECT 1 FROM {parent} up WHERE {same} AND up.deleted = 1)"


def born(table: Table, alias: str) -> str:
    """SQL for the stamp of the first edit of a row: an order that no later edit changes, nor taking one back.

    Of the cells that a row began with, the first is what it holds now or is kept among what lost; before it there is only
    the deletion mark.
    """
    first, second = f"substr({alias}.stamps, 3, 16)", f"substr({alias}.stamps, 37, 16)"
    kept = f"SELECT min(stamp) FROM shadowed WHERE space = {alias}.space AND tab = {table.number} AND row = {alias}.id"
    return f"min({first}, iif(length({alias}.stamps) > 34, {second}, {first}), coalesce(({kept}), {first}))"


_DAY = re.compile(r"(19|2[0-9])\d\d-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"T([01]\d|2[0-3]):[0-5]\d", re.ASCII)


def ref_or_none(space: int, row: bytes | None) -> Ref | None:
    return Ref(space, row) if row is not None else None


def owner(table: Table, space: int, row: bytes, person: bytes | None, proof: bytes | None) -> Ref | None:
    """Whose row it is: the person it names, unless its id belongs to somebody else, who may have written any name into it."""
    if person is None or (proof is not None and natural_row_id(table.number, proof, person) != row):
        return None
    return Ref(space, person)


def civil_ms(civil: str | None, zone: str | None) -> int | None:
    """UTC milliseconds of a local civil time ("2026-11-24T18:30") in a named zone; None if it cannot be read.

    Without a zone, or with one this computer does not know, the computer's own zone counts.
    """
    if not civil:
        return None
    try:
        local = datetime.fromisoformat(civil)
    except ValueError:
        return None
    try:
        placed = local.replace(tzinfo=zone_of(zone)) if zone_of(zone) else local.astimezone()
        return int(placed.timestamp() * 1000)
    except (OverflowError, OSError, ValueError):
        return None


def day_of_ms(ms: int, days: int = 0) -> str:
    """The UTC date so many days after a moment, as "2026-11-24"; the first or the last one there is beyond these."""
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms, days=days)).strftime("%Y-%m-%d")
    except OverflowError:
        return "0001-01-01" if days < 0 else "9999-12-31"


def shown_day(text: str | None) -> str | None:
    """A date as stored ("2026-12-04"), or None when it is none that a page could reckon with: anybody may have written it."""
    if text is None or not _DAY.fullmatch(text):
        return None
    try:
        date.fromisoformat(text)
    except ValueError:
        return None
    return text


def day_of(text: str | None) -> date | None:
    """The day that a stored date or civil time begins with, as far as a page could reckon with it."""
    day = shown_day((text or "")[:10])
    return date.fromisoformat(day) if day else None


def shown_civil(text: str | None) -> str | None:
    """A civil time as stored ("2026-11-24T18:30"), or None when it is none that a page could reckon with."""
    if text is None or shown_day(text[:10]) is None or not _TIME.fullmatch(text[10:]):
        return None
    return text


def shown_zone(name: str | None) -> str | None:
    """The name of a zone that this computer knows, or None."""
    return name if zone_of(name) else None


def zone_of(name: str | None) -> ZoneInfo | None:
    """The named zone, or None when there is no name or this computer does not know it."""
    if not name:
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # half of the circles name no zone

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
