"""What each role of an evening does before, during and after it; the words on role cards, English by default."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Duties:
    """Sentences for one role, in order."""

    before: tuple[str, ...]
    during: tuple[str, ...]
    after: tuple[str, ...]


ENGLISH_DUTIES: tuple[tuple[str, Duties], ...] = (
    ("facilitate", Duties(
        ("Read the agenda with whoever keeps time.", "Ask those who lead a step whether they have what they need."),
        ("Say at the start what tonight is for and when it ends.", "Read each question aloud, and wait.",
         "Let everybody speak once before anybody speaks twice."),
        ("Ask somebody how it was for them.",),
    )),
    ("host", Duties(
        ("Open the room early: chairs in a circle, light, heating, tea.", "See to a way in without steps."),
        ("Welcome everybody at the door, new people first.", "Show where things are."),
        ("Leave the room as you found it, with help.", "Give the key back."),
    )),
    ("wrangle", Duties(
        ("Remind everybody some days before, and ask who is coming.", "Find somebody for each role that is free."),
        ("See to it that everything on the list was brought.",),
        ("Get in touch with those who could not come.",),
    )),
    ("notes", Duties(
        ("Open this meeting on the laptop, or bring paper and pens.",),
        ("Write decisions in the words of the room, and read them back.", "Each task gets a name and a date.",
         "What is private stays out."),
        ("Make the notes on the same evening and send them to everybody.",),
    )),
    ("time", Duties(
        ("Look at how long each step takes, and which may be shorter.",),
        ("Start on time.", "Say quietly when two minutes are left.", "When it runs late, ask the room what to leave out."),
        ("Tell whoever plans next time what took longer than planned.",),
    )),
)  # fmt: skip
