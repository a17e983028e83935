"""Keys from encrypted keystore files. A key never stands in a setting, a log or a database."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from coincurve import PrivateKey
from eth_account import Account
from eth_account.signers.local import LocalAccount

from bridge.chain.unsigned import WORD_BYTES, Signature
from bridge.commitments.keccak import keccak
from bridge.errors import BadConfiguration, WrongKey

KEYSTORE_MODE = 0o600
SIGNED_AT_ONCE = 32  # contents that one request to a key of this machine has signed


def create(
    path: Path, password: str, key: bytes | None = None, iterations: int | None = None
) -> str:
    """Writes a new keystore file (scrypt) and returns its address, lower case. Never overwrites."""
    account: LocalAccount = Account.from_key(key) if key is not None else Account.create()
    encrypted: dict[str, Any] = dict(account.encrypt(password, iterations=iterations))
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, KEYSTORE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(encrypted, file)
    return str(account.address).lower()


def load(path: Path, password: str) -> LocalAccount:
    """Opens a keystore file. Raises WrongKey with what is wrong: no file, no keystore, wrong password."""
    try:
        encrypted = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WrongKey(
            f"no keystore at {path}: make one with `interlock keys new {path}`"
        ) from None
    except (ValueError, OSError) as error:
        raise WrongKey(f"{path} is not a keystore file: {error}") from error
    try:
        account: LocalAccount = Account.from_key(Account.decrypt(encrypted, password))
    except (ValueError, TypeError, KeyError) as error:
        raise WrongKey(f"{path} does not open: {error}") from error
    return account


class LocalSigner:
    """A key in this process."""

    at_once = SIGNED_AT_ONCE

    def __init__(self, account: LocalAccount) -> None:
        self._key = PrivateKey(bytes(account.key))
        self.address = str(account.address).lower()

    def sign_all(self, contents: Sequence[bytes]) -> list[Signature]:
        """Signs the keccak-256 of each content."""
        return [self._sign(keccak(content)) for content in contents]

    def _sign(self, digest: bytes) -> Signature:
        made = self._key.sign_recoverable(digest, hasher=None)
        return Signature(
            r=int.from_bytes(made[:WORD_BYTES], "big"),
            s=int.from_bytes(made[WORD_BYTES : 2 * WORD_BYTES], "big"),
            parity=made[-1],
        )


def open_folder(folder: Path, password_file: Path | None) -> dict[str, LocalSigner]:
    """All keys of a folder of keystores, by lower-case address. Raises WrongKey, BadConfiguration."""
    paths = sorted(folder.glob("*.json"))
    if not paths:
        return {}
    if password_file is None:
        raise BadConfiguration(
            f"{folder} holds keystores, but no password file is set: "
            "name one with --password-file or INTERLOCK_PASSWORD_FILE"
        )
    try:
        password = password_file.read_text(encoding="utf-8").rstrip("\n")
    except (OSError, ValueError) as error:
        raise BadConfiguration(f"cannot read the password file: {error}") from error
    signers = (LocalSigner(load(path, password)) for path in paths)
    return {signer.address: signer for signer in signers}


def address_in(path: Path) -> str:
    """The account of a keystore file, which says it in the clear. Raises OSError, ValueError, KeyError, TypeError."""
    address = str(json.loads(path.read_text(encoding="utf-8"))["address"])
    return "0x" + address.removeprefix("0x").lower()
