"""People on a fresh chain, and a meter on everything they send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_account import Account
from eth_utils.crypto import keccak

from bridge.chain.client import Client
from bridge.chain.decode import event_topic
from bridge.chain.deployment import Deployment
from bridge.chain.gateway import Gateway

from ...deployment.accounts import Person
from ...deployment.deploy import Offices, deploy
from ...devchain.devchain import DevChain

BUYER, SUPPLIER, NODE = 1, 2, 8  # capabilities
UNLIMITED = 2**256 - 1
FUNDS = 10**12  # minor units


@dataclass(frozen=True, slots=True)
class Measured:
    """A transaction's gas, the 21,000 of any transaction included."""

    what: str
    gas: int


class World:
    """All contracts deployed, offices filled. Everybody's keys are derived from names: the same run, the same gas."""

    def __init__(self, node: DevChain) -> None:
        self.node = node
        self.client = Client([node.url])
        self.deployer = self.person("deployer")
        self.registrar, self.treasurer = self.person("registrar"), self.person("treasurer")
        self.attester, self.reporter, self.arbiter, self.anchorer = map(
            self.person, ("attester", "reporter", "arbiter", "anchorer")
        )
        offices = Offices(
            registrar=self.registrar.address,
            treasurer=self.treasurer.address,
            attesters=(self.attester.address,),
            guardian=self.person("guardian").address,
            reporters=(self.reporter.address,),
            arbiters=(self.arbiter.address,),
            anchorers=(self.anchorer.address,),
        )
        self.deployment: Deployment = deploy(self.deployer, "gas", node.url, offices)
        self.gateway = Gateway(self.client, self.deployment, {})
        self._references = 0

    def person(self, name: str) -> Person:
        """Makes a person: an account with a key derived from its name."""
        return Person(self.client, keccak(text=f"gas bench: {name}"))

    def enrol(self, name: str, capability: int, *spenders: str) -> Person:
        """A participant with money that lets these contracts draw it."""
        person = self.person(name)
        self.call(self.registrar, "Participants", "register", person.address, capability)
        self.call(
            self.treasurer, "SettlementToken", "issue", person.address, FUNDS, self.reference()
        )
        for spender in spenders:
            address = self.deployment.address(spender)
            self.call(person, "SettlementToken", "approve", address, UNLIMITED)
        return person

    def call(self, person: Person, contract: str, function: str, *args: Any) -> int:
        """Gas of a transaction that succeeds. Raises CallRefused."""
        receipt = person.transact(self.deployment, contract, function, *args)
        return int(receipt["gasUsed"], 16)

    def view(self, contract: str, function: str, *args: Any) -> Any:
        """Calls a view that returns one value, and returns it."""
        (value,) = self.gateway.view(contract, function, *args)
        return value

    def logs(self, contract: str, event: str, party: str) -> list[dict[str, Any]]:
        """Logs of an event whose second indexed value is this account."""
        wanted = {
            "address": self.deployment.address(contract),
            "fromBlock": "0x0",
            "topics": [event_topic(contract, event), None, "0x" + "00" * 12 + party[2:]],
        }
        return list(self.client.call("eth_getLogs", wanted))

    def reference(self) -> bytes:
        """A document's commitment that nobody used yet."""
        self._references += 1
        return keccak(text=f"gas bench: document {self._references}")

    @property
    def now(self) -> int:
        """Returns the time of the newest block, unix seconds."""
        return self.node.head_time()


def signature(person: Person, digest: bytes) -> bytes:
    """A signature of a digest that a contract spelled out."""
    return bytes(Account.unsafe_sign_hash(digest, person.account.key).signature)
