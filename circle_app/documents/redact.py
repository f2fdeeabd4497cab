"""Takes people's names and contacts out of text that leaves the circle."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace

from circle_app.documents.blocks import (
    Block,
    Code,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Rule,
    Run,
    Runs,
    Table,
    plain,
    text,
)
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


def redact_blocks(blocks: Iterable[Block], redact: Redact) -> tuple[Block, ...]:
    """The blocks with every word redacted as it is read, after Markdown's marks and references are resolved."""
    return tuple(_block(block, redact) for block in blocks)


def _block(block: Block, redact: Redact) -> Block:
    match block:
        case Heading(level, runs):
            return Heading(level, _runs(runs, redact))
        case Paragraph(runs):
            return Paragraph(_runs(runs, redact))
        case ListBlock(items, start):
            return ListBlock(tuple(ListItem(redact_blocks(i.blocks, redact), i.done) for i in items), start)
        case Quote(inner):
            return Quote(redact_blocks(inner, redact))
        case Code(words, language):
            return Code(redact(words), language)
        case Table(header, rows, align):
            cells = tuple(tuple(_runs(cell, redact) for cell in row) for row in rows)
            return Table(tuple(_runs(cell, redact) for cell in header), cells, align)
        case Rule():
            return block


def _runs(runs: Runs, redact: Redact) -> Runs:
    each = tuple(_run(run, redact) for run in runs)
    whole = redact(plain(runs))
    # A name may be spread over runs of different style; then the style goes with it.
    return each if plain(each) == whole else text(whole)


def _run(run: Run, redact: Redact) -> Run:
    link = run.link if redact(run.link) == run.link else ""
    return replace(run, text=redact(run.text), link=link)


def _any_of(words: set[str], flags: int) -> re.Pattern[str] | None:
    """Any of these as a whole word, the longest first; blanks inside match any blanks."""
    if not words:
        return None
    longest_first = sorted(words, key=lambda w: (-len(w), w))
    patterns = [r"\s+".join(re.escape(piece) for piece in word.split()) for word in longest_first]
    # An underscore is no letter here: in Markdown it may be the mark around a name.
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(patterns)})(?![^\W_])", flags)


def _normal(words: str) -> str:
    return " ".join(unicodedata.normalize("NFC", words).split())
