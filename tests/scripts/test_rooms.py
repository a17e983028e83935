"""Releasing a new edition of one room beside the old one: twice gives the same, half is continued, nothing comes unseen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bridge.chain.deployment import NUMBERS, Deployment, load, save
from bridge.chain.keys import create
from bridge.errors import BadConfiguration, CallRefused
from scripts.deployment.accounts import Person
from scripts.deployment.deploy import OFFICES_OF_CONTRACTS, is_room, role
from scripts.deployment.rooms import NotYetGrantable, Releases, contracts_of, retire
from scripts.interlock import app
from tests.world import DAY, World

pytest_plugins = ("tests.worlds",)


@pytest.fixture
def file(world: World, tmp_path: Path) -> Path:
    path = tmp_path / "house.json"
    save(world.deployment, path)
    return path


def releases(world: World, file: Path) -> Releases:
    return Releases(world.people["deployer"], load(file), file)


def editions(deployment: Deployment, name: str) -> list[int]:
    return [each.edition for each in deployment.contracts[name]]


@pytest.mark.parametrize("room", ["settlement", "bets", "capacity", "receivables"])
def test_a_room_is_released_beside_its_old_edition_when_its_grants_have_been_seen(
    world: World, file: Path, room: str
) -> None:
    begun = releases(world, file).deploy(room)
    assert (begun.edition, begun.done, set(begun.contracts)) == (1, False, set(contracts_of(room)))
    wanted = {(office, name) for office, name in OFFICES_OF_CONTRACTS if name in begun.contracts}
    assert set(begun.announced) == wanted
    assert load(file) == world.deployment, "nobody follows it before it may act"
    with pytest.raises(NotYetGrantable):
        releases(world, file).grant(room)
    world.wait(2 * DAY)
    done = releases(world, file).grant(room)
    assert (done.done, done.edition, set(done.granted)) == (True, 1, wanted)
    after = load(file)
    for name in after.contracts:
        assert editions(after, name) == ([0, 1] if name in begun.contracts else [0])
        assert after.contracts[name][0] == world.deployment.contracts[name][0]
    for office, name in wanted:
        held = world.bridge.gateway.view(
            "Participants", "hasRole", role(office), begun.contracts[name].address
        )
        assert held == (True,)
    assert not list(file.parent.glob(f"house.{room}.json"))


def test_repeated_at_any_step_it_makes_nothing_twice(world: World, file: Path) -> None:
    first = releases(world, file).deploy("capacity")
    nonce = world.bridge.client.nonce(world.people["deployer"].address)
    assert releases(world, file).deploy("capacity") == first
    world.wait(2 * DAY)
    releases(world, file).grant("capacity")
    done = world.bridge.client.nonce(world.people["deployer"].address)
    assert done > nonce
    assert releases(world, file).grant("capacity").contracts == first.contracts
    assert releases(world, file).deploy("capacity", 1).done
    assert world.bridge.client.nonce(world.people["deployer"].address) == done


class Died(Exception):
    """The machine went off."""


@pytest.fixture
def dies(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """After so many transactions the machine goes off: each is mined, and nobody hears of its receipt."""
    left = [1_000]
    wait = Person.wait

    def deaf(self: Person, tx_hash: str) -> dict[str, object]:
        left[0] -= 1
        if left[0] < 0:
            raise Died(tx_hash)
        return wait(self, tx_hash)

    monkeypatch.setattr(Person, "wait", deaf)
    yield left
    monkeypatch.undo()


def test_interrupted_after_every_transaction_it_goes_on_where_it_stopped(
    world: World, file: Path, dies: list[int]
) -> None:
    deployer = world.people["deployer"]
    before = world.bridge.client.nonce(deployer.address)
    deaths = 0
    while True:
        dies[0] = 1
        try:
            release = Releases(
                Person(world.bridge.client, deployer.account.key), load(file), file
            ).deploy("bets")
            break
        except Died:
            deaths += 1
    assert deaths > len(contracts_of("bets"))
    dies[0] = 1_000
    sent = world.bridge.client.nonce(deployer.address) - before
    custodians = sum(
        world.bridge.gateway.view("Participants", "isRegistered", each.address) == (True,)
        for each in release.contracts.values()
    )
    borrowed = 2  # the registrar's office, taken and given up
    assert sent == len(release.contracts) + custodians + len(release.announced) + borrowed
    registrar = (role("REGISTRAR"), deployer.address)
    assert world.bridge.gateway.view("Participants", "hasRole", *registrar) == (False,)


def test_numbers_of_two_editions_never_meet(world: World, file: Path) -> None:
    releases(world, file).deploy("settlement")
    world.wait(2 * DAY)
    releases(world, file).grant("settlement")
    after = load(file)
    for name in filter(is_room, contracts_of("settlement")):
        old, new = after.contracts[name]
        assert after.address(name, 1) == after.address(name, NUMBERS - 1) == old.address
        assert after.address(name, NUMBERS + 1) == after.address(name) == new.address
    with pytest.raises(BadConfiguration, match="no edition 2 of Tenders"):
        after.address("Tenders", 2 * NUMBERS + 1)


def test_an_announcement_that_nobody_took_in_time_is_made_anew(world: World, file: Path) -> None:
    releases(world, file).deploy("capacity")
    world.wait(17 * DAY)
    with pytest.raises(BadConfiguration, match="its time has passed"):
        releases(world, file).grant("capacity")
    assert releases(world, file).deploy("capacity").grantable_at > world.now
    world.wait(2 * DAY)
    assert releases(world, file).grant("capacity").done


def test_what_makes_no_sense_is_told(world: World, file: Path, tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="there is no room 'kitchen'"):
        releases(world, file).deploy("kitchen")
    with pytest.raises(BadConfiguration, match="no edition of bets is under way"):
        releases(world, file).grant("bets")
    with pytest.raises(BadConfiguration, match="the next edition of bets is 1, not 3"):
        releases(world, file).deploy("bets", 3)
    with pytest.raises(BadConfiguration, match="edition 0 is the newest of bets"):
        retire(world.people["guardian"], world.deployment, "bets", 0)
    (tmp_path / "house.bets.json").write_text("[]")
    with pytest.raises(BadConfiguration, match="is no release under way"):
        releases(world, file).deploy("bets")


def test_an_old_edition_is_retired_once_by_the_guardian_and_may_come_back(
    world: World, file: Path
) -> None:
    releases(world, file).deploy("capacity")
    world.wait(2 * DAY)
    releases(world, file).grant("capacity")
    after, guardian = load(file), world.people["guardian"]
    with pytest.raises(CallRefused):
        retire(world.people["deployer"], after, "capacity", 0)
    market = after.contracts["CapacityMarket"][0].address
    assert retire(guardian, after, "capacity", 0) == {"CapacityMarket": market}
    assert retire(guardian, after, "capacity", 0) == {}
    assert world.bridge.gateway.view("Participants", "isRetired", market) == (True,)
    assert retire(guardian, after, "capacity", 0, undo=True) == {"CapacityMarket": market}
    with pytest.raises(BadConfiguration, match="no edition 7 of capacity"):
        retire(guardian, after, "capacity", 7, undo=True)


def test_the_commands_tell_people_and_machines(world: World, file: Path, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("test")
    for name in ("deployer", "guardian"):
        create(tmp_path / f"{name}.json", "test", bytes(world.people[name].account.key), 2)
    admin = ("--keystore", str(tmp_path / "deployer.json"), "--password-file", str(password))
    wanted = ("deploy", "--room", "capacity", "--beside", str(file), *admin)
    runner = CliRunner()
    told = json.loads(runner.invoke(app, [*wanted, "--json"], catch_exceptions=False).stdout)
    assert (told["edition"], told["done"]) == (1, False)
    assert told["announced"][0]["grantableAt"] > world.now
    shown = runner.invoke(app, wanted, catch_exceptions=False).stdout
    assert f"interlock deploy --room capacity --beside {file} --grant" in " ".join(shown.split())
    world.wait(2 * DAY)
    told = json.loads(runner.invoke(app, [*wanted, "--grant", "--json"]).stdout)
    assert told["done"]
    with pytest.raises(BadConfiguration, match="--room needs --beside"):
        runner.invoke(app, ["deploy", "--room", "bets", *admin], catch_exceptions=False)
    end = ("--edition", "0", "--beside", str(file), "--keystore", str(tmp_path / "guardian.json"))
    retired = ("retire", "--room", "capacity", *end, "--password-file", str(password))
    assert "is retired" in runner.invoke(app, retired, catch_exceptions=False).stdout
    assert "nothing to do" in runner.invoke(app, retired, catch_exceptions=False).stdout
