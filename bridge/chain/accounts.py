"""Which key acts for an account. A firm's account may be a contract (企业账户): then its owner's key acts through it.

Who owns an account is asked anew before each use, for keys move while accounts stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from bridge.chain.client import Client
from bridge.chain.permits import EXECUTE
from bridge.chain.rpc import RpcError
from bridge.chain.signer import Guarded

OWNER = "0x" + keccak(text="owner()")[:4].hex()  # IFirmAccount.owner
FIRM_MESSAGE = keccak(text="FirmMessage(bytes32 digest)")
DOMAIN = keccak(
    text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
DOMAIN_NAME, DOMAIN_VERSION = "Interlock firm account", "1"
WORD_HEX = 2 + 64  # length of an answer of one word


def executed(to: str, data: str) -> str:
    """Call data of a firm's account that makes this call."""
    return "0x" + (EXECUTE + encode(["address", "bytes"], [to, bytes.fromhex(data[2:])])).hex()


def firm_message(chain_id: int, account: str, digest: bytes) -> bytes:
    """What the owner of a firm's account signs so that the account agrees to a digest (ERC-1271)."""
    domain = encode(
        ["bytes32", "bytes32", "bytes32", "uint256", "address"],
        [DOMAIN, keccak(text=DOMAIN_NAME), keccak(text=DOMAIN_VERSION), chain_id, account],
    )
    return keccak(
        b"\x19\x01" + keccak(domain) + keccak(encode(["bytes32"] * 2, [FIRM_MESSAGE, digest]))
    )


def owners(client: Client, accounts: Iterable[str]) -> dict[str, str | RpcError]:
    """Owner of each account that is a contract with one, lower-case hex; in one batch.

    Where the node could not ask, its error: it does not follow that there is no contract.
    """
    asked = list(dict.fromkeys(accounts))
    calls = [("eth_call", [{"to": account, "data": OWNER}, "latest"]) for account in asked]
    found: dict[str, str | RpcError] = {}
    for account, answer in zip(asked, client.batch(calls), strict=True):
        if isinstance(answer, RpcError):
            if not answer.is_refusal:
                found[account] = answer
        elif len(str(answer)) == WORD_HEX:
            found[account] = "0x" + str(answer)[-40:].lower()
    return found


class Accounts:
    """The keys of the bridge, and the firms' accounts that they own."""

    def __init__(self, client: Client, signers: Mapping[str, Guarded]) -> None:
        self._client = client
        self._signers = signers
        self._owners: dict[str, str] = {}

    def find(self, accounts: Iterable[str]) -> dict[str, RpcError]:
        """Asks the chain who owns these accounts now, as far as no keystore holds their own key.

        Answers with those of which the node could not say it, each with its error: nothing is known of them now.
        """
        unknown = [account for account in accounts if account not in self._signers]
        found = owners(self._client, unknown) if unknown else {}
        unsaid = {}
        for account in unknown:
            owner = found.get(account, account)
            if isinstance(owner, RpcError):
                unsaid[account] = owner
            else:
                self._owners[account] = owner
        return unsaid

    def find_one(self, account: str) -> None:
        """The same of one account. Raises RpcError when the node could not say it."""
        for error in self.find([account]).values():
            raise error

    def key_of(self, account: str) -> str:
        """Account of the key that acts for an account: its owner's as last found, or its own."""
        return self._owners.get(account, account)

    def holds(self, account: str) -> bool:
        """True when a keystore holds the key that acts for the account."""
        return self.key_of(account) in self._signers

    def call(self, account: str, to: str, data: str) -> dict[str, Any]:
        """A call in the name of an account, as it goes out: by its key, through the account if that is a contract."""
        key = self.key_of(account)
        if key == account:
            return {"from": account, "to": to, "data": data}
        return {"from": key, "to": account, "data": executed(to, data)}
