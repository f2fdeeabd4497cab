"""Typed text is tidied once, and folded the same way for the index and the question."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.text import BODY_MAX, LINE_MAX, fold, match_expression, tidy_body, tidy_line


@given(st.text())
def test_tidied_text_can_be_stored_and_stays_as_it_is(text: str) -> None:
    line, body = tidy_line(text), tidy_body(text)
    assert tidy_line(line) == line and tidy_body(body) == body
    assert "\n" not in line and "\x00" not in body and "\r" not in body
    body.encode("utf-8")


def test_what_people_paste_becomes_one_form() -> None:
    assert tidy_line("  Cafe\u0301\tau\nlait \x00") == "Café au lait"
    assert tidy_body("a\r\nb\rc\ud800") == "a\nb\nc"
    assert len(tidy_line("x" * 5000)) == LINE_MAX and len(tidy_body("x" * (BODY_MAX + 9))) == BODY_MAX


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
