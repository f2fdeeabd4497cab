"""The calls about sealed pieces of files: keep one, hand one out from any byte on, say which are missing, and drop some.

A piece is named by the hash of its bytes, and the signature of a PUT covers that hash: so a stranger is turned away
before a byte of the body is kept.
"""

from __future__ import annotations

import asyncio
import hashlib
import re

from sync import wire
from sync.membership.ops import Role
from sync.server.auth import Refused
from sync.server.blobs import Blobs
from sync.server.http import Request, Response, decoded, packed
from sync.server.service import Service
from sync.server.store import Reader, Touching
from sync.server.store_drafts import Writer

_BLOB_TYPE = wire.BLOB_TYPE.encode("ascii")
_RANGE = re.compile(r"bytes=([0-9]{1,9})-([0-9]{1,9})?\Z")


async def put_blob(service: Service, request: Request) -> Response:
    """Keep a piece: its object first, then its row, then the answer."""
    name = wire.parse_id32(request.params["sha256"])
    try:
        asked = await service.authorised(request, body_sha256=name or wire.ZERO32)
        if name is None or asked.role not in (Role.PARTICIPANT, Role.ORGANIZER):
            raise Refused(403, "no_access")
        size = await service.read(lambda reader: reader.blob_size(asked.row.no, name), quick=True)
        request.check_announced(wire.MAX_BLOB)
    except Refused:
        await _poured_away(service, request)  # a caller who is still sending would never hear why
        raise
    data = await _piece(service, request, name)
    if size is not None:
        return packed(wire.BlobKept(wire.KNOWN))
    if asked.row.bytes + len(data) > service.config.space_quota_bytes:
        raise Refused(507, "quota")
    await service.ask_blobs(lambda blobs: blobs.put(asked.space, name, data))

    def keep(writer: Writer) -> None:
        row = writer.space(asked.space)
        assert row is not None  # nothing deletes a space
        if row.bytes + len(data) > service.config.space_quota_bytes:
            raise Refused(507, "quota")
        writer.keep_blob(row, name=name, size=len(data), now_ms=service.now_ms())

    await service.write(Touching(asked.space), keep)
    return packed(wire.BlobKept(wire.STORED))


async def get_blob(service: Service, request: Request) -> Response:
    """A piece, all of it or from a byte on (`Range: bytes=n-`); HEAD tells its size alone."""
    name = wire.parse_id32(request.params["sha256"])
    asked = await service.authorised(request)
    if asked.role is None or name is None:
        raise Refused(403, "no_access")
    size = await service.read(lambda reader: reader.blob_size(asked.row.no, name), quick=True)
    if size is None:
        raise Refused(404, "not_found")
    headers = ((b"accept-ranges", b"bytes"),)
    if request.method == "HEAD":
        return Response(media_type=_BLOB_TYPE, headers=headers, size=size)
    start, end = _range(request.header(b"range"), size)
    data = await service.ask_blobs(lambda blobs: blobs.get(asked.space, name, start=start, end=end))
    if data is None or len(data) != end - start:  # the store lost it; whoever has it can bring it again
        await service.write(Touching(asked.space), lambda writer: _forget(writer, asked.space, name))
        raise Refused(404, "not_found")
    if (start, end) == (0, size):
        return Response(200, data, _BLOB_TYPE, headers)
    return Response(206, data, _BLOB_TYPE, (*headers, (b"content-range", b"bytes %d-%d/%d" % (start, end - 1, size))))


async def missing_blobs(service: Service, request: Request) -> Response:
    """Which of the pieces that a member names are not here."""
    asked = await service.authorised(request)
    if asked.role is None:
        raise Refused(403, "no_access")
    names = decoded(asked.body, wire.BlobNames).names

    def read(reader: Reader) -> tuple[bytes, ...]:
        here = reader.blobs_among(asked.row.no, names)
        return tuple(name for name in names if name not in here)

    return packed(wire.BlobNames(await service.read(read)))


async def drop_blobs(service: Service, request: Request) -> Response:
    """Take away the pieces that an organizer names, and give the space its room back; answers which were here.

    The rows go first: what is left of an object by a crash or a store that is away belongs to nobody (scrub.py).
    """
    asked = await service.authorised(request)
    if asked.role is not Role.ORGANIZER:
        raise Refused(403, "no_access")
    names = tuple(dict.fromkeys(decoded(asked.body, wire.BlobNames).names))

    def strike(writer: Writer) -> tuple[bytes, ...]:
        row = writer.space(asked.space)
        assert row is not None  # nothing deletes a space
        here = writer.blobs_among(row.no, names)
        for name in here:
            row = writer.forget_blob(row, name=name)
        return tuple(name for name in names if name in here)

    def drop(blobs: Blobs) -> None:
        for name in struck:
            blobs.drop(asked.space, name)

    struck = await service.write(Touching(asked.space), strike)
    if struck:
        await service.ask_blobs(drop)
    return packed(wire.BlobNames(struck))


def _forget(writer: Writer, space: bytes, name: bytes) -> None:
    row = writer.space(space)
    assert row is not None  # nothing deletes a space
    writer.forget_blob(row, name=name)


async def _piece(service: Service, request: Request, name: bytes) -> bytes:
    """The whole body, hashed as it comes; raises Refused when it is not the piece of that name."""
    body, digest = bytearray(), hashlib.sha256()
    try:
        async with asyncio.timeout(service.config.blob_timeout_s):
            async for chunk in request.stream():
                digest.update(chunk)
                body += chunk
                if len(body) > wire.MAX_BLOB:
                    raise Refused(413, "too_large")
    except TimeoutError:
        raise Refused(408, "slow") from None
    if digest.digest() != name or not body:
        raise Refused(400, "blob_hash")
    return bytes(body)


async def _poured_away(service: Service, request: Request) -> None:
    """Read what a caller who was refused still sends, keep nothing, and stop where a piece would end."""
    left = wire.MAX_BLOB
    try:
        async with asyncio.timeout(service.config.body_timeout_s):
            async for chunk in request.stream():
                left -= len(chunk)
                if left < 0:
                    return
    except (TimeoutError, Refused):
        return


def _range(header: str | None, size: int) -> tuple[int, int]:
    """Start and end of what is asked for; a header of another form means everything (RFC 9110, 14.2)."""
    asked = _RANGE.match(header or "")
    if asked is None:
        return 0, size
    start, end = int(asked[1]), min(int(asked[2]) + 1 if asked[2] else size, size)
    if start >= size:
        raise Refused(416, "range")
    return (start, end) if start < end else (0, size)
