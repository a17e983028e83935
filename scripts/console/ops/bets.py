"""BETS: targets pledged, money staked, value shared. 多方对赌契约.

pledges = [ops.pledge("HEFEI", 1_000_000, share_bps=6_000, targets=[ops.target(base=0, floor=1)]),        zero defects
ops.pledge("SHANGHAI", 1_000_000, share_bps=4_000, targets=[ops.target(base=500, floor=0, stretch=800)])]
ops.propose_bet("N1", pledges, pool=2_000_000)     N1 pays in the most that may be shared; bet 1
ops.sign_bet(1, "HEFEI")   ops.sign_bet(1, "SHANGHAI")      signed with the keys loaded here (EIP-712)
ops.bet(1)                                         its last line says whose turn it is
ops.report_performance(1, "HEFEI", 1, [0])         the reporter, when the period is over (ops.wait)
ops.report_value(1, 1_500_000)
ops.settle_bet(1)   ops.withdraw_bet(1, "HEFEI")   when the last window is over
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.commitments.merkle import MerkleTree

from .. import secrets_file
from ..errors import NotThere
from ..formatting import Minor, View, moment_from
from . import calls, signatures

__all__ = [
    "bet",
    "bets",
    "dispute_bet",
    "party",
    "pledge",
    "propose_amendment",
    "propose_bet",
    "report_index",
    "report_performance",
    "report_value",
    "rule_index",
    "rule_performance",
    "rule_value",
    "settle_bet",
    "sign_amendment",
    "sign_bet",
    "target",
    "void_bet",
    "withdraw_bet",
    "withdraw_bet_for",
    "withdraw_remainder",
]

HOUR, DAY = 3_600, 86_400
NOBODY = "0x" + "00" * 20
BET_STATUSES = ("none", "proposed", "active", "voided", "settled")
WHOLE_BPS = 10_000
Row = Mapping[str, Any]


def target(
    base: int,
    floor: int,
    stretch: int | None = None,
    metric: int = 1,
    weight_bps: int = WHOLE_BPS,
    follows_index: bool = False,
) -> View:
    """A pledged figure, kept at base, missed at floor, surpassed at stretch: ops.target(base=500, floor=0, stretch=800)."""
    return View(
        metric=metric,
        followsIndex=follows_index,
        weightBps=weight_bps,
        floor=floor,
        base=base,
        stretch=base if stretch is None else stretch,
    )


def pledge(
    account: Any,
    stake: int,
    targets: Sequence[Row],
    share_bps: int = WHOLE_BPS,
    tolerance_bps: int = 0,
    slope_bps: int = WHOLE_BPS,
    cap_bps: int = WHOLE_BPS,
) -> View:
    """What one party pledges, stakes and may win: ops.pledge("S1", 1_000_000, [ops.target(base=0, floor=1)])."""
    return View(
        account=calls.address_of(account),
        stake=stake,
        shareBps=share_bps,
        toleranceBps=tolerance_bps,
        slopeBps=slope_bps,
        capBps=cap_bps,
        targets=[dict(found) for found in targets],
    )


def bets() -> View:
    """All bets, by id: ops.bets()."""
    found = {}
    for event in calls.logs("BetContracts", "BetProposed"):
        seen = bet(event["betId"])
        found[str(event["betId"])] = (
            f"{seen['status']}, {seen['signed']} of {seen['parties']} signed"
        )
    return View(found)


def bet(bet_id: int) -> View:
    """A bet at a glance: who signed, what is staked and owed, and whose turn it is: ops.bet(1)."""
    found, terms, now = _bet(bet_id), _terms(bet_id), calls.now()
    status = BET_STATUSES[found["status"]]
    signed = [calls.who(e["party"]) for e in calls.logs("BetContracts", "BetSigned", betId=bet_id)]
    period = _period(terms, now)
    return View(
        status=status,
        sponsor=calls.who(found["sponsor"]),
        group=terms["groupId"] or None,
        reporter=calls.who(terms["reporter"]),
        arbiter=calls.who(terms["arbiter"]),
        parties=terms["partyCount"],
        signed=found["signed"],
        signed_by=signed,
        pool_minor=Minor(terms["valuePool"]),
        staked_minor=Minor(found["staked"]),
        penalties_minor=Minor(found["penalties"]),
        value_added_minor=Minor(found["valueAdded"]),
        sign_by=moment_from(terms["signBy"], now),
        starts=moment_from(terms["start"], now),
        period=f"{period} of {terms['periods']}",
        amendments=found["proposedAmendments"],
        next=_bet_next(bet_id, status, terms, period, now),
    )


def _bet(bet_id: int) -> dict[str, Any]:
    found: dict[str, Any] = calls.view("BetContracts", "bet", bet_id)
    if found["status"] == 0:
        raise NotThere(f"there is no bet {bet_id}; ops.bets() lists them")
    return found


def _terms(bet_id: int) -> dict[str, Any]:
    (event,) = calls.logs("BetContracts", "BetProposed", betId=bet_id)
    return calls.members("BetContracts", "BetProposed", "terms", event["terms"])


def _period(terms: Row, now: int) -> int:
    """The running period; 0 before the start, one more than there are when all are over."""
    begun = (now - terms["start"]) // terms["periodSeconds"] + 1
    return max(0, min(int(begun), terms["periods"] + 1))


def _bet_next(bet_id: int, status: str, terms: Row, period: int, now: int) -> str:
    if status == "proposed":
        if now >= terms["signBy"]:
            return f"anybody: ops.void_bet({bet_id})"
        return f"parties sign: ops.sign_bet({bet_id}, who)"
    if status == "active":
        settleable = calls.view("BetContracts", "settleableAt", bet_id)
        if now >= settleable:
            return f"anybody: ops.settle_bet({bet_id})"
        begin = moment_from(settleable, now)
        if period > 1:
            return f"the reporter: ops.report_performance({bet_id}, who, {period - 1}, values); settled from {begin}"
        return f"period {period} runs; settled from {begin}"
    return f"each party: ops.withdraw_bet({bet_id}, who); ops.withdraw_remainder({bet_id})"


def party(bet_id: int, account: Any) -> View:
    """A party of a bet at a glance: ops.party(1, "HEFEI")."""
    address = calls.address_of(account)
    found = calls.view("BetContracts", "party", bet_id, address)
    if not found["stake"]:
        raise NotThere(f"{calls.who(address)!r} did not sign bet {bet_id}")
    penalty, share = calls.view("BetContracts", "payoutOf", bet_id, address)
    return View(
        who=calls.who(address),
        stake_minor=Minor(found["stake"]),
        penalty_minor=Minor(penalty),
        share_minor=Minor(share),
        withdrawn=found["withdrawn"],
        next="nothing: it has its money" if found["withdrawn"] else f"ops.bet({bet_id}) says",
    )


def propose_bet(
    sponsor: Any,
    pledges: Sequence[Row],
    pool: int,
    group: int = 0,
    periods: int = 1,
    period_seconds: int = DAY,
    sign_seconds: int = HOUR,
    window_seconds: int = DAY,
    index: tuple[int, int, int, int] = (0, 0, 0, 0),
    terms: Any = None,
) -> Any:
    """Propose a bet and pay in the pool: ops.propose_bet("N1", pledges, pool=2_000_000). See the top of this section.

    `index` is the baseline, then elasticity, most up and most down in basis points. The pledges are kept in
    build/console/secrets.json for ops.sign_bet.
    """
    tree = MerkleTree(_leaves(pledges))
    sign_by = calls.later(sign_seconds)
    reporter, arbiter = (calls.account(p).address for p in (calls.REPORTER, calls.ARBITER))
    windows = (window_seconds, window_seconds, window_seconds)
    head = (calls.text_ref(terms), group, tree.root, reporter, sign_by, sign_by, len(pledges))
    whole = (*head, arbiter, *windows, pool, *index, periods, period_seconds)
    secrets_file.keep(
        calls.shelf("BetContracts"), calls.hexed(tree.root), [dict(found) for found in pledges]
    )
    return calls.send("BetContracts", "proposeBet", whole, sender=sponsor)


def _leaves(pledges: Sequence[Row]) -> list[bytes]:
    return [bytes(calls.view("BetRules", "partyLeaf", _ordered(found))) for found in pledges]


def _ordered(found: Row) -> tuple[Any, ...]:
    """Returns a pledge as the tuple that the contract takes, its targets last."""
    return (*(v for k, v in found.items() if k != "targets"), _targets(found["targets"]))


def _targets(found: Sequence[Row]) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in found]


def sign_bet(bet_id: int, account: Any, caller: Any = None, seconds: int = HOUR) -> Any:
    """Sign with a party's key and bring the signature in; its stake is taken: ops.sign_bet(1, "HEFEI")."""
    found, terms = _bet(bet_id), _terms(bet_id)
    address = calls.address_of(account)
    pledges = secrets_file.find(calls.shelf("BetContracts"), calls.hexed(terms["partiesRoot"]))
    mine = [p for p in pledges if p["account"].lower() == address.lower()]
    if not mine:
        raise NotThere(f"{calls.who(address)!r} is no party of bet {bet_id}")
    leaves = _leaves(pledges)
    proof = MerkleTree(leaves).proof(leaves[pledges.index(mine[0])])
    deadline = calls.later(seconds)
    signature = signatures.sign(
        "BetContracts",
        "BetSignature",
        [
            signatures.plain("betId", "uint256"),
            signatures.plain("sponsor", "address"),
            signatures.member("BetContracts", "proposeBet", "terms"),
            signatures.member("BetContracts", "signBet", "pledge"),
            signatures.plain("deadline", "uint40"),
        ],
        {
            "betId": bet_id,
            "sponsor": found["sponsor"],
            "terms": terms,
            "pledge": mine[0],
            "deadline": deadline,
        },
        account,
    )
    arguments = (bet_id, _ordered(mine[0]), proof, deadline, signature)
    return calls.send("BetContracts", "signBet", *arguments, sender=caller or account)


