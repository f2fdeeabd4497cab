"""What must hold once the weather clears: nothing lost, nothing twice, everybody the same, and all of it provable."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache

from circle_app.domain.ids import Ref
from circle_app.domain.merge import CellOp, cell_op, merge_cell
from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.doubt import doubt
from circle_app.workspace.dump import dump
from circle_app.workspace.prose import is_text
from circle_app.workspace.verify import rebuild, state_hash, verify
from sync import codec
from sync.client.admit import membership_of, replayed
from sync.client.asking import WAITING
from sync.client.exchange import lives
from sync.client.opening import opener
from sync.client.owed import PATIENCE_MS
from sync.client.verdicts import put_aside
from sync.membership.ops import Genesis, Join, Promote, Role
from sync.membership.result import Membership
from tests.simulator import holding
from tests.simulator.computers import is_withdrawn
from tests.simulator.device import Device, Edit
from tests.simulator.evenings import look
from tests.simulator.files import check_files
from tests.simulator.holding import plain
from tests.simulator.membership import Register, confirm_all
from tests.simulator.story import Story

ROUNDS = 12
"""Rounds of syncing by everybody within which all must be still."""
QUIET_ROUNDS = 3
"""In succession and longer apart than anybody is patient: who was given a key that did not arrive asks for it in the second."""


class Broken(AssertionError):
    """A promise was broken; the text says which."""


def heal(story: Story) -> None:
    """The line is good again, nobody dies, and everybody syncs until nothing moves."""
    network = story.network
    if network.other is not None:
        story.forgotten()
    network.clear()
    for device in story.devices:
        device.dies_in = 0
        if network.damaged or story.edition > 1:
            device.reopen()  # what is done once while a program runs is done again
    quiet = 0
    for _ in range(ROUNDS):
        story.time.now_ms += PATIENCE_MS + 60_000
        troubles = _round(story)
        quiet = quiet + 1 if troubles == [] else 0
        if quiet == QUIET_ROUNDS:
            return
    raise Broken(f"not still after {ROUNDS} rounds: {troubles}")


def check(story: Story) -> None:
    """Raises Broken unless every promise holds."""
    for space32, founder in story.register.founders.items():
        _circle(story, space32, founder)
    for device in story.devices:
        _verified(device)
    story.trace.note(*(state_hash(d.ws) for d in story.devices))


def _round(story: Story) -> list[str]:
    troubles = []
    for device in story.devices:
        for circle in spaces.spaces(device.ws):
            if not lives(circle) or (circle.state == WAITING and story.edition < 3):
                continue
            report = device.engine.sync(circle.no)
            story.trace.note("heal", device.name, report.pushed, report.pulled)
            founder = story.register.founders[circle.space32]
            if _out_of_use(story, device, circle, _membership(founder, circle.space32)):
                continue  # nobody answers this computer any more
            left = spaces.space(device.ws, circle.no).state == "left"
            if report.pushed or report.pulled or report.refilled or report.more or left:
                troubles.append(f"{device.name} sent {report.pushed} and got {report.pulled}")
            if founder is device and confirm_all(device, circle.no):
                troubles.append("somebody was let in")
            if _active(founder, circle) and (report.problem or report.waiting):
                troubles.append(f"{device.name}: {report.problem.code if report.problem else 'waiting'}")
    return troubles


def _out_of_use(story: Story, device: Device, circle: spaces.Space, membership: Membership) -> bool:
    """Whether a computer was withdrawn, and counts as that, be it in its own eyes alone.

    Of two computers that took one file, one can hear of the other by hand, and no server takes what it heard.
    """
    if not is_withdrawn(story, device, circle):
        return False
    here = membership.is_active(circle.dev16)
    return not (here and (circle.state == WAITING or membership_of(device.ws, circle.no).is_active(circle.dev16)))


def _removed_here(device: Device, circle: spaces.Space) -> bool:
    """Whether a computer's own copy of the log says that its person is out."""
    mine = membership_of(device.ws, circle.no).members.get(circle.member16)
    return circle.state == "left" and mine is not None and mine.role is None


def _let_in(membership: Membership, member: bytes) -> bool:
    """Whether a member's join counted by itself, without anybody confirming it later."""
    return any(
        isinstance(c.op, Genesis) or c.id in membership.effective
        for c in membership.log.changes
        if isinstance(c.op, Genesis | Join) and c.op.member == member
    )


