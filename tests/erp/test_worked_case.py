"""The worked case of the books: 100 ordered at 115.00, estimate 120.00, 90 in, 4 rejected, billed at 116.00, VAT 13 %."""

from __future__ import annotations

from sqlalchemy import Engine

from erp.database import transaction
from erp.kernel.log.model import Document
from erp.kernel.rows import Rows
from erp.ledger.queries import balance
from erp.ledger.turnover.queries import trial_balance
from erp.replay import differences
from tests.erp.world import World

Lines = dict[str, int]


def booked(document: Document) -> list[tuple[str, str, Lines, Lines]]:
    """Entries of a document: entity, ledger, debits, credits."""
    return [
        (
            entry["entity"],
            entry["ledger"],
            {line["account"]: line["debit"] for line in entry["lines"] if line["debit"]},
            {line["account"]: line["credit"] for line in entry["lines"] if line["credit"]},
        )
        for entry in document.entries
    ]


def play(world: World) -> None:
    """The case from requisition to close; returns nothing, the log holds it all."""
    order = world.funded()
    world.despatch(90)
    receipt = world.receive(order, 90)
    world.inspect(receipt.number, 86, 4)
    world.invoice(order, 86, 997_600, 129_688)
    world.do(world.payment(world.last("match")))
    world.do(world.closing(86, 989_000, 222_712))


def check_every_figure(world: World) -> None:
    by_type = {document.type: booked(document) for document in world.log()}
    assert by_type["budget_approval"] == [
        ("buyer", "BUD", {"9000": 2_000_000}, {"9003": 2_000_000})
    ]
    assert by_type["requisition"] == [("buyer", "BUD", {"9003": 1_200_000}, {"9002": 1_200_000})]
    assert by_type["purchase_order"] == [
        ("buyer", "BUD", {"9002": 1_200_000}, {"9001": 1_150_000, "9003": 50_000})
    ]
    assert by_type["escrow_deposit"] == [
        ("buyer", "GL", {"1012.02": 1_350_000}, {"1012.01": 1_350_000})
    ]
    assert by_type["despatch"] == []
    assert by_type["goods_receipt"] == []
    assert by_type["inspection"] == [
        ("buyer", "GL", {"1403": 989_000}, {"2202.02": 989_000}),
        ("buyer", "BUD", {"9001": 989_000}, {"9004": 989_000}),
        ("supplier", "GL", {"1122.02": 989_000}, {"6001": 989_000}),
    ]
    assert by_type["supplier_invoice"] == []
    assert by_type["match"] == [
        (
            "buyer",
            "GL",
            {"2202.02": 989_000, "1403": 8_600, "2221.05": 129_688},
            {"2202.01": 1_127_288},
        ),
        ("buyer", "BUD", {"9003": 8_600}, {"9004": 8_600}),
        (
            "supplier",
            "GL",
            {"1122.01": 1_127_288},
            {"1122.02": 989_000, "6001": 8_600, "2221.01.06": 129_688},
        ),
    ]
    assert by_type["payment"] == [
        ("buyer", "GL", {"2202.01": 1_127_288}, {"1012.02": 1_127_288}),
        ("supplier", "GL", {"1012.01": 1_127_288}, {"1122.01": 1_127_288}),
    ]
    assert by_type["order_close"] == [
        ("buyer", "GL", {"1012.01": 222_712}, {"1012.02": 222_712}),
        ("buyer", "BUD", {"9001": 161_000}, {"9003": 161_000}),
    ]


def check_balances(engine: Engine) -> None:
    with transaction(engine) as session:
        expected = {
            "1012.01": 5_000_000 - 1_127_288,
            "1012.02": 0,
            "1403": 997_600,
            "2202.01": 0,
            "2202.02": 0,
            "2221.05": 129_688,
            "9000": 2_000_000,
            "9001": 0,
            "9002": 0,
            "9003": -(2_000_000 - 997_600),
            "9004": -997_600,
        }
        assert {code: balance(Rows.of(session), "buyer", code) for code in expected} == expected
        assert balance(Rows.of(session), "supplier", "1122.01") == 0
        assert balance(Rows.of(session), "supplier", "1012.01") == 100_000 + 1_127_288
        rows = trial_balance(session)
        assert sum(row.debit_minor for row in rows) == sum(row.credit_minor for row in rows)
        assert differences(session) == []


def test_worked_case_to_the_fen(world: World) -> None:
    play(world)
    check_every_figure(world)
    check_balances(world.engine)
