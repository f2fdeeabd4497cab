"""What one person brings: chosen from a few kinds, for one evening or for all of them, ticked when it was done."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.rules import CONTRIBUTIONS, WILLING
from circle_app.errors import CircleError
from circle_app.workspace.commands.contributions import add_contribution, delete_contribution, set_contribution
from circle_app.workspace.queries.brings import Bring, brings
from circle_app.workspace.queries.cycles import cycles, dates_of
from circle_app.workspace.queries.meetings import MeetingCard, meetings
from circle_app.workspace.queries.people import person
from ui.context import AppContext
from ui.doing import done_in
from ui.models.taking_back import taking_back
from ui.problems import sentence
from ui.text import day_of, day_short, isolated
from ui.views.role_words import ICONS, leads_words, role_ask, role_hint, role_words
from ui.widgets.base import Label
from ui.widgets.button import Button, IconButton
from ui.widgets.chip import Chip, IconLabel
from ui.widgets.choice import CheckBox, Option, Segmented
from ui.widgets.fields import Select, TextField
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import boxed, column, row
from ui.widgets.listrow import ListRow
from ui.widgets.sheet import Sheet
from ui.widgets.slot import Slot

ANY_TIME = ""


class BringSheet(Sheet):
    """Each thing is kept as it is chosen; closing changes nothing more."""

    def __init__(self, ctx: AppContext, ref: Ref, parent: QWidget | None = None) -> None:
        self._ctx, self._ref = ctx, ref
        who = person(ctx.ws, ref)
        super().__init__(ctx.theme, "", width=600, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = self.tr("What {name} brings").format(name=isolated(who.name))
        self.setWindowTitle(words)
        self.heading.setText(words)
        theme = ctx.theme
        self.things = Slot()
        self.kind = Segmented(
            theme, tuple(Option(code, role_ask(code), ICONS[code]) for code in CONTRIBUTIONS[::-1]),
            name=self.tr("What kind of thing"), wrap=True,
        )  # fmt: skip
        self.hint = Label(theme, role="second", color="ink3", wrap=True)
        self.words = TextField(theme, name=self.tr("What exactly"), hint=self.tr("Soup for fourteen"))
        self.when = Select(theme, self._evenings(), name=self.tr("For which evening"))
        self.add = Button(theme, self.tr("Add it"), look="soft", icon="plus", key="Enter")
        self._words_box = Labelled(theme, self.tr("What exactly"), self.words)
        self.body.addWidget(self.things)
        self.body.addWidget(Labelled(theme, self.tr("Something more"), self.kind))
        self.body.addWidget(self.hint)
        self.body.addWidget(self._words_box)
        self.body.addWidget(Labelled(theme, self.tr("For which evening"), self.when))
        self.body.addLayout(row(theme, self.add, None))
        self.body.addStretch(1)
        done = Button(theme, self.tr("Done"), look="primary")
        done.clicked.connect(lambda _on=False: self.accept())
        self.foot().addStretch(1)
        self.foot().addWidget(done)
        self.kind.chosen.connect(self._kind_chosen)
        self.add.clicked.connect(lambda _on=False: self.keep())
        self.words.returnPressed.connect(self.keep)
        self._kind_chosen(self.kind.code())
        ctx.bus.watch(self, {"contributions", "agenda_items", "meetings"}, self.refresh)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Read what they bring anew."""
        found = next(
            (one for one in brings(self._ctx.ws, self._ref.space, self._cycle()) if one.person.ref == self._ref), None
        )
        things = found.things if found else ()
        self.things.show_data(things, lambda: self._list(things))

    def keep(self) -> None:
        """Add what is chosen above; a refusal is said and nothing is lost."""
        code, text = self.kind.code(), self.words.text().strip()
        if code not in WILLING and not text:
            self._words_box.say(self.tr("Please write what it is."))
            self.words.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        at = Ref(self._ref.space, bytes.fromhex(self.when.code())) if self.when.code() else None
        try:
            add_contribution(self._ctx.ws, self._ref.space, person=self._ref, kind=code, text=text, meeting=at)
        except CircleError as problem:
            self.say_problem(sentence(problem))
            return
        self.say_problem("")
        self._words_box.say("")
        self.words.clear()

    def _list(self, things: tuple[Bring, ...]) -> QWidget:
        theme = self.theme
        if not things:
            return Label(theme, self.tr("Nothing chosen yet."), color="ink2", wrap=True)
        rows = [self._row(thing, last=place == len(things) - 1) for place, thing in enumerate(things)]
        return boxed(column(theme, *rows, gap=0))

    def _row(self, thing: Bring, *, last: bool) -> ListRow:
        theme = self.theme
        does = role_words(thing.kind) if thing.row else leads_words()
        title = f"{does}: {isolated(thing.text)}" if thing.text else does
        day = day_of(thing.when.starts_at) if thing.when else None
        second = day_short(day) if day else self.tr("Any evening")
        behind: list[QWidget] = []
        front: QWidget = IconLabel(
            theme, ICONS.get(thing.kind, "handshake"), size=16, tone="teal" if thing.done else "gold"
        )
        if thing.row is None:
            behind.append(Chip(theme, self.tr("Done") if thing.done else self.tr("From the plan"), tone="plain"))
        else:
            ref = thing.row
            tick = CheckBox(theme, name=self.tr("Done: {title}").format(title=title), checked=thing.done)
            tick.clicked.connect(partial(self._tick, ref, tick))
            front = tick
            away = IconButton(theme, "x", self.tr("Take away: {title}").format(title=isolated(title)))
            away.clicked.connect(partial(self._take_away, ref, title))
            behind.append(away)
        return ListRow(theme, title, second, front=front, behind=tuple(behind), separator=not last, whole=True)

    def _tick(self, ref: Ref, tick: CheckBox, _on: bool = False) -> None:
        done_in(self, lambda: set_contribution(self._ctx.ws, ref, done=tick.isChecked()))

    def _take_away(self, ref: Ref, title: str, _on: bool = False) -> None:
        if done_in(self, lambda: delete_contribution(self._ctx.ws, ref)):
            self._ctx.toast(self.tr("Taken away: {title}").format(title=isolated(title)), taking_back(self._ctx.ws))

    def _kind_chosen(self, code: str) -> None:
        self.hint.setText(role_hint(code))
        self._words_box.setVisible(code not in WILLING)

    def _cycle(self) -> Ref | None:
        found = cycles(self._ctx.ws, self._ref.space)
        return found[-1].ref if found else None

    def _evenings(self) -> tuple[tuple[str, str], ...]:
        cycle = self._cycle()
        cards = dates_of(self._ctx.ws, cycle) if cycle else meetings(self._ctx.ws, self._ref.space)
        return (
            (ANY_TIME, self.tr("Any evening")),
            *((card.ref.row.hex(), _evening(card)) for card in cards if _open(card)),
        )


def _open(card: MeetingCard) -> bool:
    return card.state in ("planned", "live")


def _evening(card: MeetingCard) -> str:
    day = day_of(card.starts_at)
    return f"{day_short(day)}: {isolated(card.title)}" if day else card.title