def _active(founder: Device, circle: spaces.Space) -> bool:
    member = _membership(founder, circle.space32).members.get(circle.member16)
    return member is not None and member.role is not None


def _circle(story: Story, space32: bytes, founder: Device) -> None:
    membership = _membership(founder, space32)
    gone = {m.id for m in membership.members.values() if m.role is None}
    there: list[tuple[Device, spaces.Space]] = []
    must: set[Edit] = set()
    may: set[Edit] = set()
    unasked = {
        d.name for d in story.devices for c in spaces.spaces(d.ws)
        if c.space32 == space32 and _out_of_use(story, d, c, membership)
    }  # fmt: skip
    for device in story.devices:
        circle = spaces.space_by_id(device.ws, space32)
        for (space, _member), edits in (*device.edits.items(), *device.unsure.items()):
            may |= edits if space == space32 else set()
        for key in (k for k, d in story.register.past.items() if d is device and k[0] == space32):
            if circle is not None and circle.member16 == key[1]:
                continue  # put back to before they left and came back: it is judged as the copy that it is
            struck = key in story.register.removed or key in story.register.lost | story.register.fallen
            if not struck and not any(membership.member_of.get(d) == key[1] for _, d in story.register.withdrawn):
                must |= _owed(story, device, key, unasked) if _let_in(membership, key[1]) else set()
        if circle is None or circle.state in spaces.UNFINISHED:
            continue
        key = (space32, circle.member16)
        active = _active(founder, circle)
        if key in story.register.lost:
            continue
        if _out_of_use(story, device, circle, membership):
            continue  # what it had not sent stays with it
        if active and key in story.register.removed and _removed_here(device, circle):
            continue  # it heard by hand of a removal that counts for nobody any more, and whoever is out asks no more
        _expect(not active or circle.state != WAITING, f"{device.name} was let in and still waits")
        if active and key not in story.register.left:
            there.append((device, circle))
        elif key not in story.register.removed and key not in story.register.left:
            _expect(circle.member16 not in membership.member_of.values(), f"{device.name} lost their place")
        if active and key in story.register.left and not _let_in(membership, circle.member16):
            continue  # left while waiting for a decision: what they wrote before it stays with them
        itself = space32 in device.leaving  # a copy of somebody who left has nobody to give its edits to
        if key in story.register.fallen:
            continue
        # A server that was wiped takes no join by an invitation that ended, unless somebody it knows has seen it.
        gone_well = itself and key in story.register.left and key not in story.register.removed
        if active or (gone_well and _let_in(membership, circle.member16)):
            must |= _owed(story, device, key, unasked)
    _expect(gone <= {m for s, m in (story.register.left | set(story.register.removed)) if s == space32}, "who is gone")
    if any(space == space32 and not _let_in(membership, m) for space, m in story.register.lost):
        return  # who waited for a decision, left, and was forgotten by the server cannot give anybody their edits again
    may |= story.register.forged.get(space32, set())
    keys = _keys(there)
    in_vain = _written_in_vain(founder, space32, membership, story.register)
    excused = {plain(e) for edits in (story.register.overruled, *in_vain.values()) for e in edits}
    _same(there, {e for e in must if plain(e) not in excused}, may)
    # a lie that an organizer took in is one again when that organizer's word does not count any more
    unsent = _unsent(story, space32, unasked) | story.register.forged_ids
    for device, circle in there:
        _clean(story, device, circle, membership, keys, in_vain.keys())
        held = {s.id for s in journal.stored(device.ws, circle.no)} | story.register.rejected
        for (space, member), seen in story.register.removed.items():
            if space == space32 and member in gone and seen:
                left = {id for id in frozenset.intersection(*seen) if _was_seen(story.register, membership, id)}
                _expect(left <= held, "what the remover had seen stays")
        for (space, dev), seen in story.register.withdrawn.items():
            if seen and space == space32 and membership.member_of.get(dev, b"") in membership.members.keys() - gone:
                _expect(frozenset.intersection(*seen) - unsent <= held, "what was seen of a withdrawn computer stays")
    _expect(*_whole_files(story, there))
    if story.edition > 4:
        _same_papers(there)


