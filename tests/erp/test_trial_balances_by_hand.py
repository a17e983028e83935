"""Whole stories against trial balances made by hand: every figure here was added up on paper, none by the books' code."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from erp.bets import schemas as bets
from erp.database import snapshot, upgrade
from erp.ledger.turnover.model import Dimension, Selection
from erp.ledger.turnover.queries import trial_balance
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.purposes import TransferPurpose
from erp.payments.schemas import (
    ContributeCapital,
    ExplainTransfer,
    RecordTokenIssue,
    RecordTokenTransfer,
)
from tests.erp.capacity import Market
from tests.erp.claims import TERM, Deal, due, sold
from tests.erp.conftest import NewEngine
from tests.erp.sums import by_counterparty
from tests.erp.test_bets import active, all_reported, payout, settlement
from tests.erp.world import REF, World, account


def closing(world: World, entity: str, through: str | None = None) -> dict[str, int]:
    """Closing balances of an entity, debits less credits, without those at zero."""
    with snapshot(world.engine) as session:
        rows = trial_balance(session, of=Selection(through=through, entity=entity))
        return {row.account: row.closing_minor for row in rows if row.closing_minor}


def tokens(world: World, sender: str, receiver: str, amount: int) -> str:
    """Tokens sent outside of any contract; the number of their document."""
    moved = RecordTokenTransfer(
        sender=account(sender), receiver=account(receiver), amount_minor=amount
    )
    return world.do(moved).number


def test_an_order_whose_claim_is_sold_once_and_paid_to_the_financier(world: World) -> None:
    # 100 for 1,150,000 without tax; the claim is sold for 1,130,000 and paid when due. Tokens: the buyer 5,000,000 of its
    # capital, supplier and rival 100,000 and 2 × 1,150,000 each. Estimate 1,200,000 of a budget of 2,000,000.
    Deal(world).claimed()
    world.do(sold(1_130_000))
    assert closing(world, "buyer") == {
        "1012.01": 3_850_000,  # 5,000,000 − 1,150,000
        "1012.06": 1_150_000,  # put up for the claim
        "1403": 1_150_000,
        "2202.03": -1_150_000,
        "4001": -5_000_000,
        "9000": 2_000_000,
        "9003": -850_000,  # 2,000,000 − 1,200,000 + 50,000 saved
        "9004": -1_150_000,
    }
    assert by_counterparty(world, "buyer", "2202.03") == {"rival": -1_150_000}
    assert closing(world, "rival") == {
        "1012.01": 1_270_000,  # 2,400,000 − 1,130,000
        "1124": 1_130_000,
        "4104.01": -2_400_000,
    }
    assert by_counterparty(world, "rival", "1124") == {"buyer": 1_130_000}
    world.wait(TERM)
    world.do(due("rival"))
    assert closing(world, "buyer") == {
        "1012.01": 3_850_000,
        "1403": 1_150_000,
        "4001": -5_000_000,
        "9000": 2_000_000,
        "9003": -850_000,
        "9004": -1_150_000,
    }
    assert closing(world, "supplier") == {
        "1012.01": 3_530_000,  # 2,400,000 + 1,130,000
        "4104.01": -2_400_000,
        "6001": -1_150_000,
        "6603.01": 20_000,  # 1,150,000 − 1,130,000
    }
    assert closing(world, "rival") == {
        "1012.01": 2_420_000,  # 1,270,000 + 1,150,000
        "4104.01": -2_400_000,
        "6111.02": -20_000,
    }
    # all tokens: 5,000,000 + 2 × 100,000 + 2 × 2,300,000
    assert closing(world, "treasury") == {"1002": 9_800_000, "2241.01": -9_800_000}


def test_a_bet_with_top_ups_settled_between_its_sponsor_and_two_parties_on_two_platforms(
    new_engine: NewEngine,
) -> None:
    world = World(new_engine(upgrade))
    world.treasury()
    for code, kind, platform, had in (
        ("lead", PartyKind.INTERNAL, "P1", 500_000),
        ("n1", PartyKind.EXTERNAL, "P1", 150_000),
        ("n2", PartyKind.EXTERNAL, "P2", 300_000),
    ):
        world.do(
            RegisterParty(code=code, name=code, kind=kind, account=account(code), platform=platform)
        )
        if kind is PartyKind.INTERNAL:
            world.do(ContributeCapital(entity=code, amount_minor=had))
        world.do(RecordTokenIssue(account=account(code), amount_minor=had, bank_ref=REF))
    # pool 450,000 + 30,000 of the sponsor + 20,000 that n2 puts in as a value share = 500,000; 400,000 were added.
    # Stakes 100,000 and 200,000, n1 pays a penalty of 30,000. Contributions 42 and 60 of 102. Pot 430,000:
    # n1 ⌊430,000 × 42 ÷ 102⌋ = 177,058, n2 ⌊430,000 × 60 ÷ 102⌋ = 252,941, 1 is left.
    # Of the value: ⌊400,000 × 42 ÷ 102⌋ = 164,705 and ⌊400,000 × 60 ÷ 102⌋ = 235,294, 1 is left; the rest is of penalties:
    # 12,353 and 17,647.
    active(world)
    own, given = 480_000, 500_000
    world.do(
        bets.RecordBetTopUp(bet_id=1, payer=account("lead"), amount_minor=30_000, pool_minor=own)
    )
    number = world.do(
        bets.RecordBetTopUp(bet_id=1, payer=account("n2"), amount_minor=20_000, pool_minor=given)
    ).number
    world.do(ExplainTransfer(transfer=number, purpose=TransferPurpose.VALUE_SHARE, reason="a gift"))
    all_reported(world)
    world.do(settlement(remainder_minor=100_000))
    assert closing(world, "lead") == {
        "1012.01": 20_000,  # 500,000 − 450,000 − 30,000
        "1012.07": 100_001,  # 500,000 − 164,705 − 235,294
        "4001": -500_000,
        "6051.02": -20_000,
        "6301.01": -1,
        "6602.01": 400_000,
    }
    assert by_counterparty(world, "lead", "6602.01") == {"n1": 164_705, "n2": 235_294, None: 1}
    world.do(payout("n1", 30_000, 177_058, 7_000))
    world.do(payout("n2", 0, 252_941, 10_000))
    world.do(bets.RecordBetRounding(bet_id=1, sponsor=account("lead"), amount_minor=1))
    world.do(bets.RecordBetRemainder(bet_id=1, sponsor=account("lead"), amount_minor=100_001))
    assert closing(world, "lead") == {
        "1012.01": 120_001,
        "4001": -500_000,
        "6051.02": -20_000,
        "6301.01": -1,
        "6602.01": 400_000,
    }
    assert closing(world, "n1") == {
        "1012.01": 297_058,  # 150,000 − 100,000 + 100,000 − 30,000 + 177,058
        "4104.01": -150_000,
        "6051.02": -164_705,
        "6301.01": -12_353,
        "6711.01": 30_000,
    }
    of_n2 = {
        "1012.01": 532_941,  # 300,000 − 200,000 − 20,000 + 200,000 + 252,941
        "4104.01": -300_000,
        "6051.02": -235_294,
        "6301.01": -17_647,
        "6602.01": 20_000,
    }
    assert closing(world, "n2") == of_n2
    with snapshot(world.engine) as session:
        rows = trial_balance(session, Dimension.PLATFORM)
    second = {row.account: row.closing_minor for row in rows if row.key == "P2"}
    assert {code: amount for code, amount in second.items() if amount} == of_n2
    assert sum(row.closing_minor for row in rows if row.key == "P1") == 0


def test_machine_minutes_that_are_sold_on_run_in_part_and_expire(world: World) -> None:
    # 200 minutes at 140: 28,000. 20 of them (2,800) go on for 2,500; 15 of these run, the other 180 expire.
    market = Market(world)
    market.open()
    world.do(market.purchase(200))
    world.do(market.transfer(20))
    tokens(world, "rival", "buyer", 2_500)
    assert closing(world, "supplier") == {
        "1012.01": 100_000,
        "1012.09": 28_000,
        "2205": -28_000,
        "4104.01": -100_000,
    }
    assert by_counterparty(world, "supplier", "2205") == {"buyer": -25_200, "rival": -2_800}
    assert by_counterparty(world, "buyer", "1123.02") == {"supplier": 25_200}
    assert by_counterparty(world, "rival", "1123.02") == {"supplier": 2_500}
    world.do(market.redemption(20, "rival"))
    world.do(market.report(15))
    world.do(market.settlement(15, 20, "rival"))
    world.do(market.expiry(180, "buyer"))
    world.do(market.payout("supplier", 27_300))  # 15 × 140 + 180 × 140
    world.do(market.payout("rival", 700))  # 5 × 140
    assert closing(world, "buyer") == {
        "1012.01": 4_974_500,  # 5,000,000 − 28,000 + 2,500
        "4001": -5_000_000,
        "6111.01": 300,  # 2,800 − 2,500
        "6711.03": 25_200,
        "9000": 2_000_000,
        "9003": -2_000_000,
    }
    assert closing(world, "rival") == {
        "1012.01": 98_200,  # 100,000 − 2,500 + 700
        "4104.01": -100_000,
        "5001": 1_875,  # 2,500 × 15 ÷ 20
        "6111.01": -75,  # 1,875 + 700 − 2,500
    }
    assert closing(world, "supplier") == {
        "1012.01": 127_300,
        "4104.01": -100_000,
        "6051.01": -27_300,
    }


def test_a_months_last_second_is_each_partys_own_and_both_sides_of_a_deal_may_differ(
    world: World,
) -> None:
    # The buyer's books are kept in Beijing, the other's in Berlin, seven hours later.
    zones = {"buyer": ZoneInfo("Asia/Shanghai"), "berlin": ZoneInfo("Europe/Berlin")}
    world.do(
        RegisterParty(
            code="berlin",
            name="berlin",
            kind=PartyKind.EXTERNAL,
            account=account("berlin"),
            time_zone="Europe/Berlin",
        )
    )
    for who, last, first in (("buyer", 100, 7), ("berlin", 11, 13)):
        february = int(datetime(2026, 2, 1, tzinfo=zones[who]).timestamp())
        for now, amount in ((february - 1, last), (february, first)):
            world.now = now
            tokens(world, "buyer", "berlin", amount)
    # January of Beijing has the 100 alone, that of Berlin also the 7 and the 11
    assert closing(world, "buyer", "2026-01") == {
        "1012.01": 4_999_900,
        "1221.09": 100,
        "4001": -5_000_000,
        "9000": 2_000_000,
        "9003": -2_000_000,
    }
    assert closing(world, "berlin", "2026-01") == {"1012.01": 118, "2241.09": -118}
    assert closing(world, "buyer", "2026-02") == {
        "1012.01": 4_999_869,  # 5,000,000 − 100 − 7 − 11 − 13
        "1221.09": 131,
        "4001": -5_000_000,
        "9000": 2_000_000,
        "9003": -2_000_000,
    }
    assert closing(world, "berlin", "2026-02") == {"1012.01": 131, "2241.09": -131}
