"""The window: places, the way back, shortcuts, folding, the sidebar's truth, and one window for one folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from circle_app.domain.ids import Ref
from circle_app.workspace import spaces
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.meetings import meetings
from circle_app.workspace.queries.people import me
from tests.support.workspaces import new_circle
from ui.app import has_display, main, open_folder
from ui.settings import Settings
from ui.shell import Shell
from ui.shortcuts import ShortcutSheet, places
from ui.sidebar import NARROW, WIDE, Sidebar, SyncCard
from ui.single import FirstWindow, raise_first
from ui.widgets.fields import TextField
from ui.widgets.nav import NavItem
from ui.widgets.toast import Toast


class Page(QWidget):
    """A stand-in page: the real ones have tests of their own."""

    def __init__(self, context: object) -> None:
        super().__init__()
        self.shown: list[object] = []

    def show_ref(self, ref: object) -> None:
        self.shown.append(ref)


@pytest.fixture
def pages(shell: Shell) -> Shell:
    """The window with plain pages, so that these tests are about the window alone."""
    for place in (
        "home",
        "meetings",
        "tasks",
        "notes",
        "people",
        "library",
        "plan",
        "live",
        "export",
        "settings",
        "circle",
        "sync",
    ):
        if place in shell._views:
            shell._stack.removeWidget(shell._views[place])
        page = Page(shell.context)
        shell._views[place] = page
        shell._stack.addWidget(page)
    return shell


def active(qtbot: QtBot, shell: Shell) -> None:
    shell.activateWindow()
    qtbot.waitActive(shell)
    shell.setFocus()
    qtbot.waitUntil(shell.hasFocus)


def test_it_opens_at_home_for_somebody_who_has_been_here(shell: Shell) -> None:
    assert shell.place == ("home", None)
    assert shell.windowTitle() == "Citizen Circles"
    assert not shell.windowIcon().isNull()


def test_the_way_back_and_forward_leads_through_what_was_shown(pages: Shell, qtbot: QtBot) -> None:
    meeting = Ref(1, b"m" * 16)
    pages.navigate("tasks")
    pages.navigate("plan", meeting)
    active(qtbot, pages)
    QTest.keyClick(pages, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert pages.place == ("tasks", None)
    QTest.keyClick(pages, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert pages.place == ("plan", meeting)
    pages.go_back()
    pages.go_back()
    pages.go_back()
    assert pages.place == ("home", None)
    pages.navigate("notes")
    pages.go_forward()
    assert pages.place == ("notes", None)


def test_ctrl_and_a_number_goes_to_each_place(pages: Shell, qtbot: QtBot) -> None:
    active(qtbot, pages)
    for number, (place, *_rest) in enumerate(places(), start=1):
        QTest.keyClick(pages, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier)
        assert pages.place == (place, None)


def test_the_sidebar_marks_where_we_are(pages: Shell) -> None:
    def marked() -> list[str]:
        return [item.text() for item in pages.findChildren(NavItem) if item.isChecked()]

    assert marked() == ["Home"]
    pages.navigate("plan", Ref(1, b"m" * 16))
    assert marked() == ["Meetings"]


def test_a_meeting_opens_where_its_state_belongs(pages: Shell) -> None:
    ws = pages.context.ws
    ref = plan_meeting(ws, new_circle(ws), title="First evening")
    pages.navigate("meeting", ref)
    assert pages.place == ("plan", ref)
    from circle_app.workspace.commands.live import close_meeting, open_meeting

    open_meeting(ws, ref)
    pages.navigate("meeting", ref)
    assert pages.place == ("live", ref)
    close_meeting(ws, ref)
    pages.navigate("meeting", ref)
    assert pages.place == ("export", ref)


def test_a_meeting_that_is_gone_is_said_in_words_and_we_stay(pages: Shell) -> None:
    pages.navigate("meeting", Ref(1, b"x" * 16))
    assert pages.place == ("home", None)
    assert "not there any more" in pages.findChild(Toast).text()


def test_the_sidebar_folds_in_small_windows_and_in_live_meetings(pages: Shell) -> None:
    sidebar = pages.findChild(Sidebar)
    pages.resize(1280, 800)
    assert (sidebar.narrow, sidebar.width()) == (False, WIDE)
    pages.resize(1024, 600)
    assert (sidebar.narrow, sidebar.width()) == (True, NARROW)
    pages.resize(1280, 800)
    pages.navigate("live", Ref(1, b"m" * 16))
    assert sidebar.narrow
    assert all(item.toolTip() for item in pages.findChildren(NavItem))
    pages.navigate("home")
    assert not sidebar.narrow


def test_circles_and_open_promises_appear_in_the_sidebar_by_themselves(shell: Shell, qtbot: QtBot) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    add_task(ws, space, title="Ask the council", owner=me(ws, space))
    other = add_person(ws, space, name="Mei")
    add_task(ws, space, title="Not mine", owner=other)

    def shown() -> None:
        names = [item.accessibleName() for item in shell.findChildren(NavItem) if item.isVisible()]
        assert "Elm Street" in names
        assert "Tasks (1)" in names

    qtbot.waitUntil(lambda: shown() or True)


def test_saving_is_said_in_words_and_being_offline_is_no_alarm(shell: Shell, qtbot: QtBot) -> None:
    card = shell.findChild(SyncCard)
    assert card.accessibleName() == "Everything is saved. On this computer"
    ws = shell.context.ws
    spaces.add_space(
        ws, space32=b"s" * 32, dev16=b"d" * 16, member16=b"m" * 16, server="https://circle.example", role="organizer"
    )
    add_person(ws, 1, name="Mei", confirmed=True)
    qtbot.waitUntil(lambda: "wait for the network" in card.accessibleName())
    assert card.accessibleName().startswith("Everything is saved. ")


def test_a_new_meeting_begins_from_anywhere_and_can_be_taken_back(pages: Shell, qtbot: QtBot) -> None:
    ws = pages.context.ws
    space = new_circle(ws)
    active(qtbot, pages)
    QTest.keyClick(pages, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    card = meetings(ws, space)[0]
    assert pages.place == ("plan", card.ref)
    assert card.title == "Meeting 1"
    pages.findChild(Toast)._take_back()
    assert meetings(ws, space) == ()
    assert pages.place[0] == "meetings"


def test_without_a_circle_a_new_meeting_says_what_comes_first(pages: Shell, qtbot: QtBot) -> None:
    active(qtbot, pages)
    QTest.keyClick(pages, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert pages.place == ("home", None)
    assert "circle first" in pages.findChild(Toast).text()


def test_ctrl_z_takes_back_the_last_change_and_ctrl_shift_z_does_it_again(pages: Shell, qtbot: QtBot) -> None:
    ws = pages.context.ws
    space = new_circle(ws)
    plan_meeting(ws, space, title="A mistake")
    active(qtbot, pages)
    QTest.keyClick(pages, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert meetings(ws, space) == ()
    assert pages.findChild(Toast).text() == "Taken back: plan “\u2068A mistake\u2069”"
    QTest.keyClick(pages, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert [card.title for card in meetings(ws, space)] == ["A mistake"]


def test_f1_shows_every_shortcut_and_escape_closes_it(pages: Shell, qtbot: QtBot) -> None:
    active(qtbot, pages)
    QTest.keyClick(pages, Qt.Key.Key_F1)
    sheet = pages.findChild(ShortcutSheet)
    assert sheet.isVisible()
    assert any(label.text().startswith("Next speaker") for label in sheet.findChildren(QLabel))
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_a_larger_text_size_builds_the_window_anew_at_the_same_place(shell: Shell) -> None:
    before = shell.view("home")
    shell.theme.set_text(scale=1.5)
    assert shell.view("home") is not before
    assert shell.place == ("home", None)
    assert shell.findChild(Sidebar) is not None
    shell.say("Still here")
    assert shell._toast.isVisible()


def test_closing_the_window_keeps_what_was_just_typed(pages: Shell, qtbot: QtBot) -> None:
    field = TextField(pages.theme, name="Plan", parent=pages.view("home"))
    field.show()
    left: list[str] = []
    field.left.connect(lambda: left.append(field.text()))
    active(qtbot, pages)
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(field, "half a sen")
    pages.close()
    assert left == ["half a sen"]


def test_a_new_meeting_on_a_circles_page_belongs_to_that_circle(pages: Shell, qtbot: QtBot) -> None:
    ws = pages.context.ws
    new_circle(ws, name="Elm Street")
    second = spaces.add_space(ws, space32=b"2" * 32, dev16=b"d" * 16, member16=b"m" * 16, role="organizer")
    pages.navigate("circle", second)
    active(qtbot, pages)
    QTest.keyClick(pages, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert len(meetings(ws, second)) == 1


def test_the_size_of_the_window_is_remembered(shell: Shell) -> None:
    shell.resize(770, 555)
    shell.close()
    assert shell.settings.get("window")
    shell.resize(790, 500)
    shell._restore()
    assert (shell.width(), shell.height()) == (770, 555)


def test_a_second_start_brings_the_first_window_forward(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> None:
    assert not raise_first(tmp_path)
    heard: list[int] = []
    first = FirstWindow(tmp_path, lambda: heard.append(1))
    assert raise_first(tmp_path)
    qtbot.waitUntil(lambda: heard == [1])
    first.close()
    assert not raise_first(tmp_path)


def test_without_a_screen_it_says_so_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert not has_display()
    assert main([]) == 2
    assert "no screen" in capsys.readouterr().err


def run_alone(code: str, folder: Path) -> None:
    """Runs a program of its own on a folder; it has to end well."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=root, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
