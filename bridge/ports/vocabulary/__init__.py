"""The words that bridge and ERP exchange: operations told to the ERP, documents read from it, roles of its accounts.

An adapter for another ERP (Tryton, Odoo, ERPNext) is written from this file and from `bridge/ports/port.py`, without
reading the embedded ERP. It carries out each operation of `OPERATIONS` as one document of the type in `DOCUMENT_TYPES`,
and shows every document of its log with a type name and fields as in `DOCUMENTS`; documents of other types may carry what
they like.

Units and forms, the same everywhere:

- `…_minor`: money in minor units of the settlement token, an int from 0 on. `…_bps`: basis points, 0 to 10 000.
- `…_at`, `…_end`: unix seconds of chain time. `…_seconds`: a span.
- accounts (`Account`): `0x` and 40 lower-case hex digits. References (`Ref`): `0x` and 64 hex digits, a hash.
- numbers (`Number`): a document's number as the ERP gave it, such as `PO-2026-00001`.
- ids (`…_id`): numbers that the contracts gave, from 1 on.

A document that an operation made carries the operation's fields under the same names with the same values: the audit
compares them with the event, one by one. It may carry more fields beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from bridge.ports.vocabulary import (
    auctions,
    bet_terms,
    bets,
    capacity,
    credit,
    direct,
    forcemajeure,
    groups,
    guarantees,
    needs,
    orders,
    participants,
    ratings,
    receivables,
    reorganisations,
    reviews,
    signing,
    tenders,
    token,
    work,
)
from bridge.ports.vocabulary.accounts import AccountRole, Entry, Line, order_aggregate
from bridge.ports.vocabulary.orders import MatchStatus

__all__ = [
    "DOCUMENTS",
    "DOCUMENT_TYPES",
    "OPERATIONS",
    "AccountRole",
    "Entry",
    "Line",
    "MatchStatus",
    "document_type",
    "order_aggregate",
]

NOUNS: tuple[ModuleType, ...] = (
    participants,
    credit,
    token,
    tenders,
    auctions,
    direct,
    orders,
    guarantees,
    receivables,
    signing,
    forcemajeure,
    bet_terms,
    bets,
    needs,
    groups,
    reviews,
    work,
    ratings,
    capacity,
    reorganisations,
)

# Operation -> type of the documents that it makes, and that nothing else makes.
DOCUMENT_TYPES: Mapping[type, str] = {
    operation: kind for noun in NOUNS for operation, kind in noun.DOCUMENT_TYPES.items()
}
OPERATIONS: Mapping[str, type] = {operation.__name__: operation for operation in DOCUMENT_TYPES}
# Type -> fields of the documents that the bridge reads.
DOCUMENTS: Mapping[str, type] = {
    kind: fields for noun in NOUNS for kind, fields in noun.DOCUMENTS.items()
}


def document_type(operation: str) -> str:
    """Type of the documents that an operation makes. Raises KeyError for an unknown operation."""
    return DOCUMENT_TYPES[OPERATIONS[operation]]
