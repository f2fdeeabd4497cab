"""Takes in changesets from anywhere: parse, signature, place in the chain, key, open, rights, merge; in that order.

One bad changeset is set aside with its reason and nothing else is affected; one that comes too early waits. The same
function serves a server, and anything else that will ever bring changesets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from circle_app.domain.ids import tagged_hash
from circle_app.domain.ops import SetOp
from circle_app.domain.rights import first_refused
from circle_app.domain.rules import LED, OPEN
from circle_app.errors import BadChangeset
from circle_app.workspace import inbox, journal, settings
from circle_app.workspace.changes import Dep, Opened
from circle_app.workspace.db import Workspace
from circle_app.workspace.doubt import cast_doubt
from circle_app.workspace.forks import Fork, note_forks, place_of
from circle_app.workspace.told import all_came, note_told
from sync import codec
from sync.client import locked
from sync.client.hidden_texts import keep_hidden_texts
from sync.client.lineage import Lineage
from sync.client.mark import Noting
from sync.keys import EpochKey, open_epoch
from sync.membership import log as member_log
from sync.membership.evaluate import evaluate
from sync.membership.may import check_content
from sync.membership.ops import Policy, Role
from sync.membership.result import Membership
from sync.refusals import refuse
from sync.seal import unseal

WAITING = frozenset({"gap", "no_key", "unknown_device", "mheads_unknown"})
"""Reasons that a later changeset, or a key, takes away."""

RIGHTS = frozenset({"not_member", "not_allowed", "rejected"})
"""Reasons that another membership can take away, or bring."""

UNPROVEN = frozenset(
    {
        "size", "malformed", "core", "mheads", "seq", "clear", "version", "kind", "space", "weak_key", "signature",
        "genesis", "member_op", "card", "member_id", "first_change", "invite_unknown", "invite_signature", "parent",
        "link_signature",
    }
)  # fmt: skip
"""Reasons under which a changeset's place in its chain was not proven by its author's signature."""

UNPROVEN_WAITING = frozenset({"unknown_device", "mheads_unknown"})
"""Reasons to wait that are found before the signature was looked at."""

PLACELESS = UNPROVEN | {"fork"}
"""Reasons under which a changeset does not hold its place in the chain, so that another one may."""

_ROLE_NAMES = {Role.ORGANIZER: "organizer", Role.PARTICIPANT: "participant", Role.FOLLOWER: "follower"}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A changeset as it came, and its position on the server if that brought it."""

    data: bytes
    pos: int | None = None


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a batch: counts, and the id of each changeset as it came (None: unreadable).

    `full` says that something had to be left where it came from because too much waits already, `noted` that what was to be
    noted with it was.
    """

    applied: int
    quarantined: int
    ids: tuple[bytes | None, ...]
    full: bool
    membership: Membership
    noted: bool = False


@dataclass(slots=True)
class _Batch:
    """The working state of one call: what is accepted so far, and who is in the circle by then.

    A device's history is a tree by `prev`: `places` has device and number of what is merged or set aside with a proven
    place, as far as it was looked up, `at` one changeset of each number. Two of one number are kept as `forks`.
    `keyless` are the proven places of what waits for a key, and of what follows it. `crowded`: too much waits, so that what
    waits for a key is set aside: a member may have written any amount under a key that nobody else has.
    """

    ws: Workspace
    no: int
    epochs: Mapping[bytes, EpochKey]
    membership: Membership
    lineage: Lineage
    places: dict[bytes, tuple[bytes, int]] = field(default_factory=dict)
    at: dict[tuple[bytes, int], bytes] = field(default_factory=dict)
    tips: dict[bytes, int] = field(default_factory=dict)
    keyless: dict[bytes, tuple[bytes, int]] = field(default_factory=dict)
    crowded: bool = False
    forks: list[Fork] = field(default_factory=list)
    told: list[tuple[bytes, Dep]] = field(default_factory=list)
    accepted: list[Opened] = field(default_factory=list)

    def in_place(self, id: bytes, dev: bytes, seq: int) -> None:
        """Takes note of a proven place in a history."""
        self.places[id], self.at[dev, seq] = (dev, seq), id


def take_in(
    ws: Workspace, no: int, incoming: Sequence[Incoming], *, membership: Membership, epochs: Mapping[bytes, EpochKey],
    noting: Noting | None = None,
) -> TakenIn:  # fmt: skip
    """Open, judge and merge changesets of one circle, together with those that waited for them; idempotent.

    `noting` tells, from the ids, what may be noted once all of it is kept; it is noted here (`noted`) when that is sure.
    """
    batch = _Batch(ws, no, epochs, membership, Lineage(ws, no))
    aside = {p.id: p for p in inbox.set_aside_places(ws, no)}
    for place in aside.values():
        if place.why not in PLACELESS:
            batch.in_place(place.id, place.dev, place.seq)
    for dev, (seq, head) in inbox.version_vector(ws, no).items():
        batch.in_place(head, dev, seq)
        batch.tips[dev] = seq
    waited = {h.id: (codec.parse(h.data), h.pos, h.why) for h in inbox.held(ws, no)}
    ids, todo, bad = _sorted_out(ws, no, incoming)
    # what a server showed keeps its position there, also when it comes by hand once more
    shown = {i: h[1] for i, h in waited.items()} | {p.id: p.pos for p in aside.values()}
    todo = waited | {i: (c, shown.get(i) if pos is None else pos, why) for i, (c, pos, why) in todo.items()}
    known = inbox.known(ws, no, todo)
    journal.note_brought(ws, no, {i: todo[i][1] for i in known})
    todo |= (unlocked := locked.openable(ws, no, aside.values(), epochs))
    still, refused = _passes(batch, [entry for i, entry in todo.items() if i not in known])
    bad += refused
    if not inbox.fits(ws, no, [(c.dev, len(c.data)) for c, _, _ in still if c.id not in waited]):
        batch.crowded = True
        still, refused = _passes(batch, still)
        bad += refused
    note_forks(ws, no, batch.forks)
    todo.clear()  # their sealed parts take as much room as what came, and are not needed for what is accepted
    if _written_elsewhere(ws.device(no), batch.accepted, still, bad, known_here=aside):
        cast_doubt(ws, no, "twin")
    plain = not (waited or aside or unlocked or still or bad or batch.forks)  # merging it is all there is to do
    plain = plain and all_came(ws, no, batch.told, batch.accepted)
    notes = noting(ids) if noting and plain and batch.accepted else settings.NO_NOTES
    merged = known | {o.id for o in batch.accepted}
    applied = 0
    if batch.accepted:
        reopen = partial(_ops_again, epochs)
        applied = ws.apply(no, _handed_over(batch.accepted), notes=notes, reopen=reopen).changesets
    full = not all(_hold(ws, no, c, pos, why) for c, pos, why in still if c.id not in waited)
    inbox.release(ws, no, [i for i in waited if i in merged])
    if healed := [i for i in merged if i in aside]:  # also what a kill left listed
        inbox.lift(ws, no, healed)
    keep_hidden_texts(ws, no, [held for held in bad if held.why in RIGHTS], epochs)
    for held in bad:
        inbox.quarantine(ws, no, id=held.id, dev=held.dev, seq=held.seq, code=held.why, data=held.data, pos=held.pos)
    if any(held.why in UNPROVEN for held in bad):
        inbox.keep_newest(ws, no, UNPROVEN)
    note_told(ws, no, batch.told)
    if unlocked:
        locked.note_tried(ws, no, epochs)
    return TakenIn(applied, sum(h.id not in aside for h in bad), ids, full, batch.membership, bool(notes))


def _handed_over(accepted: list[Opened]) -> Iterator[Opened]:
    """One after the other, and nothing of them stays here: a merge of much lets go of what it has taken in."""
    accepted.reverse()
    while accepted:
        yield accepted.pop()


def _ops_again(epochs: Mapping[bytes, EpochKey], _space: int, data: bytes) -> tuple[SetOp, ...]:
    """What a changeset says that was opened and judged a moment ago."""
    return unseal(codec.parse(data), epochs).ops


def _written_elsewhere(
    own: bytes,
    accepted: Sequence[Opened],
    still: Sequence[_Entry],
    bad: Sequence[inbox.Held],
    known_here: Collection[bytes],
) -> bool:
    """Whether something with this device's signature came that was not made here: numbers are given elsewhere, too."""
    return (
        any(o.dev == own for o in accepted if o.id not in known_here)
        or any(c.dev == own for c, _, why in still if why in ("gap", "no_key"))
        or any(h.dev == own for h in bad if h.why not in UNPROVEN and h.id not in known_here)
    )