def test_logging_out_closes_the_window_in_order(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys, ui.app as app\n"
        "from ui.beginning import Beginning\n"
        "look = Beginning._look\n"
        "def then(beginning):\n"
        "    look(beginning)\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "Beginning._look = then\n"
        "sys.exit(app.main(['--data-dir', sys.argv[1]]))\n"
    )
    run_alone(code, tmp_path / "data")
    ws, _vault = open_folder(tmp_path / "data")
    with ws:
        assert Settings(ws).get("window")


def test_what_knows_no_qt_is_loaded_before_qt_and_nothing_else_is(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, ui.without_qt\n"
        "before = {name for name in sys.modules if name.startswith(('circle_app', 'sync'))}\n"
        "import ui.app as app\n"
        "app.make_application()\n"
        "ws, vault = app.open_folder(pathlib.Path(sys.argv[1]), look_later=True)\n"
        "shell = app.make_shell(ws, vault)\n"
        "shell.show()\n"
        "after = {name for name in sys.modules if name.startswith(('circle_app', 'sync'))}\n"
        "shell.shut_down()\n"
        "sys.exit(' '.join(sorted(after - before)) or 0)\n"
    )
    ws, _vault = open_folder(tmp_path / "data")
    with ws:
        Settings(ws).put("me_name", "Amina")
    run_alone(code, tmp_path / "data")


def test_starting_the_window_loads_no_network_library() -> None:
    code = (
        "import sys, tempfile, pathlib, ui.app as app\n"
        "app.make_application()\n"
        "ws, vault = app.open_folder(pathlib.Path(tempfile.mkdtemp()) / 'd')\n"
        "from circle_app.workspace import settings\n"
        "settings.put(ws, 'me_name', 'Amina')\n"
        "shell = app.make_shell(ws, vault)\n"
        "shell.show()\n"
        "loaded = {'requests', 'starlette', 'psycopg', 'segno', 'loro', 'msgspec', 'PySide6.QtNetwork'} & set(sys.modules)\n"
        "shell.shut_down()\n"
        "sys.exit(' '.join(sorted(loaded)) or 0)\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
