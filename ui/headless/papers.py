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
from circle_app.documents.save import save_text
from circle_app.documents.session_notes import session_notes
from circle_app.errors import RuleBroken
from circle_app.workspace import library
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
    with opened(args) as (ws, _vault):
        document = session_notes(ws, the_meeting(ws, the_circle(ws, args.circle), args.meeting), preset=args.preset)
    if args.format == "pdf":
        if args.output is None:
            raise RuleBroken("A PDF needs a file to go to.", "Add --output NOTES.pdf")
        _write_pdf(document, args.output)
        return
    text = to_markdown(document) if args.format == "md" else to_html(document)
    if args.output is None:
        sys.stdout.write(text)
    else:
        save_text(args.output, text)


def _write_pdf(document: Document, path: Path) -> None:
    """Qt is needed here alone, and no display: the offscreen platform draws the same pages."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from ui.printing.pdf import write_pdf
    from ui.theme.fonts import load_fonts

    app = QGuiApplication([])
    load_fonts()
    write_pdf(document, path)
    del app
