"""The printed agenda is one page: of six steps or of fifteen with long questions, in small letters only when it must."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from circle_app.documents.blocks import (
    Document,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Run,
    lines_of,
    paragraph,
)
from circle_app.documents.markdown_view import to_blocks
from circle_app.documents.papers import agenda_sheet
from circle_app.domain.ids import Ref
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.series import give_roles
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.circles import my_circles
from tests.support.workspaces import new_circle, new_workspace
from ui.printing.pdf import page_count, write_pdf

QUESTION = (
    "If you could change one thing between here and the school, what would it be, and who would have to help with it?"
)
METHOD = "Everybody speaks once, nobody replies.\n\n1. Two minutes of silence\n2. Around the circle"


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with new_workspace(tmp_path / "ana") as opened:
        yield opened


def evening(ws: Workspace, steps: int) -> Ref:
    space = next((card.space for card in my_circles(ws)), None) or new_circle(ws)
    set_circle(ws, space, agreements="- We start on time\n- Who wants to may **pass**\n- What is said here stays here")
    people = [add_person(ws, space, name=name) for name in ("Łucja Nowak", "محمّد علي", "陳小明")]
    ref = plan_meeting(ws, space, title="What could our street become?", starts_at="2026-11-24T18:30", minutes=90)
    sections = ("Arriving", "Heart", "Closing")
    add_items(ws, ref, [
        {"title": f"Step {n} of a long evening", "minutes": 6, "question": QUESTION, "method": METHOD,
         "materials": f"thing {n}, pens", "lead": people[n % 3], "private_notes": "be brief",
         "section": sections[n * 3 // steps]}
        for n in range(steps)
    ])  # fmt: skip
    give_roles(ws, space, {(ref, "facilitate"): people[0], (ref, "notes"): people[1]})
    return ref


def words(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]


@pytest.mark.parametrize("steps", [6, 15])
@pytest.mark.parametrize("methods", [False, True])
def test_it_is_one_page_with_all_that_belongs_on_it(
    qapp: Any, ws: Workspace, tmp_path: Path, steps: int, methods: bool
) -> None:
    sheet = agenda_sheet(ws, evening(ws, steps), methods=methods)
    for size in ("A4", "Letter"):
        write_pdf(sheet, tmp_path / "agenda.pdf", size)
        (page,) = words(tmp_path / "agenda.pdf")
        assert page_count(sheet, size) == 1
        for told in (
            "18:30", f"Step {steps - 1} of", "who would have to help", "Łucja Nowak", "Arriving", "Heart", "Closing",
            f"thing {steps - 1}", "Facilitates", "We start on time", "may pass", "Page 1 of 1", f"{steps * 6} min",
        ):  # fmt: skip
            assert told in page, told
        assert ("Around the circle" in page) == methods
        assert "be brief" not in page


def test_a_short_agenda_keeps_the_usual_letters(qapp: Any, ws: Workspace, tmp_path: Path) -> None:
    """As high on the page as any other paper of as many words."""
    ref = evening(ws, 2)
    sheet = agenda_sheet(ws, ref)
    assert heights(sheet, tmp_path) == heights(Document(sheet.title, sheet.blocks, sheet.language), tmp_path)
    long = agenda_sheet(ws, evening(ws, 15))
    assert heights(long, tmp_path) < heights(Document(long.title, long.blocks, long.language), tmp_path)


def heights(document: Document, folder: Path) -> float:
    """How high the letters of the title are, in points."""
    write_pdf(document, folder / "x.pdf")
    with pypdfium2.PdfDocument(folder / "x.pdf") as pdf:
        _left, bottom, _right, top = pdf[0].get_textpage().get_charbox(0)
        return round(top - bottom, 1)


def test_what_would_be_too_small_to_read_flows_on(qapp: Any, ws: Workspace) -> None:
    assert page_count(agenda_sheet(ws, evening(ws, 60), methods=True)) > 1
    assert page_count(agenda_sheet(ws, evening(ws, 15)), large=True) > 1, "who asks for large letters gets them"


def test_words_of_blocks_line_by_line() -> None:
    assert lines_of(to_blocks("# How\n\n> slowly\n\n1. **One**  \nmore\n2. Two\n\n- a\n- b\n\n---")) == (
        "How", "slowly", "1. One more", "2. Two", "a", "b"
    )  # fmt: skip
    assert lines_of([Quote((ListBlock((ListItem((paragraph("x"), paragraph("y"))),), 3),))]) == ("3. x", "y")
    assert lines_of([Heading(1, ()), Paragraph((Run("a\nb"),))]) == ("a b",)
