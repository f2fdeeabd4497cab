"""Runs one vector through the checks that a real client or server runs, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync import codec, seal, wire
from sync.body import Body
from sync.envelopes import invite_keys, open_envelope, unwrap_old
from sync.keys import EpochKey, KemKey
from sync.membership import may
from sync.membership.epochs import check_envelopes
from sync.membership.evaluate import evaluate
from sync.membership.log import Log, add, start
from sync.membership.ops import decode_op


def replay(changesets: list[str]) -> Log:
    """The membership log of a space from its changesets as hex."""
    log = start(codec.parse(bytes.fromhex(changesets[0])))
    for text in changesets[1:]:
        log = add(log, codec.parse(bytes.fromhex(text)))
    return log


def data_of(case: Mapping[str, Any]) -> bytes:
    """The bytes of a case: `data`, then `fill` zeros for those that are only long."""
    return bytes.fromhex(case["data"]) + bytes(case.get("fill", 0))


def judge(case: Mapping[str, Any], vectors: Mapping[str, Any]) -> Body | None:
    """What a reader makes of the case; raises BadChangeset with the reason. The body of an opened changeset."""
    match case["check"]:
        case "changeset":
            return read_content(data_of(case), case, vectors)
        case "next":
            changeset = codec.parse(data_of(case))
            codec.check_chain(changeset, last_seq=case["last_seq"], last_id=bytes.fromhex(case["last_id"]))
        case "genesis":
            start(codec.parse(data_of(case)))
        case "member":
            add(replay([*vectors["log"], *case.get("log", [])]), codec.parse(data_of(case)))
        case "push":
            membership = evaluate(replay([*vectors["log"], *case.get("log", [])]))
            may.check_push(membership, codec.parse(data_of(case)), now_ms=case["now_ms"])
        case "envelopes":
            wanted = decode_op(codec.parse(data_of(case)).clear)
            check_envelopes(wanted, [wire.Envelope(*map(bytes.fromhex, fields)) for fields in case["envelopes"]])
        case "unwrap":
            space = bytes.fromhex(vectors["space"])
            new = EpochKey.of(space=space, secret=bytes.fromhex(case["secret"]))
            unwrap_old(new=new, epoch_id=bytes.fromhex(case["epoch"]), wrapped=data_of(case))
        case "writable":
            may.check_writable(evaluate(replay([*vectors["log"], *case["log"]])))
        case "envelope":
            _open_envelope(case)
        case "wrapped":
            keys = invite_keys(secret=bytes.fromhex(case["secret"]), space=bytes.fromhex(vectors["space"]))
            keys.unwrap(
                space=bytes.fromhex(vectors["space"]), epoch_id=bytes.fromhex(case["epoch"]), wrapped=data_of(case)
            )
    return None


def read_content(data: bytes, case: Mapping[str, Any], vectors: Mapping[str, Any]) -> Body:
    """A content changeset on its whole way: parse, author, rights, chain, opening."""
    membership = evaluate(replay([*vectors["log"], *case.get("log", [])]))
    changeset = codec.parse(data)
    may.check_content(membership, changeset)
    places = {
        bytes.fromhex(case["last_id"]): (bytes.fromhex(case.get("last_dev", changeset.dev.hex())), case["last_seq"])
    }
    codec.check_place(changeset, places.get(changeset.prev))
    epoch = EpochKey.of(space=membership.space, secret=bytes.fromhex(vectors["epoch_secret"]))
    return seal.unseal(changeset, {epoch.id: epoch})


def _open_envelope(case: Mapping[str, Any]) -> None:
    open_envelope(
        envelope=data_of(case),
        kem=KemKey.from_seed(bytes.fromhex(case["kem_seed"])),
        space=bytes.fromhex(case["space"]),
        epoch_id=bytes.fromhex(case["epoch"]),
        dev=bytes.fromhex(case["dev"]),
    )


__all__ = ["data_of", "judge", "read_content", "replay"]
