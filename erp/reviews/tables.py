"""Tables of reviews. The text of a review stands beside the log, attached to its document."""

from sqlalchemy import Index
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class Review(ErpTable, table=True):
    """What a customer says of who sold to it, or of the holder of a role of the sale's group (用户评价)."""

    __tablename__ = "review"
    __table_args__ = (
        Index("ix_review_party_month", "party", "month"),
        Index("ix_review_chain_group_status", "chain_group", "status"),
    )

    number: str = Field(primary_key=True)
    sales_order: str = Field(foreign_key="sales_order.number", index=True)
    chain_group: str
    role_id: int = big()  # 0: of the seller, and of no role
    round: int = big()
    party: str = Field(foreign_key="party.code")  # who is spoken of
    score_bps: int = big()
    weight_minor: int = big()  # net of the sale
    text_digest: str | None = Field(default=None, max_length=64)
    reviewed_at: int = big()
    month: str  # of `reviewed_at`, where the books of `party` are kept
    status: str


class ReviewPay(ErpTable, table=True):
    """What the reviews of an entity's month made of a person's pay (评价薪酬)."""

    __tablename__ = "review_pay"

    entity: str = Field(primary_key=True, foreign_key="party.code")
    person: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    base_minor: int = big()
    score_bps: int = big()
    amount_minor: int = big()
    document: str
