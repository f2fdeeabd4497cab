"""Nobody stays locked out because an envelope got lost: who lacks a key says so, and any member who has it hands it over."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from circle_app.workspace import spaces
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.tasks import tasks
from sync import wire
from sync.client import by_hand, circle_members, owed
from sync.client.access import access
from sync.client.admit import membership_of
from sync.client.epochs import granted_name, keep_envelopes, rotate
from sync.client.leaving import leave
from sync.client.owed import PATIENCE_MS
from sync.membership.epochs import best, envelope_hash, lacking, must_rotate, needs
from sync.membership.ops import GRANT_KEY, NEED_KEY, GrantKey, NeedKey, Rekey
from tests.support.machines import Machine, machine
from tests.support.membership import circle_with
from tests.support.server import RunningServer


@dataclass
class Ahead:
    """The real clock, and so much later."""

    by_ms: int = 0

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000 + self.by_ms


@dataclass
class Hall:
    """Ana founded; Ben, Carl and Dora joined. All their clocks move together."""

    server: RunningServer
    people: dict[str, Machine]
    clock: Ahead

    def __getitem__(self, name: str) -> Machine:
        return self.people[name]

    def sync(self, *names: str) -> None:
        for name in (*names, *names):
            report = self.people[name].sync(1)
            assert report.problem is None, (name, report.problem)

    def ops(self, kind: type) -> int:
        return sum(isinstance(c.op, kind) for c in membership_of(self["dora"].ws, 1).log.changes)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    clock = Ahead()
    server = RunningServer(tmp_path / "server", now_ms=clock.now_ms)
    with ExitStack() as stack:
        people = {n: stack.enter_context(machine(tmp_path / n, n.title())) for n in ("ana", "ben", "carl", "dora")}
        for person in people.values():
            person.ws.clock = clock
        people["ana"].found(server=server.url)
        link = people["ana"].invite(1)
        for name in ("ben", "carl", "dora"):
            people[name].join(link)
        hall = Hall(server, people, clock)
        hall.sync(*people)
        yield hall
    server.stop()


def remove_and_lose_the_envelopes(hall: Hall) -> None:
    """Ben is removed; Dora got the new key in time, then the server is lost, and whoever made the key does not come back."""
    circle_members.remove(hall["ana"].ws, hall["ana"].vault, 1, spaces.space(hall["ben"].ws, 1).member16)
    add_task(hall["ana"].ws, 1, title="Under the new key")
    hall.sync("ana", "dora")
    hall.server.wipe()
    hall.sync("dora")


def titles(person: Machine) -> set[str]:
    return {task.title for task in tasks(person.ws, space=1)}


def test_who_lacks_a_key_asks_after_a_while_and_another_member_hands_it_over(hall: Hall) -> None:
    remove_and_lose_the_envelopes(hall)
    hall.sync("carl")
    assert titles(hall["carl"]) == set()
    assert hall.ops(NeedKey) == 0, "the envelope may be on its way"
    hall.clock.by_ms += PATIENCE_MS
    hall.sync("carl", "dora")
    assert (hall.ops(NeedKey), hall.ops(GrantKey)) == (1, 0), "an organizer may be near"
    hall.clock.by_ms += PATIENCE_MS
    hall.sync("dora", "carl")
    assert hall.ops(GrantKey) == 1
    assert titles(hall["carl"]) == {"Under the new key"}
    top = best(membership_of(hall["carl"].ws, 1))
    assert access(hall["carl"].ws, hall["carl"].vault, 1).current.id == top.id
    assert lacking(membership_of(hall["dora"].ws, 1), top.id) == frozenset()
    hall.clock.by_ms += 2 * PATIENCE_MS
    hall.sync("carl", "dora")
    assert (hall.ops(NeedKey), hall.ops(GrantKey)) == (1, 1), "once is enough"


def test_an_organizer_answers_at_once(hall: Hall) -> None:
    ana = hall["ana"]
    circle_members.promote(ana.ws, ana.vault, 1, spaces.space(hall["dora"].ws, 1).member16)
    hall.sync("ana", "dora")
    remove_and_lose_the_envelopes(hall)
    hall.sync("carl")
    hall.clock.by_ms += PATIENCE_MS
    hall.sync("carl", "dora", "carl")
    assert titles(hall["carl"]) == {"Under the new key"}


def test_a_need_is_over_only_by_a_grant_that_knows_of_it(hall: Hall) -> None:
    remove_and_lose_the_envelopes(hall)
    hall.sync("carl")
    hall.clock.by_ms += PATIENCE_MS
    hall.sync("carl", "dora")
    membership = membership_of(hall["dora"].ws, 1)
    carl = spaces.space(hall["carl"].ws, 1).dev16
    assert {dev for dev, _ in needs(membership, best(membership).id)} == {carl}


def test_who_hands_out_nothing_first_keeps_nobody_from_the_key(hall: Hall, tmp_path: Path) -> None:
    """Dora, a participant, answers before everybody else, as often as a server takes it, with what opens nothing."""
    ana, dora = hall["ana"], hall["dora"]
    link = ana.invite(1)
    leave(hall["ben"].ws, hall["ben"].vault, 1, engine=hall["ben"].engine)
    hall.sync("ana", "dora")
    add_task(ana.ws, 1, title="Under the new key")
    hall.sync("ana")
    with machine(tmp_path / "eva", "Eva") as eva:
        eva.ws.clock = hall.clock
        eva.join(link)
        device = spaces.space(eva.ws, 1).dev16
        for _ in range(wire.MAX_OWN_ENVELOPES + 1):
            hand_out_nothing(dora, device)
        hall.clock.by_ms += PATIENCE_MS
        for _ in range(2):
            assert eva.sync(1).problem is None
            hand_out_nothing(dora, device)
            hall.clock.by_ms += PATIENCE_MS
        assert titles(eva) == set()
        hall.sync("ana")
        assert eva.sync(1).problem is None
        assert titles(eva) == {"Under the new key"}
        hall.sync("dora")
        grants = hall.ops(GrantKey)
        hall.clock.by_ms += PATIENCE_MS
        hall.sync("ana", "dora")
        assert hall.ops(GrantKey) == grants, "once is enough"


def test_who_asks_without_end_is_answered_a_few_times() -> None:
    """Else one member could let organizers fill the list of membership changes, by asking."""
    circle, people = circle_with("ben")
    top, dev = best(circle.membership).id, people["ben"].keys.dev
    answers = 0
    for number in range(20):
        circle.admit(circle.member_op(people["ben"], NeedKey(NEED_KEY, 0, top)))
        if dev in lacking(circle.membership, top, of_organizers=True):
            circle.admit(circle.member_op(circle.ana, GrantKey(GRANT_KEY, 0, top, dev, bytes([number]) * 32)))
            answers += 1
    assert answers == wire.MAX_OWN_ENVELOPES


def test_who_is_handed_nothing_again_and_again_asks_a_few_times(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dora answers Carl's every request with nothing; no organizer is near."""
    carl, dora = hall["carl"], hall["dora"]
    monkeypatch.setattr(owed, "lacking", lambda *_given, **_named: frozenset())
    remove_and_lose_the_envelopes(hall)
    hall.sync("carl")
    asked = []
    for _ in range(12):
        hall.clock.by_ms += PATIENCE_MS
        for _ in range(2):
            hall.sync("carl", "dora")
        hand_out_nothing(dora, spaces.space(carl.ws, 1).dev16)
        hall.sync("carl")
        hall.sync("dora")
        asked.append(hall.ops(NeedKey))
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(asked)), "not at every sync"
    assert 1 < asked[-1] <= wire.MAX_OWN_ENVELOPES


