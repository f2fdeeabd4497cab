"""The trash: everything that was deleted, by circle, with who and when; Enter brings it back."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from circle_app.domain.schema import BY_NAME
from circle_app.domain.text import fold_name
from circle_app.errors import CircleError
from circle_app.workspace import spaces
from circle_app.workspace.commands.trash import restore
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.queries.trash import KEPT_IN_TRASH, Trashed, trash
from ui import text
from ui.context import AppContext
from ui.models.authors import Authors, authors
from ui.models.taking_back import taking_back
from ui.views.cell_words import kind_words, named_words
from ui.views.synccentre_words import moment
from ui.widgets.button import Button, LinkButton
from ui.widgets.card import SHADOW_ROOM, Card
from ui.widgets.chip import Chip, IconLabel
from ui.widgets.empty import EmptyState
from ui.widgets.fields import SearchField
from ui.widgets.layouts import clear, column, row
from ui.widgets.listrow import ListRow
from ui.widgets.page import Header, ScrollPage, SectionTitle

SIDE = 36 - SHADOW_ROOM
AT_ONCE = 50
ICONS = {
    "people": "user", "meetings": "calendar-days", "agenda_items": "list-ordered", "outcomes": "message-circle",
    "tasks": "square-check-big", "projects": "layers", "notes": "notebook-pen", "contributions": "hand",
    "comments": "message-square", "files": "paperclip", "templates": "list-ordered", "cycles": "calendar-days",
    "checklist": "square-check-big", "reflections": "message-circle",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bin:
    """What was deleted in one circle, and what is needed to name who did it."""

    space: int
    circle: str
    found: tuple[Trashed, ...]
    authors: Authors
    may: frozenset[str]


class TrashView(ScrollPage):
    """`show_ref` takes the number of a circle, or None for all of them."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, gap=2, margins=(SIDE, 26, SIDE, 24), parent=parent)
        self._ctx = ctx
        self._space: int | None = None
        self._bins: tuple[Bin, ...] = ()
        self._shown = AT_ONCE
        theme = ctx.theme
        self.filter = SearchField(theme, name=self.tr("Find in the trash"), hint=self.tr("Words"))
        self.filter.setMaximumWidth(theme.px(280))
        self.filter.textChanged.connect(lambda _text: self._lay_out())
        header = Header(
            theme, self.tr("Trash"),
            self.tr("What was deleted is only out of sight, for everybody in the circle. Enter brings it back."), self.filter,
        )  # fmt: skip
        self.body.addLayout(row(theme, header, margins=(SHADOW_ROOM, 0, SHADOW_ROOM, 0), center=False))
        self._cards = column(theme, gap=2)
        self.body.addLayout(self._cards)
        self.body.addStretch(1)
        self._rows: list[ListRow] = []
        ctx.bus.watch(self, set(KEPT_IN_TRASH) | {"spaces", "circle"}, self.refresh)

    def show_ref(self, ref: object) -> None:
        """Narrow it to one circle, or show all."""
        self._space = ref if isinstance(ref, int) else None
        self._shown = AT_ONCE
        self.filter.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def refresh(self) -> None:
        """Read everything anew, away from the window: names of devices come out of the signed log."""
        self._ctx.tasks.run(self, self._read, self._show)

    def _read(self) -> tuple[Bin, ...]:
        ws = self._ctx.ws
        held = {space.no for space in spaces.spaces(ws)}
        return tuple(
            Bin(card.space, card.name, found, authors(ws, card.space),
                frozenset(kind for kind in BY_NAME if may_edit(ws, card.space, BY_NAME[kind])))
            for card in my_circles(ws)
            if card.space in held and self._space in (None, card.space) and (found := trash(ws, card.space))
        )  # fmt: skip

    def _show(self, bins: tuple[Bin, ...]) -> None:
        self._bins = bins
        self._lay_out()

    def _lay_out(self) -> None:
        theme, wanted = self.theme, fold_name(self.filter.text()).split()
        place = next((i for i, line in enumerate(self._rows) if line.hasFocus()), -1)
        clear(self._cards)
        self._rows = []
        for one in self._bins:
            found = [each for each in one.found if _fits(each, wanted)]
            if found:
                card = self._card(one, found)
                self._cards.addWidget(card)
                card.show()
        if not self._rows:
            words = self.tr("Nothing here has these words in it.") if wanted else self.tr(
                "What you or somebody else deletes comes here and can be brought back, also after a year."
            )  # fmt: skip
            title = "" if wanted else self.tr("The trash is empty")
            self._cards.addWidget(EmptyState(theme, words, title=title, picture="trash-2", small=bool(wanted)))
        if place >= 0 and self._rows:
            self._rows[min(place, len(self._rows) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def _card(self, one: Bin, found: list[Trashed]) -> Card:
        theme = self.theme
        card = Card(theme, padding=(18, 14, 18, 10), gap=0)
        count = Chip(theme, self.tr("%Ln thing(s)", "", len(found)), tone="plain")
        card.body.addWidget(SectionTitle(theme, one.circle or self.tr("A circle without a name"), count))
        shown = found[: self._shown]
        for each in shown:
            card.body.addWidget(self._line(one, each, last=each is shown[-1]))
        if len(found) > len(shown):
            more = LinkButton(theme, self.tr("Show the next %Ln", "", min(AT_ONCE, len(found) - len(shown))))
            more.clicked.connect(lambda _on=False: self._more())
            card.body.addLayout(row(theme, more, None))
        return card

    def _line(self, one: Bin, each: Trashed, *, last: bool) -> ListRow:
        theme = self.theme
        parts = [
            self.tr("deleted by {name}, {when}").format(
                name=text.isolated(one.authors.says(each.by)), when=moment(each.at_ms, self._ctx.ws.clock.now_ms())
            )
        ]
        if each.inside:
            parts.append(self.tr("with %Ln part(s)", "", each.inside))
        if each.under is not None:
            parts.append(self.tr("comes back together with {what}").format(what=named_words(each.under)))
        back = Button(theme, self.tr("Bring back"), look="quiet", height=32, icon="undo-2")
        back.setAccessibleName(self.tr("Bring back: {what}").format(what=named_words(each.row)))
        back.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the row itself has the key for it
        allowed = each.row.kind in one.may
        line = ListRow(
            theme, _title(each), "  ·  ".join(parts), front=IconLabel(theme, ICONS[each.row.kind], size=18, tone="gold"),
            behind=(Chip(theme, kind_words(each.row.kind)), *((back,) if allowed else ())),
            separator=not last, inset=6,
        )  # fmt: skip
        line.setAccessibleName(f"{named_words(each.row)}, {', '.join(parts)}")
        line.opened.connect(lambda: self.bring_back(each))
        back.clicked.connect(lambda _on=False: self.bring_back(each))
        self._rows.append(line)
        return line

    def bring_back(self, each: Trashed) -> None:
        """Show it again for everybody; what it belongs to comes with it."""
        ws = self._ctx.ws
        try:
            back = restore(ws, each.row.kind, each.row.ref)
        except CircleError as problem:
            self._ctx.problem(problem)
            self.refresh()
            return
        words = self.tr("{what} is back").format(what=named_words(each.row))
        if len(back) > 1:
            words = self.tr("{what} is back, with what it belongs to").format(what=named_words(each.row))
        self._ctx.toast(words, taking_back(ws))

    def _more(self) -> None:
        self._shown += AT_ONCE
        self._lay_out()


def _title(each: Trashed) -> str:
    return each.row.title or named_words(each.row)


def _fits(each: Trashed, wanted: list[str]) -> bool:
    words = fold_name(named_words(each.row))
    return all(part in words for part in wanted)
