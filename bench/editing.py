"""One durable edit through a command, against the bare state + log transaction on the same disk."""

from __future__ import annotations

import os
import time
from pathlib import Path

import apsw

from bench.circles import workspace
from bench.measure import micro, percentile, ratio, show
from circle_app.workspace.commands import meetings, outcomes
from sync.client import enrol

EDITS = 1_500


def run(scratch: Path) -> None:
    bare, ours = [], []
    limit = Bare(scratch / "bare.db")
    with workspace(scratch / "edits") as (ws, vault):
        space = enrol.found_circle(ws, vault, name="Bench", kind="citizen_circle", my_name="Ana")
        meeting = meetings.plan_meeting(ws, space, title="The evening", starts_at="2026-11-24T18:30")
        for n in range(EDITS):
            begin = time.perf_counter()
            limit.edit(n)
            middle = time.perf_counter()
            outcomes.add_outcome(
                ws, meeting, kind="note", text=f"Line {n}: sixty bytes of what somebody said in the hall tonight"
            )
            bare.append(middle - begin)
            ours.append(time.perf_counter() - middle)
    limit.close()
    p50, p99 = percentile(ours, 50), percentile(ours, 99)
    bare50 = percentile(bare, 50)
    show(
        f"One durable edit, WAL and FULL ({EDITS} of each, in turn)",
        ("bare state row + log row in one transaction, p50", micro(bare50)),
        ("bare, p99", micro(percentile(bare, 99))),
        ("a command (rule, ops, rows, search, undo), p50", micro(p50)),
        ("a command, p99", micro(p99)),
        ("  p50 against bare p50", ratio(p50, bare50)),
        ("  p99 against bare p50", ratio(p99, bare50)),
    )


class Bare:
    """The least that a durable, logged edit costs: two rows in one FULL transaction."""

    def __init__(self, path: Path) -> None:
        self._db = apsw.Connection(str(path))
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("CREATE TABLE state (id BLOB PRIMARY KEY, text TEXT, stamp BLOB) WITHOUT ROWID")
        self._db.execute("CREATE TABLE log (n INTEGER PRIMARY KEY, id BLOB, text TEXT, stamp BLOB)")

    def edit(self, n: int) -> None:
        row, text, stamp = (
            os.urandom(16),
            f"Line {n}: sixty bytes of what somebody said in the hall tonight",
            os.urandom(16),
        )
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute("INSERT INTO state VALUES (?, ?, ?)", (row, text, stamp))
        self._db.execute("INSERT INTO log (id, text, stamp) VALUES (?, ?, ?)", (row, text, stamp))
        self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()