def void_bet(bet_id: int, caller: Any = None) -> Any:
    """End a bet that not everybody signed in time: ops.void_bet(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("BetContracts", "voidBet", bet_id, sender=sender)


def propose_amendment(
    bet_id: int,
    proposer: Any,
    targets: Mapping[str, Sequence[Row]],
    from_period: int,
    sign_seconds: int = HOUR,
    terms: Any = None,
) -> Any:
    """Propose new targets: ops.propose_amendment(1, "HEFEI", {"HEFEI": [...], "SHANGHAI": [...]}, from_period=2)."""
    lists = [
        {"account": calls.address_of(who), "targets": [dict(row) for row in rows]}
        for who, rows in targets.items()
    ]
    root = MerkleTree(_target_leaves(lists)).root
    secrets_file.keep(calls.shelf("BetContracts"), calls.hexed(root), lists)
    sign_by = calls.later(sign_seconds)
    arguments = (bet_id, root, calls.text_ref(terms), from_period, sign_by)
    return calls.send("BetContracts", "proposeAmendment", *arguments, sender=proposer)


def _target_leaves(lists: Sequence[Row]) -> list[bytes]:
    return [
        bytes(calls.view("BetRules", "targetsLeaf", found["account"], _targets(found["targets"])))
        for found in lists
    ]


def sign_amendment(
    bet_id: int, amendment_id: int, account: Any, caller: Any = None, seconds: int = HOUR
) -> Any:
    """Sign new targets with a party's key and bring that in: ops.sign_amendment(1, 1, "SHANGHAI")."""
    found = calls.view("BetContracts", "amendment", bet_id, amendment_id)
    address = calls.address_of(account)
    lists = secrets_file.find(calls.shelf("BetContracts"), calls.hexed(found["targetsRoot"]))
    mine = [row for row in lists if row["account"].lower() == address.lower()]
    if not mine:
        raise NotThere(f"amendment {amendment_id} names no targets of {calls.who(address)!r}")
    leaves = _target_leaves(lists)
    proof = MerkleTree(leaves).proof(leaves[lists.index(mine[0])])
    deadline = calls.later(seconds)
    message = {
        "betId": bet_id,
        "amendmentId": amendment_id,
        "targetsRoot": found["targetsRoot"],
        "termsRef": found["termsRef"],
        "fromPeriod": found["fromPeriod"],
        "account": mine[0]["account"],
        "targets": mine[0]["targets"],
        "deadline": deadline,
    }
    members = [
        signatures.plain("betId", "uint256"),
        signatures.plain("amendmentId", "uint256"),
        signatures.plain("targetsRoot", "bytes32"),
        signatures.plain("termsRef", "bytes32"),
        signatures.plain("fromPeriod", "uint16"),
        signatures.plain("account", "address"),
        signatures.member("BetContracts", "signAmendment", "targets"),
        signatures.plain("deadline", "uint40"),
    ]
    signature = signatures.sign("BetContracts", "AmendmentSignature", members, message, account)
    head = (bet_id, amendment_id, mine[0]["account"], _targets(mine[0]["targets"]))
    arguments = (*head, proof, deadline, signature)
    return calls.send("BetContracts", "signAmendment", *arguments, sender=caller or account)


