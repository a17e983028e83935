"""The one list of the ERP's rooms: their operations, what follows from them, and their tables.

A new room adds its `tables` and its `operations` here, and its routes to `erp.api`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine

from erp.attachments import operations as attachments
from erp.attachments import tables as attachment_tables
from erp.auctions import journals as auction_journals
from erp.auctions import operations as auctions
from erp.auctions import tables as auction_tables
from erp.bets import change_tables as bet_change_tables
from erp.bets import journals as bet_journals
from erp.bets import operations as bets
from erp.bets import tables as bet_tables
from erp.bets import terms_tables as bet_terms_tables
from erp.budget import journals as budget_journals
from erp.budget import operations as budget
from erp.capacity import journals as capacity_journals
from erp.capacity import operations as capacity
from erp.capacity import tables as capacity_tables
from erp.clearing import follow_ups as clearing
from erp.credit import operations as credit
from erp.execute import Executor
from erp.forcemajeure import operations as forcemajeure
from erp.forcemajeure import tables as forcemajeure_tables
from erp.groups import journals as group_journals
from erp.groups import operations as groups
from erp.groups import tables as group_tables
from erp.guarantees import journals as guarantee_journals
from erp.guarantees import operations as guarantees
from erp.guarantees import tables as guarantee_tables
from erp.items import operations as items
from erp.items import tables as item_tables
from erp.kernel.context import Context
from erp.kernel.journal import PostingRule, rules_of
from erp.kernel.log import queries as log_queries
from erp.kernel.log import tables as log_tables
from erp.kernel.memory import open_memory
from erp.kernel.operation import FollowUp, FollowUps, Operation, Operations
from erp.kernel.schema import Command
from erp.ledger import operations as ledger
from erp.ledger import queries as ledger_queries
from erp.ledger import tables as ledger_tables
from erp.ledger.posting import post
from erp.needs import journals as need_journals
from erp.needs import operations as needs
from erp.needs import signals
from erp.needs import tables as need_tables
from erp.parties import operations as parties
from erp.parties import tables as party_tables
from erp.payments import journals as payment_journals
from erp.payments import operations as payments
from erp.payments import tables as payment_tables
from erp.people import operations as people
from erp.people import tables as people_tables
from erp.performance import operations as performance
from erp.performance import tables as performance_tables
from erp.procurement import journals as procurement_journals
from erp.procurement import operations as procurement
from erp.procurement import tables as procurement_tables
from erp.proposals import operations as proposals
from erp.proposals import tables as proposal_tables
from erp.quality import operations as quality
from erp.receivables import journals as receivable_journals
from erp.receivables import operations as receivables
from erp.receivables import tables as receivable_tables
from erp.reorganisations import operations as reorganisations
from erp.reversals import operations as reversals
from erp.reversals import tables as reversal_tables
from erp.reviews import journals as review_journals
from erp.reviews import operations as reviews
from erp.reviews import tables as review_tables
from erp.rights.desk import refuse_unentitled
from erp.sales import journals as sale_journals
from erp.sales import operations as sales
from erp.sales import tables as sale_tables
from erp.signing import operations as signing
from erp.signing import tables as signing_tables
from erp.stock import journals as stock_journals
from erp.stock import operations as stock
from erp.stock import tables as stock_tables
from erp.work import operations as work
from erp.work import tables as work_tables


class RoomsCollide(Exception):
    """Two rooms claim the same command, document type, number series or follow-up: a bug, found at import."""


def composed(*parts: Operations) -> Operations:
    """The operations of all rooms in one dict.

    Raises RoomsCollide when two share a command, its name, a document type or a number series.
    """
    whole: Operations = {}
    taken: set[tuple[str, str]] = set()
    for command, operation in (pair for part in parts for pair in part.items()):
        for what, name in _claims(command.__name__, operation):
            if (what, name) in taken:
                raise RoomsCollide(f"{what} {name!r} is claimed twice")
            taken.add((what, name))
        whole[command] = operation
    return whole


def _claims(name: str, operation: Operation) -> tuple[tuple[str, str], ...]:
    return (
        ("command", name),
        ("document type", operation.doc_type),
        ("number series", operation.series),
    )


def joined(*parts: FollowUps) -> FollowUps:
    """What follows from the commands of all rooms. Raises RoomsCollide when two rooms react to one command."""
    whole: FollowUps = {}
    for command, follow_up in (pair for part in parts for pair in part.items()):
        if command in whole:
            raise RoomsCollide(f"two rooms react to {command.__name__}")
        whole[command] = follow_up
    return whole


def in_turn(first: FollowUps, second: FollowUps) -> FollowUps:
    """What follows where a second room reacts to commands of a first, in this order: it adds to it, and replaces nothing."""
    return {
        command: _both(first[command], second[command])
        if command in first and command in second
        else first.get(command) or second[command]
        for command in {**first, **second}
    }


def _both(first: FollowUp, second: FollowUp) -> FollowUp:
    def follow(context: Context, command: Any) -> Iterator[Command]:
        yield from first(context, command)
        yield from second(context, command)

    return follow


TOLD = composed(
    parties.OPERATIONS,
    people.OPERATIONS,
    items.OPERATIONS,
    stock.OPERATIONS,
    ledger.OPERATIONS,
    budget.OPERATIONS,
    forcemajeure.OPERATIONS,
    procurement.OPERATIONS,
    credit.OPERATIONS,
    quality.OPERATIONS,
    payments.OPERATIONS,
    auctions.OPERATIONS,
    guarantees.OPERATIONS,
    receivables.OPERATIONS,
    needs.OPERATIONS,
    groups.OPERATIONS,
    bets.OPERATIONS,
    performance.OPERATIONS,
    capacity.OPERATIONS,
    sales.OPERATIONS,
    reviews.OPERATIONS,
    work.OPERATIONS,
    signing.OPERATIONS,
    reversals.OPERATIONS,
    reorganisations.OPERATIONS,
    attachments.OPERATIONS,
)
OPERATIONS = composed(TOLD, proposals.operations_for(TOLD))
FOLLOW_UPS = in_turn(
    joined(
        people.FOLLOW_UPS,
        in_turn(procurement.FOLLOW_UPS, guarantees.FOLLOW_UPS),
        quality.FOLLOW_UPS,
        auctions.FOLLOW_UPS,
        in_turn(groups.FOLLOW_UPS, reviews.FOLLOW_UPS),
        capacity.FOLLOW_UPS,
        clearing.FOLLOW_UPS,
        in_turn(sales.FOLLOW_UPS, signals.FOLLOW_UPS),
        performance.FOLLOW_UPS,
        proposals.follow_ups_for(TOLD),
    ),
    work.FOLLOW_UPS,
)
TABLES: tuple[ModuleType, ...] = (
    log_tables,
    ledger_tables,
    party_tables,
    people_tables,
    item_tables,
    stock_tables,
    forcemajeure_tables,
    procurement_tables,
    payment_tables,
    auction_tables,
    guarantee_tables,
    receivable_tables,
    need_tables,
    group_tables,
    bet_tables,
    bet_terms_tables,
    bet_change_tables,
    performance_tables,
    capacity_tables,
    sale_tables,
    review_tables,
    work_tables,
    signing_tables,
    reversal_tables,
    attachment_tables,
    proposal_tables,
)
# The posting rules of each room, by its name.
RULES: dict[str, tuple[PostingRule, ...]] = {
    "budget": rules_of(budget_journals),
    "stock": rules_of(stock_journals),
    "procurement": rules_of(procurement_journals),
    "payments": rules_of(payment_journals),
    "auctions": rules_of(auction_journals),
    "guarantees": rules_of(guarantee_journals),
    "receivables": rules_of(receivable_journals),
    "needs": rules_of(need_journals),
    "groups": rules_of(group_journals),
    "bets": rules_of(bet_journals),
    "capacity": rules_of(capacity_journals),
    "sales": rules_of(sale_journals),
    "reviews": rules_of(review_journals),
}
SEEDS: tuple[Callable[[Connection], None], ...] = (log_queries.seed_head, ledger_queries.seed_chart)


def empty_books() -> Engine:
    """A database in memory that holds the tables of all rooms, and what must stand in them from the start."""
    engine = open_memory()
    with engine.begin() as connection:
        seed(connection)
    return engine


ERP = Executor(OPERATIONS, FOLLOW_UPS, post, refuse_unentitled, books=empty_books)
COMMANDS = ERP.commands
execute = ERP.execute
execute_many = ERP.execute_many
command_of = ERP.command_of


def seed(connection: Connection) -> None:
    """Puts what must stand in the tables from the start: the head of the log, the chart of accounts. Safe to repeat."""
    for fill in SEEDS:
        fill(connection)
