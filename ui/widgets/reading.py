"""The one view that shows foreign Markdown as rich text: it loads nothing, and a link first says where it leads."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QBrush,
    QDesktopServices,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextListFormat,
    QTextTableFormat,
)
from PySide6.QtWidgets import QFrame, QMessageBox, QSizePolicy, QTextBrowser, QWidget

from circle_app.documents.blocks import Block, Code, Heading, ListBlock, Paragraph, Quote, Rule, Runs, Table
from circle_app.documents.markdown_view import safe_link, to_blocks
from ui.theme.theme import Theme
from ui.widgets.fields import scroll_bar_style
from ui.widgets.tip import plain_tip


class ReadingView(QTextBrowser):
    """`show_markdown` or `show_blocks`; `link_asked(str)` fires instead of asking when `ask` is false."""

    link_asked = Signal(str)

    def __init__(
        self, theme: Theme, *, name: str = "", grow: bool = False, ask: bool = True, parent: QWidget | None = None
    ) -> None:
        """`grow` makes the view as high as its text, for use inside a page that scrolls."""
        super().__init__(parent)
        self.theme = theme
        self._grow, self._ask = grow, ask
        self._blocks: tuple[Block, ...] = ()
        self.setAccessibleName(name or self.tr("Text"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self.anchorClicked.connect(self._asked)
        if grow:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._dress()
        theme.changed.connect(self._dress)

    def show_markdown(self, source: str) -> None:
        """Show Markdown somebody wrote; HTML in it stays visible as text."""
        self.show_blocks(to_blocks(source))

    def show_blocks(self, blocks: tuple[Block, ...]) -> None:
        """Show a block model; the place of reading is kept."""
        self._blocks = blocks
        place = self.verticalScrollBar().value()
        self.document().clear()
        _Writer(self.document(), self.theme).write(blocks)
        self.verticalScrollBar().setValue(place)
        self._fit()

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing is ever loaded, neither from the network nor from the disk."""
        return None

    def _dress(self) -> None:
        self.setStyleSheet("QTextBrowser { background: transparent; border: none; }" + scroll_bar_style(self.theme))
        self.document().setDefaultFont(self.theme.font("lead"))
        self.document().setDocumentMargin(self.theme.px(4))
        self.document().setIndentWidth(self.theme.px(24))
        self.show_blocks(self._blocks)

    def _fit(self) -> None:
        if self._grow:
            self.setFixedHeight(round(self.document().size().height()) + self.theme.px(6))

    def _asked(self, url: QUrl) -> None:
        target = safe_link(url.toString())
        if not target:
            return
        if not self._ask:
            self.link_asked.emit(target)
            return
        question = QMessageBox(self)
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setIcon(QMessageBox.Icon.Question)
        question.setText(self.tr("Open this link in your browser?"))
        # the host on a line of its own, so that a disguised address shows where it really leads
        question.setInformativeText(f"{urlsplit(target).hostname or target}\n\n{target}")
        question.setStandardButtons(QMessageBox.StandardButton.Open | QMessageBox.StandardButton.Cancel)
        question.setDefaultButton(QMessageBox.StandardButton.Cancel)
        if question.exec() == QMessageBox.StandardButton.Open:
            QDesktopServices.openUrl(QUrl(target))


