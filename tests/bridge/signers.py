"""Keys of the house without a chain: a deployment of every contract, keystores that open at once, permits."""

from __future__ import annotations

import json
from pathlib import Path

from eth_account import Account
from eth_utils.crypto import keccak

from bridge.chain.artifact import names
from bridge.chain.deployment import Deployed, Deployment
from bridge.chain.permits import Permits
from bridge.house import permits_of
from bridge.intents import OFFICES

CHAIN_ID = 31337
PASSWORD = "test"
KEYS = {name: "0x" + keccak(text=name).hex() for name in (*OFFICES, "buyer")}
ADDRESSES = {name: str(Account.from_key(key).address).lower() for name, key in KEYS.items()}


def placed(name: str, edition: int = 0) -> str:
    """Address of an edition of a contract."""
    return "0x" + keccak(text=f"{name} {edition}")[-20:].hex()


DEPLOYMENT = Deployment(
    "test", CHAIN_ID, "", "", 0,
    {
        name: tuple(Deployed(placed(name, n), "", 0, "", "", n) for n in range(2))
        for name in names() if name != "FirmAccount"
    },
)  # fmt: skip
HOUSE = {office: ADDRESSES[office] for office in OFFICES}


def permits() -> Permits:
    """Of the house, each office with a key of its own."""
    return permits_of(HOUSE, DEPLOYMENT)


def write_keystores(home: Path, work: int = 2) -> tuple[Path, Path]:
    """Keystores of every key, and their password file."""
    folder, password = home / "keys", home / "password"
    folder.mkdir()
    password.write_text(PASSWORD + "\n")
    for name, key in KEYS.items():
        kept = Account.encrypt(key, PASSWORD, iterations=work)
        (folder / f"{name}.json").write_text(json.dumps(dict(kept)))
    return folder, password
