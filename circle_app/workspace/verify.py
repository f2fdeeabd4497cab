"""Proving that the workspace is whole: a hash of its state, a replay of every edit, and a rebuild from the changesets."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import apsw
import msgspec

from circle_app.domain.merge import CellOp, cell_op, projects
from circle_app.domain.schema import PROSE, TABLES
from circle_app.domain.spoken import six_words
from circle_app.errors import BadChangeset, WorkspaceError
from circle_app.workspace.changes import CONTENT, OpenChangeset, Touched
from circle_app.workspace.connection import one_moment
from circle_app.workspace.db import Workspace
from circle_app.workspace.incoming import Incoming
from circle_app.workspace.journal import loose_ops
from circle_app.workspace.project import merge_into
from circle_app.workspace.prose import anew, carry_withdrawn
from circle_app.workspace.tables import ENGINE, ENTRY, create_projection
from circle_app.workspace.wordindex import all_indexed

DERIVED = (*(table.name for table in TABLES), "shadowed", "unprojected")


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: plain sentences, none when all is well."""

    problems: tuple[str, ...]
    changesets: int
    state: bytes

    @property
    def ok(self) -> bool:
        return not self.problems


def state_hash(ws: Workspace) -> bytes:
    """32 bytes over every cell's winner and every kept op: equal on devices that hold the same edits.

    Independent of the order of arrival, of what is packed, and of everything that belongs to this computer alone.
    """
    circles = ws.rows("SELECT no, space32 FROM spaces ORDER BY space32")
    return _hash(ws.db.raw(), [(no, space32) for no, space32 in circles])


def state_words(ws: Workspace, no: int) -> str:
    """Six words for the state of one circle: two people who have the same ones hold the same edits."""
    return six_words(_hash(ws.db.raw(), ws.rows("SELECT no, space32 FROM spaces WHERE no = ?", (no,))))


def verify(ws: Workspace, open_changeset: OpenChangeset | None = None) -> Report:
    """Checks the file, the chains and the rows; with `open_changeset`, replays every edit and compares the states."""
    problems = [f"file: {line}" for (line,) in ws.rows("PRAGMA integrity_check(5)") if line != "ok"]
    problems += _chains(ws)
    problems += _rows(ws)
    state = state_hash(ws)
    if open_changeset is not None:
        problems += _replayed(ws, open_changeset, state)
    count = ws.rows("SELECT count(*) FROM changesets")[0][0]
    return Report(tuple(problems), count, state)


def rebuild(ws: Workspace, open_changeset: OpenChangeset) -> None:
    """Recomputes every row from the changesets and the loose edits, in one transaction.

    Raises WorkspaceError, with nothing changed, if a changeset's bytes do not hold any more.
    """
    with ws.writing() as db:
        for name in (*DERIVED, "search_rows", "unindexed"):
            db.execute(f'DELETE FROM "{name}"')
        anew(db)
        db.execute("INSERT INTO search (search) VALUES ('delete-all')")
        try:
            _replay(ws, db, open_changeset)
            all_indexed(db)
        except BadChangeset as fault:
            raise WorkspaceError(
                "A stored change is damaged, so nothing was rebuilt.", "Sync first: others may still have it."
            ) from fault
    ws.announce(Touched(frozenset({*(table.name for table in TABLES), "spaces", "sync"}), remote=True))


def _replay(ws: Workspace, db: apsw.Connection, open_changeset: OpenChangeset) -> None:
    """Merges every edit of every circle into the tables of `db`."""
    for space, device in ws.rows("SELECT no, dev16 FROM spaces"):
        for dev, kind, data in ws.rows(
            "SELECT dev, kind, data FROM changesets WHERE space = ? ORDER BY rowid", (space,)
        ):
            if kind == CONTENT:
                _merge(
                    db, space, [(op.table, op.row, op.column, cell_op(op, dev)) for op in open_changeset(space, data)]
                )
        _merge(db, space, [(op.table, op.row, op.column, cell_op(op, device)) for op in loose_ops(ws, space)])


def _merge(db: apsw.Connection, space: int, ops: list[tuple[int, bytes, int, CellOp]]) -> None:
    incoming = Incoming()
    for op in ops:
        incoming.add(*op)
    merge_into(db, space, incoming)


