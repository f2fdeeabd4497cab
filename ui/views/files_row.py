"""One attached file as a line: what it looks like, its name, where it is, and how far it has come."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from circle_app.workspace.queries.files import File, State
from ui.models.file_words import file_icon, second_line
from ui.text import isolated
from ui.theme.theme import Theme
from ui.widgets.base import PaintedWidget
from ui.widgets.button import Button, IconButton
from ui.widgets.canvas import Canvas
from ui.widgets.listrow import ListRow
from ui.widgets.stepper import ProgressBar

THUMB, BAR_FROM = 40, 460


class FileRow(ListRow):
    """`opened` on click or Enter, `menu_asked(button)` for everything else; `show_file` changes it in place."""

    menu_asked = Signal(object)

    def __init__(self, theme: Theme, file: File) -> None:
        self.thumb = Thumb(theme)
        self.bar = ProgressBar(theme)
        self.bar.setFixedWidth(theme.px(90))
        self.more = IconButton(theme, "ellipsis", " ", size=34)
        self.file = file
        super().__init__(theme, " ", " ", front=self.thumb, behind=(self.bar, self.more))
        self.more.clicked.connect(lambda _on=False: self.menu_asked.emit(self.more))
        self.title.cut = Qt.TextElideMode.ElideMiddle  # the ending is seen, whatever the length
        self.show_file(file)

    def show_file(self, file: File) -> None:
        """What the workspace holds of it now."""
        self.file = file
        second = second_line(file)
        self.title.setText(file.name)
        self.second.setText(second)
        self.setAccessibleName(f"{isolated(file.name)}, {second}")
        more = self.tr("More about {name}").format(name=isolated(file.name))
        self.more.setAccessibleName(more)
        self.thumb.show_icon(file_icon(file.media))
        self._show_bar()
        self.bar.set_fraction(file.fraction, name=second, tone="gold" if file.state is State.WAITING else "primary")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_bar()

    def _show_bar(self) -> None:
        """The words say it, too; where room is short they are all there is."""
        moving = self.file.state in (State.LEAVING, State.COMING, State.WAITING)
        self.bar.setVisible(moving and self.width() >= self.theme.px(BAR_FROM))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Menu:
            self.menu_asked.emit(self.more)
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(self.more)


class ComingRow(ListRow):
    """A file that is being sealed and attached just now; `stopped` when the person does not want it any more."""

    stopped = Signal()

    def __init__(self, theme: Theme, name: str) -> None:
        thumb = Thumb(theme)
        thumb.show_icon("paperclip")
        self.bar = ProgressBar(theme)
        self.bar.setFixedWidth(theme.px(90))
        self.stop = Button(theme, "", look="ghost", height=34)
        super().__init__(theme, name, " ", front=thumb, behind=(self.bar, self.stop))
        self.stop.set_label(self.tr("Stop"))
        self.stop.setAccessibleName(self.tr("Stop attaching {name}").format(name=isolated(name)))
        self.stop.clicked.connect(lambda _on=False: self.stopped.emit())
        self.show_fraction(0.0)

    def show_fraction(self, fraction: float) -> None:
        words = self.tr("being sealed: {percent}").format(percent=f"{int(100 * fraction)} %")
        self.second.setText(words)
        self.bar.set_fraction(fraction, name=words)


class Thumb(PaintedWidget):
    """A small picture on a soft square, or the icon of its kind; silent to screen readers, the row says it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._icon, self._pixmap = "paperclip", QPixmap()
        self.setFixedSize(theme.px(THUMB), theme.px(THUMB))

    def show_icon(self, icon: str) -> None:
        self._icon = icon
        self.update()

    def show_image(self, image: QImage) -> None:
        self._pixmap = QPixmap.fromImage(image)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            if self._pixmap.isNull():
                canvas.box(canvas.whole(0), fill="primary_soft", radius=self.theme.px(10))
                side = self.theme.px(20)
                at = (self.width() - side) / 2
                canvas.icon(self._icon, "on_primary_soft", x=at, y=at, size=side)
                return
            canvas.box(canvas.whole(0), fill="sunken", radius=self.theme.px(10))
            size = self._pixmap.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            x, y = (self.width() - size.width()) // 2, (self.height() - size.height()) // 2
            canvas.painter.setRenderHint(canvas.painter.RenderHint.SmoothPixmapTransform)
            canvas.painter.drawPixmap(x, y, size.width(), size.height(), self._pixmap)
