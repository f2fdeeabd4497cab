"""Differences: every choice that the app made by itself is listed with who and both values, settled once, and opened again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from circle_app.domain.ids import Ref
from circle_app.domain.rules import KINDS
from circle_app.domain.schema import BY_NAME
from circle_app.errors import RuleBroken
from circle_app.workspace import spaces
from circle_app.workspace.commands.attendance import mark
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.conflicts import both, keep_both, keep_shown, take_lost
from circle_app.workspace.commands.meetings import plan_meeting, set_meeting
from circle_app.workspace.commands.notes import add_note, delete_note, set_note
from circle_app.workspace.commands.people import add_person, own_row_id, set_person
from circle_app.workspace.commands.tasks import add_task, delete_task, set_task
from circle_app.workspace.commands.undo import last_done, redo, undo, undo_that
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.conflicts import Conflict, conflicts, open_conflict
from circle_app.workspace.queries.notes import note
from circle_app.workspace.queries.tasks import task, tasks
from tests.support.exchange import exchange
from tests.support.workspaces import new_circle, new_space, new_workspace

Side = tuple[Workspace, int]


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Side, Side]]:
    with new_workspace(tmp_path / "ana", seed=1) as ana, new_workspace(tmp_path / "bo", seed=2) as bo:
        sides = (ana, new_circle(ana)), (bo, new_space(bo))
        exchange(*sides)
        yield sides


def there(side: Side, ref: Ref) -> Ref:
    return Ref(side[1], ref.row)


def late(side: Side) -> None:
    side[0].clock.forward(seconds=60)  # type: ignore[attr-defined]


def values(side: Side) -> set[tuple[str, str, object, object]]:
    return {(c.kind, c.column, c.shown, c.lost) for c in conflicts(*side)}


def only(side: Side) -> Conflict:
    (one,) = conflicts(*side)
    return one


def difference(two: tuple[Side, Side]) -> Ref:
    """A promise that Bo put on the 28th and Ana, later and without knowing, on the 27th."""
    (ana, a), (bo, _) = two
    van = add_task(ana, a, title="Book the van", due="2026-11-24")
    exchange(*two)
    set_task(bo, there(two[1], van), due="2026-11-28")
    late(two[0])
    set_task(ana, van, due="2026-11-27")
    exchange(*two)
    return van


CELLS = (
    ("tasks", "title", ("a", "b", "c")), ("tasks", "due", ("2026-12-01", "2026-12-02")),
    ("tasks", "state", ("now", "waiting", "later")), ("meetings", "minutes", (60, 75, 120)),
    ("meetings", "place", ("Hall", "Library")), ("circle", "topic", ("Trees", "Lamps")), ("circle", "kind", KINDS),
)  # fmt: skip
SET = {"tasks": set_task, "meetings": set_meeting}


@pytest.mark.parametrize("seed", range(6))
def test_every_choice_that_dropped_a_value_is_listed_once_and_undo_lists_it_again(
    two: tuple[Side, Side], seed: int
) -> None:
    chance = random.Random(seed)
    ana, a = two[0]
    rows = {"tasks": add_task(ana, a, title="0"), "meetings": plan_meeting(ana, a, title="0")}
    exchange(*two)
    wrote: dict[tuple[str, str], dict[Side, object]] = {}
    for _ in range(14):
        kind, column, drawn = chance.choice(CELLS)
        side, value = chance.choice(two), chance.choice(drawn)
        if kind == "circle":
            set_circle(*side, **{column: value})
        else:
            SET[kind](side[0], there(side, rows[kind]), **{column: value})
        if _wrote(side, kind, column):
            wrote.setdefault((kind, column), {})[side] = value
        late(side)
    dropped = {
        (*cell, frozenset(by.values())) for cell, by in wrote.items() if len(by) == 2 and len(set(by.values())) == 2
    }
    exchange(*two)
    both_devices = {ws.device(space)[:8] for ws, space in two}
    for side in two:
        listed = [(c.kind, c.column, frozenset((c.shown, c.lost))) for c in conflicts(*side) if c.needs_you]
        assert dropped <= set(listed) and len(listed) == len(set(listed))
        assert all({c.lost_by, c.shown_by} == both_devices for c in conflicts(*side) if c.needs_you)
    for how in (keep_shown, take_lost):
        before = conflicts(ana, a)
        for card in before:
            now = open_conflict(ana, card)
            if now is not None:
                how(ana, now)
        assert conflicts(ana, a) == ()
        for _card in before:
            undo(ana)
        assert values(two[0]) == {(c.kind, c.column, c.shown, c.lost) for c in before}
        assert {c.lost_by for c in conflicts(ana, a)} == {c.lost_by for c in before}
    exchange(*two)
    assert values(two[1]) == values(two[0])


def _wrote(side: Side, kind: str, column: str) -> bool:
    """Whether a cell was edited here since the last exchange."""
    cell = BY_NAME[kind].number, BY_NAME[kind].column(column).number
    return bool(side[0].rows("SELECT 1 FROM local_ops WHERE space = ? AND tab = ? AND col = ?", (side[1], *cell)))


@pytest.mark.parametrize("how", [keep_shown, take_lost])
def test_undo_opens_a_settled_difference_again_for_everybody_and_redo_settles_it(
    two: tuple[Side, Side], how: Callable[[Workspace, Conflict], None]
) -> None:
    van = difference(two)
    ana = two[0][0]
    card = only(two[0])
    assert (card.shown, card.lost, card.mine) == ("2026-11-27", "2026-11-28", False)
    how(ana, card)
    settled = task(ana, van).due
    exchange(*two)
    assert conflicts(*two[0]) == conflicts(*two[1]) == ()
    for _ in range(2):
        undo(ana)
        exchange(*two)
        for side in two:
            again = only(side)
            assert (again.shown, again.lost) == ("2026-11-27", "2026-11-28")
            assert again.lost_by == two[1][0].device(two[1][1])[:8], "it is still Bo who wrote it"
        redo(ana)
        exchange(*two)
        assert conflicts(*two[0]) == conflicts(*two[1]) == () and task(ana, van).due == settled


def test_the_undo_of_a_message_opens_just_that_difference(two: tuple[Side, Side]) -> None:
    difference(two)
    ana, a = two[0]
    take_lost(ana, only(two[0]))
    number = last_done(ana)
    add_task(ana, a, title="Something else")
    undo_that(ana, number)
    assert values(two[0]) == {("tasks", "due", "2026-11-27", "2026-11-28")}
    assert {t.title for t in tasks(ana)} == {"Book the van", "Something else"}


def test_undo_does_not_open_what_somebody_wrote_over_since(two: tuple[Side, Side]) -> None:
    van = difference(two)
    ana, bo = two[0][0], two[1][0]
    take_lost(ana, only(two[0]))
    exchange(*two)
    late(two[1])
    set_task(bo, there(two[1], van), due="2026-12-24")
    exchange(*two)
    undo(ana)
    assert conflicts(*two[0]) == () and task(ana, van).due == "2026-12-24"


def test_both_texts_can_stay_where_they_are_words(two: tuple[Side, Side]) -> None:
    (ana, a), (bo, _) = two
    letter = add_note(ana, a, title="Letter", body="Dear all")
    exchange(*two)
    set_note(bo, there(two[1], letter), title="To the mayor")
    late(two[0])
    set_note(ana, letter, title="To the council")
    exchange(*two)
    card = next(c for c in conflicts(*two[0]) if c.column == "title")
    assert both(card) == "To the council / To the mayor"
    keep_both(ana, card)
    exchange(*two)
    assert conflicts(*two[0]) == conflicts(*two[1]) == ()
    assert note(bo, there(two[1], letter)).title == "To the council / To the mayor"
    undo(ana)
    assert values(two[0]) == {("notes", "title", "To the council", "To the mayor")}
    assert note(ana, letter).title == "To the council"
    redo(ana)
    assert note(ana, letter).title == "To the council / To the mayor" and conflicts(*two[0]) == ()


def test_dates_states_and_numbers_are_never_joined() -> None:
    def made(kind: str, column: str, shown: object, lost: object) -> Conflict:
        return Conflict(Ref(1, b"r" * 16), kind, column, shown, lost, b"s" * 16, 0, 0, False, b"t" * 16)  # type: ignore[arg-type]

    codes = (("tasks", "due"), ("tasks", "state"), ("meetings", "starts_at"), ("people", "status"), ("circle", "color"))
    for kind, column in codes:
        assert both(made(kind, column, "a", "b")) is None
    assert both(made("meetings", "minutes", 60, 90)) is None
    assert both(made("notes", "title", "a", None)) is None and both(made("notes", "title", "a", "  ")) is None
    assert both(made("notes", "title", "a" * 600, "b" * 600)) is None, "too long for one line"
    assert both(made("people", "note", "a\n", "b")) == "a\n\nb"


def test_words_written_into_what_was_deleted_meanwhile_are_listed_and_come_back(two: tuple[Side, Side]) -> None:
    (ana, a), (bo, _) = two
    van = add_task(ana, a, title="Book the van")
    exchange(*two)
    delete_task(ana, van)
    late(two[1])
    set_task(bo, there(two[1], van), title="Book the large van")
    exchange(*two)
    for side in two:
        card = only(side)
        assert (card.column, card.late, card.shown, card.lost) == ("deleted", "title", 1, "Book the large van")
        assert card.shown_by == ana.device(a)[:8] and card.lost_by == bo.device(two[1][1])[:8]
    keep_shown(bo, only(two[1]))
    exchange(*two)
    assert conflicts(*two[0]) == conflicts(*two[1]) == () and tasks(ana) == ()
    undo(bo)
    exchange(*two)
    assert only(two[0]).late == only(two[1]).late == "title" and tasks(ana) == ()
    redo(bo)
    assert conflicts(*two[1]) == ()
    undo(bo)
    exchange(*two)
    take_lost(ana, only(two[0]))
    exchange(*two)
    assert conflicts(*two[0]) == conflicts(*two[1]) == ()
    assert [t.title for t in tasks(bo)] == ["Book the large van"]
    undo(ana)
    assert tasks(ana) == () and only(two[0]).late == "title"


def test_an_edit_that_was_there_before_the_deletion_is_no_difference(two: tuple[Side, Side]) -> None:
    (ana, a), (bo, _) = two
    letter = add_note(ana, a, title="Letter", body="x")
    exchange(*two)
    set_note(bo, there(two[1], letter), title="Letter to the mayor")
    exchange(*two)
    late(two[0])
    delete_note(ana, letter)
    exchange(*two)
    assert conflicts(*two[0]) == conflicts(*two[1]) == ()


@pytest.mark.parametrize(("one", "other", "asks"), [("present", "late", False), ("late", "absent", True)])
def test_who_came_at_two_doors_asks_nobody_whether_they_were_late(
    two: tuple[Side, Side], one: str, other: str, asks: bool
) -> None:
    (ana, a), (bo, _) = two
    meeting, dora = plan_meeting(ana, a, title="Evening"), add_person(ana, a, name="Dora")
    exchange(*two)
    mark(ana, meeting, dora, status=one)
    late(two[1])
    mark(bo, there(two[1], meeting), there(two[1], dora), status=other)
    exchange(*two)
    assert [c.needs_you for c in conflicts(ana, a) if c.column == "status"] == [asks]


def test_what_the_app_notes_by_itself_asks_nobody_but_stays_on_the_list(two: tuple[Side, Side]) -> None:
    (ana, a), (bo, _) = two
    van = add_task(ana, a, title="Book the van")
    exchange(*two)
    table = BY_NAME["tasks"]
    bo.record(two[1][1], [Put(table, van.row, {"pos": "b"})])
    late(two[0])
    ana.record(a, [Put(table, van.row, {"pos": "c"})])
    exchange(*two)
    assert not only(two[0]).needs_you
    take_lost(ana, only(two[0]))
    assert conflicts(*two[0]) == ()


def test_a_participant_of_a_course_settles_only_their_own_line(two: tuple[Side, Side]) -> None:
    (ana, a), (bo, b) = two
    set_circle(ana, a, kind="course")
    mine = Ref(b, own_row_id(spaces.my_member(bo, b)))
    bo.record(b, [Put(BY_NAME["people"], mine.row, {"name": "Bo", "member": spaces.my_member(bo, b)})])
    exchange(*two)
    difference(two)
    spaces.set_space(bo, b, role="participant")
    set_person(bo, mine, languages="pl")
    late(two[0])
    set_person(ana, there(two[0], mine), languages="en")
    exchange(*two)
    found = {c.kind: c for c in conflicts(*two[1])}
    with pytest.raises(RuleBroken):
        take_lost(bo, found["tasks"])
    take_lost(bo, found["people"])
    assert {c.kind for c in conflicts(*two[1])} == {"tasks"}
