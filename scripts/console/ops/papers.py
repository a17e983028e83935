"""PAPERS: what people tell the ERP of groups and bets, before or beside the chain. 单据.

ops.reach_milestone(1, 1, 2_000, "the drawings are approved")     of group 1's role 1; the reporter tells, the holder is paid
ops.plan_requisition(1, "bet_active", "STEEL-3MM", 500)           asked for as soon as all have signed the bet
ops.plan_release("SO-2026-00001", "role_earned", role_id=1, at_least_bps=5_000)
ops.work(1)                                        what each role earned, and what waits;  ops.drop_planned("PLR-2026-00001")
ops.change_bet(1, "N1", {"HEFEI": pledge, "SHANGHAI": other}, from_period=2)      pledges as ops.pledge makes them
ops.bet_change("BTC-2026-00001")                   worst, base and expected case;  ops.approve_change("BTC-2026-00001", "N1")
ops.plan_top_up(1, "N1", 1_000_000, "it runs well")     ops.approve_top_up("PTU-2026-00001")
A clerk hands each in: `clerk` is a name in the file of tokens that the console's ERP file points to (`make run` writes it).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import erp_numbers
from ..formatting import Minor, View
from . import calls

__all__ = [
    "approve_change",
    "approve_top_up",
    "bet_change",
    "change_bet",
    "drop_planned",
    "plan_release",
    "plan_requisition",
    "plan_top_up",
    "reach_milestone",
    "withdraw_change",
    "withdraw_top_up",
    "work",
]

HOUR = 3_600
# Of a pledge of ops.pledge and a target of ops.target: the ERP's names.
PLEDGED = {
    "stake": "stake_minor", "shareBps": "share_bps", "toleranceBps": "tolerance_bps", "slopeBps": "slope_bps",
    "capBps": "cap_bps",
}  # fmt: skip
OF_A_TARGET = {
    "metric": "metric", "followsIndex": "follows_index", "weightBps": "weight_bps", "floor": "floor", "base": "base",
    "stretch": "stretch",
}  # fmt: skip
Row = Mapping[str, Any]


# ---- work of groups ------------------------------------------------------------------------------


def reach_milestone(
    group: Any,
    role_id: int,
    earned_bps: int,
    text: str,
    documents: Sequence[str] = (),
    clerk: str = "finance",
) -> View:
    """Say that a step of a role's work is done: ops.reach_milestone(1, 1, 2_000, "the drawings are approved").

    `earned_bps` is what of the pay is earned in all by now; `documents` show it. Somebody of the leader says so.
    """
    paper = {"role_id": role_id, "earned_bps": earned_bps, "text": text, "documents": [*documents]}
    return _hand_in(clerk, "/milestones", {"chain_group": _group(group), **paper})


def plan_requisition(
    group: Any,
    fact: str,
    item: str,
    quantity: int | None = None,
    estimate: int | None = None,
    role_id: int | None = None,
    at_least_bps: int | None = None,
    clerk: str = "buyer",
) -> View:
    """Ask for an item as soon as a fact is on chain: ops.plan_requisition(1, "bet_active", "STEEL-3MM", 500).

    Facts: group_formed, role_seated, role_earned, bet_bound, bet_active, index_reached, bet_settled.
    """
    paper = {"when": _when(fact, role_id, at_least_bps), "item": item, "quantity": quantity}
    whole = {"chain_group": _group(group), **paper, "estimate_minor": estimate}
    return _hand_in(clerk, "/planned-requisitions", whole)


def plan_release(
    sales_order: str,
    fact: str,
    role_id: int | None = None,
    at_least_bps: int | None = None,
    clerk: str = "finance",
) -> View:
    """Let a held sale go as soon as a fact is on chain: ops.plan_release("SO-2026-00001", "bet_active")."""
    when = _when(fact, role_id, at_least_bps)
    return _hand_in(clerk, "/planned-releases", {"sales_order": sales_order, "when": when})


def drop_planned(planned: str, reason: str, clerk: str = "finance") -> View:
    """Take back what was planned and did not start: ops.drop_planned("PLR-2026-00001", "bought elsewhere")."""
    return _hand_in(clerk, "/planned-process-drops", {"planned": planned, "reason": reason})


def work(group: Any) -> View:
    """What each role of a group has earned, what was told of it, and what waits for the chain: ops.work(1)."""
    return View(erp_numbers.books().read(f"/groups/{_group(group)}/work"))


def _when(fact: str, role_id: int | None, at_least_bps: int | None) -> Row:
    return {"fact": fact, "role_id": role_id, "at_least_bps": at_least_bps}


# ---- changes of bets, and more in a pool ---------------------------------------------------------


def change_bet(
    bet_id: int,
    proposer: str,
    pledges: Mapping[str, Row],
    from_period: int,
    leaver: str | None = None,
    newcomer: str | None = None,
    start: int | None = None,
    periods: int | None = None,
    sign_seconds: int = HOUR,
    *,
    expects: Mapping[str, Sequence[int]] | None = None,
    clerk: str = "finance",
) -> View:
    """Want a bet to be otherwise from a period on: ops.change_bet(1, "N1", {"HEFEI": pledge, "N2": other}, from_period=2).

    `pledges` are those of all who go on, by their codes; `expects` what somebody expects to reach, for whoever approves: a
    figure for each target, its base where nothing is said. Once all approved it, its proposer asks for the act on chain.
    """
    bet = _bet(bet_id)
    dates = {
        "start": bet["start"] if start is None else start,
        "periods": bet["periods"] if periods is None else periods,
        "from_period": from_period,
        "sign_by": calls.later(sign_seconds),
    }
    parties = [_party(code, pledge, (expects or {}).get(code)) for code, pledge in pledges.items()]
    who = {"proposer": proposer, "leaver": leaver, "newcomer": newcomer}
    whole = {"bet": bet["number"], **who, **dates, "parties": parties}
    return _hand_in(clerk, "/bet-changes", whole)


def bet_change(change: str) -> View:
    """A change of a bet, what it means for each who shares, and who approved it: ops.bet_change("BTC-2026-00001")."""
    found = erp_numbers.books().read(f"/bets/changes/{change}")
    cases = [
        View(
            who=each["party"],
            at_most_minor=Minor(each["at_most_minor"]),
            **{
                f"{case}_minor": Minor(each[case]["result_minor"])
                for case in ("worst", "base", "expected")
            },
        )
        for each in found["outlooks"]
    ]
    approved = [f"{e['party']}: {e['approval'] or 'not yet'}" for e in found["approvals"]]
    return View(found["change"] | found["dates"], cases=cases, approvals=approved)


def approve_change(change: str, party: str, clerk: str = "finance-2") -> View:
    """Agree to a change of a bet for one party, as another person: ops.approve_change("BTC-2026-00001", "HEFEI")."""
    return _hand_in(clerk, "/bet-change-approvals", {"bet_change": change, "party": party})


def withdraw_change(change: str, reason: str, clerk: str = "finance") -> View:
    """Take a change of a bet back that nobody can sign: ops.withdraw_change("BTC-2026-00001", "the market came back")."""
    return _hand_in(clerk, "/bet-change-withdrawals", {"bet_change": change, "reason": reason})


def plan_top_up(bet_id: int, payer: str, amount: int, reason: str, clerk: str = "finance") -> View:
    """Want to add to the pool of a bet, its sponsor: ops.plan_top_up(1, "N1", 1_000_000, "it runs well")."""
    paper = {"payer": payer, "amount_minor": amount, "reason": reason}
    return _hand_in(clerk, "/pool-top-ups", {"bet": _bet(bet_id)["number"], **paper})


def approve_top_up(top_up: str, clerk: str = "finance-2") -> View:
    """Let the sponsor add to the pool, as another person of finance: ops.approve_top_up("PTU-2026-00001")."""
    return _hand_in(clerk, "/pool-top-up-approvals", {"top_up": top_up})


def withdraw_top_up(top_up: str, reason: str, clerk: str = "finance") -> View:
    """Take back what was not paid into a pool: ops.withdraw_top_up("PTU-2026-00001", "the pool is enough")."""
    return _hand_in(clerk, "/pool-top-up-withdrawals", {"top_up": top_up, "reason": reason})


def _bet(bet_id: int) -> Row:
    found: Row = erp_numbers.books().read(f"/bets/{bet_id}")["bet"]
    return found


def _party(code: str, pledge: Row, expected: Sequence[int] | None) -> Row:
    """What a party would sign, by the ERP's names. `expected`: a figure for each of its targets."""
    told = [target["base"] for target in pledge["targets"]] if expected is None else [*expected]
    targets = [
        {name: target[key] for key, name in OF_A_TARGET.items()} | {"expected": value}
        for target, value in zip(pledge["targets"], told, strict=True)
    ]
    return {name: pledge[key] for key, name in PLEDGED.items()} | {
        "party": code,
        "targets": targets,
    }


# ---- both ----------------------------------------------------------------------------------------


def _group(group: Any) -> str:
    """The code of a group, by which papers name it, of a code or of the id on chain. Raises NotThere."""
    books = erp_numbers.books()
    return str(books.read(f"/groups/{group}")["group"]["code"])


def _hand_in(clerk: str, path: str, paper: Row) -> View:
    """Hands a paper in; the number of its document, its type, and what followed by itself."""
    made = erp_numbers.books().hand_in(clerk, path, paper)
    followed = [f"{each['number']} {each['type']}" for each in made.get("follow_ups", [])]
    return View(number=made["document"]["number"], type=made["document"]["type"], followed=followed)
