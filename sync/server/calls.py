"""The server's calls (docs/protocol.md, Server calls): each one reads, asks who is there, and answers in bytes.

Logs carry ids cut short, counts and codes only.
"""

from __future__ import annotations

import logging
import time as clock

from sync import wire
from sync.server import intake
from sync.server.auth import Refused
from sync.server.http import Request, Response, decoded, packed
from sync.server.logs import said
from sync.server.metrics import TYPE, check_token
from sync.server.service import Service, log
from sync.server.store import NO_MARK, Reader, SpaceRow
from sync.server.store_drafts import Writer

FEW = 4
"""So many changesets are checked at once, without a thread: a signature takes about a tenth of a millisecond."""
FEW_ROWS = 64
"""So many rows are read at once where the database is at hand."""


async def create_space(service: Service, request: Request) -> Response:
    wanted = decoded(await service.body(request), wire.CreateSpace)
    genesis = await service.work(lambda: intake.checked_genesis(wanted.genesis))
    changes = await service.work(lambda: [intake.read_part(data) for data in wanted.log])

    def keep(writer: Writer) -> SpaceRow:
        row = intake.create_space(writer, genesis, wanted.token, config=service.config, now_ms=service.now_ms())
        return intake.push(writer, genesis.space, changes, service.rules(), refilled=True)[1] if changes else row

    row = await service.write(intake.touching(genesis.space, [intake.Part(genesis), *changes]), keep)
    service.waiting.wake(genesis.space)
    log.info(said("space", id=genesis.space, pos=row.pos))
    return packed(wire.SpaceCreated(service.head(genesis.space, row)))


async def push(service: Service, request: Request) -> Response:
    begin_s = clock.perf_counter()
    asked = await service.recognised(request)
    pushed = decoded(asked.body, wire.Push)

    def check() -> list[intake.Part]:
        return [intake.checked_ahead(intake.read_part(data), asked.circle) for data in pushed.changesets]

    parts = check() if len(pushed.changesets) <= FEW else await service.work(check)

    def keep(writer: Writer) -> tuple[list[wire.PushResult], SpaceRow]:
        caller = service.in_turn(writer, asked)
        return intake.push(
            writer,
            asked.space,
            parts,
            service.rules(),
            only_join=caller.mode == wire.AUTH_INVITE,
            vouched=caller.role is not None,
            author=caller.key_id,
            envelopes=pushed.envelopes,
        )

    results, row = await service.write(intake.touching(asked.space, parts, asked.entry), keep)
    stored = sum(r.status == wire.STORED for r in results)
    if stored:
        service.waiting.wake(asked.space)
    refused = sorted({r.code for r in results if r.status == wire.REFUSED})
    if log.isEnabledFor(logging.INFO):
        ms = round((clock.perf_counter() - begin_s) * 1000)
        log.info(said("push", space=asked.space, new=stored, of=len(results), refused=refused, ms=ms))
    service.metrics.pushed(results, intake.stored_bytes(parts, results))
    return packed(wire.PushReply(tuple(results), service.head(asked.space, row)))


async def pull(service: Service, request: Request) -> Response:
    return await _page(service, request, members=False)


async def members(service: Service, request: Request) -> Response:
    return await _page(service, request, members=True)


async def _page(service: Service, request: Request, *, members: bool) -> Response:
    after = request.number("after", default=0)
    limit = request.number("limit", default=wire.MAX_PAGE_CHANGESETS, most=wire.MAX_PAGE_CHANGESETS)
    asked = await service.authorised(request)
    row = asked.row
    if not members and asked.mode == wire.AUTH_INVITE and not asked.circle.opens(asked.key_id):
        raise Refused(403, "no_access")

    if after == row.pos:  # nothing new, and the mark is at hand
        return packed(wire.Page((), False, service.head(asked.space, row), NO_MARK if members else row.mark))

    def read(reader: Reader) -> wire.Page:
        found = reader.page(row, after, limit=max(limit, 1), size=wire.MAX_PAGE, members=members)
        last = found[-1].pos if found else after
        more = bool(reader.page(row, last, limit=1, size=0, members=members)) if members else last < row.pos
        before = NO_MARK if members else reader.mark_at(row.no, after) or NO_MARK
        items = tuple(wire.PageItem(s.pos, s.data) for s in found)
        return wire.Page(items, more, service.head(asked.space, row), before)

    return packed(await service.read(read, quick=row.pos - after <= FEW_ROWS))


async def events(service: Service, request: Request) -> Response:
    """Where the space stands, once that is elsewhere than the caller says, or after a while."""
    after = request.number("after", default=0)
    asked = await service.authorised(request)
    if asked.mode != wire.AUTH_DEVICE:
        raise Refused(403, "no_access")
    until_s = clock.monotonic() + service.config.events_wait_s
    with service.waiting.place(asked.space, asked.key_id) as place:
        head = await service.head_for(asked)
        while head.pos == after and await place.news(until_s - clock.monotonic(), gone=request.hung_up()):
            head = await service.head_for(asked)
    return packed(head)


async def envelope(service: Service, request: Request) -> Response:
    epoch = wire.parse_epoch(request.params["epoch"])
    asked = await service.authorised(request)
    if epoch is None or asked.mode != wire.AUTH_DEVICE:
        raise Refused(403, "no_access")

    row = asked.row
    found = await service.read(lambda reader: reader.envelopes(row.no, epoch, asked.key_id), quick=True)
    return packed(wire.OwnEnvelopes(tuple(found.values())))


async def info(service: Service, _request: Request) -> Response:
    return packed(
        wire.Info(
            min_version=wire.VERSION,
            max_version=wire.VERSION,
            server_id=service.store.server_id,
            gen=service.store.server_gen,
            token_needed=service.config.registration_token is not None,
            events_s=service.config.events_wait_s if service.config.max_waiting else 0,
        )
    )


async def time(service: Service, _request: Request) -> Response:
    return packed(wire.Time(service.now_ms()))


async def health(service: Service, _request: Request) -> Response:
    try:
        await service.read(lambda reader: reader.count_spaces())
    except Refused:
        return Response(503, b"the database does not answer\n", b"text/plain; charset=utf-8")
    return Response(body=b"ok\n", media_type=b"text/plain; charset=utf-8")


async def figures(service: Service, request: Request) -> Response:
    """For whoever runs this server; for everybody else there is nothing here."""
    check_token(request.header(b"authorization"), service.config.metrics_token)
    service.metrics.waiting.set(len(service.waiting))
    return Response(body=service.metrics.text(), media_type=TYPE)
