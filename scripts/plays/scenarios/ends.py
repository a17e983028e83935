"""How bets and groups of a scenario ended, as the books have it: so that anybody can compute it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .stage import Stage

_BETS = "SELECT number, pool_minor, value_added_minor, penalties_minor, rounding_minor FROM bet ORDER BY number"
_PARTIES = (
    "SELECT p.party, p.stake_minor, l.share_bps, p.penalty_minor, p.share_minor FROM bet_party p "
    "JOIN bet_pledge l ON l.bet = p.bet AND l.party = p.party AND l.in_force "
    "WHERE p.bet = :bet ORDER BY p.party, l.from_period"
)
_MEASURES = (
    "SELECT party, attainment_bps, shortfall_bps FROM bet_measure "
    "WHERE bet = :bet AND party <> '' ORDER BY party, period"
)
_GROUPS = "SELECT code, budget_minor, earned_minor FROM chain_group ORDER BY code"
_ROUNDS = (
    "SELECT r.role_id, r.round, r.standing, r.pledge, r.paid_minor, c.credit_bps FROM role_round r "
    "LEFT JOIN role_candidate c ON c.chain_group = r.chain_group AND c.role_id = r.role_id AND c.round = r.round "
    "AND c.party = r.standing WHERE r.chain_group = :code ORDER BY r.role_id, r.round"
)
_CANDIDATES = (
    "SELECT role_id, round, party, pledge, credit_bps, stake_minor, stake_held_minor FROM role_candidate "
    "WHERE chain_group = :code ORDER BY role_id, round, place"
)
BPS = 10_000


def bets(stage: Stage) -> list[dict[str, Any]]:
    """Each bet with its parties: amounts in minor units, rates in basis points, one attainment for each period.

    `kept_bps`: what was kept of the promise of each period, days of force majeure excused.
    """
    paid = {
        (d.fields["bet"], d.fields["party_code"]): d.fields["paid_minor"]
        for d in stage.documents("bet_payout")
    }
    remainders = {
        d.fields["bet"]: d.fields["amount_minor"] for d in stage.documents("bet_remainder")
    }
    return [
        {
            "bet": str(number),
            "pool_minor": int(pool),
            "value_added_minor": int(value),
            "penalties_minor": int(penalties),
            "rounding_minor": int(rounding),
            "remainder_minor": remainders.get(str(number), 0),
            "parties": _parties(stage, str(number), paid),
        }
        for number, pool, value, penalties, rounding in stage.sql(_BETS)
    ]


def _parties(stage: Stage, bet: str, paid: dict[tuple[str, str], int]) -> list[dict[str, Any]]:
    measured: dict[str, list[tuple[int, int]]] = {}
    for party, attainment, shortfall in stage.sql(_MEASURES, bet=bet):
        measured.setdefault(str(party), []).append((int(attainment), BPS - int(shortfall)))
    rows = {str(row[0]): row for row in stage.sql(_PARTIES, bet=bet)}  # of several pledges the last
    return [
        {
            "party": party,
            "stake_minor": int(stake),
            "share_bps": int(share_bps),
            "attainment_bps": [attainment for attainment, _ in measured.get(party, [])],
            "kept_bps": [kept for _, kept in measured.get(party, [])],
            "penalty_minor": int(penalty),
            "share_minor": int(share),
            "paid_minor": paid.get((bet, party), 0),
        }
        for party, stake, share_bps, penalty, share in map(tuple, rows.values())
    ]


def groups(stage: Stage) -> list[dict[str, Any]]:
    """Each group with its roles, round by round, and everybody who stood for them: amounts in minor units."""
    returned = {
        d.fields["chain_group"]: d.fields["amount_minor"] for d in stage.documents("budget_return")
    }
    return [
        {
            "group": str(code),
            "budget_minor": int(budget),
            "earned_minor": int(earned),
            "returned_minor": returned.get(str(code), 0),
            **_roles(stage, str(code)),
        }
        for code, budget, earned in stage.sql(_GROUPS)
    ]


def _roles(stage: Stage, code: str) -> dict[str, Any]:
    stood = [tuple(row) for row in stage.sql(_CANDIDATES, code=code)]
    paid_in = sum(int(row[5]) for row in stood)
    roles = [
        {
            "role": int(role),
            "round": int(round_),
            "holder": holder,
            "pledge_minor": int(pledge),
            "credit_bps": credit,
            "candidates": [
                {"party": str(who), "pledge_minor": int(least), "credit_bps": int(bps)}
                for of, when, who, least, bps, _, _ in stood
                if (of, when) == (role, round_)
            ],
            "paid_minor": int(paid),
        }
        for role, round_, holder, pledge, paid, credit in stage.sql(_ROUNDS, code=code)
    ]
    held = sum(int(row[6]) for row in stood)
    return {"stakes_in_minor": paid_in, "stakes_out_minor": paid_in - held, "roles": roles}
