"""Taking a further computer into use: one file carries every circle over, locked with a code that is read off the screen.

The file holds a key made for this alone, which the first computer vouches for. The new computer makes keys of its own, has
them vouched for by that one, and ends it: so no private key is ever copied, and a file that was used opens no door any
more. It works without a network; servers hear of it when either computer next syncs.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from circle_app.errors import BadChangeset, RuleBroken
from circle_app.workspace import journal, settings, spaces
from circle_app.workspace.become import own_devices
from circle_app.workspace.changes import MEMBERSHIP, ZERO_ID
from circle_app.workspace.commands.undo import clear_undo
from circle_app.workspace.db import Workspace
from sync import codec
from sync.client import by_hand
from sync.client.access import access, sealer
from sync.client.admit import Incoming, membership_of, replayed, take_in
from sync.client.epochs import unlocked
from sync.client.rejudge import rejudge
from sync.client.transport import checked_address
from sync.keys import DeviceKeys, EpochKey, device_keys, open_epoch
from sync.membership import ops
from sync.membership.cards import link_message, make_card
from sync.membership.epochs import best
from sync.membership.heads import heads_for
from sync.membership.result import Membership
from sync.seal import seal
from sync.vault import Vault, lock, unlock

_MAGIC = b"CCLINK1\x00"
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP = 4, 4
"""Sixteen of 32 letters: 80 bits, each guess at the cost of a passphrase."""


class _Circle(msgspec.Struct, array_like=True, frozen=True):
    """What the new computer needs of one circle; `secret` makes the key that vouches for it."""

    space32: bytes
    member16: bytes
    role: str
    server: str
    secret: bytes
    epochs: dict[bytes, bytes]
    changesets: list[bytes]


@dataclass(frozen=True, slots=True)
class LinkFile:
    """The file for a stick, and the code that opens it: shown on the screen, never kept beside the file."""

    data: bytes
    code: str


def offer(ws: Workspace, vault: Vault) -> LinkFile:
    """Make the file that takes another computer of the same person into use. Raises RuleBroken without any circle."""
    circles = [_offered(ws, vault, space) for space in spaces.spaces(ws) if _living(space)]
    if not circles:
        raise RuleBroken(
            "There is no circle here yet that another computer could have, too.",
            "Start or join one first.",
            code="no_circle",
        )
    code = "-".join(
        "".join(_LETTERS[byte % 32] for byte in ws.random_bytes(_GROUP)) for _ in range(_GROUPS)
    )  # fmt: skip
    return LinkFile(_MAGIC + lock(msgspec.msgpack.encode(circles), _typed(code), ws.random_bytes), code)


def take(ws: Workspace, vault: Vault, data: bytes, code: str) -> tuple[int, ...]:
    """Take this computer into use by such a file; returns the numbers of the circles that are here now.

    Circles that are here already stay as they are. Raises RuleBroken for another file or one without anything new,
    VaultError for a code that does not fit.
    """
    if not data.startswith(_MAGIC):
        raise RuleBroken("This is not a file for another computer.", "Choose the one you made there.", code="link_file")
    opened = unlock(data[len(_MAGIC) :], _typed(code))
    try:
        circles = msgspec.msgpack.decode(opened, type=list[_Circle])
    except msgspec.MsgspecError as fault:
        raise RuleBroken(
            "This file was made by a newer version of the app.", "Update the app here, too.", code="link_file"
        ) from fault
    spaces.forget_unfinished(ws)
    return tuple(_taken(ws, vault, one) for one in circles if spaces.space_by_id(ws, one.space32) is None)


def device_name(ws: Workspace, dev16: bytes) -> str:
    """What this computer's person calls a computer; "" when they never said."""
    return settings.get(ws, f"device_name.{dev16.hex()}") or ""


def name_device(ws: Workspace, dev16: bytes, name: str) -> None:
    """Remember a name for a computer; here alone."""
    settings.put(ws, f"device_name.{dev16.hex()}", " ".join(name.split())[:60] or None)


def _offered(ws: Workspace, vault: Vault, space: spaces.Space) -> _Circle:
    held, membership = access(ws, vault, space.no), membership_of(ws, space.no)
    if not membership.is_active(held.keys.dev):
        raise RuleBroken(
            "This computer is not in use any more in one of your circles.",
            "Leave that circle here first.",
            code="not_a_member",
        )
    secret = ws.random_bytes(32)
    bridge = device_keys(root=secret, key_salt=space.space32)
    card = _card(space.space32, space.member16, bridge)
    message = link_message(space=space.space32, member=space.member16, card=card)
    sig = held.keys.signing.sign("cc1/link-device", message)
    op = ops.LinkDevice(ops.LINK_DEVICE, 1, space.member16, card, held.keys.dev, sig)
    link = _sealed(ws, bridge, membership, op, seq=1, prev=ZERO_ID)
    take_in(ws, space.no, [Incoming(link)], membership=membership, epochs=held.epochs)
    return _Circle(
        space.space32, space.member16, space.role, space.server or "", secret, spaces.epoch_keys(ws, space.no),
        list(by_hand.give(ws, vault, space.no)),
    )  # fmt: skip


