"""What the chain has of documents (链上见证), proofs of single leaves, how the ring stands, and a relay to a node."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from erp.api import relay
from erp.api.access import EVERYBODY, Roles
from erp.api.document_view import SUPPLIER_TYPES
from erp.api.leaves import openable
from erp.api.own_orders import seen_order
from erp.api.request_context import Caller, ContextDep, RequestContext
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import DocumentNumber
from erp.api.routes.invitations import is_invited
from erp.api.shown import ClassedView
from erp.api.tokens import Principal
from erp.api.unproved import NoAudit, NoChain, NotProvable, UnknownLeaf
from erp.api.witness import NOBODY, AuditAsked, AuditOutcome, DeploymentSeen, Silence
from erp.kernel.field_class import classed
from erp.kernel.log.errors import UnknownDocument
from erp.kernel.log.model import Document
from erp.kernel.log.queries import logged
from erp.kernel.roles import PARTNERS, Role
from erp.procurement.errors import UnknownOrder

ROUTES = RoomRoutes("chain")
OPERATORS: Roles = frozenset({Role.OPERATOR, Role.ADMIN, Role.AUDITOR})
AUDITS: Roles = frozenset({Role.OPERATOR, Role.AUDITOR})  # who starts one, and reads what it named
NAMES = ("type", "number")  # opened in every proof: what it is of
LEAVES_MAX = 50  # opened in one proof
Paths = Annotated[
    list[Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]] | None,
    Query(
        alias="path",
        max_length=LEAVES_MAX,
        description="leaves to open",
        examples=[["fields.order"]],
    ),
]


# ---- documents ----------------------------------------------------------------------------------


class AnchorView(ClassedView):
    """What the chain keeps of a run of documents."""

    classes = classed("index root first_sequence last_sequence head")

    index: int
    root: str
    first_sequence: int
    last_sequence: int
    head: str = Field(description="of the stream after it")


class WitnessView(ClassedView):
    """Where a document stands on the chain."""

    classes = classed(
        "number witnessed remark contract event transaction block block_hash block_time root anchor waits leaves",
        confidential="values",
    )

    number: str
    witnessed: bool = Field(description="whether a witness of the chain was asked")
    remark: str | None = Field(description="why nobody was; then all that the chain knows is null")
    contract: str | None = None
    event: str | None = Field(default=None, description="that the document was made for")
    values: dict[str, Any] | None = Field(
        default=None, description="of the event; null: amounts are not shown to your role"
    )
    transaction: str | None = None
    block: int | None = None
    block_hash: str | None = None
    block_time: int | None = Field(default=None, description="unix seconds")
    root: str | None = Field(default=None, description="the commitment to the document")
    anchor: AnchorView | None = None
    waits: str | None = Field(default=None, description="what it waits for")
    leaves: list[str] = Field(description="what you may have opened of it in a proof")


@ROUTES.read("/documents/{number}/witness", "What the chain has of a document", EVERYBODY, 404)
def read_witness(context: ContextDep, caller: Caller, number: DocumentNumber) -> WitnessView:
    """Event, transaction, block, commitment and anchor of a document, or what it waits for."""
    document = _seen(context, caller, number)
    leaves = openable(document, caller)
    told = NOBODY if context.witness is None else context.witness.testify(document)
    if isinstance(told, Silence):
        return WitnessView(number=number, witnessed=False, remark=told.reason, leaves=leaves)
    anchor = told.anchor
    return WitnessView(
        number=number,
        witnessed=True,
        remark=None,
        contract=told.contract,
        event=told.event,
        values=None if told.values is None else dict(told.values),
        transaction=told.transaction,
        block=told.block,
        block_hash=told.block_hash,
        block_time=told.block_time,
        root=told.root,
        anchor=None if anchor is None else AnchorView.model_validate(anchor, from_attributes=True),
        waits=told.waits,
        leaves=leaves,
    )


class LinkView(ClassedView):
    """What the anchor covers."""

    model_config = ConfigDict(extra="forbid")
    classes = classed("root firstSequence lastSequence")

    root: str
    firstSequence: int  # noqa: N815 - as the file and the contract say it
    lastSequence: int  # noqa: N815


class LeafView(ClassedView):
    """One leaf, opened: its salt tells no other leaf's."""

    model_config = ConfigDict(extra="forbid")
    classes = classed("path value salt fieldProof")

    path: str
    value: str = Field(description="canonical JSON")
    salt: str
    fieldProof: list[str]  # noqa: N815


