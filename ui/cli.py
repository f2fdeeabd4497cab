"""The headless verbs of the program: `circle --data-dir D VERB ...`, starting without Qt.

Exit codes: 0 done; 1 refused with a sentence (nothing changed); 2 the words of the call are off;
3 the data folder is in use or cannot be opened; 4 the network or server was not reachable (everything is
kept and waits); 5 `verify` found damage; 70 a bug (a report is on standard error).
Answers go to standard output; sentences about problems to standard error.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from circle_app.errors import CircleError, SyncProblem, WorkspaceError

DONE, REFUSED, USAGE, BUSY, OFFLINE, DAMAGED = 0, 1, 2, 3, 4, 5

MODULES = {
    "init": "enrol", "start-circle": "enrol", "invite": "enrol", "join": "enrol", "add": "add", "sync": "syncing",
    "status": "syncing", "files": "files", "attach": "files", "fetch-file": "files", "save-file": "files",
    "export": "papers", "import-course": "papers", "dump": "state", "verify": "state",
    "backup": "state", "restore": "state", "unlock-door": "state",
}  # fmt: skip
"""The module of `ui.headless` behind each verb; each has `run(args) -> exit code`."""
VERBS = tuple(MODULES)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    args = _parser().parse_args(argv)
    try:
        return int(_run(args))
    except WorkspaceError as problem:
        return _say(problem, BUSY)
    except SyncProblem as problem:
        return _say(problem, OFFLINE)
    except CircleError as problem:
        return _say(problem, REFUSED)
    except BrokenPipeError:
        # The reader of our output went away; point stdout elsewhere so that Python's own flush at exit is quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _run(args: argparse.Namespace) -> int:
    """Import only what the verb needs: starting up is most of a short verb's time."""
    verbs = import_module(f"ui.headless.{MODULES[args.verb]}")
    return int(verbs.run(args))


def _say(problem: CircleError, code: int) -> int:
    print(problem.sentence, file=sys.stderr)
    if problem.next_step:
        print(problem.next_step, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="circle", description="Citizen Circles without windows.")
    parser.add_argument("--data-dir", type=Path, required=True, help="the folder that holds the workspace")
    parser.add_argument("--passphrase-file", type=Path, help="a file holding the passphrase (or set CIRCLE_PASSPHRASE)")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _enrol_verbs(verbs)
    _paper_verbs(verbs)
    _add_verbs(verbs)
    _file_verbs(verbs)
    one = verbs.add_parser("sync", help="exchange changes with the server, once")
    one.add_argument("--circle", help="its name or number; default: all of them")
    verbs.add_parser("status", help="what is saved, waiting, sent, or needs you")
    verbs.add_parser("dump", help="print the whole state as canonical JSON")
    verify = verbs.add_parser("verify", help="check the workspace; exit code 5 if it is damaged")
    verify.add_argument("--rebuild", action="store_true", help="recompute every table from the changesets")
    backup = verbs.add_parser("backup", help="keep a checked copy of the workspace; older ones are thinned out")
    backup.add_argument(
        "--into", type=Path, help="another folder, as on a memory stick; with the key file and attached files"
    )
    restore = verbs.add_parser("restore", help="put a copy back; the file from before is kept aside")
    restore.add_argument("copy", type=Path, nargs="?", help="default: the newest one in the data folder")
    verbs.add_parser("unlock-door", help="end a self check-in whose PIN nobody remembers, while the app is not running")
    return parser


def _enrol_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    init = verbs.add_parser("init", help="make a workspace for one person")
    init.add_argument("--name", required=True, help="the person's name")
    init.add_argument("--server", default="", help="the server's address, for circles started here")
    start = verbs.add_parser("start-circle", help="start a circle (offline)")
    start.add_argument("--name", required=True)
    start.add_argument("--kind", default="citizen_circle", choices=("course", "study_group", "citizen_circle", "other"))
    for field in ("topic", "place", "rhythm", "plan"):
        start.add_argument(f"--{field}", default="")
    start.add_argument("--server", default=None)
    invite = verbs.add_parser("invite", help="print an invitation link")
    invite.add_argument("--circle")
    invite.add_argument("--role", default="participant", choices=("participant", "follower"))
    invite.add_argument("--uses", type=int, default=20)
    invite.add_argument("--days", type=int, default=14)
    invite.add_argument("--confirm", action="store_true", help="an organizer lets in each who comes by it")
    join = verbs.add_parser("join", help="join with an invitation")
    join.add_argument("link", help="the link, or a file that holds it, or - for standard input")
    join.add_argument("--name", help="the name to join with; default: the one given to init")


