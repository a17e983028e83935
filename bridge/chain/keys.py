"""Keys from encrypted keystore files. A key never stands in a setting, a log or a database."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount

from bridge.errors import WrongKey

Signer = LocalAccount  # what opens a keystore and signs

KEYSTORE_MODE = 0o600


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
