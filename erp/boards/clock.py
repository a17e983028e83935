"""What time decides about a group: its edges, and what happens there by itself. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from erp.groups.rules import GroupStatus
from erp.groups.tables import ChainGroup


@dataclass(frozen=True, slots=True)
class Edge:
    """A moment of a group, and what is done then without anybody asking."""

    at: int  # unix seconds
    name: str
    then: str


def edges(group: ChainGroup, settleable_at: int | None) -> list[Edge]:
    """The edges of a group that still matter to it, in order. `settleable_at`: of its bet, None without one."""
    if group.status == GroupStatus.OPEN:
        covered = group.filled == group.roles and int(group.pledged) >= int(group.target)
        then = "forms the group" if covered else "dissolves the group, unless it is covered by then"
        return [
            Edge(group.grab_end, "grab_end", "nothing: grabs end, the leader selects"),
            Edge(group.select_end, "select_end", then),
            Edge(group.work_end, "work_end", "dissolves the group, if it has not formed"),
        ]
    if group.status != GroupStatus.FORMED:
        return []
    found = [
        Edge(group.work_end, "work_end", "nothing: work ends, reports go on"),
        Edge(group.report_end, "report_end", "closes the group and returns what nobody earned"),
    ]
    if group.bet_due_at and group.bet_id is None:
        then = "dissolves the group, if no bet is bound and nothing was earned"
        found.append(Edge(group.bet_due_at, "bet_due_at", then))
    if settleable_at is not None:
        found.append(Edge(settleable_at, "settleable_at", "settles the bet and pays its parties"))
    return sorted(found, key=lambda edge: edge.at)


def next_edge(found: list[Edge], now: int) -> Edge | None:
    """The first edge that is still to come; the last one when all are past and it was not done yet; None without any."""
    return next((edge for edge in found if edge.at > now), found[-1] if found else None)
