"""A foreign picture is drawn by a process of its own: bombs, lies and hangs end there, and the app goes on."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.support.pictures import drawn, jpeg_with_traces, png_claiming
from ui import previews
from ui.picture_child import LARGEST
from ui.previews import command, draw_picture, pixels

FORMS = [("PNG", "image/png"), ("JPG", "image/jpeg"), ("WEBP", "image/webp")]


def preview(qtbot: QtBot, data: bytes, media: str, side: int = 64, patience_ms: int = 30_000) -> QImage | None:
    owner, answers = QObject(), list[QImage | None]()
    draw_picture(owner, data, media, side, answers.append, patience_ms=patience_ms)
    qtbot.waitUntil(lambda: bool(answers), timeout=40_000)
    assert len(answers) == 1
    return answers[0]


@pytest.mark.parametrize(("form", "media"), FORMS)
def test_a_photo_is_drawn_small(qtbot: QtBot, form: str, media: str) -> None:
    image = preview(qtbot, drawn(form, 200, 100), media)
    assert image is not None
    assert (image.width(), image.height()) == (64, 32)
    assert image.pixelColor(5, 16).red() > 200 > 100 > image.pixelColor(60, 16).red()


def test_a_photo_stands_the_right_way_up(qtbot: QtBot) -> None:
    image = preview(qtbot, jpeg_with_traces(drawn("JPG", 200, 100), turned=6), "image/jpeg")
    assert image is not None
    assert image.height() > image.width()


@pytest.mark.parametrize(
    ("data", "media"),
    [
        (png_claiming(60_000, 60_000), "image/png"),
        (png_claiming(2**31 - 1, 2**31 - 1), "image/png"),
        (png_claiming(19_999, 2_400), "image/png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", "image/png"),
        (drawn("JPG"), "image/png"),
        (drawn("PNG")[:60], "image/png"),
        (random.Random(5).randbytes(5_000), "image/jpeg"),
        (b"GIF89a" + bytes(100), "image/webp"),
        (b"", "image/png"),
    ],
    ids=["bomb", "largest", "too much memory", "svg", "another form", "cut off", "noise", "gif", "nothing"],
)
def test_what_is_no_picture_of_its_form_or_too_much_is_not_drawn(qtbot: QtBot, data: bytes, media: str) -> None:
    assert preview(qtbot, data, media) is None


def test_a_picture_that_takes_too_long_is_stopped(qtbot: QtBot) -> None:
    assert preview(qtbot, drawn("PNG"), "image/png", patience_ms=1) is None


def test_a_process_that_cannot_start_is_an_answer_too(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "command", lambda: ("/nowhere/at/all", []))
    assert preview(qtbot, drawn("PNG"), "image/png") is None


def test_what_the_child_says_is_believed_only_when_its_numbers_fit() -> None:
    good = b"2 3\n" + bytes(24)
    assert pixels(good, 8) is not None
    for bad in (
        b"", b"2 3\n" + bytes(23), b"2 3\n" + bytes(25), b"0 3\n", b"-2 -3\n" + bytes(24), b"9 1\n" + bytes(36), b"2\n",
        b"2 3 4\n" + bytes(24), b"99999999999 1\n", b"\xff\xff\n" + bytes(24),
    ):  # fmt: skip
        assert pixels(bad, 8) is None


@pytest.mark.skipif(sys.platform != "linux", reason="the limits of a process are Linux's")
def test_the_child_can_write_nothing_and_take_no_memory(tmp_path: Path) -> None:
    program, words = command()
    begin, _, _ = words[-1].partition("from ui.picture_child")
    file = tmp_path / "left-by-a-picture"
    for attempt in ("bytearray(2 << 30)", f"open({str(file)!r}, 'wb', 0).write(b'x')"):
        call = f"{begin}from ui.picture_child import _take_little; _take_little(); {attempt}"
        ended = subprocess.run([program, "-P", "-c", call], capture_output=True, timeout=60, check=False)
        assert ended.returncode != 0, attempt
    assert not file.exists() or file.stat().st_size == 0


def test_a_picture_larger_than_what_is_read_is_refused(qtbot: QtBot) -> None:
    assert preview(qtbot, drawn("PNG") + bytes(LARGEST), "image/png") is None
