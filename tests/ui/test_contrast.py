"""Words and signs stand out from what is really behind them, in every scene, light and dark, also where nobody may press."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QFont, QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPlainTextEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.painting import Mark, afresh, marks, seen_part
from tests.ui.scenes import SCENES, put_away
from tests.ui.theatre import at_rest, theatre
from ui.theme.theme import Theme
from ui.widgets.clockring import ClockRing

WORDS, LARGE, SIGNS = 4.5, 3.0, 3.0
"""How much words, large ones and signs stand out at least."""
GROUND = 0.2
"""A colour that covers less of the room of a mark is not its ground: letters may reach over the edge of a disc."""


def luminance(color: QColor) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@cache
def contrast(first: int, second: int) -> float:
    """Of two colours without transparency, 1 to 21."""
    light, dark = sorted((luminance(QColor(first)), luminance(QColor(second))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def laid_on(ink: QColor, ground: int) -> int:
    """The colour of ink that lets something of the ground through."""
    share, below = ink.alphaF(), QColor(ground)
    mixed = (
        one * share + other * (1 - share) for one, other in zip(ink.getRgbF()[:3], below.getRgbF()[:3], strict=True)
    )
    return QColor.fromRgbF(*(min(1.0, part) for part in mixed)).rgb()


def colors(image: QImage, area: QRect) -> Counter[int]:
    part = image.copy(area).convertToFormat(QImage.Format.Format_RGB32)
    return Counter(memoryview(part.constBits()).cast("I"))


def faint_marks(window: QWidget) -> Iterator[str]:
    """What is painted, against the window without it."""
    afresh(window)
    with marks(silently=True) as found:
        image = window.grab().toImage()
    afresh(window)
    for mark in found:
        area = seen_part(mark, window) & image.rect()
        if area.isEmpty() or covered(mark.widget, area.center(), window):
            continue
        shares = colors(image, area)
        most = sum(shares.values()) * GROUND
        grounds = [color for color, count in shares.items() if count >= most] or [shares.most_common(1)[0][0]]
        stands_out = min(contrast(laid_on(mark.ink, ground), ground) for ground in grounds)
        if stands_out < least(mark):
            yield f"{type(mark.widget).__name__} {mark.kind} {mark.words[:40]!r}: {mark.ink.name()} is {stands_out:.2f}"


def least(mark: Mark) -> float:
    if mark.kind != "word":
        return SIGNS
    return LARGE if mark.large else WORDS


def faint_words(window: QWidget) -> Iterator[str]:
    """Words that Qt writes for us: the colour that stands out most from the one there is most of."""
    image = window.grab().toImage()
    for part in window.findChildren(QWidget):
        area, words = QRect(part.mapTo(window, QPoint(0, 0)), QWidget.size(part)), ""
        if isinstance(part, QLabel):
            words = part.text()
        elif isinstance(part, QLineEdit):
            words, edges = part.text() or part.placeholderText(), part.textMargins()
            area = area.adjusted(edges.left(), 4, -edges.right(), -4)
        elif isinstance(part, QPlainTextEdit | QTextEdit):
            words = part.toPlainText() or part.placeholderText()
            area = area.adjusted(6, 6, -6, -6)
        seen = part.visibleRegion().boundingRect()
        whole = area.height()
        area &= QRect(part.mapTo(window, seen.topLeft()), seen.size()) & image.rect()
        if (
            not words.strip()
            or not part.isVisible()
            or area.height() < whole * 0.7
            or covered(part, area.center(), window)
        ):
            continue
        shares = colors(image, area)
        ground = shares.most_common(1)[0][0]
        stands_out = max(contrast(color, ground) for color in shares)
        font = part.font()
        size, bold = font.pixelSize(), font.weight() >= QFont.Weight.DemiBold
        if stands_out < (LARGE if size >= 24 or (size >= 19 and bold) else WORDS):
            yield f"{type(part).__name__} {words[:40]!r} on {QColor(ground).name()} is {stands_out:.2f}"


def covered(part: QWidget, at: QPoint, window: QWidget) -> bool:
    """Whether something lies over the middle of what is to be read."""
    above = window.childAt(at)
    return above is not None and not (above is part or above.isAncestorOf(part) or part.isAncestorOf(above))


def faint_lines(menu: QMenu) -> Iterator[str]:
    """Lines of a menu, also those that cannot be chosen now: they tell why, or that there is such a thing."""
    image = menu.grab().toImage()
    for line in menu.actions():
        if line.isSeparator():
            continue
        shares = colors(image, menu.actionGeometry(line).adjusted(40, 2, -10, -2) & image.rect())
        ground = shares.most_common(1)[0][0]
        stands_out = max(contrast(color, ground) for color in shares)
        if stands_out < WORDS:
            yield f"line {line.text()!r} is {stands_out:.2f}"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_signs_stand_out_in_every_scene(qapp: object, scheme: str) -> None:
    faults = []
    with theatre({"theme": scheme}) as (shell, stage):
        for name, make in SCENES.items():
            window = make(shell, stage)
            at_rest(shell)
            shell._toast.setVisible(name == "full disk")
            found = (
                [*faint_lines(window)] if isinstance(window, QMenu) else [*faint_marks(window), *faint_words(window)]
            )
            faults += [f"{name}: {fault}" for fault in found]
            put_away(shell)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("warn", [False, True], ids=["time", "soon"])
def test_where_the_ring_of_the_time_ends_can_be_seen(scheme: str, warn: bool, qtbot: QtBot) -> None:
    """The end that moves tells the time: it stands out from the part that is gone."""
    ring = ClockRing(Theme(scheme=scheme))
    qtbot.addWidget(ring)
    ring.resize(400, 400)
    ring.set_time(clock="08:42", fraction=0.3, warn=warn)
    image = ring.grab().toImage()
    middle = image.width() / 2
    reach = ring._inner(ring._picture.places(400, 400).reach)

    def at(turn: float) -> QColor:
        angle = math.radians(90 + turn * 360)
        return image.pixelColor(round(middle + reach * math.cos(angle)), round(middle - reach * math.sin(angle)))

    assert contrast(at(0.28).rgb(), at(0.35).rgb()) >= SIGNS
    assert at(0.5) == at(0.7)
