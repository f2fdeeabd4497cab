"""Publications on this computer: their entries as they came, where each stands, and what was said and has not left yet.

What an entry means is not known here (sync/publications knows); a standing is bytes that belong to the entries kept with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import apsw

from circle_app.errors import NotFound
from circle_app.workspace.changes import Touched
from circle_app.workspace.db import Workspace


@dataclass(frozen=True, slots=True)
class Publication:
    """One that is followed or, with a `salt` for its keys, written here. `since_ms`: since when it is here."""

    pub: bytes
    server: str
    salt: bytes | None = field(repr=False)
    standing: bytes
    since_ms: int


@dataclass(frozen=True, slots=True)
class KeptEntry:
    seq: int
    id: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Saying:
    """Something said and not sent: `entry` are the signed bytes once it was tried, which are sent again as they are."""

    no: int
    kind: int
    body: bytes
    entry: bytes | None


def publications(ws: Workspace) -> tuple[Publication, ...]:
    """All of them, in the order in which they came here."""
    sql = "SELECT pub, server, salt, standing, since_ms FROM publications ORDER BY since_ms, pub"
    return tuple(Publication(*row) for row in ws.rows(sql))


def publication(ws: Workspace, pub: bytes) -> Publication:
    """One of them; raises NotFound."""
    rows = ws.rows("SELECT pub, server, salt, standing, since_ms FROM publications WHERE pub = ?", (pub,))
    if not rows:
        raise NotFound("This publication is not on this computer.", "Look for it in the directory.")
    return Publication(*rows[0])


def entries(ws: Workspace, pub: bytes, *, after: int = 0) -> list[bytes]:
    """The entries after a number, in order."""
    rows = ws.rows("SELECT data FROM publication_entries WHERE pub = ? AND seq > ? ORDER BY seq", (pub, after))
    return [row[0] for row in rows]


def entry_id(ws: Workspace, pub: bytes, seq: int) -> bytes | None:
    """The id of the entry with a number."""
    rows = ws.rows("SELECT id FROM publication_entries WHERE pub = ? AND seq = ?", (pub, seq))
    return rows[0][0] if rows else None


def has_entry(ws: Workspace, pub: bytes, id: bytes) -> bool:
    return bool(ws.rows("SELECT 1 FROM publication_entries WHERE pub = ? AND id = ?", (pub, id)))


def begin(
    ws: Workspace, pub: bytes, *, server: str, salt: bytes | None, standing: bytes, kept: Sequence[KeptEntry]
) -> None:
    """Take a publication in, with its first entries; one that is here already keeps its keys and what it has."""
    with ws.writing() as db:
        db.execute(
            "INSERT INTO publications(pub, server, salt, standing, since_ms) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (pub, server, salt, standing, ws.clock.now_ms()),
        )
        if db.changes():
            _insert(db, pub, kept)
    ws.announce(Touched(frozenset({"publications"})))


def add(ws: Workspace, pub: bytes, kept: Sequence[KeptEntry], *, standing: bytes, said: int | None = None) -> None:
    """Keep entries and where the publication stands with them; `said` is the saying that is one of them."""
    with ws.writing() as db:
        _insert(db, pub, kept)
        db.execute("UPDATE publications SET standing = ? WHERE pub = ?", (standing, pub))
        if said is not None:
            db.execute("DELETE FROM sayings WHERE no = ?", (said,))
    ws.announce(Touched(frozenset({"publications"})))


def forget(ws: Workspace, pub: bytes) -> None:
    """Do not follow a publication any more; what was not sent goes, too."""
    with ws.writing() as db:
        for table in ("publications", "publication_entries", "sayings"):
            db.execute(f"DELETE FROM {table} WHERE pub = ?", (pub,))
    ws.announce(Touched(frozenset({"publications"})))


def say(ws: Workspace, pub: bytes, *, kind: int, body: bytes) -> None:
    """Put something down that will be the publication's next entry when there is a network."""
    with ws.writing() as db:
        db.execute("INSERT INTO sayings(pub, kind, body) VALUES(?, ?, ?)", (pub, kind, body))
    ws.announce(Touched(frozenset({"publications"})))


def sayings(ws: Workspace, pub: bytes) -> list[Saying]:
    """What was not sent yet, in order."""
    rows = ws.rows("SELECT no, kind, body, entry FROM sayings WHERE pub = ? ORDER BY no", (pub,))
    return [Saying(*row) for row in rows]


def keep_signed(ws: Workspace, no: int, entry: bytes) -> None:
    """Keep the bytes in which something is about to be sent, so that a lost answer never makes it two entries."""
    with ws.writing() as db:
        db.execute("UPDATE sayings SET entry = ? WHERE no = ?", (entry, no))


def drop_saying(ws: Workspace, no: int) -> None:
    """It is said, or will never be."""
    with ws.writing() as db:
        db.execute("DELETE FROM sayings WHERE no = ?", (no,))
    ws.announce(Touched(frozenset({"publications"})))


def _insert(db: apsw.Connection, pub: bytes, kept: Sequence[KeptEntry]) -> None:
    sql = "INSERT INTO publication_entries(pub, seq, id, data) VALUES(?, ?, ?, ?)"
    db.executemany(sql, [(pub, entry.seq, entry.id, entry.data) for entry in kept])
