"""Where people type and choose: a line, a search line, a larger area, a drop-down list."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QKeySequence, QPaintEvent, QPalette, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSizePolicy, QStyledItemDelegate, QWidget

from ui.theme.theme import Theme
from ui.widgets.canvas import Canvas, key_cap_width, line_height, text_width
from ui.widgets.tip import plain_tip


class TextField(QLineEdit):
    """One line of text. `name` is its spoken name; `hint` shows while it is empty; `left()` fires when focus goes.

    What is wider than the field is told by its tool tip; with `dotted` it ends in dots while the keyboard is elsewhere.

    `bare` is for a title that is edited where it stands: the frame shows only under the pointer and with the keyboard.
    """

    left = Signal()
    dotted = False
    saves_itself = False
    """Whether words are kept while they are typed: then taking back is about them alone, and never about anything else."""

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        hint: str = "",
        text: str = "",
        role: str = "body",
        height: float = 38,
        icon: str = "",
        key: str = "",
        pill: bool = False,
        bare: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self._icon, self._key, self._pill, self._bare = icon, key, pill, bare
        self._wrong, self._told = False, ""
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setFont(theme.font(role))
        self.setFrame(False)
        self.setMinimumHeight(max(theme.px(height), round(line_height(self.font())) + theme.px(12)))
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        self.setPalette(palette)
        self._place()
        self.setText(text)
        self.textChanged.connect(lambda _text: self._tell_whole())
        theme.changed.connect(self.update)

    def set_wrong(self, wrong: bool) -> None:
        """Frame the field in the danger colour; say why beside it in words."""
        self._wrong = wrong
        self.update()

    def clear(self) -> None:
        """Empty the field, once its words are kept: there is nothing to bring back, so taking back is the window's."""
        self.setText("")

    def event(self, event: QEvent) -> bool:
        if not self.saves_itself and _of_the_window(event, undo=self.isUndoAvailable(), redo=self.isRedoAvailable()):
            event.ignore()
            return False
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_whole()

    def _tell_whole(self) -> None:
        """What is wider than the field, words or hint, is told by its tool tip as well; never what is typed unseen."""
        if self.toolTip() == self._told:
            seen = self.displayText() or self.placeholderText()
            self.setToolTip(plain_tip(seen) if text_width(self.font(), seen) > self._room().width() else "")
            self._told = self.toolTip()

    def _room(self) -> QRectF:
        """Where words stand."""
        edges, gap = self.textMargins(), self.theme.px(2)
        return QRectF(self.rect().adjusted(edges.left() + gap, 0, -edges.right() - gap, 0))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.theme.px
        with Canvas(self, self.theme) as canvas:
            focused = self.hasFocus()
            edge = "danger" if self._wrong else "focus" if focused else "border" if self._pill else "line"
            color = QColor(canvas.color(edge))
            if not (focused or self._wrong or self._pill):
                color.setAlpha(150)
            radius = self.height() / 2 if self._pill else px(12)
            quiet = self._bare and self.text() and not (focused or self._wrong or self.underMouse())
            if not quiet:
                canvas.box(canvas.whole(1), fill="surface", border=color, radius=radius, thick=2 if focused else 1)
            if self._icon:
                size = px(18)
                canvas.icon(self._icon, "ink3", x=px(14), y=(self.height() - size) / 2, size=size)
            if self._key and not self.text():
                width = key_cap_width(self.theme, self._key)
                canvas.key_cap(self.width() - width - px(16), self.height() / 2, self._key, "ink3")
            cut = self.dotted and not focused and text_width(self.font(), self.displayText()) > self._room().width()
            if cut:
                ink = self.palette().color(QPalette.ColorRole.Text)
                canvas.text(self._room(), self.displayText(), font=self.font(), color=ink)
        if not cut:
            super().paintEvent(event)

    def _place(self) -> None:
        px = self.theme.px
        near = px(38) if self._icon else px(8 if self._bare else 12)
        far = round(key_cap_width(self.theme, self._key)) + px(20) if self._key else px(12)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if mirrored:
            near, far = far, near
        self.setTextMargins(near, 0, far, 0)
        # beside its icon, and under its label, also when the words run the other way
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)


class SearchField(TextField):
    """A search line with its glass; Escape empties it."""

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        hint: str = "",
        key: str = "",
        big: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            theme,
            name=name,
            hint=hint,
            icon="search",
            key=key,
            pill=not big,
            role="field_big" if big else "body",
            height=56 if big else 40,
            parent=parent,
        )

    def sizeHint(self) -> QSize:
        margins = self.textMargins()
        width = text_width(self.font(), self.placeholderText()) + margins.left() + margins.right() + self.theme.px(24)
        return QSize(max(round(width), self.theme.px(200)), super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)