def forget_unproven(ws: Workspace, no: int) -> None:
    """Drops what nobody's signature vouches for, before the whole log is read again: what is real comes once more."""
    inbox.release(ws, no, [h.id for h in inbox.held(ws, no) if h.why in UNPROVEN_WAITING])
    inbox.lift(ws, no, [p.id for p in inbox.set_aside_places(ws, no) if p.why in UNPROVEN])


def membership_of(ws: Workspace, no: int) -> Membership:
    """Who is in a circle, by the membership changesets kept here."""
    return replayed([s.data for s in journal.stored(ws, no, kind=codec.MEMBERSHIP)])


def replayed(changesets: Iterable[bytes]) -> Membership:
    """The membership of a log in any order. Raises BadChangeset when it has no genesis or a part does not fit."""
    parsed = [codec.parse(data) for data in changesets]
    genesis = next((c for c in parsed if not c.mheads), None)
    if genesis is None:
        raise refuse("genesis")
    log = member_log.start(genesis)
    left = [c for c in parsed if c is not genesis]
    while left:
        before = len(left)
        for changeset in left:
            if all(h in log.by_id for h in changeset.mheads):
                try:
                    log = member_log.add(log, changeset)
                except BadChangeset as error:
                    if error.code not in WAITING:
                        raise
                    # who names old heads only may stand before what let them in
        left = [c for c in left if c.id not in log.by_id]
        if len(left) == before:
            raise refuse("mheads_unknown")
    return evaluate(log)


