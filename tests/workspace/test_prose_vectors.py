"""The vectors of texts: every implementation makes the same of the same edits."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from circle_app.domain.merge import CellOp
from circle_app.domain.prose_wire import decode_edit, encode_edit
from tests.vectors.texts import made_text

VECTORS = json.loads((Path(__file__).resolve().parents[1] / "vectors" / "texts.json").read_text("utf-8"))


def _name(case: dict[str, Any]) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", VECTORS["good"], ids=_name)
def test_an_edit_is_read_and_written_byte_for_byte(case: dict[str, Any]) -> None:
    value = bytes.fromhex(case["value"])
    read = decode_edit(value)
    assert read is not None and encode_edit(read) == value


@pytest.mark.parametrize("case", VECTORS["bad"], ids=_name)
def test_another_value_is_no_edit(case: dict[str, Any]) -> None:
    assert decode_edit(bytes.fromhex(case["value"])) is None


@pytest.mark.parametrize("case", VECTORS["stories"], ids=_name)
def test_the_same_edits_make_the_same_text_in_any_order(case: dict[str, Any]) -> None:
    edits = [
        CellOp(bytes.fromhex(stamp), bytes.fromhex(value), bytes.fromhex(base)) for stamp, value, base in case["edits"]
    ]
    gone = frozenset(bytes.fromhex(stamp) for stamp in case["gone"])
    chance = random.Random(1)
    for _ in range(4):
        assert made_text(edits, gone) == case["text"]
        chance.shuffle(edits)
