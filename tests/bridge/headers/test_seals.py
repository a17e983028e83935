"""Blocks of chains that seal them: who must have sealed, and how the set may change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bridge.chain import wire
from bridge.chain.headers import KINDS
from bridge.chain.headers.consensus import Consensus
from bridge.chain.wire import Header
from bridge.errors import NodeIncomplete
from tests.bridge.headers.sealing import ACCOUNTS, KEYS, MAKERS, Chain, Vote

FOUR, FIVE = ACCOUNTS[:4], ACCOUNTS[:5]


@pytest.fixture(params=MAKERS)
def chain(request: pytest.FixtureRequest) -> Chain:
    """Block 0 with four validators."""
    return Chain(request.param)


def proving(chain: Chain, pinned: list[str] | None = None) -> Consensus:
    """Begun with block 0."""
    genesis = chain.headers[0]
    consensus = Consensus(KINDS[chain.kind], pinned or FOUR, genesis.hash)
    consensus.begin(genesis, None)
    return consensus


def prove(consensus: Consensus, headers: list[Header]) -> None:
    for header in headers:
        consensus.check(header, None)
    consensus.prove(headers)


def test_two_thirds_prove_a_block_and_all_before_it(chain: Chain) -> None:
    chain.add(FOUR, KEYS[:3])
    chain.add(FOUR, [])  # not looked at: the next one names its hash
    chain.add(FOUR, [KEYS[3], KEYS[0], KEYS[1]], round_=300)
    prove(proving(chain), chain.headers[1:])


WRONG: dict[str, tuple[Callable[[Chain], object], str]] = {
    "nobody": (lambda chain: chain.add(FOUR, []), "0 of 4 validators sealed it, 3 must"),
    "too few": (lambda chain: chain.add(FOUR, KEYS[:2]), "2 of 4 validators sealed it, 3 must"),
    "a stranger": (
        lambda chain: chain.add(FOUR, [*KEYS[:3], KEYS[7]]),
        "who is none of its validators",
    ),
    "strangers alone": (
        lambda chain: chain.add(FOUR, KEYS[5:8]),
        "who is none of its validators",
    ),
    "one twice": (
        lambda chain: chain.add(FOUR, [KEYS[0], KEYS[1], KEYS[1]]),
        "sealed it twice",
    ),
    "too many": (
        lambda chain: chain.add(FOUR, [*KEYS[:4], KEYS[0]]),
        "it has 5 seals, and there are 4 validators",
    ),
    "strangers, who name themselves validators": (
        lambda chain: chain.add(ACCOUNTS[5:9], KEYS[5:9]),
        "does not vote for that",
    ),
    "one more, who names himself a validator": (
        lambda chain: chain.add(FIVE, KEYS[:5]),
        "does not vote for that",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_block_with_wrong_seals_is_refused(chain: Chain, wrong: str) -> None:
    make, said = WRONG[wrong]
    chain.add(FOUR, KEYS[:3])
    consensus = proving(chain)
    prove(consensus, chain.headers[1:])
    make(chain)
    with pytest.raises(NodeIncomplete, match=said):
        prove(consensus, chain.headers[2:])
    assert consensus.knows(chain.headers[1].hash)  # what was proved before stands


def test_seals_of_another_block_are_refused(chain: Chain) -> None:
    chain.add(FOUR, KEYS[:3])
    consensus = proving(chain)
    chain.add(FOUR, KEYS[:3])
    first, second = chain.made[1:]
    swapped = wire.header({**first, "extraData": second["extraData"]})
    consensus.check(swapped, None)  # seals are not part of the hash
    with pytest.raises(NodeIncomplete, match="is not sealed"):
        consensus.prove([swapped])


def test_a_seal_that_is_no_signature_is_refused(chain: Chain) -> None:
    good = chain.add(FOUR, KEYS[:3])
    stated = KINDS[chain.kind].stated(good)
    assert stated is not None
    seal = stated.seals[0].hex()
    for broken in (seal[:-2] + "05", "00" * 65):
        made = chain.made[1]
        header = wire.header({**made, "extraData": made["extraData"].replace(seal, broken)})
        with pytest.raises(NodeIncomplete, match=r"no signature|none of its validators"):
            prove(proving(chain), [header])


def test_seals_for_another_round_are_refused(chain: Chain) -> None:
    """The round is signed, though the hash leaves it out."""
    chain.add(FOUR, KEYS[:3], round_=1)
    again = Chain(chain.kind)
    again.add(FOUR, KEYS[:3], round_=2)
    assert chain.headers[1].hash == again.headers[1].hash
    of_one, of_two = (KINDS[chain.kind].stated(c.headers[1]) for c in (chain, again))
    assert of_one is not None
    assert of_two is not None
    assert of_one.digest != of_two.digest
    for stated in zip(of_one.seals, of_two.seals, strict=True):
        made = chain.made[1]
        made["extraData"] = made["extraData"].replace(stated[0].hex(), stated[1].hex())
    with pytest.raises(NodeIncomplete, match="is not sealed"):
        prove(proving(chain), chain.headers[1:])


@pytest.mark.parametrize("pieces", [1, 2], ids=["at once", "one by one"])
def test_a_vote_changes_the_set(chain: Chain, pieces: int) -> None:
    chain.add(FOUR, KEYS[:3])
    chain.add(FOUR, KEYS[1:4], Vote(ACCOUNTS[4], joins=True))
    chain.add(FIVE, KEYS[:4])
    chain.add(FIVE, KEYS[1:5], Vote(ACCOUNTS[0], joins=False))
    chain.add(ACCOUNTS[1:5], KEYS[1:4])
    consensus = proving(chain)
    headers = chain.headers[1:]
    step = len(headers) if pieces == 1 else 1
    for at in range(0, len(headers), step):
        prove(consensus, headers[at : at + step])
    chain.add(ACCOUNTS[1:5], KEYS[:3])
    with pytest.raises(NodeIncomplete, match="who is none of its validators"):  # the old set
        prove(consensus, chain.headers[-1:])


CHANGES: dict[str, tuple[Callable[[Chain], object], str]] = {
    "to another one than was voted for": (
        lambda chain: chain.add([*FOUR, ACCOUNTS[6]], KEYS[:4]),
        "does not vote for that",
    ),
    "by two at once": (lambda chain: chain.add(ACCOUNTS[:6], KEYS[:4]), "does not vote for that"),
    "by the new ones alone": (
        lambda chain: chain.add(FIVE, KEYS[4:5]),
        "1 of 5 validators sealed it, 4 must",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_set_does_not_change(chain: Chain, change: str) -> None:
    make, said = CHANGES[change]
    chain.add(FOUR, KEYS[:3], Vote(ACCOUNTS[4], joins=True))
    make(chain)
    with pytest.raises(NodeIncomplete, match=said):
        prove(proving(chain), chain.headers[1:])


def test_a_change_behind_a_block_that_nobody_sealed_is_refused(chain: Chain) -> None:
    """The block with the vote is proved by seals of its own: its own set says who may."""
    chain.add(FOUR, KEYS[:1], Vote(ACCOUNTS[4], joins=True))
    chain.add(FIVE, KEYS[:4])
    with pytest.raises(NodeIncomplete, match="1 of 4 validators sealed it, 3 must"):
        prove(proving(chain), chain.headers[1:])


def test_one_validator_cannot_take_the_chain_with_keys_of_its_own() -> None:
    """One of four votes for a key of its own, really; what follows it makes up."""
    for kind in MAKERS:
        chain = Chain(kind)
        chain.add(FOUR, KEYS[:3], Vote(ACCOUNTS[4], joins=True))
        chain.add(FIVE, [KEYS[0], KEYS[4]])
        with pytest.raises(NodeIncomplete, match="2 of 5 validators sealed it, 4 must"):
            prove(proving(chain), chain.headers[1:])


def test_of_a_small_set_one_must_be_of_the_old_one() -> None:
    """Two of three is a quorum in QBFT; a set of one grows by its own seal only."""
    chain = Chain("qbft", validators=1)
    consensus = Consensus(KINDS["qbft"], ACCOUNTS[:1], chain.headers[0].hash)
    consensus.begin(chain.headers[0], None)
    chain.add(ACCOUNTS[:1], KEYS[:1], Vote(ACCOUNTS[1], joins=True))
    chain.add(ACCOUNTS[:2], KEYS[:2])
    prove(consensus, chain.headers[1:])
    chain.add(ACCOUNTS[:2], KEYS[:2], Vote(ACCOUNTS[0], joins=False))
    chain.add(ACCOUNTS[1:2], KEYS[1:2])
    prove(consensus, chain.headers[3:])


def test_the_header_of_a_proved_hash_tells_the_set(chain: Chain) -> None:
    """After a restart nothing is remembered but the hash of the block that was read last."""
    chain.add(FOUR, KEYS[:3], Vote(ACCOUNTS[4], joins=True))
    five = chain.add(FIVE, KEYS[:4])
    chain.add(FIVE, KEYS[1:5])
    anew = Consensus(KINDS[chain.kind], FOUR, chain.headers[0].hash)
    assert not anew.knows(five.hash)
    anew.begin(five, five.hash)
    prove(anew, chain.headers[3:])
    with pytest.raises(NodeIncomplete, match="was proved before"):
        anew.begin(chain.headers[1], five.hash)
    with pytest.raises(NodeIncomplete, match="the deployment file pins"):
        anew.begin(five, None)


def test_a_contract_that_names_validators_leaves_the_pinned_ones() -> None:
    """QBFT's contract mode: headers name nobody."""
    chain = Chain("qbft", validators=0)
    chain.add([], KEYS[:3])
    consensus = proving(chain)
    prove(consensus, chain.headers[1:])
    chain.add([], [*KEYS[:2], KEYS[5]])
    with pytest.raises(NodeIncomplete, match="who is none of its validators"):
        prove(consensus, chain.headers[2:])


@pytest.mark.parametrize(
    ("kind", "of", "wanted"),
    [("qbft", n, q) for n, q in ((1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5))]
    + [("ibft", n, q) for n, q in ((1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (6, 4), (7, 5))]
    + [("clique", 4, 1), ("ethereum", 4, 0)],
)
def test_quorums(kind: str, of: int, wanted: int) -> None:
    assert KINDS[kind].quorum(of) == wanted
