"""What a client believes of the network: nothing, until it is this program's own server that speaks."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
import time
from contextlib import closing

import pytest

from circle_app.errors import SyncProblem
from sync.client.bounded import Connection
from sync.client.ear import Ear
from sync.client.transport import Limits, Taking, Transport, checked_address
from sync.wire import MEDIA_TYPE
from tests.support.answers import OURS, http
from tests.support.server import PATIENCE_S, Answering

STRANGERS = {
    "login page": (http("200 OK", "Content-Type: text/html", "Content-Length: 6", body=b"<html>"), "captive_portal"),
    "redirect": (http("302 Found", "Location: http://login.example/", "Content-Length: 0"), "captive_portal"),
    "redirect to a file": (http("301 Moved", "Location: file:///etc/passwd"), "captive_portal"),
    "network login": (http("511 Network Authentication Required", "Content-Length: 0"), "captive_portal"),
    "proxy": (http("407 Proxy Authentication Required", "Content-Length: 0"), "proxy"),
    "gateway": (http("502 Bad Gateway", "Content-Type: text/plain", "Content-Length: 2", body=b"no"), "busy"),
    "another program": (
        http("200 OK", "Content-Type: application/json", "Content-Length: 2", body=b"{}"),
        "not_our_server",
    ),
    "empty 200": (http("200 OK", "Content-Length: 0"), "not_our_server"),
    "cut body": (http("200 OK", OURS, "Content-Length: 100", body=b"short"), "cut_off"),
    "cut chunks": (http("200 OK", OURS, "Transfer-Encoding: chunked", body=b"ff\r\nshort"), "cut_off"),
    "huge announced": (http("200 OK", OURS, "Content-Length: 99999999999"), "too_large"),
    "gzip": (http("200 OK", OURS, "Content-Encoding: gzip", "Content-Length: 3", body=b"\x1f\x8b\x08"), "bad_reply"),
    "endless": (http("200 OK", OURS, "Connection: close", body=b"x" * 300_000), "too_large"),
    "hang up": (b"", "offline"),
    "endless chunk": (http("200 OK", OURS, "Transfer-Encoding: chunked", body=b"-1\r\n" + b"x" * 300_000), "cut_off"),
    "noise": (b"\x00\xff\x00\xff\r\n\r\n" * 9, "offline"),
}


@pytest.mark.parametrize(("raw", "code"), STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_at_the_address_is_named_and_not_believed(raw: bytes, code: str) -> None:
    stranger = Answering(raw)
    with closing(Transport(stranger.url, Limits(reply_bytes=200_000))) as transport, pytest.raises(SyncProblem) as told:
        transport.call("GET", "/v1/info")
    assert told.value.code == code
    assert told.value.sentence and told.value.next_step
    stranger.close()


def test_our_own_reply_arrives_whole() -> None:
    server = Answering(http("409 Conflict", OURS, "Content-Length: 4", "Retry-After: 7", body=b"\x00\x01\x02\x03"))
    with closing(Transport(server.url)) as transport:
        reply = transport.call("POST", "/v1/spaces", body=b"x")
    assert (reply.status, reply.body, reply.retry_after_s) == (409, b"\x00\x01\x02\x03", 7)
    server.close()


def test_nobody_there_means_offline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(SyncProblem) as told:
        Transport(f"http://127.0.0.1:{port}").call("GET", "/v1/info")
    assert told.value.code == "offline"


def test_a_server_that_falls_silent_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with closing(Transport(address, Limits(silence_s=0.2))) as transport, pytest.raises(SyncProblem) as told:
            transport.call("GET", "/v1/info")
    assert told.value.code == "slow"


def test_a_trickle_does_not_outlast_the_whole_time() -> None:
    ticks = iter([0.0, *[100.0] * 50])
    trickle = Answering(http("200 OK", OURS, "Connection: close", body=b"x" * 100))
    transport = Transport(trickle.url, Limits(total_s=60), monotonic=lambda: next(ticks))
    with closing(transport), pytest.raises(SyncProblem) as told:
        transport.call("GET", "/v1/info")
    assert told.value.code == "slow"
    trickle.close()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://circles.example.org", "insecure"),
        ("file:///etc/passwd", "bad_address"),
        ("https://name:secret@circles.example.org", "bad_address"),
        ("circles.example.org", "bad_address"),
        ("https://circles.example.org:99999", "bad_address"),
        ("https://circles..example.org", "bad_address"),
        ("", "bad_address"),
    ],
)
def test_an_address_that_may_not_be_used_is_refused_before_anything_is_sent(address: str, code: str) -> None:
    with pytest.raises(SyncProblem) as told:
        checked_address(address)
    assert told.value.code == code


def test_good_addresses_are_kept_without_a_trailing_slash() -> None:
    assert checked_address(" https://circles.example.org/ ") == "https://circles.example.org"
    assert checked_address("http://192.168.1.20:8440") == "http://192.168.1.20:8440"


def test_headers_that_drip_for_ever_are_hung_up_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()

        def drip() -> None:
            near, _ = listener.accept()
            with near, contextlib.suppress(OSError):
                near.sendall(b"HTTP/1.1 200 OK\r\n")
                while not stop.wait(0.02):
                    near.sendall(b"X")

        dripping = threading.Thread(target=drip)
        dripping.start()
        transport = Transport(f"http://127.0.0.1:{listener.getsockname()[1]}", Limits(total_s=0.3))
        with closing(transport), pytest.raises(SyncProblem) as told:
            transport.call("GET", "/v1/info")
        stop.set()
        dripping.join()
    assert told.value.code == "slow"


def test_a_body_that_drips_for_ever_is_hung_up_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()

        def drip() -> None:
            near, _ = listener.accept()
            with near, contextlib.suppress(OSError):
                near.sendall(http("200 OK", OURS, "Content-Length: 100000"))
                while not stop.wait(0.02):
                    near.sendall(b"x")

        dripping = threading.Thread(target=drip)
        dripping.start()
        transport = Transport(f"http://127.0.0.1:{listener.getsockname()[1]}", Limits(total_s=0.3))
        begun_s = time.monotonic()
        with closing(transport), pytest.raises(SyncProblem) as told:
            transport.call("GET", "/v1/info")
        taken_s = time.monotonic() - begun_s
        stop.set()
        dripping.join()
    assert told.value.code == "slow"
    assert taken_s < PATIENCE_S


def test_an_answer_that_is_not_read_to_its_end_is_hung_up_on() -> None:
    """Also where the server closes after it, and whoever was told of the trouble still looks at it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        transport = Transport(f"http://127.0.0.1:{listener.getsockname()[1]}", Limits(reply_bytes=10))
        ends: list[bytes] = []

        def answer() -> None:
            near, _ = listener.accept()
            with near:
                near.settimeout(PATIENCE_S)
                near.recv(65536)
                near.sendall(http("200 OK", OURS, "Connection: close", "Content-Length: 99", body=b"x" * 99))
                with contextlib.suppress(ConnectionResetError):
                    near.recv(65536)
                ends.append(b"hung up")

        answering = threading.Thread(target=answer)
        answering.start()
        with pytest.raises(SyncProblem) as told:
            transport.call("GET", "/v1/info")
        answering.join()
    assert told.value.code == "too_large"
    assert ends == [b"hung up"]
    transport.close()


