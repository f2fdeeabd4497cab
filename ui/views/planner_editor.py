"""One step of the plan, opened up: its question, how it works, who leads, what to bring; every field saves itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from circle_app.domain.agenda import format_minutes, parse_minutes
from circle_app.domain.ids import Ref
from circle_app.domain.schema import AGENDA_ITEMS
from circle_app.errors import CircleError
from circle_app.workspace.commands import agenda as agenda_commands
from circle_app.workspace.commands.writing import NO_BASES, Bases
from circle_app.workspace.queries.meetings import AgendaItem
from circle_app.workspace.queries.people import Person
from circle_app.workspace.queries.rows import edits_shown
from ui.context import AppContext
from ui.models.live_text import LiveText
from ui.models.ways import WAYS, columns_of, way_of
from ui.problems import sentence as problem_sentence
from ui.text import isolated, way
from ui.text import number as digits
from ui.views.planner_method import MethodField
from ui.widgets.autosave import PAUSE_MS, Autosave
from ui.widgets.button import IconButton
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.choice import CheckBox
from ui.widgets.fields import Select, TextField
from ui.widgets.growing import GrowingArea
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import row

SECTION_PAUSE_MS = 20_000
"""A section is named when its field is left or with Enter."""


class StepEditor(Card):
    """Shows one agenda item. `removed` asks for its deletion, `moved(-1 | 1)` to take it up or down, `closed` for the agenda."""

    removed = Signal()
    moved = Signal(int)
    saved = Signal()
    closed = Signal()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, padding=(24, 20, 24, 22), gap=14, parent=parent)
        self._ctx = ctx
        self._item: AgendaItem | None = None
        self._autosaves: dict[str, Autosave] = {}
        self._seen: dict[str, bytes | None] = {}
        """By column, the edit that its field showed when somebody began to type; None for a field nobody filled yet."""
        self._texts: dict[str, LiveText] = {}
        self._leads: tuple[tuple[str, str], ...] = ()
        self._allowed = True
        self.setAccessibleName(self.tr("The chosen step"))
        theme = ctx.theme
        self.title = TextField(
            theme, name=self.tr("Step title"), hint=self.tr("What happens in this step?"), role="field_big", height=46
        )
        self.section = TextField(theme, name=self.tr("A section begins here"))
        self.minutes = TextField(theme, name=self.tr("Minutes"), hint="10")
        self.mode = Select(theme, self._modes(), name=self.tr("How people talk"))
        self.lead = Select(theme, (), name=self.tr("Who leads"))
        self.question = GrowingArea(
            theme,
            name=self.tr("Question for the room"),
            rows=2,
            hint=self.tr("If you could change one thing between here and the school, what would it be?"),
        )
        self.how = MethodField(theme)
        self.method = self.how.area
        self.materials = TextField(theme, name=self.tr("Bring"), hint=self.tr("stickers, map, pens"))
        self.flexible = CheckBox(theme, self.tr("May be shortened"))
        self.least = TextField(theme, name=self.tr("Shortest length"), hint=self.tr("no limit"))
        self.private = GrowingArea(
            theme,
            name=self.tr("Only for the facilitator"),
            rows=2,
            hint=self.tr("Ask Omar first if he wants to start."),
        )
        self._boxes: dict[str, Labelled] = {}
        self._lay_out()
        self._connect()

    @property
    def ref(self) -> Ref | None:
        return self._item.ref if self._item else None

    def show_item(
        self, item: AgendaItem, people: tuple[Person, ...], *, number: int, section: str = "", begins: bool = False
    ) -> None:
        """Show an item; the same item again keeps what is being typed, another one saves it first.

        `section` is the one it stands in, `begins` whether it is the first there.
        """
        anew = self._item is None or self._item.ref != item.ref
        if anew:
            self.flush()
        self._item = item
        self._number.set_text(self.tr("Step {number}").format(number=digits(number)))
        values = {
            "title": item.title, "minutes": format_minutes(item.minutes) if item.minutes else "",
            "question": item.question, "materials": item.materials,
            "min_minutes": format_minutes(item.min_minutes) if item.min_minutes else "",
            "section": section if begins else "",
        }  # fmt: skip
        goes_on = self.tr("goes on with “{section}”").format(section=isolated(section))
        self.section.setPlaceholderText(goes_on if section and not begins else self.tr("such as Arriving"))
        seen = edits_shown(self._ctx.ws, "agenda_items", item.ref)
        for name, autosave in self._autosaves.items():
            autosave.show(values[name] or "", anew=anew)
            if autosave.shows(values[name] or ""):
                self._seen[name] = seen.get(name)
            elif anew:
                self._seen.pop(name, None)
        for text in self._texts.values():
            text.show(item.ref, anew=anew)
        if anew:
            for box in self._boxes.values():
                box.say("")
        if anew:
            self.how.begin()
        self.mode.set_code(way_of(item))
        options = (("", self.tr("Nobody yet")), *((person.ref.row.hex(), person.name) for person in people))
        if options != self._leads:
            # only then: filling it anew would close a list that somebody has just opened
            self._leads = options
            self.lead.set_options(options)
        self.lead.set_code(item.lead.row.hex() if item.lead else "")
        self.flexible.setChecked(bool(item.flexible))
        self._show_boxes(item)

    def flush(self) -> None:
        """Save what is typed but not yet saved."""
        if self._item is not None:
            typed: list[Autosave | LiveText] = [*self._autosaves.values(), *self._texts.values()]
            for each in typed:
                each.flush()

    def forget(self) -> None:
        """The step is gone: let its unsaved text go with it."""
        self._item = None

    def set_allowed(self, allowed: bool) -> None:
        """Whether this person may change the step, or only read it."""
        texts = (self.title, self.section, self.minutes, self.question, self.method, self.materials, self.least)
        self._allowed = allowed
        for field in (*texts, self.private):
            field.setReadOnly(not allowed)
        for part in (self.mode, self.lead, self.flexible):
            part.setEnabled(allowed)
        for tool in self._tools:
            tool.setVisible(allowed)

    def _show_boxes(self, item: AgendaItem) -> None:
        """Who only reads sees what is there: an empty field would ask them to fill it in."""
        filled = {
            "title": True, "minutes": True, "mode": bool(item.mode), "lead": item.lead is not None,
            "question": bool(item.question), "method": bool(item.method), "materials": bool(item.materials),
            "private_notes": bool(item.private_notes), "section": bool(self.section.text()),
        }  # fmt: skip
        for name, there in filled.items():
            self._boxes[name].setVisible(there or self._allowed)
        self.flexible.setVisible(self._allowed or bool(item.flexible))
        self._boxes["min_minutes"].setVisible(bool(item.flexible) and (self._allowed or item.min_minutes is not None))

    def focus_title(self) -> None:
        self.title.setFocus(Qt.FocusReason.OtherFocusReason)
        self.title.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in steps:
            self.moved.emit(steps[Qt.Key(event.key())])
            return
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def _lay_out(self) -> None:
        theme = self._ctx.theme
        self._number = Chip(theme, "", tone="primary")
        up = IconButton(theme, "arrow-up", self.tr("Earlier (Alt+Up)"))
        down = IconButton(theme, "arrow-down", self.tr("Later (Alt+Down)"))
        gone = IconButton(theme, "trash-2", self.tr("Take this step out"))
        up.clicked.connect(lambda _on=False: self.moved.emit(-1))
        down.clicked.connect(lambda _on=False: self.moved.emit(1))
        gone.clicked.connect(lambda _on=False: self.removed.emit())
        self._tools = (up, down, gone)
        self.body.addLayout(row(theme, self._number, None, *self._tools, gap=2))
        self._boxes = {
            "title": Labelled(theme, self.tr("Step"), self.title),
            "section": Labelled(theme, self.tr("A section begins here"), self.section),
            "minutes": Labelled(theme, self.tr("Minutes"), self.minutes),
            "mode": Labelled(theme, self.tr("How people talk"), self.mode),
            "lead": Labelled(theme, self.tr("Who leads"), self.lead),
            "question": Labelled(theme, self.tr("Question for the room"), self.question),
            "method": Labelled(theme, self.tr("How it works"), self.how),
            "materials": Labelled(theme, self.tr("Bring"), self.materials),
            "min_minutes": Labelled(theme, self.tr("But at least"), self.least),
            "private_notes": Labelled(theme, self.tr("Only for the facilitator"), self.private,
                                      hint=self.tr("Never on the projector, never in public notes.")),
        }  # fmt: skip
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(14))
        grid.setVerticalSpacing(theme.px(14))
        for name, line, place, wide in (
            ("title", 0, 0, 3), ("minutes", 1, 0, 1), ("mode", 1, 1, 1), ("lead", 1, 2, 1), ("question", 2, 0, 3),
            ("method", 3, 0, 3), ("materials", 4, 0, 3), ("section", 5, 0, 3),
        ):  # fmt: skip
            grid.addWidget(self._boxes[name], line, place, 1, wide)
        for place, share in enumerate((2, 3, 3)):
            grid.setColumnStretch(place, share)
        self.body.addLayout(grid)
        self.body.addWidget(self.flexible)
        self.body.addWidget(self._boxes["min_minutes"])
        self.body.addWidget(self._boxes["private_notes"])

    def _connect(self) -> None:
        for name, field in (
            ("title", self.title), ("section", self.section), ("minutes", self.minutes), ("question", self.question),
            ("materials", self.materials), ("min_minutes", self.least),
        ):  # fmt: skip
            # half a name could be that of the section below, and take its steps in
            autosave = Autosave(field, self._saver(name), pause_ms=SECTION_PAUSE_MS if name == "section" else PAUSE_MS)
            autosave.saved.connect(self.saved)
            self._autosaves[name] = autosave
        for name, area in (("method", self.method), ("private_notes", self.private)):
            text = LiveText(area, self._ctx.ws, AGENDA_ITEMS, name, partial(self._keep_text, name))
            text.saved.connect(self.saved)
            self._texts[name] = text
        self.mode.chosen.connect(lambda code: self._keep("mode", lambda: columns_of(code)))
        self.lead.chosen.connect(lambda code: self._keep("lead", lambda: bytes.fromhex(code) if code else None))
        self.flexible.clicked.connect(lambda on: self._keep("flexible", lambda: int(on)))

    def _saver(self, name: str) -> Callable[[str], bool]:
        def save(text: str) -> bool:
            if name in ("minutes", "min_minutes"):
                return self._keep(name, lambda: parse_minutes(text) if text.strip() or name == "minutes" else None)
            # what somebody else wrote into the field meanwhile is not lost, but stands beside it as a difference
            return self._keep(name, lambda: text, bases={name: self._seen[name]} if name in self._seen else NO_BASES)

        return save

    def _keep_text(self, name: str, text: str, base: bytes) -> bool:
        return self._keep(name, lambda: text, bases={name: base})

    def _keep(self, name: str, value: Callable[[], object], bases: Bases = NO_BASES) -> bool:
        """Write one field of the item, or the columns that it means; a refusal is said under it and nothing typed is lost."""
        if self._item is None:
            return True
        box = self._boxes.get(name)
        try:
            found = value()
            fields = found if isinstance(found, dict) else {name: found}
            if name == "section":
                agenda_commands.begin_section(self._ctx.ws, self._item.ref, str(found))
            else:
                agenda_commands.set_item(self._ctx.ws, self._item.ref, bases=bases, **fields)
        except CircleError as problem:
            if box is not None:
                box.say(problem_sentence(problem))
            return False
        if box is not None:
            box.say("")
        return True

    def _modes(self) -> tuple[tuple[str, str], ...]:
        return (("", self.tr("Choose")), *((code, way(code)) for code in WAYS))
