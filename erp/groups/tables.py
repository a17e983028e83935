"""Tables of chain groups. States and their transitions are in `rules.py`.

Pledges, targets and weights may exceed a 64-bit column, since they are promises and no money: they are decimal text.
"""

from sqlalchemy import Boolean, Text
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class ChainGroup(ErpTable, table=True):
    """A team around one user need, by the number of its order (链群)."""

    __tablename__ = "chain_group"

    code: str = Field(primary_key=True)  # of its entries: the number of its group order
    group_id: int = big(unique=True)
    leader: str = Field(foreign_key="party.code", index=True)
    need: str | None = None  # number of the document it serves; None: not known here
    need_ref: str
    proposal: str | None = None  # on which it was opened; None: nobody approved it
    region: str
    reporter_post: int = big()
    target: str
    pledged: str  # of those who stand, while open; of the holders afterwards
    grab_seconds: int = big()
    select_seconds: int = big()
    review_seconds: int = big()
    bet_seconds: int = big()
    grab_end: int = big()
    select_end: int = big()
    work_end: int = big()
    report_end: int = big()
    status: str = Field(index=True)
    roles: int = big()
    filled: int = big(
        default=0
    )  # roles for which somebody stands, while open; roles held afterwards
    extended_days: int = big(default=0)
    bet_due_at: int = big(default=0)
    bet_id: int | None = big(default=None)
    budget_minor: int = big()  # paid in by the leader
    earned_minor: int = big(default=0)  # of it, by holders
    reserved_minor: int = big(
        default=0
    )  # of the unearned budget, what the leader's own budget holds ready
    budget_returned: bool = Field(default=False, sa_type=Boolean)
    formed_at: int | None = big(default=None)
    ended_at: int | None = big(default=None)  # settled or dissolved
    holder_left: bool = Field(default=False, sa_type=Boolean)
    ended_by_consent: bool = Field(default=False, sa_type=Boolean)


class GroupRole(ErpTable, table=True):
    """A role of a group, with what it asks and what it can earn (角色)."""

    __tablename__ = "group_role"

    chain_group: str = Field(primary_key=True, foreign_key="chain_group.code")
    role_id: int = big(primary_key=True)
    role_ref: str
    floor: str  # least and largest pledge
    most: str
    stake: str  # least that is paid in with a grab
    pay_minor: int = big()
    min_reviews: int = big()
    min_credit_bps: int = big()
    review_mark_bps: int = big()
    shortfall_mark_bps: int = big()
    credit_weight_bps: int = big()
    stake_bps_of_pledge: int = big()
    round: int = big(default=1)  # the present one
    earned_bps: int = big(default=0)  # over all holders
    earned_minor: int = big(default=0)


class RoleRound(ErpTable, table=True):
    """One filling of a role: who stands for it, then who holds it, and what that one earned and was told."""

    __tablename__ = "role_round"

    chain_group: str = Field(primary_key=True, foreign_key="chain_group.code")
    role_id: int = big(primary_key=True)
    round: int = big(primary_key=True)
    standing: str | None = Field(default=None, foreign_key="party.code")
    pledge: str = "0"
    candidates: int = big(default=0)
    grab_end: int = big()
    select_end: int = big()
    selected: bool = Field(default=False, sa_type=Boolean)  # by the leader
    seated_at: int | None = big(default=None)
    ended_at: int | None = big(default=None)  # its holder left the role
    earned_minor: int = big(default=0)
    paid_minor: int = big(default=0)
    reviews: int = big(default=0)
    review_weight: str = "0"
    review_weighted: str = "0"  # sum of weight times score
    feedback_recorded: bool = Field(default=False, sa_type=Boolean)


class RoleCandidate(ErpTable, table=True):
    """A party that grabbed a role in one round, its pledge and its stake (抢单)."""

    __tablename__ = "role_candidate"

    chain_group: str = Field(primary_key=True, foreign_key="chain_group.code")
    role_id: int = big(primary_key=True)
    round: int = big(primary_key=True)
    party: str = Field(primary_key=True, foreign_key="party.code")
    place: int = big()  # order of grabs in the round, from 1
    pledge: str
    credit_bps: int = big()
    plan_ref: str
    plan_hash: str | None = None  # once it was disclosed
    stake_minor: int = big()
    stake_held_minor: int = big()  # of it, not yet paid back
    rejected: bool = Field(default=False, sa_type=Boolean)  # by the leader


class RolePlan(ErpTable, table=True):
    """A node's plan for a role: its own until its grab is opened (预案)."""

    __tablename__ = "role_plan"

    number: str = Field(primary_key=True)
    chain_group: str = Field(foreign_key="chain_group.code", index=True)
    role_id: int = big()
    party: str = Field(foreign_key="party.code", index=True)
    plan: str = Field(sa_type=Text)  # canonical JSON
    opened_by: str | None = None  # the document that opened it


class GroupMembership(ErpTable, table=True):
    """From when until when a party was a member of a group: as its leader (role 0), or as the holder of a role."""

    __tablename__ = "group_membership"

    chain_group: str = Field(primary_key=True, foreign_key="chain_group.code")
    role_id: int = big(primary_key=True)
    round: int = big(primary_key=True)
    party: str = Field(foreign_key="party.code", index=True)
    since: int = big()
    until: int | None = big(default=None)  # None: it still is
    consents_to_end: bool = Field(default=False, sa_type=Boolean)


class PeerSeal(ErpTable, table=True):
    """The sealed ratings of a member of a settled group, and whether they were opened (密封互评)."""

    __tablename__ = "peer_seal"

    chain_group: str = Field(primary_key=True, foreign_key="chain_group.code")
    rater: str = Field(primary_key=True, foreign_key="party.code")
    commitment: str
    credit_bps: int = big()
    ratings: int = big(default=0)  # opened so far


class PeerTally(ErpTable, table=True):
    """What its peers said of a member of a settled group, in sum (互评)."""

    __tablename__ = "peer_tally"

    chain_group: str = Field(primary_key=True, foreign_key="chain_group.code")
    member: str = Field(primary_key=True, foreign_key="party.code")
    ratings: int = big(default=0)  # that counted
    weight: int = big(default=0)
    weighted: int = big(default=0)  # sum of weight times deviation
    centre_bps: int = big(default=0)
    recorded: bool = Field(default=False, sa_type=Boolean)
