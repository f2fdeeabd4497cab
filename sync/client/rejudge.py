"""Judges again what was merged, after the membership log grew: a late removal, or a late permission, counts everywhere.

Rights follow from the set of membership changes, not from the order in which they reached this computer. So content
whose author turns out to have had no right is taken back out and set aside, and what was set aside is tried again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping

from circle_app.errors import BadChangeset
from circle_app.workspace import inbox, journal, settings
from circle_app.workspace.changes import Opened, Stored
from circle_app.workspace.db import Workspace
from circle_app.workspace.withdraw import withdraw
from sync import codec
from sync.client.admit import RIGHTS, Incoming, check_rights, take_in
from sync.client.lineage import Lineage
from sync.keys import EpochKey
from sync.membership.may import judged
from sync.membership.ops import Accept, Admit, Demote, Promote, StepDown
from sync.membership.result import Membership
from sync.seal import unseal


def rejudge(
    ws: Workspace, no: int, *, own: Collection[bytes], membership: Membership, epochs: Mapping[bytes, EpochKey]
) -> int:
    """Bring what is merged in line with the membership; returns how many changesets were newly set aside.

    `own` are devices whose work stays whatever others make of it: this computer's, once its person is out of the circle.
    What no server has yet stays, too, or nothing that follows it could be sent. Does nothing unless the log has grown
    since the last time, a device's second history, or what had to stay was sent; safe to cut off and repeat.
    """
    lineage, unsent = Lineage(ws, no), sorted(o.id for o in journal.outbox(ws, no, -1))
    known = [*sorted(membership.log.by_id), *_forked_histories(lineage), *unsent]
    judged = hashlib.sha256(b"".join(known)).hexdigest()
    if settings.get(ws, _name(no)) == judged:
        return 0
    aside = _without_right(ws, no, (*own, *unsent), membership, epochs, lineage)
    if aside:
        codes = {changeset.id: code for changeset, code in aside}
        others = _others(ws, no, {c.dev for c, _ in aside}, codes.keys(), epochs)
        withdraw(ws, no, [changeset for changeset, _ in aside], codes=codes, staying=others)
    again = [Incoming(h.data, h.pos) for h in inbox.quarantined(ws, no) if h.why in RIGHTS]
    if again:
        take_in(ws, no, again, membership=membership, epochs=epochs)
    settings.put(ws, _name(no), judged)
    return len(aside)


def _forked_histories(lineage: Lineage) -> list[bytes]:
    """What is here of devices with two histories: what somebody had seen of a device that was struck hangs on it."""
    return [id for dev in sorted(lineage.forked()) for id in sorted(lineage.known(dev))]


def _without_right(
    ws: Workspace,
    no: int,
    own: Collection[bytes],
    membership: Membership,
    epochs: Mapping[bytes, EpochKey],
    lineage: Lineage,
) -> list[tuple[Opened, str]]:
    changed = _changed_roles(membership)
    taken = {id for c in membership.log.changes if isinstance(c.op, Accept) for id in c.op.ids}
    found = []
    for stored in journal.stored(ws, no, kind=codec.CONTENT):
        if stored.dev in own or stored.id in own:
            continue
        changeset = codec.parse(stored.data)
        try:
            role = judged(membership, changeset, lineage.place(changeset))
            if stored.id in taken or membership.member_of.get(stored.dev) in changed:
                check_rights(membership, role, changeset, unseal(changeset, epochs).ops)
        except BadChangeset as error:
            if error.code in RIGHTS:
                found.append((_opened(stored, changeset, epochs), error.code))
    return found


def _changed_roles(membership: Membership) -> frozenset[bytes]:
    """The members who may have spoken with more than one role."""
    found = {c.op.member for c in membership.log.changes if isinstance(c.op, Promote | Demote | Admit)}
    found |= {membership.member_of.get(c.dev, b"") for c in membership.log.changes if isinstance(c.op, StepDown)}
    return frozenset(found)


def _others(
    ws: Workspace, no: int, devices: set[bytes], gone: Collection[bytes], epochs: Mapping[bytes, EpochKey]
) -> Iterator[Opened]:
    """What else of these devices is merged here."""
    for dev in devices:
        for stored in journal.stored(ws, no, kind=codec.CONTENT, dev=dev):
            if stored.id not in gone:
                yield _opened(stored, codec.parse(stored.data), epochs)


def _opened(stored: Stored, changeset: codec.Changeset, epochs: Mapping[bytes, EpochKey]) -> Opened:
    ops = unseal(changeset, epochs).ops
    return Opened(stored.id, stored.dev, stored.seq, stored.prev, ops, stored.data, stored.kind, stored.pos)


def _name(no: int) -> str:
    return f"sync.judged.{no}"
