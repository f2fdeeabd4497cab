"""Somebody's sheet: name, how to reach them, what they need, speak and offer; it keeps what is typed by itself."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.rules import NEEDS
from circle_app.errors import CircleError
from circle_app.workspace.commands.people import add_person, set_person
from circle_app.workspace.queries.people import Person, me, person
from circle_app.workspace.queries.tasks import Task, tasks
from ui import text
from ui.context import AppContext
from ui.dialogs.person_facts import facts
from ui.models.people_rights import may_change_people
from ui.models.taking_back import taking_back
from ui.problems import sentence
from ui.views.people_add import STATUS
from ui.views.people_words import ASKED, GONE, GUESTS, HERE, group_of
from ui.widgets.autosave import Autosave
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.choice import CheckBox, Option, Segmented
from ui.widgets.fields import Select, TextField
from ui.widgets.flow import Flow
from ui.widgets.growing import GrowingArea
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import row
from ui.widgets.sheet import Sheet

Field = TextField | GrowingArea


class PersonDialog(Sheet):
    """With `ref` it edits somebody and saves as they type; without, it adds somebody to one of `spaces` (number, name)."""

    def __init__(
        self,
        ctx: AppContext,
        parent: QWidget | None = None,
        *,
        ref: Ref | None = None,
        spaces: tuple[tuple[int, str], ...] = (),
    ) -> None:
        self._ctx, self.ref = ctx, ref
        self._person: Person | None = person(ctx.ws, ref) if ref is not None else None
        super().__init__(ctx.theme, "", width=560, parent=parent)
        self._title()
        theme = ctx.theme
        who = self._person
        self.circle = Select(
            theme, tuple((str(no), name) for no, name in spaces), name=self.tr("Circle"),
        )  # fmt: skip
        if len(spaces) > 1:
            self.body.addWidget(Labelled(theme, self.tr("Circle"), self.circle))
        else:
            self.circle.setParent(self)
            self.circle.hide()
        self.fields: dict[str, Field] = {
            "name": TextField(theme, name=self.tr("Name"), role="field_big", height=46),
            "contact": TextField(theme, name=self.tr("How to reach them"), hint=self.tr("Phone, e-mail or address")),
            "languages": TextField(theme, name=self.tr("Speaks"), hint=self.tr("Polish, English")),
            "offers": TextField(theme, name=self.tr("Offers"), hint=self.tr("A projector, translation, a garden")),
            "note": GrowingArea(theme, name=self.tr("Note"), rows=2, most=6),
        }  # fmt: skip
        self.standing = Segmented(
            theme,
            (
                Option(HERE, self.tr("Is in"), "user-check", "teal"),
                Option(ASKED, self.tr("Was asked"), "mail", "gold"),
                Option(GUESTS, self.tr("Guest"), "hand", "plum"),
            ),
            name=self.tr("How this person stands"), code=self._standing(), wrap=True,
        )  # fmt: skip
        self.needs = {
            code: CheckBox(theme, _first_big(text.need(code)), checked=bool(who and code in who.needs))
            for code in NEEDS
        }
        self.other_needs = TextField(
            theme, name=self.tr("Other needs"), hint=self.tr("Something else, with commas between")
        )
        self._lay_out()
        self._fill()
        if who is None:
            self.add_buttons(self.tr("Add"), self.tr("Cancel"))
            for field in (*self.fields.values(), self.other_needs):
                if isinstance(field, TextField):
                    field.returnPressed.connect(self.accept)
        else:
            self._save_by_itself()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fields["name"].setFocus(Qt.FocusReason.OtherFocusReason)

    def accept(self) -> None:
        """Add the new person, or close the sheet of a known one."""
        if self.ref is None:
            self._add()
            return
        if self._flush():
            super().accept()

    def reject(self) -> None:
        """What was typed about a known person is kept; a new one is not added. A refused name goes back to what it was."""
        if self.ref is not None:
            self._flush()
        super().reject()

    def _title(self) -> None:
        words = self._person.name if self._person else self.tr("Add somebody")
        self.setWindowTitle(words)
        self.heading.setText(words)

    def _standing(self) -> str:
        group = group_of(self._person) if self._person else HERE
        return group if group != GONE else ASKED

    def _lay_out(self) -> None:
        theme, fields = self._ctx.theme, self.fields
        if self._person is not None:
            self.body.addWidget(facts(self._ctx, self._person, self._promises(), self._open_task))
        self.body.addWidget(Labelled(theme, self.tr("Name"), fields["name"]))
        self.body.addWidget(Labelled(theme, self.tr("How this person stands"), self.standing))
        seen = self.tr("Everybody in the circle can see it, nobody else.")
        self.body.addWidget(Labelled(theme, self.tr("How to reach them"), fields["contact"], hint=seen))
        self.body.addWidget(Label(theme, self.tr("Needs at a meeting"), role="second_strong", color="ink2"))
        self.body.addWidget(Flow(theme, *self.needs.values(), gap=6))
        self.body.addWidget(self.other_needs)
        pair = row(theme, gap=12, center=False)
        pair.addWidget(Labelled(theme, self.tr("Speaks"), fields["languages"]), 1)
        pair.addWidget(Labelled(theme, self.tr("Offers"), fields["offers"]), 1)
        self.body.addLayout(pair)
        self.body.addWidget(Labelled(theme, self.tr("Note"), fields["note"]))
        self.body.addStretch(1)

    def _fill(self) -> None:
        who = self._person
        if who is None:
            return
        for name, field in self.fields.items():
            words = str(getattr(who, name) or "")
            field.setText(words) if isinstance(field, TextField) else field.setPlainText(words)
        self.other_needs.setText(", ".join(need for need in who.needs if need not in NEEDS))

    def _save_by_itself(self) -> None:
        self._saves = {name: Autosave(field, partial(self._set, name)) for name, field in self.fields.items()}
        self._saves["needs"] = Autosave(self.other_needs, lambda _words: self._set("needs", self._needs()))
        for box in self.needs.values():
            box.toggled.connect(lambda _on: self._set("needs", self._needs()))
        self.standing.chosen.connect(self._stand)
        self.tick = Label(self._ctx.theme, self.tr("Saved"), role="second", color="teal")
        self.tick.hide()
        if not self._allowed():
            self._only_show()
        done = Button(self._ctx.theme, self.tr("Done"), look="primary")
        done.clicked.connect(lambda _on=False: self.accept())
        self.foot().addWidget(self.tick)
        self.foot().addStretch(1)
        self.foot().addWidget(done)

    def _allowed(self) -> bool:
        assert self.ref is not None
        own = me(self._ctx.ws, self.ref.space) == self.ref
        return may_change_people(self._ctx.ws, self.ref.space, own=own)

    def _only_show(self) -> None:
        for field in (*self.fields.values(), self.other_needs):
            field.setReadOnly(True)
        for control in (self.standing, *self.needs.values()):
            control.setEnabled(False)
        words = self.tr("In this circle the organizers keep the list of people.")
        self.body.insertWidget(1, Label(self._ctx.theme, words, role="second", color="ink2", wrap=True))

    def _set(self, name: str, words: str) -> bool:
        assert self.ref is not None
        try:
            set_person(self._ctx.ws, self.ref, **{name: words.strip()})
        except CircleError as problem:
            self.say_problem(sentence(problem))
            return False
        self._kept()
        return True

    def _stand(self, code: str) -> None:
        assert self.ref is not None
        status, confirmed = STATUS[code]
        try:
            set_person(self._ctx.ws, self.ref, status=status, confirmed=confirmed)
        except CircleError as problem:
            self.standing.set_code(self._standing())
            self.say_problem(sentence(problem))
            return
        self._kept()

    def _kept(self) -> None:
        assert self.ref is not None
        self._person = person(self._ctx.ws, self.ref)
        self._title()
        self.say_problem("")
        self.tick.show()

    def _flush(self) -> bool:
        for save in self._saves.values():
            save.flush()
        return not any(save.pending for save in self._saves.values())

    def _add(self) -> None:
        status, confirmed = STATUS[self.standing.code()]
        values = {name: _words(field) for name, field in self.fields.items()}
        name = values.pop("name")
        try:
            ref = add_person(
                self._ctx.ws, int(self.circle.code()), name=name, status=status, confirmed=confirmed,
                needs=self._needs(), **{column: words for column, words in values.items() if words},
            )  # fmt: skip
        except CircleError as problem:
            self.say_problem(sentence(problem))
            self.fields["name"].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.ref = ref
        self._ctx.toast(self.tr("{name} is in the list").format(name=name), taking_back(self._ctx.ws))
        super().accept()

    def _needs(self) -> str:
        ticked = [code for code, box in self.needs.items() if box.isChecked()]
        others = [part.strip() for part in self.other_needs.text().split(",")]
        return ",".join((*ticked, *(part for part in others if part)))

    def _promises(self) -> tuple[Task, ...]:
        assert self.ref is not None
        return tuple(t for t in tasks(self._ctx.ws, space=self.ref.space, owner=self.ref) if not t.done)

    def _open_task(self, ref: Ref) -> None:
        self.accept()
        self._ctx.navigate("tasks", ref)


def _words(field: Field) -> str:
    words = field.text() if isinstance(field, TextField) else field.toPlainText()
    return words.strip()


def _first_big(words: str) -> str:
    return words[:1].upper() + words[1:]
