"""What people do in a circle, through the commands that the screens use; rows and words are chosen by chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.domain.schema import NOTES, TASKS
from circle_app.workspace import prose
from circle_app.workspace.commands import (
    agenda,
    attendance,
    checklist,
    circles,
    comments,
    conflicts,
    contributions,
    cycles,
    live,
    meetings,
    notes,
    outcomes,
    people,
    projects,
    reflections,
    tasks,
    templates,
    turns,
    undo,
)
from circle_app.workspace.commands.trash import restore
from circle_app.workspace.db import Workspace
from circle_app.workspace.prose_rows import placed
from circle_app.workspace.queries.conflicts import conflicts as differences
from circle_app.workspace.queries.notes import note
from circle_app.workspace.queries.trash import trash
from tests.simulator.evenings import Evenings
from tests.simulator.someone import Someone
from tests.support.plain_edits import add_cycle, keep_groups, to_the_end


@dataclass(frozen=True, slots=True)
class Hands(Someone):
    """What they do, by the `edition` of the story (see `story.EDITION`).

    From 3 on they also settle differences and bring back what was deleted, from 4 on they have rounds, cycles and what
    belongs to them, from 5 on everything of an evening and of a series of them.
    """

    edition: int = 1

    def one_edit(self) -> str:
        """Does one thing and returns its name. Raises RuleBroken or NotFound as the commands do."""
        action = self.chance.choice(self.acts())
        action()
        return action.__name__

    def acts(self) -> tuple[Callable[[], object], ...]:
        """What they may do, the more frequent ones more than once."""
        choices: tuple[Callable[[], object], ...] = (
            self._task, self._task, self._old_task, self._old_task, self._meeting, self._old_meeting, self._step,
            self._old_step, self._attendance, self._attendance, self._outcome, self._old_outcome, self._note,
            self._old_note, self._person, self._live, self._live, self._project, self._comment, self._circle,
            self._undo, self._contribution,
        )  # fmt: skip
        if self.edition > 2:
            choices += (self._deleted, self._from_the_trash, self._from_the_trash, self._difference, self._difference)
        if self.edition > 3:
            choices += (
                self._turn,
                self._turn,
                self._groups,
                self._cycle,
                self._cycle,
                self._reflection,
                self._template,
            )
        if self.edition > 4:
            choices += Evenings(self.ws, self.space, self.chance, self.tag).acts()
        return choices

    def _task(self) -> None:
        tasks.add_task(
            self.ws, self.space, title=self.words(), owner=self.any_of("people"), due="2026-12-04",
            project=self.any_of("projects"), meeting=self.any_of("meetings"),
        )  # fmt: skip

    def _old_task(self) -> None:
        ref = self.any_of("tasks")
        if ref is None:
            return
        match self.chance.randrange(6):
            case 0:
                tasks.finish_task(self.ws, ref)
            case 1:
                tasks.reopen_task(self.ws, ref)
            case 2:
                tasks.delete_task(self.ws, ref)
            case 3:
                tasks.complete_for_me(self.ws, ref)
            case 4:
                tasks.set_task(self.ws, ref, body=self.words())
            case _:
                tasks.set_task(self.ws, ref, title=self.words(), due=None)

    def _meeting(self) -> None:
        ref = meetings.plan_meeting(
            self.ws, self.space, title=self.words(), starts_at="2026-11-24T18:30", zone="Europe/Berlin"
        )
        items = [{"title": f"{n} {self.tag}", "minutes": n} for n in range(1, self.chance.randrange(2, 6))]
        agenda.add_items(self.ws, ref, items)

    def _old_meeting(self) -> None:
        ref = self.any_of("meetings")
        if ref is None:
            return
        if self.chance.random() < 0.1:
            meetings.delete_meeting(self.ws, ref)
        else:
            meetings.set_meeting(self.ws, ref, title=self.words(), minutes=self.chance.randrange(200))

    def _step(self) -> None:
        ref = self.any_of("meetings")
        if ref is not None:
            agenda.add_item(self.ws, ref, title=self.words(), minutes=self.chance.randrange(60))

    def _old_step(self) -> None:
        ref = self.any_of("agenda_items")
        if ref is None:
            return
        match self.chance.randrange(4):
            case 0:
                agenda.delete_item(self.ws, ref)
            case 1:
                to_the_end(self.ws, ref)
            case 2:
                agenda.set_item(self.ws, ref, question=self.words(), lead=self.any_of("people"))
            case _:
                agenda.set_item(self.ws, ref, minutes=self.chance.randrange(60))

    def _attendance(self) -> None:
        meeting, person = self.any_of("meetings"), self.any_of("people")
        if meeting is None or person is None:
            return
        match self.chance.randrange(5):
            case 0:
                attendance.clear_mark(self.ws, meeting, person)
            case 1:
                attendance.mark_left(self.ws, meeting, person)
            case 2:
                attendance.add_guest(self.ws, meeting, name=self.words())
            case 3:
                attendance.set_coming(self.ws, meeting, person, self.chance.choice(("yes", "maybe", "no")))
            case _:
                attendance.mark(self.ws, meeting, person, status=self.chance.choice(("present", "late", "absent")))

    def _outcome(self) -> None:
        meeting = self.any_of("meetings")
        if meeting is not None:
            kind = self.chance.choice(("note", "decision", "task", "idea"))
            outcomes.add_outcome(self.ws, meeting, kind=kind, text=self.words(), item=self.any_of("agenda_items"))

    def _old_outcome(self) -> None:
        ref = self.any_of("outcomes")
        if ref is None:
            return
        match self.chance.randrange(3):
            case 0:
                outcomes.delete_outcome(self.ws, ref)
            case 1:
                outcomes.convert_outcome(self.ws, ref, self.chance.choice(("note", "decision", "task", "idea")))
            case _:
                outcomes.set_outcome(self.ws, ref, text=self.words())

    def _note(self) -> None:
        notes.add_note(
            self.ws, self.space, title=self.words(), body=self.words() * 3, private=self.chance.random() < 0.2
        )

    def _old_note(self) -> None:
        ref = self.any_of("notes")
        if ref is None:
            return
        if self.chance.random() < 0.1:
            notes.delete_note(self.ws, ref)
        else:
            self._write_in(ref)

    def _write_in(self, ref: Ref) -> None:
        """Types into a note or takes a few words away, sometimes in an editor that shows it as it was long ago."""
        shown = note(self.ws, ref)
        text, version = shown.body, shown.body_version
        if self.chance.random() < 0.4:
            key, db = (ref.space, NOTES.number, ref.row, NOTES.column("body").number), self.ws.db.raw()
            version = self.chance.choice([one.op.stamp for one in placed(db, key)] or (None,))
            text = "" if version is None else prose.text_at(db, key, version)
        at = self.chance.randint(0, len(text))
        taken = self.chance.choice((0, 0, 4, 20))
        typed = self.chance.choice(("", self.words(), self.words()))
        notes.set_note(self.ws, ref, body=text[:at] + typed + text[at + taken :], base=version)

    def _person(self) -> None:
        ref = self.any_of("people")
        if ref is None or self.chance.random() < 0.5:
            people.add_person(self.ws, self.space, name=self.words())
        else:
            people.set_person(self.ws, ref, needs=("children",), confirmed=self.chance.random() < 0.5)

    def _live(self) -> None:
        ref = self.any_of("meetings")
        if ref is None:
            return
        verbs: tuple[Callable[[Workspace, Ref], object], ...] = (
            live.open_meeting, live.open_meeting, live.next_step, live.next_step, live.previous_step, live.pause,
            live.resume, live.add_minutes, live.close_meeting, live.reopen_meeting,
        )  # fmt: skip
        self.chance.choice(verbs)(self.ws, ref)

    def _project(self) -> None:
        ref = self.any_of("projects")
        if ref is None or self.chance.random() < 0.4:
            projects.add_project(self.ws, self.space, title=self.words())
        else:
            projects.set_project(self.ws, ref, purpose=self.words())

    def _comment(self) -> None:
        ref = self.any_of("tasks")
        if ref is not None:
            comments.add_comment(self.ws, ref, table=TASKS, text=self.words())

    def _circle(self) -> None:
        circles.set_circle(self.ws, self.space, topic=self.words())

    def _contribution(self) -> None:
        person = self.any_of("people")
        if person is not None:
            contributions.add_contribution(self.ws, self.space, person=person, kind="bring", text=self.words())

    def _turn(self) -> None:
        item, person = self.any_of("agenda_items"), self.any_of("people")
        if item is not None and person is not None:
            verbs = (turns.have_spoken, turns.have_spoken, turns.pass_on, turns.clear_turn)
            self.chance.choice(verbs)(self.ws, item, person)

    def _groups(self) -> None:
        meeting, one, other = self.any_of("meetings"), self.any_of("people"), self.any_of("people")
        if meeting is not None and one is not None and other is not None:
            keep_groups(self.ws, meeting, [[one, other]], turn=1, item=self.any_of("agenda_items"))

    def _cycle(self) -> None:
        ref, check = self.any_of("cycles"), self.any_of("checklist")
        if ref is None:
            add_cycle(self.ws, self.space, title=self.words(), first_date="2026-11-24", starts="18:30", days=14)
        elif check is None or self.chance.random() < 0.5:
            checklist.add_checks(self.ws, ref, [{"title": self.words(), "phase": "before", "days": 7}])
        elif self.chance.random() < 0.2:
            checklist.delete_check(self.ws, check)
        else:
            checklist.tick(self.ws, check, done=self.chance.random() < 0.7)

    def _reflection(self) -> None:
        meeting, old = self.any_of("meetings"), self.any_of("reflections")
        if old is not None and self.chance.random() < 0.4:
            reflections.set_reflection(self.ws, old, text=self.words())
        elif meeting is not None:
            reflections.add_reflection(self.ws, meeting, text=self.words(), nameless=self.chance.random() < 0.5)

    def _template(self) -> None:
        templates.add_template(self.ws, self.space, title=self.words(), steps=[{"title": self.words(), "minutes": 5}])

    def _undo(self) -> None:
        (undo.redo if self.chance.random() < 0.3 else undo.undo)(self.ws)

    def _deleted(self) -> None:
        kinds: tuple[tuple[str, Callable[[Workspace, Ref], object]], ...] = (
            ("projects", projects.delete_project), ("people", people.remove_person), ("comments", comments.delete_comment),
            ("contributions", contributions.delete_contribution), ("meetings", meetings.delete_meeting),
        )  # fmt: skip
        if self.edition > 3:
            kinds += (
                ("reflections", reflections.delete_reflection), ("cycles", cycles.delete_cycle),
                ("templates", templates.delete_template), ("pairings", turns.delete_groups),
            )  # fmt: skip
        kind, delete = self.chance.choice(kinds)
        ref = self.any_of(kind)
        if ref is not None:
            delete(self.ws, ref)

    def _from_the_trash(self) -> None:
        there = trash(self.ws, self.space)
        if there:
            one = self.chance.choice(there).row
            restore(self.ws, one.kind, one.ref)

    def _difference(self) -> None:
        there = differences(self.ws, self.space)
        if not there:
            return
        one = self.chance.choice(there)
        both = conflicts.both(one) is not None
        verbs = (conflicts.keep_shown, conflicts.take_lost, conflicts.keep_both if both else conflicts.take_lost)
        self.chance.choice(verbs)(self.ws, one)
