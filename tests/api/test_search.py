"""Search finds what the reader's own lists show, by number, code, name or hash, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from erp.kernel.roles import Role
from tests.erp.conftest import NewEngine, new_engine

from .everything import opened, with_everything
from .house import House
from .test_problems import problem

__all__ = ["new_engine"]


@pytest.fixture
def told(new_engine: NewEngine) -> House:
    return opened(new_engine(with_everything), "rival")


def hits(house: House, role: Role, text: str) -> list[dict[str, Any]]:
    answer = house.get(role, "/search", q=text)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["hits"])


def test_a_number_finds_the_object_before_its_documents_and_a_page_of_each(told: House) -> None:
    found = hits(told, Role.AUDITOR, "po-2026-00001")
    assert (found[0]["kind"], found[0]["key"]) == ("order", "PO-2026-00001")
    for prefix in ("PO-", "TND", "PR-", "GRP-", "BET", "RCV-", "SO-", "GR-"):
        for hit in hits(told, Role.AUDITOR, prefix):
            assert hit["key"].startswith(prefix)
            assert told.get(Role.AUDITOR, hit["path"]).status_code == 200, hit


def test_codes_and_parts_of_names_find_parties_and_items_whatever_the_case(told: House) -> None:
    assert {(hit["kind"], hit["key"]) for hit in hits(told, Role.WAREHOUSE, "BOL")} == {
        ("item", "bolt")
    }
    (party,) = [hit for hit in hits(told, Role.BUYER, "buyer") if hit["key"] == "buyer"]
    assert party["kind"] == "party"


def test_an_origin_and_the_hash_of_its_block_find_the_documents_of_an_event(told: House) -> None:
    booked = told.get(Role.AUDITOR, "/documents", limit=500).json()["items"]
    origins = [each for each in booked if each["origin"] and ":0x" in each["origin"]]
    for each in origins[-3:]:
        _, block, _ = each["origin"].split(":")
        for text in (each["origin"], block, block.upper().replace("0X", "0x")):
            assert each["number"] in {hit["key"] for hit in hits(told, Role.AUDITOR, text)}


def test_a_partner_finds_no_order_and_no_document_of_another(told: House) -> None:
    own = {each["number"] for each in told.get(Role.SUPPLIER, "/orders").json()["items"]}
    for role in (Role.SUPPLIER, Role.NODE):
        for text in ("PO-2026", "GR-2026", "TND-2026", "buyer", "bolt", "supplier"):
            for hit in hits(told, role, text):
                assert hit["kind"] != "document"
                assert hit["kind"] != "order" or hit["key"] in own


def test_what_is_looked_for_is_no_pattern_and_not_too_short(told: House) -> None:
    for text in ("%%", "__", "'; --", "\\\\", "合肥"):
        assert hits(told, Role.AUDITOR, text) == []
    for text in ("", "P", " P ", "x" * 121):
        problem(told.get(Role.AUDITOR, "/search", q=text), 422, "validation-failed")