class ProofView(ClassedView):
    """A proof file (`interlock-proof/1`, docs/trust.md): whoever has it checks it without asking the house."""

    model_config = ConfigDict(extra="forbid")
    classes = classed(
        "format chainId registry streamId anchorIndex link sequence documentRoot proof fields"
    )

    format: str
    chainId: int  # noqa: N815
    registry: str
    streamId: str  # noqa: N815
    anchorIndex: int  # noqa: N815
    link: LinkView
    sequence: int
    documentRoot: str  # noqa: N815
    proof: list[str]
    fields: list[LeafView]


@ROUTES.read("/documents/{number}/proof", "Prove a document", EVERYBODY, 404, 409)
def read_proof(
    context: ContextDep, caller: Caller, number: DocumentNumber, paths: Paths = None
) -> ProofView:
    """The proof that a document stands under an anchor, with the leaves that you name opened, type and number always.

    Only leaves that you may read are opened; each comes with a salt of its own, from which no other follows. 409 while the
    document waits for its anchor, or nobody who saw the chain is connected.
    """
    document = _seen(context, caller, number)
    allowed = set(openable(document, caller))
    wanted = tuple(dict.fromkeys((*NAMES, *(paths or ()))))
    for path in wanted:
        if path not in allowed:
            raise UnknownLeaf(key=path, number=number)
    made = NOBODY if context.witness is None else context.witness.prove(document, wanted)
    if isinstance(made, Silence):
        raise NotProvable(number=number, why=made.reason)
    return ProofView.model_validate(made)


def _seen(context: RequestContext, caller: Principal, number: str) -> Document:
    """The document, for clerks of the house; a partner reads those of its own orders. Raises UnknownDocument."""
    with context.reading() as session:
        found = logged(session, number)
        if found is None or (caller.role in PARTNERS and not _is_own(session, caller, found)):
            raise UnknownDocument(number)
        return found


def _is_own(session: Session, caller: Principal, document: Document) -> bool:
    order = document.number if document.type == "purchase_order" else document.fields.get("order")
    if document.type not in SUPPLIER_TYPES or not isinstance(order, str):
        return False
    try:
        seen_order(session, caller, order)
    except UnknownOrder:
        return False
    return True


# ---- the ring -----------------------------------------------------------------------------------


class RingView(ClassedView):
    """How the ring stands (环). What tells how much the house does is null for partners."""

    classes = classed(
        "witnessed remark up daemon node chain_time head block lag_blocks silent_seconds",
        internal="documents lag_documents unanchored audit_seconds audit_differences audit_runs waiting_for_time parked",
    )

    witnessed: bool
    remark: str | None = Field(description="why nobody tells; then the rest is null")
    up: bool | None = None
    daemon: str | None = Field(default=None, description="`up`, or DOWN and why")
    node: str | None = None
    chain_time: int | None = Field(default=None, description="of the newest block, unix seconds")
    head: int | None = None
    block: int | None = Field(default=None, description="newest block read")
    lag_blocks: int | None = None
    silent_seconds: int | None = Field(default=None, description="since the bridge's last pass")
    documents: int | None = Field(default=None, description="newest document")
    lag_documents: int | None = None
    unanchored: int | None = Field(default=None, description="documents that wait for an anchor")
    audit_seconds: int | None = Field(
        default=None, description="since the last audit; null: there was none"
    )
    audit_differences: int | None = None
    audit_runs: bool | None = Field(default=None, description="one that was asked for here runs")
    waiting_for_time: int | None = Field(default=None, description="calls whose time has not come")
    parked: int | None = Field(default=None, description="rows that wait for a person")


@ROUTES.read("/ring", "How the ring stands", EVERYBODY)
def read_ring(context: ContextDep) -> RingView:
    """Whether bridge and node are there, how far they are behind, and what waits; as of a second ago."""
    stands = context.live.ring(context)
    if isinstance(stands, Silence):
        return RingView(witnessed=False, remark=stands.reason)
    age = None if stands.audit_at is None else max(0, stands.now - stands.audit_at)
    return RingView(
        witnessed=True, remark=None, audit_seconds=age, parked=len(stands.parked),
        **{name: getattr(stands, name) for name in _OF_RING},
    )  # fmt: skip


