"""docs/deployments.md, followed line by line: posts change hands, offices are sealed, firms' accounts recovered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scripts.sandbox_world import SandboxWorld, needs_brownie, open_world

pytestmark = [pytest.mark.chain, needs_brownie]

TWO_DAYS = "ops.wait(2 * 86_400)"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxWorld]:
    made = open_world("anvil", tmp_path_factory.mktemp("keys"))
    yield made
    made.bridge.close()
    made.node.stop()


@pytest.fixture(autouse=True)
def _anew(sandbox: SandboxWorld) -> Iterator[None]:
    snapshot = sandbox.node.rpc("evm_snapshot")
    yield
    sandbox.node.rpc("evm_revert", [snapshot])


def test_a_post_changes_hands_and_a_stolen_one_is_filled_two_days_later(
    sandbox: SandboxWorld,
) -> None:
    before, offered, taken, vacant, early, seated, unknown = sandbox.told(
        "old, new, third = accounts[10], accounts[16], accounts[17]",
        "P = next(int(n) for n, told in ops.posts().items() if told.startswith('REPORTER'))",
        "tell(ops.post(P)['holder'] == old.address); ops.offer_post(P, new); tell(ops.post(P)['offered_to'])",
        "ops.take_post(P, new); tell(ops.post(P)['holder'] == new.address)",
        "ops.vacate_post(P); ops.announce_post(P, third); tell(ops.post(P)['holder'])",
        "tell(no(lambda: ops.take_post(P, third)))",
        f"{TWO_DAYS}; ops.take_post(P, third); tell(ops.post(P)['holder'] == third.address)",
        "tell(no(lambda: ops.post('king of platform A')))",
    )
    assert (before, taken, vacant, seated) == (True, True, "nobody", True)
    assert offered
    assert early.startswith("Refused: Posts_NotYetTakeable(")
    assert unknown.startswith("NotThere: there is no post 'king of platform A'")


def test_a_new_post_has_a_number_an_office_and_one_holder_who_is_nobody_else(
    sandbox: SandboxWorld,
) -> None:
    number, office, twice, party, wrong, alone = sandbox.told(
        "n = ops.create_post('REPORTER', accounts[16], 'reporter of platform B'); tell(n)",
        "tell(ops.post('reporter of platform B')['office'])",
        "tell(no(lambda: ops.create_post('ARBITER', accounts[16], 'arbiter too')))",
        "tell(no(lambda: ops.create_post('ARBITER', 'HEFEI', 'a party')))",
        "tell(no(lambda: ops.create_post('KING', accounts[17], 'king')))",
        "ops.vacate_post(n); tell(no(lambda: ops.offer_post(n, accounts[17])))",
    )
    assert number > 1
    assert office == "REPORTER"
    assert twice.startswith("Refused: Posts_HoldsAnotherOffice(")
    assert party.startswith("Refused: Posts_HolderIsAParticipant(")
    assert wrong.startswith("BadArgument: a post's office is one of ATTESTER, REPORTER, ARBITER")
    assert alone == f"NotThere: nobody holds post {number}"


def test_offices_are_sealed_and_then_announced(sandbox: SandboxWorld) -> None:
    opened, refused, announced, early, given, withdrawn = sandbox.told(
        "tell(ops.grants()['sealed'])",
        "opened = ops.grants()['sealed'] or ops.seal_offices(); new = accounts[17]",
        "tell(no(lambda: ops.appoint('TREASURER', new)))",
        "ops.announce_grant('TREASURER', new); tell(len(ops.grants()))",
        "tell(no(lambda: ops.appoint('TREASURER', new)))",
        f"{TWO_DAYS}; ops.appoint('TREASURER', new); ops.dismiss('TREASURER', 'treasurer')",
        "tell(ops.issue('S1', 5, new).status)",
        "ops.announce_grant('SCORER', new); ops.withdraw_grant('SCORER', new); tell(len(ops.grants()))",
    )
    assert opened in {True, False}
    assert refused.startswith("Refused: SealedOffices_NotAnnounced(")
    assert (announced, withdrawn) == (2, 1)
    assert early.startswith("Refused: SealedOffices_NotYetGrantable(")
    assert given == 1


def test_a_firms_account_is_opened_bids_signs_and_is_recovered(sandbox: SandboxWorld) -> None:
    opened, moved, foreign, handed, announced, vetoed, contested, recovered, none = sandbox.told(
        "key, heir, third = accounts[16], accounts[17], accounts[18]",
        "F = ops.open_firm(key, 'supplier'); ops.add_capability(F, 'node'); ops.issue(F, 5_000)",
        "tell(ops.firm(F)['owner'] == key.address)",
        "ops.approve(F); ops.firm_call(F, 'SettlementToken', 'transfer', accounts[6].address, 1_000)",
        "ops.firm_calls(F, [('SettlementToken', 'transfer', accounts[6].address, 100)] * 2)",
        "tell(ops.balance(F))",
        "tell(no(lambda: ops.take_firm(F, heir)))",
        "ops.hand_over_firm(F, heir); ops.take_firm(F, heir); tell(ops.firm(F)['owner'] == heir.address)",
        "ops.recover_firm(F, third); tell(ops.firm(F)['owner_may_veto'])",
        "ops.veto_recovery(F); tell(ops.firm(F)['announced'])",
        "ops.recover_firm(F, third); tell(no(lambda: ops.veto_recovery(F)))",
        "ops.wait(60 * 86_400); ops.take_recovered_firm(F, third)",
        "tell(ops.firm(F)['owner'] == third.address)",
        "tell(no(lambda: ops.firm('S1')))",
    )
    assert (opened, moved, handed, recovered) == (True, 3_800, True, True)
    assert foreign.startswith("Refused: FirmAccount_NotTheHeir(")
    assert (announced, vetoed) == (True, None)
    assert contested.startswith("Refused: FirmAccount_Contested(")
    assert none.startswith("NotThere: ")


def test_rooms_are_retired_and_back_by_the_guardian(sandbox: SandboxWorld) -> None:
    again, stopped = sandbox.told(
        "ops.retire(Tenders); tell(no(lambda: ops.retire(Tenders)))",
        "tell(no(lambda: ops.open_tender(100, 1_000_000, ['S1'])))",
        "ops.unretire(Tenders); ops.open_tender(100, 1_000_000, ['S1'])",
    )
    assert again.startswith("Refused: Participants_AlreadyRetired(")
    assert "Stopped" in stopped
