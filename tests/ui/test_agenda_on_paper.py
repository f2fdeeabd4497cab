"""An evening planned in the window, by keys alone, comes out of the printer as one page of exactly that."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from circle_app.workspace.commands.agenda import set_item
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.queries.meetings import agenda
from tests.ui.test_planner import plan, settle, titles
from ui.shell import Shell
from ui.views.export import ExportView
from ui.views.planner import PlannerView

LONG = (
    "If you could change one thing between here and the school, what would it be, and who would have to help with it?"
)
FIFTEEN = tuple((f"Step number {n}", 6) for n in range(15))


def keys(*pressed: Qt.Key | str, alt: bool = False) -> None:
    for key in pressed:
        target = QApplication.focusWidget()
        assert target is not None
        if isinstance(key, str):
            QTest.keyClicks(target, key)
        else:
            held = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
            QTest.keyClick(target, key, held)
        settle()


def tab_to(field: QWidget) -> None:
    """Tab, as often as a person has to."""
    for _ in range(40):
        if QApplication.focusWidget() is field:
            return
        keys(Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not reach {field.accessibleName()}")


def printed(shell: Shell, path: Path) -> list[str]:
    shell.navigate("export", shell.place[1])
    settle()
    view = shell.view("export")
    assert isinstance(view, ExportView)
    assert view.paper.code() == "agenda", "before the evening it is the agenda that people want"
    assert "One page." in view.explained.text()
    assert view.save_to(path)
    with pypdfium2.PdfDocument(path) as pdf:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]


def test_what_was_typed_is_what_is_printed(shell: Shell, tmp_path: Path) -> None:
    view, ref = plan(shell)
    add_person(shell.context.ws, ref.space, name="Bo Lind")
    settle()
    keys(Qt.Key.Key_Return)
    assert view.editor.title.hasFocus(), "Enter opens the chosen step"
    keys("Arrive")
    tab_to(view.editor.minutes)
    keys(Qt.Key.Key_End, Qt.Key.Key_Return)
    for typed in ("1.5h", "90m", "90", "1:30"):
        view.editor.minutes.selectAll()
        keys(typed, Qt.Key.Key_Return)
        assert agenda(shell.context.ws, ref)[0].minutes == 90, typed
    view.editor.minutes.selectAll()
    keys("56", Qt.Key.Key_Return)
    assert view.truth.sum.text() == "1 minute over the slot"
    view.editor.minutes.selectAll()
    keys("55", Qt.Key.Key_Return)
    assert view.truth.sum.text() == "90 of 90 min, exactly full"
    tab_to(view.editor.lead)
    keys(Qt.Key.Key_Down, Qt.Key.Key_Down)
    tab_to(view.editor.question)
    keys("Who is missing?")
    tab_to(view.editor.method)
    keys("Stand in a circle")
    tab_to(view.editor.materials)
    keys("chalk, bell")
    tab_to(view.editor.section)
    keys("Opening", Qt.Key.Key_Return)
    tab_to(view.editor.private)
    keys("be kind to Omar")
    view.editor.flush()
    settle()
    first = agenda(shell.context.ws, ref)[0]
    assert (first.title, first.question, first.method, first.materials) == (
        "Arrive", "Who is missing?", "Stand in a circle", "chalk, bell"
    )  # fmt: skip
    assert first.lead_name == "Bo Lind"
    view.steps.focus_row(first.ref)
    keys(Qt.Key.Key_Down, alt=True)
    assert titles(shell, ref) == ["What we heard", "Arrive", "Round"]
    drag(view, 2, 0)
    assert titles(shell, ref) == ["Round", "What we heard", "Arrive"]
    (page,) = printed(shell, tmp_path / "agenda.pdf")
    lines = (
        "Opening 90 min",
        "18:30 Round 20 min",
        "18:50 What we heard 15 min",
        "19:05 Arrive",
        "20:00 Together 90 min",
    )
    at = [page.index(line) for line in lines]
    assert at == sorted(at)
    for told in ("Who is missing?", "Stand in a circle", "Bo Lind", "55 min", "To bring: chalk · bell", "Page 1 of 1"):
        assert told in page, told
    assert "be kind" not in page


def drag(view: PlannerView, from_place: int, to_place: int) -> None:
    """Take a row by the mouse and let it go above another one."""
    rows = view.steps.stops()
    source, target = rows[from_place], rows[to_place]
    start = source.rect().center()
    end = source.mapFromGlobal(target.mapToGlobal(QPoint(target.width() // 2, 2)))
    QTest.mousePress(source, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(source, start - QPoint(0, 40))
    QTest.mouseMove(source, end)
    QTest.mouseRelease(source, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    settle()


@pytest.mark.parametrize("methods", [True, False])
def test_fifteen_steps_with_long_questions_are_one_page(shell: Shell, tmp_path: Path, methods: bool) -> None:
    _view, ref = plan(shell, FIFTEEN)
    for item in agenda(shell.context.ws, ref):
        set_item(shell.context.ws, item.ref, question=LONG, method="Everyone speaks once.\n\nNo replies.")
    shell.navigate("export", ref)
    settle()
    view = shell.view("export")
    assert isinstance(view, ExportView)
    view.methods.setChecked(methods)
    (page,) = printed(shell, tmp_path / "agenda.pdf")
    assert page.count("who would have to help with it?") == 15 and "Step number 14" in page
    assert page.count("No replies.") == (15 if methods else 0)
