"""The composition root: the only place that knows which adapters are real."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from eth_utils.crypto import keccak

from bridge.audit import Audit
from bridge.chain import keys
from bridge.chain.client import Client
from bridge.chain.deployment import Deployment
from bridge.chain.deployment import load as load_deployment
from bridge.chain.finality import finality_depth
from bridge.chain.gateway import Gateway
from bridge.chain.scan import Scanner
from bridge.commitments import canonical
from bridge.config import Config
from bridge.confirm import Confirm
from bridge.daemon import Daemon, Ring
from bridge.dispatch import Dispatch
from bridge.errors import BadConfiguration, WrongChain, WrongDeployment, WrongKey
from bridge.ingest import Ingest
from bridge.ports.embedded import EmbeddedPort, open_embedded
from bridge.report import AnchorPolicy, Report
from bridge.store import schema
from bridge.store.store import Store
from bridge.store.tables import Binding, Cursor
from bridge.submit import Submit

ATTESTER_KEYSTORE = "attester.json"


@dataclass(frozen=True, slots=True)
class Bridge:
    """Everything put together."""

    config: Config
    deployment: Deployment
    client: Client
    gateway: Gateway
    scanner: Scanner
    store: Store
    port: EmbeddedPort
    attester: str
    stream_id: str
    report: Report
    daemon: Daemon
    audit: Audit


def stream_id(name: str) -> str:
    """Id of a document stream on chain."""
    return "0x" + keccak(text=f"interlock stream {name}").hex()


def load_signers(config: Config) -> dict[str, keys.Signer]:
    """All keys of the keystore folder by lower-case address. Raises WrongKey, BadConfiguration."""
    paths = sorted(config.keystores.glob("*.json"))
    if not paths:
        return {}
    if config.password_file is None:
        raise BadConfiguration(
            f"{config.keystores} holds keystores, but no password file is set: "
            "name one with --password-file or INTERLOCK_PASSWORD_FILE"
        )
    try:
        password = config.password_file.read_text(encoding="utf-8").rstrip("\n")
    except OSError as error:
        raise BadConfiguration(f"cannot read the password file: {error}") from error
    signers = (keys.load(path, password) for path in paths)
    return {str(signer.address).lower(): signer for signer in signers}


def find_attester(config: Config, deployment: Deployment) -> str:
    """The account that reports and anchors, without opening a key. Raises WrongKey."""
    if config.attester:
        return config.attester.lower()
    path = config.keystores / ATTESTER_KEYSTORE
    try:
        return (
            "0x"
            + str(json.loads(path.read_text(encoding="utf-8"))["address"])
            .removeprefix("0x")
            .lower()
        )
    except (OSError, ValueError, KeyError) as error:
        raise WrongKey(
            f"no attester: put its keystore at {path}, or name its account with --attester ({error})"
        ) from error


def build(
    config: Config,
    *,
    with_keys: bool,
    clock: Callable[[], float] = time.time,
    randomness: Callable[[int], bytes] = os.urandom,
    sleep: Callable[[float], None] = time.sleep,
) -> Bridge:
    """Puts the bridge together and binds the database to the deployment.

    Without keys it reads and reports, but signs nothing. Raises Halt errors that say what is wrong.
    """
    deployment = load_deployment(config.deployment)
    client = Client(config.rpc_urls(deployment.rpc_url))
    signers = load_signers(config) if with_keys else {}
    attester = find_attester(config, deployment)
    if with_keys and attester not in signers:
        raise WrongKey(f"no keystore in {config.keystores} holds the attester's key {attester}")
    port = open_embedded(config.db, randomness)
    schema.upgrade(port.engine)
    store = Store(port.engine, clock)
    gateway = Gateway(client, deployment, signers)
    scanner = Scanner(client, deployment)
    stream = stream_id(config.stream)
    _bind(store, client, deployment, stream)
    depth = finality_depth(deployment.chain_id, config.finality)
    custodians = frozenset(d.address for d in deployment.contracts.values())
    report = Report(
        store, port, gateway, attester, AnchorPolicy(stream, config.anchor_wait_seconds), clock
    )
    ring = Ring(
        ingest=Ingest(store, scanner, depth),
        dispatch=Dispatch(store, port, deployment.chain_id, custodians),
        report=report,
        submit=Submit(store, gateway, attester, clock),
        confirm=Confirm(store, gateway, depth, clock),
    )
    daemon = Daemon(ring, store, client.rotate, config.idle_seconds, sleep)
    audit = Audit(store, port, port, gateway, scanner, stream)
    return Bridge(
        config,
        deployment,
        client,
        gateway,
        scanner,
        store,
        port,
        attester,
        stream,
        report,
        daemon,
        audit,
    )


def _bind(store: Store, client: Client, deployment: Deployment, stream: str) -> None:
    """Refuses a wrong chain and a database of another deployment; binds a new database. Raises Halt errors."""
    _check_chain(client, deployment)
    contracts = canonical({name: d.address for name, d in deployment.contracts.items()})
    wanted = Binding(
        chain_id=deployment.chain_id,
        genesis_hash=deployment.genesis_hash,
        contracts=contracts,
        stream_id=stream,
    )
    with store.view() as session:
        bound = store.binding(session)
    if bound is not None:
        for name in ("chain_id", "genesis_hash", "contracts", "stream_id"):
            if getattr(bound, name) != getattr(wanted, name):
                raise WrongDeployment(
                    f"this database belongs to another deployment: its {name} is {getattr(bound, name)}, "
                    f"this deployment's is {getattr(wanted, name)}. Use its own database, or a new one"
                )
        return
    before = client.header(max(deployment.start_block - 1, 0))
    with store.unit() as session:
        session.add(wanted)
        session.add(
            Cursor(
                block_number=int(before["number"], 16),
                block_hash=before["hash"],
                block_time=int(before["timestamp"], 16),
                document_sequence=0,
            )
        )


def _check_chain(client: Client, deployment: Deployment) -> None:
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
