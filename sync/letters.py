"""Letters to whoever runs a publication: sealed to its contact keys, so that no server can read them.

A letter proves nothing about who wrote it. Source: docs/protocol.md, Publications.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from msgspec import Meta

from circle_app.domain.ids import RandomBytes
from circle_app.errors import BadChangeset, BadEntry
from sync.keys import KemKey, kem_public
from sync.publications.entries import contact_id
from sync.publications.wire import Letter, LetterKey
from sync.seal import pad, unpad


class Message(msgspec.Struct, array_like=True, frozen=True):
    """What a letter says. `answer` is where the writer reads: the id of a publication, or empty."""

    ver: int
    subject: Annotated[str, Meta(min_length=1, max_length=200)]
    text: Annotated[str, Meta(max_length=16_000)]
    answer: Annotated[bytes, Meta(max_length=32)] = b""


def seal_letter(*, pub: bytes, contacts: Sequence[bytes], message: Message, random_bytes: RandomBytes) -> bytes:
    """A LETTER for whoever holds one of these X-Wing keys. Raises BadEntry when there is none, or it is too long."""
    key = random_bytes(32)
    keys = []
    for kem_pk in sorted(contacts, key=contact_id):
        recipient = kem_public(kem_pk)
        if recipient is not None:
            keys.append(LetterKey(contact_id(kem_pk), _suite().encrypt(key, recipient, _info(pub, contact_id(kem_pk)))))
    if not keys:
        raise BadEntry("This publication takes no letters.", "Ask its people in another way.", code="contacts")
    packed = msgspec.msgpack.encode(message)
    try:
        msgspec.msgpack.decode(packed, type=Message)
    except msgspec.ValidationError as error:
        raise BadEntry("This letter is too long or has no subject.", "Say it in fewer words.", code="size") from error
    ct = ChaCha20Poly1305(key).encrypt(bytes(12), pad(packed), _bound_to(pub))
    return msgspec.msgpack.encode(Letter(pub, tuple(keys), ct))


def open_letter(*, pub: bytes, kem: KemKey, data: bytes) -> Message:
    """What a LETTER says to the holder of one contact key. Raises BadEntry `letter`, one sentence for every failure."""
    try:
        letter = msgspec.msgpack.decode(data, type=Letter)
        sealed = next(k.envelope for k in letter.keys if k.contact == contact_id(kem.public))
        key = _suite().decrypt(sealed, kem.private(), _info(pub, contact_id(kem.public)))
        padded = ChaCha20Poly1305(key).decrypt(bytes(12), letter.ct, _bound_to(pub))
        return msgspec.msgpack.decode(unpad(padded), type=Message)
    except (msgspec.MsgspecError, RecursionError, StopIteration, InvalidTag, ValueError, BadChangeset) as error:
        raise BadEntry(
            "A letter could not be opened.", "It may be for another key or damaged.", code="letter"
        ) from error


def _suite() -> Suite:
    return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def _info(pub: bytes, contact: bytes) -> bytes:
    return b"cc1/pub/key\x00" + pub + contact


def _bound_to(pub: bytes) -> bytes:
    return b"cc1/pub/letter\x00" + pub
