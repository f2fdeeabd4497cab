"""Writes blocks as Markdown that reads back as the same blocks, whatever the text holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from circle_app.documents.blocks import (
    Block,
    Code,
    Document,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Rule,
    Run,
    Table,
)
from circle_app.documents.markdown_inline import inline

_DASHES = {"": "---", "left": ":--", "center": ":-:", "right": "--:"}


def to_markdown(document: Document) -> str:
    """The whole document: its title as the first heading, then the blocks."""
    return "\n".join(block_lines((Heading(1, (Run(document.title),)), *document.blocks))) + "\n"


def block_lines(blocks: Iterable[Block]) -> list[str]:
    """Lines without their ends; blocks are parted by an empty line, blocks without content are left out."""
    lines: list[str] = []
    previous: Block | None = None
    swapped = False
    for block in blocks:
        # Two lists in a row would become one; the other marker keeps them apart.
        swap = isinstance(block, ListBlock) and isinstance(previous, ListBlock) and not swapped
        written = _block(block, swapped=swap)
        if not written:
            continue
        lines += ["", *written] if lines else written
        previous, swapped = block, swap
    return lines


def _block(block: Block, *, swapped: bool) -> list[str]:
    match block:
        case Heading(level, runs):
            return ["#" * max(1, min(level, 6)) + " " + inline(runs, one_line=True)]
        case Paragraph(runs):
            written = inline(runs)
            return written.split("\n") if written else []
        case ListBlock(items, start):
            return _list(items, start, swapped=swapped)
        case Table():
            return _table(block)
        case Quote(blocks):
            return [f"> {line}" if line else ">" for line in block_lines(blocks) or [""]]
        case Code(code, language):
            return _code(code, language)
        case Rule():
            # Not dashes or stars: beside a list's marker they would make one longer rule.
            return ["___"]


def _list(items: Sequence[ListItem], start: int | None, *, swapped: bool) -> list[str]:
    lines: list[str] = []
    tight = all(len(item.blocks) < 2 for item in items)
    for place, item in enumerate(items):
        marker = _marker(start, place, swapped=swapped)
        body = block_lines(item.blocks)
        if item.done is not None:
            box = "[x] " if item.done else "[ ] "
            body = [box + (body[0] if body else ""), *body[1:]]
        if lines and not tight:
            lines.append("")
        first, *rest = body or [""]
        lines.append((marker + first) if first else marker.rstrip())
        lines += [" " * len(marker) + line if line else "" for line in rest]
    return lines


def _marker(start: int | None, place: int, *, swapped: bool) -> str:
    if start is None:
        return "* " if swapped else "- "
    return f"{start + place}" + (") " if swapped else ". ")


def _table(table: Table) -> list[str]:
    align = table.align or ("",) * len(table.header)
    rows = [[inline(cell, one_line=True, cell=True) for cell in row] for row in (table.header, *table.rows)]
    rows.insert(1, [_DASHES[a] for a in align])
    return ["| " + " | ".join(row) + " |" for row in rows]


def _code(code: str, language: str) -> list[str]:
    longest = max((len(ticks) for ticks in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence + re.sub(r"[^\w+#.-]", "", language), *(code.split("\n") if code else []), fence]
