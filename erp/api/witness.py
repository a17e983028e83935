"""What the ERP cannot know by itself: which transaction stands for a document, and which anchor it stands under.

And what only whoever runs the bridge can tell: proofs of single leaves, how the ring stands, and what the chain answers.
Whoever composes the application connects a witness (`Settings.witness`) that saw the chain. Without one the answers say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from erp.kernel.log.model import Document


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a document stands on the chain."""

    transaction: str | None  # hash
    block: int | None
    anchor: int | None  # index


@dataclass(frozen=True, slots=True)
class Missing:
    """An event without a document, or a call that a document asks for and that has not been made."""

    at: int  # unix seconds
    what: str
    document: str | None  # number of the document that asks for the call; None: an event
    actor: str | None  # the account that is to sign the call
    transaction: str | None
    block: int | None
    status: str
    reason: str | None
    needs_a_person: bool  # False: it is on its way


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a witness knows of a thing and its documents."""

    sightings: Mapping[str, Sighting]  # by number of the document
    missing: tuple[Missing, ...]
    differences: tuple[str, ...]  # what chain and ledger say otherwise of its money


@dataclass(frozen=True, slots=True)
class Silence:
    """A witness that has nothing to tell, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class AnchorSeen:
    """An anchor: what the chain keeps of a run of documents."""

    index: int
    root: str
    first_sequence: int
    last_sequence: int
    head: str  # of the stream after it


@dataclass(frozen=True, slots=True)
class Testimony:
    """Where one document stands on the chain, as whole as it is known."""

    contract: str | None  # of the event that it was made for
    event: str | None
    values: Mapping[str, Any] | None  # of the event, by name
    transaction: str | None
    block: int | None
    block_hash: str | None
    block_time: int | None  # unix seconds
    root: str | None  # the commitment to the document
    anchor: AnchorSeen | None
    waits: str | None  # what for, in words; None: for nothing


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """A row of the ring that waits for a person."""

    kind: str  # quarantined, stuck, held, alarm
    key: str
    what: str  # event or call
    about: str | None  # number of the document by which its order or tender began
    reason: str
    reason_zh: str


@dataclass(frozen=True, slots=True)
class RingState:
    """How the ring stands at one moment."""

    now: int  # by the clock of whoever looked, unix seconds
    up: bool
    daemon: str  # `up`, or DOWN and why
    node: str
    chain_time: int | None  # of the newest block, unix seconds; None: the node does not answer
    head: int | None
    block: int  # newest block read
    lag_blocks: int | None
    documents: int  # newest document
    lag_documents: int
    unanchored: int
    silent_seconds: int  # since the last pass
    audit_at: int | None  # unix seconds; None: there was none
    audit_differences: int | None
    waiting_for_time: int
    inbox: Mapping[str, int]
    outbox: Mapping[str, int]
    parked: tuple[ParkedRow, ...]
    audit_runs: bool = False  # one that was asked for here


class AuditOutcome(StrEnum):
    """How an audit that was asked for here ended. RUNS → any of the others when its process ends; none of them is left."""

    RUNS = "runs"
    HOLDS = "holds"  # books and chain tell one story
    DIFFERS = "differs"
    LATER = "later"  # it could not be finished now: a node or a database was busy, or the ring did not rest
    FAILED = "failed"  # it broke off, or was ended because it took too long


@dataclass(frozen=True, slots=True)
class InvariantSeen:
    """One invariant of an audit."""

    id: int
    name: str
    holds: bool
    checked: int
    found: int  # differences
    differences: tuple[str, ...]  # the first of them, in words


@dataclass(frozen=True, slots=True)
class AuditAsked:
    """The newest audit that was asked for through this API, and who runs it."""

    asked_by: str
    asked_at: int  # by the clock of whoever runs it, unix seconds
    whole: bool  # it was asked to read everything
    runner: str  # who runs it, in words: which process on which machine
    outcome: AuditOutcome
    seconds: int  # it has taken so far, or took
    block: int | None = None  # that it read up to
    sequence: int | None = None  # newest document that it read
    since: int | None = None  # block from which it read; None: it read everything
    invariants: tuple[InvariantSeen, ...] = ()
    said: str | None = None  # why it did not end with a report


@dataclass(frozen=True, slots=True)
class ContractPlace:
    """One edition of a contract."""

    name: str
    address: str  # lower case
    edition: int
    block: int
    abi_hash: str
    code_hash: str
    followed: bool  # whether the bridge books its events


@dataclass(frozen=True, slots=True)
class DeploymentSeen:
    """Where the contracts are."""

    network: str
    chain_id: int
    genesis_hash: str
    stream_id: str
    contracts: tuple[ContractPlace, ...]
    secret_calls: frozenset[str]  # selectors of views whose arguments nobody may hand to a node


@dataclass(frozen=True, slots=True)
class SignedSeen:
    """What a signed transaction does."""

    transaction: str  # hash
    sender: str  # lower case
    chain_id: int
    to: str  # lower case; empty: it makes a contract
    called: (
        str | None
    )  # the contract that a firm's account is told to call; None: it is no such call
    value: int


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """An account, the key that acts for it (the account itself, or the owner of a firm's), and that key's next nonce."""

    account: str
    key: str
    nonce: int


@dataclass(frozen=True, slots=True)
class FateSeen:
    """What became of a transaction."""

    block: int | None  # None: it is not mined yet
    succeeded: bool | None
    booked: bool  # its events are in the books
    parked: bool  # one of its events waits for a person


class Witness(Protocol):
    """Saw what became of documents outside of the ERP. All of it raises Retryable when it is busy."""

    def tell(self, noun: str, id_: str, documents: Sequence[Document]) -> Evidence | Silence:
        """What it knows of a thing (`order`, `7`) and of its documents."""

    def testify(self, document: Document) -> Testimony | Silence:
        """What it knows of one document."""

    def prove(self, document: Document, paths: Sequence[str]) -> Mapping[str, Any] | Silence:
        """The proof file (`interlock-proof/1`) of an anchored document, with these leaves of it opened."""

    def published(
        self, act: str, fields: Mapping[str, Any], papers: Mapping[str, Any] | None
    ) -> Mapping[str, Any] | Silence:
        """The values of the event that an act of a person is signed under, by name; none where it rests on no event."""

    def signed(self, raw: str) -> SignedSeen | str | Silence:
        """What a signed transaction does; text: why it is none."""

    def account(self, account: str) -> AccountSeen | Silence:
        """Which key acts for an account now, and the nonce of its next transaction."""

    def fate(self, transaction: str) -> FateSeen | Silence:
        """What became of a transaction, by its hash."""

    def ring(self) -> RingState | Silence:
        """How the ring stands."""

    def deployment(self) -> DeploymentSeen | Silence:
        """Where the contracts are."""

    def invitation(self, accounts: Sequence[str], account: str) -> Sequence[str] | Silence:
        """The proof that an account is on a published list, as contracts take it; empty where nobody is listed."""

    def audit(self) -> AuditAsked | Silence | None:
        """The newest audit that was asked for here; None: none was since this API began to serve."""

    def start_audit(self, by: str, *, whole: bool) -> AuditAsked | Silence:
        """Starts an audit, or tells of the one that runs: there is one at a time. It only looks and holds no payment."""

    def ask(self, method: str, parameters: Sequence[Any]) -> Mapping[str, Any] | Silence:
        """What a node answers to a reading call of JSON-RPC: its `result`, or its `error`."""


NOBODY = Silence("none is connected to this API")
