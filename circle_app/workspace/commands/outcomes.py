"""Writing down what comes out of a meeting."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.ops import Value
from circle_app.domain.schema import MEETINGS, OUTCOMES, TASKS
from circle_app.domain.text import kept_body, title_of
from circle_app.errors import RuleBroken
from circle_app.workspace.commands.writing import NO_BASES, Bases, existing, new_row, record, required, tidied
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.meetings import attendance
from circle_app.workspace.queries.outcomes import Outcome, outcome
from circle_app.workspace.queries.people import me
from circle_app.workspace.timekeeping import moment_ms


def add_outcome(
    ws: Workspace,
    meeting: Ref,
    *,
    kind: str,
    text: str,
    item: Ref | None = None,
    author: Ref | None = None,
    private: bool = False,
    owner: Ref | None = None,
    due: str | None = None,
    **fields: object,
) -> Ref:
    """Writes a line under the running step (or `item`). Kind "task" also makes the task, with `owner` and `due`."""
    existing(ws, MEETINGS, meeting)
    required(text, "a few words")
    row = new_row(ws)
    if item is None:
        running = ws.rows("SELECT clock_item FROM meetings WHERE space = ? AND id = ?", meeting)[0][0]
        item = Ref(meeting.space, running) if running is not None else None
    given = {
        "meeting": meeting, "item": item, "kind": kind, "text": kept_body(text).strip(),
        "author": author or me(ws, meeting.space), "at_ms": moment_ms(ws, meeting), "private": private or None, **fields,
    }  # fmt: skip
    cells = tidied(ws, OUTCOMES, meeting.space, given)
    _check_hands(ws, meeting, cells)
    puts = [Put(OUTCOMES, row, cells)]
    if kind == "task":
        task = new_row(ws)
        cells["task"] = task
        promise = {"title": text, "owner": owner, "due": due, "state": "now", "meeting": meeting, "outcome": row}
        puts.append(Put(TASKS, task, tidied(ws, TASKS, meeting.space, promise)))
    record(ws, meeting.space, puts, label=f"Add {_article(kind)}")
    return Ref(meeting.space, row)


def set_outcome(ws: Workspace, ref: Ref, *, bases: Bases = NO_BASES, **fields: object) -> Ref:
    """Sets columns of a line (see domain/schema, `outcomes`), and with `owner` and `due` those of its task, at once.

    Another `kind` makes or takes away its task; the task's title follows the text while they are alike.
    """
    line = outcome(ws, ref)
    if "text" in fields:
        required(str(fields["text"] or ""), "a few words")
    promise: dict[str, object] = {name: fields.pop(name) for name in ("owner", "due") if name in fields}
    turned = fields.get("kind", line.kind) != line.kind
    cells = tidied(ws, OUTCOMES, ref.space, fields)
    _check_hands(ws, line.meeting, cells, line)
    told = tidied(ws, TASKS, ref.space, promise)
    text = str(cells.get("text", line.text))
    puts = [Put(OUTCOMES, ref.row, cells, bases)]
    if turned and cells["kind"] == "task":
        row, begun = _task_again(ws, line)
        puts = [Put(OUTCOMES, ref.row, {**cells, "task": row}, bases)]
        puts.append(Put(TASKS, row, {**begun, "title": title_of(text), **told}))
    elif turned and line.task is not None:
        puts.append(Put(TASKS, line.task.ref.row, {"deleted": 1}))
    elif line.task is not None:
        alike = "text" in cells and line.task.title == title_of(line.text)
        if alike:
            told["title"] = title_of(text)
        if told:
            puts.append(Put(TASKS, line.task.ref.row, told))
    label = f"Make it {_article(str(cells['kind']))}" if turned else "Change the line"
    record(ws, ref.space, puts, label=label)
    return ref


def convert_outcome(ws: Workspace, ref: Ref, kind: str, *, bases: Bases = NO_BASES, **fields: object) -> Ref:
    """Makes a line a note, decision, task or idea; text (unless it is among `fields`), author, time and place stay.

    `fields` are further columns as in `set_outcome`, and for a task its `owner` and `due`.
    """
    if outcome(ws, ref).kind == kind and not fields:
        return ref
    return set_outcome(ws, ref, bases=bases, kind=kind, **fields)


def delete_outcome(ws: Workspace, ref: Ref) -> None:
    """Takes a line and its task away; undo brings both back."""
    line = outcome(ws, ref)
    puts = [Put(OUTCOMES, ref.row, {"deleted": 1})]
    if line.task is not None:
        puts.append(Put(TASKS, line.task.ref.row, {"deleted": 1}))
    record(ws, ref.space, puts, label="Delete the line")


def park(ws: Workspace, meeting: Ref, text: str) -> Ref:
    """Puts a thought in the parking lot of the circle."""
    return add_outcome(ws, meeting, kind="idea", text=text, parked=True)


def _task_again(ws: Workspace, line: Outcome) -> tuple[bytes, dict[str, Value]]:
    """The row and first cells of a line's task: a line that was a task before gets its old row back."""
    held = ws.rows("SELECT task FROM outcomes WHERE space = ? AND id = ?", line.ref)[0][0]
    cells: dict[str, Value] = {
        "state": "now", "meeting": line.meeting.row if line.meeting else None, "outcome": line.ref.row,
    }  # fmt: skip
    if held is None:
        return new_row(ws), cells
    return held, {**cells, "done_ms": None, "deleted": 0}


def _check_hands(ws: Workspace, meeting: Ref | None, cells: dict[str, Value], line: Outcome | None = None) -> None:
    """Refuses more hands than people; a count that comes without how many were here takes those who are here now."""
    if "hands" not in cells and "against" not in cells:
        return
    hands = cells.get("hands", line.hands if line else None)
    against = cells.get("against", line.against if line else None)
    present = cells.get("present", line.present if line else None)
    if hands is None and against is None:
        return
    if present is None and meeting is not None:
        present = cells["present"] = sum(seat.here for seat in attendance(ws, meeting)) or None
    up = sum(count for count in (hands, against) if isinstance(count, int))
    if isinstance(present, int) and up > present:
        raise RuleBroken(
            f"{up} hands are more than the {present} people here.",
            "Count again, or check in who came.",
            code="hands",
        )


def _article(kind: str) -> str:
    return f"an {kind}" if kind == "idea" else f"a {kind}"
