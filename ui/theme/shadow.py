"""Soft shadows: blurred once, kept and painted as nine patches; an effect on a live widget costs four times as much."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsBlurEffect, QGraphicsPixmapItem, QGraphicsScene

Patch = tuple[QPixmap, float, float]
"""The picture, its margin around the shape and its whole side, both in device-independent pixels."""


class Shadows:
    """Keeps one blurred picture per (radius, blur, colour, device pixel ratio)."""

    def __init__(self) -> None:
        self._kept: dict[tuple[float, float, int, float], Patch] = {}

    def paint(self, painter: QPainter, rect: QRectF, *, radius: float, blur: float, drop: float, color: QColor) -> None:
        """Paint the shadow of a rounded `rect`, moved down by `drop`; `color` carries the strength as alpha."""
        ratio = painter.device().devicePixelRatioF()
        key = (radius, blur, color.rgba(), ratio)
        if key not in self._kept:
            self._kept[key] = _blurred(radius, blur, color, ratio)
        picture, margin, _side = self._kept[key]
        # the edges are stretched along a line that does not change: smoothing would only cost time
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        _nine_patch(
            painter, rect.adjusted(-margin, -margin + drop, margin, margin + drop), picture, margin + radius + 2
        )


def _blurred(radius: float, blur: float, color: QColor, ratio: float) -> Patch:
    margin = blur * 2
    side = radius * 2 + 8 + margin * 2
    shape = _canvas(side, ratio)
    painter = QPainter(shape)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(QRectF(margin, margin, side - 2 * margin, side - 2 * margin), radius, radius)
    painter.end()
    scene = QGraphicsScene()
    item = QGraphicsPixmapItem(QPixmap.fromImage(shape))
    effect = QGraphicsBlurEffect()
    effect.setBlurRadius(blur * ratio)
    effect.setBlurHints(QGraphicsBlurEffect.BlurHint.QualityHint)
    item.setGraphicsEffect(effect)
    scene.addItem(item)
    result = _canvas(side, ratio)
    painter = QPainter(result)
    scene.render(painter, QRectF(0, 0, side, side), QRectF(0, 0, side, side))
    painter.end()
    return QPixmap.fromImage(result), margin, side


def _canvas(side: float, ratio: float) -> QImage:
    image = QImage(round(side * ratio), round(side * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image


def _nine_patch(painter: QPainter, target: QRectF, picture: QPixmap, corner: float) -> None:
    ratio = picture.devicePixelRatioF()
    side = picture.width() / ratio
    xs = (target.x(), target.x() + corner, target.right() - corner, target.right())
    ys = (target.y(), target.y() + corner, target.bottom() - corner, target.bottom())
    cuts = (0.0, corner, side - corner, side)
    for row in range(3):
        for column in range(3):
            if row == column == 1:
                continue  # the middle lies under the card itself
            source = QRectF(
                cuts[column] * ratio,
                cuts[row] * ratio,
                (cuts[column + 1] - cuts[column]) * ratio,
                (cuts[row + 1] - cuts[row]) * ratio,
            )
            part = QRectF(xs[column], ys[row], xs[column + 1] - xs[column], ys[row + 1] - ys[row])
            painter.drawPixmap(part, picture, source)
