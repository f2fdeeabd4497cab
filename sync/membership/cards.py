"""A card: the public keys of a device, signed by itself for one space and one member.

`card = [ed_pk32, kem_pk1216, self_sig64]`; the signature covers `"cc1/card" 00 || space32 || member16 || ed_pk ||
kem_pk`, with a zero space in a genesis, whose space id does not exist yet. Source: docs/protocol.md, Cards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

from circle_app.domain.ids import tagged_hash
from sync.codec import device_id, is_weak_key, verify
from sync.refusals import refuse
from sync.wire import Id32, Sig64

Sign = Callable[[str, bytes], bytes]
"""(label, message) -> the 64-byte Ed25519 signature over `label || 00 || message`: `SigningKey.sign`."""


@dataclass(frozen=True, slots=True)
class Card:
    """A checked card; `dev` is the device id that its Ed25519 key certifies."""

    ed_pk: bytes
    kem_pk: bytes
    dev: bytes


class _WireCard(msgspec.Struct, array_like=True, frozen=True):
    ed_pk: Id32
    kem_pk: Annotated[bytes, Meta(min_length=1216, max_length=1216)]
    self_sig: Sig64


def make_card(*, space: bytes, member: bytes, ed_pk: bytes, kem_pk: bytes, sign: Sign) -> bytes:
    """The bytes of a card; `sign` is the sign method of the device's SigningKey."""
    self_sig = sign("cc1/card", space + member + ed_pk + kem_pk)
    return msgspec.msgpack.encode(_WireCard(ed_pk, kem_pk, self_sig))


def read_card(raw: bytes, *, space: bytes, member: bytes) -> Card:
    """The checked card of `member` in `space`. Raises BadChangeset: card, weak_key."""
    try:
        card = msgspec.msgpack.decode(raw, type=_WireCard)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise refuse("card") from error
    if is_weak_key(card.ed_pk):
        raise refuse("weak_key")
    message = space + member + card.ed_pk + card.kem_pk
    if not verify(public_key=card.ed_pk, label="cc1/card", message=message, signature=card.self_sig):
        raise refuse("card")
    return Card(card.ed_pk, card.kem_pk, device_id(card.ed_pk))


def member_id(ed_pk: bytes) -> bytes:
    """`H("cc1/member", ed_pk)[:16]` of a member's first device, so nobody can claim another's member id."""
    return tagged_hash("cc1/member", ed_pk)[:16]


def join_message(*, space: bytes, invite: bytes, member: bytes, card: bytes) -> bytes:
    """What an invite's key signs for a join, under the label `cc1/join`."""
    return space + invite + member + tagged_hash("cc1/join-card", card)


def link_message(*, space: bytes, member: bytes, card: bytes) -> bytes:
    """What a device signs to vouch for a further device of its member, under the label `cc1/link-device`."""
    return space + member + tagged_hash("cc1/join-card", card)


def close_message(*, space: bytes, dev: bytes, seq: int, last: bytes, successor: bytes) -> bytes:
    """What a device signs to say that it writes no more, under the label `cc1/close`."""
    return space + dev + seq.to_bytes(8, "big") + last + successor