def _taken(ws: Workspace, vault: Vault, one: _Circle) -> int:
    bridge = device_keys(root=one.secret, key_salt=one.space32)
    membership = _membership(one, bridge)
    known, role = _keys(one, membership), membership.members[one.member16].role
    if role is None:
        raise _unfit()
    address = checked_address(one.server) if one.server else None
    salt = ws.random_bytes(32)
    keys = vault.device_keys(salt)
    no = spaces.add_space(
        ws, space32=one.space32, dev16=keys.dev, member16=one.member16, server=address, key_salt=salt,
        role=role.name.lower(), state="joining",
    )  # fmt: skip
    top = best(membership, known.keys()).id
    spaces.adopt_epoch_keys(ws, no, {id: key.secret for id, key in known.items()}, current=top)
    take_in(ws, no, [Incoming(data) for data in one.changesets], membership=membership, epochs=known)
    _vouch(ws, vault, no, bridge, membership)
    held = access(ws, vault, no)
    rejudge(ws, no, own=own_devices(ws, no), membership=membership_of(ws, no), epochs=held.epochs)
    clear_undo(ws, no)
    spaces.set_space(ws, no, state="active")
    return no


def _membership(one: _Circle, bridge: DeviceKeys) -> Membership:
    """Who is in the circle, by the log in the file; the file's own key has to speak for the member it names."""
    try:
        changesets = [codec.parse(data) for data in one.changesets]
        membership = replayed([c.data for c in changesets if c.kind == MEMBERSHIP])
        if membership.space == one.space32 and membership.member_of.get(bridge.dev) == one.member16:
            return membership
    except BadChangeset as fault:
        raise _unfit() from fault
    raise _unfit()


def _keys(one: _Circle, membership: Membership) -> dict[bytes, EpochKey]:
    """The keys in the file and all that they unlock: each has to be the key of its epoch, the first one among them.

    Under any other one we would seal what nobody in the circle could open.
    """
    made = {id: EpochKey.of(space=one.space32, secret=secret) for id, secret in one.epochs.items() if len(secret) == 32}
    known = unlocked(membership, {id: key for id, key in made.items() if key.id == id})
    if one.epochs.keys() - known.keys() or membership.log.changes[0].epoch not in known:
        raise _unfit()
    return known


def _unfit() -> RuleBroken:
    return RuleBroken("This file does not fit together.", "Make a new one on the other computer.", code="link_file")


def _vouch(ws: Workspace, vault: Vault, no: int, bridge: DeviceKeys, membership: Membership) -> None:
    """The key of the file vouches for this computer's own, then ends itself."""
    held = access(ws, vault, no)
    space32, member16 = held.space.space32, held.space.member16
    card = _card(space32, member16, held.keys)
    sig = bridge.signing.sign("cc1/link-device", link_message(space=space32, member=member16, card=card))
    link = ops.LinkDevice(ops.LINK_DEVICE, 1, member16, card, bridge.dev, sig)
    journal.append(
        ws, no, sealer(held, ws.random_bytes), kind=MEMBERSHIP, clear=ops.encode_op(link),
        mheads=heads_for(membership, bridge.dev),
    )  # fmt: skip
    linked = membership_of(ws, no)
    first = linked.devices[bridge.dev].links[0]
    end = ops.RevokeDevice(ops.REVOKE_DEVICE, 1, bridge.dev, ((bridge.dev, 1, first.id),), None)
    take_in(
        ws, no, [Incoming(_sealed(ws, bridge, linked, end, seq=2, prev=first.id))], membership=linked, epochs=held.epochs
    )  # fmt: skip


def _sealed(ws: Workspace, keys: DeviceKeys, membership: Membership, op: ops.Op, *, seq: int, prev: bytes) -> bytes:
    return seal(
        space=membership.space, dev=keys.dev, seq=seq, prev=prev, mheads=heads_for(membership, keys.dev), deps=(), ops=(),
        kind=MEMBERSHIP, clear=ops.encode_op(op), signing=keys.signing, epoch=open_epoch(membership.space),
        random_bytes=ws.random_bytes,
    ).data  # fmt: skip


def _card(space32: bytes, member16: bytes, keys: DeviceKeys) -> bytes:
    return make_card(
        space=space32, member=member16, ed_pk=keys.signing.public, kem_pk=keys.kem.public, sign=keys.signing.sign
    )


def _living(space: spaces.Space) -> bool:
    return space.state == "active" and space.key_salt is not None and not space.demo


def _typed(code: str) -> str:
    """Forgives what eyes mix up: small letters, spaces and strokes, O for 0, I and L for 1."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return letters.translate(str.maketrans("OIL", "011"))
