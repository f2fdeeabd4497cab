"""Typed text: one place that tidies what people enter, and the folding that search uses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from circle_app.errors import RuleBroken

LINE_MAX, BODY_MAX = 1_000, 500_000
"""Length caps in characters, for one-line fields and for long texts."""
BODY_MAX_BYTES = 900_000
"""Length cap of long texts in UTF-8: a changeset with one of them alone stays within the limits of what travels."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class _Signs(dict[int, int | str | None]):
    """For `str.translate`: what is written for a sign, None for one of which `gone` is true. Each is asked about once, as a
    table without them would raise an error for every letter of a text."""

    def __init__(self, known: Mapping[str, str | None], gone: Callable[[str], bool] = lambda _sign: False) -> None:
        super().__init__({ord(sign): written for sign, written in known.items()})
        self._gone = gone

    def __missing__(self, code: int) -> int | None:
        kept = self[code] = None if self._gone(chr(code)) else code
        return kept


_ARABIC = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None}
_STROKES = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d"}
"""Letters whose stroke or ligature no normal form takes apart, so that "lucja" finds Łucja."""
_ARABIC_LETTERS, _LAST = _Signs(_ARABIC), _Signs(_ARABIC | _STROKES)
_BARE = _Signs({}, lambda sign: unicodedata.combining(sign) != 0)
_SAME_IN_NAMES = _Signs(
    {
        **dict.fromkeys("\u2018\u2019\u201b\u02bb\u02bc\u02b9\u2032\u00b4\uff07`", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u05be\u30fb\u00b7", "-"),
        "ی": "ي", "ک": "ك", "ہ": "ه", "ھ": "ه", "ە": "ه", "ے": "ي",
    },
    lambda sign: unicodedata.category(sign) == "Cf",
)  # fmt: skip
_WORD = re.compile(r"\w+")
_JOINER = "\u200c"
"""Parts the letters of a word, not the word (ZERO WIDTH NON-JOINER)."""
_UNSPACED = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7a3]")
"""Signs of Han and Hangul: 陳小明, 김은지."""


def tidy_body(text: str) -> str:
    """Composed (NFC), newlines as LF, without NUL, other control characters and lone surrogates."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", _SURROGATE.sub("", clean)))


def tidy_line(text: str) -> str:
    """As `tidy_body`, on one line: inner line breaks and tabs become spaces, the ends are trimmed."""
    return " ".join(tidy_body(text).split())


def kept_body(text: str) -> str:
    """The tidy text as it will be kept; RuleBroken, so that it stays where it was typed, when it is too long."""
    whole = tidy_body(text)
    if len(whole) > BODY_MAX or (4 * len(whole) > BODY_MAX_BYTES and len(whole.encode()) > BODY_MAX_BYTES):
        raise RuleBroken(
            "This text is too long to keep in one piece.", "Part it into two; nothing of it is lost.", code="too_long"
        )
    return whole


def kept_line(text: str) -> str:
    """The tidy line as it will be kept; RuleBroken, so that it stays where it was typed, when it is too long."""
    line = tidy_line(text)
    if len(line) > LINE_MAX:
        raise RuleBroken(
            "This line is too long to keep.", f"Shorten it to {LINE_MAX} letters, or make it a note.", code="too_long"
        )
    return line


def title_of(text: str) -> str:
    """One line that stands for a longer text kept elsewhere: all of it where it fits, else its beginning and an ellipsis."""
    line = tidy_line(text)
    return line if len(line) <= LINE_MAX else line[: LINE_MAX - 1].rstrip() + "…"


def fold(text: str) -> str:
    """Text for the search index and for queries: case folded, without accents, Arabic vowel marks and letter variants."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.translate(_ARABIC_LETTERS)).casefold()
    return unicodedata.normalize("NFKC", spread.translate(_BARE)).translate(_LAST)


def fold_name(text: str) -> str:
    """As `fold`, for what one person wrote and another types, such as a name: every apostrophe, hyphen and way to write
    Arabic letters is one, and what is not seen (joiners, marks of direction) is left out."""
    if text.isascii():
        return text.lower()
    return fold(text.translate(_SAME_IN_NAMES))


FOLDING = 2
"""The number of the way in which `search_words` folds; it changes with it, as the index is then made anew."""


def search_words(text: str) -> str:
    """A text as the index holds it: folded as names are, and beside that each part of a word that is joined by what is not
    seen, so that both "کتابها" and "ها" find کتاب‌ها."""
    folded = fold_name(text)
    return f"{folded}\n{fold_name(text.replace(_JOINER, ' '))}" if _JOINER in text else folded


def whole_name(text: str) -> bool:
    """Whether a name tells people apart: two words, or one of three signs where names are written without spaces."""
    words = text.split()
    return len(words) > 1 or (bool(words) and len(words[0]) > 2 and all(_UNSPACED.fullmatch(c) for c in words[0]))


def ascii_digits(text: str) -> str:
    """The text with 0 to 9 for the decimal digits of any script."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def match_expression(query: str) -> str:
    """An FTS5 expression that finds every word of `query` as the start of a word; empty when there is no word.

    Words are quoted, so nothing a person types is an operator. Source: https://sqlite.org/fts5.html, 3.1.
    """
    return " ".join(f'"{word}"*' for word in _WORD.findall(fold_name(query))[:12])
