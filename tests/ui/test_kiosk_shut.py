"""Nothing but the PIN leads out of the page at the door, and behind it nobody's name is to be found, by no means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QDragEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from circle_app.domain.ids import Ref
from circle_app.workspace import barrier, kiosk, settings
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.attendance import mark
from circle_app.workspace.commands.live import open_meeting
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import attendance
from tests.support.workspaces import StillClock, new_circle
from tests.ui.test_kiosk import ENTER, NAMES, PIN, here, locked, press
from tests.ui.test_kiosk import door_ref as door_ref
from ui.app import make_shell, open_folder
from ui.shell import Shell
from ui.views.projector import ProjectorWindow
from ui.widgets.fields import TextField

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT, NONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
TEXTS = (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value, QAccessible.Text.Help)


def told(face: QAccessibleInterface) -> Iterator[str]:
    """Every word that a screen reader could be given, of what is hidden as well."""
    yield from (face.text(kind) for kind in TEXTS)
    for at in range(face.childCount()):
        child = face.child(at)
        if child is not None and child.isValid():
            yield from told(child)


def names_told() -> set[str]:
    """The names of people that are to be found from the program's root on."""
    words = " ".join(told(QAccessible.queryAccessibleInterface(QApplication.instance())))
    return {name for name in NAMES if any(part in words for part in name.split())}


def test_no_name_of_anybody_can_be_reached_by_a_screen_reader(shell: Shell, door_ref: Ref, qtbot) -> None:
    ws = shell.context.ws
    for seat in attendance(ws, door_ref)[:2]:
        mark(ws, door_ref, seat.person.ref, status="present")
    for place, ref in (("people", None), ("home", None), ("checkin", door_ref)):
        shell.navigate(place, ref)
    assert names_told() == set(NAMES), "without the page at the door everybody is there"
    page = locked(shell, door_ref, qtbot)
    assert names_told() == set()
    press("Ravi Menon", ENTER)
    for seat in attendance(ws, door_ref):
        mark(ws, door_ref, seat.person.ref, status="present")
    qtbot.waitUntil(lambda: page.ring.accessibleName() == "6 in the room")
    assert names_told() == {"Ravi Menon"}, "whoever typed it hears it"
    press(ENTER)
    assert names_told() == set()
    kiosk.end(ws)
    qtbot.waitUntil(lambda: not shell.kiosk.on)
    assert names_told() == set(NAMES) and shell.view("checkin").isVisible()
    assert [row.name for row in shell.view("checkin").expected.rows()] == [], "and shows what came meanwhile"


KEYS = (
    *((key, CTRL) for key in (
        Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5, Qt.Key.Key_6, Qt.Key.Key_K, Qt.Key.Key_N,
        Qt.Key.Key_Z, Qt.Key.Key_Y, Qt.Key.Key_Comma, Qt.Key.Key_Q, Qt.Key.Key_W, Qt.Key.Key_O, Qt.Key.Key_P,
        Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_L, Qt.Key.Key_G, Qt.Key.Key_A, Qt.Key.Key_F4,
    )),
    *((key, CTRL | SHIFT) for key in (Qt.Key.Key_Space, Qt.Key.Key_Z, Qt.Key.Key_Tab)),
    *((key, ALT) for key in (
        Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_F, Qt.Key.Key_Space,
    )),
    *((Qt.Key(Qt.Key.Key_F1.value + n), NONE) for n in range(12)),
    *((Qt.Key(Qt.Key.Key_F1.value + n), SHIFT) for n in range(12)),
    *((key, NONE) for key in (
        Qt.Key.Key_Menu, Qt.Key.Key_Escape, Qt.Key.Key_Back, Qt.Key.Key_Question, Qt.Key.Key_Help, Qt.Key.Key_Undo,
    )),
)  # fmt: skip


