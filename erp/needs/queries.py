"""Finding needs and proposed groups."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.kernel.queries import page
from erp.kernel.rows import Rows
from erp.needs.errors import UnknownGroupProposal, UnknownNeed
from erp.needs.rules import LIVING, NeedSource
from erp.needs.tables import GroupProposal, Need


def need(rows: Rows, number: str) -> Need:
    """The need with a number. Raises UnknownNeed."""
    found = rows.get(Need, number)
    if found is None:
        raise UnknownNeed(number)
    return found


def living(rows: Rows, source: NeedSource, about: str) -> Need | None:
    """The need of this source that something shows and that is not served yet; None when there is none."""
    found = rows.select(Need, "number", about=about)
    return next((e for e in found if e.source == source.value and e.status in LIVING), None)


def living_for_item(rows: Rows, source: NeedSource, item: str) -> bool:
    """True when a need of this source stands for an item and is not served yet."""
    return any(
        rows.select(Need, source=source.value, item=item, status=status.value) for status in LIVING
    )


def items_of(rows: Rows, wanted: Need, before: int) -> frozenset[str]:
    """The items that a need is about: its own, and those of all needs of its scene that were raised before unix seconds."""
    same = rows.select(Need, "number", scene=wanted.scene) if wanted.scene is not None else []
    found = {each.item for each in same if each.raised_at < before} | {wanted.item}
    return frozenset(item for item in found if item is not None)


def proposal(rows: Rows, number: str) -> GroupProposal:
    """The proposal of a group with a number. Raises UnknownGroupProposal."""
    found = rows.get(GroupProposal, number)
    if found is None:
        raise UnknownGroupProposal(number)
    return found


def terms_in(found: GroupProposal) -> dict[str, Any]:
    """What a proposal says of the group, beside its roles."""
    return dict(json.loads(found.terms))


def roles_in(found: GroupProposal) -> list[dict[str, Any]]:
    """The roles of a proposal, the first is role 1."""
    return list(json.loads(found.roles))


def needs(session: Session, *, status: str | None, after: str, limit: int) -> Sequence[Need]:
    """At most `limit` needs by number, after one."""
    return page(session, Need, ["number"], [after], limit, status=status)


def proposals(
    session: Session, *, status: str | None, leader: str | None, after: str, limit: int
) -> Sequence[GroupProposal]:
    """At most `limit` proposals by number, after one; of one leader, where one is named."""
    return page(session, GroupProposal, ["number"], [after], limit, status=status, leader=leader)


def of_group(session: Session, chain_group: str) -> GroupProposal | None:
    """The proposal on which a group was opened; None when there is none."""
    statement = select(GroupProposal).where(col(GroupProposal.chain_group) == chain_group)
    return session.scalars(statement).first()
