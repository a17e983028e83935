"""Money of customers, and what is provided for the debts that may never be paid. Never commits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from erp.kernel.amounts import days_late
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import own_party
from erp.sales import journals, queries, rules
from erp.sales.customers import add_outcome, score_now
from erp.sales.deliveries import expect_time, of_sale
from erp.sales.errors import NotDue, NothingToRefund, ReceiptExists
from erp.sales.orders import expect
from erp.sales.rules import WITH_CUSTOMER, SaleStatus
from erp.sales.schemas import ProvideBadDebt, RecordReceipt, RefundCustomer
from erp.sales.tables import CustomerReceipt, Provision


def record_receipt(context: Context, command: RecordReceipt) -> Fields:
    """Dr bank, Cr receivables. The day of the money against the day it was due says something of the customer.

    DELIVERED → PAID when nothing is owed any more. Refused above what is owed, and for a reference booked before.
    """
    rows = context.rows
    order = queries.sale(rows, command.sales_order)
    expect(order, SaleStatus.DELIVERED)
    if queries.receipt_of(rows, command.bank_ref) is not None:
        raise ReceiptExists(command.bank_ref)
    owed = queries.owed(order)
    if command.amount_minor > owed:
        raise NotDue(order.number, owed, command.amount_minor)
    expect_time(order, command.received_at, order.delivered_at or 0, context.at)
    rows.add(
        CustomerReceipt,
        number=context.number,
        entity=order.entity,
        bank_ref=command.bank_ref,
        sales_order=order.number,
        amount_minor=command.amount_minor,
        received_at=command.received_at,
    )
    order.received_minor += command.amount_minor
    if command.amount_minor == owed:
        order.status = SaleStatus.PAID.value
    days = days_late(command.received_at, order.due_at or 0)
    buyer = queries.customer(rows, order.customer)
    add_outcome(buyer, command.amount_minor, rules.payment_outcome(days))
    context.post(
        journals.RECEIVED.entry(order.entity, {"amount": command.amount_minor}, **of_sale(order))
    )
    return {
        "entity": order.entity,
        "customer": buyer.code,
        "days_late": days,
        "owed_minor": queries.owed(order),
        "score_bps": buyer.score_bps,
    }


def refund_customer(context: Context, command: RefundCustomer) -> Fields:
    """Dr receivables, Cr bank: what was paid above the price that is left after returns. Refused above that."""
    order = queries.sale(context.rows, command.sales_order)
    expect(order, *WITH_CUSTOMER)
    overpaid = max(-queries.owed(order), 0)
    if command.amount_minor > overpaid:
        raise NothingToRefund(order.number, overpaid, command.amount_minor)
    order.received_minor -= command.amount_minor
    context.post(
        journals.REFUNDED.entry(order.entity, {"amount": command.amount_minor}, **of_sale(order))
    )
    return {"entity": order.entity, "customer": order.customer}


@dataclass
class Needed:
    """What is owed to an entity by one customer in one chain group, and what is to be provided for it, minor units."""

    score_bps: int
    owed: int = 0
    provision: int = 0


def provide_bad_debt(context: Context, command: ProvideBadDebt) -> Fields:
    """Sets the provision of each customer and chain group to what its debts need now; one entry a group.

    Dr credit impairment, Cr provision; the other way round where less is needed than stands.
    """
    rows = context.rows
    owner = own_party(rows, command.entity).code
    needed = needed_by(rows, owner, context.at)
    standing = {(row.customer, row.chain_group): row for row in queries.provisions_of(rows, owner)}
    changes: Counter[str] = Counter()
    for customer, group in sorted({*needed, *standing}):
        one = needed.get((customer, group), Needed(0))
        row = standing.get((customer, group)) or rows.add(
            Provision, entity=owner, customer=customer, chain_group=group, document=context.number
        )
        changes[group] += one.provision - row.amount_minor
        row.owed_minor, row.amount_minor, row.document = one.owed, one.provision, context.number
    for group, change in sorted(changes.items()):
        context.post(journals.PROVIDED.entry(owner, {"change": change}, chain_group=group))
    return {
        "lines": [
            {
                "customer": customer,
                "chain_group": group or None,
                "score_bps": one.score_bps,
                "owed_minor": one.owed,
                "provision_minor": one.provision,
            }
            for (customer, group), one in sorted(needed.items())
        ],
        "provision_minor": sum(one.provision for one in needed.values()),
        "change_minor": sum(changes.values()),
    }


def needed_by(rows: Rows, entity: str, at: int) -> dict[tuple[str, str], Needed]:
    """By customer and chain group: what is owed to the entity at unix seconds `at`, and what age and score ask for."""
    found: dict[tuple[str, str], Needed] = {}
    scores: dict[str, int] = {}
    for order in queries.unpaid_to(rows, entity):
        code = order.customer
        if code not in scores:
            scores[code] = score_now(rows, queries.customer(rows, code), at)
        one = found.setdefault((code, order.chain_group), Needed(scores[code]))
        bps = rules.provision_bps(rules.bucket(at, order.due_at or 0), scores[code])
        one.owed += queries.owed(order)
        one.provision += rules.provision_up(queries.owed(order), bps)
    return found
