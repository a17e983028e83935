"""What the work of groups makes of documents of other rooms: pay is earned, planned processes start. Never commits."""

from __future__ import annotations

from collections.abc import Iterator

from erp.bets import queries as bets
from erp.bets.schemas import (
    RecordBetActivation,
    RecordBetMeasure,
    RecordBetSettlement,
)
from erp.budget.schemas import ApproveBudget
from erp.groups import queries as groups
from erp.groups.schemas import (
    RecordBetBinding,
    RecordGroupDissolution,
    RecordGroupForming,
    RecordGroupSettlement,
    RecordProgressAttestation,
    RecordRoleSeating,
)
from erp.items.schemas import SetSourcingPolicy
from erp.kernel.context import Context
from erp.kernel.entry import NO_GROUP
from erp.kernel.operation import FollowUps
from erp.kernel.schema import Command
from erp.parties.schemas import EnrolParty, ExtendParty, ReinstateParty
from erp.procurement.public import (
    CloseOrder,
    RecordDeliveryRuling,
    RecordGoodsReceipt,
    RecordReceiptVoid,
    RecordSilentAcceptance,
)
from erp.quality.schemas import RecordInspection
from erp.sales.public import DeliverSale, ReturnSale
from erp.work import counting, processes, progress, schemas

OfGroup = RecordGroupForming | RecordRoleSeating | RecordBetBinding
OfBet = RecordBetActivation | RecordBetMeasure | RecordBetSettlement
End = RecordGroupSettlement | RecordGroupDissolution


def after_group(context: Context, command: OfGroup) -> Iterator[Command]:
    """Yields the start of what waited for an event of a group."""
    code = groups.group(context.rows, command.group_id).code
    yield from processes.started_in(context, code)


def after_bet(context: Context, command: OfBet) -> Iterator[Command]:
    """Yields the start of what waited for an event of a bet."""
    code = bets.bet(context.rows, command.bet_id).chain_group
    if code != NO_GROUP:
        yield from processes.started_in(context, code)


def after_progress(context: Context, command: RecordProgressAttestation) -> Iterator[Command]:
    """Yields what became of reports, and the start of what waited for so much progress."""
    yield from progress.after_attestation(context, command)
    code = groups.group(context.rows, command.group_id).code
    yield from processes.started_in(context, code)


def after_end(context: Context, command: End) -> Iterator[Command]:
    """Yields that reports under way are late, and that what still waits is dropped."""
    yield from progress.after_end(context, command)
    yield from processes.after_end(context, command)


FOLLOW_UPS: FollowUps = {
    schemas.ReachMilestone: progress.after_milestone,
    schemas.PlanRequisition: processes.after_plan,
    schemas.PlanRelease: processes.after_plan,
    schemas.StartProcess: processes.after_start,
    RecordGoodsReceipt: counting.after_receipt,
    RecordInspection: counting.after_inspection,
    RecordSilentAcceptance: counting.after_decision,
    RecordDeliveryRuling: counting.after_decision,
    RecordReceiptVoid: counting.after_decision,
    CloseOrder: counting.after_close,
    DeliverSale: counting.after_sale,
    ReturnSale: counting.after_sale,
    RecordProgressAttestation: after_progress,
    RecordGroupForming: after_group,
    RecordRoleSeating: after_group,
    RecordBetBinding: after_group,
    RecordBetActivation: after_bet,
    RecordBetMeasure: after_bet,
    RecordBetSettlement: after_bet,
    RecordGroupSettlement: after_end,
    RecordGroupDissolution: after_end,
    ApproveBudget: processes.after_hindrance,
    SetSourcingPolicy: processes.after_hindrance,
    EnrolParty: processes.after_hindrance,
    ExtendParty: processes.after_hindrance,
    ReinstateParty: processes.after_hindrance,
}
