"""The bridge commits to documents as the description says, and OpenZeppelin's own library takes each leaf of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bridge.commitments.canonical import canonical
from bridge.commitments.documents import (
    FIELD_TYPES,
    document_root,
    document_tree,
    field_leaves,
    field_salt,
    leaf_of,
)
from bridge.commitments.merkle import verify_at
from bridge.commitments.stream import log_leaf, log_tree, next_head
from bridge.ports.port import Document
from tests.reference import document_vectors as book
from tests.samples import document as sample

ROOT = Path(__file__).parents[2]
EVERY = [book.document(erp, n) for erp in book.ERPS for n in range(1, sum(book.BATCHES) + 1)]
BARE = sample("match")  # no entry at all


def node(*arguments: str, told: str = "") -> str:
    """What a program of Node says that finds @openzeppelin/merkle-tree."""
    command = [str(Path(sys.executable).parent / "node"), *arguments]
    done = subprocess.run(command, cwd=ROOT, input=told, capture_output=True, text=True, check=True)
    return done.stdout


def openzeppelin(trees: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What OpenZeppelin's library says of these trees."""
    found: list[dict[str, Any]] = json.loads(
        node("tests/reference/openzeppelin.mjs", told=json.dumps(trees))
    )
    return found


def tree_of(document: Document) -> dict[str, Any]:
    """A document's tree as the bridge makes it, for `openzeppelin`."""
    tree, leaves = document_tree(document), list(field_leaves(document))
    return {
        "types": FIELD_TYPES,
        "leaves": [
            [path, canonical(value), f"0x{field_salt(document.salt, path).hex()}"]
            for path, value in leaves
        ],
        "root": f"0x{tree.root.hex()}",
        "proofs": [
            [f"0x{sibling.hex()}" for sibling in tree.proof(leaf_of(document, path, value))]
            for path, value in leaves
        ],
    }


def test_the_vectors_are_those_of_the_description() -> None:
    path = ROOT / "tests" / "vectors" / "documents.json"
    assert path.read_text(encoding="utf-8") == book.text()


@pytest.mark.parametrize("document", [EVERY[0], EVERY[-1], BARE], ids=["first", "last", "bare"])
def test_the_bridge_has_the_leaves_and_salts_of_the_description(document: Document) -> None:
    leaves = list(field_leaves(document))
    assert {path: canonical(value) for path, value in leaves} == book.values(document)
    assert len({path for path, _ in leaves}) == len(leaves)
    for path, value in leaves:
        assert field_salt(document.salt, path) == book.salt_of(document, path)
        assert leaf_of(document, path, value) == book.leaves(document)[path]


def test_the_bridge_makes_the_roots_proofs_and_heads_of_the_vectors() -> None:
    for erp, stream in zip(book.ERPS, book.vectors()["streams"], strict=True):
        head = bytes(32)
        for anchor in stream["anchors"]:
            documents = [book.document(erp, each["sequence"]) for each in anchor["documents"]]
            tree = log_tree([(each.sequence, document_root(each)) for each in documents])
            head = next_head(head, tree.root, anchor["first"], anchor["last"])
            assert (anchor["root"], anchor["head"]) == (f"0x{tree.root.hex()}", f"0x{head.hex()}")
            for document, said in zip(documents, anchor["documents"], strict=True):
                root = document_root(document)
                assert said["root"] == f"0x{root.hex()}"
                place = document.sequence - anchor["first"]
                proof = tree.proof(place)
                assert said["proof"] == [f"0x{sibling.hex()}" for sibling in proof]
                count, leaf = len(documents), log_leaf(document.sequence, root)
                assert verify_at(tree.root, place, count, leaf, proof)
                assert tree.proof_of_several([place]) == proof
                made = tree_of(document)
                for field in said["fields"]:
                    index = made["leaves"].index([field["path"], field["value"], field["salt"]])
                    assert field["proof"] == made["proofs"][index]
            several = tree.proof_of_several(range(0, len(documents), 2))
            assert anchor["several"]["proof"] == [f"0x{sibling.hex()}" for sibling in several]


@pytest.mark.node
def test_openzeppelins_own_library_makes_the_same_trees_and_takes_every_leaf() -> None:
    trees = [tree_of(document) for document in [*EVERY, BARE]]
    for ours, theirs in zip(trees, openzeppelin(trees), strict=True):
        assert theirs["root"] == ours["root"]
        assert theirs["proofs"] == ours["proofs"]
        assert all(theirs["accepted"])


@pytest.mark.node
def test_openzeppelins_own_library_takes_no_changed_leaf() -> None:
    whole = tree_of(EVERY[-1])
    changed = [
        {**whole, "leaves": [wrong], "proofs": [proof]}
        for (path, value, salt), proof in zip(whole["leaves"], whole["proofs"], strict=True)
        for wrong in (
            [path, f"{value} ", salt],
            [f"{path} ", value, salt],
            [path, value, "0x" + "00" * 32],
        )
    ]
    assert [found["accepted"] for found in openzeppelin(changed)] == [[False]] * len(changed)


@pytest.mark.node
def test_the_example_of_the_description_is_of_the_vectors_and_true() -> None:
    text = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```js\n(.*?)```", text, flags=re.DOTALL)
    first = book.vectors()["streams"][0]["anchors"][0]["documents"][0]
    (shown,) = (field for field in first["fields"] if field["path"] == "entries[0].lines[1]")
    for said in (first["root"], shown["path"], shown["value"], shown["salt"], *shown["proof"]):
        assert said in example
    assert node("--input-type=module", "--eval", example) == "true\n"


def test_two_erps_share_no_commitment() -> None:
    first, second = (
        {document["root"] for anchor in stream["anchors"] for document in anchor["documents"]}
        for stream in book.vectors()["streams"]
    )
    assert not first & second
