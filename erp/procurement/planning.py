"""Operations of requisitions: raised by a clerk, or when stock falls below its reorder point (补货). Never commit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from erp.budget.queries import expect_available
from erp.budget.schemas import ApproveBudget
from erp.items import queries as items
from erp.items.schemas import SetSourcingPolicy
from erp.items.service import expect_depositable
from erp.items.tables import SourcingPolicy
from erp.kernel.context import Context
from erp.kernel.entry import NO_GROUP
from erp.kernel.errors import Rejected, WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import MAX_TEXT, Command
from erp.parties.queries import active_buyer, active_suppliers
from erp.parties.schemas import EnrolParty, ExtendParty, ReinstateParty
from erp.parties.tables import Party
from erp.procurement import journals, queries
from erp.procurement.errors import NoEligibleCandidate, NotInLots
from erp.procurement.queries import holds
from erp.procurement.rules import RequisitionStatus
from erp.procurement.schemas import (
    CancelRequisition,
    HoldReorder,
    RaiseRequisition,
    RequestLots,
)
from erp.procurement.tables import Lots, ReorderHold, Requisition, RequisitionCandidate
from erp.stock import queries as stock
from erp.stock.rules import reorder_due
from erp.stock.schemas import IssueStock
from erp.stock.service import move

TENDER_TERMS = (
    "commit_seconds",
    "reveal_seconds",
    "lead_seconds",
)  # of the policy; not of the order
KEPT_TERMS = (  # of the policy; kept with the requisition
    "bond_minor",
    "min_credit_bps",
    "lateness_bps_per_day",
    "lateness_cap_bps",
    "tax_bps",
    "tolerance_bps",
    "fund_seconds",
    "grace_seconds",
    "silence_seconds",
    "payment_seconds",
    "sourcing",
    "review_seconds",
    "second_price",
    "day_value_minor",
    "max_days",
    "credit_weight_bps",
    "min_decrement_bps",
    "extension_seconds",
    "max_extensions",
)


def raise_requisition(context: Context, command: RaiseRequisition) -> Fields:
    """Adds a requisition on the terms of the item's policy and sets its estimate aside.

    BUD Dr available, Cr pre-encumbered. Refused when the budget is short, no candidate is enrolled, or its order's deposit
    could be above MAX_AMOUNT.
    """
    rows = context.rows
    policy = items.policy(rows, command.item)
    quantity = policy.reorder_quantity if command.quantity is None else command.quantity
    estimate = policy.estimate_minor if command.estimate_minor is None else command.estimate_minor
    expect_depositable(estimate, policy.tax_bps, policy.tolerance_bps)
    buyer, candidates = eligible(rows, policy, estimate)
    terms = {name: getattr(policy, name) for name in KEPT_TERMS} | {
        "sourcing": _sourcing(rows, policy, command.lots)
    }
    promised_at = context.at + policy.lead_seconds
    requisition = rows.add(
        Requisition,
        number=context.number,
        item=policy.item,
        buyer=buyer.code,
        quantity=quantity,
        estimate_minor=estimate,
        chain_group=command.chain_group or NO_GROUP,
        status=RequisitionStatus.RAISED.value,
        raised_at=context.at,
        promised_at=promised_at,
        lots=command.lots,
        **terms,
    )
    for position, party in enumerate(candidates, start=1):
        rows.add(
            RequisitionCandidate,
            requisition=context.number,
            position=position,
            party=party.code,
            account=party.account,
        )
    _drop_hold(rows, policy.item)
    set_aside(context, requisition, 1)
    return {
        **terms,
        **{name: getattr(policy, name) for name in TENDER_TERMS},
        "promised_at": promised_at,
        "quantity": quantity,
        "estimate_minor": estimate,
        "buyer": buyer.code,
        "buyer_account": buyer.account,
        "candidates": [{"party": party.code, "account": party.account} for party in candidates],
    }


def _sourcing(rows: Rows, policy: SourcingPolicy, lots: str | None) -> str:
    """How a requisition is bought. What is asked for by itself of an item in lots is one tender. Refused for other lots."""
    if lots is None:
        return "sealed" if policy.sourcing == "lots" else policy.sourcing
    asked = rows.get(Lots, lots)
    if policy.sourcing != "lots" or asked is None or asked.opening is not None:
        raise NotInLots(policy.item, policy.sourcing)
    return policy.sourcing


def eligible(rows: Rows, policy: SourcingPolicy, estimate: int) -> tuple[Party, list[Party]]:
    """The buyer and the candidates that may act. Refused when nobody may, or the budget does not cover the estimate."""
    buyer = active_buyer(rows, policy.buyer)
    named = items.candidates(rows, policy.item)
    candidates = active_suppliers(rows, named)
    if named and not candidates:
        raise NoEligibleCandidate(policy.item, len(named))
    expect_available(rows, buyer.code, estimate)
    return buyer, candidates


def cancel_requisition(context: Context, command: CancelRequisition) -> Fields:
    """Ends a requisition without a tender and frees what it set aside: BUD Dr pre-encumbered, Cr available.

    Nothing is raised in its place until something looks at the item again.
    """
    requisition = queries.requisition(context.rows, command.requisition)
    if requisition.status != RequisitionStatus.RAISED:
        raise WrongStatus(
            "Requisition", requisition.number, requisition.status, RequisitionStatus.RAISED.value
        )
    requisition.status = RequisitionStatus.CANCELLED.value
    set_aside(context, requisition, -1)
    asked = context.rows.get(Lots, requisition.lots) if requisition.lots is not None else None
    return {
        "lots_opening": asked.opening if asked is not None else None,
        "item": requisition.item,
        "buyer": requisition.buyer,
        "quantity": requisition.quantity,
        "estimate_minor": requisition.estimate_minor,
    }


def set_aside(context: Context, requisition: Requisition, sign: Literal[1, -1]) -> None:
    """Sets the estimate of a requisition aside and puts its quantity on order (1), or undoes both (-1).

    BUD Dr available, Cr pre-encumbered; the other way round when undone. Raises BudgetExceeded when the budget is short.
    """
    estimate = sign * requisition.estimate_minor
    expect_available(context.rows, requisition.buyer, estimate)
    move(context.rows, requisition.buyer, requisition.item, on_order=sign * requisition.quantity)
    context.post(
        journals.RESERVED.entry(
            requisition.buyer, {"estimate": estimate}, chain_group=requisition.chain_group
        )
    )


def hold_reorder(context: Context, command: HoldReorder) -> Fields:
    """Keeps the reason why the item's reorder waits, in `reorder_hold`."""
    rows = context.rows
    code = items.item(rows, command.item).code
    rows.put(
        ReorderHold,
        item=code,
        reason=command.reason,
        since=context.at,
        document=context.number,
    )
    return {}


