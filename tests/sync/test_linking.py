"""A further computer of the same person: one file and a code, also without any network; withdrawn, it reads nothing later."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from circle_app.errors import CircleError, RuleBroken
from circle_app.workspace import journal, spaces
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.people import me
from circle_app.workspace.queries.tasks import tasks
from sync.client.admit import membership_of
from sync.client.by_hand import give, receive
from sync.client.circle_members import circle_members
from sync.client.devices import devices_of, withdraw_device
from sync.client.linking import LinkFile, device_name, name_device, offer, take
from sync.vault import VaultError, lock, unlock
from tests.support.machines import Machine, machine
from tests.support.pair import Pair, ana_and_ben

MAGIC = b"CCLINK1\x00"


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with ana_and_ben(tmp_path) as made:
        yield made


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path / "laptop", "Ana") as made:
        yield made


def titles(person: Machine) -> set[str]:
    return {t.title for t in tasks(person.ws)}


def linked(pair: Pair, laptop: Machine) -> int:
    made = offer(pair.ana.ws, pair.ana.vault)
    (no,) = take(laptop.ws, laptop.vault, made.data, made.code)
    return no


def test_a_file_and_a_code_bring_everything_to_a_second_computer_without_a_network(tmp_path: Path) -> None:
    with machine(tmp_path / "a", "Ana") as ana, machine(tmp_path / "b", "Ana") as second:
        here = ana.found()
        add_task(ana.ws, here, title="Bring chairs")
        made = offer(ana.ws, ana.vault)
        assert b"Bring chairs" not in made.data and b"Elm Street" not in made.data
        (there,) = take(second.ws, second.vault, made.data, made.code.lower().replace("-", " "))
        assert titles(second) == {"Bring chairs"}
        assert me(second.ws, there) is not None and spaces.space(second.ws, there).role == "organizer"
        assert {m.role for m in circle_members(second.ws, there)} == {"organizer"}, "one person, not two"
        add_task(second.ws, there, title="From the second one")
        receive(ana.ws, ana.vault, here, give(second.ws, second.vault, there))
        assert titles(ana) == {"Bring chairs", "From the second one"}
        mine = devices_of(ana.ws, ana.vault, here)
        assert [(d.state, d.this) for d in mine] == [("in_use", True), ("in_use", False)]
        assert take(second.ws, second.vault, made.data, made.code) == (), "it is here already"


def test_a_wrong_code_opens_nothing_and_a_used_file_opens_no_door(pair: Pair, laptop: Machine, tmp_path: Path) -> None:
    made = offer(pair.ana.ws, pair.ana.vault)
    for wrong in ("", "0000-0000-0000-0000", made.code[:-1]):
        with pytest.raises(VaultError) as refused:
            take(laptop.ws, laptop.vault, made.data, wrong)
        assert refused.value.code == "code_wrong"
    with pytest.raises(VaultError):
        take(laptop.ws, laptop.vault, made.data[:40], made.code)
    with pytest.raises(RuleBroken):
        take(laptop.ws, laptop.vault, b"a letter", made.code)
    assert spaces.spaces(laptop.ws) == ()
    (no,) = take(laptop.ws, laptop.vault, made.data, made.code)
    assert laptop.sync(no).problem is None
    pair.settle()
    with machine(tmp_path / "thief", "Thief") as thief:
        (theirs,) = take(thief.ws, thief.vault, made.data, made.code)
        add_task(thief.ws, theirs, title="By the finder of the stick")
        assert thief.sync(theirs).problem is not None
        receive(pair.ana.ws, pair.ana.vault, pair.ours, give(thief.ws, thief.vault, theirs))
        assert "By the finder of the stick" not in titles(pair.ana)


def made_by_hand(made: LinkFile, change: Callable[[list[Any]], object]) -> LinkFile:
    """The file with something else in it, as whoever has the code can make one."""
    code = made.code.replace("-", "")
    (circle,) = msgspec.msgpack.decode(unlock(made.data[len(MAGIC) :], code))
    change(circle)
    return LinkFile(MAGIC + lock(msgspec.msgpack.encode([circle]), code, os.urandom), made.code)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda circle: circle[5].update({next(iter(circle[5])): bytes(32)}), "link_file"),
        (lambda circle: circle[5].update({next(iter(circle[5])): b"short"}), "link_file"),
        (lambda circle: circle[5].clear(), "link_file"),
        (lambda circle: circle.__setitem__(3, "http://example.org"), "insecure"),
        (lambda circle: circle.__setitem__(1, bytes(16)), "link_file"),
        (lambda circle: circle.__setitem__(0, bytes(32)), "link_file"),
        (lambda circle: circle[6].append(b"no changeset"), "link_file"),
    ],
    ids=[
        "another key",
        "a short key",
        "no key",
        "a server in the clear",
        "another member",
        "another circle",
        "rubbish",
    ],
)
def test_a_file_made_by_hand_is_refused_whole(
    pair: Pair, laptop: Machine, change: Callable[[list[Any]], object], code: str
) -> None:
    made = made_by_hand(offer(pair.ana.ws, pair.ana.vault), change)
    with pytest.raises(CircleError) as refused:
        take(laptop.ws, laptop.vault, made.data, made.code)
    assert getattr(refused.value, "code", "") == code
    assert spaces.spaces(laptop.ws) == ()


def test_a_file_says_nothing_about_rights(pair: Pair, laptop: Machine) -> None:
    made = made_by_hand(offer(pair.ben.ws, pair.ben.vault), lambda circle: circle.__setitem__(2, "organizer"))
    (no,) = take(laptop.ws, laptop.vault, made.data, made.code)
    assert spaces.space(laptop.ws, no).role == "participant"


def test_both_computers_and_everybody_else_see_the_same_over_the_server(pair: Pair, laptop: Machine) -> None:
    no = linked(pair, laptop)
    assert laptop.sync(no).problem is None
    add_task(laptop.ws, no, title="From the sofa")
    add_task(pair.ben.ws, pair.theirs, title="From Ben")
    for person, number in (
        (laptop, no),
        (pair.ben, pair.theirs),
        (pair.ana, pair.ours),
        (laptop, no),
        (pair.ana, pair.ours),
    ):
        report = person.sync(number)
        assert report.problem is None, report.problem
    assert titles(laptop) == titles(pair.ana) == titles(pair.ben) == {"From the sofa", "From Ben"}
    assert len(circle_members(pair.ben.ws, pair.theirs)) == 2
    assert journal.waiting(laptop.ws) == 0


def test_a_stolen_second_computer_is_withdrawn_and_reads_nothing_that_comes_later(pair: Pair, laptop: Machine) -> None:
    no = linked(pair, laptop)
    for person, number in ((laptop, no), (pair.ana, pair.ours), (laptop, no)):
        assert person.sync(number).problem is None
    stolen = laptop.ws.device(no)
    name_device(pair.ana.ws, stolen, "  The old   laptop ")
    assert device_name(pair.ana.ws, stolen) == "The old laptop"
    assert next(d for d in devices_of(pair.ana.ws, pair.ana.vault, pair.ours) if d.dev == stolen).may_withdraw
    withdraw_device(pair.ana.ws, pair.ana.vault, pair.ours, stolen)
    add_task(pair.ana.ws, pair.ours, title="The new place")
    pair.settle()
    add_task(laptop.ws, no, title="By the thief")
    assert laptop.sync(no).problem is not None
    assert "The new place" not in titles(laptop)
    receive(laptop.ws, laptop.vault, no, give(pair.ana.ws, pair.ana.vault, pair.ours))
    assert "The new place" not in titles(laptop), "not even with everything in hand"
    assert "By the thief" not in titles(pair.ben)
    assert not membership_of(pair.ben.ws, pair.theirs).is_active(stolen)
    assert spaces.space(pair.ana.ws, pair.ours).role == "organizer"


def test_without_a_circle_there_is_nothing_to_carry_over(laptop: Machine) -> None:
    with pytest.raises(RuleBroken) as refused:
        offer(laptop.ws, laptop.vault)
    assert refused.value.code == "no_circle"
