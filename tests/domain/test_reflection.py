"""The question of the day turns with the date, so that moving or skipping a meeting turns nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.reflection import NOT_AGAIN, QUESTIONS, question_after, question_of

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize("days", [1, 7, 14, 21, 28, 30, 31, 42, 91])
def test_in_every_usual_rhythm_each_question_has_its_turn(days: int) -> None:
    asked = [question_of(TUESDAY + timedelta(days=days * n)) for n in range(len(QUESTIONS))]
    assert sorted(asked) == sorted(QUESTIONS)


def test_two_computers_ask_the_same_on_the_same_day() -> None:
    assert question_of(TUESDAY) == question_of(date(2026, 11, 24))
    assert question_of(TUESDAY) != question_of(TUESDAY + timedelta(days=1))


@given(st.dates(), st.lists(st.sampled_from((*QUESTIONS, "from_a_newer_version")), max_size=30))
def test_no_question_comes_again_soon(day: date, used: list[str]) -> None:
    code = question_of(day, used)
    assert code in QUESTIONS
    assert code not in used[-NOT_AGAIN:]


def test_another_question_comes_back_only_after_all() -> None:
    code, seen = QUESTIONS[3], []
    for _ in QUESTIONS:
        seen.append(code)
        code = question_after(code)
    assert code == QUESTIONS[3]
    assert sorted(seen) == sorted(QUESTIONS)
    assert question_after("from_a_newer_version") in QUESTIONS
