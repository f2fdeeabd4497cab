"""Writing down what people take home: answers to the question of the day."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.schema import MEETINGS, REFLECTIONS
from circle_app.workspace.commands.writing import (
    NO_BASES,
    Bases,
    delete,
    existing,
    may_edit,
    own_row,
    own_rows,
    record,
    required,
    tidied,
)
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.people import me


def add_reflection(
    ws: Workspace,
    meeting: Ref,
    *,
    text: str,
    question_code: str | None = None,
    author: Ref | None = None,
    nameless: bool = False,
) -> Ref:
    """Adds an answer of this workspace's person, or of `author`; `nameless` shows no author to anybody.

    The first answer fixes the question of its meeting: moving the date does not change what was asked.
    """
    existing(ws, MEETINGS, meeting)
    required(text, "a few words")
    mine = me(ws, meeting.space)
    who = author or mine
    row, proof = own_row(ws, REFLECTIONS, mine if nameless else who)
    given = {
        "meeting": meeting, "question_code": question_code, "text": text, "author": None if nameless else who,
        "at_ms": ws.clock.now_ms(), "proof": proof,
    }  # fmt: skip
    put = Put(REFLECTIONS, row, tidied(ws, REFLECTIONS, meeting.space, given))
    own = frozenset({row}) if proof is not None and (nameless or who == mine) else frozenset[bytes]()
    puts = [put, *_asked(ws, meeting, question_code)]
    record(ws, meeting.space, puts, label="Add a reflection", own_rows=own)
    return Ref(meeting.space, row)


def set_reflection(ws: Workspace, ref: Ref, *, bases: Bases = NO_BASES, **fields: object) -> Ref:
    """Sets columns of an answer (see domain/schema, `reflections`)."""
    existing(ws, REFLECTIONS, ref)
    if "text" in fields:
        required(str(fields["text"] or ""), "a few words")
    put = Put(REFLECTIONS, ref.row, tidied(ws, REFLECTIONS, ref.space, fields), bases)
    record(ws, ref.space, (put,), label="Change a reflection", own_rows=own_rows(ws, REFLECTIONS, ref))
    return ref


def delete_reflection(ws: Workspace, ref: Ref) -> None:
    delete(ws, REFLECTIONS, ref, label="Delete a reflection")


def ask_another(ws: Workspace, meeting: Ref, code: str) -> Ref:
    """Chooses the question of a meeting; answers to another one keep theirs."""
    existing(ws, MEETINGS, meeting)
    put = Put(MEETINGS, meeting.row, tidied(ws, MEETINGS, meeting.space, {"question_code": code}))
    record(ws, meeting.space, (put,), label="Ask another question")
    return meeting


def _asked(ws: Workspace, meeting: Ref, code: str | None) -> tuple[Put, ...]:
    """The question as it was asked, for whoever may change meetings, unless one was chosen before."""
    known = ws.rows("SELECT question_code FROM meetings WHERE space = ? AND id = ?", meeting)[0][0]
    if code is None or known is not None or not may_edit(ws, meeting.space, MEETINGS):
        return ()
    return (Put(MEETINGS, meeting.row, {"question_code": code}),)
