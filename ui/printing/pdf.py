"""The one PDF renderer: a block document on numbered pages, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QPolygonF,
)

from circle_app.documents.blocks import Document
from circle_app.documents.labels import ENGLISH, Labels
from circle_app.documents.save import save_file
from ui.printing.print_document import INK, SMALL_PT, SOFT, UNITS_PER_POINT, PrintDocument, font, units

MARGIN_MM = 20.0
FOOTER_PT = 24.0
LARGE = 1.7
"""Large print makes text of 10.5 points one of 18, as associations of people with low vision ask for."""
RESOLUTION_DPI = 1200
_TICK = ((0.22, 0.52), (0.43, 0.74), (0.8, 0.28))
PAGE_SIZES = {"A4": QPageSize.PageSizeId.A4, "A5": QPageSize.PageSizeId.A5, "Letter": QPageSize.PageSizeId.Letter}


def write_pdf(
    document: Document, path: Path, page: str = "A4", *, labels: Labels = ENGLISH, large: bool = False
) -> None:
    """Writes the document to `path`, replacing what is there only when the new file is whole and on disk.

    `page` is "A4", "A5" or "Letter"; `large` is large print. Needs a QGuiApplication with the shipped fonts. CircleError
    when the place cannot be written.
    """
    save_file(path, lambda part: _write(document, part, page, labels, large=large))


def paint_pages(
    document: Document, device: QPagedPaintDevice, *, labels: Labels = ENGLISH, large: bool = False
) -> None:
    """Paints the document on a PDF writer or a printer whose page size and margins are set; OSError if it refuses."""
    painter = QPainter()
    if not painter.begin(device):
        raise OSError("the paint device does not open")
    try:
        scale = device.logicalDpiY() / 72 / UNITS_PER_POINT * (LARGE if large else 1)
        painter.scale(scale, scale)
        width, height = device.width() / scale, device.height() / scale
        body = height - units(FOOTER_PT)
        text = PrintDocument()
        text.write(document)
        pages = text.paginate(QSizeF(width, body))
        for number in range(pages):
            if number:
                device.newPage()
            _page(text, painter, number, QRectF(0, 0, width, body))
            footer = labels.page.format(page=number + 1, pages=pages)
            _footer(painter, document, footer, QRectF(0, body, width, height - body))
    finally:
        painter.end()


def _write(document: Document, part: Path, page: str, labels: Labels, *, large: bool) -> None:
    writer = QPdfWriter(str(part))
    writer.setResolution(RESOLUTION_DPI)
    writer.setTitle(document.title)
    writer.setCreator("Citizen Circles")
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM * 0.7)
    size = QPageSize(PAGE_SIZES[page])
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter))
    paint_pages(document, writer, labels=labels, large=large)


def _page(text: PrintDocument, painter: QPainter, number: int, body: QRectF) -> None:
    painter.save()
    painter.translate(0, -number * body.height())
    view = QRectF(0, number * body.height(), body.width(), body.height())
    painter.setClipRect(view)
    context = QAbstractTextDocumentLayout.PaintContext()
    # A line that begins exactly where the next page does is not drawn here as well.
    context.clip = view.adjusted(0, 0, 0, -1)
    context.palette.setColor(context.palette.ColorRole.Text, INK)
    text.documentLayout().draw(painter, context)
    for box, done in text.tasks():
        if view.contains(box.center()):
            _task_box(painter, box, done=done)
    painter.restore()


def _task_box(painter: QPainter, box: QRectF, *, done: bool) -> None:
    painter.setPen(QPen(INK, units(0.9), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawRoundedRect(box, units(1.5), units(1.5))
    if done:
        at = (QPointF(box.left() + box.width() * x, box.top() + box.height() * y) for x, y in _TICK)
        painter.drawPolyline(QPolygonF(list(at)))


def _footer(painter: QPainter, document: Document, words: str, place: QRectF) -> None:
    painter.save()
    painter.setFont(font(SMALL_PT))
    painter.setPen(SOFT)
    rtl = document.direction == "rtl"
    side = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
    painter.drawText(place, side | Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignAbsolute, words)
    painter.restore()
