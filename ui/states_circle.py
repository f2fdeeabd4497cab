"""What the pages of a circle can look like: each state is made anew, in a circle of its own, by what people do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.lifecycle import starters
from circle_app.domain.rules import WILLING
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.attendance import mark, set_coming
from circle_app.workspace.commands.checklist import add_checks, set_check, tick
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.contributions import add_contribution, set_contribution
from circle_app.workspace.commands.live import close_meeting, open_meeting
from circle_app.workspace.commands.meetings import plan_meeting, set_meeting
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.commands.people import add_person, set_person
from circle_app.workspace.commands.projects import add_project
from circle_app.workspace.commands.series import begin_cycle, give_roles, move_date, skip_date
from circle_app.workspace.commands.tasks import add_task, set_task
from circle_app.workspace.queries.cycles import cycles, dates_of
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.rota import proposal, roster
from circle_app.workspace.spaces import add_space, my_member, set_space
from ui.shell import Shell
from ui.states import CROWD, SECTIONED, STEPS, Stage
from ui.text import date_of_ms
from ui.theme.tokens import PEOPLE_COLORS
from ui.views.checklist_words import starter_words
from ui.views.circle import CircleView

ME, COLOR = "Amina Diallo", PEOPLE_COLORS[1]
LONG_NAME = "Nachbarschaftsversammlung Ångström-Straße und Umgebung, Gruppe für sichere Schulwege"
TITLES = (
    "What could our street become?", "Walk the street together", "Choose two to try", "Build and plant",
    "What did we learn?", "Tell the others, and go on",
)  # fmt: skip
LONG_TITLE = "Wir gehen gemeinsam durch die Straße und schreiben auf, was uns und unseren Kindern im Weg steht"
AGREED = (
    "- We start and end on time\n- Everyone speaks once before anyone speaks twice\n"
    "- Who wants to may pass\n- What is told in the round stays in the room"
)
RHYTHM, SOON = 14, 8
"""Days between two dates, and from today to the next one."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown: a tab of a circle's page, or (without one) the plan of a meeting."""

    of: int | Ref
    tab: str = ""

    @property
    def space(self) -> int:
        return self.of.space if isinstance(self.of, Ref) else self.of

    def show(self, shell: Shell) -> QWidget:
        """Go there; gives the page."""
        shell.navigate("circle" if self.tab else "plan", self.of)
        view = shell.view("circle" if self.tab else "plan")
        return view.tab(self.tab) if isinstance(view, CircleView) else view


def found(stage: Stage, count: int = 1, *, kind: str = "citizen_circle", name: str = "Elm Street Greening") -> Stage:
    """A new circle of so many people, with whoever looks at it among them."""
    ws = stage.ws
    space = add_space(
        ws, space32=ws.random_bytes(32), dev16=ws.random_bytes(16), member16=ws.random_bytes(16), role="organizer"
    )
    set_circle(
        ws,
        space,
        name=name,
        kind=kind,
        topic="A street to play on",
        rhythm="fortnightly",
        place="Community Hall",
        color=COLOR,
    )
    add_person(ws, space, name=ME, confirmed=True, member=my_member(ws, space))
    made = Stage(ws, space, stage.clock)
    made.everybody(count)
    return made


def dated(stage: Stage, *, weeks_ago: int = 0, titles: tuple[str, ...] = TITLES) -> Ref:
    """A cycle of six dates, the first one in a week, or so many weeks before that."""
    first = date_of_ms(stage.ws.clock.now_ms()) + timedelta(days=SOON - 7 * weeks_ago)
    return begin_cycle(
        stage.ws, stage.space, title="Autumn: the street", titles=titles, first=first, clock="18:30", apart=RHYTHM,
        zone="Europe/London", minutes=90, place="Community Hall, Room 2",
    )  # fmt: skip


def shared_out(stage: Stage, cycle: Ref) -> None:
    """Every role of the dates to come is somebody's."""
    give_roles(stage.ws, stage.space, dict(proposal(roster(stage.ws, cycle))))


