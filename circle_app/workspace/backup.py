"""Copies of the workspace file: made whole and checked, thinned out with age, and put back when the file is damaged.

Copies are encrypted like the file itself; whoever restores one on another computer needs the key file as well.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import apsw

from circle_app.domain.ids import RandomBytes
from circle_app.durable import make_folder, put_in_place, sync_file, sync_folder, write_whole
from circle_app.errors import WorkspaceError
from circle_app.workspace import connection as opening
from circle_app.workspace import spaces
from circle_app.workspace.db import Clock, Workspace
from circle_app.workspace.doubt import cast_doubt
from circle_app.workspace.filestore import FOLDER as FILES
from circle_app.workspace.migrations import STEPS, before_version, keep_copy
from circle_app.workspace.verify import verify

FOLDER = "backups"
DAYS, WEEKS, MONTHS = 7, 4, 12
"""Of so many days, weeks and months that have copies, the newest copy of each stays."""
DAY_MS = 86_400_000
_STAMP = "%Y-%m-%d-%H%M%S"
_START, _END = "circles-", ".db"
_RESTORING, _ASIDE = "restoring", "set-aside-"
_KEY = "device.key"


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy; `at_ms` is when it was made, in UTC ms."""

    path: Path
    at_ms: int


def back_up(ws: Workspace, key: bytes | None, into: Path | None = None) -> Backup:
    """Makes a copy of the open workspace, checks it, and thins out older ones; edits go on meanwhile.

    `into` is another place, such as a memory stick: sealed files and the key file go there too. Raises WorkspaceError,
    also "backup_foreign" for a place where somebody else's are: their key and their copies must not go for ours.
    """
    folder = into or ws.folder / FOLDER
    now = datetime.fromtimestamp(ws.clock.now_ms() // 1000, UTC)
    target = folder / f"{_START}{now.strftime(_STAMP)}{_END}"
    with opening.refusing_kindly():
        make_folder(folder, 0o700)
        if into is not None:
            _check_ours(ws.folder, key, into)
        for rest in folder.glob(f"{_START}*.tmp*"):
            rest.unlink(missing_ok=True)
        keep_copy(ws.db.raw(), target, key, thorough=True)
        if into is not None:
            _add_files(ws.folder, into)
        thin_out(folder)
    return Backup(target, int(now.timestamp()) * 1000)


def backups(folder: Path) -> tuple[Backup, ...]:
    """The copies in a folder, the newest first; other files are passed over."""
    found = []
    for path in folder.glob(f"{_START}*{_END}"):
        with suppress(ValueError):
            made = datetime.strptime(path.name[len(_START) : -len(_END)], _STAMP).replace(tzinfo=UTC)
            found.append(Backup(path, int(made.timestamp()) * 1000))
    return tuple(sorted(found, key=lambda backup: backup.at_ms, reverse=True))


def before_newer(folder: Path) -> Backup | None:
    """The copy that a newer app made before it changed the file into a shape this one cannot read."""
    path = folder / before_version(len(STEPS) + 1)
    return Backup(path, int(path.stat().st_mtime * 1000)) if path.is_file() else None


def is_due(ws: Workspace) -> bool:
    """Whether a day has gone by since the last copy in the workspace's own folder; a clock set back counts as well."""
    made = backups(ws.folder / FOLDER)
    return not made or not 0 <= ws.clock.now_ms() - made[0].at_ms < DAY_MS


def thin_out(folder: Path) -> None:
    """Takes away copies that are not wanted any more; called only when a newer one is whole and checked."""
    made = backups(folder)
    staying = kept([backup.at_ms for backup in made])
    for backup in made:
        if backup.at_ms not in staying:
            backup.path.unlink(missing_ok=True)


def kept(made: Iterable[int]) -> frozenset[int]:
    """Which of the copies made at these times stay: the newest of each of the last days, weeks and months that have any."""
    newest_first = sorted(set(made), reverse=True)
    rules: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (DAYS, lambda at: at.date()),
        (WEEKS, lambda at: tuple(at.isocalendar())[:2]),
        (MONTHS, lambda at: (at.year, at.month)),
    )
    staying = set(newest_first[:1])
    for count, period in rules:
        newest_of: dict[object, int] = {}
        for at_ms in newest_first:
            newest_of.setdefault(period(datetime.fromtimestamp(at_ms / 1000, UTC)), at_ms)
        staying.update(list(newest_of.values())[:count])
    return frozenset(staying)


def restore(
    folder: Path, key: bytes | None, copy: Path, *, clock: Clock | None = None, random_bytes: RandomBytes = os.urandom
) -> Path:
    """Puts a copy in the place of the workspace file of a folder that nobody has open; returns where the old file is kept.

    The copy is opened, brought up to date and checked first; until it stands in its place the old file does. This
    computer then goes on in each circle under a new key, as the old one may have signed things that the copy forgot.
    Raises WorkspaceError, with nothing changed.
    """
    lock = opening.lock_folder(folder)
    try:
        with opening.refusing_kindly():
            ready = _prepared(folder, key, copy, clock, random_bytes)
            aside = _keep_old(folder, key)
            put_in_place(ready, folder / opening.FILE_NAME)
            sync_folder(folder)
            shutil.rmtree(ready.parent)
    finally:
        lock.close()
    return aside


