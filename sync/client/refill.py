"""Gives a server what it lacks of a circle: any member can refill one that was wiped or restored from an old copy."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence

from circle_app.errors import BadChangeset
from circle_app.workspace import inbox, journal
from circle_app.workspace.changes import Outgoing
from circle_app.workspace.db import Workspace
from sync import codec, wire
from sync.client.access import Access
from sync.client.admit import RIGHTS, UNPROVEN_WAITING
from sync.client.calls import Server, Signer
from sync.client.epochs import sealed_under
from sync.client.mark import all_read, read_mark, read_unread
from sync.keys import EpochKey, open_epoch
from sync.membership import ops
from sync.membership.epochs import Epoch, best, seen_by
from sync.membership.result import Membership
from sync.seal import reseal, unseal

BATCH_BYTES = 4 << 20
_STRIKES = (ops.Remove, ops.Demote, ops.RevokeDevice, ops.Leave, ops.StepDown, ops.RevokeInvite)
_LATER = frozenset({"gap", "fork", "mheads_unknown", "unknown_device", "quota", "epoch_unknown"})
"""Why a server may take something at another time."""


def send_everything(
    ws: Workspace, held: Access, server: Server, membership: Membership, *, but: Collection[bytes]
) -> int:
    """Send every changeset kept here that is not in `but`, in causal order; returns how many were offered.

    They go with the genesis rather than as an ordinary push, because a server that lost the membership log does not
    know any of us. It checks each one all the same.
    """
    kept = _kept(ws, held)
    genesis = kept[membership.log.changes[0].id]
    ordered = in_causal_order([codec.parse(data) for data in kept.values()], after=_spoiled(ws, held.space.no))
    missing = [c for c in ordered if c.id not in but]
    for batch in _batches([c.data for c in missing if c.data != genesis]):
        server.create_space(genesis, log=batch)
    return len(missing)


def push_missing(ws: Workspace, held: Access, server: Server, signer: Signer, *, there: Collection[bytes]) -> None:
    """Push, as a member, what the server did not take with the genesis: joins by invites that ended meanwhile.

    A member vouches that they were let in before; without them, nothing that builds on them could be sent.
    """
    kept = [codec.parse(data) for data in _kept(ws, held).values()]
    ordered = in_causal_order(kept, after=_spoiled(ws, held.space.no))
    for batch in _batches([c.data for c in ordered if c.id not in there]):
        server.push(signer, batch)


def _kept(ws: Workspace, held: Access) -> dict[bytes, bytes]:
    """By their ids, all that is merged, and what others follow though it is not: what was put aside for its author's lack of
    a right, and what its author signed and only waits here, for a key or what comes before it.

    But nothing that is spoiled, as far as the keys here tell: it would stand there in the place of the whole one.
    """
    no = held.space.no
    unmerged = [(q.id, q.data) for q in inbox.quarantined(ws, no) if q.why in RIGHTS or q.why == "no_key"]
    unmerged += [(h.id, h.data) for h in inbox.held(ws, no) if h.why not in UNPROVEN_WAITING]
    passed_on = {i: data for i, data in unmerged if _fault(codec.parse(data), held.epochs) in ("", "no_key")}
    return passed_on | {s.id: s.data for s in journal.stored(ws, no)}


def _spoiled(ws: Workspace, no: int) -> set[bytes]:
    """What is here as a copy only that nobody can use: the server may have it whole, and what builds on it here is whole."""
    return {p.id for p in inbox.set_aside_places(ws, no)}


def _fault(changeset: codec.Changeset, epochs: Mapping[bytes, EpochKey]) -> str:
    """Why the sealed part does not open with these keys, or with the one that everybody can make; empty when it does."""
    everybodys = open_epoch(changeset.space)
    try:
        unseal(changeset, {**epochs, everybodys.id: everybodys})
    except BadChangeset as error:
        return error.code
    return ""


def miss(ws: Workspace, no: int, dev: bytes, seen: Collection[bytes]) -> dict[str, str | None]:
    """What the server acknowledged but did not give back to us was lost there before anybody read it: send it again.

    Lost behind our mark, so the running hash cannot tell. Returns what is to be noted then, with the new mark.
    """
    first = read_unread(ws, no)
    if first is None:
        return {}
    waiting = {o.id for o in journal.outbox(ws, no, -1)}
    sent = {s.id for s in journal.stored(ws, no, dev=dev, after=first - 1)} - waiting
    if not sent <= set(seen):
        journal.unacknowledge(ws, no, after=first - 1, dev=dev)
    return all_read(no)


def carry(ws: Workspace, held: Access, membership: Membership, server: Server, signer: Signer) -> bool:
    """Bring a server what others wrote and handed to us by another way; whether some has to wait. Raises SyncProblem.

    So with what was put aside for its author's lack of a right: texts were written around it, here or by who gave it.
    It counts as brought once it was read back, as a server may be rolled back in between. What it will never take is
    offered once; what waits for something, again at the next exchange. What was sealed under a key that is given up is
    sealed anew first, as its author would have done.
    """
    no = held.space.no
    carried = [*(codec.parse(data) for data in journal.carried(ws, no)), *_aside(ws, no, held.epochs)]
    if not carried:
        return False
    there = {p.id for p in inbox.set_aside_places(ws, no) if p.pos is not None}
    others = ({s.id for s in journal.stored(ws, no)} | there) - {c.id for c in carried}
    # what names changes that this membership does not show came in on another thread just now
    shown = [c for c in carried if c.id in membership.log.by_id or membership.log.by_id.keys() >= {*c.mheads}]
    ordered = in_causal_order(shown, after=others)
    top = best(membership, held.epochs.keys())
    past, later = seen_by(membership, top), len(ordered) < len(carried)
    mark = read_mark(ws, no)
    read = mark.pos if mark.gen == server.info().gen else 0
    for batch in _batches([_newly_sealed(ws, held, membership, top, past, c) for c in ordered]):
        results = server.push(signer, batch).results
        # where the log was read already, it does not come again to be noted then
        brought = {r.id: r.pos for r in results if r.status == wire.KNOWN and 0 < r.pos <= read}
        journal.note_brought(ws, no, brought)
        refused = [r for r in results if r.status == wire.REFUSED]
        later |= any(r.code in _LATER for r in refused)
        if never := [r.id for r in refused if r.code not in _LATER]:
            journal.acknowledge(ws, no, never)
        inbox.note_brought(ws, no, brought | dict.fromkeys(never, 0))
    return later


def _aside(ws: Workspace, no: int, epochs: Mapping[bytes, EpochKey]) -> list[codec.Changeset]:
    """What was put aside for its author's lack of a right, and no server was offered; it has to open here, or nothing was
    written around it."""
    unbrought = [codec.parse(data) for data in inbox.unbrought(ws, no, RIGHTS)]
    return [changeset for changeset in unbrought if not _fault(changeset, epochs)]


def _newly_sealed(
    ws: Workspace,
    held: Access,
    membership: Membership,
    top: Epoch,
    past: Mapping[bytes, int],
    changeset: codec.Changeset,
) -> bytes:
    epoch = sealed_under(membership, top, past, changeset, held.epochs.keys())
    if epoch == changeset.epoch:
        return changeset.data
    sealed = reseal(changeset, epochs=held.epochs, epoch=held.epochs[epoch], random_bytes=ws.random_bytes)
    journal.replace_data(ws, held.space.no, sealed.id, sealed.data)
    return sealed.data


def first_batch(waiting: Sequence[Outgoing]) -> Sequence[Outgoing]:
    """As many of these as one push takes, at least one."""
    size = 0
    for count, outgoing in enumerate(waiting):
        size += len(outgoing.data)
        if count and size > BATCH_BYTES:
            return waiting[:count]
    return waiting


def in_sending_order(waiting: Sequence[Outgoing], own: bytes) -> Sequence[Outgoing]:
    """Our waiting changesets so that a server can take one after the other, also those of devices we were before.

    A former device's may wait for the proof that there were two of it, which this one brings: so as much as can go
    before them does, and what builds on them comes after.
    """
    if all(o.dev == own for o in waiting):
        return waiting
    # A server that does not know a device yet asks for what lets it in first.
    ordered = [o for o in waiting if o.dev == own and o.seq == 1]
    left = {o.id: (o, codec.parse(o.data)) for o in waiting if o not in ordered}
    while left:
        ready = [o for o, c in left.values() if not any(n in left for n in (c.prev, *c.mheads))]
        mine = [o for o in ready if o.dev == own]
        for outgoing in mine or ready or [o for o, _ in left.values()]:
            ordered.append(outgoing)
            del left[outgoing.id]
    return ordered


def in_causal_order(changesets: Sequence[codec.Changeset], *, after: Collection[bytes] = ()) -> list[codec.Changeset]:
    """Each after its predecessor in its chain and after the membership changes its author had seen.

    What builds on something that is neither among them nor in `after` is left out: a server would refuse it. Changes that
    take a right away come as late as they can: what was written beside them was kept before, and others follow it.
    """
    known = set(after)
    waiting: dict[bytes, list[codec.Changeset]] = {}
    missing: dict[bytes, int] = {}
    queue: deque[codec.Changeset] = deque()
    strikes: deque[codec.Changeset] = deque()
    for changeset in sorted(changesets, key=lambda c: (c.dev, c.seq, c.id)):
        needs = {n for n in (changeset.prev, *changeset.mheads) if n != wire.ZERO32} - known
        missing[changeset.id] = len(needs)
        for need in needs:
            waiting.setdefault(need, []).append(changeset)
        if not needs:
            (strikes if _strikes(changeset) else queue).append(changeset)
    ordered: list[codec.Changeset] = []
    while queue or strikes:
        ordered.append((queue or strikes).popleft())
        for changeset in waiting.pop(ordered[-1].id, ()):
            missing[changeset.id] -= 1
            if not missing[changeset.id]:
                (strikes if _strikes(changeset) else queue).append(changeset)
    return ordered


def _strikes(changeset: codec.Changeset) -> bool:
    """Whether somebody loses a right, or a way in, by this change."""
    if changeset.kind != codec.MEMBERSHIP:
        return False
    return isinstance(ops.decode_op(changeset.clear), _STRIKES)


def _batches(changesets: Sequence[bytes]) -> Iterator[tuple[bytes, ...]]:
    batch: list[bytes] = []
    size = 0
    for data in changesets:
        if batch and (size + len(data) > BATCH_BYTES or len(batch) == wire.MAX_PUSH_CHANGESETS):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(data)
        size += len(data)
    if batch:
        yield tuple(batch)
