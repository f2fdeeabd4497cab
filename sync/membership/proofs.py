"""What a membership change proves by itself and by its past: signatures, cards, invites; never whether it was allowed.

Source: docs/protocol.md, Membership ops and Authentic. Pure; the server uses it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from circle_app.errors import BadChangeset
from sync.codec import Changeset, check_signature, device_id, parse_core, verify
from sync.membership.cards import Card, close_message, join_message, link_message, member_id, read_card
from sync.membership.ops import Admit, CloseChain, ForkProof, Genesis, Invite, Join, LinkDevice, Op
from sync.refusals import refuse

if TYPE_CHECKING:
    from sync.membership.log import Log


class Proof(NamedTuple):
    """A card that a change shows: of whose member, and linked by which device of theirs (None: their first)."""

    member: bytes
    parent: bytes | None
    card: Card


def proven(log: Log, changeset: Changeset, op: Op, past: int) -> Proof | None:
    """Checks a change against `past`, a bit set of the log; the card it shows, if it shows one.

    Raises BadChangeset: genesis, unknown_device, first_change, invite_unknown, invite_signature, parent,
    link_signature, close_signature, fork_proof, card, weak_key, member_id, signature.
    """
    match op:
        case Genesis():
            raise refuse("genesis")
        case Join():
            return _joiner(log, changeset, op, past)
        case LinkDevice():
            return _linked(log, changeset, op, past)
    card = log.cards.get(changeset.dev)
    if card is None:
        raise refuse("unknown_device")
    check_signature(changeset, card.ed_pk)
    match op:
        case Admit():
            return Proof(op.member, None, _first_card(log, op.card, op.member))
        case CloseChain():
            _check_close(log, op, past)
        case ForkProof():
            _check_fork(log, op, past)
    return None


def holds(log: Log, op: Op, mheads: tuple[bytes, ...]) -> bool:
    """Whether the end of a chain or the proof of a fork would be believed in a change on top of these heads."""
    past = log.past_of(mheads)
    try:
        match op:
            case CloseChain():
                _check_close(log, op, past)
            case ForkProof():
                _check_fork(log, op, past)
    except BadChangeset:
        return False
    return True


def invite_id(inv_pk: bytes) -> bytes:
    """An invite's 16-byte id; an invite key is made like a device key, so the hash is the same."""
    return device_id(inv_pk)


def _first_card(log: Log, raw: bytes, member: bytes) -> Card:
    """The card of a member's first device: the member's id is the hash of its key."""
    card = read_card(raw, space=log.space, member=member)
    if member_id(card.ed_pk) != member:
        raise refuse("member_id")
    return card


def _joiner(log: Log, changeset: Changeset, op: Join, past: int) -> Proof:
    if changeset.seq != 1:
        raise refuse("first_change")
    invite = _invite(log, op.invite, past)
    if invite is None:
        raise refuse("invite_unknown")
    card = _first_card(log, op.card, op.member)
    message = join_message(space=log.space, invite=op.invite, member=op.member, card=op.card)
    if not verify(public_key=invite.inv_pk, label="cc1/join", message=message, signature=op.inv_sig):
        raise refuse("invite_signature")
    check_signature(changeset, card.ed_pk)
    return Proof(op.member, None, card)


def _linked(log: Log, changeset: Changeset, op: LinkDevice, past: int) -> Proof:
    if changeset.seq != 1:
        raise refuse("first_change")
    known = [i for i in log.introduced.get(op.parent, ()) if past >> i.change.index & 1 and i.member == op.member]
    if not known or op.parent == changeset.dev:
        raise refuse("parent")
    card = linked_card(changeset, op, known[0].card.ed_pk)
    return Proof(op.member, op.parent, card)


def linked_card(changeset: Changeset, op: LinkDevice, parent_pk: bytes) -> Card:
    """The card of a further device, which it signed itself and its parent vouches for.

    Raises BadChangeset: card, weak_key, link_signature, signature.
    """
    card = read_card(op.card, space=changeset.space, member=op.member)
    message = link_message(space=changeset.space, member=op.member, card=op.card)
    if not verify(public_key=parent_pk, label="cc1/link-device", message=message, signature=op.sig):
        raise refuse("link_signature")
    check_signature(changeset, card.ed_pk)
    return card


def _check_close(log: Log, op: CloseChain, past: int) -> None:
    """The device that is closed said so itself."""
    known = [i for i in log.introduced.get(op.dev, ()) if past >> i.change.index & 1]
    message = close_message(space=log.space, dev=op.dev, seq=op.seq, last=op.last, successor=op.successor)
    if not known or not verify(public_key=known[0].card.ed_pk, label="cc1/close", message=message, signature=op.sig):
        raise refuse("close_signature")


def _check_fork(log: Log, op: ForkProof, past: int) -> None:
    """Two different changesets of this space by one device under one number, both with its signature."""
    try:
        one, other = parse_core(op.core), parse_core(op.other_core)
    except BadChangeset as error:
        raise refuse("fork_proof") from error
    known = [i for i in log.introduced.get(one.dev, ()) if past >> i.change.index & 1]
    same_place = (one.space, one.dev, one.seq) == (log.space, other.dev, other.seq) and other.space == log.space
    if not known or not same_place or one.id == other.id:
        raise refuse("fork_proof")
    for id, sig in ((one.id, op.sig), (other.id, op.other_sig)):
        if not verify(public_key=known[0].card.ed_pk, label="cc1/sig", message=id, signature=sig):
            raise refuse("fork_proof")


def _invite(log: Log, invite: bytes, past: int) -> Invite | None:
    """The invite op with this id in the given past: a join names it by hash of the key, so it cannot be mistaken."""
    for change in log.changes:
        if past >> change.index & 1 and isinstance(change.op, Invite) and invite_id(change.op.inv_pk) == invite:
            return change.op
    return None
