"""Texts by the commands that people use: what is kept, taken back, withdrawn, and what no edit may do."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.ids import Ref
from circle_app.domain.ops import SetOp
from circle_app.domain.prose import TEXT_MAX, Edit, atoms, has_effect, stepped, steps_between
from circle_app.domain.prose_wire import decode_edit, encode_edit
from circle_app.domain.schema import NOTES, TASKS
from circle_app.workspace import migrations, prose
from circle_app.workspace.changes import Opened
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.conflicts import take_lost
from circle_app.workspace.commands.notes import add_note, delete_note, set_note
from circle_app.workspace.commands.tasks import add_task, set_task
from circle_app.workspace.commands.undo import redo, undo
from circle_app.workspace.db import Workspace
from circle_app.workspace.prose_rows import placed
from circle_app.workspace.queries.conflicts import conflicts
from circle_app.workspace.queries.notes import note
from circle_app.workspace.queries.search import search
from circle_app.workspace.queries.texts import text_of
from circle_app.workspace.restamp import restamp
from circle_app.workspace.verify import state_hash, verify
from circle_app.workspace.withdraw import withdraw
from tests.support.exchange import exchange, packed, plain_open
from tests.support.workspaces import new_space, new_workspace
from tests.workspace.test_merging import chained

Side = tuple[Workspace, int]
BODY = NOTES.column("body").number


@pytest.fixture
def three(tmp_path: Path) -> Iterator[tuple[Side, Side, Side]]:
    with (
        new_workspace(tmp_path / "ana", seed=1) as ana,
        new_workspace(tmp_path / "bo", seed=2) as bo,
        new_workspace(tmp_path / "cem", seed=3) as cem,
    ):
        yield (ana, new_space(ana)), (bo, new_space(bo)), (cem, new_space(cem))


def body(side: Side, ref: Ref) -> str:
    return note(side[0], Ref(side[1], ref.row)).body


def write(side: Side, ref: Ref, text: str, *, over: bytes | None = None) -> None:
    ws, space = side
    there = Ref(space, ref.row)
    set_note(ws, there, body=text, base=note(ws, there).body_version if over is None else over)


def test_edits_to_different_sentences_both_survive_and_clashing_ones_keep_both(three: tuple[Side, Side, Side]) -> None:
    ana, bo, _ = three
    ref = add_note(*ana, title="n", body="First thing. Second thing. Third.")
    exchange(ana, bo)
    write(ana, ref, "First thing, done. Second thing. Third.")
    write(bo, ref, "First thing. Second thing. Third, later.")
    exchange(ana, bo)
    assert body(ana, ref) == body(bo, ref) == "First thing, done. Second thing. Third, later."
    write(ana, ref, "First thing, done. Second thing. FOURTH, later.")
    write(bo, ref, "First thing, done. Second thing. fifth, later.")
    exchange(ana, bo)
    assert body(ana, ref) == body(bo, ref)
    assert "FOURTH" in body(ana, ref) and "fifth" in body(ana, ref) and "Third" not in body(ana, ref)
    assert conflicts(*ana) == ()


def test_a_text_typed_over_an_old_version_keeps_what_came_since(three: tuple[Side, Side, Side]) -> None:
    ana, bo, _ = three
    ref = add_note(*ana, title="n", body="one two")
    old = note(ana[0], ref).body_version
    write(ana, ref, "zero one two")
    exchange(ana, bo)
    write(bo, ref, "zero one two three")
    exchange(ana, bo)
    write(ana, ref, "one two!", over=old)
    assert body(ana, ref) in ("zero one two! three", "zero one two three!")
    exchange(ana, bo)
    assert body(ana, ref) == body(bo, ref)


def test_taking_back_takes_the_own_words_and_leaves_those_of_others(three: tuple[Side, Side, Side]) -> None:
    ana, bo, _ = three
    ref = add_note(*ana, title="n", body="Bring a kettle.")
    exchange(ana, bo)
    write(ana, ref, "Bring a big kettle.")
    exchange(ana, bo)
    write(bo, ref, "Please: bring a big kettle and cups.")
    exchange(ana, bo)
    assert undo(ana[0]) == "Change the note\x1fn"
    assert body(ana, ref) == "Please: bring a kettle and cups."
    assert redo(ana[0]) == "Change the note\x1fn"
    assert body(ana, ref) == "Please: bring a big kettle and cups."
    undo(ana[0])
    exchange(ana, bo)
    assert body(bo, ref) == "Please: bring a kettle and cups."
    assert state_hash(ana[0]) == state_hash(bo[0])


def test_steps_back_and_forth_leave_no_words_behind(three: tuple[Side, Side, Side]) -> None:
    ana, bo, _ = three
    ref = add_note(*ana, title="n", body="Courage")
    texts = ["Courage", "milk and tea", "Straße two", "0"]
    for words in texts[1:]:
        write(ana, ref, words)
    for way, wanted in (
        (undo, reversed(texts[:-1])),
        (redo, texts[1:]),
        (undo, reversed(texts[:-1])),
        (redo, texts[1:]),
    ):
        for words in wanted:
            way(ana[0])
            assert body(ana, ref) == words
    exchange(ana, bo)
    assert body(bo, ref) == "0" and state_hash(ana[0]) == state_hash(bo[0])


def test_steps_back_leave_no_words_behind_between_those_of_others(three: tuple[Side, Side, Side]) -> None:
    ana, bo, _ = three
    ref = add_note(*ana, title="n", body="Bring a kettle.")
    write(ana, ref, "Bring a big kettle.")
    exchange(ana, bo)
    write(bo, ref, "Please: Bring a big kettle.")
    exchange(ana, bo)
    write(ana, ref, "Please: Bring a small kettle.")
    undo(ana[0])
    assert body(ana, ref) == "Please: Bring a big kettle."
    undo(ana[0])
    assert body(ana, ref) == "Please: Bring a kettle."
    redo(ana[0])
    redo(ana[0])
    assert body(ana, ref) == "Please: Bring a small kettle."


def test_words_around_withdrawn_ones_stay(three: tuple[Side, Side, Side]) -> None:
    ana, bo, cem = three
    ref = add_note(*ana, title="n", body="Benches for the square.")
    exchange(ana, bo, cem)
    write(cem, ref, "SPAM for the square.")  # puts words in and takes one away
    exchange(ana, bo, cem)
    write(bo, ref, "SPAM and trees for the square, please.")
    exchange(ana, bo, cem)
    assert body(ana, ref) == "SPAM and trees for the square, please."
    of_cem = packed(*cem)
    withdraw(*ana, of_cem)
    assert body(ana, ref) == "Benches and trees for the square, please."
    assert verify(ana[0], plain_open).ok
    # the next one who writes carries the repair along, and it is the same for whoever withdraws later
    write(ana, ref, "Benches and trees for the old square, please.")
    sent = packed(*ana)
    bo[0].apply(bo[1], sent)
    withdraw(*bo, of_cem)
    assert body(ana, ref) == body(bo, ref) == "Benches and trees for the old square, please."
    assert state_hash(ana[0]) == state_hash(bo[0])
    # and if the right comes back, so do the words, beside the repair
    for ws, space in (ana, bo):
        ws.apply(space, of_cem)
    assert body(ana, ref) == body(bo, ref)
    assert state_hash(ana[0]) == state_hash(bo[0])


def test_what_was_typed_over_words_that_are_then_withdrawn_is_kept(three: tuple[Side, Side, Side]) -> None:
    ana, _, cem = three
    ref = add_note(*ana, title="n", body="A plan.")
    exchange(ana, cem)
    write(cem, ref, "A SPAM plan.")
    exchange(ana, cem)
    seen = note(ana[0], ref).body_version
    withdraw(*ana, packed(*cem))
    write(ana, ref, "A SPAM plan for May.", over=seen)  # the field still showed them
    assert body(ana, ref) == "A plan for May."


def test_words_written_into_a_note_that_was_deleted_meanwhile_are_told(three: tuple[Side, Side, Side]) -> None:
    ana, bo, _ = three
    ref = add_note(*ana, title="n", body="A plan.")
    exchange(ana, bo)
    delete_note(ana[0], ref)
    bo[0].clock.forward(seconds=5)  # type: ignore[attr-defined]
    write(bo, ref, "A plan for May.")
    exchange(ana, bo)
    (told,) = conflicts(*ana)
    assert (told.late, told.lost) == ("body", "A plan for May.")
    take_lost(ana[0], told)
    assert body(ana, ref) == "A plan for May." and conflicts(*ana) == ()


def test_edits_kept_by_a_version_that_did_not_know_the_text_are_shown_after_an_update(
    three: tuple[Side, Side, Side],
) -> None:
    ana, bo, _ = three
    ref = add_note(*ana, title="n", body="one")
    write(ana, ref, "one two")
    exchange(ana, bo)
    with bo[0].writing() as db:
        db.execute(
            "INSERT INTO unprojected (space, tab, row, col, stamp, vhash, base, value) "
            "SELECT space, tab, row, col, stamp, vhash, base, value FROM texts"
        )
        for table in ("texts", "prose", "notes"):
            db.execute(f"DELETE FROM {table}")
        migrations.project_kept(db)
    assert bo[0].rows("SELECT body FROM notes") == [("one two",)]
    assert bo[0].rows("SELECT count(*) FROM unprojected") == [(0,)]


def test_search_and_other_texts_follow(three: tuple[Side, Side, Side]) -> None:
    ana, bo, _ = three
    task = add_task(*ana, title="Kettle")
    set_task(ana[0], task, body="from the kitchen")
    set_circle(*ana, plan="Six evenings")
    exchange(ana, bo)
    there = Ref(bo[1], task.row)
    set_task(bo[0], there, body="from the big kitchen")
    set_task(ana[0], task, body="from the kitchen, early")
    exchange(ana, bo)
    for ws, _ in (ana, bo):
        assert [hit.kind for hit in search(ws, "early")] == ["tasks"] == [hit.kind for hit in search(ws, "big")]
        assert len(search(ws, "evenings")) == 1
    set_task(ana[0], task, body=None)
    assert text_of(ana[0], task, TASKS, "body").text == ""


def test_a_value_that_is_no_edit_is_kept_and_not_shown(three: tuple[Side, Side, Side]) -> None:
    ana, bo, _ = three
    ref = add_note(*ana, title="n", body="words")
    exchange(ana, bo)
    odd = (
        "text",
        5,
        None,
        b"",
        b"\xc1",
        encode_edit(Edit(0, (), (0, "x")))[:-1],
        msgspec.msgpack.encode([2, 0, [], []]),
    )
    history = [(0, [SetOp(NOTES.number, ref.row, BODY, value, 10 + n, None)]) for n, value in enumerate(odd)]
    for ws, space in (ana, bo):
        ws.apply(space, chained(history))
    assert body(ana, ref) == "words"
    assert ana[0].rows("SELECT count(*) FROM unprojected") == [(len(odd),)]
    assert verify(ana[0], plain_open).ok and state_hash(ana[0]) == state_hash(bo[0])
    withdraw(*ana, chained(history))
    assert ana[0].rows("SELECT count(*) FROM unprojected") == [(0,)]


def test_an_edit_that_does_not_fit_or_makes_a_text_too_long_has_no_effect(three: tuple[Side, Side, Side]) -> None:
    ana, bo, _ = three
    ref = add_note(*ana, title="n", body="x" * 400_000)
    exchange(ana, bo)
    head = ana[0].rows("SELECT version FROM prose WHERE row = ?", (ref.row,))[0][0]
    too_far = Edit(0, (), (400_001, "y"))
    too_long = Edit(0, (), (0, "y" * 350_000, 0, "z" * 350_000))
    late = 2**59
    history = [
        (n, [SetOp(NOTES.number, ref.row, BODY, encode_edit(edit), late + n, head)])
        for n, edit in enumerate((too_far, too_long))
    ]
    ana[0].apply(ana[1], chained(history))
    bo[0].apply(bo[1], chained(history)[::-1])
    assert body(ana, ref) == body(bo, ref) == "x" * 400_000
    assert has_effect(TEXT_MAX + 5, (0, 1)) and not has_effect(TEXT_MAX, (0, "a"))
    write(ana, ref, "short again")
    exchange(ana, bo)
    assert body(bo, ref) == "short again" and state_hash(ana[0]) == state_hash(bo[0])


@given(st.binary(max_size=200))
def test_whatever_bytes_a_text_is_sent_nothing_breaks(data: bytes) -> None:
    read = decode_edit(data)
    assert read is None or decode_edit(encode_edit(read)) == read


@given(st.integers(0, 2**32))
def test_a_changed_byte_of_an_edit_is_another_edit_or_none(seed: int) -> None:
    chance = random.Random(seed)
    steps = (0, "héllo 🙂", 3, 2, 1, "\n")
    whole = bytearray(encode_edit(Edit(chance.randrange(2**40), (bytes(16),), steps, (b"m" * 16,))))
    for _ in range(chance.randint(1, 4)):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    read = decode_edit(bytes(whole))
    if read is not None:
        text = "a text to try it on"
        if has_effect(len(text), read.steps):
            after = stepped(text, read.steps)
            assert not any(sign < "\t" for sign in after)
        assert atoms(read.steps) >= 1


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_steps_between_two_texts_make_one_of_the_other(old: str, new: str) -> None:
    steps = steps_between(old, new)
    assert has_effect(len(old), steps) and stepped(old, steps) == new
    assert bool(steps) == (old != new)


def test_a_small_change_of_a_long_text_travels_as_a_small_edit(three: tuple[Side, Side, Side]) -> None:
    ana, *_ = three
    words = " ".join(f"word{n}" for n in range(5_000))
    ref = add_note(*ana, title="n", body=words)
    write(ana, ref, words.replace("word77 ", "words ").replace("word4000", "more"))
    (size,) = ana[0].rows("SELECT length(value) FROM local_ops ORDER BY n DESC LIMIT 1")[0]
    assert size < 100


def test_every_version_of_a_text_can_be_read_again(three: tuple[Side, Side, Side]) -> None:
    ana, bo, _ = three
    ref = add_note(*ana, title="n", body="one")
    exchange(ana, bo)
    write(ana, ref, "one two")
    write(bo, ref, "zero one")
    exchange(ana, bo)
    key = (ana[1], NOTES.number, ref.row, BODY)
    told = [prose.text_at(ana[0].db.raw(), key, one.op.stamp) for one in placed(ana[0].db.raw(), key)]
    assert sorted(told) == ["one", "one two", "zero one"]
    assert body(ana, ref) == "zero one two"


def test_a_copy_of_a_workspace_that_goes_on_writing_loses_nothing(three: tuple[Side, Side, Side]) -> None:
    ana, bo, cem = three
    ref = add_note(*ana, title="n", body="base.")
    for ws, space in (bo, cem):
        ws.apply(space, packed(*ana))
    version = ana[0].rows("SELECT version FROM prose WHERE row = ?", (ref.row,))[0][0]
    dev = ana[0].device(ana[1])
    chain = int.from_bytes(version[:8], "big")
    twins: list[Opened] = []
    for n, words in enumerate((" left", " right")):
        edit = encode_edit(Edit(chain, (), (5, words)))
        op = SetOp(NOTES.number, ref.row, BODY, edit, chain + 5 + n, version)
        one = chained([(0, [op])])[0]
        twins.append(Opened(one.id, dev, 2, packed(*ana)[-1].id, one.ops, one.data))
    bo[0].apply(bo[1], twins)
    cem[0].apply(cem[1], twins[::-1])
    assert body(bo, ref) == body(cem, ref)
    assert "left" in body(bo, ref) and "right" in body(bo, ref)
    assert state_hash(bo[0]) == state_hash(cem[0])


def test_loose_edits_of_a_text_go_on_under_another_name(three: tuple[Side, Side, Side]) -> None:
    ana, bo, _ = three
    ref = add_note(*ana, title="n", body="sent.")
    packed(*ana)
    write(ana, ref, "sent. loose.")
    write(ana, ref, "sent. loose, too.")
    with ana[0].writing() as db:
        restamp(db, ana[1], to=b"another!")
    assert body(ana, ref) == "sent. loose, too."
    loose = ana[0].rows("SELECT stamp, value, base FROM local_ops WHERE col = ? ORDER BY n", (BODY,))
    assert [stamp[8:] for stamp, *_ in loose] == [b"another!"] * 2
    assert loose[1][2] == loose[0][0]
    write(ana, ref, "sent. loose, too. more.")
    history = [
        (0, [SetOp(NOTES.number, ref.row, BODY, value, int.from_bytes(stamp[:8], "big"), base)])
        for stamp, value, base in loose
    ]
    bo[0].apply(bo[1], packed(*ana)[:1])
    for changeset in chained(history):
        bo[0].apply(
            bo[1], [Opened(changeset.id, b"another!" * 2, changeset.seq, changeset.prev, changeset.ops, changeset.data)]
        )
    assert body(bo, ref) == "sent. loose, too."