def held(stage: Stage, meeting: Ref, *, came: int) -> None:
    """A meeting was: so many came, and something was decided."""
    ws = stage.ws
    add_items(ws, meeting, STEPS[:3])
    for person in stage.everybody(came):
        mark(ws, meeting, person, status="present")
    open_meeting(ws, meeting)
    add_outcome(ws, meeting, kind="decision", text="We try each thing for six weeks before we ask for money")
    add_outcome(
        ws, meeting, kind="task", text="Ask the council for tree pits", owner=stage.everybody(2)[1], due="2026-12-04"
    )
    close_meeting(ws, meeting)


def six(stage: Stage, people_in: int = 12) -> tuple[Stage, Ref]:
    """Six dates in mid-run: one behind, one moved, one skipped, every role given; somebody cannot come."""
    circle = found(stage, people_in)
    ws, cycle = circle.ws, dated(circle, weeks_ago=2)
    dates = [card.ref for card in dates_of(ws, cycle)]
    shared_out(circle, cycle)
    held(circle, dates[0], came=min(9, people_in))
    move_date(ws, dates[2], date_of_ms(ws.clock.now_ms()) + timedelta(days=SOON + RHYTHM + 2))
    skip_date(ws, dates[3])
    add_items(ws, dates[1], SECTIONED)
    holder = roster(ws, cycle).holders(dates[4], "host")
    if holder and holder[0].person:
        set_coming(ws, dates[4], holder[0].person, "no")
    for person, answer in zip(
        circle.everybody(min(people_in, 6)), ("yes", "yes", "maybe", "yes", "no", "yes"), strict=False
    ):
        set_coming(ws, dates[1], person, answer)
    return circle, cycle


def brought(circle: Stage, cycle: Ref) -> None:
    """What the first few bring: something prepared, something done, and a thing for one evening."""
    ws, (first, second, third) = circle.ws, circle.everybody(3)
    evening = dates_of(ws, cycle)[1].ref
    done = add_contribution(
        ws, circle.space, person=first, kind="prepare", text="The walk along the street", meeting=evening
    )
    set_contribution(ws, done, done=True)
    soup = "Soup for fourteen, one pot of it without meat and without nuts, and bread from the bakery at the corner"
    add_contribution(ws, circle.space, person=second, kind="bring", text=soup, meeting=evening)
    add_contribution(ws, circle.space, person=third, kind="bring", text="شاي وبسكويت")


def listed(circle: Stage, cycle: Ref, *, done: int = 0) -> tuple[Ref, ...]:
    """The usual checklist, the first of it ticked."""
    ws = circle.ws
    days = [date.fromisoformat(card.starts_at[:10]) for card in dates_of(ws, cycle) if card.starts_at]
    usual = [{"title": starter_words(one.code), "phase": one.phase, "days": one.days} for one in starters(days)]
    made = add_checks(ws, cycle, usual)
    for place, ref in enumerate(made[:6]):
        set_check(ws, ref, owner=circle.everybody(3)[place % 3])
    for ref in made[:done]:
        tick(ws, ref, done=True)
    return made


def _busy(stage: Stage, people_in: int) -> tuple[Stage, Ref]:
    """Everything that a circle can have."""
    circle, cycle = six(stage, people_in)
    ws, space = circle.ws, circle.space
    everybody = circle.everybody(people_in)
    set_circle(ws, space, agreements=AGREED, plan="Six evenings: listen, choose two things, try them.")
    project = add_project(ws, space, title="Six planters for the gate", purpose="Green, and a place to sit")
    add_task(
        ws, space, title="Book the van for the soil delivery", owner=everybody[1], due="2026-11-20", project=project
    )
    add_task(ws, space, title="Ask the library about the small room on the first floor, and who has its key")
    add_person(ws, space, name="Zoltán Kovács", status="invited")
    brought(circle, cycle)
    return circle, cycle


