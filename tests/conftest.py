"""What every test may ask for."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator

import pytest

from scripts.devchain.devchain import DevChain
from tests.databases import (
    database,
    databases,
    postgres_databases,
    postgres_db,
    postgres_server,
    sqlite_databases,
)

__all__ = [
    "database",
    "databases",
    "postgres_databases",
    "postgres_db",
    "postgres_server",
    "sqlite_databases",
]

pytest_plugins = [
    "tests.plugins.workers",
    "tests.plugins.folders",
    "tests.plugins.statements",
    "tests.plugins.background",
    "tests.plugins.fast",
    "tests.plugins.memory",
    "tests.plugins.times",
]

DevChainFactory = Callable[..., DevChain]


def pytest_configure() -> None:
    """Ctrl-C reaches what the tests start: a shell that runs them in the background has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def devchain() -> Iterator[DevChainFactory]:
    """Start development chains: ``devchain("anvil", start=...)``; all end with the session."""
    started: list[DevChain] = []

    def start(kind: str = "hardhat", **options: object) -> DevChain:
        chain = DevChain(kind, **options).start()  # type: ignore[arg-type]
        started.append(chain)
        return chain

    yield start
    for chain in started:
        chain.stop()
