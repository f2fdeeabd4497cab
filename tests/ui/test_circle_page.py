"""The page of a circle: readiness without another step, promises ticked in place, texts that save themselves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from circle_app.workspace.commands.attendance import mark
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.live import close_meeting, open_meeting
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.projects import add_project
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.circles import circle, my_circles
from circle_app.workspace.queries.people import me, people
from circle_app.workspace.queries.tasks import tasks
from circle_app.workspace.spaces import forget_space, set_space
from tests.support.workspaces import new_circle, new_space
from tests.ui.cycle_pages import menu_of, opened, press
from ui.dialogs.circle_profile import CircleProfile
from ui.dialogs.invite import InviteDialog
from ui.models.demo_circle import open_demo
from ui.shell import Shell
from ui.views.circle import CircleView
from ui.views.circle_agreements import CircleAgreements
from ui.views.circle_bars import RhythmBars
from ui.views.circle_overview import CircleOverview
from ui.views.notes import NotesView
from ui.views.people import PeopleView
from ui.widgets.button import Button
from ui.widgets.chip import Chip
from ui.widgets.choice import CheckBox
from ui.widgets.listrow import ListRow
from ui.widgets.toast import Toast


def page(shell: Shell, space: int) -> CircleView:
    shell.resize(1440, 900)
    shell.navigate("circle", space)
    shell.activateWindow()
    settle()
    view = shell.view("circle")
    assert isinstance(view, CircleView)
    return view


def overview(view: CircleView) -> CircleOverview:
    found = view.tab("overview")
    assert isinstance(found, CircleOverview)
    return found


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def words(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_the_third_person_makes_a_circle_ready_without_another_step(shell: Shell) -> None:
    space = new_circle(shell.context.ws, name="Elm Street")
    view = page(shell, space)
    first = overview(view)
    assert first.forming.isVisible()
    assert view.standing.text() == "1 of 3 – still forming, 2 more needed"
    for name in ("Ben", "Chi"):
        QTest.keyClicks(first.newcomer, name)
        QTest.keyClick(first.newcomer, Qt.Key.Key_Return)
        settle()
    assert view.standing.text() == "Ready: 3 people are in"
    assert not first.forming.isVisible()
    assert my_circles(shell.context.ws)[0].readiness.ready
    assert len(people(shell.context.ws, space)) == 3


def test_two_confirmed_are_forming_and_confirming_the_third_makes_it_ready_without_another_step(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    add_person(ws, space, name="Ben", confirmed=True)
    third = add_person(ws, space, name="Chi", status="invited")
    view = page(shell, space)
    assert view.standing.text() == "2 of 3 – still forming, 1 more needed"
    names = view.tab("people")
    assert isinstance(names, PeopleView)
    settle()
    step = names._rows[third].step
    assert step is not None
    step.setFocus()
    QTest.keyClick(step, Qt.Key.Key_Return)
    settle()
    assert view.standing.text() == "Ready: 3 people are in"
    assert my_circles(ws)[0].readiness.ready


def test_a_circle_without_meetings_offers_to_plan_one(shell: Shell) -> None:
    space = new_circle(shell.context.ws, name="Elm Street")
    view = page(shell, space)
    assert "No meeting planned" in words(overview(view))
    view.plan.click()
    settle()
    assert shell.place[0] == "plan"


def test_the_next_meeting_the_rhythm_and_decisions_are_on_the_page(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    held = plan_meeting(ws, space, title="First evening", starts_at="2026-11-03T18:30")
    open_meeting(ws, held)
    mark(ws, held, me(ws, space), status="present")  # type: ignore[arg-type]
    add_outcome(ws, held, kind="decision", text="We try things for six weeks")
    close_meeting(ws, held)
    plan_meeting(ws, space, title="What could our street become?", starts_at="2026-11-24T18:30")
    view = page(shell, space)
    said = words(overview(view))
    assert "What could our street become?" in said
    assert "We try things for six weeks" in said
    assert "1 came" in overview(view).findChild(RhythmBars).accessibleName()


def test_a_promise_is_ticked_in_place_and_can_be_taken_back(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    add_task(ws, space, title="Book the van", owner=me(ws, space))
    view = page(shell, space)
    tick = next(box for box in overview(view).findChildren(CheckBox) if "Book the van" in box.accessibleName())
    tick.setFocus()
    QTest.keyClick(tick, Qt.Key.Key_Space)
    settle()
    assert tasks(ws, space=space)[0].done
    toast = shell.findChild(Toast)
    assert toast is not None
    toast._take_back()
    settle()
    assert not tasks(ws, space=space)[0].done


def test_agreements_save_themselves_and_survive_news(shell: Shell, qtbot: QtBot) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    area = overview(page(shell, space)).agreements
    area.setFocus()
    QTest.keyClicks(area, "We start on time")
    add_person(ws, space, name="Ben")
    settle()
    assert area.toPlainText() == "We start on time"
    qtbot.waitUntil(lambda: circle(ws, space).agreements == "We start on time", timeout=3000)


def test_agreements_have_a_page_of_their_own_with_what_others_agreed_on(shell: Shell, qtbot: QtBot) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    tab = page(shell, space).tab("agreements")
    assert isinstance(tab, CircleAgreements)
    QTest.keyClicks(tab.text, "We bring soup")
    offered = next(line for line in tab.suggestions if line.title.text() == "Who wants to may pass")
    offered.setFocus()
    QTest.keyClick(offered, Qt.Key.Key_Space)
    settle()
    assert circle(ws, space).agreements == "We bring soup\n- Who wants to may pass"
    assert not offered.isVisible(), "what is agreed on is not offered again"
    set_circle(ws, space, agreements="Changed by somebody else")
    qtbot.waitUntil(lambda: tab.text.toPlainText() == "Changed by somebody else")
    assert offered.isVisible()


def test_the_profile_is_changed_on_a_sheet_and_cancel_changes_nothing(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    view = page(shell, space)
    sheet = CircleProfile(shell.context, space, shell)
    sheet.fields["name"].setText("Oak Lane")
    sheet.reject()
    assert circle(ws, space).name == "Elm Street"
    sheet = CircleProfile(shell.context, space, shell)
    sheet.fields["name"].setText("")
    sheet.accept()
    assert "name of the circle" in sheet.problem.text()
    sheet.fields["name"].setText("Oak Lane")
    sheet.color.choose("#7A4A8C")
    sheet.rhythm.choice.chosen.emit("free")
    sheet.rhythm.set_value("First Sunday after the market")
    sheet.accept()
    settle()
    assert (circle(ws, space).name, circle(ws, space).color) == ("Oak Lane", "#7A4A8C")
    assert view.name.text() == "Oak Lane"
    assert "First Sunday after the market" in view.where.text()
    set_circle(ws, space, rhythm="monthly")
    settle()
    assert "Every month" in view.where.text()


def test_another_circle_begins_at_its_overview(shell: Shell) -> None:
    ws = shell.context.ws
    elm = new_circle(ws, name="Elm Street")
    view = page(shell, elm)
    view.show_tab("meetings")
    from tests.support.workspaces import new_space

    oak = new_space(ws, space32=b"o" * 32)
    set_circle(ws, oak, name="Oak Lane", kind="citizen_circle")
    page(shell, oak)
    assert view.tabs.code() == "overview"
    assert view.name.text() == "Oak Lane"


def test_a_circle_that_is_left_takes_its_page_along(shell: Shell) -> None:
    space = new_circle(shell.context.ws, name="Elm Street")
    page(shell, space)
    forget_space(shell.context.ws, space)
    settle()
    assert shell.place[0] == "home"


def test_every_tab_opens_with_the_arrow_keys_and_keeps_the_keyboard_on_the_tabs(shell: Shell) -> None:
    view = page(shell, open_demo(shell.context.ws, "Nadia"))
    first = view.tabs._parts["overview"]
    first.setFocus()
    for code in ("meetings", "cycle", "brings", "checklist", "tasks", "notes", "people", "agreements"):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
        settle()
        assert view.tabs.code() == code
        assert view.tabs.isAncestorOf(QApplication.focusWidget())
        assert view.tab(code).isVisible()


def test_in_a_low_window_the_pages_are_chosen_from_a_list_so_that_they_have_room(shell: Shell, qtbot: QtBot) -> None:
    space = open_demo(shell.context.ws, "Nadia")
    view = CircleView(shell.context)
    qtbot.addWidget(view)
    view.resize(1024, 700)
    view.show()
    view.show_ref(space)
    settle()
    assert view.tabs.isVisible() and not view.pick.isVisible()
    view.resize(1024, 420)
    settle()
    assert view.pick.isVisible() and not view.tabs.isVisible()
    view.activateWindow()
    view.pick.setFocus()
    QTest.keyClick(view.pick, Qt.Key.Key_Down)
    settle()
    assert view.tab("meetings").isVisible() and view.pick.code() == view.tabs.code() == "meetings"
    view.resize(1024, 700)
    settle()
    assert view.tabs.isVisible() and not view.pick.isVisible()


def test_in_a_small_window_inviting_waits_behind_the_dots(shell: Shell) -> None:
    view = page(shell, new_circle(shell.context.ws))
    assert view.invite.isVisible()
    assert "Invite" not in [line.text() for line in menu_of(view.more.click).actions()]
    shell.resize(760, 480)
    settle()
    assert not view.invite.isVisible() and view.plan.isVisible()
    menu = menu_of(view.more.click)
    press(menu, "Invite")
    assert opened(shell, InviteDialog).isVisible()


def test_a_project_opens_in_the_tab_of_projects(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    add_project(ws, space, title="Six planters", purpose="Green the gate")
    view = page(shell, space)
    row = next(row for row in overview(view).findChildren(ListRow) if row.title.whole_text() == "Six planters")
    row.opened.emit()
    settle()
    assert view.tabs.code() == "notes"
    notes = view.tab("notes")
    assert isinstance(notes, NotesView) and notes.page.isVisible()


def test_a_demo_says_what_it_is_and_goes_from_its_own_page(shell: Shell) -> None:
    ws = shell.context.ws
    street = open_demo(ws, "Nadia")
    view = page(shell, street)
    assert view.demo.isVisible() and not view.invite.isVisible()
    view.go_demo.click()
    settle()
    assert shell.place[0] == "home"
    assert my_circles(ws) == ()


def test_a_circle_that_is_gone_is_not_opened_again(shell: Shell) -> None:
    space = new_circle(shell.context.ws, name="Elm Street")
    page(shell, space)
    shell.navigate("home")
    forget_space(shell.context.ws, space)
    shell.navigate("circle", space)
    settle()
    assert shell.place[0] == "home"


def test_forty_people_find_a_seat(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    for number in range(39):
        add_person(ws, space, name=f"Person {number}", confirmed=True)
    view = page(shell, space)
    assert view.ring.accessibleName() == "40 people"
    assert view.standing.text() == "Ready: 40 people are in"


def test_the_keyboard_waits_at_the_next_meeting_and_not_at_leaving_the_demo(shell: Shell, qtbot: QtBot) -> None:
    view = page(shell, open_demo(shell.context.ws, "Amina Diallo"))
    assert view.go_demo.isVisible()
    qtbot.waitUntil(view.plan.hasFocus)


def test_purpose_and_titles_are_whole_in_a_window_of_1100(shell: Shell) -> None:
    ws = shell.context.ws
    space = open_demo(ws, "Amina Diallo")
    purpose = "A greener, calmer street between the park and the school, with planters that children look after"
    set_circle(ws, space, topic=purpose)
    task = "Ask the council whether the tree pits on the north side may be planted before the frost comes"
    add_task(ws, space, title=task, owner=me(ws, space), due="2026-11-24")
    shell.resize(1100, 700)
    shell.navigate("circle", space)
    settle()
    view = shell.view("circle")
    assert isinstance(view, CircleView)
    assert purpose in view.where.text() and view.where.height() >= view.where.heightForWidth(view.where.width())
    rows = overview(view).findChildren(ListRow)
    assert task in {row.title.text() for row in rows}
    for row in rows:
        assert "…" not in row.title.text() and row.title.text() == row.title.whole_text()
        for label in (row.title, row.second):
            if label.isVisible():
                assert label.height() >= label.heightForWidth(label.width()), label.text()
                assert row.rect().contains(label.geometry())


def test_who_only_reads_is_not_asked_to_plan(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="A course", kind="course")
    view = page(shell, space)
    assert view.plan.isVisible()
    assert {"Plan a meeting", "Start a project"} <= {button.text() for button in buttons(view)}
    far = view.more.mapTo(view, view.more.rect().topRight()).x()
    set_space(ws, space, role="participant")
    settle()
    assert view.more.mapTo(view, view.more.rect().topRight()).x() == far, "it stays at the far side"
    assert not view.plan.isVisible()
    assert not {"Plan a meeting", "Start a project"} & {button.text() for button in buttons(view)}
    view.show_tab("meetings")
    settle()
    assert "Plan a meeting" not in {button.text() for button in buttons(view)}
    assert "No meetings yet" in words(view)


def test_from_one_circle_to_the_next_the_keyboard_stays_on_the_page(shell: Shell) -> None:
    first, second = new_circle(shell.context.ws), new_space(shell.context.ws, space32=b"\x02" * 32)
    set_circle(shell.context.ws, second, name="Oak Lane")
    view = page(shell, first)
    tab = overview(view)
    tab.agreements.setFocus()
    shell.navigate("circle", second)
    settle()
    assert view.plan.hasFocus()


def test_a_name_of_three_lines_is_written_smaller(shell: Shell) -> None:
    space = new_circle(shell.context.ws, name="Elm Street")
    view = page(shell, space)
    usual = view.name.font().pixelSize()
    set_circle(shell.context.ws, space, name="The neighbours of Long Acre and of Short Street")
    settle()
    assert view.name.font().pixelSize() == usual
    shell.resize(1024, 760)
    settle()
    assert view.name.font().pixelSize() < usual


def buttons(view: QWidget) -> list[Button]:
    return [button for button in view.findChildren(Button) if button.isVisible()]


def test_the_overview_counts_what_is_open_and_what_was_decided(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    view = page(shell, space)
    tab = overview(view)
    assert not {chip.text() for chip in tab.findChildren(Chip) if chip.isVisible()} & {"1 open", "1"}
    for number in range(7):
        add_task(ws, space, title=f"Task {number}")
    meeting = plan_meeting(ws, space, title="Opening evening")
    for number in range(6):
        add_outcome(ws, meeting, kind="decision", text=f"Decision {number}")
    settle()
    assert {"7 open", "6"} <= {chip.text() for chip in tab.findChildren(Chip) if chip.isVisible()}
