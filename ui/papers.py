"""The four papers of an evening: made in the language of the interface, named, explained, printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from circle_app.documents.blocks import Document
from circle_app.documents.papers import agenda_sheet, task_list
from circle_app.documents.role_cards import role_cards
from circle_app.documents.signin import sign_in_sheet
from circle_app.domain.ids import Ref
from circle_app.errors import RuleBroken
from circle_app.workspace.commands.signin import keep_order
from circle_app.workspace.db import Workspace
from ui.printing.pdf import page_count, paint_pages
from ui.settings import Settings
from ui.views.export_words import export_labels
from ui.widgets.choice import Option

LARGE_PRINT = "large_print"
"""The setting that keeps whether papers are printed large."""


@dataclass(frozen=True, slots=True)
class PaperOf:
    """One paper of a meeting: agenda, signin, cards or promises (those of its whole circle)."""

    meeting: Ref
    code: str


def choices() -> tuple[Option, ...]:
    """The papers by their short names."""
    return (
        Option("agenda", _tr("Agenda")), Option("signin", _tr("Sign-in")), Option("promises", _tr("Tasks")),
        Option("cards", _tr("Roles")),
    )  # fmt: skip


def paper(ws: Workspace, wanted: PaperOf, *, methods: bool = True) -> Document:
    """The paper from what the workspace holds; `methods` adds how each step works to an agenda. Raises NotFound."""
    ref, labels = wanted.meeting, export_labels()
    match wanted.code:
        case "agenda":
            return agenda_sheet(ws, ref, methods=methods, labels=labels)
        case "cards":
            return role_cards(ws, ref, labels=labels)
        case "signin":
            return sign_in_sheet(ws, ref, labels=labels)
        case _:
            return task_list(ws, ref.space, labels=labels)


def explained(document: Document, code: str, *, large: bool) -> str:
    """What the paper is for, and how many pages it takes."""
    words = {
        "agenda": _tr("For the wall or the table: steps, times and questions; no private notes."),
        "cards": _tr("A card for each role, with what it does and the steps of the evening."),
        "signin": _tr("A numbered row for everybody, and free rows for guests."),
    }.get(code, _tr("Every open task of the circle, with its name and day."))
    count = page_count(document, large=large)
    pages = _tr("One page.") if count == 1 else QCoreApplication.translate("Papers", "%Ln page(s).", None, count)
    return f"{words} {pages}"


def named(day: date | None, title: str, code: str = "", *, public: bool = False) -> str:
    """A file name without its end that sorts by day and is allowed everywhere: "2026-11-24 Closing round (agenda)"."""
    plain = " ".join(re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", title).split())
    told = {"agenda": _tr("(agenda)"), "signin": _tr("(sign-in)")}.get(code, _tr("(public)") if public else "")
    parts = (day.isoformat() if day else "", plain[:80].rstrip(". ") or _tr("Notes"), told)
    return " ".join(part for part in parts if part)


def last_folder(settings: Settings) -> Path:
    """Where something was saved the last time, else the person's documents."""
    kept = settings.get("export_folder")
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return next((Path(folder) for folder in (kept, documents) if folder and Path(folder).is_dir()), Path.home())


def printed(document: Document, parent: QWidget, *, large: bool) -> bool:
    """Ask for a printer and print; whether it was. Raises RuleBroken when the printer does not take it."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(document.title)
    if QPrintDialog(printer, parent).exec() != QPrintDialog.DialogCode.Accepted:
        return False
    try:
        paint_pages(document, printer, labels=export_labels(), large=large)
    except OSError as fault:
        raise RuleBroken("The printer did not take it.", "See whether it is on, or save a PDF instead.") from fault
    return True


def went_out(ws: Workspace, wanted: PaperOf) -> None:
    """A sheet that lies in the hall keeps its numbers, whoever is added afterwards."""
    if wanted.code == "signin":
        keep_order(ws, wanted.meeting)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Papers", text)
