"""Lays blocks out for paper: dark ink, measures in points, lists with hanging marks, tables with thin lines."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTableCellFormat,
    QTextTableFormat,
)

from circle_app.documents.blocks import (
    Block,
    Code,
    Document,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Rule,
    Run,
    Runs,
    Table,
)
from ui.printing.pages import HEADING, Pages
from ui.theme.fonts import FALLBACKS, TEXT, TITLE

INK, SOFT, LINE = QColor("#1E1814"), QColor("#5A4E44"), QColor("#B9AC9C")
BODY_PT, SMALL_PT, TITLE_PT = 10.5, 9.0, 22.0
HEADING_PT = (18.0, 14.0, 11.5, 10.5, 10.5, 10.5)
INDENT_PT = 16.0
ROOMY_PT = 6.5
"""Above and below the words of a row in which people write: nine millimetres from line to line."""
UNITS_PER_POINT = 10
"""Layout units: tenths of a point, so that whole pixel sizes are fine enough and no screen's resolution matters."""

TASK = QTextFormat.Property.UserProperty.value + 1


class PrintDocument(QTextDocument):
    """A text document in tenths of a point that never loads a resource, whatever a text names."""

    def __init__(self) -> None:
        super().__init__()
        self.setUndoRedoEnabled(False)
        self.setUseDesignMetrics(True)
        self.setDocumentMargin(0)
        self.setIndentWidth(units(INDENT_PT))
        self.setDefaultFont(font(BODY_PT))
        self._cards = False

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing: neither files nor addresses."""
        return None

    def write(self, document: Document) -> None:
        """The title, then every block."""
        option = QTextOption()
        rtl = document.direction == "rtl"
        option.setTextDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LayoutDirectionAuto)
        self.setDefaultTextOption(option)
        self._cards = document.paper == "cards"
        writer = _Writer(self, cards=self._cards, rtl=rtl)
        if not self._cards:
            writer.heading((Run(document.title),), points=TITLE_PT, above=0)
        writer.write(document.blocks)

    def paginate(self, page: QSizeF) -> int:
        """Breaks the text into pages of this size in units and returns their number."""
        return Pages(self, page, cards=self._cards).break_up()

    def tasks(self) -> Iterator[tuple[QRectF, bool]]:
        """Where the box of each task stands, in units of the whole text, and whether it is done."""
        block = self.begin()
        side = units(BODY_PT * 0.8)
        while block.isValid():
            form = block.blockFormat()
            if form.hasProperty(TASK) and block.layout().lineCount():
                line = block.layout().lineAt(0)
                top = block.layout().position().y() + line.y() + (line.ascent() + line.descent()) / 2 - side * 0.45
                left = line.naturalTextRect().left() + block.layout().position().x()
                if block.textDirection() == Qt.LayoutDirection.RightToLeft:
                    left = line.naturalTextRect().right() + block.layout().position().x() + units(INDENT_PT) - side
                else:
                    left -= units(INDENT_PT)
                yield QRectF(left, top, side, side), bool(form.property(TASK))
            block = block.next()


def font(points: float, *, title: bool = False, weight: int = 400) -> QFont:
    """A shipped typeface at a size in points."""
    face = QFont()
    face.setFamilies([TITLE if title else TEXT, TEXT, *FALLBACKS])
    face.setPixelSize(round(units(points)))
    face.setWeight(QFont.Weight(weight))
    face.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # A glyph that stands for other letters than its own is lost when text is copied or read aloud from a PDF.
    for tag in ("liga", "rvrn"):
        face.setFeature(QFont.Tag(tag), 0)
    return face


def units(points: float) -> float:
    """Points as layout units."""
    return points * UNITS_PER_POINT


class _Writer:
    """Writes blocks through a cursor: text is only ever inserted as text."""

    def __init__(self, document: PrintDocument, *, cards: bool, rtl: bool) -> None:
        self._cursor = QTextCursor(document)
        self._fresh = True
        self._cards, self._begun, self._rtl = cards, False, rtl

    def heading(self, runs: Runs, *, points: float, above: float) -> None:
        self._start(above=above, below=points * 0.3, keep=True)
        self._runs(runs, font(points, title=points > BODY_PT, weight=600))

    def _card(self, runs: Runs) -> None:
        """A heading at the top of a page."""
        self.heading(runs, points=TITLE_PT, above=0)
        if self._begun:
            form = self._cursor.blockFormat()
            form.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
            self._cursor.setBlockFormat(form)
        self._begun = True

    def write(self, blocks: tuple[Block, ...], indent: int = 0) -> None:
        for block in blocks:
            self._block(block, indent)

    def _block(self, block: Block, indent: int) -> None:
        match block:
            case Heading(level, runs):
                points = HEADING_PT[max(1, min(level, 6)) - 1]
                if self._cards and level == 1:
                    self._card(runs)
                else:
                    self.heading(runs, points=points, above=points * 0.9)
            case Paragraph(runs):
                self._start(indent, below=5)
                self._runs(runs, font(BODY_PT))
            case ListBlock(items, start):
                for place, item in enumerate(items):
                    self._item(item, "\u2022" if start is None else f"{start + place}.", indent + 1)
            case Quote(blocks):
                self.write(blocks, indent + 1)
            case Code(code, _):
                self._start(indent, below=5)
                self._runs((Run(code, code=True),), font(SMALL_PT))
            case Table():
                self._table(block)
            case Rule():
                self._start(above=8, below=8)
                self._rule()

    def _item(self, item: ListItem, mark: str, indent: int) -> None:
        first, rest = item.blocks[:1], item.blocks[1:]
        self._start(indent, below=3, done=item.done)
        if item.done is None:
            self._hang(mark)
        match first:
            case (Paragraph(runs),):
                self._runs(runs, font(BODY_PT))
            case _:
                self.write(first, indent)
        self.write(rest, indent)

    def _hang(self, mark: str) -> None:
        """The mark stands in the indent and a tab leads to the text, so that further lines stay aligned."""
        form = self._cursor.blockFormat()
        width = units(INDENT_PT)
        form.setTextIndent(-width)
        form.setTabPositions([QTextOption.Tab(width, QTextOption.TabType.LeftTab)])
        self._cursor.setBlockFormat(form)
        # a tab from the right ends where it began
        gap = "\u2002" if self._rtl else "\t"
        self._cursor.insertText(f"{mark}{gap}", self._format(font(BODY_PT), color=SOFT))

    def _table(self, table: Table) -> None:
        columns = max(1, len(table.header))
        form = QTextTableFormat()
        form.setBorder(0)
        form.setCellSpacing(0)
        form.setBorderCollapse(True)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        form.setHeaderRowCount(1)
        if table.widths:
            form.setColumnWidthConstraints(
                [
                    QTextLength(QTextLength.Type.PercentageLength, share)
                    for share in (reversed(table.widths) if self._rtl else table.widths)
                ]
            )
        form.setTopMargin(units(2))
        form.setBottomMargin(units(8))
        grid = self._cursor.insertTable(len(table.rows) + 1, columns, form)
        for row, cells in enumerate((table.header, *table.rows)):
            for column, runs in enumerate(cells[:columns]):
                # Qt does not mirror the columns of a table
                cell = grid.cellAt(row, columns - 1 - column if self._rtl else column)
                cell.setFormat(self._cell_format(roomy=table.roomy and row > 0))
                cursor = cell.firstCursorPosition()
                line = QTextBlockFormat()
                align = table.align[column] if column < len(table.align) else ""
                line.setAlignment(self._alignment(align))
                line.setNonBreakableLines(align == "right")
                cursor.setBlockFormat(line)
                self._insert(cursor, runs, font(SMALL_PT if row == 0 else BODY_PT, weight=600 if row == 0 else 400))
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._fresh = True

    def _alignment(self, align: str) -> Qt.AlignmentFlag:
        """A column keeps to its side of the page also where a name in it is read the other way."""
        if align not in ("", "left"):
            return _ALIGN[align]
        side = Qt.AlignmentFlag.AlignRight if self._rtl and not align else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignAbsolute

    def _cell_format(self, *, roomy: bool) -> QTextTableCellFormat:
        form = QTextTableCellFormat()
        form.setPadding(units(ROOMY_PT if roomy else 3))
        form.setLeftPadding(units(7) if self._rtl else 0)
        form.setRightPadding(0 if self._rtl else units(7))
        form.setBottomBorder(units(0.5))
        form.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBottomBorderBrush(QBrush(LINE))
        return form

    def _rule(self) -> None:
        form = self._cursor.blockFormat()
        width = QTextLength(QTextLength.Type.PercentageLength, 100)
        form.setProperty(QTextFormat.Property.BlockTrailingHorizontalRulerWidth, width)
        form.setProperty(QTextFormat.Property.BackgroundBrush, QBrush(LINE))
        self._cursor.setBlockFormat(form)

    def _start(
        self, indent: int = 0, *, above: float = 0, below: float = 0, keep: bool = False, done: bool | None = None
    ) -> None:
        """Begins a paragraph; the empty first one of a document or after a table is used up before."""
        form = QTextBlockFormat()
        form.setIndent(indent)
        form.setTopMargin(units(above))
        form.setBottomMargin(units(below))
        form.setLineHeight(125, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if keep:
            form.setProperty(HEADING, True)
        if done is not None:
            form.setProperty(TASK, done)
        if self._fresh:
            self._cursor.setBlockFormat(form)
            self._fresh = False
        else:
            self._cursor.insertBlock(form)

    def _runs(self, runs: Runs, base: QFont) -> None:
        self._insert(self._cursor, runs, base)

    def _insert(self, cursor: QTextCursor, runs: Runs, base: QFont) -> None:
        for run in runs:
            face = QFont(base)
            if run.bold:
                face.setWeight(QFont.Weight.DemiBold)
            face.setItalic(run.italic)
            face.setStrikeOut(run.strike)
            # QTextCursor takes a line feed for a new paragraph; U+2028 is a break inside one.
            cursor.insertText(run.text.replace("\n", "\u2028"), self._format(face))
            if run.link and run.link.removeprefix("mailto:") != run.text:
                cursor.insertText(f" ({run.link.removeprefix('mailto:')})", self._format(font(SMALL_PT), color=SOFT))

    def _format(self, face: QFont, *, color: QColor = INK) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setFont(face)
        form.setForeground(QBrush(color))
        return form


_ALIGN = {
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignTrailing,
}
