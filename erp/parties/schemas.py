"""Commands about parties: who they are, and what external events say of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from erp.kernel.schema import (
    Account,
    AmountMinor,
    Bps,
    Code,
    Command,
    RecordId,
    Reference,
    Text,
)

Capabilities = Annotated[int, Field(ge=0, le=255, strict=True)]


class PartyKind(StrEnum):
    """Whether a party is inside the group (小微) or outside it (外部伙伴)."""

    INTERNAL = "internal"
    EXTERNAL = "external"


class RegisterParty(Command):
    """Registers a micro-enterprise or outside partner with its own books and its settlement account."""

    code: Code
    name: Text
    kind: PartyKind
    account: Account


class EnrolParty(Command):
    """The party's account was enrolled with capabilities: a set of bits, 1 buyer, 2 supplier, 4 custodian."""

    account: Account
    capabilities: Capabilities


class SuspendParty(Command):
    """The party was barred from new obligations."""

    account: Account
    reason_ref: Reference


class ReinstateParty(Command):
    """The bar on the party was lifted."""

    account: Account


class CreditComponent(StrEnum):
    """What a party's credit score is made of (信用分项)."""

    DELIVERY = "delivery"  # on time
    QUALITY = "quality"  # passed inspection
    BETS = "bets"  # kept the targets pledged in bet contracts
    PEERS = "peers"  # what members of a chain group say of each other
    USERS = "users"  # what users say


class RecordCreditComponent(Command):
    """An outcome beyond the party's orders was counted: of a bet, of peers or of users. No entries.

    `subject_id` is the number of the bet or the group, `value_minor` the weight of the outcome in minor units, and
    `score_bps` the party's credit score from now on.
    """

    account: Account
    subject_id: RecordId
    component: CreditComponent
    value_minor: AmountMinor
    outcome_bps: Bps
    score_bps: Bps
