"""An act that draws tokens has its approval in front: of the contract of the act, for what it draws and no more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.ports.port import Document
from erp.database import transaction
from erp.signing.errors import SigningClosed
from erp.signing.queries import steps
from erp.signing.schemas import AnswerSigning, WithdrawAct
from tests.bets import STAKE, Bet, enrol_nodes
from tests.faults.killing import ends_the_same
from tests.mailbox import ask, key_of, offered, outcome, sign, wallet
from tests.scenarios.test_signing_bets import ask_to_sign
from tests.world import DAY, World
from tests.worlds import Worlds

pytestmark = pytest.mark.node
APPROVE = "0x095ea7b3"  # selector of approve(address,uint256)
ADDED = 70_000


def forbid(world: World, *codes: str) -> None:
    """These let the bets draw nothing any more."""
    bets = world.deployment.address("BetContracts")
    for code in codes:
        world.transact(code, "SettlementToken", "approve", bets, 0)


def allowance(world: World, code: str, contract: str = "BetContracts") -> int:
    spender = world.deployment.address(contract)
    return int(
        world.view("SettlementToken", "allowance", world.people[code].address.lower(), spender)
    )


def active_bet(world: World) -> Bet:
    """A bet that all have signed, of which nobody lets anything be drawn."""
    enrol_nodes(world)
    bet = Bet(world)
    bet.sign()
    forbid(world, *bet.parties)
    world.settle()
    return bet


def top_up(world: World, bet: Bet, code: str = "NODE-1", amount: int = ADDED) -> Document:
    return ask(world, code, "top_up_pool", bet_id=bet.id, amount_minor=amount)


def shown_steps(world: World, asked: Document) -> list[tuple[str, str, str]]:
    with transaction(world.engine) as session:
        return [(row.step, row.kind, row.status) for row in steps(session, asked.number)]


def test_the_approval_of_just_what_an_act_draws_rides_in_front_and_nothing_of_it_is_left(
    world: World,
) -> None:
    bet = active_bet(world)
    asked = top_up(world, bet)
    request = offered(world, asked)
    assert request.fields["step"] == "approval"
    payload = json.loads(request.fields["payload"])
    bets = world.deployment.address("BetContracts")
    assert payload["to"] == world.deployment.address("SettlementToken")
    assert payload["data"] == f"{APPROVE}{bets[2:]:0>64}{ADDED:064x}"
    assert request.fields["says"] == (
        f"First let BetContracts ({bets}) draw 700.00 from your wallet and no more, which this act takes: "
        f"Add 700.00 to the pool of bet {bet.id}"
    )
    assert request.fields["says_zh"].startswith("先行授权：允许 BetContracts")
    assert shown_steps(world, asked) == [("approval", "transaction", "OPEN")]
    sign(world, asked, "NODE-1")
    assert allowance(world, "NODE-1") == ADDED
    assert offered(world, asked).fields["step"] == "act"
    assert [step[0] for step in shown_steps(world, asked)] == ["approval", "act"]
    sign(world, asked, "NODE-1")
    assert outcome(world, asked) == ("done", "")
    assert world.last("bet_top_up").fields["amount_minor"] == ADDED
    assert allowance(world, "NODE-1") == 0
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_where_enough_is_approved_the_act_alone_is_shown(world: World) -> None:
    bet = active_bet(world)
    world.let_draw("NODE-1", "BetContracts")
    asked = top_up(world, bet)
    sign(world, asked, "NODE-1")
    assert shown_steps(world, asked) == [("act", "transaction", "CLOSED")]
    assert outcome(world, asked) == ("done", "")


def test_a_statement_that_draws_a_stake_waits_for_its_approval(world: World) -> None:
    enrol_nodes(world)
    bet = Bet(world)
    forbid(world, "NODE-1")
    world.settle()
    asked = ask_to_sign(world, bet, "NODE-1")
    assert offered(world, asked).fields["kind"] == "transaction"
    sign(world, asked, "NODE-1")
    assert offered(world, asked).fields["kind"] == "typed_data"
    sign(world, asked, "NODE-1")
    assert outcome(world, asked) == ("done", "")
    assert world.last("bet_signature").fields["stake_minor"] == STAKE
    assert allowance(world, "NODE-1") == 0
    world.assert_audit_holds()


@pytest.mark.parametrize("changed", ["spender", "amount"])
def test_an_approval_of_another_spender_or_amount_is_not_sent(world: World, changed: str) -> None:
    bet = active_bet(world)
    asked = top_up(world, bet)
    data = json.loads(offered(world, asked).fields["payload"])["data"]
    thief = world.people["RIVAL"].address.lower()[2:]
    bets = world.deployment.address("BetContracts")[2:]
    other = (
        data.replace(bets, thief)
        if changed == "spender"
        else data.replace(f"{ADDED:064x}", "f" * 64)
    )
    assert other != data
    sign(world, asked, "NODE-1", data=other)
    ended, why = outcome(world, asked)
    assert ended == "refused"
    assert "the approval in front of it" in why
    assert "with data" in why
    assert allowance(world, "NODE-1") == 0
    world.assert_audit_holds()


def test_an_approval_signed_by_another_key_ends_the_act(world: World) -> None:
    bet = active_bet(world)
    asked = top_up(world, bet)
    request = offered(world, asked)
    answer = wallet("transaction", request.fields["payload"], key_of(world, "NODE-2"))
    world.erp(AnswerSigning(signing_request=request.number, answer=answer))
    world.settle()
    assert "signed by" in outcome(world, asked)[1]
    assert allowance(world, "NODE-2") == 0


def test_what_the_contract_would_refuse_is_told_before_anything_is_approved(world: World) -> None:
    bet = active_bet(world)
    nobodys = bet.id + 1
    asked = ask(world, "NODE-1", "top_up_pool", bet_id=nobodys, amount_minor=ADDED)
    ended, why = outcome(world, asked)
    assert (ended, why.partition("_")[0]) == ("refused", "BetContracts")
    assert not world.documents("signing_request")


def test_who_has_not_the_money_is_told_before_anything_is_approved(world: World) -> None:
    bet = active_bet(world)
    held = world.balance("NODE-1")
    asked = top_up(world, bet, amount=held + 1)
    assert outcome(world, asked)[0] == "refused"
    assert f"holds {held}" in outcome(world, asked)[1]
    assert not world.documents("signing_request")


def test_an_approval_that_nobody_signs_in_its_time_ends_the_act_with_it(world: World) -> None:
    bet = active_bet(world)
    asked = top_up(world, bet)
    world.wait(2 * DAY)
    world.settle()
    assert outcome(world, asked) == ("expired", "nobody signed it in its time")
    world.assert_nothing_waits()


def test_an_act_that_is_taken_back_takes_its_approval_with_it(world: World) -> None:
    bet = active_bet(world)
    asked = top_up(world, bet)
    request = offered(world, asked)
    world.erp(WithdrawAct(request=asked.number, reason="too much"))
    answer = wallet("transaction", request.fields["payload"], key_of(world, "NODE-1"))
    with pytest.raises(SigningClosed):
        world.erp(AnswerSigning(signing_request=request.number, answer=answer))
    world.settle()
    assert allowance(world, "NODE-1") == 0
    assert not world.documents("act_outcome")
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_an_approval_that_was_used_up_meanwhile_is_asked_for_again(world: World) -> None:
    bet = active_bet(world)
    asked = top_up(world, bet)
    sign(world, asked, "NODE-1")
    forbid(world, "NODE-1")
    sign(world, asked, "NODE-1")  # the act, which could not succeed any more: it is not sent
    assert offered(world, asked).fields["step"] == "approval"
    sign(world, asked, "NODE-1")
    sign(world, asked, "NODE-1")
    assert outcome(world, asked) == ("done", "")
    assert not world.alarms()
    world.assert_audit_holds()


def test_a_nonce_that_was_used_meanwhile_makes_a_new_request_of_the_approval(world: World) -> None:
    bet = active_bet(world)
    asked = top_up(world, bet)
    first = offered(world, asked)
    forbid(world, "NODE-1")
    sign(world, asked, "NODE-1")
    second = offered(world, asked)
    assert (second.fields["step"], second.fields["showing"]) == ("approval", 2)
    assert second.number != first.number
    sign(world, asked, "NODE-1")
    sign(world, asked, "NODE-1")
    assert outcome(world, asked) == ("done", "")


def play(world: World) -> None:
    """A party signs a bet with its approval in front; the other signs, and the first adds to the pool, approved as well."""
    enrol_nodes(world)
    bet = Bet(world)
    forbid(world, "NODE-1")
    world.settle()
    asked = ask_to_sign(world, bet, "NODE-1")
    sign(world, asked, "NODE-1")
    sign(world, asked, "NODE-1")
    bet.sign("NODE-2")
    world.settle()
    more = top_up(world, bet)
    sign(world, more, "NODE-1")
    sign(world, more, "NODE-1")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_bridge_killed_between_approvals_and_acts_ends_the_same(
    worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    least = {"commit": 16, "send": 3}
    ends_the_same(worlds, tmp_path, monkeypatch, play, seed, least).close()
