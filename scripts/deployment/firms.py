"""Firms' accounts: contracts whose address stays while keys move. Created and registered in one step."""

from __future__ import annotations

from bridge.chain.accounts import executed, owners
from bridge.chain.deployment import Deployment
from bridge.errors import BadConfiguration

from .accounts import Person
from .deploy import creation_code

CAPABILITIES = {"buyer": 1, "supplier": 2, "node": 8, "financier": 16}  # bits of Participants


class Firm(Person):
    """A firm's account as a person: what it tries and sends goes through the account, by its owner's key."""

    def __init__(self, owner: Person, address: str) -> None:
        super().__init__(owner.client, owner.account.key)
        self.owner = owner
        self.address = address

    def sign(self, chain_id: int, to: str | None, data: str) -> tuple[str, str]:
        """Signs the owner's transaction that makes the account call. Raises BadConfiguration: it creates no contracts."""
        if to is None:
            raise BadConfiguration(f"{self.address} is a firm's account and creates no contracts")
        return self.owner.sign(chain_id, self.address, executed(to, data))

    def _try(self, to: str, data: str) -> None:
        self.owner._try(self.address, executed(to, data))  # noqa: SLF001 - of the same family


def capability_bits(text: str) -> int:
    """Returns the bit set of "buyer+node". Raises BadConfiguration."""
    wanted = set(text.split("+"))
    if not CAPABILITIES.keys() >= wanted:
        raise BadConfiguration(f"capability is one of {', '.join(CAPABILITIES)}, not {text!r}")
    return sum(CAPABILITIES[name] for name in wanted)


def open_firm(registrar: Person, deployment: Deployment, owner: str, capabilities: int) -> str:
    """Creates the account of a firm, owned by a key, and registers it; returns its address. Raises CallRefused."""
    participants = deployment.address("Participants")
    code = creation_code("FirmAccount", [participants, owner])
    receipt = registrar.create(deployment.chain_id, code)
    account = str(receipt["contractAddress"]).lower()
    registrar.transact(deployment, "Participants", "register", account, capabilities)
    return account


def firm_of(owner: Person, address: str) -> Firm:
    """Returns a firm's account as its owner uses it. Raises BadConfiguration when somebody else owns it."""
    if owners(owner.client, [address]).get(address) != owner.address:
        raise BadConfiguration(f"{owner.address} does not own a firm's account at {address}")
    return Firm(owner, address)
