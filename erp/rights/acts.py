"""Which duty each document is an act of, and which documents count against each other on one object."""

from __future__ import annotations

from collections.abc import Mapping

from erp.kernel.actors import role_of
from erp.kernel.log.model import Document
from erp.kernel.roles import Role
from erp.people.duties import ROLES, Duty

SPEAKING = frozenset({Duty.REPRESENT, Duty.SUPPLY})

# The duties of which one lets a known person tell a document. What is not here is for every duty of the role.
DUTIES_FOR: Mapping[str, frozenset[Duty]] = {
    "sourcing_policy": frozenset({Duty.PLAN}),
    "requisition": frozenset({Duty.ORDER}),
    "lots_request": frozenset({Duty.ORDER}),
    "requisition_cancel": frozenset({Duty.ORDER}),
    "bid_strike": frozenset({Duty.ORDER}),
    "order_close_request": frozenset({Duty.ORDER}),
    "guarantee_ask": frozenset({Duty.ORDER}),
    "goods_receipt": frozenset({Duty.RECEIVE}),
    "goods_issue": frozenset({Duty.RECEIVE}),
    "inspection": frozenset({Duty.INSPECT}),
    "defect_report": frozenset({Duty.INSPECT}),
    "supplier_invoice": frozenset({Duty.MATCH, Duty.SUPPLY}),
    "invoice_withdrawal": frozenset({Duty.MATCH, Duty.SUPPLY}),
    "red_letter_invoice": frozenset({Duty.MATCH, Duty.SUPPLY}),
    "vat_certification": frozenset({Duty.MATCH}),
    "invoice_release": frozenset({Duty.APPROVE}),
    "proposal": frozenset({Duty.KEEP_BOOKS}),
    "confirmation": frozenset({Duty.APPROVE}),
    "period_close": frozenset({Duty.KEEP_BOOKS}),
    "transfer_explanation": frozenset({Duty.KEEP_BOOKS}),
    "claim_explanation": frozenset({Duty.KEEP_BOOKS}),
    "capacity_explanation": frozenset({Duty.KEEP_BOOKS}),
    "group_proposal": frozenset({Duty.PROPOSE_GROUP}),
    "group_withdrawal": frozenset({Duty.PROPOSE_GROUP}),
    "group_approval": frozenset({Duty.APPROVE_GROUP}),
    "bet_terms": frozenset({Duty.PROPOSE_BET}),
    "bet_terms_withdrawal": frozenset({Duty.PROPOSE_BET}),
    "bet_approval": frozenset({Duty.APPROVE_BET}),
    "bet_change": frozenset({Duty.PROPOSE_BET}),
    "bet_change_withdrawal": frozenset({Duty.PROPOSE_BET}),
    "bet_change_approval": frozenset({Duty.APPROVE_BET}),
    "pool_top_up": frozenset({Duty.PROPOSE_BET}),
    "pool_top_up_withdrawal": frozenset({Duty.PROPOSE_BET}),
    "pool_top_up_approval": frozenset({Duty.APPROVE_BET}),
    "role_plan": frozenset({Duty.REPRESENT}),
    "act_request": SPEAKING,
    "act_withdrawal": SPEAKING,
    "signature": SPEAKING,
    "ruling": frozenset({Duty.REPRESENT}),
    "reason": SPEAKING,
    "customer": frozenset({Duty.SELL}),
    "credit_limit": frozenset({Duty.APPROVE}),
    "sales_order": frozenset({Duty.SELL}),
    "sales_release": frozenset({Duty.APPROVE}),
    "sales_cancellation": frozenset({Duty.SELL, Duty.APPROVE}),
    "sales_despatch": frozenset({Duty.RECEIVE}),
    "sales_delivery": frozenset({Duty.SELL}),
    "sales_return": frozenset({Duty.SERVE}),
    "customer_receipt": frozenset({Duty.KEEP_BOOKS}),
    "customer_refund": frozenset({Duty.KEEP_BOOKS}),
    "bad_debt_provision": frozenset({Duty.KEEP_BOOKS}),
    "milestone": frozenset({Duty.ATTEST_PROGRESS}),
    "planned_requisition": frozenset({Duty.ORDER}),
    "planned_release": frozenset({Duty.APPROVE}),
    "planned_process_drop": frozenset({Duty.ORDER, Duty.APPROVE}),
    "review": frozenset({Duty.WRITE_REVIEW}),
    "review_pay": frozenset({Duty.KEEP_BOOKS}),
    "person": frozenset({Duty.HIRE}),
    "employment": frozenset({Duty.HIRE}),
    "employment_end": frozenset({Duty.HIRE}),
}
# Documents that count as duties on the order that they name, or that their order names: one person tells no two that exclude
# each other. Proposals and their approvals compare persons where they are decided.
COUNTED: Mapping[str, Duty] = {
    "requisition": Duty.ORDER,
    "goods_receipt": Duty.RECEIVE,
    "inspection": Duty.INSPECT,
    "supplier_invoice": Duty.MATCH,
    "invoice_release": Duty.APPROVE,
}


def duties_for(document: Document) -> frozenset[Duty]:
    """The duties of which its teller, a known person, needs one."""
    role = Role(role_of(document.actor))
    of_role = frozenset(duty for duty, roles in ROLES.items() if role in roles)
    named = DUTIES_FOR.get(document.type, of_role)
    return named & of_role or of_role
