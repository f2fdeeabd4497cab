"""Fills circles with a lively example in mid-run, through the same commands that people's own work uses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from circle_app.courses.demo_story import (
    ELM_STREET,
    NIGHT_BUSES,
    REPAIR_CAFE,
    CircleStory,
    EveningStory,
    LineStory,
    StepStory,
)
from circle_app.domain.ids import Ref
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.attendance import mark, set_coming
from circle_app.workspace.commands.checklist import add_checks
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.contributions import add_contribution
from circle_app.workspace.commands.meetings import plan_meeting, set_meeting
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.commands.people import add_person, set_person
from circle_app.workspace.commands.projects import add_project
from circle_app.workspace.commands.series import begin_cycle, give_roles
from circle_app.workspace.commands.tasks import add_task, set_task
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.outcomes import outcome
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.places import civil_ms, zone_of

DAY_MS, MINUTE_MS = 86_400_000, 60_000
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def fill_demo(ws: Workspace, space: int, *, now_ms: int, zone: str) -> None:
    """Elm Street Greening: two evenings past, the third tomorrow at 18:30 in `zone`, three more planned.

    A person who is already in the circle under one of the names is taken for that neighbour.
    """
    _Teller(ws, space, ELM_STREET, now_ms=now_ms, zone=zone).tell()


def fill_second_demo(ws: Workspace, buses: int, repair: int, *, now_ms: int, zone: str) -> None:
    """Two small circles beside it: Night Buses, and a Repair Café that waits for a date."""
    _Teller(ws, buses, NIGHT_BUSES, now_ms=now_ms, zone=zone).tell()
    _Teller(ws, repair, REPAIR_CAFE, now_ms=now_ms, zone=zone).tell()


class _Teller:
    """Tells one story into one circle; remembers who and what has which row."""

    def __init__(self, ws: Workspace, space: int, story: CircleStory, *, now_ms: int, zone: str) -> None:
        self.ws, self.space, self.story, self.now_ms = ws, space, story, now_ms
        self.zone = zone if zone_of(zone) else "UTC"
        self.today = datetime.fromtimestamp(now_ms / 1000, zone_of(self.zone) or UTC).date()
        self.who: dict[str, Ref] = {}
        self.projects: dict[str, Ref] = {}

    def tell(self) -> None:
        self._profile()
        self._people()
        for title, purpose in self.story.projects:
            self.projects[title] = add_project(self.ws, self.space, title=title, purpose=purpose)
        meetings = [self._evening(evening) for evening in self.story.evenings]
        for line in self.story.promises:
            task = add_task(self.ws, self.space, title=line.text, owner=self.who[line.owner], due=self._due(line))
            self._promise(task, line)
        self._notes()
        if self.story.cycle:
            self._cycle(meetings)
        ahead = [m for m, e in zip(meetings, self.story.evenings, strict=True) if e.day > 0]
        for name, kind, words in self.story.brings:
            meeting = ahead[0] if ahead else None
            add_contribution(self.ws, self.space, person=self.who[name], kind=kind, text=words, meeting=meeting)

    def _cycle(self, meetings: list[Ref]) -> None:
        """All evenings as the dates of one cycle, with the roles that people hold and its checklist."""
        story, ws = self.story, self.ws
        cycle = begin_cycle(
            ws, self.space, title=story.cycle, titles=(), first=self._day(story.evenings[0].day), clock=story.clock,
            apart=14, zone=self.zone, place=story.place, known=meetings,
        )  # fmt: skip
        give_roles(ws, self.space, {(meetings[role.evening], role.kind): self.who[role.who] for role in story.roles})
        checks = [
            {
                "title": check.title, "phase": check.phase, "days": check.days, "owner": self.who.get(check.owner),
                "done_ms": None if check.done is None else self.now_ms + check.done * DAY_MS,
            }
            for check in story.checks
        ]  # fmt: skip
        add_checks(ws, cycle, checks)

    def _profile(self) -> None:
        story = self.story
        days = [self._day(e.day) for e in story.evenings]
        weekday = WEEKDAYS[days[-1].weekday()] if days else ""
        set_circle(
            self.ws,
            self.space,
            name=story.name,
            kind="citizen_circle",
            topic=story.topic,
            place=story.place,
            rhythm=story.rhythm.format(weekday=weekday),
            plan=story.plan,
            color=story.color,
            zone=self.zone,
            language="en",
            first_date=days[0].isoformat() if days else None,
            agreements=story.agreements,
        )

    def _people(self) -> None:
        here = {person.name: person.ref for person in people(self.ws, self.space)}
        for person in self.story.people:
            fields = {
                "contact": person.contact,
                "needs": person.needs,
                "languages": person.languages,
                "offers": person.offers,
                "role": person.role,
                "confirmed": person.confirmed,
                "status": "member" if person.confirmed else "invited",
            }
            known = here.get(person.name)
            if known is not None:
                ref = set_person(self.ws, known, **fields)
            else:
                ref = add_person(self.ws, self.space, name=person.name, **fields)  # type: ignore[arg-type]
            self.who[person.name.split()[0]] = ref

    def _evening(self, evening: EveningStory) -> Ref:
        starts_at = f"{self._day(evening.day)}T{self.story.clock}"
        meeting = plan_meeting(
            self.ws,
            self.space,
            title=evening.title,
            starts_at=starts_at,
            zone=self.zone,
            minutes=evening.minutes,
            place=evening.place or self.story.place,
        )
        start_ms = civil_ms(starts_at, self.zone) or self.now_ms
        steps = self._steps(meeting, evening, start_ms)
        if evening.day > 0:
            self._coming(meeting, evening)
            return meeting
        self._attendance(meeting, evening, start_ms)
        for line in evening.lines:
            self._line(meeting, line, start_ms, steps)
        end_ms = start_ms + MINUTE_MS * sum(s.spent for s in evening.steps)
        set_meeting(self.ws, meeting, state="closed", opened_ms=start_ms, closed_ms=end_ms)
        return meeting

    def _steps(self, meeting: Ref, evening: EveningStory, start_ms: int) -> list[tuple[int, Ref]]:
        """The steps with the minute at which each begins, as told."""
        begins, minute = [], 0
        rows: list[dict[str, object]] = []
        for step in evening.steps:
            rows.append(self._step(step, start_ms + minute * MINUTE_MS))
            begins.append(minute)
            minute += step.spent
        return list(zip(begins, add_items(self.ws, meeting, rows), strict=True))

    def _step(self, step: StepStory, begins_ms: int) -> dict[str, object]:
        row: dict[str, object] = {
            "title": step.title,
            "minutes": step.minutes,
            "mode": step.mode,
            "question": step.question,
            "method": step.method,
            "materials": step.materials,
            "lead": self.who.get(step.lead),
        }
        if step.least is not None:
            row |= {"flexible": True, "min_minutes": step.least}
        if step.spent:
            row |= {"spent_s": step.spent * 60, "started_ms": begins_ms, "state": "done"}
        return row

    def _coming(self, meeting: Ref, evening: EveningStory) -> None:
        if not evening.steps and not evening.maybe:
            return
        for name, ref in self.who.items():
            set_coming(self.ws, meeting, ref, "maybe" if name in evening.maybe else "yes")

    def _attendance(self, meeting: Ref, evening: EveningStory, start_ms: int) -> None:
        for name, ref in self.who.items():
            if name in evening.unmarked:
                continue
            status = next((s for s in ("late", "excused", "absent") if name in getattr(evening, s)), "present")
            minute = 9 if status == "late" else -4
            mark(self.ws, meeting, ref, status=status, at_ms=start_ms + minute * MINUTE_MS)
        for name in evening.guests:
            guest = add_person(self.ws, self.space, name=name, status="guest")
            mark(self.ws, meeting, guest, status="present", at_ms=start_ms)

    def _line(self, meeting: Ref, line: LineStory, start_ms: int, steps: list[tuple[int, Ref]]) -> None:
        item = next((ref for begins, ref in reversed(steps) if begins <= line.at), None)
        present = len(self.who) - 2 if line.hands is not None else None
        ref = add_outcome(
            self.ws,
            meeting,
            kind=line.kind,
            text=line.text,
            item=None if line.parked else item,
            author=self.who[line.by],
            owner=self.who.get(line.owner),
            due=self._due(line),
            at_ms=start_ms + line.at * MINUTE_MS,
            parked=True if line.parked else None,
            hands=line.hands,
            present=present,
        )
        task = outcome(self.ws, ref).task
        if task is not None:
            self._promise(task.ref, line)

    def _promise(self, task: Ref, line: LineStory) -> None:
        fields: dict[str, Any] = {}
        if line.project:
            fields["project"] = self.projects[line.project]
        if line.done is not None:
            fields |= {"state": "done", "done_ms": self.now_ms + line.done * DAY_MS}
        if fields:
            set_task(self.ws, task, **fields)

    def _notes(self) -> None:
        for note in self.story.notes:
            add_note(
                self.ws,
                self.space,
                title=note.title,
                body=note.body,
                project=self.projects.get(note.project),
                author=self.who[note.by],
                at_ms=self.now_ms + note.day * DAY_MS,
            )

    def _due(self, line: LineStory) -> str | None:
        return None if line.due is None else self._day(line.due).isoformat()

    def _day(self, days: int) -> date:
        return self.today + timedelta(days=days)
