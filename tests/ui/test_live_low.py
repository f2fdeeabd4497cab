"""The live page where there is little room: the time is read at any size, and the controls never scroll away."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.workspace.commands import live as live_commands
from circle_app.workspace.commands.attendance import mark
from circle_app.workspace.commands.meetings import set_meeting
from tests.ui.hall import Hall, gather, live_page, open_hall, press
from ui.theme.theme import Theme
from ui.views.live import LiveView
from ui.widgets.canvas import Canvas
from ui.widgets.clockring import ClockRing
from ui.widgets.seats import Seat

LARGE, NARROW = (1372, 900), (700, 560)


@pytest.fixture
def hall(tmp_path: Path, qapp: QApplication) -> Iterator[Hall]:
    made = open_hall(tmp_path)
    gather(made)
    live_commands.open_meeting(made.ws, made.meeting)
    yield made
    made.close()


def settle() -> None:
    for _ in range(8):
        QApplication.processEvents()


def shown(hall: Hall, qtbot: QtBot, size: tuple[int, int], scale: float = 1.0) -> LiveView:
    hall.ctx.theme.set_text(scale=scale)
    view = live_page(hall, qtbot)
    view.resize(*size)
    settle()
    return view


def seats(count: int, speaking: int = 3) -> tuple[Seat, ...]:
    return tuple(Seat(f"Person {at}", bytes([at]), "speaking" if at == speaking else "waiting") for at in range(count))


@pytest.mark.parametrize(
    ("size", "scale"), [((765, 700), 2.0), ((1240, 860), 2.0), ((860, 560), 1.5), (NARROW, 1.0), ((956, 600), 1.0)]
)
def test_the_words_at_the_clock_are_never_smaller_than_can_be_read(
    hall: Hall, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], scale: float
) -> None:
    view = shown(hall, qtbot, size, scale)
    letters: dict[str, int] = {}
    paint = Canvas.text

    def text(self: Canvas, rect, words: str, *, font, **given: object) -> None:
        letters[words] = font.pixelSize()
        assert QFontMetricsF(font).horizontalAdvance(words) <= rect.width() + 1, f"{words} ends in dots"
        paint(self, rect, words, font=font, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(Canvas, "text", text)
    view.stage.ring.grab()
    said = {words: pixels for words, pixels in letters.items() if words in ("time left", "of 10 minutes", "10:00")}
    assert len(said) == 3
    assert min(said.values()) >= 11 * scale


def test_the_controls_and_the_time_stay_in_sight_while_the_page_scrolls(hall: Hall, qtbot: QtBot) -> None:
    view = shown(hall, qtbot, NARROW)
    bar = view.verticalScrollBar()
    assert bar.maximum() > 0
    for place in (0, bar.maximum()):
        bar.setValue(place)
        controls = view.stage.bar
        assert controls.window() is view.window() and controls.isVisible()
        top = controls.next.mapTo(view, QPoint(0, 0)).y()
        assert view.viewport().geometry().bottom() < top < view.height() - controls.next.height()
    assert view.foot._clock.isVisible() and view.foot._clock.text() == "10:00"
    hall.clock.forward(minutes=11)
    view._tick()
    assert view.foot._clock.text() == "+01:00"
    settle()
    QTest.mouseClick(view.stage.bar.next, Qt.MouseButton.LeftButton)
    settle()
    assert view.stage.title.text() == "What we heard"
    view.resize(*LARGE)
    settle()
    assert not view.foot.isVisible() and view.stage.bar.isVisible()
    assert view.viewport().height() == view.height()


def test_keys_steer_on_a_narrow_page_and_its_controls_are_reached_by_tab(hall: Hall, qtbot: QtBot) -> None:
    view = shown(hall, qtbot, NARROW)
    press("p")
    assert view.stage.bar.pause.accessibleName() == "Go on"
    reached = set()
    for _ in range(120):
        QTest.keyClick(QApplication.focusWidget() or view, Qt.Key.Key_Tab)
        reached.add(QApplication.focusWidget())
    assert {view.stage.bar.back, view.stage.bar.more, view.stage.bar.pause, view.stage.bar.next} <= reached


@pytest.mark.parametrize("width", [300, 420, 700, 1200])
@pytest.mark.parametrize("mirrored", [False, True])
def test_people_stand_in_rows_beside_or_below_a_flat_clock(
    qtbot: QtBot, theme: Theme, width: int, mirrored: bool
) -> None:
    ring = ClockRing(theme)
    qtbot.addWidget(ring)
    if mirrored:
        ring.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    ring.set_seats(seats(23))
    ring.set_flat(True)
    ring.resize(width, ring.flat_height(width))
    points = [ring.seat_point(at) for at in range(23)]
    radius = theme.px(17)
    assert all(radius <= at.x() <= width - radius and radius <= at.y() <= ring.height() - radius for at in points)
    assert min(math.dist(a.toTuple(), b.toTuple()) for a, b in itertools.combinations(points, 2)) > 2 * radius
    clock = ring._clock_box()
    face = ring._picture.places(ring.width(), ring.height()).middle
    assert min(math.dist(at.toTuple(), face.toTuple()) for at in points) > theme.px(46) + radius
    assert clock.height() == theme.px(92)
    onward = points[1].x() - points[0].x()
    assert (onward < 0) == mirrored


def test_the_arrows_walk_over_people_in_rows_and_a_click_finds_them(qtbot: QtBot, theme: Theme) -> None:
    ring = ClockRing(theme)
    qtbot.addWidget(ring)
    ring.take_keyboard()
    ring.set_seats(seats(9))
    ring.set_flat(True)
    ring.resize(500, ring.flat_height(500))
    ring.show()
    ring.activateWindow()
    qtbot.waitUntil(ring.isActiveWindow)
    ring.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(ring, Qt.Key.Key_Right)
    assert ring.chosen == 4
    with qtbot.waitSignal(ring.seat_pressed) as heard:
        QTest.mouseClick(ring, Qt.MouseButton.LeftButton, pos=ring.seat_point(7))
    assert heard.args == [7]


def test_groups_are_a_list_below_a_flat_clock(hall: Hall, qtbot: QtBot) -> None:
    from circle_app.workspace.commands import agenda, turns

    agenda.set_item(hall.ws, hall.steps[0], mode="pairs")
    for person in hall.people[:6]:
        mark(hall.ws, hall.meeting, person, status="present")
    turns.make_groups(hall.ws, hall.meeting, hall.steps[0])
    view = shown(hall, qtbot, (765, 700), 2.0)
    assert view.stage.board.isVisible() and view.stage.ring.seats == ()
    assert len(view.stage.board.lines()) >= 3 and view.stage.board._fits(*view.stage.board.fitted())
    hall.ctx.theme.set_text(scale=1.0)


@pytest.mark.parametrize(
    ("title", "lines"),
    [("Safe and green to school: what could our street become?", 1), ("A short one", 1), ("Longer " * 9, 2)],
)
def test_a_title_is_set_a_little_smaller_where_that_saves_a_line(
    hall: Hall, qtbot: QtBot, title: str, lines: int
) -> None:
    set_meeting(hall.ws, hall.meeting, title=title)
    view = shown(hall, qtbot, (1366, 900))
    heading = view.head.heading
    high = heading.heightForWidth(heading.width()) / QFontMetricsF(heading.font()).height()
    assert round(high) == lines
    assert heading.font().pixelSize() >= 24
    view.resize(2000, 900)
    settle()
    assert heading.font().pixelSize() == 28


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("over", [False, True])
def test_in_no_window_the_page_goes_back_and_forth_between_two_arrangements(
    hall: Hall, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, scale: float, over: bool
) -> None:
    """A scroll bar and the foot take room of what decides about them."""
    if over:
        live_commands.close_meeting(hall.ws, hall.meeting)
    view = shown(hall, qtbot, LARGE, scale)
    arranged: list[bool] = []
    arrange = view.panels.arrange

    def counted(*args: object, **named: object) -> None:
        arrange(*args, **named)  # type: ignore[arg-type]
        arranged.append(view.panels.stacked)

    monkeypatch.setattr(view.panels, "arrange", counted)
    for high in (480, 640, 900):
        for wide in itertools.chain(range(640, 1500, 23), range(1490, 640, -29)):
            arranged.clear()
            view.resize(wide, high)
            settle()
            assert len(set(arranged)) <= 1 and len(arranged) <= 12, (wide, high, arranged)
