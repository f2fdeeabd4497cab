"""Row numbers of a signed sheet as a person types them back: "1-7 9 12-15, 21 = Bo Lind"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from circle_app.domain.text import ascii_digits, tidy_line

HIGHEST = 999
"""No sheet has more rows; a larger number is a slip of the finger."""

Slip = Literal["word", "backwards", "too_high", "two_names", "no_name", "not_one_row"]


@dataclass(frozen=True, slots=True)
class Slipped:
    """A part that could not be read as it stands: `typed` as it was written, and why.

    `word`: no number. `backwards`: "7-3". `too_high`: above `HIGHEST`, or row 0. `two_names`: one row with two names.
    `no_name`: an equals sign with nothing after it. `not_one_row`: a name for several rows.
    """

    why: Slip
    typed: str


@dataclass(frozen=True, slots=True)
class SignedRows:
    """`rows` are the numbers in order, each once; `names` what was written beside a number; `slips` what was not read."""

    rows: tuple[int, ...] = ()
    names: dict[int, str] = field(default_factory=dict)
    slips: tuple[Slipped, ...] = ()


_PAUSES = re.compile(r"[,;\n،؛、，；]")
_DASHES = re.compile(r"\s*[-\u2010-\u2015\u2212~]\s*")
_NAMING = re.compile(r"\s*[=＝]\s*")
_PIECE = re.compile(r"(?P<row>\d{1,99})(?:-(?P<last>\d{1,99}))?(?P<named>=)?(?=\s|$|(?<==))")
_NEXT_PIECE = re.compile(rf"(?:^|(?<=\s)){_PIECE.pattern}")


def read_rows(typed: str) -> SignedRows:
    """What was typed, read from left to right; nothing raises, what is not understood is a slip and counts for nothing.

    Numbers stand apart by spaces, commas or lines, in the digits of any script; a range counts both of its ends. A name
    goes as far as the next comma or line, or the next number.
    """
    rows: set[int] = set()
    names: dict[int, str] = {}
    slips: list[Slipped] = []
    for part in _PAUSES.split(_plain(typed)):
        rest = part.strip()
        while rest:
            rest = _take(rest, rows, names, slips)
    return SignedRows(tuple(sorted(rows)), names, tuple(slips))


def write_rows(rows: tuple[int, ...] | list[int]) -> str:
    """The shortest way to type these rows: "1-7, 9, 12-15"."""
    spans: list[list[int]] = []
    for row in sorted(set(rows)):
        if spans and spans[-1][1] == row - 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def _plain(typed: str) -> str:
    """Digits as 0 to 9, any dash as "-", any equals sign as "=", without spaces around either."""
    return _NAMING.sub("=", _dashes_between_rows(ascii_digits(typed)))


def _dashes_between_rows(text: str) -> str:
    """Dashes of names ("Eun-ji") stay; only those between two numbers make a range."""
    return re.sub(rf"(?<=\d){_DASHES.pattern}(?=\d)", "-", text)


def _take(rest: str, rows: set[int], names: dict[int, str], slips: list[Slipped]) -> str:
    """Read the first piece of `rest`; what is left of it."""
    piece = _PIECE.match(rest)
    if piece is None:
        word, after = _until_number(rest)
        slips.append(Slipped("word", word))
        return after
    first, last = int(piece["row"]), int(piece["last"] or piece["row"])
    after = rest[piece.end() :].lstrip()
    name = ""
    if piece["named"]:
        name, after = _until_number(after)
    why = _why_not(first, last, piece["named"] is not None, name, names)
    if why:
        slips.append(Slipped(why, f"{piece[0].removesuffix('=')} = {name}" if piece["named"] else piece[0]))
        return after
    rows.update(range(first, last + 1))
    if name:
        names[first] = name
    return after


def _why_not(first: int, last: int, named: bool, name: str, names: dict[int, str]) -> Slip | None:
    if first > last:
        return "backwards"
    if first < 1 or last > HIGHEST:
        return "too_high"
    if named and first != last:
        return "not_one_row"
    if named and not name:
        return "no_name"
    if name and names.get(first, name) != name:
        return "two_names"
    return None


def _until_number(text: str) -> tuple[str, str]:
    """Words up to the next number that stands by itself, and the rest."""
    number = _NEXT_PIECE.search(text)
    if number is None:
        return tidy_line(text), ""
    if number.start() == 0:
        return "", text
    return tidy_line(text[: number.start()]), text[number.start() :]
