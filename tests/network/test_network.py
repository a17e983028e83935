"""A network of four real validators: up, disturbed, voted on, and gone without a trace."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from typer.testing import CliRunner

from bridge.chain.client import Client
from bridge.errors import BadConfiguration
from scripts.deployment.accounts import Person
from scripts.devchain.devchain import dev_accounts
from scripts.interlock import app
from scripts.network.network import KINDS, Network
from scripts.network.processes import end, running
from tests.network.nodes import BUILD, require

NOBODY = dev_accounts()[5]


def told(home: Path, *words: str) -> Any:
    """What a command says in JSON."""
    ran = CliRunner().invoke(app, ["network", *words, "--home", str(home), "--json"])
    assert ran.exit_code == 0, (ran.output, ran.exception)
    return json.loads(ran.output.splitlines()[-1])


@pytest.mark.background(BUILD)
@pytest.mark.parametrize("consensus", KINDS)
def test_a_network_runs_loses_one_votes_and_leaves_nothing_behind(
    background: CompletedProcess[str], consensus: str, tmp_path: Path
) -> None:
    require(background)
    home, pids = tmp_path / "home", []
    try:
        up = told(home, "up", "--consensus", consensus)
        assert [each["number"] for each in up["validators"]] == [1, 2, 3, 4]
        assert all(each["pid"] and each["head"] >= 3 for each in up["validators"])
        network = Network(home)
        pays_nothing(network)
        listens_on_loopback_alone(network)
        assert home.stat().st_mode & 0o077 == 0, "keys are read by their owner alone"
        dead = told(home, "kill", "2")["validators"][1]
        assert (dead["pid"], dead["head"]) == (None, None)
        network.reach(max(filter(None, map(network.head, (1, 3, 4)))) + 2, [1, 3, 4], 120)
        assert told(home, "start", "2")["validators"][1]["pid"]
        network.reach(network.head(1) or 0, [2], 120)
        assert told(home, "logs", "2"), "what it said before and after"
        votes(network, home)
        pids = [each["pid"] for each in told(home, "status")["validators"] if each["pid"]]
        assert pids
    finally:
        if (home / "network.json").exists():
            told(home, "down")
    assert not home.exists()
    assert not [pid for pid in pids if is_alive(pid)]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def pays_nothing(network: Network) -> None:
    """Who has no coins sends at gas price 0, and the transaction is mined; nobody has any."""
    client = Client([network.url(1)])
    person = Person(client, NOBODY.private_key)
    assert client.call("eth_getBalance", person.address, "latest") == "0x0"
    receipt = person.wait(person.send(client.chain_id(), person.address, "0x"))
    assert receipt["status"] == "0x1"
    for each in network.spec.validators:
        assert int(client.call("eth_getBalance", each.account, "latest"), 16) == 0


def listens_on_loopback_alone(network: Network) -> None:
    """No socket of a validator listens anywhere else."""
    inodes = {
        str(link.readlink())
        for number in network.numbers
        for link in Path(f"/proc/{network.pid(number)}/fd").iterdir()
        if link.is_symlink()
    }
    heard = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                heard.append(fields[1].partition(":")[0])
    assert set(heard) == {"0100007F"}
    assert len(heard) >= 3 * len(network.numbers)


def votes(network: Network, home: Path) -> None:
    """A fifth joins by vote and seals, a second one leaves by vote; who is not in the set does not seal."""
    joined = told(home, "add")["validators"][-1]
    assert (joined["number"], joined["seals"]) == (5, True)
    assert joined["account"] in Network(home).sealing()
    left = told(home, "remove", "2")["validators"][1]
    assert (left["seals"], left["pid"]) == (False, None)
    now = Network(home)
    assert now.sealing() == {each.account for each in now.spec.validators if each.number != 2}
    head = now.head(1)
    assert head is not None
    now.start([2])  # it follows, and nobody takes its blocks
    now.reach(head + 4, [1, 3, 4, 5], 120)
    assert left["account"] not in now.sealing()
    with pytest.raises(BadConfiguration, match="does not seal"):
        now.remove(2)


def test_a_process_that_took_the_number_of_a_dead_validator_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "node-1.pid"
    file.write_text(f"{os.getpid()} 12345\n")
    assert running(file) is None
    end([file], signal.SIGKILL)
    assert not file.exists()