class _Writer:
    """Writes blocks into a document through a cursor: text is only ever inserted as text."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        self._theme = theme
        self._cursor = QTextCursor(document)
        self._fresh = True
        self._ink = "ink"

    def write(self, blocks: tuple[Block, ...]) -> None:
        for block in blocks:
            self._block(block, indent=0)

    def _block(self, block: Block, *, indent: int) -> None:
        match block:
            case Heading(level, runs):
                self._start(indent, above=18 if level < 3 else 12, below=4)
                self._runs(
                    runs, font=self._theme.font("section" if level == 1 else "heading" if level == 2 else "item")
                )
            case Paragraph(runs):
                self._start(indent, below=8)
                self._runs(runs)
            case ListBlock():
                self._list(block, indent=indent)
            case Quote(blocks):
                before, self._ink = self._ink, "ink3"
                for inner in blocks:
                    self._block(inner, indent=indent + 1)
                self._ink = before
            case Code(text):
                self._start(indent, below=8, fill="sunken")
                self._cursor.insertText(text.rstrip("\n").replace("\n", "\u2028"), self._format(code=True))
            case Table():
                self._table(block)
            case Rule():
                self._start(indent, above=8, below=8, fill="line")
                line = QTextBlockFormat(self._cursor.blockFormat())
                line.setProperty(
                    QTextFormat.Property.BlockTrailingHorizontalRulerWidth,
                    QTextLength(QTextLength.Type.PercentageLength, 100),
                )
                self._cursor.setBlockFormat(line)

    def _start(self, indent: int, *, above: float = 0, below: float = 0, fill: str = "") -> None:
        """Begin a new paragraph; the empty first one of a document or cell is used up before."""
        form = QTextBlockFormat()
        form.setIndent(indent)
        form.setTopMargin(self._theme.px(above))
        form.setBottomMargin(self._theme.px(below))
        form.setLineHeight(138, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if fill:
            form.setBackground(QBrush(self._theme.color(fill)))
        if self._fresh:
            self._cursor.setBlockFormat(form)
        else:
            self._cursor.insertBlock(form, self._format())
        self._fresh = False

    def _list(self, block: ListBlock, *, indent: int) -> None:
        shape = QTextListFormat()
        shape.setIndent(indent + 1)
        shape.setStyle(QTextListFormat.Style.ListDisc if block.start is None else QTextListFormat.Style.ListDecimal)
        if block.start is not None:
            shape.setStart(block.start)
        items = None
        for item in block.items:
            first = True
            for inner in item.blocks or (Paragraph(()),):
                if not first or not isinstance(inner, Paragraph):
                    self._block(inner, indent=indent + 1)
                    first = False
                    continue
                self._start(indent=0, below=8 if item is block.items[-1] and not indent else 3)
                if item.done is not None:
                    plain = self._cursor.blockFormat()
                    plain.setIndent(indent + 1)
                    self._cursor.setBlockFormat(plain)
                    self._cursor.insertText("☑  " if item.done else "☐  ", self._format())
                elif items is None:
                    items = self._cursor.createList(shape)
                else:
                    items.add(self._cursor.block())
                self._runs(inner.runs)
                first = False

    def _table(self, block: Table) -> None:
        form = QTextTableFormat()
        form.setCellPadding(self._theme.px(6))
        form.setCellSpacing(0)
        form.setBorder(1)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderBrush(QBrush(self._theme.color("border")))
        form.setBorderCollapse(True)
        form.setHeaderRowCount(1)
        form.setBottomMargin(self._theme.px(10))
        table = self._cursor.insertTable(len(block.rows) + 1, max(len(block.header), 1), form)
        outer = self._cursor
        for row, cells in enumerate((block.header, *block.rows)):
            for column, runs in enumerate(cells[: len(block.header)]):
                self._cursor = table.cellAt(row, column).firstCursorPosition()
                self._runs(runs, bold=row == 0)
        outer.movePosition(QTextCursor.MoveOperation.End)
        self._cursor = outer
        self._fresh = True

    def _runs(self, runs: Runs, *, font: QFont | None = None, bold: bool = False) -> None:
        for run in runs:
            form = self._format(font=font, code=run.code)
            if run.bold or bold:
                form.setFontWeight(QFont.Weight.DemiBold)
            form.setFontItalic(run.italic)
            form.setFontStrikeOut(run.strike)
            if safe_link(run.link):
                form.setAnchor(True)
                form.setAnchorHref(run.link)
                form.setFontUnderline(True)
                form.setForeground(QBrush(self._theme.color("primary")))
                form.setToolTip(plain_tip(run.link))
            self._cursor.insertText(run.text.replace("\n", "\u2028"), form)

    def _format(self, *, font: QFont | None = None, code: bool = False) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setFont(font or self._theme.font("lead"))
        form.setForeground(QBrush(self._theme.color(self._ink)))
        if code:
            form.setFontFamilies(["monospace"])
            form.setFontFixedPitch(True)
        return form
