"""BETS: targets pledged, money staked, value shared. 多方对赌契约.

pledges = [ops.pledge("HEFEI", 1_000_000, share_bps=6_000, targets=[ops.target(base=0, floor=1)]),        zero defects
ops.pledge("SHANGHAI", 1_000_000, share_bps=4_000, targets=[ops.target(base=500, floor=0, stretch=800)])]
ops.propose_bet("N1", pledges, pool=2_000_000)     N1 pays in the most that may be shared; bet 1
ops.sign_bet(1, "HEFEI")   ops.sign_bet(1, "SHANGHAI")      signed with the keys loaded here (EIP-712)
ops.bet(1)                                         its last line says whose turn it is
ops.report_performance(1, "HEFEI", 1, [0])         the reporter, when the period is over (ops.wait)
ops.report_value(1, 1_500_000)
ops.settle_bet(1)   ops.withdraw_bet(1, "HEFEI")   when the last window is over
ops.propose_amendment(1, "N1", pledges, 2, leaver="HEFEI", newcomer="N2")   from period 2 on; all who go on sign
ops.end_bet(1, "HEFEI")                            one signature under an early end; the last one settles
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.commitments.merkle import MerkleTree

from .. import erp_numbers, secrets_file
from ..errors import NotThere
from ..formatting import Minor, View, moment_from
from . import calls, signatures

__all__ = [
    "bet",
    "bets",
    "dispute_bet",
    "end_bet",
    "grant_leave",
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
    "top_up_pool",
    "void_bet",
    "withdraw_bet",
    "withdraw_bet_dispute",
    "withdraw_bet_for",
    "withdraw_remainder",
]

HOUR, DAY = 3_600, 86_400
NOBODY = "0x" + "00" * 20
BET_STATUSES = ("none", "proposed", "active", "voided", "settled")
WHOLE_BPS = 10_000
NO_TERMS = (NOBODY, 0, 0, 0, 0, 0, [])  # what a report of index or value added brings along
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
        number = erp_numbers.head(erp_numbers.BET, event["betId"])
        found[str(event["betId"])] = (
            f"{number}{seen['status']}, {seen['signed']} of {seen['parties']} signed"
        )
    return View(found)


def bet(bet_id: int) -> View:
    """A bet at a glance: who signed, what is staked and owed, and whose turn it is: ops.bet(1)."""
    found, terms, now = _bet(bet_id), _terms(bet_id), calls.now()
    status = BET_STATUSES[found["status"]]
    signed = [calls.who(e["party"]) for e in calls.logs("BetContracts", "BetSigned", betId=bet_id)]
    period = _period(found, terms, now)
    return View(
        number=erp_numbers.number_of(erp_numbers.BET, bet_id),
        status=status,
        sponsor=calls.who(found["sponsor"]),
        group=terms["groupId"] or None,
        reporter=calls.who(_holder(terms["reporterPost"])),
        arbiter=calls.who(_holder(terms["arbiterPost"])),
        parties=terms["partyCount"],
        signed=len(signed),
        signed_by=signed,
        pool_minor=Minor(found["valuePool"]),
        staked_minor=Minor(found["staked"]),
        penalties_minor=Minor(found["penalties"]),
        value_added_minor=Minor(found["valueAdded"]),
        sign_by=moment_from(terms["signBy"], now),
        starts=moment_from(found["start"], now),
        period=f"{period} of {found['periods']}",
        amendments=len(calls.logs("BetAmendments", "BetAmendmentProposed", betId=bet_id)),
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


def _holder(post_id: int) -> str:
    """Returns who holds a post now."""
    return str(calls.view("Participants", "holderOf", post_id))


def _period(found: Row, terms: Row, now: int) -> int:
    """The running period; 0 before the start, one more than there are when all are over."""
    begun = (now - found["start"]) // terms["periodSeconds"] + 1
    return max(0, min(int(begun), found["periods"] + 1))


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
    penalty, share = calls.view("BetLens", "payoutOf", bet_id, address)
    return View(
        who=calls.who(address),
        stake_minor=Minor(found["stake"]),
        penalty_minor=Minor(penalty),
        share_minor=Minor(share),
        periods=f"{found['fromPeriod']} to {found['toPeriod']}",
        left=found["left"],
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
    *,
    region: bytes = b"\0" * 32,
    terms: Any = None,
) -> Any:
    """Propose a bet and pay in the pool: ops.propose_bet("N1", pledges, pool=2_000_000). See the top of this section.

    `index` is the baseline, then elasticity, most up and most down in basis points; `region` the code of a place whose days
    of force majeure excuse shortfalls. The pledges are kept in build/console/secrets.json for ops.sign_bet.
    """
    tree = MerkleTree(_leaves(pledges))
    sign_by = calls.later(sign_seconds)
    posts = (region, calls.post("REPORTER"), calls.post("ARBITER"))
    windows = (sign_by, sign_by, len(pledges), window_seconds, window_seconds, window_seconds)
    head = (calls.text_ref(terms), group, tree.root)
    whole = (*head, *posts, *windows, pool, *index, periods, period_seconds)
    _keep(tree, pledges)
    return calls.send("BetContracts", "proposeBet", whole, sender=sponsor)


def _keep(tree: MerkleTree, pledges: Sequence[Row]) -> None:
    rows = [dict(found) for found in pledges]
    secrets_file.keep(calls.shelf("BetContracts"), calls.hexed(tree.root), rows)


def _pledge_of(root: bytes, account: Any, what: str) -> tuple[Row, list[bytes]]:
    """Returns the terms of a party in a tree that was proposed here, and their proof. Raises NotThere."""
    address = calls.address_of(account)
    pledges = secrets_file.find(calls.shelf("BetContracts"), calls.hexed(root))
    mine = [p for p in pledges if p["account"].lower() == address.lower()]
    if not mine:
        raise NotThere(f"{calls.who(address)!r} is no party of {what}")
    leaves = _leaves(pledges)
    return mine[0], MerkleTree(leaves).proof(leaves[pledges.index(mine[0])])


def _leaves(pledges: Sequence[Row]) -> list[bytes]:
    return [bytes(calls.view("BetRules", "partyLeaf", _ordered(found))) for found in pledges]


def _ordered(found: Row) -> tuple[Any, ...]:
    """Returns a pledge as the tuple that the contract takes, its targets last."""
    return (*(v for k, v in found.items() if k != "targets"), _targets(found["targets"]))


def _targets(found: Sequence[Row]) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) if isinstance(row, Mapping) else tuple(row) for row in found]


def sign_bet(bet_id: int, account: Any, caller: Any = None, seconds: int = HOUR) -> Any:
    """Sign with a party's key and bring the signature in; its stake is taken: ops.sign_bet(1, "HEFEI")."""
    found, terms = _bet(bet_id), _terms(bet_id)
    mine, proof = _pledge_of(terms["partiesRoot"], account, f"bet {bet_id}")
    deadline = calls.later(seconds)
    message = {
        "betId": bet_id,
        "sponsor": found["sponsor"],
        "terms": terms,
        "pledge": mine,
        "deadline": deadline,
    }
    members = [
        signatures.plain("betId", "uint256"),
        signatures.plain("sponsor", "address"),
        signatures.member("BetContracts", "proposeBet", "terms"),
        {**_pledge_member(), "name": "pledge"},
        signatures.plain("deadline", "uint40"),
    ]
    signature = signatures.sign("BetContracts", "BetSignature", members, message, account)
    signed = (_ordered(mine), proof, deadline, signature)
    return calls.send("BetContracts", "signBet", bet_id, signed, sender=caller or account)


