"""What is asked and shown about attached files: a photo's hidden details, a copy for another program, a picture, a name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from circle_app.workspace.queries.files import File
from ui.models.file_words import size_words
from ui.text import isolated
from ui.theme.theme import Theme
from ui.widgets.base import Label, PaintedWidget
from ui.widgets.button import Button
from ui.widgets.canvas import Canvas
from ui.widgets.fields import TextField
from ui.widgets.flow import Flow
from ui.widgets.sheet import Sheet


class TracesSheet(Sheet):
    """Photos hold more than the picture: without it is the first answer. `chosen(keep)` hears the answer."""

    def __init__(
        self, theme: Theme, count: int, chosen: Callable[[bool], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "", width=520, parent=parent)
        title = self.tr("Take the hidden details out?")
        self.setWindowTitle(title)
        self.heading.setText(title)
        words = self.tr(
            "%Ln photo(s) (holds|hold) more than the picture, such as where and when it was taken and with which phone.", "",
            count,
        )  # fmt: skip
        self.body.addWidget(Label(theme, words, color="ink2", wrap=True))
        self.body.addWidget(
            Label(theme, self.tr("The picture itself stays as it is."), role="second", color="ink3", wrap=True)
        )
        self.body.addStretch(1)
        self.without = Button(theme, self.tr("Attach without them"), look="primary")
        self.keep = Button(theme, self.tr("Keep them"), look="ghost")
        self.leave = Button(theme, self.tr("Cancel"), look="ghost")
        self.without.clicked.connect(lambda _on=False: self._take(chosen, without=True))
        self.keep.clicked.connect(lambda _on=False: self._take(chosen, without=False))
        self.leave.clicked.connect(lambda _on=False: self.reject())
        self.foot().addWidget(Flow(theme, self.without, self.keep, self.leave), 1)
        self.without.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self, chosen: Callable[[bool], object], *, without: bool) -> None:
        self.accept()
        chosen(not without)


class OpenSheet(Sheet):
    """Says what opening with another program means, before a readable copy is made."""

    def __init__(self, theme: Theme, file: File, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", width=520, parent=parent)
        title = self.tr("Open with another program?")
        self.setWindowTitle(title)
        self.heading.setText(title)
        name = Label(theme, isolated(file.name), role="item", wrap=True)
        self.body.addWidget(name)
        who = file.author_name or self.tr("somebody who left")
        parts = (
            self.tr("{name} attached it. Open it if you trust where it comes from.").format(name=isolated(who)),
            self.tr(
                "The other program gets a copy that is not sealed. It is taken away when you close Citizen Circles; what you "
                "change in it is not kept."
            ),
        )
        for part in parts:
            self.body.addWidget(Label(theme, part, color="ink2", wrap=True))
        self.body.addStretch(1)
        self.go = self.add_buttons(self.tr("Open a copy"), self.tr("Cancel"))


class PictureSheet(Sheet):
    """A picture, large, as the process that draws foreign pictures made it."""

    def __init__(self, theme: Theme, file: File, image: QImage, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", width=900, parent=parent)
        self.setWindowTitle(file.name)
        self.heading.setText(isolated(file.name))
        self.picture = Picture(theme, image, name=self.tr("Picture: {name}").format(name=isolated(file.name)))
        self.body.addWidget(self.picture)
        self.body.addWidget(Label(theme, size_words(file.size), role="second", color="ink3"))
        close = Button(theme, self.tr("Close"), look="primary")
        close.clicked.connect(lambda _on=False: self.accept())
        self.foot().addStretch(1)
        self.foot().addWidget(close)


class NameSheet(Sheet):
    """Another name for a file; `name` holds it."""

    def __init__(self, theme: Theme, file: File, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", width=460, parent=parent)
        self.setWindowTitle(self.tr("Rename the file"))
        self.heading.setText(self.tr("Rename the file"))
        self.name = TextField(theme, name=self.tr("Name of the file"), text=file.name)
        self.body.addWidget(self.name)
        self.body.addStretch(1)
        self.add_buttons(self.tr("Rename"), self.tr("Cancel"))
        self.name.returnPressed.connect(self.accept)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.setSelection(0, len(file.name.rpartition(".")[0] or file.name))


class Picture(PaintedWidget):
    """A picture that fits its place and keeps its form."""

    def __init__(self, theme: Theme, image: QImage, *, name: str = "") -> None:
        super().__init__(theme)
        self._pixmap = QPixmap.fromImage(image)
        self.setAccessibleName(name)
        self.setMinimumHeight(theme.px(120))

    def sizeHint(self) -> QSize:
        return self._pixmap.size().scaled(QSize(840, 620), Qt.AspectRatioMode.KeepAspectRatio)

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            canvas.painter.setRenderHint(canvas.painter.RenderHint.SmoothPixmapTransform)
            size = self._pixmap.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            x, y = (self.width() - size.width()) // 2, (self.height() - size.height()) // 2
            canvas.painter.drawPixmap(x, y, size.width(), size.height(), self._pixmap)
