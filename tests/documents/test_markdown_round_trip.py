"""What is written as Markdown reads back as the same blocks, for any text in any place."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

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
    merged,
)
from circle_app.documents.markdown import block_lines, to_markdown
from circle_app.documents.markdown_view import to_blocks

# Text as it comes out of the workspace: no control characters, no halves of characters, no unassigned ones.
LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co"))
MARKISH = st.sampled_from("*_`~[]()<>#+-=.!|\\&;:1a \u00a0{}\"'/")
LINE = st.text(st.one_of(MARKISH, LETTERS), min_size=1, max_size=12)
LINES = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
LINKS = st.sampled_from(["", "", "https://example.org/a_b*c?x=1&amp=2", "mailto:a@example.org", "http://x.example/(y)"])


@st.composite
def styled(draw: st.DrawFn, *, words: st.SearchStrategy[str] = LINES) -> Run:
    code = draw(st.integers(0, 4)) == 0
    flags = [draw(st.booleans()) for _ in range(3)]
    body = draw(LINE if code else words)
    return Run(body, bold=flags[0], italic=flags[1], strike=flags[2], code=code, link=draw(LINKS))


RUNS: st.SearchStrategy[Runs] = st.lists(styled(), min_size=1, max_size=4).map(merged)
ROW: st.SearchStrategy[Runs] = st.lists(styled(words=LINE), max_size=3).map(merged)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(1, 3))
    row = st.tuples(*[ROW] * width)
    align = draw(st.tuples(*[st.sampled_from(["", "left", "center", "right"])] * width))
    return Table(draw(row), tuple(draw(st.lists(row, max_size=3))), align if any(align) else ())


LEAF: st.SearchStrategy[Block] = st.one_of(
    RUNS.map(Paragraph),
    st.tuples(st.integers(1, 6), ROW).map(lambda pair: Heading(*pair)),
    st.tuples(st.text(st.one_of(MARKISH, st.just("\n"), LETTERS), max_size=30), st.sampled_from(["", "python"])).map(
        lambda pair: Code(*pair)
    ),
    st.just(Rule()),
    tables(),
)


def containers(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    items = st.lists(inner, min_size=1, max_size=3).map(lambda blocks: ListItem(tuple(blocks)))
    tasks = st.tuples(RUNS.map(Paragraph), st.booleans()).map(lambda pair: ListItem((pair[0],), done=pair[1]))
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda blocks: Quote(tuple(blocks))),
        st.lists(items, min_size=1, max_size=3).map(lambda i: ListBlock(tuple(i))),
        st.lists(tasks, min_size=1, max_size=3).map(lambda i: ListBlock(tuple(i))),
        st.tuples(st.lists(items, min_size=1, max_size=3), st.integers(0, 99)).map(
            lambda pair: ListBlock(tuple(pair[0]), pair[1])
        ),
    )


BLOCKS = st.lists(st.recursive(LEAF, containers, max_leaves=5), max_size=4).map(tuple)


def again(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return to_blocks("\n".join(block_lines(blocks)))


@settings(max_examples=150, deadline=None)
@given(LINES)
@example("1. not a list")
@example("- not a list\n+ nor this\n# no heading\n> no quote\n=== no underline")
@example("    not code")
@example("| no | table |\n|---|---|")
@example("[x]: http://example.org")
@example("&amp; &#35; <b>bold</b> ![image](x)")
@example("a  \nb\\")
def test_plain_text_reads_back_letter_for_letter(words: str) -> None:
    assert again((Paragraph((Run(words),)),)) == (Paragraph((Run(words),)),)


@settings(max_examples=150, deadline=None)
@given(RUNS)
@example((Run("a", bold=True), Run("b", italic=True), Run("c", bold=True, italic=True)))
@example((Run("stop."), Run("(now)", bold=True), Run("go")))
@example((Run(" a ", bold=True, link="https://example.org/"), Run("b ", bold=True)))
@example((Run("Look!"), Run("here", link="https://example.org/")))
def test_styled_text_reads_back_with_its_styles(runs: Runs) -> None:
    assert again((Paragraph(runs),)) == (Paragraph(merged(runs)),)


@settings(max_examples=150, deadline=None)
@given(BLOCKS)
@example((ListBlock((ListItem((Paragraph((Run(" "),)),), done=False),)),))
def test_any_document_reads_back_as_the_same_blocks(blocks: tuple[Block, ...]) -> None:
    assert again(blocks) == blocks


def test_a_document_begins_with_its_title() -> None:
    written = to_markdown(Document("Elm *Street* #1", (Paragraph((Run("hello"),)),)))
    assert written == "# Elm \\*Street\\* \\#1\n\nhello\n"


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        (ListBlock((ListItem((Paragraph((Run("Walk & notice"),)),), done=False),)), ["- [ ] Walk & notice"]),
        (Paragraph((Run("It is "), Run("good", bold=True), Run(" to stay."))), ["It is **good** to stay."]),
        (Paragraph((Run("Bring 12 pots (or more), at 5 p.m.!"),)), ["Bring 12 pots (or more), at 5 p.m.!"]),
    ],
)
def test_ordinary_text_stays_readable(block: Block, lines: list[str]) -> None:
    assert block_lines((block,)) == lines
