"""Who is coming: an answer with one key, kept at once, counted in words on the plan."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.attendance import set_coming
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.queries.meetings import attendance, meeting
from circle_app.workspace.queries.people import me
from circle_app.workspace.spaces import set_space
from tests.support.workspaces import new_circle
from ui.dialogs.coming import Answers, ComingDialog, answers, answers_words
from ui.shell import Shell
from ui.views.planner import PlannerView

NAMES = ("Ben Okafor", "Chloé Martin")


def asked(shell: Shell, names: tuple[str, ...] = NAMES) -> tuple[ComingDialog, Ref]:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street", me="Amina Diallo")
    for name in names:
        add_person(ws, space, name=name)
    ref = plan_meeting(ws, space, title="What could our street become?")
    sheet = ComingDialog(shell.context, ref, shell)
    sheet.open()
    settle()
    return sheet, ref


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def said(shell: Shell, ref: Ref) -> dict[str, str | None]:
    return {seat.person.name: seat.coming for seat in attendance(shell.context.ws, ref)}


def test_an_answer_takes_one_key_and_is_kept_at_once(shell: Shell) -> None:
    sheet, ref = asked(shell)
    assert sheet.total.text() == "Nobody has said yet."
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert said(shell, ref) == {"Amina Diallo": "yes", "Ben Okafor": None, "Chloé Martin": None}
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    for _ in range(2):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert said(shell, ref)["Ben Okafor"] == "maybe"
    assert sheet.total.text() == "1 coming, 1 not sure"


def test_an_answer_can_be_forgotten_again(shell: Shell) -> None:
    sheet, ref = asked(shell)
    ben = next(seat.person.ref for seat in attendance(shell.context.ws, ref) if seat.person.name == "Ben Okafor")
    sheet.choices[ben].chosen.emit("no")
    assert answers(shell.context.ws, ref) == Answers(0, 0, 1)
    sheet.choices[ben].chosen.emit("")
    assert answers(shell.context.ws, ref) == Answers(0, 0, 0)
    assert said(shell, ref)["Ben Okafor"] is None


def test_nobody_is_here_because_they_said_they_would_come(shell: Shell) -> None:
    sheet, ref = asked(shell)
    for choice in sheet.choices.values():
        choice.chosen.emit("yes")
    assert meeting(shell.context.ws, ref).card.coming == 3
    assert [seat.here for seat in attendance(shell.context.ws, ref)] == [False, False, False]


def test_forty_people_are_found_by_letters_without_accents(shell: Shell) -> None:
    sheet, _ = asked(shell, (*NAMES, *(f"Person {number}" for number in range(37))))
    assert sheet.filter.isVisible() and sheet.filter.hasFocus()
    QTest.keyClicks(sheet.filter, "chloe")
    settle()
    assert [name for name, line in sheet._rows if line.isVisible()] == ["chloe martin"]


def test_where_organizers_plan_the_others_answer_for_themselves(shell: Shell) -> None:
    sheet, ref = asked(shell)
    assert len(sheet.choices) == 3
    sheet.reject()
    set_circle(shell.context.ws, ref.space, kind="course")
    set_space(shell.context.ws, ref.space, role="participant")
    sheet = ComingDialog(shell.context, ref, shell)
    assert [choice.accessibleName() for choice in sheet.choices.values()] == ["Amina Diallo"]
    sheet.choices[me(shell.context.ws, ref.space)].chosen.emit("yes")  # type: ignore[index]
    assert said(shell, ref)["Amina Diallo"] == "yes" and not sheet.problem.text()


def test_the_plan_counts_who_comes(shell: Shell) -> None:
    sheet, ref = asked(shell)
    sheet.reject()
    shell.navigate("plan", ref)
    view = shell.view("plan")
    assert isinstance(view, PlannerView)
    assert view.truth.coming.text() == "Nobody has said yet."
    for seat, answer in zip(attendance(shell.context.ws, ref), ("yes", "yes", "no"), strict=True):
        set_coming(shell.context.ws, ref, seat.person.ref, answer)
    settle()
    assert view.truth.coming.text() == "2 coming, 1 cannot come"
    view.truth.ask.click()
    settle()
    assert any(isinstance(found, ComingDialog) and found.isVisible() for found in shell.findChildren(ComingDialog))


def test_the_words_count_what_was_said() -> None:
    assert answers_words(Answers(12, 2, 1)) == "12 coming, 2 not sure, 1 cannot come"
