"""What the journals promise: both sides of a deal at once, money that nobody makes, VAT and goods where they belong."""

from __future__ import annotations

from typing import Any

import pytest

from erp.budget.schemas import ApproveBudget
from erp.database import transaction
from erp.kernel.entry import Ledger
from erp.kernel.errors import Disagrees, WrongStatus
from erp.kernel.journal import Choice, PostingRule
from erp.kernel.log.model import Document
from erp.kernel.rows import Rows
from erp.ledger.chart import BY_CODE
from erp.ledger.errors import Overdrawn, UnknownLedgerAccount
from erp.ledger.queries import balance, entity_balances
from erp.parties.errors import NoTreasury, OutsideBooks
from erp.parties.schemas import EnrolParty, PartyKind, RegisterParty
from erp.payments.errors import (
    AccountMissing,
    AccountNotOfPurpose,
    AlreadyExplained,
    ReturnMissing,
    UnknownTransfer,
    WrongPurpose,
)
from erp.payments.purposes import TransferPurpose
from erp.payments.schemas import (
    ContributeCapital,
    ExplainTransfer,
    RecordTokenIssue,
    RecordTokenRedemption,
    RecordTokenTransfer,
)
from erp.procurement.errors import (
    AlreadyCertified,
    AlreadyCorrected,
    DuplicateInvoiceNumber,
    NothingToCorrect,
)
from erp.procurement.schemas import (
    CertifyInputVat,
    RaiseRequisition,
    RecordBondForfeit,
    RecordRedLetterInvoice,
)
from erp.reversals.errors import NotReversible
from erp.reversals.schemas import ReverseDocument
from erp.rooms import RULES
from erp.stock.errors import StockOfOtherKind
from erp.stock.rules import COST_ACCOUNT, CostShare, Purpose, StockKind, cost_share
from erp.stock.schemas import IssueStock, OpenStock
from tests.erp.books import check_books
from tests.erp.test_worked_case import booked
from tests.erp.world import BOND, DAY, REF, World, account

TOKENS = 5_200_000  # issued by World.prepare


def stands(world: World, entity: str, *codes: str) -> list[int]:
    with transaction(world.engine) as session:
        return [balance(Rows.of(session), entity, code) for code in codes]


def sound(world: World, tokens: int = TOKENS) -> None:
    with transaction(world.engine) as session:
        check_books(session, tokens)


@pytest.fixture
def inside(engine: Any) -> World:
    """As `world`, with a supplier of the group that keeps 50 bolts worth 400,000 to sell."""
    world = World(engine)
    world.treasury()
    world.party("buyer", 1, 5_000_000)
    code = "supplier"
    world.do(RegisterParty(code=code, name=code, kind=PartyKind.INTERNAL, account=account(code)))
    world.do(EnrolParty(account=account(code), capabilities=2))
    world.do(ContributeCapital(entity=code, amount_minor=100_000))
    world.do(RecordTokenIssue(account=account(code), amount_minor=100_000, bank_ref=REF))
    world.party("rival", 2, 100_000)
    world.item()
    world.do(ApproveBudget(entity="buyer", amount_minor=2_000_000))
    world.do(
        OpenStock(
            entity=code, item="bolt", quantity=50, value_minor=400_000, kind=StockKind.FINISHED
        )
    )
    return world


# ---- rules as data ----------------------------------------------------------------------------


def test_every_rule_posts_to_accounts_of_its_own_ledger() -> None:
    rules = [rule for room in RULES.values() for rule in room]
    assert len({rule.name for rule in rules}) == len(rules)
    for rule in rules:
        for code in rule.accounts:
            assert BY_CODE[code].ledger is rule.ledger, (rule.name, code)
            assert BY_CODE[code].leaf, (rule.name, code)


def test_a_rule_posts_what_it_says_and_a_negative_amount_changes_its_side() -> None:
    side = Choice("stock", ("1403", "1405"))
    rule = PostingRule(
        "test", Ledger.GENERAL, {side: "net", "2221.05": "tax"}, {"2202.01": "gross"}
    )
    made = rule.entry(
        "e", {"net": -7, "tax": 0, "gross": -7}, chosen={side: "1405"}, chain_group="G1"
    )
    assert made is not None
    assert [(line.account, line.debit, line.credit) for line in made.lines] == [
        ("1405", 0, 7),
        ("2202.01", 7, 0),
    ]
    assert made.chain_group == "G1"
    assert rule.entry("e", {"net": 0, "tax": 0, "gross": 0}, chosen={side: "1405"}) is None


