"""Every room of the contracts is played from the console: a line an act, signatures included, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scripts.sandbox_world import SandboxWorld, needs_brownie, open_world

pytestmark = [pytest.mark.chain, needs_brownie]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxWorld]:
    made = open_world("anvil", tmp_path_factory.mktemp("rooms"))
    yield made
    made.bridge.close()
    made.node.stop()


@pytest.fixture(autouse=True)
def _anew(sandbox: SandboxWorld) -> Iterator[None]:
    snapshot = sandbox.node.rpc("evm_snapshot")
    yield
    sandbox.node.rpc("evm_revert", [snapshot])


# An ERP that gave numbers to the first of each, as its document log tells it.
NUMBERED = """
from scripts.console import erp_numbers
GIVEN = {"auction": "auction_id", "direct_order": "direct_order_id", "purchase_order": "order_id", "bet_contract": "bet_id"}
class Erp(erp_numbers.Erp):
    def _get(self, path):
        if "after=0" not in path: return {"items": []}
        return {"items": [
            {"sequence": 1, "type": kind, "number": f"{kind[:3].upper()}-2026-00001", "fields": {field: 1}}
            for kind, field in GIVEN.items() if f"type={kind}" in path
        ]}
erp_numbers.use(Erp("http://erp", "token"))
"""
ORDERED = """
ops.open_tender(100, 1_000_000, ["S1", "S2"], **TERMS)
ops.bid(1, "S1", 900_000); ops.bid(1, "S2", 950_000)
ops.wait(121); ops.reveal(1, "S1"); ops.reveal(1, "S2"); ops.wait(121); ops.award(1)
"""


def ordered(**terms: int) -> str:
    return ORDERED.replace("TERMS", repr(terms))


def test_a_tender_with_review_strikes_its_leader_and_ranks_anew(sandbox: SandboxWorld) -> None:
    phases = sandbox.told(
        'ops.open_tender(10, 500_000, ["S1", "S2"], review_seconds=3_600, second_price=True)',
        'ops.bid(1, "S1", 400_000); ops.bid(1, "S2", 450_000); ops.wait(121)',
        'ops.reveal(1, "S1"); ops.reveal(1, "S2"); ops.wait(121); tell(ops.tender(1)["phase"])',
        'ops.disqualify(1, "S1", "no certificate"); ops.wait(3_600); tell(ops.tender(1)["phase"])',
        'ops.rank(1, "S2"); ops.wait(3_600); tell(ops.tender(1)["phase"])',
        'ops.award(1); tell(ops.tender(1)["next"]); tell(ops.order(1)["amount_minor"])',
    )
    assert phases == ["review", "ranking", "award", "ops.order(1)", 500_000]


def test_lots_are_tenders_of_their_own_and_a_bond_not_revealed_is_the_buyers(
    sandbox: SandboxWorld,
) -> None:
    (lots, forfeited) = sandbox.told(
        'ops.open_lots([{"quantity": 1, "ceiling": 500, "bond": 7}, {"quantity": 2, "ceiling": 900}])',
        'tell(list(ops.tenders())); ops.bid(1, "S1", 400); ops.wait(7_201); before = ops.balance("HEFEI")',
        'ops.forfeit(1, "S1"); tell(ops.balance("HEFEI") - before)',
    )
    assert (lots, forfeited) == (["1", "2"], 7)


def test_an_open_auction_goes_to_the_lowest_and_bonds_return(sandbox: SandboxWorld) -> None:
    opened, ended, order, money = sandbox.told(
        'ops.open_auction(10, 600_000, ["S1", "S2"], bond=5_000); m = ops.balance("S1")',
        'ops.underbid(1, "S1", 600_000); ops.underbid(1, "S2", 590_000); tell(ops.auction(1))',
        'ops.wait(4_400); ops.award_auction(1); ops.withdraw_bond(1, "S1"); tell(ops.auction(1))',
        'tell(ops.order(1)); tell(ops.balance("S1") - m)',
    )
    assert (opened["leading_minor"], opened["most_next_minor"]) == (590_000, 584_100)
    assert (ended["status"], order["amount_minor"], money) == ("awarded", 590_000, 0)


def test_auctions_direct_orders_and_bets_bear_the_numbers_that_the_erp_gave_them(
    sandbox: SandboxWorld,
) -> None:
    auctions, auction, named, direct, bets, bet, unknown = sandbox.told(
        NUMBERED,
        'ops.open_auction(10, 600_000, ["S1", "S2"]); tell(ops.auctions()); tell(ops.auction(1)["number"])',
        'tell(ops.auction("AUC-2026-00001")["number"])',
        'ops.open_direct(ops.sign_direct("S1", 100, 900_000)); tell(ops.direct_orders())',
        proposed(),
        'tell(ops.bets()); tell(ops.bet("BET-2026-00001")["number"])',
        'ops.open_auction(10, 600_000, ["S1"]); tell(ops.auction(2)["number"])',
    )
    assert auctions["1"].startswith("AUC-2026-00001, open")
    assert auction == named == "AUC-2026-00001"
    assert direct["1"].startswith("DIR-2026-00001, order PUR-2026-00001: ")
    assert bets["1"].startswith("BET-2026-00001, ")
    assert bet == "BET-2026-00001"
    assert unknown is None


def test_an_order_is_played_disputed_amended_and_guaranteed_by_hand(sandbox: SandboxWorld) -> None:
    guaranteed, disputed, ruled, amended, closed, released = sandbox.told(
        ordered(),
        "ops.request_guarantee(1, 50_000, 1); ops.pledge_guarantee(1, 50_000, 1); ops.fund(1)",
        "tell(ops.guarantee(1)); ops.ship(1, 60); ops.receive(1, 1, 60); ops.inspect(1, 1, 50)",
        'ops.dispute_delivery(1, 1, "S1", "all 60 were good"); tell(ops.order(1))',
        "ops.rule_delivery(1, 1, 60, 58); tell(ops.delivery(1, 1))",
        "ops.amend(1, quantity=90, amount=800_000, promise_days=2); tell(ops.order(1))",
        "ops.cancel_part(1, 12); ops.ship(1, 20)",
        "ops.receive(1, 2, 20); ops.inspect(1, 2, 20); ops.accept(1, 2); tell(ops.order(1))",
        'ops.report_defect(1, 1, 5, "cracked"); ops.dispute_defect(1, 1, "wrong use"); ops.rule_defect(1, 1, 2)',
        'ops.report_defect(1, 1, 1, "bent"); ops.dispute_defect(1, 1, "no"); ops.withdraw_defect_dispute(1, 1)',
        "ops.wait(8 * 86_400); ops.settle_defect(1, 1); ops.release_guarantee(1); tell(ops.guarantee(1))",
    )
    assert (guaranteed["status"], guaranteed["left_minor"]) == ("pledged", 50_000)
    assert any(
        step.startswith("delivery 1 is disputed: ops.rule_delivery(1, 1")
        for step in disputed["next"]
    )
    assert (ruled["status"], ruled["accepted"], ruled["accepted_minor"]) == ("settled", 58, 522_000)
    assert (amended["quantity"], amended["amount_minor"], amended["revision"]) == (90, 800_000, 1)
    assert (closed["status"], closed["accepted"]) == ("closed", 78)
    assert released["status"] == "released"


def test_time_alone_ends_what_nobody_decides(sandbox: SandboxWorld) -> None:
    disputed, lapsed, settled = sandbox.told(
        ordered(),
        "ops.pledge_guarantee(1, 50_000, 90); ops.fund(1); ops.ship(1, 100); ops.receive(1, 1, 90)",
        'ops.dispute_delivery(1, 1, "S1", "all 100 came"); tell(ops.delivery(1, 1)["disputed"])',
        "ops.wait(38 * 86_400); ops.lapse_dispute(1, 1); tell(ops.delivery(1, 1))",
        "ops.claim(1, 1); ops.report_defect(1, 1, 1, 'cracked'); ops.wait(8 * 86_400)",
        "ops.settle_defect(1, 1); ops.close(1); ops.claim_undelivered(1)",
        "tell(ops.guarantee(1)['pending_defects'])",
    )
    assert disputed is not None
    assert (lapsed["status"], lapsed["received"], lapsed["disputed"], settled) == (
        "received",
        90,
        None,
        0,
    )


def test_what_both_sign_is_an_order_and_its_call_offs_follow_a_schedule(
    sandbox: SandboxWorld,
) -> None:
    listed, order, shipped = sandbox.told(
        'd = ops.sign_direct("S1", 100, 900_000, schedule=[(60, 3), (40, 9)]); ops.open_direct(d)',
        "tell(ops.direct_orders()); ops.fund(1); tell(ops.order(1)); ops.ship_scheduled(1)",
        "ops.receive(1, 1, 60); ops.inspect(1, 1, 60); ops.accept(1, 1); ops.ship_scheduled(1)",
        "tell([ops.delivery(1, n)['shipped'] for n in (1, 2)])",
        'ops.withdraw_direct(ops.sign_direct("S1", 5, 500), "S1")',
    )
    assert list(listed) == ["1"]
    assert order["scheduled"] is True
    assert order["next"] == ["the supplier ships: ops.ship_scheduled(1)"]
    assert shipped == [60, 40]


def test_a_receivable_is_split_passed_on_and_sold_by_offer_and_by_signature(
    sandbox: SandboxWorld,
) -> None:
    claims, offered, bought, paid = sandbox.told(
        ordered(payment_seconds=30 * 86_400),
        "ops.fund(1); ops.ship(1, 100); ops.receive(1, 1, 100); ops.inspect(1, 1, 100); ops.accept(1, 1)",
        "ops.split_receivable(1, 400_000); tell(ops.receivables())",
        'ops.offer_receivable(1, 490_000); ops.withdraw_offer(1); ops.offer_receivable(1, 480_000, "BANK")',
        "tell(ops.receivable(1)); ops.buy_receivable(1)",
        'ops.pass_receivable(2, "S2"); ops.buy_signed(ops.sign_offer(2, 390_000, "BANK"))',
        "tell([ops.receivable(1)['holder'] == ops.receivable(2)['holder'], ops.receivable(2)['holder']])",
        "ops.wait(31 * 86_400); m = ops.balance('BANK'); ops.pay_receivable(1); ops.pay_receivable(2)",
        "tell(ops.balance('BANK') - m)",
    )
    assert list(claims) == ["1", "2"]
    assert offered["next"] == 'a financier buys: ops.buy_receivable(1, "BANK")'
    assert bought[0] is True
    assert paid == 900_000


BET = """
pledges = [
    ops.pledge("HEFEI", 1_000_000, [ops.target(base=0, floor=1)], share_bps=6_000),
    ops.pledge("SHANGHAI", 500_000, [ops.target(base=500, floor=0, stretch=800, follows_index=INDEX)], share_bps=4_000),
]
ops.propose_bet("N1", pledges, pool=2_000_000, periods=2, period_seconds=10 * 86_400, index=BASELINE)
"""


def proposed(*, indexed: bool = False) -> str:
    baseline = "(1_000, 10_000, 5_000, 5_000)" if indexed else "(0, 0, 0, 0)"
    return BET.replace("INDEX", str(indexed)).replace("BASELINE", baseline)


def test_a_bet_is_signed_adjusted_reported_disputed_ruled_and_settled(
    sandbox: SandboxWorld,
) -> None:
    waits, active, amended, ruled, hefei, left = sandbox.told(
        proposed(indexed=True),
        'tell(ops.bet(1)["next"]); ops.sign_bet(1, "HEFEI"); ops.sign_bet(1, "SHANGHAI"); tell(ops.bet(1))',
        "ops.wait(3_600)",
        "lower = ops.target(base=400, floor=0, stretch=800)",
        'changed = [pledges[0], {**pledges[1], "targets": [lower]}]',
        'ops.propose_amendment(1, "SHANGHAI", changed, 2)',
        'ops.sign_amendment(1, 1, "HEFEI"); ops.sign_amendment(1, 1, "SHANGHAI")',
        'ops.report_index(1, 1, 1_100); ops.dispute_bet(1, "HEFEI", "too high", 1); ops.rule_index(1, 1, 1_000)',
        'tell(ops.bet(1)["amendments"])',
        "ops.wait(10 * 86_400)",
        'ops.report_performance(1, "HEFEI", 1, [0]); ops.report_performance(1, "SHANGHAI", 1, [100])',
        'ops.dispute_bet(1, "SHANGHAI", "we sold 500", 1, "SHANGHAI")',
        'ops.rule_performance(1, "SHANGHAI", 1, [500]); ops.wait(10 * 86_400)',
        'ops.report_performance(1, "HEFEI", 2, [0]); ops.report_performance(1, "SHANGHAI", 2, [400])',
        'ops.report_value(1, 1_000_000); ops.dispute_bet(1, "HEFEI", "more"); ops.rule_value(1, 1_500_000)',
        'tell(ops.bet(1)["value_added_minor"]); ops.wait(4 * 86_400); ops.settle_bet(1)',
        'tell(ops.party(1, "HEFEI")); ops.withdraw_bet(1, "HEFEI"); ops.withdraw_bet_for(1, "SHANGHAI")',
        "ops.withdraw_remainder(1); tell(ops.balance(BetContracts))",
    )
    assert waits == "parties sign: ops.sign_bet(1, who)"
    assert (active["status"], active["staked_minor"]) == ("active", 1_500_000)
    assert ruled == 1_500_000
    assert (hefei["penalty_minor"], hefei["share_minor"]) == (0, 900_000)
    assert left == 0
    assert amended == 1


def test_a_bet_that_not_everybody_signs_is_void(sandbox: SandboxWorld) -> None:
    turn, left = sandbox.told(
        proposed(),
        'ops.sign_bet(1, "HEFEI"); ops.wait(3_601); tell(ops.bet(1)["next"]); ops.void_bet(1)',
        'ops.withdraw_bet(1, "HEFEI"); ops.withdraw_remainder(1); tell(ops.balance(BetContracts))',
    )
    assert (turn, left) == ("anybody: ops.void_bet(1)", 0)


def test_a_group_forms_works_reopens_a_role_closes_and_rates(sandbox: SandboxWorld) -> None:
    formed, reopened, seated, closed, kept, rated, fed = sandbox.told(
        "roles = [ops.role_terms(pay=600_000, stake=10_000), ops.role_terms(pay=400_000, mark_bps=6_000)]",
        'ops.open_group("N1", roles, target=1_000)',
        'ops.grab(1, 1, "N2", 800, "plan of N2"); ops.grab(1, 2, "N3", 700, "plan of N3")',
        'ops.wait(3_601); ops.select(1, 1, "N2"); ops.select(1, 2, "N3"); ops.form(1); tell(ops.group(1))',
        'ops.open_plan(1, 1, "N2"); ops.progress(1, 1, 5_000); ops.progress(1, 2, 2_500)',
        "ops.review(1, 2, 3_000, 50_000); ops.reopen_role(1, 2); tell(ops.group(1)['roles'][1])",
        'ops.grab(1, 2, "SHANGHAI", 500); ops.wait(7_201); ops.seat_role(1, 2)',
        "tell(ops.group(1)['roles'][1]['holder'] == accounts[12].address)",
        "ops.wait(9 * 86_400); ops.progress(1, 2, 10_000); ops.close_group(1); tell(ops.group(1)['status'])",
        'ops.release_stake(1, 1, "N2"); ops.pay_earnings(1, 1); ops.pay_earnings(1, 2, 1)',
        "ops.pay_earnings(1, 2, 2); ops.return_budget(1); tell(ops.balance(GroupPay))",
        'ops.rate(1, "N2", {"N1": 9_000, "SHANGHAI": 5_000}); ops.wait(3 * 86_400)',
        'ops.reveal_ratings(1, "N2"); ops.wait(3 * 86_400); ops.record_ratings(1, "N1")',
        'tell(ops.rating(1, "N1")); ops.record_feedback(1, 2, 1); tell(ops.score("N3"))',
    )
    assert (formed["status"], formed["filled"], formed["pledged"]) == ("formed", 2, 1_500)
    assert (reopened["holder"], reopened["round"]) == (None, 2)
    assert (seated, closed, kept) == (True, "settled", 0)
    assert rated["recorded"]
    assert fed["score_bps"] < 6_000


def test_a_group_whose_roles_stay_empty_dissolves(sandbox: SandboxWorld) -> None:
    turn, left = sandbox.told(
        'ops.open_group("N1", [ops.role_terms(pay=600), ops.role_terms(pay=400, stake=50)], target=10)',
        'ops.grab(1, 2, "N2", 20); ops.wait(7_201); tell(ops.group(1)["next"]); ops.dissolve(1)',
        'ops.release_stake(1, 2, "N2"); ops.return_budget(1); tell(ops.balance(GroupPay))',
    )
    assert (turn, left) == (["anybody: ops.dissolve(1); stakes return"], 0)


def test_a_group_loses_a_holder_gains_a_role_and_ends_by_consent(sandbox: SandboxWorld) -> None:
    rejected, vacant, last, left = sandbox.told(
        "roles = [ops.role_terms(pay=600, stake=50, most=900), ops.role_terms(pay=400)]",
        'ops.open_group("N1", roles, target=10); ops.grab(1, 1, "N2", 20); ops.grab(1, 1, "N3", 30)',
        'ops.grab(1, 2, "SHANGHAI", 5); ops.wait(3_601); ops.reject(1, 1, "N3")',
        "tell(ops.group(1)['roles'][0]['standing']); ops.release_stake(1, 1, \"N3\"); ops.select(1, 1, \"N2\")",
        "ops.wait(3_601); ops.form(1); ops.add_role(1, ops.role_terms(pay=70)); ops.resign(1, 2)",
        "tell(ops.group(1)['roles'][1]['holder']); ops.consent_to_end(1); ops.consent_to_end(1, 1)",
        "ops.wait(86_401); ops.close_group(1); tell(ops.group(1)['status'])",
        'ops.release_stake(1, 1, "N2"); ops.return_budget(1); tell(ops.balance(GroupPay))',
    )
    assert (rejected, vacant, last, left) == (None, None, "settled", 0)


def test_a_group_binds_its_bet_once_everybody_signed(sandbox: SandboxWorld) -> None:
    early, bound = sandbox.told(
        'ops.open_group("N1", [ops.role_terms(pay=600)], target=10); ops.grab(1, 1, "N2", 20)',
        "ops.wait(7_201); ops.form(1)",
        'ops.propose_bet("N1", [ops.pledge(n, 9_000, [ops.target(base=0, floor=1)]) for n in ("N2", "N3")], 0, group=1)',
        "tell(no(lambda: ops.bind_bet(1, 1)))",
        'ops.sign_bet(1, "N2"); ops.sign_bet(1, "N3"); ops.bind_bet(1, 1)',
        "tell(ops.group(1)['bet'])",
    )
    assert early == "Refused: ChainGroups_BetNotActive(groupId=1, betId=1)"
    assert bound == 1


def test_idle_minutes_are_sold_redeemed_ruled_refunded_and_expire(sandbox: SandboxWorld) -> None:
    falling, minutes, ruled, owed, left = sandbox.told(
        'ops.register_device("N1", "press 7"); ops.name_attester(1); ops.attest_capacity(1, 30, 60)',
        "ops.sell_capacity(1, 30, 60, 700, floor=300); ops.wait(1_800); tell(ops.sale(1))",
        'ops.buy_capacity(1, 40, "N2"); t = ops.sale(1)["tokens"][0]; tell(ops.capacity("N2", t))',
        'ops.redeem_capacity(t, 10, "N2"); ops.redeem_capacity(t, 10, "N2"); ops.redeem_capacity(t, 10, "N2")',
        "ops.close_sale(1); ops.concede_run(2); ops.wait(54 * 3_600); ops.report_run(1, 10)",
        'ops.acknowledge_run(3); ops.dispute_run(1, "N2", "only 4 ran"); ops.rule_run(1, 4); tell(ops.redemption(1))',
        'ops.expire_capacity(t, "N2"); ops.attest_capacity(1, 90, 60); ops.sell_capacity(1, 90, 60, 500)',
        'ops.wait(2); ops.buy_capacity(2, 60, "N3"); u = ops.sale(2)["tokens"][0]',
        'ops.fail_slot(1, 90, "spindle broken"); ops.refund_capacity(u, "N3")',
        "ops.count_outcome(1, 90); tell(ops.balance(CapacityMarket))",
        '[ops.withdraw_proceeds(who) for who in ("N1", "N2", "N3")]; tell(ops.balance(CapacityMarket))',
    )
    assert 300 < falling["price_minor"] < 700
    assert (minutes, ruled["status"], ruled["ran"]) == (40, "settled", 4)
    assert owed > 30_000
    assert left == 0


def test_days_of_force_majeure_are_declared_disputed_ruled_and_applied(
    sandbox: SandboxWorld,
) -> None:
    pending, disputed, ruled, days, more = sandbox.told(
        'ops.declare_days("CN-ZJ Ningbo", 3); tell(ops.declaration(1))',
        'ops.dispute_days(1, "S1", "open on the third day"); ops.dispute_days(1, "S2")',
        'ops.withdraw_days_dispute(1, "S2"); tell(ops.declaration(1))',
        'ops.rule_days(1, 2); tell(ops.declaration(1)); tell(ops.days_of("CN-ZJ Ningbo", 3))',
        'ops.declare_days("CN-ZJ Ningbo", 3); ops.wait(3 * 86_400); ops.apply_days(2)',
        'tell(ops.days_of("CN-ZJ Ningbo", 10))',
    )
    assert (pending["days"], pending["status"], disputed["disputes"]) == (3, "pending", 1)
    assert (ruled["status"], ruled["days"], days, more) == ("closed", 2, 2, 3)


def test_a_dispute_of_a_run_is_taken_back(sandbox: SandboxWorld) -> None:
    (reported,) = sandbox.told(
        'ops.register_device("N1", "press 9"); d = int(max(ops.devices(), key=int))',
        "ops.attest_capacity(d, 1, 60); ops.sell_capacity(d, 1, 60, 700); ops.wait(2)",
        'n = int(max(ops.sales(), key=int)); ops.buy_capacity(n, 10, "N2")',
        't = ops.sale(n)["tokens"][0]; r = ops.redeem_capacity(t, 10, "N2")',
        'k = ops.calls.event(r, "CapacityRedeemed")["redemptionId"]; ops.wait(26 * 3_600)',
        'ops.report_run(k, 10); ops.dispute_run(k, "N1", "all ran")',
        'ops.withdraw_run_dispute(k, "N1"); tell(ops.redemption(k)["status"])',
    )
    assert reported == "reported"


def test_offices_streams_and_money_have_their_words(sandbox: SandboxWorld) -> None:
    office, stream, money, devices = sandbox.told(
        'ops.appoint("GUARDIAN", accounts[17]); ops.dismiss("GUARDIAN", accounts[17])',
        "tell(no(lambda: ops.appoint('KING', accounts[17])))",
        'ops.open_stream("trial"); ops.anchor("trial", 3, "0x" + "11" * 32); tell(ops.stream("trial"))',
        'm = ops.balance("S1"); ops.redeem("S1", 1_000); tell(m - ops.balance("S1"))',
        "tell(len(ops.devices()) + len(ops.sales()) + len(ops.groups()) + len(ops.bets()) + len(ops.auctions()))",
    )
    assert office.startswith("BadArgument: an office is one of REGISTRAR, ")
    assert (stream["last_sequence"], stream["anchors"], money, devices) == (3, 1, 1_000, 0)
