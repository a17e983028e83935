"""A chain for pages: a house's books, anchored as the bridge does it, and a registry that answers as the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eth_abi.abi import decode, encode
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bridge.chain.artifact import artifact
from bridge.commitments.canonical import canonical
from bridge.commitments.documents import (
    document_root,
    document_tree,
    field_leaves,
    field_salt,
    leaf_of,
)
from bridge.commitments.invitations import invitation_tree
from bridge.commitments.keccak import keccak
from bridge.commitments.merkle import field_leaf_hash, verify, verify_at
from bridge.commitments.proof_file import Link, OpenedField, ProofFile
from bridge.commitments.stream import log_leaf, log_tree
from bridge.ports.embedded import document_of
from erp.api.witness import (
    AccountSeen,
    AnchorSeen,
    AuditAsked,
    AuditOutcome,
    ContractPlace,
    DeploymentSeen,
    Evidence,
    FateSeen,
    ParkedRow,
    RingState,
    SignedSeen,
    Silence,
    Testimony,
)
from erp.kernel.log.model import Document
from erp.kernel.log.queries import changes
from scripts import acts_side, chain_side
from scripts.chain_side import SECRET_VIEWS, _selector, _type

CHAIN_ID = 31_337
REGISTRY, TENDERS, ORDERS = ("0x" + f"{n:02x}" * 20 for n in (0xDD, 0xEE, 0xAB))
STREAM = "0x" + "5e" * 32
INDEX = 1  # of the one anchor
ORDER_TERMS = (
    "(uint32,uint32,bytes32,bytes32,uint40,uint32,uint32,uint32,uint16,uint16,uint16,uint16,uint24)"
)
TERMS = (
    "(address,bytes32,bytes32,uint128,uint128,uint128,uint32,uint32,uint32,uint16,uint8,uint128,uint16,uint16,"
    f"{ORDER_TERMS})"
)
TENDER_OPENED = f"TenderOpened(uint256,address,bytes32,{TERMS},uint40,uint40,address[])"


class Chain:
    """Implements the ERP's Witness over a house's books: all documents stand under one anchor."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.up = True
        self.parked: tuple[ParkedRow, ...] = ()
        self.invited: dict[
            int, Sequence[str]
        ] = {}  # accounts by id of the tender that invites them
        self.owners: dict[str, str] = {}  # key that owns a firm's account, by account
        self.nonce = 0
        self.refusal: Mapping[str, Any] = {}  # of a node that takes no transaction
        self.fates: dict[str, FateSeen] = {}  # by hash of a transaction
        self.events: dict[str, Mapping[str, Any]] = {}  # what was published, by act
        self.newest: AuditAsked | None = None  # audit that was asked for
        self.asked: list[tuple[str, Sequence[Any]]] = []

    def _log(self) -> list[Any]:
        with Session(self.engine) as session:
            return [document_of(each) for each in changes(session, 0, 10_000)]

    def _tree(self) -> Any:
        return log_tree([(each.sequence, document_root(each)) for each in self._log()])

    def tell(self, noun: str, id_: str, documents: Sequence[Document]) -> Evidence | Silence:
        return Evidence({}, (), ())

    def testify(self, document: Document) -> Testimony | Silence:
        log = self._log()
        root = "0x" + document_root(document_of(document)).hex()
        anchor = AnchorSeen(INDEX, "0x" + self._tree().root.hex(), 1, len(log), "0x" + "0d" * 32)
        return Testimony(None, None, None, None, None, None, None, root, anchor, None)

    def prove(self, document: Document, paths: Sequence[str]) -> Mapping[str, Any] | Silence:
        log, tree, told = self._log(), self._tree(), document_of(document)
        values = dict(field_leaves(told))
        fields = [
            OpenedField(
                path=path,
                value=canonical(values[path]),
                salt="0x" + field_salt(told.salt, path).hex(),
                field_proof=_hexes(document_tree(told).proof(leaf_of(told, path, values[path]))),
            )
            for path in paths
        ]
        made = ProofFile(
            chain_id=CHAIN_ID, registry=REGISTRY, stream_id=STREAM, anchor_index=INDEX,
            link=Link(root="0x" + tree.root.hex(), first_sequence=1, last_sequence=len(log)),
            sequence=told.sequence, document_root="0x" + document_root(told).hex(),
            proof=_hexes(tree.proof(told.sequence - 1)), fields=tuple(fields),
        )  # fmt: skip
        return dict(made.model_dump(by_alias=True, mode="json"))

    def published(
        self, act: str, fields: Mapping[str, Any], papers: Mapping[str, Any] | None
    ) -> Mapping[str, Any] | Silence:
        return self.events.get(act, {})

    def signed(self, raw: str) -> SignedSeen | str | Silence:
        return acts_side.signed(raw)

    def account(self, account: str) -> AccountSeen | Silence:
        return AccountSeen(account, self.owners.get(account, account), self.nonce)

    def fate(self, transaction: str) -> FateSeen | Silence:
        return self.fates.get(transaction, FateSeen(None, None, booked=False, parked=False))

    def ring(self) -> RingState | Silence:
        return RingState(
            now=0, up=self.up, daemon="up" if self.up else "DOWN: no process walks the ring", node="up",
            chain_time=1_780_000_000, head=10, block=10, lag_blocks=0, documents=len(self._log()), lag_documents=0,
            unanchored=0, silent_seconds=1, audit_at=None, audit_differences=None, waiting_for_time=0,
            inbox={"booked": 3}, outbox={"confirmed": 2}, parked=self.parked,
            audit_runs=self.newest is not None and self.newest.outcome is AuditOutcome.RUNS,
        )  # fmt: skip

    def invitation(self, accounts: Sequence[str], account: str) -> Sequence[str] | Silence:
        return chain_side.invitation(accounts, account)

    def audit(self) -> AuditAsked | Silence | None:
        return self.newest

    def start_audit(self, by: str, *, whole: bool) -> AuditAsked | Silence:
        if self.newest is None or self.newest.outcome is not AuditOutcome.RUNS:
            self.newest = AuditAsked(by, 1_780_000_000, whole, "a process", AuditOutcome.RUNS, 0)
        return self.newest

    def deployment(self) -> DeploymentSeen | Silence:
        places = {"DocumentRegistry": REGISTRY, "Tenders": TENDERS, "PurchaseOrders": ORDERS}
        contracts = [
            ContractPlace(name, address, 0, 1, "0x", "0x", followed=True)
            for name, address in places.items()
        ]
        secret = frozenset(_selector(*named) for named in SECRET_VIEWS.items())
        return DeploymentSeen("test", CHAIN_ID, "0x" + "00" * 32, STREAM, tuple(contracts), secret)

    def ask(self, method: str, parameters: Sequence[Any]) -> Mapping[str, Any] | Silence:
        self.asked.append((method, parameters))
        if method == "eth_chainId":
            return {"result": hex(CHAIN_ID)}
        if method == "eth_sendRawTransaction":
            return self.refusal or {"result": "0x" + keccak(bytes.fromhex(parameters[0][2:])).hex()}
        if method == "eth_getBlockByNumber":
            return {"result": {"number": hex(10), "timestamp": hex(1_780_000_000)}}
        if method == "eth_getLogs":
            return {"result": self._opened(*parameters[0]["topics"])}
        data = bytes.fromhex(parameters[0]["data"][2:])
        return {"result": "0x" + int(self._registry(data)).to_bytes(32, "big").hex()}

    def _opened(self, event: str, tender: str) -> list[dict[str, Any]]:
        """The log of a tender's opening, as its contract published it: whom it invites, and the root of them."""
        accounts = self.invited.get(int(tender, 16))
        if accounts is None or event != "0x" + keccak(TENDER_OPENED.encode()).hex():
            return []
        zero = bytes(32)
        order = (1, 2, zero, zero, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        terms = (
            ORDERS,
            zero,
            invitation_tree(accounts).root,
            1,
            1,
            0,
            1,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
            order,
        )
        data = encode([TERMS, "uint40", "uint40", "address[]"], [terms, 1, 2, list(accounts)])
        topics = [event, tender, "0x" + "00" * 32, "0x" + "00" * 32]
        return [{"topics": topics, "data": "0x" + data.hex()}]

    def _registry(self, data: bytes) -> bool:
        """What DocumentRegistry answers to `proves` and `provesField`."""
        for entry in artifact("DocumentRegistry").abi:
            if entry["type"] != "function" or entry["name"] not in {"proves", "provesField"}:
                continue
            types = [_type(each) for each in entry["inputs"]]
            if keccak(f"{entry['name']}({','.join(types)})".encode())[:4] == data[:4]:
                return self._said(entry["name"], decode(types, data[4:]))
        return False

    def _said(self, name: str, told: Sequence[Any]) -> bool:
        stream, index, (root, first, last), sequence, *rest = told
        is_anchor = (root, first, last) == (self._tree().root, 1, len(self._log()))
        if "0x" + stream.hex() != STREAM or index != INDEX or not is_anchor:
            return False
        if name == "proves":
            document, proof = rest
        else:
            (path, value, salt), field_proof, proof = rest
            leaf = field_leaf_hash(path, value, salt)
            document = next(
                (document_root(each) for each in self._log() if each.sequence == sequence), b""
            )
            if not verify(document, leaf, field_proof):
                return False
        return verify_at(
            root, sequence - first, last - first + 1, log_leaf(sequence, document), proof
        )


def _hexes(items: Sequence[bytes]) -> tuple[str, ...]:
    return tuple("0x" + item.hex() for item in items)
