"""The workspace: everything one person keeps, in one SQLite file, with one door for writing and one for merging."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import apsw

from circle_app.domain import clock as hlc_rules
from circle_app.domain.ids import RandomBytes, Ref
from circle_app.domain.merge import projects
from circle_app.domain.schema import BY_NUMBER, PROSE
from circle_app.errors import NotFound, WorkspaceError
from circle_app.workspace import connection as opening
from circle_app.workspace import settings
from circle_app.workspace.chains import (
    ALL,
    SMALLEST,
    GivesWay,
    advance_marks,
    first_batch,
    opened_again,
    store,
    total_ops,
)
from circle_app.workspace.changes import Applied, OpenChangeset, Opened, Touched
from circle_app.workspace.clocks import Clock as Clock
from circle_app.workspace.clocks import SystemClock as SystemClock
from circle_app.workspace.history import NO_UNDO, Before, Trail, changes_anything, forget, remember
from circle_app.workspace.incoming import Incoming, RowKey
from circle_app.workspace.migrations import transaction
from circle_app.workspace.openfile import OpenFile, open_file
from circle_app.workspace.project import KEEP_SHADOWED, Row, edited_text, kept, merge_into, read_row, write_edited
from circle_app.workspace.puts import COLUMN_NUMBERS, local_op, proof_of_owner
from circle_app.workspace.puts import Put as Put

T = TypeVar("T")

OPS_BETWEEN_CHECKPOINTS = 5_000
ADD_LOCAL = "INSERT INTO local_ops (space, tab, row, col, value, stamp, base) VALUES (?, ?, ?, ?, ?, ?, ?)"


class Workspace:
    """One open workspace folder. Usable from several threads: each has its own connection, one writes at a time."""

    def __init__(self, folder: Path, file: OpenFile, clock: Clock, random: RandomBytes) -> None:
        self.folder = folder
        self.barrier = file.barrier
        self.first_look = file.first_look
        self.clock = clock
        self.random_bytes = random
        self.db = file.db
        self._file = file
        self._writer = threading.Lock()
        self._next_writer = threading.Lock()
        self._checkpointing = threading.Lock()
        self._writing: int | None = None
        self._subscribers: list[Callable[[Touched], None]] = []
        self._before_sending: list[Callable[[], None]] = []
        self._devices: dict[int, bytes] = {}
        self.synced_ms: dict[int, int] = {}
        self._last_hlc = file.last_hlc

    @classmethod
    def create(
        cls, folder: Path, *, key: bytes | None, clock: Clock | None = None, random_bytes: RandomBytes = os.urandom
    ) -> Workspace:
        """Makes a new workspace in `folder`; `key` is 32 raw bytes that encrypt the file, or None. Raises WorkspaceError."""
        opening.own_folder(folder)
        if (folder / opening.FILE_NAME).exists():
            raise WorkspaceError("There is already a workspace in this folder.", "Open it instead.")
        return cls(folder, open_file(folder, key, look_later=False), clock or SystemClock(), random_bytes)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        key: bytes | None,
        clock: Clock | None = None,
        random_bytes: RandomBytes = os.urandom,
        look_later: bool = False,
    ) -> Workspace:
        """Opens the workspace in `folder`, bringing an older file up to date. Raises WorkspaceError.

        One in a write-protected folder is opened for reading; a full disk is given the reserve (`barrier` tells).
        It is looked through for damage first. With `look_later` it may be read before that: `room.look_through` has to be
        called soon, and the first write does it.
        """
        if not (folder / opening.FILE_NAME).exists():
            raise WorkspaceError("There is no workspace in this folder.", "Choose another folder or make a new one.")
        return cls(folder, open_file(folder, key, look_later=look_later), clock or SystemClock(), random_bytes)

    def record(
        self,
        space: int,
        puts: Sequence[Put],
        *,
        label: str = "",
        trail: Trail = Trail.DO,
        takes_back: int | None = None,
        marks: Sequence[Before] = (),
    ) -> frozenset[Ref]:
        """Writes one command of this device: its ops, the shown rows, search and undo, durable when this returns.

        For commands only. Cells that already hold the value are skipped. Returns the rows that changed.
        `takes_back` is the number of the undo step that this record uses up; `marks` are kept with its way back.
        """
        return self.insisting(lambda: self._record(space, puts, label, trail, takes_back, marks))

    def insisting(self, write: Callable[[], T]) -> T:
        """What `write` gives; done once more when the disk was full and has the room of the reserve now."""
        try:
            return write()
        except WorkspaceError:
            if self.barrier.why != "reserve":
                raise
        return write()

    def _record(
        self, space: int, puts: Sequence[Put], label: str, trail: Trail, takes_back: int | None, marks: Sequence[Before]
    ) -> frozenset[Ref]:
        with self.writing() as db:
            if takes_back is not None:
                forget(db, takes_back)
            device = self.device(space)
            own = device[:8]
            issued = hlc_rules.issue(self.clock.now_ms(), self._last_hlc)
            rows: dict[RowKey, Row] = {}
            made: set[RowKey] = set()
            ops: list[tuple[Any, ...]] = []
            losers: list[tuple[Any, ...]] = []
            before: list[Before] = []
            for put in puts:
                key = (put.table.number, put.row)
                row = rows.get(key) or rows.setdefault(key, read_row(db, space, key))
                # a row that others may make, too, is not taken back whole
                fresh, ids = row.fresh and not put.table.shared, put.table.natural or ()
                if fresh and key not in made:
                    made.add(key)
                    before.append((*key, -1, None, None))
                for name, value in put.values.items():
                    column = COLUMN_NUMBERS[key[0]][name]
                    if column in PROSE[key[0]]:
                        typed = edited_text(db, space, row, put.row, column, value, put.bases.get(name), issued, own)
                        if typed is not None:
                            ops.append((space, *key, column, typed.value, typed.stamp, typed.base))
                            if not fresh:
                                before.append((*key, column, typed.stamp, None))
                        continue
                    if not projects(key[0], column, value):
                        raise ValueError(f"{put.table.name}.{name} cannot hold {type(value).__name__}")
                    op, held = local_op(row, column, value, put, name, issued, own)
                    if op is None:
                        continue
                    ops.append((space, *key, column, value, op.stamp, op.base))
                    loser = row.merge(column, op)
                    if loser is not None:
                        losers.append(kept(space, key, column, loser))
                    if not fresh and not (row.fresh and name in ids):
                        before.append((*key, column, held, value))
            if not ops:
                return frozenset()
            for key, row in rows.items():
                for number, proof, loser in proof_of_owner(row, issued, own):
                    ops.append((space, *key, number, proof.value, proof.stamp, proof.base))
                    losers.append(kept(space, key, number, loser))
            db.executemany(ADD_LOCAL, ops)
            if losers:
                db.executemany(KEEP_SHADOWED, losers)
            for key, row in rows.items():
                if row.changed:
                    write_edited(db, space, key, row)
            if trail is not NO_UNDO and (marks or changes_anything(before)):
                remember(db, issued, space, label, [*before, *marks], trail)
            self._last_hlc = issued
        refs = frozenset(Ref(space, key[1]) for key in rows)
        self.announce(Touched(frozenset(BY_NUMBER[key[0]].name for key in rows) | {"sync"}, refs))
        return refs

    def apply(
        self, space: int, opened: Iterable[Opened], *, notes: Mapping[str, str | None] = settings.NO_NOTES,
        reopen: OpenChangeset | None = None,
    ) -> Applied:  # fmt: skip
        """Merges changesets that sync has opened and judged, in any order and any number of times.

        For sync only. Bytes, ops, version vector, clock and cursor of a changeset land in one transaction, `notes` (settings;
        None forgets one) in the last of them. With `reopen` ops are let go on the way, and read again from the bytes when
        the merge gives way to somebody who writes.
        """
        self.barrier.check_room()
        changesets, most, logged = list(opened), ALL, 0
        done = Applied(0, 0, frozenset())
        with opening.long_log(self.db):
            while changesets:
                batch = first_batch(changesets, most)
                del changesets[: len(batch)]
                size, last = total_ops(batch), settings.NO_NOTES if changesets else notes
                try:
                    part, kinds = self._apply_batch(space, batch, last, most > SMALLEST, reopen is not None)
                except GivesWay:  # somebody writes, and may go on writing
                    changesets[:0] = batch if reopen is None else opened_again(space, batch, reopen)
                    most = max(SMALLEST, min(most, size) // 8)
                    continue
                if not self.somebody_waits():
                    most *= 2
                done = Applied(done.changesets + part.changesets, done.ops + part.ops, done.refs | part.refs)
                if part.changesets:
                    self.announce(Touched(kinds | {"sync"}, part.refs, remote=True))
                logged += part.ops
                if logged > OPS_BETWEEN_CHECKPOINTS or (logged > SMALLEST and not changesets):
                    self.checkpoint()
                    logged = 0
        return done

    def _apply_batch(
        self, space: int, batch: list[Opened], notes: Mapping[str, str | None], yielding: bool, letting_go: bool
    ) -> tuple[Applied, frozenset[str]]:
        """Merges a batch in one transaction; if `yielding` and another writer waits, raises GivesWay with nothing done.

        `letting_go` leaves changesets without ops in `batch`: they and what is made of them take as much room each.
        """

        def breathe() -> None:
            if yielding and self.somebody_waits():
                raise GivesWay

        with self.writing() as db:
            fresh = [n for n, changeset in enumerate(batch) if store(db, space, changeset)]
            incoming, ops = Incoming(), 0
            for n in fresh:
                incoming.take(batch[n].ops, batch[n].dev)
                ops += len(batch[n].ops)
                if letting_go:
                    batch[n] = replace(batch[n], ops=())
                breathe()
            touched = merge_into(db, space, incoming, breathe=breathe)
            advance_marks(db, space, {batch[n].dev for n in fresh})
            known = [c.pos for c in batch if c.pos is not None]
            if known:
                place = (max(known), self.clock.now_ms(), space)
                db.execute("UPDATE spaces SET pos = max(pos, ?), last_sync_ms = ? WHERE no = ?", place)
            settings.write(db, notes)
            last = hlc_rules.receive(self.clock.now_ms(), self._last_hlc, incoming.greatest)
            if last != self._last_hlc:
                db.execute("UPDATE engine SET value = ? WHERE name = 'hlc'", (str(last),))
                self._last_hlc = last
        refs = frozenset([Ref(space, row) for _, row in touched])
        kinds = frozenset({BY_NUMBER[table].name for table, _ in touched})
        return Applied(len(fresh), ops, refs), kinds

    def subscribe(self, callback: Callable[[Touched], None]) -> Callable[[], None]:
        """Calls back after every committed write, on the thread that wrote; returns the way to stop it."""
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return unsubscribe

    def before_sending(self, callback: Callable[[], None]) -> None:
        """Calls back whenever changesets are about to leave this computer, before they do."""
        self._before_sending.append(callback)

    def about_to_send(self) -> None:
        """For sync only: what must be known of the numbers given so far is written down first."""
        for callback in self._before_sending:
            callback()

    def announce(self, news: Touched) -> None:
        """Tells every subscriber; called after the commit, never inside a transaction."""
        for callback in tuple(self._subscribers):
            callback(news)

    @contextmanager
    def writing(self) -> Iterator[apsw.Connection]:
        """The one in-process write lock around one transaction, on this thread's connection; not to be nested.

        Writers take turns: whoever waits gets in before a thread that has just written, so an edit waits for one batch
        of a merge at most, never for all of it.
        """
        self.barrier.check()
        before = self.barrier.why
        try:
            if self.first_look is not None:
                self.first_look.take()
            with self._turn():
                db = self.db.raw()
                try:
                    with transaction(db):
                        yield db
                except apsw.Error as fault:
                    if isinstance(fault, (apsw.CorruptError, apsw.ReadOnlyError)):
                        # The file is read anew: what memory holds is not what the disk holds. Not so after a failed write
                        # or fsync: this connection writes over what it left in the log, which whoever reads the log anew
                        # may find whole, although it was refused.
                        self.db.drop_connection()
                    refused = opening.refused_write(fault)
                    if refused is None:
                        raise
                    raise refused from fault
            self.barrier.wrote()
        except WorkspaceError as refused:
            self.barrier.met(refused.code)
            raise
        finally:
            if self.barrier.why != before:
                self.announce(Touched(frozenset({"storage"})))

    def somebody_waits(self) -> bool:
        """Whether a thread waits for its turn to write."""
        return self._next_writer.locked()

    def checkpoint(self) -> None:
        """Moves what is in the log into the file as far as no reader stands in the way; loses nothing.

        Others may write meanwhile, and do not wait for it. What the disk refuses stays in the log, where it is safe; the
        next write tells, or the next checkpoint succeeds.
        """
        with self._checkpointing:
            try:
                self.db.raw().wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            except (apsw.BusyError, apsw.FullError):  # busy: an edit moves a long log just now
                return
            except apsw.IOError:
                self.db.drop_connection()

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """Every row of a read-only question, on this thread's connection; foreign text only ever in `parameters`."""
        try:
            return self.db.raw().execute(sql, parameters).fetchall()
        except (apsw.IOError, apsw.CantOpenError) as fault:
            raise opening.unreadable() from fault
        except (apsw.CorruptError, apsw.NotADBError) as fault:
            self.barrier.met("workspace_damaged")
            self.announce(Touched(frozenset({"storage"})))
            raise opening.unreadable() from fault

    def state(self) -> tuple[object, ...]:
        """What is equal to an earlier one, of the same thread, when nothing was written to the file in between."""
        db = self.db.raw()
        return db, db.execute("PRAGMA data_version").fetchone(), db.total_changes()

    @property
    def last_hlc(self) -> int:
        """The greatest hlc issued or taken in so far."""
        return self._last_hlc

    def device(self, space: int) -> bytes:
        """The 16-byte id of this device in a circle; raises NotFound for a circle this workspace does not hold."""
        known = self._devices.get(space)
        if known is None:
            found = self.rows("SELECT dev16 FROM spaces WHERE no = ?", (space,))
            if not found:
                raise NotFound("This circle is not on this computer any more.")
            known = self._devices.setdefault(space, found[0][0])
        return known

    def go_on_as(self, space: int, dev16: bytes) -> None:
        """This device in a circle from here on; inside the transaction that writes it into `spaces`.

        When that fails, `forget_devices` has to be called.
        """
        self._devices[space] = dev16

    def forget_devices(self) -> None:
        """Re-reads device ids after rows of `spaces` changed."""
        self._devices.clear()

    def close(self) -> None:
        """Closes every connection and lets go of the folder; harmless when repeated."""
        with self._checkpointing, self._turn():
            self._file.close()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._writing == threading.get_ident():
            raise RuntimeError("a write was begun inside a write")
        with self._next_writer:
            self._writer.acquire()
        self._writing = threading.get_ident()
        try:
            yield
        finally:
            self._writing = None
            self._writer.release()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
