"""Somebody shows one key as two people, dated back: what it wrote before for one of them stands, and can still be ended."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from circle_app.errors import BadChangeset
from circle_app.workspace.verify import state_hash
from sync import codec
from sync.membership import ops
from sync.membership.epochs import active_devices
from sync.membership.log import add
from sync.membership.may import check_content
from sync.membership.ops import Role
from tests.support.membership import circle_with, promote, remove, roles
from tests.sync.test_forks import reader
from tests.vectors.world import EMPTY32, Circle, Device, device, link_op


def two_keys() -> tuple[Circle, dict[str, Device]]:
    """Ben is an organizer with a phone: by it he made Carl an organizer and removed Dora. Eve takes part."""
    circle, people = circle_with("ben", "carl", "dora", "eve")
    ben, phone = people["ben"], device("phone")
    circle.admit(circle.member_op(phone, link_op(circle.space, phone, ben)))
    circle.admit(circle.member_op(circle.ana, promote(ben)))
    circle.admit(circle.member_op(phone, promote(people["carl"])))
    circle.admit(circle.member_op(phone, remove(people["dora"])))
    return circle, {**people, "phone": phone}


def as_somebody_else(circle: Circle, phone: Device, author: Device) -> bytes:
    """The phone's card as the first one of a person of its own, dated back to the founding."""
    shown = ops.Admit(ops.ADMIT, 1, phone.member, 2, phone.card(circle.space))
    return circle.member_op(author, shown, mheads=(circle.log.changes[0].id,))


@pytest.mark.parametrize("author", ["phone", "eve"])
def test_a_key_shown_as_another_persons_undoes_nothing_of_what_it_did(author: str) -> None:
    circle, people = two_keys()
    ben, phone = people["ben"], people["phone"]
    written = codec.parse(phone.write(circle.epoch, circle.log.heads))
    gone = ops.Remove(ops.REMOVE, 1, ben.member, tuple((d.keys.dev, d.seq, d.prev) for d in (ben, phone)))
    circle.admit(circle.member_op(circle.ana, gone))
    before, active = roles(circle.membership), active_devices(circle.membership)
    circle.admit(as_somebody_else(circle, phone, people[author]))
    assert roles(circle.membership) == before
    assert before[people["carl"].member] is Role.ORGANIZER and before[people["dora"].member] is None
    assert active_devices(circle.membership) == active and phone.keys.dev not in active
    assert check_content(circle.membership, written) is Role.ORGANIZER


def test_a_first_key_shown_as_somebodys_further_one_undoes_nothing_of_what_it_did() -> None:
    circle, people = two_keys()
    ben, eve = people["ben"], people["eve"]
    circle.admit(circle.member_op(ben, promote(eve)))
    circle.admit(circle.member_op(circle.ana, remove(ben)))
    before, active = roles(circle.membership), active_devices(circle.membership)
    shown_eve = circle.log.introduced[eve.keys.dev][0].change.id
    again = replace(ben, seq=0, prev=EMPTY32)
    circle.admit(circle.member_op(again, link_op(circle.space, again, eve), mheads=(shown_eve,)))
    assert roles(circle.membership) == before and before[eve.member] is Role.ORGANIZER
    assert active_devices(circle.membership) == active


@pytest.mark.parametrize("by", ["ben", "ana"])
def test_a_stolen_key_shown_as_another_persons_can_still_be_withdrawn(by: str) -> None:
    circle, people = two_keys()
    phone, author = people["phone"], circle.ana if by == "ana" else people["ben"]
    known = circle.log.heads
    circle.admit(as_somebody_else(circle, phone, phone))
    assert phone.keys.dev in active_devices(circle.membership), "it is not for its thief to say whose it is"
    seen = ((phone.keys.dev, phone.seq, phone.prev),)
    end = circle.admit(circle.member_op(author, ops.RevokeDevice(ops.REVOKE_DEVICE, 1, phone.keys.dev, seen)))
    assert end in circle.membership.effective
    assert phone.keys.dev not in active_devices(circle.membership)
    late = circle.admit(circle.member_op(phone, promote(people["eve"]), mheads=known))
    assert late not in circle.membership.effective
    with pytest.raises(BadChangeset) as caught:
        check_content(circle.membership, codec.parse(phone.write(circle.epoch, known)))
    assert caught.value.code == "not_member"


def test_any_order_of_two_cards_gives_one_circle(tmp_path: Path) -> None:
    circle, people = two_keys()
    phone, start = people["phone"], circle.log
    written = phone.write(circle.epoch, circle.log.heads)
    shown = as_somebody_else(circle, phone, people["eve"])
    late = circle.member_op(circle.ana, remove(people["eve"]))
    states, memberships = set(), set()
    for n, order in enumerate(itertools.permutations((written, shown, late))):
        who = reader(tmp_path / str(n), circle)
        log = start
        for data in order:
            who.take([data])
            log = add(log, codec.parse(data)) if data is not written else log
        assert who.aside() == {}
        states.add(state_hash(who.ws))
        memberships.add(tuple(sorted(roles(replace(circle, log=log).membership).items())))
        who.ws.close()
    assert len(states) == len(memberships) == 1
