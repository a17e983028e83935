"""PeerRatings: what members of a settled group say of each other (互评)."""

from __future__ import annotations

from typing import Any

from bridge.capabilities.groups import text_of
from bridge.capabilities.model import Asks, CallContext, Capability, Contract, books
from bridge.intents import KEEPER
from bridge.ports.port import Document
from bridge.ports.vocabulary import ratings as v


def of_rated(document: Document, context: CallContext) -> tuple[Any, ...]:
    """The group and the member whom a rating is about."""
    return document.fields["group_id"], document.fields["rated"]


def is_first(document: Document) -> bool:
    """True of the first rating of a member that counts: one call for a member is enough."""
    return bool(document.fields["first"])


RATINGS = Capability(
    "ratings",
    (
        Contract(
            "PeerRatings",
            events={
                "RatingsCommitted": books(v.RecordPeerRatingSeal),
                "PeerRated": books(v.RecordPeerRating),
                "PeerOutcomeRecorded": books(v.RecordPeerOutcome, weight=text_of("weight")),
            },
        ),
    ),
    calls={
        "peer_rating": Asks(
            contract="PeerRatings",
            function="recordRatings",
            args=of_rated,
            aggregate="rated:{group_id}:{rated}",
            signer=KEEPER,
            when=is_first,
            later_by={"Room_TooEarly": 1},
            moot_on=frozenset({"PeerRatings_AlreadyRecorded", "PeerRatings_NothingCounted"}),
        )
    },
)
