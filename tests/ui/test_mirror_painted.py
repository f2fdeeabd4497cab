"""Read from the right, whatever paints itself is its own mirror image, wherever it is; clocks and figures stay as they are."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from unittest.mock import patch

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QRegion
from PySide6.QtWidgets import QLineEdit, QWidget

from tests.ui.painting import Mark, afresh, marks, painted_classes
from tests.ui.scenes import SCENES, put_away
from tests.ui.theatre import at_rest, theatre
from ui.views.search import SearchPalette
from ui.widgets.base import Label
from ui.widgets.clockring import ClockRing

AS_IT_IS = MappingProxyType(
    {
        "ClockRing": "time runs clockwise, as on every clock, and people sit in the order in which they speak",
        "Logo": "the sign of the app is the same everywhere",
        "QrCode": "a camera reads it",
        "Thumb": "a picture shows what it shows",
        "Picture": "a picture shows what it shows",
    }
)
"""Painted alike in both directions, and why."""
SPARE = 3
"""Pixels by which rounding may move a whole widget."""
ALIKE = 48
"""Of 255, by which a colour may differ at an edge."""
FIGURES_ALIKE = 0.5
"""A figure that is set half a pixel further has up to 0.48 of its ink elsewhere; one that is mirrored or turned round more."""
FIGURE = re.compile(r"[+−-]?\d+(:\d\d)*")
MIRRORED = [name for name in SCENES if not name.startswith("menu of ")]
"""Menus are Qt's own."""


@dataclass(frozen=True, slots=True)
class Look:
    """A widget in a scene: where it is, what it paints with words as blocks, the words, the edges of a field's text, and
    what its figures look like."""

    kind: str
    name: str
    area: QRect
    window: int
    picture: bytes
    words: tuple[str, ...]
    edges: tuple[int, int]
    figures: tuple[tuple[str, bytes], ...]


Walk = dict[str, list[Look]]


def walk(seen: set[str], *, mirrored: bool) -> Walk:
    kinds = tuple(painted_classes())
    found: Walk = {}
    with theatre(mirrored=mirrored) as (shell, stage):
        for name in MIRRORED:
            window = SCENES[name](shell, stage)
            at_rest(shell)
            parts = [
                p for p in (window, *window.findChildren(QWidget)) if isinstance(p, (*kinds, Label)) and p.isVisible()
            ]
            seen |= {base.__name__ for part in parts for base in type(part).__mro__ if base in kinds}
            found[name] = [look(part, window) for part in parts if not part.size().isEmpty()]
            put_away(shell)
    return found


def look(part: QWidget, window: QWidget) -> Look:
    where = QRect(part.mapTo(window, QPoint(0, 0)), part.size())
    if isinstance(part, Label):
        return Look(type(part).__name__, part.text()[:12], where, window.width(), b"", (), (0, 0), ())
    kind, less = type(part).__name__, nullcontext()
    if isinstance(part, SearchPalette):
        less = patch.object(part, "_behind", None)
    elif isinstance(part, ClockRing) and part._picture.flat:
        # the people in rows turn round; only the ring of the time beside them does not
        kind, less = "ClockRing in a line", patch.object(part, "_fraction", 0)
    afresh(part)
    with (
        less,
        marks(as_blocks=True) as found,
        whole_lines(),
        patch.object(QLineEdit, "paintEvent", lambda _self, _event: None),
    ):
        image = alone(part)
    afresh(part)
    edges = part.textMargins() if isinstance(part, QLineEdit) else None
    return Look(
        kind, part.accessibleName(), where, window.width(), kept(image), tuple(mark.words for mark in found),
        (edges.left(), edges.right()) if edges else (0, 0),
        figures(part, found),
    )  # fmt: skip


def figures(part: QWidget, found: list[Mark]) -> tuple[tuple[str, bytes], ...]:
    """Each figure that a widget paints, as a picture."""
    wanted = [mark for mark in found if FIGURE.fullmatch(mark.words)]
    whole = alone(part) if wanted else QImage()
    return tuple((mark.words, kept(whole.copy(mark.area.toAlignedRect()))) for mark in wanted)


@contextmanager
def whole_lines() -> Iterator[None]:
    """Lines without gaps: where the dashes of a closed line begin tells nothing."""
    set_pen = QPainter.setPen

    def set_whole(self: QPainter, pen: object) -> None:
        if isinstance(pen, QPen) and pen.style() == Qt.PenStyle.DashLine:
            pen.setStyle(Qt.PenStyle.SolidLine)
        set_pen(self, pen)

    with patch.object(QPainter, "setPen", set_whole):
        yield


