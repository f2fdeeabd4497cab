"""The device root survives, opens only for its passphrase, and is nobody else's to read."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from sync import vault
from sync.vault import Vault, VaultError


def code_of(folder: Path, passphrase: str | None = None) -> str:
    with pytest.raises(VaultError) as caught:
        Vault.open(folder, passphrase=passphrase)
    return caught.value.code


def test_a_vault_opens_with_the_keys_it_was_made_with(tmp_path: Path) -> None:
    made = Vault.create(tmp_path / "new")
    opened = Vault.open(tmp_path / "new")
    assert opened.db_key == made.db_key
    assert len(opened.db_key) == 32
    assert opened.device_keys(b"s" * 32) == made.device_keys(b"s" * 32)
    assert not opened.locked


def test_two_vaults_share_nothing(tmp_path: Path) -> None:
    one, two = Vault.create(tmp_path / "1"), Vault.create(tmp_path / "2")
    assert one.db_key != two.db_key
    assert one.device_keys(b"s" * 32).dev != two.device_keys(b"s" * 32).dev


def test_a_passphrase_is_asked_for_and_must_fit(tmp_path: Path) -> None:
    made = Vault.create(tmp_path, passphrase="blaue Stühle")
    assert vault.is_locked(tmp_path)
    assert code_of(tmp_path) == "passphrase_needed"
    assert code_of(tmp_path, "blaue Stuehle") == "passphrase_wrong"
    assert Vault.open(tmp_path, passphrase="blaue Stu\u0308hle").db_key == made.db_key


def test_the_root_is_not_in_a_locked_file(tmp_path: Path) -> None:
    seed = iter(range(256))
    Vault.create(tmp_path, passphrase="x", random_bytes=lambda n: bytes([next(seed)]) * n)
    assert bytes(8) not in (tmp_path / vault.FILE_NAME).read_bytes()


def test_a_passphrase_can_be_set_changed_and_taken_away(tmp_path: Path) -> None:
    made = Vault.create(tmp_path)
    for passphrase in ("one", "two", None):
        made = made.with_passphrase(passphrase)
        assert Vault.open(tmp_path, passphrase=passphrase).db_key == made.db_key
    assert not vault.is_locked(tmp_path)


def test_an_existing_vault_is_never_overwritten(tmp_path: Path) -> None:
    key = Vault.create(tmp_path).db_key
    with pytest.raises(VaultError) as caught:
        Vault.create(tmp_path)
    assert caught.value.code == "vault_exists"
    assert Vault.open(tmp_path).db_key == key


def test_an_empty_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VaultError) as caught:
        Vault.create(tmp_path, passphrase="")
    assert caught.value.code == "passphrase_empty"
    assert not (tmp_path / vault.FILE_NAME).exists()


def test_a_missing_key_file_is_told(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "vault_missing"


@pytest.mark.parametrize("passphrase", [None, "x"])
def test_a_damaged_key_file_is_told(tmp_path: Path, passphrase: str | None) -> None:
    Vault.create(tmp_path, passphrase=passphrase)
    file = tmp_path / vault.FILE_NAME
    whole = file.read_bytes()
    for broken in (b"", whole[:-1], whole + b"x", b"X" + whole[1:], whole[:8] + b"\x07" + whole[9:]):
        file.write_bytes(broken)
        assert code_of(tmp_path, passphrase) == "vault_damaged"
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert code_of(tmp_path, passphrase) == ("passphrase_wrong" if passphrase else "vault_damaged")


def test_a_leftover_of_a_broken_write_does_not_stand_in_the_way(tmp_path: Path) -> None:
    (tmp_path / (vault.FILE_NAME + ".new")).write_bytes(b"half")
    Vault.create(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [vault.FILE_NAME]


@pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")
def test_only_the_user_can_read_the_key_file(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        Vault.create(tmp_path / "new")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "new" / vault.FILE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_secrets_do_not_show(tmp_path: Path) -> None:
    made = Vault.create(tmp_path, random_bytes=lambda n: b"r" * n)
    assert "rrrr" not in repr(made)
    assert "_root" not in repr(made)


@pytest.mark.skipif(os.name != "posix", reason="a file of holes is a POSIX matter")
def test_an_endless_key_file_costs_no_memory(tmp_path: Path) -> None:
    Vault.create(tmp_path)
    os.truncate(tmp_path / vault.FILE_NAME, 1 << 40)
    assert code_of(tmp_path) == "vault_damaged"


def test_of_many_programs_that_start_at_once_one_makes_the_key(tmp_path: Path) -> None:
    """Each believes for a moment that there is none; were the key replaced, the first workspace could not be read again."""
    ready = threading.Barrier(8)
    made: list[Vault] = []
    refused: list[str] = []

    def start(n: int) -> None:
        def late(size: int) -> bytes:
            ready.wait()  # all of them have seen an empty folder
            return bytes([n]) * size

        try:
            made.append(Vault.create(tmp_path, random_bytes=late))
        except VaultError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=start, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1 and len(refused) == 7
    assert Vault.open(tmp_path).db_key == made[0].db_key