def _pledge_member() -> Row:
    """Returns the description of PartyTerms from the ABI."""
    signed = signatures.member("BetContracts", "signBet", "signed")
    return next(dict(part) for part in signed["components"] if part["name"] == "terms")


def void_bet(bet_id: int, caller: Any = None) -> Any:
    """End a bet that not everybody signed in time: ops.void_bet(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("BetContracts", "voidBet", bet_id, sender=sender)


def propose_amendment(
    bet_id: int,
    proposer: Any,
    pledges: Sequence[Row],
    from_period: int,
    leaver: Any = None,
    newcomer: Any = None,
    start: int | None = None,
    periods: int | None = None,
    sign_seconds: int = HOUR,
    terms: Any = None,
) -> Any:
    """Propose what a bet becomes from a period on: ops.propose_amendment(1, "N1", pledges, from_period=2).

    `pledges` are those of all who go on, the newcomer's among them; stakes and penalty curves stay. Only the sponsor
    moves `start` and `periods`.
    """
    found = _bet(bet_id)
    tree = MerkleTree(_leaves(pledges))
    _keep(tree, pledges)
    people = [NOBODY if who is None else calls.address_of(who) for who in (leaver, newcomer)]
    begin = found["start"] if start is None else start
    last = found["periods"] if periods is None else periods
    change = (
        tree.root,
        calls.text_ref(terms),
        *people,
        begin,
        last,
        from_period,
        calls.later(sign_seconds),
    )
    whole = tuple(_terms(bet_id).values())
    arguments = (_at(), bet_id, whole, change)
    return calls.send("BetAmendments", "proposeAmendment", *arguments, sender=proposer)


def _at() -> str:
    """Returns the address of the bet contract."""
    return str(calls.contract("BetContracts").address)


def _change(bet_id: int, amendment_id: int) -> dict[str, Any]:
    """Returns the terms of an amendment as they were proposed. Raises NotThere."""
    for event in calls.logs("BetAmendments", "BetAmendmentProposed", betId=bet_id):
        if event["amendmentId"] == amendment_id:
            return calls.members("BetAmendments", "BetAmendmentProposed", "change", event["change"])
    raise NotThere(f"bet {bet_id} has no amendment {amendment_id}")


def sign_amendment(
    bet_id: int, amendment_id: int, account: Any, caller: Any = None, seconds: int = HOUR
) -> Any:
    """Sign an amendment with a party's key and bring that in: ops.sign_amendment(1, 1, "SHANGHAI")."""
    change = _change(bet_id, amendment_id)
    mine, proof = _pledge_of(change["partiesRoot"], account, f"amendment {amendment_id}")
    deadline = calls.later(seconds)
    message = {
        "betId": bet_id,
        "amendmentId": amendment_id,
        "change": change,
        "pledge": mine,
        "deadline": deadline,
    }
    members = [
        signatures.plain("betId", "uint256"),
        signatures.plain("amendmentId", "uint256"),
        signatures.member("BetAmendments", "proposeAmendment", "change"),
        {**_pledge_member(), "name": "pledge"},
        signatures.plain("deadline", "uint40"),
    ]
    signature = signatures.sign("BetContracts", "AmendmentSignature", members, message, account)
    signed = (_ordered(mine), proof, deadline, signature)
    arguments = (_at(), bet_id, amendment_id, signed)
    return calls.send("BetAmendments", "signAmendment", *arguments, sender=caller or account)