def happened(stage: Stage) -> Stage:
    """Much has happened lately, short and long, today and last year; what is private is not told."""
    circle = found(stage, 2)
    ws, space, (first, second) = circle.ws, circle.space, circle.everybody(2)
    now = ws.clock.now_ms()
    days_ago = [now - days * 86_400_000 for days in (0, 1, 2, 9, 30, 400)]
    meeting = plan_meeting(ws, space, title=TITLES[0])
    for at_ms, text in zip(
        days_ago, (LONG_TITLE, "We try each thing for six weeks before we ask for money"), strict=False
    ):
        add_outcome(ws, meeting, kind="decision", text=text, author=second, at_ms=at_ms)
    add_outcome(ws, meeting, kind="decision", text="Who is ill stays among us", private=True)
    written = (("من يملك المفتاح؟", ""), ("", "- Who has the **keys** to the hall\n- and since when"), (LONG_TITLE, ""))
    for at_ms, (title, body) in zip(days_ago, written, strict=False):
        add_note(ws, space, title=title, body=body, author=first, at_ms=at_ms)
    for at_ms, title in zip(
        days_ago[2:], ("Book the van", LONG_TITLE, "Ask the bakery", "Count the bins"), strict=True
    ):
        set_task(ws, add_task(ws, space, title=title, owner=second), state="done", done_ms=at_ms)
    return circle


def _nobody_willing(stage: Stage) -> Stage:
    circle = found(stage, 4)
    dated(circle)
    for person in people(circle.ws, circle.space):
        set_person(circle.ws, person.ref, willing=frozenset())
    return circle


def long_words(stage: Stage) -> Stage:
    """Names and titles that are longer than anybody planned for."""
    circle = found(stage, 9, name=LONG_NAME)
    cycle = dated(circle, titles=(LONG_TITLE, *TITLES[1:5], "المشي معًا في شارعنا"))
    shared_out(circle, cycle)
    for person in circle.everybody(4):
        add_contribution(circle.ws, circle.space, person=person, kind="prepare", text=LONG_TITLE)
    (first, *_) = listed(circle, cycle)
    set_check(circle.ws, first, title=LONG_TITLE)
    return circle


def _reads(stage: Stage) -> Stage:
    """Somebody in a course, where the organizers alone plan."""
    circle = found(stage, 7, kind="course", name="Walk your street: a course")
    cycle = dated(circle, weeks_ago=2)
    shared_out(circle, cycle)
    brought(circle, cycle)
    listed(circle, cycle, done=3)
    add_items(circle.ws, dates_of(circle.ws, cycle)[1].ref, SECTIONED)
    set_circle(circle.ws, circle.space, agreements=AGREED)
    set_space(circle.ws, circle.space, role="participant")
    return circle


def all_meetings(stage: Stage) -> Stage:
    """Coming, without a day, never held and behind us."""
    circle, _ = six(stage)
    ws, space = circle.ws, circle.space
    plan_meeting(ws, space, title="A visit to the neighbours in Riverside")
    plan_meeting(
        ws,
        space,
        title=LONG_TITLE,
        starts_at="2026-10-06T18:30",
        minutes=90,
        place="School hall, second door on the left",
    )
    return circle


def _behind(stage: Stage) -> Stage:
    """A cycle that is over: roles noted for some of its dates only, and one evening that was never held."""
    circle = found(stage, 8)
    cycle = dated(circle, weeks_ago=14)
    dates = dates_of(circle.ws, cycle)
    give_roles(
        circle.ws, circle.space, {(dates[0].ref, role): circle.everybody(5)[at] for at, role in enumerate(WILLING)}
    )
    for card in dates[:5]:
        held(circle, card.ref, came=6)
    return circle


def _checks(stage: Stage, *, weeks_ago: int, done: int) -> Stage:
    circle = found(stage, 7)
    listed(circle, dated(circle, weeks_ago=weeks_ago), done=done)
    return circle


def _with_cycle(stage: Stage, people_in: int) -> Stage:
    circle = found(stage, people_in)
    dated(circle)
    return circle


def _agreed(stage: Stage) -> Stage:
    circle = found(stage, 3)
    set_circle(circle.ws, circle.space, agreements=AGREED)
    return circle


