"""The banner above every page while the disk is full, failing or write-protected, or the file is damaged."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from circle_app.workspace.barrier import Why, damaged, protected
from circle_app.workspace.changes import Touched
from circle_app.workspace.room import look_again
from ui.accessible import announce
from ui.context import AppContext
from ui.problems import sentence
from ui.widgets.base import Label, PaintedWidget
from ui.widgets.button import Button
from ui.widgets.canvas import Canvas
from ui.widgets.chip import IconLabel
from ui.widgets.layouts import fill, row

LOOK_MS = 5_000
LASTING: frozenset[Why] = frozenset({"protected", "damaged"})


class StorageBanner(PaintedWidget):
    """What stands in the way of saving, and one next step; goes away by itself when nothing does any more."""

    closing = Signal()
    """The person wants to close the app, as the next step asks."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, parent)
        self._ctx = ctx
        theme = ctx.theme
        self._why: Why | None = None
        self._said = Label(theme, role="medium", color="on_danger_soft", wrap=True)
        self.step = Button(theme, "", look="outline", height=34)
        self.step.clicked.connect(lambda _checked=False: self._press())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        line = row(theme, IconLabel(theme, "triangle-alert", size=20, tone="danger"), gap=12)
        line.addWidget(self._said, 1)
        line.addWidget(self.step)
        outer = QVBoxLayout(self)
        fill(theme, outer, gap=0, margins=(20, 8, 20, 8))
        outer.addLayout(line)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        # not `watch`: a hidden banner has to hear as well
        ctx.bus.touched.connect(self._heard)
        self.hide()
        self.refresh()

    def _heard(self, news: Touched) -> None:
        if "storage" in news.kinds:
            self.refresh()

    def refresh(self) -> None:
        """Say how things stand now."""
        why = self._ctx.ws.barrier.why
        if why == self._why:
            return
        self._why = why
        self.setVisible(why is not None)
        if why is None:
            self._timer.stop()
            self._ctx.toast(self.tr("The disk takes everything again: it is saved as usual."))
            return
        words = _words(why)
        self._said.setText(words)
        self.setAccessibleName(words)
        self.step.set_label(self.tr("Close the app") if why in LASTING else self.tr("Look again"))
        announce(self, words)
        if why not in LASTING:
            self._timer.start(LOOK_MS)

    def words(self) -> str:
        """What it says, empty while all is well."""
        return self._said.text() if self._why is not None else ""

    def look(self) -> None:
        """Find out whether there is room again; the news come back over the bus."""
        ws = self._ctx.ws
        self._ctx.tasks.run(self, lambda: look_again(ws), lambda _well: None)

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            canvas.box(canvas.whole(), fill="danger_soft", radius=0)

    def _press(self) -> None:
        if self._why in LASTING:
            self.closing.emit()
        else:
            self.look()


def _words(why: Why) -> str:
    match why:
        case "reserve":
            return QCoreApplication.translate(
                "Storage",
                "The disk is full. A reserve was opened so that you can go on writing; what others wrote waits. Free at "
                "least 10 MB on this disk.",
            )
        case "full":
            return QCoreApplication.translate(
                "Storage",
                "The disk is full: nothing more can be saved, everything can be read. Free at least 10 MB on this disk.",
            )
        case "failed":
            return QCoreApplication.translate(
                "Storage",
                "The disk did not take the last change; what you typed stays where it is. Check the disk; it is tried "
                "again every few seconds.",
            )
        case "protected":
            return sentence(protected())
        case "damaged":
            return sentence(damaged())
