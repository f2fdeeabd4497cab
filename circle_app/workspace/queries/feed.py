"""Reading what happened lately in a circle: decisions, notes, kept promises and new people, the newest first."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.domain.rights import own_row_id
from circle_app.domain.schema import PEOPLE
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import shown_with

TOGETHER = 3
"""More people than this who came on one day are one thing that happened."""
PEOPLE_MOST = 1_000
"""So many of the newest people are looked at."""
LONGEST = 240
"""Letters that are read of what was written; a text that has more is cut off here."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened. `kind` is decision | note | done | person | people, `ref` the line, note, task or person itself
    (of people the first who came).

    `words` are the decision, the title of the note or task, or the name; `body` is the beginning of a note. `who` wrote it or
    kept the promise ("" when that is not known), `at_ms` is when, by the clock of that computer. `names` are those of people who
    came on one day, the latest first.
    """

    kind: str
    ref: Ref
    words: str
    body: str
    who: str
    at_ms: int
    names: tuple[str, ...] = ()


def _stamp_of(alias: str, number: int) -> str:
    """SQL for the stamp of the edit that a column with a low number shows; NULL where it was never set."""
    entries = ((34 * place + 1, 34 * place + 3) for place in range(number + 1))
    cases = " ".join(
        f"WHEN substr({alias}.stamps, {key}, 2) THEN substr({alias}.stamps, {at}, 16)" for key, at in entries
    )
    return f"CASE x'{number:04x}' {cases} END"


_STATUS = PEOPLE.column("status").number
_EVER_MEMBER = (
    f"SELECT min(stamp) FROM shadowed WHERE space = p.space AND tab = {PEOPLE.number} AND row = p.id AND col = {_STATUS} "
    "AND value = 'member'"
)
_SINCE = f"coalesce(({_EVER_MEMBER}), {_stamp_of('p', _STATUS)}, substr(p.stamps, 3, 16))"
"""Since when somebody is a member: neither confirming them anew nor taking back that they left makes them new again."""

_FEED = f"""
WITH happened (kind, id, at, words, body, who) AS (
  SELECT * FROM (
    SELECT 'decision', o.id, printf('%012X', o.at_ms), substr(o.text, 1, :long), '', o.author
    FROM outcomes o WHERE o.space = :space AND o.kind = 'decision' AND o.deleted IS NOT 1 AND o.private IS NOT 1
      AND o.at_ms IS NOT NULL AND trim(o.text) <> '' AND o.meeting IS NOT NULL AND {shown_with("o", "meeting")}
    ORDER BY o.at_ms DESC, o.id LIMIT :most)
  UNION ALL SELECT * FROM (
    SELECT 'note', n.id, printf('%012X', n.at_ms), substr(n.title, 1, :long), substr(n.body, 1, :long), n.author
    FROM notes n WHERE n.space = :space AND n.deleted IS NOT 1 AND n.private IS NOT 1 AND n.at_ms IS NOT NULL
      AND (trim(coalesce(n.title, '')) <> '' OR trim(coalesce(n.body, '')) <> '')
    ORDER BY n.at_ms DESC, n.id LIMIT :most)
  UNION ALL SELECT * FROM (
    SELECT 'done', t.id, printf('%012X', t.done_ms), substr(t.title, 1, :long), '', t.owner
    FROM tasks t WHERE t.space = :space AND t.state = 'done' AND t.deleted IS NOT 1 AND t.done_ms IS NOT NULL
      AND trim(t.title) <> ''
      AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.space = t.space AND o.id = t.outcome AND o.private = 1)
    ORDER BY t.done_ms DESC, t.id LIMIT :most)
  UNION ALL SELECT * FROM (
    SELECT 'person', p.id, hex({_SINCE}), substr(p.name, 1, :long), '', NULL
    FROM people p WHERE p.space = :space AND p.deleted IS NOT 1 AND coalesce(p.status, 'member') = 'member'
      AND trim(p.name) <> '' AND p.id <> :me
    ORDER BY 3 DESC LIMIT {PEOPLE_MOST})
)
SELECT kind, h.id, at, coalesce(words, ''), coalesce(body, ''), coalesce(p.name, '')
FROM happened h LEFT JOIN people p ON p.space = :space AND p.id = h.who
ORDER BY substr(at, 1, 12) DESC, kind, at DESC, h.id
"""


def feed(ws: Workspace, space: int, most: int, day_of: Callable[[int], Hashable]) -> tuple[Happened, ...]:
    """The latest `most` things of a circle. Nothing private, deleted or empty is among them, nor that its owner joined.

    `day_of` tells the day of a moment: a whole list of people who came on one day hides nothing else.
    """
    member = ws.rows("SELECT member16 FROM spaces WHERE no = ?", (space,))
    if not member:
        return ()
    asked = {"space": space, "me": own_row_id(member[0][0]), "long": LONGEST, "most": most}
    found = [
        Happened(kind, Ref(space, row), words.strip(), body, who, int(at[:12], 16))
        for kind, row, at, words, body, who in ws.rows(_FEED, asked)
    ]
    return tuple(_gathered(found, day_of)[:most])


def _gathered(found: list[Happened], day_of: Callable[[int], Hashable]) -> list[Happened]:
    """The same with one line for the people of a day, where they are more than a few."""
    came: dict[Hashable, list[Happened]] = {}
    for one in found:
        if one.kind == "person":
            came.setdefault(day_of(one.at_ms), []).append(one)
    crowds = {people[0].ref: people for people in came.values() if len(people) > TOGETHER}
    inside = {one.ref for people in crowds.values() for one in people}
    return [
        _crowd(crowds[one.ref]) if one.ref in crowds else one
        for one in found
        if one.ref in crowds or one.ref not in inside
    ]


def _crowd(people: list[Happened]) -> Happened:
    """The latest of them says when; the first one stays while others come."""
    names = tuple(one.words for one in people)
    return Happened("people", people[-1].ref, "", "", "", people[0].at_ms, names)
