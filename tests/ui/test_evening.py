"""The shown evening and the pictures of the screens: played in processes of their own, as people start them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parents[2]
MOMENTS = ("welcome", "home", "circle", "plan", "checkin", "live", "projector", "outcomes", "wrapup", "export")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8",
        timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder an evening left, and what it printed."""
    folder = tmp_path_factory.mktemp("evening")
    done = run("ui", "--offscreen", str(folder))
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_an_evening_leaves_a_picture_of_every_moment_in_its_order(played):
    folder, _ = played
    pictures = sorted(file.name for file in folder.glob("*.png"))
    assert pictures == [f"{number:02d}-{name}.png" for number, name in enumerate(MOMENTS, start=1)]


def test_every_picture_shows_something_and_no_two_the_same(played):
    folder, _ = played
    images = [QImage(str(file)) for file in sorted(folder.glob("*.png"))]
    assert all((image.width(), image.height()) == (1440, 900) for image in images[:6])
    assert all(_colours(image) > 20 for image in images)
    assert len({bytes(image.constBits()) for image in images}) == len(MOMENTS)


def test_an_evening_prints_one_line_for_each_file(played):
    folder, out = played
    assert sorted(line.split(": ")[0] for line in out.splitlines()) == sorted(file.name for file in folder.iterdir())


def test_the_notes_of_the_evening_hold_what_was_said_in_it(played):
    folder, _ = played
    notes = next(folder.glob("*.md")).read_text(encoding="utf-8")
    assert "- [ ] Measure the railing (Ravi Menon, by Tuesday 1 December 2026)" in notes
    assert "- [ ] Write to the school about the side gate (Amina Diallo, by Friday 27 November 2026)" in notes
    assert "- **Guests (1)**: Bo Lindqvist" in notes
    assert notes.index("Planters at the school gate, for six weeks") < notes.index("We ask about the tree pits")
    assert "Planters at the school gate" in next(folder.glob("*.html")).read_text(encoding="utf-8")
    assert next(folder.glob("*.pdf")).read_bytes().startswith(b"%PDF-")


def test_an_evening_that_cannot_be_kept_ends_in_words_and_not_in_a_traceback(tmp_path: Path):
    (tmp_path / "taken").write_text("a file where the folder should be", encoding="utf-8")
    done = run("ui", "--offscreen", str(tmp_path / "taken"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(tmp_path / "taken") in done.stderr


def test_a_screen_is_drawn_in_light_and_dark_and_two_sizes(tmp_path: Path):
    done = run("ui.shots", str(tmp_path), "--only", "home", "--scale", "200", "--rtl", "--people", "40")
    assert done.returncode == 0, done.stderr
    names = [f"home-{scheme}-{width}.png" for scheme in ("light", "dark") for width in (1440, 1100)]
    assert done.stdout.split() == names
    sizes = {name: QImage(str(tmp_path / name)).size().toTuple() for name in names}
    assert set(sizes.values()) == {(1440, 900), (1100, 700)}
    light, dark = (QImage(str(tmp_path / f"home-{scheme}-1440.png")).pixelColor(720, 2) for scheme in ("light", "dark"))
    assert light.lightness() > 200 > 60 > dark.lightness()


def test_a_screen_that_does_not_exist_is_said_to_be_unknown(tmp_path: Path):
    done = run("ui.shots", str(tmp_path), "--only", "garden")
    assert done.returncode == 2
    assert "garden" in done.stderr


def _colours(image: QImage) -> int:
    small = image.scaled(64, 64)
    return len({small.pixel(x, y) for x in range(64) for y in range(64)})
