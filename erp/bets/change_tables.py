"""Tables of papers that change a bet that runs. States and their transitions are in `change_rules.py`."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class BetChange(ErpTable, table=True):
    """What somebody wants to become of a bet from a period on, before it is proposed on chain (对赌变更)."""

    __tablename__ = "bet_change"

    number: str = Field(primary_key=True)
    bet: str = Field(foreign_key="bet.number", index=True)
    proposer: str = Field(foreign_key="party.code")
    leaver: str | None = Field(default=None, foreign_key="party.code")
    newcomer: str | None = Field(default=None, foreign_key="party.code")
    dates: str = Field(sa_type=Text)  # canonical JSON
    parties: str = Field(sa_type=Text)  # canonical JSON: what each would sign, and expects
    sign_by: int = big()
    proposed_by: str  # person
    status: str = Field(index=True)
    amendment_id: int | None = big(default=None)  # by which it was proposed on chain


class BetChangeApproval(ErpTable, table=True):
    """Who has to agree to a change, by which document it did, and what its budget sets aside for it."""

    __tablename__ = "bet_change_approval"

    bet_change: str = Field(primary_key=True, foreign_key="bet_change.number")
    party: str = Field(primary_key=True, foreign_key="party.code", index=True)
    at_most_minor: int = big()  # that it newly can lose
    aside_minor: int = big(default=0)  # of its budget, until the change binds
    approval: str | None = None  # None: not yet


class PoolTopUp(ErpTable, table=True):
    """What the sponsor of a bet wants to add to its pool (追加增值池)."""

    __tablename__ = "pool_top_up"

    number: str = Field(primary_key=True)
    bet: str = Field(foreign_key="bet.number", index=True)
    payer: str = Field(foreign_key="party.code", index=True)
    amount_minor: int = big()
    aside_minor: int = big(default=0)  # of its budget, until it is paid
    proposed_by: str  # person
    status: str = Field(index=True)
    approval: str | None = None
