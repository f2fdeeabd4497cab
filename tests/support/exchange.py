"""Exchanging changesets between test workspaces without seals: the bytes are the ops themselves."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from circle_app.domain.ops import SetOp
from circle_app.errors import BadChangeset
from circle_app.workspace import journal
from circle_app.workspace.changes import Draft, Opened, Sealed
from circle_app.workspace.db import Workspace

_Op = tuple[int, bytes, int, Any, int, bytes | None]


def plain_seal(draft: Draft) -> Sealed:
    data = msgspec.msgpack.encode([draft.dev, draft.seq, draft.prev, [tuple(op) for op in draft.ops]])
    return Sealed(hashlib.sha256(data).digest(), data)


def plain_open(_space: int, data: bytes) -> tuple[SetOp, ...]:
    try:
        *_, ops = msgspec.msgpack.decode(data, type=tuple[bytes, int, bytes, list[_Op]])
    except msgspec.DecodeError as fault:
        raise BadChangeset("These bytes do not hold.", code="decode") from fault
    return tuple(SetOp(*op) for op in ops)


def packed(ws: Workspace, space: int) -> list[Opened]:
    """Packs what is loose; every changeset of this device, ready for another workspace's `apply`."""
    journal.pack(ws, space, plain_seal)
    return [
        Opened(s.id, s.dev, s.seq, s.prev, plain_open(space, s.data), s.data, s.kind)
        for s in journal.stored(ws, space, dev=ws.device(space))
    ]


def exchange(*sides: tuple[Workspace, int]) -> None:
    """Everybody gets everybody's changesets."""
    sent = [packed(ws, space) for ws, space in sides]
    for ws, space in sides:
        for changesets in sent:
            ws.apply(space, changesets)
