"""The tasks page: written in one line, changed where they stand, and always one press from being taken back."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.domain.ids import Ref
from circle_app.workspace import spaces
from circle_app.workspace.commands.live import open_meeting
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.tasks import add_task, finish_task, set_task
from circle_app.workspace.queries.people import me
from circle_app.workspace.queries.tasks import task, tasks
from tests.support.workspaces import new_circle
from ui.shell import Shell
from ui.text import date_of_ms
from ui.views.outcome_row import OutcomeRow
from ui.views.tasks import TasksView
from ui.views.tasks_groups import grouped
from ui.widgets.empty import EmptyState


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()


def promises(shell: Shell, ref: object = None) -> TasksView:
    shell.activateWindow()
    shell.navigate("tasks", ref)
    settle()
    view = shell.view("tasks")
    assert isinstance(view, TasksView)
    return view


def titles(view: TasksView) -> list[str]:
    return [row.title.text() for row in view.rows()]


def type_into_focus(words: str, *, enter: bool = True) -> None:
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, words)
    settle()
    if enter:
        QTest.keyClick(field, Qt.Key.Key_Return)
    settle()


def today(shell: Shell) -> date:
    return date_of_ms(shell.context.ws.clock.now_ms())


def circle_of_three(shell: Shell) -> tuple[int, Ref, Ref]:
    """Ana (who is "me"), Mei and Sam in one circle."""
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    return space, add_person(ws, space, name="Mei Tan"), add_person(ws, space, name="Sam Okoro")


def test_one_typed_line_becomes_a_promise_with_who_and_when(shell: Shell) -> None:
    space, mei, _ = circle_of_three(shell)
    view = promises(shell)
    assert view.line.field.hasFocus()
    type_into_focus("Book the hall @mei 2026-12-04", enter=False)
    assert "Mei Tan" in view.line.below.text()
    assert "4 Dec" in view.line.below.text()
    type_into_focus("")
    made = tasks(shell.context.ws, space=space)[0]
    assert (made.title, made.owner, made.due, made.state) == ("Book the hall", mei, "2026-12-04", "now")
    assert titles(view) == ["Book the hall"]
    assert view.line.field.text() == ""


def test_on_my_page_a_promise_without_a_name_is_mine(shell: Shell) -> None:
    space, _, _ = circle_of_three(shell)
    view = promises(shell)
    view.mode.set_code("mine")
    view.refresh()
    type_into_focus("Bring tea")
    made = tasks(shell.context.ws, space=space)[0]
    assert made.owner == me(shell.context.ws, space)
    assert titles(view) == ["Bring tea"]


def test_a_name_that_means_two_people_is_asked_for_and_nothing_typed_is_lost(shell: Shell) -> None:
    space, _, _ = circle_of_three(shell)
    add_person(shell.context.ws, space, name="Sam Byrne")
    view = promises(shell)
    type_into_focus("Paint the sign @sam")
    assert tasks(shell.context.ws, space=space) == ()
    assert view.line.field.text() == "Paint the sign @sam"
    assert "Sam Okoro" in view.line.below.text()


def test_a_half_typed_promise_is_there_again_after_a_restart(shell: Shell) -> None:
    circle_of_three(shell)
    view = promises(shell)
    type_into_focus("Ask the li", enter=False)
    view.filter.setFocus()
    settle()
    again = TasksView(shell.context)
    assert again.line.field.text() == "Ask the li"
    again.deleteLater()


def test_space_ticks_a_promise_and_undo_opens_it_again(shell: Shell) -> None:
    space, _, _ = circle_of_three(shell)
    ref = add_task(shell.context.ws, space, title="Book the van")
    view = promises(shell, ref)
    assert QApplication.focusWidget() is view.rows()[0]
    QTest.keyClick(view.rows()[0], Qt.Key.Key_Space)
    settle()
    assert task(shell.context.ws, ref).done
    assert titles(view) == []
    shell._undo()
    settle()
    assert not task(shell.context.ws, ref).done
    assert titles(view) == ["Book the van"]


def test_ticking_moves_the_keyboard_to_the_next_promise(shell: Shell) -> None:
    space, _, _ = circle_of_three(shell)
    first = add_task(shell.context.ws, space, title="First", due="2026-11-24")
    add_task(shell.context.ws, space, title="Second", due="2026-11-25")
    view = promises(shell, first)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_E)
    settle()
    held = QApplication.focusWidget()
    assert held is view.rows()[0]
    assert view.rows()[0].title.text() == "Second"


def test_enter_changes_the_words_and_reads_who_and_when_in_them(shell: Shell) -> None:
    space, _, sam = circle_of_three(shell)
    ref = add_task(shell.context.ws, space, title="Buy soil")
    promises(shell, ref)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F2)
    type_into_focus("Buy good soil @okoro 2026-12-01")
    changed = task(shell.context.ws, ref)
    assert (changed.title, changed.owner, changed.due) == ("Buy good soil", sam, "2026-12-01")


def test_a_day_is_given_in_words_and_one_that_cannot_be_read_stays_with_its_reason(shell: Shell) -> None:
    space, _, _ = circle_of_three(shell)
    ref = add_task(shell.context.ws, space, title="Buy soil")
    view = promises(shell, ref)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_D)
    type_into_focus("someday soonish")
    row = view.rows()[0]
    assert row.editing
    assert row.problem.isVisible()
    QApplication.focusWidget().clear()
    type_into_focus("tomorrow")
    assert task(shell.context.ws, ref).due == date.fromordinal(today(shell).toordinal() + 1).isoformat()
    assert not row.editing
    assert row.due.text() == "Tomorrow"


def test_a_promise_is_given_to_somebody_by_name_and_given_back(shell: Shell) -> None:
    space, mei, _ = circle_of_three(shell)
    ref = add_task(shell.context.ws, space, title="Buy soil")
    promises(shell, ref)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_A)
    type_into_focus("mei")
    assert task(shell.context.ws, ref).owner == mei
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_A)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)
    type_into_focus("")
    assert task(shell.context.ws, ref).owner is None


def test_escape_leaves_a_promise_as_it_was(shell: Shell) -> None:
    space, _, _ = circle_of_three(shell)
    ref = add_task(shell.context.ws, space, title="Buy soil")
    view = promises(shell, ref)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    type_into_focus("Something else", enter=False)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    settle()
    assert task(shell.context.ws, ref).title == "Buy soil"
    assert QApplication.focusWidget() is view.rows()[0]


def test_news_of_others_never_touch_the_words_being_typed(shell: Shell) -> None:
    ws = shell.context.ws
    space, _, _ = circle_of_three(shell)
    ref = add_task(ws, space, title="Buy soil", due="2026-11-30")
    view = promises(shell, ref)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    type_into_focus("Half a th", enter=False)
    field = QApplication.focusWidget()
    set_task(ws, ref, due="2026-11-24", title="Buy compost")
    add_task(ws, space, title="Another", due="2026-11-23")
    settle()
    assert QApplication.focusWidget() is field
    assert field.text() == "Half a th"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    settle()
    assert titles(view) == ["Another", "Buy compost"]


def test_promises_wait_or_are_put_off_with_one_key(shell: Shell) -> None:
    space, _, _ = circle_of_three(shell)
    ref = add_task(shell.context.ws, space, title="Buy soil")
    view = promises(shell, ref)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_W)
    settle()
    assert task(shell.context.ws, ref).state == "waiting"
    assert titles(view) == []
    view.state._pick("waiting")
    settle()
    assert titles(view) == ["Buy soil"]


def test_a_promise_leads_back_to_its_meeting(shell: Shell) -> None:
    ws = shell.context.ws
    space, _, _ = circle_of_three(shell)
    evening = plan_meeting(ws, space, title="Third evening", starts_at="2026-11-24T18:30")
    add_task(ws, space, title="Buy soil", meeting=evening)
    view = promises(shell)
    row = view.rows()[0]
    assert row.source.text() == "from Third evening"
    row.source.click()
    assert shell.place == ("plan", evening)


def test_the_filter_finds_a_person_without_accents_and_says_when_nothing_fits(shell: Shell) -> None:
    ws = shell.context.ws
    space, _, _ = circle_of_three(shell)
    lucja = add_person(ws, space, name="Łucja Nowak")
    add_task(ws, space, title="Buy soil")
    add_task(ws, space, title="Water it", owner=lucja)
    view = promises(shell)
    QTest.keyClicks(view.filter, "lucja")
    settle()
    assert titles(view) == ["Water it"]
    QTest.keyClicks(view.filter, " moon")
    settle()
    assert titles(view) == []
    assert view.findChild(EmptyState) is not None


def test_what_nobody_carries_stands_first_by_person_and_mine_under_you(shell: Shell) -> None:
    ws = shell.context.ws
    space, mei, _ = circle_of_three(shell)
    mine = me(ws, space)
    assert mine is not None
    add_task(ws, space, title="Hers", owner=mei)
    add_task(ws, space, title="Mine", owner=mine)
    add_task(ws, space, title="Free")
    groups = grouped(tasks(ws), by="person", today=today(shell), mine={mine})
    assert [(group.key, group.tasks[0].title) for group in groups] == [
        ("nobody", "Free"),
        ("me", "Mine"),
        (mei, "Hers"),
    ]


def test_days_group_into_late_this_week_after_that_and_none(shell: Shell) -> None:
    ws = shell.context.ws
    space, _, _ = circle_of_three(shell)
    now = today(shell)
    for away in (-1, 0, 6, 7):
        add_task(ws, space, title=f"In {away}", due=date.fromordinal(now.toordinal() + away).isoformat())
    add_task(ws, space, title="Undated")
    finish_task(ws, add_task(ws, space, title="Past"))
    groups = grouped(tasks(ws), by="day", today=now, mine=())
    assert [(group.key, [each.title for each in group.tasks]) for group in groups] == [
        ("late", ["In -1"]), ("week", ["In 0", "In 6"]), ("dated", ["In 7"]), ("undated", ["Undated"]), ("done", ["Past"]),
    ]  # fmt: skip


def test_a_circle_shows_its_own_promises_only(shell: Shell) -> None:
    ws = shell.context.ws
    space, _, _ = circle_of_three(shell)
    from circle_app.workspace.commands.circles import set_circle

    other = spaces.add_space(
        ws,
        space32=bytes(31) + b"\x09",
        dev16=ws.random_bytes(16),
        member16=ws.random_bytes(16),
        server=None,
        role="organizer",
    )
    set_circle(ws, other, name="Night Buses", kind="citizen_circle")
    add_task(ws, space, title="Here")
    add_task(ws, other, title="There")
    for circle, title in ((space, "Here"), (other, "There")):
        view = TasksView(shell.context, space=circle)
        view.show()
        assert titles(view) == [title]
        view.deleteLater()


def test_a_follower_reads_promises_and_cannot_tick_them(shell: Shell) -> None:
    ws = shell.context.ws
    space, _, _ = circle_of_three(shell)
    ref = add_task(ws, space, title="Buy soil")
    spaces.set_space(ws, space, role="follower")
    view = promises(shell, ref)
    row = view.rows()[0]
    assert not row.box.isEnabled()
    row.begin_edit("title")
    assert not row.editing
    assert not view.line.isVisible()


def test_without_promises_the_page_teaches_the_line(shell: Shell) -> None:
    circle_of_three(shell)
    view = promises(shell)
    empty = view.findChild(EmptyState)
    assert empty is not None and empty.button.text() == "Write the first one"
    view.filter.setFocus()
    empty.pressed.emit()
    assert view.line.field.hasFocus()


def test_many_promises_come_in_portions(shell: Shell) -> None:
    ws = shell.context.ws
    space, _, _ = circle_of_three(shell)
    refs = [add_task(ws, space, title=f"Promise {number:03}") for number in range(70)]
    view = promises(shell)
    assert len(view.rows()) == 50
    shell.navigate("tasks", refs[-1])
    settle()
    assert len(view.rows()) == 70


def test_the_way_back_leads_to_the_very_line(shell: Shell) -> None:
    ws = shell.context.ws
    space, _, _ = circle_of_three(shell)
    evening = plan_meeting(ws, space, title="Third evening", starts_at="2026-11-24T18:30")
    open_meeting(ws, evening)
    for number in range(12):
        add_outcome(ws, evening, kind="note", text=f"Said {number}")
    line = add_outcome(ws, evening, kind="task", text="Buy soil")
    view = promises(shell)
    view.rows()[0].source.click()
    settle()
    held = QApplication.focusWidget()
    assert isinstance(held, OutcomeRow)
    assert held.outcome.ref == line


def test_names_are_offered_without_their_accents_and_taken_with_the_arrows(shell: Shell) -> None:
    ws = shell.context.ws
    space, _, _ = circle_of_three(shell)
    lucja = add_person(ws, space, name="Łucja Nowak")
    ref = add_task(ws, space, title="Buy soil")
    view = promises(shell, ref)
    view.rows()[0].owner.click()
    type_into_focus("luc", enter=False)
    popup = view.rows()[0]._field.completer().popup()
    assert popup.isVisible()
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    settle()
    assert task(ws, ref).owner == lucja
    assert not view.rows()[0].editing


def test_an_at_sign_in_the_line_offers_names_and_leaves_room_for_the_day(shell: Shell) -> None:
    ws = shell.context.ws
    space, _, _ = circle_of_three(shell)
    lucja = add_person(ws, space, name="Łucja Nowak")
    view = promises(shell)
    type_into_focus("Buy soil @luc", enter=False)
    popup = view.line.field.completer().popup()
    assert popup.isVisible()
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    settle()
    assert view.line.field.text() == "Buy soil @Łucja Nowak "
    assert tasks(ws, space=space) == ()
    QTest.keyClicks(view.line.field, "2026-12-04")
    QTest.keyClick(view.line.field, Qt.Key.Key_Return)
    settle()
    made = tasks(ws, space=space)[0]
    assert (made.title, made.owner, made.due) == ("Buy soil", lucja, "2026-12-04")
