"""The operations of the signing mailbox."""

from __future__ import annotations

from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import PARTNERS, Role
from erp.signing import schemas, service

OPERATIONS: Operations = {
    schemas.RequestAct: Operation(
        "act_request",
        "ACT",
        service.request_act,
        Told.BY_PEOPLE,
        PARTNERS,
        outward=True,
        fields=classed(
            "party act good_seconds account signs good_until papers", own="fields says says_zh"
        ),
    ),
    schemas.WithdrawAct: Operation(
        "act_withdrawal",
        "ACW",
        service.withdraw_act,
        Told.BY_PEOPLE,
        PARTNERS,
        fields=classed("request reason party act"),
    ),
    schemas.OfferSigning: Operation(
        "signing_request",
        "SRQ",
        service.offer_signing,
        Told.EXTERNALLY,
        fields=classed(
            "request showing step spender spender_name kind refs party act good_until",
            own="payload digest draws_minor says says_zh",
        ),
    ),
    schemas.AnswerSigning: Operation(
        "signature",
        "SGN",
        service.answer_signing,
        Told.BY_PEOPLE,
        PARTNERS,
        outward=True,
        fields=classed(
            "signing_request party act account request step kind good_until other_request",
            own="answer fields other_answer papers",
        ),
    ),
    schemas.EndAct: Operation(
        "act_outcome",
        "ACO",
        service.end_act,
        Told.EXTERNALLY,
        fields=classed("request outcome at_reference party act", own="reason"),
    ),
    schemas.StateReason: Operation(
        "reason",
        "RSN",
        service.state_reason,
        Told.BY_PEOPLE,
        PARTNERS | {Role.BUYER},
        fields=classed("party about text"),
    ),
    schemas.StateRuling: Operation(
        "ruling",
        "RUL",
        service.state_reason,
        Told.BY_PEOPLE,
        frozenset({Role.NODE}),
        fields=classed("party about text"),
    ),
}
