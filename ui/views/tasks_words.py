"""What the promises page says: titles of groups, the line under the page's title, and what an empty list teaches."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from PySide6.QtCore import QCoreApplication

from circle_app.domain.ids import Ref
from circle_app.workspace.queries.tasks import Task
from ui.views.tasks_groups import grouped

translate = QCoreApplication.translate


def group_title(key: str) -> str:
    """The title of a group that is neither a circle nor a person."""
    return {
        "late": translate("Tasks", "Late"),
        "week": translate("Tasks", "In the next seven days"),
        "dated": translate("Tasks", "After that"),
        "undated": translate("Tasks", "Without a day"),
        "done": translate("Tasks", "Kept"),
        "nobody": translate("Tasks", "Nobody carries these yet"),
        "me": translate("Tasks", "You"),
    }[key]


def nothing_here(state: str) -> str:
    """What the list of a state says while nothing is in it."""
    return {
        "now": translate("Tasks", "Nothing to do now. Well done."),
        "waiting": translate("Tasks", "Nothing waits for somebody else. W puts a task here."),
        "later": translate("Tasks", "Nothing is put off. L puts a task here."),
        "done": translate("Tasks", "Nothing is done yet. Space ticks a task off."),
    }[state]


def summary(every: tuple[Task, ...], *, mine: Collection[Ref], today: date) -> str:
    """ "7 open, 2 of them yours, 1 late."."""
    opened = [each for each in every if not each.done]
    if not opened:
        return translate("Tasks", "What people said they would do, and by when.")
    own = sum(1 for each in opened if each.owner in mine)
    late = sum(len(group.tasks) for group in grouped(opened, by="day", today=today, mine=mine) if group.key == "late")
    parts = [translate("Tasks", "%Ln open", None, len(opened))]
    if own:
        parts.append(translate("Tasks", "%Ln of them yours", None, own))
    if late:
        parts.append(translate("Tasks", "%Ln late", None, late))
    return ", ".join(parts) + "."
