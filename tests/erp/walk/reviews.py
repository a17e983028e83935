"""Steps of reviews: customers speak of sellers and holders, the chain says so, and people are paid by it."""

from __future__ import annotations

from erp.groups.ratings_schemas import RecordReviewAttestation
from erp.kernel.calendar import HOUSE_ZONE, month_of
from erp.kernel.schema import Command
from erp.reviews.schemas import AccrueReviewPay, RecordReview
from tests.erp.walk.dice import BUYERS, Dice, Stroke
from tests.erp.world import DAY, REF, account

SERVED = (
    "SELECT s.number, t.role_id FROM sales_order s JOIN chain_group g ON g.code = s.chain_group "
    "JOIN group_role t ON t.chain_group = g.code JOIN role_round r ON r.chain_group = t.chain_group "
    "AND r.role_id = t.role_id AND r.round = t.round WHERE s.delivered_at IS NOT NULL AND g.status = 'FORMED' "
    "AND r.seated_at IS NOT NULL AND r.ended_at IS NULL ORDER BY s.number DESC"
)


class ReviewSteps(Dice):
    """What customers say."""

    def review(self) -> Stroke | None:
        """A customer speaks of a holder where one serves it, or of its seller."""
        served = self.pick(SERVED)
        sale = served or self.pick(
            "SELECT number FROM sales_order WHERE delivered_at IS NOT NULL ORDER BY number DESC"
        )
        if sale is None:
            return None
        role = served["role_id"] if served is not None and not self.rarely(4) else 0
        said: Command = RecordReview(
            sales_order=sale["number"], role_id=role, score_bps=self.number(0, 10_000)
        )
        return Stroke((said,))

    def report_review(self) -> Stroke | None:
        """The reporter tells the chain; now and then something else."""
        said = self.pick(
            "SELECT r.*, g.group_id FROM review r JOIN chain_group g ON g.code = r.chain_group "
            "WHERE r.status = 'OPEN' ORDER BY r.number"
        )
        if said is None:
            return None
        return Stroke((
            RecordReviewAttestation(
                group_id=said["group_id"], role_id=said["role_id"], round=said["round"],
                holder=account(said["party"]), score_bps=said["score_bps"],
                weight=str(said["weight_minor"] + self.rarely(6)), review_ref=REF, review=said["number"],
            ),
        ))  # fmt: skip

    def pay_by_reviews(self) -> Stroke:
        """Somebody's pay of this month or the last."""
        month = month_of(self.world.now - self.number(0, 1) * 28 * DAY, HOUSE_ZONE)
        return Stroke((
            AccrueReviewPay(
                entity=self.dice.choice(BUYERS), person=f"P-{self.number(1, 9)}", month=month,
                base_minor=self.number(1, 500_000),
            ),
        ))  # fmt: skip
