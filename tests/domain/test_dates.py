"""Dates in words, and words for dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.date_words import LANGUAGES, lexicon
from circle_app.domain.dates import DueWords, due_words, parse_date, take_date
from circle_app.errors import RuleBroken

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-23"), ("Tomorrow", "2026-11-24"), ("fri", "2026-11-27"), ("by Friday", "2026-11-27"),
        ("mon", "2026-11-30"), ("next fri", "2026-12-04"), ("next monday", "2026-11-30"), ("next week", "2026-11-30"),
        ("in 2 weeks", "2026-12-07"), ("in a week", "2026-11-30"), ("3 days", "2026-11-26"), ("2w", "2026-12-07"),
        ("in 10d", "2026-12-03"), ("in 3 months", "2027-02-23"), ("4 dec", "2026-12-04"), ("Dec 4", "2026-12-04"),
        ("Fri 4 Dec", "2026-12-04"), ("4th of December, 2027", "2027-12-04"), ("4.12.", "2026-12-04"),
        ("4.12.2028", "2028-12-04"), ("2026-12-04", "2026-12-04"), ("2 jan", "2027-01-02"), ("23 nov", "2026-11-23"),
        ("29 feb", "2028-02-29"), ("4 dec 2020", "2020-12-04"), ("٤ dec", "2026-12-04"), ("1 May", "2027-05-01"),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_say_them(text: str, day: str) -> None:
    assert parse_date(text, MONDAY).isoformat() == day


def test_in_a_month_from_the_last_of_january_is_the_last_of_february() -> None:
    assert parse_date("in 1 month", date(2027, 1, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    "text", ["", "4/12", "31 feb", "2026-02-30", "soon", "in weeks", "dec", "4 dec 26", "in 9999 weeks"]
)
def test_a_date_that_cannot_be_read_is_refused_kindly(text: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        parse_date(text, MONDAY)
    assert refused.value.next_step


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_a_kind_refusal(text: str) -> None:
    try:
        parse_date(text, MONDAY)
    except RuleBroken as refused:
        assert refused.code == "date"


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 6))
def test_a_weekday_is_always_one_to_seven_days_ahead(today: date, weekday: int) -> None:
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[weekday]
    found = parse_date(name, today)
    assert found.weekday() == weekday
    assert 1 <= (found - today).days <= 7


@pytest.mark.parametrize(
    ("ahead", "words"),
    [(-2, DueWords("late", 2)), (0, DueWords("today", 0)), (1, DueWords("tomorrow", 0)), (4, DueWords("weekday", 4)),
     (6, DueWords("weekday", 6)), (7, DueWords("later", 7))],
)  # fmt: skip
def test_a_due_date_is_described_from_today(ahead: int, words: DueWords) -> None:
    day = MONDAY + timedelta(days=ahead)
    assert due_words(day, MONDAY) == words
    assert due_words(day.isoformat(), MONDAY) == words


def test_a_due_date_that_is_no_date_is_unknown() -> None:
    assert due_words("someday", MONDAY) == DueWords("unknown", 0)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", {"fr": "2026-11-27", "am Freitag": "2026-11-27", "nächsten Fr": "2026-12-04", "übermorgen": "2026-11-25",
                "in zwei Wochen": "2026-12-07", "in einem Monat": "2026-12-23", "4. Dez": "2026-12-04",
                "nächste Woche": "2026-11-30", "Di, 8. Dezember": "2026-12-08", "kommenden Montag": "2026-11-30"}),
        ("fr", {"ven": "2026-11-27", "dans 2 semaines": "2026-12-07", "vendredi prochain": "2026-12-04",
                "la semaine prochaine": "2026-11-30", "après-demain": "2026-11-25", "le 4 déc": "2026-12-04",
                "1er mai": "2027-05-01", "mar 2 mar": "2027-03-02", "d’ici un mois": "2026-12-23"}),
        ("es", {"viernes": "2026-11-27", "en 2 semanas": "2026-12-07", "dentro de un mes": "2026-12-23",
                "pasado mañana": "2026-11-25", "el viernes que viene": "2026-11-27", "4 de diciembre": "2026-12-04",
                "4 de diciembre de 2027": "2027-12-04", "la semana que viene": "2026-11-30", "miercoles": "2026-11-25"}),
        ("pt", {"sexta": "2026-11-27", "sexta-feira": "2026-11-27", "daqui a duas semanas": "2026-12-07",
                "depois de amanhã": "2026-11-25", "4 de dezembro": "2026-12-04", "próxima semana": "2026-11-30"}),
        ("pl", {"w piątek": "2026-11-27", "za 2 tygodnie": "2026-12-07", "za tydzień": "2026-11-30",
                "za pięć dni": "2026-11-28", "4 grudnia": "2026-12-04", "do srody": "2026-11-25",
                "w przyszłym tygodniu": "2026-11-30", "pojutrze": "2026-11-25"}),
        ("ar", {"الجمعة": "2026-11-27", "يوم الجمعة": "2026-11-27", "غدًا": "2026-11-24", "بعد غد": "2026-11-25",
                "بعد أسبوعين": "2026-12-07", "خلال ٣ أيام": "2026-11-26", "بعد شهر": "2026-12-23",
                "الأسبوع القادم": "2026-11-30", "٤ ديسمبر": "2026-12-04", "4 كانون الأول": "2026-12-04"}),
        ("zh", {"周五": "2026-11-27", "星期五": "2026-11-27", "下周五": "2026-12-04", "两周后": "2026-12-07",
                "3天后": "2026-11-26", "后天": "2026-11-25", "12月4日": "2026-12-04", "2027年12月4日": "2027-12-04",
                "下周": "2026-11-30", "一个月后": "2026-12-23", "下个月": "2026-12-23"}),
        ("en", {"in a fortnight": "2026-12-07", "two weeks": "2026-12-07", "the day after tomorrow": "2026-11-25"}),
    ],
)  # fmt: skip
def test_each_language_has_its_own_words_for_days(language: str, said: dict[str, str]) -> None:
    read = {text: parse_date(text, MONDAY, words=LANGUAGES[language]).isoformat() for text in said}
    assert read == said


@pytest.mark.parametrize(
    ("language", "sentence", "rest", "due"),
    [
        ("de", "Saal buchen bis Freitag", "Saal buchen", "2026-11-27"),
        ("de", "Rat fragen in 2 Wochen", "Rat fragen", "2026-12-07"),
        ("de", "wir lassen es so", "wir lassen es so", None),
        ("de", "Kuchen backen am So", "Kuchen backen", "2026-11-29"),
        ("fr", "réserver la salle la semaine prochaine", "réserver la salle", "2026-11-30"),
        ("fr", "aller à la mer", "aller à la mer", None),
        ("fr", "parler de demain", "parler de demain", None),
        ("es", "llamar a Ana el viernes que viene", "llamar a Ana", "2026-11-27"),
        ("es", "limpiar el mar", "limpiar el mar", None),
        ("pl", "zapytać szkołę do piątku", "zapytać szkołę", "2026-11-27"),
        ("ar", "اسأل المدرسة بعد أسبوعين", "اسأل المدرسة", "2026-12-07"),
        ("zh", "给学校打电话 下周五", "给学校打电话", "2026-12-04"),
        ("zh", "给学校打电话下周五", "给学校打电话", "2026-12-04"),
        ("en", "call them in a week", "call them", "2026-11-30"),
        ("en", "chairs in the sun", "chairs in the sun", None),
        ("en", "open by sun", "open", "2026-11-29"),
    ],
)
def test_a_day_at_the_end_of_a_sentence_is_taken_out(language: str, sentence: str, rest: str, due: str | None) -> None:
    assert take_date(sentence, MONDAY, words=LANGUAGES[language]) == (rest, due)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_sentence_without_a_date_may_end_in_a_space(language: str) -> None:
    assert take_date("打电话 \u3000", MONDAY, words=LANGUAGES[language]) == ("打电话 \u3000", None)
    assert take_date("ask them\n", MONDAY, words=LANGUAGES[language]) == ("ask them\n", None)


FRIDAY = {
    "de": "Anna fragen bis Freitag", "fr": "demander à Anne vendredi", "es": "preguntar a Ana el viernes",
    "pt": "perguntar à Ana sexta-feira", "pl": "zapytać Annę w piątek", "ar": "اسأل آنا يوم الجمعة", "zh": "问安娜 星期五",
    "en": "ask Anna on friday",
}  # fmt: skip


def test_every_language_has_its_friday() -> None:
    assert FRIDAY.keys() == LANGUAGES.keys()


@pytest.mark.parametrize("language", sorted(FRIDAY))
@pytest.mark.parametrize("end", [".", "!", " !", "…", "...", "。", "！", "،", "۔", ". ", ";"])
def test_the_end_of_a_sentence_goes_with_its_date(language: str, end: str) -> None:
    sentence, words = FRIDAY[language], LANGUAGES[language]
    rest, due = take_date(sentence, MONDAY, words=words)
    assert (due, rest == sentence) == ("2026-11-27", False)
    assert take_date(sentence + end, MONDAY, words=words) == (rest, due)
    alone = sentence.removeprefix(rest).strip()
    assert parse_date(alone + end, MONDAY, words=words).isoformat() == due


@pytest.mark.parametrize("language", sorted(FRIDAY))
@pytest.mark.parametrize("end", ["?", "؟", "？", " ?"])
def test_a_question_is_no_promise(language: str, end: str) -> None:
    asked = FRIDAY[language] + end
    assert take_date(asked, MONDAY, words=LANGUAGES[language]) == (asked, None)


@pytest.mark.parametrize("day", ["4.12.", "4.12.2026", "2026-12-04", "4 dec", "dec 4", "4th of december 2026"])
@pytest.mark.parametrize("end", [".", "!", ",", "。"])
def test_a_day_in_numbers_may_end_a_sentence_too(day: str, end: str) -> None:
    assert take_date(f"ask them {day}{end}", MONDAY) == ("ask them", "2026-12-04")


@pytest.mark.parametrize("end", [".", "!", " !", "..."])
def test_a_doubtful_word_stays_one_at_the_end_of_a_sentence(end: str) -> None:
    assert take_date(f"chairs in the sun{end}", MONDAY) == (f"chairs in the sun{end}", None)
    assert take_date(f"aller à la mer{end}", MONDAY, words=LANGUAGES["fr"])[1] is None


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_word_of_a_date_ends_as_a_sentence_does(language: str) -> None:
    assert [form for form in lexicon(LANGUAGES[language]) if form != form.rstrip(" .,;!…،؛۔。！、")] == []


@given(st.text(max_size=30), st.sampled_from(sorted(LANGUAGES)))
def test_any_text_in_any_language_is_read_or_left_whole(text: str, language: str) -> None:
    rest, due = take_date(text, MONDAY, words=LANGUAGES[language])
    assert text.startswith(rest)
    assert (due is None) == (rest == text)
    assert due is None or rest == rest.rstrip(" ,;–-،，、")
    assert due is None or date.fromisoformat(due)
