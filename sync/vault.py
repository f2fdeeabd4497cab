"""The device root: 32 random bytes in one file, bare or under a passphrase, from which every other key comes.

    device.key = "CCVAULT1" || 00 || root32 || H("cc1/vault", root)[:8]
    device.key = "CCVAULT1" || 01 || salt16 || nonce12 || ChaCha20Poly1305(Argon2id(passphrase, salt), root)

The Argon2id cost is fixed by the format, so nobody can talk this device into a weaker one.
Source: docs/protocol.md, The device root.
"""

from __future__ import annotations

import hmac
import os
import threading
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from circle_app.domain.ids import RandomBytes, tagged_hash
from circle_app.durable import make_folder, put_in_place, sync_folder
from circle_app.errors import CircleError
from sync.derive import derive

if TYPE_CHECKING:
    from sync.keys import DeviceKeys

FILE_NAME: Final = "device.key"
_MAGIC: Final = b"CCVAULT1"
_BARE: Final = b"\x00"
_LOCKED: Final = b"\x01"
_BARE_BYTES: Final = 9 + 32 + 8
_LOCKED_BYTES: Final = 9 + 16 + 12 + 48
_MEMORY_KIB: Final = 64 * 1024
_ITERATIONS: Final = 3
_LANES: Final = 4


class VaultError(CircleError):
    """The device's key file is missing, damaged, or the passphrase does not open it."""

    code = "vault"


@dataclass(frozen=True, slots=True)
class Vault:
    """An opened device root. `locked` tells whether the file is under a passphrase."""

    folder: Path
    locked: bool
    _root: bytes = field(repr=False)
    _devices: dict[bytes, DeviceKeys] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Keys already derived, by salt: every sync asks for them."""

    @classmethod
    def create(cls, folder: Path, *, passphrase: str | None = None, random_bytes: RandomBytes = os.urandom) -> Vault:
        """A new root in `folder` (made if missing). Raises VaultError: vault_exists, passphrase_empty, vault_unwritable."""
        if (folder / FILE_NAME).exists():
            raise _exists()
        root = random_bytes(32)
        _write(folder, _encoded(root, passphrase, random_bytes), first=True)
        return cls(folder, passphrase is not None, root)

    @classmethod
    def open(cls, folder: Path, *, passphrase: str | None = None) -> Vault:
        """The root kept in `folder`. Raises VaultError: vault_missing, vault_damaged, passphrase_needed, passphrase_wrong."""
        raw = _read(folder)
        return cls(folder, raw[8:9] == _LOCKED, _decoded(raw, passphrase))

    @property
    def db_key(self) -> bytes:
        """The raw 32-byte key of the local database."""
        return derive(secret=self._root, salt=b"", info=b"cc1/db")

    def device_keys(self, key_salt: bytes) -> DeviceKeys:
        """This device's keys in the space with this random 32-byte salt."""
        known = self._devices.get(key_salt)
        if known is None:
            from sync.keys import device_keys  # the first window shows without them

            known = self._devices[key_salt] = device_keys(root=self._root, key_salt=key_salt)
        return known

    def publication_keys(self, pub_salt: bytes) -> DeviceKeys:
        """This device's keys for the publication with this random 32-byte salt."""
        from sync.keys import publication_keys

        return publication_keys(root=self._root, pub_salt=pub_salt)

    def with_passphrase(self, passphrase: str | None, *, random_bytes: RandomBytes = os.urandom) -> Vault:
        """The same root, its file rewritten under another passphrase (None: under none)."""
        _write(self.folder, _encoded(self._root, passphrase, random_bytes))
        return Vault(self.folder, passphrase is not None, self._root)


def is_locked(folder: Path) -> bool:
    """Whether the vault in `folder` asks for a passphrase. Raises VaultError vault_missing, vault_damaged."""
    return _read(folder)[8:9] == _LOCKED


def lock(data: bytes, code: str, random_bytes: RandomBytes) -> bytes:
    """Bytes that only who knows the code can read again: `salt16 || nonce12 || ciphertext`, stretched as a passphrase."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    salt, nonce = random_bytes(16), random_bytes(12)
    return salt + nonce + ChaCha20Poly1305(_stretched(code, salt)).encrypt(nonce, data, b"cc1/link-file")


def unlock(raw: bytes, code: str) -> bytes:
    """What `lock` was given. Raises VaultError code_wrong."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    try:
        return ChaCha20Poly1305(_stretched(code, raw[:16])).decrypt(raw[16:28], raw[28:], b"cc1/link-file")
    except (InvalidTag, ValueError) as error:
        raise VaultError(
            "The code does not open this file.", "Type it once more, as it is shown.", code="code_wrong"
        ) from error


