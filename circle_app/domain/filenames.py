"""Names of files that somebody else chose, made harmless for every system before one is shown or put on a disk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Sequence

LONGEST, LONGEST_BYTES = 120, 200
"""Caps of a name on disk, in characters and in UTF-8, with room for what systems and programs add."""

_BIDI = re.compile("[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""Marks that show nothing and can turn `cod.exe` into `exe.doc`."""
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\ud800-\udfff]')
"""What one of the systems does not allow in a name; the colon would name another stream of a file on Windows."""
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])", re.IGNORECASE
)


def clean_name(name: str, endings: Sequence[str] = ()) -> str:
    """The name as it may stand on any disk. With `endings` it ends in one of them, in the first if in none."""
    plain = unicodedata.normalize("NFC", _BIDI.sub("", name))
    plain = " ".join(_FORBIDDEN.sub("_", plain).split()).strip(". ")
    stem, dot, end = plain.rpartition(".")
    if not dot or not end.isalnum():
        stem, end = plain, ""
    if endings and end.lower() not in endings:
        stem, end = plain, endings[0]
    stem = stem.strip(". ") or "file"
    if _RESERVED.fullmatch(stem.partition(".")[0].strip()):
        stem = "_" + stem
    return _shortened(stem, f".{end}" if end else "")


def unused_name(name: str, taken: Container[str]) -> str:
    """`name`, numbered if it is among `taken` (which holds `same_name` of each): case and accents do not make two."""
    stem, dot, end = name.rpartition(".")
    if not dot:
        stem, end = name, ""
    number = 1
    while same_name(name) in taken:
        number += 1
        name = f"{stem} ({number}){dot}{end}"
    return name


def same_name(name: str) -> str:
    """Equal for names that some system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", name).casefold())


def ending(name: str) -> str:
    """What stands after the last dot as a system reads it, in small letters: marks, spaces and dots at the end do not count."""
    shown = _BIDI.sub("", unicodedata.normalize("NFKC", name)).partition(":")[0]
    return shown.rstrip(". \t\r\n\x00").rpartition(".")[2].lower().strip() if "." in shown else ""


def _shortened(stem: str, end: str) -> str:
    end = end[:20]
    while len(stem + end) > LONGEST or len((stem + end).encode()) > LONGEST_BYTES:
        stem = stem[:-1]
    return stem.rstrip(". ") + end
