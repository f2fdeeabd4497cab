"""The membership log of one space: every authentic kind-1 changeset, as a DAG by `mheads`.

`add` checks what a changeset proves by itself and by its past (signatures, cards, invite), never whether its author
was allowed: that is `evaluate`. So the log is the same set on every device, whatever the order of arrival.
Source: docs/protocol.md, Membership. Pure; the server uses it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sync.codec import MEMBERSHIP, Changeset, check_signature, space_id
from sync.membership.cards import Card, member_id, read_card
from sync.membership.ops import Genesis, Op, decode_op
from sync.membership.proofs import proven
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
class Introduction:
    """A change that showed the card of a device: of whose member, and by which other device of theirs (None: the first)."""

    change: MemberChange
    dev: bytes
    member: bytes
    parent: bytes | None
    card: Card


@dataclass(frozen=True, slots=True)
class Log:
    """All authentic membership changesets of a space in an order in which each follows its past.

    A device may be introduced more than once; `first_of` says which of them gives its card, `member_at` whom it speaks for.
    """

    space: bytes
    changes: tuple[MemberChange, ...]
    by_id: Mapping[bytes, MemberChange]
    cards: Mapping[bytes, Card]
    introduced: Mapping[bytes, tuple[Introduction, ...]]
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

    def member_at(self, dev: bytes, past: int) -> bytes:
        """The member for whom a device speaks by what stands in `past`, a bit set; b"" when it was not shown there.

        So who shows another card of a device later, or dated back, takes nothing from what it wrote before.
        """
        shown = tuple(i for i in self.introduced.get(dev, ()) if past >> i.change.index & 1)
        return first_of(shown).member if shown else b""

    def author(self, change: MemberChange) -> bytes:
        """The member for whom a membership change was written, by its own past; b"" when nobody had shown its device."""
        return self.member_at(change.dev, change.past | 1 << change.index)


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
    cards = MappingProxyType({card.dev: card})
    introduced = MappingProxyType({card.dev: (Introduction(change, card.dev, op.member, None, card),)})
    return Log(genesis.space, (change,), by_id, cards, introduced, (change.id,))


def add(log: Log, changeset: Changeset) -> Log:
    """The log with one more changeset; the same log when it is there already.

    Raises BadChangeset: space, genesis (a second one), mheads_unknown and unknown_device (it waits), member_op,
    first_change, invite_unknown, invite_signature, parent, link_signature, close_signature, fork_proof, card, weak_key,
    member_id, signature.
    """
    if changeset.id in log.by_id:
        return log
    if changeset.space != log.space:
        raise refuse("space")
    if changeset.kind != MEMBERSHIP or not changeset.mheads:
        raise refuse("genesis")
    past = log.past_of(changeset.mheads)
    op = decode_op(changeset.clear)
    proof = proven(log, changeset, op, past)
    change = MemberChange(
        changeset.id, changeset.dev, changeset.seq, op, len(log.changes), past,
        1 + max(log.by_id[head].depth for head in changeset.mheads), changeset.epoch,
    )  # fmt: skip
    by_id = MappingProxyType({**log.by_id, change.id: change})
    cards, introduced = log.cards, log.introduced
    if proof is not None:
        every = (*introduced.get(proof.card.dev, ()), Introduction(change, proof.card.dev, *proof))
        introduced = MappingProxyType({**introduced, proof.card.dev: every})
        cards = MappingProxyType({**cards, proof.card.dev: first_of(every).card})
    return Log(log.space, (*log.changes, change), by_id, cards, introduced, _heads(log, change))


def past_log(log: Log, change: MemberChange) -> Log:
    """What the author of a change knew of, and the change itself."""
    known = tuple(c for c in log.changes if c is change or change.past >> c.index & 1)
    ids = {c.id for c in known}
    shown = {dev: tuple(i for i in intros if i.change.id in ids) for dev, intros in log.introduced.items()}
    introduced = {dev: intros for dev, intros in shown.items() if intros}
    cards = {dev: first_of(intros).card for dev, intros in introduced.items()}
    return Log(
        log.space, known, MappingProxyType({c.id: c for c in known}), MappingProxyType(cards),
        MappingProxyType(introduced), (change.id,),
    )  # fmt: skip


def first_of(introductions: tuple[Introduction, ...]) -> Introduction:
    """The one that says whose a device is: as somebody's first device before as a further one, then by (depth, id)."""
    return min(introductions, key=lambda i: (i.parent is not None, i.change.depth, i.change.id))


def mheads_among(log: Log, heads: tuple[bytes, ...], dev: bytes, *, above: bytes | None = None) -> tuple[bytes, ...]:
    """Of these heads, all of them, or the 64 that matter most to device `dev`; they are sorted by id.

    Heads above the device's own membership changes, or above the change with id `above`, come first, then the
    deepest.
    """
    if len(heads) <= MAX_MHEADS:
        return heads
    own = sum(1 << c.index for c in log.changes if c.dev == dev or c.id == above)

    def rank(head: bytes) -> tuple[bool, int, bytes]:
        change = log.by_id[head]
        return (not (change.past | 1 << change.index) & own, -change.depth, head)

    return tuple(sorted(sorted(heads, key=rank)[:MAX_MHEADS]))


def author_key(log: Log, changeset: Changeset) -> bytes:
    """The Ed25519 key that must have signed a changeset of a device in this log. Raises unknown_device."""
    card = log.cards.get(changeset.dev)
    if card is None:
        raise refuse("unknown_device")
    return card.ed_pk


def _heads(log: Log, change: MemberChange) -> tuple[bytes, ...]:
    kept = [h for h in log.heads if not change.past >> log.by_id[h].index & 1]
    return tuple(sorted([*kept, change.id]))