def _unsent(story: Story, space32: bytes, unasked: Collection[str]) -> set[bytes]:
    """What lies with computers alone that were withdrawn before they had sent it."""
    has = {name: set[bytes]() for name in unasked} | {"": set[bytes]()}
    for device in story.devices:
        for circle in (c for c in spaces.spaces(device.ws) if c.space32 == space32):
            here = has[device.name if device.name in unasked else ""]
            here |= {s.id for s in (*journal.stored(device.ws, circle.no), *inbox.held(device.ws, circle.no))}
    apart = set[bytes]().union(*(ids for name, ids in has.items() if name)) - has[""]
    return {id for id in apart if not story.network.server.copies(id)}


def _owed(story: Story, device: Device, key: tuple[bytes, bytes], unasked: set[str]) -> set[Edit]:
    """What was saved on a computer, but for what its disk lost and only computers had that nobody can ask in the end, and
    what it wrote under a key that was withdrawn: of that, what was seen stays, which is looked for by itself."""
    gone = {edit for edit, holders in story.register.only_with.get((device.name, *key), ()) if holders <= unasked}
    withdrawn = {dev[:8] for space, dev in story.register.withdrawn if space == key[0]}
    return {e for e in device.edits.get(key, set()) - gone if e[3].stamp[8:] not in withdrawn}


def _was_seen(register: Register, membership: Membership, id: bytes) -> bool:
    """Whether who withdrew the computer that wrote something had seen it; and nobody withdrew one that vouched for that."""
    dev = register.authors[id]
    seen = register.withdrawn.get((membership.space, dev), ())
    return dev in membership.member_of and all(id in some for some in seen)


def _whole_files(story: Story, there: list[tuple[Device, spaces.Space]]) -> tuple[bool, str]:
    wrong = check_files(story, there) if story.edition > 2 else ""
    return not wrong, wrong


def _same(there: list[tuple[Device, spaces.Space]], must: set[Edit], may: set[Edit]) -> None:
    first = None
    for device, circle in there:
        winners, losers = holding.winners(device.ws, circle.no), holding.losers(device.ws, circle.no)
        counted = Counter([*winners, *losers])
        _expect(max(counted.values(), default=1) == 1, f"{device.name} has an edit twice")
        present = set(counted)
        lacking = {e for e in must - present if plain(e) not in {plain(p) for p in present}}
        _expect(lacking == set(), f"{device.name} lacks {_shown(lacking)}")
        strange = {e for e in present - may if plain(e) not in {plain(m) for m in may}}
        _expect(strange == set(), f"{device.name} has what nobody wrote: {_shown(strange)}")
        _expect(set(winners) == _merged(present), f"{device.name} shows other winners than the rule says")
        told = next(c for c in dump(device.ws)["circles"] if c["id"] == circle.space32.hex())
        view = (sorted(winners, key=repr), sorted(losers, key=repr), json.dumps(told, sort_keys=True))
        first = first or (device.name, view)
        _expect(view == first[1], f"{device.name} and {first[0]} differ")
    hashes = {state_hash(device.ws) for device, _ in there if len(spaces.spaces(device.ws)) == 1}
    _expect(len(hashes) <= 1, "state hashes differ")


def _same_papers(there: list[tuple[Device, spaces.Space]]) -> None:
    """Every screen of some meetings can be read on every computer, and their papers are the same everywhere.

    Where clocks tell another day another agenda is the next one, and names what is still open: they are set right for it.
    """
    said: dict[bytes, tuple[str, list[bytes]]] = {}
    for device, circle in there:
        device.clock.error_ms = 0
        rows = device.ws.rows(
            "SELECT id FROM meetings WHERE space = ? AND deleted IS NOT 1 ORDER BY id LIMIT 3", (circle.no,)
        )
        for (row,) in rows:
            told = look(device.ws, Ref(circle.no, row))
            name, first = said.setdefault(row, (device.name, told))
            _expect(told == first, f"{device.name} and {name} have other papers")


def _keys(there: list[tuple[Device, spaces.Space]]) -> set[bytes]:
    """The epochs whose keys anybody still has."""
    return {epoch for device, circle in there for epoch in spaces.epoch_keys(device.ws, circle.no)}


def _lost_with_their_key(waiting: Sequence[inbox.Held], keys: set[bytes]) -> set[bytes]:
    """What nobody can ever open, as the key went with a disk, and what comes after it in its history."""
    lost: set[bytes] = set()
    for held in waiting:  # in the order of their numbers
        changeset = codec.parse(held.data)
        if (held.why == "no_key" and changeset.epoch not in keys) or (held.why == "gap" and changeset.prev in lost):
            lost.add(held.id)
    return lost


