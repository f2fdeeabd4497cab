"""Invitations that an organizer confirms: who comes by one reads nothing until then, and everything afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.errors import RuleBroken, SyncProblem
from circle_app.workspace import journal, spaces
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.tasks import tasks
from sync.client import circle_members
from sync.client.access import invite_signer
from sync.envelopes import invite_keys
from sync.invitation import read_link
from tests.support.by_hand import line
from tests.support.machines import Machine, machine
from tests.support.server import RunningServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "server")
    yield running
    running.stop()


@pytest.fixture
def ana(tmp_path: Path, server: RunningServer) -> Iterator[Machine]:
    with machine(tmp_path / "ana", "Ana") as ana:
        ana.found(server=server.url)
        add_task(ana.ws, 1, title="Written before")
        yield ana


@pytest.fixture
def ben(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path / "ben", "Ben") as ben:
        yield ben


def confirm_everybody(ana: Machine) -> None:
    assert ana.sync().problem is None
    for member in circle_members.circle_members(ana.ws, 1):
        if member.waiting:
            circle_members.confirm(ana.ws, ana.vault, 1, member.member16)
    assert ana.sync().problem is None


def test_who_asks_gets_no_key_and_no_content_until_confirmed(ana: Machine, ben: Machine) -> None:
    no = ben.join(ana.invite(1, confirm=True))
    assert spaces.space(ben.ws, no).state == "waiting"
    assert spaces.epoch_keys(ben.ws, no) == {}
    assert my_circles(ben.ws) == ()
    assert ben.sync(no).problem is None
    assert {s.kind for s in journal.stored(ben.ws, no)} == {1}
    assert ana.sync().problem is None
    assert [m.waiting for m in circle_members.circle_members(ana.ws, 1)] == [False, True]


def test_once_confirmed_they_read_all_and_are_read(ana: Machine, ben: Machine) -> None:
    no = ben.join(ana.invite(1, confirm=True))
    confirm_everybody(ana)
    assert ben.sync(no).problem is None
    assert spaces.space(ben.ws, no).state == "active"
    assert [t.title for t in tasks(ben.ws, space=no)] == ["Written before"]
    add_task(ben.ws, no, title="By Ben")
    assert ben.sync(no).problem is None
    assert ana.sync().problem is None
    assert {t.title for t in tasks(ana.ws, space=1)} == {"Written before", "By Ben"}
    assert {p.name for p in people(ana.ws, 1)} == {"Ana", "Ben"}
    assert ana.state() == ben.state()


def test_the_invitation_may_be_used_up_by_then(ana: Machine, ben: Machine) -> None:
    no = ben.join(ana.invite(1, confirm=True, uses=1))
    confirm_everybody(ana)
    (invitation,) = circle_members.open_invitations(ana.ws, 1) or (None,)
    if invitation is not None:
        circle_members.end_invitation(ana.ws, ana.vault, 1, invitation.id)
    assert ana.sync().problem is None
    assert ben.sync(no).problem is None
    assert spaces.space(ben.ws, no).state == "active"


def test_who_is_not_let_in_is_told(ana: Machine, ben: Machine) -> None:
    no = ben.join(ana.invite(1, confirm=True))
    (invitation,) = circle_members.open_invitations(ana.ws, 1)
    circle_members.end_invitation(ana.ws, ana.vault, 1, invitation.id)
    assert ana.sync().problem is None
    problem = ben.sync(no).problem
    assert problem is not None and problem.code == "invitation_spent"
    assert spaces.space(ben.ws, no).state == "waiting"


def test_asking_goes_on_after_a_restart_and_a_line_that_broke(
    ana: Machine, tmp_path: Path, server: RunningServer
) -> None:
    link = ana.invite(1, confirm=True)
    with machine(tmp_path / "carl", "Carl") as carl:
        no = carl.join(link)
        server.stop()
        problem = carl.sync(no).problem
        assert problem is not None and problem.code == "offline"
        server.start()
    confirm_everybody(ana)
    with machine(tmp_path / "carl", "Carl") as carl:
        assert carl.sync(no).problem is None
        assert [t.title for t in tasks(carl.ws, space=no)] == ["Written before"]


def test_a_link_that_has_to_be_confirmed_fetches_nothing_but_who_is_in(ana: Machine, server: RunningServer) -> None:
    link = read_link(ana.invite(1, confirm=True))
    guest = invite_signer(link.space, invite_keys(secret=link.secret, space=link.space).signing)
    with pytest.raises(SyncProblem) as caught:
        line(server, now_ms=ana.ws.clock.now_ms()).pull(guest, 0)
    assert caught.value.code == "no_access"
    assert line(server, now_ms=ana.ws.clock.now_ms()).members(guest, 0).items


def test_nobody_writes_into_a_circle_that_has_not_let_them_in(ana: Machine, ben: Machine) -> None:
    no = ben.join(ana.invite(1, confirm=True))
    with pytest.raises(RuleBroken):
        add_task(ben.ws, no, title="Too early")
