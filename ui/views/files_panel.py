"""The files that hang on a note, a project, a task, a meeting or a line of it: attach, look, open, save, take away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QStandardPaths, Qt, QUrl, Signal
from PySide6.QtGui import (
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.media import PREVIEWED
from circle_app.domain.schema import FILES, Table
from circle_app.errors import CircleError, NotFound
from circle_app.workspace import filestore
from circle_app.workspace.commands.files import delete_file, rename_file
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.files import File, State, file, files_of
from ui.context import AppContext
from ui.dialogs.file_sheets import NameSheet, OpenSheet, PictureSheet, TracesSheet
from ui.models import file_work
from ui.models.taking_back import taking_back
from ui.previews import draw_picture
from ui.problems import sentence
from ui.text import date_of_ms, isolated, time_of_ms
from ui.views.files_row import ComingRow, FileRow
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.layouts import clear, column, fill
from ui.widgets.menu import Menu
from ui.widgets.page import SectionTitle

THUMB_PX, LARGE_PX = 160, 1600


class FilesPanel(QWidget):
    """`show_files` takes the row they hang on. `serve` lets an editor beside it take dropped files and pasted pictures."""

    _progressed = Signal(object, float)

    def __init__(self, ctx: AppContext, table: Table) -> None:
        super().__init__()
        self._ctx, self._table = ctx, table
        self.parent_ref: Ref | None = None
        self._others: tuple[Ref, ...] = ()
        self._rows: dict[Ref, FileRow] = {}
        self._images: dict[Ref, QImage | None] = {}
        self._drawing = False
        self._coming: dict[object, ComingRow] = {}
        self.open_outside: Callable[[Path], object] = _open_outside
        theme = ctx.theme
        self.attach = Button(theme, self.tr("Attach…"), icon="paperclip", height=34)
        self.attach.clicked.connect(lambda _on=False: self._attach_menu())
        self.title = SectionTitle(theme, self.tr("Files"), self.attach)
        self.empty = Label(
            theme,
            self.tr("Nothing attached yet. Drop files here, or paste a picture. All is sealed before it leaves this computer."),
            role="second", color="ink3", wrap=True,
        )  # fmt: skip
        self.problem = Label(theme, role="second", color="danger", wrap=True)
        self.problem.hide()
        self._lines = column(theme, gap=0)
        self._arriving = column(theme, gap=0)
        layout = QVBoxLayout(self)
        fill(theme, layout, self.title, self.empty, self.problem, gap=6, margins=(0, 0, 0, 0))
        layout.addLayout(self._lines)
        layout.addLayout(self._arriving)
        self.setAcceptDrops(True)
        self._progressed.connect(self._show_progress)
        ctx.bus.watch(self, {"files", "pieces", "people", "spaces"}, self.refresh)

    def show_files(self, parent: Ref, *others: Ref) -> None:
        """The files of this row, and those of others that belong to it."""
        self._others = others
        if parent != self.parent_ref:
            self.parent_ref = parent
            self._say("")
            self._rows.clear()
            clear(self._lines)
        self.refresh()

    def refresh(self) -> None:
        """Read the list anew; lines that stay change in place, so that the keyboard stays where it is."""
        if self.parent_ref is None:
            return
        found = files_of(self._ctx.ws, self.parent_ref, *self._others)
        for ref in [ref for ref in self._rows if ref not in {f.ref for f in found}]:
            gone = self._rows.pop(ref)
            self._lines.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, each in enumerate(found):
            if each.ref in self._rows:
                self._rows[each.ref].show_file(each)
            else:
                self._lines.insertWidget(place, self._line(each))
        self.attach.setVisible(may_edit(self._ctx.ws, self.parent_ref.space, FILES))
        self.empty.setVisible(not found and not self._coming)
        self._draw_next()

    def rows(self) -> tuple[FileRow, ...]:
        """The lines from top to bottom."""
        return tuple(sorted(self._rows.values(), key=self._lines.indexOf))

    def serve(self, editor: QPlainTextEdit) -> None:
        """Files dropped on this editor, and pictures pasted into it, are attached here."""
        editor.installEventFilter(self)
        editor.viewport().installEventFilter(self)

    def take(self, paths: Sequence[Path]) -> None:
        """Attach these files; what a camera wrote into photos is asked about once for all of them."""
        parent = self.parent_ref
        if parent is None or not paths or not may_edit(self._ctx.ws, parent.space, FILES):
            return
        self._say("")
        self._ctx.tasks.run(self, partial(file_work.look_at, paths), partial(self._looked, parent))

    def paste(self) -> bool:
        """Attach the picture in the clipboard; whether there was one."""
        image, parent = QGuiApplication.clipboard().image(), self.parent_ref
        if image.isNull() or parent is None or not may_edit(self._ctx.ws, parent.space, FILES):
            return False
        now = self._ctx.ws.clock.now_ms()
        name = self.tr("Picture {day} {time}").format(day=date_of_ms(now).isoformat(), time=time_of_ms(now)) + ".png"
        self._ctx.tasks.run(
            self,
            partial(file_work.attach_image, self._ctx.ws, parent, self._table, name, image),
            self._attached,
            self._failed,
        )
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and _paths(event):  # entering and moving are drops, too
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                self.take(_paths(event))
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.matches(QKeySequence.StandardKey.Paste) and _copied_picture(or_text=False):
                return self.paste()
        return super().eventFilter(watched, event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _paths(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.take(_paths(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (event.matches(QKeySequence.StandardKey.Paste) and self.paste()):
            super().keyPressEvent(event)

    def _attach_menu(self) -> None:
        menu = Menu(self._ctx.theme, self)
        menu.add(self.tr("Choose files…"), self._choose, icon="folder-open")
        pasted = menu.add(self.tr("Paste the picture from the clipboard"), self.paste, icon="image")
        pasted.setEnabled(_copied_picture(or_text=True))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.open_under(self.attach)

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, self.tr("Attach files"), str(Path.home()))
        self.take([Path(each) for each in chosen])

    def _looked(self, parent: Ref, looked: file_work.Looked) -> None:
        self._say("\n".join(f"{isolated(name)}: {sentence(problem)}" for name, problem in looked.problems))
        if looked.with_traces:
            self._ask(
                TracesSheet(self._ctx.theme, looked.with_traces, partial(self._begin, parent, looked), self.window())
            )
        else:
            self._begin(parent, looked, False)

    def _begin(self, parent: Ref, looked: file_work.Looked, keep: bool) -> None:
        for one in looked.good:
            token = object()
            line = self._coming[token] = ComingRow(self._ctx.theme, one.name)
            wanted = [True]
            line.stopped.connect(partial(wanted.clear))

            def progress(done: float, token: object = token, wanted: list[bool] = wanted) -> bool:
                self._progressed.emit(token, done)
                return bool(wanted)

            self._arriving.addWidget(line)
            work = partial(file_work.attach_file, self._ctx.ws, parent, self._table, one, keep, progress)
            self._ctx.tasks.run(self, work, partial(self._done, token), partial(self._not_done, token))
        self.empty.setVisible(not self._rows and not self._coming)

    def _done(self, token: object, ref: Ref) -> None:
        self._forget(token)
        self._attached(ref)

    def _not_done(self, token: object, problem: CircleError) -> None:
        self._forget(token)
        if problem.code != "cancelled":
            self._failed(problem)

    def _forget(self, token: object) -> None:
        line = self._coming.pop(token)
        self._arriving.removeWidget(line)
        line.hide()
        line.deleteLater()
        self.refresh()

    def _show_progress(self, token: object, done: float) -> None:
        if token in self._coming:
            self._coming[token].show_fraction(done)

    def _attached(self, ref: Ref) -> None:
        shown = file(self._ctx.ws, ref)
        self._ctx.toast(self.tr("Attached: {name}").format(name=isolated(shown.name)), taking_back(self._ctx.ws))

    def _failed(self, problem: CircleError) -> None:
        self._say(sentence(problem))

    def _say(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def _line(self, each: File) -> FileRow:
        line = self._rows[each.ref] = FileRow(self._ctx.theme, each)
        line.opened.connect(lambda: self._open(line))
        line.menu_asked.connect(partial(self._menu, line))
        kept = self._images.get(each.ref)
        if kept is not None:
            line.thumb.show_image(kept)
        return line

    def _menu(self, line: FileRow, button: QWidget) -> None:
        shown, menu = line.file, Menu(self._ctx.theme, self)
        here = shown.state in (State.HERE, State.LEAVING)
        if here and shown.media in PREVIEWED:
            menu.add(self.tr("Look at it"), partial(self._look, shown), icon="eye")
        if here:
            menu.add(self.tr("Open with another program…"), partial(self._ask_to_open, shown), icon="share-2")
            menu.add(self.tr("Save a copy…"), partial(self._save, shown), icon="save")
            if self._also_there(shown):
                menu.add(self.tr("Take it off this computer"), partial(self._let_go, shown), icon="cloud-upload")
        elif shown.state is State.THERE:
            menu.add(self.tr("Bring it to this computer"), partial(self._wish, shown, True), icon="cloud-download")
        elif shown.state is not State.BROKEN:
            menu.add(self.tr("Stop bringing it"), partial(self._wish, shown, False), icon="x")
        if may_edit(self._ctx.ws, shown.ref.space, FILES):
            menu.add(self.tr("Rename…"), partial(self._rename, shown), icon="pencil")
            menu.add(self.tr("Take it away"), partial(self._delete, shown), icon="trash-2", color="danger")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.open_under(button)

    def _open(self, line: FileRow) -> None:
        """What Enter does: look at pictures, bring what is elsewhere, ask to open the rest."""
        shown = line.file
        if shown.state is State.THERE:
            self._wish(shown, True)
        elif shown.state not in (State.HERE, State.LEAVING):
            self._menu(line, line.more)
        elif shown.media in PREVIEWED:
            self._look(shown)
        else:
            self._ask_to_open(shown)

    def _look(self, shown: File) -> None:
        def drawn(image: QImage | None) -> None:
            if image is None:
                self._say(self.tr("{name} cannot be shown here.").format(name=isolated(shown.name)))
            else:
                self._ask(PictureSheet(self._ctx.theme, shown, image, self.window()))

        self._say("")
        self._ctx.tasks.run(
            self,
            partial(file_work.picture_of, self._ctx.ws, shown),
            lambda found: draw_picture(self, found[0], found[1], LARGE_PX, drawn),
            self._failed,
        )

    def _draw_next(self) -> None:
        """Draws the small pictures one after the other, each once."""
        waiting = [line for line in self.rows() if line.file.ref not in self._images and _drawn_small(line.file)]
        if self._drawing or not waiting:
            return
        self._drawing, ref = True, waiting[0].file.ref

        def drawn(image: QImage | None) -> None:
            self._drawing, self._images[ref] = False, image
            if image is not None and ref in self._rows:
                self._rows[ref].thumb.show_image(image)
            self._draw_next()

        self._ctx.tasks.run(
            self,
            partial(file_work.picture_of, self._ctx.ws, waiting[0].file),
            lambda found: draw_picture(self, found[0], found[1], THUMB_PX, drawn),
            lambda _problem: drawn(None),
        )

    def _ask_to_open(self, shown: File) -> None:
        sheet = OpenSheet(self._ctx.theme, shown, self.window())
        work = partial(file_work.copy_out, self._ctx.ws, shown)
        sheet.accepted.connect(lambda: self._ctx.tasks.run(self, work, self.open_outside, self._failed))
        self._say("")
        self._ask(sheet)

    def _save(self, shown: File) -> None:
        kept, folders = self._ctx.settings.get("files_folder"), QStandardPaths.StandardLocation
        place = kept or QStandardPaths.writableLocation(folders.DownloadLocation) or str(Path.home())
        self._say("")
        self._ctx.tasks.run(
            self,
            partial(file_work.name_to_save, self._ctx.ws, shown, Path(place)),
            partial(self._ask_where, shown),
            self._failed,
        )

    def _ask_where(self, shown: File, start: Path) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save a copy"), str(start))
        if chosen:
            self.save_to(shown, Path(chosen))

    def save_to(self, shown: File, path: Path) -> None:
        """Write a readable copy there and say so."""
        self._ctx.settings.remember("files_folder", str(path.parent))
        words = self.tr("Saved: {name}").format(name=isolated(path.name))
        work = partial(file_work.save_copy, self._ctx.ws, shown, path)
        self._ctx.tasks.run(self, work, lambda _done: self._ctx.toast(words), self._failed)

    def _wish(self, shown: File, wanted: bool) -> None:
        filestore.wish(self._ctx.ws, shown.ref.space, shown.ref.row, wanted)

    def _also_there(self, shown: File) -> bool:
        """Whether the server has all of it, so that the copy here can go."""
        names = shown.manifest.pieces if shown.manifest is not None else ()
        known = filestore.pieces(self._ctx.ws, shown.ref.space, names)
        return bool(names) and all(name in known and known[name].there for name in names)

    def _let_go(self, shown: File) -> None:
        if shown.manifest is not None and self._also_there(shown):
            filestore.let_go(self._ctx.ws, shown.ref.space, shown.ref.row, shown.manifest.pieces)

    def _rename(self, shown: File) -> None:
        sheet = NameSheet(self._ctx.theme, shown, self.window())
        sheet.accepted.connect(lambda: rename_file(self._ctx.ws, shown.ref, sheet.name.text()))
        self._ask(sheet)

    def _delete(self, shown: File) -> None:
        try:
            delete_file(self._ctx.ws, shown.ref)
        except NotFound:
            return
        words = self.tr("Taken away: {title}").format(title=isolated(shown.name))
        self._ctx.toast(words, taking_back(self._ctx.ws))

    def _ask(self, sheet: TracesSheet | OpenSheet | PictureSheet | NameSheet) -> None:
        sheet.finished.connect(lambda _result: sheet.deleteLater())
        sheet.open()


def _drawn_small(shown: File) -> bool:
    here = shown.state in (State.HERE, State.LEAVING)
    return here and shown.media in PREVIEWED and shown.size <= file_work.PREVIEW_MAX


def _paths(event: QDropEvent) -> list[Path]:
    """The files of this computer that are being dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _open_outside(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _copied_picture(*, or_text: bool) -> bool:
    """Whether the clipboard holds a picture; one that is text as well only if `or_text`. Nothing copied yet is nothing at all."""
    copied: QMimeData | None = QGuiApplication.clipboard().mimeData()
    return copied is not None and copied.hasImage() and (or_text or not copied.hasText())
