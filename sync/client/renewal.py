"""A new key for this computer: when its workspace was restored from an older copy, or a copy of it writes elsewhere.

The old key vouches for the new one, so nobody has to let anybody in. What has a number stays as it is, both histories of
the old key count for everybody, and what was not numbered yet goes on under the new key. Nothing here asks a person:
each twin that finds the other's work takes a key of its own, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from circle_app.domain.clock import HLC_MAX
from circle_app.domain.merge import CellOp, cell_op
from circle_app.errors import BadChangeset
from circle_app.workspace import inbox, journal
from circle_app.workspace.become import become, former_devices
from circle_app.workspace.db import Workspace
from circle_app.workspace.doubt import Why, cast_doubt, doubt
from circle_app.workspace.forks import bytes_of, came_back, forks
from circle_app.workspace.restamp import Cell
from sync import codec
from sync.client.access import Access, access, device_signer, sealer
from sync.client.admit import membership_of
from sync.client.exchange import Exchange
from sync.membership import ops
from sync.membership.cards import close_message, link_message, make_card
from sync.membership.heads import heads_for
from sync.membership.proofs import holds
from sync.membership.result import Membership
from sync.seal import unseal
from sync.vault import Vault
from sync.wire import MAX_CLEAR, MAX_MHEADS


def go_on(ws: Workspace, vault: Vault, exchange: Exchange) -> bool:
    """Take a new key if this computer may not be the only one with its old one, and tell others what was found out.

    Does nothing when all is well, which is cheap to see. Returns whether the log of members has grown.
    """
    no = exchange.held.space.no
    if exchange.held.keys.dev in exchange.membership.closed:  # another copy of this workspace was put back, and went on
        cast_doubt(ws, no, "twin")
    why, grown = doubt(ws, no), False
    if why is not None and renew(ws, vault, exchange.held, exchange.membership, why):
        exchange.held = access(ws, vault, no)
        exchange.signer = device_signer(exchange.held)
        exchange.tally.renewed, grown = why, True
    if doubt(ws, no) is None and owes(ws, no, exchange.membership):
        grown |= settle(ws, vault, no) > 0
    return grown


def renew(ws: Workspace, vault: Vault, held: Access, membership: Membership, why: Why) -> bool:
    """Go on as a new device of the same member; False for who is not in the circle, or was withdrawn from it.

    To be called when everything that can be fetched was: what comes back then is not sent twice.
    """
    space, old = held.space, held.keys
    state, member = membership.devices.get(old.dev), membership.members.get(space.member16)
    if state is None or state.revoked or member is None or member.role is None:
        return False
    salt = ws.random_bytes(32)
    new = vault.device_keys(salt)
    card = make_card(
        space=space.space32, member=member.id, ed_pk=new.signing.public, kem_pk=new.kem.public, sign=new.signing.sign
    )
    vouched = old.signing.sign("cc1/link-device", link_message(space=space.space32, member=member.id, card=card))
    become(
        ws, space.no, dev16=new.dev, key_salt=salt, why=why, sent=set(_sent(ws, held)),
        seal=sealer(replace(held, keys=new), ws.random_bytes),
        clear=ops.encode_op(ops.LinkDevice(ops.LINK_DEVICE, 1, member.id, card, old.dev, vouched)),
        mheads=_heads(membership, old.dev, old.dev, _not_sent(ws, space.no, old.dev) | _by_hand(ws, space.no)),
    )  # fmt: skip
    return True


def settle(ws: Workspace, vault: Vault, no: int) -> int:
    """Write down what everybody should know about devices over time; returns how many membership changes that took.

    That is: a former device of this restored computer writes no more, and a device of whomever has two histories.
    """
    made, apart = 0, frozenset[bytes]().union(*(_not_sent(ws, no, d.dev16) for d in former_devices(ws, no)))
    for dev, clear in _owed(ws, vault, access(ws, vault, no), membership_of(ws, no)):
        held, membership = access(ws, vault, no), membership_of(ws, no)
        heads = _heads(membership, held.keys.dev, dev, apart)
        if not holds(membership.log, ops.decode_op(clear), heads):
            continue  # written down it would be in our own log for ever, which nobody could read any more
        journal.append(
            ws, no, sealer(held, ws.random_bytes), kind=codec.MEMBERSHIP, clear=clear, before_edits=True, mheads=heads
        )  # fmt: skip
        made += 1
    return made


def owes(ws: Workspace, no: int, membership: Membership) -> bool:
    """Whether `settle` has something to look at; cheap."""
    unproven = any(f.dev not in membership.forks and f.dev in membership.devices for f in forks(ws, no))
    return unproven or any(f.why == "restored" and membership.is_active(f.dev16) for f in former_devices(ws, no))


def _owed(ws: Workspace, vault: Vault, held: Access, membership: Membership) -> Iterator[tuple[bytes, bytes]]:
    """(device, what is to be said of it)."""
    if not membership.is_active(held.keys.dev):
        return
    no, space32 = held.space.no, held.space.space32
    ends = inbox.version_vector(ws, no)
    for former in former_devices(ws, no):
        # Only this very computer used that key: it was put back to an older state. A copy's original may live on.
        if former.why == "restored" and membership.is_active(former.dev16) and former.dev16 in ends:
            seq, last = ends[former.dev16]
            message = close_message(
                space=space32, dev=former.dev16, seq=seq, last=last, successor=held.keys.dev
            )  # fmt: skip
            sig = vault.device_keys(former.key_salt).signing.sign("cc1/close", message)
            yield (
                former.dev16,
                ops.encode_op(ops.CloseChain(ops.CLOSE_CHAIN, 0, former.dev16, seq, last, held.keys.dev, sig)),
            )
    for fork in forks(ws, no):
        if fork.dev in membership.devices and fork.dev not in membership.forks:
            found = [bytes_of(ws, no, id) for id in (fork.one, fork.other)]
            if None in found:
                continue
            one, other = (codec.parse(data) for data in found if data is not None)
            proof = ops.encode_op(ops.ForkProof(ops.FORK_PROOF, 0, one.core, one.sig, other.core, other.sig))
            if len(proof) <= MAX_CLEAR:
                yield fork.dev, proof


def _not_sent(ws: Workspace, no: int, dev: bytes) -> frozenset[bytes]:
    """What a former device of ours changed and no server has: it may wait there for the proof that there were two of it.

    So nothing that brings this proof there names it as seen. What let the device in is another matter.
    """
    return frozenset(
        o.id for o in journal.outbox(ws, no, -1) if o.dev == dev and o.kind == codec.MEMBERSHIP and o.seq > 1
    )


def _by_hand(ws: Workspace, no: int) -> frozenset[bytes]:
    """What others changed and no server has, as it came by hand: a server may take it only from somebody whom it knows."""
    carried = (codec.parse(data) for data in journal.carried(ws, no))
    return frozenset(c.id for c in carried if c.kind == codec.MEMBERSHIP)


def _heads(membership: Membership, dev: bytes, subject: bytes, but: frozenset[bytes]) -> tuple[bytes, ...]:
    """Heads without what must not be waited for, unless that hides how the device in question was let in."""
    log = membership.log
    own = [log.past_of((shown.change.id,)) for shown in log.introduced.get(dev, ())]
    apart = {id for id in but if id in log.by_id and not any(past >> log.by_id[id].index & 1 for past in own)}
    heads = heads_for(membership, dev, but=apart)
    past = log.past_of(heads)
    known = any(past >> shown.change.index & 1 for shown in log.introduced.get(subject, ()))
    if known:
        return heads
    heads = heads_for(membership, dev)
    shown = [i.change for i in log.introduced.get(subject, ())]
    if shown and not any(log.past_of(heads) >> change.index & 1 for change in shown):
        # Nothing that counts leads to the change that showed its card: then that is named itself.
        heads = tuple(sorted({*heads[: MAX_MHEADS - 1], shown[0].id}))
    return heads


def _sent(ws: Workspace, held: Access) -> Iterator[tuple[Cell, CellOp]]:
    """What stands in changesets of our own key that came from others: also edits that are still loose here.

    So may one of our own changesets at the end of time, where no later stamp is left for the same words.
    """
    ended = any(op.hlc == HLC_MAX for op in journal.loose_ops(ws, held.space.no))
    for data in came_back(ws, held.space.no, held.keys.dev, made_here=ended):
        changeset = codec.parse(data)
        try:
            found = unseal(changeset, held.epochs).ops
        except BadChangeset:
            continue  # its key is not here (yet): the edit is then sent once more, with the same value
        for op in found:
            yield (op.table, op.row, op.column), cell_op(op, changeset.dev)
