"""People check themselves in at a locked window: whole names only, nobody's list, and the PIN as the one way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from circle_app.domain.ids import Ref
from circle_app.errors import RuleBroken
from circle_app.workspace import kiosk, settings
from circle_app.workspace.commands import attendance as door
from circle_app.workspace.commands.live import close_meeting, open_meeting, reopen_meeting
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.queries.meetings import attendance
from circle_app.workspace.queries.people import people
from tests.support.workspaces import StillClock, new_circle
from ui.app import make_shell, open_folder
from ui.dialogs.kiosk import KioskSheet
from ui.shell import Shell
from ui.views import kiosk as page_module
from ui.views.kiosk import KioskPage

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
ENTER = Qt.Key.Key_Return
NAMES = ("Amina Diallo", "João Prates", "Mei Tan", "Mei Tan", "محمّد علي", "Ravi Menon")
PIN = "4711"


@pytest.fixture
def door_ref(shell: Shell, qtbot) -> Ref:
    ws = shell.context.ws
    space = new_circle(ws, me=NAMES[0])
    for name in NAMES[1:]:
        add_person(ws, space, name=name, confirmed=True)
    ref = plan_meeting(ws, space, title="What could our street become?", starts_at="2026-11-24T18:30", minutes=90)
    shell.resize(1280, 800)
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    shell.navigate("checkin", ref)
    return ref


def press(*keys: Qt.Key | str, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        target = QApplication.focusWidget()
        assert target is not None, "the keyboard is nowhere"
        if isinstance(key, str) and not key.isascii():
            target.insert(key)  # QTest has keys for ASCII alone
        elif isinstance(key, str):
            QTest.keyClicks(target, key)
        else:
            QTest.keyClick(target, key, held)
        QApplication.processEvents()


def locked(shell: Shell, ref: Ref, qtbot) -> KioskPage:
    kiosk.begin(shell.context.ws, ref, PIN)
    qtbot.waitUntil(lambda: shell.kiosk.on)
    page = shell.kiosk.page
    assert page is not None
    qtbot.waitUntil(page.ask.field.hasFocus)
    return page


def here(shell: Shell, ref: Ref) -> list[str]:
    return [seat.person.name for seat in attendance(shell.context.ws, ref) if seat.here]


def test_the_host_locks_the_window_with_keys_and_opens_it_with_the_pin(shell: Shell, door_ref: Ref, qtbot) -> None:
    qtbot.waitUntil(shell.view("checkin").field.hasFocus)
    press(Qt.Key.Key_F6)
    sheet = next(part for part in shell.findChildren(KioskSheet))
    qtbot.waitUntil(sheet.pin.hasFocus)
    press("12", ENTER)
    assert sheet.problem.text() and not shell.kiosk.on
    press("34", ENTER)
    qtbot.waitUntil(lambda: shell.kiosk.on)
    page = shell.kiosk.page
    assert page.geometry() == shell.rect() and shell.isFullScreen()
    shell.activateWindow()  # a desktop does so when a sheet closes
    qtbot.waitUntil(page.ask.field.hasFocus)
    press(Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is page.host
    press(ENTER, "1234", ENTER)
    qtbot.waitUntil(lambda: not shell.kiosk.on)
    assert shell.place == ("checkin", door_ref) and not shell.isFullScreen()
    press("ravi", ENTER)
    assert here(shell, door_ref) == ["Ravi Menon"]


@pytest.mark.parametrize("typed", ["joao prates", "Prates João", "  JOÃO   PRATES "])
def test_a_whole_name_checks_in(shell: Shell, door_ref: Ref, qtbot, typed: str) -> None:
    page = locked(shell, door_ref, qtbot)
    press(typed, ENTER)
    assert here(shell, door_ref) == ["João Prates"]
    assert page.shown() is page.welcome
    press(ENTER)
    assert page.shown() is page.ask and page.ask.field.hasFocus() and page.ask.field.text() == ""


def test_a_part_of_a_name_shows_nobody(shell: Shell, door_ref: Ref, qtbot) -> None:
    page = locked(shell, door_ref, qtbot)
    for typed in ("joao", "Joao P", "a", "Prates", "%", "João Prates Diallo"):
        page.ask.begin()
        press(typed)
        press(ENTER)
        assert here(shell, door_ref) == [] and page.shown() is page.ask
        seen = " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
        assert not any(part in seen for name in NAMES for part in name.split())
    assert page.ring.accessibleName() == "0 in the room"


def test_two_people_of_one_name_are_sent_to_the_host(shell: Shell, door_ref: Ref, qtbot) -> None:
    page = locked(shell, door_ref, qtbot)
    press("mei tan", ENTER)
    assert here(shell, door_ref) == [] and "host" in page.ask.said.text() and page.ask.newcomer.isHidden()


def test_somebody_new_comes_in_as_a_guest_and_says_what_they_need(shell: Shell, door_ref: Ref, qtbot) -> None:
    page, ws = locked(shell, door_ref, qtbot), shell.context.ws
    press("Bo Lind", ENTER)
    assert page.ask.newcomer.hasFocus()
    press(ENTER)
    guest = next(person for person in people(ws, door_ref.space) if person.name == "Bo Lind")
    assert guest.status == "guest" and here(shell, door_ref) == ["Bo Lind"]
    page.welcome.boxes["step-free"].setFocus()
    press(Qt.Key.Key_Space)
    assert next(p.needs for p in people(ws, door_ref.space) if p.ref == guest.ref) == ("step-free",)
    press(Qt.Key.Key_Space)
    assert next(p.needs for p in people(ws, door_ref.space) if p.ref == guest.ref) == ()


def test_a_guest_of_an_earlier_evening_is_the_same_person(shell: Shell, door_ref: Ref, qtbot) -> None:
    ws = shell.context.ws
    other = plan_meeting(ws, door_ref.space, title="Before", starts_at="2026-11-10T18:30")
    guest = door.add_guest(ws, other, name="Bo Lind")
    locked(shell, door_ref, qtbot)
    press("bo lind", ENTER)
    assert [seat.person.ref for seat in attendance(ws, door_ref) if seat.here] == [guest]


def test_needs_that_are_known_are_neither_shown_nor_taken_away(shell: Shell, door_ref: Ref, qtbot) -> None:
    from circle_app.workspace.commands.people import set_person

    ws = shell.context.ws
    ravi = next(person.ref for person in people(ws, door_ref.space) if person.name == "Ravi Menon")
    set_person(ws, ravi, needs="interpreter")
    page = locked(shell, door_ref, qtbot)
    press("ravi menon", ENTER)
    assert not any(box.isChecked() for box in page.welcome.boxes.values())
    page.welcome.boxes["step-free"].click()
    page.welcome.boxes["step-free"].click()
    assert next(p.needs for p in people(ws, door_ref.space) if p.ref == ravi) == ("interpreter",)


def test_who_pressed_for_somebody_else_takes_it_back(shell: Shell, door_ref: Ref, qtbot) -> None:
    page = locked(shell, door_ref, qtbot)
    press("ravi menon", ENTER)
    page.welcome.boxes["step-free"].click()
    page.welcome.wrong.click()
    assert here(shell, door_ref) == [] and page.shown() is page.ask
    ravi = next(p for p in people(shell.context.ws, door_ref.space) if p.name == "Ravi Menon")
    assert ravi.needs == ()


def test_children_are_counted_at_the_door_and_never_fewer_than_the_host_knows(
    shell: Shell, door_ref: Ref, qtbot
) -> None:
    page, ws = locked(shell, door_ref, qtbot), shell.context.ws

    def brought(name: str) -> int | None:
        return next(seat.counted for seat in attendance(ws, door_ref) if seat.person.name == name)

    press("Bo Lind", ENTER, ENTER)
    for _ in range(3):
        page.welcome.brought.more.click()
    page.welcome.brought.fewer.click()
    assert brought("Bo Lind") == 2 and page.welcome.brought.figure.text() == "2"
    press(ENTER, "ravi menon", ENTER)
    assert page.welcome.brought.count == 0, "the next person begins anew"
    ravi = next(seat.person.ref for seat in attendance(ws, door_ref) if seat.person.name == "Ravi Menon")
    page.welcome.brought.more.click()
    page.welcome.wrong.click()
    assert brought("Ravi Menon") is None and here(shell, door_ref) == ["Bo Lind"]
    door.mark(ws, door_ref, ravi, status="present")
    door.set_children(ws, door_ref, ravi, 3)
    press("ravi menon", ENTER)
    assert page.welcome.brought.count == 0, "what the host knows is not shown"
    page.welcome.brought.more.click()
    assert brought("Ravi Menon") == 3
    door.set_children(ws, door_ref, ravi, 4)
    page.welcome.brought.more.click()
    assert (page.welcome.brought.count, brought("Ravi Menon")) == (2, 4), "a host has counted meanwhile"


def test_who_comes_back_is_here_again_and_who_is_here_stays_so(shell: Shell, door_ref: Ref, qtbot) -> None:
    ws = shell.context.ws
    ravi = next(person.ref for person in people(ws, door_ref.space) if person.name == "Ravi Menon")
    door.mark(ws, door_ref, ravi, status="late")
    door.mark_left(ws, door_ref, ravi)
    page = locked(shell, door_ref, qtbot)
    press("ravi menon", ENTER, ENTER)
    assert here(shell, door_ref) == ["Ravi Menon"]
    press("ravi menon", ENTER)
    seat = next(seat for seat in attendance(ws, door_ref) if seat.here)
    assert seat.status == "late" and page.welcome.wrong.isHidden()


def test_silence_wipes_a_half_typed_name_and_a_welcome_away(shell: Shell, door_ref: Ref, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(page_module, "TYPED_MS", 30)
    monkeypatch.setattr(page_module, "WELCOME_MS", 400)
    page = locked(shell, door_ref, qtbot)
    press("Ravi Me")
    qtbot.waitUntil(lambda: page.ask.field.text() == "")
    QTest.keyClick(page.ask.field, Qt.Key.Key_Z, CTRL)
    assert page.ask.field.text() == "", "the next person cannot bring back what was typed"
    monkeypatch.setattr(page_module, "TYPED_MS", 30_000)  # however slow the machine is, the name is typed in time
    press("Ravi Menon", ENTER)
    assert page.shown() is page.welcome
    qtbot.waitUntil(lambda: page.shown() is page.ask)


def test_no_key_and_no_closing_leads_out(shell: Shell, door_ref: Ref, qtbot) -> None:
    page, ws = locked(shell, door_ref, qtbot), shell.context.ws
    press("Ravi Menon", ENTER, ENTER)
    for key, held in (
        (Qt.Key.Key_1, CTRL), (Qt.Key.Key_3, CTRL), (Qt.Key.Key_K, CTRL), (Qt.Key.Key_N, CTRL), (Qt.Key.Key_Z, CTRL),
        (Qt.Key.Key_Comma, CTRL), (Qt.Key.Key_Left, ALT), (Qt.Key.Key_Q, CTRL), (Qt.Key.Key_F1, Qt.KeyboardModifier(0)),
        (Qt.Key.Key_F5, Qt.KeyboardModifier(0)), (Qt.Key.Key_F11, Qt.KeyboardModifier(0)),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier(0)),
    ):  # fmt: skip
        press(key, held=held)
        assert shell.place == ("checkin", door_ref) and shell.kiosk.on and shell.isVisible()
        assert [window for window in QApplication.topLevelWidgets() if window.isVisible() and window is not shell] == []
    assert here(shell, door_ref) == ["Ravi Menon"], "nothing was taken back"
    assert not shell.close() and shell.isVisible() and page.shown() is page.pin
    shell.say("Ben Okoro wrote a decision.")
    assert not shell._toast.isVisible()
    for _ in range(12):
        press(Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert isinstance(focus, QWidget) and page.isAncestorOf(focus)
    assert kiosk.locked_to(ws) == door_ref


def test_a_wrong_pin_opens_nothing_and_makes_one_wait(shell: Shell, door_ref: Ref, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(page_module, "WAIT_MS", 150)
    page = locked(shell, door_ref, qtbot)
    page.ask_pin()
    press("1234", ENTER)
    qtbot.waitUntil(lambda: page.pin.said.isVisible())
    assert shell.kiosk.on and not page.pin.field.isEnabled() and page.pin.field.text() == ""
    qtbot.waitUntil(page.pin.field.hasFocus)
    press(PIN, ENTER)
    qtbot.waitUntil(lambda: not shell.kiosk.on)


def test_the_system_may_end_the_program_and_the_next_window_is_locked_again(qapp, tmp_path: Path, qtbot) -> None:
    ws, vault = open_folder(tmp_path / "data", clock=StillClock())
    with ws:
        settings.put(ws, "me_name", NAMES[0])
        ref = plan_meeting(ws, new_circle(ws, me=NAMES[0]), title="Elm Street")
        shell = make_shell(ws, vault)
        shell.show()
        kiosk.begin(ws, ref, PIN)
        qtbot.waitUntil(lambda: shell.kiosk.on)
        shell.leave()
        assert not shell.isVisible()
        shell.shut_down()
    ws, vault = open_folder(tmp_path / "data", clock=StillClock())
    with ws:
        again = make_shell(ws, vault)
        again.show()
        assert again.kiosk.on and again.isFullScreen()
        assert again.kiosk.page.isVisible() and again.kiosk.page.geometry() == again.rect()
        again.shut_down()
        again.deleteLater()


def test_a_meeting_that_is_over_takes_nobody_in(shell: Shell, door_ref: Ref, qtbot) -> None:
    page, ws = locked(shell, door_ref, qtbot), shell.context.ws
    open_meeting(ws, door_ref)
    close_meeting(ws, door_ref)
    qtbot.waitUntil(lambda: not page.ask.field.isEnabled())
    assert "host" in page.ask.said.text()
    page.host.click()
    page.pin.leave.click()
    assert page.ask.said.isVisible() and "is over" in page.ask.said.text(), "whoever comes next is told as well"
    page.host.click()
    press(PIN, ENTER)
    qtbot.waitUntil(lambda: not shell.kiosk.on)


def test_a_meeting_that_is_opened_again_takes_people_in_again(shell: Shell, door_ref: Ref, qtbot) -> None:
    page, ws = locked(shell, door_ref, qtbot), shell.context.ws
    open_meeting(ws, door_ref)
    close_meeting(ws, door_ref)
    qtbot.waitUntil(lambda: not page.ask.field.isEnabled())
    reopen_meeting(ws, door_ref)
    qtbot.waitUntil(lambda: page.ask.field.isEnabled() and page.ask.field.hasFocus())
    assert not page.ask.said.isVisible()
    press("ravi menon", ENTER)
    assert here(shell, door_ref) == ["Ravi Menon"]


def test_what_cannot_be_written_down_sends_people_to_the_host(shell: Shell, door_ref: Ref, qtbot, monkeypatch) -> None:
    page = locked(shell, door_ref, qtbot)

    def refused(*_given: object) -> None:
        raise RuleBroken("Only organizers may do this.", code="not_allowed")

    monkeypatch.setattr(page_module, "come_in", refused)
    press("ravi menon", ENTER)
    assert page.shown() is page.ask and "ask the host" in page.ask.said.text() and not page.ask.newcomer.isVisible()
    assert here(shell, door_ref) == []
