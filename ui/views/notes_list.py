"""The list beside a note: projects with their notes, notes of meetings, and all others."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.text import fold_name
from circle_app.workspace.queries.notes import Note
from circle_app.workspace.queries.projects import Project
from ui.context import AppContext
from ui.text import date_of_ms, day_short
from ui.theme.theme import Theme
from ui.views.notes_marks import first_words
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.canvas import Canvas
from ui.widgets.chip import IconLabel
from ui.widgets.fields import SearchField
from ui.widgets.flow import Flow
from ui.widgets.layouts import clear, column, fill
from ui.widgets.listrow import ListRow
from ui.widgets.page import ScrollPage, SectionTitle

SHOWN_AT_FIRST = 120


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: a section's title ("projects", "meetings", "others"), a project or a note."""

    section: str = ""
    project: Project | None = None
    note: Note | None = None
    inside: bool = False

    @property
    def key(self) -> object:
        row = self.note or self.project
        return row.ref if row is not None else self.section


def list_lines(notes: tuple[Note, ...], projects: tuple[Project, ...], words: str) -> tuple[Line, ...]:
    """The whole list; with `words` only what holds every one of them."""
    wanted = fold_name(words).split()

    def fits(*texts: str | None) -> bool:
        letters = fold_name(" ".join(text for text in texts if text)) if wanted else ""
        return all(word in letters for word in wanted)

    found = [n for n in notes if fits(n.title, n.body, n.project_title, n.meeting_title, n.circle_name)]
    lines: list[Line] = []
    known = {each.ref for each in projects}
    for each in projects:
        own = [n for n in found if n.project == each.ref]
        if own or fits(each.title, each.purpose):
            lines += [Line(project=each), *(Line(note=n, inside=True) for n in own)]
    loose = [n for n in found if n.project not in known]
    for section, some in (
        ("projects", []), ("meetings", [n for n in loose if n.meeting]), ("others", [n for n in loose if not n.meeting]),
    ):  # fmt: skip
        if some:
            lines += [Line(section), *(Line(note=n) for n in some)]
    if lines and lines[0].project is not None:
        lines.insert(0, Line("projects"))
    return tuple(lines)