def hand_out_nothing(by: Machine, dev: bytes) -> None:
    """Grant a device the newest key, in an envelope that nobody can open."""
    assert by.sync(1).problem is None
    held, membership = access(by.ws, by.vault, 1), membership_of(by.ws, 1)
    top = best(membership).id
    nothing = wire.Envelope(top, dev, os.urandom(wire.ENVELOPE_BYTES))
    keep_envelopes(by.ws, 1, granted_name(top, dev), [nothing])
    circle_members.write(by.ws, held, membership, GrantKey(GRANT_KEY, 0, top, dev, envelope_hash(nothing.data)))
    assert by.sync(1).problem is None


def test_a_key_that_nobody_has_any_more_is_followed_by_another(hall: Hall) -> None:
    """Ana removed Ben and gave Dora that by hand; the new key and its envelopes went with Ana's computer."""
    ana, carl, dora = hall["ana"], hall["carl"], hall["dora"]
    circle_members.promote(ana.ws, ana.vault, 1, spaces.space(dora.ws, 1).member16)
    hall.sync("ana", "dora", "carl")
    circle_members.remove(ana.ws, ana.vault, 1, spaces.space(hall["ben"].ws, 1).member16)
    by_hand.receive(dora.ws, dora.vault, 1, by_hand.give(ana.ws, ana.vault, 1))
    hall.sync("dora", "carl")
    membership = membership_of(dora.ws, 1)
    lost = best(membership).id
    assert lost not in access(dora.ws, dora.vault, 1).epochs
    assert must_rotate(membership, access(dora.ws, dora.vault, 1).epochs), "Ben has the one to seal under"
    hall.clock.by_ms += PATIENCE_MS
    hall.sync("dora", "carl")
    assert best(membership_of(dora.ws, 1)).id == lost, "somebody may answer yet"
    hall.clock.by_ms += PATIENCE_MS
    hall.sync("dora", "carl")
    keys = [access(person.ws, person.vault, 1) for person in (dora, carl)]
    assert keys[0].current.id == keys[1].current.id
    assert not must_rotate(membership_of(carl.ws, 1), keys[1].epochs)
    add_task(dora.ws, 1, title="Behind Ben's back")
    hall.sync("dora", "carl")
    assert titles(carl) == {"Behind Ben's back"}
    rekeys = hall.ops(Rekey)
    hall.clock.by_ms += 3 * PATIENCE_MS
    hall.sync("dora", "carl")
    assert dora.invite(1)
    assert hall.ops(Rekey) == rekeys, "once is enough"


