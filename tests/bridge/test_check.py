"""`interlock bridge check` finds what is wrong before `run` would."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bridge.chain import deployment as deployments
from bridge.operator import check
from bridge.operator.check import Finding
from bridge.store import schema
from erp.database import open_engine, upgrade
from scripts.deployment.deploy import role
from tests.world import BUYER, World


def findings(
    world: World, deployment: dict[str, Any] | None = None, **changed: Any
) -> dict[str, Finding]:
    """What a check of these settings finds, by name."""
    if deployment is not None:
        path = world.home / "checked.json"
        deployments.save(replace(world.deployment, **deployment), path)
        changed["deployment"] = path
    return {f.name: f for f in check.run(replace(world.config, **changed))}


def failed(found: dict[str, Finding]) -> dict[str, str]:
    return {name: finding.detail for name, finding in found.items() if not finding.ok}


def test_a_sound_house_has_no_failed_finding(world: World) -> None:
    found = findings(world)
    assert failed(found) == {}
    assert {"chain", "database", "clock", "post attester 1", "office ANCHORER"} <= found.keys()
    assert {f"contract {name}" for name in world.deployment.contracts} <= found.keys()
    assert found["clock"].warning  # the chain's time is that of 2006


def test_a_wrong_chain_and_a_wrong_genesis_end_the_check_at_once(world: World) -> None:
    row = world.sql(
        "SELECT chain_id, genesis_hash, consensus, contracts, stream_id FROM bridge_binding"
    )[0]
    binding = dict(zip("cgnks", row, strict=True))
    for change in ({"chain_id": 4}, {"genesis_hash": "0x" + "00" * 32}):
        (only,) = findings(world, change).values()
        assert (only.name, only.ok) == ("foundation", False)
        assert only.detail.startswith("WrongDeployment")  # its database was bound to the right one
        world.sql("DELETE FROM bridge_binding")
        (only,) = findings(world, change).values()
        assert only.detail.startswith("WrongChain")
        world.sql("INSERT INTO bridge_binding VALUES (1, :c, :g, :n, :k, :s)", **binding)


def test_changed_code_is_found(world: World) -> None:
    address = world.deployment.address("Tenders")
    world.node.rpc("anvil_setCode", [address, "0x6001"])
    assert failed(findings(world)) == {
        "contract Tenders": f"the code at {address} is not what was deployed"
    }


def test_another_version_of_the_contract_is_found(world: World) -> None:
    contracts = dict(world.deployment.contracts)
    contracts["Tenders"] = (replace(contracts["Tenders"][0], abi_hash="0x" + "11" * 32),)
    found = failed(findings(world, {"contracts": contracts}))
    assert "another version" in found["contract Tenders"]


def test_the_check_tells_which_key_holds_which_office_and_what_each_signs(world: World) -> None:
    found = findings(world)
    for office, call in {
        "attester": "PurchaseOrders.receiveDelivery",
        "anchorer": "DocumentRegistry.anchor",
        "keeper": "PurchaseOrders.close",
        "reporter": "UserReviews.recordReview",
    }.items():
        told = found[f"key {office}"]
        account = world.people[office].address
        assert (told.ok, told.warning) == (True, False)
        assert told.detail.startswith(f"{account}, opened in this process, signs ")
        assert call in told.detail
    assert found["keeper"].detail == f"{world.people['keeper'].address} holds nothing"
    assert found["reporter"].detail.endswith("holds reporter 1")
    assert found["stream erp"].detail == f"{world.people['anchorer'].address} owns it"


def test_a_keeper_that_holds_a_post_or_shares_the_attesters_key_is_told(world: World) -> None:
    shared = findings(world, keeper=world.bridge.attester)
    assert failed(shared) == {}
    assert shared["key keeper"].warning
    assert shared["keeper"].warning
    assert "the settings say that it is attester too" in shared["key keeper"].detail
    reporter = world.people["reporter"].address
    postholder = findings(world, keeper=reporter, reporter=world.people["keeper"].address)
    assert failed(postholder)["keeper"] == f"{reporter} holds reporter 1"


def test_a_stream_of_another_key_is_told_with_the_way_out(world: World) -> None:
    world.settle()
    keys = {name: world.people[name].address for name in ("anchorer", "keeper")}
    found = failed(findings(world, anchorer=keys["keeper"], keeper=keys["anchorer"]))
    assert found["stream erp"].startswith(f"{keys['anchorer']} owns it, so {keys['keeper']} cannot")


def test_an_anchorer_without_office_is_found(world: World) -> None:
    anchorer = world.people["anchorer"].address
    world.transact("deployer", "Participants", "revokeRole", role("ANCHORER"), anchorer)
    assert failed(findings(world)) == {"office ANCHORER": f"{anchorer} does not hold it"}


def test_what_the_admin_announced_and_a_post_that_is_empty_are_told(world: World) -> None:
    thief, heir = world.people[BUYER].address, world.people["attester"].address
    empty = world.deployment.posts["arbiter 1"].id
    world.transact("deployer", "Participants", "announceGrant", role("SCORER"), thief)
    world.transact("deployer", "Participants", "vacatePost", empty)
    world.transact("deployer", "Participants", "announceReplacement", empty, heir)
    found = findings(world)
    assert failed(found) == {}
    told = {
        name: found[name] for name in ("announced SCORER", "empty arbiter 1", "announced arbiter 1")
    }
    assert all(finding.warning for finding in told.values())
    assert told["announced SCORER"].detail.startswith(f"{thief} may be granted it from ")
    assert told["announced arbiter 1"].detail.startswith(f"{heir} may take it from ")
    world.transact("deployer", "Participants", "withdrawGrant", role("SCORER"), thief)
    assert "announced SCORER" not in findings(world)


def test_a_buyer_without_allowance_is_found(world: World) -> None:
    orders = world.deployment.address("PurchaseOrders")
    world.transact(BUYER, "SettlementToken", "approve", orders, 0)
    (detail,) = failed(findings(world)).values()
    assert detail.endswith("PurchaseOrders may draw up to 0: approve PurchaseOrders")


def test_what_may_be_drawn_of_a_buyer_is_told(world: World) -> None:
    buyer = world.people[BUYER].address
    orders = world.deployment.address("PurchaseOrders")
    told = f"balance {world.balance(BUYER):,} minor units, PurchaseOrders may draw"
    assert findings(world)[f"buyer {buyer}"].detail == f"{told} unlimited"
    world.transact(BUYER, "SettlementToken", "approve", orders, 700)
    assert findings(world)[f"buyer {buyer}"].detail == f"{told} up to 700"


def test_a_suspended_buyer_leaves_nobody_to_open_tenders(world: World) -> None:
    buyer = world.people[BUYER].address
    world.transact("registrar", "Participants", "suspend", buyer, b"\x01" * 32)
    assert "no keystore holds the key of an active buyer" in failed(findings(world))["buyers"]


def test_a_missing_key_is_found(world: World) -> None:
    found = failed(findings(world, attester="0x" + "11" * 20))
    assert found["foundation"].startswith("WrongKey")


def test_a_database_that_no_bridge_used_is_said_to_be_new_and_left_so(world: World) -> None:
    path = world.home / "unused.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    found = findings(world, db=f"sqlite:///{path}")
    assert failed(found) == {}
    assert found["database"].detail.startswith("new")
    assert schema.is_new(engine)
    engine.dispose()
