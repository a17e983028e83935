"""What a contract operator does from `make console`. Try: ops.tenders(), ops.tender(1), ops.order(1), ops.score("S1").

Amounts are minor units (分): 5_000_000 is 50,000.00. Who is meant is a brownie account, an address or, on the chain of
`make run`, a name:
    deployer accounts[0]   registrar accounts[1]   treasurer accounts[2]   attester accounts[3] (the bridge)
    guardian accounts[4]   HEFEI accounts[5] (the buyer)   S1 accounts[6]   S2 accounts[7]   S3 accounts[8]
    arbiter accounts[9]   reporter accounts[10]   BANK accounts[11]   SHANGHAI, N1, N2, N3 accounts[12] to accounts[15]
Terms, plans and ratings that a call must bring along are found or kept by the helper; what must be signed (EIP-712) is
signed with the key that is loaded here. What waits on nobody else is anybody's: the deployer sends it then.
What sends a transaction returns brownie's receipt. When a rule says no, nothing is sent and the contract's own error is
told, as in `Tenders_CommitClosed(tenderId=1, timestamp=..., commitEnd=...)`. To send a call yourself, by brownie's own
means: Tenders.award(1, {"from": accounts[0]}).

A purchase, by hand, after stock fell below its threshold and the bridge opened tender 1:
    ops.bid(1, "S1", 5_000_000)    ops.bid(1, "S2", 5_100_000)
    ops.wait(120)                  (or wait two minutes: the commit window ends)
    ops.reveal(1, "S1")            ops.reveal(1, "S2")
    ops.wait(120)                  (the reveal window ends; the bridge awards and funds by itself)
    ops.order(1)                   (its last line says whose turn it is)
    ops.ship(1, 500)               (then receipt, inspection and invoice in the ERP: `make run` printed how)
    ops.order(1)                   closed: paid in the transaction that accepted the goods
    ops.score("S1")                the promise that was kept

The helpers, room by room; help(ops.bid) tells more of one.
"""

from __future__ import annotations

from typing import Any

from scripts.ops import (
    auctioning,
    betting,
    capacities,
    crediting,
    evidence,
    financing,
    grouping,
    guaranteeing,
    money,
    ordering,
    participants,
    reputation,
    tendering,
)
from scripts.ops.auctioning import (
    auction,
    auctions,
    award_auction,
    open_auction,
    underbid,
    withdraw_bond,
)
from scripts.ops.betting import (
    bet,
    bets,
    dispute_bet,
    party,
    pledge,
    propose_amendment,
    propose_bet,
    report_index,
    report_performance,
    report_value,
    rule_index,
    rule_performance,
    rule_value,
    settle_bet,
    sign_amendment,
    sign_bet,
    target,
    void_bet,
    withdraw_bet,
    withdraw_bet_for,
    withdraw_remainder,
)
from scripts.ops.calls import attach
from scripts.ops.capacities import (
    acknowledge_run,
    attest_capacity,
    buy_capacity,
    capacity,
    close_sale,
    concede_run,
    device,
    devices,
    dispute_run,
    expire_capacity,
    fail_slot,
    name_attester,
    redeem_capacity,
    redemption,
    refund_capacity,
    register_device,
    report_run,
    rule_run,
    sale,
    sales,
    sell_capacity,
    settle_run,
    slot,
    withdraw_proceeds,
)
from scripts.ops.crediting import (
    score,
)
from scripts.ops.evidence import (
    anchor,
    open_stream,
    stream,
)
from scripts.ops.financing import (
    buy_receivable,
    buy_signed,
    offer_receivable,
    pass_receivable,
    pay_receivable,
    receivable,
    receivables,
    sign_offer,
    split_receivable,
    withdraw_offer,
)
from scripts.ops.grouping import (
    bind_bet,
    close_group,
    dissolve,
    form,
    grab,
    group,
    groups,
    open_group,
    open_plan,
    pay_earnings,
    progress,
    release_stake,
    reopen_role,
    return_budget,
    review,
    role_terms,
    seat_role,
    select,
)
from scripts.ops.guaranteeing import (
    claim_undelivered,
    dispute_defect,
    guarantee,
    pledge_guarantee,
    release_guarantee,
    report_defect,
    request_guarantee,
    rule_defect,
    settle_defect,
)
from scripts.ops.money import (
    approve,
    balance,
    issue,
    redeem,
)
from scripts.ops.ordering import (
    accept,
    amend,
    apply_force_majeure,
    cancel,
    cancel_part,
    claim,
    close,
    delivery,
    dispute_delivery,
    dispute_force_majeure,
    force_majeure,
    fund,
    inspect,
    lapse_dispute,
    order,
    orders,
    receive,
    rule_delivery,
    rule_force_majeure,
    ship,
)
from scripts.ops.participants import (
    appoint,
    dismiss,
    pause,
    people,
    register,
    reinstate,
    resume,
    suspend,
    wait,
)
from scripts.ops.reputation import (
    rate,
    rating,
    ratings,
    record_feedback,
    record_ratings,
    reveal_ratings,
)
from scripts.ops.tendering import (
    award,
    bid,
    disqualify,
    forfeit,
    invited,
    open_lots,
    open_tender,
    rank,
    reveal,
    tender,
    tenders,
)

