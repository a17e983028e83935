"""Operations of processes that wait for a fact on chain: planned by somebody, started by the event. Never commit.

An event is booked whatever stands in the way of what it starts: the process is then held, with the reason, and tried again
when a budget, a policy or a party changes.
"""

from __future__ import annotations

from collections.abc import Iterator

from erp.bets import queries as bets
from erp.bets.rules import BetStatus
from erp.bets.tables import Bet
from erp.groups import queries as groups
from erp.groups.rules import GroupStatus
from erp.groups.schemas import RecordGroupDissolution, RecordGroupSettlement
from erp.groups.standing import expect as expect_group
from erp.groups.tables import ChainGroup
from erp.items import queries as items
from erp.kernel.context import Context
from erp.kernel.entry import NO_GROUP
from erp.kernel.errors import Rejected, WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import MAX_TEXT, Command
from erp.procurement.public import requisition_now
from erp.sales.public import HELD, ReleaseSalesOrder
from erp.sales.public import expect as expect_sale
from erp.sales.public import sale as sale_of
from erp.work import queries, rules
from erp.work.errors import ConditionUnsound, SaleOfNoGroup
from erp.work.rules import ChainFact, Process, ProcessStatus
from erp.work.schemas import (
    Condition,
    DropPlannedProcess,
    HoldProcess,
    PlanRelease,
    PlanRequisition,
    StartProcess,
)
from erp.work.tables import PlannedProcess

ENDED = "its group has ended"


# ---- planned ------------------------------------------------------------------------------------


def plan_requisition(context: Context, command: PlanRequisition) -> Fields:
    """Keeps what is asked for when the fact is there. Refused without a sourcing policy, and after the group's end."""
    rows = context.rows
    group = _living(rows, command.chain_group)
    policy = items.policy(rows, command.item)
    _plan(
        context,
        group,
        command.when,
        process=Process.REQUISITION.value,
        item=policy.item,
        quantity=command.quantity,
        estimate_minor=command.estimate_minor,
    )
    return {"group_id": group.group_id, "buyer": policy.buyer}


def plan_release(context: Context, command: PlanRelease) -> Fields:
    """Keeps which held sale goes when the fact is there. Refused unless it is held, for a group that has not ended."""
    rows = context.rows
    sale = sale_of(rows, command.sales_order)
    if sale.chain_group == NO_GROUP:
        raise SaleOfNoGroup(sale.number)
    expect_sale(sale, HELD)
    group = _living(rows, sale.chain_group)
    _plan(
        context,
        group,
        command.when,
        process=Process.RELEASE.value,
        sales_order=sale.number,
    )
    return {
        "chain_group": group.code,
        "group_id": group.group_id,
        "entity": sale.entity,
        "customer": sale.customer,
    }


def _living(rows: Rows, code: str) -> ChainGroup:
    found = groups.group_of(rows, code)
    expect_group(found, GroupStatus.OPEN, GroupStatus.FORMED)
    return found


def _plan(context: Context, group: ChainGroup, when: Condition, **asked: str | int | None) -> None:
    why = rules.objection(when.fact, when.role_id, when.at_least_bps)
    if why is not None:
        raise ConditionUnsound(why)
    if when.role_id is not None:
        groups.role(context.rows, group.code, when.role_id)
    context.rows.add(
        PlannedProcess,
        number=context.number,
        chain_group=group.code,
        fact=when.fact.value,
        role_id=when.role_id,
        at_least_bps=when.at_least_bps,
        status=ProcessStatus.WAITING.value,
        **asked,
    )


def drop_planned_process(context: Context, command: DropPlannedProcess) -> Fields:
    """WAITING, HELD → DROPPED."""
    found = queries.planned(context.rows, command.planned)
    _expect_waiting(found)
    found.status, found.reason = ProcessStatus.DROPPED.value, command.reason
    return _about(context.rows, found)


# ---- started ------------------------------------------------------------------------------------


def start_process(context: Context, command: StartProcess) -> Fields:
    """WAITING, HELD → STARTED: what it asks for follows."""
    found = queries.planned(context.rows, command.planned)
    _expect_waiting(found)
    found.status, found.reason = ProcessStatus.STARTED.value, None
    found.started_by = context.number
    return _about(context.rows, found)


