"""The worked case: 100 ordered at 115.00, estimate 120.00, 90 in, 4 rejected, billed at 116.00, VAT 13 %.

docs/accounting-policies.md shows it, and what it would be three days late, entry by entry: what is posted is what it says.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from erp.database import transaction
from erp.kernel.log.model import Document
from erp.kernel.rows import Rows
from erp.ledger.queries import balance
from erp.ledger.turnover.queries import trial_balance
from erp.procurement.schemas import CertifyInputVat, RecordRedLetterInvoice
from erp.replay import differences
from tests.erp.world import DAY, World

PAGE = (Path(__file__).parents[2] / "docs" / "accounting-policies.md").read_text(encoding="utf-8")

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


def late(world: World) -> None:
    """All 100 come three days late, billed at the order's price; the penalty is kept, and the invoice corrected."""
    order = world.funded()
    world.wait(32 * DAY + 1)
    world.despatch(100)
    world.inspect(world.receive(order, 100).number, 100)
    world.invoice(order, 100, 1_150_000, 149_500)
    match = world.last("match")
    world.do(CertifyInputVat(entity="buyer", invoices=(match.fields["invoice"],)))
    world.do(world.payment(match, penalty_minor=17_250))
    world.do(
        RecordRedLetterInvoice(
            order=order, delivery_id=1, invoice_number="RED-1", net_minor=15_265, tax_minor=1_985
        )
    )
    world.do(world.closing(100, 1_150_000, 67_750))


def yuan(amount: int) -> str:
    """Minor units as the page writes them: 1,150.00."""
    return f"{amount // 100:,}.{amount % 100:02d}"


def side(lines: Lines) -> str:
    return " · ".join(f"{account} {yuan(amount)}" for account, amount in lines.items())


def rows(documents: list[Document]) -> list[str]:
    """The entries of documents as rows of the page."""
    return [
        f"| `{document.type}` | {entity}{' BUD' if ledger == 'BUD' else ''} | {side(debit)} | {side(credit)} |"
        for document in documents
        for entity, ledger, debit, credit in booked(document)
    ]


def shown(heading: str) -> list[str]:
    """The rows of the table below a heading of the page."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| `")]


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
        told = trial_balance(session)
        assert sum(row.debit_minor for row in told) == sum(row.credit_minor for row in told)
        assert differences(session) == []


def test_worked_case_to_the_fen(world: World) -> None:
    play(world)
    assert rows(world.log()) == shown("The worked case")
    check_balances(world.engine)


def test_the_same_three_days_late_to_the_fen(world: World) -> None:
    before = len(world.log())
    late(world)
    documents = world.log()[before:]
    first = [document.type for document in documents].index("inspection")
    assert rows(documents[first:]) == shown("The same, three days late")