def test_no_key_of_the_program_does_anything(shell: Shell, door_ref: Ref, qtbot) -> None:
    page = locked(shell, door_ref, qtbot)
    press("Ravi Menon", ENTER, ENTER)
    for panel in (page.ask, page.pin):
        page._show(panel)
        for key, held in KEYS:
            press(key, held=held)
            seen = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
            assert seen == [shell] and shell.kiosk.on and page.shown() is panel, (key, held)
            assert QApplication.activePopupWidget() is None and names_told() == set()
            focus = QApplication.focusWidget()
            assert isinstance(focus, QWidget) and page.isAncestorOf(focus)
    assert here(shell, door_ref) == ["Ravi Menon"] and shell.place == ("checkin", door_ref), "and nothing was done"


def test_no_menu_opens_and_nothing_is_dropped(shell: Shell, door_ref: Ref, qtbot) -> None:
    page = locked(shell, door_ref, qtbot)
    files = QMimeData()
    files.setText("Mei Tan")
    for part in (shell, page, page.viewport(), *page.findChildren(QWidget)):
        at = QPoint(part.width() // 2, part.height() // 2)
        QTest.mouseClick(part, Qt.MouseButton.RightButton, NONE, at)
        assert QApplication.activePopupWidget() is None
        copy = Qt.DropAction.CopyAction
        come = QDragEnterEvent(at, copy, files, Qt.MouseButton.LeftButton, NONE)
        come.ignore()
        QApplication.sendEvent(part, come)
        assert not come.isAccepted() and not part.acceptDrops(), part


def test_what_the_host_had_copied_is_not_pasted(shell: Shell, door_ref: Ref, qtbot, monkeypatch) -> None:
    page = locked(shell, door_ref, qtbot)
    QApplication.clipboard().setText("circle://j/secret")
    for panel in (page.ask, page.pin):
        page._show(panel)
        press(Qt.Key.Key_V, held=CTRL)
        press(Qt.Key.Key_Insert, held=SHIFT)
        assert panel.field.text() == ""
    handed_on = []  # a desktop that pastes what is marked does so in the line itself; here is none
    monkeypatch.setattr(
        TextField, "mouseReleaseEvent", lambda _self, event: handed_on.append(event.button()), raising=False
    )
    for button in (Qt.MouseButton.MiddleButton, Qt.MouseButton.LeftButton):
        QTest.mouseClick(page.pin.field, button)
    assert handed_on == [Qt.MouseButton.LeftButton]
    QApplication.clipboard().clear()


def test_whatever_still_wants_to_speak_or_to_open_stays_away(shell: Shell, door_ref: Ref, qtbot) -> None:
    locked(shell, door_ref, qtbot)
    shell.say("Mei Tan wrote a decision.")
    for dialog in ("search", "signin", "kiosk"):
        shell.navigate(dialog, door_ref)
    shell.navigate("people")
    assert [window for window in QApplication.topLevelWidgets() if window.isVisible()] == [shell]
    assert names_told() == set()


def projector_of(shell: Shell, ref: Ref) -> ProjectorWindow:
    add_items(shell.context.ws, ref, [{"title": "Welcome", "minutes": 10, "mode": "round"}])
    open_meeting(shell.context.ws, ref)
    shell.navigate("live", ref)
    shell.view("live").toggle_projector()
    window = shell.context.second.window
    assert window is not None
    shell.activateWindow()
    return window


def test_a_projector_shows_no_names_and_takes_no_keys(shell: Shell, door_ref: Ref, qtbot, monkeypatch) -> None:
    ws = shell.context.ws
    for seat in attendance(ws, door_ref):
        mark(ws, door_ref, seat.person.ref, status="present")
    window = projector_of(shell, door_ref)
    shell.context.second.switch_names()
    assert "Ravi" in window.words()
    monkeypatch.setattr(ProjectorWindow, "screen", lambda _self: "another screen")
    locked(shell, door_ref, qtbot)
    assert window.isVisible() and not set(window.words()) & {"Ravi", "Mei", "João"}
    for key, held in ((Qt.Key.Key_F11, SHIFT), (Qt.Key.Key_F11, NONE), (Qt.Key.Key_Escape, NONE)):
        QTest.keyClick(window, key, held)
        assert not window.close() and window.isVisible() and "Ravi" not in window.words()
    window.names_asked.emit()
    assert "Ravi" not in window.words() and names_told() == set()
    kiosk.end(ws)
    qtbot.waitUntil(lambda: not shell.kiosk.on)
    shell.context.second.switch_names()
    assert "Ravi" in window.words()
    QTest.keyClick(window, Qt.Key.Key_F11)
    assert shell.context.second.window is None


def test_a_projector_on_the_only_screen_goes(shell: Shell, door_ref: Ref, qtbot) -> None:
    projector_of(shell, door_ref)
    locked(shell, door_ref, qtbot)
    assert shell.context.second.window is None
    assert [window for window in QApplication.topLevelWidgets() if window.isVisible()] == [shell]


def test_starting_the_program_again_shortens_no_wait(qapp, tmp_path: Path, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(kiosk, "WAIT_MS", 200)
    began = None
    for tries in range(3):
        ws, vault = open_folder(tmp_path / "data", clock=StillClock())
        with ws:
            if began is None:
                settings.put(ws, "me_name", NAMES[0])
                began = plan_meeting(ws, new_circle(ws, me=NAMES[0]), title="Elm Street")
                kiosk.begin(ws, began, PIN)
            shell = make_shell(ws, vault)
            shell.show()
            shell.activateWindow()
            qtbot.waitUntil(shell.isActiveWindow)
            page = shell.kiosk.page
            shell.navigate("people")
            assert names_told() == set(), "also in a window that begins at the door"
            page.ask_pin()
            assert page.pin.field.isEnabled() is page.pin.said.isHidden() is (tries == 0)
            assert page._pause.interval() == (0, 200, 400)[tries]
            qtbot.waitUntil(page.pin.field.hasFocus)
            monkeypatch.setattr(page._ctx.tasks, "run", lambda *_given: None)  # it is killed while the PIN is looked at
            press("1234", ENTER)
            shell.leave()
            shell.shut_down()
            shell.deleteLater()


def test_a_disk_that_takes_nothing_keeps_no_owner_out(shell: Shell, door_ref: Ref, qtbot, monkeypatch) -> None:
    page, ws = locked(shell, door_ref, qtbot), shell.context.ws
    page.ask_pin()

    def refused(*_given: object) -> None:
        raise barrier.full()

    with monkeypatch.context() as disk:
        disk.setattr(Workspace, "writing", refused)
        press("9999", ENTER)
        qtbot.waitUntil(lambda: page.pin.said.isVisible())
        assert shell.kiosk.on and page._pause.isActive()
        page.pin.wait(False)
        press(PIN, ENTER)
        qtbot.waitUntil(lambda: not shell.kiosk.on)
    assert "disk is full" in shell._toast.text() and shell.view("checkin").isVisible()
    settings.put(ws, "anything", "1")
    QApplication.processEvents()
    assert not shell.kiosk.on and kiosk.locked_to(ws) == door_ref
    kiosk.begin(ws, door_ref, PIN)
    qtbot.waitUntil(lambda: shell.kiosk.on)
    kiosk.end(ws)
    qtbot.waitUntil(lambda: not shell.kiosk.on)


def test_what_goes_while_the_computer_stands_at_the_door_keeps_nothing_shut(shell: Shell, door_ref: Ref, qtbot) -> None:
    going = QWidget(shell)
    kiosk.begin(shell.context.ws, door_ref, PIN)
    qtbot.waitUntil(lambda: shell.kiosk.on)
    going.deleteLater()
    qtbot.waitUntil(lambda: not isValid(going))
    kiosk.end(shell.context.ws)
    qtbot.waitUntil(lambda: not shell.kiosk.on)
    assert all(part.isEnabled() for part in (shell._sidebar, shell.view("home")))
