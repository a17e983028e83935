"""Terms of a bet told to the ERP, and what the events say of a bet that stands on them."""

from __future__ import annotations

from typing import Any

from erp.bets import schemas as s
from erp.bets.rules import KEPT
from erp.bets.terms_schemas import ApproveBetTerms, ProposeBetTerms, TermsParty, TermsTarget
from erp.kernel.log.model import Document
from tests.erp.groups import ZERO
from tests.erp.world import DAY, REF, World, account

POOL, EXPECTED = 90_000, 60_000
STAKE = 20_000
PERIODS = 2


def sales(**changed: Any) -> TermsTarget:
    """A figure that is kept at 1,000 and missed at 600."""
    told: dict[str, Any] = {
        "metric": 104, "weight_bps": 10_000, "floor": 600, "base": 1_000, "stretch": 1_500, "expected": 900,
    }  # fmt: skip
    return TermsTarget(**{**told, **changed})


def member(code: str, share: int, *targets: TermsTarget, **changed: Any) -> TermsParty:
    """A party that can lose half of its stake."""
    told: dict[str, Any] = {
        "party": code, "stake_minor": STAKE, "share_bps": share, "tolerance_bps": 500, "slope_bps": 10_000,
        "cap_bps": 5_000, "targets": targets or (sales(),),
    }  # fmt: skip
    return TermsParty(**{**told, **changed})


def terms(world: World, *parties: TermsParty, **changed: Any) -> ProposeBetTerms:
    """What a sponsor of the house proposes to two partners."""
    return terms_at(world.now, *parties, **changed)


def terms_at(now: int, *parties: TermsParty, **changed: Any) -> ProposeBetTerms:
    """The same, at this time."""
    told: dict[str, Any] = {
        "sponsor": "lead", "pool_minor": POOL, "expected_value_minor": EXPECTED, "reporter_post": 2,
        "arbiter_post": 3, "sign_by": now + DAY, "start": now + DAY, "periods": PERIODS,
        "period_seconds": 30 * DAY, "report_seconds": DAY, "dispute_seconds": DAY, "ruling_seconds": DAY,
        "parties": parties or (member("n1", 6_000), member("n2", 4_000)),
    }  # fmt: skip
    return ProposeBetTerms(**{**told, **changed})


def propose(world: World, *parties: TermsParty, **changed: Any) -> str:
    """The number of new terms."""
    return world.do(terms(world, *parties, **changed), actor="node:lead").number


def approve(world: World, number: str, party: str) -> Document:
    """Somebody else agrees for a party."""
    return world.do(ApproveBetTerms(bet_terms=number, party=party), actor=f"finance:cfo-{party}")


def approved(world: World, *parties: TermsParty, **changed: Any) -> str:
    """Terms that sponsor and parties agreed to; their number."""
    made = terms(world, *parties, **changed)
    number = world.do(made, actor="node:lead").number
    for code in sorted({made.sponsor, *(each.party for each in made.parties)}):
        approve(world, number, code)
    return number


def proposed_on(number: str | None, made: ProposeBetTerms, **changed: Any) -> s.RecordBetContract:
    """What the event of a bet says that stands on these terms."""
    published = made.model_dump(
        exclude={"sponsor", "chain_group", "expected_value_minor", "parties", "index_baseline"}
    )
    told: dict[str, Any] = {
        "bet_id": 1, "sponsor": account(made.sponsor), "terms": number, "terms_ref": REF, "group_id": 0,
        "parties_root": REF, "party_count": len(made.parties), "index_baseline": str(made.index_baseline),
        **published, "region": ZERO,
    }  # fmt: skip
    return s.RecordBetContract(**{**told, **changed})


def signed_on(made: ProposeBetTerms, place: int, **changed: Any) -> s.RecordBetSignature:
    """What the event of the signature of the party at a place says, when all before it signed."""
    each, before = made.parties[place], made.parties[: place + 1]
    targets = tuple(
        s.BetTarget(
            metric=t.metric, follows_index=t.follows_index, weight_bps=t.weight_bps, floor=str(t.floor),
            base=str(t.base), stretch=str(t.stretch),
        )
        for t in each.targets
    )  # fmt: skip
    told: dict[str, Any] = {
        "bet_id": 1, "party": account(each.party), "stake_minor": each.stake_minor, "share_bps": each.share_bps,
        "tolerance_bps": each.tolerance_bps, "slope_bps": each.slope_bps, "cap_bps": each.cap_bps,
        "targets": targets, "signed": place + 1, "staked_minor": sum(p.stake_minor for p in before),
        "weight": sum(p.share_bps for p in before) * KEPT * made.periods,
    }  # fmt: skip
    return s.RecordBetSignature(**{**told, **changed})


def fill_tables(world: World) -> None:
    """At least one row in every table of terms."""
    propose(world)