@pytest.mark.parametrize(
    ("amounts", "chosen"),
    [
        ({"net": 1, "gross": 2}, "1403"),
        ({"net": 1}, "1403"),
        ({"net": 1, "gross": 1, "tax": 0}, "1403"),
        ({"net": 1, "gross": 1}, "1404"),
        ({"net": 1, "gross": 1}, None),
    ],
)
def test_a_rule_refuses_amounts_and_accounts_that_are_not_its_own(
    amounts: dict[str, int], chosen: str | None
) -> None:
    side = Choice("stock", ("1403",))
    rule = PostingRule("test", Ledger.GENERAL, {side: "net"}, {"2202.01": "gross"})
    with pytest.raises(ValueError, match="test: "):
        rule.entry("e", amounts, chosen={} if chosen is None else {side: chosen})


# ---- the treasury -----------------------------------------------------------------------------


def test_d9_tokens_issued_stand_on_the_treasurys_books_and_no_bank_account_is_negative(
    world: World,
) -> None:
    assert stands(world, "treasury", "1002", "2241.01") == [TOKENS, -TOKENS]
    assert stands(world, "buyer", "1002", "1012.01") == [0, 5_000_000]
    assert stands(world, "supplier", "1012.01", "4104.01") == [100_000, -100_000]
    issue = world.do(RecordTokenIssue(account=account("buyer"), amount_minor=70, bank_ref=REF))
    assert booked(issue) == [
        ("buyer", "GL", {"1012.01": 70}, {"2241.09": 70}),  # its bank holds nothing
        ("treasury", "GL", {"1002": 70}, {"2241.01": 70}),
    ]
    sound(world, TOKENS + 70)
    redeemed = world.do(
        RecordTokenRedemption(account=account("buyer"), amount_minor=100, bank_ref=REF)
    )
    assert booked(redeemed) == [
        ("buyer", "GL", {"1002": 100}, {"1012.01": 100}),
        ("treasury", "GL", {"2241.01": 100}, {"1002": 100}),
    ]
    with transaction(world.engine) as session:
        assert min(entity_balances(session, "1002").values()) >= 0
    sound(world, TOKENS - 30)


def test_d9_tokens_without_a_treasury_are_refused(engine: Any) -> None:
    world = World(engine)
    with pytest.raises(NoTreasury):
        world.party("buyer", 1, 5)


def test_d9_capital_that_was_spent_is_not_reversed(world: World) -> None:
    capital = world.last("capital")
    with pytest.raises(Overdrawn):
        world.do(ReverseDocument(number=capital.number, reason="typo"))


def test_d15_nobody_books_capital_stock_or_budget_of_an_outside_firm(world: World) -> None:
    for command in (
        ContributeCapital(entity="supplier", amount_minor=1),
        OpenStock(entity="supplier", item="bolt", quantity=1, value_minor=1),
        IssueStock(entity="supplier", item="bolt", quantity=1, purpose=Purpose.SALE),
        ApproveBudget(entity="supplier", amount_minor=1),
        CertifyInputVat(entity="supplier", invoices=("SI-2026-00001",)),
    ):
        with pytest.raises(OutsideBooks, match="supplier is an outside partner"):
            world.do(command)


# ---- goods: revenue and cost at acceptance ----------------------------------------------------


def test_the_supplier_earns_at_acceptance_and_mirrors_what_the_buyer_owes(inside: World) -> None:
    order = inside.funded()
    despatch = inside.despatch(60)
    assert despatch.fields["cost_unknown"] == 10
    assert booked(despatch) == [("supplier", "GL", {"1406": 400_000}, {"1405": 400_000})]
    receipt = inside.receive(order, 55)  # the five that are missing have no known cost
    assert receipt.entries == []
    inspection = inside.inspect(receipt.number, 40, 15)
    assert booked(inspection)[2:] == [
        ("supplier", "GL", {"1122.02": 460_000}, {"6001": 460_000}),
        ("supplier", "GL", {"6401": 320_000}, {"1406": 320_000}),
        ("supplier", "GL", {"1405": 80_000}, {"1406": 80_000}),  # ten came back
    ]
    assert stands(inside, "buyer", "2202.02") == [-460_000]
    assert stands(inside, "supplier", "1122.02", "1406", "1405", "6401") == [
        460_000,
        0,
        80_000,
        320_000,
    ]
    sound(inside)
    inside.invoice(order, 40, 464_000, 60_320)
    assert stands(inside, "supplier", "1122.02", "1122.01", "6001") == [0, 524_320, -464_000]
    sound(inside)