class TextArea(QPlainTextEdit):
    """Several lines of text; Tab moves on, `left()` fires when focus goes. `rows` is the height in lines."""

    left = Signal()
    saves_itself = False
    """As of a `TextField`."""

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        hint: str = "",
        text: str = "",
        rows: int = 4,
        framed: bool = True,
        role: str = "body",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self._framed = framed
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setFont(theme.font(role))
        self.setTabChangesFocus(True)
        self.setMinimumHeight(round(line_height(self.font()) * rows) + theme.px(20))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setPlainText(text)
        self._keep_side()
        self._restyle()
        theme.changed.connect(self._restyle)

    def event(self, event: QEvent) -> bool:
        document = self.document()
        if not self.saves_itself and _of_the_window(
            event, undo=document.isUndoAvailable(), redo=document.isRedoAvailable()
        ):
            event.ignore()
            return False
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._keep_side()
        super().changeEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def _keep_side(self) -> None:
        """Lines begin on the side of reading, also the empty one, whatever way their words run: as in a field of one line."""
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        option = self.document().defaultTextOption()
        option.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute)
        self.document().setDefaultTextOption(option)

    def _restyle(self) -> None:
        color, px = self.theme.color, self.theme.px
        edge = f"1px solid {_rgba(color('line', 150))}" if self._framed else "none"
        ring = f"2px solid {color('focus').name()}" if self._framed else "none"
        fill = color("surface").name() if self._framed else "transparent"
        self.setStyleSheet(
            f"QPlainTextEdit {{ border: {edge}; border-radius: {px(12)}px; padding: {px(6)}px; background: {fill};"
            f" color: {color('ink').name()}; placeholder-text-color: {color('ink3').name()}; }}"
            f" QPlainTextEdit:focus {{ border: {ring}; }}" + scroll_bar_style(self.theme)
        )


def _of_the_window(event: QEvent, *, undo: bool, redo: bool) -> bool:
    """Whether a key asks to take back, or to do again, where nothing typed could be: then it is about the last change of all."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    asks, kinds = event.matches, QKeySequence.StandardKey
    return (asks(kinds.Undo) and not undo) or (asks(kinds.Redo) and not redo)


class Select(QComboBox):
    """A drop-down list of (code, words). `chosen(code)` fires when a person picks one; `set_code` does not fire it."""

    chosen = Signal(str)

    def __init__(
        self,
        theme: Theme,
        options: tuple[tuple[str, str], ...] = (),
        *,
        name: str,
        code: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setAccessibleName(name)
        self.setFont(theme.font("body"))
        self.setMinimumHeight(theme.px(38))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setItemDelegate(QStyledItemDelegate(self))  # the default one of combo boxes knows no style of lines
        self._dress()
        theme.changed.connect(self._dress)
        self.set_options(options, code=code)
        self.activated.connect(lambda _index: self.chosen.emit(self.code()))
        self.currentTextChanged.connect(lambda _text: self._tell_whole())
        theme.changed.connect(self.update)

    def set_options(self, options: tuple[tuple[str, str], ...], *, code: str = "") -> None:
        self.clear()
        for option, words in options:
            self.addItem(words, option)
        self.set_code(code)

    def code(self) -> str:
        return str(self.currentData() or "")

    def set_code(self, code: str) -> None:
        index = self.findData(code)
        self.setCurrentIndex(max(index, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_whole()

    def _tell_whole(self) -> None:
        """What finds no room is its tool tip."""
        room = self.width() - self.theme.px(46)
        self.setToolTip(plain_tip(self.currentText()) if text_width(self.font(), self.currentText()) > room else "")

    def _dress(self) -> None:
        color, px = self.theme.color, self.theme.px
        self.view().setStyleSheet(
            f"QAbstractItemView {{ background: {color('surface').name()}; border: 1px solid {color('border').name()};"
            f" padding: {px(4)}px; outline: none; }}"
            f"QAbstractItemView::item {{ min-height: {px(34)}px; padding: 0 {px(8)}px; border-radius: {px(8)}px; }}"
            f"QAbstractItemView::item:selected {{ background: {color('primary_soft').name()};"
            f" color: {color('on_primary_soft').name()}; }}" + scroll_bar_style(self.theme)
        )

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling a page must never change a choice."""
        event.ignore()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + self.theme.px(30), max(self.theme.px(38), hint.height() + self.theme.px(6)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(90), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.theme.px
        with Canvas(self, self.theme) as canvas:
            on = self.isEnabled()
            edge = QColor(canvas.color("focus" if self.hasFocus() else "line"))
            if not self.hasFocus():
                edge.setAlpha(150)
            fill = "sunken" if not on else "hover" if self.underMouse() else "surface"
            canvas.box(canvas.whole(1), fill=fill, border=edge, radius=px(12), thick=2 if self.hasFocus() else 1)
            rect = canvas.rect(px(14), 0, self.width() - px(46), self.height())
            canvas.text(rect, self.currentText(), font=self.font(), color="ink" if on else "ink3")
            size = px(16)
            if on:
                x, y = self.width() - px(14) - size, (self.height() - size) / 2
                canvas.icon("chevron-down", "ink3", x=x, y=y, size=size)


def scroll_bar_style(theme: Theme) -> str:
    """A slim scroll bar for the lists and pages that carry a style of their own."""
    thumb, lit = theme.color("line", 110), theme.color("line", 190)
    wide = theme.px(10)
    return (
        f"QScrollBar:vertical {{ background: transparent; width: {wide}px; margin: 2px; }}"
        f"QScrollBar:horizontal {{ background: transparent; height: {wide}px; margin: 2px; }}"
        f"QScrollBar::handle {{ background: {_rgba(thumb)}; border-radius: {(wide - 4) // 2}px; }}"
        f"QScrollBar::handle:vertical {{ min-height: {theme.px(32)}px; }}"
        f"QScrollBar::handle:horizontal {{ min-width: {theme.px(32)}px; }}"
        f"QScrollBar::handle:hover {{ background: {_rgba(lit)}; }}"
        "QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }"
        "QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }"
    )


def _rgba(color: QColor) -> str:
    return f"rgba({color.red()},{color.green()},{color.blue()},{color.alpha()})"