def grant_leave(bet_id: int, amendment_id: int, who: Any, reason: Any = None) -> Any:
    """The leaver agrees to leave, or the arbiter in its stead: ops.grant_leave(1, 1, "HEFEI")."""
    arguments = (_at(), bet_id, amendment_id, calls.text_ref(reason))
    return calls.send("BetAmendments", "grantLeave", *arguments, sender=who)


def end_bet(bet_id: int, account: Any, caller: Any = None, seconds: int = HOUR) -> Any:
    """Sign that a bet is over, for a party or the sponsor; the last signature settles it: ops.end_bet(1, "HEFEI")."""
    round_ = calls.view("BetAmendments", "endRoundOf", _at(), bet_id)
    address, deadline = calls.address_of(account), calls.later(seconds)
    message = {"betId": bet_id, "round": round_, "account": address, "deadline": deadline}
    members = [
        signatures.plain("betId", "uint256"),
        signatures.plain("round", "uint32"),
        signatures.plain("account", "address"),
        signatures.plain("deadline", "uint40"),
    ]
    signature = signatures.sign("BetContracts", "EndSignature", members, message, account)
    arguments = (_at(), bet_id, address, deadline, signature)
    return calls.send("BetAmendments", "endByConsent", *arguments, sender=caller or account)


def top_up_pool(bet_id: int, payer: Any, amount: int) -> Any:
    """Pay more into the pool of a running bet, minor units: ops.top_up_pool(1, "N1", 100_000)."""
    return calls.send("BetContracts", "topUpPool", bet_id, amount, sender=payer)


def report_index(bet_id: int, period: int, value: int, evidence: Any = None) -> Any:
    """The reporter gives the market index of a period, by which targets move: ops.report_index(1, 2, 1_100)."""
    figures = _figures(bet_id, None, period, [value], evidence)
    return calls.send("BetContracts", "report", *figures, sender=_reporter(bet_id))


def rule_index(bet_id: int, period: int, value: int, evidence: Any = None) -> Any:
    """The arbiter rules a disputed index: ops.rule_index(1, 2, 1_050)."""
    figures = _figures(bet_id, None, period, [value], evidence)
    return calls.send("BetContracts", "rule", *figures, sender=_arbiter(bet_id))


def report_performance(
    bet_id: int, account: Any, period: int, values: Sequence[int], evidence: Any = None
) -> Any:
    """The reporter gives a party's figures of a period, one for each target: ops.report_performance(1, "HEFEI", 1, [0])."""
    figures = _figures(bet_id, account, period, values, evidence)
    return calls.send("BetContracts", "report", *figures, sender=_reporter(bet_id))


