"""Outcomes beyond orders: the party's score follows, and nothing else moves."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from erp.credit.schemas import CreditComponent, RecordCreditComponent
from erp.database import transaction
from erp.kernel.rows import Rows
from erp.parties.errors import UnknownAccount
from erp.parties.queries import party
from erp.replay import differences
from tests.erp.world import World, account


def outcome(who: str, score_bps: int = 7_400) -> RecordCreditComponent:
    return RecordCreditComponent(
        account=account(who),
        subject_id=7,
        component=CreditComponent.BETS,
        value_minor=1_000_000,
        outcome_bps=10_000,
        score_bps=score_bps,
    )


def test_a_kept_bet_moves_the_score_of_its_party_and_no_account(world: World) -> None:
    made = world.do(outcome("supplier"))
    assert (made.type, made.fields["party"], made.entries) == ("credit_component", "supplier", [])
    with transaction(world.engine) as session:
        owner = party(Rows.of(session), "supplier")
        assert (owner.credit_bps, owner.outcomes) == (7_400, 1)
        assert differences(session) == []


def test_an_outcome_of_an_account_without_a_party_is_refused(world: World) -> None:
    with pytest.raises(UnknownAccount):
        world.do(outcome("nobody"))


def test_a_score_above_the_whole_is_refused() -> None:
    with pytest.raises(ValidationError):
        outcome("supplier", 10_001)
