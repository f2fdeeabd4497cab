"""Invitations that an organizer confirms: who comes by one reads nothing until then, and everything afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.errors import NotFound, RuleBroken, SyncProblem
from circle_app.workspace import journal, settings, spaces
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.tasks import tasks
from sync import codec, wire
from sync.client import circle_members
from sync.client.access import invite_signer
from sync.client.calls import Server
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


def waiting(machine: Machine, no: int = 1) -> list[bytes]:
    return [m.member16 for m in circle_members.circle_members(machine.ws, no) if m.waiting]


def test_a_no_is_told_and_holds_for_every_organizer(
    ana: Machine, ben: Machine, tmp_path: Path, server: RunningServer
) -> None:
    link = ana.invite(1, confirm=True)
    no = ben.join(link)
    with machine(tmp_path / "carl", "Carl") as carl, machine(tmp_path / "dora", "Dora") as dora:
        carls, doras = carl.join(link), dora.join(ana.invite(1))
        assert ana.sync().problem is None
        circle_members.promote(ana.ws, ana.vault, 1, spaces.my_member(dora.ws, doras))
        circle_members.decline(ana.ws, ana.vault, 1, spaces.my_member(ben.ws, no))
        assert ana.sync().problem is None
        assert dora.sync(doras).problem is None
        carl_asks = [spaces.my_member(carl.ws, carls)]
        assert waiting(ana) == waiting(dora, doras) == carl_asks
        for organizer, where in ((ana, 1), (dora, doras)):
            for decide in (circle_members.confirm, circle_members.decline):
                with pytest.raises(NotFound):
                    decide(organizer.ws, organizer.vault, where, spaces.my_member(ben.ws, no))
        problem = ben.sync(no).problem
        assert problem is not None and problem.code == "invitation_spent"
        assert spaces.epoch_keys(ben.ws, no) == {} and spaces.space(ben.ws, no).state == "waiting"
        assert carl.sync(carls).problem is None  # who waits by the same link goes on waiting
        circle_members.confirm(dora.ws, dora.vault, doras, carl_asks[0])
        assert dora.sync(doras).problem is None
        assert carl.sync(carls).problem is None
        assert spaces.space(carl.ws, carls).state == "active"
        assert ana.sync().problem is None and waiting(ana) == []


def test_a_no_and_a_yes_at_the_same_time_are_a_no(ana: Machine, ben: Machine, tmp_path: Path) -> None:
    no = ben.join(ana.invite(1, confirm=True))
    with machine(tmp_path / "dora", "Dora") as dora:
        doras = dora.join(ana.invite(1))
        assert ana.sync().problem is None
        circle_members.promote(ana.ws, ana.vault, 1, spaces.my_member(dora.ws, doras))
        assert ana.sync().problem is None and dora.sync(doras).problem is None
        asks = spaces.my_member(ben.ws, no)
        circle_members.confirm(dora.ws, dora.vault, doras, asks)
        circle_members.decline(ana.ws, ana.vault, 1, asks)
        for person, where in ((dora, doras), (ana, 1), (dora, doras), (ana, 1)):
            assert person.sync(where).problem is None
        for person, where in ((ana, 1), (dora, doras)):
            assert not [m for m in circle_members.circle_members(person.ws, where) if m.member16 == asks and m.role]
            assert waiting(person, where) == []
        problem = ben.sync(no).problem
        assert problem is not None and problem.code == "invitation_spent"
        assert tasks(ben.ws, space=no) == () and spaces.epoch_keys(ben.ws, no) == {}


def test_who_was_told_no_may_ask_anew_by_a_new_invitation(ana: Machine, ben: Machine) -> None:
    no = ben.join(ana.invite(1, confirm=True))
    assert ana.sync().problem is None
    circle_members.decline(ana.ws, ana.vault, 1, *waiting(ana))
    again = ben.join(ana.invite(1))
    assert [t.title for t in tasks(ben.ws, space=again)] == ["Written before"]
    assert no not in {s.no for s in spaces.spaces(ben.ws)} or again == no


def test_a_no_to_somebody_with_the_key_begins_a_new_one(ana: Machine, ben: Machine, tmp_path: Path) -> None:
    link = ana.invite(1)
    (invitation,) = circle_members.open_invitations(ana.ws, 1)
    circle_members.end_invitation(ana.ws, ana.vault, 1, invitation.id)
    there = ben.join(link)  # the server has not heard of the end yet
    assert ana.sync().problem is None
    before = set(spaces.epoch_keys(ana.ws, 1))
    circle_members.decline(ana.ws, ana.vault, 1, *waiting(ana))
    add_task(ana.ws, 1, title="Not for Ben")
    assert ana.sync().problem is None
    current = spaces.current_epoch(ana.ws, 1)
    assert current is not None and current.epoch16 not in before
    ben.sync(there)
    assert current.epoch16 not in spaces.epoch_keys(ben.ws, there)
    assert "Not for Ben" not in {t.title for t in tasks(ben.ws, space=there)}


def test_only_an_organizer_says_no(ana: Machine, ben: Machine, tmp_path: Path) -> None:
    with machine(tmp_path / "dora", "Dora") as dora:
        doras = dora.join(ana.invite(1))
        no = ben.join(ana.invite(1, confirm=True))
        assert dora.sync(doras).problem is None
        with pytest.raises(RuleBroken):
            circle_members.decline(dora.ws, dora.vault, doras, spaces.my_member(ben.ws, no))


class Killed(BaseException):
    """The program ends here."""


def test_a_kill_while_the_circle_opens_leaves_nobody_without_a_name(
    ana: Machine, ben: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = ben.join(ana.invite(1, confirm=True))
    confirm_everybody(ana)

    def killed(*_given: object, **_more: object) -> None:
        raise Killed

    monkeypatch.setattr(ben.ws, "record", killed)
    with pytest.raises(Killed):
        ben.sync(no)
    monkeypatch.undo()
    assert ben.sync(no).problem is None
    assert {p.name for p in people(ben.ws, no)} == {"Ana", "Ben"}
    assert settings.get(ben.ws, f"sync.asked.{no}") is None


def test_a_server_that_hides_somebody_at_first_keeps_nobody_out(
    ana: Machine, ben: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with machine(tmp_path / "cem", "Cem") as cem, machine(tmp_path / "dee", "Dee") as dee:
        cem.join(ana.invite(1))
        ana.sync()
        circle_members.promote(ana.ws, ana.vault, 1, spaces.space(cem.ws, 1).member16)
        ana.sync()
        cem.sync()
        link = cem.invite(1)
        ana.sync()
        hidden = spaces.space(cem.ws, 1).dev16
        waits = ben.join(ana.invite(1, confirm=True))
        confirm_everybody(ana)
        with monkeypatch.context() as server:
            pull = Server.pull
            server.setattr(Server, "pull", lambda self, *given: _without(pull(self, *given), hidden))
            for _ in range(2):
                assert ben.sync(waits).problem is not None
                assert spaces.space(ben.ws, waits).state == "waiting"
            with pytest.raises(SyncProblem):
                dee.join(link)
        ben.sync(waits)  # hears that the log is another one than it seemed, and reads it anew the next time
        assert ben.sync(waits).problem is None
        assert spaces.space(ben.ws, waits).state == "active"
        here = dee.join(link)
        for person, no in ((ana, 1), (ben, waits), (dee, here), (cem, 1), (ana, 1), (ben, waits), (dee, here)):
            assert person.sync(no).problem is None
        assert ana.state() == ben.state() == dee.state()


def _without(page: wire.Page, author: bytes) -> wire.Page:
    return wire.Page(
        tuple(i for i in page.items if codec.parse(i.data).dev != author), page.more, page.head, page.before
    )
