"""Breaks a text into pages: no heading ends one, no row of a table is parted, and of a card no part that has room on one."""

from __future__ import annotations

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument, QTextFormat, QTextTable

HEADING = QTextFormat.Property.UserProperty.value + 2
"""What a block of a heading has."""
SLACK = 10.0
"""So many units are enough for a line to have no room."""


class Pages:
    """The pages of a document, each of this `size`; `break_up` makes them. On `cards` a part stays together."""

    def __init__(self, document: QTextDocument, size: QSizeF, *, cards: bool) -> None:
        self._document, self._size, self._cards = document, size, cards
        self._pushed: set[tuple[int, int]] = set()

    def break_up(self) -> int:
        """Returns the number of pages."""
        self._document.setPageSize(self._size)
        while True:
            if heading := self._parted_section() or self._stranded_heading():
                self._begin_page(heading)
            elif not self._push_parted_row():
                break
        for table in self._tables():
            if self._overhangs(table):
                close = table.format().toTableFormat()
                close.setBottomMargin(0)
                table.setFormat(close)
        return self._document.pageCount()

    def _overhangs(self, table: QTextTable) -> bool:
        """Whether only the margin under a table is on the next page: the head would be repeated there, over other words."""
        last = table.lastCursorPosition().block()
        return last.next().isValid() and self._page_of(last) < self._page_of(last.next())

    def _tables(self) -> list[QTextTable]:
        return [frame for frame in self._document.rootFrame().childFrames() if isinstance(frame, QTextTable)]

    def _parted_section(self) -> QTextBlock | None:
        """On cards: the heading of the first part that ends on a later page, if it was not moved yet."""
        parts: list[tuple[QTextBlock, QTextBlock]] = []
        block = self._document.begin()
        while self._cards and block.isValid():
            if block.blockFormat().hasProperty(HEADING) or not parts:
                parts.append((block, block))
            parts[-1] = (parts[-1][0], block)
            block = block.next()
        for heading, last in parts[1:]:
            if _stays(heading) and self._page_of(heading) < self._last_page_of(last):
                return heading
        return None

    def _begin_page(self, block: QTextBlock) -> None:
        form = block.blockFormat()
        form.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
        QTextCursor(block).setBlockFormat(form)
        # left to itself, Qt lays out the block alone, and what follows it stays on pages that are gone
        self._document.markContentsDirty(block.position(), self._document.characterCount() - block.position())

    def _push_parted_row(self) -> bool:
        """Moves the first row that ends on a later page than it begins, if it was not pushed before; whether there was one.

        The row above becomes as high as is needed for no line to have room below it: Qt then moves all of the row. The first row
        takes the head of the table with it, and the headings above.
        """
        for table in self._tables():
            for row in range(1, table.rows()):
                cells = [table.cellAt(row, column) for column in range(table.columns())]
                begin = [cell.firstCursorPosition().block() for cell in cells]
                first = min(self._page_of(block) for block in begin)
                last = max(self._last_page_of(cell.lastCursorPosition().block()) for cell in cells)
                if first == last or (table.firstPosition(), row) in self._pushed:
                    continue
                self._pushed.add((table.firstPosition(), row))
                if row == 1:
                    self._move_table(table)
                else:
                    top = min(self._line_top(block) for block in begin)
                    line = min(block.layout().lineAt(0).height() for block in begin if block.layout().lineCount())
                    self._heighten(table, row - 1, (first + 1) * self._size.height() - top - line + SLACK)
                return True
        return False

    def _heighten(self, table: QTextTable, row: int, more: float) -> None:
        """Makes a row higher by so many units."""
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            form = cell.format().toTableCellFormat()
            form.setBottomPadding(form.bottomPadding() + more)
            cell.setFormat(form)
        self._document.markContentsDirty(table.firstPosition(), self._document.characterCount() - table.firstPosition())

    def _move_table(self, table: QTextTable) -> None:
        """It begins the next page, with the headings right above it."""
        heading, above = None, table.firstCursorPosition().block().previous()
        while above.isValid() and above.blockFormat().hasProperty(HEADING):
            heading, above = above, above.previous()
        if heading is not None and above.isValid():
            self._begin_page(heading)
            return
        form = table.format().toTableFormat()
        form.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
        table.setFormat(form)
        self._document.markContentsDirty(0, self._document.characterCount())

    def _stranded_heading(self) -> QTextBlock | None:
        """The first of some headings in a row after which a page ends, if it was not moved yet."""
        first: QTextBlock | None = None
        block = self._document.begin().next()
        while block.isValid() and block.next().isValid():
            if not block.blockFormat().hasProperty(HEADING):
                first = None
            else:
                first = first or block
                if _stays(first) and self._page_of(block) < self._page_of(block.next()):
                    return first
            block = block.next()
        return None

    def _page_of(self, block: QTextBlock) -> int:
        """The page on which its first line is."""
        return int(self._line_top(block) // self._size.height())

    def _line_top(self, block: QTextBlock) -> float:
        """Where its first line begins, in units of the whole text."""
        first_line = block.layout().lineAt(0).y() if block.layout().lineCount() else 0.0
        return self._document.documentLayout().blockBoundingRect(block).top() + first_line

    def _last_page_of(self, block: QTextBlock) -> int:
        """The page on which its last line is."""
        count = block.layout().lineCount()
        last_line = block.layout().lineAt(count - 1).y() if count else 0.0
        return int((self._document.documentLayout().blockBoundingRect(block).top() + last_line) // self._size.height())


def _stays(block: QTextBlock) -> bool:
    """Whether it was not moved to the next page yet."""
    return block.blockFormat().pageBreakPolicy() == QTextFormat.PageBreakFlag.PageBreak_Auto
