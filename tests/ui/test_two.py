"""Two people's windows beside a server of their own: what one writes, the other sees."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from circle_app.errors import SyncProblem
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.people import me, person
from circle_app.workspace.queries.tasks import tasks
from circle_app.workspace.verify import state_hash
from sync.vault import Vault
from ui.two import FIRST, NO_DISPLAY, PROMISE, SECOND, local_server, main, prepare

ROOT = Path(__file__).resolve().parents[2]


def opened(folder: Path) -> Workspace:
    return Workspace.open(folder, key=Vault.open(folder).db_key)


def test_what_one_writes_the_other_window_shows(tmp_path: Path) -> None:
    words = ["--folder", str(tmp_path / "both"), "--offscreen", str(tmp_path / "pictures")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "ui.two", *words], cwd=ROOT, env=environment, capture_output=True, text=True,
        encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["amina.png", "ben.png"]
    pictures = [QImage(str(tmp_path / "pictures" / name)) for name in done.stdout.split()]
    assert all((picture.width(), picture.height()) == (1280, 800) for picture in pictures)
    with opened(tmp_path / "both" / "ben") as ws:
        assert [task.owner_name for task in tasks(ws) if task.title == PROMISE] == [FIRST]


def test_the_pair_is_made_once_and_met_again_at_the_same_server(tmp_path: Path) -> None:
    with local_server(tmp_path / "server") as address:
        first, second = prepare(tmp_path, address)
        with opened(first) as amina, opened(second) as ben:
            own = me(amina, 1), me(ben, 1)
            assert [person(ws, ref).name for ws, ref in zip((amina, ben), own, strict=True) if ref] == [FIRST, SECOND]
            before = state_hash(amina)
    with local_server(tmp_path / "server") as again:
        assert again == address
        assert prepare(tmp_path, again) == (first, second)
    with opened(first) as amina:
        assert state_hash(amina) == before


def test_a_pair_that_was_cut_off_in_the_making_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "making" / "amina").mkdir(parents=True)
    (tmp_path / "making" / "amina" / "device.key").write_bytes(b"half")
    with local_server(tmp_path / "server") as address:
        _, second = prepare(tmp_path, address)
    with opened(second) as ben:
        assert len(tasks(ben)) > 3
    assert not (tmp_path / "making").exists()


def test_a_second_server_on_one_folder_is_refused_in_words(tmp_path: Path) -> None:
    with local_server(tmp_path / "server"), pytest.raises(SyncProblem) as refused, local_server(tmp_path / "server"):
        pass
    assert "did not start" in refused.value.sentence


def test_without_a_screen_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert main([]) == NO_DISPLAY
    assert "no screen" in capsys.readouterr().err
