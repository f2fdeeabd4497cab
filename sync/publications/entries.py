"""One entry of a publication: its layout, its id and signature, and what each kind says.

A publication is an open, signed chain: everybody may read it, nothing in it is sealed. Hashes and signatures are
computed over bytes as received. Source: docs/protocol.md, Publications. Holds no secret; the server uses it too.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta

from circle_app.domain.ids import tagged_hash
from circle_app.errors import BadEntry
from sync.wire import MAX_SEQ, VERSION, ZERO32, Id16, Id32, Sig64

GENESIS: Final = 0
PROFILE: Final = 1
SIGNERS: Final = 2
RELEASE: Final = 3
REPORT: Final = 4
ANNOUNCEMENT: Final = 5
CIRCLES: Final = 6
HIDE: Final = 7
CLOSE: Final = 8

FIRST_OPTIONAL_KIND: Final = 64
"""A later version's kinds from here on change nothing that a reader must know; it keeps and hands them on."""
HIDEABLE: Final = frozenset({RELEASE, REPORT, ANNOUNCEMENT})
"""What a later entry can hide; its body may then be left out, and the chain still proves itself."""

MAX_ENTRY: Final = 1_049_600
MAX_ENTRY_CORE: Final = 512
MAX_ENTRY_BODY: Final = 1_048_576
MAX_SIGNERS: Final = 16
MAX_CONTACTS: Final = 16
CONTACT_BYTES: Final = 1_216

_PUB_AT: Final = 5
_CORE_START: Final = bytes([VERSION, GENESIS, 0xC4, 0x20])

Title = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=8_000)]
Short = Annotated[str, Meta(max_length=100)]
Document = Annotated[bytes, Meta(min_length=1, max_length=MAX_ENTRY_BODY)]
Signers = Annotated[tuple[Id32, ...], Meta(min_length=1, max_length=MAX_SIGNERS)]
Contact = Annotated[bytes, Meta(min_length=CONTACT_BYTES, max_length=CONTACT_BYTES)]
Contacts = Annotated[tuple[Contact, ...], Meta(max_length=MAX_CONTACTS)]
Pubs = Annotated[tuple[Id32, ...], Meta(max_length=256)]


class Profile(msgspec.Struct, array_like=True, frozen=True):
    """What a publication says of itself. `listed` 1: it may stand in the directory of a server."""

    title: Title
    text: Text = ""
    language: Annotated[str, Meta(max_length=35)] = ""
    words: Annotated[tuple[Annotated[str, Meta(max_length=40)], ...], Meta(max_length=16)] = ()
    listed: Annotated[int, Meta(ge=0, le=1)] = 1


class Genesis(msgspec.Struct, array_like=True, frozen=True):
    """Founds a publication. `type` 1 course, 2 school, 3 circle; `signers` are Ed25519, `contacts` X-Wing public keys."""

    nonce: Id16
    type: Annotated[int, Meta(ge=1, le=255)]
    signers: Signers
    contacts: Contacts
    profile: Profile


class NewProfile(msgspec.Struct, array_like=True, frozen=True):
    profile: Profile


class NewSigners(msgspec.Struct, array_like=True, frozen=True):
    """From the next entry on, these sign and these receive letters; nobody else."""

    signers: Signers
    contacts: Contacts


class Release(msgspec.Struct, array_like=True, frozen=True):
    """An edition of a course that never changes; `format` is the media type of `document`."""

    title: Title
    text: Text
    licence: Short
    format: Short
    document: Document


class Report(msgspec.Struct, array_like=True, frozen=True):
    """What a circle gives back, about a publication and one of its releases (an entry id), if it says so."""

    title: Title
    text: Text
    format: Short
    document: Document
    about: Id32 | None = None
    release: Id32 | None = None


class Announcement(msgspec.Struct, array_like=True, frozen=True):
    title: Title
    text: Text


class Circles(msgspec.Struct, array_like=True, frozen=True):
    """Publications of circles that are accepted from now on, or no longer."""

    added: Pubs
    dropped: Pubs = ()


