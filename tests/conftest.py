"""What every test stands on: the shipped fonts, hypothesis profiles, and a network that can be cut off."""

from __future__ import annotations

import gc
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from circle_app.collecting import collect_if_due

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "assets" / "fonts"
ENDING_S = 60.0
"""How long a thread that is told to end may take on a busy machine; a connect that is under way is waited for."""

# Several test processes share two cores, so time per example says nothing; the same examples each run keep a
# change from failing for a reason it did not bring. HYPOTHESIS_PROFILE=search looks wider and elsewhere every time.
settings.register_profile(
    "steady", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", parent=settings.get_profile("steady"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# As in the app, no thread of a server or a sync may be the one that destroys the widgets of an earlier test.
gc.disable()


@pytest.fixture(autouse=True)
def collected_between_tests() -> Iterator[None]:
    """Dead cycles are looked for here, on the main thread, when nothing is being done."""
    yield
    collect_if_due()


@pytest.fixture(scope="session", autouse=True)
def nothing_left_open() -> Iterator[None]:
    """What was left open and is not found before is found here, in the last test of this process."""
    yield
    gc.collect()


@pytest.fixture(scope="module", autouse=True)
def threads_ended() -> Iterator[None]:
    """No thread outlives the tests that began it by more than a moment."""
    before = set(threading.enumerate())
    yield
    late = [thread for thread in threading.enumerate() if thread not in before]
    for thread in late:
        thread.join(ENDING_S)
    assert not [thread for thread in late if thread.is_alive()], "threads are still running"


@pytest.fixture(scope="session")
def qapp(qapp: Any) -> Any:
    """pytest-qt's application with the fonts we ship, so that every machine measures and draws the same letters."""
    from PySide6.QtGui import QFontDatabase

    for font in sorted(FONTS.glob("*.ttf")):
        assert QFontDatabase.addApplicationFont(str(font)) >= 0, f"{font.name} does not load"
    return qapp


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """What a server's configuration calls its database, once for each kind."""
    if request.param == "sqlite":
        yield ""
        return
    from tests.support import databases

    url = databases.fresh_database()
    yield url
    databases.drop(url)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every connection and name lookup of this process fails and is listed; sockets between local processes work.

    Gives the list of addresses that were tried: `assert no_network == []` says that nothing even asked.
    """
    tried: list[object] = []

    def refuse(address: object) -> OSError:
        tried.append(address)
        return OSError(f"this test has no network, and something asked for {address!r}")

    def guarded(real: Any) -> Any:
        def connect(self: socket.socket, address: Any) -> Any:
            if self.family == getattr(socket, "AF_UNIX", None):
                return real(self, address)
            raise refuse(address)

        return connect

    def sendto(self: socket.socket, data: bytes, *flags_and_address: Any) -> int:
        if self.family == getattr(socket, "AF_UNIX", None):
            return real_sendto(self, data, *flags_and_address)
        raise refuse(flags_and_address[-1])

    def lookup(host: object, *rest: object, **named: object) -> list[Any]:
        raise refuse(host)

    real_sendto = socket.socket.sendto
    monkeypatch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
    monkeypatch.setattr(socket.socket, "sendto", sendto)
    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket, "gethostbyname", lookup)
    return tried
