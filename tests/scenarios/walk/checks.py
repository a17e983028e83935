"""What holds at every checkpoint: nothing is parked, every custodian's tokens are its account, and the whole audit holds."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text

from erp.database import snapshot
from tests.erp.walk.checks import check_walk
from tests.world import World

# Custodian -> its account, as `erp/ledger/seed.py` has them; the audit finds them by the capabilities instead.
CUSTODY: Mapping[str, str] = {
    "PurchaseOrders": "1012.02", "Tenders": "1012.03", "ReverseAuctions": "1012.04", "Guarantees": "1012.05",
    "Receivables": "1012.06", "BetContracts": "1012.07", "GroupPay": "1012.08", "CapacityMarket": "1012.09",
}  # fmt: skip
WALLET = "1012.01"
# Calls that are neither done, nor wait for their time or behind one that does, nor for a person, nor were refused to one.
UNDONE = """
    SELECT o.key, o.status, o.reason FROM bridge_outbox o
    WHERE o.status NOT IN ('confirmed', 'moot', 'offered') AND (o.told IS NULL OR o.told <> o.status)
    AND NOT EXISTS (SELECT 1 FROM bridge_outbox p WHERE p.aggregate = o.aggregate AND p.id <= o.id
        AND p.status = 'pending' AND p.not_before > :now)
"""


def check(world: World) -> None:
    """Everything, once the bridge is quiet. Raises AssertionError that says what does not hold."""
    world.settle()
    nothing_is_parked(world)
    custody_is_what_the_contracts_have(world)
    report = world.audit()
    found = [(i.id, d) for i in report.invariants for d in i.differences]
    assert not found, "\n".join(f"invariant {number}: {each}" for number, each in found[:8])
    assert report.holds
    assert all(invariant.checked > 0 for invariant in report.invariants), (
        "an invariant looked at nothing"
    )
    with snapshot(world.engine) as session:
        check_walk(session)


def nothing_is_parked(world: World) -> None:
    """Every event is booked; every call of the bridge ended well or waits for its time; every person knows how it ended."""
    seen = world.status()
    assert seen["quarantined"] == [], f"parked: {seen['quarantined'][:5]}"
    assert seen["holds"] == [], f"held: {seen['holds'][:5]}"
    assert seen["stuck"] == [], f"stuck: {seen['stuck'][:5]}"
    idle = world.sql(UNDONE, now=seen_until(world))
    assert idle == [], f"neither done nor waiting: {[tuple(row) for row in idle[:5]]}"


def custody_is_what_the_contracts_have(world: World) -> None:
    """Each custodian's tokens are what all parties have in its account, and each wallet is what the chain says."""
    token = "SettlementToken"
    for contract, account in CUSTODY.items():
        (held,) = world.bridge.gateway.view(token, "balanceOf", world.deployment.address(contract))
        assert total(world, account) == held, (
            f"{contract}: {account} in the books is not {held} on chain"
        )
    with snapshot(world.engine) as session:
        parties = session.execute(
            text("SELECT code, account FROM party WHERE account IS NOT NULL")
        ).all()
    for code, account in parties:
        (held,) = world.bridge.gateway.view(token, "balanceOf", account)
        assert world.account(code, WALLET) == held, f"wallet of {code} is not {held}"


def total(world: World, account: str) -> int:
    """What all parties have in an account, minor units."""
    with snapshot(world.engine) as session:
        statement = text(
            "SELECT coalesce(sum(balance_minor), 0) FROM ledger_balance WHERE account = :account"
        )
        return int(session.execute(statement, {"account": account}).scalar_one())


def seen_until(world: World) -> int:
    """Chain time of the newest block that the bridge has read, unix seconds."""
    return int(world.sql("SELECT block_time FROM bridge_cursor")[0][0])
