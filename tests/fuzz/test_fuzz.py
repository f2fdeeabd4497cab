"""A sample of what `python -m tests.fuzz` tries, and everything that once broke a parser."""

from __future__ import annotations

import pytest

from tests.fuzz.run import fuzzed, replayed
from tests.fuzz.targets import Target, all_targets

TARGETS = all_targets()
SAMPLE = 150


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_bytes_of_others_are_taken_or_refused_and_nothing_else(name: str) -> None:
    for report in (replayed(TARGETS[name]), fuzzed(TARGETS[name], SAMPLE, seed=1)):
        assert not report.broken, "\n".join(f"{data[:200]!r}\n{trace}" for data, trace in report.broken)


def test_a_parser_with_a_hole_is_found_out() -> None:
    def holed(data: bytes) -> object:
        return data[int.from_bytes(data[:1], "big") % 64]

    assert fuzzed(Target("holed", holed, (), (bytes(64),)), SAMPLE, seed=1).broken


def test_the_same_seed_gives_the_same_inputs() -> None:
    seen: list[list[bytes]] = [[], []]
    for inputs in seen:
        fuzzed(Target("listening", inputs.append, (), (b"one", b"two")), SAMPLE, seed=7)
    assert seen[0] == seen[1] and len(set(seen[0])) > SAMPLE / 2
