"""A device with two histories: all agree on what counts, whichever history and whichever removal came first."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from circle_app.domain.ops import SetOp
from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.db import Workspace
from circle_app.workspace.forks import forks
from circle_app.workspace.verify import state_hash, verify
from sync import codec
from sync.client.admit import Incoming, membership_of, replayed, take_in
from sync.client.refill import in_causal_order
from sync.client.rejudge import rejudge
from sync.keys import EpochKey
from sync.membership import ops
from sync.membership.heads import heads_for
from tests.support.membership import LEAVE, circle_with, promote, remove
from tests.support.workspaces import new_workspace
from tests.vectors.world import HLC, ROW, Circle, Device, Seeded


@dataclass(frozen=True)
class Reader:
    """Somebody's computer that is fed changesets by hand."""

    ws: Workspace
    no: int
    epochs: dict[bytes, EpochKey]

    def take(self, changesets: Sequence[bytes]) -> None:
        membership = membership_of(self.ws, self.no)
        membership = take_in(
            self.ws, self.no, [Incoming(d) for d in changesets], membership=membership, epochs=self.epochs
        ).membership
        rejudge(self.ws, self.no, own=(), membership=membership, epochs=self.epochs)

    def merged(self, dev: bytes) -> set[bytes]:
        return {s.id for s in journal.stored(self.ws, self.no, dev=dev)}

    def aside(self) -> dict[bytes, str]:
        return {q.id: q.why for q in inbox.quarantined(self.ws, self.no)}


def reader(folder: Path, circle: Circle) -> Reader:
    """A workspace that knows the circle and who is in it, and nothing that was written."""
    ws = new_workspace(folder)
    no = spaces.add_space(ws, space32=circle.space, dev16=bytes(16), member16=bytes(16))
    spaces.add_epoch_key(ws, no, circle.epoch.id, circle.epoch.secret)
    log = [circle.genesis, *circle.admitted]
    epochs = {circle.epoch.id: circle.epoch}
    take_in(ws, no, [Incoming(d) for d in log], membership=circle.membership, epochs=epochs)
    _keep_log(ws, no, log)
    return Reader(ws, no, epochs)


def _keep_log(ws: Workspace, no: int, log: Sequence[bytes]) -> None:
    kept = {s.id for s in journal.stored(ws, no, kind=codec.MEMBERSHIP)}
    assert kept == {codec.parse(d).id for d in log}


def twin_of(person: Device, seed: str) -> Device:
    """The same key with the same history, going on elsewhere."""
    return replace(person, random=Seeded(seed))


def wrote(circle: Circle, person: Device, words: str, n: int) -> bytes:
    return person.write(circle.epoch, circle.log.heads, [SetOp(4, ROW, 1, words, HLC + n, None)])


def ids(changesets: Sequence[bytes]) -> set[bytes]:
    return {codec.parse(d).id for d in changesets}


@pytest.fixture
def two_histories() -> tuple[Circle, Device, list[bytes], list[bytes]]:
    """Ben's first history and another one with the same numbers."""
    circle, people = circle_with("ben")
    ben = people["ben"]
    twin = twin_of(ben, "twin")
    first = [wrote(circle, ben, f"first {n}", n) for n in range(3)]
    second = [wrote(circle, twin, f"second {n}", n) for n in range(3)]
    return circle, ben, first, second


def test_both_histories_count_and_any_order_gives_one_state(two_histories, tmp_path: Path) -> None:
    circle, ben, first, second = two_histories
    states = set()
    for n, order in enumerate(random.Random(1).sample(list(itertools.permutations(first + second)), 40)):
        who = reader(tmp_path / str(n), circle)
        for data in order:
            who.take([data])
        assert ids(first + second) < who.merged(ben.keys.dev) and who.aside() == {}
        assert [f.seq for f in forks(who.ws, who.no)] == [codec.parse(first[0]).seq]
        states.add(state_hash(who.ws))
        who.ws.close()
    assert len(states) == 1


def test_a_second_history_whose_beginning_waits_for_a_key_breaks_no_chain(tmp_path: Path) -> None:
    circle, people = circle_with("ben")
    ben = people["ben"]
    rotation, _ = circle.rotation(circle.ana, ben, secret=b"N" * 32)
    rekey = ops.Rekey(ops.REKEY, 1, rotation.epoch, rotation.parents, rotation.recipients, rotation.wraps)
    circle.admit(circle.member_op(circle.ana, rekey))
    twin, newer = twin_of(ben, "twin"), EpochKey.of(space=circle.space, secret=b"N" * 32)
    first = [wrote(circle, ben, f"first {n}", n) for n in range(3)]
    sealed = twin.write(newer, circle.log.heads, [SetOp(4, ROW, 1, "under a key that is not here", HLC, None)])
    change = circle.member_op(twin, ops.NeedKey(ops.NEED_KEY, 0, newer.id))
    who = reader(tmp_path, circle)
    who.take([*first, sealed, change])
    assert ids([*first, change]) < who.merged(ben.keys.dev)
    assert {held.id for held in inbox.held(who.ws, who.no)} == ids([sealed])
    assert verify(who.ws).problems == ()
    inbox.release(who.ws, who.no, ids([sealed]))  # as if cut off before it came: members' changes are read first
    assert verify(who.ws).problems == ()
    with who.ws.writing() as db:
        db.execute("DELETE FROM changesets WHERE id = ?", (codec.parse(first[0]).id,))
    assert verify(who.ws).problems == (f"chain of {ben.keys.dev.hex()[:8]} breaks at {codec.parse(first[1]).seq}",)
    who.ws.close()


