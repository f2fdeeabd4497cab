"""The headless verbs: kind sentences, documented exit codes, no Qt, and everything `add` can write."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from argparse import Namespace
from datetime import date, timedelta
from pathlib import Path

import pypdfium2
import pytest

from circle_app.workspace import settings
from tests.journeys.laptop import ROOT, Laptop, environment
from ui.headless.opening import opened

EVENING = "The evening"


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    """Amina's laptop with one circle."""
    made = Laptop(tmp_path / "amina")
    made.do("init", "--name", "Amina")
    made.do("start-circle", "--name", "Elm Street")
    return made


def test_verbs_start_without_qt_and_without_the_network_libraries(laptop: Laptop) -> None:
    asked = (
        "import sys; from ui.cli import main; "
        f"code = main(['--data-dir', {str(laptop.folder)!r}, 'status']); "
        "print(code, sorted({m.split('.')[0] for m in sys.modules} & {'PySide6', 'shiboken6', 'requests', 'starlette', 'segno'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "0 []"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("init", "--name", "Again"), 3),
        (("add", "meeting", "Evening", "--starts-at", "tomorrow"), 1),
        (("add", "meeting", "Evening", "--minutes", "soon"), 1),
        (("add", "attendance", "No such evening", "Amina"), 1),
        (("add", "task", "Ask", "--owner", "Nobody"), 1),
        (("add", "task", "Ask", "--due", "when pigs fly"), 1),
        (("add", "task", "   "), 1),
        (("import-course", "/nowhere/at/all"), 1),
        (("join", "circle://j/cut-off"), 1),
        (("join", "neither link nor file"), 1),
        (("export", "--meeting", "No such evening"), 1),
        (("add", "fridge", "milk"), 2),
        (("dance",), 2),
    ],
)
def test_bad_input_gets_a_sentence_and_changes_nothing(laptop: Laptop, words: tuple[str, ...], code: int) -> None:
    before = laptop.do("dump").out
    answer = laptop.call(*words)
    assert answer.code == code, answer
    assert answer.err.strip() and "Traceback" not in answer.err
    assert laptop.do("dump").out == before


