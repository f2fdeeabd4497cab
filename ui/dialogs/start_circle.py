"""Starting a circle: what it is, its name and topic, when and where, a first plan, and who is in already."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from circle_app.courses.adopt import make_circle_content
from circle_app.errors import CircleError
from circle_app.workspace import library
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.undo import clear_undo
from circle_app.workspace.queries.circles import my_circles
from ui.context import AppContext
from ui.dialogs.founders import Founders
from ui.dialogs.rhythm_field import RhythmField
from ui.dialogs.start_kinds import KindCards
from ui.problems import sentence
from ui.theme.tokens import PEOPLE_COLORS
from ui.widgets.fields import Select, TextField
from ui.widgets.growing import GrowingArea
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import fill
from ui.widgets.sheet import Sheet

CIRCLE_COLORS = tuple(PEOPLE_COLORS[place] for place in (1, 3, 0, 2, 6, 5, 4, 7))
"""New circles take these in turn, so that two in the sidebar are told apart."""


def start_circle(ctx: AppContext, window: QWidget) -> StartCircleDialog:
    """Open the sheet over `window`."""
    sheet = StartCircleDialog(ctx, window)
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    sheet.open()
    return sheet


class StartCircleDialog(Sheet):
    """On acceptance the circle exists (offline) and its page opens; `space` is its number. `release` is chosen as plan."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None, *, release: bytes | None = None) -> None:
        super().__init__(ctx.theme, "", width=880, parent=parent)
        self.setWindowTitle(self.tr("Start a circle"))
        self.heading.setText(self.tr("Start a circle"))
        self._ctx = ctx
        self.space: int | None = None
        theme = ctx.theme
        self.kind = KindCards(theme)
        self.name = TextField(
            theme,
            name=self.tr("Name of the circle"),
            hint=self.tr("Such as Elm Street Greening"),
            role="field_big",
            height=46,
        )
        self.label = TextField(
            theme, name=self.tr("What you call yourselves"), hint=self.tr("Such as book club, research team, choir")
        )
        self.rule = Select(
            theme,
            (("other", self.tr("Everybody edits")), ("other_led", self.tr("Organizers prepare, others take part"))),
            name=self.tr("Who edits"),
        )
        self.topic = TextField(theme, name=self.tr("Topic"), hint=self.tr("Such as trees on our street"))
        self.place = TextField(theme, name=self.tr("Place"), hint=self.tr("Such as Community Hall"))
        self.rhythm = RhythmField(theme)
        self.course = Select(
            theme, self._courses(), name=self.tr("Plan from the Library"), code=release.hex() if release else ""
        )
        self.plan = GrowingArea(
            theme,
            name=self.tr("First plan"),
            rows=2,
            hint=self.tr("Such as: six evenings. We walk the street, listen, choose two things, try them."),
        )
        self.founders = Founders(theme, ctx.settings.name)
        self._lay_out()
        self.kind.chosen.connect(lambda _code: self._show_kind())
        if release is not None:
            chosen = library.release(ctx.ws, release)
            self.name.setText(chosen.title)
            self.topic.setText(" ".join(chosen.description.split()))
        self.go = self.add_buttons(self.tr("Start the circle"), self.tr("Not now"))
        self._show_kind()
        self.name.setFocus()

    def accept(self) -> None:
        """Make the circle in the background; what is missing is said beside its field and nothing typed is lost."""
        if not self.go.isEnabled():
            return
        self.founders.take()
        if not self.name.text().strip():
            self.say_problem(self.tr("Give your circle a name first. You can change it later."))
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.say_problem("")
        self.go.setEnabled(False)
        self._ctx.tasks.run(self, self._work(), self._made, self._refused)

    def _made(self, space: int) -> None:
        self.space = space
        super().accept()
        self._ctx.navigate("circle", space)
        self._ctx.toast(self.tr("Your circle is here. Everything stays on this computer until a network is there."))

    def _refused(self, problem: CircleError) -> None:
        self.go.setEnabled(True)
        self.say_problem(sentence(problem))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on to the next field; only the button and Ctrl+Enter start the circle."""
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            if self.focusWidget() is not self.founders.field:
                self.focusNextChild()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() / self.theme.scale >= 760
        self._sides.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def _lay_out(self) -> None:
        theme = self.theme
        form = QVBoxLayout()
        self._label_box = Labelled(theme, self.tr("What do you call yourselves?"), self.label)
        self._rule_box = Labelled(theme, self.tr("Who edits?"), self.rule)
        other = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        fill(theme, other, self._label_box, self._rule_box, gap=12)
        pair = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        fill(theme, pair, gap=12)
        pair.addWidget(Labelled(theme, self.tr("Topic"), self.topic), 1)
        pair.addWidget(Labelled(theme, self.tr("Place"), self.place), 1)
        fill(theme, form, self.kind, other, Labelled(theme, self.tr("Name"), self.name), pair, gap=14)
        form.addWidget(Labelled(theme, self.tr("How often do you meet?"), self.rhythm))
        if self.course.count() > 1:
            form.addWidget(Labelled(theme, self.tr("A plan to begin with"), self.course))
        form.addWidget(Labelled(theme, self.tr("What do you want to do first?"), self.plan,
                                hint=self.tr("A sentence is enough. You can change it any time.")))  # fmt: skip
        form.addStretch(1)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        fill(theme, self._sides, gap=20)
        self._sides.addLayout(form, 5)
        self._sides.addWidget(self.founders, 3)
        self.body.addLayout(self._sides)

    def _courses(self) -> tuple[tuple[str, str], ...]:
        found = ((entry.hash.hex(), entry.title) for entry in library.releases(self._ctx.ws))
        return (("", self.tr("None, we begin with a blank page")), *found)

    def _show_kind(self) -> None:
        other = self.kind.code() == "other"
        self._label_box.setVisible(other)
        self._rule_box.setVisible(other)

    def _work(self) -> Callable[[], int]:
        """The job that makes the circle out of what is on the sheet now; it touches no widget."""
        ctx, kind = self._ctx, self.kind.code()
        profile: dict[str, Any] = {
            "name": self.name.text().strip(),
            "kind": self.rule.code() if kind == "other" else kind,
            "my_name": ctx.settings.name,
            "topic": self.topic.text().strip(),
            "place": self.place.text().strip(),
            "rhythm": self.rhythm.value(),
            "plan": self.plan.toPlainText().strip(),
            "server": ctx.settings.get("server") or None,
            "kind_label": (self.label.text().strip() or None) if kind == "other" else None,
            "color": CIRCLE_COLORS[len(my_circles(ctx.ws)) % len(CIRCLE_COLORS)],
        }
        return partial(_found, ctx, profile, self.founders.names(), bytes.fromhex(self.course.code()))


def _found(ctx: AppContext, profile: dict[str, Any], names: tuple[str, ...], course: bytes) -> int:
    """Found the circle, seat its people and lay out the meetings of the course, if one was chosen."""
    # it brings the network libraries along, which no page should wait for
    from sync.client import enrol

    space = enrol.found_circle(ctx.ws, ctx.vault, **profile)
    for name in names:
        add_person(ctx.ws, space, name=name, confirmed=True)
    if course:
        make_circle_content(ctx.ws, space, library.release(ctx.ws, course))
    clear_undo(ctx.ws, space)
    return space
