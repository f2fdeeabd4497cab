"""Reading people: members, invited people and guests of circles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from circle_app.domain.ids import Ref
from circle_app.domain.rights import own_row_id
from circle_app.domain.rules import WILLING
from circle_app.domain.text import fold
from circle_app.errors import NotFound
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import CIRCLE_ROW


@dataclass(frozen=True, slots=True)
class Person:
    """A person of a circle. `member` is the sync member id, None for people without a device in the circle; a row that names
    another member than the one its id belongs to has none, as others may write it.

    `came` of `of` closed meetings; `needs`, `languages` and `offers` as entered. `willing` are the roles they may be given.
    """

    ref: Ref
    name: str
    status: str
    contact: str
    note: str
    needs: tuple[str, ...]
    languages: str
    offers: str
    member: bytes | None
    confirmed: bool
    role: str | None
    came: int
    of: int
    circle_name: str
    color: str | None
    willing: frozenset[str] = frozenset(WILLING)


_PEOPLE = """
SELECT p.space, p.id, coalesce(p.name, ''), coalesce(p.status, 'member'), coalesce(p.contact, ''), coalesce(p.note, ''),
  coalesce(p.needs, ''), coalesce(p.languages, ''), coalesce(p.offers, ''), p.member, coalesce(p.confirmed, 0), p.role,
  coalesce(came.n, 0), coalesce(held.n, 0), coalesce(c.name, ''), c.color, p.willing
FROM people p
LEFT JOIN circle c ON c.space = p.space AND c.id = :circle
LEFT JOIN (
  SELECT space, count(*) AS n FROM meetings past WHERE state = 'closed' AND deleted IS NOT 1 {there} GROUP BY space
) held ON held.space = p.space
LEFT JOIN (
  SELECT past.space, past.person, count(*) AS n FROM attendance past
  JOIN meetings m ON m.space = past.space AND m.id = past.meeting AND m.state = 'closed' AND m.deleted IS NOT 1
  WHERE past.status IN ('present', 'late') AND past.deleted IS NOT 1 {there} {one} GROUP BY past.space, past.person
) came ON came.space = p.space AND came.person = p.id
WHERE p.deleted IS NOT 1 AND (:space IS NULL OR p.space = :space) AND (:row IS NULL OR p.id = :row)
  AND (:gone OR p.status IS NOT 'gone') AND (:guests OR p.status IS NOT 'guest')
"""


def people(ws: Workspace, space: int | None = None, *, guests: bool = True, gone: bool = False) -> tuple[Person, ...]:
    """People (of one circle, or of all) by name; those who left only with `gone`."""
    return _read(ws, {"space": space, "row": None, "guests": guests, "gone": gone})


def person(ws: Workspace, ref: Ref) -> Person:
    """One person, also one who left; raises NotFound."""
    found = _read(ws, {"space": ref.space, "row": ref.row, "guests": True, "gone": True})
    if not found:
        raise NotFound("This person is not there any more.", "They may have been removed; undo brings them back.")
    return found[0]


def me(ws: Workspace, space: int) -> Ref | None:
    """The person of this circle who is the owner of this workspace, once they are in its list."""
    mine = next((ref for ref in my_rows(ws) if ref.space == space), None)
    if mine is None or not ws.rows("SELECT 1 FROM people WHERE space = ? AND id = ? AND deleted IS NOT 1", mine):
        return None
    return mine


def my_rows(ws: Workspace) -> tuple[Ref, ...]:
    """Where this workspace's owner stands in the list of people of each circle; by the row's id, which nobody can write."""
    return tuple(Ref(no, own_row_id(member)) for no, member in ws.rows("SELECT no, member16 FROM spaces"))


def _read(ws: Workspace, parameters: dict[str, Any]) -> tuple[Person, ...]:
    # filters are written only where they filter, so that the evenings of other circles are not counted
    sql = _PEOPLE.format(
        there="" if parameters["space"] is None else "AND past.space = :space",
        one="" if parameters["row"] is None else "AND past.person = :row",
    )
    read = (_person(row) for row in ws.rows(sql, {**parameters, "circle": CIRCLE_ROW}))
    return tuple(sorted(read, key=lambda p: (fold(p.name), p.ref)))


def _person(row: tuple[Any, ...]) -> Person:
    space, ident, name, status, contact, note, needs, languages, offers, member, confirmed, *rest = row
    if member is not None and own_row_id(member) != ident:
        member = None
    listed = tuple(need for part in needs.split(",") if (need := part.strip()))
    rest[-1] = frozenset(WILLING if rest[-1] is None else (part.strip() for part in rest[-1].split(","))) & frozenset(
        WILLING
    )
    return Person(
        Ref(space, ident), name, status, contact, note, listed, languages, offers, member, bool(confirmed), *rest
    )