def test_a_folder_in_use_or_without_a_workspace_is_told_from_a_refusal(laptop: Laptop, tmp_path: Path) -> None:
    holder = subprocess.Popen(
        laptop.command("add", "script", "-"), cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdin is not None and holder.stdout is not None
    holder.stdin.write(json.dumps(["task", "Ask the council"]).encode() + b"\n")
    holder.stdin.flush()
    assert holder.stdout.readline().startswith(b"ACK ")
    busy = laptop.call("status")
    holder.communicate()
    assert busy.code == 3 and "open" in busy.err
    assert laptop.call("status").code == 0
    assert Laptop(tmp_path / "nothing").call("status").code == 3


def test_add_acknowledges_every_kind_of_thing_with_the_id_that_the_dump_shows(laptop: Laptop) -> None:
    ids = {
        "people": laptop.do("add", "person", "Łucja Nowak").ack,
        "meetings": laptop.do("add", "meeting", EVENING, "--starts-at", "2026-11-24T18:30", "--minutes", "1:30").ack,
        "agenda_items": laptop.do(
            "add", "item", EVENING, "Welcome", "--minutes", "10m", "--question", "How are you?"
        ).ack,
        "attendance": laptop.do("add", "attendance", EVENING, "lucja nowak", "--status", "late").ack,
        "tasks": laptop.do("add", "task", "Ask the council", "--owner", "Amina", "--due", "2026-12-04").ack,
        "notes": laptop.do("add", "note", "Benches", "--body", "Three fit.").ack,
        "outcomes": laptop.do("add", "outcome", EVENING, "idea", "Planters").ack,
    }
    tables = laptop.dump()["circles"][0]["tables"]
    for table, row in ids.items():
        assert row in [r["id"] for r in tables[table]], table
    assert next(r for r in tables["meetings"] if r["id"] == ids["meetings"])["minutes"] == 90


def test_a_day_is_read_in_the_language_of_the_windows_and_in_english(laptop: Laptop) -> None:
    today = date.today()
    monday = (today + timedelta(days=7 - today.weekday())).isoformat()
    assert laptop.call("add", "task", "Frag", "--due", "montag").code == 1, "the windows speak English"
    with opened(Namespace(data_dir=laptop.folder, passphrase_file=None)) as (ws, _vault):
        settings.put(ws, "language", "de-AT")
    laptop.do("add", "task", "Frag", "--due", "montag")
    laptop.do("add", "task", "Ask", "--due", "monday")
    assert [task["due"] for task in laptop.dump()["circles"][0]["tables"]["tasks"]] == [monday, monday]


def test_a_script_answers_every_line_and_goes_on_after_a_bad_one(laptop: Laptop) -> None:
    lines = [
        '["meeting", "The evening"]',
        "not json",
        '["live", "dance", "The evening"]',
        '["outcome", "The evening", "note", "x"]',
    ]
    answer = laptop.call("add", "script", "-", stdin="\n".join(lines) + "\n")
    assert [line.split()[0] for line in answer.out.splitlines()] == ["ACK", "NO", "NO", "ACK"]
    assert answer.code == 1


def test_a_passphrase_keeps_the_workspace_shut(tmp_path: Path) -> None:
    locked = Laptop(tmp_path / "locked")
    secret = tmp_path / "passphrase"
    secret.write_text("seven quiet herons\n", encoding="utf-8")
    locked.do("--passphrase-file", str(secret), "init", "--name", "Amina")
    without = locked.call("status")
    assert without.code in (1, 3) and without.err.strip() and "Traceback" not in without.err
    secret.write_text("seven loud herons", encoding="utf-8")
    assert locked.call("--passphrase-file", str(secret), "status").code == without.code


def test_the_data_folder_is_for_its_owner_alone(laptop: Laptop) -> None:
    assert stat.S_IMODE(laptop.folder.stat().st_mode) == 0o700
    for name in ("device.key", "workspace.db"):
        assert stat.S_IMODE((laptop.folder / name).stat().st_mode) == 0o600


def test_notes_are_written_in_every_format(laptop: Laptop, tmp_path: Path) -> None:
    laptop.do("add", "meeting", EVENING, "--starts-at", "2026-11-24T18:30")
    laptop.do("add", "outcome", EVENING, "decision", "We plant before we ask")
    for form in ("md", "html", "pdf"):
        target = tmp_path / f"notes.{form}"
        laptop.do("export", "--meeting", EVENING, "--format", form, "-o", str(target))
        assert target.stat().st_size > 100
    assert (tmp_path / "notes.pdf").read_bytes().startswith(b"%PDF")
    assert "We plant before we ask" in (tmp_path / "notes.html").read_text(encoding="utf-8")


def test_the_papers_of_an_evening_are_written_without_windows(laptop: Laptop, tmp_path: Path) -> None:
    laptop.do("add", "meeting", EVENING, "--starts-at", "2026-11-24T18:30")
    laptop.do("add", "item", EVENING, "Welcome", "--minutes", "10", "--question", "How did you come here?")
    laptop.do("add", "task", "Ask the council", "--owner", "Amina", "--due", "2026-12-04")
    agenda, cards, sheet = (
        laptop.do("export", "--meeting", EVENING, "--paper", paper).out for paper in ("agenda", "cards", "signin")
    )
    assert "| 18:30 | **Welcome**" in agenda and "How did you come here?" in agenda
    assert "# Facilitates: …" in cards and "Read each question aloud" in cards
    assert "| 1 | Amina |" in sheet
    laptop.do("add", "person", "Abel Aas")
    later = laptop.do("export", "--meeting", EVENING, "--paper", "signin").out
    assert "| 1 | Amina |" in later, "a sheet that went out keeps its numbers"
    assert "- [ ] Ask the council _(Amina, by Friday 4 December 2026)_" in laptop.do("export", "--paper", "tasks").out
    for name in ("usual", "large"):
        words = ["--paper", "cards", "--format", "pdf", *(["--large"] if name == "large" else [])]
        laptop.do("export", "--meeting", EVENING, *words, "-o", str(tmp_path / f"{name}.pdf"))
    assert letter(tmp_path / "large.pdf") > 1.1 * letter(tmp_path / "usual.pdf")
    assert laptop.call("export", "--paper", "agenda").code == 1, "which meeting?"
    assert laptop.call("export", "--meeting", EVENING, "--format", "pdf").code == 1, "a PDF needs a file"


def letter(file: Path) -> float:
    """The height in points of the first letter under the title of the second page."""
    with pypdfium2.PdfDocument(file) as pdf:
        text = pdf[1].get_textpage()
        _left, bottom, _right, top = text.get_charbox(text.get_text_range().index("The evening"))
        return float(top - bottom)


def test_a_copy_is_kept_and_put_back(tmp_path: Path) -> None:
    ana = Laptop(tmp_path / "ana")
    ana.do("init", "--name", "Ana")
    ana.do("start-circle", "--name", "Elm Street")
    ana.do("add", "task", "before")
    copy = Path(ana.do("backup").ack)
    ana.do("add", "task", "after")
    assert copy.parent == tmp_path / "ana" / "backups"
    told = ana.do("restore")
    assert Path(told.ack) == copy and "set-aside-1" in told.out
    titles = [t["title"] for c in ana.dump()["circles"] for t in c["tables"]["tasks"]]
    assert titles == ["before"]
    assert ana.call("restore", str(tmp_path / "nothing.db")).code == 3
    assert ana.do("backup", "--into", str(tmp_path / "stick")).code == 0
    assert (tmp_path / "stick" / "device.key").exists()


def test_a_first_call_that_was_cut_off_is_taken_up_again(tmp_path: Path) -> None:
    ana = Laptop(tmp_path / "ana")
    ana.do("init", "--name", "Ana")
    (tmp_path / "ana" / "workspace.db").unlink()
    ana.do("init", "--name", "Ana")
    assert ana.call("init", "--name", "Ana").code == 3