def alone(part: QWidget) -> QImage:
    """A widget without what is in it and behind it."""
    image = QImage(part.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    part.render(painter, QPoint(0, 0), QRegion(), QWidget.RenderFlag(0))
    painter.end()
    return image


def kept(image: QImage) -> bytes:
    """A picture in few bytes; a walk holds thousands."""
    size = image.width().to_bytes(4, "big") + image.height().to_bytes(4, "big")
    return zlib.compress(size + bytes(image.constBits()), 1) if not image.isNull() else b""


def opened(kept: bytes) -> QImage:
    data = zlib.decompress(kept)
    wide, high = (int.from_bytes(data[at : at + 4], "big") for at in (0, 4))
    return QImage(data[8:], wide, high, 4 * wide, QImage.Format.Format_ARGB32_Premultiplied).copy()


def compared(left: Look, right: Look) -> list[str]:
    """What is wrong with the mirror image of a widget."""
    name = f"{left.kind} {left.name[:40]!r}"
    if (left.kind, left.name) != (right.kind, right.name):
        return [f"{name} became {right.kind} {right.name[:40]!r}"]
    found = []
    here, there = left.area, right.area
    across = left.window - here.x() - here.width() - there.x()
    if abs(across) > SPARE or abs(here.y() - there.y()) > SPARE:
        found.append(f"{name} is at {here.getRect()} and at {there.getRect()} of {left.window}")
    if left.edges != right.edges[::-1]:
        found.append(f"{name} has its text from {left.edges} and from {right.edges}")
    if left.words != right.words:
        found.append(f"{name} says {right.words}, not {left.words}")
    if here.size() != there.size():
        found.append(f"{name} is {here.size().toTuple()} large, and {there.size().toTuple()}")
    elif (wrong := apart(left.picture, right.picture, left.kind not in AS_IT_IS)) is not None:
        found.append(f"{name} is not what it should be at {wrong}")
    for (words, shown), (_, mirrored) in zip(left.figures, right.figures, strict=False):
        if not alike(shown, mirrored):
            found.append(f"{name}: the figure {words} looks otherwise")
    return found


@cache
def apart(first: bytes, second: bytes, turned: bool) -> tuple[int, int] | None:
    """A point where one picture (or its mirror image, when it is to be `turned`) has a colour that the other has nowhere
    around that point."""
    if first == second and not turned:
        return None
    if not first or not second:
        return None if first == second else (0, 0)
    picture, other = opened(first), opened(second)
    if turned:
        picture = picture.flipped(Qt.Orientation.Horizontal)
    if picture == other:
        return None
    wide, high = min(picture.width(), other.width()), min(picture.height(), other.height())
    one, two = _rows(picture), _rows(other)
    for y in range(high):
        if one[y] == two[y]:
            continue
        for x in (x for x in range(wide) if one[y][x] != two[y][x]):
            if _alike(one[y][x], two[y][x]):  # as most are, at an edge
                continue
            near = [(row, column) for row in range(max(0, y - 1), min(high, y + 2))
                    for column in range(max(0, x - 1), min(wide, x + 2))]  # fmt: skip
            if not any(_alike(one[y][x], two[row][column]) for row, column in near):
                return x, y
            if not any(_alike(two[y][x], one[row][column]) for row, column in near):
                return x, y
    return None


@cache
def alike(first: bytes, second: bytes) -> bool:
    """Whether little of the ink of one figure is elsewhere in the other, when they lie on each other as well as they can."""
    if not first or not second:
        return first == second
    one, two = _grey(opened(first)), _grey(opened(second))
    inside = [(x, y) for y in range(1, len(one) - 1) for x in range(2, len(one[0]) - 2)]
    ground = sorted(value for line in one for value in line)[len(one) * len(one[0]) // 2]
    ink = sum(abs(one[y][x] - ground) for x, y in inside) or 1

    def at(x: int, y: int) -> int:
        return two[y][x] if y < len(two) and x < len(two[0]) else ground

    return any(
        sum(abs(one[y][x] - at(x + right, y + down)) for x, y in inside) / ink <= FIGURES_ALIKE
        for right in (0, -1, 1, -2, 2) for down in (0, -1, 1)
    )  # fmt: skip


def _grey(image: QImage) -> list[list[int]]:
    return [[(pixel & 255) + (pixel >> 8 & 255) + (pixel >> 16 & 255) for pixel in line] for line in _rows(image)]


def _rows(image: QImage) -> list[memoryview]:
    pixels, wide = memoryview(image.constBits()).cast("I"), image.width()
    return [pixels[start : start + wide] for start in range(0, wide * image.height(), wide)]


@cache
def _alike(first: int, second: int) -> bool:
    return all(abs((first >> shift & 255) - (second >> shift & 255)) <= ALIKE for shift in (0, 8, 16, 24))


@pytest.mark.timeout(900)
def test_what_paints_itself_is_its_own_mirror_image(qapp: object) -> None:
    seen: set[str] = set()
    left, right = (walk(seen, mirrored=mirrored) for mirrored in (False, True))
    assert {name: len(looks) for name, looks in left.items()} == {name: len(looks) for name, looks in right.items()}
    faults = [
        f"{name}: {fault}"
        for name in MIRRORED
        for pair in zip(left[name], right[name], strict=True)
        for fault in compared(*pair)
    ]
    assert not faults, "\n".join(faults)
    assert {kind.__name__ for kind in painted_classes()} - seen == set(), "nobody looked at these"
    assert AS_IT_IS.keys() <= seen
