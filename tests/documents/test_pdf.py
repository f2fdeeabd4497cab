"""The printed page: every line is in it, also for a reader of the text, and nothing is loaded from anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from circle_app.documents.blocks import Document, Heading, ListBlock, ListItem, Paragraph, Run, Table, paragraph, text
from circle_app.documents.labels import Labels
from circle_app.documents.markdown_view import to_blocks
from circle_app.errors import CircleError
from ui.printing.pdf import write_pdf

SOURCE = """
## Who was here

- **Here**: João Prates, Łucja Nowak, Amina
- Came later: 1234567890

1. first thing
2. second thing

- [ ] Ask the council for the tree-pit map
- [x] Bring the key

| Step | Planned |
|---|--:|
| Welcome & check-in | 10 min |

> Planters instead of bollards

See [the map](https://example.org/map).
"""


def pages(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]


def test_every_word_can_be_read_out_of_the_pdf(qapp: Any, tmp_path: Path) -> None:
    target = tmp_path / "notes.pdf"
    write_pdf(Document("What could our street become? Affine, official, JQXZ", to_blocks(SOURCE)), target)
    (page,) = pages(target)
    for words in (
        "What could our street become? Affine, official, JQXZ", "Who was here", "Here: João Prates, Łucja Nowak, Amina",
        "1234567890", "1. first thing", "Ask the council for the tree-pit map", "Bring the key", "Step Planned",
        "Welcome & check-in 10 min", "Planters instead of bollards", "the map (https://example.org/map)", "Page 1 of 1",
    ):  # fmt: skip
        assert words in page


def test_no_line_of_a_long_run_is_lost_or_printed_twice(qapp: Any, tmp_path: Path) -> None:
    target = tmp_path / "long.pdf"
    items = tuple(ListItem((paragraph(f"line-{n:04d}"),), done=n % 2 == 0) for n in range(400))
    rows = tuple((text(f"row-{n:04d}"), text("5 min")) for n in range(100))
    write_pdf(Document("Long", (ListBlock(items), Table((text("Step"), text("Planned")), rows))), target)
    found = pages(target)
    everything = " ".join(found)
    assert len(found) > 10
    assert [everything.count(f"line-{n:04d}") for n in range(400)] == [1] * 400
    assert [everything.count(f"row-{n:04d}") for n in range(100)] == [1] * 100
    assert all(f"Page {n} of {len(found)}" in page for n, page in enumerate(found, 1))


@pytest.mark.parametrize("lines", range(30, 46))
def test_no_heading_is_left_alone_at_the_foot_of_a_page(qapp: Any, tmp_path: Path, lines: int) -> None:
    target = tmp_path / "headings.pdf"
    above = tuple(paragraph(f"above-{n}") for n in range(lines))
    after = (Heading(2, text("Outer")), Heading(3, text("Inner")), paragraph("below"))
    write_pdf(Document("Headings", above + after), target)
    (page,) = [page for page in pages(target) if "below" in page]
    assert "Outer" in page
    assert "Inner" in page


def test_pages_have_the_size_asked_for(qapp: Any, tmp_path: Path) -> None:
    for page, (width, height) in {"A4": (595, 842), "A5": (420, 595), "Letter": (612, 792)}.items():
        write_pdf(Document("Size", (paragraph("x"),)), tmp_path / f"{page}.pdf", page)
        with pypdfium2.PdfDocument(tmp_path / f"{page}.pdf") as pdf:
            assert [round(side) for side in pdf[0].get_size()] == pytest.approx([width, height], abs=1)


def test_a_right_to_left_document_starts_at_the_right(qapp: Any, tmp_path: Path) -> None:
    target = tmp_path / "rtl.pdf"
    labels = Labels(page="{page} / {pages}")
    write_pdf(
        Document(
            "12",
            (
                Paragraph((Run("Elm"),)),
                ListBlock((ListItem((paragraph("1"),)),)),
            ),
            "ar",
        ),
        target,
        labels=labels,
    )
    with pypdfium2.PdfDocument(target) as pdf:
        page = pdf[0]
        half = page.get_width() / 2
        body = page.get_textpage().get_text_bounded(left=half)
        foot = page.get_textpage().get_text_bounded(right=half)
    assert "12" in body
    assert "Elm" in body
    assert "1 / 1" in foot


def test_markup_in_peoples_words_is_printed_and_never_loaded(qapp: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("private", encoding="utf-8")
    source = f'<img src="{secret.as_uri()}"> ![map]({secret.as_uri()}) [open]({secret.as_uri()})\n\n<h1>big</h1>'
    target = tmp_path / "notes.pdf"
    write_pdf(Document("<b>Title</b>", to_blocks(source)), target)
    (page,) = pages(target)
    assert "<b>Title</b>" in page
    assert "<h1>big</h1>" in page
    assert "private" not in page


def test_a_place_that_cannot_be_written_is_said_in_words_and_leaves_the_old_file(qapp: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(CircleError) as refused:
        write_pdf(Document("T"), tmp_path / "file" / "notes.pdf")
    assert refused.value.next_step
    occupied = tmp_path / "folder.pdf"
    occupied.mkdir()
    with pytest.raises(CircleError):
        write_pdf(Document("T"), occupied)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder.pdf"]


def test_writing_again_replaces_the_file_and_leaves_no_other(qapp: Any, tmp_path: Path) -> None:
    target = tmp_path / "notes.pdf"
    for words in ("first", "second"):
        write_pdf(Document("T", (paragraph(words),)), target)
    assert "second" in pages(target)[0]
    assert [p.name for p in tmp_path.iterdir()] == ["notes.pdf"]


def test_large_print_is_the_same_words_at_eighteen_points(qapp: Any, tmp_path: Path) -> None:
    rows = tuple((text(str(n)), text(f"Person {n:02d}"), ()) for n in range(1, 41))
    document = Document("What could our street become?", (Table((text("No."), text("Name"), text("Signature")), rows),))
    write_pdf(document, tmp_path / "usual.pdf")
    write_pdf(document, tmp_path / "large.pdf", large=True)
    usual, large = (" ".join(pages(tmp_path / name)) for name in ("usual.pdf", "large.pdf"))
    for n in range(1, 41):
        assert usual.count(f"{n} Person {n:02d}") == large.count(f"{n} Person {n:02d}") == 1
    heights = []
    for name in ("usual.pdf", "large.pdf"):
        with pypdfium2.PdfDocument(tmp_path / name) as pdf:
            page = pdf[0].get_textpage()
            at = page.get_text_range().index("Person 01")
            _left, bottom, _right, top = page.get_charbox(at)
            heights.append(top - bottom)
            assert pdf[0].get_size() == pytest.approx((595, 842), abs=1)
    assert heights[1] / heights[0] == pytest.approx(1.7, abs=0.05)


def test_the_columns_of_a_table_are_mirrored_where_one_reads_from_the_right(qapp: Any, tmp_path: Path) -> None:
    table = Table((text("First"), text("Last")), ((text("11"), text("22")),), ("", "right"))
    for language, before in (("en", True), ("ar", False)):
        write_pdf(Document("T", (table, ListBlock((ListItem((paragraph("word"),)),))), language), tmp_path / "t.pdf")
        with pypdfium2.PdfDocument(tmp_path / "t.pdf") as pdf:
            page = pdf[0].get_textpage()
            words = page.get_text_range()
            first, last = (page.get_charbox(words.index(word))[0] for word in ("First", "Last"))
            assert (first < last) == before
            eleven, mark = (page.get_charbox(words.index(word)) for word in ("11", "\u2022"))
            assert (eleven[0] < 300) == before
            near = page.get_charbox(words.index("w" if before else "d"))
            assert (near[0] - mark[2] if before else mark[0] - near[2]) > 3, "the mark stands apart"
