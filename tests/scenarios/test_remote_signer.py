"""A bridge whose anchorer's and keeper's keys are in a remote signer, from the requisition to the payment."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge.bootstrap import build
from bridge.errors import BadConfiguration, SignerUnavailable, WrongKey
from bridge.intents import OutboxStatus
from bridge.operator import check
from bridge.ring import signing, submit
from scripts.deployment.workdir import write_settings
from tests.signer import RunningSigner, running_signer
from tests.world import BUYER, World

REMOTE = ("anchorer", "keeper")


def key_of(world: World, name: str) -> str:
    return "0x" + bytes(world.people[name].account.key).hex()


@pytest.fixture
def signer(world: World) -> Iterator[RunningSigner]:
    """The signer, and a bridge that has the attester's, the reporter's and the buyer's keys beside it."""
    local = world.home / "local keys"
    local.mkdir()
    for name in ("attester", "reporter", "buyer"):
        (local / f"{name}.json").write_bytes((world.config.keystores / f"{name}.json").read_bytes())
    accounts = {name: world.people[name].address for name in REMOTE}
    with running_signer([key_of(world, name) for name in REMOTE]) as running:
        world.reopen(keystores=local, signer_url=running.url, **accounts)
        yield running


def row_of(world: World, function: str) -> tuple[str, str, int]:
    ((status, reason, tries),) = world.sql(
        "SELECT status, reason, tries FROM bridge_outbox WHERE function = :f", f=function
    )
    return status, reason, tries


ITEMS = ("BOLT", "NUT", "RIVET")


def several_tenders(world: World) -> None:
    """Stock of several items falls, and the buyer's key has a call to sign for each."""
    for item in ITEMS:
        world.stock_item(item)
        world.issue(item=item)


def bought(world: World) -> None:
    """The whole purchase is paid, nothing waits, and both sides tell one story."""
    order = world.last("purchase_order")
    quantity = order.fields["quantity"]
    delivery = world.ship("SUPPLIER", order, quantity)
    world.deliver(order, delivery, quantity, quantity, order.fields["amount_minor"])
    world.let_it_stand()
    assert world.last("payment").fields["net_minor"] > 0
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_purchase_goes_to_its_payment_with_keys_that_never_come_to_the_daemon(
    world: World, signer: RunningSigner
) -> None:
    before = signed_by(world)
    world.tender({"SUPPLIER": 1_000})
    bought(world)
    keys = [world.people[name].address for name in REMOTE]
    made = [signed_by(world).get(key, 0) - before.get(key, 0) for key in keys]
    assert all(made)
    assert sum(made) == len(signer.asked())


def signed_by(world: World) -> dict[str, int]:
    """How many transactions each key has signed."""
    return dict(world.sql("SELECT signer, count(*) FROM bridge_attempt GROUP BY signer"))


def test_while_it_is_down_only_its_keys_calls_wait_and_all_are_done_once_it_is_back(
    world: World, signer: RunningSigner
) -> None:
    tender = world.open_tender()  # the buyer's own key opens it
    world.bid(tender, {"SUPPLIER": 1_000})
    signer.stop()
    for _ in range(5):
        world.settle_passes(3)
        world.clock.ahead += 120
    status, reason, tries = row_of(world, "award")
    assert status == OutboxStatus.PENDING
    assert reason == f"not signed yet: {signer.url} does not answer (ConnectionError)"
    assert tries >= submit.ALARM_TRIES
    assert reason in world.alarms()["unanswered"]
    with running_signer([key_of(world, name) for name in REMOTE], port=signer.port):
        world.clock.ahead += 120
        world.settle()
        bought(world)
    ((awards,),) = world.sql(
        "SELECT count(*) FROM bridge_attempt a JOIN bridge_outbox o ON o.id = a.outbox_id WHERE o.function = 'award'"
    )
    assert awards == 1


@pytest.mark.parametrize("behaviour", ["wrong key", "high s", "unknown", "short"])
def test_what_it_gives_wrongly_is_never_sent_a_person_is_told_and_no_call_is_lost(
    world: World, signer: RunningSigner, behaviour: str
) -> None:
    world.settle()
    signer.behave(behaviour)
    tender = world.open_tender()
    world.bid(tender, {"SUPPLIER": 1_000})
    before = world.bridge.client.nonce(world.people["keeper"].address)
    world.settle_passes(3)
    status, reason, _ = row_of(world, "award")
    assert (status, reason.partition(":")[0]) == (OutboxStatus.PENDING, "not signed yet")
    assert any(world.people[name].address in world.alarms()["signer"] for name in REMOTE)
    assert world.bridge.client.nonce(world.people["keeper"].address) == before
    signer.behave("well")
    world.clock.ahead += 120
    world.settle()
    bought(world)


