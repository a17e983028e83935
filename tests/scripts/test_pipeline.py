"""A whole deployment is sent in a row and waited for once, on every chain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.chain.client import Client
from bridge.chain.deployment import load
from bridge.errors import CallRefused
from scripts.deployment.accounts import Person
from scripts.deployment.consensus import Named
from scripts.deployment.deploy import ARGUMENTS, Offices, deploy_to_file, role
from scripts.deployment.pipeline import Pipeline, address_of
from scripts.devchain.devchain import DevChain, dev_accounts

BLOCKS_MAX = 10
DEPTH = 3
KEYS = [account.private_key for account in dev_accounts()]
ACCOUNTS = [account.address.lower() for account in dev_accounts()]
OFFICES = Offices(
    *(ACCOUNTS[1], ACCOUNTS[2], (ACCOUNTS[3],), ACCOUNTS[4]),
    *((ACCOUNTS[5],), (ACCOUNTS[6],), (ACCOUNTS[7],)),
)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """A node that mines a block each second, whatever is sent."""
    with DevChain("anvil") as node:
        node.relaunch(node.start_time, ["--block-time", "1"])
        yield Client([node.url])


def test_all_contracts_stand_within_ten_blocks_of_a_chain_that_mines_by_the_clock(
    client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "deployment.json"
    before = client.height()
    named = Named("ethereum", finality=DEPTH)
    deployment = deploy_to_file(client, KEYS[0], "pipe", OFFICES, path, consensus=named)
    blocks = [each.block for (each,) in deployment.contracts.values()]
    assert list(deployment.contracts) == list(ARGUMENTS)
    assert before < deployment.start_block == min(blocks)
    assert max(blocks) - before < BLOCKS_MAX
    assert client.height() >= max(blocks) + DEPTH, "what the file names is as deep as it says"
    assert client.height() - before < BLOCKS_MAX + DEPTH
    assert load(path) == deployment
    for (each,) in deployment.contracts.values():
        receipt = client.call("eth_getTransactionReceipt", each.tx_hash)
        assert int(receipt["blockNumber"], 16) == each.block
        assert receipt["contractAddress"] == each.address
        assert len(client.call("eth_getCode", each.address, "latest")) > len("0x")


def test_the_address_of_a_contract_is_known_before_it_is_there() -> None:
    # The worked example of Ethereum's yellow paper, as many libraries test it.
    creator = "0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0"
    assert address_of(creator, 0) == "0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"
    assert address_of(creator, 1) == "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8"


def test_a_call_that_fails_in_the_row_is_told_with_the_contracts_own_error(
    client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "deployment.json"
    made = deploy_to_file(client, KEYS[0], "pipe", OFFICES, path)
    participants = made.address("Participants")
    stranger = Pipeline(Person(client, KEYS[9]), made.chain_id)
    stranger.call(participants, "Participants", "grantRole", role("GUARDIAN"), ACCOUNTS[9])
    stranger.call(participants, "Participants", "grantRole", role("REGISTRAR"), ACCOUNTS[9])
    with pytest.raises(CallRefused, match="AccessControlUnauthorizedAccount"):
        stranger.finish()
