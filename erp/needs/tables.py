"""Tables of needs and of proposals to serve them. States and their transitions are in `rules.py`."""

from sqlalchemy import Text
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class Need(ErpTable, table=True):
    """What users need and no group serves yet, or one is proposed for or works on (需求)."""

    __tablename__ = "need"

    number: str = Field(primary_key=True)
    source: str
    text: str = Field(sa_type=Text)
    item: str | None = Field(default=None, foreign_key="item.code")
    scene: str | None = None
    about: str | None = Field(default=None, index=True)  # document or role that shows it
    raised_by: str
    raised_at: int = big()
    status: str = Field(index=True)
    proposal: str | None = None  # the newest


class GroupProposal(ErpTable, table=True):
    """A group that a node wants to lead for a need, and the budget that is set aside for it (举单申请)."""

    __tablename__ = "group_proposal"

    number: str = Field(primary_key=True)
    leader: str = Field(foreign_key="party.code", index=True)
    need: str = Field(foreign_key="need.number", index=True)
    target_minor: int = big()
    base_margin_minor: int = big()
    terms: str = Field(sa_type=Text)  # canonical JSON: what is published of the group
    roles: str = Field(sa_type=Text)  # canonical JSON: titles, and what is published of each role
    budget_minor: int = big()
    set_aside_minor: int = big()  # of it, by the leader's budget; 0 of an outside partner
    proposed_by: str  # person
    status: str = Field(index=True)
    approval: str | None = None  # the document that approved it
    chain_group: str | None = Field(default=None, index=True)  # that was opened for it