_Entry = tuple[codec.Changeset, int | None, str]
"""(changeset, position on the server, what it waits for: empty at first)."""


def _sorted_out(
    ws: Workspace, no: int, incoming: Sequence[Incoming]
) -> tuple[tuple[bytes | None, ...], dict[bytes, _Entry], list[inbox.Held]]:
    ids: list[bytes | None] = []
    todo: dict[bytes, _Entry] = {}
    bad: list[inbox.Held] = []
    for item in incoming:
        try:
            changeset = codec.parse(item.data)
        except BadChangeset as error:
            ids.append(None)
            name = tagged_hash("cc1/unreadable", item.data)
            bad.append(inbox.Held(name, bytes(16), 0, error.code, item.pos, item.data, 0))
            continue
        ids.append(changeset.id)
        todo[changeset.id] = (changeset, item.pos, "")
    return tuple(ids), todo, bad


def _passes(batch: _Batch, left: Sequence[_Entry]) -> tuple[Sequence[_Entry], list[inbox.Held]]:
    bad: list[inbox.Held] = []
    while True:
        still, refused = _one_pass(batch, left)
        bad += refused
        if not still or len(still) == len(left):
            return still, bad
        left = still


def _one_pass(batch: _Batch, entries: Sequence[_Entry]) -> tuple[list[_Entry], list[inbox.Held]]:
    still: list[_Entry] = []
    bad: list[inbox.Held] = []
    for changeset, pos, _why in entries:
        try:
            opened = _opened(batch, changeset, pos)
        except BadChangeset as error:
            if error.code in WAITING and not (batch.crowded and error.code == "no_key"):
                still.append((changeset, pos, error.code))
                if error.code == "no_key" or (error.code == "gap" and _follows_keyless(batch, changeset)):
                    batch.keyless[changeset.id] = (changeset.dev, changeset.seq)
                continue
            bad.append(inbox.Held(changeset.id, changeset.dev, changeset.seq, error.code, pos, changeset.data, 0))
            if error.code not in PLACELESS:
                _take_place(batch, changeset)
            continue
        _take_place(batch, changeset)
        if changeset.seq == batch.tips.get(changeset.dev, 0) + 1:
            batch.tips[changeset.dev] = changeset.seq
        batch.accepted.append(opened)
    return still, bad


