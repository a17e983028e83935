"""Tables of bets. States and their transitions are in `rules.py`. Tiers of targets are decimal text within JSON."""

from __future__ import annotations

from sqlalchemy import Boolean, Text
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class Bet(ErpTable, table=True):
    """A bet of several parties under one sponsor, by the number of its document (对赌契约)."""

    __tablename__ = "bet"

    number: str = Field(primary_key=True)
    bet_id: int = big(unique=True)
    sponsor: str = Field(foreign_key="party.code", index=True)
    terms: str | None = None  # number of the document with its terms; None: not known here
    stands_on: str | None = None  # the terms that all agreed to; None: on none
    group_id: int = big()  # 0: none
    chain_group: str  # of its entries; empty: none, or one that is not known here
    region: str
    sign_by: int = big()
    start: int = big()
    party_count: int = big()
    periods: int = big()  # as agreed last
    first_periods: int = big()  # as proposed: what a shortfall costs is counted over these
    period_seconds: int = big()
    report_seconds: int = big()
    dispute_seconds: int = big()
    ruling_seconds: int = big()
    index_baseline: str
    index_elasticity_bps: int = big()
    index_max_up_bps: int = big()
    index_max_down_bps: int = big()
    status: str = Field(index=True)
    signed: int = big(default=0)
    pool_minor: int = big()
    reserved_minor: int = big(default=0)  # of the pool, by the sponsor's budget
    staked_minor: int = big(default=0)
    penalties_minor: int = big(default=0)  # as reported so far
    value_added_minor: int = big(default=0)  # as reported so far
    weight: int = big(default=0)  # sum of all contributions, as reported so far
    rounding_minor: int = big(default=0)  # what divisions leave of the pot, once settled
    remainder_minor: int = big(default=0)  # what the sponsor has not withdrawn yet
    settled_at: int | None = big(default=None)


class BetParty(ErpTable, table=True):
    """A party of a bet: what it staked, how it stands, what it got."""

    __tablename__ = "bet_party"

    bet: str = Field(primary_key=True, foreign_key="bet.number")
    party: str = Field(primary_key=True, foreign_key="party.code")
    stake_minor: int = big()
    tolerance_bps: int = big()
    slope_bps: int = big()
    cap_bps: int = big()
    from_period: int = big()
    left_after: int | None = big(default=None)  # its last period, where it left; None: it goes on
    measured: int = big(default=0)  # periods that were reported or ruled
    shortfall: int = big(default=0)
    contribution: int = big(default=0)
    penalty_minor: int = big(default=0)
    share_minor: int = big(default=0)  # once settled
    reserved_minor: int = big(default=0)  # of what it can lose, by its budget
    paid_by: str | None = None  # the document by which it had its money back
    joined_by: str  # the document that made it a party


class BetPledge(ErpTable, table=True):
    """What a party pledges from a period on: as it signed first (amendment 0), and by each amendment."""

    __tablename__ = "bet_pledge"

    bet: str = Field(primary_key=True, foreign_key="bet.number")
    party: str = Field(primary_key=True, foreign_key="party.code")
    amendment_id: int = big(primary_key=True)
    from_period: int = big()
    share_bps: int = big()
    targets: str = Field(sa_type=Text)  # canonical JSON
    stake_minor: int = big()  # of a newcomer's own, to be paid in when all agree
    tolerance_bps: int = big()
    slope_bps: int = big()
    cap_bps: int = big()
    in_force: bool = Field(sa_type=Boolean)


class BetMeasure(ErpTable, table=True):
    """What was reported or ruled: of a party's period; of party '' the index of a period, or at period 0 the value added."""

    __tablename__ = "bet_measure"

    bet: str = Field(primary_key=True, foreign_key="bet.number")
    party: str = Field(primary_key=True)
    period: int = big(primary_key=True)
    ruled: bool = Field(sa_type=Boolean)
    disputed_by: str | None = None  # party that disputes it now
    rule_by: int | None = big(default=None)
    shortfall_bps: int = big(default=0)
    attainment_bps: int = big(default=0)
    factor_bps: int = big(default=0)
    value_minor: int = big(default=0)
    reported_by: str | None = None  # the newest document; None: disputed that there is none


class BetAmendment(ErpTable, table=True):
    """A change of a bet that all who go on must sign."""

    __tablename__ = "bet_amendment"

    bet: str = Field(primary_key=True, foreign_key="bet.number")
    amendment_id: int = big(primary_key=True)
    number: str
    from_period: int = big()
    periods: int = big()
    start: int = big()
    leaver: str | None = None
    newcomer: str | None = None
    sign_by: int = big()
    status: str
    stands_on: str | None = None  # the change that was approved; None: on none
