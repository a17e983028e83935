"""How much hashing the documents of one order cost, and who does it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import eth_hash.auto
import pytest
from eth_hash.backends import pysha3
from eth_utils.crypto import keccak as of_web3

from bridge.chain import proofs
from bridge.commitments import documents, merkle
from bridge.commitments.keccak import keccak
from bridge.ports.embedded import EmbeddedPort
from bridge.ports.port import Document
from erp.database import open_engine, upgrade
from tests.erp.test_worked_case import play
from tests.erp.world import World

SHARE = 0.60  # of the hashes of format 1


@pytest.fixture
def order(tmp_path: Path) -> list[Document]:
    """The documents of the worked case, from requisition to close."""
    engine = open_engine(f"sqlite:///{tmp_path / 'erp.db'}")
    upgrade(engine)
    world = World(engine)
    world.prepare()
    before = len(world.log())
    play(world)
    found = EmbeddedPort(engine, bytes).changes(before, 1_000)
    engine.dispose()
    return found


def hashes_of_format_1(document: Document) -> int:
    """A leaf for every scalar: two hashes for its HMAC, two for itself; and one for each pair."""

    def scalars(value: Any) -> int:
        parts = value.values() if isinstance(value, dict) else value
        return sum(map(scalars, parts)) if value and isinstance(value, (dict, list)) else 1

    head = 5  # type, number, origin, at, actor
    leaves = head + scalars(document.fields) + scalars(document.entries)
    return 4 * leaves + leaves - 1


def test_the_documents_of_an_order_need_at_most_60_percent_of_the_hashes_of_format_1(
    order: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {"keccak": 0, "blake2b": 0}

    def counted(name: str, function: Any) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            made[name] += 1
            return function(*args, **named)

        return call

    monkeypatch.setattr(merkle, "keccak", counted("keccak", keccak))
    monkeypatch.setattr(hashlib, "blake2b", counted("blake2b", hashlib.blake2b))
    for document in order:
        documents.document_root(document)
    before = sum(map(hashes_of_format_1, order))
    leaves = sum(len(list(documents.field_leaves(document))) for document in order)
    assert made == {"keccak": 3 * leaves - len(order), "blake2b": leaves}
    assert sum(made.values()) <= SHARE * before, (made, before)


def test_web3_and_its_company_hash_by_the_library_of_the_commitments() -> None:
    assert proofs.keccak is keccak
    assert eth_hash.auto.keccak.hasher == pysha3.keccak256
    assert eth_hash.auto.keccak.preimage == pysha3.preimage
    for data in (b"", b"interlock", b"\xff" * 136):
        assert keccak(data) == of_web3(data) == eth_hash.auto.keccak.new(data).digest()
    empty = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak(b"").hex() == empty