_OF_RING = (
    "up", "daemon", "node", "chain_time", "head", "block", "lag_blocks", "silent_seconds", "documents", "lag_documents",
    "unanchored", "audit_differences", "audit_runs", "waiting_for_time",
)  # fmt: skip


class ParkedView(ClassedView):
    """A row of the ring that waits for a person."""

    classes = classed("kind key what about reason reason_zh")

    kind: str = Field(examples=["quarantined", "stuck", "held", "alarm"])
    key: str = Field(description="as `interlock bridge quarantine` takes it")
    what: str
    about: str | None = Field(
        description="number of the document by which its order or tender began"
    )
    reason: str
    reason_zh: str


class RingRowsView(ClassedView):
    """What stands in the ring, by state."""

    classes = classed("witnessed remark inbox outbox parked")

    witnessed: bool
    remark: str | None
    inbox: dict[str, int] = Field(description="events, by state")
    outbox: dict[str, int] = Field(description="calls, by state")
    parked: list[ParkedView]


@ROUTES.read("/ring/rows", "What waits in the ring", OPERATORS)
def read_ring_rows(context: ContextDep) -> RingRowsView:
    """Events and calls by state, and each row that waits for a person, with the reason."""
    stands = context.live.ring(context)
    if isinstance(stands, Silence):
        return RingRowsView(witnessed=False, remark=stands.reason, inbox={}, outbox={}, parked=[])
    parked = [ParkedView.model_validate(each, from_attributes=True) for each in stands.parked]
    return RingRowsView(
        witnessed=True, remark=None, inbox=dict(stands.inbox), outbox=dict(stands.outbox), parked=parked
    )  # fmt: skip


# ---- audits -------------------------------------------------------------------------------------


class InvariantView(ClassedView):
    """One invariant of an audit."""

    classes = classed("id name holds checked found differences")

    id: int
    name: str
    holds: bool
    checked: int
    found: int = Field(description="differences")
    differences: list[str] = Field(description="the first of them, with the row that each names")


class AuditView(ClassedView):
    """The newest audit that was asked for here: who asked, who runs it, and what it found."""

    classes = classed(
        "witnessed remark asked asked_by asked_at whole runner outcome seconds block sequence since invariants said"
    )

    witnessed: bool
    remark: str | None = Field(description="why none can be asked for here; then the rest is null")
    asked: bool = Field(description="whether one was asked for since this API began to serve")
    asked_by: str | None = None
    asked_at: int | None = Field(default=None, description="unix seconds")
    whole: bool | None = Field(default=None, description="it was asked to read everything")
    runner: str | None = Field(default=None, description="who runs it: the house's own machine")
    outcome: AuditOutcome | None = None
    seconds: int | None = Field(default=None, description="it has taken so far, or took")
    block: int | None = Field(default=None, description="that it read up to")
    sequence: int | None = Field(default=None, description="newest document that it read")
    since: int | None = Field(
        default=None, description="block from which it read; null: it read everything"
    )
    invariants: list[InvariantView] = Field(default_factory=list)
    said: str | None = Field(default=None, description="why it did not end with a report")


