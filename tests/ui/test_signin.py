"""The paper round trip: a sheet is printed, signed in the hall, and typed back by its row numbers in the real window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.queries.meetings import attendance
from circle_app.workspace.queries.signin import FREE_ROWS, sheet_rows
from tests.support.workspaces import new_circle
from ui.dialogs.signin import SignInSheet
from ui.shell import Shell

ENTER = Qt.Key.Key_Return
TWENTY = "1-7 9 12-15 18 20-25, 31 = Bo Lind"
KEYS_IN_HALF_A_MINUTE = 75
"""A slow typist's 150 keys a minute."""


@pytest.fixture
def printed(shell: Shell, qtbot, tmp_path: Path) -> Ref:
    """A circle of 28 whose sheet was saved before two more people came to it."""
    ws = shell.context.ws
    names = [f"Person {n:02d}" for n in range(1, 29)]
    space = new_circle(ws, me=names[0])
    for name in names[1:]:
        add_person(ws, space, name=name, confirmed=True)
    ref = plan_meeting(ws, space, title="Elm Street", starts_at="2026-11-24T18:30", minutes=90)
    shell.resize(1280, 800)
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    shell.navigate("export", ref)
    page = shell.view("export")
    page.paper.set_code("signin")
    page.refresh()
    assert page.save_to(tmp_path / "sheet.pdf")
    for name in ("Aaron", "Abel"):
        add_person(ws, space, name=name, confirmed=True)
    shell.navigate("checkin", ref)
    qtbot.waitUntil(shell.view("checkin").field.hasFocus)
    return ref


def opened(shell: Shell, qtbot) -> SignInSheet:
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F7)
    sheet: SignInSheet = next(part for part in shell.findChildren(SignInSheet))
    qtbot.waitUntil(sheet.field.hasFocus)
    return sheet


def test_twenty_signed_rows_are_typed_back_within_half_a_minute_of_keys(shell: Shell, printed: Ref, qtbot) -> None:
    ws = shell.context.ws
    sheet = opened(shell, qtbot)
    QTest.keyClicks(sheet.field, TWENTY)
    assert len(sheet.signed().coming) == 19 and len(sheet.signed().guests) == 1
    assert sheet.coming.names()[0] == "1 \u2068Person 01\u2069" and sheet.go.text() == "Check in 20 people"
    assert not sheet.doubts.isVisible()
    QTest.keyClick(sheet.field, ENTER)
    assert len(TWENTY) + 2 <= KEYS_IN_HALF_A_MINUTE
    here = [seat.person.name for seat in attendance(ws, printed) if seat.here]
    wanted = [*range(1, 8), 9, *range(12, 16), 18, *range(20, 26)]
    assert here == ["Bo Lind", *(f"Person {n:02d}" for n in wanted)]
    assert shell._toast.text() == "20 people checked in"
    shell.activateWindow()
    qtbot.waitUntil(shell.view("checkin").field.hasFocus)
    QTest.keyClick(shell.view("checkin").field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not any(seat.here for seat in attendance(ws, printed)), "one step takes all of them back"


def test_what_is_in_doubt_is_said_before_anything_is_written(shell: Shell, printed: Ref, qtbot) -> None:
    sheet = opened(shell, qtbot)
    assert not sheet.go.isEnabled()
    QTest.keyClicks(sheet.field, "1, 29, 40, 5-3, 2 = Bo, who")
    told = sheet.doubts.text().replace("\u2068", "").replace("\u2069", "").split("\n")
    assert told == [
        "“5-3” runs backwards.", "“who” is not a row number.", "Row 2 is the one of Person 02.",
        "Row 29 is a free one. Write 29 = and the name.",
        "The sheet has no row 40. Is it a guest? Write 40 = and the name.",
    ]  # fmt: skip
    assert sheet.go.text() == "Check in 1 person"
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not any(seat.here for seat in attendance(shell.context.ws, printed))


def test_people_added_after_the_printing_stand_below_the_paper(shell: Shell, printed: Ref, qtbot) -> None:
    rows = {row.person.name: row.number for row in sheet_rows(shell.context.ws, printed) if row.person}
    assert rows["Person 01"] == 1 and rows["Aaron"] == 28 + FREE_ROWS + 1


def test_who_is_here_already_is_shown_apart(shell: Shell, printed: Ref, qtbot) -> None:
    view = shell.view("checkin")
    QTest.keyClicks(view.field, "person 05")
    QTest.keyClick(view.field, ENTER)
    sheet = opened(shell, qtbot)
    QTest.keyClicks(sheet.field, "4-6")
    assert sheet.known.names() == ["5 \u2068Person 05\u2069"] and len(sheet.coming.names()) == 2
