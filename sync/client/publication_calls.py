"""The server's calls about publications as functions of this program. What comes back is believed by nobody yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from sync import wire
from sync.client.access import request_signing
from sync.client.calls import Server, Signer, nonsense
from sync.keys import DeviceKeys
from sync.publications import wire as pub_wire
from sync.publications.entries import signer_id


@dataclass(frozen=True, slots=True)
class PublicationCalls:
    """One server, asked about publications; for one thread."""

    server: Server

    def found(self, genesis: bytes, token: str = "", *, entries: Sequence[bytes] = ()) -> pub_wire.EntriesReply:
        """Found a publication there, or find it; `entries` follow the genesis."""
        body = msgspec.msgpack.encode(pub_wire.Founding(genesis, token, tuple(entries)))
        reply = self.server.plain("POST", pub_wire.ROUTE_PUBLICATIONS, body, pub_wire.EntriesReply)
        return _answers(reply, len(entries) + 1)

    def post(self, pub: bytes, entries: Sequence[bytes]) -> pub_wire.EntriesReply:
        """Bring entries that follow each other. SyncProblem "not_found": the server does not have the publication."""
        body = msgspec.msgpack.encode(pub_wire.Entries(tuple(entries)))
        reply = self.server.plain("POST", _at(pub_wire.ROUTE_ENTRIES, pub), body, pub_wire.EntriesReply)
        return _answers(reply, len(entries))

    def entries(self, pub: bytes, after: int) -> pub_wire.EntryPage:
        """The next entries after a number."""
        path = f"{_at(pub_wire.ROUTE_ENTRIES, pub)}?after={after}"
        page = self.server.plain("GET", path, b"", pub_wire.EntryPage)
        if page.head.pub != pub or (page.more and not page.entries):
            raise nonsense()
        return page

    def search(self, query: str, *, type_: int = 0, after: bytes = wire.ZERO32) -> pub_wire.Directory:
        """What the directory finds by words, of one type or (0) of all."""
        words = quote(" ".join(query.split()), safe="")
        path = f"{pub_wire.ROUTE_PUBLICATIONS}?query={words}&type={type_}&after={after.hex()}"
        return self.server.plain("GET", path, b"", pub_wire.Directory)

    def write_letter(self, pub: bytes, letter: bytes) -> None:
        """Leave a sealed letter; the same one again is success."""
        self.server.plain("POST", _at(pub_wire.ROUTE_INBOX, pub), letter, pub_wire.LetterKept)

    def letters(self, pub: bytes, keys: DeviceKeys, after: int = 0) -> pub_wire.InboxPage:
        """The letters after a number; for a signer of the publication."""
        path = f"{_at(pub_wire.ROUTE_INBOX, pub)}?after={after}"
        return self.server.signed(_signer(pub, keys), "GET", path, b"", pub_wire.InboxPage)

    def drop_letters(self, pub: bytes, keys: DeviceKeys, upto: int) -> int:
        """Drop the letters up to a number; how many are left."""
        path = f"{_at(pub_wire.ROUTE_INBOX, pub)}?upto={upto}"
        return self.server.signed(_signer(pub, keys), "DELETE", path, b"", pub_wire.InboxLeft).count


def _at(route: str, pub: bytes) -> str:
    return route.replace("{pub}", pub.hex())


def _signer(pub: bytes, keys: DeviceKeys) -> Signer:
    return Signer(pub, wire.AUTH_SIGNER, signer_id(keys.signing.public), request_signing(keys.signing))


def _answers(reply: pub_wire.EntriesReply, count: int) -> pub_wire.EntriesReply:
    if len(reply.results) != count:
        raise nonsense()
    return reply