def _replayed(ws: Workspace, open_changeset: OpenChangeset, state: bytes) -> list[str]:
    scratch = apsw.Connection(":memory:")
    try:
        scratch.execute(ENGINE)
        for table in TABLES:
            scratch.execute(create_projection(table))
        carry_withdrawn(ws.db.raw(), scratch)
        try:
            _replay(ws, scratch, open_changeset)
        except BadChangeset as fault:
            return [f"a stored changeset cannot be opened: {fault.code}"]
        circles = ws.rows("SELECT no, space32 FROM spaces ORDER BY space32")
        same = _hash(scratch, [(no, space32) for no, space32 in circles]) == state
    finally:
        scratch.close()
    return [] if same else ["rows differ from what the stored changesets say"]


def _chains(ws: Workspace) -> list[str]:
    """Every changeset up to a device's mark is there, or set aside, and named by the next one.

    In a second history it may wait for its key, or for who was cut off from the circle not have come at all, while the
    membership changes behind it are there: those are read first.
    """
    return [
        f"chain of {dev.hex()[:8]} breaks at {seq}"
        for dev, seq in ws.rows(
            "SELECT c.dev, c.seq FROM changesets c WHERE c.seq > 1 AND NOT EXISTS (SELECT 1 FROM changesets p "
            "WHERE p.space = c.space AND p.dev = c.dev AND p.seq = c.seq - 1 AND p.id = c.prev) "
            "AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.space = c.space AND q.id = c.prev) "
            "AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.space = c.space AND i.id = c.prev) "
            "AND c.seq <= (SELECT seq FROM marks m WHERE m.space = c.space AND m.dev = c.dev) "
            "AND NOT (c.kind = 1 AND EXISTS (SELECT 1 FROM "
            "(SELECT space, dev, seq FROM changesets UNION ALL SELECT space, dev, seq FROM quarantine) w "
            "WHERE w.space = c.space AND w.dev = c.dev AND w.seq <= c.seq GROUP BY w.seq HAVING count(*) > 1))"
        )
    ]


def _rows(ws: Workspace) -> list[str]:
    """Every shown value has its stamp and is of its kind."""
    problems = []
    for table in TABLES:
        listed = ", ".join(f'"{column.name}"' for column in table.columns)
        for ident, stamps, *values in ws.rows(f'SELECT id, stamps, {listed} FROM "{table.name}"'):
            stamped = {e[0] for e in ENTRY.iter_unpack(stamps)} if len(stamps) % ENTRY.size == 0 else set()
            texts = PROSE[table.number]
            shown = {n for n, value in enumerate(values) if value is not None and n not in texts}
            if not shown <= stamped or not all(projects(table.number, n, values[n]) for n in shown):
                problems.append(f"{table.name} row {ident.hex()} does not hold together")
    return problems


def _hash(db: apsw.Connection, circles: list[tuple[int, bytes]]) -> bytes:
    with one_moment(db):
        return _hash_now(db, circles)


def _hash_now(db: apsw.Connection, circles: list[tuple[int, bytes]]) -> bytes:
    digest = hashlib.sha256(b"cc1/state\x00")
    encode = msgspec.msgpack.encode
    for space, space32 in circles:
        digest.update(space32)
        for table in TABLES:
            listed = ", ".join(f'"{column.name}"' for column in table.columns)
            for ident, stamps, *values in db.execute(
                f'SELECT id, stamps, {listed} FROM "{table.name}" WHERE space = ? ORDER BY id', (space,)
            ):
                digest.update(encode([table.number, ident, stamps, values]))
        for row in db.execute(
            "SELECT tab, row, col, stamp, base, value FROM texts WHERE space = ? AND gone = 0 "
            "ORDER BY tab, row, col, stamp, vhash, base",
            (space,),
        ):
            digest.update(encode(["texts", *row]))
        for kept in ("shadowed", "unprojected"):
            for row in db.execute(
                f"SELECT tab, row, col, stamp, base, value FROM {kept} WHERE space = ? "
                "ORDER BY tab, row, col, stamp, vhash, base",
                (space,),
            ):
                digest.update(encode([kept, *row]))
    return digest.digest()
