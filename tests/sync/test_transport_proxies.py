"""How a server is reached by way of a proxy, and by whose certificate it is believed."""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from circle_app.errors import SyncProblem
from sync.client.ear import Ear
from sync.client.transport import Transport
from tests.support.answers import OURS, http
from tests.support.certificates import certificate
from tests.support.server import PATIENCE_S, Answering


@pytest.fixture
def proxies(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The settings of this computer name no proxy."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def test_the_systems_proxy_is_asked_with_its_password(proxies: pytest.MonkeyPatch) -> None:
    proxy = Answering(http("200 OK", OURS, "Content-Length: 2", body=b"ok"))
    proxies.setenv("http_proxy", proxy.url.replace("http://", "http://ana:a%40b@"))
    with closing(Transport("http://10.1.2.3:8440/sub")) as transport:
        reply = transport.call("GET", "/v1/info")
    assert reply.body == b"ok"
    assert proxy.heard[0].startswith(b"GET http://10.1.2.3:8440/sub/v1/info HTTP/1.1\r\nHost: 10.1.2.3:8440\r\n")
    assert b"\r\nProxy-Authorization: Basic " + base64.b64encode(b"ana:a@b") + b"\r\n" in proxy.heard[0]
    proxy.close()


@pytest.mark.parametrize("straight", ["127.0.0.0/8", "10.0.0.1,127.0.0.1", "*"])
def test_what_needs_no_proxy_is_asked_straight(proxies: pytest.MonkeyPatch, straight: str) -> None:
    server = Answering(http("200 OK", OURS, "Content-Length: 2", body=b"ok"))
    proxies.setenv("http_proxy", "http://127.0.0.1:9")
    proxies.setenv("no_proxy", straight)
    transport = Transport(server.url)
    assert transport.call("GET", "/").body == b"ok"
    transport.close()
    server.close()


@pytest.mark.parametrize(
    ("server", "raw", "code"),
    [
        ("http://10.1.2.3", http("407 Proxy Authentication Required", "Content-Length: 0"), "proxy"),
        ("https://circles.example.org", http("407 Proxy Authentication Required"), "proxy"),
        ("https://circles.example.org", http("403 Forbidden", "Content-Type: text/html"), "proxy"),
        ("https://circles.example.org", b"", "proxy"),
        ("https://circles.example.org", http("200 Connection established") + b"not TLS at all", "tls"),
    ],
)
def test_a_proxy_that_does_not_let_us_through_is_named(
    proxies: pytest.MonkeyPatch, server: str, raw: bytes, code: str
) -> None:
    proxy = Answering(raw)
    proxies.setenv("all_proxy", proxy.url)
    with closing(Transport(server)) as transport, pytest.raises(SyncProblem) as told:
        transport.call("GET", "/v1/info", headers={"CC-Auth": "secret"})
    assert told.value.code == code
    if server.startswith("https:"):
        assert proxy.heard[0].startswith(b"CONNECT circles.example.org:443 HTTP/1.")
        assert b"secret" not in b"".join(proxy.heard)
    proxy.close()


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "127.0.0.1:9", "socks5://127.0.0.1:9", "http://"])
def test_a_proxy_that_is_not_there_or_of_another_kind_is_named(proxies: pytest.MonkeyPatch, proxy: str) -> None:
    proxies.setenv("all_proxy", proxy)
    with pytest.raises(SyncProblem) as told:
        Transport("https://circles.example.org").call("GET", "/v1/info")
    assert told.value.code == "proxy"


def test_a_certificate_behind_a_proxy_is_checked_as_any_other(tmp_path: Path, proxies: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxies.setenv("https_proxy", f"http://127.0.0.1:{listener.getsockname()[1]}")
        asked: list[bytes] = []

        def tunnel() -> None:
            near, _ = listener.accept()
            with near, contextlib.suppress(OSError):
                asked.append(near.recv(65536))
                near.sendall(http("200 Connection established"))
                with context.wrap_socket(near, server_side=True) as inside:
                    asked.append(inside.recv(1000))

        tunnelling = threading.Thread(target=tunnel)
        tunnelling.start()
        with closing(Transport("https://circles.example.org")) as transport, pytest.raises(SyncProblem) as told:
            transport.call("GET", "/v1/info", headers={"CC-Auth": "secret"})
        tunnelling.join()
    assert told.value.code == "tls"
    assert len([words for words in asked if words]) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the trust store is the system's own, not a file")
@pytest.mark.parametrize("by_proxy", [False, True])
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_certificate_that_this_computer_trusts_is_good_for_its_own_name_alone(
    tmp_path: Path, proxies: pytest.MonkeyPatch, by_proxy: bool, name: str
) -> None:
    cert, key = certificate(tmp_path)  # for 127.0.0.1
    proxies.setenv("SSL_CERT_FILE", str(cert))
    proxies.setenv("SSL_CERT_DIR", str(tmp_path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def answer() -> None:
            near, _ = listener.accept()
            with near, contextlib.suppress(OSError):
                if by_proxy:
                    heard.append(near.recv(65536))
                    near.sendall(http("200 Connection established"))
                with context.wrap_socket(near, server_side=True) as inside:
                    while words := inside.recv(65536):
                        heard.append(words)
                        inside.sendall(http("200 OK", OURS, "Content-Length: 2", body=b"ok"))

        answering = threading.Thread(target=answer)
        answering.start()
        if by_proxy:
            proxies.setenv("https_proxy", f"http://127.0.0.1:{port}")
        transport = Transport(f"https://{name}" if by_proxy else f"https://{name}:{port}")
        if name == "127.0.0.1":
            assert [transport.call("GET", "/").body for _ in range(2)] == [b"ok", b"ok"]
        else:
            with pytest.raises(SyncProblem) as told:
                transport.call("GET", "/")
            assert told.value.code == "tls"
        transport.close()
        answering.join()
    assert len(heard) == by_proxy + (2 if name == "127.0.0.1" else 0)


def test_a_certificate_that_nobody_vouches_for_ends_the_talk(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        heard: list[bytes] = []

        def greet() -> None:
            near, _ = listener.accept()
            with near, contextlib.suppress(OSError), context.wrap_socket(near, server_side=True) as inside:
                heard.append(inside.recv(1000))

        greeting = threading.Thread(target=greet)
        greeting.start()
        with closing(Transport(f"https://127.0.0.1:{port}")) as transport, pytest.raises(SyncProblem) as told:
            transport.call("GET", "/v1/info", headers={"CC-Auth": "secret"})
        greeting.join()
    assert told.value.code == "tls"
    assert heard in ([], [b""])


def test_hanging_up_ends_a_wait_behind_tls(tmp_path: Path) -> None:
    near_side, far_side = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    near_side.check_hostname, near_side.verify_mode = False, ssl.CERT_NONE
    far_side.load_cert_chain(*certificate(tmp_path))
    ear, waits = Ear(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ended: list[bytes] = []

        def wait() -> None:
            with socket.create_connection(listener.getsockname()) as plain, near_side.wrap_socket(plain) as inside:
                inside.settimeout(60)
                with ear.at(inside):
                    waits.set()
                    with contextlib.suppress(OSError):
                        ended.append(inside.recv(1))
                ended.append(b"over")

        waiting = threading.Thread(target=wait)
        waiting.start()
        far, _ = listener.accept()
        with far, far_side.wrap_socket(far, server_side=True):
            assert waits.wait(PATIENCE_S)
            ear.hang_up()
            waiting.join(PATIENCE_S)
            assert ended[-1] == b"over"
