"""The agenda beside a running meeting: what is said of the steps as far as there is room, and the running one in sight."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from circle_app.domain.ids import Ref
from ui.theme.theme import Theme
from ui.views.live_agenda import DONE, NEXT, NOW, AgendaScroll, AgendaSteps, StepLine
from ui.widgets.base import PaintedButton

QUESTION = "If you could change one thing between here and the school, what would it be, and who would have to agree?"


def lines(running: int, count: int = 12) -> tuple[StepLine, ...]:
    """Steps of which one runs; each has something to say."""
    states = [DONE if at < running else NOW if at == running else NEXT for at in range(count)]
    return tuple(
        StepLine(
            Ref(1, bytes([at])), f"Step {at}", QUESTION, "10 min", state, below="4 of 10 min" if state == NOW else ""
        )
        for at, state in enumerate(states)
    )


@pytest.fixture
def agenda(theme: Theme, qtbot: QtBot) -> AgendaScroll:
    scroll = AgendaScroll(theme, AgendaSteps(theme, name="Agenda"))
    qtbot.addWidget(scroll)
    scroll.resize(220, 260)
    scroll.show()
    return scroll


def settle() -> None:
    for _ in range(8):
        QApplication.processEvents()


def whole(scroll: AgendaScroll, row: QWidget | None) -> bool:
    """Whether all of a row is in sight, in a panel that does not show all rows."""
    settle()
    assert row is not None and scroll.verticalScrollBar().maximum() > 0
    top = row.mapTo(scroll.viewport(), QPoint(0, 0)).y()
    return top >= 0 and top + row.height() <= scroll.viewport().height()


@pytest.mark.parametrize("running", [0, 5, 11])
def test_the_running_step_is_in_sight_whatever_the_window(agenda: AgendaScroll, running: int) -> None:
    steps = agenda.findChild(AgendaSteps)
    steps.set_lines(lines(running))
    assert whole(agenda, steps.running())
    agenda.resize(300, 240)
    assert whole(agenda, steps.running())
    steps.set_lines(lines((running + 6) % 12))
    assert whole(agenda, steps.running())


def test_looking_elsewhere_in_the_agenda_lasts_until_the_step_changes(agenda: AgendaScroll) -> None:
    steps = agenda.findChild(AgendaSteps)
    steps.set_lines(lines(11))
    assert whole(agenda, steps.running())
    agenda.verticalScrollBar().setValue(0)
    steps.set_lines(
        tuple(
            line if line.state != NOW else StepLine(**{**_fields(line), "below": "5 of 10 min"}) for line in lines(11)
        )
    )
    settle()
    assert agenda.verticalScrollBar().value() == 0


def test_all_is_said_where_it_has_room_and_else_titles_are_enough(agenda: AgendaScroll, qtbot: QtBot) -> None:
    steps = agenda.findChild(AgendaSteps)
    steps.set_lines(lines(1, 4))
    qtbot.waitUntil(lambda: steps.brief)
    low = steps.height()
    agenda.resize(320, 900)
    qtbot.waitUntil(lambda: not steps.brief and steps.height() > low)
    assert steps.height() <= agenda.viewport().height()


def _fields(line: StepLine) -> dict[str, object]:
    return {name: getattr(line, name) for name in StepLine.__slots__}


def test_a_step_tells_its_height_for_every_width_and_not_by_the_one_it_has(agenda: AgendaScroll) -> None:
    """By the one it has, a panel whose scroll bar comes and goes with the lines of a title would never come to rest."""
    steps = agenda.findChild(AgendaSteps)
    steps.set_lines(tuple(replace(line, title=f"{line.title}, with a longer name") for line in lines(5)))
    asked = []
    for width in (300, 170):
        agenda.resize(width, 900)
        settle()
        layout = steps.layout()
        assert layout.heightForWidth(steps.width()) == steps.height_needed(brief=steps.brief)
        asked.append((layout.minimumSize().height(), *(layout.heightForWidth(wide) for wide in (280, 240, 200, 160))))
    assert asked[0] == asked[1] and sorted(asked[0][1:]) == list(asked[0][1:])
    assert asked[0][1] < asked[0][-1]


def test_no_step_is_lower_than_its_words_when_the_panel_gets_narrow(agenda: AgendaScroll) -> None:
    """The running one would lose the bar and the minutes that stand below its question."""
    agenda.resize(600, 260)
    steps = agenda.findChild(AgendaSteps)
    steps.set_lines(tuple(replace(line, title=f"{line.title}, with a longer name") for line in lines(5)))
    settle()
    agenda.resize(200, 260)
    settle()
    rows = steps.findChildren(PaintedButton)
    assert len(rows) == 12
    assert [row.height() for row in rows] == [row.heightForWidth(row.width()) for row in rows]
