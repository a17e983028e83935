"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from scripts.devchain.devchain import DevChain

pytest_plugins = [
    "tests.plugins.background",
    "tests.plugins.fast",
    "tests.plugins.times",
]

DevChainFactory = Callable[..., DevChain]


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
