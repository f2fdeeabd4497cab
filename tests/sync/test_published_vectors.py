"""Our use of each primitive against the vectors that others published; where they leave a choice, ours is docs/protocol.md."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sync import codec, envelopes, keys
from sync.derive import derive

PUBLISHED = Path(__file__).resolve().parents[1] / "vectors" / "published"
ORDER = 2**252 + 27742317777372353535851937790883648493
FIELD = 2**255 - 19
Case = dict[str, Any]


def _cases(name: str) -> Iterator[tuple[Case, Case]]:
    """Each test with its group."""
    told = json.loads(lzma.decompress((PUBLISHED / f"{name}_test.json.xz").read_bytes()))
    cases = [(group, case) for group in told["testGroups"] for case in group["tests"]]
    assert len(cases) == told["numberOfTests"] > 50
    return iter(cases)


def _bytes(case: Case, name: str) -> bytes:
    return bytes.fromhex(case[name])


def test_ed25519_signatures_are_taken_and_refused_as_published() -> None:
    """Of what is left open we refuse every key of small order; a mixed one needs the plain equation to hold."""
    weak = 0
    for group, case in _cases("ed25519"):
        public = bytes.fromhex(group["publicKey"]["pk"])
        taken = codec.signed_by(public, _bytes(case, "msg"), _bytes(case, "sig"))
        if case["result"] == "acceptable":
            small = "SmallOrderPublicKey" in case["flags"]
            weak += small
            assert codec.is_weak_key(public) == small
            assert not (small and taken), case
        else:
            assert taken == (case["result"] == "valid"), case
    assert weak == 8


def test_edge_points_are_taken_and_refused_as_cctv_tells_them_apart() -> None:
    """A key of small order is refused in every spelling, R in all but its own; mixed points need the plain equation."""
    cases = json.loads((PUBLISHED / "cctv_ed25519.json").read_bytes())
    taken = []
    for case in cases:
        public, flags = _bytes(case, "key"), set(case["flags"])
        assert codec.is_weak_key(public) == ("low_order_A" in flags), case
        wanted = flags.isdisjoint({"low_order_A", "low_order_residue", "non_canonical_R"})
        assert codec.signed_by(public, case["msg"].encode(), _bytes(case, "sig")) == wanted, case
        taken += [case["number"]] * wanted
    assert len(cases) == 40 and taken == [5, 7, 27, 29]


def test_a_signature_has_one_spelling() -> None:
    """S + L satisfies the same equation, as an R that is not below the field's prime may; neither is taken."""
    key = keys.SigningKey.from_seed(bytes(range(32)))
    signature = key.sign("cc1/sig", b"x")
    scalar = int.from_bytes(signature[32:], "little")
    assert codec.verify(public_key=key.public, label="cc1/sig", message=b"x", signature=signature)
    for more in range(1, 8):
        again = scalar + more * ORDER
        if again < 2**256:
            twin = signature[:32] + again.to_bytes(32, "little")
            assert not codec.verify(public_key=key.public, label="cc1/sig", message=b"x", signature=twin)
    for r in range(FIELD, 2**255, 1):
        twin = r.to_bytes(32, "little") + signature[32:]
        assert not codec.verify(public_key=key.public, label="cc1/sig", message=b"x", signature=twin)


def test_every_spelling_of_a_point_of_small_order_is_a_weak_key() -> None:
    """The eight points have fourteen spellings: with the other sign where x is 0, and with y + p where that fits."""
    spellings = set()
    for y in codec._SMALL_ORDER_Y:
        for value in (y, y + FIELD):
            if value < 2**255:
                spellings |= {(value | sign << 255).to_bytes(32, "little") for sign in (0, 1)}
    assert len(spellings) == 14
    for spelled in spellings:
        assert codec.is_weak_key(spelled)
        assert not codec.signed_by(spelled, b"anything", spelled + bytes(32))
        assert not codec.signed_by(spelled, b"anything", b"\x01" + bytes(63))


def test_x25519_agrees_and_refuses_a_secret_of_zeros() -> None:
    zeros = 0
    for _, case in _cases("x25519"):
        private = X25519PrivateKey.from_private_bytes(_bytes(case, "private"))
        public, shared = X25519PublicKey.from_public_bytes(_bytes(case, "public")), _bytes(case, "shared")
        if any(shared):
            assert private.exchange(public) == shared, case
            continue
        zeros += 1
        with pytest.raises(ValueError):
            private.exchange(public)
    assert zeros > 20


def test_chacha20_poly1305_opens_and_refuses_as_published() -> None:
    for _, case in _cases("chacha20_poly1305"):
        nonce, sealed = _bytes(case, "iv"), _bytes(case, "ct") + _bytes(case, "tag")
        cipher = ChaCha20Poly1305(_bytes(case, "key"))
        if case["result"] == "valid":
            assert cipher.decrypt(nonce, sealed, _bytes(case, "aad")) == _bytes(case, "msg"), case
            assert cipher.encrypt(nonce, _bytes(case, "msg"), _bytes(case, "aad")) == sealed, case
        else:
            with pytest.raises((InvalidTag, ValueError)):
                cipher.decrypt(nonce, sealed, _bytes(case, "aad"))


def test_keys_are_derived_as_hkdf_says() -> None:
    for _, case in _cases("hkdf_sha256"):
        given = {"secret": _bytes(case, "ikm"), "salt": _bytes(case, "salt"), "info": _bytes(case, "info")}
        if case["result"] == "valid":
            assert derive(**given, length=case["size"]) == _bytes(case, "okm"), case
        else:
            with pytest.raises(ValueError):
                derive(**given, length=case["size"])


def test_mlkem_gives_the_published_secrets_and_refuses_bad_texts() -> None:
    refused = 0
    for _, case in _cases("mlkem_768"):
        try:
            private = MLKEM768PrivateKey.from_seed_bytes(_bytes(case, "seed"))
            shared = private.decapsulate(_bytes(case, "c"))
        except ValueError:
            assert case["result"] == "invalid", case
            refused += 1
            continue
        assert case["result"] == "valid", case
        assert shared == _bytes(case, "K"), case
        assert private.public_key().public_bytes_raw() == _bytes(case, "ek"), case
    assert refused >= 40


def test_a_card_takes_no_key_that_mlkem_would_not() -> None:
    good_x25519 = X25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw()
    for _, case in _cases("mlkem_768_encaps"):
        known = keys.kem_public(_bytes(case, "ek") + good_x25519) is not None
        assert known == (case["result"] == "valid"), (case["tcId"], case["flags"])


def test_envelopes_are_the_hpke_of_the_published_suite() -> None:
    """Envelopes have no extra data, the published texts do; so ours is sealed with the published key and nonce."""
    (case,) = json.loads((PUBLISHED / "hpke_xwing.json").read_text("utf-8"))
    key = keys.KemKey.from_seed(_bytes(case, "skRm"))
    assert key.public == _bytes(case, "pkRm")
    cipher, nonce = ChaCha20Poly1305(_bytes(case, "key")), _bytes(case, "base_nonce")
    first = case["encryptions"][0]
    assert cipher.encrypt(nonce, _bytes(first, "pt"), _bytes(first, "aad")) == _bytes(first, "ct")
    sealed = _bytes(case, "enc") + cipher.encrypt(nonce, b"K" * 32, b"")
    suite = envelopes._suite()
    assert suite.decrypt(sealed, key.private(), _bytes(case, "info")) == b"K" * 32
    with pytest.raises(InvalidTag):
        suite.decrypt(sealed, key.private(), _bytes(case, "info") + b"x")
