"""The words that exports print around people's own words; a screen passes them in its language, English is the default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from circle_app.documents.duties import ENGLISH_DUTIES, Duties


@dataclass(frozen=True, slots=True)
class Labels:
    """Words and patterns; the names in braces are filled in. Weekdays begin with Monday, months with January."""

    notes_of: str = "Notes: {title}"
    when: str = "When"
    where: str = "Where"
    circle: str = "Circle"
    session: str = "Meeting {number}"
    no_date: str = "No date yet"
    who: str = "Who was here"
    present: str = "Here"
    late: str = "Came later"
    excused: str = "Excused"
    absent: str = "Absent"
    guests: str = "Guests"
    left_early: str = "Left early"
    left_during: str = "{name} (during “{step}”)"
    in_room: str = "{count} in the room"
    in_room_without: str = "{count} in the room, without {names}"
    people_total: str = "{count} people were here"
    person_total: str = "One person was here"
    guests_total: str = "{count} of them as guests"
    child_total: str = "with one child"
    children_total: str = "with {count} children"
    children: str = "Children"
    roles_title: str = "Who does what"
    roles: tuple[tuple[str, str], ...] = (
        ("facilitate", "Facilitates"), ("host", "Hosts"), ("wrangle", "Wrangles"), ("notes", "Takes notes"),
        ("time", "Keeps time"),
    )  # fmt: skip
    agenda: str = "Agenda"
    step: str = "Step"
    lead: str = "Lead"
    bring: str = "To bring"
    agreements: str = "What we agreed on"
    cards_title: str = "Role cards"
    card_before: str = "Before"
    card_during: str = "At the meeting"
    card_after: str = "Afterwards"
    card_tonight: str = "The steps"
    card_needs: str = "What is needed"
    needs: tuple[tuple[str, str], ...] = (
        ("step-free", "Step-free seats"), ("interpreter", "Interpreters"), ("children", "Children"),
    )  # fmt: skip
    duties: tuple[tuple[str, Duties], ...] = ENGLISH_DUTIES
    planned: str = "Planned"
    actual: str = "Took"
    minutes: str = "{count} min"
    total: str = "Together"
    parked_step: str = "parked"
    skipped_step: str = "left out"
    decisions: str = "What we decided"
    tasks: str = "What we promised"
    outcomes: str = "Step by step"
    between_steps: str = "Between the steps"
    notes: str = "Notes"
    facilitator: str = "Only for the facilitator"
    reflection: str = "Looking back"
    questions: tuple[tuple[str, str], ...] = (
        ("home", "What do we take home?"), ("surprised", "What surprised us today?"), ("heard", "When did I feel heard?"),
        ("thanks", "Whom do I want to thank, and what for?"), ("braver", "What made us a little braver?"),
        ("missing", "Who or what was missing in the room?"), ("together", "What can we only do together?"),
        ("lighter", "What feels lighter than when we came?"), ("unsaid", "What has not been said yet?"),
        ("different", "What shall we do differently next time?"), ("proud", "What are we proud of?"),
    )  # fmt: skip
    parking_lot: str = "Parked for later"
    still_open: str = "Still open"
    open_once: str = "open since the last meeting"
    open_for: str = "open for {count} meetings"
    and_more: str = "and {count} more"
    kinds: tuple[tuple[str, str], ...] = (
        ("decision", "Decision"), ("task", "Task"), ("idea", "Idea"), ("note", "Note")
    )  # fmt: skip
    hands: str = "{hands} of {present} hands"
    hands_against: str = "{hands} of {present} hands, {against} against"
    dots: str = "dots: {dots}"
    due: str = "by {date}"
    nobody: str = "nobody yet"
    done: str = "done"
    to_do: str = "to do"
    someone: str = "someone"
    hidden_contact: str = "(contact left out)"
    private: str = "private"
    from_course: str = "With parts of: {origin}"
    licence: str = "Licence of those parts: {licence}"
    at: str = "At"
    row: str = "No."
    name: str = "Name"
    signature: str = "Signature"
    page: str = "Page {page} of {pages}"
    weekdays: tuple[str, ...] = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    months: tuple[str, ...] = (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    )  # fmt: skip
    date_pattern: str = "{weekday} {day} {month} {year}"

    def date(self, day: date) -> str:
        """A day in words, as "Friday 4 December 2026"."""
        return self.date_pattern.format(
            weekday=self.weekdays[day.weekday()], day=day.day, month=self.months[day.month - 1], year=day.year
        )

    def kind(self, kind: str) -> str:
        """The word for a kind of outcome; an unknown kind is shown as it is."""
        return dict(self.kinds).get(kind, kind)

    def duty(self, role: str) -> Duties:
        """What a role does; nothing for one of a later version."""
        return dict(self.duties).get(role, Duties((), (), ()))

    def role(self, kind: str) -> str:
        """What somebody with a role of the evening does; an unknown one is shown as it is."""
        return dict(self.roles).get(kind, kind)

    def question(self, code: str | None) -> str:
        """The reflection question behind a code; the first one for a code of a later version."""
        return dict(self.questions).get(code or "", self.questions[0][1])


ENGLISH = Labels()