def test_goods_that_never_arrived_are_the_suppliers_to_settle(inside: World) -> None:
    order = inside.funded()
    inside.despatch(50)
    receipt = inside.receive(order, 45)
    assert booked(receipt) == [("supplier", "GL", {"1901": 40_000}, {"1406": 40_000})]
    inside.despatch(20, delivery_id=2)  # its stock is empty: nothing to value
    sound(inside)
    closing = inside.do(inside.closing(0, 0, 1_350_000))
    assert ("supplier", "GL", {"1901": 360_000}, {"1406": 360_000}) in booked(closing)
    sound(inside)


def test_a_sale_without_a_known_stock_has_revenue_and_no_cost(world: World) -> None:
    order = world.funded()
    assert world.despatch(90).fields["cost_unknown"] == 90
    world.inspect(world.receive(order, 90).number, 86, 4)
    assert stands(world, "supplier", "6001", "6401", "1406") == [-989_000, 0, 0]


def test_a_price_variance_follows_the_goods(world: World) -> None:
    order = world.funded()
    world.despatch(90)
    world.inspect(world.receive(order, 90).number, 86, 4)
    world.do(IssueStock(entity="buyer", item="bolt", quantity=43, purpose=Purpose.PRODUCTION))
    world.invoice(order, 86, 997_600, 129_688)
    assert booked(world.last("match"))[0] == (
        "buyer",
        "GL",
        {"2202.02": 989_000, "1403": 4_300, "5001": 4_300, "2221.05": 129_688},
        {"2202.01": 1_127_288},
    )
    sound(world)


def test_a_lower_price_takes_no_more_from_the_stock_than_its_worth() -> None:
    assert cost_share(-100, 10, 10, 40) == CostShare(-40, -60)
    assert cost_share(-101, 10, 5, 4_000) == CostShare(-50, -51)
    assert cost_share(101, 10, 25, 0) == CostShare(101, 0)
    assert cost_share(101, 10, 0, 0) == CostShare(0, 101)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_goods_issued_are_a_cost_of_their_purpose(inside: World, purpose: Purpose) -> None:
    inside.do(OpenStock(entity="buyer", item="bolt", quantity=4, value_minor=400))
    issue = inside.do(IssueStock(entity="buyer", item="bolt", quantity=1, purpose=purpose))
    assert booked(issue) == [("buyer", "GL", {COST_ACCOUNT[purpose]: 100}, {"1403": 100})]
    reversal = inside.do(ReverseDocument(number=issue.number, reason="typo"))
    assert booked(reversal) == [("buyer", "GL", {"1403": 100}, {COST_ACCOUNT[purpose]: 100})]
    sound(inside)


def test_opening_stock_is_no_paid_in_capital(world: World) -> None:
    opening = world.do(OpenStock(entity="buyer", item="bolt", quantity=4, value_minor=400))
    assert booked(opening) == [("buyer", "GL", {"1403": 400}, {"4104.01": 400})]


def test_an_item_is_kept_as_one_kind_at_a_time(world: World) -> None:
    opening = world.do(OpenStock(entity="buyer", item="bolt", quantity=4, value_minor=400))
    goods = OpenStock(
        entity="buyer", item="bolt", quantity=1, value_minor=9, kind=StockKind.FINISHED
    )
    with pytest.raises(StockOfOtherKind, match="as raw; use it up"):
        world.do(goods)
    issue = world.do(
        IssueStock(entity="buyer", item="bolt", quantity=4, purpose=Purpose.PRODUCTION)
    )
    assert booked(world.do(goods)) == [("buyer", "GL", {"1405": 9}, {"4104.01": 9})]
    for former in (opening, issue):
        with pytest.raises(NotReversible, match="kept as finished now"):
            world.do(ReverseDocument(number=former.number, reason="typo"))
    sound(world)


def test_a_forfeited_bond_is_income_and_lowers_no_cost(world: World) -> None:
    world.do(RaiseRequisition(item="bolt"))
    world.do(world.tender())
    world.do(world.bid(supplier="rival"))
    world.do(
        RecordBondForfeit(
            tender_id=1, supplier=account("rival"), buyer=account("buyer"), bond_minor=BOND
        )
    )
    assert stands(world, "buyer", "6301.02", "1403") == [-BOND, 0]
    assert stands(world, "rival", "6711.01", "1012.03") == [BOND, 0]
    sound(world)