class Hide(msgspec.Struct, array_like=True, frozen=True):
    """An earlier release, report or announcement, by its entry id, is not shown any more, and why."""

    entry: Id32
    text: Text = ""


class Close(msgspec.Struct, array_like=True, frozen=True):
    """The last entry; `successor` is the publication that goes on, if there is one."""

    text: Text = ""
    successor: Id32 | None = None


Body = Genesis | NewProfile | NewSigners | Release | Report | Announcement | Circles | Hide | Close
BODY_OF_KIND: Final = MappingProxyType[int, type[Body]](
    {
        GENESIS: Genesis, PROFILE: NewProfile, SIGNERS: NewSigners, RELEASE: Release, REPORT: Report,
        ANNOUNCEMENT: Announcement, CIRCLES: Circles, HIDE: Hide, CLOSE: Close,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One parsed ENTRY. `data` and `core` are the bytes as received.

    `body` is None when it was left out, or when this version does not know the kind.
    """

    data: bytes
    core: bytes
    id: bytes
    kind: int
    pub: bytes
    seq: int
    prev: bytes
    signer: bytes
    body_hash: bytes
    sig: bytes
    body: Body | None


class _Outer(msgspec.Struct, array_like=True, frozen=True, gc=False):
    core: bytes
    sig: Sig64
    body: bytes | None


class _Start(msgspec.Struct, array_like=True, frozen=True, gc=False):
    ver: int


class _Core(msgspec.Struct, array_like=True, frozen=True, gc=False):
    ver: int
    kind: int
    pub: Id32
    seq: int
    prev: Id32
    signer: Id16
    body_hash: Id32


T = TypeVar("T")


def parse(data: bytes) -> Entry:
    """The parts of an ENTRY, layout and limits checked; says nothing yet about who may sign it.

    Raises BadEntry: size, malformed, core, version, kind, seq, body_missing, body_hash, body.
    """
    if len(data) > MAX_ENTRY:
        raise refuse_entry("size")
    outer = _decoded(data, _Outer, "malformed")
    if len(outer.core) > MAX_ENTRY_CORE or len(outer.body or b"") > MAX_ENTRY_BODY:
        raise refuse_entry("size")
    if _decoded(outer.core, _Start, "core").ver != VERSION:
        raise refuse_entry("version")
    core = _decoded(outer.core, _Core, "core")
    if not 0 <= core.kind <= 255 or CLOSE < core.kind < FIRST_OPTIONAL_KIND:
        raise refuse_entry("kind")
    first = core.seq == 1
    if not 1 <= core.seq <= MAX_SEQ or first != (core.prev == ZERO32) or first != (core.kind == GENESIS):
        raise refuse_entry("seq")
    return Entry(
        data=data, core=outer.core, id=tagged_hash("cc1/pub/entry", outer.core), kind=core.kind, pub=core.pub,
        seq=core.seq, prev=core.prev, signer=core.signer, body_hash=core.body_hash, sig=outer.sig,
        body=_body(core.kind, core.body_hash, outer.body),
    )  # fmt: skip


def make_entry(
    *, kind: int, pub: bytes, seq: int, prev: bytes, signer: bytes, body: msgspec.Struct | msgspec.Raw,
    sign: Callable[[str, bytes], bytes],
) -> Entry:  # fmt: skip
    """An ENTRY of `signer`, whose key `sign` holds. Raises BadEntry when a reader would refuse its layout."""
    packed = msgspec.msgpack.encode(body)
    core = msgspec.msgpack.encode((VERSION, kind, pub, seq, prev, signer, body_hash(packed)))
    if kind == GENESIS:
        core = with_pub(core, pub_id(core))
    sig = sign("cc1/pub/sig", tagged_hash("cc1/pub/entry", core))
    return parse(msgspec.msgpack.encode((core, sig, packed)))


def checked_body(kind: int, packed: bytes) -> Body | None:
    """What a BODY says. Raises BadEntry `kind` or `body` when no reader of this version would take it."""
    if kind not in BODY_OF_KIND:
        raise refuse_entry("kind")
    if len(packed) > MAX_ENTRY_BODY:
        raise refuse_entry("size")
    return _body(kind, body_hash(packed), packed)


def without_body(entry: Entry) -> bytes:
    """The ENTRY with its body left out, as a hidden one may travel."""
    return msgspec.msgpack.encode((entry.core, entry.sig, None))


def body_hash(packed: bytes) -> bytes:
    return tagged_hash("cc1/pub/body", packed)


def signer_id(public_key: bytes) -> bytes:
    """`H("cc1/pub/signer", Ed25519 public key)[:16]`."""
    return tagged_hash("cc1/pub/signer", public_key)[:16]


def contact_id(kem_pk: bytes) -> bytes:
    """`H("cc1/pub/contact", X-Wing public key)[:16]`."""
    return tagged_hash("cc1/pub/contact", kem_pk)[:16]


def pub_id(genesis_core: bytes) -> bytes:
    """`H("cc1/pub", ECORE with a zero pub)` for the ECORE of a genesis with any pub in it. Raises BadEntry `pub`."""
    if not genesis_core or not 0x97 <= genesis_core[0] <= 0x9F or genesis_core[1:_PUB_AT] != _CORE_START:
        raise refuse_entry("pub")
    return tagged_hash("cc1/pub", with_pub(genesis_core, ZERO32))


def with_pub(genesis_core: bytes, pub: bytes) -> bytes:
    """A genesis ECORE with its 32 pub bytes replaced."""
    return genesis_core[:_PUB_AT] + pub + genesis_core[_PUB_AT + 32 :]


def refuse_entry(code: str) -> BadEntry:
    """The error for one reason code; raise it where the check failed."""
    sentence, next_step = REFUSALS[code]
    return BadEntry(sentence, next_step, code=code)


_DAMAGED = ("An entry of this publication arrived damaged.", "It is fetched again at the next sync.")
_FORGED = ("An entry is not signed by anyone who may write here.", "It was put aside; what was there before stays.")
_NEWER = ("An entry was made by a newer version of this app.", "Update the app to follow this publication.")
_WAITS = ("An entry waits for an earlier one.", "It is fetched at the next sync.")
REFUSALS: Final = MappingProxyType({
    "size": _DAMAGED, "malformed": _DAMAGED, "core": _DAMAGED, "version": _NEWER, "kind": _NEWER, "seq": _DAMAGED,
    "body_missing": _DAMAGED, "body_hash": _DAMAGED, "body": _DAMAGED, "pub": _FORGED, "gap": _WAITS,
    "stale": ("Somebody else has written here meanwhile.", "Fetch the newest entries and try again."),
    "closed": ("This publication is closed.", "Look for the one that follows it."),
    "signer": _FORGED, "weak_key": _FORGED, "signature": _FORGED,
})  # fmt: skip
"""Reason code -> what a person reads. The codes are normative: docs/protocol.md, Publications."""


def _body(kind: int, wanted: bytes, packed: bytes | None) -> Body | None:
    if packed is None:
        if kind not in HIDEABLE:
            raise refuse_entry("body_missing")
        return None
    if body_hash(packed) != wanted:
        raise refuse_entry("body_hash")
    layout = BODY_OF_KIND.get(kind)
    if layout is None:
        return None
    body = _decoded(packed, layout, "body")
    if isinstance(body, Genesis | NewSigners) and not (_ascending(body.signers) and _ascending(body.contacts)):
        raise refuse_entry("body")
    return body


def _ascending(keys: tuple[bytes, ...]) -> bool:
    return all(a < b for a, b in itertools.pairwise(keys))


def _decoded(data: bytes, layout: type[T], code: str) -> T:
    try:
        return msgspec.msgpack.decode(data, type=layout)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise refuse_entry(code) from error
