"""What is sealed opens for who holds the key, for nobody else, and says nothing about itself on the way."""

from __future__ import annotations

import logging
import os
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.ops import INT_MAX, INT_MIN, SetOp
from circle_app.errors import BadChangeset
from sync import body, codec, keys, seal, wire
from sync.envelopes import invite_keys, open_envelope, seal_envelope
from sync.refusals import REFUSALS
from tests.vectors.bad_members import usual_circle
from tests.vectors.world import EMPTY32, HLC, ROW, Forge, Seeded, device, zeros_deflated

EPOCH = keys.EpochKey.of(space=b"s" * 32, secret=b"k" * 32)
BEN = device("ben").keys

VALUES = st.none() | st.integers(INT_MIN, INT_MAX) | st.text(max_size=60) | st.binary(max_size=60)
OPS = st.builds(
    SetOp,
    st.integers(0, 65_535),
    st.binary(min_size=16, max_size=16),
    st.integers(0, 65_535),
    VALUES,
    st.integers(0, body.MAX_HLC),
    st.none() | st.binary(min_size=16, max_size=16),
)


def sealed(ops: Any, *, seq: int = 2, **more: Any) -> seal.Sealed:
    fields: dict[str, Any] = {
        "space": EPOCH.space, "dev": BEN.dev, "seq": seq, "prev": b"p" * 32, "mheads": (), "deps": (), "ops": ops,
        "kind": codec.CONTENT, "clear": b"", "signing": BEN.signing, "epoch": EPOCH, "random_bytes": os.urandom,
    }  # fmt: skip
    return seal.seal(**{**fields, **more})


@given(st.lists(OPS, max_size=30))
def test_what_is_sealed_opens_unchanged(ops: list[SetOp]) -> None:
    done = sealed(ops)
    changeset = codec.parse(done.data)
    codec.check_signature(changeset, BEN.signing.public)
    assert changeset.id == done.id
    assert list(seal.unseal(changeset, {EPOCH.id: EPOCH}).ops) == ops


def test_opened_ops_are_what_the_workspace_takes() -> None:
    (op,) = seal.unseal(codec.parse(sealed([SetOp(4, ROW, 1, "x", HLC, None)]).data), {EPOCH.id: EPOCH}).ops
    assert isinstance(op, SetOp)
    assert op == SetOp(4, ROW, 1, "x", HLC, None)
    assert hash(op) == hash(SetOp(4, ROW, 1, "x", HLC, None))


def test_the_same_edit_sealed_twice_looks_different() -> None:
    ops = [SetOp(4, ROW, 1, "x", HLC, None)]
    one, two = codec.parse(sealed(ops).data), codec.parse(sealed(ops).data)
    assert one.commit != two.commit
    assert one.salt != two.salt
    assert one.ct != two.ct


def test_short_edits_are_all_of_one_size() -> None:
    sizes = {
        len(sealed([SetOp(4, ROW, 1, text, HLC, None)]).data) for text in ("", "yes", "Ana promised to bring bread")
    }
    assert len(sizes) == 1


def test_no_word_of_an_edit_is_in_its_bytes() -> None:
    words = "Kerzenlicht am Dienstag"
    data = sealed([SetOp(4, ROW, 1, words, HLC, None)]).data
    assert all(words[n : n + 5].encode() not in data for n in range(len(words) - 4))


def test_a_new_epoch_keeps_id_and_signature() -> None:
    ops = [SetOp(4, ROW, 1, "x", HLC, None)]
    old = codec.parse(sealed(ops).data)
    new_epoch = keys.EpochKey.of(space=EPOCH.space, secret=b"n" * 32)
    moved = seal.reseal(old, epochs={EPOCH.id: EPOCH}, epoch=new_epoch, random_bytes=os.urandom)
    new = codec.parse(moved.data)
    codec.check_signature(new, BEN.signing.public)
    assert (new.id, new.sig, new.core) == (old.id, old.sig, old.core)
    assert list(seal.unseal(new, {new_epoch.id: new_epoch}).ops) == ops
    with pytest.raises(BadChangeset) as caught:
        seal.unseal(new, {EPOCH.id: EPOCH})
    assert caught.value.code == "no_key"


def test_a_key_of_another_space_opens_nothing() -> None:
    foreign = keys.EpochKey(b"t" * 32, EPOCH.id, EPOCH.secret)
    with pytest.raises(BadChangeset) as caught:
        seal.unseal(codec.parse(sealed([]).data), {foreign.id: foreign})
    assert caught.value.code == "sealed"


def test_every_failure_to_open_says_the_same() -> None:
    opening = ("sealed", "padding", "deflate", "inflated", "commit", "body", "ops", "envelope", "wrapped_key")
    assert len({REFUSALS[code] for code in opening}) == 1


@given(st.binary(max_size=70_000))
def test_padding_comes_off_again(data: bytes) -> None:
    padded = seal.pad(data)
    assert seal.unpad(padded) == data
    assert len(padded) >= 256
    assert len(padded) <= max(256, (4 + len(data)) * 1.12 + 1)


@pytest.mark.parametrize(
    "ops",
    [
        [SetOp(4, ROW, 1, 1.5, HLC, None)],  # type: ignore[arg-type]
        [SetOp(4, ROW, 1, True, HLC, None)],
        [SetOp(4, ROW[:8], 1, "x", HLC, None)],
        [SetOp(4, ROW, 1, "x", -1, None)],
        [SetOp(4, ROW, 1, INT_MAX + 1, HLC, None)],
        [SetOp(4, ROW, 1, None, HLC, None)] * (wire.MAX_OPS + 1),
    ],
    ids=["fraction", "boolean", "short row", "negative stamp", "too large", "too many"],
)
def test_nothing_is_sealed_that_others_would_refuse(ops: list[SetOp]) -> None:
    with pytest.raises(BadChangeset):
        sealed(ops)


