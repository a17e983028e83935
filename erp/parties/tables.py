"""Tables of parties."""

from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class Party(ErpTable, table=True):
    """A micro-enterprise, outside partner or the treasury: an entity of the ledger, with the account it is paid on."""

    __tablename__ = "party"

    code: str = Field(primary_key=True)
    name: str
    kind: str = Field(index=True)
    account: str = Field(unique=True)
    platform: str
    time_zone: str
    registered_at: int = big()  # unix seconds: its books begin
    status: str = Field(index=True)
    capabilities: int = big(default=0)
    # score after the newest outcome; None: no outcome yet
    credit_bps: int | None = big(default=None)
    outcomes: int = big(default=0)  # how many outcomes were counted
