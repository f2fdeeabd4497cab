"""A tip shows what somebody wrote letter by letter: Qt takes a text with tags for HTML, and loads what it names."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from ui.theme.theme import Theme
from ui.widgets.avatar import Avatar
from ui.widgets.tip import plain_tip

HOSTILE = (
    '<img src="file:///etc/hostname">', "<img src='//elsewhere.example/share/x.png'>", "<b>bold</b>", "a < b & c > d",
    "<table><tr><td>x", "first\nsecond  <i>", "&lt;img&gt;", "<qt>x</qt>",
)  # fmt: skip


class Loading(QTextDocument):
    """Remembers what it was asked to load."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[object] = []

    def loadResource(self, kind: int, name: object) -> object:
        self.asked.append(name)
        return None


@pytest.mark.parametrize("text", HOSTILE)
def test_a_tip_is_read_letter_by_letter_and_loads_nothing(qapp: QApplication, text: str) -> None:
    document = Loading()
    document.setHtml(plain_tip(text))
    document.size()
    assert document.toPlainText() == text
    assert document.asked == []


def test_the_same_text_without_care_would_be_loaded(qapp: QApplication) -> None:
    document = Loading()
    document.setHtml(HOSTILE[0])
    document.size()
    assert document.asked


def test_a_persons_name_is_no_markup_in_a_tip(qapp: QApplication, theme: Theme) -> None:
    avatar = Avatar(theme, HOSTILE[0])
    assert "<img" not in avatar.toolTip()
    avatar.set_person(HOSTILE[1])
    assert "<img" not in avatar.toolTip()
