"""The membership log of one space: every authentic kind-1 changeset, as a DAG by `mheads`.

`add` checks what a changeset proves by itself and by its past (signatures, cards, invite), never whether its author
was allowed: that is `evaluate`. So the log is the same set on every device, whatever the order of arrival.
Source: docs/protocol.md, Membership. Pure; the server uses it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sync.codec import MEMBERSHIP, Changeset, check_signature, device_id, space_id, verify
from sync.membership.cards import Card, join_message, member_id, read_card
from sync.membership.ops import Genesis, Invite, Join, Op, decode_op
from sync.refusals import refuse
from sync.wire import MAX_MHEADS, ZERO32


@dataclass(frozen=True, slots=True)
class MemberChange:
    """One authentic membership changeset. `past` is a bit set: bit i stands for the change with `index` i.

    `depth` is the length of the longest way back to genesis; the past holds all ancestors, not the change itself.
    """

    id: bytes
    dev: bytes
    seq: int
    op: Op
    index: int
    past: int
    depth: int
    epoch: bytes


@dataclass(frozen=True, slots=True)
class Log:
    """All authentic membership changesets of a space in an order in which each follows its past."""

    space: bytes
    changes: tuple[MemberChange, ...]
    by_id: Mapping[bytes, MemberChange]
    cards: Mapping[bytes, Card]
    heads: tuple[bytes, ...]

    def past_of(self, mheads: tuple[bytes, ...]) -> int:
        """The bit set of everything at and before these heads. Raises BadChangeset mheads_unknown."""
        bits = 0
        for head in mheads:
            change = self.by_id.get(head)
            if change is None:
                raise refuse("mheads_unknown")
            bits |= change.past | (1 << change.index)
        return bits


def start(genesis: Changeset) -> Log:
    """The log of a space from its genesis. Raises BadChangeset: genesis, member_op, card, member_id, signature."""
    if genesis.kind != MEMBERSHIP or genesis.seq != 1 or genesis.mheads:
        raise refuse("genesis")
    op = decode_op(genesis.clear)
    if not isinstance(op, Genesis) or space_id(genesis.core) != genesis.space:
        raise refuse("genesis")
    card = read_card(op.card, space=ZERO32, member=op.member)
    if member_id(card.ed_pk) != op.member:
        raise refuse("member_id")
    check_signature(genesis, card.ed_pk)
    change = MemberChange(genesis.id, genesis.dev, 1, op, 0, 0, 0, genesis.epoch)
    by_id = MappingProxyType({change.id: change})
    return Log(genesis.space, (change,), by_id, MappingProxyType({card.dev: card}), (change.id,))


def add(log: Log, changeset: Changeset) -> Log:
    """The log with one more changeset; the same log when it is there already.

    Raises BadChangeset: space, genesis (a second one), mheads_unknown and unknown_device (it waits), member_op,
    first_change, invite_unknown, invite_signature, card, weak_key, member_id, signature.
    """
    if changeset.id in log.by_id:
        return log
    if changeset.space != log.space:
        raise refuse("space")
    if changeset.kind != MEMBERSHIP or not changeset.mheads:
        raise refuse("genesis")
    past = log.past_of(changeset.mheads)
    op = decode_op(changeset.clear)
    card = _author(log, changeset, op, past)
    change = MemberChange(
        changeset.id, changeset.dev, changeset.seq, op, len(log.changes), past,
        1 + max(log.by_id[head].depth for head in changeset.mheads), changeset.epoch,
    )  # fmt: skip
    by_id = MappingProxyType({**log.by_id, change.id: change})
    cards = MappingProxyType({**log.cards, card.dev: card})
    return Log(log.space, (*log.changes, change), by_id, cards, _heads(log, change))


def mheads_for(log: Log, dev: bytes, *, above: bytes | None = None) -> tuple[bytes, ...]:
    """The heads that device `dev` names in its next changeset: all of them, or the 64 that matter most to it.

    Heads above the device's own membership changes, or above the change with id `above`, come first, then the
    deepest; sorted by id.
    """
    if len(log.heads) <= MAX_MHEADS:
        return log.heads
    own = sum(1 << c.index for c in log.changes if c.dev == dev or c.id == above)

    def rank(head: bytes) -> tuple[bool, int, bytes]:
        change = log.by_id[head]
        return (not (change.past | 1 << change.index) & own, -change.depth, head)

    return tuple(sorted(sorted(log.heads, key=rank)[:MAX_MHEADS]))


def author_key(log: Log, changeset: Changeset) -> bytes:
    """The Ed25519 key that must have signed a changeset of a device in this log. Raises unknown_device."""
    card = log.cards.get(changeset.dev)
    if card is None:
        raise refuse("unknown_device")
    return card.ed_pk


def _author(log: Log, changeset: Changeset, op: Op, past: int) -> Card:
    if isinstance(op, Genesis):
        raise refuse("genesis")
    if isinstance(op, Join):
        return _joiner(log, changeset, op, past)
    card = log.cards.get(changeset.dev)
    if card is None:
        raise refuse("unknown_device")
    check_signature(changeset, card.ed_pk)
    return card


def _joiner(log: Log, changeset: Changeset, op: Join, past: int) -> Card:
    if changeset.seq != 1:
        raise refuse("first_change")
    invite = _invite(log, op.invite, past)
    if invite is None:
        raise refuse("invite_unknown")
    card = read_card(op.card, space=log.space, member=op.member)
    if member_id(card.ed_pk) != op.member:
        raise refuse("member_id")
    message = join_message(space=log.space, invite=op.invite, member=op.member, card=op.card)
    if not verify(public_key=invite.inv_pk, label="cc1/join", message=message, signature=op.inv_sig):
        raise refuse("invite_signature")
    check_signature(changeset, card.ed_pk)
    return card


def _invite(log: Log, invite: bytes, past: int) -> Invite | None:
    """The invite op with this id in the given past: a join names it by hash of the key, so it cannot be mistaken."""
    for change in log.changes:
        if past >> change.index & 1 and isinstance(change.op, Invite) and invite_id(change.op.inv_pk) == invite:
            return change.op
    return None


def invite_id(inv_pk: bytes) -> bytes:
    """An invite's 16-byte id; an invite key is made like a device key, so the hash is the same."""
    return device_id(inv_pk)


def _heads(log: Log, change: MemberChange) -> tuple[bytes, ...]:
    kept = [h for h in log.heads if not change.past >> log.by_id[h].index & 1]
    return tuple(sorted([*kept, change.id]))
