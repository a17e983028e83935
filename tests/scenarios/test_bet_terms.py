"""A bet stands on terms that all approved: proposed and signed by the mailbox, without anybody typing a figure twice."""

from __future__ import annotations

import json

import pytest

from bridge.ports.port import Document
from erp.bets.terms_schemas import WithdrawBetTerms
from scripts.plays.acts.bet_terms import approved_terms, party_of
from scripts.plays.acts.bets import POOL, STAKE
from tests.bets import enrol_nodes
from tests.mailbox import ask, offered, outcome, sign
from tests.world import World

pytestmark = pytest.mark.node

PARTIES = (party_of("NODE-1", 6_000), party_of("NODE-2", 4_000))


@pytest.fixture
def terms(world: World) -> Document:
    """Terms between two nodes that everybody approved."""
    enrol_nodes(world)
    world.settle()
    return approved_terms(world, "SPONSOR", PARTIES)


def test_a_bet_is_proposed_and_signed_as_its_terms_have_it(world: World, terms: Document) -> None:
    asked = ask(world, "SPONSOR", "propose_bet", bet_terms=terms.number)
    assert "its pool, 5,000.00, leaves your wallet" in asked.fields["says"]
    sign(world, asked, "SPONSOR")
    assert outcome(world, asked) == ("done", "")
    opened = world.last("bet_contract")
    found = (opened.fields["terms"], opened.fields["unagreed"], opened.fields["pool_minor"])
    assert found == (terms.number, None, POOL)
    for code in ("NODE-1", "NODE-2"):
        asked = ask(world, code, "sign_bet_terms", bet_id=opened.fields["bet_id"])
        assert "零不良不高于 0 件" in asked.fields["says_zh"]
        shown = json.loads(offered(world, asked).fields["payload"])["message"]["pledge"]
        assert (shown["stake"], shown["targets"][0]["metric"]) == (STAKE, 101)
        sign(world, asked, code)
        assert outcome(world, asked) == ("done", "")
        assert world.last("bet_signature").fields["unagreed"] is None
    assert world.last("bet_activation").fields["parties"] == len(PARTIES)
    world.assert_audit_holds()


def test_terms_that_are_withdrawn_meanwhile_open_no_bet(world: World, terms: Document) -> None:
    asked = ask(world, "SPONSOR", "propose_bet", bet_terms=terms.number)
    offered(world, asked)
    withdrawn = WithdrawBetTerms(bet_terms=terms.number, reason="the season is over")
    world.erp(withdrawn, actor="node:SPONSOR")
    sign(world, asked, "SPONSOR")
    assert outcome(world, asked)[0] == "refused"
    assert f"took {terms.number} back" in outcome(world, asked)[1]
    assert not world.documents("bet_contract")
    world.assert_audit_holds()
