"""Where a publication stands after each entry of its chain: who signs next, what it says of itself, whether it is closed.

A pure function of the entries in their order, the same on every reader and on the server.
"""

from __future__ import annotations

import msgspec

from sync.codec import is_weak_key, verify
from sync.publications.entries import (
    Close,
    Contacts,
    Entry,
    Genesis,
    NewProfile,
    NewSigners,
    Profile,
    Signers,
    pub_id,
    refuse_entry,
    signer_id,
)
from sync.wire import Id32


class Standing(msgspec.Struct, array_like=True, frozen=True):
    """A publication after entry `seq`, whose id is `head`. A struct, so that a server can put it away as it is."""

    pub: Id32
    type: int
    seq: int
    head: Id32
    signers: Signers
    contacts: Contacts
    profile: Profile
    closed: bool = False

    def key_of(self, signer: bytes) -> bytes | None:
        """The Ed25519 key of a signer of today."""
        return next((key for key in self.signers if signer_id(key) == signer), None)


def start(entry: Entry) -> Standing:
    """The publication that a genesis founds. Raises BadEntry: seq, pub, signer, weak_key, signature."""
    body = entry.body
    if not isinstance(body, Genesis):
        raise refuse_entry("seq")
    if pub_id(entry.core) != entry.pub:
        raise refuse_entry("pub")
    founded = Standing(entry.pub, body.type, entry.seq, entry.id, body.signers, body.contacts, body.profile)
    _check_signed(founded, entry)
    return founded


def follow(standing: Standing, entry: Entry) -> Standing:
    """The publication after its next entry. Raises BadEntry: pub, gap, stale, closed, signer, weak_key, signature.

    A reader asks first whether it holds the same id already: that is success, not `stale`.
    """
    if entry.pub != standing.pub:
        raise refuse_entry("pub")
    if entry.seq > standing.seq + 1:
        raise refuse_entry("gap")
    if entry.seq <= standing.seq or entry.prev != standing.head:
        raise refuse_entry("stale")
    if standing.closed:
        raise refuse_entry("closed")
    _check_signed(standing, entry)
    after = msgspec.structs.replace(standing, seq=entry.seq, head=entry.id)
    match entry.body:
        case NewProfile(profile=profile):
            return msgspec.structs.replace(after, profile=profile)
        case NewSigners(signers=signers, contacts=contacts):
            return msgspec.structs.replace(after, signers=signers, contacts=contacts)
        case Close():
            return msgspec.structs.replace(after, closed=True)
        case _:
            return after


def _check_signed(standing: Standing, entry: Entry) -> None:
    key = standing.key_of(entry.signer)
    if key is None:
        raise refuse_entry("signer")
    if is_weak_key(key):
        raise refuse_entry("weak_key")
    if not verify(public_key=key, label="cc1/pub/sig", message=entry.id, signature=entry.sig):
        raise refuse_entry("signature")
