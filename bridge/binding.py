"""One database belongs to one deployment on one chain; whoever mixes them up is told before anything is read.

A deployment grows: new editions of its rooms stand beside the old ones. A database goes along, and no address leaves it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from bridge.capabilities import FOLLOWED
from bridge.chain.artifact import artifact
from bridge.chain.client import Client
from bridge.chain.deployment import Deployed, Deployment
from bridge.chain.scan import Scanner
from bridge.chain.served import chain_of
from bridge.commitments.canonical import canonical
from bridge.errors import DeepReorg, StoreBusy, WrongDeployment
from bridge.events.base import Logged
from bridge.ports.port import DocumentQuery, Port
from bridge.store import committed, inbox
from bridge.store.quarantine import tell_again
from bridge.store.store import Store
from bridge.store.tables import Binding, Cursor


def check_chain(client: Client, deployment: Deployment) -> None:
    """Asks a node that serves the chain of the deployment from now on. Raises WrongChain, NodeUnavailable when none does."""
    client.settle_on(chain_of(deployment))


def check_events(deployment: Deployment) -> None:
    """Raises WrongDeployment when an edition of a followed contract emits other events than this bridge reads."""
    for name in deployment.addresses(FOLLOWED):
        for each in deployment.contracts[name]:
            if each.events_hash not in ("", artifact(name).events_hash):
                raise WrongDeployment(
                    f"edition {each.edition} of {name} emits other events than this version of the bridge reads: what it "
                    "emits would be missed. Install the version that released its newest edition"
                )


def is_bound(store: Store, deployment: Deployment, stream: str) -> bool:
    """True when the database belongs to this deployment, False when it is new. Raises WrongDeployment otherwise.

    It belongs to one that extends the bound one by further editions as well: see `unread`.
    """
    with store.view() as session:
        bound = store.binding(session)
    if bound is None:
        return False
    wanted = _wanted(deployment, stream)
    for name in ("chain_id", "genesis_hash", "consensus", "stream_id"):
        if getattr(bound, name) != getattr(wanted, name):
            raise _another(name, getattr(bound, name), getattr(wanted, name))
    now = deployment.addresses(FOLLOWED)
    for name, editions in _editions(bound).items():
        if now.get(name, ())[: len(editions)] != editions:
            raise _another("contracts", f"{name} {editions}", f"{name} {now.get(name, ())}")
    return True


def unread(store: Store, deployment: Deployment) -> dict[str, tuple[Deployed, ...]]:
    """Deployments of followed contracts that the file has and a bound database does not know yet, by name."""
    with store.view() as session:
        bound = store.binding(session)
    known = _editions(bound) if bound is not None else {}
    found = {
        name: deployment.contracts[name][len(known.get(name, ())) :]
        for name in deployment.addresses(FOLLOWED)
    }
    return {name: editions for name, editions in found.items() if editions}


def extend(
    store: Store, client: Client, deployment: Deployment, new: Mapping[str, tuple[Deployed, ...]]
) -> int:
    """Makes new editions part of a bound database; returns how many events of theirs were read.

    What they emitted between their deployment and the bridge's cursor is read now and proved, so that nothing is lost when
    the file came late. Events that were set aside since an address was unknown are told again.
    """
    with store.view() as session:
        cursor = store.cursor(session)
        number, tip = cursor.block_number, cursor.block_hash
    only = dict(new)
    scanner = Scanner(
        client, replace(deployment, contracts=only), {name: FOLLOWED[name] for name in only}
    )
    first = min(each.block for editions in new.values() for each in editions)
    events: list[Logged] = []
    last = None
    for window in scanner.windows(first, number, None, ends_proved=True):
        events += window.events
        last = window.last.hash
    if last not in (None, tip):
        raise DeepReorg(f"block {number} is {last}, the bridge read {tip}: another chain")
    addresses = [each.address for editions in new.values() for each in editions]
    with store.unit() as session:
        if store.cursor(session).block_hash != tip:
            raise StoreBusy("another process moved the cursor meanwhile")
        inbox.add_events(session, events)
        tell_again(store, session, addresses)
        bound = store.binding(session)
        assert bound is not None  # noqa: S101 - `is_bound` said so
        bound.contracts = canonical(deployment.addresses(FOLLOWED))
    return len(events)


def _editions(bound: Binding) -> dict[str, tuple[str, ...]]:
    """The addresses that a database was bound to; one of before editions holds one for each name."""
    found = json.loads(bound.contracts)
    return {n: (known,) if isinstance(known, str) else tuple(known) for n, known in found.items()}


def _another(name: str, bound: str, wanted: str) -> WrongDeployment:
    return WrongDeployment(
        f"this database belongs to another deployment: its {name} is {bound}, this deployment's is {wanted}. "
        "Use its own database, or a new one"
    )


def check_documents(store: Store, port: Port) -> None:
    """Raises WrongDeployment unless the ERP still has the newest document that this database committed to.

    For a database beside the ERP's: one could be paired with another ERP, or with an older backup of it.
    """
    with store.view() as session:
        newest = committed.newest(session)
    if newest is None:
        return
    query = DocumentQuery(number=newest.number, limit=1, voided=True)
    if [document.sequence for document in port.documents(query)] != [newest.sequence]:
        raise WrongDeployment(
            f"the ERP lacks document {newest.number} (sequence {newest.sequence}), which this bridge has read: its "
            "database (--db) is another one, or an older backup than the bridge's (--bridge-db)"
        )


def bind(store: Store, client: Client, deployment: Deployment, stream: str) -> None:
    """Makes a new database this deployment's, to be read from its first block on.

    Raises NodeIncomplete when the block before that does not prove itself.
    """
    before = client.header(max(deployment.start_block - 1, 0))
    client.consensus.begin(before, None)
    with store.unit() as session:
        session.add(_wanted(deployment, stream))
        session.add(
            Cursor(
                block_number=before.number,
                block_hash=before.hash,
                block_time=before.timestamp,
                document_sequence=0,
            )
        )


def _wanted(deployment: Deployment, stream: str) -> Binding:
    return Binding(
        chain_id=deployment.chain_id,
        genesis_hash=deployment.genesis_hash,
        consensus=deployment.consensus,
        contracts=canonical(deployment.addresses(FOLLOWED)),
        stream_id=stream,
    )