def _paper_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = verbs.add_parser("export", help="write the notes of a meeting, or a paper for it")
    export.add_argument("--circle")
    export.add_argument("--meeting", help="its title, number or id; the task list needs none")
    export.add_argument(
        "--paper", default="notes", choices=("notes", "agenda", "signin", "cards", "tasks"),
        help="default: the notes; `signin` is the sign-in sheet, whose numbers are kept, `cards` are those of the roles",
    )  # fmt: skip
    export.add_argument("--preset", default="us", choices=("us", "public"), help="for whom the notes are")
    export.add_argument("--large", action="store_true", help="large print, for pdf")
    export.add_argument("--format", default="md", choices=("md", "html", "pdf"))
    export.add_argument("--output", "-o", type=Path, help="a file; default: standard output (not for pdf)")
    course = verbs.add_parser("import-course", help="bring a folder of Markdown into the Library")
    course.add_argument("folder", type=Path)
    course.add_argument("--into", metavar="CIRCLE", help="also make its meetings in this circle")


def _file_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    listed = verbs.add_parser("files", help="the attached files: id, size, how far each is here, name")
    listed.add_argument("--circle", help="its name or number; default: the only one")
    attach = verbs.add_parser("attach", help="attach a file to a note or a meeting; prints `ACK <id>`")
    attach.add_argument("file", type=Path)
    attach.add_argument("--circle")
    where = attach.add_mutually_exclusive_group(required=True)
    where.add_argument("--note", help="its title or id")
    where.add_argument("--meeting", help="its title, number or id")
    attach.add_argument("--keep-details", action="store_true", help="keep what a camera wrote beside the picture")
    fetch = verbs.add_parser("fetch-file", help="bring a large file to this computer with the next sync")
    save = verbs.add_parser("save-file", help="write a readable copy of a file")
    for verb in (fetch, save):
        verb.add_argument("id")
        verb.add_argument("--circle")
    save.add_argument("--output", "-o", type=Path, required=True)


def _add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = verbs.add_parser("add", help="write one thing; prints `ACK <id>` after the durable commit")
    add.add_argument("--circle", help="its name or number; default: the only one")
    things = add.add_subparsers(dest="thing", required=True, metavar="THING")
    person = things.add_parser("person")
    person.add_argument("name")
    person.add_argument("--guest", action="store_true")
    meeting = things.add_parser("meeting")
    meeting.add_argument("title")
    meeting.add_argument("--starts-at", help="local time, as 2026-11-24T18:30")
    meeting.add_argument("--minutes", default="90")
    meeting.add_argument("--place")
    item = things.add_parser("item")
    item.add_argument("meeting")
    item.add_argument("title")
    item.add_argument("--minutes", default="10")
    item.add_argument("--question")
    mark = things.add_parser("attendance")
    mark.add_argument("meeting")
    mark.add_argument("person")
    mark.add_argument("--status", default="present", choices=("present", "late", "excused", "absent"))
    task = things.add_parser("task")
    task.add_argument("title")
    task.add_argument("--owner")
    task.add_argument("--due", help="a date, or words of your language or English, such as fri, in 2 weeks")
    note = things.add_parser("note")
    note.add_argument("title")
    note.add_argument("--body", default="")
    note.add_argument("--meeting")
    outcome = things.add_parser("outcome")
    outcome.add_argument("meeting")
    outcome.add_argument("kind", choices=("note", "decision", "task", "idea"))
    outcome.add_argument("text")
    outcome.add_argument("--private", action="store_true")
    script = things.add_parser("script", help="read one JSON list of words a line, acknowledge each")
    script.add_argument("file", nargs="?", default="-")


if __name__ == "__main__":
    sys.exit(main())
