"""What an operator does with a server's data: back it up while it runs, restore it, check it, give it a new generation.

`python -m sync.server backup|restore|check|new-gen …`. A backup is a folder like the data folder. After a restore the
generation is another one: so every client notices, reads from the start and brings back what the copy lacks.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from circle_app.errors import CircleError
from sync.server.checking import Found, checked
from sync.server.lockfile import Lockfile
from sync.server.store import Reader, Trouble
from sync.server.store_copies import checked_file, set_gen, write_copy
from sync.server.store_sqlite import FILE

BLOBS = "blobs"
STAGING = "staging"
_PARTS = ("", "-wal", "-shm")


def main(verb: str, arguments: Sequence[str]) -> int:
    """Do what a verb says and tell how it went; raises CircleError."""
    parser = argparse.ArgumentParser(prog=f"python -m sync.server {verb}")
    parser.add_argument("--data", type=Path, help="folder of the database")
    if verb in ("backup", "restore"):
        parser.add_argument("folder", type=Path, help="folder of the backup")
    else:
        parser.add_argument("--database", default=os.environ.get("CIRCLES_DATABASE", ""), help="postgresql://…")
    given = parser.parse_args(arguments)
    if given.data is None and not getattr(given, "database", ""):
        parser.error("--data is missing")
    if verb == "backup":
        _tell("backed up", backup(given.data, given.folder))
    elif verb == "restore":
        _tell("restored", restore(given.data, given.folder))
    elif verb == "new-gen":
        new_gen(given.data, given.database)
        print("the database has a new generation; restart its servers")
    else:
        found = check(given.data, given.database)
        _tell("checked", found)
        return 1 if found.wrong else 0
    return 0


def backup(data: Path, target: Path) -> Found:
    """Copy a server's folder while it runs, checked, whole or not at all; files that are there already are not read again.

    The database goes first: what it names was on the disk before it was named.
    """
    if not (data / FILE).exists():
        raise CircleError("There is no database in this folder.", "With PostgreSQL, use pg_dump.")
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = _copied(data / FILE, target / FILE)
    _copy_blobs(data / BLOBS, target / BLOBS)
    return found


def restore(data: Path, source: Path, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> Found:
    """Put a backup in the place of a server's folder, which no server uses; under a new generation."""
    if not (source / FILE).exists():
        raise CircleError("There is no backup in this folder.", "Name the folder that `backup` wrote.")
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = Lockfile.taken(data)
    try:
        _copy_blobs(source / BLOBS, data / BLOBS)
        found = _copied(source / FILE, data / FILE, gen=random_bytes(16))
    finally:
        lock.release()
    return found


def check(data: Path | None, database: str) -> Found:
    """Everything recomputed; the database's own checks first where it has some."""
    if database:
        return _on_postgres(database, _as_of_now)
    assert data is not None
    if not (data / FILE).exists():
        raise CircleError("There is no database in this folder.", "Name the data folder of the server.")
    return checked_file(data / FILE)


def new_gen(data: Path | None, database: str) -> None:
    """Tell every client that this database may have lost something: after `pg_restore`, or a copy by hand."""
    gen = secrets.token_bytes(16)
    if database:
        _on_postgres(
            database, lambda reader: reader.db.change("UPDATE meta SET value = ? WHERE name = 'server_gen'", (gen,))
        )
        return
    assert data is not None
    lock = Lockfile.taken(data)
    try:
        set_gen(data / FILE, gen)
    finally:
        lock.release()


def _copied(source: Path, target: Path, *, gen: bytes = b"") -> Found:
    """A compact copy of a database, checked, on the disk, then in its place."""
    fresh = target.with_name(target.name + ".new")
    _remove(fresh)
    os.close(os.open(fresh, os.O_RDWR | os.O_CREAT, 0o600))
    try:
        write_copy(source, fresh)
        if gen:
            set_gen(fresh, gen)
        found = checked_file(fresh)
    except Trouble as error:
        _remove(fresh)
        raise CircleError(
            "The database could not be copied.", "Look whether it is whole, and whether both disks have room."
        ) from error
    if found.wrong:
        _remove(fresh)
        raise CircleError("The database is damaged: " + found.wrong[0] + ".", "Restore an older backup.")
    _settle(fresh)
    for part in _PARTS[1:]:
        target.with_name(target.name + part).unlink(missing_ok=True)
    fresh.replace(target)
    _settle(target.parent)
    return found


def _on_postgres(url: str, work: Callable[[Reader], object]) -> Found:
    from sync.server.store_psycopg import first_line  # psycopg takes a while to load; one machine does without

    line = first_line(url)
    try:
        done = work(Reader(line.db()))
    finally:
        line.close()
    return done if isinstance(done, Found) else Found(0, 0, ())


def _as_of_now(reader: Reader) -> Found:
    reader.db.change("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    return checked(reader)


def _copy_blobs(source: Path, target: Path) -> None:
    """Copy the files that are not there yet; each is named by its hash and never changes."""
    for path in sorted(source.rglob("*")) if source.exists() else ():
        there = target / path.relative_to(source)
        if (
            not path.is_file()
            or STAGING in path.parts
            or (there.exists() and there.stat().st_size == path.stat().st_size)
        ):
            continue
        there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = there.with_name(there.name + ".new")
        shutil.copyfile(path, fresh)
        _settle(fresh)
        fresh.replace(there)
        _settle(there.parent)


def _remove(path: Path) -> None:
    for part in _PARTS:
        path.with_name(path.name + part).unlink(missing_ok=True)


def _settle(path: Path) -> None:
    """Wait until a file or a folder is on the disk (Windows does that for folders by itself)."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _tell(what: str, found: Found) -> None:
    print(f"{what}: {found.spaces} circles, {found.changesets} changesets, {len(found.wrong) or 'no'} mistakes")
    for sentence in found.wrong:
        print(sentence)