def _plan_shared(stage: Stage) -> Ref:
    """A plan with everybody's answers, roles, things and what was left open before."""
    circle, cycle = _busy(stage, 12)
    return dates_of(circle.ws, cycle)[1].ref


def _plan_long(stage: Stage) -> Ref:
    circle = long_words(stage)
    meeting = dates_of(circle.ws, cycles(circle.ws, circle.space)[-1].ref)[0].ref
    lead = circle.everybody(2)[1]
    steps = [{**step, "title": LONG_TITLE, "section": LONG_TITLE if not place else None, "lead": lead.row}
             for place, step in enumerate(STEPS[:3])]  # fmt: skip
    add_items(circle.ws, meeting, steps)
    set_meeting(circle.ws, meeting, place=f"{LONG_NAME}, second floor")
    return meeting


def _plan_reads(stage: Stage) -> Ref:
    circle = _reads(stage)
    return dates_of(circle.ws, cycles(circle.ws, circle.space)[-1].ref)[1].ref


def _tab(code: str, make: Callable[[Stage], Stage | tuple[Stage, Ref]]) -> Callable[[Stage], Page]:
    def page(stage: Stage) -> Page:
        made = make(stage)
        return Page((made[0] if isinstance(made, tuple) else made).space, code)

    return page


CIRCLE_STATES: Mapping[str, Callable[[Stage], Page]] = MappingProxyType(
    {
        "overview-alone": _tab("overview", lambda stage: found(stage, 0)),
        "overview-one": _tab("overview", found),
        "overview-lately": _tab("overview", happened),
        "overview-busy": _tab("overview", lambda stage: _busy(stage, 12)),
        "overview-forty": _tab("overview", lambda stage: _busy(stage, CROWD)),
        "overview-long": _tab("overview", long_words),
        "overview-reads": _tab("overview", _reads),
        "meetings-none": _tab("meetings", found),
        "meetings-all": _tab("meetings", all_meetings),
        "cycle-none": _tab("cycle", lambda stage: found(stage, 3)),
        "cycle-one": _tab("cycle", lambda stage: _with_cycle(stage, 1)),
        "cycle-new": _tab("cycle", lambda stage: _with_cycle(stage, 7)),
        "cycle-six": _tab("cycle", six),
        "cycle-forty": _tab("cycle", lambda stage: six(stage, CROWD)),
        "cycle-nobody-willing": _tab("cycle", _nobody_willing),
        "cycle-behind": _tab("cycle", _behind),
        "cycle-long": _tab("cycle", long_words),
        "cycle-reads": _tab("cycle", _reads),
        "brings-one": _tab("brings", found),
        "brings-some": _tab("brings", lambda stage: _busy(stage, 12)),
        "brings-forty": _tab("brings", lambda stage: _busy(stage, CROWD)),
        "brings-long": _tab("brings", long_words),
        "brings-reads": _tab("brings", _reads),
        "checklist-none": _tab("checklist", lambda stage: found(stage, 3)),
        "checklist-new": _tab("checklist", lambda stage: _with_cycle(stage, 3)),
        "checklist-before": _tab("checklist", lambda stage: _checks(stage, weeks_ago=0, done=4)),
        "checklist-overdue": _tab("checklist", lambda stage: _checks(stage, weeks_ago=6, done=2)),
        "checklist-done": _tab("checklist", lambda stage: _checks(stage, weeks_ago=14, done=99)),
        "checklist-long": _tab("checklist", long_words),
        "checklist-reads": _tab("checklist", _reads),
        "agreements-none": _tab("agreements", lambda stage: found(stage, 3)),
        "agreements-some": _tab("agreements", _agreed),
        "agreements-reads": _tab("agreements", _reads),
        "plan-shared": lambda stage: Page(_plan_shared(stage)),
        "plan-long": lambda stage: Page(_plan_long(stage)),
        "plan-reads": lambda stage: Page(_plan_reads(stage)),
    }
)
"""By name: the page, a dash, and what is the matter with it."""
