"""What others say they have seen, as far as it is not here: a server that holds something back cannot hide that.

Every changeset names the newest changesets of others that its author had. One that neither came nor waits has been
held back or is still on its way; one that contradicts what is here means that two histories are shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import apsw

from circle_app.workspace.changes import Dep, Touched
from circle_app.workspace.connection import every, first
from circle_app.workspace.db import Workspace

MOST = 5_000
"""Claims kept of one circle: whoever lies could make up any number."""


@dataclass(frozen=True, slots=True)
class Missing:
    """`count` changesets of device `dev` that device `teller` had seen are not here."""

    teller: bytes
    dev: bytes
    count: int


def note_told(ws: Workspace, space: int, claims: Iterable[tuple[bytes, Dep]]) -> None:
    """Keeps (author, what they had seen) as far as it is not here, and forgets what has come since."""
    open_claims = [(teller, dep) for teller, dep in claims if not _is_here(ws.db.raw(), space, dep)]
    if not open_claims and not ws.rows("SELECT 1 FROM told WHERE space = ? LIMIT 1", (space,)):
        return
    with ws.writing() as db:
        kept: int = first(db, "SELECT count(*) FROM told WHERE space = ?", (space,))[0]
        db.executemany(
            "INSERT OR IGNORE INTO told (space, dev, seq, id8, teller, since_ms) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (space, dev, seq, id8, teller, ws.clock.now_ms())
                for teller, (dev, seq, id8) in open_claims[: max(0, MOST - kept)]
            ],
        )
        came = [dep for dep in _claims(db, space) if _is_here(db, space, dep)]
        db.executemany(
            "DELETE FROM told WHERE space = ? AND dev = ? AND seq = ? AND id8 = ?", [(space, *d) for d in came]
        )
    if open_claims or came:
        ws.announce(Touched(frozenset({"sync"}), remote=True))


def missing(ws: Workspace, space: int) -> tuple[Missing, ...]:
    """What has not come although others had it, when nothing contradicts it; after a whole sync it is held back.

    The count is how far the author was ahead of what is here.
    """
    found = ws.rows(
        "SELECT t.teller, t.dev, max(t.seq) - coalesce((SELECT seq FROM marks m WHERE m.space = t.space AND m.dev = t.dev), 0) "
        "FROM told t WHERE t.space = ?1 AND NOT EXISTS (SELECT 1 FROM changesets c WHERE c.space = t.space AND c.dev = t.dev "
        "AND c.seq = t.seq) AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.space = t.space AND q.dev = t.dev AND "
        "q.seq = t.seq) AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.space = t.space AND i.dev = t.dev AND i.seq = t.seq) "
        "GROUP BY t.teller, t.dev ORDER BY t.teller, t.dev",
        (space,),
    )
    return tuple(Missing(teller, dev, max(1, count)) for teller, dev, count in found)


def contradicted(ws: Workspace, space: int) -> tuple[bytes, ...]:
    """Devices of which others have seen another changeset at a number than is here: two histories are shown."""
    found = ws.rows(
        "SELECT DISTINCT t.dev FROM told t JOIN changesets c ON c.space = t.space AND c.dev = t.dev AND c.seq = t.seq "
        "WHERE t.space = ? AND substr(c.id, 1, 8) <> t.id8 ORDER BY t.dev",
        (space,),
    )
    return tuple(dev for (dev,) in found)


def _claims(db: apsw.Connection, space: int) -> list[Dep]:
    return [(dev, seq, id8) for dev, seq, id8 in every(db, "SELECT dev, seq, id8 FROM told WHERE space = ?", (space,))]


def _is_here(db: apsw.Connection, space: int, dep: Dep) -> bool:
    dev, seq, id8 = dep
    return any(
        first(
            db,
            f"SELECT 1 FROM {table} WHERE space = ? AND dev = ? AND seq = ? AND substr(id, 1, 8) = ?",
            (space, dev, seq, id8),
        )
        for table in ("changesets", "quarantine", "inbox")
    )
