"""The threat model promises nothing that no test shows."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "threat-model.md").read_text("utf-8")


def test_every_test_it_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", TEXT))
    written = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^\s*(?:async )?def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    }
    assert len(named) > 20
    assert named - written == set()


def test_every_vector_it_names_exists() -> None:
    bad = json.loads((ROOT / "tests" / "vectors" / "changesets.json").read_text("utf-8"))["bad"]
    known = {case["code"] for case in bad} | {case["name"] for case in bad}
    for line in TEXT.splitlines():
        if "| vectors " in line:
            cell = line.split("| vectors ")[1].split(";")[0]
            assert set(re.findall(r"`([a-z_]+)`", cell)) <= known
    assert "an invite for organizers" in known
