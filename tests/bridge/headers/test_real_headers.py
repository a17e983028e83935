"""Headers that real nodes made: polygon-edge 1.3.3 under IBFT, go-ethereum 1.13.15 under Clique."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.chain import wire
from bridge.chain.headers import KINDS
from bridge.chain.headers.consensus import Consensus
from bridge.chain.headers.encoding import signer_of
from bridge.chain.wire import Header
from bridge.errors import NodeIncomplete

VECTORS = Path(__file__).parent / "vectors"
JOINS, LEAVES = 46, 56  # blocks with which the set of validators changes


def read(name: str) -> dict[str, Any]:
    return dict(json.loads((VECTORS / f"{name}.json").read_text()))


def headers_of(name: str) -> list[Header]:
    return [wire.header(block) for block in read(name)["blocks"]]


@pytest.fixture
def edge() -> tuple[Consensus, list[Header]]:
    """The consensus as of block 40, and the blocks behind it."""
    genesis, first, *rest = headers_of("edge")
    rules = KINDS["ibft"]
    stated = rules.stated(genesis)
    assert stated is not None
    consensus = Consensus(rules, sorted(stated.validators), genesis.hash)
    consensus.begin(genesis, None)
    consensus.begin(first, None)
    return consensus, rest


def test_blocks_of_polygon_edge_prove_themselves(edge: tuple[Consensus, list[Header]]) -> None:
    consensus, headers = edge
    parent = None
    for header in headers:
        consensus.check(header, parent)
        parent = header.hash
        stated = consensus.rules.stated(header)
        assert stated is not None
        assert len(stated.validators) == (5 if JOINS <= header.number < LEAVES else 4)
        assert header.bloom == bytes(256)
    consensus.prove(headers)
    assert consensus.knows(headers[-1].hash)


@pytest.mark.parametrize("at", [JOINS, LEAVES], ids=["joins", "leaves"])
def test_they_prove_themselves_in_pieces_too(edge: tuple[Consensus, list[Header]], at: int) -> None:
    consensus, headers = edge
    for piece in ([h for h in headers if h.number < at], [h for h in headers if h.number >= at]):
        consensus.prove(piece)


def test_a_set_that_is_pinned_too_late_proves_nothing_before(
    edge: tuple[Consensus, list[Header]],
) -> None:
    consensus, headers = edge
    five = next(h for h in headers if h.number == JOINS)
    stated = consensus.rules.stated(five)
    assert stated is not None
    late = Consensus(consensus.rules, sorted(stated.validators), "0x")
    with pytest.raises(NodeIncomplete, match="the deployment file pins"):
        late.begin(headers[0], None)
    late.begin(five, None)
    late.prove([h for h in headers if h.number > JOINS])


def test_blocks_of_clique_are_signed_by_their_signers() -> None:
    given = read("clique")
    headers = headers_of("clique")
    consensus = Consensus(KINDS["clique"], given["signers"])
    parent = None
    signers = set()
    for header in headers:
        consensus.check(header, parent)
        parent = header.hash
        stated = consensus.rules.stated(header)
        assert stated is not None
        signers.add(signer_of(stated.digest, stated.seals[0]))
        if header.number == 0:
            assert stated.validators == set(given["signers"])
    assert signers == {None, *given["signers"]}  # nobody signs block 0
    consensus.prove(headers)
    consensus.check_alone(headers[-1])
    with pytest.raises(NodeIncomplete, match="the deployment file pins the signers"):
        Consensus(KINDS["clique"], given["signers"][1:]).prove(headers)
    with pytest.raises(NodeIncomplete, match="out of turn"):
        consensus.prove([headers[3], headers[3]])
    Consensus(KINDS["clique"]).prove(headers)  # nobody is pinned, so nobody is looked for
