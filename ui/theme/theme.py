"""The look in one object: colours, fonts, sizes, icons and shadows, switched live and followed by every widget."""

from __future__ import annotations

from hashlib import sha256

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

from ui.icons import Icons
from ui.theme.fonts import ROLES, Role, build_font
from ui.theme.palette import build_palette
from ui.theme.shadow import Shadows
from ui.theme.tokens import DARK, LIGHT, PEOPLE_COLORS

SCHEMES = ("system", "light", "dark")
SHADE = 145
"""Percent, as in QColor.darker: enough to tell two seats apart, and still the colour by which a person is known."""
SCALES = (1.0, 1.15, 1.3, 1.5, 1.75, 2.0)


class Theme(QObject):
    """`changed` asks for a repaint (colours); `rescaled` asks the owner of widgets to build them anew (sizes, fonts)."""

    changed = Signal()
    rescaled = Signal()

    def __init__(self, *, scheme: str = "system", scale: float = 1.0, easy_reading: bool = False) -> None:
        super().__init__()
        self._scheme = scheme
        self._scale = min(2.0, max(1.0, scale))
        self._easy = easy_reading
        self._fonts: dict[tuple[Role, float, bool], QFont] = {}
        self._colors: dict[tuple[str, int | None], QColor] = {}
        self.icons = Icons()
        self.shadows = Shadows()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    @property
    def dark(self) -> bool:
        if self._scheme == "system":
            return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._scheme == "dark"

    @property
    def scheme(self) -> str:
        return self._scheme

    @property
    def scale(self) -> float:
        return self._scale

    @property
    def easy_reading(self) -> bool:
        return self._easy

    def set_scheme(self, scheme: str) -> None:
        """`system`, `light` or `dark`; widgets repaint at once."""
        self._scheme = scheme if scheme in SCHEMES else "system"
        self._apply()
        self.changed.emit()

    def set_text(self, *, scale: float | None = None, easy_reading: bool | None = None) -> None:
        """Text size 1.0 to 2.0 (every pixel token grows with it) and the easy-reading typeface."""
        self._scale = self._scale if scale is None else min(2.0, max(1.0, scale))
        self._easy = self._easy if easy_reading is None else easy_reading
        self._apply()
        self.rescaled.emit()

    def color(self, token: str, alpha: int | None = None) -> QColor:
        """The colour of a token, or of a `#rrggbb` text; `alpha` 0-255."""
        key = (token, alpha)
        if key not in self._colors:
            color = QColor((DARK if self.dark else LIGHT).get(token, token))
            if alpha is not None:
                color.setAlpha(alpha)
            self._colors[key] = color
        return QColor(self._colors[key])

    def circle_color(self, text: str | None, key: bytes = b"") -> QColor:
        """A circle's own colour made readable on the present background; falls back to one chosen from `key`."""
        color = QColor(text) if text and QColor.isValidColorName(text) else QColor(person_color(key))
        return color.lighter(150) if self.dark else color

    def px(self, size: float) -> int:
        """Pixels of a size token at the present text scale."""
        return round(size * self._scale)

    def font(self, role: str, *, px: float | None = None, weight: int | None = None) -> QFont:
        """The font of a role (`ui.theme.fonts.ROLES`), optionally at another pixel size (before scaling) or weight."""
        base = ROLES[role]
        if px is not None or weight is not None:
            base = Role(px or base.px, weight or base.weight, base.title, base.track, base.tabular)
        key = (base, self._scale, self._easy)
        if key not in self._fonts:
            self._fonts[key] = build_font(base, scale=self._scale, easy=self._easy)
        return self._fonts[key]

    def palette(self) -> QPalette:
        return build_palette(self.color)

    def install(self, app: QApplication) -> None:
        """Give the application this palette and the body font."""
        self._apply()

    def _apply(self) -> None:
        self._colors.clear()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            palette = self.palette()
            app.setPalette(palette)
            # menus and lists mark a line softly; the strong colour stays for selected text and buttons
            palette.setColor(QPalette.ColorRole.Highlight, self.color("primary_soft"))
            palette.setColor(QPalette.ColorRole.HighlightedText, self.color("on_primary_soft"))
            for soft in ("QMenu", "QAbstractItemView"):
                app.setPalette(palette, soft)  # type: ignore[arg-type]  # the name of a class, as in C++
            app.setFont(self.font("body"))
            QToolTip.setFont(self.font("second"))
            QToolTip.setPalette(self.palette())

    def _system_changed(self) -> None:
        if self._scheme == "system":
            self._apply()
            self.changed.emit()


def person_color(key: bytes | str) -> str:
    """The colour a person keeps everywhere, chosen from their row id (or name where there is no row)."""
    data = key.encode("utf-8") if isinstance(key, str) else key
    return PEOPLE_COLORS[sha256(b"color\x00" + data).digest()[0] % len(PEOPLE_COLORS)]


def neighbour_colors(keys: list[bytes] | tuple[bytes, ...]) -> tuple[str, ...]:
    """Colours for people sitting in a ring: each their own, in a darker shade when the seat before wears the same."""
    colors: list[str] = []
    for key in keys:
        color = person_color(key)
        colors.append(QColor(color).darker(SHADE).name() if colors and color == colors[-1] else color)
    return tuple(colors)
