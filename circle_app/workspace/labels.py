"""What the step of a way back is called: a code (an English sentence, for whoever reads the file) and what it was about.

`ui/undo_words` says it in the language of the app: "mark Dora here".
"""

from __future__ import annotations

_SEPARATOR = "\x1f"
LONGEST = 60


def labelled(code: str, about: str) -> str:
    """One text for the file; of `about` the first line counts, and of that the beginning."""
    line = " ".join(about.replace(_SEPARATOR, " ").strip().partition("\n")[0].split())
    short = line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"
    return f"{code}{_SEPARATOR}{short}" if short else code


def parted(label: str) -> tuple[str, str]:
    """The code and what it was about ("" where it was about nothing that has a name)."""
    code, _, about = label.partition(_SEPARATOR)
    return code, about
