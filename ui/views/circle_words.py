"""What is said about circles in words: readiness, kinds and how often they meet."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from circle_app.domain.rules import Readiness
from ui.text import number

RHYTHMS = ("weekly", "fortnightly", "monthly")
"""Rhythms that are kept as codes; any other text is the circle's own words."""


def readiness_line(standing: Readiness) -> str:
    """ "1 of 3 – still forming", "2 of 3 – still forming, 1 more needed", "Ready: 3 people are in"."""
    if standing.ready:
        return _tr("Ready: %Ln (person is|people are) in", standing.confirmed)
    head = _tr("{count} of {needed} – still forming").format(
        count=number(standing.confirmed), needed=number(standing.needed)
    )
    return f"{head}, {_tr('%Ln more needed', standing.missing)}"


def rhythm_words(rhythm: str) -> str:
    """ "Every second week" for a code of RHYTHMS; own words stay as they are."""
    return {
        "weekly": _tr("Every week"),
        "fortnightly": _tr("Every second week"),
        "monthly": _tr("Every month"),
    }.get(rhythm, rhythm)


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("Circle", text, None, n)
