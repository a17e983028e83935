"""The facts that contracts report, one frozen class per event.

Solidity name = class name = key of HANDLERS; Solidity parameter `commitEnd` = field `commit_end`; a tuple parameter is
flattened into its members. Addresses are lower-case hex, bytes32 are 0x-hex, numbers are int. A test holds classes, ABI
and HANDLERS against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Event:
    """A decoded log. `AGGREGATE` names the stream within which events apply in order."""

    AGGREGATE: ClassVar[str]


@dataclass(frozen=True, slots=True)
class ParticipantRegistered(Event):
    """An account became a participant."""

    AGGREGATE: ClassVar[str] = "participant:{account}"
    account: str
    capabilities: int


@dataclass(frozen=True, slots=True)
class ParticipantSuspended(Event):
    """A participant was barred from new obligations."""

    AGGREGATE: ClassVar[str] = "participant:{account}"
    account: str
    reason_ref: str


@dataclass(frozen=True, slots=True)
class ParticipantReinstated(Event):
    """The bar was lifted."""

    AGGREGATE: ClassVar[str] = "participant:{account}"
    account: str


@dataclass(frozen=True, slots=True)
class CreditRecorded(Event):
    """A kept or broken promise was counted."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    account: str
    scorer: str
    order_id: int
    delivery_id: int
    value: int
    delivery_bps: int
    quality_bps: int
    score_bps: int


@dataclass(frozen=True, slots=True)
class TokensIssued(Event):
    """Bank money became settlement tokens."""

    AGGREGATE: ClassVar[str] = "participant:{account}"
    account: str
    amount: int
    bank_ref: str


@dataclass(frozen=True, slots=True)
class TokensRedeemed(Event):
    """Settlement tokens became bank money."""

    AGGREGATE: ClassVar[str] = "participant:{account}"
    account: str
    amount: int
    bank_ref: str


@dataclass(frozen=True, slots=True)
class Transfer(Event):
    """Tokens moved. Booked only where no contract's own event tells what for."""

    AGGREGATE: ClassVar[str] = "transfer:{from_}:{to}"
    from_: str
    to: str
    value: int


@dataclass(frozen=True, slots=True)
class TenderOpened(Event):
    """A tender stands for a requisition."""

    AGGREGATE: ClassVar[str] = "tender:{tender_id}"
    tender_id: int
    buyer: str
    requisition_ref: str
    invited_root: str
    quantity: int
    ceiling: int
    bond: int
    commit_seconds: int
    reveal_seconds: int
    review_seconds: int
    min_credit_bps: int
    pricing: int
    day_value: int
    max_days: int
    credit_weight_bps: int
    attester: str
    promised_at: int
    fund_seconds: int
    grace_seconds: int
    silence_seconds: int
    lateness_bps_per_day: int
    lateness_cap_bps: int
    tax_bps: int
    tolerance_bps: int
    payment_seconds: int
    commit_end: int
    reveal_end: int
    invited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BidCommitted(Event):
    """A supplier committed to a bid and paid in its bond."""

    AGGREGATE: ClassVar[str] = "tender:{tender_id}"
    tender_id: int
    supplier: str
    index: int
    commitment: str
    bond: int
    credit_bps: int


@dataclass(frozen=True, slots=True)
class BidRevealed(Event):
    """A supplier revealed its bid and got its bond back."""

    AGGREGATE: ClassVar[str] = "tender:{tender_id}"
    tender_id: int
    supplier: str
    amount: int
    bond_returned: int
    within_ceiling: bool
    offered_days: int
    score: int


@dataclass(frozen=True, slots=True)
class BondForfeited(Event):
    """The bond of a bid that was never revealed went to the buyer."""

    AGGREGATE: ClassVar[str] = "tender:{tender_id}"
    tender_id: int
    supplier: str
    buyer: str
    bond: int


@dataclass(frozen=True, slots=True)
class TenderAwarded(Event):
    """The best bid won."""

    AGGREGATE: ClassVar[str] = "tender:{tender_id}"
    tender_id: int
    supplier: str
    order_id: int
    amount: int
    bids: int


@dataclass(frozen=True, slots=True)
class TenderVoided(Event):
    """No valid bid stood."""

    AGGREGATE: ClassVar[str] = "tender:{tender_id}"
    tender_id: int
    requisition_ref: str
    bids: int


@dataclass(frozen=True, slots=True)
class PurchaseOrderOpened(Event):
    """An award became an order."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    buyer: str
    supplier: str
    tender_id: int
    requisition_ref: str
    quantity: int
    amount: int
    deposit: int
    attester: str
    promised_at: int
    fund_seconds: int
    grace_seconds: int
    silence_seconds: int
    lateness_bps_per_day: int
    lateness_cap_bps: int
    tax_bps: int
    tolerance_bps: int
    payment_seconds: int


@dataclass(frozen=True, slots=True)
class OrderFunded(Event):
    """The buyer's money is in escrow."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    buyer: str
    deposit: int


@dataclass(frozen=True, slots=True)
class DeliveryShipped(Event):
    """Goods are on their way."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    supplier: str
    quantity: int
    despatch_ref: str


@dataclass(frozen=True, slots=True)
class DeliveryReceived(Event):
    """A goods receipt was reported."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    receipt_ref: str
    quantity: int
    received_at: int
    days_late: int


