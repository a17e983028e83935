"""What a network is made of, before any node runs: loopback alone, nobody's money, ports that stay free, one folder."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bridge.errors import BadConfiguration
from scripts.interlock import app
from scripts.network import clique
from scripts.network.clique import CLIQUE, enode
from scripts.network.edge import EDGE
from scripts.network.home import HOST, PORTS, Spec, Validator, free_ports, load, save
from scripts.network.network import KINDS, Network
from scripts.network.programs import PROGRAMS

ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")


def spec_of(consensus: str, count: int = 4) -> Spec:
    ports = free_ports(count, 0)
    validators = tuple(
        Validator(number, f"0x{number:040x}", f"{number:0128x}", its)
        for number, its in enumerate(ports, start=1)
    )
    return Spec(consensus, 2026, 1, KINDS[consensus].finality(count), validators)


@pytest.mark.parametrize("consensus", KINDS)
def test_a_node_is_told_no_address_but_loopback(consensus: str, tmp_path: Path) -> None:
    spec = spec_of(consensus)
    for each in spec.validators:
        command = KINDS[consensus].command(Path("node"), tmp_path, spec, each)
        named = {address for word in command for address in ADDRESS.findall(word)}
        assert named == {HOST}
        for name in ("rpc", "control"):
            assert any(str(each.ports[name]) in word for word in command)


def test_peers_of_clique_listen_and_call_on_loopback(tmp_path: Path) -> None:
    spec = spec_of("clique")
    (new,) = spec.validators[-1:]
    for each in spec.validators:
        (tmp_path / each.name).mkdir()
    clique._write_peers(tmp_path, spec.validators, new)
    told = (tmp_path / new.name / "geth.toml").read_text()
    assert f'ListenAddr = "{HOST}:{new.ports["p2p"]}"' in told
    assert set(ADDRESS.findall(told)) == {HOST}
    assert all(enode(each) in told for each in spec.validators)


def test_ports_are_free_each_once_and_not_those_of_a_node_that_comes_back() -> None:
    first = free_ports(4, 0)
    ports = [port for each in first for port in each.values()]
    assert len(set(ports)) == len(ports) == 4 * len(PORTS)
    taken = frozenset(ports)
    again = [port for each in free_ports(4, 0, taken) for port in each.values()]
    assert not taken & set(again)
    with socket.socket() as busy:
        busy.bind((HOST, ports[0]))
        busy.listen()
        assert ports[0] not in [port for each in free_ports(4, 0) for port in each.values()]


def test_a_networks_file_says_again_what_it_was_told(tmp_path: Path) -> None:
    spec = spec_of("ibft")
    save(spec, tmp_path)
    assert load(tmp_path) == spec
    out = Validator(3, spec.validators[2].account, "x", spec.validators[2].ports, seals=False)
    assert [each.seals for each in spec.with_validator(out).validators] == [True, True, False, True]


@pytest.mark.parametrize("text", ["", "{}", '{"validators": [{"number": 1}]}', "[]"])
def test_a_file_that_is_none_of_a_networks_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "network.json").write_text(text)
    with pytest.raises(BadConfiguration, match=r"network\.json is not the file of a network"):
        load(tmp_path)


def test_where_no_network_is_the_command_says_how_to_start_one(tmp_path: Path) -> None:
    for words in (["status"], ["down"], ["kill", "1"], ["start", "1"], ["logs", "1"], ["add"]):
        ran = CliRunner().invoke(app, ["network", *words, "--home", str(tmp_path)])
        assert isinstance(ran.exception, BadConfiguration), words
        assert "interlock network up" in str(ran.exception)


def test_a_consensus_that_no_node_of_ours_runs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="choose ibft or clique"):
        Network.make(tmp_path / "home", "qbft")
    assert not (tmp_path / "home").exists()


def test_a_node_that_is_not_built_is_named_with_the_way_to_build_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.network.programs.CACHE", tmp_path)
    for consensus in KINDS:
        with pytest.raises(BadConfiguration, match="make network"):
            Network.make(tmp_path / "home", consensus)


def test_licence_and_end_of_maintenance_of_both_nodes_are_told() -> None:
    assert set(PROGRAMS) == set(KINDS)
    assert "Apache-2.0" in PROGRAMS["ibft"].about
    assert "GPL-3.0" in PROGRAMS["clique"].about
    for program in PROGRAMS.values():
        assert "not for production" in program.about


def test_parted_halves_of_ibft_know_their_own_boot_nodes_alone(tmp_path: Path) -> None:
    spec = spec_of("ibft")
    for each in spec.validators:
        (tmp_path / each.name).mkdir()
    (tmp_path / "genesis.json").write_text(json.dumps({"bootnodes": ["all"], "genesis": {"x": 1}}))
    first, second = spec.validators[:2], spec.validators[2:]
    EDGE.part(tmp_path, [first, second])
    for group in (first, second):
        for each in group:
            told = json.loads((tmp_path / each.name / "genesis.json").read_text())
            assert told["genesis"] == {"x": 1}, "the first block is the same"
            ids = [boot.rpartition("/")[2] for boot in told["bootnodes"]]
            assert ids == [peer.node_id for peer in group]
            command = EDGE.command(Path("node"), tmp_path, spec, each)
            assert str(tmp_path / each.name / "genesis.json") in command
    EDGE.heal(tmp_path, spec)
    command = EDGE.command(Path("node"), tmp_path, spec, spec.validators[0])
    assert str(tmp_path / "genesis.json") in command


def test_an_event_of_clique_counts_no_sooner_than_forks_were_seen_to_heal() -> None:
    assert [CLIQUE.finality(n) for n in (1, 4, 7)] == [4, 4, 7]
    assert EDGE.finality(4) == 0


def test_signers_that_locked_themselves_on_two_branches_are_led_to_the_heavier_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    validators = spec_of("clique").validators
    # Blocks by number: two signers stand on the branch a, two on the lighter branch b, and all agree up to block 5.
    branches = {1: "a", 2: "a", 3: "b", 4: "b"}
    weights = {"a": 13, "b": 12}
    heads = dict.fromkeys(branches, 7)
    went_back: list[tuple[int, int]] = []

    def ask(url: str, method: str, *params: object) -> object:
        (each,) = [v for v in validators if v.url == url]
        branch = branches[each.number]
        if method == "debug_setHead":
            went_back.append((each.number, int(str(params[0]), 16)))
            return None
        number = heads[each.number] if params[0] == "latest" else int(str(params[0]), 16)
        name = str(number) if number <= 5 else f"{number}{branch}"
        return {"number": hex(number), "hash": name, "totalDifficulty": hex(weights[branch])}

    monkeypatch.setattr(clique, "ask", ask)
    assert CLIQUE.unlock(validators) is True
    assert went_back == [(3, 5), (4, 5)]
    weights["b"], went_back[:] = 13, []
    assert CLIQUE.unlock(validators) is True, "of equal branches one has to give way"
    assert went_back == [(3, 5), (4, 5)]
    branches.update({3: "a", 4: "a"})
    heads[4] = 8  # a block that came while the others were asked
    went_back.clear()
    assert CLIQUE.unlock(validators) is False, "who is ahead on the same branch is not astray"
    assert went_back == []
