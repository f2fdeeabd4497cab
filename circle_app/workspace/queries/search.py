"""Searching everything by words, and the hits in the order of their worth."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.domain.schema import BY_NUMBER, Table
from circle_app.domain.text import fold_name, match_expression
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import CIRCLE_ROW
from circle_app.workspace.queries.rows import hidden_with
from circle_app.workspace.wordindex import keep_up

SNIPPET_CHARS = 120


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that holds every word. `kind` is its table's name; `meeting` the meeting it belongs to, if any."""

    ref: Ref
    kind: str
    title: str
    snippet: str
    circle_name: str
    color: str | None
    meeting: Ref | None


def search(ws: Workspace, text: str, limit: int = 50) -> tuple[Hit, ...]:
    """Rows in which every word of `text` begins a word, accents, Arabic marks and the ways of keyboards aside; the best
    first.

    What belongs to something deleted is out of sight with it.
    """
    expression = match_expression(text)
    if not expression:
        return ()
    keep_up(ws)
    found = ws.rows(
        "SELECT r.space, r.tab, r.row, coalesce(c.name, ''), c.color FROM search s JOIN search_rows r ON r.id = s.rowid "
        "LEFT JOIN circle c ON c.space = r.space AND c.id = ? WHERE search MATCH ? ORDER BY rank LIMIT ?",
        (CIRCLE_ROW, expression, 2 * limit),
    )
    hits: list[Hit] = []
    for space, number, row, circle_name, color in found:
        if len(hits) == limit:
            break
        table = BY_NUMBER[number]
        if hidden_with(ws, table.name, Ref(space, row)) is not None:
            continue
        texts = [value for value in _texts(ws, table, space, row) if value]
        if not texts:
            continue
        meeting = _meeting(ws, table, space, row)
        title = texts[0].split("\n", 1)[0][:SNIPPET_CHARS]
        hits.append(Hit(Ref(space, row), table.name, title, _snippet(texts, text), circle_name, color, meeting))
    return tuple(hits)


def _texts(ws: Workspace, table: Table, space: int, row: bytes) -> tuple[str | None, ...]:
    names = ", ".join(f'"{name}"' for name in table.search)
    found = ws.rows(f'SELECT {names} FROM "{table.name}" WHERE space = ? AND id = ?', (space, row))
    return found[0] if found else ()


def _meeting(ws: Workspace, table: Table, space: int, row: bytes) -> Ref | None:
    if not any(column.name == "meeting" for column in table.columns):
        return None
    found = ws.rows(f'SELECT meeting FROM "{table.name}" WHERE space = ? AND id = ?', (space, row))
    return Ref(space, found[0][0]) if found and found[0][0] else None


def _snippet(texts: list[str], asked: str) -> str:
    """The line that holds the first asked word, or the first line."""
    word = (fold_name(asked).split() or [""])[0]
    lines = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    chosen = next((line for line in lines if word and word in fold_name(line)), lines[0] if lines else "")
    at = max(0, fold_name(chosen).find(word) - SNIPPET_CHARS // 2) if len(chosen) > SNIPPET_CHARS else 0
    return chosen[at : at + SNIPPET_CHARS]
