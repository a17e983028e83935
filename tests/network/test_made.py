"""What a network is made of, before any node runs: loopback alone, nobody's money, ports that stay free, one folder."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bridge.errors import BadConfiguration, NodeUnavailable
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


class Locked:
    """Answers of four signers: two stand on the branch a, two on the branch b, and all agree up to block 5."""

    def __init__(self, validators: Sequence[Validator]) -> None:
        self.validators = validators
        self.branches = {1: "a", 2: "a", 3: "b", 4: "b"}
        self.weights = {"a": 13, "b": 12}
        self.heads = dict.fromkeys(self.branches, 7)
        self.sealing = set(self.branches)
        self.went_back: list[tuple[int, int]] = []
        self.handed: list[tuple[int, int, int]] = []

    def ask(self, url: str, method: str, *params: Any) -> Any:
        (number,) = [each.number for each in self.validators if each.url == url]
        return getattr(self, method.partition("_")[2])(number, *params)

    def stop(self, number: int) -> None:
        self.sealing.discard(number)

    def start(self, number: int) -> None:
        self.sealing.add(number)

    def setHead(self, number: int, block: str) -> None:  # noqa: N802 - the node's name
        assert not self.sealing, "who seals on its way back makes the next branch"
        self.went_back.append((number, int(block, 16)))
        self.heads[number], self.branches[number] = int(block, 16), ""

    def exportChain(self, number: int, file: str, first: int, last: int) -> None:  # noqa: N802
        Path(file).write_text(f"{number} {first} {last}")

    def importChain(self, number: int, file: str) -> None:  # noqa: N802
        giver, first, last = map(int, Path(file).read_text().split())
        assert first == self.heads[number] + 1
        self.handed.append((number, first, last))
        self.heads[number], self.branches[number] = last, self.branches[giver]

    def getSigners(self, _number: int, _at: str) -> list[str]:  # noqa: N802
        return [each.account for each in self.validators]

    def blockNumber(self, number: int) -> str:  # noqa: N802
        return hex(self.heads[number])

    def getBlockByNumber(self, number: int, at: str, _full: bool) -> dict[str, str]:  # noqa: N802
        block, branch = self.heads[number] if at == "latest" else int(at, 16), self.branches[number]
        return {
            "number": hex(block),
            "hash": str(block) if block <= 5 else f"{block}{branch}",
            "totalDifficulty": hex(self.weights.get(branch, 10)),
        }


def test_signers_that_locked_themselves_on_two_branches_are_led_to_the_heavier_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    locked = Locked(spec_of("clique").validators)
    monkeypatch.setattr(clique, "ask", locked.ask)
    assert CLIQUE.unlock(locked.validators) is True
    assert locked.went_back == [(3, 5), (4, 5)]
    assert locked.handed == [(3, 6, 7), (4, 6, 7)]
    assert locked.branches == dict.fromkeys((1, 2, 3, 4), "a")
    assert locked.sealing == {1, 2, 3, 4}


def test_of_two_branches_of_the_same_weight_one_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    locked = Locked(spec_of("clique").validators)
    locked.weights["b"] = 13
    monkeypatch.setattr(clique, "ask", locked.ask)
    assert CLIQUE.unlock(locked.validators) is True
    assert locked.went_back == [(3, 5), (4, 5)]


def test_who_is_ahead_or_behind_on_the_same_branch_is_not_astray(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    locked = Locked(spec_of("clique").validators)
    locked.branches = dict.fromkeys((1, 2, 3, 4), "a")
    locked.heads.update({2: 8, 4: 6})  # a block that came while the others were asked
    monkeypatch.setattr(clique, "ask", locked.ask)
    assert CLIQUE.unlock(locked.validators) is False
    assert locked.went_back == []
    assert locked.handed == [(4, 7, 7)], "who is behind gets what it lacks"
    assert locked.sealing == {1, 2, 3, 4}


def test_signers_go_on_sealing_when_one_does_not_answer_while_they_are_led(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    locked = Locked(spec_of("clique").validators)

    def ask(url: str, method: str, *params: Any) -> Any:
        if method == "admin_importChain":
            raise NodeUnavailable("it has just died")
        return locked.ask(url, method, *params)

    monkeypatch.setattr(clique, "ask", ask)
    with pytest.raises(NodeUnavailable):
        CLIQUE.unlock(locked.validators)
    assert locked.sealing == {1, 2, 3, 4}


def test_whoever_makes_the_next_block_begins_to_seal_when_all_others_hear_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    locked, order = Locked(spec_of("clique").validators), []
    monkeypatch.setattr(
        clique,
        "ask",
        lambda url, method, *params: (
            order.append(url) if method == "miner_start" else locked.ask(url, method, *params)
        ),
    )
    clique._seal(locked.validators)
    assert len(set(order)) == 4
    assert order[-1] == locked.validators[(7 + 1) % 4].url
