"""Writing down what comes out of a meeting."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.ops import Value
from circle_app.domain.schema import MEETINGS, OUTCOMES, TASKS
from circle_app.domain.text import kept_body, title_of
from circle_app.errors import RuleBroken
from circle_app.workspace.commands.writing import NO_BASES, Bases, existing, new_row, record, required, tidied
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.outcomes import Outcome, outcome
from circle_app.workspace.queries.people import me


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
        "author": author or me(ws, meeting.space), "at_ms": ws.clock.now_ms(), "private": private or None, **fields,
    }  # fmt: skip
    cells = tidied(ws, OUTCOMES, meeting.space, given)
    _check_hands(cells)
    puts = [Put(OUTCOMES, row, cells)]
    if kind == "task":
        task = new_row(ws)
        cells["task"] = task
        promise = {"title": text, "owner": owner, "due": due, "state": "now", "meeting": meeting, "outcome": row}
        puts.append(Put(TASKS, task, tidied(ws, TASKS, meeting.space, promise)))
    record(ws, meeting.space, puts, label=f"Add {_article(kind)}")
    return Ref(meeting.space, row)


def set_outcome(ws: Workspace, ref: Ref, *, bases: Bases = NO_BASES, **fields: object) -> Ref:
    """Sets columns of a line (see domain/schema, `outcomes`); its task's title follows the text while they are alike."""
    line = outcome(ws, ref)
    if "kind" in fields and fields["kind"] != line.kind:
        convert_outcome(ws, ref, str(fields.pop("kind")))
        line = outcome(ws, ref)
    if "text" in fields:
        required(str(fields["text"] or ""), "a few words")
    cells = tidied(ws, OUTCOMES, ref.space, fields)
    _check_hands({"present": line.present, "hands": line.hands, **cells})
    puts = [Put(OUTCOMES, ref.row, cells, bases)]
    if "text" in cells and line.task is not None and line.task.title == title_of(line.text):
        puts.append(Put(TASKS, line.task.ref.row, {"title": title_of(str(cells["text"]))}))
    record(ws, ref.space, puts, label="Change the line")
    return ref


def convert_outcome(ws: Workspace, ref: Ref, kind: str) -> Ref:
    """Makes a line a note, decision, task or idea; text, author, time and place stay."""
    line = outcome(ws, ref)
    if line.kind == kind:
        return ref
    puts = [Put(OUTCOMES, ref.row, tidied(ws, OUTCOMES, ref.space, {"kind": kind}))]
    if kind == "task":
        puts = _with_task(ws, line, puts[0])
    elif line.task is not None:
        puts.append(Put(TASKS, line.task.ref.row, {"deleted": 1}))
    record(ws, ref.space, puts, label=f"Make it {_article(kind)}")
    return ref


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


def unpark(ws: Workspace, ref: Ref) -> Ref:
    """Takes a line out of the parking lot; it stays in its meeting."""
    return set_outcome(ws, ref, parked=None)


def _with_task(ws: Workspace, line: Outcome, put: Put) -> list[Put]:
    """A line that becomes a task gets its old task row back, if it was one before."""
    held = ws.rows("SELECT task FROM outcomes WHERE space = ? AND id = ?", line.ref)[0][0]
    row = held if held is not None else new_row(ws)
    cells: dict[str, Value] = {
        "title": title_of(line.text), "state": "now", "meeting": line.meeting.row if line.meeting else None,
        "outcome": line.ref.row, "deleted": 0 if held is not None else None,
    }  # fmt: skip
    return [Put(put.table, put.row, {**put.values, "task": row}), Put(TASKS, row, cells)]


def _check_hands(cells: dict[str, Value]) -> None:
    hands, present = cells.get("hands"), cells.get("present")
    if isinstance(hands, int) and isinstance(present, int) and hands > present:
        raise RuleBroken(
            f"{hands} hands are more than the {present} people here.",
            "Count again, or check in who came.",
            code="hands",
        )


def _article(kind: str) -> str:
    return f"an {kind}" if kind == "idea" else f"a {kind}"
