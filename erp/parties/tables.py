"""Tables of parties."""

from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class Party(ErpTable, table=True):
    """A micro-enterprise or outside partner: an entity of the ledger, with the settlement account it is paid on."""

    __tablename__ = "party"

    code: str = Field(primary_key=True)
    name: str
    kind: str
    account: str = Field(unique=True)
    status: str = Field(index=True)
    capabilities: int = big(default=0)
    # score after the newest outcome; None: no outcome yet
    credit_bps: int | None = big(default=None)
    outcomes: int = big(default=0)  # how many outcomes were counted