class AuditAsk(BaseModel):
    """What is to be audited."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"whole": False}]})

    whole: bool = Field(
        default=False, strict=True, description="read everything anew, not only what is new"
    )


@ROUTES.read("/audits", "How the audit that was asked for stands", AUDITS)
def read_audit(context: ContextDep) -> AuditView:
    """The newest audit that was asked for through this API, while it runs and after it ended.

    Any audit, also one that was run elsewhere, is told of in `GET /ring` by its age and its differences.
    """
    return _audit_view(NOBODY if context.witness is None else context.witness.audit())


@ROUTES.ask("/audits", "Start an audit", AUDITS, 409)
def start_audit(context: ContextDep, caller: Caller, asked: AuditAsk) -> AuditView:
    """Starts `interlock audit` in a process of its own on the machine that serves this API, one at a time.

    It reads books and chain, notes that it ran, and holds no payment: `interlock audit --hold` is the operator's separate
    act. While one runs it is told of, and no other is started. Whoever doubts this machine runs the audit on one of its own.
    """
    if context.witness is None:
        raise NoAudit(why=NOBODY.reason)
    if isinstance(told := context.witness.start_audit(caller.actor, whole=asked.whole), Silence):
        raise NoAudit(why=told.reason)
    return _audit_view(told)


def _audit_view(told: AuditAsked | Silence | None) -> AuditView:
    if isinstance(told, Silence):
        return AuditView(witnessed=False, remark=told.reason, asked=False)
    if told is None:
        return AuditView(witnessed=True, remark=None, asked=False)
    return AuditView(
        witnessed=True, remark=None, asked=True,
        invariants=[InvariantView(**{**asdict(each), "differences": list(each.differences)}) for each in told.invariants],
        **{name: getattr(told, name) for name in _OF_AUDIT},
    )  # fmt: skip


_OF_AUDIT = (
    "asked_by", "asked_at", "whole", "runner", "outcome", "seconds", "block", "sequence", "since", "said",
)  # fmt: skip


# ---- the deployment, and the relay --------------------------------------------------------------


class ContractView(ClassedView):
    """One edition of a contract."""

    classes = classed("name address edition block abi_hash code_hash followed")

    name: str
    address: str
    edition: int
    block: int = Field(description="it was deployed in")
    abi_hash: str
    code_hash: str
    followed: bool = Field(description="whether the bridge books its events")


class DeploymentView(ClassedView):
    """Where the contracts are. Whoever signs or checks compares it with a deployment file of its own."""

    classes = classed("witnessed remark network chain_id genesis_hash stream_id contracts")

    witnessed: bool
    remark: str | None
    network: str | None = None
    chain_id: int | None = None
    genesis_hash: str | None = None
    stream_id: str | None = Field(default=None, description="of this house's documents")
    contracts: list[ContractView]


@ROUTES.read("/deployment", "Where the contracts are", EVERYBODY)
def read_deployment(context: ContextDep) -> DeploymentView:
    """Chain, stream and every edition of every contract, the newest of a name last."""
    where = NOBODY if context.witness is None else context.witness.deployment()
    if isinstance(where, Silence):
        return DeploymentView(witnessed=False, remark=where.reason, contracts=[])
    contracts = [
        ContractView.model_validate(each, from_attributes=True) for each in where.contracts
    ]
    return DeploymentView(
        witnessed=True, remark=None, network=where.network, chain_id=where.chain_id,
        genesis_hash=where.genesis_hash, stream_id=where.stream_id, contracts=contracts,
    )  # fmt: skip


class Question(BaseModel):
    """A call of JSON-RPC that reads."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}]
        },
    )

    jsonrpc: str = Field(default="2.0", pattern=r"^2\.0$")
    id: int = Field(default=1, ge=0, le=2**53 - 1, strict=True)
    method: str = Field(max_length=60)
    params: list[Any] = Field(default_factory=list, max_length=4)


class AnswerView(ClassedView):
    """What the node said: `result`, or `error`."""

    classes = classed("jsonrpc id result error")

    jsonrpc: str = "2.0"
    id: int
    result: Any = None
    error: dict[str, Any] | None = None


@ROUTES.ask("/chain", "Ask the chain", EVERYBODY, 409, 413, 429)
def ask_chain(context: ContextDep, caller: Caller, question: Question) -> AnswerView:
    """Hands a reading call on to the house's node: of our own contracts, so many a second, and none that tells a secret.

    Methods: `eth_call`, `eth_getLogs`, `eth_getBlockByNumber`, `eth_getTransactionReceipt`, `eth_chainId`. Another firm has
    `eth_chainId`, headers, calls of the registry, which check proofs, and the opening of a tender that invites it handed on.
    Whoever does not want to believe this house's node asks one of its own the same.
    """
    if context.witness is None:
        raise NoChain(why=NOBODY.reason)
    where: DeploymentSeen | Silence = context.witness.deployment()
    if isinstance(where, Silence):
        raise NoChain(why=where.reason)
    relay.check(
        question.method,
        question.params,
        where,
        partner=caller.role in PARTNERS,
        invites=partial(is_invited, context, caller),
    )
    context.live.rate.take(caller.token_id)
    told = context.witness.ask(question.method, question.params)
    if isinstance(told, Silence):
        raise NoChain(why=told.reason)
    return AnswerView(id=question.id, result=told.get("result"), error=told.get("error"))
