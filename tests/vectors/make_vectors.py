"""Writes the protocol's test vectors; `python -m tests.vectors.make_vectors` from the project folder.

Everything comes from fixed seeds, so a second run writes the same bytes. Only recorded_envelope.hex cannot be made
again, as HPKE takes its randomness from the system; it is read, never written.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from circle_app.domain.ids import tagged_hash
from sync import invitation, keys, seal, wire
from sync.codec import parse
from sync.membership.evaluate import evaluate
from tests.vectors.bad_changesets import SET, bad_changesets, good_ops
from tests.vectors.bad_devices import bad_devices, good_devices
from tests.vectors.bad_files import files
from tests.vectors.bad_members import SECRET, bad_keys, bad_members, kem_seed, usual_circle
from tests.vectors.bad_publications import publications
from tests.vectors.bad_rekeys import bad_rekeys, good_rekeys
from tests.vectors.texts import texts
from tests.vectors.world import Circle, Device, Forge, Seeded, device

FOLDER = Path(__file__).resolve().parent
ENVELOPE = FOLDER / "recorded_envelope.hex"
XWING_SEED = "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26"


def main() -> None:
    for name, content in vectors().items():
        (FOLDER / name).write_bytes(content)


def vectors() -> dict[str, bytes]:
    """File name -> content of every vector file."""
    return {
        "changesets.json": _json(_changesets()),
        "keys.json": _json(_keys()),
        "files.json": _json(files()),
        "publications.json": _json(publications()),
        "texts.json": _json(texts()),
    }


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n"


def _changesets() -> dict[str, Any]:
    circle, ben = usual_circle()
    content = ben.write(circle.epoch, circle.log.heads, good_ops())
    good = [_good("every type of value", content, ben.seq - 1, parse(content).prev)]
    forge = Forge(ben, circle.epoch, Seeded("good"))
    later = forge.body(sets=[[*SET, "a field of a later version"]], others=[[1, 7, "TXT"], [200]])
    grown = forge.changeset(
        later, mheads=circle.log.heads, change_core=lambda f: [*f, "later"], change_outer=lambda o: [*o, "later"]
    )
    good.append(_good("fields and ops of a later version", grown, ben.seq, ben.prev))
    membership = evaluate(circle.log)
    envelope = bytes.fromhex(ENVELOPE.read_text())
    return {
        "about": "Changesets of docs/protocol.md. `code` names the one reason why a bad one is refused.",
        "space": circle.space.hex(),
        "epoch_secret": circle.epoch.secret.hex(),
        "epoch": circle.epoch.id.hex(),
        "log": [entry.hex() for entry in (circle.genesis, *circle.admitted)],
        "members": {m.id.hex(): int(m.role or 0) for m in membership.members.values()},
        "heads": [head.hex() for head in circle.log.heads],
        "good": good,
        "good_rekeys": good_rekeys(),
        "good_devices": good_devices(),
        "bad": [
            *bad_changesets(circle, ben),
            *bad_members(circle, ben),
            *bad_keys(circle, envelope, device("ben")),
            *bad_rekeys(),
            *bad_devices(),
        ],
    }


def _good(name: str, data: bytes, last_seq: int, last_id: bytes) -> dict[str, Any]:
    return {
        "name": name, "check": "changeset", "data": data.hex(), "id": parse(data).id.hex(), "last_seq": last_seq,
        "last_id": last_id.hex(),
    }  # fmt: skip


def _keys() -> dict[str, Any]:
    circle, _ = usual_circle()
    ben = device("ben")
    link = invitation.InvitationLink(circle.space, circle.ana.keys.dev[:8], SECRET, "https://circles.example.org")
    return {
        "xwing": {"seed": XWING_SEED, "public_sha256": _sha256(keys.KemKey.from_seed(bytes.fromhex(XWING_SEED)).public)},
        "device": _device_vector(),
        "padded_sizes": [[n, seal.padded_size(n)] for n in (0, 252, 253, 300, 1000, 4092, 65_536, 1_048_576)],
        "tagged_hash": {"tag": "cc1/id", "data": "00ff", "hash": tagged_hash("cc1/id", b"\x00\xff").hex()},
        "link": {
            "text": invitation.link_text(link), "space": link.space.hex(), "founder": link.founder.hex(),
            "secret": link.secret.hex(), "server": link.server,
        },
        "auth": _auth_vector(circle, ben),
        "envelope": {
            "data": ENVELOPE.read_text().strip(), "kem_seed": kem_seed(ben).hex(), "space": circle.space.hex(),
            "epoch": circle.epoch.id.hex(), "dev": ben.keys.dev.hex(), "secret": circle.epoch.secret.hex(),
        },
    }  # fmt: skip


def _device_vector() -> dict[str, str]:
    random = Seeded("ben")
    root, salt = random(32), random(32)
    made = keys.device_keys(root=root, key_salt=salt)
    return {
        "root": root.hex(), "key_salt": salt.hex(), "ed25519_public": made.signing.public.hex(), "dev": made.dev.hex(),
        "kem_public_sha256": _sha256(made.kem.public),
    }  # fmt: skip


def _auth_vector(circle: Circle, ben: Device) -> dict[str, str]:
    body = b"body"
    fields: dict[str, Any] = {
        "server_id": bytes(range(32)), "space": circle.space, "mode": wire.AUTH_DEVICE, "key_id": ben.keys.dev,
        "ts": 1_790_000_000_000, "nonce": bytes(range(16)), "body_sha256": hashlib.sha256(body).digest(),
        "method": "POST", "target": f"/v1/s/{circle.space.hex()}/changesets",
    }  # fmt: skip
    label, _, message = wire.auth_message(**fields).partition(b"\x00")
    signature = ben.keys.signing.sign(label.decode(), message)
    auth = wire.Auth(fields["mode"], fields["key_id"], fields["ts"], fields["nonce"], signature)
    return {"header": wire.encode_auth(auth), "message": (label + b"\x00" + message).hex()}


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    main()
