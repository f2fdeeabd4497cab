"""`docs/features.md` names the tests that decide each feature; here, that these exist and that no row goes without."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAP = (ROOT / "docs" / "features.md").read_text("utf-8")
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
ROWS = [
    line for line in MAP.splitlines() if line.startswith("|") and not re.match(r"\|[-|]+$|\| \| feature|\| part", line)
]


@pytest.mark.parametrize("path", sorted({path for path, _name in NAMED.findall(MAP)}))
def test_every_test_that_is_named_exists(path: str) -> None:
    tree = ast.parse((ROOT / "tests" / path).read_text("utf-8"))
    there = {part.name for part in ast.walk(tree) if isinstance(part, ast.FunctionDef)}
    named = {name for at, name in NAMED.findall(MAP) if at == path}
    assert named <= there
    assert all(name.startswith("test_") for name in named)


def test_every_row_names_a_test_and_every_feature_stands_once() -> None:
    assert len(ROWS) > 50
    assert [row for row in ROWS if not NAMED.search(row)] == []
    assert [row for row in ROWS if row.count("`") != 2 * len(NAMED.findall(row))] == [], "a name that is none"
    numbers = re.findall(r"^\| (F\d+) ", MAP, flags=re.MULTILINE) + re.findall(r"\((F\d+)\)", MAP)
    assert len(set(numbers)) == len(numbers)
