"""What others say they have seen, as far as it is not here: a server that holds something back cannot hide that.

Every changeset names the newest changesets of others that its author had. One that neither came nor waits has been
held back or is still on its way; one that contradicts what is here means that two histories are shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from circle_app.workspace.changes import Dep, Opened, Touched
from circle_app.workspace.db import Workspace

MOST = 5_000
"""Claims kept of one circle: whoever lies could make up any number."""

_MERGED = (
    "EXISTS (SELECT 1 FROM changesets c WHERE c.space = t.space AND c.dev = t.dev AND c.seq = t.seq "
    "AND substr(c.id, 1, 8) = t.id8)"
)


@dataclass(frozen=True, slots=True)
class Missing:
    """`count` changesets of device `dev` that device `teller` had seen are not here."""

    teller: bytes
    dev: bytes
    count: int


def note_told(ws: Workspace, space: int, claims: Iterable[tuple[bytes, Dep]]) -> None:
    """Keeps (author, what they had seen) as far as it is not here, and forgets what has come since."""
    aside = _aside(ws, space)
    open_claims = [(teller, dep) for teller, dep in claims if dep not in aside and not _is_merged(ws, space, dep)]
    listed = ws.rows(f"SELECT dev, seq, id8, {_MERGED} FROM told t WHERE space = ?", (space,))
    came = [tuple(dep) for *dep, merged in listed if merged or tuple(dep) in aside]
    if not open_claims and not came:
        return
    with ws.writing() as db:
        db.executemany(
            "INSERT OR IGNORE INTO told (space, dev, seq, id8, teller, since_ms) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (space, dev, seq, id8, teller, ws.clock.now_ms())
                for teller, (dev, seq, id8) in open_claims[: max(0, MOST - len(listed))]
            ],
        )
        db.executemany(
            "DELETE FROM told WHERE space = ? AND dev = ? AND seq = ? AND id8 = ?", [(space, *dep) for dep in came]
        )
    ws.announce(Touched(frozenset({"sync"}), remote=True))


def all_came(ws: Workspace, space: int, claims: Iterable[tuple[bytes, Dep]], coming: Iterable[Opened]) -> bool:
    """Whether all that others had seen is merged here, or among what is coming."""
    those = {(c.dev, c.seq, c.id[:8]) for c in coming}
    return all(dep in those or _is_merged(ws, space, dep) for _, dep in claims)


def missing(ws: Workspace, space: int) -> tuple[Missing, ...]:
    """What has not come although others had it, when nothing contradicts it; after a whole sync it is held back.

    The count is how far the author was ahead of what is here.
    """
    aside = {(dev, seq) for dev, seq, _ in _aside(ws, space)}
    furthest: dict[tuple[bytes, bytes], int] = {}
    for teller, dev, seq in ws.rows(
        "SELECT teller, dev, seq FROM told t WHERE space = ? AND NOT EXISTS (SELECT 1 FROM changesets c "
        "WHERE c.space = t.space AND c.dev = t.dev AND c.seq = t.seq) ORDER BY teller, dev, seq",
        (space,),
    ):
        if (dev, seq) not in aside:
            furthest[teller, dev] = seq
    here = dict(ws.rows("SELECT dev, seq FROM marks WHERE space = ?", (space,)))
    return tuple(Missing(teller, dev, max(1, seq - here.get(dev, 0))) for (teller, dev), seq in furthest.items())


def contradicted(ws: Workspace, space: int) -> tuple[bytes, ...]:
    """Devices of which others have seen another changeset at a number than is here: two histories are shown."""
    found = ws.rows(
        "SELECT DISTINCT t.dev FROM told t JOIN changesets c ON c.space = t.space AND c.dev = t.dev AND c.seq = t.seq "
        "WHERE t.space = ? AND substr(c.id, 1, 8) <> t.id8 ORDER BY t.dev",
        (space,),
    )
    return tuple(dev for (dev,) in found)


def _aside(ws: Workspace, space: int) -> frozenset[Dep]:
    """What waits here or was set aside; these tables are asked once, as they have no index for it."""
    return frozenset(
        ws.rows(
            "SELECT dev, seq, substr(id, 1, 8) FROM inbox WHERE space = ?1 UNION ALL "
            "SELECT dev, seq, substr(id, 1, 8) FROM quarantine WHERE space = ?1",
            (space,),
        )
    )


def _is_merged(ws: Workspace, space: int, dep: Dep) -> bool:
    return bool(
        ws.rows(f"SELECT {_MERGED} FROM (SELECT ? AS space, ? AS dev, ? AS seq, ? AS id8) t", (space, *dep))[0][0]
    )