def _prepared(folder: Path, key: bytes | None, copy: Path, clock: Clock | None, random_bytes: RandomBytes) -> Path:
    """The copy as a workspace of its own beside the old one, checked and on disk."""
    if not copy.is_file():
        raise WorkspaceError("There is no such copy.", "Choose another one.", code="backup_missing")
    place = folder / _RESTORING
    shutil.rmtree(place, ignore_errors=True)
    make_folder(place, 0o700)
    try:
        shutil.copyfile(copy, place / opening.FILE_NAME)
        with Workspace.open(place, key=key, clock=clock, random_bytes=random_bytes) as ws:
            report = verify(ws)
            if not report.ok:
                raise _bad_copy()
            for space in spaces.spaces(ws):
                cast_doubt(ws, space.no, "restored")
            ws.checkpoint()
        log = place / f"{opening.FILE_NAME}-wal"
        if log.exists() and log.stat().st_size:  # only the file itself is put in place; the doubt must be in it
            raise opening.refused_write(apsw.IOError()) or _bad_copy()
    except BaseException as problem:
        shutil.rmtree(place, ignore_errors=True)
        if isinstance(problem, WorkspaceError) and problem.code == "workspace_unreadable":
            raise _bad_copy() from problem
        raise
    sync_file(place / opening.FILE_NAME)
    return place / opening.FILE_NAME


def _keep_old(folder: Path, key: bytes | None) -> Path:
    """The old file, and a log that could not be moved into it, under another name; its own name still leads to it.

    A log must not stay beside a file that it does not belong to: SQLite would write its pages into the wrong one.
    """
    file = folder / opening.FILE_NAME
    log = file.with_name(file.name + "-wal")
    aside = _free_name(folder)
    make_folder(aside, 0o700)
    if _is_whole(file, key):
        # closing the only connection moves the log into the file and takes it away
        opening.open_connection(file, key).close()
    if file.exists():
        _link(file, aside / file.name)
    if log.exists():
        _link(log, aside / log.name)
        sync_folder(aside)
        log.unlink()
    file.with_name(file.name + "-shm").unlink(missing_ok=True)
    sync_folder(aside)
    sync_folder(folder)
    return aside


def _is_whole(file: Path, key: bytes | None) -> bool:
    """Whether the old file can be read with its log; a damaged pair is kept just as it is."""
    try:
        connection = opening.open_connection(file, key, read_only=True)
        try:
            opening.check(connection)
        finally:
            connection.close()
    except WorkspaceError:
        return False
    return True


def _link(file: Path, name: Path) -> None:
    try:
        os.link(file, name)
    except OSError:  # a file system without links, a memory stick
        shutil.copyfile(file, name)
        sync_file(name)


def _free_name(folder: Path) -> Path:
    taken = len(list(folder.glob(f"{_ASIDE}*")))
    return next(place for n in range(taken + 1, taken + 1000) if not (place := folder / f"{_ASIDE}{n}").exists())


def _check_ours(source: Path, key: bytes | None, into: Path) -> None:
    """Refuses a folder in which another workspace lives or keeps its copies. Our own key file may have a new passphrase."""
    ours, theirs = ((folder / _KEY).read_bytes() if (folder / _KEY).exists() else None for folder in (source, into))
    lived_in = (into / opening.FILE_NAME).exists() and into.resolve() != source.resolve()
    made = backups(into)
    fits = ours == theirs if theirs is not None else not made
    if lived_in or not (fits or any(_is_whole(backup.path, key) for backup in made)):
        raise WorkspaceError(
            "Another workspace keeps its copies in this folder.",
            "Choose another folder for yours.",
            code="backup_foreign",
        )


def _add_files(source: Path, into: Path) -> None:
    """What else is needed to open everything elsewhere: the key file, and sealed files that are not there yet."""
    if (source / _KEY).exists():
        write_whole(into / _KEY, (source / _KEY).read_bytes())
    pieces = source / FILES
    if not pieces.is_dir():
        return
    make_folder(into / FILES, 0o700)
    there = {path.name for path in (into / FILES).iterdir()}
    for piece in pieces.iterdir():
        if piece.name not in there and not piece.name.startswith(".") and piece.suffix == "":
            write_whole(into / FILES / piece.name, piece.read_bytes())


def _bad_copy() -> WorkspaceError:
    return WorkspaceError(
        "This copy is damaged, or it is not of this workspace.", "Choose an older copy.", code="backup_damaged"
    )
