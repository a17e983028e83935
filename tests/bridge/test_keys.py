"""Keystore files: opened with the right password, never overwritten, readable by nobody else, told what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from eth_account import Account

from bridge.chain import keys
from bridge.errors import WrongKey

KEY = b"\x01" * 32


def light(path: Path, password: str) -> Path:
    path.write_text(json.dumps(dict(Account.encrypt(KEY, password, iterations=2))))
    return path


def test_a_keystore_opens_with_its_password(tmp_path: Path) -> None:
    signer = keys.load(light(tmp_path / "key.json", "right"), "right")
    assert bytes(signer.key) == KEY


def test_a_new_keystore_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key.json"
    address = keys.create(path, "secret", KEY)
    assert address == str(Account.from_key(KEY).address).lower()
    assert path.stat().st_mode & 0o777 == 0o600
    assert KEY.hex() not in path.read_text()
    with pytest.raises(FileExistsError):
        keys.create(path, "other")
    assert bytes(keys.load(path, "secret").key) == KEY


def test_a_wrong_password_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongKey, match="does not open: MAC mismatch"):
        keys.load(light(tmp_path / "key.json", "right"), "wrong")


def test_a_missing_file_is_told_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(WrongKey, match="interlock keys new"):
        keys.load(tmp_path / "none.json", "right")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no json",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b"5",
        b'{"version": 3}',
        b'{"version": 3, "crypto": {}}',
    ],
)
def test_a_file_that_is_no_keystore_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key.json"
    path.write_bytes(content)
    with pytest.raises(WrongKey):
        keys.load(path, "right")


def test_a_folder_in_place_of_a_keystore_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongKey, match="is not a keystore"):
        keys.load(tmp_path, "right")
