"""One course opened: its parts and timed steps, a page to read, and the ways to use it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from circle_app.courses.releases import Item, Module, Release
from circle_app.workspace import library
from circle_app.workspace.queries.circles import my_circles
from ui.context import AppContext
from ui.dialogs.from_library import UseInMeeting
from ui.dialogs.start_circle import StartCircleDialog
from ui.models.shelf import course_words, minutes_words, module_words, origin_words
from ui.widgets.base import Label
from ui.widgets.button import Button, IconButton, LinkButton
from ui.widgets.card import SHADOW_ROOM, Card
from ui.widgets.chip import Chip
from ui.widgets.layouts import clear, column, row
from ui.widgets.listrow import ListRow
from ui.widgets.menu import Menu
from ui.widgets.page import Header, ScrollPage
from ui.widgets.reading import ReadingView

BESIDE_FROM = 860
"""The width at 100 % text from which the reading page stands beside the list."""


class CoursePage(ScrollPage):
    """`show_release` opens one; `back` asks for the shelf."""

    back = Signal()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, margins=(36 - SHADOW_ROOM, 26, 36 - SHADOW_ROOM, 24), parent=parent)
        self._ctx = ctx
        self._name = b""
        self._release: Release | None = None
        self._read: Item | None = None
        self._rows: dict[str, ListRow] = {}
        theme = ctx.theme
        up = LinkButton(theme, self.tr("Library"), color="ink2")
        up.clicked.connect(lambda _on=False: self.back.emit())
        self.start = Button(theme, self.tr("Make a circle from it"), look="primary", icon="sprout")
        self.start.clicked.connect(lambda _on=False: self._make_circle())
        self.more = IconButton(theme, "ellipsis", self.tr("More about this course"))
        self.more.clicked.connect(lambda _on=False: self._menu())
        self.header = Header(theme, "", "", self.start, self.more)
        self.credit = Label(theme, role="second", color="ink3", wrap=True, selectable=True)
        head = column(
            theme, row(theme, up, None), self.header, self.credit, gap=10, margins=(SHADOW_ROOM, 0, SHADOW_ROOM, 0)
        )
        self.body.addLayout(head)
        self._parts = column(theme, gap=4)
        self._list = QWidget()
        self._list.setLayout(self._parts)
        self.page = Card(theme, padding=(28, 24, 28, 24), gap=10)
        self._chip = Chip(theme, "")
        self._title = Label(theme, role="stage", wrap=True)
        self.text = ReadingView(theme, name=self.tr("Text of the step"), grow=True)
        self._use = Button(theme, self.tr("Use this step"), look="soft", icon="calendar-plus")
        self._use.clicked.connect(lambda _on=False: self._use_item())
        self.page.body.addLayout(row(theme, self._chip, None, self._use))
        self.page.body.addWidget(self._title)
        self.page.body.addWidget(self.text)
        self.page.body.addStretch(1)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(8))
        self.body.addLayout(self._grid)
        self.body.addStretch(1)
        self._beside: bool | None = None
        self._arrange()

    def show_release(self, name: bytes, release: Release) -> None:
        """Open this course at its welcome page."""
        self._name, self._release = name, release
        said = " ".join(release.description.split())
        self.header.set_text(release.title, "" if said == release.title else said)
        words = [course_words(release), origin_words(release)]
        self.credit.setText("  ·  ".join(part for part in words if part))
        clear(self._parts)
        self._rows = {}
        for module in release.modules:
            self._parts.addWidget(self._module_card(module))
        self._parts.addStretch(1)
        if release.welcome.strip():
            self._show_page(self.tr("Welcome"), "", release.welcome, None)
        elif release.modules:
            self.read(release.modules[0].items[0])
        self.verticalScrollBar().setValue(0)

    def read(self, item: Item) -> None:
        """Show the text of a step."""
        self._show_page(item.title, minutes_words(item), item.body, item)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _show_page(self, title: str, minutes: str, text: str, item: Item | None) -> None:
        self._read = item
        self._title.setText(title)
        self._chip.set_text(
            minutes or (self.tr("No set time") if item else self.tr("First page")),
            tone="primary" if minutes else "plain",
        )
        self.text.show_markdown(_without_title(text, title))
        self._use.setVisible(item is not None)
        for key, line in self._rows.items():
            line.title.set_color("primary" if item is not None and key == _key(self._release, item) else "ink")

    def _module_card(self, module: Module) -> Card:
        theme = self.theme
        card = Card(theme, padding=(18, 14, 14, 8), gap=0)
        use = Button(
            theme, self.tr("Use"), look="ghost", icon="calendar-plus", tip=self.tr("Use this part in a meeting")
        )
        use.setAccessibleName(self.tr("Use “{title}” in a meeting").format(title=module.title))
        use.clicked.connect(lambda _on=False: self._use_module(module))
        words = column(
            theme, Label(theme, module.title, role="heading", wrap=True),
            Label(theme, module_words(module), role="second", color="ink3"), gap=1,
        )  # fmt: skip
        head = row(theme, gap=8)
        head.addLayout(words, 1)
        head.addWidget(use, 0, Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(head)
        card.body.addSpacing(theme.px(6))
        for place, item in enumerate(module.items):
            behind = (Chip(theme, minutes_words(item)),) if item.minutes else ()
            line = ListRow(theme, item.title, behind=behind, high=44, separator=place < len(module.items) - 1)
            line.opened.connect(lambda item=item: self._open(item))
            self._rows[_key(self._release, item)] = line
            card.body.addWidget(line)
        return card

    def _open(self, item: Item) -> None:
        self.read(item)
        if not self._beside:
            self.ensureWidgetVisible(self.page, 0, 0)

    def _arrange(self) -> None:
        beside = self.room() / self.theme.scale >= BESIDE_FROM
        if beside == self._beside:
            return
        self._beside = beside
        self._grid.removeWidget(self._list)
        self._grid.removeWidget(self.page)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(self._list, 0, 0, top)
        self._grid.addWidget(self.page, 0 if beside else 1, 1 if beside else 0, top)
        self._grid.setColumnStretch(0, 5)
        self._grid.setColumnStretch(1, 7 if beside else 0)

    def _make_circle(self) -> None:
        dialog = StartCircleDialog(self._ctx, self.window(), release=self._name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _use_module(self, module: Module, chosen: tuple[Item, ...] | None = None) -> None:
        if self._release is None:
            return
        if not my_circles(self._ctx.ws):
            self._ctx.toast(self.tr("Start or join a circle first; its meetings can use every step."))
            return
        dialog = UseInMeeting(self._ctx, self._release, module, items=chosen, parent=self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _use_item(self) -> None:
        for module in self._release.modules if self._release else ():
            if self._read in module.items and self._read is not None:
                self._use_module(module, (self._read,))
                return

    def _menu(self) -> None:
        menu = Menu(self.theme, self)
        menu.add(self.tr("Take it off the shelf"), self._remove, icon="trash-2")
        menu.open_under(self.more)

    def _remove(self) -> None:
        release, ctx = self._release, self._ctx
        if release is None:
            return
        library.remove_release(ctx.ws, self._name)
        self.back.emit()
        words = self.tr("“{title}” is off the shelf. Meetings made from it stay.").format(title=release.title)
        ctx.toast(words, lambda: library.add_release(ctx.ws, release))


def _key(release: Release | None, item: Item) -> str:
    """A name for the row of an item; two parts may hold pages of the same file name."""
    for number, module in enumerate(release.modules if release else ()):
        if item in module.items:
            return f"{number}/{item.key}"
    return item.key


def _without_title(text: str, title: str) -> str:
    """The page without a first heading that only repeats the title above it."""
    lines = text.lstrip().splitlines()
    if lines and lines[0].lstrip("#").strip() == title and lines[0].startswith("#"):
        return "\n".join(lines[1:])
    return text