def hold_process(context: Context, command: HoldProcess) -> Fields:
    """WAITING → HELD, or another reason for it."""
    found = queries.planned(context.rows, command.planned)
    _expect_waiting(found)
    found.status, found.reason = ProcessStatus.HELD.value, command.reason
    return _about(context.rows, found)


def _expect_waiting(found: PlannedProcess) -> None:
    if found.status not in queries.WAITING:
        expected = " or ".join(status.value for status in queries.WAITING)
        raise WrongStatus("Planned process", found.number, found.status, expected)


def _about(rows: Rows, found: PlannedProcess) -> Fields:
    entity = (
        sale_of(rows, found.sales_order).entity
        if found.sales_order is not None
        else items.policy(rows, str(found.item)).buyer
    )
    return {
        "chain_group": found.chain_group,
        "group_id": groups.group_of(rows, found.chain_group).group_id,
        "entity": entity,
        "process": found.process,
        "fact": found.fact,
    }


def after_start(context: Context, command: StartProcess) -> Iterator[Command]:
    """Yields what a planned process asks for."""
    yield _asked(context.rows, queries.planned(context.rows, command.planned))


def _asked(rows: Rows, found: PlannedProcess) -> Command:
    """The command of a planned process, as it can be told now. Raises what would refuse it."""
    if found.sales_order is not None:
        expect_sale(sale_of(rows, found.sales_order), HELD)
        reason = f"planned by {found.number}: {found.fact}"
        return ReleaseSalesOrder(sales_order=found.sales_order, reason=reason)
    return requisition_now(
        rows, str(found.item), found.quantity, found.estimate_minor, found.chain_group
    )


# ---- by events ----------------------------------------------------------------------------------


def after_plan(context: Context, _command: Command) -> Iterator[Command]:
    """Yields the start of what was just planned, where its fact is there already."""
    yield from _start(context.rows, [queries.planned(context.rows, context.number)])


def started_in(context: Context, code: str) -> Iterator[Command]:
    """Yields the start of the processes of a group whose fact is there now."""
    yield from _start(context.rows, queries.waiting_for(context.rows, code))


def after_hindrance(context: Context, _command: Command) -> Iterator[Command]:
    """Yields the start of the processes that were held and can start now."""
    yield from _start(context.rows, queries.held(context.rows))


def after_end(
    context: Context, command: RecordGroupSettlement | RecordGroupDissolution
) -> Iterator[Command]:
    """Yields that what still waits for a fact of the group is dropped: there will be none."""
    code = groups.group(context.rows, command.group_id).code
    for found in queries.waiting_for(context.rows, code):
        yield DropPlannedProcess(planned=found.number, reason=ENDED)


def _start(rows: Rows, planned: list[PlannedProcess]) -> Iterator[Command]:
    for found in planned:
        if not is_met(rows, found):
            continue
        try:
            _asked(rows, found)
        except Rejected as obstacle:
            reason = str(obstacle)[:MAX_TEXT]
            if found.reason != reason:
                yield HoldProcess(planned=found.number, reason=reason)
            continue
        yield StartProcess(planned=found.number)


def is_met(rows: Rows, found: PlannedProcess) -> bool:
    """Whether events have told the fact that a planned process waits for."""
    group = groups.group_of(rows, found.chain_group)
    fact, least = ChainFact(found.fact), found.at_least_bps or 0
    if found.role_id is not None:
        if fact is ChainFact.ROLE_SEATED:
            return queries.seated(rows, group, found.role_id) is not None
        return groups.role(rows, group.code, found.role_id).earned_bps >= least
    if fact is ChainFact.GROUP_FORMED:
        return group.formed_at is not None
    if fact is ChainFact.BET_BOUND:
        return group.bet_id is not None
    return any(_holds(rows, bet, fact, least) for bet in bets.bets_of(rows, group.code))


def _holds(rows: Rows, bet: Bet, fact: ChainFact, least: int) -> bool:
    """Whether a fact about a bet is there."""
    if fact is ChainFact.BET_ACTIVE:
        return bet.status in (BetStatus.ACTIVE, BetStatus.SETTLED)
    if fact is ChainFact.BET_SETTLED:
        return bet.status == BetStatus.SETTLED
    return bets.highest_factor(rows, bet) >= least
