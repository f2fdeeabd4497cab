"""What passes between the workspace and the code that seals and opens changesets: plain frozen values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.domain.ops import SetOp

CONTENT, MEMBERSHIP, ACK = 0, 1, 2
"""The kinds of changeset (protocol, The changeset)."""

Dep = tuple[bytes, int, bytes]
"""(dev16, seq, id8): the newest changeset of that device which the author had seen."""

ZERO_ID = bytes(32)
"""`prev` of the first changeset of a device."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A changeset that has its number but is not sealed yet."""

    space32: bytes
    dev: bytes
    seq: int
    prev: bytes
    deps: tuple[Dep, ...]
    mheads: tuple[bytes, ...]
    ops: tuple[SetOp, ...]
    kind: int = CONTENT
    clear: bytes = b""


@dataclass(frozen=True, slots=True)
class Sealed:
    """The 32-byte id of a changeset and its exact sealed bytes."""

    id: bytes
    data: bytes


Seal = Callable[[Draft], Sealed]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A changeset of this device that waits for a server's acknowledgement."""

    id: bytes
    seq: int
    kind: int
    data: bytes
    ops: int
    dev: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """A changeset that this workspace accepted, with its sealed bytes; `pos` is the server's position, if known."""

    id: bytes
    dev: bytes
    seq: int
    prev: bytes
    kind: int
    data: bytes
    pos: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A changeset that was opened and judged: its signature, chain and author's rights hold.

    `data` are the bytes as received, `ops` what they say (empty for membership and ack changesets).
    """

    id: bytes
    dev: bytes
    seq: int
    prev: bytes
    ops: tuple[SetOp, ...]
    data: bytes
    kind: int = CONTENT
    pos: int | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What `Workspace.apply` did: how many changesets and ops were new, and the rows whose shown values changed."""

    changesets: int
    ops: int
    refs: frozenset[Ref]


@dataclass(frozen=True, slots=True)
class Touched:
    """News: the tables (by name, or "spaces", "sync", "library", "settings") and rows that changed.

    `remote` tells whether the change came from another device. Delivered on the thread that wrote.
    """

    kinds: frozenset[str]
    refs: frozenset[Ref] = frozenset()
    remote: bool = False


OpenChangeset = Callable[[int, bytes], tuple[SetOp, ...]]
"""(space number, sealed bytes) -> its ops; raises BadChangeset when the bytes do not hold."""