def test_who_watches_a_line_goes_when_it_is_closed_and_comes_back_with_it() -> None:
    server = Answering(http("200 OK", OURS, "Content-Length: 2", body=b"ok"))
    line = Connection(server.url, Limits(), Ear())
    for _ in range(2):
        before = set(threading.enumerate())
        with line.answer("GET", "/", {}, b"") as answer:
            assert answer.read() == b"ok"
        (watcher,) = set(threading.enumerate()) - before
        line.close()
        watcher.join(PATIENCE_S)
        assert not watcher.is_alive()
    server.close()


def test_a_slow_line_has_the_whole_time_to_take_what_is_sent() -> None:
    sent = bytes(8 << 20)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def read_late() -> None:
            near, _ = listener.accept()
            with near:
                time.sleep(0.6)
                read = 0
                while read < len(sent):
                    read += len(near.recv(1 << 20))
                near.sendall(http("200 OK", OURS, "Content-Length: 0"))

        reading = threading.Thread(target=read_late)
        reading.start()
        transport = Transport(f"http://127.0.0.1:{listener.getsockname()[1]}", Limits(connect_s=0.3))
        assert transport.call("POST", "/v1/spaces", body=sent).status == 200
        transport.close()
        reading.join()


def test_a_line_is_kept_and_made_anew_when_it_was_hung_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        heard: list[int] = []

        def answer() -> None:
            for asked in (2, 1):
                near, _ = listener.accept()
                with near:
                    for _ in range(asked):
                        assert near.recv(65536)
                        near.sendall(http("200 OK", OURS, "Content-Length: 2", body=b"ok"))
                    near.shutdown(socket.SHUT_WR)
                    heard.append(asked)
                    while near.recv(65536):
                        pass

        answering = threading.Thread(target=answer)
        answering.start()
        transport = Transport(f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert [transport.call("GET", "/").body for _ in range(2)] == [b"ok", b"ok"]
        ended = time.monotonic() + PATIENCE_S
        while not heard and time.monotonic() < ended:
            time.sleep(0.01)
        assert transport.call("GET", "/").body == b"ok"
        transport.close()
        answering.join()
    assert heard == [2, 1]


def test_a_full_disk_here_is_not_mistaken_for_a_broken_line() -> None:
    def full(_: bytes) -> None:
        raise OSError(errno.ENOSPC, "no room")

    server = Answering(http("200 OK", OURS, "Content-Length: 2", body=b"ok"))
    with closing(Transport(server.url)) as transport, pytest.raises(OSError, match="no room"):
        transport.call("GET", "/", taking=Taking(MEDIA_TYPE, 10, full))
    server.close()


def test_a_request_names_no_program_and_no_version() -> None:
    server = Answering(http("200 OK", OURS, "Content-Length: 0"))
    with closing(Transport(server.url)) as transport:
        transport.call("GET", "/v1/info", headers={"CC-Auth": "me"})
    there = server.url.removeprefix("http://")
    assert server.heard == [f"GET /v1/info HTTP/1.1\r\nHost: {there}\r\nCC-Auth: me\r\n\r\n".encode()]
    server.close()