@dataclass(frozen=True, slots=True)
class DeliveryInspected(Event):
    """An inspection was reported."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    inspection_ref: str
    accepted: int
    rejected: int
    accepted_amount: int


@dataclass(frozen=True, slots=True)
class DeliveryClaimed(Event):
    """The attester fell silent and the delivery was claimed."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    accepted: int
    accepted_amount: int
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class PaymentReleased(Event):
    """The contract paid the supplier."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    match_ref: str
    supplier: str
    accepted_amount: int
    net: int
    tax: int
    penalty: int
    paid: int


@dataclass(frozen=True, slots=True)
class OrderClosed(Event):
    """The order ended; what was left in escrow went back."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    buyer: str
    accepted: int
    accepted_amount: int
    refunded: int


@dataclass(frozen=True, slots=True)
class OrderCancelled(Event):
    """The order ended before it was funded."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    caller: str


@dataclass(frozen=True, slots=True)
class OrderAmended(Event):
    """Both parties signed another quantity, amount or date."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    buyer: str
    supplier: str
    revision: int
    quantity: int
    amount: int
    promised_at: int
    topped_up: int
    refunded: int


@dataclass(frozen=True, slots=True)
class OrderPartCancelled(Event):
    """The supplier gave up a part; its money went back."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    buyer: str
    supplier: str
    revision: int
    quantity: int
    amount: int
    refunded: int


@dataclass(frozen=True, slots=True)
class DeliveryRuled(Event):
    """An arbiter decided what was received and accepted."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    ruling_ref: str
    arbiter: str
    received: int
    accepted: int
    accepted_amount: int


@dataclass(frozen=True, slots=True)
class ForceMajeureApplied(Event):
    """A force majeure that nobody disputed moved the promise."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    granted_days: int
    promised_at: int
    revision: int


@dataclass(frozen=True, slots=True)
class ForceMajeureRuled(Event):
    """An arbiter decided by how much a force majeure moves the promise."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    arbiter: str
    ruling_ref: str
    granted_days: int
    promised_at: int
    revision: int


@dataclass(frozen=True, slots=True)
class DocumentsAnchored(Event):
    """A batch of documents was committed to."""

    AGGREGATE: ClassVar[str] = "stream:{stream_id}"
    stream_id: str
    anchor_index: int
    first_sequence: int
    last_sequence: int
    root: str
    head: str


EVENTS: dict[str, type[Event]] = {
    name: cls
    for name, cls in list(globals().items())
    if isinstance(cls, type) and issubclass(cls, Event) and cls is not Event
}

NOT_BOOKED: dict[str, str] = {
    "Approval": "an allowance is not a movement of money",
    "StreamOpened": "evidence about documents is not itself a document",
    "StreamOffered": "evidence about documents is not itself a document",
    "StreamTaken": "evidence about documents is not itself a document",
    "ComponentRecorded": "the ERP keeps the outcomes of orders; bets, peers and users come with their rooms",
    "DeliveryDisputed": "nothing moves before the ruling, which is an event of its own",
    "DeliveryDisputeLapsed": "the delivery stands as it stood",
    "ForceMajeureReported": "nothing moves before it is applied or ruled, which are events of their own",
    "ForceMajeureDisputed": "nothing moves before the ruling, which is an event of its own",
    "LotsOpened": "each lot is a tender with its own opening",
    "BidDisqualified": "only in tenders with a review, and the ERP opens none",
    "BidRanked": "only in tenders with a review, and the ERP opens none",
    "ObligationsPaused": "an operator's switch; no amounts",
    "ObligationsResumed": "an operator's switch; no amounts",
    "RoleGranted": "offices of operators; no amounts",
    "RoleRevoked": "offices of operators; no amounts",
    "RoleAdminChanged": "offices of operators; no amounts",
    "DefaultAdminTransferScheduled": "offices of operators; no amounts",
    "DefaultAdminTransferCanceled": "offices of operators; no amounts",
    "DefaultAdminDelayChangeScheduled": "offices of operators; no amounts",
    "DefaultAdminDelayChangeCanceled": "offices of operators; no amounts",
}


def values_of(event: Event) -> dict[str, Any]:
    """An event's fields by name."""
    return {field.name: getattr(event, field.name) for field in fields(event)}


@dataclass(frozen=True, slots=True)
class Logged:
    """An event with its place on the chain."""

    event: Event
    contract: str  # contract name in the deployment
    block_number: int
    block_hash: str
    block_time: int  # unix seconds
    tx_hash: str
    tx_index: int
    log_index: int  # within the block
    chain_id: int

    @property
    def name(self) -> str:
        """The event's Solidity name."""
        return type(self.event).__name__

    @property
    def origin(self) -> str:
        """Identity of the event: chain, block hash, log index."""
        return f"{self.chain_id}:{self.block_hash}:{self.log_index}"

    @property
    def position(self) -> str:
        """A string that sorts as the chain does."""
        return f"{self.block_number:012d}:{self.tx_index:06d}:{self.log_index:06d}"

    @property
    def aggregate(self) -> str:
        """The stream within which this event applies in order."""
        return type(self.event).AGGREGATE.format(**values_of(self.event))
