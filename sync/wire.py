"""What goes over the wire: typed MessagePack structs, limits, routes and the layout of the CC-Auth header.

Source: docs/protocol.md, sections Server calls and Limits. Nothing here needs a crypto library, so the server
and the client share it; a struct is one MessagePack array and unknown trailing fields are ignored by readers.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
from msgspec import Meta

VERSION: Final = 1
MEDIA_TYPE: Final = "application/vnd.citizen-circles+msgpack"
BLOB_TYPE: Final = "application/vnd.citizen-circles.blob"
"""What a sealed piece of a file is called on the way; its bytes mean nothing to anybody without the key."""

# Limits (bytes unless the name says otherwise).
MAX_CHANGESET: Final = 1_310_720
MAX_CORE: Final = 65_536
MAX_CLEAR: Final = 61_440
MAX_DEFLATED: Final = 1_048_576
MAX_INFLATED: Final = 4_194_304
MAX_OPS: Final = 5_000
MAX_MHEADS: Final = 64
MAX_DEPS: Final = 1_024
MAX_SEQ: Final = 2**53 - 1
MAX_PUSH_CHANGESETS: Final = 200
MAX_PAGE_CHANGESETS: Final = 500
MAX_PAGE: Final = 4_194_304
MAX_REQUEST: Final = 8_388_608
MAX_REPLY: Final = 8_388_608
MAX_INVITE_USES: Final = 1_000
MAX_RECIPIENTS: Final = 700
MAX_WRAPS: Final = 128
MAX_VERDICTS: Final = 1_000
ENVELOPE_BYTES: Final = 1_168
MAX_OWN_ENVELOPES: Final = 8
MAX_BLOB: Final = 1_048_640
"""One sealed piece of a file: 1 MiB and 64 bytes around it."""
MAX_BLOB_NAMES: Final = 1_000
MAX_VECTOR: Final = 4_096
AUTH_WINDOW_MS: Final = 300_000
EVENTS_WAIT_S: Final = 25
"""The longest that a server holds a request for news, in seconds; proxies and routers give up on silence from 30 s on."""

ZERO32: Final = bytes(32)

Id32 = Annotated[bytes, Meta(min_length=32, max_length=32)]
Id16 = Annotated[bytes, Meta(min_length=16, max_length=16)]
Id8 = Annotated[bytes, Meta(min_length=8, max_length=8)]
Sig64 = Annotated[bytes, Meta(min_length=64, max_length=64)]
Count = Annotated[int, Meta(ge=0, le=MAX_SEQ)]
Code = Annotated[str, Meta(max_length=40)]

# Routes: `space` is 64 lowercase hex digits (see space_text); query names are `after` and `limit`.
ROUTE_SPACES: Final = "/v1/spaces"
ROUTE_CHANGESETS: Final = "/v1/s/{space}/changesets"
ROUTE_DIFF: Final = "/v1/s/{space}/diff"
ROUTE_ENVELOPE: Final = "/v1/s/{space}/envelope/{epoch}"
ROUTE_MEMBERS: Final = "/v1/s/{space}/members"
ROUTE_EVENTS: Final = "/v1/s/{space}/events"
ROUTE_BLOB: Final = "/v1/s/{space}/blob/{sha256}"
ROUTE_BLOBS_MISSING: Final = "/v1/s/{space}/blobs/missing"
ROUTE_BLOBS_DROP: Final = "/v1/s/{space}/blobs/drop"
ROUTE_INFO: Final = "/v1/info"
ROUTE_TIME: Final = "/v1/time"
ROUTE_OPENAPI: Final = "/v1/openapi.json"
ROUTE_HEALTH: Final = "/healthz"
AUTH_HEADER: Final = "CC-Auth"

AUTH_DEVICE: Final = 0
"""The caller signs with a device key; `key_id` is its dev16."""
AUTH_INVITE: Final = 1
"""The caller signs with an invite key; `key_id` is the invite's id16. May read, and push nothing but one join."""

AUTH_SIGNER: Final = 2
"""The caller signs with the key of a publication's signer; `key_id` is its id16, the publication's id the space."""

# PushResult.status
STORED: Final = 0
KNOWN: Final = 1
REFUSED: Final = 2


class CreateSpace(msgspec.Struct, array_like=True, frozen=True):
    """POST /v1/spaces: the genesis CHANGESET and, where the server asks for one, a registration token.

    `log` may carry further changesets of the space in causal order. They are checked like pushed ones, so that any
    member can refill a server that lost the membership log and does not know them any more.
    """

    genesis: bytes
    token: Annotated[str, Meta(max_length=200)] = ""
    log: Annotated[tuple[bytes, ...], Meta(max_length=MAX_PUSH_CHANGESETS)] = ()


