"""The verbs about attached files: list them, attach one, ask for one, save a readable copy."""

from __future__ import annotations

from argparse import Namespace

from circle_app.documents.save import save_file
from circle_app.domain.ids import Ref
from circle_app.domain.media import Use, use_of
from circle_app.domain.schema import MEETINGS, NOTES
from circle_app.domain.text import fold
from circle_app.errors import FileProblem, NotFound
from circle_app.workspace import filestore
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.files import File, file, files_in
from circle_app.workspace.queries.notes import notes
from sync.client.files import attach, media_of, read_file
from ui.headless.opening import opened, the_circle, the_meeting


def run(args: Namespace) -> int:
    with opened(args) as (ws, _vault):
        space = the_circle(ws, args.circle)
        match args.verb:
            case "files":
                for each in files_in(ws, space):
                    print(f"{each.ref.row.hex()}\t{each.size}\t{each.state.value} {each.fraction:.0%}\t{each.name}")
            case "attach":
                parent = _the_note(ws, space, args.note) if args.note else the_meeting(ws, space, args.meeting)
                table = NOTES if args.note else MEETINGS
                ref = attach(ws, parent, table=table, path=args.file, keep_traces=args.keep_details)
                print(f"ACK {ref.row.hex()}", flush=True)
            case "fetch-file":
                found = _the_file(ws, space, args.id)
                filestore.wish(ws, space, found.ref.row, True)
            case _:
                _save(ws, _the_file(ws, space, args.id), args)
    return 0


def _save(ws: Workspace, found: File, args: Namespace) -> None:
    if use_of(media_of(ws, found), found.name) is Use.NOTHING:
        raise FileProblem("This is a program, or a document with one inside.", "It is not handed out.", code="program")

    save_file(args.output, lambda part: part.write_bytes(b"".join(read_file(ws, found))))


def _the_file(ws: Workspace, space: int, wanted: str) -> File:
    try:
        return file(ws, Ref(space, bytes.fromhex(wanted)))
    except ValueError:
        raise NotFound(f"There is no file {wanted!r}.", "`circle files` lists them by id.") from None


def _the_note(ws: Workspace, space: int, wanted: str) -> Ref:
    found = notes(ws, space=space)
    matches = [n.ref for n in found if n.ref.row.hex() == wanted] or [
        n.ref for n in found if fold(n.title) == fold(wanted)
    ]
    if len(matches) != 1:
        raise NotFound(f"There is no single note called {wanted!r}.", "Use its title or id.")
    return matches[0]
