"""The live stage with forty people: painting, a second that passes, the word passed on, a letter typed; beside bare widgets."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.measure import median, micro, milli, percentile, ratio, show

PEOPLE, STEPS, ROUNDS, SIZE = 40, 20, 60, (1372, 900)
SENTENCE = "Bins block the pavement on Thursdays; two people use wheelchairs here. "


def run(scratch: Path) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from bench.stage_hall import open_stage

    with open_stage(scratch / "stage", people=PEOPLE, steps=STEPS) as hall:
        _painting(hall.seats())
        _evening(hall)


def _painting(seats: tuple[object, ...]) -> None:
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QWidget

    from ui.theme.theme import Theme
    from ui.widgets.clockring import ClockRing
    from ui.widgets.seats import Seat

    theme = Theme(scheme="light")
    empty, ring = QWidget(), ClockRing(theme)
    shown = tuple(seat for seat in seats if isinstance(seat, Seat))
    for widget in (empty, ring):
        widget.resize(620, 560)
        widget.show()
    QTest.qWait(300)
    ring.set_seats(shown, names=False)

    def anew(number: int) -> None:
        ring.set_seats((Seat("Ana Lee", b"a", "spoken" if number % 2 else ""), *shown[1:]), names=False)
        ring.repaint()

    def second(number: int) -> None:
        ring.set_time(clock=f"08:{number % 60:02d}", fraction=0.9 - number / 1000)
        _settle()

    bare_s = median([_timed(empty.repaint) for _ in range(ROUNDS)])
    anew_s = [_timed(partial(anew, n)) for n in range(ROUNDS)]
    second_s = [_timed(partial(second, n)) for n in range(ROUNDS)]
    for widget in (empty, ring):
        widget.close()
    show(
        f"The ring of {len(shown)} seats, 620 x 560",
        ("an empty widget painted", micro(bare_s)),
        ("all seats painted anew, p50", milli(percentile(anew_s, 50))),
        ("a second that passes, seats kept, p50", milli(percentile(second_s, 50))),
        ("  against all seats", ratio(median(second_s), median(anew_s))),
    )


def _evening(hall: object) -> None:
    from bench.stage_hall import Stage

    assert isinstance(hall, Stage)
    bare = hall.bare_field()
    bare_s = [_timed(partial(hall.type, bare, letter)) for letter in SENTENCE]
    field = hall.line_field()
    ours_s = [_timed(partial(hall.type, field, letter)) for letter in SENTENCE]
    hall.leave(bare, field)
    ticks = [_timed(hall.second_passes) for _ in range(ROUNDS)]
    words = [_timed(hall.pass_the_word) for _ in range(PEOPLE - 5)]
    steps = [_timed(hall.next_step) for _ in range(STEPS - 3)]
    show(
        f"The live page, {PEOPLE} people, {STEPS} steps, {SIZE[0]} x {SIZE[1]}",
        ("a letter into an empty Qt field, p50", micro(percentile(bare_s, 50))),
        ("a letter into the line at the foot, p50", micro(percentile(ours_s, 50))),
        ("  against the empty field", ratio(median(ours_s), median(bare_s))),
        ("  p99", micro(percentile(ours_s, 99))),
        ("a second that passes, page and paint, p50", milli(percentile(ticks, 50))),
        ("Space until the next one's name is painted, p50", milli(percentile(words, 50))),
        ("  p95", milli(percentile(words, 95))),
        ("N until the next step is painted, p50", milli(percentile(steps, 50))),
        ("  p95", milli(percentile(steps, 95))),
    )


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _settle() -> None:
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()
