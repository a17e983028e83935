"""A seal made in Python is the contract's own, for any values that a contract takes."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from bridge.chain.client import Client
from bridge.chain.deployment import Deployment
from bridge.chain.gateway import Gateway
from scripts.deployment.accounts import Person
from scripts.deployment.deploy import Offices, deploy
from scripts.deployment.sealing import place, seal_bid, seal_plan, seal_ratings
from scripts.devchain.devchain import DevChain

pytestmark = pytest.mark.chain

ZERO, MOST = bytes(32), b"\xff" * 32
NOBODY, SOMEBODY = "0x" + "00" * 20, "0x" + "ab" * 20
SALT = os.urandom(32)
BIDS = [
    (1, SOMEBODY, 5_000_000, 0, SALT),
    (0, NOBODY, 0, 0, ZERO),
    (2**256 - 1, "0x" + "ff" * 20, 2**128 - 1, 2**16 - 1, MOST),
]
RATINGS = [
    (1, SOMEBODY, [(NOBODY, 0, ZERO), (SOMEBODY, 10_000, SALT)], SALT),
    (2**256 - 1, NOBODY, [], MOST),
    (7, SOMEBODY, [("0x" + f"{n:040x}", n, SALT) for n in range(40)], SALT),
]
PLANS = [
    (1, 2, SOMEBODY, SALT, SALT[::-1]),
    (0, 0, NOBODY, ZERO, ZERO),
    (2**256 - 1, 2**256 - 1, SOMEBODY, MOST, SALT),
]


@pytest.fixture(scope="module")
def deployed() -> Iterator[tuple[Deployment, Gateway]]:
    with DevChain("anvil") as node:
        client = Client([node.url])
        account, arbiter, reporter = (each.address.lower() for each in node.accounts[1:4])
        offices = Offices(
            account, account, (account,), account, (reporter,), (arbiter,), (account,)
        )
        deployment = deploy(
            Person(client, node.accounts[0].private_key), "seals", node.url, offices
        )
        yield deployment, Gateway(client, deployment, {})


@pytest.mark.parametrize(
    ("contract", "view", "seal", "values"),
    [
        *(("Tenders", "sealBid", seal_bid, values) for values in BIDS),
        *(("PeerRatings", "sealRatings", seal_ratings, values) for values in RATINGS),
        *(("ChainGroups", "sealPlan", seal_plan, values) for values in PLANS),
    ],
)
def test_a_seal_is_what_the_contract_says(deployed, contract, view, seal, values) -> None:  # type: ignore[no-untyped-def]
    deployment, gateway = deployed
    (said,) = gateway.view("GroupLens" if view == "sealPlan" else contract, view, *values)
    sealed = seal(place(deployment, contract), *values)
    assert "0x" + sealed.hex() == (said if isinstance(said, str) else "0x" + bytes(said).hex())