def _opened(batch: _Batch, changeset: codec.Changeset, pos: int | None) -> Opened:
    if changeset.kind == codec.MEMBERSHIP:
        _member_change(batch, changeset)
        ops: tuple[SetOp, ...] = ()
    else:
        role = check_content(batch.membership, changeset, batch.lineage.place(changeset))
        _check_chain(batch, changeset)
        body = unseal(changeset, batch.epochs)
        ops = body.ops
        if changeset.kind == codec.ACK and (ops or body.others):
            raise refuse("body")  # nobody would look at its rights again
        check_rights(batch.membership, role, changeset, ops)
        batch.told += [(changeset.dev, dep) for dep in body.deps]
    return Opened(changeset.id, changeset.dev, changeset.seq, changeset.prev, ops, changeset.data, changeset.kind, pos)


def _member_change(batch: _Batch, changeset: codec.Changeset) -> None:
    """Takes a membership change into the log. It carries no edits, but is opened so that only whole bytes are kept."""
    log = member_log.add(batch.membership.log, changeset) if changeset.mheads else batch.membership.log
    if changeset.id not in log.by_id:
        raise refuse("genesis")
    _check_chain(batch, changeset)
    _check_whole(batch, changeset)
    batch.membership = evaluate(log)


def _check_whole(batch: _Batch, changeset: codec.Changeset) -> None:
    """That the bytes of a membership change are whole and say nothing but what stands in the clear.

    The genesis is sealed under the first key; whoever has it not (yet) keeps the genesis as it came, as its id certifies
    the space. Raises BadChangeset: what unseal raises, and body.
    """
    if changeset.mheads:
        if changeset.epoch != codec.open_epoch_id(changeset.space):
            raise refuse("sealed")
        body = unseal(changeset, {changeset.epoch: open_epoch(changeset.space)})
        if body.ops or body.others:
            raise refuse("body")
    elif changeset.epoch in batch.epochs:
        unseal(changeset, batch.epochs)


def _check_chain(batch: _Batch, changeset: codec.Changeset) -> None:
    """Raises gap while the predecessor is missing, fork when that is not the one before in this device's history."""
    before = batch.places.get(changeset.prev)
    if before is None and changeset.seq > 1:
        before = place_of(batch.ws, batch.no, changeset.prev)
    if before is None and changeset.kind == codec.MEMBERSHIP and _follows_keyless(batch, changeset):
        # needs no key itself, and may be what brings the key that those before it wait for
        return
    codec.check_place(changeset, before)


def _follows_keyless(batch: _Batch, changeset: codec.Changeset) -> bool:
    return batch.keyless.get(changeset.prev) == (changeset.dev, changeset.seq - 1)


def _take_place(batch: _Batch, changeset: codec.Changeset) -> None:
    """A changeset with a proven place stands there from now on, also beside another one."""
    other = _at(batch, changeset.dev, changeset.seq)
    if other is not None and other != changeset.id:
        batch.forks.append(Fork(changeset.dev, changeset.seq, changeset.id, other))
    batch.in_place(changeset.id, changeset.dev, changeset.seq)


def _at(batch: _Batch, dev: bytes, seq: int) -> bytes | None:
    """The id at a place of a chain, merged or set aside.

    A tip is the end of a chain that is merged without a hole, so nothing merged stands right after it: a chain that
    comes in order asks no database.
    """
    found = batch.at.get((dev, seq))
    if found is not None or seq == batch.tips.get(dev, 0) + 1:
        return found
    return inbox.changeset_id(batch.ws, batch.no, dev, seq)


def check_rights(membership: Membership, role: Role, changeset: codec.Changeset, ops: Sequence[SetOp]) -> None:
    """Raises not_allowed unless the author's role may write every row that is written.

    A table of a later version is left to that version: only followers are kept out of it.
    """
    rule = LED if membership.policy == Policy.COURSE else OPEN
    log = membership.log
    own = b"" if role is Role.ORGANIZER else log.member_at(changeset.dev, log.past_of(changeset.mheads))
    if first_refused(rule, _ROLE_NAMES[role], member=own, ops=ops) is not None:
        raise refuse("not_allowed")


def _hold(ws: Workspace, no: int, changeset: codec.Changeset, pos: int | None, why: str) -> bool:
    return inbox.hold(
        ws, no, id=changeset.id, dev=changeset.dev, seq=changeset.seq, why=why, data=changeset.data, pos=pos
    )
