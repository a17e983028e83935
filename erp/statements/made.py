"""What a chain group made with outsiders in any span: revenue, cost and value, as its statement has them in all."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from erp.groups.tables import ChainGroup
from erp.statements import queries, rules
from erp.statements.model import TOTAL, Books, Cell, Scope, ScopeKind


@dataclass(frozen=True, slots=True)
class Made:
    """Rows 3.3, 4.4 and 2.2 in the column of the total."""

    revenue: Cell
    cost: Cell
    value: Cell


def made_by(session: Session, group: ChainGroup, since: int, until: int) -> Made:
    """What a group made from an instant to before another."""
    scope, inside = Scope(ScopeKind.GROUP, group.code), queries.inside_group(session, group)
    lines = queries.lines_of(session, scope, inside, since, until)
    books = Books(scope, inside, lines, (), queries.pots_of(session, lines), rules.partners(lines))
    parts, _ = rules.spread(books, lines)
    rules.add_sums(parts, [TOTAL])
    return Made(*(rules.cell_of(parts[row, TOTAL]) for row in ("3.3", "4.4", "2.2")))
