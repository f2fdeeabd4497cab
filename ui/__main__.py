"""`python -m ui`: the desktop app, or one of its headless verbs."""

from __future__ import annotations

import sys
from importlib import import_module

from circle_app.collecting import collect_later, collect_rarely


def run() -> int:
    """Headless verbs start without Qt; everything else opens the window."""
    if sys.argv[1:] == ["picture-child"]:
        return int(import_module("ui.picture_child").run())
    collect_rarely()
    from ui.cli import VERBS

    if _first_word(sys.argv[1:]) in VERBS:
        from ui.cli import main as headless

        return headless()
    collect_later()  # until the first paint, when `ui.collector` begins
    # PySide6 reads the source of every module that is loaded after it: what knows no Qt comes before it.
    import_module("ui.without_qt")
    from ui.app import main

    return main()


def _first_word(words: list[str]) -> str:
    """The first word that is neither an option nor an option's value."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("--"):
            skip = "=" not in word
        else:
            return word
    return ""


if __name__ == "__main__":
    sys.exit(run())
