"""The way back from a task, a found word or a decision leads to the very line, in the real window, in every state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.live import close_meeting, open_meeting
from circle_app.workspace.commands.meetings import delete_meeting, plan_meeting
from circle_app.workspace.commands.outcomes import add_outcome, delete_outcome, set_outcome
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.queries.meetings import meeting
from circle_app.workspace.queries.outcomes import outcomes
from circle_app.workspace.queries.tasks import tasks
from tests.support.workspaces import new_circle
from tests.ui.hall import press
from ui.shell import Shell
from ui.text import date_of_ms
from ui.views.left_open import LeftRow
from ui.views.live import LiveView
from ui.views.outcome_row import OutcomeRow
from ui.views.search import SearchPalette
from ui.views.tasks import TasksView


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()


@pytest.fixture
def evening(shell: Shell) -> Ref:
    """A live meeting with a dozen lines."""
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    for name in ("محمّد علي", "王 芳"):
        add_person(ws, space, name=name)
    made = plan_meeting(ws, space, title="Third evening", starts_at="2026-11-24T18:30", steps=[{"title": "Talk"}])
    open_meeting(ws, made)
    for number in range(12):
        add_outcome(ws, made, kind="note", text=f"Said {number}")
    shell.activateWindow()
    return made


def by_the_task(shell: Shell) -> None:
    shell.navigate("tasks")
    settle()
    view = shell.view("tasks")
    assert isinstance(view, TasksView)
    view.rows()[0].source.click()
    settle()


def composed(words: str) -> None:
    """Words as an input method gives them: QTest knows no keys for them."""
    typing = QInputMethodEvent()
    typing.setCommitString(words)
    QApplication.sendEvent(QApplication.focusWidget(), typing)


def line_in_hand() -> Ref:
    held = QApplication.focusWidget()
    assert isinstance(held, OutcomeRow), held
    return held.outcome.ref


@pytest.mark.parametrize(
    "typed", ["@محمد اكتب إلى المدرسة in 2 weeks", "给学校写信 @王 fri", "Ask the council @王 fri"]
)
@pytest.mark.parametrize("closed", [False, True])
def test_a_task_made_with_one_key_leads_back_to_its_line(shell: Shell, evening: Ref, typed: str, closed: bool) -> None:
    ws = shell.context.ws
    shell.navigate("live", evening)
    settle()
    press(Qt.Key.Key_T)
    composed(typed)
    press(Qt.Key.Key_Return)
    settle()
    (line,) = [each for each in outcomes(ws, evening) if each.kind == "task"]
    (task,) = tasks(ws, space=evening.space)
    assert line.task is not None and task.owner_name in ("محمّد علي", "王 芳") and task.due
    add_outcome(ws, evening, kind="note", text="Said at last")
    if closed:
        close_meeting(ws, evening)
    by_the_task(shell)
    assert line_in_hand() == line.ref
    assert meeting(ws, evening).state == ("closed" if closed else "live")


@pytest.mark.parametrize(
    ("tag", "typed", "title", "days"),
    [
        ("de", "Schule fragen @王 in 2 Wochen", "Schule fragen", 14), ("fr", "demander @王 demain", "demander", 1),
        ("pl", "zapytać szkołę @王 za 2 tygodnie", "zapytać szkołę", 14),
        ("ar", "اسأل المدرسة @محمد بعد أسبوعين", "اسأل المدرسة", 14), ("zh-CN", "@王 给学校打电话明天", "给学校打电话", 1),
    ],
)  # fmt: skip
def test_a_task_typed_in_the_language_of_the_app_has_its_owner_and_day(
    shell: Shell, evening: Ref, tag: str, typed: str, title: str, days: int
) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(tag))
    try:
        shell.navigate("live", evening)
        settle()
        press(Qt.Key.Key_T)
        composed(typed)
        press(Qt.Key.Key_Return)
    finally:
        QLocale.setDefault(before)
    (task,) = tasks(shell.context.ws, space=evening.space)
    today = date_of_ms(shell.context.ws.clock.now_ms())
    assert (task.title, task.due) == (title, (today + timedelta(days=days)).isoformat())
    assert task.owner_name == ("محمّد علي" if "محمد" in typed else "王 芳")


@pytest.mark.parametrize(
    "change",
    [lambda ws, ref: set_outcome(ws, ref, private=True), lambda ws, ref: set_outcome(ws, ref, text="x " * 450)],
)
def test_a_private_or_very_long_line_of_a_closed_meeting_is_found_too(
    shell: Shell, evening: Ref, change: Callable[..., object]
) -> None:
    ws = shell.context.ws
    line = add_outcome(ws, evening, kind="task", text="Buy soil")
    change(ws, line)
    close_meeting(ws, evening)
    by_the_task(shell)
    assert line_in_hand() == line


def test_where_the_line_was_taken_away_its_meeting_opens(shell: Shell, evening: Ref) -> None:
    ws = shell.context.ws
    line = add_outcome(ws, evening, kind="task", text="Buy soil")
    ws.record(evening.space, [_deleted(line)], label="take the line away alone")
    by_the_task(shell)
    assert shell.place == ("live", evening)


def _deleted(line: Ref) -> object:
    from circle_app.domain.schema import OUTCOMES
    from circle_app.workspace.db import Put

    return Put(OUTCOMES, line.row, {"deleted": 1})


def test_a_found_line_opens_where_it_stands_and_is_remembered(shell: Shell, evening: Ref) -> None:
    ws = shell.context.ws
    line = add_outcome(ws, evening, kind="idea", text="Planters of reused wood")
    close_meeting(ws, evening)
    for typed in ("planters", None):
        shell.navigate("home")
        shell.navigate("search", typed)
        settle()
        (palette,) = [each for each in shell.findChildren(SearchPalette) if each.isVisible()]
        assert palette.lines()[0].title == "Planters of reused wood"
        QTest.keyClick(palette.field, Qt.Key.Key_Return)
        settle()
        shell.activateWindow()
        settle()
        assert line_in_hand() == line


def test_a_parked_line_opens_in_the_list_of_what_is_open(shell: Shell, evening: Ref) -> None:
    line = add_outcome(shell.context.ws, evening, kind="idea", text="Whose alley?", parked=True)
    shell.navigate("line", line)
    settle()
    held = QApplication.focusWidget()
    assert isinstance(held, LeftRow)
    assert held.left.ref == line


def test_the_way_back_can_be_gone_again(shell: Shell, evening: Ref) -> None:
    line = outcomes(shell.context.ws, evening)[3].ref
    shell.navigate("line", line)
    shell.navigate("home")
    shell.go_back()
    settle()
    assert line_in_hand() == line
    shell.navigate("line", line)
    view = shell.view("live")
    assert isinstance(view, LiveView)
    press(Qt.Key.Key_Escape)
    shell.navigate("live", evening)
    settle()
    assert view.hasFocus()


def test_a_line_that_is_gone_is_said_in_words_and_we_stay(shell: Shell, evening: Ref) -> None:
    line = outcomes(shell.context.ws, evening)[3].ref
    delete_outcome(shell.context.ws, line)
    shell.navigate("people")
    shell.navigate("line", line)
    assert shell.place[0] == "people"
    other = outcomes(shell.context.ws, evening)[0].ref
    delete_meeting(shell.context.ws, evening)
    shell.navigate("line", other)
    assert shell.place[0] == "people"
