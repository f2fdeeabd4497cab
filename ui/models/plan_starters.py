"""Steps that a plan can begin with: a simple evening, and a look at what earlier meetings left open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QCoreApplication

from circle_app.workspace.queries.outcomes import Outcome
from circle_app.workspace.queries.tasks import Task
from ui.text import due_chip

LOOK_BACK_MINUTES = 10


def simple_plan() -> list[dict[str, object]]:
    """Six steps that suit nearly every first evening; all of them can be changed."""
    return [
        _step(_tr("Welcome & check-in"), 10, "round", _tr("One word for how you arrive?")),
        _step(_tr("What we heard since last time"), 15, "talk", ""),
        _step(
            _tr("Round: one thing to change"), 20, "round", _tr("If you could change one thing here, what would it be?")
        ),
        _step(_tr("Choose two to try"), 20, "vote", ""),
        _step(_tr("Who does what"), 12, "talk", _tr("Who takes it on, and until when?")),
        _step(_tr("Closing round"), 8, "round", _tr("One thing you take home?")),
    ]


def promises_step(open_tasks: Sequence[Task], today: date) -> dict[str, object]:
    """A step that goes through the open promises, each with a box, its person and its date."""
    lines = []
    for task in open_tasks:
        facts = [task.owner_name or "", due_chip(task.due, today)[0]]
        told = ", ".join(fact for fact in facts if fact)
        lines.append(f"- [ ] {task.title} ({told})" if told else f"- [ ] {task.title}")
    step = _step(
        _tr("What became of our promises?"), LOOK_BACK_MINUTES, "talk", _tr("What helped, what is in the way?")
    )
    return step | {"method": "\n".join(lines)}


def parked_step(parked: Sequence[Outcome]) -> dict[str, object]:
    """A step for what was put aside, each topic on a line of its own."""
    step = _step(_tr("What we parked"), LOOK_BACK_MINUTES, "talk", _tr("Which of these do we take up tonight?"))
    return step | {"method": "\n".join(f"- {line.text}" for line in parked)}


def _step(title: str, minutes: int, mode: str, question: str) -> dict[str, object]:
    step: dict[str, object] = {"title": title, "minutes": minutes, "mode": mode}
    return step | {"question": question} if question else step


def _tr(text: str) -> str:
    return QCoreApplication.translate("PlanStarters", text)
