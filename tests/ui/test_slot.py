"""A slot: the same data keeps the same widgets, other data keep the keyboard where it was."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ui.theme.theme import Theme
from ui.widgets.button import Button
from ui.widgets.layouts import boxed, column
from ui.widgets.slot import Slot


@pytest.fixture
def slot(theme: Theme, qtbot: QtBot) -> Slot:
    made = Slot()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    return made


def fill(slot: Slot, theme: Theme, names: tuple[str, ...]) -> None:
    slot.show_data(names, lambda: boxed(column(theme, *(Button(theme, name) for name in names))) if names else None)
    QApplication.processEvents()


def button(slot: Slot, name: str) -> QWidget:
    return next(found for found in slot.findChildren(Button) if found.text() == name and found.isVisible())


def test_the_same_data_keep_the_same_widgets(slot: Slot, theme: Theme) -> None:
    fill(slot, theme, ("van", "map"))
    before = button(slot, "van")
    fill(slot, theme, ("van", "map"))
    assert button(slot, "van") is before


def test_the_keyboard_stays_with_the_same_name(slot: Slot, theme: Theme) -> None:
    fill(slot, theme, ("van", "map"))
    button(slot, "map").setFocus()
    fill(slot, theme, ("chairs", "van", "map"))
    assert button(slot, "map").hasFocus()


def test_the_keyboard_goes_to_what_took_the_place(slot: Slot, theme: Theme) -> None:
    fill(slot, theme, ("van", "map", "chairs"))
    button(slot, "map").setFocus()
    fill(slot, theme, ("van", "chairs"))
    assert button(slot, "chairs").hasFocus()
    fill(slot, theme, ("van",))
    assert button(slot, "van").hasFocus()


def test_nothing_to_show_hides_it(slot: Slot, theme: Theme) -> None:
    fill(slot, theme, ("van",))
    fill(slot, theme, ())
    assert slot.isHidden()
    fill(slot, theme, ("van",))
    assert slot.isVisible()
