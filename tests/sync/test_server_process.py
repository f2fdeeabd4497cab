"""The server as a program of its own: it says where it listens, ends when asked, and survives being killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import requests

from circle_app.errors import SyncProblem
from sync import wire
from sync.client.calls import Server
from sync.client.transport import Transport
from tests.support.by_hand import data, founder, statuses
from tests.support.server import PATIENCE_S


@contextmanager
def program(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with (folder.parent / "log.txt").open("a") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "sync.server", "--data", str(folder), "--port", "0"],
            stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
    assert running.stdout is not None
    words = running.stdout.readline().split()
    try:
        assert words[:2] == ["listening", "on"]
        yield running, words[2]
    finally:
        running.kill()
        running.wait(PATIENCE_S)
        running.stdout.close()


def line(url: str) -> Server:
    return Server(Transport(url), now_ms=lambda: time.time_ns() // 1_000_000, random_bytes=os.urandom)


def test_it_says_where_it_listens_and_ends_when_asked(tmp_path: Path) -> None:
    with program(tmp_path / "data") as (running, url):
        assert requests.get(url + wire.ROUTE_HEALTH, timeout=PATIENCE_S).text == "ok\n"
        running.send_signal(signal.SIGTERM)
        assert running.wait(PATIENCE_S) in (0, -signal.SIGTERM)


def test_whoever_waits_for_news_does_not_hold_up_its_end(tmp_path: Path) -> None:
    ana = founder()
    with program(tmp_path / "data") as (running, url), ThreadPoolExecutor(1) as people:
        line(url).create_space(ana.chain[0].data)
        waiting = people.submit(lambda: line(url).events(ana.signer, 1))
        line(url).push(ana.signer, data(ana.write()))
        assert waiting.result(PATIENCE_S).pos == 2
        waiting = people.submit(lambda: line(url).events(ana.signer, 2))
        line(url).push(ana.signer, data(ana.chain[0]))
        begin = time.monotonic()
        running.send_signal(signal.SIGTERM)
        assert running.wait(PATIENCE_S) in (0, -signal.SIGTERM)
        assert time.monotonic() - begin < 5.0
        with suppress(SyncProblem):  # it may have come too late to be heard
            assert waiting.result(PATIENCE_S).pos == 2


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    ana = founder()
    with program(tmp_path / "data") as (running, url):
        line(url).create_space(ana.chain[0].data)
        for _ in range(20):
            assert statuses(line(url).push(ana.signer, data(ana.write()))) == [(wire.STORED, "")]
        running.kill()
        running.wait(PATIENCE_S)
    with program(tmp_path / "data") as (running, url):
        assert [i.data for i in line(url).pull(ana.signer, 0).items] == data(*ana.chain)


def test_the_log_has_ids_only(tmp_path: Path) -> None:
    ana = founder()
    with program(tmp_path / "data") as (_running, url):
        line(url).create_space(ana.chain[0].data)
        line(url).push(ana.signer, data(ana.write()))
        requests.get(url + "/v1/info?name=Kanarienvogel", timeout=PATIENCE_S)
    log = (tmp_path / "log.txt").read_text()
    assert "push " + ana.space.hex()[:16] in log
    assert "Kanarienvogel" not in log and "127.0.0.1" not in log
