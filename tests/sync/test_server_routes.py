"""There is one spelling of every address of the server, and one call behind it."""

from __future__ import annotations

import pytest

from sync import wire
from sync.server import calls
from sync.server.auth import Refused
from sync.server.routes import ROUTES, found, tree_of

TREE = tree_of(ROUTES)
SPACE = "0a" * 32


def test_every_call_is_found_at_its_address() -> None:
    for route in ROUTES:
        path = route.path.replace("{space}", SPACE)
        assert found(TREE, route.method, path.encode())[0].path == route.path


def test_the_named_parts_of_a_path_are_told() -> None:
    path = wire.ROUTE_ENVELOPE.replace("{space}", SPACE).replace("{epoch}", "0b" * 16)
    route, params = found(TREE, "GET", path.encode())
    assert route.handler is calls.envelope
    assert params == {"space": SPACE, "epoch": "0b" * 16}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/v1",
        "/v1/",
        "/v1/info/",
        "//v1/info",
        "/V1/info",
        "/v1/inf%6f",
        "/v1/../v1/info",
        "/v1/s/x/changesets/y",
    ],
)
def test_another_spelling_is_nothing(path: str) -> None:
    with pytest.raises(Refused) as told:
        found(TREE, "GET", path.encode())
    assert told.value.status == 404


def test_another_method_is_not_allowed() -> None:
    with pytest.raises(Refused) as told:
        found(TREE, "DELETE", wire.ROUTE_INFO.encode())
    assert told.value.status == 405
