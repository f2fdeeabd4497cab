"""Somebody who presses, types and clicks whatever there is, in an order that a seed decides."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

from circle_app.workspace.queries.meetings import meetings
from ui.rehearsal import Rehearsal

Key, Held = Qt.Key, Qt.KeyboardModifier
PLACES = (
    "home", "meetings", "tasks", "notes", "people", "library", "settings", "sync", "trash", "circle", "plan", "checkin",
    "live", "wrapup", "export",
)  # fmt: skip
OF_A_MEETING = frozenset({"plan", "checkin", "live", "wrapup", "export"})
STEERING = (
    *(Key.Key_Tab,) * 6, *(Key.Key_Return, Key.Key_Space, Key.Key_Escape) * 5, *(Key.Key_Down, Key.Key_Up) * 2,
    *(Key.Key_Left, Key.Key_Right) * 2, Key.Key_Home, Key.Key_End, Key.Key_Delete, Key.Key_Backspace, Key.Key_PageDown,
)  # fmt: skip
FUNCTION = (Key.Key_F1, Key.Key_F2, Key.Key_F5, Key.Key_F6, Key.Key_F7, Key.Key_F11)
LETTERS = (
    *(Key(code) for code in range(Key.Key_A.value, Key.Key_Z.value + 1)),
    *(Key(code) for code in range(Key.Key_0.value, Key.Key_9.value + 1)), Key.Key_Question, Key.Key_Slash,
)  # fmt: skip
WITH_CONTROL = (
    *(Key.Key_Z,) * 4, Key.Key_Y, Key.Key_K, Key.Key_N, Key.Key_E, Key.Key_G, Key.Key_L, Key.Key_U, Key.Key_B, Key.Key_A,
    Key.Key_S, Key.Key_I, Key.Key_F, Key.Key_Return, Key.Key_Space, Key.Key_Up, Key.Key_Down, Key.Key_1, Key.Key_3,
    Key.Key_6,
)  # fmt: skip
WORDS = (
    "amina", "Planters @sam fri", "90m", "closing round 10 min", "in 2 weeks", "1-7 9", "ß é", "محمّد", "3", "1:30", "tue",
    "الجمعة", "陳小明",
)  # fmt: skip
REMEMBERED = 15


@dataclass(slots=True)
class Monkey:
    """`did` are the last things it did, in words."""

    stage: Rehearsal
    chance: random.Random
    did: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def act(self) -> None:
        """One more thing, on whatever has the keyboard."""
        acts: tuple[Callable[[], None], ...] = (
            self._go, self._click, self._type, self._wait, self._steer, self._function, self._letter, self._control,
        )  # fmt: skip
        self.chance.choices(acts, (5, 10, 7, 3, 35, 5, 20, 15))[0]()

    def _go(self) -> None:
        if QApplication.activePopupWidget() or QApplication.activeModalWidget():
            return
        place, known = self.chance.choice(PLACES), meetings(self.stage.ws)
        ref: object = self.chance.choice(known).ref if place in OF_A_MEETING and known else None
        self.did.append(f"go to {place}")
        self.stage.shell.navigate(place, 1 if place == "circle" else ref)

    def _click(self) -> None:
        there = [
            widget
            for widget in self._front().findChildren(QWidget)
            if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            and not widget.visibleRegion().isEmpty()
        ]  # fmt: skip
        if there:
            widget = self.chance.choice(there)
            button = self.chance.choice([*[Qt.MouseButton.LeftButton] * 5, Qt.MouseButton.RightButton])
            self.did.append(f"click {type(widget).__name__} {widget.accessibleName()!r}")
            QTest.mouseClick(widget, button)

    def _type(self) -> None:
        words = self.chance.choice(WORDS)
        self.did.append(f"type {words!r}")
        for letter in words:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(self._target(), QKeyEvent(kind, 0, Held.NoModifier, letter))

    def _wait(self) -> None:
        minutes = self.chance.random() * 6
        self.did.append(f"wait {minutes:.1f} minutes")
        self.stage.clock.forward(minutes=minutes)

    def _steer(self) -> None:
        self._press(self.chance.choice(STEERING), self._sometimes(Held.ShiftModifier, Held.AltModifier))

    def _function(self) -> None:
        self._press(self.chance.choice(FUNCTION), Held.NoModifier)

    def _letter(self) -> None:
        self._press(self.chance.choice(LETTERS), self._sometimes(Held.ShiftModifier))

    def _control(self) -> None:
        self._press(self.chance.choice(WITH_CONTROL), Held.ControlModifier)

    def _sometimes(self, *held: Qt.KeyboardModifier) -> Qt.KeyboardModifier:
        return self.chance.choice(held) if self.chance.random() < 0.1 else Held.NoModifier

    def _press(self, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
        target = self._target()
        self.did.append(f"{held.name} {key.name} on {type(target).__name__}")
        QTest.keyClick(target, key, held)

    def _target(self) -> QWidget:
        return QApplication.activePopupWidget() or QApplication.focusWidget() or self._front()

    def _front(self) -> QWidget:
        return (
            QApplication.activePopupWidget()
            or QApplication.activeModalWidget()
            or QApplication.activeWindow()
            or self.stage.shell
        )


def nothing_chosen() -> None:
    """From now on, the system's own dialogs are closed at once and nothing opens in other programs: not ours to press."""
    nothing = staticmethod(lambda *_args, **_named: ("", ""))
    QFileDialog.getOpenFileName = QFileDialog.getSaveFileName = nothing  # type: ignore[method-assign]
    QFileDialog.getOpenFileNames = staticmethod(lambda *_args, **_named: ([], ""))  # type: ignore[method-assign]
    QFileDialog.getExistingDirectory = staticmethod(lambda *_args, **_named: "")  # type: ignore[method-assign]
    QPrintDialog.exec = lambda _self: QDialog.DialogCode.Rejected.value  # type: ignore[method-assign]
    QDesktopServices.openUrl = staticmethod(lambda *_args: True)  # type: ignore[method-assign]
