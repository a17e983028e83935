"""Review 16, honest nodes and people: a wallet that sends what it signs is ahead of the answer that the bridge gets."""

from __future__ import annotations

import json

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address

from bridge.chain.gateway import encode_call
from bridge.ports.port import Document
from erp.signing.schemas import AnswerSigning
from tests.faults.attacking import (
    AMOUNT,
    answers,
    asks_to_pay,
    is_done_once,
    outcomes,
    paid,
    requests_of,
    row_of,
)
from tests.mailbox import approve_first, ask, key_of
from tests.scenarios.test_signing_approvals import active_bet, top_up
from tests.world import BUYER, DAY, World

pytestmark = pytest.mark.node
FIRM = "NODE-1"
OTHERS = 510  # transactions of somebody else, each with an event that is read


def made(world: World, asked: Document, party: str, **changed: int) -> str:
    """The bytes that a party's wallet makes of what was shown last."""
    content = json.loads(requests_of(world, asked)[-1].fields["payload"])
    del content["from"]
    content |= {"to": to_checksum_address(content["to"]), **changed}
    return Account.sign_transaction(content, key_of(world, party)).raw_transaction.to_0x_hex()


def behind(world: World, asked: Document, party: str, **changed: int) -> str:
    """The same by a wallet that counts by itself: with the nonce behind the one that was shown."""
    nonce = json.loads(requests_of(world, asked)[-1].fields["payload"])["nonce"]
    return made(world, asked, party, nonce=nonce + 1, **changed)


def gives(world: World, asked: Document, raw: str) -> None:
    """The person hands these bytes over as the answer to what was shown last."""
    number = requests_of(world, asked)[-1].number
    world.erp(AnswerSigning(signing_request=number, answer=raw))


def top_ups(world: World) -> int:
    """How often a pool grew, by the books."""
    return len(world.documents("bet_top_up"))


@pytest.mark.parametrize("read", [True, False])
def test_an_act_that_draws_and_that_a_wallet_sent_by_itself_is_not_asked_for_again(
    world: World, read: bool
) -> None:
    """What it drew used up the approval in front of it, which makes it look as if the approval were missing still."""
    bet = active_bet(world)
    asked = top_up(world, bet)
    approve_first(world, asked, FIRM)
    shown = len(requests_of(world, asked))
    raw = made(world, asked, FIRM)
    world.people[FIRM].wait(world.node.rpc("eth_sendRawTransaction", [raw]))
    if read:
        world.settle()
        assert top_ups(world) == 1
    gives(world, asked, raw)
    world.settle()
    while len(requests_of(world, asked)) > shown:  # the person does what it is shown
        shown = len(requests_of(world, asked))
        gives(world, asked, made(world, asked, FIRM))
        world.settle()
    told = outcomes(world, asked)
    assert (top_ups(world), told) == (1, ["done"])


@pytest.mark.parametrize("read", [True, False])
def test_what_a_wallet_sped_up_before_its_answer_came_is_not_asked_for_again(
    world: World, read: bool
) -> None:
    """The answer's slot is spent by the same call of the same account, at another price of gas."""
    asked = asks_to_pay(world)
    world.settle()
    raw, faster = made(world, asked, BUYER), made(world, asked, BUYER, gasPrice=10**10)
    world.people[BUYER].wait(world.node.rpc("eth_sendRawTransaction", [faster]))
    if read:
        world.settle()
        assert paid(world) == 1
    gives(world, asked, raw)
    world.settle()
    assert paid(world) == 1
    shown = len(requests_of(world, asked))
    if shown > 1:  # the person does what it is shown
        answers(world, asked)
        world.settle()
    told = outcomes(world, asked)
    assert (paid(world), shown, told) == (1, 1, ["done"]), row_of(world, asked)


def test_what_a_wallet_sent_out_of_turn_is_not_asked_for_again(world: World) -> None:
    """Two acts are shown; the wallet puts the second behind the first, and sends it: it waits in the pool for its turn."""
    first, second = asks_to_pay(world), asks_to_pay(world, AMOUNT + 1)
    world.settle()
    raw = behind(world, second, BUYER)
    world.node.rpc("eth_sendRawTransaction", [raw])
    gives(world, second, raw)
    world.settle_passes(3)
    shown = len(requests_of(world, second))
    if shown > 1:  # the person does what it is shown
        answers(world, second)
        world.settle_passes(3)
    answers(world, first)
    world.settle()
    if len(requests_of(world, first)) > 1:
        answers(world, first)
        world.settle()
    found = paid(world), paid(world, AMOUNT + 1)
    assert found == (1, 1), (row_of(world, first), row_of(world, second))
    assert (outcomes(world, first), outcomes(world, second)) == (["done"], ["done"])


def test_what_a_wallet_sped_up_is_found_among_any_number_of_other_transactions(
    world: World,
) -> None:
    """The bridge was down meanwhile, and the chain was busy."""
    asked = asks_to_pay(world)
    world.settle()
    raw, faster = made(world, asked, BUYER), made(world, asked, BUYER, gasPrice=10**10)
    world.node.rpc("evm_setAutomine", [False])
    try:
        gives(world, asked, raw)
        world.settle_passes(2)
        world.node.rpc("eth_sendRawTransaction", [faster])
        world.node.mine()
        crowd = world.people["RIVAL"]
        to = world.people["SUPPLIER"].address
        nonce = int(world.node.rpc("eth_getTransactionCount", [crowd.address, "latest"]), 16)
        token = to_checksum_address(world.deployment.address("SettlementToken"))
        data = encode_call("SettlementToken", "transfer", [to, 1])
        for place in range(OTHERS):
            content = {
                "to": token, "data": data, "gas": 200_000, "gasPrice": 10**10, "value": 0,
                "nonce": nonce + place, "chainId": world.deployment.chain_id,
            }  # fmt: skip
            sent = Account.sign_transaction(content, crowd.account.key).raw_transaction
            world.node.rpc("eth_sendRawTransaction", [sent.to_0x_hex()])
            if place % 100 == 99:
                world.node.mine()
        world.node.mine()
    finally:
        world.node.rpc("evm_setAutomine", [True])
    world.clock.ahead += 6
    world.settle_passes(4)
    is_done_once(world, asked)


def test_an_act_that_a_wallet_sent_and_that_nobody_answered_is_not_told_as_expired(
    world: World,
) -> None:
    """The person closed the page once its wallet had sent it: who is told that it expired does it again."""
    asked = asks_to_pay(world)
    world.settle()
    raw = made(world, asked, BUYER)
    world.people[BUYER].wait(world.node.rpc("eth_sendRawTransaction", [raw]))
    world.settle()
    assert paid(world) == 1
    world.reach(world.now + 2 * DAY)
    world.node.mine()
    world.settle()
    assert outcomes(world, asked) == ["done"], row_of(world, asked)


def test_a_leave_that_a_wallet_sent_and_that_nobody_answered_is_not_told_as_expired(
    world: World,
) -> None:
    """It moves no money and no minutes, and its event is read all the same."""
    operator = world.people["RIVAL"].address.lower()
    asked = ask(world, BUYER, "let_transfer_capacity", operator=operator, may=True)
    raw = made(world, asked, BUYER)
    world.people[BUYER].wait(world.node.rpc("eth_sendRawTransaction", [raw]))
    world.settle()
    world.reach(world.now + 2 * DAY)
    world.node.mine()
    world.settle()
    assert outcomes(world, asked) == ["done"], row_of(world, asked)
    world.assert_audit_holds()
