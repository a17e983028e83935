"""What the ERP says when it says no.

    ErpError
    ├── Rejected                 a business rule said no; retrying the same command changes nothing
    │   ├── NotFound             the command names something that is not there
    │   ├── Conflict             the command contradicts what is already recorded
    │   ├── WrongStatus          the thing is there, but in another state
    │   └── one class per rule   over-receipt, budget-exceeded, ...
    └── Retryable                the database is busy; the same command may be tried again

Anything else that escapes an operation is a bug. Every `Rejected` carries its facts as attributes (`facts()` gives them
all), a stable `code`, and a message that says what was wrong and what would be right.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar


class ErpError(Exception):
    """Root of all errors the ERP raises on purpose."""


class Retryable(ErpError):
    """The database was busy or broke the transaction off; nothing was posted.

    Try again with a pause.
    """


@dataclass(eq=False)
class Rejected(ErpError):
    """A business rule said no (业务规则拒绝). Nothing was posted."""

    code: ClassVar[str] = "rejected"
    template: ClassVar[str] = "The command breaks a business rule."

    def __str__(self) -> str:
        return self.template.format(**self.facts())

    def facts(self) -> dict[str, int | str]:
        """The attributes of this refusal, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


# ---- not found
# -------------------------------------------------------------------------------------


@dataclass(eq=False)
class NotFound(Rejected):
    """The command names something that is not there."""

    key: int | str
    code: ClassVar[str] = "not-found"
    template: ClassVar[str] = "Nothing is recorded under {key!r}."


class UnknownParty(NotFound):
    code = "unknown-party"
    template = "No party {key!r} is registered. Register it first, or correct the code."


class UnknownAccount(NotFound):
    code = "unknown-account"
    template = (
        "No party has the settlement account {key}. Register the party with this account first."
    )


class UnknownItem(NotFound):
    code = "unknown-item"
    template = "No item {key!r} is registered. Register it first, or correct the code."


class NoSourcingPolicy(NotFound):
    code = "no-sourcing-policy"
    template = "Item {key!r} has no sourcing policy. Set one before asking for the item."


class UnknownRequisition(NotFound):
    code = "unknown-requisition"
    template = "No requisition {key!r} is recorded."


class UnknownTender(NotFound):
    code = "unknown-tender"
    template = "No tender {key} is recorded."


class UnknownBid(NotFound):
    code = "unknown-bid"
    template = (
        "No bid {key} is recorded. A bid must be committed before anything else happens to it."
    )


class UnknownOrder(NotFound):
    code = "unknown-order"
    template = "No purchase order {key!r} is recorded."


class UnknownDelivery(NotFound):
    code = "unknown-delivery"
    template = "No delivery {key} was despatched. Receive only what the supplier despatched."


class UnknownReceipt(NotFound):
    code = "unknown-receipt"
    template = "No goods receipt {key!r} is recorded."


class UnknownInvoice(NotFound):
    code = "unknown-invoice"
    template = "No supplier invoice {key!r} is recorded."


class UnknownDocument(NotFound):
    code = "unknown-document"
    template = "No document {key!r} is recorded."


# ---- conflict
# --------------------------------------------------------------------------------------


@dataclass(eq=False)
class Conflict(Rejected):
    """The command contradicts what is already recorded under this key."""

    key: int | str
    code: ClassVar[str] = "conflict"
    template: ClassVar[str] = "{key!r} is already recorded."


@dataclass(eq=False)
class DuplicateOrigin(Conflict):
    """One origin, two different commands."""

    number: str
    code: ClassVar[str] = "duplicate-origin"
    template: ClassVar[str] = (
        "Origin {key!r} already made document {number} from another command. One origin makes one document."
    )


class PartyExists(Conflict):
    code = "party-exists"
    template = (
        "A party with code or account {key!r} is already registered. Use another code and account."
    )


class ItemExists(Conflict):
    code = "item-exists"
    template = "Item {key!r} is already registered."


class TenderExists(Conflict):
    code = "tender-exists"
    template = "Tender {key} is already recorded."


class BidExists(Conflict):
    code = "bid-exists"
    template = "A bid {key} is already recorded. One bid per supplier and tender."


class OrderExists(Conflict):
    code = "order-exists"
    template = "Purchase order {key} is already recorded."


class DeliveryExists(Conflict):
    code = "delivery-exists"
    template = "Delivery {key} is already recorded."


class AlreadyReceived(Conflict):
    code = "already-received"
    template = "Delivery {key} was already received. A delivery is received once."


class AlreadyInspected(Conflict):
    code = "already-inspected"
    template = "Delivery {key} was already inspected. A receipt is inspected once."


