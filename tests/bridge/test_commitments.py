"""The commitment to a document: every field counts, one can be shown without the rest, equal values look different."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.commitments.canonical import canonical
from bridge.commitments.documents import (
    FIELD_TYPES,
    document_root,
    document_tree,
    field_leaves,
    field_salt,
    flatten,
    leaf_of,
)
from bridge.commitments.merkle import leaf_hash, verify
from bridge.commitments.stream import next_head
from bridge.ports.port import Document
from erp.kernel.log.model import canonical as erp_canonical
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
    entries=[
        {
            "entity": "BUYER",
            "ledger": "GL",
            "lines": [
                {"account": "1403", "debit": 500, "credit": 0},
                {"account": "2202.02", "debit": 0, "credit": 500},
            ],
        }
    ],
    salt=b"\x07" * 32,
    rules_version=1,
)
ENTRY = DOCUMENT.entries[0]
DEBIT, CREDIT = ENTRY["lines"]


@pytest.mark.parametrize(
    "change",
    [
        {"type": "match"},
        {"number": "SI-2026-00002"},
        {"origin": None},
        {"at": 1_767_225_601},
        {"actor": "auditor"},
        {"salt": b"\x08" * 32},
        {"rules_version": 2},
        {"fields": {**DOCUMENT.fields, "net_minor": 501}},
        {"fields": {**DOCUMENT.fields, "net_minor": "500"}},
        {"fields": {**DOCUMENT.fields, "net_minor": True}},
        {"fields": {**DOCUMENT.fields, "more": None}},
        {"fields": {**DOCUMENT.fields, "parts": [1, {"a": 0}]}},
        {"fields": {**DOCUMENT.fields, "none": {}}},
        {"fields": {k: v for k, v in DOCUMENT.fields.items() if k != "note"}},
        {"entries": []},
        {"entries": [ENTRY, ENTRY]},
        {"entries": [{**ENTRY, "entity": "SUPPLIER"}]},
        {"entries": [{**ENTRY, "ledger": "BUD"}]},
        {"entries": [{**ENTRY, "period": "2026-01"}]},
        {"entries": [{**ENTRY, "lines": [CREDIT, DEBIT]}]},
        {"entries": [{**ENTRY, "lines": [DEBIT, CREDIT, CREDIT]}]},
        {"entries": [{**ENTRY, "lines": [DEBIT]}]},
        {"entries": [{**ENTRY, "lines": []}]},
        {"entries": [{**ENTRY, "lines": [{**DEBIT, "debit": 501}, CREDIT]}]},
        {"entries": [{**ENTRY, "lines": [{**DEBIT, "order": "1"}, CREDIT]}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_one_changed_field_changes_the_root(change: dict[str, Any]) -> None:
    assert document_root(replace(DOCUMENT, **change)) != document_root(DOCUMENT)


def test_the_order_in_which_fields_are_written_does_not_matter() -> None:
    turned = dict(reversed(list(DOCUMENT.fields.items())))
    assert document_root(replace(DOCUMENT, fields=turned)) == document_root(DOCUMENT)


@pytest.mark.parametrize(
    ("path", "value", "forged"),
    [
        ("fields.net_minor", 500, 501),
        ("entries[0].lines[1]", CREDIT, {**CREDIT, "credit": 501}),
        ("entries[0]", {"entity": "BUYER", "ledger": "GL", "lines": 2}, {**ENTRY, "lines": 1}),
        ("entries", 1, 2),
        ("format", 2, 1),
        ("rules_version", 1, 2),
    ],
)
def test_one_leaf_is_shown_with_its_salt_and_proof_and_nothing_else(
    path: str, value: Any, forged: Any
) -> None:
    salt = field_salt(DOCUMENT.salt, path)
    leaf = leaf_hash(FIELD_TYPES, (path, canonical(value), salt))
    proof = document_tree(DOCUMENT).proof(leaf)
    assert verify(document_root(DOCUMENT), leaf, proof)
    wrong = leaf_hash(FIELD_TYPES, (path, canonical(forged), salt))
    assert not verify(document_root(DOCUMENT), wrong, proof)


def test_a_journal_line_is_one_leaf_and_so_is_the_head_of_its_entry() -> None:
    paths = [path for path, _ in field_leaves(DOCUMENT) if path.startswith("entries")]
    assert paths == ["entries", "entries[0]", "entries[0].lines[0]", "entries[0].lines[1]"]


def test_equal_values_of_two_fields_and_of_two_documents_look_different() -> None:
    one = {leaf_of(DOCUMENT, path, value) for path, value in field_leaves(DOCUMENT)}
    assert leaf_of(DOCUMENT, "fields.net_minor", 500) != leaf_of(DOCUMENT, "fields.tax_minor", 500)
    other = replace(DOCUMENT, salt=b"\x08" * 32)
    assert not one & {leaf_of(other, path, value) for path, value in field_leaves(other)}


def test_the_salt_of_a_field_is_no_other_fields_and_tells_nothing_of_the_documents() -> None:
    salts = {field_salt(DOCUMENT.salt, path) for path, _ in field_leaves(DOCUMENT)}
    assert len(salts) == len(list(field_leaves(DOCUMENT)))
    assert {len(salt) for salt in salts} == {32}
    assert DOCUMENT.salt not in salts
    assert not salts & {field_salt(salt, "fields.net_minor") for salt in salts}


def test_every_scalar_has_its_own_path() -> None:
    paths = [path for path, _ in flatten({"a": {"b": [1, [], {"c": None}]}, "d": {}}, "fields")]
    assert paths == ["fields.a.b[0]", "fields.a.b[1]", "fields.a.b[2].c", "fields.d"]


SCALARS = st.none() | st.booleans() | st.integers(-(2**260), 2**260) | st.text()


@given(
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_both_halves_write_a_value_as_pythons_own_encoder_does(value: Any) -> None:
    plain = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical(value) == erp_canonical(value) == plain


def test_what_is_no_json_is_refused_by_both_halves() -> None:
    for write in (canonical, erp_canonical):
        for value in (DOCUMENT, {"at": date(2026, 1, 1)}, {"salt": b"1"}):
            with pytest.raises(TypeError):
                write(value)


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
