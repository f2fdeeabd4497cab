"""Organizers promote, remove, confirm and end invitations, and every device and the server agree on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from circle_app.domain.ids import Ref
from circle_app.domain.schema import PEOPLE
from circle_app.errors import NotFound, RuleBroken
from circle_app.workspace import spaces
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.db import Put
from circle_app.workspace.queries.people import me, people
from circle_app.workspace.queries.tasks import count_mine, tasks
from sync.client import by_hand, circle_members, enrol
from sync.client import roles as roles_of
from tests.support.machines import Machine, machine
from tests.support.mine import my_tasks
from tests.support.server import RunningServer


@dataclass
class Three:
    """Ana founded; Ben and Carl joined. Each has the circle as number 1."""

    ana: Machine
    ben: Machine
    carl: Machine
    link: str

    def settle(self, *who: Machine) -> None:
        for person in (*who, *who):
            report = person.sync(1)
            assert report.problem is None, report.problem


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    server = RunningServer(tmp_path / "server")
    with ExitStack() as machines:
        ana, ben, carl = (machines.enter_context(machine(tmp_path / n, n.title())) for n in ("ana", "ben", "carl"))
        ana.found(server=server.url)
        link = ana.invite(1)
        ben.join(link)
        carl.join(link)
        three = Three(ana, ben, carl, link)
        three.settle(ana, ben, carl, ana)
        yield three
    server.stop()


def member(person: Machine) -> bytes:
    return spaces.space(person.ws, 1).member16


def roles(seen_by: Machine) -> dict[bytes, str]:
    return {m.member16: m.role for m in circle_members.circle_members(seen_by.ws, 1)}


def test_a_promoted_member_organizes_on_every_device(three: Three) -> None:
    circle_members.promote(three.ana.ws, three.ana.vault, 1, member(three.ben))
    three.settle(three.ana, three.ben, three.carl)
    for person in (three.ana, three.ben, three.carl):
        assert roles(person)[member(three.ben)] == "organizer"
    assert spaces.space(three.ben.ws, 1).role == "organizer"
    assert {p.name: p.role for p in people(three.carl.ws, 1)}["Ben"] == "organizer"
    assert enrol.invite(three.ben.ws, three.ben.vault, 1).link


def test_a_removed_member_gets_nothing_more_and_their_work_stays(three: Three) -> None:
    add_task(three.ben.ws, 1, title="Bring chairs")
    three.settle(three.ben, three.ana)
    circle_members.remove(three.ana.ws, three.ana.vault, 1, member(three.ben))
    add_task(three.ana.ws, 1, title="Choose a new room")
    three.settle(three.ana, three.carl)
    assert roles(three.carl)[member(three.ben)] == ""
    assert {t.title for t in tasks(three.carl.ws, space=1)} == {"Bring chairs", "Choose a new room"}
    assert {p.name for p in people(three.carl.ws, 1)} == {"Ana", "Carl"}
    add_task(three.ben.ws, 1, title="Written after the removal")
    assert three.ben.sync(1).problem is not None
    three.settle(three.ana, three.carl)
    assert {t.title for t in tasks(three.ben.ws, space=1)} == {"Bring chairs", "Written after the removal"}
    assert "Written after the removal" not in {t.title for t in tasks(three.carl.ws, space=1)}


def test_what_a_removed_member_wrote_beside_the_removal_is_taken_back_everywhere(three: Three) -> None:
    circle_members.remove(three.ana.ws, three.ana.vault, 1, member(three.ben))
    add_task(three.ben.ws, 1, title="Written beside")
    three.settle(three.ben, three.carl)
    assert {t.title for t in tasks(three.carl.ws, space=1)} == {"Written beside"}
    three.settle(three.ana, three.carl)
    assert tasks(three.ana.ws, space=1) == tasks(three.carl.ws, space=1) == ()
    assert three.ana.state() == three.carl.state()


def test_a_removed_member_cannot_come_back_by_the_old_link(three: Three, tmp_path: Path) -> None:
    circle_members.remove(three.ana.ws, three.ana.vault, 1, member(three.ben))
    three.settle(three.ana)
    assert circle_members.open_invitations(three.ana.ws, 1) == ()
    with machine(tmp_path / "again", "Ben") as again, pytest.raises(RuleBroken) as caught:
        again.join(three.link)
    assert caught.value.code == "invitation_spent"


def test_a_participant_decides_nothing(three: Three) -> None:
    for decide in (circle_members.promote, circle_members.remove, circle_members.confirm):
        with pytest.raises(RuleBroken):
            decide(three.ben.ws, three.ben.vault, 1, member(three.carl))
    assert roles(three.ben)[member(three.carl)] == "participant"


def test_who_may_invite_is_what_the_log_says_and_not_what_was_kept_beside_it(three: Three) -> None:
    """A promotion or its end may have come by hand; the row that names the role follows at the next exchange."""
    ana, ben = three.ana, three.ben
    circle_members.promote(ana.ws, ana.vault, 1, member(ben))
    by_hand.receive(ben.ws, ben.vault, 1, by_hand.give(ana.ws, ana.vault, 1))
    assert spaces.space(ben.ws, 1).role == "participant"
    assert enrol.invite(ben.ws, ben.vault, 1).link
    three.settle(ana, ben)
    roles_of.demote(ana.ws, ana.vault, 1, member(ben))
    by_hand.receive(ben.ws, ben.vault, 1, by_hand.give(ana.ws, ana.vault, 1))
    assert spaces.space(ben.ws, 1).role == "organizer"
    with pytest.raises(RuleBroken) as refused:
        enrol.invite(ben.ws, ben.vault, 1)
    assert refused.value.code == "not_allowed"


def test_nobody_removes_who_was_there_before_them(three: Three) -> None:
    circle_members.promote(three.ana.ws, three.ana.vault, 1, member(three.ben))
    circle_members.promote(three.ana.ws, three.ana.vault, 1, member(three.carl))
    three.settle(three.ana, three.ben)
    for other in (three.ana, three.carl, three.ben):
        with pytest.raises(RuleBroken) as caught:
            circle_members.remove(three.ben.ws, three.ben.vault, 1, member(other))
        assert caught.value.code == "not_senior"
    shown = {m.member16: m.may_remove for m in circle_members.circle_members(three.ana.ws, 1)}
    assert shown == {member(three.ana): False, member(three.ben): True, member(three.carl): True}


def test_an_ended_invitation_lets_nobody_else_in(three: Three, tmp_path: Path) -> None:
    (invitation,) = circle_members.open_invitations(three.ana.ws, 1)
    assert (invitation.role, invitation.used, invitation.uses) == ("participant", 2, 20)
    circle_members.end_invitation(three.ana.ws, three.ana.vault, 1, invitation.id)
    three.settle(three.ana)
    assert circle_members.open_invitations(three.ana.ws, 1) == ()
    with machine(tmp_path / "dora", "Dora") as dora, pytest.raises(RuleBroken) as caught:
        dora.join(three.link)
    assert caught.value.code == "invitation_spent"
    with pytest.raises(NotFound):
        circle_members.end_invitation(three.ana.ws, three.ana.vault, 1, invitation.id)


def test_who_joins_while_the_invitation_ends_waits_and_is_confirmed(three: Three, tmp_path: Path) -> None:
    (invitation,) = circle_members.open_invitations(three.ana.ws, 1)
    circle_members.end_invitation(three.ana.ws, three.ana.vault, 1, invitation.id)
    with machine(tmp_path / "dora", "Dora") as dora:
        dora.join(three.link)
        add_task(dora.ws, 1, title="Bring tea")
        three.settle(dora, three.carl)
        three.settle(three.ana, three.carl, three.ben)
        assert [m.member16 for m in circle_members.circle_members(three.carl.ws, 1) if m.waiting] == [member(dora)]
        for person in (three.ana, three.ben, three.carl):
            assert person.state() == three.ana.state()
            assert tasks(person.ws, space=1) == ()
        circle_members.confirm(three.ana.ws, three.ana.vault, 1, member(dora))
        three.settle(three.ana, three.ben, three.carl, dora)
        for person in (three.ben, three.carl, dora):
            assert person.state() == three.ana.state()
        assert {t.title for t in tasks(three.carl.ws, space=1)} == {"Bring tea"}


def test_somebody_who_is_gone_is_not_found(three: Three) -> None:
    circle_members.remove(three.ana.ws, three.ana.vault, 1, member(three.ben))
    with pytest.raises(NotFound):
        circle_members.promote(three.ana.ws, three.ana.vault, 1, member(three.ben))
    with pytest.raises(NotFound):
        circle_members.confirm(three.ana.ws, three.ana.vault, 1, member(three.ben))


def test_nobody_is_taken_for_somebody_else_because_of_what_stands_in_the_list_of_people(three: Three) -> None:
    """Ben, who may write the list, lets Carl's entry name Ben's key, and his own the founder's."""
    ana, ben, carl = three.ana, three.ben, three.carl
    add_task(ana.ws, 1, title="Hers", owner=me(ana.ws, 1))
    three.settle(ana, ben)
    rows = {person.name: person.ref.row for person in people(ben.ws, 1)}
    swapped = {"Carl": member(ben), "Ben": member(ana), "Ana": member(carl)}
    for name, claimed in swapped.items():
        ben.ws.record(1, (Put(PEOPLE, rows[name], {"member": claimed}),))
    three.settle(ben, ana, carl)
    for seen_by in (ana, carl):
        assert {person.member for person in people(seen_by.ws, 1)} == {None}, "nothing can be done to the wrong person"
    for person in (ana, ben, carl):
        assert me(person.ws, 1) == Ref(1, rows[person.name])
    assert [task.title for task in my_tasks(ana.ws)] == ["Hers"] and count_mine(ana.ws) == 1
    assert my_tasks(carl.ws) == () and count_mine(ben.ws) == 0


def test_nobody_is_in_the_circle_unseen(three: Three) -> None:
    """Ben writes himself out of the list, Carl lets his entry name nobody: organizers are told, and can end it."""
    ana, ben, carl = three.ana, three.ben, three.carl
    assert circle_members.unlisted(ana.ws, 1) == ()
    rows = {person.name: person.ref.row for person in people(ben.ws, 1)}
    ben.ws.record(1, (Put(PEOPLE, rows["Ben"], {"deleted": 1}),))
    carl.ws.record(1, (Put(PEOPLE, rows["Carl"], {"member": None}),))
    three.settle(ben, carl, ana)
    found = circle_members.unlisted(ana.ws, 1)
    assert {m.member16 for m in found} == {member(ben), member(carl)}
    assert all(m.may_remove for m in found)
    circle_members.remove(ana.ws, ana.vault, 1, member(ben))
    three.settle(ana)
    assert {m.member16 for m in circle_members.unlisted(ana.ws, 1)} == {member(carl)}
    with pytest.raises(RuleBroken):
        circle_members.remove(carl.ws, carl.vault, 1, member(ana))
