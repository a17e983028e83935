"""Papers of these books that an act names: a proposal, terms of a bet, a plan. Others fill in their commitments."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import Field

from erp.bets.changing import agreed_change, approved_top_up, expect_change, signs_change
from erp.bets.papers import agreed, expect_agreed, signs
from erp.bets.terms_rules import shown
from erp.groups.public import own_plan
from erp.kernel.rows import Rows
from erp.kernel.schema import NO_REFERENCE
from erp.needs.public import approved
from erp.signing.acts.model import Fields
from erp.signing.errors import ActMalformed

PLAN_NUMBER = r"RPL-[0-9]{4}-[0-9]{5,9}"
# A plan that is kept here by its number; of any other its seal or its hash.
PlanName = Annotated[str, Field(pattern=rf"^({PLAN_NUMBER}|0x[0-9a-f]{{64}})$")]


def proposed(rows: Rows, party: str, fields: Fields) -> dict[str, Any]:
    """The approved proposal that its leader opens a group by. Raises UnknownGroupProposal, NotApproved."""
    return approved(rows, fields["proposal"], party)


def planned(rows: Rows, party: str, fields: Fields) -> dict[str, Any] | None:
    """The party's own plan that is kept here; None for another. Raises UnknownPlan, PlanOfAnother, ActMalformed."""
    number = fields["plan"]
    if re.fullmatch(PLAN_NUMBER, number) is None:
        return None
    if fields.get("salt", NO_REFERENCE) != NO_REFERENCE:
        raise ActMalformed("open_plan", f"salt: a plan that is kept here has {NO_REFERENCE}")
    own_plan(rows, number, party, fields["group_id"], fields["role_id"])
    return {"plan": number}


def agreed_terms(rows: Rows, party: str, fields: Fields) -> dict[str, Any]:
    """The terms that their sponsor proposes a bet by. Raises UnknownBetTerms, BetTermsNotApproved, NotTheMembers."""
    return agreed(rows, fields["bet_terms"], party)


def agreed_pledge(rows: Rows, party: str, fields: Fields) -> dict[str, Any]:
    """What the terms of a bet have its party pledge. Raises UnknownBet, BetTermsNotApproved."""
    return signs(rows, fields["bet_id"], party)


def agreed_bet_change(rows: Rows, party: str, fields: Fields) -> dict[str, Any]:
    """The change that its proposer proposes on chain. Raises UnknownBetChange, BetChangeNotApproved."""
    return agreed_change(rows, fields["bet_change"], party)


def agreed_change_pledge(rows: Rows, party: str, fields: Fields) -> dict[str, Any]:
    """What an approved change of a bet has its party pledge. Raises UnknownBet, BetChangeNotApproved."""
    return signs_change(rows, fields["bet_id"], fields["amendment_id"], party)


def own_top_up(rows: Rows, party: str, fields: Fields) -> dict[str, Any]:
    """The approved top-up that a sponsor pays. Raises UnknownTopUp, BetChangeNotApproved."""
    return approved_top_up(rows, fields["top_up"], party)


def own_change_pledge(rows: Rows, party: str, fields: Fields) -> None:
    """Nothing: the act carries the pledge itself. Raises NotAsAgreed where the change that was approved says otherwise."""
    expect_change(rows, fields["bet_id"], fields["amendment_id"], party, fields["pledge"])


def own_pledge(rows: Rows, party: str, fields: Fields) -> None:
    """Nothing: the act carries the pledge itself. Raises NotAsAgreed where the terms of the bet say otherwise."""
    expect_agreed(rows, fields["bet_id"], party, fields["pledge"])


def pledge_in_words(told: Fields) -> dict[str, Any]:
    """What the pledge that is signed binds and promises."""
    return shown(told["pledge"])


def pool_of_terms(told: Fields) -> dict[str, Any]:
    """What leaves the wallet of a sponsor, as the terms that are signed have it."""
    return {"pool_minor": told["published"]["pool_minor"]}
