"""A card for each role: a page in large letters with who holds it, what it does and the steps of the evening."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from circle_app.documents.blocks import Heading, plain
from circle_app.documents.duties import ENGLISH_DUTIES
from circle_app.documents.html import to_html
from circle_app.documents.markdown import to_markdown
from circle_app.documents.role_cards import role_cards
from circle_app.domain.rules import WILLING
from circle_app.workspace.commands.attendance import mark, set_children, set_coming
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.db import Workspace
from tests.documents.test_one_page import evening, words
from tests.support.workspaces import new_circle, new_workspace
from ui.printing.pdf import page_count, write_pdf
from ui.views.duty_words import duties


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with new_workspace(tmp_path / "ana") as opened:
        yield opened


@pytest.mark.parametrize("steps", [6, 15])
def test_each_role_has_a_page_of_its_own(qapp: Any, ws: Workspace, tmp_path: Path, steps: int) -> None:
    cards = role_cards(ws, evening(ws, steps))
    write_pdf(cards, tmp_path / "cards.pdf")
    pages = words(tmp_path / "cards.pdf")
    assert len(pages) == len(WILLING) == page_count(cards)
    titles = ("Facilitates: Łucja Nowak", "Hosts: …", "Wrangles: …", "Takes notes: ", "Keeps time: …")
    for (_role, told), title, page in zip(ENGLISH_DUTIES, titles, pages, strict=True):
        assert page.startswith(title)
        assert "What could our street become?" in page and "18:30" in page
        assert all(line in page for line in (*told.before, *told.during, *told.after))
    last = f"Step {steps - 1} of"
    assert [last in page for page in pages] == [True, False, False, True, True]


@pytest.mark.parametrize("page", ["A4", "Letter"])
@pytest.mark.parametrize("steps", [6, 15])
def test_a_large_card_goes_on_only_between_its_parts(
    qapp: Any, ws: Workspace, tmp_path: Path, steps: int, page: str
) -> None:
    """In letters of 18 points a card and its steps are too much for one page: the steps have one of their own."""
    write_pdf(role_cards(ws, evening(ws, steps)), tmp_path / "cards.pdf", page, large=True)
    pages = words(tmp_path / "cards.pdf")
    last = f"Step {steps - 1} of"
    for _role, told in ENGLISH_DUTIES:
        own = (*told.before, *told.during, *told.after)
        assert [sum(line in each for line in own) for each in pages].count(len(own)) == 1, "its duties on one page"
    tables = [each for each in pages if "Step 0 of" in each]
    assert len(pages) == 8 and len(tables) == 3 and all(last in each and "Before" not in each for each in tables)


def test_letters_are_larger_than_on_other_papers(qapp: Any, ws: Workspace, tmp_path: Path) -> None:
    write_pdf(role_cards(ws, evening(ws, 4)), tmp_path / "cards.pdf")
    with pypdfium2.PdfDocument(tmp_path / "cards.pdf") as pdf:
        _left, bottom, _right, top = pdf[1].get_textpage().get_charbox(0)
    assert top - bottom > 20, "an H of the title"


def test_a_meeting_without_a_plan_or_a_date_has_cards_too(qapp: Any, ws: Workspace) -> None:
    ref = plan_meeting(ws, new_circle(ws), title="Some day")
    cards = role_cards(ws, ref)
    titles = [plain(block.runs) for block in cards.blocks if isinstance(block, Heading) and block.level == 1]
    assert titles[0] == "Facilitates: …" and len(titles) == 5
    assert page_count(cards) == 5
    assert "Some day" in to_markdown(cards) and "Some day" in to_html(cards)


def test_the_card_of_the_host_counts_what_is_needed_and_names_nobody(qapp: Any, ws: Workspace) -> None:
    space = new_circle(ws, me="Amina Diallo")
    ref = plan_meeting(ws, space, title="Elm Street")
    given = ("step-free", "children", "children,step-free", "a low chair", "interpreter", "step-free")
    people = [add_person(ws, space, name=f"Person {n}", needs=needs) for n, needs in enumerate(given)]
    set_coming(ws, ref, people[5], "no")
    mark(ws, ref, people[4], status="excused")
    mark(ws, ref, people[2], status="present")
    set_children(ws, ref, people[2], 3)
    told = to_markdown(role_cards(ws, ref))
    needed = "## What is needed\n\n- Step-free seats: 2\n- Children: 4\n- a low chair: 1\n"
    assert told.count(needed) == 1 and told.index("# Hosts") < told.index(needed) < told.index("# Wrangles")
    assert "Person" not in told


def test_the_interface_has_the_same_duties(qapp: Any) -> None:
    assert duties() == ENGLISH_DUTIES
