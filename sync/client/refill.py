"""Gives a server what it lacks of a circle: any member can refill one that was wiped or restored from an old copy."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from circle_app.workspace import journal
from circle_app.workspace.db import Workspace
from sync import codec, wire
from sync.client.calls import Server, Signer
from sync.membership.result import Membership

BATCH_BYTES = 4 << 20
_LATER = frozenset({"gap", "fork", "mheads_unknown", "unknown_device", "quota", "epoch_unknown"})
"""Why a server may take something at another time."""


def send_everything(ws: Workspace, no: int, server: Server, membership: Membership, *, but: Collection[bytes]) -> int:
    """Send every changeset held here that is not in `but`, in causal order; returns how many were offered.

    They go with the genesis rather than as an ordinary push, because a server that lost the membership log does not
    know any of us. It checks each one all the same.
    """
    held = {s.id: s.data for s in journal.stored(ws, no)}
    genesis = held[membership.log.changes[0].id]
    missing = [c for c in in_causal_order([codec.parse(data) for data in held.values()]) if c.id not in but]
    for batch in _batches([c.data for c in missing if c.data != genesis]):
        server.create_space(genesis, log=batch)
    return len(missing)


def push_missing(ws: Workspace, no: int, server: Server, signer: Signer, *, there: Collection[bytes]) -> None:
    """Push, as a member, what the server did not take with the genesis: joins by invites that ended meanwhile.

    A member vouches that they were let in before; without them, nothing that builds on them could be sent.
    """
    held = [codec.parse(s.data) for s in journal.stored(ws, no)]
    for batch in _batches([c.data for c in in_causal_order(held) if c.id not in there]):
        server.push(signer, batch)


def carry(ws: Workspace, no: int, server: Server, signer: Signer) -> None:
    """Bring a server what others wrote and handed to us by another way. Raises SyncProblem.

    What it will never take is offered once; what waits for something, again at the next exchange.
    """
    carried = [codec.parse(data) for data in journal.carried(ws, no)]
    if not carried:
        return
    others = {s.id for s in journal.stored(ws, no)} - {c.id for c in carried}
    ordered = in_causal_order(carried, after=others)
    for batch in _batches([c.data for c in ordered]):
        results = server.push(signer, batch).results
        journal.acknowledge(
            ws, no, [codec.parse(d).id for d, r in zip(batch, results, strict=True) if r.code not in _LATER]
        )


def in_causal_order(changesets: Sequence[codec.Changeset], *, after: Collection[bytes] = ()) -> list[codec.Changeset]:
    """Each after its predecessor in its chain and after the membership changes its author had seen.

    What builds on something that is neither among them nor in `after` is left out: a server would refuse it.
    """
    chains: dict[bytes, list[codec.Changeset]] = {}
    for changeset in sorted(changesets, key=lambda c: (-c.seq, c.id)):
        chains.setdefault(changeset.dev, []).append(changeset)
    done: set[bytes] = set(after)
    ordered: list[codec.Changeset] = []
    moved = True
    while moved:
        moved = False
        for chain in chains.values():
            while chain and _ready(chain[-1], done):
                ordered.append(chain.pop())
                done.add(ordered[-1].id)
                moved = True
    return ordered


def _ready(changeset: codec.Changeset, done: Collection[bytes]) -> bool:
    needs = changeset.mheads if changeset.seq == 1 else (changeset.prev, *changeset.mheads)
    return all(n in done for n in needs)


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
