"""Tables of parties."""

from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class Party(ErpTable, table=True):
    """A micro-enterprise or outside partner.

    An entity of the ledger and an account of the settlement side.
    """

    __tablename__ = "party"

    code: str = Field(primary_key=True)
    name: str
    kind: str
    account: str = Field(unique=True)
    status: str = Field(index=True)
    capabilities: int = big(default=0)
    credit_bps: int | None = big(
        default=None
    )  # score after the newest outcome; None: no outcome yet
    outcomes: int = big(default=0)  # how many outcomes were counted