class AlreadyAttested(Conflict):
    code = "already-attested"
    template = "The report on delivery {key} was already attested."


class AlreadyPaid(Conflict):
    code = "already-paid"
    template = "Delivery {key} was already paid."


class AlreadyInvoiced(Conflict):
    code = "already-invoiced"
    template = "Delivery {key} already has an invoice that waits or is matched. Only a blocked one may be followed."


class DuplicateInvoiceNumber(Conflict):
    code = "duplicate-invoice-number"
    template = (
        "This supplier already used invoice number {key!r}. Every invoice needs its own number."
    )


class AlreadyReversed(Conflict):
    code = "already-reversed"
    template = "Document {key} was already reversed. A document is reversed once."


class PeriodAlreadyClosed(Conflict):
    code = "period-already-closed"
    template = "Period {key} is already closed."


class CloseAlreadyRequested(Conflict):
    code = "close-already-requested"
    template = "The close of order {key} was already requested."


# ---- states
# ----------------------------------------------------------------------------------------


@dataclass(eq=False)
class WrongStatus(Rejected):
    """The thing is there, but its state does not allow this step."""

    what: str
    key: int | str
    status: str
    expected: str
    code: ClassVar[str] = "wrong-status"
    template: ClassVar[str] = "{what} {key} is {status}; this step needs it to be {expected}."


@dataclass(eq=False)
class Disagrees(Rejected):
    """Two accounts of one fact differ: a contradiction that a person must resolve."""

    what: str
    key: int | str
    field: str
    said: int | str
    recorded: int | str
    code: ClassVar[str] = "disagrees"
    template: ClassVar[str] = (
        "{what} {key}: {field} is said to be {said}, but the books say {recorded}."
    )


# ---- ledger
# ----------------------------------------------------------------------------------------


@dataclass(eq=False)
class AmountTooLarge(Rejected):
    """A sum would no longer fit its column."""

    what: str
    amount: int
    maximum: int
    code: ClassVar[str] = "amount-too-large"
    template: ClassVar[str] = "{what} would become {amount}; at most {maximum} can be kept."


@dataclass(eq=False)
class Overdrawn(Rejected):
    """An account that may never be negative would be."""

    entity: str
    account: str
    available_minor: int
    asked_minor: int
    code: ClassVar[str] = "overdrawn"
    template: ClassVar[str] = (
        "Account {account} of {entity} holds {available_minor}; {asked_minor} cannot be taken from it."
    )


@dataclass(eq=False)
class PeriodClosed(Rejected):
    """The posting date lies in a closed month."""

    period: str
    code: ClassVar[str] = "period-closed"
    template: ClassVar[str] = (
        "Period {period} is closed: nothing posts into it any more. Use a date in an open period."
    )


@dataclass(eq=False)
class PeriodNotOver(Rejected):
    """Only a month that is over can be closed."""

    period: str
    current: str
    code: ClassVar[str] = "period-not-over"
    template: ClassVar[str] = (
        "Period {period} is not over yet (now is {current}). Close it when the month has ended."
    )


@dataclass(eq=False)
class NotReversible(Rejected):
    """Documents that others rely on are not reversed here."""

    number: str
    type: str
    why: str
    code: ClassVar[str] = "not-reversible"
    template: ClassVar[str] = "Document {number} ({type}) cannot be reversed: {why}."


# ---- parties, stock, budget
# ------------------------------------------------------------------------


@dataclass(eq=False)
class NotActive(Rejected):
    """The party may not take on new obligations in this office."""

    party: str
    office: str
    status: str
    code: ClassVar[str] = "party-not-active"
    template: ClassVar[str] = (
        "{party} cannot act as {office}: it is {status}. It must be enrolled as {office}."
    )


@dataclass(eq=False)
class NoEligibleCandidate(Rejected):
    """Nobody of the policy's candidates may bid."""

    item: str
    candidates: int
    code: ClassVar[str] = "no-eligible-candidate"
    template: ClassVar[str] = (
        "None of the {candidates} candidates of item {item} is enrolled as supplier. Enrol one or change the policy."
    )


@dataclass(eq=False)
class InvalidPolicy(Rejected):
    """A sourcing policy that cannot work."""

    item: str
    why: str
    code: ClassVar[str] = "invalid-policy"
    template: ClassVar[str] = "The sourcing policy of {item} cannot work: {why}."


@dataclass(eq=False)
class InsufficientStock(Rejected):
    """More is asked for than is there."""

    entity: str
    item: str
    on_hand: int
    asked: int
    code: ClassVar[str] = "insufficient-stock"
    template: ClassVar[str] = "{entity} has {on_hand} of {item} on hand; {asked} cannot leave."


