"""Fields and words: where lines begin, and what becomes of what is wider than its room."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.painting import marks
from ui.theme.theme import Theme
from ui.widgets.canvas import in_few_lines, text_width
from ui.widgets.fields import TextArea, TextField


def test_an_area_begins_on_the_side_of_reading_whatever_is_written_in_it(qapp: QApplication, theme: Theme) -> None:
    area = TextArea(theme, name="Plan", hint="What happens?")
    area.resize(400, 120)
    for way in (Qt.LayoutDirection.RightToLeft, Qt.LayoutDirection.LeftToRight):
        qapp.setLayoutDirection(way)
        mirrored = way == Qt.LayoutDirection.RightToLeft
        for text in ("", "Bring pens", "مرحبا"):
            area.setPlainText(text)
            ink = inked(area)
            assert (min(ink) > 200) is mirrored and (max(ink) < 200) is not mirrored, (way, text)
            start = area.cursorRect().x() if not text else None
            assert start is None or (start > 350) is mirrored, way
    area.close()


def inked(area: TextArea) -> list[int]:
    """Where something dark stands, in pixels from the left."""
    image = area.grab().toImage()
    inside = range(15, area.width() - 15)
    return [x for x in inside for y in range(12, 60) if image.pixelColor(x, y).lightness() < 170]


def test_words_that_have_no_room_go_on_in_a_second_line_or_smaller(theme: Theme) -> None:
    font = theme.font("body")
    whole = "fourteen seats waiting"
    wide = text_width(font, whole)
    assert in_few_lines(whole, font, wide, least=9) == (font, [whole])
    face, lines = in_few_lines(whole, font, wide * 0.7, least=9)
    assert lines == ["fourteen seats", "waiting"] and face.pixelSize() == font.pixelSize()
    face, lines = in_few_lines(whole, font, text_width(font, "fourteen seats") - 1, least=9)
    assert " ".join(lines) == whole and len(lines) == 2
    face, lines = in_few_lines("waiting", font, text_width(font, "waiting") - 1, least=9)
    assert lines == ["waiting"] and 9 <= face.pixelSize() < font.pixelSize()
    assert in_few_lines(whole, font, 10, least=9)[1] == ["fourteen", "seats waiting"]


@pytest.mark.parametrize("way", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_what_is_wider_than_its_field_ends_in_dots_while_nobody_types_in_it(
    theme: Theme, qapp: QApplication, qtbot: QtBot, way: Qt.LayoutDirection
) -> None:
    qapp.setLayoutDirection(way)
    name = "Adaeze Ångström-Featherstonehaugh"
    field = TextField(theme, name="Who", icon="user")
    field.dotted = True
    qtbot.addWidget(field)
    field.resize(130, 38)
    field.show()
    field.activateWindow()

    def painted() -> list[str]:
        with marks(silently=True) as found:
            field.grab()
        return [mark.words for mark in found if mark.kind == "word" and mark.cut]

    field.setText(name)
    field.clearFocus()
    assert painted() == [name] and field.toolTip() == name
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    assert painted() == []
    field.clearFocus()
    field.setText("Amina")
    assert painted() == [] and field.toolTip() == ""
    field.setEchoMode(TextField.EchoMode.Password)
    field.setText(name)
    assert name not in field.toolTip()
    assert all(name not in words for words in painted())
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