def _written_in_vain(
    founder: Device, space32: bytes, membership: Membership, register: Register
) -> dict[bytes, set[Edit]]:
    """What is aside of those who took themselves for organizers: whoever promoted them may no longer have had the right.

    The edits by changeset. What anybody may write stays a promise, and so does what is neither taken in nor aside.
    """
    circle = spaces.space_by_id(founder.ws, space32)
    assert circle is not None
    in_vain = {
        c.op.member for c in membership.log.changes
        if isinstance(c.op, Promote) and c.id not in membership.effective | register.forged_ids
    }  # fmt: skip
    in_vain -= {m.id for m in membership.members.values() if m.role is Role.ORGANIZER}
    return {
        a.id: {(o.table, o.row, o.column, cell_op(o, a.dev)) for o in a.ops or ()}
        for a in put_aside(founder.ws, founder.vault, circle.no)
        if a.why == "not_allowed" and a.member16 in in_vain
    }


def _clean(
    story: Story, device: Device, circle: spaces.Space, membership: Membership, keys: set[bytes],
    in_vain: Collection[bytes],
) -> None:  # fmt: skip
    register = story.register
    forged = register.forged_ids
    _expect(journal.waiting(device.ws, circle.no) == 0, f"{device.name} still has something to send")
    waiting = inbox.held(device.ws, circle.no)
    lost = _lost_with_their_key(waiting, keys)
    held = [(h.why, h.dev.hex()[:8]) for h in waiting if h.id not in forged and h.id not in lost]
    _expect(held == [], f"{device.name} still waits for something: {held}")
    _expect(doubt(device.ws, circle.no) is None, f"{device.name} still gives no numbers")
    lawful = {
        d for d, m in membership.member_of.items()
        if membership.members[m].role is not None and (circle.space32, m) not in register.fallen
        and (circle.space32, d) not in register.withdrawn
    }  # fmt: skip
    decided = register.rejected | set(in_vain)
    wrong = [
        q.why for q in inbox.quarantined(device.ws, circle.no)
        if q.id not in decided and ((q.dev in lawful and q.id not in forged) or q.why not in _UNLAWFUL)
        and not (q.why == "sealed" and _nowhere_whole(story, q))
    ]  # fmt: skip
    _expect(wrong == [], f"{device.name} set aside what was lawful: {wrong}")


def _nowhere_whole(story: Story, spoiled: inbox.Held) -> bool:
    """Whether a copy that the way has damaged is all that is left: its author's disk went, and the server forgot."""
    held = {
        s.id for d in story.devices for c in spaces.spaces(d.ws)
        for s in (*journal.stored(d.ws, c.no), *inbox.held(d.ws, c.no))
    }  # fmt: skip
    return spoiled.id not in held and story.network.server.copies(spoiled.id) <= {spoiled.data}


_UNLAWFUL = frozenset({"not_member", "not_allowed"})


def _verified(device: Device) -> None:
    open_changeset = opener(device.ws, device.vault)
    report = verify(device.ws, open_changeset)
    _expect(report.ok, f"{device.name}: {report.problems}")
    rebuild(device.ws, open_changeset)
    _expect(state_hash(device.ws) == report.state, f"{device.name} is another after rebuilding")


def _merged(edits: set[Edit]) -> set[Edit]:
    cells: dict[tuple[int, bytes, int], list[CellOp]] = {}
    for table, row, column, op in edits:
        if is_text(table, column):
            continue  # every edit of a text counts; rebuilding says what they make
        cells.setdefault((table, row, column), []).append(op)
    return {(*cell, merge_cell(ops).winner) for cell, ops in cells.items()}


def _membership(founder: Device, space32: bytes) -> Membership:
    circle = spaces.space_by_id(founder.ws, space32)
    assert circle is not None
    return _replayed(tuple(s.data for s in journal.stored(founder.ws, circle.no, kind=codec.MEMBERSHIP)))


@lru_cache(4)
def _replayed(log: tuple[bytes, ...]) -> Membership:
    return replayed(log)


def _shown(edits: set[Edit]) -> str:
    some = sorted(edits, key=repr)[:3]
    return f"{len(edits)} edits, as {[(t, r.hex()[:6], c, op.value, op.stamp[8:].hex()[:8]) for t, r, c, op in some]}"


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise Broken(what)
