"""The witness that the ERP's API asks for transactions and anchors: the bridge's own tables, read and never written.

The ERP knows no bridge; whoever serves both connects them here. The tables may come later than the API: the bridge makes
them at its first start, and until then the witness says that there is nothing to tell.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Engine

from bridge import binding
from bridge.config import read
from bridge.errors import BadConfiguration, Retryable, WrongDeployment
from bridge.ports.embedded import EmbeddedPort, document_of
from bridge.ports.subjects import SUBJECTS
from bridge.store import schema
from bridge.store.engine import driver_errors, is_missing, is_same_database, open_engine
from bridge.store.store import Store
from bridge.witness import testify
from erp.api.witness import Evidence, Missing, Sighting, Silence
from erp.kernel import errors as erp
from erp.kernel.log.model import Document


class BridgeWitness:
    """Implements the ERP's Witness on the tables of a bridge: those at `url`, which may be the ERP's own database."""

    def __init__(self, erps: Engine, url: str) -> None:
        same = not url or is_same_database(url, erps.url.render_as_string(hide_password=False))
        self._url = "" if same else url
        self._engine = erps if same else open_engine(url)
        self._port = EmbeddedPort(erps, os.urandom)  # makes no document
        self._store: Store | None = None

    def tell(self, noun: str, id_: str, documents: Sequence[Document]) -> Evidence | Silence:
        """What the bridge knows of a thing and its documents. Raises the ERP's Retryable when its database is busy."""
        try:
            return self._told(SUBJECTS[noun].aggregate.format(id_), documents)
        except (BadConfiguration, WrongDeployment) as error:
            return Silence(str(error))
        except Retryable as error:
            raise erp.Retryable(str(error)) from error

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


def witness_of(erps: Engine) -> BridgeWitness:
    """The witness of an ERP's database: the bridge of the settings (INTERLOCK_BRIDGE_DB), else its own tables.

    Raises BadConfiguration for settings that cannot be.
    """
    return BridgeWitness(erps, read({}).bridge_db)
