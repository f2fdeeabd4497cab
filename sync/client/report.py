"""How one circle's sync went, for whoever started it."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.errors import CircleError, SyncProblem
from circle_app.workspace.doubt import Why


@dataclass(frozen=True, slots=True)
class SyncReport:
    """How one circle's sync went: changesets sent, fetched and set aside, edits and files still waiting, and the problem if any.

    `refilled` says that the server had lost the circle or part of it and was given everything again, `more` that
    there are files to carry which had no time in this turn, `renewed` why this computer took a new key.
    """

    space: int
    pushed: int = 0
    pulled: int = 0
    quarantined: int = 0
    waiting: int = 0
    problem: SyncProblem | None = None
    refilled: bool = False
    more: bool = False
    renewed: Why | None = None


@dataclass(slots=True)
class Tally:
    """What is counted while an exchange goes on."""

    pushed: int = 0
    pulled: int = 0
    quarantined: int = 0
    refilled: bool = False
    more: bool = False
    renewed: Why | None = None


def as_problem(error: CircleError) -> SyncProblem:
    """What went wrong in an exchange, whatever kind of expected error it was."""
    return error if isinstance(error, SyncProblem) else SyncProblem(error.sentence, error.next_step, code=error.code)
