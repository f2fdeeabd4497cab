"""The one door for developers answers in words: every verb is named, and what cannot work says why and what to do."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tools import system
from tools.environment import PYTHON, ROOT, python_module
from tools.quickfiles import folder_in_memory, free_memory
from tools.sentences import Sentence, error_sentences, shim, wrapped_sentences
from tools.system import OFFSCREEN, WAYLAND_WINDOW, X11_WINDOW, missing_packages, window_libraries
from tools.translations import garbled_sentences, lost_sentences, plain_sentences
from tools.verbs import VERBS
from tools.words import Stop


def door(*words: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """`python dev.py WORDS` in another folder, without a display unless `environ` names one."""
    bare = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    bare.pop("QT_QPA_PLATFORM", None)
    command = [sys.executable, str(ROOT / "dev.py"), *words]
    return subprocess.run(
        command, cwd=cwd, env=bare | environ, capture_output=True, text=True, timeout=120, check=False
    )


def test_help_names_every_verb_and_what_it_is_for(tmp_path: Path) -> None:
    told = door("help", cwd=tmp_path)
    assert told.returncode == 0
    for name, verb in VERBS.items():
        assert f"  {name} " in told.stdout
        assert verb.__doc__ is not None
        assert verb.__doc__ in told.stdout


def test_an_unknown_verb_is_refused_with_the_list(tmp_path: Path) -> None:
    told = door("dance", cwd=tmp_path)
    assert told.returncode == 2
    assert "no verb 'dance'" in told.stderr
    assert "  test " in told.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can lack a display")
@pytest.mark.parametrize("verb", ["run", "two"])
def test_without_a_display_a_window_is_refused_in_one_sentence(verb: str, tmp_path: Path) -> None:
    told = door(verb, cwd=tmp_path)
    assert told.returncode == 2
    assert len(told.stderr.splitlines()) == 1
    assert "no display" in told.stderr


def test_an_old_python_is_told_in_one_sentence() -> None:
    """dev.py itself is what an old Python reads, so it may hold nothing that only a new one can parse."""
    first = (ROOT / "dev.py").read_text("utf-8").partition("from tools")[0]
    pretend = first.replace("import sys\n", "import sys\nsys.version_info = (3, 9, 2, 'final', 0)[:2]\n", 1)
    told = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 1
    assert told.stderr.startswith("Citizen Circles needs Python 3.11 or newer and this is Python 3.9")


def test_a_library_that_does_not_load_is_named_by_its_package() -> None:
    assert missing_packages({"libnowhere1": "libnowhere.so.1"}) == ["libnowhere1"]


@pytest.mark.skipif(sys.platform != "linux", reason="apt is Linux")
def test_who_is_not_root_gets_the_line_to_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(Stop, match="sudo apt-get install -y --no-install-recommends libnowhere1"):
        system.ensure_machine({"libnowhere1": "libnowhere.so.1"}, venv=False)


def test_a_window_asks_for_the_libraries_of_its_display_only() -> None:
    assert window_libraries({}) == OFFSCREEN
    assert window_libraries({"DISPLAY": ":0"}) == OFFSCREEN | X11_WINDOW
    assert window_libraries({"WAYLAND_DISPLAY": "wayland-0"}) == OFFSCREEN | WAYLAND_WINDOW


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a folder in memory")
def test_files_of_tests_are_in_memory_where_there_is_room_and_go_again(tmp_path: Path) -> None:
    with folder_in_memory({}, tmp_path, roomy=1) as folder:
        assert folder is not None
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o7777 == 0o1777
        (folder / "kept").write_text("until the end", "utf-8")
    assert list(tmp_path.iterdir()) == []
    for environ, memory, roomy in (
        ({"TMPDIR": "/chosen"}, tmp_path, 1),
        ({}, tmp_path / "nowhere", 1),
        ({}, tmp_path, 1 << 60),
    ):
        with folder_in_memory(environ, memory, roomy=roomy) as folder:
            assert folder is None
    assert list(tmp_path.iterdir()) == []
    assert free_memory() > 1 << 20


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_whoever_is_told_to_stop_waits_for_the_end_of_the_command(told: signal.Signals, tmp_path: Path) -> None:
    done = tmp_path / "done"
    child = (
        "import pathlib, signal, sys, time\n"
        "def end(*_):\n    time.sleep(0.2)\n    pathlib.Path(sys.argv[1]).touch()\n    sys.exit(7)\n"
        "signal.signal(signal.SIGINT, end)\nsignal.signal(signal.SIGTERM, end)\n"
        "print('ready', flush=True)\ntime.sleep(60)\n"
    )
    parent = (
        "import os, sys\nfrom tools.quickfiles import accompany\n"
        "sys.exit(accompany([sys.executable, '-c', *sys.argv[1:]], os.environ))\n"
    )
    command = [sys.executable, "-c", parent, child, str(done)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        # Ctrl+C reaches everybody in front of the terminal; another end is told to the one that was started
        (os.killpg if told == signal.SIGINT else os.kill)(started.pid, told)
        assert started.wait(timeout=60) == 7
    assert done.exists()


def test_the_project_imports_from_any_folder(tmp_path: Path) -> None:
    (tmp_path / "sync.py").write_text("raise SystemExit('the wrong sync')", "utf-8")
    command = [str(PYTHON), "-P", "-c", "import circle_app.errors, sync.wire, sys; sys.exit('PySide6' in sys.modules)"]
    assert subprocess.run(command, cwd=tmp_path, timeout=60, check=False).returncode == 0
    assert python_module("sync.server")[1] == "-P"


@pytest.mark.parametrize(
    ("catalogue", "problem"),
    [
        ("<TS></TS>", "no sentence"),
        ("<TS><context><name>A</name><message><source> </source></message></context></TS>", "empty or garbled"),
        ("<TS><context><name></name><message><source>Hello</source></message></context></TS>", "no context"),
        ("<TS><context>", "cannot be read"),
    ],
)
def test_a_catalogue_that_translators_could_not_use_is_found(catalogue: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "all.ts"
    path.write_text(catalogue, "utf-8")
    assert problem in garbled_sentences(path)[0]


def test_a_sentence_that_translators_never_see_is_found(tmp_path: Path) -> None:
    catalogue, screen = tmp_path / "all.ts", tmp_path / "home.py"
    catalogue.write_text(
        "<TS><context><name>Home</name><message><source>Hello</source></message></context></TS>", "utf-8"
    )
    screen.write_text('class Home:\n    def say(self):\n        self.tr("Hello")\n        self.tr("Bye")\n', "utf-8")
    assert lost_sentences(catalogue, [screen]) == ["home.py:4: lupdate misreads this sentence: 'Bye'"]


def test_sentences_that_go_through_a_function_of_ours_are_found() -> None:
    screen = ast.parse(
        "def _tr(text):\n    return QCoreApplication.translate('Live', text)\n"
        "def plural(text, n):\n    return QCoreApplication.translate('Live', text, None, n)\n"
        "def told(count):\n    words = ('%Ln here', '%Ln late')\n"
        "    return [_tr('Now'), *(plural(text, count) for text in words)]\n"
    )
    assert wrapped_sentences({"ui/live.py": screen}) == (
        [Sentence("Live", "Now", False), Sentence("Live", "%Ln here", True), Sentence("Live", "%Ln late", True)],
        [],
    )


def test_a_sentence_that_nobody_can_tell_is_found() -> None:
    screen = ast.parse(
        "def _tr(text):\n    return QCoreApplication.translate('Live', text)\ndef told(row):\n    return _tr(row.title)\n"
    )
    assert wrapped_sentences({"ui/live.py": screen})[1] == [
        "ui/live.py:4: no sentence to translate can be told from this call"
    ]


def test_what_an_error_says_reaches_the_translators() -> None:
    trees = {
        "circle_app/errors.py": ast.parse("class RuleBroken(Exception): pass"),
        "sync/a.py": ast.parse("raise RuleBroken('No.', 'Ask.', code='x')"),
    }
    assert [sentence.text for sentence in error_sentences(trees)] == ["No.", "Ask."]


def test_the_spoken_sentences_are_python_that_says_them_again() -> None:
    told = [Sentence("Live", 'A "quiet" minute, Łucja', False), Sentence("Live", "%Ln here", True)]
    assert [text for _, text in plain_sentences(ast.parse(shim(told)))] == [sentence.text for sentence in told]
