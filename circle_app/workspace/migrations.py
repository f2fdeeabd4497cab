"""Bringing the file to this version's shape: numbered steps, each in one transaction, a verified copy kept before each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import apsw

from circle_app.domain.merge import CellOp, projects
from circle_app.domain.ops import value_hash8
from circle_app.domain.schema import TABLES
from circle_app.durable import put_in_place, sync_file, sync_folder
from circle_app.errors import WorkspaceError
from circle_app.workspace import connection as opening
from circle_app.workspace.incoming import Incoming
from circle_app.workspace.project import merge_into
from circle_app.workspace.prose import is_edit
from circle_app.workspace.tables import ENGINE, IDENTITY, INDEXES, PIECES, PUBLISHED, create_projection, registry_hash
from circle_app.workspace.wordindex import note_folding

COPIES = 2
"""Copies from before a migration that are kept; older ones go once a newer one is whole."""

Step = Callable[[apsw.Connection], None]


def _first_tables(db: apsw.Connection) -> None:
    db.execute(ENGINE)
    db.execute(IDENTITY)
    db.execute(PIECES)
    db.execute(PUBLISHED)
    db.execute("INSERT INTO engine VALUES ('hlc', '0')")
    note_folding(db)


STEPS: tuple[Step, ...] = (_first_tables,)
"""STEPS[n] brings a file from user_version n to n + 1. Steps are never edited once released, only added."""


def make_ready(db: apsw.Connection, folder: Path, key: bytes | None, *, look_later: bool) -> bool:
    """Looks for damage and brings the file up to date; whether it was looked through. Raises WorkspaceError.

    With `look_later` a file that needs no change is only opened.
    """
    with opening.reading_kindly():
        later = look_later and db.pragma("user_version") == len(STEPS) and _knows_registry(db)
    if later:
        opening.refuse_foreign(db)
        return False
    opening.check(db)
    with opening.refusing_kindly():
        migrate(db, folder, key)
    return True


def migrate(db: apsw.Connection, folder: Path, key: bytes | None, *, steps: tuple[Step, ...] = STEPS) -> None:
    """Runs the missing steps; refuses a file of a newer app. Raises WorkspaceError."""
    version: int = db.pragma("user_version")
    if version > len(steps):
        raise WorkspaceError(
            "This workspace was last opened with a newer Citizen Circles.",
            "Please update the app; nothing was changed.",
            code="workspace_newer",
        )
    for number in range(version, len(steps)):
        if number > 0:
            keep_copy(db, folder / before_version(number + 1), key)
            (folder / before_version(number + 1 - COPIES)).unlink(missing_ok=True)
        with transaction(db):
            steps[number](db)
            db.pragma("user_version", number + 1)
    with transaction(db):
        _follow_registry(db)


def before_version(version: int) -> str:
    """The name of the copy kept from before the file came to a version."""
    return f"before-version-{version}.db"


def keep_copy(db: apsw.Connection, target: Path, key: bytes | None, *, thorough: bool = False) -> None:
    """Writes a copy of the whole file: under a temporary name, opened and checked, then renamed into place."""
    draft = target.with_suffix(".tmp")
    draft.unlink(missing_ok=True)
    opening.own_file(draft)
    db.execute("VACUUM INTO ?", (str(draft),))
    copy = opening.open_connection(draft, key)
    try:
        opening.check(copy, thorough=thorough)
    finally:
        copy.close()
    for part in (draft.with_name(draft.name + "-wal"), draft.with_name(draft.name + "-shm")):
        part.unlink(missing_ok=True)
    sync_file(draft)
    put_in_place(draft, target)
    sync_folder(target.parent)


class transaction:
    """BEGIN IMMEDIATE ... COMMIT, or ROLLBACK on any error."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            try:
                self._db.execute("COMMIT")
                return
            except apsw.Error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")


def _knows_registry(db: apsw.Connection) -> bool:
    held = opening.first(db, "SELECT value FROM engine WHERE name = 'registry'")
    return held is not None and bool(held[0] == registry_hash())


def _follow_registry(db: apsw.Connection) -> None:
    """Adds the tables and columns this version knows, then projects kept ops that were unknown until now."""
    if _knows_registry(db):
        return
    for table in TABLES:
        db.execute(create_projection(table))
        present = {name for (name,) in db.execute("SELECT name FROM pragma_table_info(?)", (table.name,))}
        for column in table.columns:
            if column.name not in present:
                db.execute(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {column.kind.sql}')
    db.execute(INDEXES)
    project_kept(db)
    db.execute("INSERT OR REPLACE INTO engine VALUES ('registry', ?)", (registry_hash(),))


def project_kept(db: apsw.Connection) -> None:
    """Moves ops from `unprojected` into the projections where this version can show them."""
    ready: dict[int, list[tuple[int, bytes, int, CellOp]]] = {}
    for space, table, row, column, stamp, base, value in opening.every(
        db, "SELECT space, tab, row, col, stamp, base, value FROM unprojected"
    ):
        if projects(table, column, value) or is_edit(table, column, value):
            ready.setdefault(space, []).append((table, row, column, CellOp(stamp, value, base)))
    for space, ops in ready.items():
        incoming = Incoming()
        for op in ops:
            incoming.add(*op)
        merge_into(db, space, incoming)
        db.executemany(
            "DELETE FROM unprojected WHERE space = ? AND tab = ? AND row = ? AND col = ? AND stamp = ? AND vhash = ? "
            "AND base = ?",
            [(space, table, row, column, op.stamp, value_hash8(op.value), op.base) for table, row, column, op in ops],
        )
