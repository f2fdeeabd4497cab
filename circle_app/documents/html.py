"""Writes a document as one HTML file: accessible, everything escaped, nothing loaded from anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

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
    Runs,
    Table,
)
from circle_app.documents.labels import ENGLISH, Labels
from circle_app.documents.markdown_view import safe_link

_CSS = """
:root { color-scheme: light dark; --paper: #faf6ef; --ink: #2a211b; --soft: #6c5e50; --line: #e8ddcd; --strong: #b2442a; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #1a1614; --ink: #f6eee5; --soft: #ab9c8d; --line: #38302a; --strong: #f2916b; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 44rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 Figtree, system-ui, sans-serif; }
h1, h2, h3, h4, h5, h6 { font-family: Fraunces, Georgia, serif; font-weight: 600; line-height: 1.2; margin: 1.8em 0 .5em; }
h1 { font-size: 2rem; margin-top: 0; color: var(--strong); }
h2 { font-size: 1.35rem; } h3 { font-size: 1.1rem; }
p, ul, ol, table, blockquote, pre { margin: 0 0 .8em; }
ul.tasks { list-style: none; padding-inline-start: .25rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: start; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
blockquote { border-inline-start: 3px solid var(--line); padding-inline-start: 1rem; margin-inline: 0; color: var(--soft); }
pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: 8px; }
hr { border: 0; border-top: 1px solid var(--line); margin: 2rem 0 1rem; }
a { color: var(--strong); }
@media print {
  :root { --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --strong: #000; }
  body { max-width: none; padding: 0; font-size: 11pt; } h2, h3 { break-after: avoid; } tr, li { break-inside: avoid; }
}
"""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def to_html(document: Document, labels: Labels = ENGLISH) -> str:
    """A complete page with language, direction, headings and table headers for screen readers."""
    title = escape(document.title)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(document.language)}" dir="{document.direction}">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" '
        f'content="no-referrer">\n<title>{title}</title>\n<style>{_CSS}</style>\n</head>\n<body>\n<main>\n'
        f'<h1 dir="auto">{title}</h1>\n{blocks_html(document.blocks, labels)}\n</main>\n</body>\n</html>\n'
    )


def blocks_html(blocks: Iterable[Block], labels: Labels = ENGLISH) -> str:
    """The blocks alone, without page or style."""
    return "\n".join(_block(block, labels) for block in blocks)


def _block(block: Block, labels: Labels) -> str:
    match block:
        case Heading(level, runs):
            level = max(1, min(level, 6))
            return f'<h{level} dir="auto">{_inline(runs)}</h{level}>'
        case Paragraph(runs):
            return f'<p dir="auto">{_inline(runs)}</p>'
        case ListBlock(items, None):
            kind = ' class="tasks"' if items and all(i.done is not None for i in items) else ""
            return f"<ul{kind}>\n{_items(items, labels)}\n</ul>"
        case ListBlock(items, start):
            return f'<ol start="{start}">\n{_items(items, labels)}\n</ol>'
        case Table():
            return _table(block)
        case Quote(blocks):
            return f"<blockquote>\n{blocks_html(blocks, labels)}\n</blockquote>"
        case Code(code, _):
            return f"<pre><code>{escape(code)}</code></pre>"
        case Rule():
            return "<hr>"


def _items(items: Iterable[ListItem], labels: Labels) -> str:
    return "\n".join(f'<li dir="auto">{_box(item, labels)}{_item(item, labels)}</li>' for item in items)


def _item(item: ListItem, labels: Labels) -> str:
    # A lone paragraph needs no paragraph of its own in a list.
    match item.blocks:
        case (Paragraph(runs), *rest):
            return "\n".join([_inline(runs), *([blocks_html(rest, labels)] if rest else [])])
        case blocks:
            return blocks_html(blocks, labels)


def _box(item: ListItem, labels: Labels) -> str:
    if item.done is None:
        return ""
    checked, words = (" checked", labels.done) if item.done else ("", labels.to_do)
    return f'<input type="checkbox" disabled{checked} aria-label="{escape(words)}"> '


def _table(table: Table) -> str:
    align = table.align or ("",) * len(table.header)
    header = "".join(f'<th scope="col"{_style(a)}>{_inline(c)}</th>' for c, a in zip(table.header, align, strict=False))
    rows = "\n".join(
        "<tr>" + "".join(f"<td{_style(a)}>{_inline(c)}</td>" for c, a in zip(row, align, strict=False)) + "</tr>"
        for row in table.rows
    )
    return f"<table>\n<thead><tr>{header}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _style(align: str) -> str:
    return f' style="text-align:{align}"' if align else ""


def _inline(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    words = escape(run.text).replace("\n", "<br>\n")
    for tag, on in (("code", run.code), ("s", run.strike), ("em", run.italic), ("strong", run.bold)):
        words = f"<{tag}>{words}</{tag}>" if on else words
    link = safe_link(run.link)
    return f'<a href="{escape(link)}" rel="noopener noreferrer">{words}</a>' if link else words