@dataclass(eq=False)
class BudgetExceeded(Rejected):
    """The available budget does not cover what is asked."""

    entity: str
    available_minor: int
    asked_minor: int
    code: ClassVar[str] = "budget-exceeded"
    template: ClassVar[str] = (
        "{entity} has {available_minor} of budget available; {asked_minor} is asked. Approve more budget first."
    )


# ---- procurement
# -----------------------------------------------------------------------------------


@dataclass(eq=False)
class NotCandidate(Rejected):
    """The tender invites somebody whom the requisition does not name."""

    requisition: str
    account: str
    code: ClassVar[str] = "not-a-candidate"
    template: ClassVar[str] = (
        "{account} is invited but is no candidate of {requisition}. Invite candidates only."
    )


@dataclass(eq=False)
class DepositTooSmall(Rejected):
    """The escrow does not cover every invoice that the terms allow."""

    order: str
    amount_minor: int
    required_minor: int
    code: ClassVar[str] = "deposit-too-small"
    template: ClassVar[str] = (
        "Order {order} needs {required_minor} in escrow; {amount_minor} is too little."
    )


@dataclass(eq=False)
class OverDespatch(Rejected):
    """More is despatched than the order still asks for."""

    order: str
    quantity: int
    open: int
    code: ClassVar[str] = "over-despatch"
    template: ClassVar[str] = (
        "Order {order} still asks for {open}; {quantity} is too much to despatch."
    )


@dataclass(eq=False)
class TooManyDeliveries(Rejected):
    """An order has a bounded number of part deliveries."""

    order: str
    maximum: int
    code: ClassVar[str] = "too-many-deliveries"
    template: ClassVar[str] = (
        "Order {order} already has {maximum} deliveries, the most an order may have."
    )


@dataclass(eq=False)
class OverReceipt(Rejected):
    """More arrived than was despatched."""

    order: str
    delivery_id: int
    quantity: int
    shipped: int
    code: ClassVar[str] = "over-receipt"
    template: ClassVar[str] = (
        "Delivery {delivery_id} of {order} was despatched with {shipped}; {quantity} cannot be received. "
        "Receive at most {shipped}."
    )


@dataclass(eq=False)
class ReceivedOutOfTime(Rejected):
    """Goods arrive after they left and not in the future."""

    order: str
    delivery_id: int
    received_at: int
    earliest: int
    latest: int
    code: ClassVar[str] = "received-out-of-time"
    template: ClassVar[str] = (
        "Delivery {delivery_id} of {order} cannot have arrived at {received_at}: say a time from {earliest} to {latest}."
    )


@dataclass(eq=False)
class InspectionIncomplete(Rejected):
    """Accepted and rejected must add up to what was received."""

    receipt: str
    accepted: int
    rejected: int
    received: int
    code: ClassVar[str] = "inspection-incomplete"
    template: ClassVar[str] = (
        "Receipt {receipt} has {received}: {accepted} accepted and {rejected} rejected do not add up to it."
    )


@dataclass(eq=False)
class ReasonMissing(Rejected):
    """Who rejects says why."""

    receipt: str
    rejected: int
    code: ClassVar[str] = "reason-missing"
    template: ClassVar[str] = (
        "{rejected} of receipt {receipt} are rejected without a reason. Give the reason."
    )


@dataclass(eq=False)
class NotInspected(Rejected):
    """Only what was inspected can be matched."""

    invoice: str
    delivery_id: int
    code: ClassVar[str] = "not-inspected"
    template: ClassVar[str] = (
        "Invoice {invoice} waits for the inspection of delivery {delivery_id}."
    )


@dataclass(eq=False)
class NotMatched(Rejected):
    """Nothing is paid before order, acceptance and invoice agree."""

    order: str
    delivery_id: int
    status: str
    code: ClassVar[str] = "not-matched"
    template: ClassVar[str] = (
        "Delivery {delivery_id} of {order} is {status}; only a matched delivery can be paid."
    )


@dataclass(eq=False)
class NotYetClosable(Rejected):
    """An order can be ended only when its time has run out."""

    order: str
    at: int
    closable_at: int
    code: ClassVar[str] = "not-yet-closable"
    template: ClassVar[str] = "Order {order} can be closed from {closable_at} on; now is {at}."


@dataclass(eq=False)
class DeliveriesUnsettled(Rejected):
    """Received goods are settled before an order ends."""

    order: str
    unsettled: int
    code: ClassVar[str] = "deliveries-unsettled"
    template: ClassVar[str] = (
        "{unsettled} received deliveries of {order} are not settled yet. Settle them first."
    )