def _encoded(root: bytes, passphrase: str | None, random_bytes: RandomBytes) -> bytes:
    if passphrase is None:
        return _MAGIC + _BARE + root + tagged_hash("cc1/vault", root)[:8]
    if not passphrase:
        raise VaultError("The passphrase is empty.", "Choose one, or none at all.", code="passphrase_empty")
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    salt, nonce = random_bytes(16), random_bytes(12)
    head = _MAGIC + _LOCKED + salt
    return head + nonce + ChaCha20Poly1305(_stretched(passphrase, salt)).encrypt(nonce, root, head)


def _decoded(raw: bytes, passphrase: str | None) -> bytes:
    if raw[8:9] == _BARE:
        root, check = raw[9:41], raw[41:]
        if len(raw) != _BARE_BYTES or not hmac.compare_digest(check, tagged_hash("cc1/vault", root)[:8]):
            raise _damaged()
        return root
    if len(raw) != _LOCKED_BYTES:
        raise _damaged()
    if passphrase is None:
        raise VaultError("This workspace is locked.", "Enter its passphrase.", code="passphrase_needed")
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    head, nonce, sealed = raw[:25], raw[25:37], raw[37:]
    try:
        return ChaCha20Poly1305(_stretched(passphrase, head[9:])).decrypt(nonce, sealed, head)
    except InvalidTag as error:
        raise VaultError("The passphrase does not fit.", "Try again.", code="passphrase_wrong") from error


def _stretched(passphrase: str, salt: bytes) -> bytes:
    """NFC first, so that one passphrase typed on two keyboards is one passphrase."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    kdf = Argon2id(salt=salt, length=32, iterations=_ITERATIONS, lanes=_LANES, memory_cost=_MEMORY_KIB)
    return kdf.derive(unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass"))


def _read(folder: Path) -> bytes:
    try:
        with open(folder / FILE_NAME, "rb") as file:
            raw = file.read(_LOCKED_BYTES + 1)  # no more, however long a file somebody put there
    except FileNotFoundError as error:
        raise VaultError(
            "This workspace has no device key.", "Restore it from a backup.", code="vault_missing"
        ) from error
    except OSError as error:
        raise VaultError(
            "The device key cannot be read.", str(error.strerror or ""), code="vault_unreadable"
        ) from error
    if raw[:8] != _MAGIC or raw[8:9] not in (_BARE, _LOCKED):
        raise _damaged()
    return raw


def _write(folder: Path, raw: bytes, *, first: bool = False) -> None:
    """Whole or not at all, and readable by this user only: a temporary file, fsync, rename, fsync of the folder.

    The `first` key of a folder never takes the place of another: two programs that start at once must not have two roots.
    """
    target = folder / FILE_NAME
    fresh = folder / f"{FILE_NAME}.{os.getpid()}-{threading.get_ident()}.new"
    try:
        make_folder(folder, 0o700)
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        _place(fresh, target, first=first)
        for leftover in folder.glob(FILE_NAME + "*.new"):
            leftover.unlink(missing_ok=True)
        sync_folder(folder)
    except FileExistsError as error:
        fresh.unlink(missing_ok=True)
        raise _exists() from error
    except OSError as error:
        raise VaultError(
            "The device key could not be written.", str(error.strerror or ""), code="vault_unwritable"
        ) from error


def _place(fresh: Path, target: Path, *, first: bool) -> None:
    if not first:
        put_in_place(fresh, target)
    elif os.name == "nt":
        fresh.rename(target)
    else:
        try:
            os.link(fresh, target)  # unlike a rename, this never replaces
        except FileExistsError:
            raise
        except OSError:  # a file system without links, a memory stick
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            put_in_place(fresh, target)


def _exists() -> VaultError:
    return VaultError("There is a device key in this folder already.", "Open it instead.", code="vault_exists")


def _damaged() -> VaultError:
    return VaultError("The device key is damaged.", "Restore it from a backup.", code="vault_damaged")
