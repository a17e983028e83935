"""Lots (分标段): one need in several parts, each a requisition with a tender and an order of its own, opened together."""

from __future__ import annotations

from collections.abc import Iterator

from erp.items import queries as items
from erp.items.service import expect_depositable
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from erp.procurement import queries
from erp.procurement.errors import LotsTooSmall, NotInLots
from erp.procurement.planning import KEPT_TERMS, TENDER_TERMS, eligible
from erp.procurement.rules import RequisitionStatus
from erp.procurement.schemas import CancelRequisition, OpenLots, RaiseRequisition, RequestLots
from erp.procurement.tables import Lots, Requisition

SHARED_TERMS = tuple(name for name in KEPT_TERMS if name != "sourcing")


def requisition_now(
    rows: Rows, item: str, quantity: int | None, estimate: int | None, chain_group: str
) -> RaiseRequisition | RequestLots:
    """The command that asks for an item for a group on the terms of its policy, if it can be told now.

    Raises what would refuse it.
    """
    policy = items.policy(rows, item)
    worth = policy.estimate_minor if estimate is None else estimate
    units = policy.reorder_quantity if quantity is None else quantity
    expect_depositable(worth, policy.tax_bps, policy.tolerance_bps)
    eligible(rows, policy, worth)
    if policy.sourcing != "lots":
        return RaiseRequisition(
            item=item, quantity=quantity, estimate_minor=estimate, chain_group=chain_group
        )
    if any(not all(part) for part in divided(units, worth, policy.lots)):
        raise LotsTooSmall(policy.item, policy.lots, units, worth)
    return RequestLots(
        item=item, quantity=quantity, estimate_minor=estimate, chain_group=chain_group
    )


def request_lots(context: Context, command: RequestLots) -> Fields:
    """Divides what is asked for into the lots of the item's policy. Its requisitions and their opening follow.

    Refused when the policy buys otherwise, the budget is short for all of them, or a lot would be of nothing.
    """
    rows = context.rows
    policy = items.policy(rows, command.item)
    if policy.sourcing != "lots":
        raise NotInLots(policy.item, policy.sourcing)
    quantity = policy.reorder_quantity if command.quantity is None else command.quantity
    estimate = policy.estimate_minor if command.estimate_minor is None else command.estimate_minor
    buyer, _ = eligible(rows, policy, estimate)
    if any(not all(part) for part in divided(quantity, estimate, policy.lots)):
        raise LotsTooSmall(policy.item, policy.lots, quantity, estimate)
    rows.add(Lots, number=context.number, item=policy.item)
    return {
        "quantity": quantity,
        "estimate_minor": estimate,
        "lots": policy.lots,
        "buyer": buyer.code,
    }


def divided(quantity: int, estimate: int, lots: int) -> list[tuple[int, int]]:
    """Quantity and estimate of each lot: the first ones take what is left over, the estimate goes by quantity."""
    found, before = [], 0
    for place in range(lots):
        part = quantity // lots + (place < quantity % lots)
        upto = before + part
        found.append((part, estimate * upto // quantity - estimate * before // quantity))
        before = upto
    return found


def after_request(context: Context, command: RequestLots) -> Iterator[Command]:
    """Yields the requisition of each lot, then their opening."""
    policy = items.policy(context.rows, command.item)
    quantity = command.quantity or policy.reorder_quantity
    estimate = command.estimate_minor or policy.estimate_minor
    for part, worth in divided(quantity, estimate, policy.lots):
        yield RaiseRequisition(
            item=command.item,
            quantity=part,
            estimate_minor=worth,
            chain_group=command.chain_group,
            lots=context.number,
        )
    yield OpenLots(lots=context.number)


def open_lots(context: Context, command: OpenLots) -> Fields:
    """Lists the requisitions of the lots with the terms that they share, so that their tenders are opened together."""
    rows = context.rows
    asked = rows.get(Lots, command.lots)
    if asked is None or asked.opening is not None:
        raise LookupError(f"{command.lots} was opened, or is no request of lots")
    asked.opening = context.number
    found = lots_of(rows, command.lots)
    first, policy = found[0], items.policy(rows, asked.item)
    candidates = queries.requisition_candidates(rows, first.number)
    return {
        **{name: getattr(first, name) for name in SHARED_TERMS},
        **{name: getattr(policy, name) for name in TENDER_TERMS},
        "promised_at": first.promised_at,
        "item": asked.item,
        "buyer": first.buyer,
        "buyer_account": queries.buyer_account(rows, first),
        "candidates": [{"party": row.party, "account": row.account} for row in candidates],
        "lots": [
            {
                "requisition": row.number,
                "quantity": row.quantity,
                "estimate_minor": row.estimate_minor,
            }
            for row in found
        ],
    }


def lots_of(rows: Rows, number: str) -> list[Requisition]:
    """The requisitions of a request of lots, by number."""
    return rows.select(Requisition, "number", lots=number)


def after_cancel(context: Context, requisition: Requisition) -> Iterator[Command]:
    """Yields the cancels of the lots beside a cancelled one: they are opened together or not at all."""
    while requisition.lots is not None:
        raised = (
            row
            for row in lots_of(context.rows, requisition.lots)
            if row.status == RequisitionStatus.RAISED
        )
        beside = next(raised, None)
        if beside is None:
            return
        reason = f"its lot {requisition.number} was cancelled"
        yield CancelRequisition(requisition=beside.number, reason=reason)
