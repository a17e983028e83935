"""Finding terms of bets, and what they say."""

from __future__ import annotations

import json
from typing import Any

from erp.bets.errors import UnknownBetTerms
from erp.bets.outlooks import Outlook, outlooks_of_terms
from erp.bets.paper_queries import numbered, parties_in
from erp.bets.terms_tables import BetApproval, BetTerms
from erp.kernel.rows import Rows


def bet_terms(rows: Rows, number: str) -> BetTerms:
    """The terms with a number. Raises UnknownBetTerms."""
    return numbered(rows, BetTerms, number, UnknownBetTerms)


def approvals(rows: Rows, of: BetTerms) -> list[BetApproval]:
    """All whom a bet on these terms may cost something, by party."""
    return rows.select(BetApproval, "party", bet_terms=of.number)


def published_in(of: BetTerms) -> dict[str, Any]:
    """What is published of a bet on these terms, beside its group and its parties."""
    return dict(json.loads(of.published))


def outlooks_of(of: BetTerms) -> list[Outlook]:
    """Worst, base and expected case of each party."""
    told = published_in(of) | {"expected_value_minor": of.expected_value_minor}
    return outlooks_of_terms(told, parties_in(of))
