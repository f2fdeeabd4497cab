"""Typed text is tidied once, and folded the same way for the index and the question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.text import (
    BODY_MAX,
    BODY_MAX_BYTES,
    LINE_MAX,
    fold,
    kept_body,
    kept_line,
    match_expression,
    tidy_body,
    tidy_line,
    title_of,
)
from circle_app.errors import RuleBroken


@given(st.text())
def test_tidied_text_can_be_stored_and_stays_as_it_is(text: str) -> None:
    line, body = tidy_line(text), tidy_body(text)
    assert tidy_line(line) == line and tidy_body(body) == body
    assert "\n" not in line and "\x00" not in body and "\r" not in body
    body.encode("utf-8")


def test_what_people_paste_becomes_one_form() -> None:
    assert tidy_line("  Cafe\u0301\tau\nlait \x00") == "Café au lait"
    assert tidy_body("a\r\nb\rc\ud800") == "a\nb\nc"


def test_folding_forgets_accents_and_arabic_marks() -> None:
    assert fold("Ärger Ñandú STRASSE") == "arger nandu strasse"
    assert fold("straße") == fold("STRASSE")
    assert fold("مُحَمَّد") == fold("محمد")
    assert fold("إلى") == fold("الي")
    assert fold("世界") == "世界"


@given(st.text())
def test_a_question_is_never_an_operator(text: str) -> None:
    expression = match_expression(text)
    assert all(part.startswith('"') and part.endswith('"*') for part in expression.split())


def test_a_text_that_is_too_long_is_refused_whole_and_never_cut() -> None:
    assert kept_line("x" * LINE_MAX) == "x" * LINE_MAX
    assert kept_body("x" * BODY_MAX) == "x" * BODY_MAX
    for keep, text in (
        (kept_line, "x" * (LINE_MAX + 1)),
        (kept_body, "x" * (BODY_MAX + 1)),
        (kept_body, "語" * (BODY_MAX_BYTES // 3 + 1)),
    ):
        with pytest.raises(RuleBroken, match="too long"):
            keep(text)


def test_a_long_text_is_stood_for_by_its_beginning() -> None:
    assert title_of("Ask  the\ncouncil") == "Ask the council"
    title = title_of("word " * LINE_MAX)
    assert len(title) <= LINE_MAX and title.endswith("word…")
