"""What each role of an evening does, as its card says it in the language of the interface."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from circle_app.documents.duties import Duties


def duties() -> tuple[tuple[str, Duties], ...]:
    """The same sentences as `circle_app.documents.duties`, translated."""
    return (
        (
            "facilitate",
            Duties(
                (
                    _tr("Read the agenda with whoever keeps time."),
                    _tr("Ask those who lead a step whether they have what they need."),
                ),
                (
                    _tr("Say at the start what tonight is for and when it ends."),
                    _tr("Read each question aloud, and wait."),
                    _tr("Let everybody speak once before anybody speaks twice."),
                ),
                (_tr("Ask somebody how it was for them."),),
            ),
        ),
        (
            "host",
            Duties(
                (
                    _tr("Open the room early: chairs in a circle, light, heating, tea."),
                    _tr("See to a way in without steps."),
                ),
                (_tr("Welcome everybody at the door, new people first."), _tr("Show where things are.")),
                (_tr("Leave the room as you found it, with help."), _tr("Give the key back.")),
            ),
        ),
        (
            "wrangle",
            Duties(
                (
                    _tr("Remind everybody some days before, and ask who is coming."),
                    _tr("Find somebody for each role that is free."),
                ),
                (_tr("See to it that everything on the list was brought."),),
                (_tr("Get in touch with those who could not come."),),
            ),
        ),
        (
            "notes",
            Duties(
                (_tr("Open this meeting on the laptop, or bring paper and pens."),),
                (
                    _tr("Write decisions in the words of the room, and read them back."),
                    _tr("Each task gets a name and a date."),
                    _tr("What is private stays out."),
                ),
                (_tr("Make the notes on the same evening and send them to everybody."),),
            ),
        ),
        (
            "time",
            Duties(
                (_tr("Look at how long each step takes, and which may be shorter."),),
                (
                    _tr("Start on time."),
                    _tr("Say quietly when two minutes are left."),
                    _tr("When it runs late, ask the room what to leave out."),
                ),
                (_tr("Tell whoever plans next time what took longer than planned."),),
            ),
        ),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Duties", text)
