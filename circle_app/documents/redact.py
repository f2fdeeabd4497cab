"""Takes people's names and contacts out of text that leaves the circle."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from circle_app.documents.labels import Labels
from circle_app.workspace.queries.people import Person

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NAME_PART_CHARS_MIN = 3
"""Shorter parts ("de", "Al") are too often ordinary words; they go only as part of the whole name."""

Redact = Callable[[str], str]


def keep_all(words: str) -> str:
    return words


def redactor(people: Iterable[Person], labels: Labels) -> Redact:
    """A function that replaces the names of these people, each part of them, their contacts and any e-mail address.

    Parts of a name count with their capitals only and as whole words, so that "rose" survives Rose.
    """
    known = list(people)
    wholes = {_normal(p.name) for p in known if _normal(p.name)}
    parts = {part for whole in wholes for part in re.split(r"[\s,]+", whole) if len(part) >= NAME_PART_CHARS_MIN}
    contacts = {_normal(p.contact) for p in known if len(_normal(p.contact)) >= NAME_PART_CHARS_MIN}
    contact = _any_of(contacts, re.IGNORECASE)
    whole = _any_of(wholes, re.IGNORECASE)
    part = _any_of(parts, 0)

    def redact(words: str) -> str:
        out = unicodedata.normalize("NFC", words)
        if contact is not None:
            out = contact.sub(labels.hidden_contact, out)
        out = _EMAIL.sub(labels.hidden_contact, out)
        for pattern in (whole, part):
            out = pattern.sub(labels.someone, out) if pattern is not None else out
        return out

    return redact


def _any_of(words: set[str], flags: int) -> re.Pattern[str] | None:
    """Any of these as a whole word, the longest first; blanks inside match any blanks."""
    if not words:
        return None
    longest_first = sorted(words, key=lambda w: (-len(w), w))
    patterns = [r"\s+".join(re.escape(piece) for piece in word.split()) for word in longest_first]
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", flags)


def _normal(words: str) -> str:
    return " ".join(unicodedata.normalize("NFC", words).split())
