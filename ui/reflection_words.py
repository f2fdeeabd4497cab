"""The reflection questions in the language of the interface."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def question(code: str | None) -> str:
    """The question behind a code; the first one for a code of a later version."""
    return {
        "surprised": _tr("What surprised us today?"),
        "heard": _tr("When did I feel heard?"),
        "thanks": _tr("Whom do I want to thank, and what for?"),
        "braver": _tr("What made us a little braver?"),
        "missing": _tr("Who or what was missing in the room?"),
        "together": _tr("What can we only do together?"),
        "lighter": _tr("What feels lighter than when we came?"),
        "unsaid": _tr("What has not been said yet?"),
        "different": _tr("What shall we do differently next time?"),
        "proud": _tr("What are we proud of?"),
    }.get(code or "", _tr("What do we take home?"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Reflection", text)
