"""The life of a meeting as linked steps, in any width."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.hall import Hall, open_hall
from ui.shortcuts import places
from ui.theme.theme import Theme
from ui.views.stages import meeting_stepper
from ui.widgets.button import Button
from ui.widgets.stepper import Stepper


@pytest.fixture
def stood(tmp_path: Path, qapp: QApplication) -> Iterator[Hall]:
    made = open_hall(tmp_path)
    yield made
    made.close()


STEPS = (
    ("plan", "Plan"),
    ("checkin", "Check-in"),
    ("live", "Live"),
    ("wrapup", "Wrap-up"),
    ("export", "Papers"),
)


def test_in_a_narrow_window_steps_show_whole_words_or_none(qtbot: QtBot, theme: Theme) -> None:
    stepper = Stepper(theme, STEPS, name="Life")
    qtbot.addWidget(stepper)
    stepper.set_state(STEPS[0][0])
    buttons = stepper.findChildren(QAbstractButton)
    full = [button.sizeHint().width() for button in buttons]
    stepper.resize(stepper.sizeHint())
    stepper.show()
    assert [button.width() for button in buttons] == full
    for width in range(stepper.minimumSizeHint().width(), stepper.sizeHint().width(), 7):
        stepper.resize(width, stepper.height())
        QCoreApplication.processEvents()
        assert buttons[0].width() == full[0]
        assert all(button.width() == button.minimumSizeHint().width() for button in buttons[1:]), width
        assert buttons[-1].geometry().right() < width


def test_tab_comes_to_the_step_that_is_shown_and_the_arrow_keys_to_the_others(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    before, stepper, after = Button(theme, "Before"), Stepper(theme, STEPS, name="Life"), Button(theme, "After")
    layout = QHBoxLayout(window)
    for part in (before, stepper, after):
        layout.addWidget(part)
    qtbot.addWidget(window)
    chosen: list[str] = []
    stepper.chosen.connect(chosen.append)
    stepper.set_state("live")
    window.show()
    window.activateWindow()
    before.setFocus()
    qtbot.waitUntil(before.hasFocus)

    def pressed(key: Qt.Key) -> str:
        focused = window.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)
        now = window.focusWidget()
        assert now is not None
        return now.accessibleName()

    assert [pressed(Qt.Key.Key_Tab), pressed(Qt.Key.Key_Tab)] == ["Live", "After"]
    assert pressed(Qt.Key.Key_Backtab) == "Live"
    assert [pressed(Qt.Key.Key_Right) for _ in range(3)] == ["Wrap-up", "Papers", "Plan"]
    assert pressed(Qt.Key.Key_Left) == "Papers" and chosen == []
    assert pressed(Qt.Key.Key_Return) == "Papers" and chosen == ["export"]
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert pressed(Qt.Key.Key_Right) == "Wrap-up"
    assert pressed(Qt.Key.Key_Tab) == "After"


def test_no_stage_of_a_meeting_is_called_as_a_place_is(stood: Hall, qtbot: QtBot) -> None:
    view = QWidget()
    qtbot.addWidget(view)
    stepper = meeting_stepper(stood.ctx, view)
    qtbot.addWidget(stepper)
    stages = {step.accessibleName() for step in stepper.findChildren(QAbstractButton)}
    assert len(stages) == 5 and stages.isdisjoint(words for _code, words, *_rest in places())
