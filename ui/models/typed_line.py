"""Reads a line typed in a meeting: its kind ("/t"), who carries it ("@mei") and by when ("fri") are taken out of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from circle_app.domain.ids import Ref
from circle_app.domain.text import fold_name, tidy_line
from ui.date_words import take_date

KIND_LETTERS = {"d": "decision", "t": "task", "i": "idea", "n": "note", "m": "note"}
"""The letter after a slash, and the key that chooses the kind."""

_BEHIND = ",;:.!…،؛۔。！、，；："
"""What may stand right behind a name."""
_PREFIX = re.compile(r"^\s*/([dtinm])(?:\s+|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """Somebody a line may be given to."""

    ref: Ref
    name: str


@dataclass(frozen=True, slots=True)
class TypedLine:
    """`due` is "2026-12-04"; `doubtful` are the people an @word could mean when it is more than one."""

    kind: str
    text: str
    owner: Name | None = None
    due: str | None = None
    doubtful: tuple[Name, ...] = ()


def read_line(typed: str, *, kind: str, people: tuple[Name, ...], today: date) -> TypedLine:
    """The line as it will be kept. `kind` holds unless a slash says otherwise; owner and date are read for tasks only."""
    kind, text = split_kind(typed, kind)
    text = tidy_line(text)
    if kind != "task":
        return TypedLine(kind, text)
    text, owner, doubtful = take_owner(text, people)
    text, due = take_date(text, today)
    return TypedLine(kind, text, owner, due, doubtful)


def split_kind(typed: str, kind: str) -> tuple[str, str]:
    """The kind that a leading "/t " asks for (else `kind`), and the rest."""
    found = _PREFIX.match(typed)
    if found is None:
        return kind, typed
    return KIND_LETTERS[found[1].lower()], typed[found.end() :]


def find_people(word: str, people: tuple[Name, ...]) -> tuple[Name, ...]:
    """People with a part of the name that starts like `word`; those it names exactly come alone."""
    wanted = fold_name(word)
    if not wanted:
        return ()
    exact = tuple(p for p in people if wanted in fold_name(p.name).split() or wanted == fold_name(p.name))
    if exact:
        return exact
    return tuple(
        p
        for p in people
        if fold_name(p.name).startswith(wanted) or any(s.startswith(wanted) for s in fold_name(p.name).split())
    )


def take_owner(text: str, people: tuple[Name, ...]) -> tuple[str, Name | None, tuple[Name, ...]]:
    """Takes "@name" out of a text: what is left, who is meant, and everybody it could mean when it is more than one."""
    words = text.split()
    place = next((i for i, word in enumerate(words) if len(word) > 1 and word.startswith("@")), None)
    if place is None:
        return text, None, ()
    bare = words[place][1:].rstrip(_BEHIND)
    found, used = find_people(bare, people), 1
    # "@Sam Okoro": further words are part of the name as long as they say more clearly who is meant
    while place + used < len(words):
        longer = f"{bare} {words[place + used].rstrip(_BEHIND)}"
        narrowed = tuple(p for p in found if fold_name(p.name).startswith(fold_name(longer)))
        if not narrowed:
            break
        bare, found, used = longer, narrowed, used + 1
    if len(found) != 1:
        return text, None, found
    return " ".join(words[:place] + words[place + used :]), found[0], ()