# ---- VAT --------------------------------------------------------------------------------------


def late(world: World, *, certified: bool = False) -> tuple[str, Document]:
    """An order whose only delivery came three days late and is paid less 17,250, of which 1,985 are tax."""
    order = world.funded()
    world.wait(32 * DAY + 1)
    world.despatch(100)
    world.inspect(world.receive(order, 100).number, 100)
    invoice = world.invoice(order, 100, 1_150_000, 149_500)
    if certified:
        world.do(CertifyInputVat(entity="buyer", invoices=(invoice.number,)))
    return order, world.do(world.payment(world.last("match"), penalty_minor=17_250))


def test_input_vat_waits_until_it_is_certified(world: World) -> None:
    order = world.funded()
    world.despatch(100)
    world.inspect(world.receive(order, 100).number, 100)
    invoice = world.invoice(order, 100, 1_150_000, 149_500)
    assert stands(world, "buyer", "2221.05", "2221.01.01") == [149_500, 0]
    certify = CertifyInputVat(entity="buyer", invoices=(invoice.number,))
    assert booked(world.do(certify)) == [
        ("buyer", "GL", {"2221.01.01": 149_500}, {"2221.05": 149_500})
    ]
    with pytest.raises(AlreadyCertified):
        world.do(certify)
    with pytest.raises(Disagrees, match="buyer"):
        world.do(CertifyInputVat(entity="treasury", invoices=(invoice.number,)))
    sound(world)


def test_a_penalty_lowers_cost_and_the_vat_that_waits(world: World) -> None:
    _order, payment = late(world)
    assert payment.fields["penalty_tax_minor"] == 1_985
    assert booked(payment) == [
        (
            "buyer",
            "GL",
            {"2202.01": 1_299_500},
            {"1012.02": 1_282_250, "1403": 15_265, "2221.05": 1_985},
        ),
        (
            "supplier",
            "GL",
            {"1012.01": 1_282_250, "6001": 15_265, "2221.09": 1_985},
            {"1122.01": 1_299_500},
        ),
    ]
    certified = world.do(
        CertifyInputVat(entity="buyer", invoices=(world.last("match").fields["invoice"],))
    )
    assert certified.fields["tax_minor"] == 149_500 - 1_985
    sound(world)


def test_a_penalty_after_certification_transfers_input_vat_out(world: World) -> None:
    late(world, certified=True)
    assert stands(world, "buyer", "2221.05", "2221.01.01", "2221.01.08") == [0, 149_500, -1_985]
    sound(world)


def red(order: str, **changed: Any) -> RecordRedLetterInvoice:
    fields: dict[str, Any] = {
        "order": order,
        "delivery_id": 1,
        "invoice_number": "RED-1",
        "net_minor": 15_265,
        "tax_minor": 1_985,
    }
    return RecordRedLetterInvoice(**{**fields, **changed})


def test_a_red_letter_invoice_lowers_output_vat_by_the_penaltys_once(world: World) -> None:
    order, _payment = late(world)
    assert stands(world, "supplier", "2221.01.06", "2221.09") == [-149_500, 1_985]
    with pytest.raises(Disagrees, match="tax_minor"):
        world.do(red(order, tax_minor=1))
    with pytest.raises(DuplicateInvoiceNumber):
        world.do(red(order, invoice_number="inv 1"))
    assert booked(world.do(red(order))) == [
        ("supplier", "GL", {"2221.01.06": 1_985}, {"2221.09": 1_985})
    ]
    with pytest.raises(AlreadyCorrected):
        world.do(red(order, invoice_number="RED-2"))
    assert stands(world, "supplier", "2221.01.06", "2221.09") == [-147_515, 0]
    sound(world)


def test_a_red_letter_invoice_corrects_nothing_where_no_penalty_was_kept(world: World) -> None:
    order = world.funded()
    world.despatch(100)
    world.inspect(world.receive(order, 100).number, 100)
    world.invoice(order, 100, 1_150_000, 149_500)
    with pytest.raises(WrongStatus, match="MATCHED"):
        world.do(red(order))
    world.do(world.payment(world.last("match")))
    with pytest.raises(NothingToCorrect):
        world.do(red(order))


