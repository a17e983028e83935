"""Words about CreditRegistry: credit scores (信用等级)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypedDict

from bridge.ports.vocabulary.accounts import Account


class RecordCreditOutcome(TypedDict):
    """CreditRegistry counted a kept or broken promise of a supplier (信用等级)."""

    account: Account
    order_id: int
    delivery_id: int  # 0: an order never delivered
    value_minor: int
    delivery_bps: int
    quality_bps: int
    score_bps: int  # of the party from now on


class RecordCreditComponent(TypedDict):
    """CreditRegistry counted an outcome beyond orders: of a bet, of peers or of users (信用分项)."""

    account: Account
    subject_id: int  # the bet or the group
    component: Literal["delivery", "quality", "bets", "peers", "users"]
    value_minor: int
    outcome_bps: int
    score_bps: int  # of the party from now on


DOCUMENT_TYPES: Mapping[type, str] = {
    RecordCreditOutcome: "credit_outcome",
    RecordCreditComponent: "credit_component",
}
DOCUMENTS: Mapping[str, type] = {}
