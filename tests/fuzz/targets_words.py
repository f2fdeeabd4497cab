"""Text that people type, paste or sync, on its way to a screen, a search, a paper or a setting."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from circle_app.documents.blocks import Document
from circle_app.documents.html import to_html
from circle_app.documents.labels import ENGLISH
from circle_app.documents.markdown import block_lines
from circle_app.documents.markdown_view import safe_link, to_blocks
from circle_app.documents.redact import redact_blocks, redactor
from circle_app.domain import agenda, dates, text
from circle_app.domain.prose import Edit, stepped, steps_between
from circle_app.domain.prose_wire import decode_edit, encode_edit
from circle_app.errors import RuleBroken
from circle_app.workspace import settings
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.search import search
from sync.client.mark import read_mark, read_unread
from tests.fuzz.targets import Target, words
from tests.simulator.run import MEMORY
from tests.support.workspaces import new_circle, new_workspace

PAGE = b"""# Elm Street

*Zoe* writes to **zoe@example.org**: see [the plan](https://example.org/a?b=c) `code`

1. one
   - two
> quoted

| a | b |
|---|---|
| 1 | 2 |

```py
x = 1
```
---
"""


def targets() -> list[Target]:
    typed = (b"next friday", b"in 2 weeks", b"24.12.", b"2026-12-04", b"1 h 30", b"90", b"18h30", b"6:30 pm")
    asked = (b"oven monday", b'"the oven" OR x', b"a* NEAR(b c)", "\u0645\u062e\u0628\u0632 Zo\u00eb".encode())
    edits = (Edit(0, (bytes(16),), (0, "hello", 5, 3)), Edit(7, (), (), (bytes(16),)))
    return [
        Target("markdown", _markdown, (), (PAGE, PAGE * 3)),
        Target("redacting", _redacting, (RuleBroken,), (PAGE, b"Zoe", b"Zoe de la Cruz\nzoe@example.org")),
        Target("searching", lambda data: search(_workspace(), words(data)), (), asked),
        Target("typed-date", _typed, (), typed),
        Target("typed-text", _kept, (RuleBroken,), (PAGE, b"a line", b"two\r\nlines\x00")),
        Target("text-edit", decode_edit, (), tuple(encode_edit(edit) for edit in edits)),
        Target("text-steps", _steps, (), (PAGE + b"\x00" + PAGE, b"one two three\x00one 2 three four", PAGE)),
        Target("setting", _setting, (), (b"1.25", b"dark", b"00ff:12:00", b"12")),
    ]  # fmt: skip


def _markdown(data: bytes) -> None:
    """What a reader sees, and the paper that is written from it; both come to an end."""
    blocks = to_blocks(words(data))
    lines = block_lines(blocks)
    to_html(Document("Title", blocks))
    to_blocks("\n".join(lines))
    safe_link(words(data[:80]))


def _redacting(data: bytes) -> None:
    """The bytes are somebody's name, and the page that is to be without it."""
    ws = _workspace()
    name, _, page = words(data).partition("\n")
    known = [p for p in people(ws) if p.name]
    hide = redactor([*known, *(_renamed(p, name) for p in known[:1])], ENGLISH)
    redact_blocks(to_blocks(page or name), hide)


def _renamed(person: object, name: str) -> object:
    from dataclasses import replace

    return replace(person, name=name, contact=name)  # type: ignore[type-var]


def _typed(data: bytes) -> None:
    from datetime import date

    said = words(data)
    for read in (
        lambda: dates.parse_date(said, date(2026, 11, 24)),
        lambda: agenda.parse_minutes(said),
        lambda: agenda.parse_clock(said),
    ):
        try:
            read()
        except RuleBroken:
            continue


def _kept(data: bytes) -> None:
    said = words(data)
    text.fold(said), text.search_words(said), text.match_expression(said), text.title_of(said)
    once = text.tidy_body(said)
    assert text.tidy_body(once) == once
    text.kept_line(said)
    text.kept_body(said)


def _steps(data: bytes) -> None:
    """The steps from one text to another lead there, whatever the two are."""
    old, _, new = words(data).partition("\x00")
    assert stepped(old, steps_between(old, new)) == new


def _setting(data: bytes) -> None:
    """A setting that was written by another version, or damaged: it counts as not set."""
    from ui.settings import Settings

    ws, said = _workspace(), words(data)
    for name in ("text_scale", "theme", "language", "sync.mark.1", "sync.unread.1"):
        settings.put(ws, name, said)
    kept = Settings(ws)
    assert 1 <= kept.scale <= 2
    assert isinstance(kept.scheme, str) and isinstance(kept.language, str)
    read_mark(ws, 1)
    read_unread(ws, 1)


@cache
def _workspace() -> Workspace:
    """A small workspace for as long as this process lives."""
    folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
    _kept_folders.append(folder)
    ws = new_workspace(Path(folder.name) / "w")
    space = new_circle(ws)
    add_note(ws, space, title="The oven", body="The bakery lends us its oven on Mondays. \u0645\u062e\u0628\u0632")
    add_person(ws, space, name="Zoe de la Cruz")
    return ws


_kept_folders: list[tempfile.TemporaryDirectory[str]] = []
