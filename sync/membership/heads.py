"""Which membership changes an author names as seen: those that count, so that nobody can be made to build on a lie.

A change without effect is authentic and in the log, but servers refuse to keep it. Whoever named one in its `mheads`,
having got it by another way, could send nothing any more. Source: docs/protocol.md, Authentic. Pure.
"""

from __future__ import annotations

from collections.abc import Collection

from sync.membership.log import Log, mheads_among
from sync.membership.result import Membership


def heads_for(
    membership: Membership, dev: bytes, *, above: bytes | None = None, but: Collection[bytes] = ()
) -> tuple[bytes, ...]:
    """The heads that device `dev` names in its next changeset; at most 64, sorted, see mheads_among.

    What let the device in is named also while it does not count: it may again, and without it nothing written is anybody's.
    Changes in `but` are left out, and all that have one in their past: what must not wait for them does not name them.
    """
    log = membership.log
    counts = membership.effective | {p.join for p in membership.pending} | _first(log, dev)
    if but:
        apart = sum(1 << log.by_id[id].index for id in but if id in log.by_id)
        counts = frozenset(id for id in counts if not (log.by_id[id].past | 1 << log.by_id[id].index) & apart)
    if not but and all(head in counts for head in log.heads):
        return mheads_among(log, log.heads, dev, above=above)
    covered, heads = 0, []
    for change in reversed(log.changes):  # each stands after its past
        if change.id in counts:
            if not covered >> change.index & 1:
                heads.append(change.id)
            covered |= change.past | 1 << change.index
    return mheads_among(log, tuple(sorted(heads)), dev, above=above)


def heads_before_leaving(membership: Membership, dev: bytes) -> tuple[bytes, ...]:
    """As heads_for, without that another computer of the same person left, and what was said after that.

    For what waits on a computer until it is sent: it was written before anybody there heard of it, and by heads that name
    the leave it would be nobody's.
    """
    member = membership.members.get(membership.member_of.get(dev, b""))
    gone = () if member is None or member.role is not None else [c.id for c in member.left if c.dev != dev]
    return heads_for(membership, dev, but=gone)


def _first(log: Log, dev: bytes) -> frozenset[bytes]:
    return frozenset(change.id for change in log.changes if change.dev == dev and change.seq == 1)
