"""The Library: courses to borrow from, brought in as folders of Markdown; each opens to its parts, steps and texts."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from circle_app.courses.markdown_course import read_course
from circle_app.courses.releases import Release
from circle_app.errors import CircleError
from circle_app.workspace import library
from circle_app.workspace.library import LibraryEntry
from ui.context import AppContext
from ui.models.shelf import course_words, origin_words, shelve_sample
from ui.problems import sentence
from ui.text import number
from ui.theme.theme import person_color
from ui.views.library_course import CoursePage
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import CardButton
from ui.widgets.chip import IconLabel
from ui.widgets.empty import EmptyState
from ui.widgets.layouts import clear, row
from ui.widgets.page import Header, ScrollPage
from ui.widgets.seats import SeatDots


class LibraryView(QWidget):
    """`show_ref` takes the hash of a release, or None for the shelf. A folder may be dropped anywhere on the page."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._across = 0
        self.setAcceptDrops(True)
        theme = ctx.theme
        self._pages = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.bring = Button(theme, self.tr("Import a course"), look="primary", icon="folder-open")
        self.bring.clicked.connect(lambda _on=False: self._ask_folder())
        self.shelf = ScrollPage(theme)
        self.shelf.body.addWidget(
            Header(
                theme,
                self.tr("Library"),
                self.tr("Plans that others have tried. Borrow a whole course, one meeting, or a single step."),
                self.bring,
            )
        )
        self.trouble = Label(theme, role="medium", color="danger", wrap=True)
        self.trouble.hide()
        self.shelf.body.addWidget(self.trouble)
        self._cards = QGridLayout()
        self._cards.setSpacing(theme.px(14))
        self.shelf.body.addLayout(self._cards)
        self.shelf.body.addStretch(1)
        self.course = CoursePage(ctx)
        self.course.back.connect(lambda: self.show_ref(None))
        self._pages.addWidget(self.shelf)
        self._pages.addWidget(self.course)
        shelve_sample(ctx)
        ctx.bus.watch(self, {"library"}, self.refresh)
        self.refresh()

    def show_ref(self, ref: object) -> None:
        """Open a course, or the shelf."""
        if not isinstance(ref, bytes):
            self.refresh()
            self._pages.setCurrentWidget(self.shelf)
            return
        self.course.show_release(ref, library.release(self._ctx.ws, ref))
        self._pages.setCurrentWidget(self.course)

    def refresh(self) -> None:
        """Lay the shelf out anew."""
        clear(self._cards)
        entries = library.releases(self._ctx.ws)
        if not entries:
            empty = EmptyState(
                self._ctx.theme,
                self.tr("A course in a box is a folder of Markdown pages, such as the ones of the School of Social Innovation."),
                title=self.tr("The shelf is empty"), action=self.tr("Import a course"), icon="folder-open", picture="library",
            )  # fmt: skip
            empty.pressed.connect(self._ask_folder)
            self._cards.addWidget(empty, 0, 0)
            return
        across = self._fitting()
        cards = [*(self._card(entry) for entry in entries), self._bring_card()]
        for place, card in enumerate(cards):
            self._cards.addWidget(card, place // across, place % across)
        for place in range(3):
            self._cards.setColumnStretch(place, 1 if place < across else 0)
        self._across = across

    def import_folder(self, folder: Path) -> None:
        """Read a folder in the background and open it; what is wrong with it is said on the page."""
        self._say("")
        self.bring.setEnabled(False)
        self._ctx.tasks.run(self, lambda: read_course(folder), self._brought, self._refused)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._across and self._fitting() != self._across:
            self.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_folder(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        folder = _dropped_folder(event)
        if folder is not None:
            event.acceptProposedAction()
            self._pages.setCurrentWidget(self.shelf)
            self.import_folder(folder)

    def _card(self, entry: LibraryEntry) -> CardButton:
        theme, release = self._ctx.theme, entry.release
        card = CardButton(theme, release.title, padding=(20, 18, 20, 18), gap=6)
        timed = [module for module in release.modules if module.minutes]
        dots = SeatDots(
            theme, total=max(len(release.modules), 1), filled=len(timed), color=person_color(release.title),
            text=number(len(release.modules)), name=course_words(release), size=56,
        )  # fmt: skip
        card.body.addLayout(row(theme, dots, None))
        card.body.addSpacing(theme.px(6))
        card.body.addWidget(Label(theme, release.title, role="section", wrap=True))
        card.body.addWidget(Label(theme, course_words(release), role="second_strong", color="ink2", wrap=True))
        if release.description:
            card.body.addWidget(Label(theme, _shortened(release.description), role="body", color="ink2", wrap=True))
        card.body.addStretch(1)
        origin = origin_words(release)
        if origin:
            card.body.addWidget(Label(theme, origin, role="small", color="ink3", wrap=True))
        card.opened.connect(lambda: self._ctx.navigate("library", entry.hash))
        return card

    def _bring_card(self) -> CardButton:
        theme = self._ctx.theme
        title = self.tr("Bring a course of your own")
        card = CardButton(theme, title, fill_color="sunken", padding=(20, 18, 20, 18), gap=6)
        card.body.addLayout(row(theme, IconLabel(theme, "folder-open", size=26, tone="gold"), None))
        card.body.addSpacing(theme.px(6))
        card.body.addWidget(Label(theme, title, role="section", color="ink2", wrap=True))
        words = self.tr(
            "Choose its folder, or drop it here. It holds a folder “modules” with the pages of each meeting."
        )
        card.body.addWidget(Label(theme, words, color="ink2", wrap=True))
        card.body.addStretch(1)
        card.opened.connect(self._ask_folder)
        return card

    def _fitting(self) -> int:
        wide = self.width() / self._ctx.theme.scale
        return 3 if wide >= 1040 else 2 if wide >= 640 else 1

    def _ask_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose the folder of the course"))
        if chosen:
            self.import_folder(Path(chosen))

    def _brought(self, release: Release) -> None:
        self.bring.setEnabled(True)
        try:
            name = library.add_release(self._ctx.ws, release)
        except CircleError as problem:
            self._refused(problem)
            return
        self._ctx.navigate("library", name)
        self._ctx.toast(self.tr("“{title}” is in your Library").format(title=release.title))

    def _refused(self, problem: CircleError) -> None:
        self.bring.setEnabled(True)
        self._say(sentence(problem))

    def _say(self, words: str) -> None:
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))


def _dropped_folder(event: QDropEvent) -> Path | None:
    for url in event.mimeData().urls():
        if url.isLocalFile() and Path(url.toLocalFile()).is_dir():
            return Path(url.toLocalFile())
    return None


def _shortened(text: str, most: int = 160) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + "…"
