"""Days typed in the language of the interface: what a screen shows can be typed again, and English is understood beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QLocale

from circle_app.domain.date_words import LANGUAGES
from circle_app.domain.ids import Ref
from circle_app.errors import RuleBroken
from ui.date_words import read_date, take_date
from ui.models.typed_line import Name, read_line
from ui.text import day_full, day_long, day_short, day_with_year

TUESDAY = date(2026, 11, 24)


@pytest.fixture
def spoken() -> Iterator[object]:
    """Speak a language by its tag."""
    before = QLocale()
    yield lambda tag: QLocale.setDefault(QLocale(tag))
    QLocale.setDefault(before)


@pytest.mark.parametrize("tag", [*sorted(LANGUAGES), "fi", "uk", "de-AT", "fa", "ar-EG"])
def test_every_day_that_is_shown_can_be_typed(spoken, tag):
    spoken(tag)
    for ahead in range(365):
        day = TUESDAY + timedelta(days=ahead)
        assert read_date(day_short(day), TUESDAY) == day, day_short(day)
        assert read_date(day_long(day), TUESDAY) == day, day_long(day)
        assert read_date(day_full(day), TUESDAY) == day, day_full(day)
        assert read_date(day_with_year(day), TUESDAY) == day, day_with_year(day)


def test_a_field_for_a_day_also_understands_english(spoken):
    spoken("de")
    assert read_date("in 2 Wochen", TUESDAY) == read_date("in 2 weeks", TUESDAY) == date(2026, 12, 8)
    with pytest.raises(RuleBroken):
        read_date("dans 2 semaines", TUESDAY)


def test_the_end_of_a_sentence_is_read_in_the_language_of_the_interface_alone(spoken):
    spoken("fr")
    assert take_date("réserver la salle ven", TUESDAY) == ("réserver la salle", "2026-11-27")
    assert take_date("c’est mon", TUESDAY) == ("c’est mon", None)


@pytest.mark.parametrize(
    ("tag", "typed", "text", "due"),
    [
        ("pl", "zapytać szkołę @王 za 2 tygodnie", "zapytać szkołę", "2026-12-08"),
        ("ar", "اسأل المدرسة @王 بعد أسبوعين", "اسأل المدرسة", "2026-12-08"),
        ("zh-CN", "@王 给学校打电话下周五", "给学校打电话", "2026-12-04"),
    ],
)
def test_a_promise_is_read_in_the_language_of_the_interface(spoken, tag, typed, text, due):
    spoken(tag)
    wang = Name(Ref(1, bytes(16)), "王 芳")
    line = read_line(typed, kind="task", people=(wang,), today=TUESDAY)
    assert (line.text, line.owner, line.due) == (text, wang, due)
