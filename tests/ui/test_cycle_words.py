"""How a circle's pages speak: in the digits of the language, names whole among words of the other direction; who only reads
finds nothing that asks to be pressed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

import pytest
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from circle_app.workspace.commands.checklist import add_checks, tick
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.contributions import add_contribution
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.queries.cycles import dates_of
from circle_app.workspace.queries.meetings import meetings
from circle_app.workspace.queries.people import me, people
from circle_app.workspace.spaces import set_space
from tests.ui.cycle_pages import (
    circle_of_six,
    cycle_page,
    menu_of,
    page,
    planned,
    press,
    settle,
    shown,
    words,
)
from tests.ui.painting import marks
from ui.dialogs.bring import BringSheet
from ui.models.evening import Evening
from ui.models.face import Face
from ui.new_meeting import new_meeting
from ui.shell import Shell
from ui.theme.theme import Theme
from ui.views.checkin_side import plural
from ui.views.live_words import counted, show_face
from ui.views.meetings_rows import when_words
from ui.views.planner_words import starts
from ui.widgets.button import IconButton
from ui.widgets.chip import Chip
from ui.widgets.choice import CheckBox
from ui.widgets.clockring import ClockRing
from ui.widgets.listrow import ListRow
from ui.widgets.nav import NavItem
from ui.widgets.stepper import Stepper
from ui.widgets.toast import Toast

FATIMA = "فاطمة الزهراء"
WHOLE = f"\u2068{FATIMA}\u2069"


@pytest.fixture
def egypt() -> Iterator[None]:
    """Digits and clock as in Cairo, words in English."""
    before = QLocale()
    QLocale.setDefault(QLocale("ar_EG"))
    yield
    QLocale.setDefault(before)


def said(shell: Shell) -> str:
    toast = shell.findChild(Toast)
    assert toast is not None
    return toast.text()


def test_numbers_of_dates_and_of_things_done_have_the_digits_of_the_language(shell: Shell, egypt: None) -> None:
    space = circle_of_six(shell)
    ws = shell.context.ws
    view = cycle_page(shell, space)
    sheet = view.begin()
    sheet.fields["first"].setText("2026-12-01")
    assert sheet.fields["count"].text() == "٦" and sheet.fields["title"].text() == "Cycle ١"
    sheet.accept()
    settle()
    assert "Evening ٦" in words(view)
    cycle = view.rows[0]._known.cycle.ref
    assert [card.title for card in dates_of(ws, cycle)][-1] == "Meeting ٦"
    view._add_date()
    assert dates_of(ws, cycle)[-1].title == "Meeting ٧"
    made = add_checks(ws, cycle, [{"title": "Find a room", "phase": "before", "days": 3}])
    tick(ws, made[0], done=True)
    add_checks(ws, cycle, [{"title": "Invite others", "phase": "before", "days": 2}])
    chips = [chip.text() for chip in shown(page(shell, space, "checklist"), Chip)]
    assert "١ of ٢ done" in chips and "١ of ٢" in chips
    assert "٦" in [chip.text() for chip in shown(page(shell, space, "brings"), Chip)]
    new_meeting(shell.context, shell, space=space)
    assert meetings(ws, space)[-1].title == "Meeting ٨"


def test_counts_in_sentences_and_the_time_on_the_clock_have_the_digits_of_the_language(
    qtbot: QtBot, egypt: None
) -> None:
    assert plural("%Ln guest(s)", 3) == "٣ guests" and counted("%Ln min over", 12) == "١٢ min over"
    theme = Theme(scheme="light")
    stepper, place = Stepper(theme, (("plan", "Plan"),), name="Life"), NavItem(theme, "Tasks", icon="list-checks")
    ring = ClockRing(theme, minimum=250)
    for made in (stepper, place, ring):
        qtbot.addWidget(made)
        made.resize(260, 260)
    place.set_badge(14)
    shown = Face("08:42", 0.5, "running", 522, 14)
    show_face(ring, shown, cast(Evening, None), 0)
    with marks() as painted:
        for made in (stepper, place, ring):
            made.grab()
    words = {mark.words for mark in painted}
    assert {"١", "١٤", "٠٨:٤٢"} <= words and not any(set(each) & set("0123456789") for each in words), words


def test_the_clock_of_the_plan_is_that_of_the_language(egypt: None) -> None:
    assert starts("2026-11-24T18:30", [10, 15]) == ["٦:٣٠ م", "٦:٤٠ م"]
    assert starts(None, [75, 15]) == ["٠:٠٠", "١:١٥"]
    assert when_words("2026-11-24T18:30", 90, date(2026, 11, 24)) == "Today, ٦:٣٠ م – ٨:٠٠ م"
    assert when_words("2026-11-24T18:30", None, date(2026, 11, 24)) == "Today, ٦:٣٠ م"


def test_a_name_stays_whole_in_what_is_said_of_a_role(shell: Shell) -> None:
    space = circle_of_six(shell)
    add_person(shell.context.ws, space, name=FATIMA, confirmed=True)
    view, _cycle = planned(shell, space)
    press(menu_of(view.rows[0].cells[1].click), FATIMA)
    assert said(shell) == f"{WHOLE}: Host"
    turns = next(cell for cell in view._slots["turns"].stops() if FATIMA in cell.accessibleName())
    menu = menu_of(turns.click)  # type: ignore[attr-defined]
    assert menu.actions()[0].text() == f"{WHOLE} is willing to"
    press(menu, "Take notes")
    assert said(shell) == f"{WHOLE} is not asked any more: Take notes"
    assert "notes" not in next(one for one in people(shell.context.ws, space) if one.name == FATIMA).willing


def test_what_somebody_brings_or_does_stays_whole_in_what_is_said_of_it(shell: Shell) -> None:
    space = circle_of_six(shell)
    ws = shell.context.ws
    who = add_person(ws, space, name=FATIMA, confirmed=True)
    _view, cycle = planned(shell, space)
    add_contribution(ws, space, person=who, kind="bring", text="شاي")
    sheet = BringSheet(shell.context, who, shell)
    sheet.show()
    assert sheet.heading.text() == f"What {WHOLE} brings"
    assert any(row.title.text() == "Brings: \u2068شاي\u2069" for row in shown(sheet, ListRow))
    next(button for button in shown(sheet, IconButton) if button.accessibleName().startswith("Take away")).click()
    assert said(shell) == "Taken away: \u2068Brings: \u2068شاي\u2069\u2069"
    sheet.reject()
    add_checks(ws, cycle, [{"title": "اختيار القاعة", "phase": "before", "days": 3}])
    tab = page(shell, space, "checklist")
    next(box for box in shown(tab, CheckBox)).click()
    assert said(shell) == "Done: \u2068اختيار القاعة\u2069"


def test_a_menu_is_gone_when_it_closes(shell: Shell) -> None:
    space = circle_of_six(shell)
    view, _cycle = planned(shell, space)
    before = len(shell.findChildren(QMenu))
    buttons = [button for button in shown(view, IconButton) if button.accessibleName().startswith("More about")]
    assert len(buttons) == 7
    for button in buttons:
        menu_of(button.click).close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    settle()
    assert len(shell.findChildren(QMenu)) == before


def test_rows_that_nobody_here_may_change_are_only_read(shell: Shell) -> None:
    ws = shell.context.ws
    space = circle_of_six(shell)
    _view, cycle = planned(shell, space)
    add_checks(ws, cycle, [{"title": "Find a room", "phase": "before", "days": 3}])
    tab = page(shell, space, "checklist")
    assert [row.focusPolicy() for row in shown(tab, ListRow)] == [Qt.FocusPolicy.StrongFocus]
    set_circle(ws, space, kind="course")
    set_space(ws, space, role="participant")
    settle()
    (row,) = shown(page(shell, space, "checklist"), ListRow)
    assert quiet(row)
    rows = {row.title.text(): row for row in shown(page(shell, space, "brings"), ListRow)}
    mine = next(one.name for one in people(ws, space) if one.ref == me(ws, space))
    assert not quiet(rows.pop(mine))
    assert len(rows) == 5 and all(map(quiet, rows.values()))


def quiet(row: ListRow) -> bool:
    """Whether neither pointer, keyboard nor screen reader takes a row for something to be pressed."""
    opened: list[bool] = []
    row.opened.connect(lambda: opened.append(True))
    row.click()
    heard = QAccessible.queryAccessibleInterface(row)
    assert heard is not None
    return (
        not opened
        and row.focusPolicy() == Qt.FocusPolicy.NoFocus
        and row.cursor().shape() == Qt.CursorShape.ArrowCursor
        and heard.role() == QAccessible.Role.ListItem
    )