# ---- suspense ---------------------------------------------------------------------------------


def sent(world: World, sender: str = "buyer", receiver: str = "rival", amount: int = 70) -> str:
    return world.do(
        RecordTokenTransfer(sender=account(sender), receiver=account(receiver), amount_minor=amount)
    ).number


def explain(world: World, number: str, purpose: TransferPurpose, **named: Any) -> Document:
    return world.do(ExplainTransfer(transfer=number, purpose=purpose, reason="asked", **named))


@pytest.mark.parametrize(
    ("purpose", "named", "debit", "credit"),
    [
        (TransferPurpose.ADVANCE, {}, "1123.01", "2203"),
        (TransferPurpose.VALUE_SHARE, {}, "6602.01", "6051.02"),
        (TransferPurpose.CAPITAL, {}, "1511", "4001"),
        (TransferPurpose.PAY, {}, "6602.03", "6051.03"),
        (
            TransferPurpose.OTHER,
            {"sender_account": "6601.01", "receiver_account": "6051.04"},
            "6601.01",
            "6051.04",
        ),
    ],
)
def test_an_explained_transfer_leaves_suspense_on_both_sides_once(
    world: World, purpose: TransferPurpose, named: dict[str, str], debit: str, credit: str
) -> None:
    number = sent(world)
    assert booked(explain(world, number, purpose, **named)) == [
        ("buyer", "GL", {debit: 70}, {"1221.09": 70}),
        ("rival", "GL", {"2241.09": 70}, {credit: 70}),
    ]
    assert stands(world, "buyer", "1221.09") == stands(world, "rival", "2241.09") == [0]
    with pytest.raises(AlreadyExplained):
        explain(world, number, TransferPurpose.ADVANCE)
    sound(world)


def test_a_transfer_by_mistake_is_cleared_against_its_return(world: World) -> None:
    number = sent(world)
    with pytest.raises(ReturnMissing):
        explain(world, number, TransferPurpose.ERROR_RETURNED)
    short = sent(world, "rival", "buyer", 69)
    with pytest.raises(Disagrees, match="amount_minor"):
        explain(world, number, TransferPurpose.ERROR_RETURNED, returned_by=short)
    back = sent(world, "rival", "buyer")
    explain(world, number, TransferPurpose.ERROR_RETURNED, returned_by=back)
    with pytest.raises(AlreadyExplained):
        explain(world, back, TransferPurpose.ADVANCE)
    assert stands(world, "buyer", "1221.09", "2241.09") == [0, -69]
    assert stands(world, "rival", "1221.09", "2241.09") == [69, 0]
    sound(world)


def test_an_explanation_says_what_is_missing_or_wrong(world: World) -> None:
    number, other = sent(world), TransferPurpose.OTHER
    with pytest.raises(UnknownTransfer):
        explain(world, "TKT-2026-99999", TransferPurpose.ADVANCE)
    with pytest.raises(WrongPurpose, match="may be for advance or value_share"):
        explain(world, number, TransferPurpose.BANK)
    with pytest.raises(AccountMissing, match="sender_account"):
        explain(world, number, other)
    with pytest.raises(AccountNotOfPurpose, match=r"2202\.01 cannot be"):
        explain(world, number, other, sender_account="2202.01")
    with pytest.raises(AccountNotOfPurpose):
        explain(world, number, other, sender_account="1403")
    with pytest.raises(UnknownLedgerAccount):
        explain(world, number, other, sender_account="6601.77")


def test_tokens_bought_with_unknown_money_are_explained_by_the_bank_or_capital(
    world: World,
) -> None:
    issues = [
        world.do(RecordTokenIssue(account=account("buyer"), amount_minor=70, bank_ref=REF)).number
        for _ in range(2)
    ]
    with pytest.raises(WrongPurpose, match="bank or capital or other"):
        explain(world, issues[0], TransferPurpose.ADVANCE)
    with pytest.raises(Overdrawn):
        explain(world, issues[0], TransferPurpose.BANK)  # the money is not in the books yet
    explain(world, issues[1], TransferPurpose.CAPITAL)
    world.do(ContributeCapital(entity="buyer", amount_minor=70))
    assert booked(explain(world, issues[0], TransferPurpose.BANK)) == [
        ("buyer", "GL", {"2241.09": 70}, {"1002": 70})
    ]
    assert stands(world, "buyer", "2241.09", "1002") == [0, 0]
    sound(world, TOKENS + 140)
