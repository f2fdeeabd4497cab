"""Writes runs of text as Markdown so that every mark opens and closes where it stands and no character turns into one.

A mark opens only if no letter stands before it and no blank after it, and closes the other way round (CommonMark
6.2). Where the text would break that, the character is written as a reference such as `&#32;`, which begins and
ends with punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

from circle_app.documents.blocks import Run, Runs, merged

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_ALWAYS = frozenset("\\`*_[]<~|")
_AT_START = frozenset("#+-=>:")
_STYLES = (("bold", "**"), ("italic", "_"), ("strike", "~~"))


class _Piece(NamedTuple):
    """`open` and `close` are marks, `solid` is code or the brackets of a link, `words` are still to be escaped."""

    kind: Literal["words", "open", "close", "solid"]
    text: str


def inline(runs: Runs, *, one_line: bool = False, cell: bool = False) -> str:
    """Runs as Markdown. `one_line` turns breaks to spaces (headings, cells); `cell` guards bars inside code."""
    cleaned = merged(_clean(run, one_line=one_line) for run in runs)
    return "".join(_escaped(list(_pieces(cleaned, cell=cell)), one_line=one_line))


def _clean(run: Run, *, one_line: bool) -> Run:
    words = _UNSEEN.sub("", run.text).replace("\t", " ")
    return replace(run, text=words.replace("\n", " ") if one_line or run.code else words)


def _pieces(runs: Runs, *, cell: bool) -> Iterator[_Piece]:
    """Marks properly nested: link outside, then bold, italic, strike."""
    standing: list[tuple[str, str]] = []
    link = ""
    for run in runs:
        wanted = [style for style in _STYLES if getattr(run, style[0])]
        kept = 0 if run.link != link else _common(standing, wanted)
        yield from (_Piece("close", mark) for _, mark in reversed(standing[kept:]))
        if run.link != link:
            if link:
                yield _Piece("solid", _link_end(link))
            if run.link:
                yield _Piece("solid", "[")
            link = run.link
        yield from (_Piece("open", mark) for _, mark in wanted[kept:])
        standing = wanted
        yield _Piece("solid", _code(run.text, cell=cell)) if run.code else _Piece("words", run.text)
    yield from (_Piece("close", mark) for _, mark in reversed(standing))
    if link:
        yield _Piece("solid", _link_end(link))


def _common(standing: list[tuple[str, str]], wanted: list[tuple[str, str]]) -> int:
    """How many open styles, from the outside, stay open."""
    count = 0
    while count < min(len(standing), len(wanted)) and standing[count] == wanted[count]:
        count += 1
    return count


def _escaped(pieces: list[_Piece], *, one_line: bool) -> Iterator[str]:
    edge = _Piece("solid", "")
    line = ""
    for place, piece in enumerate(pieces):
        if piece.kind != "words":
            line += piece.text
            yield piece.text
            continue
        before = pieces[place - 1] if place else edge
        after = pieces[place + 1] if place + 1 < len(pieces) else edge
        for i, char in enumerate(piece.text):
            last = i + 1 == len(piece.text)
            written = _character(
                char,
                line=line,
                following="" if last else piece.text[i + 1],
                before=before if i == 0 else None,
                after=after if last else None,
                one_line=one_line,
            )
            line = "" if char == "\n" else line + written
            yield written


def _character(
    char: str, *, line: str, following: str, before: _Piece | None, after: _Piece | None, one_line: bool
) -> str:
    """One character; `line` is what its line holds so far, `before` and `after` the pieces it touches."""
    if char == "\n":
        return "\\\n"
    inner = _is(before, "open") or _is(after, "close")
    outer = _is(before, "close") or _is(after, "open")
    ends_line = following == "\n" or (after is not None and after.text == "")
    if char.isspace() and (inner or not line or ends_line):
        return _reference(char)
    if outer and char != " " and char not in _PUNCTUATION:
        return _reference(char)
    if char in _ALWAYS or (char == "#" and one_line):
        return "\\" + char
    if char == "&" and (following == "#" or following.isalnum()):
        return "\\&"
    if char == "!" and after is not None and after.text == "[":
        return "\\!"
    starts = (not line and char in _AT_START) or (char in ".)" and re.fullmatch(r"[0-9]{1,9}", line) is not None)
    return "\\" + char if starts else char


def _is(piece: _Piece | None, kind: str) -> bool:
    return piece is not None and piece.kind == kind


def _reference(char: str) -> str:
    return f"&#{ord(char)};"


def _code(words: str, *, cell: bool) -> str:
    lengths = {len(ticks) for ticks in re.findall("`+", words)}
    ticks = "`" * next(n for n in range(1, len(lengths) + 2) if n not in lengths)
    padded = "`" in (words[0], words[-1]) or (words[0] == words[-1] == " " and words.strip(" ") != "")
    written = f"{ticks} {words} {ticks}" if padded else f"{ticks}{words}{ticks}"
    return written.replace("|", "\\|") if cell else written


def _link_end(target: str) -> str:
    guarded = re.sub(r"([\\()<>*_`\[\]~|])", r"\\\1", target).replace("&", "&amp;")
    return "](" + re.sub(r"[\s\x00-\x20]", "%20", guarded) + ")"
