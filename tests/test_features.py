"""`docs/features.md` names the tests that decide each feature; here, that these exist and that no row goes without."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tools.gates import FEATURES, NAMED_TEST, feature_findings

ROOT = Path(__file__).resolve().parent.parent
MAP = (ROOT / FEATURES).read_text("utf-8")
ROWS = [
    line for line in MAP.splitlines() if line.startswith("|") and not re.match(r"\|[-|]+$|\| \| feature|\| part", line)
]


def test_every_test_that_is_named_exists() -> None:
    named = sorted({path for path, _name in NAMED_TEST.findall(MAP)})
    trees = {f"tests/{path}": ast.parse((ROOT / "tests" / path).read_text("utf-8")) for path in named}
    assert len(named) > 40
    assert list(feature_findings(MAP, trees)) == []
    assert all(name.startswith("test_") for _path, name in NAMED_TEST.findall(MAP))


def test_a_name_that_is_not_there_is_found() -> None:
    trees = {"tests/ui/test_a.py": ast.parse("def test_one(): ...")}
    text = "`ui/test_a.py::test_one`\n`ui/test_a.py::test_two` `ui/test_b.py::test_one`"
    assert [line for line, _words in feature_findings(text, trees)] == [2, 2]


def test_every_row_names_a_test_and_every_feature_stands_once() -> None:
    assert len(ROWS) > 50
    assert [row for row in ROWS if not NAMED_TEST.search(row)] == []
    assert [row for row in ROWS if row.count("`") != 2 * len(NAMED_TEST.findall(row))] == [], "a name that is none"
    numbers = re.findall(r"^\| (F\d+) ", MAP, flags=re.MULTILINE) + re.findall(r"\((F\d+)\)", MAP)
    assert len(set(numbers)) == len(numbers)
