"""A bet is changed, and its pool grows, on approved papers: acts name the paper, and the chain gets what it says."""

from __future__ import annotations

import json

import pytest

from bridge.ports.port import Document
from erp.bets.change_schemas import WithdrawBetChange, WithdrawTopUp
from scripts.plays.acts.bet_changes import approved_change, approved_top_up
from scripts.plays.acts.bet_terms import approved_terms, party_of
from scripts.plays.acts.bets import POOL, STAKE
from tests.bets import enrol_nodes
from tests.mailbox import approve_first, ask, offered, outcome, sign
from tests.world import World

pytestmark = pytest.mark.node

ADDED = 70_000
FIRST = (party_of("NODE-1", 6_000), party_of("NODE-2", 4_000))
THEN = (party_of("NODE-1", 4_000), party_of("NODE-2", 3_000), party_of("NODE-3", 3_000))


@pytest.fixture
def bet(world: World) -> Document:
    """A bet on approved terms that both nodes signed: the document of its proposal."""
    enrol_nodes(world)
    world.settle()
    terms = approved_terms(world, "SPONSOR", FIRST)
    sign(world, ask(world, "SPONSOR", "propose_bet", bet_terms=terms.number), "SPONSOR")
    opened = world.last("bet_contract")
    for each in FIRST:
        asked = ask(world, each.party, "sign_bet_terms", bet_id=opened.fields["bet_id"])
        sign(world, asked, each.party)
    assert world.last("bet_activation").fields["parties"] == len(FIRST)
    return opened


def done(world: World, asked: Document, who: str) -> None:
    """The person signs, and the act is done."""
    sign(world, asked, who)
    assert outcome(world, asked) == ("done", "")


def test_a_bet_is_changed_as_its_paper_has_it_and_who_joins_pays_in_its_stake(
    world: World, bet: Document
) -> None:
    change = approved_change(world, bet, "SPONSOR", THEN, newcomer="NODE-3")
    done(
        world,
        ask(world, "SPONSOR", "propose_bet_change", bet_change=change.number),
        "SPONSOR",
    )
    proposed = world.last("bet_amendment").fields
    assert (proposed["terms"], proposed["unagreed"]) == (change.number, None)
    place = {"bet_id": bet.fields["bet_id"], "amendment_id": proposed["amendment_id"]}
    held = world.balance("NODE-3")
    for each in THEN:
        asked = ask(world, each.party, "sign_bet_change", **place)
        shown = json.loads(offered(world, asked).fields["payload"])
        assert shown["primaryType"] == "AmendmentSignature"
        assert shown["message"]["pledge"]["shareBps"] == each.share_bps
        done(world, asked, each.party)
        assert world.last("bet_amendment_signature").fields["unagreed"] is None
    agreed = world.last("bet_amendment_agreement").fields
    assert (agreed["newcomer_code"], agreed["staked_minor"]) == ("NODE-3", 3 * STAKE)
    assert held - world.balance("NODE-3") == STAKE
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_pool_grows_as_its_paper_has_it(world: World, bet: Document) -> None:
    top_up = approved_top_up(world, bet, "SPONSOR", ADDED)
    bets = world.deployment.address("BetContracts", bet.fields["bet_id"])
    world.transact("SPONSOR", "SettlementToken", "approve", bets, 0)
    asked = ask(world, "SPONSOR", "top_up_bet", top_up=top_up.number)
    assert offered(world, asked).fields["draws_minor"] == ADDED
    approve_first(world, asked, "SPONSOR")
    done(world, asked, "SPONSOR")
    grown = world.last("bet_top_up").fields
    assert (grown["pool_minor"], grown["unagreed"]) == (POOL + ADDED, None)
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_papers_that_are_withdrawn_meanwhile_change_nothing(world: World, bet: Document) -> None:
    change = approved_change(world, bet, "NODE-1", FIRST)
    top_up = approved_top_up(world, bet, "SPONSOR", ADDED)
    asked = [
        (ask(world, "NODE-1", "propose_bet_change", bet_change=change.number), "NODE-1"),
        (ask(world, "SPONSOR", "top_up_bet", top_up=top_up.number), "SPONSOR"),
    ]
    for each, _ in asked:
        offered(world, each)
    reason = "the market came back"
    world.erp(WithdrawBetChange(bet_change=change.number, reason=reason), actor="node:NODE-1")
    world.erp(WithdrawTopUp(top_up=top_up.number, reason=reason), actor="node:SPONSOR")
    for (each, who), paper in zip(asked, (change, top_up), strict=True):
        sign(world, each, who)
        assert outcome(world, each)[0] == "refused"
        assert f"took {paper.number} back" in outcome(world, each)[1]
    assert not world.documents("bet_amendment", "bet_top_up")
    world.assert_audit_holds()
