"""One note: its title, where it belongs, and its Markdown to write, to read, or both side by side."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import NOTES
from circle_app.domain.text import tidy_line
from circle_app.errors import CircleError, NotFound
from circle_app.workspace.commands.notes import add_note, delete_note, set_note
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.notes import Note, note
from circle_app.workspace.queries.projects import projects
from ui.context import AppContext
from ui.models.live_text import LiveText
from ui.models.taking_back import taking_back
from ui.problems import sentence
from ui.shortcuts import key_name
from ui.text import date_of_ms, day_long
from ui.theme.theme import Theme
from ui.views.files_panel import FilesPanel
from ui.views.notes_bar import NoteBar
from ui.views.notes_marks import box_lines
from ui.views.notes_reading import NotePage
from ui.views.notes_source import SourceArea
from ui.widgets.autosave import Autosave
from ui.widgets.base import Label, PaintedWidget
from ui.widgets.button import Button, IconButton
from ui.widgets.canvas import Canvas
from ui.widgets.card import Card, held
from ui.widgets.chip import IconLabel
from ui.widgets.choice import CheckBox, Option, Segmented
from ui.widgets.fields import Select, TextField
from ui.widgets.flow import Flow
from ui.widgets.layouts import boxed, fill, row
from ui.widgets.listrow import ElidedLabel
from ui.widgets.menu import Menu

SIDE_BY_SIDE_FROM = 760
SAVED_MS, READING_MS = 1600, 150


class NoteEditor(QWidget):
    """`show_note` after every change; what is being typed stays. `gone` when the note was taken away here."""

    gone = Signal()
    moved = Signal(object)

    def __init__(self, ctx: AppContext) -> None:
        super().__init__()
        self._ctx = ctx
        self.note: Note | None = None
        self._title_base: bytes | None = None
        self._wanted = ""
        theme = ctx.theme
        self.title = TextField(
            theme, name=self.tr("Title"), hint=self.tr("A title"), role="stage", bare=True, height=46
        )
        self.source = SourceArea(
            theme, name=self.tr("Note"), hint=self.tr("Write here. - makes a list, - [ ] a box to tick.")
        )
        self.reading = NotePage(theme, name=self.tr("The note to read"))
        self.reading.ticked.connect(self._tick)
        self.files = FilesPanel(ctx, NOTES)
        self.files.serve(self.source)
        self.bar = NoteBar(ctx)
        self.bar.keep_copy.connect(self._keep_copy)
        self.modes = Segmented(
            theme, (Option("write", self.tr("Write")), Option("read", self.tr("Read")), Option("both", self.tr("Both"))),
            name=self.tr("Write or read ({key})").format(key=key_name("Ctrl+E")), code="write",
        )  # fmt: skip
        self.modes.setToolTip(key_name("Ctrl+E"))
        self.modes.chosen.connect(self.set_mode)
        self.more = IconButton(theme, "ellipsis", self.tr("More about this note"))
        self.more.clicked.connect(lambda _on=False: self._menu())
        self.project = Select(theme, name=self.tr("Project"))
        self.project.chosen.connect(
            lambda code: self._set(project=Ref(self._space, bytes.fromhex(code)) if code else None)
        )
        self.private = CheckBox(theme, self.tr("Private"), name=self.tr("Private: stays out of notes for the public"))
        self.private.setToolTip(self.private.accessibleName())
        self.private.clicked.connect(lambda on: self._set(private=on or None))
        self.told = ElidedLabel(theme, role="second", color="ink3")
        self.told.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.saved = boxed(
            row(
                theme,
                IconLabel(theme, "check", size=15, color="teal"),
                Label(theme, self.tr("Saved"), role="small", color="ink3"),
                gap=5,
            )
        )
        self._lay_out()
        self._title_save = Autosave(self.title, lambda text: self._save(title=text))
        self._body_save = LiveText(
            self.source, ctx.ws, NOTES, "body", lambda text, base: self._save(body=text, base=base)
        )
        self._quiet = QTimer(self, singleShot=True, interval=SAVED_MS)
        self._quiet.timeout.connect(lambda: self._tell_saved(False))
        self._render = QTimer(self, singleShot=True, interval=READING_MS)
        self._render.timeout.connect(self._show_page)
        for autosave in (self._title_save, self._body_save):
            autosave.saved.connect(lambda: self._tell_saved(True))
        self.source.textChanged.connect(self._render.start)
        self.title.returnPressed.connect(self._to_body)
        switch = QShortcut(QKeySequence("Ctrl+E"), self)
        switch.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        switch.activated.connect(self.switch)

    @property
    def blank(self) -> bool:
        """Whether nothing was written into the note yet."""
        return not self.title.text().strip() and not self.source.toPlainText().strip()

    def open_note(self, shown: Note) -> None:
        """Turn to another note; what was typed into the last one is saved first."""
        self.flush()
        self.note = None
        self._wanted = ""
        self._show(shown, anew=True)
        self._apply_mode()

    def show_note(self, shown: Note) -> None:
        """Show what the workspace holds of the open note, without touching what somebody is typing."""
        if self.note is not None and shown.ref == self.note.ref:
            self._show(shown, anew=False)

    def show_gone(self) -> None:
        """The open note was deleted elsewhere: its words stay here until somebody decides."""
        if self.note is not None:
            self.bar.say_gone()

    def flush(self) -> None:
        """Save now what waits to be saved."""
        self._title_save.flush()
        self._body_save.flush()

    def begin(self) -> None:
        """Put the keyboard where one would write next."""
        target: QWidget = (
            self.title if not self.title.text() else self.source if self.source.isVisible() else self.reading
        )
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def mode(self) -> str:
        """What is shown now: "write", "read" or "both"."""
        wide = self.width() >= self._ctx.theme.px(SIDE_BY_SIDE_FROM)
        if self._wanted:
            return "read" if self._wanted == "both" and not wide else self._wanted
        if wide:
            return "both"
        return "write" if not self.source.toPlainText().strip() else "read"

    def set_mode(self, code: str) -> None:
        self._wanted = code
        self._apply_mode()
        (self.reading if code == "read" else self.source).setFocus(Qt.FocusReason.OtherFocusReason)

    def switch(self) -> None:
        """From writing to reading and back."""
        self.set_mode("read" if self.mode() == "write" else "write")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._apply_mode()

    @property
    def _space(self) -> int:
        assert self.note is not None
        return self.note.ref.space

    def _lay_out(self) -> None:
        theme = self._ctx.theme
        tools = (
            ("B", "", self.tr("Bold"), "Ctrl+B", lambda: self.source.wrap("**")),
            ("I", "", self.tr("Italic"), "Ctrl+I", lambda: self.source.wrap("*")),
            ("", "type", self.tr("Heading"), "", lambda: self.source.begin_line("## ")),
            ("", "list", self.tr("List"), "", lambda: self.source.begin_line("- ")),
            ("", "list-checks", self.tr("Box to tick"), "Ctrl+Return", self.source.box),
            ("", "link", self.tr("Link"), "Ctrl+K", self.source.link),
        )
        self.tools = Flow(theme, gap=2)
        for letter, icon, name, keys, action in tools:
            spoken = f"{name} ({key_name(keys)})" if keys else name
            tool = (
                Button(theme, letter, look="ghost", height=34, tip=spoken)
                if letter
                else IconButton(theme, icon, spoken, size=34)
            )
            tool.setAccessibleName(spoken)
            tool.clicked.connect(lambda _on=False, action=action: action())
            self.tools.add(tool)
        head = row(theme, gap=8)
        head.addWidget(self.title, 1)
        head.addWidget(self.saved)
        head.addWidget(self.more)
        self._keep_room(self.saved)
        self._meta = Flow(theme, self.project, self.private, self.told, gap=12)
        self._card = Card(theme, padding=(14, 10, 14, 12), gap=6)
        self._panes = QHBoxLayout()
        fill(theme, self._panes, gap=18)
        self._between = _Between(theme)
        self._panes.addWidget(self.source, 1)
        self._panes.addWidget(self._between)
        self._panes.addWidget(self.reading, 1)
        self._card.body.addWidget(Flow(theme, self.modes, self.tools, gap=14))
        self._card.body.addLayout(self._panes, 1)
        self._card.setMinimumHeight(theme.px(230))
        layout = QVBoxLayout(self)
        fill(theme, layout, gap=6, margins=(0, 0, 0, 0))
        inner = QVBoxLayout()
        fill(theme, inner, head, self._meta, self.bar, gap=8, margins=(10, 0, 10, 0))
        layout.addLayout(inner)
        layout.addWidget(self._card, 1)
        layout.addWidget(held(Card(theme, padding=(14, 10, 14, 10)), self.files))
        self._tell_saved(False)

    def _keep_room(self, part: QWidget) -> None:
        policy = part.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        part.setSizePolicy(policy)

    def _show(self, shown: Note, *, anew: bool) -> None:
        self.note = shown
        may = may_edit(self._ctx.ws, shown.ref.space, NOTES)
        self.title.setReadOnly(not may)
        self.source.setReadOnly(not may)
        for part in (self.tools, self.project, self.private):
            part.setEnabled(may)
        self._title_save.show(shown.title, anew=anew)
        self._body_save.show(shown.ref, anew=anew)
        if self.title.text() == shown.title:
            self._title_base = shown.title_stamp
        self.bar.clear()
        self.private.setChecked(shown.private)
        self._show_projects(shown)
        self.files.show_files(shown.ref)
        self.told.setText(self._origin(shown))
        if anew:
            self._show_page()

    def _show_projects(self, shown: Note) -> None:
        options = (
            ("", self.tr("No project")),
            *((p.ref.row.hex(), p.title) for p in projects(self._ctx.ws, shown.ref.space)),
        )
        held = tuple((self.project.itemData(at), self.project.itemText(at)) for at in range(self.project.count()))
        if options != held:
            self.project.set_options(options)
        self.project.set_code(shown.project.row.hex() if shown.project else "")

    def _origin(self, shown: Note) -> str:
        parts = [shown.circle_name, shown.meeting_title or "", shown.author_name or ""]
        if shown.at_ms:
            parts.append(day_long(date_of_ms(shown.at_ms)))
        return "  ·  ".join(part for part in parts if part)

    def _save(self, *, title: str | None = None, body: str | None = None, base: bytes | None = None) -> bool:
        """Write down what was typed over exactly what was displayed; a refusal is said and the words stay."""
        if self.note is None:
            return True
        ws, ref = self._ctx.ws, self.note.ref
        try:
            set_note(ws, ref, title=title, body=body, title_base=self._title_base, base=base)
            now = note(ws, ref)
        except NotFound:
            self.bar.say_gone()
            return False
        except CircleError as problem:
            self.bar.say(sentence(problem))
            return False
        if title is not None and now.title == tidy_line(title):
            self._title_base = now.title_stamp
        return True

    def _set(self, **fields: Any) -> None:
        if self.note is None:
            return
        ref = self.note.ref
        set_note(self._ctx.ws, ref, **fields)
        self.moved.emit(ref)

    def _keep_copy(self) -> None:
        """The note was deleted elsewhere: these words begin a new one."""
        if self.note is None:
            return
        made = add_note(
            self._ctx.ws, self._space, title=self.title.text(), body=self.source.toPlainText(), project=self.note.project,
            private=self.note.private,
        )  # fmt: skip
        self.note = None
        self.moved.emit(made)

    def _tick(self, number: int) -> None:
        lines = box_lines(self.source.toPlainText())
        if number < len(lines) and not self.source.isReadOnly():
            self.source.box(lines[number])
            self._show_page()
            self._body_save.flush()

    def _show_page(self) -> None:
        self._render.stop()
        if self.mode() != "write":
            self.reading.show_markdown(self.source.toPlainText())

    def _apply_mode(self) -> None:
        mode = self.mode()
        wide = self.width() >= self._ctx.theme.px(SIDE_BY_SIDE_FROM)
        self.modes.set_code(mode)
        self.modes.set_offered("both", wide)
        self.source.setVisible(mode != "read")
        self.reading.setVisible(mode != "write")
        self.tools.setVisible(mode != "read")
        self._between.setVisible(mode == "both")
        self._show_page()

    def _to_body(self) -> None:
        if self.mode() == "read":
            self.set_mode("write")
        self.source.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_saved(self, shown: bool) -> None:
        self.saved.setVisible(shown)
        if shown:
            self._quiet.start()

    def _menu(self) -> None:
        shown = self.note
        if shown is None:
            return
        menu = Menu(self._ctx.theme, self)
        if shown.meeting is not None:
            menu.add(
                self.tr("Go to its meeting"),
                partial(self._ctx.navigate, "meeting", shown.meeting),
                icon="calendar-days",
            )
        menu.add(self.tr("Write or read"), self.switch, icon="book-open", key=key_name("Ctrl+E"))
        menu.add(self.tr("Take this note away"), self._delete, icon="trash-2", color="danger")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.open_under(self.more)

    def _delete(self) -> None:
        if self.note is None:
            return
        self.flush()
        ref, title = self.note.ref, self.note.title or self.tr("A note")
        delete_note(self._ctx.ws, ref)
        self.note = None
        self._ctx.toast(self.tr("In the trash: {title}").format(title=title), taking_back(self._ctx.ws))
        self.gone.emit()


class _Between(PaintedWidget):
    """The fine line between what is written and what is read."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setFixedWidth(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            canvas.painter.fillRect(canvas.whole(0), canvas.color("border"))
