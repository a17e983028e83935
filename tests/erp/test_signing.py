"""The ERP's side of the signing mailbox: steps of an act, two sides of a statement, bounds and deadlines."""

from __future__ import annotations

import pytest

from erp.kernel.log.model import Document
from erp.parties.schemas import PartyKind, RegisterParty
from erp.signing.errors import ActMalformed, NotCapable, NotItsAct, TooManyActs
from erp.signing.schemas import (
    ActOutcome,
    AnswerSigning,
    EndAct,
    OfferSigning,
    RequestAct,
    SigningKind,
    SigningStep,
)
from erp.signing.service import OPEN_ACTS_MAX
from tests.erp.signing import asked
from tests.erp.world import DAY, REF, World, account

CONTRACT = "0x" + "77" * 20
SIGNATURE, OTHERS = "0x" + "ab" * 65, "0x" + "cd" * 65
SIDES = ("buyer", "supplier")


def change(world: World, **changed: int) -> dict[str, object]:
    """A change of an order, as both sides tell it."""
    return {
        "order_id": 1, "revision": 1, "quantity": 5, "amount_minor": 900, "promised_at": world.now + 9 * DAY,
        "schedule_root": REF, "deadline": world.now + DAY, **changed,
    }  # fmt: skip


def shown(world: World, act: Document, kind: SigningKind, **more: object) -> Document:
    told = OfferSigning(
        request=act.number, showing=1, kind=kind, payload="{}", digest=REF, refs={}, **more
    )
    return world.do(told)


def signed(world: World, party: str, answer: str, **changed: int) -> Document:
    """A side asks for the change of an order, is shown it, and signs."""
    act = world.do(RequestAct(party=party, act="amend_order", fields=change(world, **changed)))
    request = shown(world, act, SigningKind.TYPED_DATA)
    return world.do(AnswerSigning(signing_request=request.number, answer=answer))


def test_an_approval_says_who_draws_how_much_and_for_which_act(world: World) -> None:
    act = asked(world)
    step = {"step": SigningStep.APPROVAL, "spender": CONTRACT, "spender_name": "Guarantees"}
    with pytest.raises(ActMalformed, match="names who draws, and how much"):
        shown(world, act, SigningKind.TRANSACTION, **step)
    told = shown(world, act, SigningKind.TRANSACTION, **step, draws_minor=123_456).fields
    assert told["says"].startswith(f"First let Guarantees ({CONTRACT}) draw 1,234.56 from your")
    assert told["says"].endswith(act.fields["says"])
    assert told["says_zh"].endswith(act.fields["says_zh"])


def test_the_second_side_brings_both_signatures_and_is_paired_once(world: World) -> None:
    first = signed(world, SIDES[0], SIGNATURE)
    assert (first.fields["other_request"], first.fields["other_answer"]) == (None, None)
    second = signed(world, SIDES[1], OTHERS)
    assert second.fields["other_request"] == first.fields["request"]
    assert second.fields["other_answer"] == SIGNATURE
    third = signed(world, SIDES[1], OTHERS)
    assert third.fields["other_request"] is None


def test_nobody_is_paired_with_itself_with_another_change_or_with_an_act_that_ended(
    world: World,
) -> None:
    first = signed(world, SIDES[0], SIGNATURE)
    assert signed(world, SIDES[0], SIGNATURE).fields["other_request"] is None
    assert signed(world, SIDES[1], OTHERS, amount_minor=901).fields["other_request"] is None
    ended = EndAct(
        request=first.fields["request"],
        outcome=ActOutcome.REFUSED,
        reason="signed by another key",
        at_reference=None,
    )
    world.do(ended)
    again = signed(world, SIDES[1], OTHERS)
    assert again.fields["other_request"] != first.fields["request"]


def test_an_act_is_good_until_the_deadline_of_what_is_signed(world: World) -> None:
    fields = change(world)
    act = world.do(
        RequestAct(party="buyer", act="amend_order", fields=fields, good_seconds=9 * DAY)
    )
    assert act.fields["good_until"] < fields["deadline"]
    with pytest.raises(ActMalformed, match="deadline: it is over"):
        world.do(RequestAct(party="buyer", act="amend_order", fields=change(world, deadline=1)))


def test_a_statement_speaks_for_its_own_party(world: World) -> None:
    zero = {"share_bps": 1, "tolerance_bps": 1, "slope_bps": 1, "cap_bps": 1, "targets": []}
    pledge = {"account": account("buyer"), "stake_minor": 1, **zero}
    fields = {"bet_id": 1, "pledge": pledge, "proof": []}
    with pytest.raises(NotItsAct, match="settlement account of supplier in pledge"):
        world.do(RequestAct(party="supplier", act="sign_bet", fields=fields))


def test_one_party_does_not_fill_the_mailbox(world: World) -> None:
    for _ in range(OPEN_ACTS_MAX):
        asked(world)
    with pytest.raises(TooManyActs):
        asked(world)


def test_whoever_holds_a_post_rules_without_being_a_participant_and_does_nothing_else(
    world: World,
) -> None:
    holder = account("arbiter")
    world.do(RegisterParty(code="arbiter", name="arbiter", kind=PartyKind.EXTERNAL, account=holder))
    ruling = {"bet_id": 1, "value_added_minor": 5, "ruling_ref": REF}
    act = RequestAct(party="arbiter", act="rule_value", fields=ruling)
    assert world.do(act).fields["account"] == holder
    with pytest.raises(NotCapable):
        world.do(
            RequestAct(party="arbiter", act="split_claim", fields={"claim_id": 1, "part_minor": 1})
        )