def report_index(bet_id: int, period: int, value: int, evidence: Any = None) -> Any:
    """The reporter gives the market index of a period, by which targets move: ops.report_index(1, 2, 1_100)."""
    reporter, ref = _terms(bet_id)["reporter"], calls.text_ref(evidence)
    return calls.send("BetContracts", "reportIndex", bet_id, period, value, ref, sender=reporter)


def rule_index(bet_id: int, period: int, value: int, evidence: Any = None) -> Any:
    """The arbiter rules a disputed index: ops.rule_index(1, 2, 1_050)."""
    arbiter, ref = _terms(bet_id)["arbiter"], calls.text_ref(evidence)
    return calls.send("BetContracts", "ruleIndex", bet_id, period, value, ref, sender=arbiter)


def report_performance(
    bet_id: int, account: Any, period: int, values: Sequence[int], evidence: Any = None
) -> Any:
    """The reporter gives a party's figures of a period, one for each target: ops.report_performance(1, "HEFEI", 1, [0])."""
    arguments = (bet_id, calls.address_of(account), period, list(values), calls.text_ref(evidence))
    reporter = _terms(bet_id)["reporter"]
    return calls.send("BetContracts", "reportPerformance", *arguments, sender=reporter)


def rule_performance(
    bet_id: int, account: Any, period: int, values: Sequence[int], evidence: Any = None
) -> Any:
    """The arbiter rules disputed figures: ops.rule_performance(1, "HEFEI", 1, [0])."""
    arguments = (bet_id, calls.address_of(account), period, list(values), calls.text_ref(evidence))
    arbiter = _terms(bet_id)["arbiter"]
    return calls.send("BetContracts", "rulePerformance", *arguments, sender=arbiter)


