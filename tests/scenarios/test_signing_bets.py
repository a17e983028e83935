"""A party signs a bet by the mailbox: typed data of the terms and its own pledge, which the keeper brings to the chain."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge.capabilities.model import ZERO_ACCOUNT
from bridge.commitments.documents import document_root
from bridge.commitments.merkle import MerkleTree
from bridge.ports.port import Document
from erp.parties.schemas import PartyKind, RegisterParty
from erp.signing.errors import NotItsAct
from erp.signing.schemas import AnswerSigning, RequestAct, StateRuling
from scripts.deployment.accounts import Person
from tests.bets import POOL, STAKE, TARGET, Bet, enrol_nodes
from tests.mailbox import approve_first, ask, key_of, offered, outcome, sign, wallet
from tests.world import DAY, World

pytestmark = pytest.mark.node


def snake(pledge: dict[str, Any]) -> dict[str, Any]:
    """A pledge as a person tells it to the mailbox."""
    return {
        "account": pledge["account"].lower(),
        "stake_minor": pledge["stake"],
        "share_bps": pledge["shareBps"],
        "tolerance_bps": pledge["toleranceBps"],
        "slope_bps": pledge["slopeBps"],
        "cap_bps": pledge["capBps"],
        "targets": [
            {
                "metric": target["metric"],
                "follows_index": target["followsIndex"],
                "weight_bps": target["weightBps"],
                "floor": target["floor"],
                "base": target["base"],
                "stretch": target["stretch"],
            }
            for target in pledge["targets"]
        ],
    }


def ask_to_sign(world: World, bet: Bet, code: str) -> Document:
    """A party asks for its signature under a bet."""
    place = bet.parties.index(code)
    proof = ["0x" + bytes(node).hex() for node in bet.tree.proof(bet.leaves[place])]
    pledge = snake(bet.pledge(code))
    return ask(world, code, "sign_bet", bet_id=bet.id, pledge=pledge, proof=proof)


@pytest.fixture
def bet(world: World) -> Bet:
    """A bet that a sponsor proposed to two nodes, and that is booked."""
    enrol_nodes(world)
    proposed = Bet(world)
    world.settle()
    return proposed


def test_a_party_signs_a_bet_with_a_key_that_the_bridge_never_sees(world: World, bet: Bet) -> None:
    asked = ask_to_sign(world, bet, "NODE-1")
    request = offered(world, asked)
    assert request.fields["kind"] == "typed_data"
    shown = json.loads(request.fields["payload"])
    assert shown["domain"]["name"] == "BetContracts"
    assert shown["message"]["pledge"]["stake"] == STAKE
    assert shown["message"]["terms"]["valuePool"] == bet.terms["valuePool"]
    held = world.balance("NODE-1")
    sign(world, asked, "NODE-1")
    assert outcome(world, asked) == ("done", "")
    signed = world.last("bet_signature")
    assert (signed.fields["party_code"], signed.fields["stake_minor"]) == ("NODE-1", STAKE)
    assert held - world.balance("NODE-1") == STAKE
    done = world.last("act_outcome").fields["at_reference"]
    sender = world.bridge.client.call("eth_getTransactionReceipt", done)["from"]
    assert sender == world.people["keeper"].address.lower()
    assert world.people["NODE-1"].address.lower() not in world.bridge.gateway.signers
    world.assert_audit_holds()


def test_a_bet_signed_by_another_key_brings_no_stake_in(world: World, bet: Bet) -> None:
    asked = ask_to_sign(world, bet, "NODE-1")
    request = offered(world, asked)
    answer = wallet("typed_data", request.fields["payload"], key_of(world, "NODE-2"))
    held = world.balance("NODE-1")
    world.erp(AnswerSigning(signing_request=request.number, answer=answer))
    world.settle()
    assert outcome(world, asked)[0] == "refused"
    assert not world.documents("bet_signature")
    assert world.balance("NODE-1") == held
    world.assert_audit_holds()


def test_both_parties_sign_by_the_mailbox_and_the_bet_binds(world: World, bet: Bet) -> None:
    for code in bet.parties:
        sign(world, ask_to_sign(world, bet, code), code)
    assert world.last("bet_activation").fields["parties"] == 2
    world.assert_audit_holds()


def propose(world: World, bet: Bet, tree: MerkleTree, newcomer: str) -> int:
    """The sponsor proposes by the mailbox that a node joins from the first period on; the amendment's number."""
    change = {
        "parties_root": "0x" + bytes(tree.root).hex(),
        "terms_ref": "0x" + world.reference().hex(),
        "leaver": ZERO_ACCOUNT,
        "newcomer": world.people[newcomer].address.lower(),
        "start": int(bet.record()["start"]),
        "periods": 1,
        "from_period": 1,
        "sign_by": bet.period_end(1),
    }
    asked = ask(world, "SPONSOR", "propose_amendment", bet_id=bet.id, change=change)
    sign(world, asked, "SPONSOR")
    assert outcome(world, asked) == ("done", "")
    return int(world.last("bet_amendment").fields["amendment_id"])


