"""The reflection question of the day: it turns with the date, never with a meeting's number, and does not come again soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

QUESTIONS = (
    "home", "surprised", "heard", "thanks", "braver", "missing", "together", "lighter", "unsaid", "different", "proud",
)  # fmt: skip
"""Codes of the questions. Their number is a prime that no usual rhythm of meetings is a multiple of, in days: weekly,
every second week, every month or quarter, each question has its turn."""

NOT_AGAIN = 5
"""So many meetings pass before a question comes again, also when dates are moved."""


def question_of(day: date, used: Sequence[str] = ()) -> str:
    """The question for a day; `used` are those of the meetings before it, the latest last."""
    recent = frozenset(used[-NOT_AGAIN:])
    start = day.toordinal() % len(QUESTIONS)
    turned = QUESTIONS[start:] + QUESTIONS[:start]
    return next(code for code in turned if code not in recent)


def question_after(code: str) -> str:
    """Another question than this one, for a circle that does not like it; all have had their turn before it is back."""
    place = QUESTIONS.index(code) if code in QUESTIONS else -1
    return QUESTIONS[(place + 1) % len(QUESTIONS)]
