"""Foreign Markdown as blocks: nothing is loaded, nothing runs, nothing takes for ever."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.documents.blocks import Code, Heading, ListBlock, Paragraph, Quote, Rule, Run, Table, plain
from circle_app.documents.markdown_view import SOURCE_CHARS_MAX, to_blocks


def runs(source: str) -> tuple[Run, ...]:
    (block,) = to_blocks(source)
    assert isinstance(block, Paragraph)
    return block.runs


def test_a_note_becomes_its_blocks() -> None:
    source = (
        "# Hi\n\nSome **bold** text\nand more\n\n- [ ] one\n- [x] two\n\n3. three\n\n> said\n\n```py\nx\n```\n\n---\n"
    )
    blocks = to_blocks(source)
    assert [type(b) for b in blocks] == [Heading, Paragraph, ListBlock, ListBlock, Quote, Code, Rule]
    assert blocks[1] == Paragraph((Run("Some "), Run("bold", bold=True), Run(" text and more")))
    assert isinstance(blocks[2], ListBlock)
    assert isinstance(blocks[3], ListBlock)
    assert [item.done for item in blocks[2].items] == [False, True]
    assert blocks[3].start == 3
    assert blocks[5] == Code("x", "py")


def test_a_table_keeps_header_rows_and_alignment() -> None:
    assert to_blocks("| a | b |\n|---|--:|\n| 1 | *2* |") == (
        Table(((Run("a"),), (Run("b"),)), (((Run("1"),), (Run("2", italic=True),)),), ("", "right")),
    )


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "file:///etc/passwd", "//host/share", "\\\\host\\share", "data:text/html,x", "vbscript:x",
     "JaVaScRiPt:x", "/etc/passwd", "ftp://x", "https\t://x", "http:x", "ms-word:ofe|u|x"],
)  # fmt: skip
def test_a_link_to_anything_but_web_or_mail_is_only_words(target: str) -> None:
    for source in (f"[words](<{target}>)", f'<a href="{target}">words</a>', f"![words](<{target}>)"):
        assert [r.link for b in to_blocks(source) if isinstance(b, Paragraph) for r in b.runs] in ([""], [])
        assert "words" in plain(runs(source))


@pytest.mark.parametrize("target", ["https://example.org/a", "http://example.org/", "mailto:a@example.org"])
def test_web_and_mail_links_stay_links(target: str) -> None:
    assert runs(f"[words]({target})") == (Run("words", link=target),)
    assert runs(f"<{target.removeprefix('mailto:')}>")[0].link == target


def test_an_image_becomes_its_description() -> None:
    assert runs("before ![a *map*](https://example.org/x.png) after") == (
        Run("before a "), Run("map", italic=True), Run(" after")
    )  # fmt: skip


def test_html_stays_visible_as_text() -> None:
    for source in (
        "<script>alert(1)</script>",
        "<h1>big</h1>",
        "<img src='file:///x'>",
        "a <b>c</b>",
        "<!-- hidden -->",
    ):
        assert plain(runs(source)) == source
        assert all(r.link == "" for r in runs(source))


def test_the_html_that_courses_put_around_their_words_is_understood() -> None:
    assert runs('Go to <a href="https://example.org/?a=1&amp;b=2" target="_blank">the *forum*</a> now') == (
        Run("Go to "),
        Run("the ", link="https://example.org/?a=1&b=2"),
        Run("forum", italic=True, link="https://example.org/?a=1&b=2"),
        Run(" now"),
    )
    film = "https://www.example.org/embed/x"
    assert runs(f'<div class="e"><iframe width="560" src="{film}" allowfullscreen></iframe> </div>')[0] == Run(
        film, link=film
    )
    assert runs('<p class="c">one<br>two</p>') == (Run("one\ntwo"),)
    assert to_blocks("<div></div>") == ()


def test_a_tag_that_is_never_closed_reaches_no_further_than_its_paragraph() -> None:
    first, second = to_blocks('<a href="https://example.org/">open\n\nnext')
    assert first == Paragraph((Run("open", link="https://example.org/"),))
    assert second == Paragraph((Run("next"),))


@pytest.mark.parametrize(
    "source",
    [">" * 20_000 + " deep", "- " * 20_000 + "x", "[" * 20_000, "*" * 40_000, "<div>" * 20_000, "`" * 20_001 + "x",
     "![" * 10_000 + "x", "| a " * 3_000 + "|\n" + "|---" * 3_000 + "|\n", "<a href='" * 5_000, "&" * 50_000],
    ids=["quotes", "lists", "brackets", "stars", "tags", "ticks", "images", "columns", "anchors", "references"],
)  # fmt: skip
def test_hostile_nesting_is_read_in_bounded_time(source: str) -> None:
    before = time.perf_counter()
    to_blocks(source)
    assert time.perf_counter() - before < 10


def test_a_huge_text_is_shown_as_it_is() -> None:
    source = "# x\n" * SOURCE_CHARS_MAX
    assert to_blocks(source) == (Paragraph((Run(source),)),)


@given(st.text(st.sampled_from("*_`~[]()<>#+-=.!|\\&;:1ax \n\t\"'/"), max_size=60))
def test_any_text_becomes_blocks_and_keeps_its_letters(source: str) -> None:
    shown = str(to_blocks(source))
    assert source.count("x") >= shown.count("x") - shown.count("text")
