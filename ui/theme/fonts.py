"""The shipped typefaces and the type scale: one role for every kind of text on screen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from PySide6.QtGui import QFont, QFontDatabase

FONT_FOLDER = Path(__file__).resolve().parents[2] / "assets" / "fonts"

TEXT, EASY, TITLE = "Figtree", "Atkinson Hyperlegible Next", "Fraunces"
FALLBACKS = ("Noto Sans Arabic", "Noto Naskh Arabic", "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "Noto Color Emoji")
"""Figtree and Fraunces cover Latin only; the rest comes from the system, in this order."""


@dataclass(frozen=True, slots=True)
class Role:
    """`px` at 100 % text size, OpenType weight, letter spacing in px, tabular figures."""

    px: float
    weight: int = 400
    title: bool = False
    track: float = 0
    tabular: bool = False


ROLES = MappingProxyType(
    {
        "page": Role(34, 600, title=True),
        "live": Role(28, 600, title=True),
        "hero": Role(30, 600, title=True),
        "stage": Role(22, 600, title=True),
        "section": Role(20, 600, title=True),
        "brand": Role(18, 600, title=True),
        "projector": Role(60, 600, title=True),
        "number": Role(34, 600, title=True),
        "heading": Role(16, 600),
        "item": Role(15, 600),
        "lead": Role(15, 400),
        "strong": Role(14, 600),
        "medium": Role(14, 500),
        "body": Role(14, 400),
        "second": Role(13, 400),
        "second_strong": Role(13, 600),
        "chip": Role(12, 600, tabular=True),
        "small": Role(12, 400, tabular=True),
        "caps": Role(11, 600, track=0.8),
        "key": Role(11, 600),
        "time": Role(13, 500, tabular=True),
        "clock": Role(66, 600, track=-1.5, tabular=True),
        "field_big": Role(19, 500),
        "door_title": Role(42, 600, title=True),
        "door": Role(18, 400),
        "door_field": Role(26, 500),
    }
)


def load_fonts() -> None:
    """Make the shipped fonts known to Qt; needs a QApplication. Without them Qt falls back to system fonts."""
    _load("figtree")
    _load("fraunces")


@cache
def _load(name: str) -> None:
    for file in sorted(FONT_FOLDER.glob(f"{name}-*.ttf")):
        QFontDatabase.addApplicationFont(str(file))


def build_font(role: Role, *, scale: float, easy: bool) -> QFont:
    """The font of a role at a text scale; `easy` swaps every face for Atkinson Hyperlegible Next."""
    if easy:
        _load("atkinson-hyperlegible-next")
    family = EASY if easy else TITLE if role.title else TEXT
    font = QFont()
    font.setFamilies([family, *((TEXT,) if family == TITLE else ()), *FALLBACKS])
    font.setPixelSize(max(1, round(role.px * scale)))
    font.setWeight(QFont.Weight(role.weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    if role.tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    if role.track:
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, role.track * scale)
    return font
