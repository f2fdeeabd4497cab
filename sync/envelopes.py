"""Hands an epoch key on: to one device's KEM key (HPKE), or to whoever holds the secret of an invitation.

The key that comes out must match the epoch id that a signed membership op names, so nobody can slip another key in.
Source: docs/protocol.md, Envelopes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from sync.keys import EpochKey, KemKey, SigningKey, derive, kem_public
from sync.refusals import refuse
from sync.wire import ENVELOPE_BYTES as ENVELOPE_BYTES

INVITE_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class InviteKeys:
    """What an invitation's secret gives: the key that signs joins and the key that wraps the epoch key."""

    signing: SigningKey
    _wrap: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        """The invite's 16-byte id: it certifies inv_pk the way a device id certifies a device's key."""
        return self.signing.dev

    def wrap(self, epoch: EpochKey) -> bytes:
        """K_epoch for holders of the secret: 48 bytes. One key, one plaintext: a nonce of zeros is used once."""
        key = derive(secret=self._wrap, salt=epoch.id, info=b"cc1/invite/wrap/key")
        return ChaCha20Poly1305(key).encrypt(bytes(12), epoch.secret, self._bound_to(epoch.space, epoch.id))

    def unwrap(self, *, space: bytes, epoch_id: bytes, wrapped: bytes) -> EpochKey:
        """The epoch key in an invite op. Raises BadChangeset wrapped_key."""
        key = derive(secret=self._wrap, salt=epoch_id, info=b"cc1/invite/wrap/key")
        try:
            secret = ChaCha20Poly1305(key).decrypt(bytes(12), wrapped, self._bound_to(space, epoch_id))
        except InvalidTag as error:
            raise refuse("wrapped_key") from error
        return _matching(space=space, secret=secret, epoch_id=epoch_id, code="wrapped_key")

    def _bound_to(self, space: bytes, epoch_id: bytes) -> bytes:
        return b"cc1/wrap\x00" + space + epoch_id + self.signing.public


def invite_keys(*, secret: bytes, space: bytes) -> InviteKeys:
    """The keys of the invitation with this 32-byte secret in this space."""
    seed = derive(secret=secret, salt=space, info=b"cc1/invite/sign")
    return InviteKeys(SigningKey.from_seed(seed), derive(secret=secret, salt=space, info=b"cc1/invite/wrap"))


def seal_envelope(*, epoch: EpochKey, kem_pk: bytes, dev: bytes) -> bytes:
    """K_epoch for one device: HPKE base mode, `enc(1120) || ct(48)`. Raises BadChangeset card for a bad KEM key."""
    recipient = kem_public(kem_pk)
    if recipient is None:
        raise refuse("card")
    return _suite().encrypt(epoch.secret, recipient, _info(epoch.space, epoch.id, dev))


def open_envelope(*, envelope: bytes, kem: KemKey, space: bytes, epoch_id: bytes, dev: bytes) -> EpochKey:
    """The epoch key in an envelope made for `dev`. Raises BadChangeset envelope."""
    if len(envelope) != ENVELOPE_BYTES:
        raise refuse("envelope")
    try:
        secret = _suite().decrypt(envelope, kem.private(), _info(space, epoch_id, dev))
    except (InvalidTag, ValueError) as error:
        raise refuse("envelope") from error
    return _matching(space=space, secret=secret, epoch_id=epoch_id, code="envelope")


def wrap_old(*, old: EpochKey, new: EpochKey) -> bytes:
    """An older epoch's key for whoever has a newer one: 48 bytes. One key, one plaintext: the nonce is zeros."""
    return ChaCha20Poly1305(_old_wrap_key(new, old.id)).encrypt(bytes(12), old.secret, _old_bound_to(new, old.id))


def unwrap_old(*, new: EpochKey, epoch_id: bytes, wrapped: bytes) -> EpochKey:
    """The key of an older epoch, wrapped under a newer one. Raises BadChangeset wrapped_key."""
    try:
        cipher = ChaCha20Poly1305(_old_wrap_key(new, epoch_id))
        secret = cipher.decrypt(bytes(12), wrapped, _old_bound_to(new, epoch_id))
    except InvalidTag as error:
        raise refuse("wrapped_key") from error
    return _matching(space=new.space, secret=secret, epoch_id=epoch_id, code="wrapped_key")


def _old_wrap_key(new: EpochKey, old_id: bytes) -> bytes:
    return derive(secret=new.secret, salt=old_id, info=b"cc1/epoch/wrap")


def _old_bound_to(new: EpochKey, old_id: bytes) -> bytes:
    return b"cc1/epoch/wrap\x00" + new.space + new.id + old_id


def _suite() -> Suite:
    return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def _info(space: bytes, epoch_id: bytes, dev: bytes) -> bytes:
    return b"cc1/env\x00" + space + epoch_id + dev


def _matching(*, space: bytes, secret: bytes, epoch_id: bytes, code: str) -> EpochKey:
    if len(secret) != 32:
        raise refuse(code)
    epoch = EpochKey.of(space=space, secret=secret)
    if epoch.id != epoch_id:
        raise refuse(code)
    return epoch
