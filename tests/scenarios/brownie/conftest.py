"""The house that every story plays in: the contracts deployed, offices given out, everybody with money."""

from __future__ import annotations

from typing import Any

import brownie
import pytest
from house import House, deploy_house

from scripts.deploy import ARGUMENTS


@pytest.fixture(scope="module")
def deployed(accounts: Any, chain: Any) -> House:
    """One deployment for a module."""
    (project,) = brownie.project.get_loaded_projects()
    return deploy_house({name: project[name] for name in ARGUMENTS}, accounts, chain)


@pytest.fixture
def house(deployed: House, fn_isolation: None) -> House:
    """The deployment as it was at first: each story begins anew."""
    deployed.salts.clear()
    deployed.published.clear()
    return deployed
