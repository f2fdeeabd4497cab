"""What goes over the wire about publications: typed MessagePack structs, limits and routes."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from sync.publications.entries import MAX_CONTACTS
from sync.wire import ENVELOPE_BYTES, Code, Count, Id16, Id32

MAX_POSTED: Final = 64
MAX_ENTRY_PAGE: Final = 100
MAX_FOUND: Final = 50
MAX_QUERY: Final = 200
MAX_QUERY_WORDS: Final = 8
MAX_LETTER: Final = 98_304
MAX_SEALED_LETTER: Final = 65_552
MAX_LETTER_PAGE: Final = 50

# Routes: `pub` is 64 lowercase hex digits.
ROUTE_PUBLICATIONS: Final = "/v1/p"
ROUTE_ENTRIES: Final = "/v1/p/{pub}/entries"
ROUTE_INBOX: Final = "/v1/p/{pub}/inbox"


class PublicationHead(msgspec.Struct, array_like=True, frozen=True):
    """The newest entry of a publication."""

    pub: Id32
    seq: Count
    id: Id32


class Founding(msgspec.Struct, array_like=True, frozen=True):
    """POST /v1/p: the genesis ENTRY and, where the server asks for one, a registration token.

    `entries` may carry the ones that follow it, so that anybody who kept them can refill a server that lost them.
    """

    genesis: bytes
    token: Annotated[str, Meta(max_length=200)] = ""
    entries: Annotated[tuple[bytes, ...], Meta(max_length=MAX_POSTED)] = ()


class Entries(msgspec.Struct, array_like=True, frozen=True):
    """POST entries: ENTRYs that follow each other."""

    entries: Annotated[tuple[bytes, ...], Meta(max_length=MAX_POSTED)]


class EntryResult(msgspec.Struct, array_like=True, frozen=True):
    """What became of one ENTRY, in the order sent: STORED, KNOWN, or REFUSED with the reason in `code`."""

    id: bytes
    status: Annotated[int, Meta(ge=0, le=2)]
    code: Code = ""


class EntriesReply(msgspec.Struct, array_like=True, frozen=True):
    """The reply to Founding and Entries, 200 whenever the request itself was in order."""

    results: Annotated[tuple[EntryResult, ...], Meta(max_length=MAX_POSTED + 1)]
    head: PublicationHead


class EntryPage(msgspec.Struct, array_like=True, frozen=True):
    """GET entries?after=seq&limit=n: ENTRYs without a gap from `after` + 1 on."""

    entries: Annotated[tuple[bytes, ...], Meta(max_length=MAX_ENTRY_PAGE)]
    more: bool
    head: PublicationHead


class Found(msgspec.Struct, array_like=True, frozen=True):
    """One line of the directory: what the publication says of itself, believed by nobody before its entries are read."""

    head: PublicationHead
    type: Count
    title: Annotated[str, Meta(max_length=200)]
    text: Annotated[str, Meta(max_length=8_000)]
    language: Annotated[str, Meta(max_length=35)]
    words: Annotated[tuple[Annotated[str, Meta(max_length=40)], ...], Meta(max_length=16)]


class Directory(msgspec.Struct, array_like=True, frozen=True):
    """GET /v1/p?query&type&after: open, listed publications in the order of their ids, all greater than `after`."""

    found: Annotated[tuple[Found, ...], Meta(max_length=MAX_FOUND)]
    more: bool


class LetterKey(msgspec.Struct, array_like=True, frozen=True):
    """The key of a letter for one contact key of the publication."""

    contact: Id16
    envelope: Annotated[bytes, Meta(min_length=ENVELOPE_BYTES, max_length=ENVELOPE_BYTES)]


class Letter(msgspec.Struct, array_like=True, frozen=True):
    """POST inbox: a sealed message; keys ascending by contact."""

    pub: Id32
    keys: Annotated[tuple[LetterKey, ...], Meta(min_length=1, max_length=MAX_CONTACTS)]
    ct: Annotated[bytes, Meta(min_length=256 + 16, max_length=MAX_SEALED_LETTER)]


class LetterKept(msgspec.Struct, array_like=True, frozen=True):
    """The reply to a letter: STORED or KNOWN."""

    status: Annotated[int, Meta(ge=0, le=1)]


class InboxItem(msgspec.Struct, array_like=True, frozen=True):
    no: Count
    letter: bytes


class InboxPage(msgspec.Struct, array_like=True, frozen=True):
    """GET inbox?after=no: letters in ascending number, all greater than `after`."""

    items: Annotated[tuple[InboxItem, ...], Meta(max_length=MAX_LETTER_PAGE)]
    more: bool


class InboxLeft(msgspec.Struct, array_like=True, frozen=True):
    """The reply to DELETE inbox?upto=no: how many letters are left."""

    count: Count
