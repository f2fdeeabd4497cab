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

from circle_app.documents.blocks import Document, Heading
from circle_app.documents.labels import ENGLISH, Labels
from circle_app.documents.save import save_file
from ui.printing.print_document import INK, SMALL_PT, SOFT, UNITS_PER_POINT, PrintDocument, font, units

MARGIN_MM = 20.0
FOOTER_PT = 24.0
LARGE = 1.7
"""Large print makes text of 10.5 points one of 18, as associations of people with low vision ask for."""
RESOLUTION_DPI = 1200
SIZES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)
CARD_SIZES = (1.4, 1.3, 1.2, 1.1, *SIZES)
"""Sizes of letters to try, as parts of the usual ones; at the smallest, words are still above six points."""
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
        text, pages, size = _fitted(document, QSizeF(width, height - units(FOOTER_PT)), large=large)
        painter.scale(size, size)
        width, height = width / size, height / size
        body = height - units(FOOTER_PT) / size
        for number in range(pages):
            if number:
                device.newPage()
            _page(text, painter, number, QRectF(0, 0, width, body))
            footer = labels.page.format(page=number + 1, pages=pages)
            _footer(painter, document, footer, QRectF(0, body, width, height - body), points=SMALL_PT / size)
    finally:
        painter.end()


def page_count(document: Document, page: str = "A4", *, large: bool = False) -> int:
    """How many pages `write_pdf` makes of the document. Needs a QGuiApplication with the shipped fonts."""
    room = _layout(page).paintRect(QPageLayout.Unit.Point).size() / (LARGE if large else 1)
    return _fitted(document, QSizeF(units(room.width()), units(room.height() - FOOTER_PT)), large=large)[1]


def _fitted(document: Document, room: QSizeF, *, large: bool) -> tuple[PrintDocument, int, float]:
    """The document laid out for pages of `room` units, their number, and how much larger than usual its letters are.

    What is meant for one page, or a page each, gets the largest letters with which it is; what is too long even in the
    smallest ones that can be read flows on in the usual size, and so does what is wanted large.
    """
    cards = sum(isinstance(block, Heading) and block.level == 1 for block in document.blocks)
    wanted = {"flow": None, "one page": 1, "cards": cards}[document.paper]
    for size in () if wanted is None or large else CARD_SIZES if document.paper == "cards" else SIZES:
        text, pages = _laid_out(document, room, size)
        if pages <= (wanted or 0):
            return text, pages, size
    return *_laid_out(document, room, 1.0), 1.0


def _laid_out(document: Document, room: QSizeF, size: float) -> tuple[PrintDocument, int]:
    text = PrintDocument()
    text.write(document)
    return text, text.paginate(room / size)


def _layout(page: str) -> QPageLayout:
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM * 0.7)
    portrait = QPageLayout.Orientation.Portrait
    return QPageLayout(QPageSize(PAGE_SIZES[page]), portrait, margins, QPageLayout.Unit.Millimeter)


def _write(document: Document, part: Path, page: str, labels: Labels, *, large: bool) -> None:
    writer = QPdfWriter(str(part))
    writer.setResolution(RESOLUTION_DPI)
    writer.setTitle(document.title)
    writer.setCreator("Citizen Circles")
    writer.setPageLayout(_layout(page))
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


def _footer(painter: QPainter, document: Document, words: str, place: QRectF, *, points: float) -> None:
    painter.save()
    painter.setFont(font(points))
    painter.setPen(SOFT)
    rtl = document.direction == "rtl"
    side = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
    painter.drawText(place, side | Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignAbsolute, words)
    painter.restore()
