"""D11: a text says something and shows what it says; a code can stand in a path."""

from __future__ import annotations

import unicodedata

import pytest
from pydantic import ValidationError

from erp.database import snapshot
from erp.items.schemas import RegisterItem
from erp.kernel.schema import MAX_TEXT
from erp.payments.schemas import ContributeCapital
from erp.procurement.schemas import RecordSupplierInvoice
from erp.quality.schemas import RecordInspection
from erp.replay import differences
from erp.reversals.schemas import ReverseDocument
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock, OpenStock
from tests.erp.world import World

NOTHING = ["", " ", "\n", "\t \n", "\u200b", "\u00a0\u3000", "--", "…", "!?", "\u0301", "_"]
HIDDEN = [
    "pay\u0000able",
    "line\nbreak",
    "tab\tstop",
    "escape\u001b[31m",
    "next\u0085line",
    "zero\u200bwidth",
    "soft\u00adhyphen",
    "right\u202eto left",
    "isolate\u2066d\u2069",
    "mark\u200f",
    "byte\ufefforder",
    "line\u2028separator",
    "paragraph\u2029separator",
    "tag\U000e0041",
]
GOOD = [
    "螺栓 M8×40",
    "Bolt, 40 mm",
    "x",
    "7",
    "Übergröße",
    "№ 5",
    "é",
    "𠮷野家",
    "ขวด",
    "पेंच",
    "😀 1",
]
PATHS = [
    "A/../../b",
    "..",
    "a/..",
    "a/.",
    "a//b",
    "a/",
    "/a",
    "a/.hidden",
    "a/-b",
    "../a",
    "a\n",
    "a b",
    "a\\b",
    "a%2f",
    "",
]


def texts(value: str) -> list[type[ValidationError] | object]:
    """Each command with a text, made with this one."""
    return [
        RegisterItem(code="nut", name=value, unit="piece"),
        IssueStock(entity="buyer", item="bolt", quantity=1, purpose=Purpose.SALE, note=value),
        ReverseDocument(number="CAP-2026-00001", reason=value),
        RecordInspection(receipt="GR-2026-00001", accepted=1, rejected=1, reason=value),
    ]


@pytest.mark.parametrize("value", NOTHING)
def test_d11_a_text_of_nothing_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        RegisterItem(code="nut", name=value, unit="piece")
    with pytest.raises(ValidationError):
        ReverseDocument(number="CAP-2026-00001", reason=value)


@pytest.mark.parametrize("value", HIDDEN)
def test_d11_control_and_bidi_characters_are_refused(value: str) -> None:
    with pytest.raises(ValidationError, match="U\\+"):
        RegisterItem(code="nut", name=value, unit="piece")
    with pytest.raises(ValidationError, match="U\\+"):
        IssueStock(entity="buyer", item="bolt", quantity=1, purpose=Purpose.SALE, note=value)


@pytest.mark.parametrize("value", GOOD)
def test_d11_words_of_any_script_are_kept_as_they_are(value: str) -> None:
    kept = RegisterItem(code="nut", name=f"  {value}\u3000\n", unit="piece").name
    assert kept == unicodedata.normalize("NFC", value)
    assert len(texts(value)) == 4


def test_d11_two_spellings_of_one_text_are_one_text(world: World) -> None:
    composed, apart = "caf\u00e9", "cafe\u0301"
    first = world.do(RegisterItem(code="nut", name=f" {apart} ", unit="piece"), origin="event-1")
    assert first.fields["name"] == composed
    again = RegisterItem(code="nut", name=composed, unit="piece")
    assert world.do(again, origin="event-1").number == first.number
    with snapshot(world.engine) as session:
        assert differences(session) == []


def test_d11_a_text_that_grows_is_measured_as_it_is_kept() -> None:
    """NFC spells some letters with two characters: what is kept must be what a replay takes."""
    grows = "\u0958"
    assert len(unicodedata.normalize("NFC", grows)) == 2
    fits = RegisterItem(code="nut", name=grows * (MAX_TEXT // 2), unit="piece")
    assert RegisterItem.model_validate(fits.model_dump()) == fits
    with pytest.raises(ValidationError):
        RegisterItem(code="nut", name=grows * (MAX_TEXT // 2 + 1), unit="piece")


@pytest.mark.parametrize("value", ["\u200b", " ", "INV\u202e1", "--"])
def test_d11_the_number_of_an_invoice_is_such_a_text(value: str) -> None:
    with pytest.raises(ValidationError):
        RecordSupplierInvoice(
            order="PO-2026-00001",
            delivery_id=1,
            invoice_number=value,
            quantity=1,
            net_minor=1,
            tax_minor=0,
        )


@pytest.mark.parametrize("code", PATHS)
def test_d11_a_code_is_no_way_out_of_a_path(code: str) -> None:
    with pytest.raises(ValidationError):
        RegisterItem(code=code, name="Nut", unit="piece")
    with pytest.raises(ValidationError):
        OpenStock(entity=code, item="bolt", quantity=1, value_minor=1)
    with pytest.raises(ValidationError):
        ContributeCapital(entity=code, amount_minor=1)


@pytest.mark.parametrize("code", ["STEEL-3MM", "bolt", "A/b.1/c-2", "S1", "ACME_2", "a..b", "x-"])
def test_d11_codes_in_use_stay_codes(code: str) -> None:
    assert RegisterItem(code=code, name="Nut", unit="piece").code == code
