"""What the rules of requisitions, tenders, orders, deliveries and invoices refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


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


@dataclass(eq=False)
class OtherSourcing(Rejected):
    """A requisition is bought in another way than it asks for."""

    number: str
    sourcing: str
    wanted: str
    code: ClassVar[str] = "other-sourcing"
    template: ClassVar[str] = "Requisition {number} is to be bought {sourcing}, not {wanted}."


@dataclass(eq=False)
class NotInLots(Rejected):
    """Lots of an item that is bought otherwise, or one more lot of a request that was opened."""

    item: str
    sourcing: str
    code: ClassVar[str] = "not-in-lots"
    template: ClassVar[str] = (
        "Item {item} is bought {sourcing}; lots are asked for together, by its policy."
    )


@dataclass(eq=False)
class LotsTooSmall(Rejected):
    """So many lots that one of them would be of nothing."""

    item: str
    lots: int
    quantity: int
    estimate: int
    code: ClassVar[str] = "lots-too-small"
    template: ClassVar[str] = (
        "{quantity} units of {item} estimated at {estimate} minor units cannot be divided into {lots} lots."
    )


@dataclass(eq=False)
class NoReview(Rejected):
    """A bid is struck when it cannot be any more, or never could."""

    tender: str
    until: int
    code: ClassVar[str] = "no-review"
    template: ClassVar[str] = (
        "Bids of tender {tender} may be struck until {until}, in its review only."
    )


class AlreadyStruck(Conflict):
    code = "already-struck"
    template = "The bid {key} is to be struck already."


class TenderExists(Conflict):
    code = "tender-exists"
    template = "Tender {key} is already recorded."


class BidExists(Conflict):
    code = "bid-exists"
    template = "A bid {key} is already recorded. One bid per supplier and tender."


class OrderExists(Conflict):
    code = "order-exists"
    template = "Purchase order {key} is already recorded."


class AlreadyOrdered(Conflict):
    code = "already-ordered"
    template = "An order of {key} is already recorded. One purchase becomes one order."


class DeliveryExists(Conflict):
    code = "delivery-exists"
    template = "Delivery {key} is already recorded."


class AlreadyReceived(Conflict):
    code = "already-received"
    template = "Delivery {key} was already received. A delivery is received once."


class AlreadyAttested(Conflict):
    code = "already-attested"
    template = "The report on delivery {key} was already attested."


class AlreadyInvoiced(Conflict):
    code = "already-invoiced"
    template = "Delivery {key} already has an invoice that waits or is matched. Only a blocked one may be followed."


class DuplicateInvoiceNumber(Conflict):
    code = "duplicate-invoice-number"
    template = (
        "This supplier already used invoice number {key!r}, in this or another spelling. "
        "Every invoice needs its own number; withdraw the other one to enter it anew."
    )


class CloseAlreadyRequested(Conflict):
    code = "close-already-requested"
    template = "The close of order {key} was already requested."


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
class NotCandidate(Rejected):
    """The tender invites somebody whom the requisition does not name."""

    requisition: str
    account: str
    code: ClassVar[str] = "not-a-candidate"
    template: ClassVar[str] = (
        "{account} is invited but is no candidate of {requisition}. Invite candidates only."
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
    """An order has a bounded number of deliveries."""

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
class ReceiptTooLate(Rejected):
    """Goods that nobody reported in time are lost to the order, and stay the supplier's."""

    delivery: str
    lost_at: int
    code: ClassVar[str] = "receipt-too-late"
    template: ClassVar[str] = (
        "Delivery {delivery} counts as lost since {lost_at}: what arrives now is the supplier's. It is received after both "
        "sides have signed a later promise."
    )


@dataclass(eq=False)
class NotLostYet(Rejected):
    """A receipt is taken back only when nobody takes it any more."""

    delivery: str
    at: int
    lost_at: int
    code: ClassVar[str] = "not-lost-yet"
    template: ClassVar[str] = (
        "The receipt of delivery {delivery} stands until {lost_at}, and longer while it is disputed; now is {at}."
    )


@dataclass(eq=False)
class MatchStands(Rejected):
    """A match is taken back only when its price is none that the delivery allows any more."""

    match: str
    net_minor: int
    accepted_amount_minor: int
    code: ClassVar[str] = "match-stands"
    template: ClassVar[str] = (
        "Match {match} stands: {net_minor} net is a price that {accepted_amount_minor} of accepted goods allow."
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
class ReleasedByItsEnterer(Rejected):
    """Who entered an invoice may not release it (不相容职务分离)."""

    invoice: str
    actor: str
    code: ClassVar[str] = "released-by-its-enterer"
    template: ClassVar[str] = (
        "Invoice {invoice} was entered by {actor}. Somebody else of finance must release it."
    )


@dataclass(eq=False)
class UnderTheFloor(Rejected):
    """The supplier is owed the order's price less the tolerance, unless it granted a discount."""

    invoice: str
    net_minor: int
    floor: int
    code: ClassVar[str] = "under-the-floor"
    template: ClassVar[str] = (
        "Invoice {invoice} cannot be paid at net {net_minor}: the supplier is owed {floor} at least. It grants a discount "
        "for this delivery, or sends another invoice."
    )


@dataclass(eq=False)
class ReleaseOutOfTerms(Rejected):
    """A release lets pass what the order's terms let pass, and no more than was asked."""

    invoice: str
    net_minor: int
    tax_minor: int
    net_least: int
    net_most: int
    tax_least: int
    tax_most: int
    code: ClassVar[str] = "release-out-of-terms"
    template: ClassVar[str] = (
        "Invoice {invoice} cannot be released at net {net_minor} and tax {tax_minor}. Release it at a net amount from "
        "{net_least} to {net_most}, with tax from {tax_least} to {tax_most} on the nearest such net amount; or withdraw it."
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


@dataclass(eq=False)
class SupplierDisputes(Rejected):
    """An order does not end over a dispute of its supplier."""

    order: str
    disputed: int
    code: ClassVar[str] = "supplier-disputes"
    template: ClassVar[str] = (
        "The supplier disputes {disputed} deliveries of {order}. Ask again once they are ruled, withdrawn or lapsed."
    )


class AlreadyCertified(Conflict):
    code = "already-certified"
    template = "The input VAT of invoice {key} was already certified. An invoice is certified once."


class AlreadyCorrected(Conflict):
    code = "already-corrected"
    template = "Delivery {key} already has its red-letter invoice. A penalty is corrected once."


class AlreadyRuled(Conflict):
    code = "already-ruled"
    template = "Delivery {key} was already ruled. A delivery is ruled once."


@dataclass(eq=False)
class NotAPartyOfTheOrder(Rejected):
    """Buyer and supplier of an order dispute its deliveries."""

    order: str
    party: str
    code: ClassVar[str] = "not-a-party-of-the-order"
    template: ClassVar[str] = "{party} is neither buyer nor supplier of {order}."


@dataclass(eq=False)
class NothingToCorrect(Rejected):
    """A red letter corrects an invoice that was paid less a penalty."""

    order: str
    delivery_id: int
    code: ClassVar[str] = "nothing-to-correct"
    template: ClassVar[str] = (
        "Delivery {delivery_id} of {order} was paid without a penalty or without an invoice: no red letter is due."
    )
