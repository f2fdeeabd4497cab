"""The four papers of an evening need one colour of ink, in usual letters and in large ones, and lose no word in either."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from circle_app.documents.blocks import Document
from circle_app.documents.papers import agenda_sheet, task_list
from circle_app.documents.role_cards import role_cards
from circle_app.documents.signin import sign_in_sheet
from circle_app.domain.ids import Ref
from circle_app.workspace.commands.tasks import add_task, finish_task
from circle_app.workspace.db import Workspace
from tests.documents.test_one_page import evening
from tests.support.workspaces import new_workspace
from ui.printing.pdf import write_pdf

PAPERS: dict[str, Callable[[Workspace, Ref], Document]] = {
    "agenda": lambda ws, ref: agenda_sheet(ws, ref, methods=True),
    "role cards": role_cards,
    "sign-in sheet": sign_in_sheet,
    "task list": lambda ws, ref: task_list(ws, ref.space),
}
TINT = 40
"""So far apart may red, green and blue be in a grey that is a little warm; black ink alone prints it as grey."""


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_prints_in_one_colour_and_large_with_the_same_words(qapp: Any, tmp_path: Path, paper: str) -> None:
    with new_workspace(tmp_path / "ana") as ws:
        ref = evening(ws, 6)
        for number in range(20):
            task = add_task(ws, ref.space, title=f"Promise {number}", due=f"2026-12-{number + 1:02}")
            if not number % 3:
                finish_task(ws, task)
        document = PAPERS[paper](ws, ref)
    told = []
    for large in (False, True):
        write_pdf(document, tmp_path / "paper.pdf", large=large)
        with pypdfium2.PdfDocument(tmp_path / "paper.pdf") as pdf:
            words: list[str] = []
            heights = []
            for page in pdf:
                text = page.get_textpage()
                words += (word for word in _WORD.findall(text.get_text_range()) if word not in _FOOT)
                heights += [
                    top - bottom for _left, bottom, _right, top in map(text.get_charbox, range(text.count_chars()))
                ]
                _is_grey(page)
            told.append((sorted(set(words)), sorted(heights)[len(heights) // 2], len(pdf)))
    (usual, low, few), (large_words, high, many) = told
    assert usual == large_words
    assert high > low and many >= few


_WORD = re.compile(r"[A-Za-z0-9:.,?]+")
"""Words as they come out of a PDF in one piece, whatever the line; marked letters of other scripts come out apart."""
_FOOT = {"Page", "of", *map(str, range(100))}


def _is_grey(page: pypdfium2.PdfPage) -> None:
    picture = page.render(scale=1)
    wide, step, dots = picture.n_channels, picture.stride, bytes(picture.buffer)
    seen: set[tuple[int, ...]] = set()
    for row in range(picture.height):
        line = dots[row * step : row * step + picture.width * wide]
        seen.update(zip(line[0::wide], line[1::wide], line[2::wide], strict=True))
    assert max(max(dot) - min(dot) for dot in seen) <= TINT
    assert min(max(dot) for dot in seen) < 60, "and the letters are black"
