"""The kit: every control has a name, works by keyboard, mirrors in right-to-left and never swallows foreign markup."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.theme.theme import Theme
from ui.widgets.avatar import Avatar, AvatarStack
from ui.widgets.base import Label
from ui.widgets.button import LOOKS, Button, IconButton, LinkButton
from ui.widgets.canvas import initials
from ui.widgets.card import Card
from ui.widgets.chip import Chip, ChipButton, KeyCap
from ui.widgets.choice import CheckBox, Option, Segmented
from ui.widgets.clockring import ClockRing
from ui.widgets.empty import EmptyState
from ui.widgets.fields import SearchField, Select, TextArea, TextField
from ui.widgets.listrow import ElidedLabel, ListRow
from ui.widgets.nav import NavItem
from ui.widgets.seats import Seat, SeatDots, SeatRing
from ui.widgets.sheet import Sheet
from ui.widgets.stepper import ProgressBar, Stepper
from ui.widgets.toast import Toast

PEOPLE = tuple((name, name) for name in ("Amina Diallo", "João Prates", "Łucja Nowak", "محمّد علي"))
STEPS = (("plan", "Plan"), ("live", "Live"))
OPTIONS = (Option("note", "Note"), Option("task", "Task", "square-check-big", "teal"))

MAKERS: dict[str, Callable[[Theme], QWidget]] = {
    "button": lambda theme: Button(theme, "Open the plan", look="primary", icon="plus", key="N"),
    "icon": lambda theme: IconButton(theme, "settings", "Settings"),
    "link": lambda theme: LinkButton(theme, "See all"),
    "chip": lambda theme: Chip(theme, "2 days late", tone="danger", icon="clock", dot="danger"),
    "chip button": lambda theme: ChipButton(theme, "Fri", icon="clock"),
    "check": lambda theme: CheckBox(theme, "Show names", checked=True),
    "segmented": lambda theme: Segmented(theme, OPTIONS, name="Kind"),
    "tabs": lambda theme: Segmented(theme, OPTIONS, name="Part", tabs=True),
    "stepper": lambda theme: Stepper(theme, STEPS, name="Life of the meeting"),
    "row": lambda theme: ListRow(theme, "Ask them", "Elm Street", front=Avatar(theme, "Mei"), behind=(Chip(theme, "Fri"),)),
    "nav": lambda theme: NavItem(theme, "Tasks", icon="list-checks"),
    "field": lambda theme: TextField(theme, name="Name", hint="Your name", icon="user"),
    "search": lambda theme: SearchField(theme, name="Search", hint="Search", key="Ctrl K"),
    "area": lambda theme: TextArea(theme, name="Plan", hint="Plan"),
    "select": lambda theme: Select(theme, (("a", "Circle"), ("b", "Course")), name="Kind"),
    "avatar": lambda theme: Avatar(theme, "Mei Tan"),
    "stack": lambda theme: AvatarStack(theme, PEOPLE, shown=3),
    "dots": lambda theme: SeatDots(theme, total=9, filled=7, color="#1E6B62", name="9 people"),
    "key": lambda theme: KeyCap(theme, "Ctrl K"),
}  # fmt: skip


@pytest.fixture(params=sorted(MAKERS))
def made(request: pytest.FixtureRequest, qtbot: QtBot, theme: Theme) -> QWidget:
    widget = MAKERS[request.param](theme)
    qtbot.addWidget(widget)
    widget.resize(widget.sizeHint().expandedTo(widget.minimumSizeHint()))
    return widget


def controls(widget: QWidget) -> list[QWidget]:
    """The widget and its parts that can take the keyboard."""
    parts = [widget, *widget.findChildren(QWidget)]
    return [
        part for part in parts
        if part.focusPolicy() != Qt.FocusPolicy.NoFocus and not part.objectName().startswith("qt_") and part.isEnabled()
        and isinstance(part, (QAbstractButton, TextField, TextArea, Select))
    ]  # fmt: skip


def test_every_control_says_its_name(made: QWidget) -> None:
    for control in controls(made) or [made]:
        spoken = QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name)
        assert spoken.strip(), type(control).__name__


def test_every_control_is_large_enough_to_hit(made: QWidget) -> None:
    for control in controls(made):
        hint = control.sizeHint().expandedTo(control.minimumSize())
        assert hint.height() >= 30, type(control).__name__


def test_every_widget_repaints_in_dark_but_people_keep_their_colour(made: QWidget, theme: Theme) -> None:
    made.show()
    light = made.grab().toImage()
    theme.set_scheme("dark")
    assert (made.grab().toImage() == light) == isinstance(made, Avatar)


def test_people_around_a_circle_sit_the_other_way_round_in_right_to_left(qtbot: QtBot, theme: Theme) -> None:
    seats = tuple(Seat(name, name.encode()) for name, _key in PEOPLE)
    pictures = []
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        ring = SeatRing(theme, glow=False)
        qtbot.addWidget(ring)
        ring.setLayoutDirection(direction)
        ring.set_seats(seats, number="4", caption="people")
        ring.resize(200, 200)
        pictures.append(ring.grab().toImage())
    there, mirrored = pictures
    # just below the upper edge of the disc of who sits second: at the near side of reading, then at the other
    at = QPoint(186, 90)
    assert there.pixelColor(at) == mirrored.pixelColor(199 - at.x(), at.y())
    assert there.pixelColor(at) != mirrored.pixelColor(at)


@pytest.mark.parametrize("look", sorted(LOOKS))
def test_a_button_never_cuts_its_words(look: str, qtbot: QtBot, theme: Theme) -> None:
    button = Button(theme, "Eine recht lange Beschriftung", look=look, icon="plus", key="Ctrl Enter")
    qtbot.addWidget(button)
    words = button.fontMetrics().horizontalAdvance(button.text())
    assert button.sizeHint().width() >= words + 60
    assert button.minimumSizeHint() == button.sizeHint()


def test_a_button_is_pressed_with_space_and_shows_where_the_keyboard_is(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    first, second = Button(theme, "One"), Button(theme, "Two")
    layout.addWidget(first)
    layout.addWidget(second)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus()
    assert second.ringed
    with qtbot.waitSignal(second.clicked):
        QTest.keyClick(second, Qt.Key.Key_Space)
    ring = second.grab().toImage()
    assert any(ring.pixelColor(x, 2) == theme.color("focus") for x in range(ring.width()))


def test_a_mouse_click_leaves_no_ring(qtbot: QtBot, theme: Theme) -> None:
    button = Button(theme, "One")
    qtbot.addWidget(button)
    button.show()
    button.activateWindow()
    qtbot.waitActive(button)
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not button.ringed


def test_foreign_text_is_never_markup(qtbot: QtBot, theme: Theme) -> None:
    label = Label(theme, "<b>Mei</b> & <img src=x>")
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == "<b>Mei</b> & <img src=x>"


def test_an_elided_label_keeps_the_whole_text_for_those_who_listen(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    label = ElidedLabel(theme, "Borrow eight folding chairs from the school at the corner")
    layout.addWidget(label)
    qtbot.addWidget(window)
    window.resize(160, 40)
    window.show()
    assert label.text().endswith("…")
    assert label.accessibleName() == label.toolTip() == label.whole_text()
    window.resize(700, 40)
    assert label.text() == label.whole_text()


def test_choosing_with_arrows_follows_the_direction_of_reading(qtbot: QtBot, theme: Theme) -> None:
    row = Segmented(theme, OPTIONS, name="Kind")
    qtbot.addWidget(row)
    with qtbot.waitSignal(row.chosen) as heard:
        QTest.keyClick(row, Qt.Key.Key_Right)
    assert heard.args == ["task"]
    row.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QTest.keyClick(row, Qt.Key.Key_Right)
    assert row.code() == "note"


def test_setting_a_choice_by_program_is_silent(qtbot: QtBot, theme: Theme) -> None:
    row = Segmented(theme, OPTIONS, name="Kind")
    select = Select(theme, (("a", "Circle"), ("b", "Course")), name="Kind")
    for widget in (row, select):
        qtbot.addWidget(widget)
    heard: list[str] = []
    row.chosen.connect(heard.append)
    select.chosen.connect(heard.append)
    row.set_code("task")
    select.set_code("b")
    assert (row.code(), select.code(), heard) == ("task", "b", [])


def test_escape_empties_the_search(qtbot: QtBot, theme: Theme) -> None:
    field = SearchField(theme, name="Search")
    qtbot.addWidget(field)
    QTest.keyClicks(field, "rosa")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""


def test_tab_leaves_a_text_area(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    area, field = TextArea(theme, name="Plan", text="a"), TextField(theme, name="Name")
    layout.addWidget(area)
    layout.addWidget(field)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    area.setFocus()
    qtbot.waitUntil(area.hasFocus)
    QTest.keyClick(area, Qt.Key.Key_Tab)
    assert field.hasFocus()
    assert area.toPlainText() == "a"


def test_a_row_opens_with_enter_and_its_check_box_stays_its_own(qtbot: QtBot, theme: Theme) -> None:
    box = CheckBox(theme, name="Done")
    row = ListRow(theme, "Ask the council", front=box)
    qtbot.addWidget(row)
    row.resize(400, 54)
    row.show()
    opened: list[int] = []
    row.opened.connect(lambda: opened.append(1))
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    assert box.isChecked()
    assert opened == []
    QTest.keyClick(row, Qt.Key.Key_Return)
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(200, 27))
    assert opened == [1, 1]


def test_the_clock_ring_says_the_time_and_a_seat_can_be_pressed(qtbot: QtBot, theme: Theme) -> None:
    ring = ClockRing(theme)
    qtbot.addWidget(ring)
    ring.resize(480, 480)
    ring.set_time(
        clock="08:42", fraction=0.62, above="time left", below="of 14 minutes", name="8 minutes 42 seconds left"
    )
    ring.set_seats(tuple(Seat(name, name.encode()) for name, _ in PEOPLE))
    ring.show()
    assert ring.accessibleName() == "8 minutes 42 seconds left"
    with qtbot.waitSignal(ring.seat_pressed) as heard:
        QTest.mouseClick(ring, Qt.MouseButton.LeftButton, pos=QPoint(240, 45))
    assert heard.args == [0]


def test_over_time_is_another_colour_than_in_time(qtbot: QtBot, theme: Theme) -> None:
    ring = ClockRing(theme)
    qtbot.addWidget(ring)
    ring.resize(400, 400)
    ring.show()

    def red() -> bool:
        image = ring.grab().toImage()
        return any(image.pixelColor(x, 200) == theme.color("danger") for x in range(image.width()))

    ring.set_time(clock="00:10", fraction=0.01)
    assert not red()
    ring.set_time(clock="02:00", fraction=0, over=True, above="over time")
    assert red()


@pytest.mark.parametrize("count", [0, 1, 3, 14, 40])
def test_a_ring_holds_any_number_of_people(count: int, qtbot: QtBot, theme: Theme) -> None:
    ring, clock = SeatRing(theme), ClockRing(theme)
    seats = tuple(Seat(f"Person {number}", bytes([number]), "waiting") for number in range(count))
    for widget in (ring, clock):
        qtbot.addWidget(widget)
        widget.resize(320, 320)
    ring.set_seats(seats, number=str(count), caption="here")
    clock.set_seats(seats, groups=((0, 1), (2, 99)))
    for widget in (ring, clock):
        widget.show()
        assert not widget.grab().isNull()


def test_the_toast_takes_back_once_and_then_hides(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    toast = Toast(theme, window, undo_text="Undo")
    window.show()
    undone: list[int] = []
    toast.say("Removed Rosa", lambda: undone.append(1))
    assert toast.isVisible()
    assert window.rect().contains(toast.geometry())
    QTest.mouseClick(toast.findChild(Button), Qt.MouseButton.LeftButton)
    assert undone == [1]
    assert not toast.isVisible()


def test_a_long_toast_stays_inside_a_small_window(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(420, 400)
    toast = Toast(theme, window, undo_text="Undo")
    window.show()
    toast.say("A rather long sentence that would never fit into a single line of this small window, not at all.")
    assert window.rect().contains(toast.geometry())


def test_a_sheet_closes_with_escape_and_fits_the_screen(qtbot: QtBot, theme: Theme) -> None:
    sheet = Sheet(theme, "Start a circle", second="Three people are enough.")
    qtbot.addWidget(sheet)
    for number in range(60):
        sheet.body.addWidget(Label(theme, f"Line {number}"))
    sheet.add_buttons("Start", "Cancel")
    sheet.show()
    assert sheet.height() <= sheet.screen().availableGeometry().height()
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_an_empty_place_has_a_sentence_and_a_way_out(qtbot: QtBot, theme: Theme) -> None:
    empty = EmptyState(theme, "No meetings yet.", action="Plan a meeting")
    qtbot.addWidget(empty)
    with qtbot.waitSignal(empty.pressed):
        empty.button.click()


def test_the_steps_of_a_meeting_can_be_taken_in_any_order(qtbot: QtBot, theme: Theme) -> None:
    stepper = Stepper(theme, STEPS, name="Life")
    qtbot.addWidget(stepper)
    stepper.set_state("plan")
    with qtbot.waitSignal(stepper.chosen) as heard:
        stepper.findChildren(QAbstractButton)[1].click()
    assert heard.args == ["live"]


def test_progress_never_leaves_its_bar(qtbot: QtBot, theme: Theme) -> None:
    bar = ProgressBar(theme, name="4 of 12 have spoken")
    qtbot.addWidget(bar)
    bar.set_fraction(7.0)
    bar.resize(200, 6)
    bar.show()
    assert not bar.grab().isNull()
    assert bar.accessibleName() == "4 of 12 have spoken"


def test_cards_keep_their_content_inside(qtbot: QtBot, theme: Theme) -> None:
    card = Card(theme)
    qtbot.addWidget(card)
    label = Label(theme, "Inside")
    card.body.addWidget(label)
    card.resize(300, 120)
    card.show()
    assert card.rect().adjusted(20, 20, -20, -20).contains(label.geometry())


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Amina Diallo", "AD"), ("mei", "M"), ("", "?"), ("Jean-Luc de Vries", "JD"), ("محمّد علي", "مع")],
)
def test_initials_come_from_the_first_two_words(name: str, letters: str) -> None:
    assert initials(name) == letters
