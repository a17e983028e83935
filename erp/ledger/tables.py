"""Tables of the ledger."""

from sqlalchemy import Boolean, ForeignKeyConstraint, Index
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class LedgerAccount(ErpTable, table=True):
    """The chart of accounts, as rows (科目): those that every set of books begins with, and those added to it.

    An added one takes ledger, side, statement line and guard from the one above, and has no role.
    """

    __tablename__ = "ledger_account"

    code: str = Field(primary_key=True)
    parent: str | None = Field(default=None, foreign_key="ledger_account.code", index=True)
    ledger: str
    name: str
    name_zh: str
    side: str
    statement_line: str
    guarded: bool = Field(sa_type=Boolean)
    small_code: str
    small_name: str
    role: str | None = Field(default=None, unique=True)
    leaf: bool = Field(sa_type=Boolean)  # only a leaf is posted to
    added_by: str | None = None  # number of the document that added it


class JournalEntry(ErpTable, table=True):
    """A balanced entry of one entity in one ledger (凭证). Never changed."""

    __tablename__ = "journal_entry"
    __table_args__ = (Index("ix_journal_entry_entity_period", "entity", "period"),)

    id: int = big(primary_key=True)
    document_sequence: int = big(foreign_key="document_log.sequence", index=True)
    entity: str = Field(foreign_key="party.code")
    ledger: str
    period: str


class JournalLine(ErpTable, table=True):
    """One line of an entry with its dimensions: platform, chain group, node (平台–链群–小微). Never changed.

    The node is the entity: each micro-enterprise keeps books of its own.
    """

    __tablename__ = "journal_line"

    entry: int = big(primary_key=True, foreign_key="journal_entry.id")
    position: int = big(primary_key=True)
    entity: str
    account: str = Field(foreign_key="ledger_account.code")
    debit_minor: int = big()
    credit_minor: int = big()
    platform: str
    chain_group: str
    node: str
    counterparty: str | None = None
    order_number: str | None = Field(default=None, index=True)


class LedgerBalance(ErpTable, table=True):
    """Cached balance per entity and account, debits less credits; always that of the lines (invariant I3).

    What posting asks before it takes from a guarded account.
    """

    __tablename__ = "ledger_balance"
    __table_args__ = (ForeignKeyConstraint(["account"], ["ledger_account.code"]),)

    entity: str = Field(primary_key=True)
    ledger: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    balance_minor: int = big()


class LedgerTurnover(ErpTable, table=True):
    """Cached turnover (发生额) of a month per entity, chain group and account; always that of the lines (invariant I3).

    What every trial balance is read from. Debits and credits are sums of high and low halves of the amounts (HALF), so that
    no sum leaves 64 bits before 2^31 lines.
    """

    __tablename__ = "ledger_turnover"
    __table_args__ = (ForeignKeyConstraint(["account"], ["ledger_account.code"]),)

    entity: str = Field(primary_key=True)
    chain_group: str = Field(primary_key=True)
    ledger: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    debit_high: int = big()
    debit_low: int = big()
    credit_high: int = big()
    credit_low: int = big()


class LedgerPeriod(ErpTable, table=True):
    """A closed month of an entity (已结账期间). Every month up to its newest row is closed, every later one is open."""

    __tablename__ = "ledger_period"

    entity: str = Field(primary_key=True, foreign_key="party.code")
    period: str = Field(primary_key=True)
    closed_by: str  # number of the document that closed it