class Head(msgspec.Struct, array_like=True, frozen=True):
    """How far the server is: `pos` of the newest changeset of the space and the generation of its database.

    `gen` is 16 random bytes chosen when the server's database was made: another `gen`, or a smaller `pos` than
    one seen under this `gen`, means that the server was rolled back or wiped and is to be refilled.
    """

    space: Id32
    pos: Count
    gen: Id16


class SpaceCreated(msgspec.Struct, array_like=True, frozen=True):
    """The reply to CreateSpace (200; the same genesis again is success)."""

    head: Head


class Envelope(msgspec.Struct, array_like=True, frozen=True):
    """An epoch's key for one device: HPKE `enc || ct`, 1,168 bytes; the signed op that made the epoch has its hash."""

    epoch: Id16
    dev: Id16
    data: Annotated[bytes, Meta(min_length=ENVELOPE_BYTES, max_length=ENVELOPE_BYTES)]


class Push(msgspec.Struct, array_like=True, frozen=True):
    """POST changesets: up to 200 CHANGESETs as bytes, each device's own in seq order, and the envelopes of new epochs."""

    changesets: Annotated[tuple[bytes, ...], Meta(max_length=MAX_PUSH_CHANGESETS)]
    envelopes: tuple[Envelope, ...] = ()


class OwnEnvelopes(msgspec.Struct, array_like=True, frozen=True):
    """GET envelope: the caller's own of an epoch, one for each time that somebody sealed its key for it."""

    envelopes: Annotated[
        tuple[Annotated[bytes, Meta(max_length=ENVELOPE_BYTES)], ...], Meta(max_length=MAX_OWN_ENVELOPES)
    ]


class PushResult(msgspec.Struct, array_like=True, frozen=True):
    """What became of one changeset, in the order sent.

    `status` STORED | KNOWN (the same id was there: success) | REFUSED with the reason in `code`. For a refused one
    `head_seq` and `head_id` tell where the server's copy of that device's chain ends (0 and zeros: it has none).
    """

    id: bytes
    status: Annotated[int, Meta(ge=0, le=2)]
    pos: Count = 0
    code: Code = ""
    head_seq: Count = 0
    head_id: Id32 = ZERO32


class PushReply(msgspec.Struct, array_like=True, frozen=True):
    """The reply to Push, 200 whenever the request itself was in order, even if every changeset was refused."""

    results: Annotated[tuple[PushResult, ...], Meta(max_length=MAX_PUSH_CHANGESETS)]
    head: Head


class BlobKept(msgspec.Struct, array_like=True, frozen=True):
    """The reply to PUT blob: STORED, or KNOWN when these bytes were there already (success, too)."""

    status: Annotated[int, Meta(ge=0, le=1)]


class BlobNames(msgspec.Struct, array_like=True, frozen=True):
    """POST blobs/missing: which blobs the caller would like to be there; and the reply: those that are not.

    POST blobs/drop: which are not needed any more; and the reply: those that were there and are not now."""

    names: Annotated[tuple[Id32, ...], Meta(max_length=MAX_BLOB_NAMES)]


class PageItem(msgspec.Struct, array_like=True, frozen=True):
    pos: Count
    data: bytes


class Page(msgspec.Struct, array_like=True, frozen=True):
    """GET changesets or members ?after=pos&limit=n: CHANGESETs in ascending `pos`, all greater than `after`.

    `before` is the running hash of the space's log up to `after`: 32 zero bytes at 0, then for every changeset
    `H("cc1/log", before || id)`. A caller that remembers another hash there knows that the server was rolled back.
    Zeros also stand for "not that far" and, in a members page, for nothing.
    """

    items: Annotated[tuple[PageItem, ...], Meta(max_length=MAX_PAGE_CHANGESETS)]
    more: bool
    head: Head
    before: Id32 = ZERO32


class ChainEnd(msgspec.Struct, array_like=True, frozen=True, order=True):
    """A device's changeset: the newest that somebody has, or another one with that number."""

    dev: Id16
    seq: Annotated[int, Meta(ge=1, le=MAX_SEQ)]
    id: Id32


class SeqRange(msgspec.Struct, array_like=True, frozen=True):
    """The numbers `first` to `last` of one device's chain."""

    dev: Id16
    first: Count
    last: Count


class Diff(msgspec.Struct, array_like=True, frozen=True):
    """POST diff: what the caller has of the space, the end of each device's chain, strictly ascending by device."""

    have: Annotated[tuple[ChainEnd, ...], Meta(max_length=MAX_VECTOR)]


