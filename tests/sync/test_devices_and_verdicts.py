"""Roles that fall, computers taken out of use, and an organizer's word about what was put aside: the same everywhere."""

from __future__ import annotations

import pytest

from circle_app.errors import NotFound, RuleBroken
from circle_app.workspace import inbox, spaces
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.tasks import tasks
from sync.client import circle_members
from sync.client.admit import membership_of
from sync.client.by_hand import give, receive
from sync.client.devices import devices_of, withdraw_device
from sync.client.roles import demote, is_last_organizer, step_down
from sync.client.verdicts import accept, put_aside, reject
from tests.support.machines import Machine
from tests.sync.test_circle_members import Three, member, roles, three

__all__ = ["three"]


def titles(person: Machine) -> set[str]:
    return {t.title for t in tasks(person.ws, space=1)}


def test_who_steps_down_goes_on_as_a_participant_everywhere_but_the_last_organizer_stays(three: Three) -> None:
    ana, ben = three.ana, three.ben
    with pytest.raises(RuleBroken) as refused:
        step_down(ana.ws, ana.vault, 1)
    assert refused.value.code == "last_organizer" and is_last_organizer(membership_of(ana.ws, 1), member(ana))
    circle_members.promote(ana.ws, ana.vault, 1, member(ben))
    three.settle(ana, ben)
    step_down(ana.ws, ana.vault, 1)
    three.settle(ana, ben, three.carl)
    for person in (ana, ben, three.carl):
        assert roles(person)[member(ana)] == "participant" and roles(person)[member(ben)] == "organizer"
    assert spaces.space(ana.ws, 1).role == "participant" and is_last_organizer(membership_of(ben.ws, 1), member(ben))
    assert {p.name: p.role for p in people(three.carl.ws, 1)}["Ana"] == "participant"
    with pytest.raises(RuleBroken):
        circle_members.promote(ana.ws, ana.vault, 1, member(three.carl))


def test_only_a_senior_makes_an_organizer_a_participant(three: Three) -> None:
    ana, ben = three.ana, three.ben
    circle_members.promote(ana.ws, ana.vault, 1, member(ben))
    three.settle(ana, ben)
    with pytest.raises(RuleBroken) as refused:
        demote(ben.ws, ben.vault, 1, member(ana))
    assert refused.value.code == "not_senior"
    demote(ana.ws, ana.vault, 1, member(ben))
    three.settle(ana, ben, three.carl)
    for person in (ana, ben, three.carl):
        assert roles(person)[member(ben)] == "participant"
    add_task(ben.ws, 1, title="Still here")
    three.settle(ben, ana)
    assert "Still here" in titles(ana)
    with pytest.raises(RuleBroken):
        demote(ana.ws, ana.vault, 1, member(ben))


def test_an_organizer_withdraws_the_computer_of_a_participant_and_nothing_of_it_comes_any_more(three: Three) -> None:
    ana, ben = three.ana, three.ben
    add_task(ben.ws, 1, title="Before")
    three.settle(ben, ana)
    (device,) = devices_of(ana.ws, ana.vault, 1, member(ben))
    assert (device.first, device.this, device.state, device.may_withdraw) == (True, False, "in_use", True)
    assert device.last_ms is not None and device.wrote >= 2
    withdraw_device(ana.ws, ana.vault, 1, device.dev)
    add_task(ana.ws, 1, title="After the theft")
    three.settle(ana, three.carl)
    add_task(ben.ws, 1, title="By the thief")
    assert ben.sync(1).problem is not None
    assert titles(three.carl) == {"Before", "After the theft"} and "After the theft" not in titles(ben)
    assert devices_of(three.carl.ws, three.carl.vault, 1, member(ben))[0].state == "withdrawn"
    with pytest.raises(NotFound):
        withdraw_device(ana.ws, ana.vault, 1, device.dev)


def test_nobody_withdraws_the_computer_they_sit_at_or_one_of_a_more_senior_person(three: Three) -> None:
    ana, ben = three.ana, three.ben
    (mine,) = devices_of(ana.ws, ana.vault, 1)
    assert mine.this and not mine.may_withdraw
    with pytest.raises(RuleBroken) as refused:
        withdraw_device(ana.ws, ana.vault, 1, mine.dev)
    assert refused.value.code == "this_device"
    with pytest.raises(RuleBroken):
        withdraw_device(ben.ws, ben.vault, 1, mine.dev)


def written_after_removal(three: Three) -> bytes:
    """Ben writes, not knowing that Ana ended his membership; Ana has it aside. Gives the id of what he wrote."""
    ana, ben = three.ana, three.ben
    circle_members.remove(ana.ws, ana.vault, 1, member(ben))
    add_task(ben.ws, 1, title="Forty chairs")
    ben.sync(1)
    three.settle(ana)
    found = put_aside(ana.ws, ana.vault, 1)
    if not found:  # the server refused it: handed over on a stick
        receive(ana.ws, ana.vault, 1, give(ben.ws, ben.vault, 1))
        found = put_aside(ana.ws, ana.vault, 1)
    (one,) = found
    assert one.why == "not_member" and one.member16 == member(ben) and one.ops is not None
    assert any(op.value == "Forty chairs" for op in one.ops), "it can be looked at"
    assert "Forty chairs" not in titles(ana)
    return one.id


def test_what_was_written_after_a_removal_is_looked_at_and_taken_in_for_everybody(three: Three) -> None:
    ident = written_after_removal(three)
    ana, carl = three.ana, three.carl
    assert accept(ana.ws, ana.vault, 1, [ident]) == 1
    assert "Forty chairs" in titles(ana) and put_aside(ana.ws, ana.vault, 1) == ()
    three.settle(ana, carl)
    assert "Forty chairs" in titles(carl)
    reject(ana.ws, ana.vault, 1, [ident])
    three.settle(ana, carl)
    assert "Forty chairs" not in titles(ana) | titles(carl)
    assert [one.why for one in put_aside(carl.ws, carl.vault, 1)] == ["rejected"]
    accept(ana.ws, ana.vault, 1, [ident])
    three.settle(ana, carl)
    assert "Forty chairs" in titles(ana) & titles(carl)


def test_only_organizers_decide_and_what_was_rejected_stays_readable_where_it_was_written(three: Three) -> None:
    ident = written_after_removal(three)
    ana, ben, carl = three.ana, three.ben, three.carl
    with pytest.raises(RuleBroken):
        accept(carl.ws, carl.vault, 1, [ident])
    with pytest.raises(NotFound):
        accept(ana.ws, ana.vault, 1, [])
    reject(ana.ws, ana.vault, 1, [ident])
    three.settle(ana)
    assert [held.why for held in inbox.quarantined(ana.ws, 1)] == ["rejected"]
    assert "Forty chairs" in titles(ben), "their own work is kept on their own computer"
