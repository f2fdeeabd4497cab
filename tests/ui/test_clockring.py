"""The people around the clock: kept as a picture, walked by keyboard, side by side in groups."""

from __future__ import annotations

import itertools
import math

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ui.theme.theme import Theme
from ui.widgets.canvas import Canvas
from ui.widgets.clockring import ClockRing
from ui.widgets.seats import Seat


def test_a_second_that_passes_paints_no_seat_anew(qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = ClockRing(theme)
    qtbot.addWidget(ring)
    ring.resize(480, 480)
    seats = tuple(Seat(f"Person {number}", bytes([number])) for number in range(40))
    ring.set_seats(seats)
    ring.set_time(clock="08:42", fraction=0.62)
    painted: list[str] = []
    monkeypatch.setattr(
        Canvas, "avatar", lambda _canvas, _at, _wide, letters, *_color, **_faded: painted.append(letters)
    )
    ring.grab()
    assert len(painted) == 40
    ring.set_time(clock="08:41", fraction=0.61)
    ring.grab()
    assert len(painted) == 40
    for change in (
        lambda: ring.set_seats((Seat("Person 0", b"0", "spoken"), *seats[1:])),
        lambda: ring.set_seats(seats, groups=((0, 1), (2, 3))),
        lambda: ring.resize(400, 400),
        lambda: ring.setLayoutDirection(Qt.LayoutDirection.RightToLeft),
        lambda: theme.set_scheme("dark"),
    ):
        painted.clear()
        change()
        ring.grab()
        assert len(painted) == 40
    ring.set_seats(seats, groups=((0, 1), (2, 3)))
    painted.clear()
    ring.grab()
    assert painted == []


def test_the_arrows_walk_from_seat_to_seat_and_enter_presses(qtbot: QtBot, theme: Theme) -> None:
    ring = ClockRing(theme)
    qtbot.addWidget(ring)
    ring.take_keyboard()
    ring.resize(480, 480)
    ring.set_seats(
        tuple(Seat(name, name.encode(), state) for name, state in (("Ana", "spoken"), ("Ben", "speaking"), ("Cem", "")))
    )
    ring.show()
    ring.activateWindow()
    qtbot.waitUntil(ring.isActiveWindow)
    ring.setFocus(Qt.FocusReason.TabFocusReason)
    reached: list[int] = []
    ring.seat_reached.connect(reached.append)
    assert ring.chosen == 1
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_End):
        QTest.keyClick(ring, key)
    assert reached == [2, 0, 2, 0, 2]
    with qtbot.waitSignal(ring.seat_pressed) as heard:
        QTest.keyClick(ring, Qt.Key.Key_Return)
    assert heard.args == [2]


@pytest.mark.parametrize("count", [4, 9, 24, 40])
def test_groups_sit_side_by_side_and_no_two_seats_touch(count: int, qtbot: QtBot, theme: Theme) -> None:
    ring = ClockRing(theme)
    qtbot.addWidget(ring)
    ring.resize(600, 520)
    groups = tuple((at, at + 1) for at in range(0, count - 1, 2))
    ring.set_seats(tuple(Seat(f"P{number}", bytes([number])) for number in range(count)), groups=groups, names=False)
    points = [ring.seat_point(index) for index in range(count)]
    where = ring._picture.places(ring.width(), ring.height())

    def apart(one: int, other: int) -> float:
        gap = points[one] - points[other]
        return math.hypot(gap.x(), gap.y())

    assert (
        min(apart(one, other) for one, other in itertools.combinations(range(count), 2)) >= 41 * where.unit * where.fit
    )
    if len(groups) > 1:
        assert apart(0, 1) < apart(1, 2)


@pytest.mark.parametrize("count", [5, 7, 9, 12])
def test_no_name_lies_on_the_mark_of_a_turn(
    count: int, qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = ClockRing(theme)
    qtbot.addWidget(ring)
    ring.resize(560, 520)
    names, marks = [], []
    disc = Canvas.disc

    def text(_canvas: Canvas, rect: QRectF, words: str, *, font: QFont, align: str = "start", **_given: object) -> None:
        wide = QFontMetricsF(font).horizontalAdvance(words)
        if words.startswith("Person"):
            left = {"start": rect.left(), "end": rect.right() - wide}.get(align, rect.center().x() - wide / 2)
            names.append(QRectF(left, rect.center().y() - font.pixelSize() / 2, wide, font.pixelSize()))

    def marked(canvas: Canvas, center: QPointF, radius: float, **given: object) -> None:
        if given.get("fill") == "teal":
            marks.append(QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius))
        disc(canvas, center, radius, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(Canvas, "text", text)
    monkeypatch.setattr(Canvas, "disc", marked)
    ring.set_seats(tuple(Seat(f"Person{at}", bytes([at]), "spoken") for at in range(count)))
    ring.grab()
    assert len(names) == len(marks) == count
    assert not [(name, mark) for name in names for mark in marks if name.intersects(mark)]
