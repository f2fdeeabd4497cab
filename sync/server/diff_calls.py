"""The call that compares two version vectors: what the server lacks, what the caller lacks, and where they disagree."""

from __future__ import annotations

import itertools

from sync import wire
from sync.server.auth import Refused
from sync.server.http import Request, Response, decoded, packed
from sync.server.service import Asked, Service
from sync.server.store import Reader
from sync.server.store_diff import chain_ends, ids_at, later


async def diff(service: Service, request: Request) -> Response:
    asked = await service.authorised(request)
    if asked.role is None:
        raise Refused(403, "no_access")
    have = decoded(asked.body, wire.Diff).have
    if any(a.dev >= b.dev for a, b in itertools.pairwise(have)):
        raise Refused(400, "request")
    head = service.head(asked.space, asked.row)
    return packed(await service.read(lambda reader: compared(reader, asked, have, head)))


def compared(reader: Reader, asked: Asked, have: tuple[wire.ChainEnd, ...], head: wire.Head) -> wire.DiffReply:
    """What either side lacks, of what the space had when the caller was recognised."""
    ends = chain_ends(reader, asked.row.no)
    lacks, forks = [], []
    behind = dict.fromkeys(ends, 0)
    for mine in have:
        ours = ends.get(mine.dev, 0)
        if ours < mine.seq:
            lacks.append(wire.SeqRange(mine.dev, ours + 1, mine.seq))
        if ours <= mine.seq:
            behind.pop(mine.dev, None)
        else:
            behind[mine.dev] = mine.seq
        if ours >= mine.seq:
            there = ids_at(reader, asked.row.no, mine.dev, mine.seq)
            forks += [wire.ChainEnd(mine.dev, mine.seq, id) for id in there if id != mine.id]
    found, more = later(reader, asked.row, behind, limit=wire.MAX_PAGE_CHANGESETS, size=wire.MAX_PAGE)
    items = tuple(wire.PageItem(stored.pos, stored.data) for stored in found)
    return wire.DiffReply(tuple(lacks), tuple(forks), items, more, head)
