"""Operations of reviews. Never commit."""

from __future__ import annotations

from collections.abc import Iterator

from erp.groups import queries as groups
from erp.groups.ratings_schemas import RecordReviewAttestation
from erp.groups.rules import GroupStatus
from erp.groups.schemas import RecordGroupDissolution, RecordGroupSettlement, RecordRoleReopening
from erp.groups.standing import expect as expect_group
from erp.kernel.calendar import month_of
from erp.kernel.context import Context
from erp.kernel.entry import NO_GROUP
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from erp.parties.queries import own_party, party
from erp.reviews import journals, queries, rules
from erp.reviews.errors import (
    MonthNotBegun,
    NobodyServes,
    NoReviews,
    NotInAGroup,
    PayAccrued,
    ReviewedBefore,
)
from erp.reviews.rules import ReviewStatus
from erp.reviews.schemas import AccrueReviewPay, CloseReview, ConfirmReview, RecordReview
from erp.reviews.tables import Review, ReviewPay
from erp.sales.public import WITH_CUSTOMER, SalesOrder, add_outcome, customer, expect, review_weight
from erp.sales.public import sale as sale_of

SELLER = 0  # in place of a role's number


def record_review(context: Context, command: RecordReview) -> Fields:
    """Keeps what a customer says of a delivered sale: of its seller, or of who holds a role of its group now.

    The document of a role's review asks for its report on chain. The first review of a sale counts for the customer's
    score too, at a part of the sale's net. Refused twice for one role.
    """
    rows = context.rows
    sale = sale_of(rows, command.sales_order)
    expect(sale, *WITH_CUSTOMER)
    before = queries.of_sale(rows, sale.number)
    if any(each.role_id == command.role_id for each in before):
        raise ReviewedBefore(f"role {command.role_id} of {sale.number}")
    group_id, round_, whom = None, 0, sale.entity
    if command.role_id != SELLER:
        group_id, round_, whom = serving(rows, sale, command.role_id)
    rows.add(
        Review,
        number=context.number,
        sales_order=sale.number,
        chain_group=sale.chain_group,
        role_id=command.role_id,
        round=round_,
        party=whom,
        score_bps=command.score_bps,
        weight_minor=sale.net_minor,
        text_digest=command.text_digest,
        reviewed_at=context.at,
        month=month_of(context.at, party(rows, whom).time_zone),
        status=(ReviewStatus.KEPT if group_id is None else ReviewStatus.OPEN).value,
    )
    buyer = customer(rows, sale.customer)
    if not before:
        add_outcome(buyer, review_weight(sale), command.score_bps)
    return {
        "entity": sale.entity,
        "customer": buyer.code,
        "group_id": group_id,
        "chain_group": sale.chain_group or None,
        "round": round_,
        "party": whom,
        "weight_minor": sale.net_minor,
        "customer_score_bps": buyer.score_bps,
    }


def serving(rows: Rows, sale: SalesOrder, role_id: int) -> tuple[int, int, str]:
    """The id of the sale's group, the present round of a role, and who holds it.

    Raises NotInAGroup, UnknownGroup, UnknownRole, WrongStatus unless the group works, NobodyServes.
    """
    if sale.chain_group == NO_GROUP:
        raise NotInAGroup(sale.number)
    group = groups.group_of(rows, sale.chain_group)
    expect_group(group, GroupStatus.FORMED)
    role = groups.role(rows, group.code, role_id)
    filling = groups.round_of(rows, group.code, role_id, role.round)
    if filling.seated_at is None or filling.ended_at is not None or filling.standing is None:
        raise NobodyServes(group.code, role_id)
    return group.group_id, filling.round, filling.standing


def confirm_review(context: Context, command: ConfirmReview) -> Fields:
    """OPEN → REPORTED, or MISREPORTED when the chain says something else of it."""
    status = ReviewStatus.REPORTED if command.as_said else ReviewStatus.MISREPORTED
    return _ended(context, command.review, status)


def close_review(context: Context, command: CloseReview) -> Fields:
    """OPEN → LATE: whoever it is about holds the role no more. What asked for its report is taken back."""
    return _ended(context, command.review, ReviewStatus.LATE)


def _ended(context: Context, number: str, status: ReviewStatus) -> Fields:
    found = queries.review(context.rows, number)
    if found.status != ReviewStatus.OPEN:
        raise WrongStatus("Review", found.number, found.status, ReviewStatus.OPEN.value)
    found.status = status.value
    return {
        "group_id": groups.group_of(context.rows, found.chain_group).group_id,
        "chain_group": found.chain_group,
        "role_id": found.role_id,
        "round": found.round,
        "party": found.party,
    }


def after_attestation(context: Context, command: RecordReviewAttestation) -> Iterator[Command]:
    """Yields that one of our reviews is on chain, and whether the chain says what was said here."""
    rows = context.rows
    found = rows.get(Review, command.review) if command.review is not None else None
    if found is None or found.status != ReviewStatus.OPEN:
        return
    on_chain = (
        groups.group(rows, command.group_id).code,
        command.role_id,
        command.round,
        command.score_bps,
        int(command.weight),
    )
    said = (found.chain_group, found.role_id, found.round, found.score_bps, found.weight_minor)
    yield ConfirmReview(review=found.number, as_said=on_chain == said)


def after_reopening(context: Context, command: RecordRoleReopening) -> Iterator[Command]:
    """Yields that reviews of the round before, which are not on chain, are late."""
    yield from _late(context, command.group_id, command.role_id)


def after_end(
    context: Context, command: RecordGroupSettlement | RecordGroupDissolution
) -> Iterator[Command]:
    """Yields that reviews of the group that are not on chain are late: nobody works any more."""
    yield from _late(context, command.group_id)


def _late(context: Context, group_id: int, role_id: int | None = None) -> Iterator[Command]:
    code = groups.group(context.rows, group_id).code
    for found in queries.open_of(context.rows, code):
        if role_id in (None, found.role_id):
            yield CloseReview(review=found.number)


def accrue_review_pay(context: Context, command: AccrueReviewPay) -> Fields:
    """Dr pay by reviews, Cr employee pay: the base times the weighted mean of the month's reviews of the entity.

    Refused twice for a person and month, before the month, and without reviews.
    """
    rows = context.rows
    owner = own_party(rows, command.entity)
    current = month_of(context.at, owner.time_zone)
    if command.month > current:
        raise MonthNotBegun(command.month, current)
    if queries.pay_of(rows, owner.code, command.person, command.month) is not None:
        raise PayAccrued(f"of {command.person} at {owner.code} for {command.month}")
    said = queries.of_month(rows, owner.code, command.month)
    if not said:
        raise NoReviews(owner.code, command.month)
    weight = sum(each.weight_minor for each in said)
    score = rules.mean_down(sum(each.weight_minor * each.score_bps for each in said), weight)
    pay = rules.pay_down(command.base_minor, score)
    rows.add(
        ReviewPay,
        entity=owner.code,
        person=command.person,
        month=command.month,
        base_minor=command.base_minor,
        score_bps=score,
        amount_minor=pay,
        document=context.number,
    )
    context.post(journals.ACCRUED.entry(owner.code, {"pay": pay}))
    return {"score_bps": score, "reviews": len(said), "amount_minor": pay}
