"""The document of the server's calls is true: every call is in it, and whatever is asked, only what it says is answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from sync import wire
from sync.server.about import About
from sync.server.openapi import document
from sync.server.routes import FOR_OPERATORS, ROUTES
from tests.support.asking import Signing, World, settled
from tests.support.by_hand import NOW_MS, line
from tests.support.server import RunningServer

CALLS = ROUTES + FOR_OPERATORS
DOCUMENT = document(CALLS)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
BY_ADDRESS = {(route.method, route.path): route.about for route in CALLS}
MOST_INT, LEAST_INT = 2**64 - 1, -(2**63)


def plain(value: Any) -> Any:
    """What was made up for JSON as MessagePack can say it."""
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, int) and not LEAST_INT <= value <= MOST_INT:
        return str(value)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return bytes(value.data) if hasattr(value, "data") and isinstance(value.data, bytes) else value


@schemathesis.serializer(wire.MEDIA_TYPE)
def packed(_context: Any, value: Any) -> bytes:
    return msgspec.msgpack.encode(plain(value))


@schemathesis.serializer(wire.BLOB_TYPE)
def raw(_context: Any, value: Any) -> bytes:
    said = plain(value)
    return said if isinstance(said, bytes) else str(said).encode()


@pytest.fixture
def server(tmp_path: Path, database: str) -> Iterator[RunningServer]:
    running = RunningServer(
        tmp_path / "server",
        now_ms=lambda: NOW_MS,
        database=database,
        events_wait_s=0,
        device_per_second=0,
        address_per_second=0,
    )
    yield running
    running.stop()


def test_the_document_has_every_call_and_no_other() -> None:
    described = {(method.upper(), path) for path, calls in DOCUMENT["paths"].items() for method in calls}
    assert described == {(route.method, route.path) for route in CALLS}
    assert len(described) == len(CALLS)


def test_the_document_is_served_as_it_is_made(server: RunningServer) -> None:
    reply = requests.get(server.url + wire.ROUTE_OPENAPI, timeout=15)
    assert reply.headers["content-type"] == "application/json"
    assert reply.json() == json.loads(json.dumps(DOCUMENT))


def test_every_reference_in_the_document_leads_somewhere() -> None:
    text = json.dumps(DOCUMENT)
    for name in set(text.split('"#/components/schemas/')[1:]):
        assert name.split('"')[0] in DOCUMENT["components"]["schemas"]
    structs = [struct for route in CALLS for struct in (route.about.body, route.about.reply)]
    named = {struct.__name__: struct for struct in structs if not isinstance(struct, str) and struct is not None}
    assert all(struct is named[struct.__name__] for struct in structs if isinstance(struct, type))


def test_every_call_says_who_may_make_it_and_a_signed_one_how_it_refuses() -> None:
    for path, calls in DOCUMENT["paths"].items():
        for call in calls.values():
            assert call["summary"] and call["description"].startswith("Who: ")
            if call["security"]:
                assert {"auth", "clock", "replay"} <= set(call["responses"]["401"]["x-codes"]), path
                assert "no_access" in call["responses"]["403"]["x-codes"], path


def test_every_refusal_of_the_document_is_in_the_protocol() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "protocol.md").read_text("utf-8")
    codes = {code for route in CALLS for _status, code in route.about.all_refusals()}
    assert [code for code in sorted(codes) if f"`{code}`" not in text] == []


@pytest.mark.slow
def test_whatever_is_asked_only_what_the_document_says_is_answered(server: RunningServer) -> None:
    world, server_id = settled(server), line(server).info().server_id
    asked = [0]
    for found in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations():
        operation = found.ok()
        modes = [GenerationMode.POSITIVE]
        if operation.body or list(operation.path_parameters) or list(operation.query):
            modes.append(GenerationMode.NEGATIVE)
        for mode in modes:
            _ask_anything(server, world, server_id, operation.as_strategy(generation_mode=mode), asked)
    assert asked[0] > 200
    assert requests.get(server.url + wire.ROUTE_HEALTH, timeout=15).text == "ok\n"


def _ask_anything(
    server: RunningServer, world: World, server_id: bytes, cases: st.SearchStrategy[Any], asked: list[int]
) -> None:
    callers = world.callers()

    @settings(
        max_examples=max(settings().max_examples // 10, 1), database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(cases, st.sampled_from(sorted(callers)), st.booleans())
    def ask(case: Any, caller: str, at_home: bool) -> None:
        if at_home:
            case.path_parameters = {name: world.named()[name] for name in case.path_parameters or {}}
        signer = callers[caller]
        if signer is not None:
            case.headers = {}
        auth = None if signer is None else Signing(signer, server_id)
        response = case.call(base_url=server.url, auth=auth, timeout=15)
        case.validate_response(response, checks=CHECKS)
        _check_body(BY_ADDRESS[case.operation.method.upper(), case.operation.path], response)
        asked[0] += 1

    ask()


def _check_body(about: About, response: Any) -> None:
    """The body is laid out as the document says, and a refusal has one of the codes that stand there."""
    body, status = response.content, response.status_code
    if status in about.statuses:
        if not isinstance(about.reply, str):
            msgspec.msgpack.decode(body, type=about.reply)
        return
    if response.request.method != "HEAD":
        assert (status, msgspec.msgpack.decode(body, type=wire.Problem).code) in about.all_refusals()
