"""PeerRatings: what members of a group say of each other (互评). Not followed yet."""

from __future__ import annotations

from bridge.capabilities.model import Capability, Contract

RATINGS = Capability(
    "ratings",
    (
        Contract(
            "PeerRatings",
            unfollowed="ratings have no documents in the ERP yet; what they do to credit is booked",
        ),
    ),
)