def test_a_bet_is_changed_by_the_mailbox_and_who_joins_approves_its_stake_first(
    world: World, bet: Bet
) -> None:
    for code in bet.parties:
        sign(world, ask_to_sign(world, bet, code), code)
    going_on = (*bet.parties, "NODE-3")
    pledges = {code: bet.pledge(code, shareBps=3_000) for code in going_on}
    leaves = {c: world.view("BetRules", "partyLeaf", pledge) for c, pledge in pledges.items()}
    tree = MerkleTree(list(leaves.values()))
    first = propose(world, bet, tree, "NODE-3")
    second = propose(world, bet, tree, "NODE-3")
    assert second == first + 1
    bets = world.deployment.address("BetContracts", bet.id)
    world.transact("NODE-3", "SettlementToken", "approve", bets, 0)
    held = world.balance("NODE-3")
    for code in going_on:
        proof = ["0x" + bytes(node).hex() for node in tree.proof(leaves[code])]
        fields = {"bet_id": bet.id, "amendment_id": second, "proof": proof}
        own = {**fields, "pledge": snake(pledges[code])}
        with pytest.raises(NotItsAct):
            world.erp(RequestAct(party="SPONSOR", act="sign_amendment", fields=own))
        asked = ask(world, code, "sign_amendment", **own)
        if code == "NODE-3":
            assert offered(world, asked).fields["draws_minor"] == STAKE
            approve_first(world, asked, code)
        shown = json.loads(offered(world, asked).fields["payload"])
        assert shown["primaryType"] == "AmendmentSignature"
        assert shown["message"]["amendmentId"] == second
        sign(world, asked, code)
        assert outcome(world, asked) == ("done", "")
    agreed = world.last("bet_amendment_agreement").fields
    assert (agreed["amendment_id"], agreed["newcomer"]) == (second, pledges["NODE-3"]["account"])
    assert held - world.balance("NODE-3") == STAKE
    world.assert_nothing_waits()
    world.assert_audit_holds()


# ---- the end by consent ----------------------------------------------------------------------------------


def end_of(world: World, bet: Bet, **changed: int) -> dict[str, int]:
    """What everybody signs who agrees that a bet ends now."""
    bets = world.deployment.address("BetContracts", bet.id)
    collecting = int(world.view("BetAmendments", "endRoundOf", bets, bet.id))
    return {"bet_id": bet.id, "round": collecting, **changed}


def test_a_bet_ends_early_once_its_sponsor_and_all_parties_signed_that_in_the_mailbox(
    world: World, bet: Bet
) -> None:
    bet.sign()
    world.settle()
    before = {code: world.balance(code) for code in bet.parties}
    asked = {}
    for code in ("SPONSOR", *bet.parties):
        assert not world.documents("bet_settlement")
        asked[code] = ask(world, code, "end_bet", **end_of(world, bet))
        shown = json.loads(offered(world, asked[code]).fields["payload"])
        assert shown["primaryType"] == "EndSignature"
        assert shown["message"]["account"] == world.people[code].address.lower()
        sign(world, asked[code], code)
    assert {outcome(world, each) for each in asked.values()} == {("done", "")}
    assert world.last("bet_settlement").fields["by_consent"] is True
    assert {code: world.balance(code) - before[code] for code in bet.parties} == dict.fromkeys(
        bet.parties, STAKE
    )
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_the_end_of_a_bet_is_shown_to_its_own_people_and_in_the_round_that_collects(
    world: World, bet: Bet
) -> None:
    bet.sign()
    world.settle()
    stranger = ask(world, "NODE-3", "end_bet", **end_of(world, bet))
    assert "neither sponsor nor party" in outcome(world, stranger)[1]
    passed = ask(world, "NODE-1", "end_bet", **end_of(world, bet, round=7))
    assert "collected in round 0, not 7" in outcome(world, passed)[1]
    assert not world.documents("signing_request")
    asked = ask(world, "NODE-1", "end_bet", **end_of(world, bet))
    request = offered(world, asked)
    answer = wallet("typed_data", request.fields["payload"], key_of(world, "NODE-2"))
    world.erp(AnswerSigning(signing_request=request.number, answer=answer))
    world.settle()
    assert "BetRules_BadSignature" in outcome(world, asked)[1]
    assert not world.documents("bet_end_signature")


