"""The Lucide icons: tinted, sharp at every pixel ratio, mirrored in right-to-left where they point, and kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

ICON_FOLDER = Path(__file__).resolve().parents[1] / "assets" / "icons"

POINTING = frozenset(
    {"arrow-left", "arrow-right", "chevron-left", "chevron-right", "skip-back", "skip-forward", "undo-2", "redo-2",
     "rotate-ccw", "send", "log-in", "log-out", "list-checks", "list", "library", "panel-left",
     "notebook-pen"}
)  # fmt: skip
"""Icons that point along the line of reading and therefore turn round in right-to-left; none that has figures in it."""


class Icons:
    """Pictures by name, colour, size, pixel ratio, stroke and direction."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int, float, float, float, bool], QPixmap] = {}

    def pixmap(
        self, name: str, color: QColor, *, size: float = 20, ratio: float = 0, stroke: float = 2, mirrored: bool = False
    ) -> QPixmap:
        """The icon `size` px square; `ratio` 0 takes the application's. FileNotFoundError for no such icon."""
        ratio = ratio or _app_ratio()
        turned = mirrored and name in POINTING
        key = (name, color.rgba(), size, ratio, stroke, turned)
        if key not in self._kept:
            self._kept[key] = _render(name, color, size=size, ratio=ratio, stroke=stroke, turned=turned)
        return self._kept[key]

    def icon(self, name: str, color: QColor, *, size: float = 20) -> QIcon:
        """A QIcon for menus and standard widgets."""
        app = QGuiApplication.instance()
        mirrored = isinstance(app, QGuiApplication) and app.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return QIcon(self.pixmap(name, color, size=size, mirrored=mirrored))

    def paint(
        self,
        painter: QPainter,
        name: str,
        color: QColor,
        *,
        at: QPointF,
        size: float,
        stroke: float = 2,
        mirrored: bool = False,
    ) -> None:
        """Paint the icon with its top left corner at `at`."""
        ratio = painter.device().devicePixelRatioF()
        picture = self.pixmap(name, color, size=size, ratio=ratio, stroke=stroke, mirrored=mirrored)
        painter.drawPixmap(at, picture)


def _app_ratio() -> float:
    app = QGuiApplication.instance()
    return app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0


def _render(name: str, color: QColor, *, size: float, ratio: float, stroke: float, turned: bool) -> QPixmap:
    text = (ICON_FOLDER / f"{name}.svg").read_text("utf-8").replace("currentColor", color.name())
    if stroke != 2:
        text = text.replace('stroke-width="2"', f'stroke-width="{stroke:g}"')
    side = round(size * ratio)
    picture = QPixmap(side, side)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    if turned:
        painter.translate(size, 0)
        painter.scale(-1, 1)
    painter.setOpacity(color.alphaF())
    QSvgRenderer(QByteArray(text.encode("utf-8"))).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture
