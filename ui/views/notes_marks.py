"""What keys do to Markdown lines: going on with a list, ticking a box; pure functions over text."""

from __future__ import annotations

import re

_ITEM = re.compile(r"^([\s>]*)([-*+]|\d{1,9}[.)])(\s+)(\[[ xX]\]\s+)?(.*)$")
_BOX = re.compile(r"^([\s>]*(?:[-*+]|\d{1,9}[.)])\s+)\[([ xX])\](?=\s|$)")
_FENCE = re.compile(r"^\s*(```|~~~)")


def next_item(line: str) -> str | None:
    """What a new line begins with after `line`: "- " after a list item, "" after an empty item (the list ends there),
    None after any other line."""
    found = _ITEM.match(line)
    if found is None:
        return None
    indent, mark, space, box, text = found.groups()
    if not text.strip():
        return ""
    if mark[:-1].isdigit():
        mark = f"{int(mark[:-1]) + 1}{mark[-1]}"
    return f"{indent}{mark}{space}{'[ ] ' if box else ''}"


def toggle_box(line: str) -> str:
    """The line with its box ticked or emptied; a line without a box gets an empty one."""
    found = _BOX.match(line)
    if found is not None:
        mark = " " if found[2] in "xX" else "x"
        return f"{found[1]}[{mark}]{line[found.end() :]}"
    item = _ITEM.match(line)
    if item is not None:
        indent, mark, space, _, text = item.groups()
        return f"{indent}{mark}{space}[ ] {text}"
    bare = line.lstrip()
    return f"{line[: len(line) - len(bare)]}- [ ] {bare}"


def box_lines(source: str) -> tuple[int, ...]:
    """The numbers of the lines that hold a box, outside of code fences."""
    found, fenced = [], False
    for number, line in enumerate(source.split("\n")):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and _BOX.match(line):
            found.append(number)
    return tuple(found)


def first_words(source: str) -> str:
    """The beginning of a note without its marks, for lists."""
    for line in source.split("\n"):
        bare = re.sub(r"^[\s>#*+\-]+|^\s*\d+[.)]\s+|\[[ xX]\]\s+", "", line)
        bare = re.sub(r"[*_`]{1,3}|\[([^\]]*)\]\([^)]*\)", r"\1", bare).strip()
        if bare:
            return bare[:160]
    return ""
