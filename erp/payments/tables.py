"""Tables of payments."""

from sqlalchemy import Boolean
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class SuspenseItem(ErpTable, table=True):
    """Tokens that moved for a purpose nobody has told yet (待查明), by the number of the document that booked them."""

    __tablename__ = "suspense_item"

    number: str = Field(primary_key=True)
    sender: str | None = Field(
        default=None, foreign_key="party.code", index=True
    )  # None: from a bank account unknown here
    receiver: str = Field(foreign_key="party.code")
    amount_minor: int = big()
    # of its entries, until an explanation takes it to the group of what it was for; empty: none
    chain_group: str = ""
    to_receiver: bool = Field(default=True, sa_type=Boolean)  # False: into a pool of the receiver's
    explained_by: str | None = Field(default=None, index=True)  # None: still in suspense
