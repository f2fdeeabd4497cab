"""Publications: every vector gives its result, nothing unsigned gets in, and a hidden entry leaves the chain whole."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from circle_app.errors import BadEntry
from sync.keys import KemKey
from sync.letters import Message, open_letter, seal_letter
from sync.publications import entries, wire
from sync.publications.chain import Standing, follow, start
from sync.publications.entries import REFUSALS, parse, refuse_entry, without_body
from sync.publications.reading import read
from tests.vectors import make_vectors
from tests.vectors.bad_publications import ANA, BEN, CONTACT, following, genesis, good_chain
from tests.vectors.world import Seeded

ROOT = Path(__file__).resolve().parents[2]
VECTORS: dict[str, Any] = json.loads((make_vectors.FOLDER / "publications.json").read_text("utf-8"))
CHAIN = [bytes.fromhex(case["data"]) for case in VECTORS["good"]]


def met(data: bytes, *, after: int) -> Standing:
    """Where the good chain stands with this entry after its first ones."""
    standing: Standing | None = None
    for one in (*CHAIN[:after], data):
        entry = parse(one)
        standing = start(entry) if standing is None else follow(standing, entry)
    if standing is None:
        raise refuse_entry("malformed")
    return standing


def test_the_good_chain_reads_as_it_was_written() -> None:
    assert [entry.data for entry in good_chain()] == CHAIN
    assert [parse(data).id.hex() for data in CHAIN] == [case["id"] for case in VECTORS["good"]]
    reading = read(CHAIN)
    assert reading.standing.profile.title == "Care of two rivers"
    assert reading.standing.signers == (BEN.public,) and reading.standing.contacts == ()
    assert reading.standing.closed and reading.successor == b"\x03" * 32
    assert [release.title for _id, release in reading.releases()] == ["Second edition"]
    assert [shown.says.title for shown in reading.shown] == ["Second edition", "We begin in May", "What we saw"]
    assert reading.circles == {b"\x02" * 32}


@pytest.mark.parametrize("case", VECTORS["bad"], ids=lambda case: f"{case['code']}: {case['name']}")
def test_a_bad_entry_is_refused_for_its_one_reason(case: dict[str, Any]) -> None:
    with pytest.raises(BadEntry) as caught:
        met(bytes.fromhex(case["data"]), after=case["after"])
    assert caught.value.code == case["code"]


def test_there_is_a_vector_and_a_line_in_the_protocol_for_every_reason() -> None:
    assert len(VECTORS["bad"]) >= 25
    assert {case["code"] for case in VECTORS["bad"]} == set(REFUSALS)
    text = (ROOT / "docs" / "protocol.md").read_text("utf-8")
    table = text.split("## 12. Publications")[1].split("\n## ")[0]
    named: set[str] = set()
    for line in table.splitlines():
        if line.startswith("| `"):
            named |= set(re.findall(r"`([a-z_]+)`", line.split("|")[1]))
    assert named == set(REFUSALS)


def test_every_single_changed_byte_of_an_entry_is_refused() -> None:
    taken = []
    for position in range(len(CHAIN[5])):
        for flip in (0x01, 0x80, 0xFF):
            changed = CHAIN[5][:position] + bytes([CHAIN[5][position] ^ flip]) + CHAIN[5][position + 1 :]
            try:
                met(changed, after=5)
            except BadEntry:
                continue
            taken.append((position, flip))
    assert taken == []


def test_every_truncation_of_an_entry_is_refused() -> None:
    for length in range(len(CHAIN[1])):
        with pytest.raises(BadEntry):
            parse(CHAIN[1][:length])


def test_a_hidden_entry_may_travel_without_its_body_and_the_chain_still_proves_itself() -> None:
    thin = [*CHAIN[:3], without_body(parse(CHAIN[3])), *CHAIN[4:]]
    assert len(thin[3]) < len(CHAIN[3])
    assert read(thin) == read(CHAIN)


def test_an_entry_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(BadEntry) as caught:
        parse(b"\xc1" * (entries.MAX_ENTRY + 1))
    assert caught.value.code == "size"


def test_a_standing_can_be_put_away_and_taken_out() -> None:
    for after in range(len(CHAIN)):
        standing = met(CHAIN[after], after=after)
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(standing), type=Standing) == standing


def test_another_nonce_gives_another_publication() -> None:
    assert genesis().pub == genesis().pub != genesis(nonce=bytes(16)).pub


def test_only_who_holds_a_contact_key_reads_a_letter() -> None:
    pub, other = genesis().pub, KemKey.from_seed(Seeded("other contact")(32))
    said = Message(1, "May we join?", "We are a circle in Łódź.", b"\x07" * 32)
    letter = seal_letter(pub=pub, contacts=[CONTACT.public, other.public], message=said, random_bytes=Seeded("letter"))
    assert len(letter) <= wire.MAX_LETTER
    assert open_letter(pub=pub, kem=CONTACT, data=letter) == open_letter(pub=pub, kem=other, data=letter) == said
    assert b"join" not in letter
    for pub_, kem, data in (
        (bytes(32), CONTACT, letter),
        (pub, KemKey.from_seed(bytes(32)), letter),
        (pub, CONTACT, letter[:-1] + bytes([letter[-1] ^ 1])),
        (pub, CONTACT, b""),
    ):
        with pytest.raises(BadEntry) as caught:
            open_letter(pub=pub_, kem=kem, data=data)
        assert caught.value.code == "letter"


def test_letters_have_few_sizes_and_an_end() -> None:
    sizes = {
        len(seal_letter(
            pub=bytes(32), contacts=[CONTACT.public], message=Message(1, "s", "x" * length), random_bytes=random.randbytes
        ))
        for length in range(1, 200, 7)
    }  # fmt: skip
    assert len(sizes) == 1
    with pytest.raises(BadEntry) as caught:
        seal_letter(
            pub=bytes(32),
            contacts=[CONTACT.public],
            message=Message(1, "s", "𐍈" * 17_000),
            random_bytes=random.randbytes,
        )
    assert caught.value.code == "size"
    with pytest.raises(BadEntry) as caught:
        seal_letter(pub=bytes(32), contacts=[bytes(5)], message=Message(1, "s", ""), random_bytes=random.randbytes)
    assert caught.value.code == "contacts"


def test_a_signer_of_yesterday_cannot_go_on_and_the_new_one_can() -> None:
    standing = start(genesis())
    standing = follow(standing, following(standing, entries.SIGNERS, entries.NewSigners((BEN.public,), ())))
    said = entries.Announcement("Words", "")
    with pytest.raises(BadEntry) as caught:
        follow(standing, following(standing, entries.ANNOUNCEMENT, said, signer=ANA))
    assert caught.value.code == "signer"
    assert follow(standing, following(standing, entries.ANNOUNCEMENT, said, signer=BEN)).seq == 3
