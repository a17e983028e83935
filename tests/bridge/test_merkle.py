"""Merkle trees as OpenZeppelin's StandardMerkleTree makes them; the contracts are the judges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.commitments.canonical import canonical
from bridge.commitments.documents import (
    document_root,
    document_tree,
    field_leaves,
    field_salt,
    leaf_of,
)
from bridge.commitments.invitations import invitation_proof, invitation_tree
from bridge.commitments.merkle import BatchTree, MerkleTree, depth_of, leaf_hash, verify, verify_at
from bridge.commitments.stream import log_tree
from bridge.errors import CallRefused
from tests.world import World

# The example in the README of @openzeppelin/merkle-tree.
README_VALUES = (
    ("0x1111111111111111111111111111111111111111", 5_000_000_000_000_000_000),
    ("0x2222222222222222222222222222222222222222", 2_500_000_000_000_000_000),
)
README_ROOT = "d4dee0beab2d53f2cc83e567171bd2820e49898130a22622b10ead383e90bd77"
README_PROOF = ["b92c48e9d7abe27fd8dfd6b5dfdbfb1c9a463f80c712b66f3a5180a090cccafc"]


def test_the_published_example_gives_the_published_root_and_proof() -> None:
    leaves = [leaf_hash(("address", "uint256"), value) for value in README_VALUES]
    tree = MerkleTree(leaves)
    assert tree.root.hex() == README_ROOT
    assert [sibling.hex() for sibling in tree.proof(leaves[0])] == README_PROOF


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40, unique=True))
def test_every_leaf_is_proved_and_nothing_else_is(leaves: list[bytes]) -> None:
    tree = MerkleTree(leaves)
    for leaf in leaves:
        assert verify(tree.root, leaf, tree.proof(leaf))
    stranger = b"\xff" * 31 + b"\xfe"
    if stranger not in leaves:
        assert not verify(tree.root, stranger, tree.proof(leaves[0]))
        with pytest.raises(KeyError):
            tree.proof(stranger)


def test_the_order_of_leaves_does_not_matter_and_none_is_an_error() -> None:
    leaves = [bytes([n]) * 32 for n in range(7)]
    assert MerkleTree(leaves).root == MerkleTree(leaves[::-1]).root
    with pytest.raises(ValueError, match="at least one leaf"):
        MerkleTree([])


LEAVES = [bytes([n + 1]) * 32 for n in range(33)]


@given(st.integers(1, 33), st.data())
def test_in_a_batch_each_leaf_is_proved_at_its_place_and_at_no_other(
    count: int, data: st.DataObject
) -> None:
    tree, place = BatchTree(LEAVES[:count]), data.draw(st.integers(0, count - 1))
    proof = tree.proof(place)
    assert len(proof) == depth_of(count)
    for at in range(-1, count + 2):
        assert verify_at(tree.root, at, count, LEAVES[place], proof) == (at == place)
    assert not verify_at(tree.root, place, count, b"\xff" * 32, proof)
    assert not verify_at(tree.root, place, count, LEAVES[place], [*proof, bytes(32)])
    assert not verify_at(tree.root, place, count, LEAVES[place], proof[:-1]) or not proof


@given(st.integers(1, 9), st.data())
def test_several_of_a_batch_need_no_sibling_that_follows_from_them(
    count: int, data: st.DataObject
) -> None:
    tree = BatchTree(LEAVES[:count])
    places = data.draw(st.sets(st.integers(0, count - 1), min_size=1))
    siblings = tree.proof_of_several(places)
    assert len(siblings) <= sum(len(tree.proof(place)) for place in places)
    if len(places) == 1:
        assert siblings == tree.proof(*places)
    if len(places) == count:
        assert set(siblings) <= {BatchTree([bytes(32)] * 2**level).root for level in range(4)}


def test_a_batch_is_its_leaves_in_their_order_and_none_is_an_error() -> None:
    assert BatchTree(LEAVES[:3]).root != BatchTree(LEAVES[2::-1]).root
    assert BatchTree(LEAVES[:1]).root == LEAVES[0]
    assert BatchTree(LEAVES[:3]).root == BatchTree([*LEAVES[:3], bytes(32)]).root
    assert BatchTree(LEAVES[:3]).root != BatchTree([*LEAVES[:3], LEAVES[2]]).root
    with pytest.raises(ValueError, match="at least one leaf"):
        BatchTree([])
    for place in (-1, 3):
        with pytest.raises(IndexError, match="not in a batch of 3"):
            BatchTree(LEAVES[:3]).proof(place)
        with pytest.raises(IndexError, match="not in a batch of 3"):
            BatchTree(LEAVES[:3]).proof_of_several([0, place])


def test_the_document_registry_proves_each_anchored_document_and_no_other(world: World) -> None:
    documents = world.bridge.port.changes(0, 1_000)
    stream = world.bridge.stream_id
    checked = 0
    anchors = world.sql('SELECT "index", first_sequence, last_sequence FROM bridge_anchor')
    for index, first, last in anchors:
        part = [d for d in documents if first <= d.sequence <= last]
        tree = log_tree([(d.sequence, document_root(d)) for d in part])
        for document in part[:3]:
            root = document_root(document)
            proof = tree.proof(document.sequence - first)
            link = (tree.root, first, last)
            arguments = (stream, index, link, document.sequence, root, proof)
            assert world.bridge.gateway.view("DocumentRegistry", "proves", *arguments) == (True,)
            forged = (stream, index, link, document.sequence + 1, root, proof)
            assert world.bridge.gateway.view("DocumentRegistry", "proves", *forged) == (False,)
            checked += 1
    assert checked >= 3


def test_the_document_registry_takes_every_leaf_of_a_document_with_journal_lines(
    world: World,
) -> None:
    (anchor, first, last), *_ = world.sql(
        'SELECT "index", first_sequence, last_sequence FROM bridge_anchor ORDER BY "index" DESC'
    )
    part = [d for d in world.bridge.port.changes(0, 1_000) if first <= d.sequence <= last]
    document = next(d for d in part if d.entries)
    tree = document_tree(document)
    above = log_tree([(d.sequence, document_root(d)) for d in part])
    up = above.proof(document.sequence - first)
    shown = [path for path, _ in field_leaves(document)]
    assert "entries[0].lines[1]" in shown
    for path, value in field_leaves(document):
        proof = tree.proof(leaf_of(document, path, value))
        for text, is_true in ((canonical(value), True), (canonical(value) + " ", False)):
            field = (path, text, field_salt(document.salt, path))
            link = (above.root, first, last)
            place = (world.bridge.stream_id, anchor, link, document.sequence)
            answer = world.bridge.gateway.view(
                "DocumentRegistry", "provesField", *place, field, proof, up
            )
            assert answer == (is_true,)


@pytest.mark.parametrize("others", [0, 1, 2, 6])
def test_the_tenders_contract_takes_the_invited_and_nobody_else(world: World, others: int) -> None:
    """The invitation's tree is the contract's: judged by a commitment that passes it."""
    me = world.people["SUPPLIER"].address
    crowd = [me, *(f"0x{n:040x}" for n in range(1, others + 1))]
    assert verify(
        invitation_tree(crowd).root, leaf_hash(("address",), (me,)), invitation_proof(crowd, me)
    )
    if others == 1:
        tender = world.open_tender()
        world.commit("SUPPLIER", tender, 1)
        with pytest.raises(CallRefused, match="Bidding_NotInvited"):
            world.transact(
                "RIVAL", "Tenders", "commitBid", 1, world.terms(1), b"\x01" * 32, [b"\x02" * 32]
            )
