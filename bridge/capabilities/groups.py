"""ChainGroups, GroupPay, UserReviews: groups, their roles, their money, what users say (链群). Not followed yet."""

from __future__ import annotations

from bridge.capabilities.model import Capability, Contract

GROUPS = Capability(
    "groups",
    (
        Contract(
            "ChainGroups",
            unfollowed="groups and their roles have no documents in the ERP yet",
        ),
        Contract(
            "GroupPay",
            unfollowed="budgets, stakes and earnings of groups have no documents in the ERP yet",
            holds_money=True,
        ),
        Contract(
            "UserReviews",
            unfollowed="reviews have no documents in the ERP yet; what they do to credit is booked",
        ),
        Contract("GroupRules", unfollowed="it has no events: it checks the terms of groups"),
        Contract("GroupLens", unfollowed="it has no events: it computes for readers"),
    ),
)
