"""The house that every story plays in: the contracts deployed, offices given out, suppliers with money."""

from __future__ import annotations

from typing import Any

import pytest
from house import House, deploy_house


@pytest.fixture(scope="module")
def deployed(
    Participants: Any,  # noqa: N803 - Brownie names its containers after the contracts
    CreditRegistry: Any,  # noqa: N803
    SettlementToken: Any,  # noqa: N803
    PurchaseOrders: Any,  # noqa: N803
    Tenders: Any,  # noqa: N803
    accounts: Any,
    chain: Any,
) -> House:
    """One deployment for a module."""
    contracts = (Participants, CreditRegistry, SettlementToken, PurchaseOrders, Tenders)
    return deploy_house(contracts, accounts, chain)


@pytest.fixture
def house(deployed: House, fn_isolation: None) -> House:
    """The deployment as it was at first: each story begins anew."""
    return deployed