def test_a_key_that_does_not_sign_is_asked_once_a_pass_and_not_once_a_call(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def refuse(key: str, _contents: Any) -> None:
        asked.append(key)
        raise SignerUnavailable("it is away")

    several_tenders(world)
    monkeypatch.setattr(world.bridge.gateway, "sign_all", refuse)
    world.settle_passes(2)
    buyer = world.people[BUYER].address
    assert asked.count(buyer) == 1
    waiting = world.sql("SELECT reason, tries FROM bridge_outbox WHERE function = 'openTender'")
    assert waiting == [("not signed yet: it is away", 1)] * len(ITEMS)
    monkeypatch.undo()
    world.clock.ahead += 60
    world.settle()
    assert len(world.documents("tender")) == len(ITEMS)


def test_a_batch_stops_asking_when_signing_takes_too_long_and_the_rest_stays_due(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "SIGNING_SECONDS", -1.0)
    several_tenders(world)
    world.settle_passes(2)
    waiting = world.sql("SELECT status, reason FROM bridge_outbox WHERE function = 'openTender'")
    assert waiting == [(OutboxStatus.PENDING, None)] * len(ITEMS)
    monkeypatch.undo()
    world.settle()
    assert len(world.documents("tender")) == len(ITEMS)


def test_the_key_itself_refuses_what_its_list_does_not_have_whoever_else_let_it_pass(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row, its recheck, the office's list in the stage and the node all say yes."""
    world.bid(world.open_tender(), {"SUPPLIER": 1_000})
    stage = world.bridge.daemon._ring.submit
    everything = frozenset(
        (contract, function)
        for contract, function in world.sql("SELECT contract, function FROM bridge_outbox")
    )
    monkeypatch.setattr(submit, "ALLOWED", dict.fromkeys(submit.ALLOWED, everything))
    monkeypatch.setattr(stage, "_recheck", lambda _row: None)
    monkeypatch.setattr(
        world.bridge.gateway, "static_calls",
        lambda calls, _block="latest": (
            [None] * len(calls), {world.bridge.gateway.accounts.key_of(c[0]): 1_000 for c in calls},
        ),
    )  # fmt: skip
    world.sql("UPDATE bridge_outbox SET signer = 'anchorer' WHERE function = 'award'")
    ((before,),) = world.sql("SELECT count(*) FROM bridge_attempt")
    stage.run()
    status, reason, _ = row_of(world, "award")
    anchorer = world.people["anchorer"].address
    assert status == OutboxStatus.REFUSED
    assert reason == (
        f"not signed: the key {anchorer} never signs Tenders.award; it may sign DocumentRegistry.anchor, "
        "DocumentRegistry.openStream"
    )
    assert "never signs Tenders.award" in world.alarms()["not signed"]
    assert world.sql("SELECT count(*) FROM bridge_attempt") == [(before,)]


def test_the_check_asks_the_signer_whether_it_is_up_and_what_it_has(
    world: World, signer: RunningSigner
) -> None:
    found = {f.name: f for f in check.run(world.config)}
    assert [name for name, finding in found.items() if not finding.ok] == []
    listed = ", ".join(sorted(world.people[name].address for name in REMOTE))
    assert found["signer"].detail == f"{signer.url} is up and has 2 keys: {listed}"
    place = f"{world.people['keeper'].address}, in the remote signer {signer.url}, signs "
    assert found["key keeper"].detail.startswith(place)
    signer.stop()
    (only,) = check.run(world.config)
    assert (only.name, only.ok) == ("foundation", False)
    assert only.detail == (f"SignerUnavailable: {signer.url} does not answer (ConnectionError)")


def test_a_bridge_does_not_start_without_the_keys_that_it_needs(
    world: World, signer: RunningSigner
) -> None:
    other = world.people[BUYER].address
    with pytest.raises(WrongKey, match="and no key of the remote signer holds the keeper's key"):
        build(replace(world.config, keeper="0x" + "11" * 20))
    with (
        running_signer([key_of(world, "attester"), key_of(world, "keeper")]) as both,
        pytest.raises(BadConfiguration, match="and in the remote signer: take it out of one"),
    ):
        build(replace(world.config, signer_url=both.url))
    assert other in world.bridge.gateway.signers
    signer.stop()
    with pytest.raises(SignerUnavailable):
        build(world.config)


def test_the_commands_never_write_the_signers_password(world: World, tmp_path: Path) -> None:
    settings = write_settings(
        tmp_path,
        {
            "db": world.db,
            "deployment": str(world.config.deployment),
            "keystores": str(world.config.keystores),
            "password_file": str(world.config.password_file),
            "signer_url": "http://bridge:s3cret@127.0.0.1:9",
        },
    )
    said = ""
    for command, code in (("check", 1), ("once", 3), ("run", 3)):
        done = subprocess.run(
            [sys.executable, "-m", "scripts.interlock", "bridge", command, "--config", str(settings)],
            capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "200"},
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        said += done.stdout + done.stderr
    assert "http://127.0.0.1:9 does not answer" in said
    assert "s3cret" not in said


def test_a_run_of_the_ring_with_a_lost_signer_logs_no_password(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    local = world.home / "attester alone"
    local.mkdir()
    for name in ("attester", "reporter", "buyer"):
        (local / f"{name}.json").write_bytes((world.config.keystores / f"{name}.json").read_bytes())
    accounts = {name: world.people[name].address for name in REMOTE}
    with running_signer([key_of(world, name) for name in REMOTE]) as running:
        url = f"http://bridge:s3cret@127.0.0.1:{running.port}"
        world.reopen(keystores=local, signer_url=url, **accounts)
    tender = world.open_tender()
    world.bid(tender, {"SUPPLIER": 1_000})
    for _ in range(4):
        world.settle_passes(1)
        world.clock.ahead += 60
    told = caplog.text + json.dumps(world.status(), default=str)
    assert "does not answer" in told
    assert "s3cret" not in told
