"""People get into circles: founding offline, inviting, joining, and every kind of invitation that does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.errors import CircleError, RuleBroken, SyncProblem
from circle_app.workspace import spaces
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.circles import circle
from circle_app.workspace.queries.people import me, people
from sync import wire
from sync.client import asking, enrol
from sync.client.calls import Server, Signer
from sync.client.transport import Transport
from sync.invitation import link_text, read_link
from tests.support.machines import Machine, machine
from tests.support.server import RunningServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "server")
    yield running
    running.stop()


@pytest.fixture
def ana(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path / "ana", "Ana") as ana:
        yield ana


@pytest.fixture
def ben(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path / "ben", "Ben") as ben:
        yield ben


def test_founding_needs_no_network(ana: Machine) -> None:
    no = ana.found(server="https://circles.invalid", topic="Bees", place="Library", kind="study_group")
    profile = circle(ana.ws, no)
    assert (profile.name, profile.topic, profile.place, profile.kind) == (
        "Elm Street",
        "Bees",
        "Library",
        "study_group",
    )
    (person,) = people(ana.ws, no)
    assert (person.name, person.confirmed, person.role) == ("Ana", True, "organizer")
    assert me(ana.ws, no) == person.ref
    assert spaces.space(ana.ws, no).role == "organizer"


def test_a_circle_without_a_server_stays_here_and_has_no_problem(ana: Machine) -> None:
    no = ana.found(server=None)
    report = ana.engine.sync(no)
    assert report.problem is None and report.waiting > 0
    assert ana.engine.sync_all() == ()


@pytest.mark.parametrize("wrong", [{"name": " "}, {"my_name": ""}, {"kind": "cult"}, {"server": "http://example.org"}])
def test_a_circle_that_cannot_be_is_refused_and_leaves_nothing(ana: Machine, wrong: dict[str, str]) -> None:
    with pytest.raises(CircleError):
        ana.found(**wrong)
    assert spaces.spaces(ana.ws) == ()


def test_a_friend_joins_and_both_see_the_same(ana: Machine, ben: Machine, server: RunningServer) -> None:
    ours = ana.found(server=server.url)
    link = ana.invite(ours)
    theirs = ben.join(link)
    assert ana.sync(ours).problem is None
    assert {p.name for p in people(ana.ws, ours)} == {p.name for p in people(ben.ws, theirs)} == {"Ana", "Ben"}
    assert spaces.space(ben.ws, theirs).role == "participant"
    assert ana.state() == ben.state()


def test_undo_never_takes_back_that_somebody_is_in_a_circle(ana: Machine, ben: Machine, server: RunningServer) -> None:
    ours = ana.found(server=server.url)
    theirs = ben.join(ana.invite(ours))
    assert undo(ana.ws) is None and undo(ben.ws) is None
    assert "Ben" in {p.name for p in people(ben.ws, theirs)}


def test_the_link_says_nothing_about_the_circle(ana: Machine, server: RunningServer) -> None:
    link = ana.invite(ana.found(server=server.url))
    info = read_link(f"Come along!\n<{link}>\n")
    assert info.server == server.url
    assert "Elm" not in link and "Ana" not in link


def test_joining_twice_or_joining_ones_own_circle_is_refused_kindly(
    ana: Machine, ben: Machine, server: RunningServer
) -> None:
    link = ana.invite(ana.found(server=server.url))
    ben.join(link)
    for person in (ana, ben):
        with pytest.raises(RuleBroken) as told:
            person.join(link)
        assert told.value.code == "own_circle"
        assert len(spaces.spaces(person.ws)) == 1


def test_a_link_that_was_cut_or_mistyped_is_named_before_anything_is_sent(ana: Machine, ben: Machine) -> None:
    ours = ana.found(server="https://circles.invalid")
    link = enrol.invite(ana.ws, ana.vault, ours).link
    for spoilt in (link[:-9], link[:40] + ("A" if link[40] != "A" else "B") + link[41:], "hello", ""):
        with pytest.raises(CircleError) as told:
            ben.join(spoilt)
        assert told.value.code in ("link_cut", "link_none")
    assert spaces.spaces(ben.ws) == ()


def test_an_invitation_is_used_up(ana: Machine, ben: Machine, server: RunningServer, tmp_path: Path) -> None:
    ours = ana.found(server=server.url)
    link = ana.invite(ours, uses=1)
    ben.join(link)
    with machine(tmp_path / "cem", "Cem") as cem:
        with pytest.raises(RuleBroken) as told:
            cem.join(link)
        assert told.value.code == "invitation_spent"
        assert spaces.spaces(cem.ws) == ()
    ana.sync(ours)
    assert {p.name for p in people(ana.ws, ours)} == {"Ana", "Ben"}


def test_an_invitation_of_another_circle_with_the_same_server_does_not_open_this_one(
    ana: Machine, ben: Machine, server: RunningServer
) -> None:
    first, second = ana.found(server=server.url), ana.found(server=server.url, name="Oak Street")
    one, two = read_link(ana.invite(first)), read_link(ana.invite(second))
    mixed = type(one)(one.space, one.founder, two.secret, one.server)
    with pytest.raises(RuleBroken) as told:
        ben.join(link_text(mixed))
    assert told.value.code == "invitation_spent"


def test_a_server_that_shows_another_circle_is_found_out(ana: Machine, ben: Machine, server: RunningServer) -> None:
    true = read_link(ana.invite(ana.found(server=server.url)))
    forged = type(true)(true.space, b"evil" * 2, true.secret, true.server)
    with pytest.raises(SyncProblem) as told:
        ben.join(link_text(forged))
    assert told.value.code == "wrong_circle"
    assert spaces.spaces(ben.ws) == ()


def test_joining_offline_says_so_and_can_be_done_again(ana: Machine, ben: Machine, server: RunningServer) -> None:
    link = ana.invite(ana.found(server=server.url))
    server.stop()
    with pytest.raises(SyncProblem) as told:
        ben.join(link)
    assert told.value.code == "offline"
    assert spaces.spaces(ben.ws) == ()
    server.start()
    assert people(ben.ws, ben.join(link))


def test_a_participant_cannot_invite(ana: Machine, ben: Machine, server: RunningServer) -> None:
    theirs = ben.join(ana.invite(ana.found(server=server.url)))
    with pytest.raises(RuleBroken) as told:
        enrol.invite(ben.ws, ben.vault, theirs)
    assert told.value.code == "not_allowed"


def test_somebody_joins_a_course_and_is_in_its_list(ana: Machine, ben: Machine, server: RunningServer) -> None:
    ours = ana.found(server=server.url, kind="course")
    theirs = ben.join(ana.invite(ours))
    ana.sync(ours)
    assert {p.name for p in people(ana.ws, ours)} == {"Ana", "Ben"}
    assert ana.state() == ben.state() and ben.engine.sync(theirs).quarantined == 0


def test_a_newcomer_is_not_fed_without_end(
    ana: Machine, ben: Machine, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever answers at the address in a link can send pages before anything of them is proven."""
    monkeypatch.setattr(asking, "MAX_LOG", 100_000)
    link = ana.invite(ana.found(server=server.url))
    asked: list[int] = []

    class Endless(Server):
        def members(self, signer: Signer, after: int) -> wire.Page:
            asked.append(after)
            items = (wire.PageItem(after + 1, bytes(10_000)),)
            return wire.Page(items, more=True, head=wire.Head(signer.space, after + 1, bytes(16)))

    ben.engine._connect = lambda address: Endless(Transport(address), ben.ws.clock.now_ms, ben.ws.random_bytes)
    with pytest.raises(SyncProblem) as told:
        ben.join(link)
    assert told.value.code == "bad_reply" and len(asked) == 11
    assert spaces.spaces(ben.ws) == ()
