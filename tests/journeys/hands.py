"""Two hands on a keyboard: what a person presses in the active window, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from ui.shell import Shell

ENTER, ESCAPE, SPACE, TAB = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Tab
CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
PATIENCE_MS = 20_000
WAY_ROUND = 150
"""More Tab presses than any page needs."""


class Hands:
    """Keys go to whatever holds the keyboard in the window that is in front."""

    def __init__(self, shell: Shell, qtbot: QtBot) -> None:
        self.shell, self._qtbot = shell, qtbot

    def come(self) -> None:
        """Put this person's window in front."""
        self.shell.activateWindow()
        self._qtbot.waitUntil(self.shell.isActiveWindow, timeout=PATIENCE_MS)
        self.rest()

    def press(self, *keys: Qt.Key | str, held: Qt.KeyboardModifier = NONE) -> None:
        """Press keys one after the other; a str is typed letter by letter."""
        for key in keys:
            if QApplication.activeWindow() is None:
                # a dialog closed; without a desktop nobody else brings the window behind it back to the front
                self.come()
            popup = QApplication.activePopupWidget()
            open_list = popup.findChild(QAbstractItemView) if popup is not None else None
            target = open_list or popup or QApplication.focusWidget() or QApplication.activeWindow()
            assert target is not None, "no window is in front"
            if isinstance(key, str):
                QTest.keyClicks(target, key)
            else:
                QTest.keyClick(target, key, held)
            self.rest()

    def tab_to(self, name: str) -> None:
        """Press Tab until the control of this name has the keyboard, as somebody does who hears the names."""
        heard = []
        for _ in range(WAY_ROUND):
            heard.append(self.hears())
            if name in heard[-1]:
                return
            self.press(TAB)
        raise AssertionError(f"Tab never comes to {name!r}; it came to {list(dict.fromkeys(heard))}")

    def choose(self, wanted: str, *others: str) -> None:
        """Tab to whichever of some choices in a row is made, and with the arrow on to the wanted one."""
        for key, found in ((TAB, (wanted, *others)), (Qt.Key.Key_Right, (wanted,))):
            heard = []
            while (now := self.hears()) not in found:
                heard.append(now)
                assert len(heard) < WAY_ROUND, f"the keyboard never comes to {found}: {list(dict.fromkeys(heard))}"
                self.press(key)

    def pick(self, words: str) -> None:
        """Go down the open menu, or the list under a field that has the keyboard, to the line that begins so; Enter takes it."""
        if QApplication.activePopupWidget() is None:
            self.press(Qt.Key.Key_Down, held=Qt.KeyboardModifier.AltModifier)
            self.press(Qt.Key.Key_Home)
        lines = []
        for _ in range(WAY_ROUND):
            lines.append(_line_of(QApplication.activePopupWidget()))
            if lines[-1].startswith(words):
                return self.press(ENTER)
            self.press(Qt.Key.Key_Down)
        raise AssertionError(f"no line begins with {words!r}: {list(dict.fromkeys(lines))}")

    def paste(self, text: str) -> None:
        """Put text in the clipboard and press Ctrl+V."""
        QApplication.clipboard().setText(text)
        self.press(Qt.Key.Key_V, held=CTRL)

    def replace(self, text: str) -> None:
        """Type over all that a field holds."""
        self.press(Qt.Key.Key_A, held=CTRL)
        self.press(text)

    def hears(self) -> str:
        """The name of the control that has the keyboard."""
        focused = QApplication.focusWidget()
        face = QAccessible.queryAccessibleInterface(focused) if focused is not None else None
        name = face.text(QAccessible.Text.Name) if face is not None else ""
        if isinstance(focused, QComboBox):
            # on some systems Qt tells what is chosen in place of the name, and leaves the name to the label
            return f"{focused.accessibleName()}: {name}"
        return name

    def until(self, reached: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(reached, timeout=PATIENCE_MS)
        self.rest()

    def at(self, place: str) -> bool:
        return self.shell.place[0] == place

    def save_as(self, file: Path) -> None:
        """Press Ctrl+S, type where to in the dialog of files, press Enter."""
        self._answer_files(file)
        self.press(Qt.Key.Key_S, held=CTRL)
        self.until(file.exists)

    def choose_folder(self, folder: Path) -> None:
        """Press the button that has the keyboard, type a folder in the dialog of files, press Enter."""
        self._answer_files(folder)
        self.press(SPACE)

    def _answer_files(self, path: Path) -> None:
        """The dialog of files holds its caller until it is answered, so the answer waits for it."""
        waiting = QTimer(self.shell, interval=20)

        def type_name() -> None:
            if isinstance(QApplication.activeModalWidget(), QFileDialog) and QApplication.focusWidget() is not None:
                waiting.stop()
                self.replace(str(path))
                self.press(ENTER)

        waiting.timeout.connect(type_name)
        waiting.start()

    def rest(self) -> None:
        """Let what was pressed have its effect."""
        for _ in range(5):
            QApplication.processEvents()


def _line_of(popup: QWidget | None) -> str:
    """The line of an open menu or list that Enter would take."""
    if isinstance(popup, QMenu):
        line = popup.activeAction()
        return line.text() if line else ""
    assert popup is not None, "no menu and no list is open"
    view = popup.findChild(QAbstractItemView)
    assert isinstance(view, QAbstractItemView)
    return str(view.currentIndex().data() or "")
