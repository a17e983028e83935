"""The witness that the ERP's API asks of the chain: the bridge's own tables, read and never written, and its nodes.

The ERP knows no bridge; whoever serves both connects them here. The tables may come later than the API: the bridge makes
them at its first start, and until then the witness says that there is nothing to tell.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, TypeVar

from sqlalchemy import Engine

from bridge import binding
from bridge.chain.deployment import Deployment, load
from bridge.config import Config, read
from bridge.errors import BadConfiguration, Retryable, WrongDeployment
from bridge.ports.embedded import EmbeddedPort, document_of
from bridge.ports.subjects import SUBJECTS
from bridge.store import schema
from bridge.store.engine import driver_errors, is_missing, is_same_database, open_engine
from bridge.store.store import Store
from bridge.witness import testify
from erp.api.witness import (
    AccountSeen,
    AuditAsked,
    DeploymentSeen,
    Evidence,
    FateSeen,
    Missing,
    RingState,
    Sighting,
    SignedSeen,
    Silence,
    Testimony,
)
from erp.kernel import errors as erp
from erp.kernel.log.model import Document

from . import acts_side, chain_side
from .audits import Audits

T = TypeVar("T")
NO_SETTINGS = "no settings of a bridge were given to this API"


class BridgeWitness:
    """Implements the ERP's Witness on the tables of a bridge: those at `url`, which may be the ERP's own database."""

    def __init__(self, erps: Engine, url: str, config: Config | None = None) -> None:
        """`config`: names deployment, nodes and stream; without it nothing is told that needs them."""
        same = not url or is_same_database(url, erps.url.render_as_string(hide_password=False))
        self._url = "" if same else url
        self._engine = erps if same else open_engine(url)
        self._port = EmbeddedPort(erps, os.urandom)  # makes no document
        self._store: Store | None = None
        self._config = config
        self._deployment: Deployment | None = None
        self._audits = None if config is None else Audits(_of(config, erps, self._url))

    def tell(self, noun: str, id_: str, documents: Sequence[Document]) -> Evidence | Silence:
        """What the bridge knows of a thing and its documents. Raises the ERP's Retryable when its database is busy."""
        return _told(lambda: self._told(SUBJECTS[noun].aggregate.format(id_), documents))

    def testify(self, document: Document) -> Testimony | Silence:
        """What the bridge knows of one document."""
        return _told(lambda: chain_side.testimony(self._connected(), document_of(document)))

    def prove(self, document: Document, paths: Sequence[str]) -> Mapping[str, Any] | Silence:
        """The proof file of a document."""
        return _told(
            lambda: chain_side.proof(
                self._connected(),
                self._port,
                self._placed(),
                self._settings(),
                document.number,
                paths,
            )
        )

    def published(
        self, act: str, fields: Mapping[str, Any], papers: Mapping[str, Any] | None
    ) -> Mapping[str, Any] | Silence:
        """What an event published that an act is signed under."""
        return _told(lambda: acts_side.published(self._connected(), act, fields, papers))

    def signed(self, raw: str) -> SignedSeen | str | Silence:
        """What a signed transaction does."""
        return acts_side.signed(raw)

    def account(self, account: str) -> AccountSeen | Silence:
        """Which key acts for an account."""
        return _told(lambda: acts_side.account(self._urls(), account))

    def fate(self, transaction: str) -> FateSeen | Silence:
        """What became of a transaction."""
        return _told(lambda: acts_side.fate(self._connected(), self._urls(), transaction))

    def ring(self) -> RingState | Silence:
        """How the ring stands; a node that does not answer is told of as such."""
        runs = self._audits is not None and self._audits.runs
        return _told(lambda: chain_side.ring(self._connected(), self._port, self._urls(), runs))

    def deployment(self) -> DeploymentSeen | Silence:
        """Where the contracts are."""
        return _told(lambda: chain_side.places(self._placed(), self._settings()))

    def invitation(self, accounts: Sequence[str], account: str) -> Sequence[str] | Silence:
        """The proof that an account is on a published list."""
        return chain_side.invitation(accounts, account)

    def audit(self) -> AuditAsked | Silence | None:
        """The newest audit that was asked for here."""
        return Silence(NO_SETTINGS) if self._audits is None else self._audits.newest()

    def start_audit(self, by: str, *, whole: bool) -> AuditAsked | Silence:
        """Starts an audit in a process of its own, or tells of the one that runs."""
        return _told(lambda: self._auditing().start(by, whole=whole))

    def _auditing(self) -> Audits:
        if self._audits is None:
            raise BadConfiguration(NO_SETTINGS)
        self._connected()
        return self._audits

    def ask(self, method: str, parameters: Sequence[Any]) -> Mapping[str, Any] | Silence:
        """What the first node that answers says."""
        return _told(lambda: chain_side.ask(self._urls(), method, parameters))

    def _settings(self) -> Config:
        if self._config is None:
            raise BadConfiguration(NO_SETTINGS)
        return self._config

    def _placed(self) -> Deployment:
        if self._deployment is None:
            self._deployment = load(self._settings().deployment)
        return self._deployment

    def _urls(self) -> tuple[str, ...]:
        return self._settings().rpc or (self._placed().rpc_url,)

    def _told(self, aggregate: str, documents: Sequence[Document]) -> Evidence:
        store, told = self._connected(), [document_of(document) for document in documents]
        with driver_errors(str(store.engine.url)):
            seen = testify(store, self._port.roles(), aggregate, told)
        return Evidence(
            {number: Sighting(**asdict(each)) for number, each in seen.places.items()},
            tuple(Missing(**asdict(each)) for each in seen.gaps),
            seen.differences,
        )

    def _connected(self) -> Store:
        """The bridge's tables, once they are there and belong to this ERP. Raises BadConfiguration, WrongDeployment."""
        if self._store is None:
            if self._url and is_missing(self._url):
                raise BadConfiguration("the bridge has not made its database yet")
            with driver_errors(str(self._engine.url)):
                current = schema.is_current(self._engine.execution_options(read_only=True))
            if not current:
                raise BadConfiguration("no bridge of this version has used its database yet")
            store = Store(self._engine, time.time)
            binding.check_documents(store, self._port)
            self._store = store
        return self._store


def _of(config: Config, erps: Engine, bridge: str) -> Config:
    """The settings with the databases that this witness reads, whatever they are called elsewhere."""
    return replace(config, db=erps.url.render_as_string(hide_password=False), bridge_db=bridge)


def _told(tell: Callable[[], T]) -> T | Silence:
    """What is told; why there is nothing to tell. Raises the ERP's Retryable."""
    try:
        return tell()
    except (BadConfiguration, WrongDeployment) as error:
        return Silence(str(error))
    except Retryable as error:
        raise erp.Retryable(str(error)) from error


def witness_of(erps: Engine) -> BridgeWitness:
    """The witness of an ERP's database: the bridge of the settings (INTERLOCK_BRIDGE_DB), else its own tables.

    Raises BadConfiguration for settings that cannot be.
    """
    config = read({})
    return BridgeWitness(erps, config.bridge_db, config)
