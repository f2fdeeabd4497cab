"""Planning a meeting with the keyboard: lengths as people write them, order, sums in words, and nothing typed is lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from circle_app.domain.agenda import sum_against_slot
from circle_app.domain.ids import Ref
from circle_app.workspace.commands.agenda import add_items, set_item
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.meetings import delete_meeting, plan_meeting
from circle_app.workspace.commands.outcomes import park
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.circles import circle
from circle_app.workspace.queries.meetings import agenda, meeting
from circle_app.workspace.queries.tasks import tasks
from circle_app.workspace.spaces import set_space
from tests.support.workspaces import new_circle
from ui.shell import Shell
from ui.views.planner import PlannerView
from ui.views.planner_menu import PlanMenu
from ui.views.planner_words import slot_sentence, starts, typed_step
from ui.widgets.toast import Toast

STEPS = (("Welcome", 10), ("What we heard", 15), ("Round", 20))


def plan(shell: Shell, steps: tuple[tuple[str, int], ...] = STEPS) -> tuple[PlannerView, Ref]:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    ref = plan_meeting(ws, space, title="What could our street become?", starts_at="2026-11-24T18:30", minutes=90)
    add_items(ws, ref, [{"title": title, "minutes": minutes} for title, minutes in steps])
    shell.resize(1440, 900)
    shell.navigate("plan", ref)
    shell.activateWindow()
    settle()
    view = shell.view("plan")
    assert isinstance(view, PlannerView)
    return view, ref


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def put(field: QWidget, text: str) -> None:
    """Type over what stands in a field, and go on with Enter."""
    field.setFocus()
    field.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()


def titles(shell: Shell, ref: Ref) -> list[str]:
    return [item.title for item in agenda(shell.context.ws, ref)]


@pytest.mark.parametrize("typed", ["90", "1:30", "1.5h", "90m"])
def test_every_way_to_write_ninety_minutes_is_understood(shell: Shell, typed: str) -> None:
    view, ref = plan(shell)
    put(view.editor.minutes, typed)
    assert agenda(shell.context.ws, ref)[0].minutes == 90
    put(view.head.slot, typed)
    assert meeting(shell.context.ws, ref).minutes == 90


def test_a_length_that_means_nothing_is_kept_and_said(shell: Shell) -> None:
    view, ref = plan(shell)
    put(view.editor.minutes, "soon")
    assert agenda(shell.context.ws, ref)[0].minutes == 10
    assert view.editor.minutes.text() == "soon"
    assert "soon" in view.editor._boxes["minutes"].below.text()
    put(view.editor.minutes, "12")
    assert agenda(shell.context.ws, ref)[0].minutes == 12
    assert view.editor._boxes["minutes"].below.text() == ""


def test_one_minute_over_the_slot_is_said_in_words(shell: Shell) -> None:
    view, _ = plan(shell, (("Welcome", 40), ("Round", 50)))
    assert view.truth.sum.text() == "90 of 90 min, exactly full"
    put(view.editor.minutes, "41")
    assert view.truth.sum.text() == "1 minute over the slot"
    put(view.editor.minutes, "30")
    assert view.truth.sum.text() == "80 of 90 min, 10 spare"


def test_a_typed_line_becomes_a_step_with_its_minutes(shell: Shell) -> None:
    view, ref = plan(shell)
    put(view.line, "Closing round 8 min")
    put(view.line, "Remember 1984")
    made = agenda(shell.context.ws, ref)[-2:]
    assert [(item.title, item.minutes) for item in made] == [("Closing round", 8), ("Remember 1984", 10)]
    assert view.line.text() == ""
    assert view.line.hasFocus()


def test_alt_and_the_arrows_move_a_step(shell: Shell) -> None:
    view, ref = plan(shell)
    row = QApplication.focusWidget()
    assert row is not None and row.accessibleName().startswith("Step 1 of 3: Welcome")
    QTest.keyClick(row, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    settle()
    assert titles(shell, ref) == ["What we heard", "Welcome", "Round"]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    settle()
    assert titles(shell, ref) == ["What we heard", "Round", "Welcome"]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    settle()
    assert titles(shell, ref) == ["What we heard", "Round", "Welcome"]
    assert view.steps.rows()[2].at == "19:05"


def test_tab_goes_from_the_head_to_the_chosen_step_and_on_to_the_line(shell: Shell) -> None:
    view, ref = plan(shell)
    view.steps.choose(agenda(shell.context.ws, ref)[1].ref)
    view.add_step("Silence", last=True)
    settle()
    view.head.place.setFocus()
    QTest.keyClick(view.head.place, Qt.Key.Key_Tab)
    assert view.head.private.open.hasFocus()
    QTest.keyClick(view.head.private.open, Qt.Key.Key_Tab)
    row = QApplication.focusWidget()
    assert row is not None and row.accessibleName().startswith("Step 4 of 4: Silence")
    QTest.keyClick(row, Qt.Key.Key_Tab)
    assert view.line.hasFocus()


def test_enter_opens_a_step_and_escape_goes_back_to_it_in_the_agenda(shell: Shell) -> None:
    view, ref = plan(shell)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    for field, typed in (
        (view.editor.title, "News"),
        (view.editor.method, "In a circle"),
        (view.editor.materials, "chalk"),
    ):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Escape)
        row = QApplication.focusWidget()
        assert row is not None and row.accessibleName().startswith("Step 2 of 3"), field.accessibleName()
        settle()
    step = agenda(shell.context.ws, ref)[1]
    assert (step.title, step.method, step.materials) == ("News", "In a circle", "chalk"), "and what was typed is kept"


def test_dragging_a_step_moves_it(shell: Shell) -> None:
    view, ref = plan(shell)
    first, last = (
        view.steps._rows[item.ref] for item in (agenda(shell.context.ws, ref)[0], agenda(shell.context.ws, ref)[2])
    )
    start = QPoint(first.width() // 2, first.height() // 2)
    end = first.mapFromGlobal(last.mapToGlobal(QPoint(last.width() // 2, last.height() - 2)))
    QTest.mousePress(first, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(first, start + QPoint(0, 40))
    QTest.mouseMove(first, end)
    QTest.mouseRelease(first, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    settle()
    assert titles(shell, ref) == ["What we heard", "Round", "Welcome"]


def test_a_step_taken_out_comes_back_with_undo(shell: Shell) -> None:
    view, ref = plan(shell)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)
    settle()
    assert titles(shell, ref) == ["What we heard", "Round"]
    toast = shell.findChild(Toast)
    assert toast is not None and "Welcome" in toast.text()
    toast._take_back()
    settle()
    assert titles(shell, ref) == ["Welcome", "What we heard", "Round"]
    assert [row.title for row in view.steps.rows()] == ["Welcome", "What we heard", "Round"]


def test_ctrl_enter_puts_a_step_after_the_chosen_one(shell: Shell) -> None:
    view, ref = plan(shell)
    QTest.keyClick(view.editor.title, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert titles(shell, ref) == ["Welcome", "New step", "What we heard", "Round"]
    assert view.editor.title.hasFocus() and view.editor.title.selectedText() == "New step"
    QTest.keyClicks(view.editor.title, "Silence")
    QTest.keyClick(view.editor.title, Qt.Key.Key_Return)
    settle()
    assert titles(shell, ref)[1] == "Silence"


def test_what_is_typed_saves_itself_after_a_moment(shell: Shell, qtbot: QtBot) -> None:
    view, ref = plan(shell)
    view.editor.question.setFocus()
    QTest.keyClicks(view.editor.question, "One word for how you arrive?")
    qtbot.waitUntil(lambda: agenda(shell.context.ws, ref)[0].question == "One word for how you arrive?", timeout=3000)
    qtbot.waitUntil(view.tick.isVisible, timeout=3000)


def test_a_change_from_elsewhere_leaves_the_half_typed_text_alone(shell: Shell) -> None:
    view, ref = plan(shell)
    first = agenda(shell.context.ws, ref)[0].ref
    view.editor.title.setFocus()
    view.editor.title.selectAll()
    QTest.keyClicks(view.editor.title, "Wel")
    set_item(shell.context.ws, first, title="Arrive", minutes=25)
    settle()
    assert view.editor.title.text() == "Wel"
    assert view.editor.title.cursorPosition() == 3
    assert view.editor.minutes.text() == "25 min"


def test_choosing_another_step_saves_the_first_one(shell: Shell) -> None:
    view, ref = plan(shell)
    view.editor.materials.setFocus()
    QTest.keyClicks(view.editor.materials, "map, pens")
    view.steps.choose(agenda(shell.context.ws, ref)[1].ref)
    settle()
    assert agenda(shell.context.ws, ref)[0].materials == "map, pens"
    assert view.editor.materials.text() == ""
    assert agenda(shell.context.ws, ref)[1].materials == ""


def test_the_day_and_the_start_are_typed_as_words(shell: Shell) -> None:
    view, ref = plan(shell)
    put(view.head.day, "2026-12-04")
    put(view.head.start, "6:45 pm")
    assert meeting(shell.context.ws, ref).starts_at == "2026-12-04T18:45"
    put(view.head.start, "late")
    assert meeting(shell.context.ws, ref).starts_at == "2026-12-04T18:45"
    assert "late" in view.head.boxes["start"].below.text()


def test_who_leads_is_chosen_among_the_people_of_the_circle(shell: Shell) -> None:
    view, ref = plan(shell)
    mei = add_person(shell.context.ws, ref.space, name="Mei Tan")
    settle()
    view.editor.lead.set_code(mei.row.hex())
    view.editor.lead.activated.emit(view.editor.lead.currentIndex())
    settle()
    assert agenda(shell.context.ws, ref)[0].lead_name == "Mei Tan"
    assert "Mei Tan" in view.steps.rows()[0].below


def test_an_empty_plan_teaches_and_offers_six_steps(shell: Shell) -> None:
    view, ref = plan(shell, ())
    assert view.empty.isVisible()
    assert view.truth.ends.isHidden(), "without a step nothing ends"
    view.empty.button.click()
    settle()
    assert len(agenda(shell.context.ws, ref)) == 6
    assert not view.truth.ends.isHidden()
    assert not view.empty.isVisible()
    assert view.truth.sum.text() == "85 of 90 min, 5 spare"


def test_a_long_text_opens_as_a_page_and_ctrl_e_turns_it(shell: Shell) -> None:
    view, ref = plan(shell)
    second = agenda(shell.context.ws, ref)[1].ref
    set_item(shell.context.ws, second, method="## Walk\n\n" + "- look at *one* tree\n" * 40)
    settle()
    assert not view.editor.how.reading
    view.steps.choose(second)
    settle()
    assert view.editor.how.reading and not view.editor.method.isVisible()
    assert view.editor.how.text.toPlainText().startswith("Walk") and "*" not in view.editor.how.text.toPlainText()
    view.editor.how.turn.setFocus()
    QTest.keyClick(view.editor.how.turn, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert view.editor.method.isVisible()


def test_what_was_left_open_stands_beside_the_plan_and_is_taken_up_by_keyboard(shell: Shell) -> None:
    view, ref = plan(shell)
    ws = shell.context.ws
    earlier = plan_meeting(ws, ref.space, title="First evening")
    add_task(ws, ref.space, title="Book the van", due="2026-11-10")
    park(ws, earlier, "Who owns the alley?")
    settle()
    van, alley = view.truth.left.rows()
    assert (van.title.text(), alley.title.text()) == ("Book the van", "Who owns the alley?")
    assert "late" in van.second.text()
    before = [item.title for item in agenda(ws, ref)]
    view.steps.choose(agenda(ws, ref)[0].ref)
    alley.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(alley, Qt.Key.Key_Space)
    settle()
    assert [item.title for item in agenda(ws, ref)] == [before[0], "Who owns the alley?", *before[1:]]
    assert [row.title.text() for row in view.truth.left.rows()] == ["Book the van"]
    QTest.keyClick(view.truth.left.rows()[0], Qt.Key.Key_Space)
    settle()
    assert view.truth.left.rows() == ()
    assert tasks(ws, space=ref.space)[0].done


def test_a_step_that_looks_back_holds_no_copy_of_what_is_open(shell: Shell) -> None:
    view, ref = plan(shell)
    add_task(shell.context.ws, ref.space, title="Book the van", due="2026-11-10")
    settle()
    view.truth.look_back.click()
    settle()
    assert agenda(shell.context.ws, ref)[-1].title == "What became of our promises?"
    assert "van" not in agenda(shell.context.ws, ref)[-1].method


def test_a_meeting_taken_out_comes_back_with_undo(shell: Shell) -> None:
    view, ref = plan(shell)
    view.more.click()
    settle()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, PlanMenu)
    menu.setActiveAction(menu.actions()[-1])
    QTest.keyClick(menu, Qt.Key.Key_Return)
    settle()
    assert shell.place[0] == "meetings"
    set_circle(shell.context.ws, ref.space, topic="something else was done since")
    toast = shell.findChild(Toast)
    assert toast is not None
    toast._take_back()
    assert meeting(shell.context.ws, ref).title == "What could our street become?"
    assert circle(shell.context.ws, ref.space).topic == "something else was done since"


def test_the_plan_of_a_meeting_that_is_gone_is_not_opened(shell: Shell) -> None:
    _, ref = plan(shell)
    shell.navigate("meetings")
    delete_meeting(shell.context.ws, ref)
    shell.navigate("plan", ref)
    settle()
    assert shell.place[0] == "meetings"
    toast = shell.findChild(Toast)
    assert toast is not None and "not there any more" in toast.text()


def test_where_only_organizers_plan_the_others_read(shell: Shell) -> None:
    view, ref = plan(shell)
    ws = shell.context.ws
    set_circle(ws, ref.space, kind="course")
    set_space(ws, ref.space, role="participant")
    view.refresh()
    assert view.editor.title.isReadOnly() and view.head.title.isReadOnly()
    assert not view.add.isVisible() and not view.line.isVisible()
    assert [row.title for row in view.steps.rows()] == ["Welcome", "What we heard", "Round"]
    shown = {name for name, box in view.editor._boxes.items() if box.isVisible()}
    assert shown == {"title", "minutes"}, "an empty field would ask them to fill it in"
    assert not any(tool.isVisible() for tool in view.editor._tools) and not view.editor.flexible.isVisible()
    first = agenda(ws, ref)[0].ref
    set_space(ws, ref.space, role="organizer")
    set_item(ws, first, question="What brings you here?", flexible=True)
    set_space(ws, ref.space, role="participant")
    view.refresh()
    shown = {name for name, box in view.editor._boxes.items() if box.isVisible()}
    assert shown == {"title", "minutes", "question"} and view.editor.flexible.isVisible()


def test_a_meeting_that_disappears_leads_back_to_the_list(shell: Shell) -> None:
    _, ref = plan(shell)
    delete_meeting(shell.context.ws, ref)
    settle()
    assert shell.place[0] == "meetings"


@pytest.mark.parametrize(
    ("line", "title", "minutes"),
    [
        ("Closing round 10", "Closing round", 10), ("Walk, 1:30", "Walk", 90), ("Welcome", "Welcome", None),
        ("Round 1.5h", "Round", 90), ("Remember 1984", "Remember 1984", None), ("90", "90", None),
    ],
)  # fmt: skip
def test_a_length_at_the_end_of_a_line_is_its_minutes(line: str, title: str, minutes: int | None) -> None:
    assert typed_step(line) == (title, minutes)


def test_starts_follow_from_the_lengths() -> None:
    assert starts("2026-11-24T23:40", [10, 15, 20]) == ["23:40", "23:50", "00:05"]
    assert starts(None, [10, 65, 20]) == ["0:00", "0:10", "1:15"]


def test_the_sum_is_a_sentence() -> None:
    assert slot_sentence(sum_against_slot([30, 61], 90)) == "1 minute over the slot"
    assert slot_sentence(sum_against_slot([30, 62], 90)) == "2 minutes over the slot"
    assert slot_sentence(sum_against_slot([30, None], None)) == "30 minutes planned"


def test_threes_and_dots_are_ways_to_talk_that_are_planned(qtbot: QtBot, shell: Shell) -> None:
    view, ref = plan(shell)
    item = agenda(shell.context.ws, ref)[0].ref
    for way, kept in (
        ("threes", ("pairs", 3, None)), ("pairs", ("pairs", 2, None)), ("dots", ("vote", 2, 3)), ("vote", ("vote", 2, None)),
    ):  # fmt: skip
        view.editor.mode.chosen.emit(way)
        step = agenda(shell.context.ws, ref)[0]
        assert (step.mode, step.group_size, step.dots_each) == kept
        settle()
        assert view.editor.mode.code() == way
    assert item == view.editor.ref
