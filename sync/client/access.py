"""What this device holds of one circle: its keys there, the epoch keys, and from them how to seal, sign and open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from circle_app.domain.ids import RandomBytes
from circle_app.errors import SyncProblem
from circle_app.workspace import spaces
from circle_app.workspace.changes import Draft, Seal, Sealed
from circle_app.workspace.db import Workspace
from sync import codec, wire
from sync.client.calls import Signer
from sync.keys import DeviceKeys, EpochKey, SigningKey, open_epoch
from sync.seal import seal
from sync.vault import Vault


@dataclass(frozen=True, slots=True)
class Access:
    """One circle as its device sees it.

    `current` is the epoch under which new content is sealed; membership changes, which hold nothing but what stands in
    the clear, are sealed under the open one.
    """

    space: spaces.Space
    keys: DeviceKeys
    epochs: Mapping[bytes, EpochKey]
    current: EpochKey


def access(ws: Workspace, vault: Vault, no: int) -> Access:
    """This device's keys of a circle. Raises SyncProblem "no_key" for a circle that never had any (a demo circle)."""
    space = spaces.space(ws, no)
    current = spaces.current_epoch(ws, no)
    if space.key_salt is None or current is None:
        raise SyncProblem("This circle stays on this computer.", "Found a circle of your own to sync.", code="no_key")
    epochs = {i: EpochKey(space.space32, i, secret) for i, secret in spaces.epoch_keys(ws, no).items()}
    return Access(space, vault.device_keys(key_salt=space.key_salt), epochs, epochs[current.epoch16])


def sealer(held: Access, random_bytes: RandomBytes) -> Seal:
    """Seals drafts of this device: content under the current epoch, membership changes under the open one.

    It raises SyncProblem "new_key" when the device has another key by then: another thread may have taken one.
    """

    def seal_draft(draft: Draft) -> Sealed:
        if draft.dev != held.keys.dev:
            raise SyncProblem("This computer took a new key just now.", "Please try again.", code="new_key")
        in_clear = draft.kind == codec.MEMBERSHIP
        assert not (in_clear and draft.ops), "what is sealed under the open key says nothing"
        done = seal(
            space=draft.space32,
            dev=draft.dev,
            seq=draft.seq,
            prev=draft.prev,
            mheads=draft.mheads,
            deps=draft.deps[: wire.MAX_DEPS],
            ops=draft.ops,
            kind=draft.kind,
            clear=draft.clear,
            signing=held.keys.signing,
            epoch=open_epoch(draft.space32) if in_clear else held.current,
            random_bytes=random_bytes,
        )
        return Sealed(done.id, done.data)

    return seal_draft


def device_signer(held: Access) -> Signer:
    """Signs requests as this device."""
    return device_keys_signer(held.space.space32, held.keys)


def device_keys_signer(space32: bytes, keys: DeviceKeys) -> Signer:
    """Signs requests as the device with these keys."""
    return Signer(space32, wire.AUTH_DEVICE, keys.dev, request_signing(keys.signing))


def invite_signer(space32: bytes, invite: SigningKey) -> Signer:
    """Signs requests as somebody who holds an invitation."""
    return Signer(space32, wire.AUTH_INVITE, invite.dev, request_signing(invite))


def request_signing(key: SigningKey) -> Callable[[bytes], bytes]:
    """Signs what `wire.auth_message` gives; the label is the first part of that message."""

    def sign(message: bytes) -> bytes:
        label, _, rest = message.partition(b"\x00")
        return key.sign(label.decode("ascii"), rest)

    return sign
