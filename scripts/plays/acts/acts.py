"""The ground of all acts: who there is, what time it is, how a clerk tells a command and a key holder calls a contract."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, text

from bridge.bootstrap import Bridge
from bridge.chain.deployment import Deployment
from bridge.chain.gateway import Gateway
from bridge.ports.port import Document, DocumentQuery
from erp.database import transaction
from erp.kernel.log.model import SALT_BYTES
from erp.kernel.schema import Command
from erp.rooms import OPERATIONS
from erp.second_person import tell

from ...deployment.accounts import Person
from .spans import TOLD, Spans

UNLIMITED = 2**256 - 1  # allowance
REFERENCE_BYTES = 32


def code_ref(code: str) -> str:
    """A bank's reference for the tokens issued to a party, 32 bytes, 0x-hex."""
    return "0x" + code.encode().hex().ljust(64, "0")


def actor_of(command: Command, name: str) -> str:
    """The actor of a role that may tell the command: `warehouse:anna`. The bridge, when people may not."""
    roles = OPERATIONS[type(command)].roles
    return f"{min(roles)}:{name}" if roles else "bridge"


class Acts(ABC):
    """A system with its people. Whoever plays says where its chain, its books and its bridge are, and how time passes."""

    deployment: Deployment
    bridge: Bridge
    people: dict[str, Person]
    randomness: Callable[[int], bytes]
    clerks_name = "clerk"
    spans: Spans = TOLD

    @property
    @abstractmethod
    def engine(self) -> Engine:
        """The ERP's database, opened by somebody beside the bridge."""

    @property
    @abstractmethod
    def now(self) -> int:
        """Chain time, unix seconds."""

    @abstractmethod
    def reach(self, moment: int) -> None:
        """Chain time passes to this moment, where it is not over already."""

    @abstractmethod
    def settle(self) -> None:
        """Returns when the bridge has nothing left to do."""

    def wait(self, seconds: int) -> None:
        """Chain time passes."""
        self.reach(self.now + seconds)

    def reference(self) -> bytes:
        """The commitment of a document in somebody else's books."""
        return self.randomness(REFERENCE_BYTES)

    # ---- books --------------------------------------------------------------------------------

    def erp(self, command: Command, actor: str | None = None) -> Document:
        """A clerk of the command's role does something in the ERP, now; a second one confirms it where two are needed."""
        actor = actor or actor_of(command, self.clerks_name)
        with transaction(self.engine) as session:
            document = tell(
                session,
                command,
                at=self.now,
                salt=self.randomness(SALT_BYTES),
                actor=actor,
                second=f"{actor}-2",
            )
            number = document.number
        (found,) = self.bridge.port.documents(DocumentQuery(number=number, limit=1))
        return found

    def documents(self, *types: str) -> list[Document]:
        """Documents of these types, in sequence."""
        return list(self.bridge.port.documents(DocumentQuery(types=frozenset(types))))

    def last(self, type_: str) -> Document:
        """The newest document of a type."""
        return self.documents(type_)[-1]

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Somebody with the database's password at work; the rows, when there are any."""
        bridges = "bridge_" in statement  # its tables may stand in a database of their own
        with (self.bridge.store.engine if bridges else self.engine).begin() as connection:
            result = connection.execute(text(statement), values)
            return list(result) if result.returns_rows else []

    def account(self, entity: str, account: str) -> int:
        """Debits less credits of an account, minor units."""
        rows = self.sql(
            "SELECT balance_minor FROM ledger_balance "
            "WHERE entity = :entity AND account = :account",
            entity=entity,
            account=account,
        )
        return int(rows[0][0]) if rows else 0

    # ---- chain --------------------------------------------------------------------------------

    def transact(self, who: str, contract: str, function: str, *args: Any) -> dict[str, Any]:
        """Somebody calls a contract; the receipt. Raises CallRefused with the contract's own error."""
        person = self.people[who]
        person.ask_nonce()  # the bridge signs with some of their keys, too
        return person.transact(self.deployment, contract, function, *args)

    def number_in(self, receipt: dict[str, Any], contract: str) -> int:
        """The number that an edition of a contract gave what it opened, in the first topic of its only event."""
        editions = set(self.deployment.addresses((contract,))[contract])
        (log,) = (log for log in receipt["logs"] if log["address"].lower() in editions)
        return int(log["topics"][1], 16)

    def view(self, contract: str, function: str, *args: Any) -> Any:
        """The first value that a reading function of a contract answers, of those that the bridge reads or others."""
        gateway = Gateway(self.bridge.client, self.deployment, {}, {(contract, function): None})
        return gateway.view(contract, function, *args)[0]

    def balance(self, who: str) -> int:
        """Settlement tokens of somebody, minor units."""
        return self.tokens_of(self.people[who].address)

    def custody(self, contract: str) -> int:
        """Settlement tokens that a contract holds, minor units."""
        return self.tokens_of(self.deployment.address(contract))

    def tokens_of(self, account: str) -> int:
        """Settlement tokens of an account, minor units."""
        return int(self.bridge.gateway.view("SettlementToken", "balanceOf", account)[0])

    def score(self, who: str) -> int:
        """Credit score in basis points."""
        return int(
            self.bridge.gateway.view("CreditRegistry", "scoreOf", self.people[who].address)[0]
        )

    def enrol(self, who: str, capabilities: int, tokens_minor: int, *draws: str) -> None:
        """The registrar registers somebody, the treasurer issues its tokens, and it lets these contracts draw them."""
        address = self.people[who].address
        self.transact("registrar", "Participants", "register", address, capabilities)
        self.give_tokens(who, tokens_minor, *draws)

    def give_tokens(self, who: str, tokens_minor: int, *draws: str) -> None:
        """The treasurer issues tokens to somebody, who lets these contracts draw them."""
        told = (self.people[who].address, tokens_minor, code_ref(who))
        self.transact("treasurer", "SettlementToken", "issue", *told)
        for contract in draws:
            self.let_draw(who, contract)

    def let_draw(self, who: str, contract: str) -> None:
        """Somebody lets the newest edition of a contract draw its tokens, without bound."""
        spender = self.deployment.address(contract)
        self.transact(who, "SettlementToken", "approve", spender, UNLIMITED)
