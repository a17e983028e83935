"""An outcome beyond orders: what users say of a supplier moves its credit on chain and in the ERP alike."""

from __future__ import annotations

from eth_utils.crypto import keccak

from tests.world import DAY, World

WEIGHT = 1_000_000  # minor units


def test_what_users_say_of_a_supplier_is_its_score_in_the_erp_too(world: World) -> None:
    reporter, supplier = world.people["attester"].address, world.people["SUPPLIER"].address
    scorer = keccak(text="SCORER")
    world.transact("deployer", "Participants", "announceGrant", scorer, reporter)
    world.wait(2 * DAY)
    world.transact("deployer", "Participants", "grantRole", scorer, reporter)
    world.transact("attester", "CreditRegistry", "recordFeedback", supplier, 7, WEIGHT, 0)
    world.settle()
    (score,) = world.bridge.gateway.view("CreditRegistry", "scoreOf", supplier)
    assert score < 6_000  # a newcomer's
    outcome = world.last("credit_component").fields
    assert outcome["party"] == "SUPPLIER"
    assert (outcome["component"], outcome["subject_id"]) == ("users", 7)
    assert (outcome["value_minor"], outcome["outcome_bps"]) == (WEIGHT, 0)
    assert outcome["score_bps"] == score
    world.assert_nothing_waits()
    world.assert_audit_holds()
