"""What holds at every checkpoint of a walk: the invariants of the books, and what only the whole log can tell."""

from __future__ import annotations

import json

from sqlalchemy import text
from sqlalchemy.orm import Session

from erp.parties.kinds import FIRST_PLATFORM
from erp.statements.model import Scope, ScopeKind
from erp.statements.win_win import Asked, win_win
from tests.erp.books import check_books

LATE_ENTRIES = """
    SELECT e.id FROM journal_entry e
    JOIN ledger_period p ON p.entity = e.entity AND p.period = e.period
    JOIN document_log d ON d.number = p.closed_by
    WHERE e.document_sequence > d.sequence
"""
REVERSED_BY_ACCOUNT = """
    SELECT v.number, l.entity, l.account, sum(l.debit_minor - l.credit_minor) AS rest
    FROM document_reversal v
    JOIN document_log d ON d.number IN (v.number, v.reversed_by)
    JOIN journal_entry e ON e.document_sequence = d.sequence
    JOIN journal_line l ON l.entry = e.id
    GROUP BY v.number, l.entity, l.account
"""
NEWEST_GROUPS = "SELECT code FROM chain_group ORDER BY group_id DESC LIMIT 5"
EVER = Asked("0", "9999999999", 0)
TOKENS = "SELECT type, payload FROM document_log WHERE type IN ('token_issue', 'token_redemption')"


def check_walk(session: Session) -> None:
    """Every invariant, by its number."""
    check_books(session, tokens_in_circulation(session))
    check_statements(session)
    assert session.execute(text(LATE_ENTRIES)).all() == [], "I16"
    for row in session.execute(text(REVERSED_BY_ACCOUNT)):
        assert row.rest == 0, ("I15", row.number, row.entity, row.account)


def check_statements(session: Session) -> None:
    """The win-win statement of the platform and of the newest groups is whole: two ways lead to each of its figures."""
    codes = session.scalars(text(NEWEST_GROUPS)).all()
    scopes = [
        Scope(ScopeKind.PLATFORM, FIRST_PLATFORM),
        *(Scope(ScopeKind.GROUP, code) for code in codes),
    ]
    for scope in scopes:
        found = win_win(session, scope, EVER)
        assert found.errors == (), (scope, found.errors)


def tokens_in_circulation(session: Session) -> int:
    """What was issued less what was redeemed, by the events alone."""
    total = 0
    for row in session.execute(text(TOKENS)):
        amount = json.loads(row.payload)["fields"]["amount_minor"]
        total += amount if row.type == "token_issue" else -amount
    return total