class DiffReply(msgspec.Struct, array_like=True, frozen=True):
    """What either side lacks.

    `lacks` are numbers that the server does not have. `forks` are changesets of the server that stand where the caller
    has another one. `items` is what the caller lacks, in ascending `pos`, a page of it: ask again with what came.
    """

    lacks: Annotated[tuple[SeqRange, ...], Meta(max_length=MAX_VECTOR)]
    forks: tuple[ChainEnd, ...]
    items: Annotated[tuple[PageItem, ...], Meta(max_length=MAX_PAGE_CHANGESETS)]
    more: bool
    head: Head


class Info(msgspec.Struct, array_like=True, frozen=True):
    """GET /v1/info. `server_id` is 32 bytes that name this server in signed requests; clients pin it.

    `events_s` is for how many seconds it holds a request for news; 0 means that it does not offer that.
    """

    min_version: Count
    max_version: Count
    server_id: Id32
    gen: Id16
    token_needed: bool
    max_push: Count = MAX_PUSH_CHANGESETS
    max_page: Count = MAX_PAGE_CHANGESETS
    max_request: Count = MAX_REQUEST
    events_s: Count = 0


class Time(msgspec.Struct, array_like=True, frozen=True):
    """GET /v1/time: the server's UTC milliseconds. Never an authority, only for `ts` in CC-Auth."""

    now_ms: Count


class Problem(msgspec.Struct, array_like=True, frozen=True):
    """The body of every 4xx and 5xx reply; `code` is one of docs/protocol.md, Refusals.

    A 401 with code `clock` carries `server_ms`: the caller signs once more with that as `ts`.
    """

    code: Code
    server_ms: Count = 0


@dataclass(frozen=True, slots=True)
class Auth:
    """The parsed CC-Auth header. `mode` AUTH_DEVICE | AUTH_INVITE | AUTH_SIGNER; `ts` UTC ms; `nonce` 16 random bytes."""

    mode: int
    key_id: bytes
    ts: int
    nonce: bytes
    signature: bytes


_AUTH_BYTES = 1 + 1 + 16 + 8 + 16 + 64
_AUTH_TEXT = re.compile(r"[A-Za-z0-9_-]{142}\Z")
_EPOCH_TEXT = re.compile(r"[0-9a-f]{32}\Z")
_ID32_TEXT = re.compile(r"[0-9a-f]{64}\Z")


def auth_message(
    *, server_id: bytes, space: bytes, mode: int, key_id: bytes, ts: int, nonce: bytes, body_sha256: bytes,
    method: str, target: str,
) -> bytes:  # fmt: skip
    """The bytes that a request's signature covers.

    `"cc1/http" 00 || server_id32 || space32 || mode u8 || key_id16 || ts u64 || nonce16 || SHA256(body) ||
    method || 20 || target`, where `target` is path and query exactly as sent. The variable part comes last.
    """
    fixed = b"cc1/http\x00" + server_id + space + bytes([mode]) + key_id + ts.to_bytes(8, "big") + nonce + body_sha256
    return fixed + method.encode("ascii") + b" " + target.encode("ascii")


def encode_auth(auth: Auth) -> str:
    """`base64url(01 || mode u8 || key_id16 || ts u64 || nonce16 || sig64)` without padding: 142 characters."""
    raw = bytes([VERSION, auth.mode]) + auth.key_id + auth.ts.to_bytes(8, "big") + auth.nonce + auth.signature
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode_auth(text: str) -> Auth | None:
    """The header's parts, or None when it is not a CC-Auth header of this version."""
    if not _AUTH_TEXT.match(text):
        return None
    try:
        raw = base64.b64decode(text + "==", altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    if len(raw) != _AUTH_BYTES or raw[0] != VERSION or raw[1] not in (AUTH_DEVICE, AUTH_INVITE, AUTH_SIGNER):
        return None
    return Auth(raw[1], raw[2:18], int.from_bytes(raw[18:26], "big"), raw[26:42], raw[42:])


def space_text(space: bytes) -> str:
    """A space id as it stands in routes: 64 lowercase hex digits."""
    return space.hex()


def parse_epoch(text: str) -> bytes | None:
    """The 16 bytes of an epoch id in a route, or None."""
    return bytes.fromhex(text) if _EPOCH_TEXT.match(text) else None


def parse_id32(text: str) -> bytes | None:
    """The 32 bytes of a hash in a route, or None."""
    return bytes.fromhex(text) if _ID32_TEXT.match(text) else None


def parse_space(text: str) -> bytes | None:
    """The 32 bytes of a space id in a route, or None."""
    return parse_id32(text)
