"""The verbs about documents: bring a course into the Library, write the notes of a meeting."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path

from circle_app.courses.adopt import make_circle_content
from circle_app.courses.markdown_course import read_course
from circle_app.documents.blocks import Document
from circle_app.documents.html import to_html
from circle_app.documents.markdown import to_markdown
from circle_app.documents.papers import agenda_sheet, task_list
from circle_app.documents.role_cards import role_cards
from circle_app.documents.save import save_text
from circle_app.documents.session_notes import session_notes
from circle_app.documents.signin import sign_in_sheet
from circle_app.errors import RuleBroken
from circle_app.workspace import library
from circle_app.workspace.commands.signin import keep_order
from circle_app.workspace.db import Workspace
from ui.headless.opening import opened, the_circle, the_meeting


def run(args: Namespace) -> int:
    if args.verb == "import-course":
        _import_course(args)
    else:
        _export(args)
    return 0


def _import_course(args: Namespace) -> None:
    release = read_course(args.folder)
    with opened(args) as (ws, _vault):
        key = library.add_release(ws, release)
        if args.into:
            make_circle_content(ws, the_circle(ws, args.into), release)
        print(f"ACK {key.hex()}", flush=True)
    items = sum(len(m.items) for m in release.modules)
    print(f"{release.title}: {len(release.modules)} meetings, {items} timed items", flush=True)


def _export(args: Namespace) -> None:
    if args.format == "pdf" and args.output is None:
        raise RuleBroken("A PDF needs a file to go to.", "Add --output NOTES.pdf")
    with opened(args) as (ws, _vault):
        document = _paper(ws, the_circle(ws, args.circle), args)
    if args.format == "pdf":
        _write_pdf(document, args.output, large=args.large)
        return
    text = to_markdown(document) if args.format == "md" else to_html(document)
    if args.output is None:
        sys.stdout.write(text)
    else:
        save_text(args.output, text)


def _paper(ws: Workspace, space: int, args: Namespace) -> Document:
    """What is to be written; the numbers of a sign-in sheet that goes out are kept."""
    if args.paper == "tasks":
        return task_list(ws, space)
    if args.meeting is None:
        raise RuleBroken("Say which meeting you mean.", "Name it with --meeting: its title, number or id.")
    meeting = the_meeting(ws, space, args.meeting)
    match args.paper:
        case "agenda":
            return agenda_sheet(ws, meeting, methods=True)
        case "cards":
            return role_cards(ws, meeting)
        case "signin":
            sheet = sign_in_sheet(ws, meeting)
            keep_order(ws, meeting)
            return sheet
        case _:
            return session_notes(ws, meeting, preset=args.preset)


def _write_pdf(document: Document, path: Path, *, large: bool) -> None:
    """Qt is needed here alone, and no display: the offscreen platform draws the same pages."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from ui.printing.pdf import write_pdf
    from ui.theme.fonts import load_fonts

    app = QGuiApplication([])
    load_fonts()
    write_pdf(document, path, large=large)
    del app
