"""Steps that a plan can begin with: a simple evening, and a look at what earlier meetings left open."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

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


def look_back_step() -> dict[str, object]:
    """A step for what earlier meetings left open; what that is shows beside the live meeting, as it stands then."""
    question = _tr("What helped, what is in the way, what do we take up?")
    step = _step(_tr("What became of our promises?"), LOOK_BACK_MINUTES, "talk", question)
    return step | {"method": _tr("The list is beside the agenda: O opens it.")}


def _step(title: str, minutes: int, mode: str, question: str) -> dict[str, object]:
    step: dict[str, object] = {"title": title, "minutes": minutes, "mode": mode}
    return step | {"question": question} if question else step


def _tr(text: str) -> str:
    return QCoreApplication.translate("PlanStarters", text)
