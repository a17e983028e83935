"""One database belongs to one deployment on one chain; whoever mixes them up is told before anything is read."""

from __future__ import annotations

from bridge.capabilities import FOLLOWED
from bridge.chain.client import Client
from bridge.chain.deployment import Deployment
from bridge.commitments.canonical import canonical
from bridge.errors import WrongChain, WrongDeployment
from bridge.ports.port import DocumentQuery, Port
from bridge.store.store import Store
from bridge.store.tables import Binding, Cursor


def check_chain(client: Client, deployment: Deployment) -> None:
    """Raises WrongChain unless the node serves the chain of the deployment."""
    served = client.chain_id()
    if served != deployment.chain_id:
        raise WrongChain(
            f"the node at {client.url} serves chain {served}, deployment {deployment.network} is on chain "
            f"{deployment.chain_id}: name the right node with --rpc, or the right file with --deployment"
        )
    genesis = client.genesis_hash()
    if genesis != deployment.genesis_hash:
        raise WrongChain(
            f"the node at {client.url} has the genesis block {genesis}, deployment {deployment.network} "
            f"was made on {deployment.genesis_hash}: the chain was started anew, so deploy anew"
        )


def is_bound(store: Store, deployment: Deployment, stream: str) -> bool:
    """True when the database belongs to this deployment, False when it is new. Raises WrongDeployment otherwise."""
    with store.view() as session:
        bound = store.binding(session)
    if bound is None:
        return False
    wanted = _wanted(deployment, stream)
    for name in ("chain_id", "genesis_hash", "contracts", "stream_id"):
        if getattr(bound, name) != getattr(wanted, name):
            raise WrongDeployment(
                f"this database belongs to another deployment: its {name} is {getattr(bound, name)}, "
                f"this deployment's is {getattr(wanted, name)}. Use its own database, or a new one"
            )
    return True


def check_documents(store: Store, port: Port) -> None:
    """Raises WrongDeployment unless the ERP still has the newest document that this database committed to.

    For a database beside the ERP's: one could be paired with another ERP, or with an older backup of it.
    """
    with store.view() as session:
        newest = store.newest_commitment(session)
    if newest is None:
        return
    query = DocumentQuery(number=newest.number, limit=1)
    if [document.sequence for document in port.documents(query)] != [newest.sequence]:
        raise WrongDeployment(
            f"the ERP lacks document {newest.number} (sequence {newest.sequence}), which this bridge has read: its "
            "database (--db) is another one, or an older backup than the bridge's (--bridge-db)"
        )


def bind(store: Store, client: Client, deployment: Deployment, stream: str) -> None:
    """Makes a new database this deployment's, to be read from its first block on."""
    before = client.header(max(deployment.start_block - 1, 0))
    with store.unit() as session:
        session.add(_wanted(deployment, stream))
        session.add(
            Cursor(
                block_number=int(before["number"], 16),
                block_hash=before["hash"],
                block_time=int(before["timestamp"], 16),
                document_sequence=0,
            )
        )


def _wanted(deployment: Deployment, stream: str) -> Binding:
    return Binding(
        chain_id=deployment.chain_id,
        genesis_hash=deployment.genesis_hash,
        contracts=canonical(deployment.addresses(FOLLOWED)),
        stream_id=stream,
    )
