"""The verb `add`: one edit at a time for scripts, each acknowledged only after its durable commit."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from datetime import datetime
from pathlib import Path

from circle_app.domain.agenda import parse_minutes
from circle_app.domain.ids import Ref
from circle_app.errors import CircleError, RuleBroken
from circle_app.workspace.commands import agenda, attendance, live, meetings, notes, outcomes, people, tasks
from circle_app.workspace.db import Workspace
from ui.headless.days import read_day
from ui.headless.opening import opened, the_circle, the_meeting, the_person


def run(args: Namespace) -> int:
    with opened(args) as (ws, _vault):
        space = the_circle(ws, args.circle)
        if args.thing == "script":
            return _script(ws, space, args.file)
        _acknowledge(_add(ws, space, args))
    return 0


def _acknowledge(ref: Ref) -> None:
    print(f"ACK {ref.row.hex()}", flush=True)


def _add(ws: Workspace, space: int, args: Namespace) -> Ref:
    match args.thing:
        case "person":
            status = "guest" if args.guest else "member"
            return people.add_person(ws, space, name=args.name, status=status, confirmed=not args.guest)
        case "meeting":
            minutes = parse_minutes(args.minutes)
            return meetings.plan_meeting(
                ws, space, title=args.title, starts_at=args.starts_at, minutes=minutes, place=args.place
            )
        case "item":
            meeting = the_meeting(ws, space, args.meeting)
            return agenda.add_item(
                ws, meeting, title=args.title, minutes=parse_minutes(args.minutes), question=args.question
            )
        case "attendance":
            meeting, person = the_meeting(ws, space, args.meeting), the_person(ws, space, args.person)
            return attendance.mark(ws, meeting, person, status=args.status)
        case "task":
            owner = the_person(ws, space, args.owner) if args.owner else None
            due = read_day(ws, args.due, datetime.now().astimezone().date()).isoformat() if args.due else None
            return tasks.add_task(ws, space, title=args.title, owner=owner, due=due)
        case "note":
            meeting_ref = the_meeting(ws, space, args.meeting) if args.meeting else None
            return notes.add_note(ws, space, title=args.title, body=args.body, meeting=meeting_ref)
        case _:
            meeting = the_meeting(ws, space, args.meeting)
            return outcomes.add_outcome(ws, meeting, kind=args.kind, text=args.text, private=args.private)


def _script(ws: Workspace, space: int, source: str) -> int:
    """Each line is a JSON list: the words of one `add`, or ["live", verb, meeting].

    Answers `ACK <id>` or `NO <sentence>`, line for line.
    """
    from ui.cli import _parser

    lines = sys.stdin if source == "-" else Path(source).read_text(encoding="utf-8").splitlines()
    refused = 0
    for line in lines:
        try:
            words = _words(line)
            if words[0] == "live":
                _acknowledge(_live(ws, space, words))
            else:
                _acknowledge(_add(ws, space, _parser().parse_args(["--data-dir", ".", "add", *words])))
        except CircleError as problem:
            refused = 1
            print(f"NO {problem.sentence}", flush=True)
    return refused


def _words(line: str) -> list[str]:
    try:
        words = json.loads(line)
    except (ValueError, RecursionError):
        raise RuleBroken("This line is not JSON.", 'Write a list of words, as ["task", "Ask the council"].') from None
    if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
        raise RuleBroken("This line is not a list of words.", 'Write as ["task", "Ask the council"].')
    return words


def _live(ws: Workspace, space: int, words: list[str]) -> Ref:
    verbs = {
        "open": live.open_meeting, "next": live.next_step, "back": live.previous_step, "pause": live.pause,
        "resume": live.resume, "close": live.close_meeting,
    }  # fmt: skip
    if len(words) != 3 or words[1] not in verbs:
        raise RuleBroken("This live line is off.", 'Write as ["live", "next", "Meeting title"].')
    meeting = the_meeting(ws, space, words[2])
    verbs[words[1]](ws, meeting)
    return meeting
