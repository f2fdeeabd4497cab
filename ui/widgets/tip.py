"""Tooltips of text that anybody may have written: Qt guesses whether a tip is HTML, and HTML can load files and addresses."""

from __future__ import annotations


def plain_tip(text: str) -> str:
    """The text as a tip that shows it letter by letter, whatever is in it."""
    if "<" not in text and "&" not in text:
        return text
    from html import escape  # most tips need none

    return f'<p style="white-space: pre-wrap">{escape(text)}</p>'