class NotesList(QWidget):
    """`chosen(Ref)` for a note or a project; `new_note` and `new_project` for the two buttons."""

    chosen = Signal(object)
    new_note = Signal()
    new_project = Signal()

    def __init__(self, ctx: AppContext) -> None:
        super().__init__()
        self._ctx, self._circles = ctx, False
        self._rows: dict[Ref, _Line] = {}
        self._shown: tuple[object, ...] = ()
        self._most = SHOWN_AT_FIRST
        self._lines: tuple[Line, ...] = ()
        self._at: Ref | None = None
        theme = ctx.theme
        self.filter = SearchField(theme, name=self.tr("Find a note"), hint=self.tr("Find in notes"))
        self.filter.setMinimumWidth(theme.px(160))
        self.add_note = Button(theme, self.tr("New note"), look="primary", icon="plus")
        self.add_project = Button(theme, self.tr("New project"), icon="folder-open")
        self.add_note.clicked.connect(lambda _on=False: self.new_note.emit())
        self.add_project.clicked.connect(lambda _on=False: self.new_project.emit())
        self.buttons = Flow(theme, self.add_note, self.add_project)
        self._page = ScrollPage(theme, gap=0, margins=(0, 4, 8, 12))
        self._page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body = column(theme, gap=2)
        self._page.body.addLayout(self._body)
        self._page.body.addStretch(1)
        layout = QVBoxLayout(self)
        fill(theme, layout, self.buttons, self.filter, gap=10)
        layout.addWidget(self._page, 1)

    def show_lines(self, lines: tuple[Line, ...], *, at: Ref | None) -> None:
        """Show the list with the line `at` marked; lines that only changed their words keep the keyboard."""
        self._at, self._lines = at, lines
        # the circle is told only where there is more than one
        self._circles = len({row.ref.space for line in lines if (row := line.note or line.project)}) > 1
        shown = lines[: self._most]
        state = (tuple(line.key for line in shown), len(lines) > len(shown))
        if state != self._shown:
            self._shown = state
            self._build(shown, more=len(lines) > len(shown))
        for line in shown:
            row = line.note or line.project
            if row is not None:
                self._dress(self._rows[row.ref], line)
                self._rows[row.ref].set_chosen(row.ref == at)

    def reveal(self, ref: Ref) -> None:
        """Scroll to this line."""
        if ref in self._rows:
            self._page.ensureWidgetVisible(self._rows[ref], 0, 40)

    def row(self, ref: Ref) -> ListRow:
        return self._rows[ref]

    def rows(self) -> tuple[ListRow, ...]:
        """The lines of notes and projects from top to bottom."""
        return tuple(self._rows.values())

    def _build(self, lines: tuple[Line, ...], *, more: bool) -> None:
        theme = self._ctx.theme
        held = next((ref for ref, line in self._rows.items() if line.hasFocus()), None)
        clear(self._body)
        self._rows = {}
        for line in lines:
            row = line.note or line.project
            if row is None:
                self._body.addSpacing(theme.px(10))
                self._body.addWidget(SectionTitle(theme, self._section(line.section), role="caps"))
                continue
            made = _Line(theme, project=line.project is not None, inside=line.inside)
            made.opened.connect(lambda ref=row.ref: self.chosen.emit(ref))
            self._rows[row.ref] = made
            self._body.addWidget(made)
        if not lines and self.filter.text().strip():
            words = self.tr("No note has “{text}” in it.").format(text=self.filter.text().strip())
            self._body.addWidget(Label(theme, words, color="ink3", wrap=True))
        if more:
            button = Button(theme, self.tr("Show more"), look="ghost")
            button.clicked.connect(lambda _on=False: self._show_more())
            self._body.addWidget(button)
        if held is not None and held in self._rows:
            self._rows[held].setFocus(Qt.FocusReason.TabFocusReason)

    def _dress(self, row: _Line, line: Line) -> None:
        if line.project is not None:
            row.set_words(line.project.title, self._project_words(line.project))
        elif line.note is not None:
            row.set_words(line.note.title or first_words(line.note.body) or self.tr("A new note"), self._words(line))

    def _project_words(self, each: Project) -> str:
        parts = [each.circle_name] if self._circles else []
        if each.state == "done":
            parts.append(self.tr("finished"))
        elif each.open_tasks:
            parts.append(self.tr("%Ln task(s) open", "", each.open_tasks))
        else:
            parts.append(self.tr("%Ln note(s)", "", each.notes))
        return "  ·  ".join(parts)

    def _words(self, line: Line) -> str:
        each = line.note
        assert each is not None
        parts = [self.tr("private")] if each.private else []
        if each.meeting_title and not line.inside:
            parts.append(each.meeting_title)
        elif self._circles and not line.inside:
            parts.append(each.circle_name)
        if each.at_ms:
            parts.append(day_short(date_of_ms(each.at_ms)))
        opening = first_words(each.body) if each.title else ""
        return "  ·  ".join(part for part in (*parts, opening) if part)

    def _section(self, code: str) -> str:
        return {
            "projects": self.tr("Projects"), "meetings": self.tr("From meetings"), "others": self.tr("Other notes"),
        }[code]  # fmt: skip

    def _show_more(self) -> None:
        self._most += SHOWN_AT_FIRST * 3
        self.show_lines(self._lines, at=self._at)


class _Line(ListRow):
    """A line that can be the chosen one."""

    def __init__(self, theme: Theme, *, project: bool, inside: bool) -> None:
        front = IconLabel(theme, "folder-open", size=16, tone="gold") if project else None
        super().__init__(
            theme, "", " ", front=front, separator=False, strong=project, whole=True, snippet=True, high=50,
            inset=26 if inside else 10,
        )  # fmt: skip
        self._chosen = False

    def set_words(self, title: str, second: str) -> None:
        self.title.setText(title)
        self.second.setText(second)
        self.setAccessibleName(f"{title}, {second}" if second else title)

    def set_chosen(self, chosen: bool) -> None:
        self._chosen = chosen
        self.title.set_color("on_primary_soft" if chosen else "ink")
        self.second.set_color("on_primary_soft" if chosen else "ink3")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._chosen:
            with Canvas(self, self.theme) as canvas:
                canvas.box(canvas.whole(0.5), fill="primary_soft", radius=self.theme.px(10))
                if self.ringed:
                    canvas.focus_ring(canvas.whole(0.5), self.theme.px(10))
            return
        super().paintEvent(event)
