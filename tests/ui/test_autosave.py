"""Fields that save themselves: after a pause, when left, and never at the cost of what somebody is typing."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ui.theme.theme import Theme
from ui.widgets.autosave import Autosave
from ui.widgets.fields import TextArea, TextField
from ui.widgets.layouts import column


class Sheet(QWidget):
    """A field, another one to go to, and what was kept; a text with "no" in it is refused."""

    def __init__(self, theme: Theme, field: TextField | TextArea) -> None:
        super().__init__()
        self.field = field
        self.other = TextField(theme, name="Other")
        self.kept: list[str] = []
        self.autosave = Autosave(field, self._keep, pause_ms=40)
        self.setLayout(column(theme, self.field, self.other))

    def typed(self) -> str:
        return self.field.text() if isinstance(self.field, TextField) else self.field.toPlainText()

    def _keep(self, text: str) -> bool:
        if "no" in text:
            return False
        self.kept.append(text)
        return True


@pytest.fixture(params=["line", "area"])
def sheet(request: pytest.FixtureRequest, theme: Theme, qtbot: QtBot) -> Sheet:
    field = TextField(theme, name="Title") if request.param == "line" else TextArea(theme, name="Text")
    made = Sheet(theme, field)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    field.setFocus()
    QApplication.processEvents()
    assert field.hasFocus()
    return made


def test_it_saves_once_after_a_pause(sheet: Sheet, qtbot: QtBot) -> None:
    QTest.keyClicks(sheet.field, "Welcome")
    assert sheet.kept == []
    qtbot.waitUntil(lambda: sheet.kept == ["Welcome"], timeout=2000)


def test_it_saves_at_once_when_the_field_is_left(sheet: Sheet) -> None:
    QTest.keyClicks(sheet.field, "Welcome")
    sheet.other.setFocus()
    assert sheet.kept == ["Welcome"]


def test_a_refused_text_stays_and_is_tried_again(sheet: Sheet) -> None:
    QTest.keyClicks(sheet.field, "no")
    sheet.autosave.flush()
    assert sheet.autosave.pending
    sheet.autosave.show("Welcome")
    assert sheet.typed() == "no"
    QTest.keyClicks(sheet.field, "\b\byes")
    sheet.other.setFocus()
    assert sheet.kept == ["yes"]


def test_news_do_not_touch_a_half_typed_text(sheet: Sheet) -> None:
    QTest.keyClicks(sheet.field, "Wel")
    sheet.autosave.show("Arrive")
    assert sheet.typed() == "Wel"


def test_the_tidied_form_comes_when_the_field_is_left(sheet: Sheet) -> None:
    QTest.keyClicks(sheet.field, "1:30")
    sheet.autosave.flush()
    sheet.autosave.show("1 h 30 min")
    assert sheet.typed() == "1:30"
    sheet.other.setFocus()
    assert sheet.typed() == "1 h 30 min"
    assert sheet.kept == ["1:30"]


def test_what_is_typed_after_the_news_wins_over_them(sheet: Sheet) -> None:
    QTest.keyClicks(sheet.field, "1:3")
    sheet.autosave.flush()
    sheet.autosave.show("1 h 3 min")
    QTest.keyClicks(sheet.field, "0")
    sheet.other.setFocus()
    assert sheet.kept == ["1:3", "1:30"]
    assert sheet.typed() == "1:30"


def test_news_change_a_field_that_nobody_has_typed_in(sheet: Sheet) -> None:
    sheet.autosave.show("Arrive")
    assert sheet.typed() == "Arrive"
    sheet.autosave.flush()
    assert sheet.kept == []


def test_another_thing_in_the_same_field_begins_clean(sheet: Sheet) -> None:
    QTest.keyClicks(sheet.field, "no")
    sheet.autosave.flush()
    sheet.autosave.show("Closing", anew=True)
    assert sheet.typed() == "Closing"
    assert not sheet.autosave.pending
