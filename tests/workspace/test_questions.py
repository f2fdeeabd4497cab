"""What every sync asks of a circle with a long history is answered by an index, not by reading the history."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from circle_app.domain.schema import TASKS
from circle_app.workspace import inbox, journal, told
from circle_app.workspace.changes import CONTENT, MEMBERSHIP
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.history import NO_UNDO
from circle_app.workspace.queries.conflicts import conflicts
from tests.support.workspaces import StillClock, new_circle, new_workspace

DEV = b"d" * 16


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with new_workspace(tmp_path / "data") as made:
        yield made


def asked(ws: Workspace, question: Callable[[], object]) -> list[tuple[str, Any]]:
    """The statements that a question comes down to, with their parameters."""
    found: list[tuple[str, Any]] = []
    db = ws.db.raw()

    def note(_cursor: object, sql: str, given: Any) -> bool:
        found.append((sql, given))
        return True

    db.exec_trace = note
    try:
        question()
    finally:
        db.exec_trace = None
    return found


def plan(ws: Workspace, question: Callable[[], object]) -> str:
    db = ws.db.raw()
    return "\n".join(
        row[3] for sql, given in asked(ws, question) for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", given or ())
    )


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (lambda ws, no: journal.ids(ws, no, kind=MEMBERSHIP), "changesets_kind"),
        (lambda ws, no: journal.stored(ws, no, kind=MEMBERSHIP), "changesets_kind"),
        (lambda ws, no: journal.carried(ws, no), "changesets_carried"),
        (lambda ws, no: journal.note_brought(ws, no, {}), "changesets_carried"),
        (lambda ws, no: journal.outbox(ws, no), "changesets_waiting"),
        (lambda ws, no: journal.stored(ws, no, dev=DEV, after=7), "changesets_seq (space=? AND dev=? AND seq>?)"),
    ],
    ids=["ids", "stored", "carried", "note_brought", "outbox", "chain"],
)
def test_the_few_are_found_without_reading_the_many(
    ws: Workspace, question: Callable[[Workspace, int], object], index: str
) -> None:
    no = new_circle(ws)
    assert f"USING INDEX {index}" in plan(ws, lambda: question(ws, no))


def test_changesets_of_a_kind_are_those(ws: Workspace) -> None:
    no = new_circle(ws)
    with ws.writing() as db:
        for seq, kind in enumerate((MEMBERSHIP, CONTENT, 2, MEMBERSHIP), 1):
            db.execute(
                "INSERT INTO changesets (space, id, dev, seq, prev, kind, ops, mine, acked, data) "
                "VALUES (?, ?, ?, ?, ?, ?, 0, 0, 1, x'00')",
                (no, bytes([9 - seq]) * 32, DEV, seq, bytes(32), kind),
            )
    of_kind = {kind: [s.seq for s in journal.stored(ws, no, kind=kind, dev=DEV)] for kind in (CONTENT, MEMBERSHIP, 2)}
    assert of_kind == {CONTENT: [2], MEMBERSHIP: [1, 4], 2: [3]}
    assert [s.seq for s in journal.stored(ws, no, dev=DEV)] == [1, 2, 3, 4]
    assert [i[0] for i in journal.ids(ws, no, kind=MEMBERSHIP)] == [5, 8]
    assert [i[0] for i in journal.ids(ws, no, kind=CONTENT)] == [7]


def test_claims_that_wait_do_not_hold_up_whoever_writes(ws: Workspace) -> None:
    """A server may hold much back, and then every page is met by all that is claimed: one look, and no writing."""
    no = new_circle(ws)
    told.note_told(ws, no, [(DEV, (DEV, seq, os.urandom(8))) for seq in range(1, 301)])
    again = asked(ws, lambda: told.note_told(ws, no, []))
    assert len(again) < 5 and not any(sql.startswith("BEGIN") for sql, _ in again)
    (held_back,) = told.missing(ws, no)
    assert (held_back.teller, held_back.dev, held_back.count) == (DEV, DEV, 300)


@pytest.mark.parametrize("table", ["inbox", "quarantine", "changesets"])
def test_a_claim_ends_when_what_it_names_is_here(ws: Workspace, table: str) -> None:
    no, came = new_circle(ws), os.urandom(32)
    told.note_told(ws, no, [(DEV, (DEV, 5, came[:8])), (DEV, (DEV, 6, bytes(8)))])
    more = {
        "inbox": ("why", "added_ms"),
        "quarantine": ("code", "added_ms"),
        "changesets": ("prev", "kind", "ops", "mine", "acked"),
    }
    columns = ("space", "id", "dev", "seq", "data", *more[table])
    with ws.writing() as db:
        db.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES (?, ?, ?, 5, x'00'{', 0' * len(more[table])})",
            (no, came, DEV),
        )
    told.note_told(ws, no, [])
    assert ws.rows("SELECT seq FROM told") == [(6,)]
    assert [m.count for m in told.missing(ws, no)] == [6]


def test_what_is_judged_again_keeps_the_time_at_which_it_was_put_aside(tmp_path: Path) -> None:
    clock = StillClock()
    with new_workspace(tmp_path / "aside", clock=clock) as ws:
        no, began = new_circle(ws), clock.ms
        for code in ("not_member", "rejected"):
            inbox.quarantine(ws, no, id=bytes(32), dev=DEV, seq=1, code=code, data=b"bytes")
            clock.forward(minutes=5)
        (held,) = inbox.quarantined(ws, no)
        assert (held.why, held.added_ms) == ("rejected", began)


def test_a_cell_that_was_edited_very_often_is_looked_through_once(ws: Workspace) -> None:
    """Whoever edits one cell again and again must not keep everybody else's computer busy."""
    no, row = new_circle(ws), bytes(16)

    def steps(edits: int) -> int:
        """What SQLite does to find the differences, in thousands of instructions."""
        for n in range(edits):
            ws.record(no, [Put(TASKS, row, {"title": f"{edits} {n}"})], trail=NO_UNDO)
        counted = 0

        def count() -> bool:
            nonlocal counted
            counted += 1
            return False

        ws.db.raw().set_progress_handler(count, 100)
        assert conflicts(ws, no) == ()
        ws.db.raw().set_progress_handler(None)
        return counted

    few = steps(150)
    assert steps(450) < 8 * few  # four times as many kept edits now
