"""The commitment to a document: every field counts, one can be shown without the rest, equal values look different."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bridge.commitments.canonical import canonical
from bridge.commitments.documents import (
    FIELD_TYPES,
    document_root,
    document_tree,
    field_leaves,
    field_salt,
    flatten,
)
from bridge.commitments.merkle import leaf_hash, verify
from bridge.commitments.stream import next_head
from bridge.ports.port import Document
from tests.world import World

DOCUMENT = Document(
    sequence=7,
    type="supplier_invoice",
    number="SI-2026-00001",
    origin="31337:0xab:4",
    at=1_767_225_600,
    actor="finance",
    fields={
        "net_minor": 500,
        "tax_minor": 500,
        "note": "螺栓",
        "parts": [1, {"a": None}],
        "none": [],
    },
    entries=[{"entity": "BUYER", "lines": [{"account": "1403", "debit": 500, "credit": 0}]}],
    salt=b"\x07" * 32,
)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "match"},
        {"number": "SI-2026-00002"},
        {"origin": None},
        {"at": 1_767_225_601},
        {"actor": "auditor"},
        {"salt": b"\x08" * 32},
        {"fields": {**DOCUMENT.fields, "net_minor": 501}},
        {"fields": {**DOCUMENT.fields, "net_minor": "500"}},
        {"fields": {**DOCUMENT.fields, "net_minor": True}},
        {"fields": {**DOCUMENT.fields, "more": None}},
        {"fields": {**DOCUMENT.fields, "parts": [1, {"a": 0}]}},
        {"fields": {**DOCUMENT.fields, "none": {}}},
        {"fields": {k: v for k, v in DOCUMENT.fields.items() if k != "note"}},
        {"entries": []},
        {"entries": [*DOCUMENT.entries, *DOCUMENT.entries]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_one_changed_field_changes_the_root(change: dict[str, Any]) -> None:
    assert document_root(replace(DOCUMENT, **change)) != document_root(DOCUMENT)


def test_the_order_in_which_fields_are_written_does_not_matter() -> None:
    turned = dict(reversed(list(DOCUMENT.fields.items())))
    assert document_root(replace(DOCUMENT, fields=turned)) == document_root(DOCUMENT)


def test_one_field_is_shown_with_its_salt_and_proof_and_nothing_else() -> None:
    path, value = "fields.net_minor", 500
    salt = field_salt(DOCUMENT.salt, path)
    leaf = leaf_hash(FIELD_TYPES, (path, canonical(value), salt))
    proof = document_tree(DOCUMENT).proof(leaf)
    assert verify(document_root(DOCUMENT), leaf, proof)
    forged = leaf_hash(FIELD_TYPES, (path, canonical(501), salt))
    assert not verify(document_root(DOCUMENT), forged, proof)


def test_equal_values_of_two_fields_and_of_two_documents_look_different() -> None:
    leaves = field_leaves(DOCUMENT)
    assert leaves["fields.net_minor"] != leaves["fields.tax_minor"]
    assert field_salt(DOCUMENT.salt, "fields.net_minor") != field_salt(
        DOCUMENT.salt, "fields.tax_minor"
    )
    other = field_leaves(replace(DOCUMENT, salt=b"\x08" * 32))
    assert not set(leaves.values()) & set(other.values())


def test_every_scalar_has_its_own_path() -> None:
    paths = [path for path, _ in flatten({"a": {"b": [1, [], {"c": None}]}, "d": {}})]
    assert paths == ["a.b[0]", "a.b[1]", "a.b[2].c", "d"]


def test_a_float_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(float("nan"))


def test_the_head_is_the_registrys_own(world: World) -> None:
    (stream,) = world.bridge.gateway.view("DocumentRegistry", "stream", world.bridge.stream_id)
    head = bytes(32)
    for root, first, last in world.sql(
        "SELECT root, first_sequence, last_sequence FROM bridge_anchor ORDER BY first_sequence"
    ):
        head = next_head(head, bytes.fromhex(root[2:]), first, last)
    assert head in stream
