"""What is said about a person in a list: how often they came, what they speak, offer and need."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from circle_app.workspace.queries.people import Person
from ui import text

HERE, ASKED, GUESTS, GONE = "in", "asked", "guests", "gone"
GROUPS = (HERE, ASKED, GUESTS, GONE)


def group_of(person: Person) -> str:
    """Which part of the list somebody stands in."""
    if person.status in ("guest", "gone"):
        return {"guest": GUESTS, "gone": GONE}[person.status]
    return HERE if person.confirmed and person.status == "member" else ASKED


def group_title(group: str) -> str:
    return {
        HERE: _tr("In the circle"),
        ASKED: _tr("Asked, no answer yet"),
        GUESTS: _tr("Guests who came by"),
        GONE: _tr("No longer here"),
    }[group]


def role_words(role: str | None) -> str:
    """The word of a role; a role that a circle named itself stays as it is, taking part needs no word."""
    known = {"organizer": _tr("Organizer"), "follower": _tr("Reads along"), "participant": ""}
    return known.get(role or "participant", role or "")


def came_words(person: Person) -> str:
    """ "came 5 of 6 times"; empty before the first meeting has ended."""
    if not person.of:
        return ""
    return _tr("came {came} of {of} times").format(came=text.number(person.came), of=text.number(person.of))


def second_line(person: Person) -> str:
    """ "came 5 of 6 times  ·  speaks pl, en  ·  offers a projector"."""
    parts = [came_words(person)]
    if person.languages:
        parts.append(_tr("speaks {languages}").format(languages=person.languages))
    if person.offers:
        parts.append(_tr("offers {things}").format(things=person.offers))
    return "  ·  ".join(part for part in parts if part)


def summary(persons: tuple[Person, ...], circles: int) -> str:
    """ "23 people in 3 circles"."""
    listed = sum(person.status != "gone" for person in persons)
    people_words = _tr("%Ln (person|people)", listed)
    if circles < 2:
        return people_words
    return _tr("{people} in {circles}").format(people=people_words, circles=_tr("%Ln circle(s)", circles))


def _tr(words: str, n: int = -1) -> str:
    return QCoreApplication.translate("People", words, None, n)
