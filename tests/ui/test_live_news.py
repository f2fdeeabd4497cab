"""80 %, the end and over time: each changes words, colour and, if it is wanted, sound; nothing blinks."""

from __future__ import annotations

import io
import os
import wave
from array import array
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication

from circle_app.workspace.commands.live import open_meeting
from tests.ui.hall import gather, live_page, open_hall, press
from ui import sounds
from ui.views.live import LiveView
from ui.views.settings_evening import EveningCard


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path)
    gather(made)
    open_meeting(made.ws, made.meeting)
    yield made
    made.close()


@pytest.fixture
def played(hall, monkeypatch) -> list[str]:
    """The sounds that were asked for; they are switched on."""
    made: list[str] = []
    monkeypatch.setattr(sounds, "play", made.append)
    sounds.switch(hall.ctx.settings, True)
    return made


def look(view: LiveView) -> tuple[str, str, str]:
    """The word above the figures, the colour of the ring at its last moment, and that of the face."""
    QApplication.processEvents()
    ring = view.stage.ring
    picture = ring.grab().toImage()
    middle = ring._picture.places(ring.width(), ring.height()).middle
    inner = ring._inner(ring._picture.places(ring.width(), ring.height()).reach)
    at_ring = QPoint(round(middle.x() - inner * 0.05), round(middle.y() - inner))
    at_face = QPoint(round(middle.x()), round(middle.y() + inner * 0.75))
    return ring._above, picture.pixelColor(at_ring).name(), picture.pixelColor(at_face).name()


def test_each_mark_of_the_time_has_its_words_its_colour_and_its_sound(hall, played, qtbot):
    view = live_page(hall, qtbot)
    seen = []
    for minutes in (1, 7.1, 2, 1):
        hall.clock.forward(minutes=minutes)
        view._tick()
        seen.append(look(view))
    words, rings, faces = zip(*seen, strict=True)
    assert words == ("time left", "nearly time", "time is up", "over time")
    assert rings[2] == rings[3] == hall.ctx.theme.color("danger").name()
    assert len({*zip(rings, faces, strict=True)}) == 4
    assert played == ["soon", "up", "late"]


def test_no_sound_is_made_unless_it_is_wanted(hall, played, qtbot):
    sounds.switch(hall.ctx.settings, False)
    view = live_page(hall, qtbot)
    for _ in range(4):
        hall.clock.forward(minutes=4)
        view._tick()
    assert played == []


def test_a_new_step_a_new_page_and_a_pause_make_no_sound(hall, played, qtbot):
    view = live_page(hall, qtbot)
    hall.clock.forward(minutes=9)
    press(Qt.Key.Key_N)
    hall.clock.forward(minutes=20)
    view.close()
    view = live_page(hall, qtbot)
    view._tick()
    press(Qt.Key.Key_P, Qt.Key.Key_P)
    assert played == []


def test_a_screen_reader_hears_the_end_the_time_over_and_the_pause(hall, qtbot):
    view = live_page(hall, qtbot)
    heard: list[str] = []
    view.announced.connect(heard.append)
    for minutes in (8.5, 1.6, 1, 1, 2.4, 0.6, 0.5):
        hall.clock.forward(minutes=minutes)
        view._tick()
    assert heard == [
        "Time left in this step: 1 minute 30 seconds", "Time is up", "Time is up since 5 minutes 6 seconds",
    ]  # fmt: skip
    press(Qt.Key.Key_P, Qt.Key.Key_P)
    assert heard[3:] == ["The clock stands", "The clock goes on"]
    hall.clock.forward(minutes=30)
    view._tick()
    press("+")
    assert len(heard) == 6


def test_nothing_blinks_and_no_timer_is_faster_than_a_second(hall, qtbot):
    view = live_page(hall, qtbot)
    ring, looks = view.stage.ring, []
    for _ in range(26):
        hall.clock.forward(minutes=0.5)
        for _ in range(3):
            view._tick()
            looks.append((ring._above, ring._warn, ring._over, ring._late))
        assert view._timer.interval() > 900
    runs = [look for at, look in enumerate(looks) if not at or look != looks[at - 1]]
    assert len(runs) == len(set(runs)) == 4
    quick = [timer for timer in view.findChildren(QTimer) if timer.isActive() and not timer.isSingleShot()]
    assert [timer for timer in quick if timer.interval() < 1000] == []


def test_the_setting_is_kept_and_can_be_listened_to(hall, played, qtbot):
    sounds.switch(hall.ctx.settings, False)
    card = EveningCard(hall.ctx)
    qtbot.addWidget(card)
    assert not card.sounds.isChecked()
    card.sounds.click()
    assert sounds.wanted(hall.ctx.settings)
    card.listen.click()
    assert played == ["up"]


@pytest.mark.parametrize("mark", ["soon", "up", "late"])
def test_the_sounds_are_short_soft_and_begin_and_end_in_silence(mark):
    with wave.open(io.BytesIO(sounds.tune(mark))) as told:
        assert told.getnframes() / told.getframerate() < 1
        heard = array("h", told.readframes(told.getnframes()))
    assert 3_000 < max(heard) < 0.25 * 32_767
    assert abs(heard[0]) < 10
    assert abs(heard[-1]) < 10


@pytest.mark.skipif(os.name == "nt", reason="Windows plays by itself")
def test_a_player_of_the_system_gets_the_sound(tmp_path, monkeypatch, qtbot):
    program, told = tmp_path / "bin" / "paplay", tmp_path / "told"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncp "$1" "{told}.part" && mv "{told}.part" "{told}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setattr(sounds, "PLAYERS", ("no-such-player", "paplay"))
    sounds.play("late")
    qtbot.waitUntil(told.exists)
    assert told.read_bytes() == sounds.tune("late")
