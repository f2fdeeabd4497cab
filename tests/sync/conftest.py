"""What tests of the sync leave open without being about it is closed when they end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import lines


@pytest.fixture(autouse=True)
def _lines() -> Iterator[None]:
    yield
    lines.hang_up()
