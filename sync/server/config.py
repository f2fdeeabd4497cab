"""What an operator may choose about a server; every value has a default that suits one school or town."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sync import wire


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one server process. `data` is the folder of its database; sizes are bytes, times seconds."""

    data: Path
    database: str = ""
    """`postgresql://…` of a database that several server processes may share; empty: a SQLite file in `data`."""
    spaces_apart: bool = False
    """Each circle's writes in a transaction of their own: for a PostgreSQL whose machines share the circles."""
    host: str = "127.0.0.1"
    port: int = 8440
    name: str = "Citizen Circles server"
    registration_token: str | None = None
    """When set, only a request that carries it may found a circle here."""
    max_spaces: int = 100_000
    new_spaces_per_minute: int = 60
    """More circles than this in one minute, by everybody together, are asked to come again later."""
    space_quota_bytes: int = 1 << 30
    blobs: str = ""
    """Where sealed pieces of files are kept: a folder, or `s3://bucket/prefix`; empty: `blobs` in the data folder."""
    max_member_changes: int = 3_000
    """Membership changes of one circle: weighing a new one takes longer the more there are, and all circles wait for it."""
    max_publications: int = 100_000
    publication_quota_bytes: int = 256 << 20
    max_entries: int = 10_000
    """Entries of one publication."""
    max_letters: int = 1_000
    """Letters that wait for the signers of one publication."""
    letters_per_minute: int = 20
    """Letters to one publication, from everybody together."""
    body_timeout_s: float = 30.0
    blob_timeout_s: float = 120.0
    """A piece of a file may take longer than a request: a megabyte on a slow line."""
    blob_threads: int = 8
    clock_window_s: int = wire.AUTH_WINDOW_MS // 1000
    """How far a request's own time may be from ours; beyond it the caller is asked to sign a nonce."""
    events_wait_s: int = wire.EVENTS_WAIT_S
    max_waiting: int = 500
    """Requests for news that are held at once, everybody's together; 0 does not offer them."""
    max_waiting_each: int = 3
    """The same for one device: one that waits, and what a broken network left behind."""
    readers: int = 4
    device_per_second: float = 20.0
    """Requests of one device, in bursts of `burst_s` times that; 0: as many as it likes. Each process counts for itself."""
    address_per_second: float = 200.0
    """The same for one address, behind which a whole hall may sit."""
    burst_s: float = 20.0
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses and networks whose X-Forwarded-For is believed; a program there that speaks for nobody is not counted."""
    max_connections: int = 2000
    """Connections at once; one address that is no proxy gets a quarter of them."""
    head_timeout_s: float = 10.0
    """The head of a request has to be there by then."""
    idle_timeout_s: int = 30
    """A connection without a request is closed after so long, and one whose reply nobody reads after twice that."""
    tls_cert: str = ""
    tls_key: str = ""
    metrics_token: str | None = None
    """Opens GET /metrics to whoever brings it; None: there is no such page."""
    log_level: str = "info"
    log_format: str = "text"
