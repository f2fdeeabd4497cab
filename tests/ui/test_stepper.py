"""The life of a meeting as linked steps, in any width."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from ui.theme.theme import Theme
from ui.widgets.stepper import Stepper

STEPS = (("plan", "Plan"), ("checkin", "Check-in"), ("live", "Live"), ("wrapup", "Wrap-up"), ("export", "Notes"))


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
