"""Opens the database that the configuration names."""

from __future__ import annotations

from circle_app.domain.ids import RandomBytes
from sync.server.config import Config
from sync.server.store import Store
from sync.server.store_group import Committed, uncounted
from sync.server.store_sqlite import SqliteStore


def open_store(config: Config, *, random_bytes: RandomBytes, committed: Committed = uncounted) -> Store:
    """The store of this process; raises CircleError when it cannot be used."""
    if config.database:
        from sync.server.store_postgres import PostgresStore  # psycopg takes a while to load; one machine does without

        return PostgresStore(
            config.database,
            readers=config.readers,
            random_bytes=random_bytes,
            committed=committed,
            apart=config.spaces_apart,
        )
    return SqliteStore(config.data, readers=config.readers, random_bytes=random_bytes, committed=committed)
