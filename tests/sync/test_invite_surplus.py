"""Whoever holds a link cannot push out those who came in by it before, by dating joins back."""

from __future__ import annotations

from pathlib import Path

from sync import codec
from sync.client.admit import membership_of
from sync.client.owed import PATIENCE_MS
from sync.membership.may import check_push
from sync.membership.ops import Role
from tests.support.machines import machine
from tests.support.membership import SECRET, circle_with, roles
from tests.support.server import RunningServer
from tests.sync.test_owed_keys import Ahead
from tests.vectors.world import Circle, device


def crowd(circle: Circle, many: int) -> list[bytes]:
    """The members of so many made-up people who joined right after the invitation, dated back."""
    invite = circle.log.changes[1].id
    made = [device(f"nobody {n}") for n in range(many)]
    for one in made:
        data = circle.member_op(one, circle.join_op(one, SECRET), mheads=(invite,))
        circle.log = check_push(circle.membership, codec.parse(data), now_ms=0, vouched=True)
    return [one.member for one in made]


def test_joins_dated_back_push_nobody_out_whom_an_organizer_has_seen() -> None:
    circle, people = circle_with("ben", "carl", "dora", uses=3)
    circle.admit(circle.member_op(circle.ana, circle.invite(b"x" * 32)))
    crowd(circle, 8)
    found = roles(circle.membership)
    assert [found.get(people[name].member) for name in ("ben", "carl", "dora")] == [Role.PARTICIPANT] * 3


def test_an_organizers_device_sees_to_it_that_nobody_is_pushed_out(tmp_path: Path) -> None:
    clock = Ahead()
    server = RunningServer(tmp_path / "server", now_ms=clock.now_ms)
    with machine(tmp_path / "ana", "Ana") as ana, machine(tmp_path / "ben", "Ben") as ben:
        ana.ws.clock = ben.ws.clock = clock
        ana.found(server=server.url)
        ben.join(ana.invite(1, uses=1))
        for _ in range(3):
            ana.sync(1)
        assert membership_of(ana.ws, 1).unseen, "others may be coming through the same door"
        clock.by_ms += PATIENCE_MS
        before = len(membership_of(ana.ws, 1).log.changes)
        for _ in range(3):
            assert ana.sync(1).problem is None
        found = membership_of(ana.ws, 1)
        assert (found.unseen, len(found.log.changes)) == (frozenset(), before + 1)
        assert ben.sync(1).problem is None
        assert membership_of(ben.ws, 1).effective == found.effective
    server.stop()
