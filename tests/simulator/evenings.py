"""What people do on an evening and for a series of them, beside what `edits` has; and looking at it, as every screen does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from circle_app.documents import papers
from circle_app.documents.html import to_html
from circle_app.documents.markdown import to_markdown
from circle_app.documents.role_cards import role_cards
from circle_app.documents.session_notes import session_notes
from circle_app.documents.signin import sign_in_sheet
from circle_app.domain.ids import Ref
from circle_app.domain.rownumbers import read_rows
from circle_app.domain.rules import WILLING
from circle_app.workspace.commands import (
    agenda,
    attendance,
    carry,
    checklist,
    circles,
    contributions,
    cycles,
    live,
    outcomes,
    people,
    reflections,
    replanning,
    series,
    signin,
    tasks,
    templates,
    turns,
    votes,
)
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries import carry as left
from circle_app.workspace.queries import rota
from circle_app.workspace.queries import tasks as all_tasks
from circle_app.workspace.queries.brings import brings
from circle_app.workspace.queries.checklist import checklist as checks
from circle_app.workspace.queries.circles import circle
from circle_app.workspace.queries.materials import needed
from circle_app.workspace.queries.meetings import agenda as steps_of
from circle_app.workspace.queries.meetings import agenda_item
from circle_app.workspace.queries.outcomes import outcomes as lines_of
from circle_app.workspace.queries.people import people as everyone
from circle_app.workspace.queries.signin import read_signed
from circle_app.workspace.queries.templates import templates as kept
from circle_app.workspace.queries.turns import pairings
from circle_app.workspace.queries.turns import turns as turns_of
from tests.simulator.someone import Someone

FIRST = date(2026, 11, 24)
SIGNED = ("1-3", "2, 4", "1-99", "5 = Gil, 6 = Hua", "7 = مرحبا, 1", "12-15, 21 = Bo Lind")


@dataclass(frozen=True, slots=True)
class Evenings(Someone):
    """From edition 5 on."""

    def acts(self) -> tuple[Callable[[], object], ...]:
        return (
            self._carry, self._carry, self._park, self._replan, self._clock, self._section, self._order, self._make_groups,
            self._dots, self._hands, self._door, self._door, self._sheet, self._print, self._series, self._date, self._date,
            self._roles, self._brings, self._check, self._use_template, self._question, self._text,
            self._look,
        )  # fmt: skip

    def _tonight(self) -> Ref | None:
        """The meeting that runs, more often than any other."""
        live = self.ws.rows(
            "SELECT id FROM meetings WHERE space = ? AND deleted IS NOT 1 AND state = 'live' ORDER BY id", (self.space,)
        )
        if live and self.chance.random() < 0.7:
            return Ref(self.space, self.chance.choice(live)[0])
        return self.any_of("meetings")

    def _step_of(self, meeting: Ref) -> Ref | None:
        found = steps_of(self.ws, meeting)
        return self.chance.choice(found).ref if found else None

    def _day(self) -> date:
        return FIRST + timedelta(days=self.chance.randrange(-40, 120))

    def _carry(self) -> None:
        meeting = self._tonight()
        open_things = left.left_open(self.ws, meeting) if meeting is not None else ()
        parked = [one for one in open_things if one.kind != "task"]
        if meeting is None or not parked:
            return
        one, after = self.chance.choice(parked), self._step_of(meeting) if self.chance.random() < 0.5 else None
        match one.kind, self.chance.random() < 0.7:
            case "topic", True:
                carry.take_up_topic(self.ws, meeting, one.ref, after=after)
            case "topic", False:
                carry.let_topic_go(self.ws, one.ref)
            case _, True:
                carry.take_up_step(self.ws, meeting, one.ref, after=after)
            case _:
                carry.let_step_go(self.ws, one.ref)

    def _park(self) -> None:
        meeting = self._tonight()
        if meeting is not None:
            outcomes.park(self.ws, meeting, self.words())

    def _replan(self) -> None:
        meeting = self._tonight()
        if meeting is None:
            return
        rows = [item.row for item in steps_of(self.ws, meeting)]
        some = self.chance.sample(rows, min(len(rows), self.chance.randrange(1, 4)))
        match self.chance.randrange(4):
            case 0:
                replanning.set_lengths(self.ws, meeting, {row: self.chance.randrange(40) for row in some})
            case 1:
                replanning.put_aside(self.ws, meeting, some)
            case 2:
                replanning.end_later(self.ws, meeting, self.chance.choice((5, 10, 45)))
            case _:
                replanning.backdate(self.ws, meeting, self.chance.choice((1, 7, 600)))

    def _clock(self) -> None:
        meeting = self._tonight()
        step = self._step_of(meeting) if meeting is not None else None
        if meeting is None or step is None:
            return
        match self.chance.randrange(4):
            case 0:
                live.take_clock(self.ws, meeting)
            case 1:
                live.add_minutes(self.ws, meeting, self.chance.choice((-5, -1, 2, 5)))
            case 2:
                live.open_meeting(self.ws, meeting, minutes_ago=self.chance.randrange(30))
            case _:
                live.go_to_step(self.ws, meeting, step)

    def _section(self) -> None:
        meeting = self._tonight()
        step = self._step_of(meeting) if meeting is not None else None
        if step is None:
            return
        if self.chance.random() < 0.5:
            agenda.begin_section(self.ws, step, self.chance.choice(("", "Heart", self.words())))
        else:
            agenda.move_to_section(self.ws, step, self.chance.randrange(5), self.chance.choice(("Heart", "Close", "")))

    def _order(self) -> None:
        item, one, other = self.any_of("agenda_items"), self.any_of("people"), self.any_of("people")
        if item is not None and one is not None and other is not None and one != other:
            turns.order_turns(self.ws, item, [one, other])

    def _make_groups(self) -> None:
        meeting = self._tonight()
        step = self._step_of(meeting) if meeting is not None else None
        if meeting is not None and step is not None:
            turns.make_groups(self.ws, meeting, step, size=self.chance.choice((None, 2, 3)))

    def _dots(self) -> None:
        meeting = self._tonight()
        step = self._step_of(meeting) if meeting is not None else None
        if meeting is None or step is None:
            return
        if self.chance.random() < 0.2:
            votes.show_of_hands(self.ws, step)
            return
        ideas = [line.ref for line in lines_of(self.ws, meeting) if line.kind == "idea"][:4]
        dots = {ref: self.chance.choice((None, 0, 1, 3)) for ref in ideas}
        decided = self.chance.choice((None, *ideas))
        votes.count_dots(self.ws, step, dots, each=3, present=self.chance.randrange(8), decided=decided)

    def _hands(self) -> None:
        ref = self.any_of("outcomes")
        if ref is not None:
            present = self.chance.randrange(1, 20)
            outcomes.set_outcome(self.ws, ref, present=present, hands=self.chance.randrange(present + 2))

    def _door(self) -> None:
        meeting, person = self._tonight(), self.any_of("people")
        if meeting is None or person is None:
            return
        now = self.ws.clock.now_ms()
        match self.chance.randrange(7):
            case 0:
                attendance.mark_left(self.ws, meeting, person, item=self._step_of(meeting))
            case 1 | 2:
                attendance.mark_back(self.ws, meeting, person)
            case 3:
                attendance.set_arrival(self.ws, meeting, person, at_ms=now - self.chance.randrange(3_600_000))
            case 4:
                everybody = [one.ref for one in everyone(self.ws, self.space)]
                attendance.mark_all(self.ws, meeting, everybody, status=self.chance.choice(("present", "late")))
            case 5:
                (people.confirm_person if self.chance.random() < 0.5 else people.make_member)(self.ws, person)
            case _:
                attendance.mark(self.ws, meeting, person, status=self.chance.choice(("present", "excused")))

    def _print(self) -> None:
        meeting = self._tonight()
        if meeting is not None:
            signin.keep_order(self.ws, meeting)

    def _sheet(self) -> None:
        meeting = self._tonight()
        if meeting is not None:
            signed = read_signed(self.ws, meeting, read_rows(self.chance.choice(SIGNED)))
            signin.mark_signed(self.ws, meeting, signed)

    def _series(self) -> None:
        cycle, meeting = self.any_of("cycles"), self.any_of("meetings")
        if cycle is None or self.chance.random() < 0.2:
            series.begin_cycle(
                self.ws, self.space, title=self.words(), titles=("One", self.words(), "Three"), first=self._day(),
                clock="19:00", apart=self.chance.choice((7, 14)), zone="Europe/Berlin",
                known=() if meeting is None else (meeting,),
            )  # fmt: skip
            return
        match self.chance.randrange(3):
            case 0:
                series.add_date(self.ws, cycle, title=self.words(), day=self.chance.choice((None, self._day())))
            case 1 if meeting is not None:
                series.take_in(self.ws, cycle, [meeting])
            case _:
                cycles.set_cycle(
                    self.ws, cycle, title=self.words(), days=self.chance.choice((7, 14, 28)), starts="18:00"
                )

    def _date(self) -> None:
        meeting = self.any_of("meetings")
        if meeting is None:
            return
        match self.chance.randrange(4):
            case 0:
                series.skip_date(self.ws, meeting)
            case 1:
                series.hold_date(self.ws, meeting)
            case _:
                series.move_date(self.ws, meeting, self._day(), along=self.chance.random() < 0.5)

    def _roles(self) -> None:
        cycle, meeting = self.any_of("cycles"), self.any_of("meetings")
        if self.chance.random() < 0.4 and cycle is not None:
            wanted = dict(rota.proposal(rota.roster(self.ws, cycle)))
            series.give_roles(self.ws, self.space, dict[tuple[Ref, str], Ref | None](wanted))
        elif meeting is not None:
            role, person = self.chance.choice(WILLING), self.chance.choice((None, self.any_of("people")))
            series.give_roles(self.ws, self.space, {(meeting, role): person})

    def _brings(self) -> None:
        person, old, meeting = self.any_of("people"), self.any_of("contributions"), self._tonight()
        if old is not None and self.chance.random() < 0.5:
            done = self.chance.random() < 0.5
            contributions.set_contribution(self.ws, old, text=self.words(), done=done, meeting=meeting)
        elif person is not None:
            step = self._step_of(meeting) if meeting is not None else None
            kind = self.chance.choice(("prepare", "bring", *WILLING))
            contributions.add_contribution(
                self.ws, self.space, person=person, kind=kind, text=self.words(), meeting=meeting, item=step
            )

    def _check(self) -> None:
        check = self.any_of("checklist")
        if check is not None:
            phase, days = self.chance.choice(("before", "during", "after")), self.chance.choice((None, 0, 3, 30))
            checklist.set_check(self.ws, check, title=self.words(), phase=phase, days=days, owner=self.any_of("people"))

    def _use_template(self) -> None:
        ref, meeting = self.any_of("templates"), self._tonight()
        if meeting is None:
            return
        steps = templates.kept_steps(steps_of(self.ws, meeting))
        match self.chance.randrange(3):
            case 0:
                templates.add_template(self.ws, self.space, title=self.words(), steps=steps)
            case 1 if ref is not None:
                templates.set_template(self.ws, ref, title=self.words(), steps=steps)
            case _ if ref is not None:
                mine = next((one for one in kept(self.ws, self.space) if one.ref == ref), None)
                if mine is not None and mine.steps:
                    agenda.add_items(self.ws, meeting, mine.steps[:5], after=self._step_of(meeting))

    def _question(self) -> None:
        meeting = self._tonight()
        if meeting is not None:
            code = self.chance.choice(("thanks", "heard", "proud"))
            if self.chance.random() < 0.5:
                reflections.ask_another(self.ws, meeting, code)
            else:
                reflections.add_reflection(self.ws, meeting, text=self.words(), question_code=code)

    def _text(self) -> None:
        """Types into a text of several lines as it stands, or takes some of its words away."""
        step, task = self.any_of("agenda_items"), self.any_of("tasks")
        match self.chance.randrange(4):
            case 0:
                now = circle(self.ws, self.space).agreements
                circles.set_circle(self.ws, self.space, agreements=self._typed(now))
            case 1 if task is not None:
                tasks.set_task(self.ws, task, body=self._typed(all_tasks.task(self.ws, task).body))
            case _ if step is not None:
                item = agenda_item(self.ws, step)
                if self.chance.random() < 0.5:
                    agenda.set_item(self.ws, step, method=self._typed(item.method))
                else:
                    agenda.set_item(self.ws, step, private_notes=self._typed(item.private_notes))

    def _typed(self, now: str) -> str:
        at = self.chance.randint(0, len(now))
        return now[:at] + self.chance.choice(("", self.words(), "\n")) + now[at + self.chance.choice((0, 0, 9)) :]

    def _look(self) -> None:
        meeting = self._tonight()
        if meeting is not None:
            look(self.ws, meeting)


def look(ws: Workspace, meeting: Ref) -> list[bytes]:
    """Reads all that the screens of a meeting show, and gives its papers."""
    space = meeting.space
    left.left_open(ws, meeting)
    rota.roles_of(ws, meeting)
    known = rota.rota_of(ws, meeting)
    rota.candidates(known, meeting, "host")
    rota.proposal(known)
    items = steps_of(ws, meeting)
    needed(ws, meeting, items)
    for item in items:
        turns_of(ws, item.ref)
    pairings(ws, space)
    kept(ws, space)
    for (row,) in ws.rows("SELECT id FROM cycles WHERE space = ? AND deleted IS NOT 1", (space,)):
        brings(ws, space, Ref(space, row))
        checks(ws, Ref(space, row))
        rota.proposal(rota.roster(ws, Ref(space, row)))
    documents = (
        papers.agenda_sheet(ws, meeting, methods=True), role_cards(ws, meeting), sign_in_sheet(ws, meeting),
        session_notes(ws, meeting, preset="us"), session_notes(ws, meeting, preset="public"), papers.task_list(ws, space),
    )  # fmt: skip
    for document in documents:
        to_html(document)
    return [to_markdown(document).encode() for document in documents]
