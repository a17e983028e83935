"""Puts the bridge together from settings. The only module that names concrete node, port and database classes."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from eth_utils.crypto import keccak
from sqlalchemy import Engine

from bridge import binding, posts
from bridge.audit import Audit, Rebuild
from bridge.beside.ahead import RootsAhead, WindowsAhead
from bridge.beside.process import Beside
from bridge.capabilities import FOLLOWED, HELD_BY_AUDIT, NUMBERED
from bridge.capabilities.model import Posts
from bridge.chain.client import Client
from bridge.chain.deployment import Deployment, as_data
from bridge.chain.deployment import load as load_deployment
from bridge.chain.finality import finality_depth
from bridge.chain.gateway import Gateway
from bridge.chain.holding import Holder
from bridge.chain.keys import open_folder
from bridge.chain.permits import Permits
from bridge.chain.remote import Remote
from bridge.chain.scan import BOOKED_RECEIPTS, Scanner
from bridge.chain.signer import Guarded, Signer
from bridge.config import DAEMON, Config
from bridge.errors import (
    BadConfiguration,
    NodeIncomplete,
    NodeUnavailable,
    WrongDeployment,
    WrongKey,
)
from bridge.house import find_house, known_house, permits_of
from bridge.intents import ATTESTER
from bridge.ports.embedded import open_embedded
from bridge.ports.port import Port
from bridge.ring.confirm import Confirm
from bridge.ring.daemon import Daemon, Ring
from bridge.ring.dispatch import Dispatch
from bridge.ring.ingest import Ingest
from bridge.ring.mailbox import Mailbox
from bridge.ring.recheck import asker, rechecker
from bridge.ring.reorganise import Reorganise
from bridge.ring.report import AnchorPolicy, Report
from bridge.ring.stir import something_came
from bridge.ring.submit import Submit
from bridge.ring.telling import Telling
from bridge.ring.tracing import Tracing
from bridge.store import schema
from bridge.store.engine import (
    IN_MEMORY,
    driver_errors,
    is_missing,
    is_same_database,
    open_engine,
    without_password,
)
from bridge.store.lock import check_idle
from bridge.store.store import Store

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

START_IT = "start the bridge once with `interlock bridge once`, or name the right one with --db or --bridge-db"


class Access(StrEnum):
    """What a command may do with the bridge: work, try, read or only look."""

    WORK = "work"  # walks the ring: opens the keys, migrates and binds a new database
    TRY = "try"  # opens the keys and changes nothing, not even a new database
    READ = "read"  # reads database and chain, lets an operator correct rows; opens no key
    LOOK = "look"  # reads the database; goes without the chain when no node answers


@dataclass(frozen=True, slots=True)
class Bridge:
    """The whole bridge with its adapters, as the commands use it."""

    config: Config
    deployment: Deployment
    client: Client
    gateway: Gateway
    scanner: Scanner
    store: Store
    port: Port
    attester: str
    house: Mapping[str, str]  # account of each office
    posts: Posts
    stream_id: str
    report: Report
    daemon: Daemon
    audit: Audit
    rebuild: Rebuild
    keys: Keys
    beside: Beside
    engines: tuple[Engine, ...]  # every database that was opened for it

    @property
    def depth(self) -> int:
        """Blocks that must follow before an event counts."""
        return finality_depth(self.deployment, self.config.finality)

    def close(self) -> None:
        """Ends its processes, and gives back all connections."""
        self.keys.close()
        self.beside.close()
        for engine in self.engines:
            engine.dispose()


def stream_id(name: str) -> str:
    """Id of a document stream on chain."""
    return "0x" + keccak(text=f"interlock stream {name}").hex()


@dataclass(frozen=True, slots=True)
class Keys:
    """Whoever signs for the bridge, each behind its list, by lower-case address; and what they stand in."""

    signers: Mapping[str, Guarded]
    holder: Holder | None = None  # the process that holds the keystores' keys
    remote: Remote | None = None
    listed: tuple[str, ...] = ()  # accounts whose keys the remote signer has

    def close(self) -> None:
        """Ends the process that holds keys, and gives back connections."""
        if self.holder is not None:
            self.holder.close()
        if self.remote is not None:
            self.remote.close()


def open_keys(config: Config, permits: Permits) -> Keys:
    """Opens the keystores, and asks the remote signer which keys it has.

    Raises WrongKey, BadConfiguration, SignerUnavailable, SignerRefused.
    """
    holder, remote, listed = None, None, {}
    if config.signer_url:
        remote = Remote(config.signer_url, config.signer_ca_file, config.signer_client_file)
        listed = remote.open()
    local: Mapping[str, Signer]
    if config.keys_in == DAEMON or not any(config.keystores.glob("*.json")):
        local = open_folder(config.keystores, config.password_file)
    else:
        holder = Holder(config.keystores, config.password_file, permits)
        local = holder.open()
    if twice := sorted(local.keys() & listed.keys()):
        raise BadConfiguration(
            f"the key of {', '.join(twice)} is in {config.keystores} and in the remote signer: take it out of one"
        )
    every: dict[str, Signer] = {**local, **listed}
    guarded = {address: Guarded(signer, permits) for address, signer in every.items()}
    return Keys(guarded, holder, remote, tuple(listed))


def _open_house(
    config: Config, deployment: Deployment, access: Access
) -> tuple[dict[str, str], Keys]:
    """The account of each office, and the keys; readers open none and go without what is not named. Raises WrongKey."""
    if access not in (Access.WORK, Access.TRY):
        return known_house(config), Keys({})
    house = find_house(config)
    keys = open_keys(config, permits_of(house, deployment))
    for office, account in house.items():
        if account not in keys.signers:
            keys.close()
            where = f"no keystore in {config.keystores}"
            raise WrongKey(
                f"{where}{' and no key of the remote signer' if keys.remote else ''} holds the {office}'s key {account}"
            )
    return house, keys


def build(
    config: Config,
    *,
    access: Access = Access.WORK,
    clock: Callable[[], float] = time.time,
    randomness: Callable[[int], bytes] = os.urandom,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
    tracer: Tracer | None = None,
) -> Bridge:
    """Puts the bridge together; `tracer` makes spans, None while traces are off.

    Raises Halt errors that say what is wrong, NodeUnavailable when no node answers.
    """
    deployment = load_deployment(config.deployment)
    binding.check_events(deployment)
    client = Client(config.rpc_urls(deployment.rpc_url), monotonic)
    house, keys = _open_house(config, deployment, access)
    with ExitStack() as undo:  # a bridge that does not stand leaves no process that holds keys
        undo.callback(keys.close)
        attester = house[ATTESTER]
        port = open_embedded(config.db, randomness, check_idle if access is Access.WORK else None)
        engine = _open_own(config, port.engine, access)
        store = Store(engine, clock, HELD_BY_AUDIT)
        gateway = Gateway(client, deployment, keys.signers, NUMBERED)
        scanner = Scanner(client, deployment, FOLLOWED)
        booked = Scanner(client, deployment, FOLLOWED, BOOKED_RECEIPTS)
        stream = stream_id(config.stream)
        _bind(access, store, client, deployment, stream, port.engine)
        sure = access in (Access.WORK, Access.TRY)
        own = posts.find(config, deployment, gateway, attester, sure=sure)
        if access is Access.WORK and engine is not port.engine:
            binding.check_documents(store, port)
        depth = finality_depth(deployment, config.finality)
        policy = AnchorPolicy(stream, config.anchor_wait_seconds)
        beside = Beside(json.dumps(as_data(deployment)), monotonic)
        report = Report(store, port, gateway, own, policy, clock, RootsAhead(beside))
        asked = asker(port, store, own, deployment)
        recheck = rechecker(asked)
        joined = engine is port.engine
        dispatch = Dispatch(
            store, port, deployment.chain_id, deployment.names(FOLLOWED), joined=joined
        )
        ring = Ring(
            ingest=Ingest(
                *(
                    store,
                    WindowsAhead(booked, beside),
                    depth,
                    dispatch.at_once if joined else None,
                ),
                Reorganise(store, scanner, port, joined=joined),
            ),
            dispatch=dispatch,
            report=report,
            submit=Submit(
                *(store, gateway, house, recheck, clock, monotonic),
                lambda: posts.check_held(gateway, own.attester, attester),
                Telling(store, port, joined=joined),
                config.in_flight,
            ),
            mailbox=Mailbox(store, port, gateway, own, recheck, clock, joined=joined),
            confirm=Confirm(store, gateway, depth, clock),
        )
        bridge = Bridge(
            config=config,
            deployment=deployment,
            client=client,
            gateway=gateway,
            scanner=scanner,
            store=store,
            port=port,
            attester=attester,
            house=house,
            posts=own,
            stream_id=stream,
            report=report,
            daemon=Daemon(
                *(ring, store, client.rotate, config.idle_seconds, sleep, monotonic),
                stirs=partial(something_came, store, port, client, depth),
                tracing=Tracing(store, port, tracer) if tracer is not None else None,
            ),
            audit=Audit(store, port, gateway, scanner, stream, recheck, asked, depth, house),
            rebuild=Rebuild(store, port, scanner, stream),
            keys=keys,
            beside=beside,
            engines=tuple({port.engine, engine}),
        )
        undo.pop_all()
    return bridge


def _open_own(config: Config, erps: Engine, access: Access) -> Engine:
    """The engine of the bridge's tables, with its tables there: the ERP's own where both name one database.

    Raises WrongDeployment when the tables are missing and may not be made, or are those of another version;
    BadConfiguration when it does not open.
    """
    url = config.bridge_db
    if not url or is_same_database(url, config.db):
        engine, url = erps, config.db
    elif access is not Access.WORK and is_missing(url):
        if access is not Access.TRY:
            raise WrongDeployment(f"there is no database at {without_password(url)}: {START_IT}")
        engine = open_engine(IN_MEMORY)  # an empty one stands for it, so that trying makes no file
    else:
        engine = open_engine(url)
    with driver_errors(url):
        if access is Access.WORK:
            if not schema.is_current(engine):
                check_idle(engine)
            schema.upgrade(engine)
        elif not schema.is_known(engine):
            raise WrongDeployment(f"{without_password(url)} {schema.ANOTHER_VERSION}")
        elif not schema.is_current(engine) and not (access is Access.TRY and schema.is_new(engine)):
            raise WrongDeployment(
                f"{without_password(url)} was never used by a bridge of this version: {START_IT}"
            )
    return engine


def _is_new(engine: Engine) -> bool:
    with driver_errors(str(engine.url)):
        return schema.is_new(engine)


def _bind(
    access: Access, store: Store, client: Client, deployment: Deployment, stream: str, erps: Engine
) -> None:
    bound = not _is_new(store.engine) and binding.is_bound(store, deployment, stream)
    try:
        binding.check_chain(client, deployment)
    except (NodeIncomplete, NodeUnavailable):
        if access is not Access.LOOK:
            raise
    if bound and (new := binding.unread(store, deployment)):
        if access is Access.WORK:
            binding.extend(store, client, deployment, new)
        elif access is Access.READ:
            raise WrongDeployment(
                f"the deployment file has editions that this database has not read yet, of {', '.join(new)}: {START_IT}"
            )
    if bound or access is Access.TRY:
        return
    if access is not Access.WORK:
        raise WrongDeployment(f"this database was never used by a bridge: {START_IT}")
    if store.engine is not erps and not _is_new(erps):
        raise WrongDeployment(
            "the ERP's database holds the tables of a bridge already: an existing deployment does not move to a database "
            "of its own by naming one with --bridge-db"
        )
    binding.bind(store, client, deployment, stream)
