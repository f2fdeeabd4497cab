"""What happened lately in a circle, as a card of its overview: lines that stay while others come, each leading to its thing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.workspace.queries.feed import LONGEST, Happened, feed
from ui.context import AppContext
from ui.plurals import english
from ui.text import date_of_ms, isolated, outcome_kind, relative_day, task_state
from ui.theme.theme import Theme
from ui.views.notes_marks import first_words
from ui.views.outcome_words import short_date
from ui.widgets.base import Label
from ui.widgets.button import LinkButton
from ui.widgets.card import Card
from ui.widgets.chip import IconLabel
from ui.widgets.layouts import fill
from ui.widgets.listrow import ListRow
from ui.widgets.page import SectionTitle
from ui.widgets.slot import tab_along

SHOWN, MORE, NAMED = 6, 18, 3
LOOKS = {
    "decision": ("gavel", "plum"), "note": ("notebook-pen", "gold"), "done": ("square-check-big", "teal"),
    "person": ("user-plus", "primary"), "people": ("users-round", "primary"),
}  # fmt: skip
"""Icon and tone by kind."""
TABS = {"note": "notes", "done": "tasks", "person": "people", "people": "people"}
"""The tab of the circle's page where a kind is at home; a decision leads to its line of the meeting."""
Key = tuple[str, Ref]


class FeedCard(Card):
    """Tab stops at one line of it, the arrows go from line to line, Enter opens. `refresh` leaves lines where they are.

    `show_tab(code, ref)` goes to another tab of the circle's page.
    """

    def __init__(self, ctx: AppContext, space: int, show_tab: Callable[[str, Ref | None], object]) -> None:
        theme = ctx.theme
        super().__init__(theme, padding=(20, 16, 20, 16), gap=8)
        self._ctx, self._space, self._show_tab = ctx, space, show_tab
        self._most = SHOWN
        self._rows: dict[Key, FeedRow] = {}
        self._stop: Key | None = None
        self._nothing = Label(
            theme, self.tr("Decisions, notes, finished tasks and new people stand here, the newest first."), color="ink2",
            wrap=True,
        )  # fmt: skip
        self._lines = QVBoxLayout()
        fill(theme, self._lines, gap=0)
        self.more = LinkButton(theme, self.tr("Show more"))
        self.more.clicked.connect(lambda _on=False: self._show_more())
        self.body.addWidget(SectionTitle(theme, self.tr("Lately")))
        self.body.addWidget(self._nothing)
        self.body.addLayout(self._lines)
        self.body.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeading)

    def rows(self) -> tuple[FeedRow, ...]:
        """The lines from top to bottom."""
        return tuple(self._rows.values())

    def stops(self) -> list[QWidget]:
        """What is in it for the keyboard, from top to bottom."""
        return [*self.rows(), self.more]

    def refresh(self) -> None:
        """Read it anew; a line that is still there keeps its widget, and with it the keyboard."""
        found = feed(self._ctx.ws, self._space, self._most + 1, date_of_ms)
        shown = found[: self._most]
        today = date_of_ms(self._ctx.ws.clock.now_ms())
        wanted = {(one.kind, one.ref): one for one in shown}
        held = next((place for place, row in enumerate(self.rows()) if row.hasFocus()), None)
        gone = [self._rows.pop(key) for key in list(self._rows) if key not in wanted]
        ordered = {}
        for place, (key, one) in enumerate(wanted.items()):
            row = self._rows.get(key) or self._made(one)
            row.show_line(one, today, last=place == len(wanted) - 1)
            ordered[key] = row
            if self._lines.indexOf(row) != place:
                self._lines.removeWidget(row)
                self._lines.insertWidget(place, row)
            row.show()
        self._rows = ordered
        if held is not None and ordered and not any(row.hasFocus() for row in ordered.values()):
            self.rows()[min(held, len(ordered) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)
        for row in gone:
            self._lines.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._nothing.setVisible(not ordered)
        self.more.setVisible(len(found) > len(shown))
        tab_along(self.stops())
        self._stop_at(self._stop)

    def _made(self, one: Happened) -> FeedRow:
        key = one.kind, one.ref
        made = FeedRow(self.theme, one)
        made.opened.connect(lambda: self._open(*key))
        made.reached.connect(lambda: self._stop_at(key))
        return made

    def _stop_at(self, key: Key | None) -> None:
        """Let Tab stop at this line alone, at the first one when it is not there."""
        self._stop = key if key in self._rows else next(iter(self._rows), None)
        for each, row in self._rows.items():
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if each == self._stop else Qt.FocusPolicy.ClickFocus)

    def _open(self, kind: str, ref: Ref) -> None:
        if kind in TABS:
            self._show_tab(TABS[kind], None if kind == "people" else ref)
        else:
            self._ctx.navigate("line", ref)

    def _show_more(self) -> None:
        """The keyboard goes on with the first of the lines that come, as the button may be gone."""
        before, by_key = len(self._rows), self.more.ringed
        self._most += MORE
        self.refresh()
        if before < len(self._rows):
            reason = Qt.FocusReason.TabFocusReason if by_key else Qt.FocusReason.MouseFocusReason
            self.rows()[before].setFocus(reason)


class FeedRow(ListRow):
    """One thing that happened: what it is, who and when."""

    reached = Signal()
    """The keyboard is on it now."""

    def __init__(self, theme: Theme, one: Happened) -> None:
        icon, tone = LOOKS[one.kind]
        super().__init__(theme, " ", " ", front=IconLabel(theme, icon, size=16, tone=tone), whole=True)

    def show_line(self, one: Happened, today: date, *, last: bool) -> None:
        """Say it anew."""
        title, second = title_of(one), second_of(one, today)
        if title != self.title.text():
            self.title.setText(title)
        if second != self.second.text():
            self.second.setText(second)
        self.setAccessibleName(f"{title}, {second}")
        self.set_separator(not last)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.reached.emit()


def title_of(one: Happened) -> str:
    """The words of it on one paragraph; of a note without a title those it begins with."""
    if one.kind == "people":
        return _plural("%Ln new people", len(one.names))
    words = " ".join(one.words.split()) or first_words(one.body) or _tr("A note")
    return words + "…" if len(one.words) == LONGEST else words


def second_of(one: Happened, today: date) -> str:
    """What it is, who and when: "Decision · Sam Okoro · yesterday"; of many people the latest few."""
    parts = [_kind_words(one), isolated(one.who) if one.who else "", when(one.at_ms, today)]
    return " · ".join(part for part in parts if part)


def _kind_words(one: Happened) -> str:
    match one.kind:
        case "people":
            named = ", ".join(isolated(name) for name in one.names[:NAMED])
            return f"{named} {_plural('and %Ln more', len(one.names) - NAMED)}"
        case "person":
            return _tr("New person")
        case "done":
            return task_state("done")
    return outcome_kind(one.kind)


def when(at_ms: int, today: date) -> str:
    """ "today", "yesterday", else the date, with its year when that is another one; nothing that happened is to come."""
    day = min(date_of_ms(at_ms), today)
    return relative_day(day, today) if (today - day).days <= 1 else short_date(day, today)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Feed", text)


def _plural(text: str, n: int) -> str:
    return english(QCoreApplication.translate("Feed", text, None, n), n)
