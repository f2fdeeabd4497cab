"""What the pages of an evening can look like: each state is made anew, on an evening of its own, by what people do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.attendance import add_guest, mark, mark_left, set_coming
from circle_app.workspace.commands.contributions import add_contribution
from circle_app.workspace.commands.live import add_minutes, close_meeting, go_to_step, next_step, open_meeting, pause
from circle_app.workspace.commands.meetings import plan_meeting, set_meeting
from circle_app.workspace.commands.outcomes import add_outcome, park, set_outcome
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.turns import have_spoken, make_groups, pass_on
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.people import people

NAMES = (
    "محمّد علي", "Adaeze Ångström-Featherstonehaugh", "Björk Jónsdóttir", "Chloé de la Fontaine", "Dmitri Orlov",
    "Eun-ji Park", "فاطمة الزهراء", "Gökhan Yıldız", "Hélène Dufour", "Ivana Horvat", "Jürgen Groß", "陳小明",
)  # fmt: skip
"""Short, long, and written from right to left."""
FURTHER = (
    "Kwame", "Leila", "Marek", "Nadia", "Oskar", "Paloma", "Quentin", "Rosa", "Stefan", "Tereza", "Umberto", "Vera", "Wanda",
    "Xenia", "Yusuf", "Zofia", "Anselm", "Bettina", "Cyprian", "Dunja", "Emeka", "Florin", "Giulia", "Henrik", "Ilse", "Jasper",
    "Klara", "Luis",
)  # fmt: skip
"""Of the others in a crowd."""
QUESTION = "If you could change one thing between here and the school, what would it be, and who would have to agree?"
STEPS = (
    {"title": "Welcome & check-in", "minutes": 10, "mode": "talk", "method": "One word for how you arrive"},
    {"title": "Round: one thing to change", "minutes": 14, "mode": "round", "question": QUESTION},
    {"title": "In pairs: what we would need for it", "minutes": 12, "mode": "pairs", "question": "What would we need?"},
    {"title": "In threes: whom to ask", "minutes": 12, "mode": "pairs", "group_size": 3},
    {"title": "Choose two to try until the summer", "minutes": 15, "mode": "vote", "dots_each": 3},
    {"title": "Tea and biscuits", "minutes": 10, "mode": "break"},
    {"title": "Closing round", "minutes": 9, "mode": "round", "question": "What do you take home?"},
)  # fmt: skip
SECTIONED = tuple(
    {**step, "section": section, "flexible": number % 2, "min_minutes": 5, "materials": things}
    for number, (step, section, things) in enumerate(
        zip(
            STEPS[:6], ("Arriving", "Arriving", "The heart of the evening, together", "", "Leaving", "Leaving"),
            ("name tags, pens", "", "a map of all three streets", "sticky dots, pens", "", "tea"), strict=True,
        )
    )
)  # fmt: skip
"""The same with sections and things to bring."""
WELCOME, ROUND, PAIRS, THREES, VOTE, BREAK, CLOSING = range(7)
CROWD = 40


class Movable(Protocol):
    """A clock that moves only when it is told to."""

    ms: int

    def forward(self, *, minutes: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Stage:
    """The circle in which the evenings are; its clock moves on from one to the next."""

    ws: Workspace
    space: int
    clock: Movable

    def everybody(self, count: int) -> tuple[Ref, ...]:
        """So many of the crowd, made where they are missing; whoever was in the circle before is not among them."""
        there = {person.name: person.ref for person in people(self.ws, self.space, guests=False)}
        names = (*NAMES, *(f"{name} Lind" for name in FURTHER))[:count]
        return tuple(there.get(name) or add_person(self.ws, self.space, name=name, confirmed=True) for name in names)

    def evening(self, steps: Sequence[Mapping[str, object]] = STEPS, *, here: int = 0) -> tuple[Ref, tuple[Ref, ...]]:
        """A planned evening, with so many people in the room already."""
        meeting = plan_meeting(
            self.ws, self.space, title="Safe and green to school: what could our street become?", minutes=90,
            place="School hall, second door on the left",
        )  # fmt: skip
        items = add_items(self.ws, meeting, steps) if steps else ()
        for person in self.everybody(here):
            mark(self.ws, meeting, person, status="present")
        return meeting, items

    def running(self, step: int = WELCOME, *, here: int = 9, after: float = 4) -> tuple[Ref, tuple[Ref, ...]]:
        """An evening in that step since so many minutes."""
        meeting, items = self.evening(here=here)
        open_meeting(self.ws, meeting)
        if step != WELCOME:
            self.clock.forward(minutes=9)
            go_to_step(self.ws, meeting, items[step])
        self.clock.forward(minutes=after)
        return meeting, items


State = Callable[[Stage], tuple[str, Ref]]
"""Makes it so; returns the place and what it is shown of."""


def _plan_empty(stage: Stage) -> tuple[str, Ref]:
    return "plan", stage.evening(())[0]


def _plan_too_long(stage: Stage) -> tuple[str, Ref]:
    steps = [{**step, "section": section} for section in ("Arriving", "Working", "Leaving") for step in STEPS[:5]]
    meeting, _ = stage.evening(steps)
    for person, coming in zip(stage.everybody(3), ("yes", "maybe", "no"), strict=True):
        set_coming(stage.ws, meeting, person, coming)
    return "plan", meeting


def _plan_with_things(stage: Stage) -> tuple[str, Ref]:
    """Sections, steps that may be shorter, notes for whoever leads, and things to bring, some of them promised."""
    meeting, _ = stage.evening(SECTIONED)
    set_meeting(
        stage.ws, meeting, private_notes="The key is with Rosa. Begin without the slides if the cable is missing."
    )
    for person, thing in zip(stage.everybody(2), ("a map of all three streets", "soup"), strict=True):
        add_contribution(stage.ws, stage.space, person=person, kind="bring", text=thing, meeting=meeting)
    return "plan", meeting


def _sections(stage: Stage) -> tuple[str, Ref]:
    meeting, items = stage.evening(SECTIONED, here=7)
    open_meeting(stage.ws, meeting)
    go_to_step(stage.ws, meeting, items[3])
    stage.clock.forward(minutes=4)
    return "live", meeting


def _door_empty(stage: Stage) -> tuple[str, Ref]:
    return "checkin", stage.evening()[0]


def _door_full(stage: Stage) -> tuple[str, Ref]:
    meeting, items = stage.evening(here=CROWD - 6)
    crowd = stage.everybody(CROWD)
    for person, status in zip(crowd[-6:], ("late", "excused", "absent", "late", "excused"), strict=False):
        mark(stage.ws, meeting, person, status=status)
    add_guest(stage.ws, meeting, name="Bo Lindqvist")
    stage.clock.forward(minutes=20)
    mark_left(stage.ws, meeting, crowd[1], item=items[1])
    return "checkin", meeting


def _planned(stage: Stage) -> tuple[str, Ref]:
    return "live", stage.evening(here=5)[0]


def _with_lines(stage: Stage) -> tuple[str, Ref]:
    meeting, _ = stage.running()
    owner = stage.everybody(2)[1]
    add_outcome(
        stage.ws, meeting, kind="note", text="Bins block the pavement outside number 22 on Mondays, and nobody is told"
    )
    decision = add_outcome(stage.ws, meeting, kind="decision", text="Planters at the school gate, for six weeks")
    set_outcome(stage.ws, decision, present=9, hands=7)
    add_outcome(stage.ws, meeting, kind="idea", text="Fence planters the classes can water")
    add_outcome(stage.ws, meeting, kind="task", text="Ask the council for tree pits", owner=owner, due="2026-12-04")
    add_outcome(stage.ws, meeting, kind="note", text="Somebody is ill at home", private=True)
    park(stage.ws, meeting, "Who owns the alley behind the bakery, and since when?")
    return "live", meeting


def _overtime(stage: Stage) -> tuple[str, Ref]:
    meeting, _ = stage.running(after=23)
    return "live", meeting


def over_with_choices(stage: Stage) -> tuple[str, Ref]:
    """Far over time, with steps to come that may be shorter, or wait for another evening."""
    meeting, _ = stage.evening(SECTIONED, here=7)
    open_meeting(stage.ws, meeting)
    stage.clock.forward(minutes=34)
    return "live", meeting


def _parked(stage: Stage) -> tuple[str, Ref]:
    """A lot put aside, short and long."""
    meeting, _ = stage.running()
    for thought in (
        "Summer party", "Who owns the alley behind the bakery, and since when?", "مَن يملك المفتاح؟",
        "Ask the fire brigade whether the gate may stay open in the evening, and who would close it on Sundays",
    ):  # fmt: skip
        park(stage.ws, meeting, thought)
    return "live", meeting


def _paused(stage: Stage) -> tuple[str, Ref]:
    meeting, _ = stage.running()
    add_minutes(stage.ws, meeting, 2)
    pause(stage.ws, meeting)
    stage.clock.forward(minutes=6)
    return "live", meeting


def _round(stage: Stage, *, here: int = 9, heard: int = 4) -> tuple[str, Ref]:
    meeting, items = stage.running(ROUND, here=here)
    for number, person in enumerate(stage.everybody(heard)):
        (pass_on if number == 1 else have_spoken)(stage.ws, items[ROUND], person)
        stage.clock.forward(minutes=1)
    return "live", meeting


def _groups(stage: Stage, step: int, here: int) -> tuple[str, Ref]:
    meeting, items = stage.running(step, here=here)
    make_groups(stage.ws, meeting, items[step])
    return "live", meeting


def vote(stage: Stage) -> tuple[str, Ref]:
    """Ideas with their dots, two of them level."""
    meeting, _ = stage.running(VOTE)
    for words, dots in (
        ("Planters at the gate", 9),
        ("A bench at the bus stop, in the shade of the plane", 9),
        ("Slow lane", 2),
    ):
        add_outcome(stage.ws, meeting, kind="idea", text=words, dots=dots)
    return "live", meeting


def _vote_to_come(stage: Stage) -> tuple[str, Ref]:
    """Nobody wrote an idea down yet."""
    return "live", stage.running(VOTE)[0]


def _break(stage: Stage) -> tuple[str, Ref]:
    return "live", stage.running(BREAK)[0]


def _all_had(stage: Stage) -> tuple[str, Ref]:
    meeting, _ = stage.running(CLOSING)
    next_step(stage.ws, meeting)
    return "live", meeting


def _ended_early(stage: Stage) -> Ref:
    """Nothing was written down, and nobody was checked in."""
    meeting, _ = stage.running(here=0)
    close_meeting(stage.ws, meeting)
    return meeting


def _closed(stage: Stage) -> Ref:
    _place, meeting = _with_lines(stage)
    add_outcome(stage.ws, meeting, kind="task", text="Write to the school about the side gate")
    add_outcome(stage.ws, meeting, kind="task", text="Fetch twelve tubs with the van, before the frost comes")
    stage.clock.forward(minutes=50)
    close_meeting(stage.ws, meeting)
    return meeting


STATES: Mapping[str, State] = MappingProxyType(
    {
        "plan-empty": _plan_empty,
        "plan-too-long": _plan_too_long,
        "plan-things": _plan_with_things,
        "door-empty": _door_empty,
        "door-full": _door_full,
        "live-planned": _planned,
        "live-lines": _with_lines,
        "live-sections": _sections,
        "live-overtime": _overtime,
        "live-choices": over_with_choices,
        "live-parked": _parked,
        "live-paused": _paused,
        "live-round": _round,
        "live-round-heard": lambda stage: _round(stage, here=5, heard=5),
        "live-round-forty": lambda stage: _round(stage, here=CROWD, heard=11),
        "live-round-alone": lambda stage: _round(stage, here=1, heard=0),
        "live-round-nobody": lambda stage: _round(stage, here=0, heard=0),
        "live-pairs": lambda stage: _groups(stage, PAIRS, 9),
        "live-threes": lambda stage: _groups(stage, THREES, 11),
        "live-pairs-forty": lambda stage: _groups(stage, PAIRS, CROWD),
        "live-vote": vote,
        "live-vote-to-come": _vote_to_come,
        "live-break": _break,
        "live-all-had": _all_had,
        "live-closed": lambda stage: ("live", _closed(stage)),
        "wrapup": lambda stage: ("wrapup", _closed(stage)),
        "wrapup-empty": lambda stage: ("wrapup", _ended_early(stage)),
        "wrapup-running": lambda stage: ("wrapup", _with_lines(stage)[1]),
        "export-agenda": lambda stage: ("export", _plan_with_things(stage)[1]),
        "export": lambda stage: ("export", _closed(stage)),
    }
)
"""By name: the page, a dash, and what is the matter with it."""
