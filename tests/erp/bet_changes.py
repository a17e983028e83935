"""Papers that change a bet told to the ERP, and what the events say of a change that stands on one."""

from __future__ import annotations

from typing import Any

from erp.bets import schemas as s
from erp.bets.change_schemas import (
    ApproveBetChange,
    ApproveTopUp,
    ProposeBetChange,
    ProposeTopUp,
)
from erp.bets.terms_schemas import ProposeBetTerms, TermsParty
from erp.kernel.log.model import Document
from tests.erp.bet_terms import approved, member, proposed_on, signed_on, terms
from tests.erp.world import DAY, REF, World, account

ADDED = 7_000
OTHER_BET = 70  # of the story that fills all tables


def running(world: World, *parties: TermsParty, bet_id: int = 1, **changed: Any) -> ProposeBetTerms:
    """A bet on approved terms that all signed; its terms."""
    made = terms(world, *parties, **changed)
    number = approved(world, *parties, **changed)
    world.do(proposed_on(number, made, bet_id=bet_id))
    for place in range(len(made.parties)):
        world.do(signed_on(made, place, bet_id=bet_id))
    world.do(s.RecordBetActivation(bet_id=bet_id, parties=len(made.parties)))
    return made


def bet(world: World) -> str:
    """The number of the newest bet."""
    return world.last("bet_contract").number


def change(world: World, *parties: TermsParty, **changed: Any) -> ProposeBetChange:
    """From period 2 on, others have another share."""
    start = world.last("bet_contract").fields["start"]
    told: dict[str, Any] = {
        "bet": bet(world), "proposer": "lead", "from_period": 2, "periods": 2, "start": start,
        "sign_by": start + 50 * DAY, "parties": parties or (member("n1", 5_000), member("n2", 5_000)),
    }  # fmt: skip
    return ProposeBetChange(**{**told, **changed})


def proposed(world: World, *parties: TermsParty, **changed: Any) -> str:
    """The number of a new change."""
    made = change(world, *parties, **changed)
    return world.do(made, actor=f"node:{made.proposer}").number


def approve(world: World, number: str, party: str) -> Document:
    """Somebody else agrees for a party."""
    told = ApproveBetChange(bet_change=number, party=party)
    return world.do(told, actor=f"finance:cfo-{party}")


def agreed(world: World, *parties: TermsParty, **changed: Any) -> str:
    """A change that all who go on agreed to; its number."""
    made = change(world, *parties, **changed)
    number = world.do(made, actor=f"node:{made.proposer}").number
    for each in made.parties:
        approve(world, number, each.party)
    return number


def amended(number: str | None, made: ProposeBetChange, **changed: Any) -> s.RecordBetAmendment:
    """What the event of an amendment says that stands on a change."""
    told: dict[str, Any] = {
        "bet_id": 1, "amendment_id": 1, "proposer": account(made.proposer), "terms": number, "terms_ref": REF,
        "parties_root": REF, "start": made.start, "periods": made.periods, "from_period": made.from_period,
        "sign_by": made.sign_by,
        "leaver": None if made.leaver is None else account(made.leaver),
        "newcomer": None if made.newcomer is None else account(made.newcomer),
    }  # fmt: skip
    return s.RecordBetAmendment(**{**told, **changed})


def amendment_signed(
    made: ProposeBetChange, place: int, **changed: Any
) -> s.RecordBetAmendmentSignature:
    """What the event of the signature of the party at a place says."""
    each = made.parties[place]
    targets = tuple(
        s.BetTarget(
            metric=t.metric, follows_index=t.follows_index, weight_bps=t.weight_bps, floor=str(t.floor),
            base=str(t.base), stretch=str(t.stretch),
        )
        for t in each.targets
    )  # fmt: skip
    told: dict[str, Any] = {
        "bet_id": 1, "amendment_id": 1, "party": account(each.party), "stake_minor": each.stake_minor,
        "share_bps": each.share_bps, "tolerance_bps": each.tolerance_bps, "slope_bps": each.slope_bps,
        "cap_bps": each.cap_bps, "targets": targets, "signed": place + 1,
    }  # fmt: skip
    return s.RecordBetAmendmentSignature(**{**told, **changed})


def agreement(made: ProposeBetChange, **changed: Any) -> s.RecordBetAmendmentAgreement:
    """What the event says when all have signed."""
    told: dict[str, Any] = {
        "bet_id": 1, "amendment_id": 1, "leaver": None, "from_period": made.from_period, "periods": made.periods,
        "start": made.start, "newcomer": None if made.newcomer is None else account(made.newcomer),
    }  # fmt: skip
    return s.RecordBetAmendmentAgreement(**{**told, **changed})


def top_up(world: World, **changed: Any) -> str:
    """A top-up that the sponsor proposes; its number."""
    told: dict[str, Any] = {
        "bet": bet(world), "payer": "lead", "amount_minor": ADDED, "reason": "the season runs well"
    }  # fmt: skip
    return world.do(ProposeTopUp(**{**told, **changed}), actor="node:lead").number


def approve_top_up(world: World, number: str) -> Document:
    """Finance lets the sponsor pay."""
    return world.do(ApproveTopUp(top_up=number), actor="finance:cfo")


def topped_up(pool: int, payer: str = "lead", amount: int = ADDED) -> s.RecordBetTopUp:
    """What the event says of more in the pool."""
    return s.RecordBetTopUp(
        bet_id=1, payer=account(payer), amount_minor=amount, pool_minor=pool + amount
    )


def fill_tables(world: World) -> None:
    """At least one row in every table of papers: a bet without a pool, a change of it that stands, and a top-up."""
    running(world, bet_id=OTHER_BET, pool_minor=0, expected_value_minor=0)
    number, made = agreed(world), change(world)
    world.do(amended(number, made, bet_id=OTHER_BET))
    top_up(world)