# ---- the reorder check
# -------------------------------------------------------------------------------


def after_issue(context: Context, command: IssueStock) -> Iterator[Command]:
    """Yields the reorder of the item that left stock, if one is due."""
    yield from reorder_after(context.rows, command.entity, command.item)


def reorder_after(rows: Rows, entity: str, item: str) -> Iterator[Command]:
    """Yields the reorder of an item of which something left the entity's stock, if one is due."""
    policy = rows.get(SourcingPolicy, item)
    if policy is not None and policy.buyer == entity:
        yield from check(rows, item)


def after_policy(context: Context, command: SetSourcingPolicy) -> Iterator[Command]:
    """Drops the item's hold and yields its reorder on the new terms, if one is due."""
    _drop_hold(context.rows, command.item)
    yield from check(context.rows, command.item)


def after_budget(context: Context, command: ApproveBudget) -> Iterator[Command]:
    """Yields the reorders that the entity held for want of budget and can raise now."""
    for hold in holds(context.rows):
        policy = items.policy(context.rows, hold.item)
        if policy.buyer == command.entity:
            yield from check(context.rows, hold.item)


def after_enrolment(
    context: Context, _command: EnrolParty | ExtendParty | ReinstateParty
) -> Iterator[Command]:
    """Yields the reorders that were held and can be raised now that a party may act."""
    for hold in holds(context.rows):
        yield from check(context.rows, hold.item)


def check(rows: Rows, item: str) -> Iterator[Command]:
    """Yields the requisition that is due for an item, or the hold that says why it cannot be raised.

    Yields nothing when no reorder is due, or the same hold stands already; a hold that is due no more is dropped.
    """
    policy = rows.get(SourcingPolicy, item)
    if policy is None or not _due(rows, policy):
        _drop_hold(rows, item)
        return
    try:
        eligible(rows, policy, policy.estimate_minor)
    except Rejected as obstacle:
        reason = str(obstacle)[:MAX_TEXT]
        hold = rows.get(ReorderHold, item)
        if hold is None or hold.reason != reason:
            yield HoldReorder(item=item, reason=reason)
        return
    yield RequestLots(item=item) if policy.sourcing == "lots" else RaiseRequisition(item=item)


def reorders_due(rows: Rows) -> list[str]:
    """The items whose reorder is due now, held or not."""
    return [policy.item for policy in items.policies(rows) if _due(rows, policy)]


def _due(rows: Rows, policy: SourcingPolicy) -> bool:
    level = stock.level(rows, policy.buyer, policy.item)
    return reorder_due(level.on_hand or 0, level.on_order or 0, policy.reorder_point)


def _drop_hold(rows: Rows, item: str) -> None:
    hold = rows.get(ReorderHold, item)
    if hold is not None:
        rows.delete(hold)
