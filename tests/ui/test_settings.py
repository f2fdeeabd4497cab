"""Settings take effect at once: name, look, text size, server, demo circles, and the check of everything."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.queries.people import me, person
from sync.vault import Vault, is_locked
from tests.support.workspaces import new_circle
from ui.dialogs.licences import LicencesSheet
from ui.dialogs.passphrase import PassphraseSheet
from ui.models.demo_circle import open_demo
from ui.shell import Shell
from ui.views.settings import SettingsView


def settings(shell: Shell) -> SettingsView:
    shell.navigate("settings")
    shell.activateWindow()
    for _ in range(4):
        QApplication.processEvents()
    view = shell.view("settings")
    assert isinstance(view, SettingsView)
    return view


def test_a_new_name_reaches_the_circles_that_knew_the_old_one(shell: Shell) -> None:
    ws = shell.context.ws
    known = new_circle(ws, name="Elm Street", me="Amina Diallo")
    mine = me(ws, known)
    assert mine is not None
    view = settings(shell)
    view.me.name.setText(" Amina  Keita ")
    QTest.keyClick(view.me.name, Qt.Key.Key_Return)
    assert shell.settings.name == "Amina Keita"
    assert person(ws, mine).name == "Amina Keita"


def test_a_name_chosen_for_one_circle_stays_there(shell: Shell) -> None:
    ws = shell.context.ws
    other = me(ws, new_circle(ws, name="Choir", me="Mimi"))
    assert other is not None
    view = settings(shell)
    view.me.name.setText("Amina Keita")
    view.me.rename()
    assert shell.settings.name == "Amina Keita" and person(ws, other).name == "Mimi"


def test_an_empty_name_is_not_kept(shell: Shell) -> None:
    view = settings(shell)
    view.me.name.setText("  ")
    QTest.keyClick(view.me.name, Qt.Key.Key_Return)
    assert shell.settings.name == "Amina Diallo"
    assert "needs one" in view.me.field.below.text()


def test_dark_is_dark_at_once_and_the_next_time(shell: Shell) -> None:
    view = settings(shell)
    view.look.scheme._pick("dark")
    assert shell.theme.dark and shell.settings.scheme == "dark"
    view.look.scheme._pick("light")
    assert not shell.theme.dark


def test_a_larger_text_builds_the_page_anew_and_keeps_the_keyboard_there(shell: Shell, qtbot: QtBot) -> None:
    before = settings(shell)
    before.look.text_size._pick("1.5")
    qtbot.waitUntil(lambda: shell.theme.scale == 1.5)
    after = shell.view("settings")
    assert isinstance(after, SettingsView) and after is not before
    assert shell.settings.scale == 1.5 and after.look.text_size.code() == "1.5"
    qtbot.waitUntil(lambda: after.look.text_size.isAncestorOf(shell.focusWidget()))  # type: ignore[arg-type]


def test_easy_reading_changes_the_typeface(shell: Shell, qtbot: QtBot) -> None:
    plain = shell.theme.font("body").family()
    settings(shell).look.easy.click()
    qtbot.waitUntil(lambda: shell.theme.easy_reading)
    assert shell.settings.easy_reading and shell.theme.font("body").family() != plain


def test_a_server_address_is_checked_before_it_is_kept(shell: Shell, qtbot: QtBot) -> None:
    view = settings(shell)
    view.server.address.setText("http://example.org")
    view.server.keep()
    qtbot.waitUntil(lambda: "https" in view.server.field.below.text())
    assert shell.settings.get("server") == ""
    view.server.address.setText("https://circles.example.org/")
    view.server.keep()
    qtbot.waitUntil(lambda: shell.settings.get("server") == "https://circles.example.org")
    view.server.address.setText("")
    view.server.keep()
    assert shell.settings.get("server") == ""


def test_the_demo_goes_without_a_trace_and_comes_back(shell: Shell, qtbot: QtBot) -> None:
    ws = shell.context.ws
    own = new_circle(ws, name="Elm Street")
    open_demo(ws, "Amina Diallo")
    view = settings(shell)
    assert view.demo.go.text() == "Take the demo away"
    view.demo.turn()
    qtbot.waitUntil(lambda: [c.space for c in my_circles(ws)] == [own])
    qtbot.waitUntil(lambda: view.demo.go.isEnabled() and view.demo.go.text() == "Open the demo")
    view.demo.turn()
    qtbot.waitUntil(lambda: shell.place[0] == "circle", timeout=10_000)
    assert len(my_circles(ws)) == 4


def test_everything_is_checked_and_the_folder_is_named(shell: Shell, qtbot: QtBot) -> None:
    new_circle(shell.context.ws)
    view = settings(shell)
    assert view.folder.place.text() == str(shell.context.ws.folder)
    view.folder.check.click()
    qtbot.waitUntil(lambda: view.folder.says.text().startswith("All is well"))


def test_every_licence_can_be_read(shell: Shell) -> None:
    sheet = LicencesSheet(shell.theme, shell)
    heads = []
    for place in range(sheet.choice.count()):
        sheet.choice.setCurrentIndex(place)
        sheet.choice.activated.emit(place)
        heads.append(sheet.text.toPlainText()[:400])
    assert len(heads) == 6 and "GNU AFFERO" in heads[0] and len(set(heads)) == 6


def test_a_passphrase_is_chosen_changed_and_taken_away(shell: Shell, qtbot: QtBot) -> None:
    folder, key = shell.context.ws.folder, shell.context.vault.db_key
    view = settings(shell)
    for old, new in (
        ("", "four words like these"),
        ("four words like these", "another one here"),
        ("another one here", ""),
    ):
        sheet = PassphraseSheet(shell.context, shell)
        sheet.changed.connect(view.folder._show_lock)
        sheet.open()
        sheet.old.setText(old)
        sheet.new.setText(new)
        sheet.again.setText(new)
        with qtbot.waitSignal(sheet.changed, timeout=20_000):
            sheet.accept()
        assert is_locked(folder) == bool(new)
        assert Vault.open(folder, passphrase=new or None).db_key == key
        assert view.folder.lock.text().startswith("Change" if new else "Choose")


def test_a_passphrase_that_does_not_fit_changes_nothing(shell: Shell, qtbot: QtBot) -> None:
    folder = shell.context.ws.folder
    shell.context.vault.with_passphrase("four words like these")
    sheet = PassphraseSheet(shell.context, shell)
    sheet.open()
    sheet.old.setText("something else")
    sheet.accept()
    qtbot.waitUntil(lambda: "does not fit" in sheet.problem.text(), timeout=20_000)
    sheet.new.setText("short")
    sheet.again.setText("short")
    sheet.accept()
    assert "guessed too fast" in sheet.problem.text()
    sheet.again.setText("other")
    sheet.accept()
    assert "not the same" in sheet.problem.text()
    assert is_locked(folder) and sheet.isVisible()
