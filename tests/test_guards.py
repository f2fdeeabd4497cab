"""Guards against what small tests would not notice: a leaking Qt, an old SQLite, a stale lock, files grown too long."""

from __future__ import annotations

import ast
import re
import socket
import sys
import tomllib
from pathlib import Path

import apsw
import pytest

from tools.gates import MAX_LINES, call_findings, catches_all, python_files, text_findings, tree_findings
from tools.layers import import_findings

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")


def test_qt_calls_do_not_wear_out_none(qapp: object) -> None:
    """PySide6 6.12.0 on Python 3.11 takes one reference off None per void call, until the interpreter aborts."""
    from PySide6.QtCore import QObject

    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        thing.setObjectName("name")
    assert abs(sys.getrefcount(None) - before) < 50


def test_the_locked_qt_is_not_the_one_that_aborts() -> None:
    assert locked_versions()["pyside6-essentials"] == "6.11.3"


def test_sqlite_is_new_enough_for_a_safe_write_ahead_log() -> None:
    """Older SQLite could lose a write when a checkpoint met a reset of the log (repaired in 3.51.3)."""
    assert tuple(int(part) for part in apsw.sqlite_lib_version().split(".")) >= (3, 51, 3)


def test_the_full_requirements_say_what_the_lock_says() -> None:
    assert exported("requirements-all.txt") == locked_versions()


def test_the_runtime_requirements_are_part_of_the_lock() -> None:
    runtime, locked = exported("requirements.txt"), locked_versions()
    assert runtime.items() <= locked.items()
    assert {"pyside6-essentials", "apsw-sqlite3mc", "cryptography"} <= runtime.keys()
    assert not {"pytest", "ruff", "mypy", "starlette"} & runtime.keys()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-all.txt"])
def test_every_required_package_carries_the_hashes_of_the_lock(name: str) -> None:
    hashes = {package["name"]: locked_hashes(package) for package in lock()["package"]}
    for block in re.split(r"^(?=[A-Za-z0-9])", (ROOT / name).read_text("utf-8"), flags=re.MULTILINE):
        found = REQUIREMENT.match(block)
        if found:
            assert set(re.findall(r"--hash=(sha256:[0-9a-f]{64})", block)) == hashes[found[1]], found[1]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-all.txt"])
def test_the_requirements_name_no_place_but_the_package(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert not re.search(r"(^|\s)/\w", text)


def test_no_file_is_longer_than_one_can_read() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in python_files(ROOT)
        if (lines := path.read_text("utf-8").count("\n")) > MAX_LINES
    }
    assert long == {}


@pytest.mark.parametrize(
    "line",
    [
        "eval(text)",
        "yaml.load(text)",
        "archive.extractall(folder)",
        "run(line, shell=True)",
        "requests.get(url, verify=False)",
        "label.setHtml(text)",
        "row.setToolTip(title)",
        "row.setToolTip(self.tr('{name}').format(name=name))",
        "self.tr(f'{count} people')",
    ],
)
def test_a_risky_call_is_found(line: str) -> None:
    call = ast.parse(line, mode="eval").body
    assert isinstance(call, ast.Call)
    assert list(call_findings("ui/views/home.py", call))


@pytest.mark.parametrize(
    "line",
    [
        "yaml.safe_load(text)",
        "row.setToolTip(plain_tip(a) if a else '')",
        "self.tr('%Ln people', '', count)",
        "run(words, shell=False)",
    ],
)
def test_a_harmless_call_is_let_through(line: str) -> None:
    call = ast.parse(line, mode="eval").body
    assert isinstance(call, ast.Call)
    assert not list(call_findings("ui/views/home.py", call))


@pytest.mark.parametrize(
    ("body", "swallows"),
    [
        ("except Exception:\n pass", True),
        ("except:\n pass", True),
        ("except (ValueError, BaseException) as e:\n print(e)", True),
        ("except BaseException:\n tidy()\n raise", False),
        ("except ValueError:\n pass", False),
    ],
)
def test_swallowing_every_error_is_found(body: str, swallows: bool) -> None:
    statement = ast.parse(f"try:\n go()\n{body}").body[0]
    assert isinstance(statement, ast.Try)
    assert catches_all(statement.handlers[0]) is swallows


def test_a_count_that_would_keep_its_latin_digits_is_found() -> None:
    assert list(text_findings("ui/a.py", "words = counted('%n here', 3)\n"))
    assert not list(text_findings("ui/a.py", "words = counted('%Ln here', 3)\n"))


def test_a_loose_end_is_found_in_comments_only() -> None:
    mark = "TO" + "DO"
    assert list(text_findings("ui/a.py", f"x = 1  # {mark}: later\n"))
    assert not list(text_findings("ui/a.py", f'x = "{mark}"\n'))


def test_an_import_outside_its_home_is_found() -> None:
    trees = {"ui/views/home.py": ast.parse("import peewee"), "circle_app/workspace/db.py": ast.parse("import peewee")}
    assert [path for path, _, _ in import_findings(trees)] == ["ui/views/home.py"]


def test_a_server_that_reaches_a_seal_through_another_file_is_found() -> None:
    trees = {
        "sync/server/app.py": ast.parse("from sync import wire"),
        "sync/wire.py": ast.parse("def late():\n    from sync.seal import unseal"),
        "sync/seal.py": ast.parse(""),
    }
    assert [(path, text) for path, _, text in import_findings(trees)] == [
        ("sync/wire.py", "lets the server reach sync.seal")
    ]


def test_without_network_every_connection_fails_and_is_listed(no_network: list[object]) -> None:
    with pytest.raises(OSError, match="no network"):
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    with socket.socket() as stream, pytest.raises(OSError, match="no network"):
        stream.connect(("127.0.0.1", 9))
    assert ("127.0.0.1", 9) in no_network


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no local sockets")
def test_without_network_local_sockets_still_work(no_network: list[object], tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))
    assert no_network == []


def lock() -> dict:
    return tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))


def locked_versions() -> dict[str, str]:
    """Package -> version of all but the project itself."""
    return {package["name"]: package["version"] for package in lock()["package"] if "registry" in package["source"]}


def locked_hashes(package: dict) -> set[str]:
    return {file["hash"] for file in [*package.get("wheels", []), *filter(None, [package.get("sdist")])]}


def exported(name: str) -> dict[str, str]:
    """Package -> version that a requirements file pins; each package stands in it once."""
    pins = [
        found.groups() for line in (ROOT / name).read_text("utf-8").splitlines() if (found := REQUIREMENT.match(line))
    ]
    assert len(pins) == len(dict(pins))
    return dict(pins)


@pytest.mark.parametrize(
    "line",
    [
        "import sqlite3",
        "db.execute('ATTACH DATABASE ? AS other', (path,))",
        "os.replace(part, path)",
        "layout.itemAt(0).widget()",
    ],
)
def test_what_only_tests_may_do_is_found_in_the_program(line: str) -> None:
    source = ast.parse(f'"""A file."""\n{line}\n')
    assert list(tree_findings("circle_app/courses/x.py", source))
    assert not list(tree_findings("tests/x.py", source))