def test_a_number_needs_its_predecessor_before_it_is_sealed() -> None:
    with pytest.raises(BadChangeset):
        sealed([], seq=1)
    assert codec.parse(sealed([], seq=1, prev=EMPTY32).data).seq == 1


def test_a_body_that_does_not_fit_is_refused_and_not_cut() -> None:
    with pytest.raises(BadChangeset) as caught:
        sealed([SetOp(10, ROW, 2, os.urandom(1 << 20).hex(), HLC, None)] * 2)
    assert caught.value.code in ("size", "inflated")


def test_a_bomb_costs_no_more_than_its_cap() -> None:
    circle, ben = usual_circle()
    bomb = Forge(ben, circle.epoch, Seeded("bomb")).changeset(b"", deflate=lambda _: zeros_deflated(64 << 20))
    started = time.perf_counter()
    with pytest.raises(BadChangeset) as caught:
        seal.unseal(codec.parse(bomb), {circle.epoch.id: circle.epoch})
    assert caught.value.code == "inflated"
    assert time.perf_counter() - started < 0.5


def test_any_compression_level_is_read() -> None:
    ops = [SetOp(4, ROW, 1, "again and again " * 40, HLC, None)]
    for level in (0, 1, 6, 9):
        opened = seal.unseal(codec.parse(sealed(ops, level=level).data), {EPOCH.id: EPOCH})
        assert list(opened.ops) == ops


@given(st.binary(max_size=600))
def test_garbage_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(BadChangeset) as caught:
        codec.parse(data)
    assert caught.value.code in REFUSALS


@given(st.binary(max_size=400))
def test_a_garbage_body_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(BadChangeset) as caught:
        body.decode_body(b"\x95\x01\xc4\x20" + bytes(32) + data)
    assert caught.value.code in ("body", "ops")


def test_the_fourteen_small_order_keys_are_weak() -> None:
    """The list of libsodium's ge25519_has_small_order, each with the sign bit clear and set."""
    points = (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
    weak = [bytes.fromhex(p)[:31] + bytes([bytes.fromhex(p)[31] | sign]) for p in points for sign in (0, 0x80)]
    assert len(set(weak)) == 14
    assert all(codec.is_weak_key(key) for key in weak)
    assert not codec.is_weak_key(BEN.signing.public)
    assert not any(codec.verify(public_key=k, label="cc1/sig", message=b"", signature=bytes(64)) for k in weak)


def test_secrets_do_not_show_in_logs(caplog: pytest.LogCaptureFixture) -> None:
    invite = invite_keys(secret=b"i" * 32, space=EPOCH.space)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").debug("%r %s %r", BEN, EPOCH, invite)
    root = Seeded("ben")(32)
    assert EPOCH.secret.hex() not in caplog.text
    assert "kkkk" not in caplog.text
    assert repr(root)[2:-1] not in caplog.text
    for text in (BEN, EPOCH, invite):
        assert "_seed" not in repr(text)
        assert "secret" not in repr(text)
        assert "_wrap" not in repr(text)


def test_keys_of_two_spaces_have_nothing_in_common() -> None:
    one = keys.device_keys(root=b"r" * 32, key_salt=b"1" * 32)
    two = keys.device_keys(root=b"r" * 32, key_salt=b"2" * 32)
    assert one.dev != two.dev
    assert one.signing.public != two.signing.public
    assert one.kem.public != two.kem.public


def test_an_envelope_opens_for_its_device_only() -> None:
    carl = device("carl").keys
    envelope = seal_envelope(epoch=EPOCH, kem_pk=BEN.kem.public, dev=BEN.dev)
    opened = open_envelope(envelope=envelope, kem=BEN.kem, space=EPOCH.space, epoch_id=EPOCH.id, dev=BEN.dev)
    assert opened == EPOCH
    for kem, dev, space in (
        (carl.kem, BEN.dev, EPOCH.space),
        (BEN.kem, carl.dev, EPOCH.space),
        (BEN.kem, BEN.dev, b"t" * 32),
    ):
        with pytest.raises(BadChangeset) as caught:
            open_envelope(envelope=envelope, kem=kem, space=space, epoch_id=EPOCH.id, dev=dev)
        assert caught.value.code == "envelope"


def test_an_envelope_with_a_key_that_is_not_the_epochs_is_refused() -> None:
    false = keys.EpochKey(EPOCH.space, EPOCH.id, b"f" * 32)
    envelope = seal_envelope(epoch=false, kem_pk=BEN.kem.public, dev=BEN.dev)
    with pytest.raises(BadChangeset) as caught:
        open_envelope(envelope=envelope, kem=BEN.kem, space=EPOCH.space, epoch_id=EPOCH.id, dev=BEN.dev)
    assert caught.value.code == "envelope"


def test_no_envelope_is_made_for_a_broken_key() -> None:
    with pytest.raises(BadChangeset) as caught:
        seal_envelope(epoch=EPOCH, kem_pk=b"\xff" * 1216, dev=BEN.dev)
    assert caught.value.code == "card"


def test_an_invite_hands_the_key_to_who_holds_its_secret() -> None:
    wrapped = invite_keys(secret=b"i" * 32, space=EPOCH.space).wrap(EPOCH)
    holder = invite_keys(secret=b"i" * 32, space=EPOCH.space)
    assert holder.unwrap(space=EPOCH.space, epoch_id=EPOCH.id, wrapped=wrapped) == EPOCH
    with pytest.raises(BadChangeset):
        invite_keys(secret=b"j" * 32, space=EPOCH.space).unwrap(space=EPOCH.space, epoch_id=EPOCH.id, wrapped=wrapped)
