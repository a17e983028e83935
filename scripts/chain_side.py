"""What `scripts.witness` tells the ERP's API of the chain, from the bridge's tables, the deployment file and the nodes."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from bridge.bootstrap import stream_id
from bridge.capabilities import FOLLOWED
from bridge.chain.artifact import artifact
from bridge.chain.deployment import Deployment
from bridge.commitments.invitations import invitation_proof
from bridge.commitments.keccak import keccak
from bridge.config import Config
from bridge.errors import BadConfiguration, NodeUnavailable
from bridge.operator.prove import proof_of
from bridge.operator.status import liveness, status
from bridge.ports.port import Document, Port
from bridge.store import committed, inbox
from bridge.store.store import Store
from erp.api.witness import (
    AnchorSeen,
    ContractPlace,
    DeploymentSeen,
    ParkedRow,
    RingState,
    Silence,
    Testimony,
)

ASK_SECONDS = 5.0  # for one answer of a node
LOOK_SECONDS = 1.5  # for its newest block, which pages wait for
ANSWER_BYTES_MAX = 2_000_000
# Views that compute a seal from what is to stay secret: whoever runs the node would read it (decision 41).
SECRET_VIEWS = {"Tenders": "sealBid", "PeerRatings": "sealRatings", "GroupLens": "sealPlan"}
WAITS_FOR_REPORT = "the bridge has not read it yet"
WAITS_FOR_ANCHOR = "its anchor"


def testimony(store: Store, document: Document) -> Testimony:
    """Event, transaction, block, commitment and anchor of a document, as far as they are there."""
    with store.view() as session:
        event = inbox.event_of(session, document.number)
        commitment = committed.at(session, document.sequence)
        anchor = committed.anchor_of(session, document.sequence)
        sent = None
        if event is None:
            calls = store.calls_of(session, [document.number])
            attempts = store.newest_attempts(session, [call.id or 0 for call in calls])
            sent = next(iter(attempts.values()), None)
        waits = WAITS_FOR_REPORT if commitment is None else WAITS_FOR_ANCHOR
        return Testimony(
            contract=None if event is None else event.contract,
            event=None if event is None else event.event,
            values=None if event is None else json.loads(event.body),
            transaction=sent if event is None else event.tx_hash,
            block=None if event is None else event.block_number,
            block_hash=None if event is None else event.block_hash,
            block_time=None if event is None else event.block_time,
            root=None if commitment is None else commitment.root,
            anchor=None
            if anchor is None
            else AnchorSeen(
                anchor.index, anchor.root, anchor.first_sequence, anchor.last_sequence, anchor.head
            ),
            waits=waits if anchor is None else None,
        )


def proof(
    store: Store,
    port: Port,
    deployment: Deployment,
    config: Config,
    number: str,
    paths: Sequence[str],
) -> Mapping[str, Any]:
    """The proof file of a document with these leaves opened. Raises BadConfiguration."""
    made = proof_of(store, port, deployment, stream_id(config.stream), number, paths)
    return dict(made.model_dump(by_alias=True, mode="json"))


def invitation(accounts: Sequence[str], account: str) -> Sequence[str] | Silence:
    """The proof that an account is on a published list; empty where nobody is listed."""
    try:
        proof = invitation_proof(accounts, account) if accounts else []
    except KeyError:
        return Silence(f"{account} is not on the list")
    return ["0x" + each.hex() for each in proof]


def ring(store: Store, port: Port, urls: Sequence[str], audit_runs: bool) -> RingState:
    """How the ring stands now, by its tables and the first node that answers."""
    head, chain_time = _head(urls)
    now = time.time()
    alive = liveness(store, urls[0], head, now)
    found = status(store, head, port.last_sequence(), port.in_chinese)
    with store.view() as session:
        audit = store.last_audit(session)
    return RingState(
        now=int(now),
        up=alive["up"],
        daemon=alive["daemon"],
        node=alive["node"],
        chain_time=chain_time,
        head=head,
        block=found["block"],
        lag_blocks=found["lag_blocks"],
        documents=found["documents"],
        lag_documents=max(found["lag_documents"], 0),
        unanchored=found["unanchored"],
        silent_seconds=max(0, int(now - found["last_pass_at"])),
        audit_at=None if audit is None else audit.at,
        audit_differences=None if audit is None else audit.found,
        audit_runs=audit_runs,
        waiting_for_time=found["waiting_for_time"],
        inbox=found["inbox"],
        outbox=found["outbox"],
        parked=(
            *(_parked("quarantined", each, "position", "event") for each in found["quarantined"]),
            *(_parked("stuck", each, "key", "status") for each in found["stuck"]),
            *(
                ParkedRow("held", each["aggregate"], "payments", each["number"], each["reason"], each["reason"])
                for each in found["holds"]
            ),
        ),
    )  # fmt: skip


def _parked(kind: str, row: Mapping[str, Any], key: str, what: str) -> ParkedRow:
    return ParkedRow(kind, row[key], row[what], row["number"], row["reason"], row["reason_zh"])


def _head(urls: Sequence[str]) -> tuple[int | None, int | None]:
    """Number and time of the newest block; nothing when no node answers."""
    try:
        told = ask(urls, "eth_getBlockByNumber", ["latest", False], LOOK_SECONDS)
        block = told["result"]
        return int(block["number"], 16), int(block["timestamp"], 16)
    except (NodeUnavailable, KeyError, TypeError, ValueError):
        return None, None


def places(deployment: Deployment, config: Config) -> DeploymentSeen:
    """Where the contracts are, and which of their views nobody may ask a node."""
    return DeploymentSeen(
        network=deployment.network,
        chain_id=deployment.chain_id,
        genesis_hash=deployment.genesis_hash,
        stream_id=stream_id(config.stream),
        contracts=tuple(
            ContractPlace(
                name, each.address, each.edition, each.block, each.abi_hash, each.code_hash, name in FOLLOWED
            )
            for name, every in deployment.contracts.items()
            for each in every
        ),
        secret_calls=frozenset(_selector(*named) for named in SECRET_VIEWS.items()),
    )  # fmt: skip


def _selector(contract: str, function: str) -> str:
    (entry,) = (
        e for e in artifact(contract).abi if e["type"] == "function" and e["name"] == function
    )
    return "0x" + keccak(f"{function}({','.join(map(_type, entry['inputs']))})".encode())[:4].hex()


def _type(member: Mapping[str, Any]) -> str:
    kind = str(member["type"])
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(map(_type, member['components']))}){kind[len('tuple') :]}"


def ask(
    urls: Sequence[str], method: str, parameters: Sequence[Any], seconds: float = ASK_SECONDS
) -> Mapping[str, Any]:
    """What the first node that answers says, within bounds of time and size. Raises NodeUnavailable, BadConfiguration."""
    for url in urls:
        try:
            return _asked(url, method, parameters, seconds)
        except (httpx.HTTPError, ValueError):
            continue
    raise NodeUnavailable(f"no node answered {method} within {seconds:.1f} s")


def _asked(url: str, method: str, parameters: Sequence[Any], seconds: float) -> Mapping[str, Any]:
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}
    with (
        httpx.Client(timeout=seconds, trust_env=False) as client,
        client.stream("POST", url, json=body) as told,
    ):
        text = bytearray()
        for part in told.iter_bytes():
            text += part
            if len(text) > ANSWER_BYTES_MAX:
                raise BadConfiguration(
                    f"the node's answer has more than {ANSWER_BYTES_MAX:,} bytes: ask for less"
                )
    found = json.loads(text)
    if not isinstance(found, dict) or not found.keys() & {"result", "error"}:
        raise ValueError("no answer of JSON-RPC")
    return {name: found[name] for name in ("result", "error") if name in found}
