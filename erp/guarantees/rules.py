"""Pure rules of guarantees, as the contract has them."""

from __future__ import annotations

from enum import StrEnum

from erp.kernel.amounts import cumulative_amount

MAX_WARRANTY_SECONDS = 5 * 365 * 86_400


class GuaranteeStatus(StrEnum):
    """The states of a guarantee and what moves it."""

    ASKED = "ASKED"  # by RequestGuarantee
    # by RecordGuaranteeRequest; ASKED | REQUESTED → REQUESTED by RecordGuaranteeRequest
    REQUESTED = "REQUESTED"
    PLEDGED = (
        "PLEDGED"  # by RecordGuaranteePledge; ASKED | REQUESTED → PLEDGED by RecordGuaranteePledge
    )
    RELEASED = "RELEASED"  # PLEDGED → RELEASED by RecordGuaranteeRelease


class DefectStatus(StrEnum):
    """The states of a reported defect and what moves it."""

    REPORTED = "REPORTED"  # by ReportDefect
    PENDING = "PENDING"  # REPORTED → PENDING by AttestDefect; DISPUTED → PENDING by RecordDefectDisputeWithdrawal
    DISPUTED = "DISPUTED"  # PENDING → DISPUTED by RecordDefectDispute
    SETTLED = "SETTLED"  # PENDING | DISPUTED → SETTLED by RecordDefectSettlement
    VOID = "VOID"  # REPORTED → VOID by RecordDefectVoid


OPEN_DEFECTS = (DefectStatus.REPORTED, DefectStatus.PENDING, DefectStatus.DISPUTED)


def undelivered_share(pledged: int, undelivered: int, ordered: int, left: int) -> int:
    """What the buyer gets of a guarantee for goods never delivered, minor units: rounded down, at most the rest."""
    share = cumulative_amount(pledged, undelivered, ordered) if undelivered else 0
    return min(share, left)


def defect_worth(accepted_amount: int, accepted: int, standing: int, quantity: int) -> int:
    """What more defective units of a delivery are worth at the order's price. All of them together are worth exactly all."""
    after = cumulative_amount(accepted_amount, standing + quantity, accepted)
    return after - cumulative_amount(accepted_amount, standing, accepted)
