"""direct-transfer: tokens sent from one participant to another outside of any contract wait in suspense, visibly."""

from __future__ import annotations

from tests.world import BUYER, World

SUSPENSE_SENT = "1221.09"
SUSPENSE_RECEIVED = "2241.09"
WALLET = "1012.01"


def test_tokens_sent_directly_land_in_both_suspense_accounts(world: World) -> None:
    to = world.people["SUPPLIER"].address
    world.transact(BUYER, "SettlementToken", "transfer", to, 12_345)
    world.settle()
    assert world.last("token_transfer").fields["amount_minor"] == 12_345
    assert world.account(BUYER, SUSPENSE_SENT) == 12_345
    assert world.account("SUPPLIER", SUSPENSE_RECEIVED) == -12_345
    assert world.account(BUYER, WALLET) == world.balance(BUYER) == 10_000_000 - 12_345
    assert world.account("SUPPLIER", WALLET) == world.balance("SUPPLIER") == 10_000_000 + 12_345
    world.assert_audit_holds()


def test_nothing_sent_and_tokens_sent_to_oneself_are_no_movement(world: World) -> None:
    documents = world.bridge.port.last_sequence()
    world.transact(BUYER, "SettlementToken", "transfer", world.people[BUYER].address, 500)
    world.transact(BUYER, "SettlementToken", "transfer", world.people["RIVAL"].address, 0)
    world.settle()
    assert world.bridge.port.last_sequence() == documents
    world.assert_audit_holds()
