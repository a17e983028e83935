"""What the papers of bets have in common: each is found by its number, and says what each party would sign."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from erp.bets.change_tables import BetChange, PoolTopUp
from erp.bets.terms_tables import BetTerms
from erp.kernel.errors import NotFound
from erp.kernel.rows import Rows

Paper = TypeVar("Paper", BetTerms, BetChange, PoolTopUp)


def numbered(rows: Rows, kind: type[Paper], number: str, unknown: type[NotFound]) -> Paper:
    """The paper of a kind with a number. Raises `unknown`."""
    found = rows.get(kind, number)
    if found is None:
        raise unknown(number)
    return found


def parties_in(of: BetTerms | BetChange) -> list[dict[str, Any]]:
    """What each party would sign and expects, in the order of the paper."""
    return list(json.loads(of.parties))
