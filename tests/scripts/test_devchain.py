"""Every development chain keeps the promises that the demo and the tests build on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from eth_account import Account
from eth_utils import to_checksum_address

from scripts.devchain.devchain import KINDS, DevChain, DevChainError, Kind, parse_time
from tests.stopping import ask_until_ended

pytestmark = pytest.mark.chain

START = parse_time("2006-05-01T00:00:00Z")
JUMP = parse_time("2007-03-01T10:00:00Z")
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 10.0
# Emits one empty anonymous event: PUSH1 0 PUSH1 0 LOG0; deployed by a 10-byte constructor.
LOGGING_CODE = "0x" + "600580600b6000396000f3" + "60006000a0"
PENNILESS_SUPPLIER = Account.from_key("0x" + "42" * 32)


@pytest.fixture(scope="module", params=KINDS)
def chain(request: pytest.FixtureRequest, devchain: Callable[..., DevChain]) -> DevChain:
    return devchain(request.param, start=START)


def send(chain: DevChain, **fields: object) -> dict[str, str]:
    """The receipt of a gas-free legacy transaction from an account that holds nothing."""
    nonce = chain.rpc("eth_getTransactionCount", [PENNILESS_SUPPLIER.address, "latest"])
    transaction = {
        "nonce": int(nonce, 16),
        "gas": 1_000_000,
        "gasPrice": 0,
        "value": 0,
        "chainId": chain.chain_id,
    }
    signed = PENNILESS_SUPPLIER.sign_transaction(transaction | fields)
    sent = chain.rpc("eth_sendRawTransaction", ["0x" + signed.raw_transaction.hex()])
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (receipt := chain.rpc("eth_getTransactionReceipt", [sent])) is None:
        assert time.monotonic() < deadline, "never mined"
        time.sleep(0.01)
    found: dict[str, str] = receipt
    return found


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_it_starts_at_the_asked_date_and_id(chain: DevChain) -> None:
    genesis = chain.rpc("eth_getBlockByNumber", ["0x0", False])
    assert int(genesis["timestamp"], 16) == START
    assert int(chain.rpc("eth_chainId"), 16) == 31337


def test_gas_is_free_for_an_account_without_ether(chain: DevChain) -> None:
    assert int(chain.rpc("eth_getBalance", [PENNILESS_SUPPLIER.address, "latest"]), 16) == 0
    assert send(chain, data=LOGGING_CODE)["status"] == "0x1"


def test_events_are_found_again(chain: DevChain) -> None:
    address = send(chain, data=LOGGING_CODE)["contractAddress"]
    receipt = send(chain, to=to_checksum_address(address), data="0x")
    query = {"fromBlock": "0x0", "toBlock": "latest", "address": address}
    (log,) = chain.rpc("eth_getLogs", [query])
    assert log["transactionHash"] == receipt["transactionHash"]


def test_time_jumps_forward_and_never_back(chain: DevChain) -> None:
    chain.set_time(JUMP)
    receipt = send(chain, data=LOGGING_CODE)
    block = chain.rpc("eth_getBlockByNumber", [receipt["blockNumber"], False])
    assert JUMP <= int(block["timestamp"], 16) <= JUMP + 1
    with pytest.raises(DevChainError, match="2006-05-01T00:00:00Z: the chain is at 2007-03-01"):
        chain.set_time(START)
    assert chain.reach_time(JUMP + 3_600) >= JUMP + 3_600
    assert chain.reach_time(START) >= JUMP + 3_600


def test_an_oversized_contract_is_refused(chain: DevChain) -> None:
    oversized = "0x" + "61600180600a6000396000f3" + "00" * 24_577
    assert send(chain, data=oversized, gas=30_000_000)["status"] == "0x0"


def test_a_refused_request_says_which_and_why(chain: DevChain) -> None:
    with pytest.raises(DevChainError, match="eth_noSuchMethod: "):
        chain.rpc("eth_noSuchMethod")


def test_a_taken_port_is_said_to_be_taken(chain: DevChain) -> None:
    with pytest.raises(DevChainError, match=f"port {chain.port} .* already in use"):
        DevChain(chain.kind, port=chain.port).start()


def test_a_node_that_dies_at_start_shows_its_output() -> None:
    with pytest.raises(
        DevChainError, match=r"the anvil node on port \d+ ended with code(.|\n)+error"
    ):
        DevChain("anvil", chain_id=-1).start()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_no_node_outlives_the_process_that_started_it(kind: Kind, sign: signal.Signals) -> None:
    command = [sys.executable, "-m", "scripts.devchain", kind, "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        node = json.loads(parent.stdout.readline())["pid"]
        assert is_running(node)
        os.kill(parent.pid, sign)
        parent.wait(PATIENCE_SECONDS)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while is_running(node) and time.monotonic() < deadline:
        time.sleep(0.05)
    if is_running(node):
        os.kill(node, signal.SIGKILL)
        pytest.fail(f"the {kind} node was an orphan")


def test_asking_a_chain_to_stop_again_and_again_ends_it_as_asking_once_does() -> None:
    command = [sys.executable, "-m", "scripts.devchain", "anvil", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        node = json.loads(parent.stdout.readline())["pid"]
        assert ask_until_ended(parent, PATIENCE_SECONDS) == 0
    assert not is_running(node)
