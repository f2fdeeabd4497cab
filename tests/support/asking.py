"""Somebody who asks a server for anything at all: a small world on it, who the caller is, and requests signed as sent."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
import requests
from requests import PreparedRequest
from requests.auth import AuthBase

from sync import wire
from sync.client.access import invite_signer, request_signing
from sync.client.calls import Signer
from sync.keys import publication_keys
from sync.publications import entries as e
from sync.publications.wire import ROUTE_PUBLICATIONS, Founding
from tests.support.by_hand import NOW_MS, Device, data, founder, invited, joiner, line
from tests.support.server import RunningServer

PIECE = b"a sealed piece"
PIECE_NAME = hashlib.sha256(PIECE).digest()


@dataclass
class World:
    """A circle with its founder and somebody who joined, an open invite, another circle, a publication and a file."""

    ana: Device
    ben: Device
    other: Device
    invite: Signer
    press: Signer
    genesis: e.Entry
    epoch: bytes
    stranger: Signer = field(init=False)

    def __post_init__(self) -> None:
        nobody = founder(b"x" * 32)
        self.stranger = Signer(self.ana.space, wire.AUTH_DEVICE, nobody.keys.dev, request_signing(nobody.keys.signing))

    def callers(self) -> dict[str, Signer | None]:
        return {
            "nobody": None, "a stranger": self.stranger, "the founder": self.ana.signer, "a participant": self.ben.signer,
            "a member of another circle": self.other.signer, "an invite": self.invite, "a signer": self.press,
        }  # fmt: skip

    def named(self) -> dict[str, str]:
        """What the parts of a path would be here."""
        return {
            "space": self.ana.space.hex(), "pub": self.genesis.pub.hex(), "sha256": PIECE_NAME.hex(), "epoch": self.epoch.hex()
        }  # fmt: skip


def settled(server: RunningServer) -> World:
    """The world, as it stands on this server."""
    ana, other = founder(), founder(b"o" * 32)
    for one in (ana, other):
        line(server).create_space(one.chain[0].data)
    invite = invited(ana, uses=500)
    line(server).push(ana.signer, data(ana.chain[1]))
    ben = joiner(ana, invite)
    line(server).push(ben.signer, data(*ben.chain, ben.write()))
    line(server).put_blob(ana.signer, PIECE)
    keys = publication_keys(root=b"p" * 32, pub_salt=b"s" * 32)
    body = e.Genesis(b"n" * 16, 1, (keys.signing.public,), (keys.kem.public,), e.Profile("Care of a river"))
    genesis = e.make_entry(
        kind=e.GENESIS, pub=wire.ZERO32, seq=1, prev=wire.ZERO32, signer=e.signer_id(keys.signing.public), body=body,
        sign=keys.signing.sign,
    )  # fmt: skip
    press = Signer(genesis.pub, wire.AUTH_SIGNER, genesis.signer, request_signing(keys.signing))
    founded = msgspec.msgpack.encode(Founding(genesis.data))
    requests.post(server.url + ROUTE_PUBLICATIONS, data=founded, timeout=15).raise_for_status()
    return World(ana, ben, other, invite_signer(ana.space, invite.signing), press, genesis, ana.epoch.id)


class Signing(AuthBase):
    """Signs a request with the bytes, method and address that are really sent."""

    def __init__(
        self, signer: Signer, server_id: bytes, *, random_bytes: Callable[[int], bytes] = random.randbytes
    ) -> None:
        self._signer, self._server_id, self._random = signer, server_id, random_bytes

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        signer, nonce = self._signer, self._random(16)
        body = request.body or b""
        raw = body.encode() if isinstance(body, str) else body
        message = wire.auth_message(
            server_id=self._server_id, space=signer.space, mode=signer.mode, key_id=signer.key_id, ts=NOW_MS, nonce=nonce,
            body_sha256=hashlib.sha256(raw).digest(), method=str(request.method), target=request.path_url,
        )  # fmt: skip
        auth = wire.Auth(signer.mode, signer.key_id, NOW_MS, nonce, signer.sign(message))
        request.headers[wire.AUTH_HEADER] = wire.encode_auth(auth)
        return request
