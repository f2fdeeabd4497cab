"""The calls about letters to whoever runs a publication: anybody may leave one, only its signers fetch and drop them."""

from __future__ import annotations

import hashlib
import time

from sync import wire
from sync.publications import wire as pub_wire
from sync.publications.chain import Standing
from sync.publications.entries import contact_id
from sync.server import auth
from sync.server.auth import Refused
from sync.server.http import Request, Response, decoded, packed
from sync.server.publication_calls import named
from sync.server.service import AUTH_HEADER, Service
from sync.server.store import Reader, Touching
from sync.server.store_drafts import Writer
from sync.server.store_publications import (
    count_letters,
    drop_letters,
    has_letter,
    keep_letter,
    letters_after,
    publication,
)

_KEPT_MS = 90 * 24 * 3600 * 1000
_MINUTE_MS = 60_000


async def post_letter(service: Service, request: Request) -> Response:
    """Keep a letter that its people can open, a few in a minute."""
    body = await request.body(most=pub_wire.MAX_LETTER, seconds=service.config.body_timeout_s)
    letter = decoded(body, pub_wire.Letter)
    pub, name = named(request), hashlib.sha256(body).digest()
    keys = [key.contact for key in letter.keys]
    if letter.pub != pub or keys != sorted(set(keys)):
        raise Refused(400, "request")

    def keep(writer: Writer) -> int:
        row, now_ms = publication(writer, pub), service.now_ms()
        if row is None:
            raise Refused(404, "not_found")
        if not set(keys) <= {contact_id(contact) for contact in row.standing.contacts}:
            raise Refused(400, "contacts")
        if has_letter(writer, pub, name):
            return wire.KNOWN
        drop_letters(writer, pub, before_ms=now_ms - _KEPT_MS)
        full = count_letters(writer, pub) >= service.config.max_letters
        if full or count_letters(writer, pub, since_ms=now_ms - _MINUTE_MS) >= service.config.letters_per_minute:
            raise Refused(429, "busy", retry_after_s=3600 if full else 60)
        keep_letter(writer, pub, name=name, data=body, now_ms=now_ms)
        return wire.STORED

    return packed(pub_wire.LetterKept(await service.write(Touching(pub), keep)))


async def get_letters(service: Service, request: Request) -> Response:
    after = request.number("after", default=0)
    standing = await _signed_in(service, request)
    most = pub_wire.MAX_LETTER_PAGE
    found = await service.read(lambda reader: letters_after(reader, standing.pub, after, limit=most + 1))
    return packed(pub_wire.InboxPage(tuple(found[:most]), len(found) > most))


async def drop_read_letters(service: Service, request: Request) -> Response:
    """Drop the letters up to a number: their people have them now."""
    upto = request.number("upto", default=0)
    standing = await _signed_in(service, request)

    def drop(writer: Writer) -> int:
        drop_letters(writer, standing.pub, upto=upto)
        return count_letters(writer, standing.pub)

    return packed(pub_wire.InboxLeft(await service.write(Touching(standing.pub), drop)))


async def _signed_in(service: Service, request: Request) -> Standing:
    """The publication whose signer asks; raises Refused alike for every kind of stranger."""
    pub, now_ms = wire.parse_id32(request.params["pub"]), service.now_ms()
    window_ms = service.config.clock_window_s * 1000
    sent = auth.parsed_auth(request.header(AUTH_HEADER), now_ms=now_ms, window_ms=window_ms)
    if pub is None:
        raise Refused(403, "no_access")
    asked = auth.Request(pub, request.method, request.target, hashlib.sha256().digest())
    message = auth.signed_bytes(sent, asked, server_id=service.store.server_id)

    def read(reader: Reader) -> Standing | None:
        row = publication(reader, pub)
        return None if row is None else row.standing

    standing = await service.read(read, quick=True)
    key = None if standing is None or sent.mode != wire.AUTH_SIGNER else standing.key_of(sent.key_id)
    auth.check_signed(sent, message, key)
    assert standing is not None
    await service.enter(service.replays.entry(pub, sent.key_id, sent.nonce, now_ms=now_ms))
    service.device_turns.take((pub, sent.key_id), now_s=time.monotonic())
    return standing
