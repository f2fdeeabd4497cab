"""What people bring, in words: the five roles of an evening, something prepared, something brought."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from circle_app.domain.rules import WILLING

ROLES = WILLING
"""The roles of an evening, in the order in which they are shown."""
ICONS = {
    "facilitate": "mic", "host": "house", "wrangle": "megaphone", "notes": "notebook-pen", "time": "timer",
    "prepare": "sprout", "bring": "handshake",
}  # fmt: skip


def role_words(code: str) -> str:
    """What somebody does: "Facilitates", over their name."""
    return {
        "facilitate": _tr("Facilitates"), "host": _tr("Hosts"), "wrangle": _tr("Wrangles"), "notes": _tr("Takes notes"),
        "time": _tr("Keeps time"), "prepare": _tr("Prepares"), "bring": _tr("Brings"),
    }.get(code, _tr("Brings"))  # fmt: skip


def leads_words() -> str:
    """What somebody does who leads a step of an agenda."""
    return _tr("Leads")


def role_hint(code: str) -> str:
    """One sentence on what the role is for."""
    return {
        "facilitate": _tr("Leads through the evening and asks the questions."),
        "host": _tr("Opens the room, welcomes everybody, sees to chairs and tea."),
        "wrangle": _tr("Makes sure that it happens: reminds, asks who is coming, finds who stands in."),
        "notes": _tr("Writes down what is decided, promised and worth keeping."),
        "time": _tr("Watches the clock and says when a step is nearly over."),
        "prepare": _tr("Gets a step of the evening ready, such as an activity."),
        "bring": _tr("Something for everybody: soup, pens, a projector."),
    }.get(code, "")  # fmt: skip


def role_ask(code: str) -> str:
    """The same as a job to be had: "Facilitate"."""
    return {
        "facilitate": _tr("Facilitate"), "host": _tr("Host"), "wrangle": _tr("Wrangle"), "notes": _tr("Take notes"),
        "time": _tr("Keep time"), "prepare": _tr("Prepare something"), "bring": _tr("Bring something"),
    }.get(code, _tr("Bring something"))  # fmt: skip


def _tr(text: str) -> str:
    return QCoreApplication.translate("Roles", text)
