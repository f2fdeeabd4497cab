"""Typed text: one place that tidies what people enter, and the folding that search uses."""

from __future__ import annotations

import re
import unicodedata

LINE_MAX, BODY_MAX = 1_000, 500_000
"""Length caps in characters, for one-line fields and for long texts."""
BODY_MAX_BYTES = 900_000
"""Length cap of long texts in UTF-8: a changeset with one of them alone stays within the limits of what travels."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ARABIC_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})
_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d"})
"""Letters whose stroke or ligature no normal form takes apart, so that "lucja" finds Łucja."""
_WORD = re.compile(r"\w+")


def tidy_body(text: str) -> str:
    """Composed (NFC), newlines as LF, without NUL, other control characters and lone surrogates; capped (BODY_MAX...)."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n")
    clean = _CONTROL.sub("", _SURROGATE.sub("", clean))
    whole = unicodedata.normalize("NFC", clean)[:BODY_MAX]
    if 4 * len(whole) <= BODY_MAX_BYTES:
        return whole
    return whole.encode()[:BODY_MAX_BYTES].decode(errors="ignore")


def tidy_line(text: str) -> str:
    """As `tidy_body`, on one line: inner line breaks and tabs become spaces, the ends are trimmed; capped at LINE_MAX."""
    return " ".join(tidy_body(text).split())[:LINE_MAX]


def fold(text: str) -> str:
    """Text for the search index and for queries: case folded, without accents, Arabic vowel marks and letter variants."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.translate(_ARABIC_LETTERS)).casefold()
    bare = "".join(c for c in spread if not unicodedata.combining(c))
    return unicodedata.normalize("NFKC", bare).translate(_ARABIC_LETTERS).translate(_STROKES)


def match_expression(query: str) -> str:
    """An FTS5 expression that finds every word of `query` as the start of a word; empty when there is no word.

    Words are quoted, so nothing a person types is an operator. Source: https://sqlite.org/fts5.html, 3.1.
    """
    return " ".join(f'"{word}"*' for word in _WORD.findall(fold(query))[:12])
