"""Every way in which a sync can fail has one sentence, one next step, and words of its own on the page."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.errors import SyncProblem
from sync import wire
from sync.client.refused import RolledBack, push_refused
from sync.refusals import REFUSALS
from ui.views.synccentre_words import problem_words

ROOT = Path(__file__).resolve().parents[2]


def raised() -> Iterator[tuple[str, str, str]]:
    """(code, sentence, next step) of every problem that the sources of the client and the wire can raise."""
    for file in sorted((ROOT / "sync").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "SyncProblem"):
                continue
            code = next(
                (k.value.value for k in node.keywords if k.arg == "code" and isinstance(k.value, ast.Constant)), ""
            )
            texts = [a.value if isinstance(a, ast.Constant) else "" for a in node.args]
            yield str(code), str(texts[0] if texts else ""), str(texts[1] if len(texts) > 1 else "")


KNOWN = {code: (sentence, step) for code, sentence, step in raised() if code}


def test_the_sources_were_read() -> None:
    assert set(KNOWN) >= {"offline", "captive_portal", "proxy", "tls", "inbox_full", "quota", "no_access", "copied"}


@pytest.mark.parametrize("code", sorted(KNOWN))
def test_every_problem_says_what_happened_and_what_to_do(code: str) -> None:
    sentence, step = KNOWN[code]
    assert sentence.endswith(".") and step, f"{code} needs a sentence and a next step"
    assert problem_words(code) != problem_words("something_new"), f"the page has no words for {code}"
    assert "_" not in problem_words(code)


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_refusal_of_our_own_change_says_what_to_do(code: str) -> None:
    result = wire.PushResult(b"i" * 32, wire.REFUSED, 0, code, 0, bytes(32))
    try:
        problem: SyncProblem = push_refused(result, after=0)
    except RolledBack as rolled:
        problem = rolled
    except SyncProblem as told:
        problem = told
    assert problem.sentence.endswith(".") and problem.next_step
    assert problem_words(problem.code) != problem_words("something_new")


def test_two_different_problems_never_read_the_same() -> None:
    said = {code: problem_words(code) for code in KNOWN}
    assert len(set(said.values())) == len(said)
