"""Opening the one SQLite file: cipher, durability and safety settings, and the lock that keeps a second app out."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import apsw

from circle_app.durable import make_folder, patiently
from circle_app.errors import WorkspaceError
from circle_app.workspace.barrier import damaged, full

FILE_NAME = "workspace.db"
LOCK_NAME = "workspace.lock"
LOG_PAGES = 1_000
CACHE_KIB, FEW_KIB = 8_000, 1_000
"""Pages kept in memory by each connection; a merge, which goes through the rows in order, is no faster with more."""
OLDEST_SQLITE = 3_051_003
"""Older libraries can corrupt a WAL database (https://sqlite.org/wal.html, the WAL-reset bug)."""

_FOREIGN = (
    "SELECT 1 FROM sqlite_schema WHERE type IN ('trigger', 'view') OR (sql LIKE 'CREATE VIRTUAL%' AND name <> 'search')"
)
"""What runs or shows something else than it seems to; this program makes none of it."""


class Connections:
    """The connections to one workspace file, one for each thread that uses it; opened when a thread first asks."""

    def __init__(self, path: Path, key: bytes | None) -> None:
        self._path = path
        self._key = key
        self._mine = threading.local()
        self._opened: list[apsw.Connection] = []

    def raw(self) -> apsw.Connection:
        """This thread's own connection."""
        try:
            connection: apsw.Connection = self._mine.connection
        except AttributeError:
            connection = self._mine.connection = open_connection(self._path, self._key)
            self._opened.append(connection)
        return connection

    def drop_connection(self) -> None:
        """Closes this thread's connection; the next use opens the file again."""
        connection = self.raw()
        self._opened.remove(connection)
        del self._mine.connection
        connection.close()

    def close_all(self) -> None:
        """Closes the connections of every thread; statements still running on them are an error of the caller."""
        for connection in self._opened:
            connection.close()
        self._opened.clear()


def open_connection(path: Path, key: bytes | None, *, read_only: bool = False) -> apsw.Connection:
    """Opens the file with every setting that keeps it safe; raises WorkspaceError if it is damaged or the key is wrong."""
    if apsw.SQLITE_VERSION_NUMBER < OLDEST_SQLITE:
        raise WorkspaceError(
            "The built-in database library is too old to be safe.", "Please install Citizen Circles again."
        )
    flags = apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    try:
        if not read_only:
            own_file(path)
        connection = apsw.Connection(str(path), flags=flags, statementcachesize=256)
    except (apsw.Error, OSError) as fault:
        raise not_opened() from fault
    try:
        _settings(connection, key, read_only=read_only)
    except apsw.Error as fault:
        connection.close()
        told = None if isinstance(fault, apsw.CorruptError) else refused_write(fault)
        raise told or unreadable() from fault
    return connection


@contextmanager
def long_log(connections: Connections) -> Iterator[None]:
    """Lets this thread commit without moving the log into the file each time: it will do so while others may write."""
    connections.raw().wal_autocheckpoint(0)
    try:
        yield
    finally:
        connections.raw().wal_autocheckpoint(LOG_PAGES)


def own_folder(folder: Path) -> None:
    """Makes the folder if it is missing, for this person alone. Raises WorkspaceError."""
    try:
        make_folder(folder, 0o700)
    except OSError as fault:
        raise not_opened() from fault


def own_file(path: Path) -> None:
    """Makes the file if it is missing, and keeps it for this person alone; SQLite's journal files follow its mode.

    A file that is there is not opened: closing it again would end the locks that SQLite holds on it.
    """
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    elif os.name == "posix" and path.stat().st_mode & 0o077:
        with contextlib.suppress(PermissionError):  # somebody else's file in a shared folder
            path.chmod(0o600)


@contextmanager
def one_moment(db: apsw.Connection) -> Iterator[None]:
    """All that is read in here is as of one moment, whatever others write meanwhile."""
    with db:
        yield


def first(db: apsw.Connection, sql: str, parameters: Sequence[Any] = ()) -> Any:
    """The first row of an answer as a tuple, or None."""
    return db.execute(sql, parameters).fetchone()


def every(db: apsw.Connection, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of an answer."""
    return db.execute(sql, parameters).fetchall()


def unreadable() -> WorkspaceError:
    return WorkspaceError(
        "The workspace file cannot be read: it is damaged, or this is not its key.",
        "Nothing was changed. You can restore the newest backup.",
        code="workspace_unreadable",
    )


def not_opened() -> WorkspaceError:
    return WorkspaceError(
        "The workspace file cannot be opened.", "Check that the disk is there and neither full nor write-protected."
    )


def refused_write(fault: BaseException | None) -> WorkspaceError | None:
    """The sentence for a write that the disk refused, or None when the fault is a bug of ours."""
    match fault:
        case apsw.FullError() | OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return full()
        case apsw.CorruptError():
            return damaged()
        case apsw.IOError() | apsw.ReadOnlyError() | apsw.CantOpenError() | OSError():
            return WorkspaceError(
                "The disk refused to save this.",
                "Check the disk; what you typed stays where it is.",
                code="disk_failed",
            )
    return None


@contextmanager
def refusing_kindly() -> Iterator[None]:
    """What the disk refuses in here is told in a sentence."""
    try:
        yield
    except (apsw.Error, OSError) as fault:
        refused = refused_write(fault)
        if refused is None:
            raise
        raise refused from fault


@contextmanager
def reading_kindly() -> Iterator[None]:
    """What cannot be read in here is told in a sentence."""
    try:
        yield
    except (apsw.IOError, apsw.CantOpenError, apsw.FullError) as fault:
        raise refused_write(fault) or unreadable() from fault
    except apsw.Error as fault:
        raise unreadable() from fault


def check(connection: apsw.Connection, *, thorough: bool = False) -> None:
    """A cheap look for damaged pages, or a thorough one at all of them and the indexes; raises WorkspaceError."""
    with reading_kindly():
        found = connection.execute("PRAGMA integrity_check(1)" if thorough else "PRAGMA quick_check(1)").fetchall()
    if found != [("ok",)]:
        raise unreadable()
    refuse_foreign(connection)


def refuse_foreign(connection: apsw.Connection) -> None:
    """Raises WorkspaceError for a file in which another program has left what runs by itself, or that cannot be read."""
    with reading_kindly():
        found = first(connection, _FOREIGN)
    if found is not None:
        raise WorkspaceError(
            "Another program has changed the workspace file.",
            "Nothing was changed by opening it. You can restore the newest backup.",
            code="workspace_foreign",
        )


class FirstLook:
    """The look through a whole file that is in use: once, on a connection of its own that keeps few pages in memory."""

    def __init__(self, path: Path, key: bytes | None) -> None:
        self._path, self._key = path, key
        self._looking = threading.Lock()
        self._over = False

    def take(self) -> None:
        """Looks, or waits for the thread that does; does nothing once the file was found whole. Raises WorkspaceError."""
        with self._looking:
            if self._over:
                return
            connection = open_connection(self._path, self._key, read_only=True)
            try:
                connection.execute(f"PRAGMA cache_size = -{FEW_KIB}")
                check(connection)
            finally:
                connection.close()
            self._over = True


def lock_folder(folder: Path) -> IO[bytes]:
    """Takes the folder for this process; the lock dies with the process. Raises WorkspaceError if it is taken."""
    try:
        own_file(folder / LOCK_NAME)
        handle = open(folder / LOCK_NAME, "a+b")  # noqa: SIM115 - held for as long as the workspace is open
    except OSError as fault:
        raise not_opened() from fault
    return _locked(handle)


def is_protected(folder: Path) -> bool:
    """Whether the workspace in a folder may be read but not written: a medium, a folder or a file that is protected."""
    file = folder / FILE_NAME
    if not file.exists():
        return False
    if not (os.access(file, os.W_OK) and os.access(folder, os.W_OK)):
        return True
    try:
        own_file(folder / LOCK_NAME)
        os.close(patiently(lambda: os.open(folder / LOCK_NAME, os.O_RDWR)))
    except OSError as fault:
        return fault.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
    return False


def lock_protected(folder: Path) -> IO[bytes]:
    """As `lock_folder`, where the lock can be taken; without a file for it nobody can write here."""
    try:
        handle = open(folder / LOCK_NAME, "rb")  # noqa: SIM115 - held for as long as the workspace is open
    except OSError:
        return io.BytesIO()
    return _locked(handle)


def readable_copy(folder: Path) -> Path:
    """The file of a protected folder, and its log, once more where SQLite may write beside them; as encrypted as there.

    Raises WorkspaceError.
    """
    try:
        place = Path(tempfile.mkdtemp(prefix="circles-"))
        for name in (FILE_NAME, FILE_NAME + "-wal"):
            if (folder / name).exists():
                shutil.copyfile(folder / name, place / name)
    except OSError as fault:
        raise refused_write(fault) or not_opened() from fault
    return place / FILE_NAME


def _locked(handle: IO[bytes]) -> IO[bytes]:
    try:
        _lock(handle)
    except OSError as fault:
        handle.close()
        raise WorkspaceError(
            "This workspace is already open.", "Look for the other Citizen Circles window.", code="workspace_open"
        ) from fault
    return handle


def _settings(connection: apsw.Connection, key: bytes | None, *, read_only: bool) -> None:
    if key is not None:
        # A raw key: no slow derivation at each open. The cipher must be named before the key.
        connection.pragma("cipher", "chacha20")
        connection.pragma("key", "raw:" + key.hex())
    connection.set_busy_timeout(30_000)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA secure_delete = ON")
    if not read_only:  # a copy on which the switch failed is whole all the same
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    # Checkpoints run where changes are packed and merged; this bound keeps the log short on a computer that never
    # syncs. A short log is written over in place, which makes each commit cheaper than one that lengthens the file.
    connection.wal_autocheckpoint(LOG_PAGES)
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute("PRAGMA journal_size_limit = 16000000")
    if sys.platform == "darwin":
        connection.execute("PRAGMA fullfsync = ON")


def is_taken(folder: Path) -> bool:
    """Whether another program has the folder open."""
    try:
        if (folder / LOCK_NAME).exists():
            lock_folder(folder).close()
    except WorkspaceError as refused:
        return refused.code == "workspace_open"
    return False


def _lock(handle: IO[Any]) -> None:
    if os.name == "nt":
        import msvcrt

        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
