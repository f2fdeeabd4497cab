"""The HTML export: one file, accessible, and harmless whatever the words are."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.documents.blocks import (
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
    paragraph,
    text,
)
from circle_app.documents.html import to_html
from circle_app.documents.labels import Labels

VOID = {"meta", "br", "hr", "input"}


@dataclass
class Page(HTMLParser):
    """Elements, attributes and words of a page; fails on a tag closed in the wrong order."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    standing: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.standing.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.standing.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    assert page.standing == []
    return page


EVERYTHING = Document(
    "Notes & more",
    (
        Heading(2, text("Here")),
        Paragraph((Run("a\nb", bold=True, italic=True), Run("c", strike=True), Run("d", code=True))),
        Paragraph((Run("map", link="https://example.org/?a=1&b=2"), Run("bad", link="javascript:alert(1)"))),
        ListBlock((ListItem((paragraph("one"),), done=True), ListItem((paragraph("two"),), done=False))),
        ListBlock((ListItem((paragraph("x"), ListBlock((ListItem((paragraph("y"),)),)))),), start=4),
        Table((text("Step"), text("Took")), ((text("Welcome"), text("9 min")),), ("", "right")),
        Quote((paragraph("said"),)),
        Code("a < b\n  c"),
        Rule(),
    ),
    "en-GB",
)


def test_a_page_has_language_title_headings_and_table_headers() -> None:
    page = read(to_html(EVERYTHING))
    assert ("html", {"lang": "en-GB", "dir": "ltr"}) in page.tags
    assert [tag for tag, _ in page.tags if tag in ("main", "h1", "h2", "table", "thead", "tbody")] == [
        "main", "h1", "h2", "table", "thead", "tbody"
    ]  # fmt: skip
    assert [a.get("scope") for tag, a in page.tags if tag == "th"] == ["col", "col"]
    assert [(("checked" in a), a["aria-label"]) for tag, a in page.tags if tag == "input"] == [
        (True, "done"), (False, "to do")
    ]  # fmt: skip
    assert ("ol", {"start": "4"}) in page.tags
    assert "a < b\n  c" in page.words


def test_only_web_and_mail_links_are_links() -> None:
    page = read(to_html(EVERYTHING))
    assert [a["href"] for tag, a in page.tags if tag == "a"] == ["https://example.org/?a=1&b=2"]
    assert "bad" in page.words


def test_nothing_is_loaded_from_anywhere() -> None:
    html = to_html(EVERYTHING)
    page = read(html)
    assert not {"link", "script", "img", "iframe", "object", "base", "form"} & {tag for tag, _ in page.tags}
    assert {name for tag, a in page.tags for name in a if tag not in ("th", "td")}.isdisjoint(
        {"src", "srcset", "style"}
    )
    assert "url(" not in html
    assert "@import" not in html
    policy = next(a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("he-IL", "rtl"), ("en", "ltr"), ("pl", "ltr")])
def test_the_page_runs_in_the_direction_of_its_language(language: str, direction: str) -> None:
    assert ("html", {"lang": language, "dir": direction}) in read(to_html(Document("T", (), language))).tags


def test_the_words_for_boxes_come_from_the_labels() -> None:
    page = read(to_html(EVERYTHING, Labels(done="erledigt", to_do='"offen"')))
    assert [a["aria-label"] for tag, a in page.tags if tag == "input"] == ["erledigt", '"offen"']


def test_dark_and_paper_are_thought_of() -> None:
    html = to_html(EVERYTHING)
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html


@given(st.text(st.sampled_from("<>&\"'=/ abscript:\n"), max_size=40), st.text(st.sampled_from("<>&\"' x-"), max_size=8))
def test_no_text_becomes_markup(words: str, language: str) -> None:
    cell = (Run(words, bold=True, link=words),) if words else ()
    blocks = (Heading(2, cell), Paragraph(cell), Table((cell,), ((cell,),)), Code(words), Quote((Paragraph(cell),)))
    page = read(to_html(Document(words, blocks, language)))
    allowed = {
        "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "table", "thead", "tbody", "tr", "th",
        "td", "pre", "code", "blockquote", "strong", "br",
    }  # fmt: skip
    assert {tag for tag, _ in page.tags} <= allowed
    assert words.replace("\n", "") in "".join(page.words).replace("\n", "")