def rule_performance(
    bet_id: int, account: Any, period: int, values: Sequence[int], evidence: Any = None
) -> Any:
    """The arbiter rules disputed figures: ops.rule_performance(1, "HEFEI", 1, [0])."""
    figures = _figures(bet_id, account, period, values, evidence)
    return calls.send("BetContracts", "rule", *figures, sender=_arbiter(bet_id))


def report_value(bet_id: int, value_added: int, evidence: Any = None) -> Any:
    """The reporter gives the value added by all, minor units: ops.report_value(1, 1_500_000)."""
    figures = _figures(bet_id, None, 0, [value_added], evidence)
    return calls.send("BetContracts", "report", *figures, sender=_reporter(bet_id))


def rule_value(bet_id: int, value_added: int, evidence: Any = None) -> Any:
    """The arbiter rules a disputed value added: ops.rule_value(1, 1_400_000)."""
    figures = _figures(bet_id, None, 0, [value_added], evidence)
    return calls.send("BetContracts", "rule", *figures, sender=_arbiter(bet_id))


def _figures(
    bet_id: int, account: Any, period: int, values: Sequence[int], evidence: Any
) -> tuple[Any, ...]:
    """Returns the arguments of a report or ruling on a party, or without one on an index or (period zero) value added."""
    subject = NOBODY if account is None else calls.address_of(account)
    brought = NO_TERMS if account is None else _in_force(bet_id, subject, period)
    return bet_id, subject, period, list(values), brought, calls.text_ref(evidence)


def _reporter(bet_id: int) -> Any:
    return _holder(_terms(bet_id)["reporterPost"])


def _arbiter(bet_id: int) -> Any:
    return _holder(_terms(bet_id)["arbiterPost"])


def _in_force(bet_id: int, address: str, period: int) -> tuple[Any, ...]:
    """Returns the terms of a party that are in force in a period, as the events gave them. Raises NotThere."""
    agreed = {
        e["amendmentId"]: e["fromPeriod"]
        for e in calls.logs("BetContracts", "BetAmendmentAgreed", betId=bet_id)
        if e["fromPeriod"] <= period
    }
    signed = [
        *calls.logs("BetContracts", "BetSigned", betId=bet_id),
        *(
            e
            for e in calls.logs("BetAmendments", "BetAmendmentSigned", betId=bet_id)
            if e["amendmentId"] in agreed
        ),
    ]
    mine = [e for e in signed if e["party"].lower() == address.lower()]
    if not mine:
        raise NotThere(f"{calls.who(address)!r} did not sign bet {bet_id}")
    order = list(agreed)
    newest = max(mine, key=lambda e: order.index(e["amendmentId"]) if "amendmentId" in e else -1)
    terms = newest["terms"]
    return _ordered(terms) if isinstance(terms, Mapping) else tuple(terms)


def dispute_bet(
    bet_id: int, disputer: Any, reason: str, period: int = 0, account: Any = None
) -> Any:
    """Dispute figures, or that there are none: ops.dispute_bet(1, "SHANGHAI", "too low", 1, "SHANGHAI").

    Without an account it is the index of the period; without a period the value added.
    """
    of = NOBODY if account is None else calls.address_of(account)
    ref = calls.text_ref(reason)
    return calls.send("BetContracts", "dispute", bet_id, of, period, ref, sender=disputer)


def withdraw_bet_dispute(bet_id: int, disputer: Any, period: int = 0, account: Any = None) -> Any:
    """Take a dispute back: ops.withdraw_bet_dispute(1, "SHANGHAI", 1, "SHANGHAI")."""
    of = NOBODY if account is None else calls.address_of(account)
    return calls.send("BetContracts", "withdrawDispute", bet_id, of, period, sender=disputer)


def settle_bet(bet_id: int, caller: Any = None) -> Any:
    """Fix the outcome when every window is over: ops.settle_bet(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("BetContracts", "settleBet", bet_id, sender=sender)


def withdraw_bet(bet_id: int, account: Any) -> Any:
    """A party takes its stake, less its penalty, plus its share: ops.withdraw_bet(1, "HEFEI")."""
    of = calls.address_of(account)
    return calls.send("BetContracts", "withdrawFor", bet_id, of, sender=account)


def withdraw_bet_for(bet_id: int, account: Any, caller: Any = None) -> Any:
    """The same on a party's behalf: ops.withdraw_bet_for(1, "HEFEI"). Anybody may."""
    of, sender = calls.address_of(account), calls.sender(caller, calls.DEPLOYER)
    return calls.send("BetContracts", "withdrawFor", bet_id, of, sender=sender)


def withdraw_remainder(bet_id: int, caller: Any = None) -> Any:
    """Pay the sponsor what was not shared: ops.withdraw_remainder(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("BetContracts", "withdrawRemainder", bet_id, sender=sender)
