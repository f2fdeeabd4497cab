"""Every vector gives exactly its result, the files are what the program makes, and the documents know every code."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from circle_app.domain.ids import tagged_hash
from circle_app.errors import BadChangeset
from sync import body, codec, invitation, keys, seal, wire
from sync.envelopes import open_envelope
from sync.membership.evaluate import evaluate
from sync.refusals import REFUSALS
from tests.vectors import make_vectors
from tests.vectors.bad_changesets import good_ops
from tests.vectors.judge import judge, read_content, replay

ROOT = Path(__file__).resolve().parents[2]
CHANGESETS: dict[str, Any] = json.loads((make_vectors.FOLDER / "changesets.json").read_text("utf-8"))
KEYS: dict[str, Any] = json.loads((make_vectors.FOLDER / "keys.json").read_text("utf-8"))
BAD = CHANGESETS["bad"]
LOCAL = {"cc1/unreadable", "cc1/judged", "cc1/state", "cc1/release", "cc1/shown", "cc1/place"}
"""Labels of hashes that no other device checks."""


@pytest.mark.parametrize("case", BAD, ids=[f"{c['code']}: {c['name']}" for c in BAD])
def test_a_bad_vector_is_refused_for_its_one_reason(case: dict[str, Any]) -> None:
    with pytest.raises(BadChangeset) as caught:
        judge(case, CHANGESETS)
    assert caught.value.code == case["code"]


@pytest.mark.parametrize(
    "case", [*CHANGESETS["good_rekeys"], *CHANGESETS["good_devices"]], ids=lambda case: case["name"]
)
def test_a_good_membership_change_is_taken(case: dict[str, Any]) -> None:
    judge(case, CHANGESETS)


def test_every_type_of_value_is_read_back() -> None:
    case = CHANGESETS["good"][0]
    opened = judge(case, CHANGESETS)
    assert opened is not None
    assert opened.ops == good_ops()
    assert codec.parse(bytes.fromhex(case["data"])).id.hex() == case["id"]


def test_fields_and_ops_of_a_later_version_do_not_hurt() -> None:
    opened = judge(CHANGESETS["good"][1], CHANGESETS)
    assert opened is not None
    assert [op.value for op in opened.ops] == ["Welcome"]
    assert [raw[:2] for raw in opened.others] == [b"\x93\x01", b"\x91\xcc"]


def test_the_log_gives_the_members_of_the_vector() -> None:
    membership = evaluate(replay(CHANGESETS["log"]))
    assert {m.id.hex(): int(m.role or 0) for m in membership.members.values()} == CHANGESETS["members"]
    assert [head.hex() for head in membership.heads] == CHANGESETS["heads"]
    assert membership.space.hex() == CHANGESETS["space"]
    assert membership.first_key == keys.first_key_hash(bytes.fromhex(CHANGESETS["epoch_secret"]))


def test_every_single_changed_byte_is_refused() -> None:
    case = CHANGESETS["good"][0]
    data = bytes.fromhex(case["data"])
    taken = []
    for position in range(len(data)):
        for flip in (0x01, 0x80, 0xFF):
            changed = data[:position] + bytes([data[position] ^ flip]) + data[position + 1 :]
            try:
                read_content(changed, case, CHANGESETS)
            except BadChangeset:
                continue
            taken.append((position, flip))
    assert taken == []


def test_every_truncation_is_refused() -> None:
    data = bytes.fromhex(CHANGESETS["good"][0]["data"])
    for length in range(len(data)):
        with pytest.raises(BadChangeset):
            codec.parse(data[:length])


def test_a_second_run_makes_the_same_files() -> None:
    for name, content in make_vectors.vectors().items():
        assert (make_vectors.FOLDER / name).read_bytes() == content, name


def test_every_reason_code_has_a_vector() -> None:
    assert {case["code"] for case in BAD} == set(REFUSALS)


def test_the_protocol_names_every_reason_code_and_no_other() -> None:
    text = (ROOT / "docs" / "protocol.md").read_text("utf-8")
    table = text.split("## 11. Refusals")[1].split("Requests as a whole")[0]
    named: set[str] = set()
    for line in table.splitlines():
        if line.startswith("| `"):
            named |= set(re.findall(r"`([a-z_]+)`", line.split("|")[1]))
    assert named == set(REFUSALS)


def test_the_protocol_lists_every_label_of_the_code() -> None:
    listed = set(re.findall(r"cc1/[a-z/-]+", (ROOT / "docs" / "protocol.md").read_text("utf-8").split("## 2.")[0]))
    used = {
        label.rstrip("/")
        for folder in ("sync", "circle_app")
        for file in (ROOT / folder).rglob("*.py")
        for label in re.findall(r"\"(cc1/[a-z/-]+)", file.read_text("utf-8"))
    }
    assert {label for label in used if label not in LOCAL} <= listed
    assert listed - used == set()


def test_the_protocol_gives_the_limits_of_the_code() -> None:
    text = (ROOT / "docs" / "protocol.md").read_text("utf-8").split("## 9. Limits")[1].split("##")[0]
    limits = [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", text)]
    assert limits == [
        wire.MAX_CORE, wire.MAX_CLEAR, wire.MAX_DEFLATED >> 20, wire.MAX_INFLATED >> 20, wire.MAX_OPS,
        wire.MAX_MHEADS, wire.MAX_DEPS, wire.MAX_CHANGESET, wire.MAX_PUSH_CHANGESETS, wire.MAX_PAGE_CHANGESETS,
        wire.MAX_PAGE >> 20, wire.MAX_REQUEST >> 20, wire.MAX_BLOB, wire.MAX_BLOB_NAMES, wire.MAX_VECTOR,
    ]  # fmt: skip
    assert wire.MAX_REPLY == wire.MAX_REQUEST


def test_x_wing_keys_come_from_seeds_as_its_draft_says() -> None:
    """The seed and public key of the first vector in draft-connolly-cfrg-xwing-kem, Appendix C."""
    public = keys.KemKey.from_seed(bytes.fromhex(KEYS["xwing"]["seed"])).public
    assert public.hex().startswith("e2236b35a8c24b39b10aa1323a96a919a2ced88400633a7b07131713fc14b2b5b19cfc3da5fa1a92")
    assert public.hex().endswith("859edb06eff389b27dce59844570216223593d4ba32d9abac8cd049040ef6534")
    assert hashlib.sha256(public).hexdigest() == KEYS["xwing"]["public_sha256"]


def test_device_keys_come_from_root_and_salt() -> None:
    vector = KEYS["device"]
    made = keys.device_keys(root=bytes.fromhex(vector["root"]), key_salt=bytes.fromhex(vector["key_salt"]))
    assert made.signing.public.hex() == vector["ed25519_public"]
    assert made.dev.hex() == vector["dev"]
    assert hashlib.sha256(made.kem.public).hexdigest() == vector["kem_public_sha256"]


def test_padding_has_the_sizes_of_the_vector() -> None:
    assert [[n, seal.padded_size(n)] for n, _ in KEYS["padded_sizes"]] == KEYS["padded_sizes"]


def test_a_tag_separates_hashes() -> None:
    vector = KEYS["tagged_hash"]
    assert tagged_hash(vector["tag"], bytes.fromhex(vector["data"])).hex() == vector["hash"]
    assert hashlib.sha256(b"cc1/id\x00\x00\xff").hexdigest() == vector["hash"]


def test_the_recorded_envelope_opens() -> None:
    vector = KEYS["envelope"]
    epoch = open_envelope(
        envelope=bytes.fromhex(vector["data"]),
        kem=keys.KemKey.from_seed(bytes.fromhex(vector["kem_seed"])),
        space=bytes.fromhex(vector["space"]),
        epoch_id=bytes.fromhex(vector["epoch"]),
        dev=bytes.fromhex(vector["dev"]),
    )
    assert epoch.secret.hex() == vector["secret"]


def test_the_recorded_link_reads_back() -> None:
    vector = KEYS["link"]
    link = invitation.read_link(vector["text"])
    assert (link.space.hex(), link.founder.hex(), link.secret.hex(), link.server) == (
        vector["space"], vector["founder"], vector["secret"], vector["server"],
    )  # fmt: skip
    assert invitation.link_text(link) == vector["text"]


def test_the_recorded_request_signature_holds() -> None:
    auth = wire.decode_auth(KEYS["auth"]["header"])
    assert auth is not None
    label, _, message = bytes.fromhex(KEYS["auth"]["message"]).partition(b"\x00")
    public = bytes.fromhex(KEYS["device"]["ed25519_public"])
    assert auth.key_id == codec.device_id(public)
    assert codec.verify(public_key=public, label=label.decode(), message=message, signature=auth.signature)
    assert not codec.verify(public_key=public, label="cc1/sig", message=message, signature=auth.signature)


def test_the_same_body_gives_the_same_commitment() -> None:
    case = CHANGESETS["good"][0]
    opened = judge(case, CHANGESETS)
    assert opened is not None
    again = body.encode_body(rnd=opened.rnd, deps=opened.deps, ops=opened.ops)
    assert seal.commit_of(again) == codec.parse(bytes.fromhex(case["data"])).commit
