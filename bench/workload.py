"""The work that all figures are taken with: edits of meetings, agenda, attendance, tasks and notes.

Of n cell edits 60 in 100 make new rows and 40 change a text that is there, mostly texts of 60 bytes: 100,000 edits are
about 22,000 rows. The same edits come out at every run.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from circle_app.domain.ops import Value
from circle_app.domain.schema import AGENDA_ITEMS, ATTENDANCE, MEETINGS, NOTES, TASKS, Table
from circle_app.workspace.db import Put, Workspace

PUTS_EACH = 50
"""Rows touched by one command."""
_SHARES = ((MEETINGS, 2), (AGENDA_ITEMS, 28), (ATTENDANCE, 26), (TASKS, 24), (NOTES, 20))
_TEXT = {"meetings": "title", "agenda_items": "title", "attendance": "note", "tasks": "title", "notes": "title"}
_SYLLABLES = [
    "ba",
    "be",
    "bo",
    "da",
    "de",
    "di",
    "ga",
    "go",
    "ka",
    "ke",
    "ko",
    "la",
    "le",
    "li",
    "lo",
    "ma",
    "me",
    "mi",
    "mo",
    "na",
    "ne",
    "no",
    "pa",
    "pe",
    "po",
    "ra",
    "re",
    "ri",
    "ro",
    "sa",
    "se",
    "so",
    "ta",
    "te",
    "to",
    "va",
]


def write(ws: Workspace, space: int, edits: int) -> int:
    """Writes about that many cells as commands do, and returns how many it wrote."""
    before = ws.rows("SELECT count(*) FROM local_ops")[0][0]
    some: list[Put] = []
    for put in puts(edits):
        some.append(put)
        if len(some) == PUTS_EACH:
            ws.record(space, some, label="bench")
            some = []
    ws.record(space, some, label="bench")
    return int(ws.rows("SELECT count(*) FROM local_ops")[0][0]) - int(before)


def puts(edits: int, *, seed: int = 7) -> Iterator[Put]:
    """New rows and new texts for old rows, mixed, until so many cells are set."""
    draw = random.Random(seed)
    words = ["".join(draw.choices(_SYLLABLES, k=draw.randint(1, 4))) for _ in range(1_500)]
    tables = [table for table, share in _SHARES for _ in range(share)]
    rows: list[tuple[Table, bytes]] = []
    meetings: list[bytes] = []
    made = changed = 0
    while made + changed < edits:
        if rows and changed < 0.4 * (made + changed):
            table, row = rows[draw.randrange(len(rows))]
            changed += 1
            yield Put(table, row, {_TEXT[table.name]: _text(draw, words)})
            continue
        table = tables[draw.randrange(len(tables))] if meetings else MEETINGS
        row = draw.randbytes(16)
        rows.append((table, row))
        if table is MEETINGS:
            meetings.append(row)
        values = _new(table, meetings[draw.randrange(len(meetings))], draw, words)
        made += len(values)
        yield Put(table, row, values)


def _new(table: Table, meeting: bytes, draw: random.Random, words: list[str]) -> dict[str, Value]:
    text = _text(draw, words)
    match table.name:
        case "meetings":
            day = f"{draw.randint(2024, 2026)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
            return {"title": text, "starts_at": f"{day}T18:30", "place": _text(draw, words)}
        case "agenda_items":
            return {"meeting": meeting, "title": text, "question": _text(draw, words)}
        case "attendance":
            return {"meeting": meeting, "person": draw.randbytes(16), "note": text}
        case "tasks":
            return {"title": text, "state": draw.choice(("now", "waiting", "later")), "meeting": meeting}
    return {"title": text, "meeting": meeting}


def _text(draw: random.Random, words: list[str]) -> str:
    text = ""
    while len(text) < 60:
        text += words[draw.randrange(len(words))] + " "
    return text[:60]
