"""The documents that Solidity proves are the ones that the bridge commits to."""

from __future__ import annotations

from pathlib import Path

from tests.reference import document_vectors


def test_the_vectors_are_what_the_bridge_commits_to() -> None:
    path = Path(__file__).parents[1] / "vectors" / "documents.json"
    assert path.read_text() == document_vectors.text()


def test_two_erps_share_no_commitment() -> None:
    first, second = (
        {document["root"] for anchor in stream["anchors"] for document in anchor["documents"]}
        for stream in document_vectors.vectors()["streams"]
    )
    assert not first & second
