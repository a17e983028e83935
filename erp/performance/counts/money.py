"""Metrics 105 and 108 and the value added (202): sums of the journal lines that documents carry, accounts by their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from erp.kernel.entry import NO_GROUP, Ledger
from erp.kernel.log.model import Document
from erp.ledger import chart
from erp.performance.asked import Asked

# What customers pay for: sales and services to users outside.
SALES_ACCOUNTS = frozenset({chart.REVENUE, chart.ECOSYSTEM_REVENUE})
# What a margin is made of (边际贡献): sales less what they cost and what they take to be brought about.
MARGIN_ACCOUNTS = SALES_ACCOUNTS | {
    chart.COST_OF_SALES,
    chart.DISTRIBUTION_COST,
    chart.REVIEW_PAY,
    chart.EXPIRED_CAPACITY,
}
PROPOSAL = "group_proposal"


def sales_amount(documents: Sequence[Document], asked: Asked) -> int:
    """Credits less debits of sales accounts in the window, minor units; nothing where more was given back."""
    return max(sum(_lines(documents, asked, SALES_ACCOUNTS)), 0)


def margin(documents: Sequence[Document], asked: Asked) -> int:
    """The margin in the window, minor units, without what passes between members; nothing where it is a loss."""
    return max(margin_of(documents, asked), 0)


def margin_of(documents: Sequence[Document], asked: Asked) -> int:
    """Credits less debits of margin accounts in the window, minor units; below zero it is a loss."""
    return sum(_lines(documents, asked, MARGIN_ACCOUNTS))


def value_added(documents: Sequence[Document], asked: Asked) -> int | None:
    """What the members' margin exceeds the approved base by, minor units, at most the pool; None without such a base."""
    bases: list[int] = [d.fields["base_margin_minor"] for d in documents if d.type == PROPOSAL]
    if len(bases) != 1:
        return None
    return min(asked.most, max(0, margin_of(documents, asked) - bases[0]))


def _lines(documents: Sequence[Document], asked: Asked, accounts: frozenset[str]) -> Iterator[int]:
    """Credit less debit of each line on these accounts of the asked parties and group, with nobody among the members."""
    for document in documents:
        if not asked.window.holds(document.at):
            continue
        for entry in document.entries:
            of_group = asked.chain_group in (NO_GROUP, entry["chain_group"])
            if entry["ledger"] != Ledger.GENERAL or entry["entity"] not in asked.parties:
                continue
            for line in entry["lines"] if of_group else ():
                if line["account"] in accounts and line["counterparty"] not in asked.members:
                    yield line["credit"] - line["debit"]
