"""The house that every story plays in: the contracts deployed, offices given out, everybody with money."""

from __future__ import annotations

from typing import Any

import brownie
import pytest
from house import House, deploy_house

from scripts.console import visible
from scripts.deployment.deploy import ARGUMENTS


@pytest.fixture(scope="session")
def deployed(accounts: Any, chain: Any) -> House:
    """One deployment for all stories."""
    visible.install(brownie.web3)
    (project,) = brownie.project.get_loaded_projects()
    house = deploy_house({name: project[name] for name in ARGUMENTS}, accounts, chain)
    chain.snapshot()
    return house


@pytest.fixture
def house(deployed: House, chain: Any) -> House:
    """The deployment as it was at first: each story begins anew."""
    chain.revert()
    deployed.salts.clear()
    deployed.published.clear()
    return deployed
