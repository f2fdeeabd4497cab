"""The look: every pair of colours that text is drawn with can be read, and sizes follow the text size."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from ui.icons import ICON_FOLDER, Icons
from ui.theme.fonts import ROLES
from ui.theme.theme import Theme, neighbour_colors, person_color
from ui.theme.tokens import DARK, LIGHT, PEOPLE_COLORS
from ui.widgets.chip import TONES

GROUNDS = ("bg", "side", "surface", "sunken", "hover")


def brightness(color: QColor) -> float:
    def part(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * part(color.redF()) + 0.7152 * part(color.greenF()) + 0.0722 * part(color.blueF())


def contrast(first: str, second: str) -> float:
    low, high = sorted((brightness(QColor(first)), brightness(QColor(second))))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("table", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_on_every_ground_can_be_read(table: dict[str, str]) -> None:
    pairs = [(ink, ground) for ink in ("ink", "ink2", "ink3") for ground in GROUNDS]
    pairs += [(words, fill) for fill, words in TONES.values()]
    pairs += [("on_primary", "primary"), ("on_primary", "primary_hover"), ("on_teal", "teal")]
    pairs += [("on_hero", "hero_start"), ("on_hero", "hero_middle"), ("on_hero", "hero_end")]
    pairs += [
        ("on_hero_paper", "hero_paper"),
        ("danger", "surface"),
        ("primary", "bg"),
        ("primary", "surface"),
        ("bg", "ink"),
    ]
    poor = {pair: contrast(table[pair[0]], table[pair[1]]) for pair in pairs}
    assert {pair: round(value, 2) for pair, value in poor.items() if value < 4.5} == {}


@pytest.mark.parametrize("table", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_and_focus_rings_can_be_seen(table: dict[str, str]) -> None:
    for line in ("line", "focus"):
        for ground in ("bg", "surface", "side"):
            assert contrast(table[line], table[ground]) >= 3, (line, ground)


SIGNS = (
    ("primary", "track"), ("gold", "track"), ("danger", "danger_soft"), ("danger", "bg"), ("teal", "bg"), ("teal", "surface"),
    ("primary", "bg"), ("ink3", "bg"), ("line", "sunken"), ("bg", "ink3"), ("bg", "teal"), ("surface", "line"),
)  # fmt: skip
"""What tells something without words: the time that is left, who has spoken, a tick in a box that nobody may press."""


@pytest.mark.parametrize("table", [LIGHT, DARK], ids=["light", "dark"])
def test_signs_that_tell_something_can_be_seen(table: dict[str, str]) -> None:
    poor = {pair: contrast(table[pair[0]], table[pair[1]]) for pair in SIGNS}
    assert {pair: round(value, 2) for pair, value in poor.items() if value < 3} == {}


def test_light_and_dark_name_the_same_tokens() -> None:
    assert set(LIGHT) == set(DARK)


def test_white_initials_can_be_read_on_every_person_colour() -> None:
    assert min(contrast(color, "#FFFFFF") for color in PEOPLE_COLORS) >= 4.5


def test_a_person_keeps_their_colour_in_every_ring_and_neighbours_differ() -> None:
    keys = [bytes([number]) for number in range(40)]
    alone, same = [person_color(key) for key in keys], [b"one"] * 6
    for ring in (keys, keys[::-1], keys[::3], same):
        colors = neighbour_colors(ring)
        assert all(a != b for a, b in pairwise(colors))
        for key, color in zip(ring, colors, strict=True):
            assert abs(QColor(color).hue() - QColor(person_color(key)).hue()) <= 2
            assert contrast(color, "#FFFFFF") >= 4.5
    assert set(alone) == set(PEOPLE_COLORS)


def test_the_text_size_grows_fonts_and_lengths_together(theme: Theme) -> None:
    before = theme.font("page").pixelSize(), theme.px(36)
    theme.set_text(scale=2.0)
    assert (theme.font("page").pixelSize(), theme.px(36)) == (before[0] * 2, before[1] * 2)
    theme.set_text(scale=9.0)
    assert theme.scale == 2.0


def test_switching_to_dark_tells_every_widget_and_repaints_the_application(qapp: QApplication, theme: Theme) -> None:
    heard: list[bool] = []
    theme.changed.connect(lambda: heard.append(theme.dark))
    theme.set_scheme("dark")
    assert heard == [True]
    assert qapp.palette().window().color() == QColor(DARK["bg"])
    theme.set_scheme("light")
    assert qapp.palette().window().color() == QColor(LIGHT["bg"])


def test_the_shipped_fonts_are_the_ones_that_are_used(theme: Theme) -> None:
    from PySide6.QtGui import QFontInfo

    families = {role: QFontInfo(theme.font(role)).family() for role in ROLES}
    assert families["page"] == "Fraunces"
    assert families["body"] == "Figtree"
    theme.set_text(easy_reading=True)
    assert QFontInfo(theme.font("body")).family() == "Atkinson Hyperlegible Next"


def test_every_shipped_icon_can_be_drawn(qapp: QApplication) -> None:
    icons = Icons()
    for file in ICON_FOLDER.glob("*.svg"):
        picture = icons.pixmap(file.stem, QColor("#000000"), size=20, ratio=1).toImage()
        assert any(picture.pixelColor(x, y).alpha() for x in range(picture.width()) for y in range(picture.height())), (
            file.stem
        )


def test_pointing_icons_turn_round_and_others_stay(qapp: QApplication) -> None:
    icons, ink = Icons(), QColor("#000000")

    def image(name: str, mirrored: bool) -> QImage:
        return icons.pixmap(name, ink, size=20, ratio=1, mirrored=mirrored).toImage()

    turned = image("chevron-right", True).flipped(Qt.Orientation.Horizontal)
    assert _apart(turned, image("chevron-right", False)) < 8
    assert image("chevron-right", True) != image("chevron-right", False)
    assert image("house", True) == image("house", False)


def _apart(first: QImage, second: QImage) -> int:
    """The greatest difference of cover between two pictures, 0 to 255."""
    return max(
        abs(first.pixelColor(x, y).alpha() - second.pixelColor(x, y).alpha())
        for x in range(first.width())
        for y in range(first.height())
    )


def test_icons_are_sharp_on_dense_screens(qapp: QApplication) -> None:
    picture = Icons().pixmap("house", QColor("#000000"), size=20, ratio=2)
    assert (picture.width(), picture.devicePixelRatioF()) == (40, 2.0)


def test_a_shadow_is_blurred_once_and_then_kept(theme: Theme) -> None:
    from PySide6.QtCore import QRectF

    image = QImage(200, 200, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    for _ in range(3):
        theme.shadows.paint(painter, QRectF(40, 40, 120, 120), radius=16, blur=14, drop=4, color=QColor(0, 0, 0, 90))
    painter.end()
    assert len(theme.shadows._kept) == 1
    assert image.pixelColor(100, 164).alpha() > image.pixelColor(100, 196).alpha()
