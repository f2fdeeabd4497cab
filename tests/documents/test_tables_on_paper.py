"""Tables on paper: their head is repeated only where rows go on, and every column keeps to its side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import QSizeF

from circle_app.documents.blocks import Document, Heading, Table, paragraph, text
from ui.printing.pdf import write_pdf
from ui.printing.print_document import PrintDocument, units

ARABIC = "فاطمة الزهراء"


def words_of(path: Path) -> Iterator[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        for page in pdf:
            yield " ".join(page.get_textpage().get_text_range().split())


@pytest.mark.parametrize(("large", "fillers", "counts"), [(False, (6, 7), (20, 34)), (True, (4, 5), (8, 22))])
def test_the_head_of_a_table_is_on_no_page_without_a_row(
    qapp: Any, tmp_path: Path, large: bool, fillers: tuple[int, ...], counts: tuple[int, int]
) -> None:
    """Among these are tables under which nothing but their own margin would be on the next page."""
    target = tmp_path / "table.pdf"
    lengths = set()
    for filler in fillers:
        for count in range(*counts):
            rows = tuple((text(f"row-{row}"), text("5 min")) for row in range(count))
            lines = tuple(paragraph(f"line {line}") for line in range(filler))
            table = Table((text("Step"), text("Planned")), rows)
            after = paragraph("To bring: a map of all three streets")
            write_pdf(Document("Plan", (*lines, table, after)), target, large=large)
            found = list(words_of(target))
            lengths.add(len(found))
            assert all(("Planned" in page) == ("row-" in page) for page in found), (filler, count)
    assert lengths == {1, 2}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_names_keep_to_the_side_of_the_page_whatever_way_they_are_read(qapp: Any, language: str) -> None:
    rows = tuple((text(str(number)), text(name), ()) for number, name in enumerate(("Ben", ARABIC), 1))
    table = Table((text("No."), text("Name"), text("Signature")), rows, widths=(10, 45, 45))
    document = PrintDocument()
    document.write(Document("Names", (table,), language=language))
    document.paginate(QSizeF(units(500), units(700)))
    near = {}
    block = document.begin()
    while block.isValid():
        if block.layout().lineCount():
            line, at = block.layout().lineAt(0).naturalTextRect(), block.layout().position().x()
            near[block.text()] = at + (line.right() if language == "ar" else line.left())
        block = block.next()
    assert near["Name"] == pytest.approx(near["Ben"], abs=2) == pytest.approx(near[ARABIC], abs=2)


def test_what_follows_a_table_keeps_its_distance(qapp: Any) -> None:
    document = PrintDocument()
    document.write(Document("Plan", (Table((text("Step"),), ((text("Welcome"),),)), paragraph("To bring: a map"))))
    document.paginate(QSizeF(units(500), units(700)))
    tops = {}
    block = document.begin()
    while block.isValid():
        tops[block.text()] = document.documentLayout().blockBoundingRect(block)
        block = block.next()
    assert tops["To bring: a map"].top() - tops["Welcome"].bottom() >= units(8)


LONG = "If you could change one thing between here and the school, what would it be, and who would have to help?"


@pytest.mark.parametrize("page", ["A4", "Letter"])
@pytest.mark.parametrize(("large", "fillers"), [(False, range(18, 46, 2)), (True, range(0, 26, 2))])
def test_no_row_goes_on_on_the_next_page_and_no_head_is_without_a_row(
    qapp: Any, tmp_path: Path, page: str, large: bool, fillers: range
) -> None:
    """A row may be long, and begin anywhere on a page."""
    target = tmp_path / "table.pdf"
    firsts = set()
    for filler in fillers:
        rows = tuple((text(f"begin-{row} {LONG} end-{row}"), text(f"lead-{row}")) for row in range(6))
        lines = tuple(paragraph(f"line {line}") for line in range(filler))
        table = Table((text("Step"), text("Planned")), rows, widths=(40, 60))
        above = Heading(2, text("Tonight")) if filler % 3 else paragraph("Tonight")
        write_pdf(Document("Plan", (*lines, above, table)), target, page, large=large)
        found = list(words_of(target))
        whole = [{f"{part}-{row}" in each for part in ("begin", "end", "lead")} for row in range(6) for each in found]
        assert all(len(parts) == 1 for parts in whole), filler
        assert all(("Planned" in each) == ("begin-" in each) for each in found), filler
        (first,) = [place for place, each in enumerate(found) if "Tonight" in each]
        assert "begin-0" in found[first] or not filler % 3, filler
        assert sum(each.count("begin-") for each in found) == 6
        firsts.add(first)
    assert firsts == {0, 1}
