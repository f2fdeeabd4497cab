"""Joining again a circle one had left: no word that was readable here is let go before the new copy is whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.errors import RuleBroken, SyncProblem
from circle_app.workspace import filestore, settings, spaces
from circle_app.workspace.commands.tasks import add_task
from sync.client import circle_members, enrol
from sync.client.leaving import leave
from sync.client.verdicts import accept, put_aside
from sync.pieces import piece_name
from tests.support.machines import Machine, machine
from tests.support.pair import Pair, ana_and_ben, titles


@pytest.fixture
def left(tmp_path: Path) -> Iterator[Pair]:
    """Ben wrote something, then left the circle; he still reads it."""
    with ana_and_ben(tmp_path) as pair:
        add_task(pair.ben.ws, pair.theirs, title="Chairs")
        pair.settle()
        assert leave(pair.ben.ws, pair.ben.vault, pair.theirs, engine=pair.ben.engine).problem is None
        assert pair.ana.sync(pair.ours).problem is None
        yield pair


def held(person: Machine) -> list[tuple[int, str]]:
    return [(space.no, space.state) for space in spaces.spaces(person.ws)]


def test_the_old_copy_goes_when_the_new_one_is_whole(left: Pair) -> None:
    no = left.ben.join(left.ana.invite(left.ours))
    assert held(left.ben) == [(no, "active")]
    left.theirs = no
    left.settle()
    assert titles(left.ben, no) == {"Chairs"}


@pytest.mark.parametrize("breaks", ["read_all", "_write_join"])
def test_a_line_that_breaks_in_the_middle_leaves_the_old_copy(
    left: Pair, monkeypatch: pytest.MonkeyPatch, breaks: str
) -> None:
    link = left.ana.invite(left.ours)

    def cut(*_given: object, **_more: object) -> None:
        raise SyncProblem("No.", code="cut_off")

    monkeypatch.setattr(left.ben.engine if breaks == "read_all" else enrol, breaks, cut)
    with pytest.raises(SyncProblem):
        left.ben.join(link)
    assert held(left.ben) == [(left.theirs, "left")]
    assert titles(left.ben, left.theirs) == {"Chairs"}
    monkeypatch.undo()
    no = left.ben.join(link)
    assert held(left.ben) == [(no, "active")] and titles(left.ben, no) == {"Chairs"}


class Killed(BaseException):
    """The program ends here."""


@pytest.mark.parametrize("at", ["ask", "read_all", "_write_join", "sync"])
def test_a_kill_at_any_step_leaves_a_copy_to_read_and_joining_goes_on(
    left: Pair, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    link = left.ana.invite(left.ours, confirm=at == "ask")

    def killed(*_given: object, **_more: object) -> None:
        raise Killed

    place = {"ask": enrol.asking, "_write_join": enrol}.get(at, left.ben.engine)
    monkeypatch.setattr(place, at, killed)
    with pytest.raises(Killed):
        left.ben.join(link)
    monkeypatch.undo()
    spaces.forget_unfinished(left.ben.ws)  # the next start
    assert any(titles(left.ben, no) == {"Chairs"} for no, _state in held(left.ben))
    if at == "sync":
        assert left.ben.sync(held(left.ben)[-1][0]).problem is None
    else:
        assert held(left.ben) == [(left.theirs, "left")]
        left.ben.join(left.ana.invite(left.ours))
    ((no, state),) = held(left.ben)
    assert (titles(left.ben, no), state) == ({"Chairs"}, "active")


def test_a_join_that_the_server_refuses_gives_the_old_copy_back(
    left: Pair, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    link = left.ana.invite(left.ours, uses=1)
    whole = left.ben.engine.read_all

    def somebody_is_quicker(*given: object) -> None:
        whole(*given)  # type: ignore[arg-type]
        with machine(tmp_path / "cem", "Cem") as cem:
            cem.join(link)

    monkeypatch.setattr(left.ben.engine, "read_all", somebody_is_quicker)
    with pytest.raises(RuleBroken):
        left.ben.join(link)
    assert held(left.ben) == [(left.theirs, "left")] and titles(left.ben, left.theirs) == {"Chairs"}


def test_who_waits_to_be_let_in_reads_the_old_copy_meanwhile(left: Pair) -> None:
    no = left.ben.join(left.ana.invite(left.ours, confirm=True))
    assert held(left.ben) == [(left.theirs, "left"), (no, "waiting")]
    assert titles(left.ben, left.theirs) == {"Chairs"}
    spaces.forget_unfinished(left.ben.ws)
    assert held(left.ben) == [(left.theirs, "left"), (no, "waiting")]
    left.ana.sync(left.ours)
    for member in circle_members.circle_members(left.ana.ws, left.ours):
        if member.waiting:
            circle_members.confirm(left.ana.ws, left.ana.vault, left.ours, member.member16)
    left.ana.sync(left.ours)
    assert left.ben.sync(no).problem is None
    assert held(left.ben) == [(no, "active")] and titles(left.ben, no) == {"Chairs"}


def test_what_only_the_old_copy_has_is_put_aside_for_an_organizer(tmp_path: Path) -> None:
    """Ben wrote on a train while he was taken out: he was told no, and comes back by a new invitation."""
    with ana_and_ben(tmp_path) as pair:
        me = spaces.my_member(pair.ben.ws, pair.theirs)
        circle_members.remove(pair.ana.ws, pair.ana.vault, pair.ours, me)
        assert pair.ana.sync(pair.ours).problem is None
        add_task(pair.ben.ws, pair.theirs, title="Written on a train")
        pair.ben.sync(pair.theirs)
        spaces.set_space(pair.ben.ws, pair.theirs, state="left")  # told of the removal
        no = pair.ben.join(pair.ana.invite(pair.ours))
        assert held(pair.ben) == [(no, "active")]
        pair.ana.sync(pair.ours)
        circle_members.promote(pair.ana.ws, pair.ana.vault, pair.ours, spaces.my_member(pair.ben.ws, no))
        pair.ana.sync(pair.ours)
        pair.ben.sync(no)
        aside = put_aside(pair.ben.ws, pair.ben.vault, no)
        assert accept(pair.ben.ws, pair.ben.vault, no, [one.id for one in aside]) == len(aside) > 0
        assert titles(pair.ben, no) == {"Written on a train"}


def test_a_sealed_file_that_lies_only_here_stays(left: Pair) -> None:
    """The server has lost it."""
    ws, row = left.ben.ws, bytes(16)
    name, folder = piece_name(b"sealed"), filestore.folder_of(left.ben.ws)
    filestore.write_piece(folder, name, b"sealed")
    filestore.note_pieces(ws, left.theirs, row, [name], here=True)
    no = left.ben.join(left.ana.invite(left.ours))
    assert held(left.ben) == [(no, "active")]
    assert filestore.read_piece(folder, name, 100) == b"sealed"
    assert filestore.pieces(ws, no)[name].here
    spaces.forget_space(ws, no)
    assert filestore.read_piece(folder, name, 100) is None


def test_nothing_of_a_circle_stays_in_the_settings(left: Pair) -> None:
    ws, old = left.ben.ws, left.theirs
    assert settings.get(ws, f"sync.mark.{old}") is not None
    spaces.forget_space(ws, old)
    assert not ws.rows("SELECT name FROM settings WHERE name LIKE ?", (f"sync.%.{old}%",))
