"""The worked case of the win-win statement: steam-wash (空气洗), told step by step."""

from __future__ import annotations

from typing import Any

from erp.bets import schemas as b
from erp.groups.schemas import RecordProgressAttestation
from erp.items.schemas import RegisterItem
from erp.sales.rules import CustomerKind, SaleKind
from erp.sales.schemas import DeliverSale, OpenSalesOrder, RegisterCustomer, SetCreditLimit
from tests.erp.groups import GRAB, GROUP_ID, SELECT, ZERO, forming, grab, order
from tests.erp.world import DAY, REF, World, account

LEAD, PARTNER, LAUNDRY = "lead", "n1", "n2"
USERS = 30
PRICE, COST = 30_000, 3_333  # of three washes; ten users' cost a fen more
PAYS = {PARTNER: 30_000, LAUNDRY: 20_000}
POOL, BET_STAKE = 250_000, 1_000
SHARES = {LEAD: 4_000, PARTNER: 3_500, LAUNDRY: 2_500}
ATTAINED = {LEAD: 10_000, PARTNER: 15_000, LAUNDRY: 10_000}
WEIGHT = sum(SHARES[code] * ATTAINED[code] for code in SHARES)


def formed_group(world: World) -> str:
    """The leader seeks a partner and a laundry, both grab, the group is formed; its code."""
    code = world.do(order(world, (PAYS[PARTNER], PAYS[LAUNDRY]))).number
    world.do(grab(PARTNER))
    world.do(grab(LAUNDRY, role_id=2))
    world.wait(GRAB + SELECT)
    world.do(forming(200))
    return code


def wash(world: World, code: str | None, user: str, cost: int = COST, **changed: Any) -> str:
    """Three washes for one user, delivered; the number of the order."""
    stated: dict[str, Any] = {
        "entity": LEAD, "customer": user, "item": "wash", "kind": SaleKind.SERVICE, "quantity": 3, "net_minor": PRICE,
        "tax_bps": 600, "payment_seconds": 30 * DAY, "promised_at": world.now, "chain_group": code,
    }  # fmt: skip
    number = world.do(OpenSalesOrder(**{**stated, **changed})).number
    world.do(DeliverSale(sales_order=number, delivered_at=world.now, cost_minor=cost))
    return number


def user(world: World, code: str) -> None:
    """Somebody who may buy."""
    world.do(RegisterCustomer(code=code, kind=CustomerKind.PERSON))
    world.do(SetCreditLimit(customer=code, limit_minor=10 * PRICE))


def earned(role: int, who: str) -> RecordProgressAttestation:
    """What the event says of a role that did all its work."""
    return RecordProgressAttestation(
        group_id=GROUP_ID, role_id=role, round=1, holder=account(who), earned_bps=10_000, amount_minor=PAYS[who],
        evidence_ref=REF, evidence=None,
    )  # fmt: skip


def bet(world: World) -> None:
    """Leader, partner and laundry share 2,500.00; the partner reaches half as much again as it pledged."""
    world.do(
        b.RecordBetContract(
            bet_id=1, sponsor=account(LEAD), terms=None, terms_ref=REF, group_id=GROUP_ID, parties_root=REF, region=ZERO,
            reporter_post=2, arbiter_post=3, sign_by=world.now + DAY, start=world.now + DAY, party_count=len(SHARES),
            report_seconds=DAY, dispute_seconds=DAY, ruling_seconds=DAY, pool_minor=POOL, index_baseline="0",
            index_elasticity_bps=0, index_max_up_bps=0, index_max_down_bps=0, periods=1, period_seconds=10 * DAY,
        )
    )  # fmt: skip
    target = b.BetTarget(
        metric=1, follows_index=False, weight_bps=10_000, floor="0", base="100", stretch="200"
    )
    weight = 0
    for index, (code, share) in enumerate(SHARES.items(), 1):
        weight += share * 10_000
        world.do(
            b.RecordBetSignature(
                bet_id=1, party=account(code), stake_minor=BET_STAKE, share_bps=share, tolerance_bps=0,
                slope_bps=10_000, cap_bps=5_000, targets=(target,), signed=index, staked_minor=index * BET_STAKE,
                weight=weight,
            )
        )  # fmt: skip
    world.do(b.RecordBetActivation(bet_id=1, parties=len(SHARES)))


def shared(world: World) -> None:
    """All is reported, and the pot is shared."""
    weight = 0
    for code, share in SHARES.items():
        weight += share * ATTAINED[code]
        world.do(_measured(code, 200 if ATTAINED[code] > 15_000 else ATTAINED[code] // 100))
    world.do(_measured(None, POOL))
    world.do(
        b.RecordBetSettlement(
            bet_id=1, sponsor=account(LEAD), value_added_minor=POOL, penalties_minor=0, weight=weight,
            remainder_minor=0, by_consent=False,
        )
    )  # fmt: skip


def _measured(code: str | None, value: int) -> b.RecordBetMeasure:
    reported = list(SHARES) if code is None else list(SHARES)[: list(SHARES).index(code) + 1]
    later = [other for other in SHARES if other not in reported]
    weight = sum(SHARES[c] * ATTAINED[c] for c in reported) + sum(SHARES[c] * 10_000 for c in later)
    return b.RecordBetMeasure(
        bet_id=1, subject=None if code is None else account(code), period=0 if code is None else 1,
        values=(str(value),), evidence=None, evidence_ref=REF, ruled=False,
        kept_bps=0 if code is None else 10_000, shortfall_bps=0,
        attainment_bps=0 if code is None else ATTAINED[code], factor_bps=0 if code is None else 10_000,
        penalty_minor=0, contribution=0 if code is None else SHARES[code] * ATTAINED[code], penalties_minor=0,
        weight=weight, value_added_minor=POOL if code is None else 0,
    )  # fmt: skip


def steam_wash(world: World) -> str:
    """From the group to the shared pot; the code of the group."""
    world.do(RegisterItem(code="wash", name="Wash", unit="piece"))
    code = formed_group(world)
    bet(world)
    for index in range(USERS):
        user(world, f"U-{index:02d}")
        wash(world, code, f"U-{index:02d}", COST + (index < 10))
    world.do(earned(1, PARTNER))
    world.do(earned(2, LAUNDRY))
    world.wait(11 * DAY)
    shared(world)
    return code
