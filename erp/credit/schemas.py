"""Commands about credit (信用等级): what external events say of a party's score."""

from __future__ import annotations

from enum import StrEnum

from erp.kernel.schema import (
    Account,
    AmountMinor,
    Bps,
    Command,
    QuantityOrNone,
    RecordId,
)


class RecordCreditOutcome(Command):
    """A kept or broken promise of an order's supplier was counted (信用等级). No entries.

    `delivery_id` 0: an order never delivered. `value_minor` is the weight of the outcome in minor units, and `score_bps`
    the party's credit score from now on.
    """

    account: Account
    order_id: RecordId
    delivery_id: QuantityOrNone
    value_minor: AmountMinor
    delivery_bps: Bps
    quality_bps: Bps
    score_bps: Bps


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