def test_a_removed_member_gains_nothing_by_a_second_history(two_histories, tmp_path: Path) -> None:
    """The remover had seen the first history; the other one has lower numbers and is put aside all the same."""
    circle, ben, first, second = two_histories
    removal = circle.member_op(circle.ana, remove(replace(ben, seq=ben.seq, prev=ben.prev)))
    everything = [*first, *second, removal]
    states = set()
    for n, order in enumerate(random.Random(2).sample(list(itertools.permutations(everything)), 60)):
        who = reader(tmp_path / str(n), circle)
        for data in order:
            who.take([data])
        assert who.merged(ben.keys.dev) & ids(first + second) == ids(first)
        assert who.aside() == dict.fromkeys(ids(second), "not_member")
        states.add(state_hash(who.ws))
        who.ws.close()
    assert len(states) == 1


def test_a_history_that_leaves_the_seen_one_later_keeps_what_is_common(tmp_path: Path) -> None:
    circle, people = circle_with("ben")
    ben = people["ben"]
    common = wrote(circle, ben, "common", 0)
    twin = twin_of(ben, "twin")
    seen = wrote(circle, ben, "seen", 1)
    unseen = wrote(circle, twin, "unseen", 1)
    removal = circle.member_op(circle.ana, remove(ben))
    for n, order in enumerate(itertools.permutations([common, seen, unseen, removal])):
        who = reader(tmp_path / str(n), circle)
        for data in order:
            who.take([data])
        assert who.merged(ben.keys.dev) & ids([common, seen, unseen]) == ids([common, seen])
        who.ws.close()


def test_a_copy_keeps_what_it_wrote_beside_a_leave_and_nobody_what_follows_it(tmp_path: Path) -> None:
    """The copy's numbers are beyond that of the leave, and it had not heard of it."""
    circle, people = circle_with("ben")
    ben, known = people["ben"], circle.log.heads
    twin = twin_of(ben, "twin")
    own = wrote(circle, ben, "own", 0)
    leave = circle.member_op(ben, LEAVE)
    late = [ben.write(circle.epoch, known, [SetOp(4, ROW, 1, f"late {n}", HLC + 9 + n, None)]) for n in range(2)]
    copied = [wrote(circle, twin, f"copied {n}", 1 + n) for n in range(4)]
    states = set()
    for n, order in enumerate(random.Random(3).sample(list(itertools.permutations([own, leave, *late, *copied])), 60)):
        who = reader(tmp_path / str(n), circle)
        for data in order:
            who.take([data])
        assert who.merged(ben.keys.dev) & ids([own, *late, *copied]) == ids([own, *copied])
        assert who.aside() == dict.fromkeys(ids(late), "not_member")
        states.add(state_hash(who.ws))
        who.ws.close()
    assert len(states) == 1
    who = reader(tmp_path / "at once", circle)
    who.take([own, leave, *copied, *late])
    assert state_hash(who.ws) in states and who.aside().keys() == ids(late)
    who.ws.close()


def test_a_changeset_may_follow_only_its_own_device_and_the_number_before(two_histories, tmp_path: Path) -> None:
    circle, ben, first, _ = two_histories
    liar = replace(ben, seq=ben.seq + 4, random=Seeded("liar"))
    skipped = wrote(circle, liar, "skipped", 9)
    who = reader(tmp_path / "w", circle)
    who.take([*first, skipped])
    assert who.aside() == {codec.parse(skipped).id: "fork"}
    assert forks(who.ws, who.no) == ()
    who.ws.close()


def test_a_change_without_effect_is_not_named_as_seen(tmp_path: Path) -> None:
    """Servers refuse it; whoever named it, having got it by hand, could send nothing any more."""
    circle, people = circle_with("ben", "cem")
    honest = circle.log.heads
    lie = circle.admit(circle.member_op(people["ben"], promote(people["cem"])))
    membership = circle.membership
    assert lie in membership.heads and lie not in membership.effective
    assert heads_for(membership, people["cem"].keys.dev) == honest


def test_a_log_is_read_again_although_a_change_names_old_heads_only(tmp_path: Path) -> None:
    circle, people = circle_with("ben")
    genesis = codec.parse(circle.genesis).id
    circle.admit(circle.member_op(people["ben"], promote(people["ben"]), mheads=[genesis]))
    log = [circle.genesis, *circle.admitted]
    for order in itertools.permutations(log):
        assert set(replayed(order).log.by_id) == set(circle.log.by_id)


def test_what_was_written_beside_a_removal_goes_to_a_server_before_it(tmp_path: Path) -> None:
    circle, people = circle_with("ben")
    ben = people["ben"]
    removal = circle.member_op(circle.ana, remove(ben))
    beside = ben.write(circle.epoch, circle.log.heads)
    circle.admit(removal)
    everything = [codec.parse(d) for d in (circle.genesis, *circle.admitted, beside)]
    ordered = [c.id for c in in_causal_order(everything)]
    assert ordered.index(codec.parse(beside).id) < ordered.index(codec.parse(removal).id)
    assert len(ordered) == len(everything)
