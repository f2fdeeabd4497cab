"""The stage read from the right: time and seats run clockwise in every language, strips and boards turn round."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ui.theme.theme import Theme
from ui.views.projector import Part, ProjectorWindow, Scene
from ui.widgets.clockring import ClockRing
from ui.widgets.seats import Seat

RIGHT_TO_LEFT = Qt.LayoutDirection.RightToLeft


def both_ways(widget: QWidget) -> tuple[QImage, QImage]:
    before = widget.grab().toImage()
    widget.setLayoutDirection(RIGHT_TO_LEFT)
    return before, widget.grab().toImage()


@pytest.mark.parametrize("groups", [(), ((0, 1), (2, 3, 4))])
def test_the_ring_and_its_people_look_the_same_both_ways(groups, qtbot: QtBot, theme: Theme) -> None:
    ring = ClockRing(theme)
    qtbot.addWidget(ring)
    ring.resize(520, 480)
    names = ("Ana", "Ben", "Cem", "Dora", "Eva")
    states = ("spoken", "passed", "speaking", "waiting", "waiting") if not groups else ("",) * 5
    ring.set_seats(
        tuple(Seat(name, name.encode(), state) for name, state in zip(names, states, strict=True)), groups=groups
    )
    ring.set_time(clock="08:42", fraction=0.3, above="time left", below="of 14 minutes")
    left, right = both_ways(ring)
    assert left == right


def test_the_time_without_people_looks_the_same_both_ways(qtbot: QtBot, theme: Theme) -> None:
    ring = ClockRing(theme, names=False, far=True)
    qtbot.addWidget(ring)
    ring.resize(381, 571)
    ring.set_time(clock="+08:42", fraction=0.3, above="time left", warn=True)
    left, right = both_ways(ring)
    assert left == right


def test_a_name_in_arabic_stands_outside_of_its_seat_both_ways(qtbot: QtBot, theme: Theme) -> None:
    ring = ClockRing(theme)
    qtbot.addWidget(ring)
    ring.resize(520, 480)
    ring.set_seats(tuple(Seat(name, name.encode()) for name in ("Ana", "محمّد", "Cem", "Dora")))
    left, right = both_ways(ring)
    assert left == right
    seat = ring.seat_point(1)
    ink = theme.color("ink2")
    outside = [x for x in range(seat.x() + 24, left.width()) for y in range(seat.y() - 12, seat.y() + 12)
               if left.pixelColor(x, y) == ink]  # fmt: skip
    assert outside


def test_the_projector_and_its_strip_turn_round(qtbot: QtBot, theme: Theme) -> None:
    window = ProjectorWindow(theme, title="Projector")
    qtbot.addWidget(window)
    window.resize(1024, 768)
    parts = (Part("Welcome", 1.0, False), Part("Round", 0.5, True), Part("Close", 0.0, False))
    window.set_scene(Scene("Elm Street", "Round", "What do you take home?", "", parts))
    window.ring.set_time(clock="08:42", fraction=0.3)
    window.show()
    QApplication.processEvents()
    strip_left = window.strip.grab().toImage()
    place = window.ring.geometry()
    window.setLayoutDirection(RIGHT_TO_LEFT)
    QApplication.processEvents()
    strip_right = window.strip.grab().toImage()
    assert window.ring.geometry().center().x() < place.center().x()
    middle = round(4 * window.strip._unit)
    bars = [
        [image.pixelColor(x, middle).name() for x in range(6, image.width() - 6)] for image in (strip_left, strip_right)
    ]
    same = sum(one == other for one, other in zip(bars[0], reversed(bars[1]), strict=True))
    assert same > 0.97 * len(bars[0])
    assert bars[0] != bars[1]
