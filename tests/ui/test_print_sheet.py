"""Printing straight from where a paper is needed, through the real window: the plan, the door and the search."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.series import give_roles
from circle_app.workspace.queries.signin import sheet_rows
from tests.ui.test_planner import plan, settle
from ui.dialogs.papers import PrintSheet
from ui.shell import Shell
from ui.views.checkin import CheckInView
from ui.views.export import ExportView
from ui.views.search_commands import commands, fitting_commands

PEOPLE = ("Amina Diallo", "Bo Lind", "Mei Tan")


@pytest.fixture
def evening(shell: Shell) -> Ref:
    """A planned evening of three people, shown in the plan."""
    _view, ref = plan(shell)
    people = [add_person(shell.context.ws, ref.space, name=name, confirmed=True) for name in PEOPLE]
    give_roles(shell.context.ws, ref.space, {(ref, "facilitate"): people[1]})
    return ref


@pytest.fixture
def printer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A printer that puts its pages into a file; the person presses Print in the system's dialog."""
    file = tmp_path / "printed.pdf"

    def accept(dialog: QPrintDialog) -> QPrintDialog.DialogCode:
        dialog.printer().setOutputFileName(str(file))
        return QPrintDialog.DialogCode.Accepted

    monkeypatch.setattr(QPrintDialog, "exec", accept)
    return file


def sheet_of(shell: Shell) -> PrintSheet:
    settle()
    (found,) = (one for one in shell.findChildren(PrintSheet) if one.isVisible())
    return found


def pages(file: Path) -> list[str]:
    with pypdfium2.PdfDocument(file) as pdf:
        return [page.get_textpage().get_text_range() for page in pdf]


def key(shell: Shell, *keys: Qt.Key) -> None:
    for one in keys:
        control = one in (Qt.Key.Key_P, Qt.Key.Key_K)
        held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(QApplication.focusWidget() or shell, one, held)
        settle()


def door(shell: Shell, ref: Ref) -> CheckInView:
    shell.navigate("checkin", ref)
    settle()
    view = shell.view("checkin")
    assert isinstance(view, CheckInView)
    return view


def numbers(shell: Shell, ref: Ref) -> dict[str, int]:
    return {row.person.name: row.number for row in sheet_rows(shell.context.ws, ref) if row.person}


def test_from_the_plan_two_keys_print_the_agenda_with_what_was_typed_last(shell, evening, printer) -> None:
    view = shell.view("plan")
    view.editor.title.setFocus()
    view.editor.title.selectAll()
    QTest.keyClicks(view.editor.title, "Tea and names")
    key(shell, Qt.Key.Key_P)
    sheet = sheet_of(shell)
    assert sheet.paper.code() == "agenda" and "One page." in sheet.told.text() and sheet.go.hasFocus()
    key(shell, Qt.Key.Key_Return)
    (page,) = pages(printer)
    assert "Tea and names" in page and "18:30" in page
    assert not shell.findChildren(PrintSheet), "and it is gone"
    assert shell._toast.isVisible() and "printer" in shell._toast._label.text()


def test_the_menu_of_the_plan_prints_too(shell, evening) -> None:
    shell.view("plan").more.click()
    settle()
    menu = QApplication.activePopupWidget()
    menu.setActiveAction(menu.actions()[0])
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert sheet_of(shell).paper.code() == "agenda"


def test_at_the_door_the_sign_in_sheet_is_printed_and_keeps_its_numbers(shell, evening, printer) -> None:
    door(shell, evening)
    key(shell, Qt.Key.Key_P)
    assert sheet_of(shell).paper.code() == "signin"
    key(shell, Qt.Key.Key_Return)
    (page,) = pages(printer)
    assert all(name in page for name in PEOPLE)
    before = numbers(shell, evening)
    add_person(shell.context.ws, evening.space, name="Abel Aas", confirmed=True)
    after = numbers(shell, evening)
    assert {name: after[name] for name in before} == before
    assert after["Abel Aas"] > max(before.values()), "whoever is added later comes last"


def test_large_print_is_chosen_there_and_stays_chosen(shell, evening, printer) -> None:
    door(shell, evening)
    key(shell, Qt.Key.Key_P)
    sheet = sheet_of(shell)
    usual = sheet.told.text()
    sheet.large.click()
    assert sheet.told.text() != usual or "One page." in usual
    assert shell.context.settings.get("large_print") == "1"
    sheet.accept()
    with pypdfium2.PdfDocument(printer) as pdf:
        text = pdf[0].get_textpage()
        at = text.get_text_range().index("Bo Lind")
        _left, bottom, _right, top = text.get_charbox(at)
    assert top - bottom > 11, "a capital of 18 points"
    shell.activateWindow()
    settle()
    key(shell, Qt.Key.Key_P)
    assert sheet_of(shell).large.isChecked()


