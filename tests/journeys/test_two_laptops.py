"""The main job, end to end: one evening on two laptops, with real processes and a real server on loopback."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.laptop import ROOT, Laptop, Wire, free_port, server

COURSE = ROOT / "assets" / "courses" / "listening-and-greening"
EVENING = "Opening evening Zwetschgenbaum"
# Long enough that chance does not make them; each must be found nowhere outside the two laptops.
CANARIES = (
    "Zwetschgenbaum", "Amina Quillfeather", "Benedikt Wolkenstein", "Ask the council about the quince alley",
    "We plant before we ask", "Hagebuttenweg hall", "private worry about the landlord",
)  # fmt: skip


def test_one_evening_on_two_laptops_ends_the_same_on_both(tmp_path: Path) -> None:
    port = free_port()
    alice, ben = Laptop(tmp_path / "alice"), Laptop(tmp_path / "ben")
    with server(tmp_path / "server", port=port) as backend:
        wire = Wire(backend).start()
        address = f"http://127.0.0.1:{wire.port}"
        _first_person_starts(alice, address)
        _second_person_joins(alice, ben)

    # The server is gone: both go on, and are told kindly that their work waits.
    alice.do("add", "attendance", EVENING, "Amina Quillfeather")
    alice.do("add", "item", EVENING, "Walk the alley", "--minutes", "1:10")
    alice.do("add", "outcome", EVENING, "decision", "We plant before we ask")
    alice.do("add", "outcome", EVENING, "note", "private worry about the landlord", "--private")
    ben.do("add", "attendance", EVENING, "Benedikt Wolkenstein", "--status", "late")
    ben.do(
        "add",
        "task",
        "Ask the council about the quince alley",
        "--owner",
        "Benedikt Wolkenstein",
        "--due",
        "in 2 weeks",
    )
    ben.do("add", "note", "Benches", "--body", "Three benches fit.", "--meeting", EVENING)
    offline = alice.call("sync")
    assert offline.code == 4 and offline.err.strip()

    with server(tmp_path / "server", port=port):
        for laptop in (alice, ben, alice):
            laptop.do("sync")
    wire.stop()
    assert alice.dump() == ben.dump()
    for laptop in (alice, ben):
        assert "same state" in laptop.do("verify", "--rebuild").out
        assert "waiting 0" in laptop.do("status").out

    _second_person_exports(ben)
    _nothing_readable_outside(tmp_path, bytes(wire.seen))


def _first_person_starts(alice: Laptop, address: str) -> None:
    alice.do("init", "--name", "Amina Quillfeather", "--server", address)
    alice.do("start-circle", "--name", "Zwetschgenbaum Greening", "--place", "Hagebuttenweg hall")
    imported = alice.do("import-course", str(COURSE), "--into", "1").out
    assert "3 meetings, 12 timed items" in imported
    alice.do("add", "meeting", EVENING, "--starts-at", "2026-11-24T18:30", "--minutes", "90")
    alice.do("add", "item", EVENING, "Welcome", "--minutes", "10m")
    alice.do("sync")


def _second_person_joins(alice: Laptop, ben: Laptop) -> None:
    link = alice.do("invite").out.strip()
    alice.do("sync")
    ben.do("init", "--name", "Benedikt Wolkenstein")
    ben.do("join", "-", stdin=link)
    ben.do("sync")
    alice.do("sync")


def _second_person_exports(ben: Laptop) -> None:
    ours = ben.do("export", "--meeting", EVENING).out
    assert "We plant before we ask" in ours and "Walk the alley" in ours and "Amina Quillfeather" in ours
    public = ben.do("export", "--meeting", EVENING, "--preset", "public").out
    assert "We plant before we ask" in public
    for hidden in ("private worry about the landlord", "Quillfeather", "Wolkenstein"):
        assert hidden not in public


def _nothing_readable_outside(tmp_path: Path, wire_bytes: bytes) -> None:
    stored = [p for p in (tmp_path / "server").rglob("*") if p.is_file()]
    assert len(wire_bytes) > 10_000 and sum(p.stat().st_size for p in stored) > 10_000, "nothing was recorded"
    outside = [(str(p), p.read_bytes()) for p in stored] + [("the wire", wire_bytes)]
    for where, data in outside:
        for canary in CANARIES:
            for form in (canary.encode(), canary.encode("utf-16-le")):
                assert form not in data, (where, canary)