__all__ = [
    "accept",
    "acknowledge_run",
    "amend",
    "anchor",
    "apply_force_majeure",
    "appoint",
    "approve",
    "attach",
    "attest_capacity",
    "auction",
    "auctions",
    "award",
    "award_auction",
    "balance",
    "bet",
    "bets",
    "bid",
    "bind_bet",
    "buy_capacity",
    "buy_receivable",
    "buy_signed",
    "cancel",
    "cancel_part",
    "capacity",
    "claim",
    "claim_undelivered",
    "close",
    "close_group",
    "close_sale",
    "concede_run",
    "delivery",
    "device",
    "devices",
    "dismiss",
    "dispute_bet",
    "dispute_defect",
    "dispute_delivery",
    "dispute_force_majeure",
    "dispute_run",
    "disqualify",
    "dissolve",
    "expire_capacity",
    "fail_slot",
    "force_majeure",
    "forfeit",
    "form",
    "fund",
    "grab",
    "group",
    "groups",
    "guarantee",
    "inspect",
    "invited",
    "issue",
    "lapse_dispute",
    "name_attester",
    "offer_receivable",
    "open_auction",
    "open_group",
    "open_lots",
    "open_plan",
    "open_stream",
    "open_tender",
    "order",
    "orders",
    "party",
    "pass_receivable",
    "pause",
    "pay_earnings",
    "pay_receivable",
    "people",
    "pledge",
    "pledge_guarantee",
    "progress",
    "propose_amendment",
    "propose_bet",
    "rank",
    "rate",
    "rating",
    "ratings",
    "receivable",
    "receivables",
    "receive",
    "record_feedback",
    "record_ratings",
    "redeem",
    "redeem_capacity",
    "redemption",
    "refund_capacity",
    "register",
    "register_device",
    "reinstate",
    "release_guarantee",
    "release_stake",
    "reopen_role",
    "report_defect",
    "report_index",
    "report_performance",
    "report_run",
    "report_value",
    "request_guarantee",
    "resume",
    "return_budget",
    "reveal",
    "reveal_ratings",
    "review",
    "role_terms",
    "rule_defect",
    "rule_delivery",
    "rule_force_majeure",
    "rule_index",
    "rule_performance",
    "rule_run",
    "rule_value",
    "sale",
    "sales",
    "score",
    "seat_role",
    "select",
    "sell_capacity",
    "settle_bet",
    "settle_defect",
    "settle_run",
    "ship",
    "sign_amendment",
    "sign_bet",
    "sign_offer",
    "slot",
    "split_receivable",
    "stream",
    "suspend",
    "target",
    "tender",
    "tenders",
    "underbid",
    "void_bet",
    "wait",
    "withdraw_bet",
    "withdraw_bet_for",
    "withdraw_bond",
    "withdraw_offer",
    "withdraw_proceeds",
    "withdraw_remainder",
]

ROOMS = (
    participants,
    money,
    crediting,
    tendering,
    auctioning,
    ordering,
    guaranteeing,
    financing,
    betting,
    grouping,
    reputation,
    capacities,
    evidence,
)


def _section(room: Any) -> str:
    """A room as `help(ops)` tells it: what it is, and the first line of each of its helpers."""
    lines = [str(room.__doc__).strip(), ""]
    for name, helper in vars(room).items():
        if name in __all__ and helper.__module__ == room.__name__:
            lines.append("    " + str(helper.__doc__).strip().splitlines()[0])
    return "\n".join(lines)


__doc__ = "\n\n".join([str(__doc__).strip(), *(_section(room) for room in ROOMS), ""])
