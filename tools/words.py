"""How the developer tools speak: one line of news, and one exception that stops with a sentence and exit code 2."""

from __future__ import annotations

import sys


class Stop(Exception):
    """The verb cannot go on; the text says why and what to do about it."""


def say(text: str) -> None:
    """Print one line of news at once, so that it stands in the right place among the output of child processes."""
    print(f"dev.py: {text}", file=sys.stderr, flush=True)
