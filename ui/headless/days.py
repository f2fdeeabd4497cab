"""Days as people type them to a verb: in the words of the interface's language, and in English."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from circle_app.domain.date_words import ENGLISH, LANGUAGES, DateWords
from circle_app.domain.dates import parse_date, read
from circle_app.workspace import settings
from circle_app.workspace.db import Workspace

CATALOGUES = Path(__file__).resolve().parents[2] / "assets" / "i18n"
_SAID_BY = ("LC_ALL", "LC_MESSAGES", "LANG")


def read_day(ws: Workspace, text: str, today: date) -> date:
    """As `domain.dates.parse_date`, in the language that the windows speak and, where it says nothing, in English."""
    words = _spoken(ws)
    found = read(text, today, words) if words is not ENGLISH else None
    return found or parse_date(text, today)


def _spoken(ws: Workspace) -> DateWords:
    """The words of the chosen language; nobody chose one, of the system's, if the windows speak it."""
    chosen = settings.get(ws, "language", "")
    if chosen:
        return LANGUAGES.get(_code(chosen), ENGLISH)
    system = _code(next((os.environ[name] for name in _SAID_BY if os.environ.get(name)), ""))
    speaks = any(_code(file.stem.removeprefix("circle_")) == system for file in CATALOGUES.glob("circle_*.qm"))
    return LANGUAGES.get(system, ENGLISH) if speaks else ENGLISH


def _code(tag: str) -> str:
    """ "de" of "de_AT.UTF-8" or "de-AT"."""
    return tag.replace("-", "_").split("_")[0].split(".")[0].lower()
