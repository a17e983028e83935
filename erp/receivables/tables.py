"""Tables of claims. States and their transitions are in `rules.py`."""

from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class Claim(ErpTable, table=True):
    """A payable that is due later, as a claim that its holder splits, passes on or sells (应收账款凭证)."""

    __tablename__ = "claim"

    claim_id: int = big(primary_key=True)
    number: str = Field(unique=True)  # the document of its issue, or of the split that made it
    origin_id: int = big(index=True)  # the claim it was split from at first; its own id when issued
    issued_minor: int = big(default=0)  # when issued; 0: a part
    order_id: int = big(foreign_key="purchase_order.order_id", index=True)
    delivery_id: int = big()
    supplier: str = Field(foreign_key="party.code")  # the first holder
    buyer: str = Field(foreign_key="party.code")  # who owes it
    holder: str = Field(foreign_key="party.code", index=True)
    amount_minor: int = big()
    carrying_minor: int = big()  # what it stands at in the holder's books; 0 once paid
    due_at: int = big()
    revision: int = big(default=0)  # what its holders decided so far
    status: str = Field(index=True)
    # the offer that stands: its price (0: none), to whom (None: any financier), until when
    price_minor: int = big(default=0)
    offered_to: str | None = Field(default=None, foreign_key="party.code")
    offer_expires_at: int = big(default=0)


class ClaimTransfer(ErpTable, table=True):
    """A claim that was handed on for a reason nobody has told yet (转让待查明), by the number of its document."""

    __tablename__ = "claim_transfer"

    number: str = Field(primary_key=True)
    claim_id: int = big(foreign_key="claim.claim_id")
    sender: str = Field(foreign_key="party.code", index=True)
    receiver: str = Field(foreign_key="party.code")
    amount_minor: int = big()
    carrying_minor: int = big()  # what it stood at in the sender's books
    explained_by: str | None = Field(default=None, index=True)  # None: still in suspense
