"""A file that rotted, was cut, mixed up or made by somebody else: it is refused in words, or it is what it was."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from circle_app.errors import WorkspaceError
from circle_app.workspace import connection, settings
from circle_app.workspace.commands.tasks import add_task, set_task
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.circles import circle_names
from circle_app.workspace.room import look_through
from circle_app.workspace.verify import state_hash, verify
from sync.client.opening import opener
from tests.support.machines import machine
from tests.support.workspaces import new_circle, new_workspace

KEY = bytes(range(32))
PAGE = 4096
Damage = Callable[[bytes, random.Random], bytes]


def _flip(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _blank(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) // PAGE) * PAGE
    return data[:at] + bytes(PAGE) + data[at + PAGE :]


def _rubbish(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.randbytes(chance.randrange(1, 9000)) + data[at:]


def _swapped(data: bytes, chance: random.Random) -> bytes:
    """Two pages change places: each is sealed for its own."""
    one, other = (n * PAGE for n in chance.sample(range(len(data) // PAGE), 2))
    pages = bytearray(data)
    pages[one : one + PAGE], pages[other : other + PAGE] = data[other : other + PAGE], data[one : one + PAGE]
    return bytes(pages)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """The bytes of a workspace file, and the hash of what is in it."""
    folder = tmp_path_factory.mktemp("whole") / "w"
    with new_workspace(folder, key=KEY) as ws:
        space = new_circle(ws)
        for n in range(80):
            add_task(ws, space, title=f"Task {n}", body="x" * 200)
        state = state_hash(ws)
    return (folder / connection.FILE_NAME).read_bytes(), state


@pytest.mark.parametrize("later", [False, True], ids=["now", "later"])
@pytest.mark.parametrize("damage", [_flip, _cut, _blank, _rubbish, _swapped], ids=lambda d: d.__name__.strip("_"))
def test_a_damaged_file_is_refused_in_words_or_nothing_is_missing(
    tmp_path: Path, whole: tuple[bytes, bytes], damage: Damage, later: bool
) -> None:
    data, state = whole
    chance = random.Random(damage.__name__)
    refused = 0
    for n in range(25):
        damaged = damage(data, chance)
        folder = tmp_path / str(n)
        folder.mkdir()
        (folder / connection.FILE_NAME).write_bytes(damaged)
        try:
            with Workspace.open(folder, key=KEY, look_later=later) as ws:
                look_through(ws)
                assert state_hash(ws) == state, "opened, and something is missing or another"
                assert verify(ws).ok
        except WorkspaceError as problem:
            assert problem.code in ("workspace_unreadable", "workspace", "disk_failed")
            assert problem.sentence and problem.next_step
            refused += 1
    assert refused >= 20


def test_what_rots_while_the_file_is_open_is_told_at_the_read(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w", key=KEY) as ws:
        space = new_circle(ws)
        for n in range(400):
            add_task(ws, space, title=f"Task {n}", body="x" * 300)
    with Workspace.open(tmp_path / "w", key=KEY) as ws:
        ws.db.drop_connection()
        file = tmp_path / "w" / connection.FILE_NAME
        data = bytearray(file.read_bytes())
        for page in range(8, len(data) // PAGE):
            data[page * PAGE + 100] ^= 1
        file.write_bytes(data)
        with pytest.raises(WorkspaceError) as refused:
            ws.rows("SELECT sum(length(body)) FROM tasks")
        assert refused.value.code == "workspace_unreadable"


@pytest.fixture
def rotten(tmp_path: Path) -> Path:
    """A folder whose file can be opened and has one page, read by nobody at first, that rotted."""
    with new_workspace(tmp_path / "w", key=KEY) as ws:
        space = new_circle(ws)
        for n in range(400):
            add_task(ws, space, title=f"Task {n}", body="x" * 300)
    file = tmp_path / "w" / connection.FILE_NAME
    data = bytearray(file.read_bytes())
    data[-PAGE // 2] ^= 1
    file.write_bytes(data)
    return tmp_path / "w"


@pytest.mark.parametrize("looks_first", [False, True])
def test_a_look_that_was_put_off_finds_what_rotted_and_nothing_is_written(rotten: Path, looks_first: bool) -> None:
    with pytest.raises(WorkspaceError):
        Workspace.open(rotten, key=KEY)
    with Workspace.open(rotten, key=KEY, look_later=True) as ws:
        assert circle_names(ws) == ((1, "Elm Street", None),)
        before = (rotten / connection.FILE_NAME).read_bytes()
        if looks_first:
            with pytest.raises(WorkspaceError) as told:
                look_through(ws)
            assert told.value.code == "workspace_unreadable"
        for _ in range(2):
            with pytest.raises(WorkspaceError) as told:
                settings.put(ws, "me_name", "Ana")
        assert told.value.code == "workspace_damaged" and ws.barrier.lasting
        assert settings.get(ws, "me_name") is None
    assert (rotten / connection.FILE_NAME).read_bytes() == before


def test_the_first_write_takes_the_look_that_was_put_off_and_only_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_workspace(tmp_path / "w", key=KEY) as ws:
        space = new_circle(ws)
    looks: list[int] = []
    check = connection.check
    monkeypatch.setattr(connection, "check", lambda *args: looks.append(check(*args) or 1))
    with Workspace.open(tmp_path / "w", key=KEY, look_later=True) as ws:
        assert looks == []
        add_task(ws, space, title="Ask")
        assert looks == [1]
        look_through(ws)
        add_task(ws, space, title="Ask again")
        assert looks == [1]
    with Workspace.open(tmp_path / "w", key=KEY) as ws:
        assert looks == [1, 1]


def test_an_older_file_is_looked_through_before_it_is_changed(rotten: Path) -> None:
    db = connection.open_connection(rotten / connection.FILE_NAME, KEY)
    db.execute("UPDATE engine SET value = x'00' WHERE name = 'registry'")
    db.close()
    with pytest.raises(WorkspaceError) as refused:
        Workspace.open(rotten, key=KEY, look_later=True)
    assert refused.value.code == "workspace_unreadable"


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize(
    "hostile",
    [
        "CREATE TRIGGER t AFTER INSERT ON local_ops BEGIN DELETE FROM changesets; END",
        "CREATE VIEW v AS SELECT * FROM settings",
        "CREATE VIRTUAL TABLE f USING fts5(x)",
    ],
)
def test_a_file_with_the_work_of_another_program_is_refused(tmp_path: Path, hostile: str, later: bool) -> None:
    with new_workspace(tmp_path / "w") as ws:
        new_circle(ws)
    other = apsw.Connection(str(tmp_path / "w" / connection.FILE_NAME))
    other.execute(hostile)
    other.close()
    with pytest.raises(WorkspaceError) as refused:
        Workspace.open(tmp_path / "w", key=None, look_later=later)
    assert refused.value.code == "workspace_foreign"


def test_a_log_of_another_day_beside_the_file_is_found(tmp_path: Path) -> None:
    """As whoever copies single files back by hand leaves it. Nothing of SQLite ties a log to its file."""
    with machine(tmp_path / "ana", "Ana") as ana:
        ana.found(server=None)
        ref = add_task(ana.ws, 1, title="Task", body="monday")
        for n in range(60):
            add_task(ana.ws, 1, title=f"Task {n}", body="x" * 200)
        ana.ws.checkpoint()
        set_task(ana.ws, ref, body="tuesday")
        shutil.copytree(tmp_path / "ana", tmp_path / "mixed", ignore=shutil.ignore_patterns("*-shm"))
        for n in range(120):
            set_task(ana.ws, ref, body=f"body {n}")
            add_task(ana.ws, 1, title=f"Later {n}", body="y" * 300)
        later = state_hash(ana.ws)
    shutil.copyfile(tmp_path / "ana" / connection.FILE_NAME, tmp_path / "mixed" / connection.FILE_NAME)
    try:
        with machine(tmp_path / "mixed", "Ana") as mixed:
            found = verify(mixed.ws, opener(mixed.ws, mixed.vault))
            assert not found.ok or state_hash(mixed.ws) == later
    except WorkspaceError as refused:
        assert refused.code == "workspace_unreadable"
