"""The sign-in sheet of a meeting: whose row has which number, and what row numbers typed back mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from circle_app.domain.ids import ROW_ID_BYTES, Ref
from circle_app.domain.rownumbers import SignedRows
from circle_app.domain.text import fold_name
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import Seat, attendance, meeting
from circle_app.workspace.queries.people import Person, people

FREE_ROWS = 6
"""Rows at the foot of a sheet for people who walk in."""
BLANK = bytes(ROW_ID_BYTES)
"""In the printed order, a row that stood free."""

Doubt = Literal["no_row", "free_row", "other_name", "gone"]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the sheet by its number; a free one has no person, nor has one whose person was deleted since (`gone`)."""

    number: int
    person: Person | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A number that says nothing yet. `no_row`: there is no such row. `free_row`: a free one, without a name.
    `other_name`: a row that is printed with another `name`. `gone`: its person is not there any more."""

    why: Doubt
    number: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who wrote their name on a free row; `person` when a guest of an earlier evening has it."""

    number: int
    name: str
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed: people to be marked, people who are marked already, guests, and numbers in doubt."""

    coming: tuple[Row, ...] = ()
    known: tuple[Row, ...] = ()
    guests: tuple[Guest, ...] = ()
    doubts: tuple[Doubtful, ...] = ()


def sheet_rows(ws: Workspace, meeting_ref: Ref) -> tuple[Row, ...]:
    """The rows in the order that was printed; whoever came to the circle since stands after it, then free rows.

    Numbers on paper stay true: nobody moves up. Before the first printing the order is that of the names.
    """
    printed = printed_order(ws, meeting_ref)
    seats = attendance(ws, meeting_ref)
    listed = {one.ref.row: one for one in people(ws, meeting_ref.space, gone=True)}
    fresh = [seat.person.ref.row for seat in seats if seat.person.ref.row not in printed]
    # a first sheet, or one on which newcomers had to go below, gets its own free rows
    order = [*printed, *fresh, *[BLANK] * FREE_ROWS] if fresh or not printed else list(printed)
    return tuple(
        Row(number, listed.get(row), gone=row != BLANK and row not in listed) for number, row in enumerate(order, 1)
    )


def printed_order(ws: Workspace, meeting_ref: Ref) -> tuple[bytes, ...]:
    """The row ids of the people on the sheet that was printed, `BLANK` for free rows; empty before."""
    return tuple(ref.row for ref in meeting(ws, meeting_ref).signin)


def read_signed(ws: Workspace, meeting_ref: Ref, typed: SignedRows) -> Signed:
    """What typed rows mean on the sheet that was printed (or would be); nothing is written."""
    on_paper = len(printed_order(ws, meeting_ref)) or None
    rows = {row.number: row for row in sheet_rows(ws, meeting_ref)[:on_paper]}
    seats = {seat.person.ref: seat for seat in attendance(ws, meeting_ref, returning=True)}
    coming: list[Row] = []
    known: list[Row] = []
    guests: list[Guest] = []
    doubts: list[Doubtful] = []
    for number in typed.rows:
        row, name = rows.get(number, Row(number)), typed.names.get(number, "")
        if row.person is not None and name and fold_name(name) != fold_name(row.person.name):
            doubts.append(Doubtful("other_name", number, row.person.name))
        elif row.person is not None:
            seat = seats.get(row.person.ref)
            (known if _came(seat) else coming).append(row)
        elif row.gone:
            doubts.append(Doubtful("gone", number))
        elif name:
            guests.append(Guest(number, name, _earlier(seats.values(), name)))
        else:
            doubts.append(Doubtful("free_row" if number in rows else "no_row", number))
    return Signed(tuple(coming), tuple(known), tuple(guests), tuple(doubts))


def _came(seat: Seat | None) -> bool:
    return seat is not None and seat.status in ("present", "late")


def _earlier(seats: Iterable[Seat], name: str) -> Person | None:
    """The one guest of earlier evenings with this name."""
    fitting = [seat.person for seat in seats if seat.guest and fold_name(seat.person.name) == fold_name(name)]
    return fitting[0] if len(fitting) == 1 else None
