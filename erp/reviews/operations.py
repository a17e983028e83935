"""The operations of reviews."""

from __future__ import annotations

from erp.attachments.service import after_text
from erp.groups.ratings_schemas import RecordReviewAttestation
from erp.groups.schemas import RecordGroupDissolution, RecordGroupSettlement, RecordRoleReopening
from erp.kernel.field_class import classed
from erp.kernel.operation import FollowUps, Operation, Operations, Told
from erp.kernel.roles import Role
from erp.reviews import schemas, service

ROLE = "group_id chain_group role_id round party"

OPERATIONS: Operations = {
    schemas.RecordReview: Operation(
        "review",
        "RVW",
        service.record_review,
        Told.BY_PEOPLE,
        frozenset({Role.SERVICE}),
        outward=True,
        fields=classed(
            "text_digest text_bytes sales_order entity customer score_bps " + ROLE,
            price="weight_minor",
            internal="customer_score_bps",
        ),
    ),
    schemas.ConfirmReview: Operation(
        "review_confirmation",
        "RVC",
        service.confirm_review,
        Told.BY_FOLLOW_UP,
        fields=classed("review as_said " + ROLE),
    ),
    schemas.CloseReview: Operation(
        "review_lateness",
        "RVL",
        service.close_review,
        Told.BY_FOLLOW_UP,
        fields=classed("review " + ROLE),
    ),
    schemas.AccrueReviewPay: Operation(
        "review_pay",
        "RVP",
        service.accrue_review_pay,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE}),
        fields=classed(
            "entity month score_bps reviews",
            money="base_minor amount_minor",
            personal="person",
        ),
    ),
}

FOLLOW_UPS: FollowUps = {
    schemas.RecordReview: after_text,
    RecordReviewAttestation: service.after_attestation,
    RecordRoleReopening: service.after_reopening,
    RecordGroupSettlement: service.after_end,
    RecordGroupDissolution: service.after_end,
}
