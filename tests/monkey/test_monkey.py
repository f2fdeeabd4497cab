"""A few seeds of the monkey, each on a window of its own; `python -m tests.monkey` plays more and longer ones."""

from __future__ import annotations

import pytest

from tests.monkey.__main__ import told


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_pressed_the_window_goes_on_and_all_of_it_can_be_taken_back(seed: int) -> None:
    code, said = told(seed, 400)
    assert code == 0, said
