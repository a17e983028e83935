"""Words about Participants: who takes part (参与方)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Account, Ref


class EnrolParty(TypedDict):
    """Participants registered the account of a party: from now on it may act."""

    account: Account
    capabilities: int  # bit set: 1 buyer, 2 supplier


class ExtendParty(TypedDict):
    """Participants gave the account of a party more capabilities."""

    account: Account
    added: int  # bit set
    capabilities: int  # all that it has from now on


class SuspendParty(TypedDict):
    """Participants barred the party from new obligations."""

    account: Account
    reason_ref: Ref


class ReinstateParty(TypedDict):
    """Participants lifted the bar."""

    account: Account


DOCUMENT_TYPES: Mapping[type, str] = {
    EnrolParty: "party_enrolment",
    ExtendParty: "party_extension",
    SuspendParty: "party_suspension",
    ReinstateParty: "party_reinstatement",
}
DOCUMENTS: Mapping[str, type] = {}
