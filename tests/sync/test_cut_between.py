"""A kill between two steps of taking in, and a key that changes under whoever writes: nothing is left half done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.errors import SyncProblem
from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.commands.notes import add_note, set_note
from circle_app.workspace.commands.tasks import add_task, set_task
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.doubt import cast_doubt
from circle_app.workspace.queries.notes import note
from sync.client import admit, circle_members, enrol, epochs, refill, rejudge
from sync.client.access import access, device_signer, sealer
from sync.client.by_hand import give, receive
from sync.client.verdicts import accept, put_aside, reject
from tests.support.pair import Pair, ana_and_ben, titles


class Killed(BaseException):
    """The program ends here."""


def killed(*_given: object, **_more: object) -> None:
    raise Killed


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with ana_and_ben(tmp_path) as both:
        yield both


@pytest.fixture
def removed(pair: Pair) -> tuple[Pair, tuple[bytes, ...]]:
    """Ben writes, not knowing that Ana took him out; what he has comes to Ana on a stick."""
    me = spaces.my_member(pair.ben.ws, pair.theirs)
    circle_members.remove(pair.ana.ws, pair.ana.vault, pair.ours, me)
    add_task(pair.ben.ws, pair.theirs, title="Chairs")
    return pair, give(pair.ben.ws, pair.ben.vault, pair.theirs)


def test_what_was_merged_is_not_listed_as_put_aside_after_a_kill(
    removed: tuple[Pair, tuple[bytes, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    pair, stick = removed
    ana, no = pair.ana, pair.ours
    receive(ana.ws, ana.vault, no, stick)
    (one,) = put_aside(ana.ws, ana.vault, no)
    monkeypatch.setattr(inbox, "lift", killed)
    with pytest.raises(Killed):
        accept(ana.ws, ana.vault, no, [one.id])
    monkeypatch.undo()
    assert titles(ana, no) == {"Chairs"}
    assert ana.sync(no).problem is None
    assert put_aside(ana.ws, ana.vault, no) == () and titles(ana, no) == {"Chairs"}


def test_a_kill_before_something_is_taken_back_out_leaves_it_merged_and_only_that(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben, no = pair.ana, pair.ben, pair.ours
    add_task(ben.ws, pair.theirs, title="Chairs")
    stick = give(ben.ws, ben.vault, pair.theirs)
    me = spaces.my_member(ben.ws, pair.theirs)
    circle_members.remove(ana.ws, ana.vault, no, me)
    receive(ana.ws, ana.vault, no, stick)
    (one,) = put_aside(ana.ws, ana.vault, no)
    accept(ana.ws, ana.vault, no, [one.id])
    monkeypatch.setattr(rejudge, "withdraw", killed)
    with pytest.raises(Killed):
        reject(ana.ws, ana.vault, no, [one.id])
    monkeypatch.undo()
    assert titles(ana, no) == {"Chairs"} and put_aside(ana.ws, ana.vault, no) == ()
    assert ana.sync(no).problem is None
    assert titles(ana, no) == set()
    assert [aside.why for aside in put_aside(ana.ws, ana.vault, no)] == ["rejected"]


def test_what_is_put_aside_has_its_hidden_texts_kept(
    removed: tuple[Pair, tuple[bytes, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others may have written around them: a changeset must not count as received without."""
    pair, stick = removed
    monkeypatch.setattr(admit, "keep_hidden_texts", killed)
    with pytest.raises(Killed):
        receive(pair.ana.ws, pair.ana.vault, pair.ours, stick)
    assert inbox.quarantined(pair.ana.ws, pair.ours) == ()


def test_nothing_is_signed_with_a_key_that_was_given_up_meanwhile(pair: Pair) -> None:
    """Another thread looked up the key, then the sync took a new one: such a changeset would end the chain for ever."""
    ana, no = pair.ana, pair.ours
    before = access(ana.ws, ana.vault, no)
    cast_doubt(ana.ws, no, "copied")
    assert ana.sync(no).renewed == "copied"
    add_task(ana.ws, no, title="Chairs")
    with pytest.raises(SyncProblem) as told:
        journal.pack(ana.ws, no, sealer(before, ana.ws.random_bytes))
    assert told.value.code == "new_key"
    pair.settle()
    assert titles(pair.ben, pair.theirs) == {"Chairs"}


