"""Typed text is tidied once, and folded the same way for the index and the question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.text import (
    BODY_MAX,
    BODY_MAX_BYTES,
    FOLDING,
    LINE_MAX,
    fold,
    fold_name,
    kept_body,
    kept_line,
    match_expression,
    search_words,
    tidy_body,
    tidy_line,
    title_of,
    whole_name,
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


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Sinéad O’Connor", "sinead o'connor"), ("ʻĀina Kealoha", "'aina kealoha"), ("Anne‑Marie Straße", "anne-marie strasse"),
        ("Nguyễn Thị Đào", "nguyen thi dao"), ("Işık İpek", "ISIK IPEK"), ("Ðorđe Łukić", "dorde lukic"),
        ("علی‌رضا کریمی", "عليرضا كريمي"), ("مُحَمَّد عَلِيّ", "محمد علي"), ("أحمد إبراهيم", "احمد ابراهيم"),
        ("⁨شيماء⁩ فاطمة", "شيماء فاطمه"), ("Ζωή Παππάς", "ζωη παππασ"), ("Алёна Йовченко", "алена иовченко"),
        ("김은지", "김은지"), ("अनीता देवी", "अनीता देवी"), ("Ｍａｒｉａ　Ｌｉｎｄ", "maria lind"), ("דָּוִד בֶּן־חַיִּים", "דוד בן-חיים"),
    ],
)  # fmt: skip
def test_a_name_is_found_however_the_keyboard_of_another_writes_it(written: str, typed: str) -> None:
    assert fold_name(written) == fold_name(typed)


def test_letters_that_make_other_names_stay_apart() -> None:
    for one, other in (
        ("김은지", "김은정"),
        ("अनीता", "अनिता"),
        ("陳小明", "陳小朋"),
        ("Иван", "Іван"),
        ("Omar", "Omer"),
    ):
        assert fold_name(one) != fold_name(other)


def test_the_index_is_made_anew_when_words_are_folded_in_another_way() -> None:
    """Whoever changes one of these changes FOLDING, too: the files of people hold words in the way of that number."""
    told = {
        "Ärger STRASSE Łódź": "arger strasse lodz", "Sinéad O’Connor": "sinead o'connor", "کریمی": "كريمي",
        "کتاب‌ها": "كتابها\nكتاب ها", "مدرسة إلى": "مدرسه الي", "Ｍａｒｉａ\u00ad Işık": "maria isik", "世界": "世界",
        "אֲנִי־כָּאן": "אני-כאן",
    }  # fmt: skip
    assert {written: search_words(written) for written in told} == told
    assert FOLDING == 2


def test_a_whole_name_tells_people_apart() -> None:
    assert all(whole_name(name) for name in ("Bo Lind", "陳小明", "김은지", "محمد علي", "O Vu"))
    assert not any(whole_name(name) for name in ("Bo", "Maria", "小明", "은지", "محمد", "さくらこ", " "))


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