@pytest.mark.parametrize("known", [False, True])
def test_the_key_that_is_left_is_handed_over_when_nobody_has_the_one_that_follows(
    hall: Hall, tmp_path: Path, known: bool
) -> None:
    """The newest key went with Ana's computer; Dora works on under the one before, which Eva was never given.

    `known`: whether Ana had made an envelope of the newest for Eva, too.
    """
    ana, dora = hall["ana"], hall["dora"]
    link = ana.invite(1)
    leave(hall["ben"].ws, hall["ben"].vault, 1, engine=hall["ben"].engine)
    hall.sync("ana", "dora")
    with machine(tmp_path / "eva", "Eva") as eva:
        eva.ws.clock = hall.clock
        eva.join(link)
        if known:
            hall.sync("dora")
            by_hand.receive(ana.ws, ana.vault, 1, by_hand.give(dora.ws, dora.vault, 1))
        rotate(ana.ws, ana.vault, access(ana.ws, ana.vault, 1), membership_of(ana.ws, 1))
        by_hand.receive(dora.ws, dora.vault, 1, by_hand.give(ana.ws, ana.vault, 1))
        add_task(dora.ws, 1, title="Under the key that is left")
        hall.people["eva"] = eva
        hall.sync("dora", "eva")
        assert best(membership_of(eva.ws, 1)).id not in access(dora.ws, dora.vault, 1).epochs
        hall.clock.by_ms += PATIENCE_MS
        hall.sync("dora", "eva")
        assert hall.ops(GrantKey) == 0, "somebody may hand over the newest yet"
        for _ in range(3):
            hall.clock.by_ms += PATIENCE_MS
            hall.sync("dora", "eva")
        assert titles(eva) == {"Under the key that is left"}
        grants = hall.ops(GrantKey)
        hall.clock.by_ms += 3 * PATIENCE_MS
        hall.sync("dora", "eva")
        assert hall.ops(GrantKey) == grants == 1, "once is enough"


def test_work_goes_out_while_its_author_waits_for_an_envelope(hall: Hall) -> None:
    remove_and_lose_the_envelopes(hall)
    hall.sync("carl")
    add_task(hall["carl"].ws, 1, title="Meanwhile")
    hall.sync("carl", "dora")
    assert "Meanwhile" in titles(hall["dora"])
