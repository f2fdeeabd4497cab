"""Markdown that people typed or received, as blocks: nothing is loaded, no HTML gets through, odd links become text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from circle_app.documents.blocks import (
    Align,
    Block,
    Code,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Rule,
    Run,
    Runs,
    Table,
    merged,
    paragraph,
)

NESTING_MAX = 20
SOURCE_CHARS_MAX = 500_000

_LINK = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\\]+", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\](?:[ \t]+|(?=\n)|$)")
_TAG = re.compile(r"<(/?)(a|br|div|iframe|p|span)\b([^>]*)>", re.IGNORECASE)
_ADDRESS = re.compile(r"""\b(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_LANGUAGE = re.compile(r"[\w+#.-]{0,40}")
_ALIGN: dict[str, Align] = {"text-align:left": "left", "text-align:center": "center", "text-align:right": "right"}


def to_blocks(source: str) -> tuple[Block, ...]:
    """The blocks of a Markdown text (CommonMark, tables, strikethrough, task boxes).

    An image becomes its description, and only http, https and mailto links stay links. HTML stays visible as text,
    but for what courses use around their words: links and line breaks are understood, an embedded page becomes a
    link to it, `div`, `p` and `span` go. A text longer than SOURCE_CHARS_MAX is shown as it is, unformatted.
    """
    if len(source) > SOURCE_CHARS_MAX:
        return (paragraph(source),)
    # "html" only makes tags come as tokens of their own; each is judged in `_inline` and none is passed on as HTML.
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": NESTING_MAX})
    parser.enable(["table", "strikethrough"]).disable("html_block")
    # Every target is parsed as a link and judged here, so a forbidden one loses its target and keeps its words.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return tuple(_blocks(iter(parser.parse(source))))


def safe_link(target: str) -> str:
    """The target when it is http, https or mailto without blanks or unseen characters, else ""."""
    return target if _LINK.fullmatch(target) else ""


def _blocks(tokens: Iterator[Token]) -> Iterator[Block]:
    """The blocks up to the closing token of the present container."""
    for token in tokens:
        match token.type:
            case "heading_open":
                yield Heading(int(token.tag[1]), _inline(next(tokens)))
                next(tokens)
            case "paragraph_open":
                runs = _inline(next(tokens))
                next(tokens)
                if runs:
                    yield Paragraph(runs)
            case "bullet_list_open":
                yield ListBlock(tuple(_items(tokens)))
            case "ordered_list_open":
                yield ListBlock(tuple(_items(tokens)), int(token.attrGet("start") or 0) if token.attrs else 1)
            case "blockquote_open":
                yield Quote(tuple(_blocks(tokens)))
            case "fence" | "code_block":
                language = _LANGUAGE.match(token.info.strip())
                yield Code(token.content.removesuffix("\n"), language[0] if language else "")
            case "table_open":
                yield _table(tokens)
            case "hr":
                yield Rule()
            case closing if closing.endswith("_close"):
                return


def _items(tokens: Iterator[Token]) -> Iterator[ListItem]:
    for token in tokens:
        if token.type != "list_item_open":
            return
        yield _item(list(_until_close(tokens)))


def _until_close(tokens: Iterator[Token]) -> Iterator[Token]:
    """The tokens of one list item, with its closing one."""
    depth = 1
    for token in tokens:
        depth += token.nesting
        yield token
        if depth == 0:
            return


def _item(tokens: list[Token]) -> ListItem:
    inline = tokens[1] if len(tokens) > 1 and tokens[0].type == "paragraph_open" else None
    box = _TASK.match(inline.content) if inline is not None else None
    if inline is None or box is None or not inline.children:
        return ListItem(tuple(_blocks(iter(tokens))))
    # The box is looked for in the source, where an escaped bracket is no box; then it is cut from the text.
    first = inline.children[0]
    first.content = first.content[len(box[0]) :]
    return ListItem(tuple(_blocks(iter(tokens))), done=box[1] != " ")


def _table(tokens: Iterator[Token]) -> Table:
    rows: list[list[Runs]] = []
    align: list[Align] = []
    for token in tokens:
        match token.type:
            case "tr_open":
                rows.append([])
            case "th_open" | "td_open":
                if len(rows) == 1:
                    align.append(_ALIGN.get(str(token.attrGet("style") or ""), ""))
                rows[-1].append(_inline(next(tokens)))
            case "table_close":
                break
    return Table(tuple(rows[0]), tuple(tuple(row) for row in rows[1:]), tuple(align) if any(align) else ())


def _inline(token: Token) -> Runs:
    bold = italic = strike = 0
    links: list[str] = []
    anchor = ""
    runs: list[Run] = []
    for child in _joined(token.children or []):
        match child.type:
            case "strong_open" | "strong_close":
                bold += child.nesting
            case "em_open" | "em_close":
                italic += child.nesting
            case "s_open" | "s_close":
                strike += child.nesting
            case "link_open":
                links.append(safe_link(str(child.attrGet("href") or "")))
            case "link_close":
                links.pop()
            case "html_inline" if (tag := _TAG.fullmatch(child.content)) and tag[2].lower() != "br":
                target = "" if tag[1] else _address(tag[3])
                if tag[2].lower() == "a":
                    anchor = target
                elif tag[2].lower() == "iframe" and target:
                    runs.append(Run(target, link=target))
            case _:
                words, link = _words(child), links[-1] if links else anchor
                code = child.type == "code_inline"
                runs.append(Run(words, bold=bold > 0, italic=italic > 0, strike=strike > 0, code=code, link=link))
    return _without_edge_breaks(merged(runs))


def _address(attributes: str) -> str:
    """Where a tag leads, if that is allowed; else ""."""
    found = _ADDRESS.search(attributes)
    return safe_link(unescape(found[1] or found[2] or found[3] or "").strip()) if found else ""


def _joined(children: Sequence[Token]) -> Iterator[Token]:
    """An image's description is shown in its place, with whatever style it has inside."""
    for child in children:
        if child.type == "image":
            yield from _joined(child.children or [])
        else:
            yield child


def _words(child: Token) -> str:
    match child.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "html_inline" if _TAG.fullmatch(child.content):
            return "\n"
        case _:
            return child.content


def _without_edge_breaks(runs: Runs) -> Runs:
    """A break at the very start or end of a paragraph shows nothing."""
    out = list(runs)
    while out and not out[0].text.strip("\n"):
        out.pop(0)
    while out and not out[-1].text.strip("\n"):
        out.pop()
    return tuple(out)
