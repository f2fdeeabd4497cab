"""An evening of forty people: who they are, what was planned for it, and how one sees in a workspace that something was kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.live import close_meeting, open_meeting
from circle_app.workspace.commands.outcomes import add_outcome, park
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.series import begin_cycle
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import AgendaItem, Seat, agenda, attendance, meetings
from circle_app.workspace.queries.outcomes import Outcome, outcomes
from circle_app.workspace.queries.rota import rota_of
from circle_app.workspace.queries.tasks import Task, tasks
from tests.journeys.hands import Hands
from tests.support.workspaces import StillClock

START_MS = 1_795_545_000_000
"""Tuesday 24 November 2026, 18:30 in London."""
BEFORE, TITLE, NEXT = "The evening before", "The long evening", "Planting day"
FIRST = (
    "Adaeze", "Bruno", "Carla", "Dmitri", "Elif", "Farid", "Gunnar", "Hana", "Ivan", "Jolanda", "Kwame", "Leila",
    "Marek", "Nadia", "Oskar", "Paloma", "Quentin", "Rosa", "Stefan", "Tereza", "Umberto", "Vera", "Wanda", "Xenia",
    "Yusuf", "Zofia", "Anselm", "Bettina", "Cyprian", "Dunja", "Emeka", "Florin", "Giulia", "Henrik", "Ilse",
    "Jasper", "Klara", "Luis",
)  # fmt: skip
"""With who holds the meeting and a guest, forty people."""
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier

Does = Callable[[Hands], None]
Done = Callable[[Workspace], object]


@dataclass(frozen=True, slots=True)
class Act:
    """Something they do on a page at `minute` of the evening; `done` is how they see that it was kept.

    After whatever happened to the program it is done again, from its beginning, if it was not kept.
    """

    minute: float
    page: str
    does: Does
    done: Done


def found(ws: Workspace, no: int, still: StillClock) -> None:
    """The circle's people and its first evening, which left a promise and a thought open."""
    set_circle(ws, no, zone="Europe/London", place="School hall", agreements="- We start on time")
    for name in FIRST:
        add_person(ws, no, name=f"{name} Lind", confirmed=True)
    begin_cycle(
        ws, no, title="Autumn", titles=(BEFORE, "Another evening"), first=date(2026, 11, 10), clock="18:30", apart=14,
        zone="Europe/London", place="School hall",
    )  # fmt: skip
    earlier = next(card.ref for card in meetings(ws) if card.title == BEFORE)
    open_meeting(ws, earlier)
    still.forward(minutes=5)
    add_outcome(ws, earlier, kind="task", text="Ask who has the key", due="2026-11-20")
    park(ws, earlier, "Whose alley is it?")
    still.forward(minutes=85)
    close_meeting(ws, earlier)


def keys(*pressed: Qt.Key | str, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> Does:
    """Some keys, one after the other."""
    return lambda hands: hands.press(*pressed, held=held)


def in_turn(*done: Does) -> Does:
    def does(hands: Hands) -> None:
        for one in done:
            one(hands)

    return does


def fill(field: str, words: str, *then: Qt.Key) -> Does:
    """Tab to a field, type over what it holds, and some keys."""

    def does(hands: Hands) -> None:
        hands.tab_to(field)
        hands.replace(words)
        hands.press(*then)

    return does


def give(minute: float, page: str, ref: Callable[[Workspace], Ref], role: tuple[str, str], name: str) -> Act:
    """A role of a meeting, in the words of its cell and its code, to somebody."""

    def does(hands: Hands) -> None:
        hands.tab_to(role[0])
        hands.press(Qt.Key.Key_Return)
        hands.pick(name)

    def done(ws: Workspace) -> bool:
        return name in [one.person_name for one in rota_of(ws, ref(ws)).holders(ref(ws), role[1])]

    return Act(minute, page, does, done)


def evening(ws: Workspace) -> Ref:
    """The evening that all this is about."""
    return next(card.ref for card in meetings(ws) if card.title not in (BEFORE, NEXT))


def next_date(ws: Workspace) -> Ref | None:
    """The evening after it, once it stands."""
    return next((card.ref for card in meetings(ws) if card.title == NEXT), None)


def the_next(ws: Workspace) -> Ref:
    """As `next_date`, of which one knows that it stands."""
    ref = next_date(ws)
    assert ref is not None
    return ref


def steps(ws: Workspace) -> Sequence[AgendaItem]:
    return agenda(ws, evening(ws))


def titles(ws: Workspace) -> list[str]:
    return [one.title for one in steps(ws)]


def step(ws: Workspace, title: str) -> AgendaItem:
    return next(one for one in steps(ws) if one.title == title)


def seat(ws: Workspace, first: str) -> Seat | None:
    return next((one for one in attendance(ws, evening(ws)) if one.person.name.startswith(f"{first} ")), None)


def status(ws: Workspace, first: str) -> str | None:
    found = seat(ws, first)
    return found.status if found else None


def line(ws: Workspace, words: str) -> Outcome | None:
    """The line of the evening that begins so."""
    return next((one for one in outcomes(ws, evening(ws)) if one.text.startswith(words)), None)


def promise(ws: Workspace, title: str) -> tuple[str | None, str | None] | None:
    """Who carries it until when."""
    known: tuple[Task, ...] = tasks(ws, space=evening(ws).space)
    return next(((one.owner_name, one.due) for one in known if one.title == title), None)
