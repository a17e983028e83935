"""Tables of terms of bets. States and their transitions are in `terms_rules.py`."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class BetTerms(ErpTable, table=True):
    """What a sponsor wants to bet with others, before a bet stands on it (对赌条款)."""

    __tablename__ = "bet_terms"

    number: str = Field(primary_key=True)
    sponsor: str = Field(foreign_key="party.code", index=True)
    chain_group: str | None = Field(default=None, foreign_key="chain_group.code", index=True)
    pool_minor: int = big()
    expected_value_minor: int = big()
    published: str = Field(sa_type=Text)  # canonical JSON: what is published of the bet
    parties: str = Field(sa_type=Text)  # canonical JSON: what each would sign, and expects
    proposed_by: str  # person
    status: str = Field(index=True)
    bet: str | None = Field(default=None, index=True)  # that stands on them


class BetApproval(ErpTable, table=True):
    """What a bet can cost one of those whom it may cost something, who agreed to it, and what its budget sets aside."""

    __tablename__ = "bet_approval"

    bet_terms: str = Field(primary_key=True, foreign_key="bet_terms.number")
    party: str = Field(primary_key=True, foreign_key="party.code", index=True)
    pool_minor: int = big()  # that it pays in as the sponsor
    at_most_minor: int = big()  # that it can lose of its stake as a party
    pool_aside_minor: int = big(default=0)  # of its budget, until the bet stands
    stake_aside_minor: int = big(default=0)  # of its budget, until it signs
    approval: str | None = None  # the document by which it agreed; None: not yet
