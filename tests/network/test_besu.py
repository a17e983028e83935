"""What is exported for Hyperledger Besu is what its documentation describes."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
import rlp
from typer.testing import CliRunner

from bridge.chain.headers.bft import QBFT
from bridge.errors import BadConfiguration
from scripts.interlock import app
from scripts.network import besu
from tests.bridge.headers.sealing import KEYS

ENODES = [
    f"enode://{key.public_key.to_bytes().hex()}@node{n}.example:30303"
    for n, key in enumerate(KEYS[:4], start=1)
]
ACCOUNTS = [key.public_key.to_address() for key in KEYS[:4]]
# Besu's documentation, "Configure QBFT consensus": the result of `besu rlp encode --type=QBFT_EXTRA_DATA`.
DOCUMENTED = (
    [
        "0x4592c8e45706cc08b8f44b11e43cba0cfc5892cb",
        "0x06e23768a0f59cf365e18c2e0c89e151bcdedc70",
        "0xc5327f96ee02d7bcbc1bf1236b8c15148971e1de",
        "0xab5e7f4061c605820d3744227eed91ff8e2c8908",
    ],
    (
        "0xf87aa00000000000000000000000000000000000000000000000000000000000000000f854944592c8e45706cc08b8f44b11e43cba0cfc5892cb"
        "9406e23768a0f59cf365e18c2e0c89e151bcdedc7094c5327f96ee02d7bcbc1bf1236b8c15148971e1de94ab5e7f4061c605820d3744227eed91ff"
        "8e2c8908c080c0"
    ),
)
# Items of the genesis file and options of the node, with the type of their values, as the documentation has them.
GENESIS = {
    "config": dict, "nonce": str, "timestamp": str, "extraData": str, "gasLimit": str, "difficulty": str,
    "mixHash": str, "coinbase": str, "alloc": dict, "number": str, "gasUsed": str, "parentHash": str,
}  # fmt: skip
CONFIG = {"chainId": int, "londonBlock": int, "zeroBaseFee": bool, "qbft": dict}
OF_QBFT = {"epochlength": int, "blockperiodseconds": int, "requesttimeoutseconds": int}
TEXTS = (
    "data-path genesis-file static-nodes-file permissions-nodes-config-file permissions-accounts-config-file sync-mode "
    "data-storage-format rpc-http-host metrics-host rpc-http-tls-keystore-file rpc-http-tls-keystore-password-file "
    "rpc-http-tls-known-clients-file"
)
SWITCHES = (
    "discovery-enabled permissions-nodes-config-file-enabled permissions-accounts-config-file-enabled rpc-http-enabled "
    "revert-reason-enabled metrics-enabled rpc-http-tls-enabled rpc-http-tls-client-auth-enabled"
)
NUMBERS = (
    "p2p-port min-gas-price min-priority-fee tx-pool-max-future-by-sender rpc-http-port rpc-http-max-batch-size "
    "metrics-port"
)
LISTS = "rpc-http-api host-allowlist"
OPTIONS: dict[str, type] = {
    name: kind
    for names, kind in ((TEXTS, str), (SWITCHES, bool), (NUMBERS, int), (LISTS, list))
    for name in names.split()
}


@pytest.fixture(scope="module")
def made() -> besu.Files:
    return besu.files(ENODES, 20_260, 2)


def test_extra_data_is_that_of_besus_own_example() -> None:
    accounts, encoded = DOCUMENTED
    assert besu.extra_data(accounts) == encoded


def test_the_first_block_has_the_documented_items_and_our_bridge_reads_its_validators(
    made: besu.Files,
) -> None:
    genesis = json.loads(made["genesis.json"])
    for found, documented in (
        (genesis, GENESIS),
        (genesis["config"], CONFIG),
        (genesis["config"]["qbft"], OF_QBFT),
    ):
        assert {name: type(value) for name, value in found.items()} == documented
    assert genesis["alloc"] == {}, "nobody has coins"
    assert genesis["config"]["zeroBaseFee"] is True
    _, validators, vote, round_number, seals = rlp.decode(bytes.fromhex(genesis["extraData"][2:]))
    assert ["0x" + bytes(each).hex() for each in validators] == sorted(ACCOUNTS)
    assert (vote, round_number, seals) == ([], b"", [])
    assert QBFT.quorum(len(validators)) == 3


def test_every_setting_is_an_option_that_besu_documents_and_gas_is_free(made: besu.Files) -> None:
    told = tomllib.loads(made["node.toml"])
    for name, value in [*told.items(), *besu.tls().items()]:
        assert type(value) is OPTIONS[name], name
    assert (told["min-gas-price"], told["min-priority-fee"]) == (0, 0)
    assert told["rpc-http-host"] == told["metrics-host"] == "127.0.0.1"
    assert not {"ADMIN", "DEBUG", "PERM", "MINER"} & set(told["rpc-http-api"])
    closing = [line.removeprefix("# ") for line in made["node.toml"].splitlines() if "tls" in line]
    assert {line.partition("=")[0] for line in closing} == {n for n in besu.tls() if "tls" in n}


def test_only_the_named_nodes_are_peers_and_only_the_named_accounts_send(made: besu.Files) -> None:
    assert json.loads(made["static-nodes.json"]) == ENODES
    assert tomllib.loads(made["permissions_config.toml"]) == {"nodes-allowlist": ENODES}
    limited = besu.files(ENODES, 1, 1, ACCOUNTS[:2])
    told = tomllib.loads(limited["permissions_config.toml"])
    assert told["accounts-allowlist"] == ACCOUNTS[:2]
    assert tomllib.loads(limited["node.toml"])["permissions-accounts-config-file-enabled"] is True


def test_all_that_is_exported_says_that_nobody_ran_it_here(made: besu.Files) -> None:
    for name, text in made.items():
        assert name.endswith(".json") or besu.NOT_RUN in text, name
    assert re.search(r"image: hyperledger/besu:\d+\.\d+\.\d+\n", made["compose.yaml"])


@pytest.mark.parametrize(
    ("enodes", "said"),
    [
        (ENODES[:3], "3 validators bear no failure"),
        ([*ENODES, ENODES[0]], "named twice"),
        ([*ENODES[:3], "enode://00@node:1"], "no enode URL"),
        ([*ENODES[:3], f"enode://{'00' * 64}@node:70000"], "no enode URL"),
    ],
)
def test_a_network_that_bears_no_failure_or_names_no_key_is_refused(
    enodes: list[str], said: str
) -> None:
    with pytest.raises(BadConfiguration, match=said):
        besu.files(enodes, 1, 1)


def test_the_command_writes_into_an_empty_folder_alone(tmp_path: Path) -> None:
    words = [
        "network",
        "export",
        "--for",
        "besu",
        "--chain-id",
        "20260",
        "--out",
        str(tmp_path / "o"),
    ]
    words += [word for enode in ENODES for word in ("--validator", enode)]
    ran = CliRunner().invoke(app, [*words, "--json"])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.output)
    assert told["run"] is False
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == told["files"]
    again = CliRunner().invoke(app, words)
    assert isinstance(again.exception, BadConfiguration)
    words[3] = "geth"
    assert isinstance(CliRunner().invoke(app, words).exception, BadConfiguration)
