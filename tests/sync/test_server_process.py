"""The server as a program of its own: it says where it listens, ends when asked, and survives being killed."""

from __future__ import annotations

import json
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from circle_app.errors import SyncProblem
from sync import codec, wire
from tests.support.by_hand import Device, data, founder, invited, joiner, statuses
from tests.support.certificates import certificate
from tests.support.lines import line_to
from tests.support.programs import program
from tests.support.server import PATIENCE_S


def test_it_says_where_it_listens_and_ends_when_asked(tmp_path: Path) -> None:
    with program(tmp_path / "data") as (running, url):
        assert requests.get(url + wire.ROUTE_HEALTH, timeout=PATIENCE_S).text == "ok\n"
        running.send_signal(signal.SIGTERM)
        assert running.wait(PATIENCE_S) in (0, -signal.SIGTERM)


def test_whoever_waits_for_news_does_not_hold_up_its_end(tmp_path: Path) -> None:
    ana = founder()
    with program(tmp_path / "data") as (running, url), ThreadPoolExecutor(1) as people:
        line_to(url).create_space(ana.chain[0].data)
        waiting = people.submit(lambda: line_to(url).events(ana.signer, 1))
        line_to(url).push(ana.signer, data(ana.write()))
        assert waiting.result(PATIENCE_S).pos == 2
        waiting = people.submit(lambda: line_to(url).events(ana.signer, 2))
        line_to(url).push(ana.signer, data(ana.chain[0]))
        begin = time.monotonic()
        running.send_signal(signal.SIGTERM)
        assert running.wait(PATIENCE_S) in (0, -signal.SIGTERM)
        assert time.monotonic() - begin < 5.0
        with suppress(SyncProblem):  # it may have come too late to be heard
            assert waiting.result(PATIENCE_S).pos == 2


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, database: str) -> None:
    ana = founder()
    with program(tmp_path / "data", "--database", database) as (running, url):
        line_to(url).create_space(ana.chain[0].data)
        for _ in range(20):
            assert statuses(line_to(url).push(ana.signer, data(ana.write()))) == [(wire.STORED, "")]
        running.kill()
        running.wait(PATIENCE_S)
    with program(tmp_path / "data", "--database", database) as (running, url):
        assert [i.data for i in line_to(url).pull(ana.signer, 0).items] == data(*ana.chain)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_an_end_in_the_middle_of_many_pushes_loses_nothing_that_was_acknowledged(
    tmp_path: Path, database: str, end: signal.Signals
) -> None:
    ana = founder()
    with program(tmp_path / "data", "--database", database) as (running, url):
        line_to(url).create_space(ana.chain[0].data)
        devices = [ana, *joined(url, ana, 3)]
        acknowledged: set[bytes] = set()
        enough = threading.Event()

        def write(device: Device) -> None:
            server = line_to(url)
            with suppress(SyncProblem):  # the server ends; what it did not acknowledge may be lost
                while True:
                    reply = server.push(device.signer, data(device.write(), device.write()))
                    acknowledged.update(r.id for r in reply.results if r.status == wire.STORED)
                    if len(acknowledged) > 40:
                        enough.set()

        with ThreadPoolExecutor(len(devices)) as people:
            writing = [people.submit(write, device) for device in devices]
            assert enough.wait(PATIENCE_S)
            running.send_signal(end)
            for each in writing:
                each.result(PATIENCE_S)
        running.wait(PATIENCE_S)
    with program(tmp_path / "data", "--database", database) as (_running, url):
        kept = {codec.parse(item.data).id for item in everything(url, ana)}
        assert acknowledged <= kept


def joined(url: str, ana: Device, count: int) -> list[Device]:
    """More devices of a circle."""
    invite = invited(ana, uses=count)
    line_to(url).push(ana.signer, data(ana.chain[-1]))
    devices = [joiner(ana, invite, root=bytes([n + 1]) * 32) for n in range(count)]
    for device in devices:
        assert statuses(line_to(url).push(device.signer, data(device.chain[0]))) == [(wire.STORED, "")]
    return devices


def everything(url: str, who: Device) -> list[wire.PageItem]:
    """All changesets of a circle, page by page."""
    server, items = line_to(url), []
    while True:
        page = server.pull(who.signer, items[-1].pos if items else 0)
        items += page.items
        if not page.more:
            return items


def test_it_speaks_tls_by_itself(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    with program(tmp_path / "data", "--tls-cert", str(cert), "--tls-key", str(key)) as (_running, url):
        assert url.startswith("https://127.0.0.1:")
        assert requests.get(url + wire.ROUTE_HEALTH, timeout=PATIENCE_S, verify=str(cert)).text == "ok\n"
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(url + wire.ROUTE_HEALTH, timeout=PATIENCE_S)


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_log_has_ids_only(tmp_path: Path, database: str, form: str) -> None:
    ana = founder()
    options = ("--database", database, "--log-format", form, "--log-level", "debug")
    with program(tmp_path / "data", *options) as (_running, url):
        line_to(url).create_space(ana.chain[0].data)
        line_to(url).push(ana.signer, data(ana.write()))
        requests.get(
            url + "/v1/info?name=Kanarienvogel", timeout=PATIENCE_S, headers={"X-Forwarded-For": "203.0.113.77"}
        )
    log = (tmp_path / "log.txt").read_text()
    assert ana.space.hex()[:16] in log
    assert ana.space.hex()[:17] not in log
    for secret in ("Kanarienvogel", "127.0.0.1", "203.0.113", ana.keys.dev.hex()[:8]):
        assert secret not in log
    if form == "json":
        told = [json.loads(line) for line in log.splitlines()]
        assert {"space", "push"} <= {line["event"] for line in told}
