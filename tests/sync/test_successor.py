"""A circle whose organizers fell out goes on in a new one: the same content, whole references, nobody sees more than before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from circle_app.domain.ids import Ref, natural_row_id
from circle_app.domain.schema import ATTENDANCE, BY_NAME, BY_NUMBER, MEETINGS, NOTES, TABLES, Kind
from circle_app.errors import RuleBroken
from circle_app.workspace import carried, spaces
from circle_app.workspace.changes import Touched
from circle_app.workspace.commands.agenda import add_item
from circle_app.workspace.commands.attendance import mark
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.comments import add_comment
from circle_app.workspace.commands.meetings import delete_meeting, plan_meeting
from circle_app.workspace.commands.notes import add_note, set_note
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.tasks import add_task, complete_for_me, delete_task
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.db import Workspace
from circle_app.workspace.dump import dump
from circle_app.workspace.queries.circles import circle, my_circles
from circle_app.workspace.queries.notes import notes
from circle_app.workspace.queries.people import me, people
from circle_app.workspace.queries.rows import target
from circle_app.workspace.queries.search import search
from circle_app.workspace.queries.tasks import tasks
from circle_app.workspace.verify import verify
from sync.client.leaving import leave
from sync.client.successor import start_successor
from tests.support.machines import Machine, machine
from tests.support.pair import Pair, ana_and_ben
from ui.folder import open_folder


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with ana_and_ben(tmp_path) as made:
        yield made


@pytest.fixture
def ana(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path / "ana", "Ana") as made:
        yield made


def live_through(ws: Workspace, no: int) -> dict[str, Ref]:
    """An evening with everything that refers to something else; returns a few of its rows."""
    mine = me(ws, no)
    assert mine is not None
    cleo = add_person(ws, no, name="Cleo", confirmed=True, contact="cleo@example.org", languages="pl")
    dan = add_person(ws, no, name="Dan", status="guest", contact="0123")
    evening = plan_meeting(ws, no, title="First evening", private_notes="Mind the time.")
    step = add_item(ws, evening, title="Round", lead=cleo, method="Everybody\nspeaks once.")
    for person in (mine, cleo, dan):
        mark(ws, evening, person, status="present")
    outcome = add_outcome(ws, evening, kind="task", text="Call the council", item=step, owner=cleo)
    add_outcome(ws, evening, kind="note", text="Only for me", private=True)
    everyone = add_task(ws, no, title="Read the plan", everyone=True)
    complete_for_me(ws, everyone)
    note = add_note(ws, no, title="Bees", body="Buy seeds.\nSow them.", meeting=evening)
    set_note(ws, note, body="Buy many seeds.\nSow them.")
    add_comment(ws, note, table=NOTES, text="In March, please.")
    delete_task(ws, add_task(ws, no, title="A slip"))
    gone = plan_meeting(ws, no, title="Did not happen")
    add_item(ws, gone, title="Never said")
    add_comment(ws, gone, table=MEETINGS, text="What a pity.")
    delete_meeting(ws, gone)
    set_circle(ws, no, plan="Six evenings.\nThen we see.", agreements="One speaks.", origin="A course, its authors")
    return {"me": mine, "cleo": cleo, "dan": dan, "evening": evening, "outcome": outcome, "note": note}


def content(ws: Workspace, no: int) -> dict[str, list[dict[str, Any]]]:
    """What of a circle is shown, by table, without files; ids as they are."""
    wanted = spaces.space(ws, no).space32.hex()
    (tables,) = (c["tables"] for c in dump(ws)["circles"] if c["id"] == wanted)
    return {
        name: [row for row in rows if not row.pop("deleted", 0)] for name, rows in tables.items() if name != "files"
    }


def renamed(value: Any, names: dict[str, str]) -> Any:
    return names.get(value, value) if isinstance(value, str) else value


def test_the_content_is_the_same_but_for_ones_own_row_and_who_is_in(ana: Machine) -> None:
    old = ana.found(topic="Bees", place="Library", rhythm="weekly", color="#2f6f62")
    rows = live_through(ana.ws, old)
    new = start_successor(ana.ws, ana.vault, old, name="Elm Street II", my_name="Ana", chosen=[rows["cleo"].row])
    was, now = content(ana.ws, old), content(ana.ws, new)
    mine, there = rows["me"].row, me(ana.ws, new)
    assert there is not None and there.row != mine
    names = {mine.hex(): there.row.hex()}
    for table, column in (("attendance", "meeting"), ("task_completions", "task")):
        for row in was[table]:
            if row["person"] == mine.hex():
                number, above = BY_NAME[table].number, bytes.fromhex(row[column])
                names[row["id"]] = natural_row_id(number, above, there.row).hex()
    gone = {row["id"] for row in was["agenda_items"] if row["title"] == "Never said"}
    gone |= {row["id"] for row in was["comments"] if row["text"] == "What a pity."}
    for table in was.keys() - {"people", "circle"}:
        expected = [{k: renamed(v, names) for k, v in row.items()} for row in was[table] if row["id"] not in gone]
        assert sorted(expected, key=str) == sorted(now[table], key=str), table
    (before,), (after,) = was["circle"], now["circle"]
    assert after == {**before, "name": "Elm Street II", "origin": "Elm Street\nA course, its authors"}
    assert {row["name"]: row["status"] for row in now["people"]} == {"Ana": "member", "Cleo": "invited", "Dan": "guest"}
    assert all("member" not in row for row in now["people"] if row["name"] != "Ana")
    cleo = next(row for row in now["people"] if row["name"] == "Cleo")
    assert (cleo["contact"], cleo["languages"]) == ("cleo@example.org", "pl")
    assert spaces.space(ana.ws, new).role == "organizer" and spaces.space(ana.ws, new).state == "active"


def test_every_reference_in_the_new_circle_leads_to_a_row_of_it(ana: Machine) -> None:
    old = ana.found()
    live_through(ana.ws, old)
    new = start_successor(ana.ws, ana.vault, old, name="Anew", my_name="Ana")
    held = {(BY_NAME[name].number, row["id"]) for name, rows in content(ana.ws, new).items() for row in rows}
    count = 0
    for name, rows in content(ana.ws, new).items():
        for column in (c.name for c in BY_NAME[name].columns if c.kind is Kind.REF):
            for row in rows:
                if column not in row or column == "member":
                    continue
                kind = target(name, column)
                number = row["parent_table"] if column == "parent" else BY_NAME[kind or ""].number
                assert (number, row[column]) in held, (name, column)
                count += 1
    assert count > 15
    for row in content(ana.ws, new)["attendance"]:
        meeting, person = bytes.fromhex(row["meeting"]), bytes.fromhex(row["person"])
        assert row["id"] == natural_row_id(ATTENDANCE.number, meeting, person).hex()


def test_of_people_who_are_not_asked_the_name_alone_goes_along(ana: Machine) -> None:
    old = ana.found()
    rows = live_through(ana.ws, old)
    new = start_successor(ana.ws, ana.vault, old, name="Anew", my_name="Ana")
    listed = {p.name: p for p in people(ana.ws, new, gone=True)}
    assert (listed["Cleo"].status, listed["Dan"].status) == ("gone", "guest")
    for name in ("Cleo", "Dan"):
        assert not any(getattr(listed[name], each) for each in ("contact", "note", "needs", "languages", "offers"))
    assert listed["Cleo"].ref.row == rows["cleo"].row
    assert {t.owner_name for t in tasks(ana.ws, space=new)} >= {"Cleo"}


def test_the_old_circle_is_untouched_and_no_step_of_it_can_be_taken_back(ana: Machine) -> None:
    old = ana.found()
    rows = live_through(ana.ws, old)
    before = content(ana.ws, old)
    waiting = ana.ws.rows("SELECT count(*) FROM local_ops WHERE space = ?", (old,))
    new = start_successor(ana.ws, ana.vault, old, name="Anew", my_name="Ana", chosen=[rows["cleo"].row])
    assert content(ana.ws, old) == before
    assert ana.ws.rows("SELECT count(*) FROM local_ops WHERE space = ?", (old,)) == waiting
    there = content(ana.ws, new)
    while undo(ana.ws):
        pass
    assert content(ana.ws, new) == there
    assert verify(ana.ws).ok


def test_a_participant_goes_on_without_the_organizer_and_others_join(pair: Pair, tmp_path: Path) -> None:
    note = add_note(pair.ana.ws, pair.ours, title="Plans", body="By Ana.")
    apart = add_note(pair.ana.ws, pair.ours, title="Ana's own", private=True)
    add_comment(pair.ana.ws, apart, table=NOTES, text="Nobody's business")
    add_note(pair.ben.ws, pair.theirs, title="Ben's own", private=True)
    evening = plan_meeting(pair.ana.ws, pair.ours, title="Evening", private_notes="Ask Ben to talk less.")
    plan_meeting(pair.ben.ws, pair.theirs, title="Walk", private_notes="My own list.")
    pair.settle()
    set_note(pair.ben.ws, Ref(pair.theirs, note.row), body="By Ana.\nAnd Ben.")
    pair.settle()
    new = start_successor(pair.ben.ws, pair.ben.vault, pair.theirs, name="Elm Street II", my_name="Ben")
    assert {(n.title, n.body) for n in notes(pair.ben.ws, space=new)} == {
        ("Plans", "By Ana.\nAnd Ben."),
        ("Ben's own", ""),
    }
    assert "comments" not in content(pair.ben.ws, new)
    private = {row["title"]: row.get("private_notes") for row in content(pair.ben.ws, new)["meetings"]}
    assert private == {"Evening": None, "Walk": "My own list."}
    assert evening.row.hex() in {row["id"] for row in content(pair.ben.ws, new)["meetings"]}
    with machine(tmp_path / "cleo", "Cleo") as cleo:
        there = cleo.join(pair.ben.invite(new))
        assert {n.title for n in notes(cleo.ws, space=there)} == {"Plans", "Ben's own"}
        assert circle(cleo.ws, there).origin == "Elm Street"
        assert pair.ben.sync(new).problem is None
        assert content(cleo.ws, there) == content(pair.ben.ws, new)
    assert len(my_circles(pair.ana.ws)) == 1


def test_a_follower_takes_along_what_they_could_read_and_nothing_more(pair: Pair, tmp_path: Path) -> None:
    add_note(pair.ana.ws, pair.ours, title="For everybody")
    add_note(pair.ana.ws, pair.ours, title="For the organizers", private=True)
    with machine(tmp_path / "fay", "Fay") as fay:
        here = fay.join(pair.ana.invite(pair.ours, role="follower"))
        shown = {(name, row["id"]) for name, rows in content(fay.ws, here).items() for row in rows}
        new = start_successor(fay.ws, fay.vault, here, name="Anew", my_name="Fay")
        mine = me(fay.ws, new)
        assert mine is not None
        told = {(name, row["id"]) for name, rows in content(fay.ws, new).items() for row in rows}
        assert told - {("people", mine.row.hex())} <= shown
        assert {n.title for n in notes(fay.ws, space=new)} == {"For everybody"}
        assert spaces.space(fay.ws, here).role == "follower"


def test_it_works_without_a_network_and_from_a_circle_that_one_left(pair: Pair) -> None:
    add_note(pair.ben.ws, pair.theirs, title="Bees")
    pair.settle()
    leave(pair.ben.ws, pair.ben.vault, pair.theirs, engine=pair.ben.engine)
    pair.server.stop()
    new = start_successor(pair.ben.ws, pair.ben.vault, pair.theirs, name="Anew", my_name="Ben")
    assert [n.title for n in notes(pair.ben.ws, space=new)] == ["Bees"]
    assert spaces.space(pair.ben.ws, new).server == pair.server.url
    add_note(pair.ben.ws, new, title="More bees")


def test_large_circles_are_written_a_bounded_number_of_rows_at_a_time(ana: Machine) -> None:
    old = ana.found()
    for number in range(2 * carried.BATCH_ROWS + 1):
        add_task(ana.ws, old, title=f"Task {number}")
    add_note(ana.ws, old, title="Long", body="word " * (carried.BATCH_LETTERS // 4))
    passage = carried.Passage(old, None, bytes(16), frozenset())
    found = list(carried.carried(ana.ws, passage))
    assert len(found) >= 4 and all(len(batch) <= carried.BATCH_ROWS for batch in found)
    new = start_successor(ana.ws, ana.vault, old, name="Anew", my_name="Ana")
    assert len(tasks(ana.ws, space=new)) == 2 * carried.BATCH_ROWS + 1
    assert notes(ana.ws, space=new)[0].body == notes(ana.ws, space=old)[0].body


class Killed(BaseException):
    """The program ends here."""


@pytest.mark.parametrize("writes", range(1, 9))
def test_a_crash_in_the_middle_leaves_no_half_circle(tmp_path: Path, writes: int) -> None:
    folder = tmp_path / "data"
    ws, vault = open_folder(folder)
    with ws:
        from sync.client.enrol import found_circle

        old = found_circle(ws, vault, name="Elm Street", kind="citizen_circle", my_name="Ana")
        for number in range(2 * carried.BATCH_ROWS):
            add_task(ws, old, title=f"Task {number}")
        before = content(ws, old)
        left = [writes]

        def kill(_news: Touched) -> None:
            left[0] -= 1
            if not left[0]:
                raise Killed

        stop = ws.subscribe(kill)
        with pytest.raises(Killed):
            start_successor(ws, vault, old, name="Anew", my_name="Ana")
        stop()
        shown = [c.name for c in my_circles(ws)]
    ws, vault = open_folder(folder)
    with ws:
        circles = [c.name for c in my_circles(ws)]
        assert circles == shown and circles[0] == "Elm Street"
        assert content(ws, old) == before
        whole = len(circles) == 2
        assert len(spaces.spaces(ws)) == len(circles)
        assert len(tasks(ws)) == (2 if whole else 1) * 2 * carried.BATCH_ROWS
        assert len(search(ws, "Task 7", limit=10_000)) % len(circles) == 0
        loose = {row[0] for row in ws.rows("SELECT DISTINCT space FROM local_ops")}
        assert loose <= {s.no for s in spaces.spaces(ws)}


@pytest.mark.parametrize("state", ["waiting", "joining", "founding"])
def test_where_nothing_was_read_yet_there_is_nothing_to_go_on_from(ana: Machine, state: str) -> None:
    old = ana.found()
    spaces.set_space(ana.ws, old, state=state)
    with pytest.raises(RuleBroken):
        start_successor(ana.ws, ana.vault, old, name="Anew", my_name="Ana")
    assert len(spaces.spaces(ana.ws)) == 1


def test_an_empty_name_is_refused_and_leaves_nothing(ana: Machine) -> None:
    old = ana.found()
    with pytest.raises(RuleBroken):
        start_successor(ana.ws, ana.vault, old, name="  ", my_name="Ana")
    assert len(spaces.spaces(ana.ws)) == 1


def test_every_reference_column_is_followed_or_named_here() -> None:
    """A new one would be emptied on the way: say in queries/rows where it points to."""
    unknown = {
        (table.name, column.name)
        for table in TABLES
        for column in BY_NUMBER[table.number].columns
        if column.kind is Kind.REF and column.name != "parent" and target(table.name, column.name) is None
    }
    assert unknown == {("people", "member")}
