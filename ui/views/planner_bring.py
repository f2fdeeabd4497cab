"""What the evening needs, beside the plan: each thing once, with who brings it, to be given with a press."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import CONTRIBUTIONS
from circle_app.workspace.commands.contributions import add_contribution, delete_contribution
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.materials import Needed, needed
from circle_app.workspace.queries.meetings import AgendaItem
from circle_app.workspace.queries.people import me, people
from ui.context import AppContext
from ui.doing import done
from ui.text import isolated
from ui.widgets.base import Label
from ui.widgets.button import LinkButton
from ui.widgets.chip import IconLabel
from ui.widgets.layouts import boxed, column, fill, row
from ui.widgets.menu import Menu
from ui.widgets.slot import Slot


class BringList(QWidget):
    """Takes no room while no step needs anything."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._meeting: Ref | None = None
        self._slot = Slot()
        self.who: dict[str, LinkButton] = {}
        fill(ctx.theme, QVBoxLayout(self), self._slot, gap=0)

    def show_needs(self, meeting: Ref, items: Sequence[AgendaItem]) -> None:
        """Gather them anew."""
        self._meeting = meeting
        found = needed(self._ctx.ws, meeting, items)
        self.setVisible(bool(found))
        self._slot.show_data((meeting, found), lambda: self._lines(found) if found else None)

    def _lines(self, found: tuple[Needed, ...]) -> QWidget:
        theme = self._ctx.theme
        self.who = {}
        lines: list[QWidget] = [Label(theme, self.tr("Bring"), role="second_strong", color="ink3")]
        for need in found:
            mark = IconLabel(
                theme, "check" if need.names else "circle", size=14, color="teal" if need.names else "ink3"
            )
            names = ", ".join(map(isolated, need.names)) if len(need.names) > 1 else "".join(need.names)
            link = LinkButton(theme, names or self.tr("Who?"))
            words = self.tr("{thing}: {names} brings it") if need.names else self.tr("{thing}: nobody brings it yet")
            link.setAccessibleName(words.format(thing=need.thing, names=names))
            link.clicked.connect(partial(self._ask, need, link))
            self.who[need.thing] = link
            line = row(theme, mark, gap=8, center=True)
            line.addWidget(Label(theme, need.thing, role="second", color="ink2", wrap=True), 1)
            line.addWidget(link)
            lines.append(boxed(line))
        return boxed(column(theme, *lines, gap=4))

    def _ask(self, need: Needed, link: LinkButton, _on: bool = False) -> None:
        """Who of the circle brings it; whoever does already is asked no more with the same press."""
        if self._meeting is None:
            return
        menu = Menu(self._ctx.theme, self)
        said = {one.person: one.ref for one in need.brought}
        ws, space = self._ctx.ws, self._meeting.space
        # where only organizers plan, the others may offer what they bring themselves
        everybody, own = may_edit(ws, space, CONTRIBUTIONS), me(ws, space)
        for person in people(ws, space, guests=False):
            if not everybody and person.ref != own:
                continue
            mine = said.get(person.ref)
            act = partial(self._let_go if mine else self._give, need.thing, mine or person.ref, person.name)
            line = menu.add(person.name, act, icon="check" if mine else "user", color="teal" if mine else "ink3")
            line.setCheckable(True)
            line.setChecked(mine is not None)
        menu.open_under(link)

    def _give(self, thing: str, person: Ref, name: str) -> None:
        ref = self._meeting
        if ref is not None:
            give = partial(
                add_contribution, self._ctx.ws, ref.space, person=person, kind="bring", text=thing, meeting=ref
            )
            done(
                self._ctx, give, self.tr("{name} brings it: {thing}").format(name=isolated(name), thing=isolated(thing))
            )

    def _let_go(self, thing: str, said: Ref, name: str) -> None:
        words = self.tr("{name} does not bring it: {thing}").format(name=isolated(name), thing=isolated(thing))
        done(self._ctx, partial(delete_contribution, self._ctx.ws, said), words)