def report_value(bet_id: int, value_added: int, evidence: Any = None) -> Any:
    """The reporter gives the value added by all, minor units: ops.report_value(1, 1_500_000)."""
    reporter, ref = _terms(bet_id)["reporter"], calls.text_ref(evidence)
    return calls.send("BetContracts", "reportValue", bet_id, value_added, ref, sender=reporter)


def rule_value(bet_id: int, value_added: int, evidence: Any = None) -> Any:
    """The arbiter rules a disputed value added: ops.rule_value(1, 1_400_000)."""
    arbiter, ref = _terms(bet_id)["arbiter"], calls.text_ref(evidence)
    return calls.send("BetContracts", "ruleValue", bet_id, value_added, ref, sender=arbiter)


def dispute_bet(
    bet_id: int, disputer: Any, reason: str, period: int = 0, account: Any = None
) -> Any:
    """Dispute figures, or that there are none: ops.dispute_bet(1, "SHANGHAI", "too low", 1, "SHANGHAI").

    Without an account it is the index of the period; without a period the value added.
    """
    of = NOBODY if account is None else calls.address_of(account)
    ref = calls.text_ref(reason)
    return calls.send("BetContracts", "dispute", bet_id, of, period, ref, sender=disputer)


def settle_bet(bet_id: int, caller: Any = None) -> Any:
    """Fix the outcome when every window is over: ops.settle_bet(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("BetContracts", "settleBet", bet_id, sender=sender)


def withdraw_bet(bet_id: int, account: Any) -> Any:
    """A party takes its stake, less its penalty, plus its share: ops.withdraw_bet(1, "HEFEI")."""
    return calls.send("BetContracts", "withdraw", bet_id, sender=account)


def withdraw_bet_for(bet_id: int, account: Any, caller: Any = None) -> Any:
    """The same on a party's behalf: ops.withdraw_bet_for(1, "HEFEI"). Anybody may."""
    of, sender = calls.address_of(account), calls.sender(caller, calls.DEPLOYER)
    return calls.send("BetContracts", "withdrawFor", bet_id, of, sender=sender)


def withdraw_remainder(bet_id: int, caller: Any = None) -> Any:
    """Pay the sponsor what was not shared: ops.withdraw_remainder(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("BetContracts", "withdrawRemainder", bet_id, sender=sender)
