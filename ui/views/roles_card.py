"""Who does what at one meeting: its five roles, to be given with a press, wherever that meeting is spoken of."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.errors import NotFound
from circle_app.workspace.queries.meetings import MeetingCard
from circle_app.workspace.queries.rota import Rota, rota_of
from ui.context import AppContext
from ui.dialogs.coming import ask_coming
from ui.text import day_of, day_short
from ui.theme.theme import Theme
from ui.views.circle_cycle_rows import CELL_LEAST, role_cell, share_out
from ui.views.role_words import ROLES, role_hint
from ui.widgets.base import Label
from ui.widgets.button import LinkButton
from ui.widgets.card import Card
from ui.widgets.layouts import boxed, column, fill, row
from ui.widgets.page import ScrollPage, SectionTitle
from ui.widgets.personcell import PersonCell, cells_grid
from ui.widgets.slot import Slot


def roles_card(ctx: AppContext, known: Rota, card: MeetingCard) -> Card:
    """A card of its own with the roles of a meeting."""
    box = Card(ctx.theme, padding=(20, 16, 20, 18), gap=8)
    box.body.addWidget(roles_part(ctx, known, card))
    return box


def roles_part(
    ctx: AppContext, known: Rota, card: MeetingCard, *, dated: bool = True, small: bool = False, explained: bool = False
) -> QWidget:
    """The five cells under a title; free ones, and those whose holder cannot come, are filled with one press.

    `dated` says the day, where it does not stand above already. `small` is for a page that has its own way to ask who comes.
    `explained` has a line for each, with what it is for, and no title.
    """
    theme, day = ctx.theme, day_of(card.starts_at) if dated else None
    title = _tr("Roles on {date}").format(date=day_short(day)) if day else _tr("Roles")
    open_ones = [role for role in ROLES if not known.holders(card.ref, role) or known.absent(card.ref, role)]
    links: list[QWidget] = []
    if card.state == "planned" and not small:
        who = LinkButton(theme, _tr("Who can come?"))
        who.clicked.connect(lambda _on=False: ask_coming(ctx, card.ref, who.window()))
        links.append(who)
    if card.state == "planned" and open_ones:
        share = LinkButton(theme, _tr("Share them out"))
        share.clicked.connect(lambda _on=False: share_out(ctx, known, card.ref))
        links.append(share)
    cells = [role_cell(ctx, known, card, role) for role in ROLES]
    for place, cell in enumerate(cells):
        cell.stepped.connect(
            lambda right, down, place=place: _reach(cells[min(max(place + right + down, 0), len(cells) - 1)])
        )
    if explained:
        lines = [_explained(theme, cell, role) for cell, role in zip(cells, ROLES, strict=True)]
        return boxed(column(theme, *([row(theme, *links, None)] if links else []), *lines, gap=8))
    head = SectionTitle(theme, title, *links, role="second_strong" if small else "section")
    if small:
        head.label.set_color("ink3")
    return boxed(column(theme, head, cells_grid(theme, cells, least=CELL_LEAST), gap=8))


def _reach(cell: PersonCell) -> None:
    """The keyboard goes to a cell, and its page to where it is seen."""
    cell.setFocus()
    page = cell.parentWidget()
    while page is not None and not isinstance(page, ScrollPage):
        page = page.parentWidget()
    if page is not None:
        page.ensureWidgetVisible(cell, 0, page.theme.px(8))


def _explained(theme: Theme, cell: PersonCell, role: str) -> QHBoxLayout:
    line = row(theme, gap=14)
    line.addWidget(cell, 5)
    line.addWidget(Label(theme, role_hint(role), role="second", color="ink2", wrap=True), 6)
    return line


class RolesPanel(QWidget):
    """The roles of whichever meeting it is shown; it takes no room without one, and follows what changes."""

    def __init__(
        self, ctx: AppContext, *, small: bool = False, explained: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ctx, self._small, self._explained = ctx, small, explained
        self._ref: Ref | None = None
        self._slot = Slot()
        fill(ctx.theme, QVBoxLayout(self), self._slot, gap=0)
        ctx.bus.watch(self, {"contributions", "attendance", "people", "meetings", "cycles"}, self.refresh)
        self.refresh()

    def show_meeting(self, ref: Ref | None) -> None:
        self._ref = ref
        self.refresh()

    def cells(self) -> list[PersonCell]:
        """The cells of the roles, in order."""
        return self._slot.findChildren(PersonCell)

    def refresh(self) -> None:
        """Read who holds what anew."""
        try:
            known = rota_of(self._ctx.ws, self._ref) if self._ref else None
        except NotFound:
            known = None
        card = next((one for one in known.dates if one.ref == self._ref), None) if known else None
        self.setVisible(card is not None)
        self._slot.show_data((known, card), lambda: self._build(known, card))

    def _build(self, known: Rota | None, card: MeetingCard | None) -> QWidget | None:
        if known is None or card is None:
            return None
        return roles_part(self._ctx, known, card, dated=False, small=self._small, explained=self._explained)


def _tr(text: str) -> str:
    return QCoreApplication.translate("RolesCard", text)
