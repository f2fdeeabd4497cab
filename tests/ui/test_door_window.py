"""Forty people at the door of the real window, keys wherever the keyboard is; names of any script by any of their parts."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.documents.markdown import to_markdown
from circle_app.documents.session_notes import session_notes
from circle_app.domain.ids import Ref
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.queries.meetings import attendance
from tests.support.workspaces import new_circle
from ui.models.door import sums
from ui.shell import Shell

CTRL = Qt.KeyboardModifier.ControlModifier
SCRIPTS = (
    "محمّد علي", "陳小明", "김은지", "अनीता देवी", "Зоя Ковальчук", "Ελένη Παππά", "Łucja Nowak", "ዓለም በቀለ",
    "Nguyễn Thị Đào", "Işık Öztürk", "Anke Großmann", "Sinéad O’Connor", "فاطمة الزهراء", "رضا نیک‌کریمی", "さくら 田中",
    "João-Pedro Prates", "দীপা রায়", "ณัฐ วงศ์", "თამარ ბერიძე", "დავით ბერიძე",
)  # fmt: skip


def crowd(shell: Shell, qtbot, names: tuple[str, ...]) -> Ref:
    ws = shell.context.ws
    space = new_circle(ws, me=names[0])
    for name in names[1:]:
        add_person(ws, space, name=name, confirmed=True)
    ref = plan_meeting(ws, space, title="Elm Street", starts_at="2026-11-24T18:30", zone="Europe/London", minutes=90)
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    shell.navigate("checkin", ref)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is shell.view("checkin").field)
    return ref


def press(key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    target = QApplication.focusWidget()
    assert target is not None, "the keyboard is nowhere"
    QTest.keyClick(target, key, held)
    QApplication.processEvents()


def test_forty_people_with_six_exceptions_take_at_most_forty_five_keys(shell: Shell, qtbot) -> None:
    ref = crowd(shell, qtbot, tuple(f"Person {n:02d}" for n in range(40)))
    ws = shell.context.ws
    exceptions = {3: Qt.Key.Key_E, 9: Qt.Key.Key_L, 17: Qt.Key.Key_B, 22: Qt.Key.Key_E, 30: Qt.Key.Key_L}
    press(Qt.Key.Key_Down)
    pressed = 1
    for n in range(40):
        if n == 38:  # nothing is said about this one: the next is chosen
            press(Qt.Key.Key_Down)
        elif n in exceptions:
            press(exceptions[n], CTRL)
        else:
            press(Qt.Key.Key_Return)
        pressed += 1
    counted = sums(attendance(ws, ref))
    assert (counted.here, counted.late, counted.excused, counted.absent, counted.waiting) == (36, 2, 2, 1, 1)
    assert pressed <= 45
    told = to_markdown(session_notes(ws, ref, preset="us"))
    assert "Person 17" in told and "Person 38" not in told


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("علي", "محمّد علي"), ("محمد", "محمّد علي"), ("小明", "陳小明"), ("은지", "김은지"), ("देवी", "अनीता देवी"),
        ("ковал", "Зоя Ковальчук"), ("ЗОЯ", "Зоя Ковальчук"), ("παππα", "Ελένη Παππά"), ("ελενη", "Ελένη Παππά"),
        ("lucja", "Łucja Nowak"), ("በቀለ", "ዓለም በቀለ"), ("dao", "Nguyễn Thị Đào"), ("THI DAO", "Nguyễn Thị Đào"),
        ("isik", "Işık Öztürk"), ("IŞIK", "Işık Öztürk"), ("ozt", "Işık Öztürk"), ("grossm", "Anke Großmann"),
        ("GROSSMANN", "Anke Großmann"), ("o'con", "Sinéad O’Connor"), ("connor", "Sinéad O’Connor"),
        ("مُحَمَّد", "محمّد علي"), ("فاطمه", "فاطمة الزهراء"), ("الزَّهراء", "فاطمة الزهراء"), ("نيكك", "رضا نیک‌کریمی"),
        ("نیک‌ک", "رضا نیک‌کریمی"), ("陳", "陳小明"), ("김은", "김은지"), ("अनी", "अनीता देवी"), ("さく", "さくら 田中"),
        ("田中", "さくら 田中"), ("joao-p", "João-Pedro Prates"), ("pedro", "João-Pedro Prates"), ("রায়", "দীপা রায়"),
        ("วงศ์", "ณัฐ วงศ์"), ("დავ", "დავით ბერიძე"),
    ],
)  # fmt: skip
def test_a_name_of_any_script_is_found_by_any_part(shell: Shell, qtbot, typed: str, name: str) -> None:
    ref = crowd(shell, qtbot, SCRIPTS)
    field = QApplication.focusWidget()
    field.insert(typed)
    press(Qt.Key.Key_Return)
    here = [seat.person.name for seat in attendance(shell.context.ws, ref) if seat.here]
    assert here == [name]