# ---- rulings ---------------------------------------------------------------------------------------------


def know_arbiter(world: World) -> None:
    """Whoever holds the arbiter's post is a party of the ERP, and no participant."""
    world.people["ARBITER"] = Person(world.bridge.client, world.people["arbiter"].account.key)
    account = world.people["ARBITER"].address
    world.erp(
        RegisterParty(code="ARBITER", name="ARBITER", kind=PartyKind.EXTERNAL, account=account)
    )


def rule_by_mailbox(world: World, bet: Bet, act: str, **figures: Any) -> None:
    """The arbiter states its ruling, asks for the act that names it, and signs."""
    text = StateRuling(party="ARBITER", about=world.last("bet_dispute").number, text="as counted")
    stated = world.erp(text)
    ruling_ref = "0x" + document_root(stated).hex()
    asked = ask(world, "ARBITER", act, bet_id=bet.id, ruling_ref=ruling_ref, **figures)
    sign(world, asked, "ARBITER")
    assert outcome(world, asked) == ("done", "")
    measured = world.last("bet_measure").fields
    assert (measured["ruled"], measured["evidence"]) == (True, stated.number)


def test_an_arbiter_rules_index_performance_and_value_of_a_bet_by_the_mailbox(world: World) -> None:
    enrol_nodes(world)
    know_arbiter(world)
    indexed = {"targets": [{**TARGET, "followsIndex": True}]}
    bet = Bet(
        world, pledges={"NODE-1": indexed, "NODE-2": {}}, indexBaseline=10_000, indexElasticityBps=10_000,
        indexMaxUpBps=2_000, indexMaxDownBps=2_000,
    )  # fmt: skip
    bet.sign()
    world.reach(bet.sign_by + DAY)
    bet.report_index(1, 9_000)
    world.settle()

    def dispute(subject: str, period: int) -> None:
        told = (bet.id, subject, period, world.reference())
        world.transact("NODE-2", "BetContracts", "dispute", *told)
        world.settle()

    dispute(ZERO_ACCOUNT, 1)
    rule_by_mailbox(world, bet, "rule_index", period=1, value=11_000)
    assert world.last("bet_measure").fields["values"] == ["11000"]
    world.reach(bet.period_end(1))
    bet.report("NODE-1", 1, 70)
    bet.report("NODE-2", 1, 80)
    bet.report_value(POOL - 7)
    node = world.people["NODE-1"].address.lower()
    dispute(node, 1)
    pledge = snake(bet.pledge("NODE-1"))
    ruled = {"subject": node, "period": 1, "values": [90], "pledge": pledge}
    other = {**ruled, "pledge": {**pledge, "share_bps": 1}, "bet_id": bet.id}
    refused = ask(world, "ARBITER", "rule_performance", **other, ruling_ref="0x" + "11" * 32)
    assert outcome(world, refused)[0] == "refused"
    rule_by_mailbox(world, bet, "rule_performance", **ruled)
    dispute(ZERO_ACCOUNT, 0)
    rule_by_mailbox(world, bet, "rule_value", value_added_minor=POOL - 9)
    bet.settleable()
    world.settle()
    assert world.last("bet_settlement").fields["value_added_minor"] == POOL - 9
    world.assert_audit_holds()


def test_who_does_not_hold_the_arbiters_post_rules_nothing(world: World, bet: Bet) -> None:
    bet.sign()
    world.settle()
    figures = {"bet_id": bet.id, "value_added_minor": 1, "ruling_ref": "0x" + "11" * 32}
    asked = ask(world, "NODE-1", "rule_value", **figures)
    assert outcome(world, asked)[0] == "refused"
    assert not world.documents("signing_request")
