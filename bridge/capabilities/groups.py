"""ChainGroups: groups, roles and their budgets (链群). Not followed yet."""

from __future__ import annotations

from bridge.capabilities.model import Capability, Contract

GROUPS = Capability(
    "groups",
    (
        Contract(
            "ChainGroups",
            unfollowed="groups, roles and their budgets have no documents in the ERP yet",
            holds_money=True,
        ),
    ),
)