def test_what_was_done_before_a_new_key_is_taken_back_all_the_same(pair: Pair) -> None:
    ana, no = pair.ana, pair.ours
    task, page = add_task(ana.ws, no, title="Chairs"), add_note(ana.ws, no, title="Plan", body="Rows.")
    pair.settle()
    set_task(ana.ws, task, title="Forty chairs")
    set_note(ana.ws, page, body="Rows of ten.")
    assert ana.sync(no).problem is None
    set_task(ana.ws, task, title="Fifty chairs")  # these two have no number yet
    set_note(ana.ws, page, body="Rows of ten, please.")
    cast_doubt(ana.ws, no, "copied")
    assert ana.sync(no).renewed == "copied"
    for body, title in (
        ("Rows of ten.", "Fifty chairs"), ("Rows of ten.", "Forty chairs"), ("Rows.", "Forty chairs"), ("Rows.", "Chairs")
    ):  # fmt: skip
        assert undo(ana.ws) is not None
        assert (note(ana.ws, page).body, titles(ana, no)) == (body, {title})
    pair.settle()


@pytest.mark.parametrize("at", ["end_invitation", "new_rotation", "write", "follow", "show"])
def test_a_removal_that_is_cut_off_leaves_no_way_back_in_and_can_be_done_again(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """Who is taken out may know a link: so no kill may leave them out and the link open."""
    ana, no, member = pair.ana, pair.ours, spaces.my_member(pair.ben.ws, pair.theirs)
    ana.invite(no)

    def out() -> bool:
        return not any(m.role for m in circle_members.circle_members(ana.ws, no) if m.member16 == member)

    monkeypatch.setattr(circle_members, at, killed)
    with pytest.raises(Killed):
        circle_members.remove(ana.ws, ana.vault, no, member)
    monkeypatch.undo()
    assert not out() or circle_members.open_invitations(ana.ws, no) == ()
    if not out():
        circle_members.remove(ana.ws, ana.vault, no, member)
    assert out() and circle_members.open_invitations(ana.ws, no) == ()
    assert ana.sync(no).problem is None


def test_what_comes_by_hand_while_a_sync_is_under_way_is_brought_by_the_next_one(pair: Pair) -> None:
    """The sync looked up who is in the circle before; what names later changes must neither stop it nor be given up."""
    ana, ben, no = pair.ana, pair.ben, pair.theirs
    before = admit.membership_of(ben.ws, no)
    enrol.invite(ana.ws, ana.vault, pair.ours)
    add_task(ana.ws, pair.ours, title="Chairs")
    receive(ben.ws, ben.vault, no, give(ana.ws, ana.vault, pair.ours))
    held = access(ben.ws, ben.vault, no)
    assert held.space.server is not None
    line, signer = ben.engine.server(held.space.server), device_signer(held)
    assert refill.carry(ben.ws, held, before, line, signer), "some of it has to wait"
    assert not refill.carry(ben.ws, held, admit.membership_of(ben.ws, no), line, signer)
    assert ben.sync(no).problem is None and journal.carried(ben.ws, no) == ()
    pair.settle()


def test_what_is_written_while_a_sync_is_under_way_does_not_stop_it(pair: Pair) -> None:
    ana, no = pair.ana, pair.ours
    held, before = access(ana.ws, ana.vault, no), admit.membership_of(ana.ws, no)
    enrol.invite(ana.ws, ana.vault, no)
    add_task(ana.ws, no, title="Chairs")
    give(ana.ws, ana.vault, no)
    epochs._reseal_unsent(ana.ws, held, before, epochs.best(before, held.epochs.keys()), held.epochs)
    pair.settle()
    assert titles(pair.ben, pair.theirs) == {"Chairs"}