@pytest.mark.parametrize("large", [False, True])
def test_every_role_card_begins_on_a_page_of_its_own(shell, evening, printer, large) -> None:
    key(shell, Qt.Key.Key_P)
    sheet = sheet_of(shell)
    QTest.mouseClick(sheet.paper._parts["cards"], Qt.MouseButton.LeftButton)
    if large:
        sheet.large.click()
    sheet.accept()
    heads = ("Facilitates: Bo Lind", "Hosts: …", "Wrangles: …", "Takes notes: …", "Keeps time: …")
    starts = [page.splitlines()[0] for page in pages(printer)]
    assert [head for head in starts if head.startswith(heads)] == list(heads)
    assert large or len(starts) == 5


def test_it_is_kept_as_a_pdf_too(shell, evening, tmp_path, monkeypatch) -> None:
    file = tmp_path / "sheet"
    offered = []

    def choose(_parent: object, _title: str, start: str, _kinds: str) -> tuple[str, str]:
        offered.append(Path(start).name)
        return str(file), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    door(shell, evening)
    key(shell, Qt.Key.Key_P)
    sheet = sheet_of(shell)
    sheet.pdf.click()
    assert offered == ["2026-11-24 What could our street become (sign-in).pdf"]
    assert "Bo Lind" in pages(tmp_path / "sheet.pdf")[0]
    assert not sheet.isVisible()


def test_a_printer_that_refuses_is_said_and_nothing_is_lost(shell, evening, tmp_path, monkeypatch) -> None:
    def accept(dialog: QPrintDialog) -> QPrintDialog.DialogCode:
        dialog.printer().setOutputFileName(str(tmp_path / "no such folder" / "printed.pdf"))
        return QPrintDialog.DialogCode.Accepted

    monkeypatch.setattr(QPrintDialog, "exec", accept)
    key(shell, Qt.Key.Key_P)
    sheet = sheet_of(shell)
    key(shell, Qt.Key.Key_Return)
    assert sheet.isVisible() and "did not take it" in sheet.problem.text()
    QTest.mouseClick(sheet.paper._parts["cards"], Qt.MouseButton.LeftButton)
    assert sheet.problem.isHidden()


def test_who_leaves_the_printers_dialog_is_back_at_the_choice(shell, evening, monkeypatch) -> None:
    monkeypatch.setattr(QPrintDialog, "exec", lambda _dialog: QPrintDialog.DialogCode.Rejected)
    door(shell, evening)
    key(shell, Qt.Key.Key_P, Qt.Key.Key_Return)
    assert sheet_of(shell).isVisible()
    assert not [row for row in sheet_rows(shell.context.ws, evening) if row.gone]
    key(shell, Qt.Key.Key_Escape)
    assert not shell.findChild(PrintSheet) or not shell.findChild(PrintSheet).isVisible()


def test_the_same_paper_is_seen_first_on_its_page(shell, evening) -> None:
    door(shell, evening)
    key(shell, Qt.Key.Key_P)
    sheet_of(shell)._see()
    settle()
    page = shell.view("export")
    assert isinstance(page, ExportView) and page.paper.code() == "signin"
    shell.navigate("export", evening)
    assert page.paper.code() == "signin", "it stays while one looks at it"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("print agenda", "agenda"), ("sign-in sheet", "signin"), ("role cards", "cards"), ("task list", "promises")],
)
def test_the_search_prints_papers_of_the_next_meeting(shell, evening, typed, code) -> None:
    found = next(one for one in fitting_commands(shell.context, shell, typed) if one.title.startswith("Print"))
    assert found.second == "What could our street become?"
    found.go()
    assert sheet_of(shell).paper.code() == code


def test_the_search_knows_the_table_at_the_door(shell, evening) -> None:
    from ui.dialogs.kiosk import KioskSheet
    from ui.dialogs.signin import SignInSheet

    for typed, keys, sheet in (("type back", "F7", SignInSheet), ("check themselves", "F6", KioskSheet)):
        (found, *_more) = fitting_commands(shell.context, shell, typed)
        assert found.key == keys
        found.go()
        settle()
        (opened,) = shell.findChildren(sheet)
        assert opened.isVisible()
        opened.reject()
        settle()


def test_without_a_meeting_nothing_is_offered_to_print(shell) -> None:
    assert not [one for one in commands(shell.context, shell) if one.title.startswith(("Print", "Type back"))]
