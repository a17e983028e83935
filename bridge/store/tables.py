"""The bridge's own tables. They stand in the ERP's database where the ERP is embedded, so that both commit as one."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, MetaData, Text, UniqueConstraint, false, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

metadata = MetaData()
# SQLite gives row ids to INTEGER keys only; PostgreSQL wants BIGINT.
ROW_ID = BigInteger().with_variant(Integer(), "sqlite")

UNTOLD = "is_told AND told IS NULL"  # those of whose end a person is still to be told


class BridgeTable(SQLModel, registry=registry(metadata=metadata)):
    """Base of the bridge's tables: their own metadata, apart from the ERP's."""


class Binding(BridgeTable, table=True):
    """The chain, contracts and stream that this database belongs to. One row; its contracts only grow, by new editions."""

    __tablename__ = "bridge_binding"
    id: int = Field(default=1, primary_key=True)
    chain_id: int = Field(sa_type=BigInteger)
    genesis_hash: str
    consensus: str  # how headers are hashed and proved
    contracts: str = Field(sa_type=Text)  # canonical JSON: name -> addresses, newest last
    stream_id: str


class Cursor(BridgeTable, table=True):
    """The last block and the last document sequence that were read. One row."""

    __tablename__ = "bridge_cursor"
    id: int = Field(default=1, primary_key=True)
    block_number: int = Field(sa_type=BigInteger)  # last block whose events stand in the inbox
    block_hash: str
    block_time: int = Field(sa_type=BigInteger)
    walked_at: int = Field(default=0, sa_type=BigInteger)  # wall clock of the last sign of life
    epoch: int = Field(
        default=0, sa_type=BigInteger
    )  # counts the daemons that took the database over
    document_sequence: int = Field(
        sa_type=BigInteger
    )  # last document that was committed to and asked for calls


class Inbox(BridgeTable, table=True):
    """An event, stored with its proof before anything is done about it. States: InboxStatus."""

    __tablename__ = "bridge_inbox"
    __table_args__ = (
        Index("ix_bridge_inbox_status", "status", "position"),
        Index("ix_bridge_inbox_aggregate", "aggregate", "status"),
        Index("ix_bridge_inbox_tx_hash", "tx_hash"),
    )
    position: str = Field(primary_key=True)
    contract: str
    event: str
    aggregate: str
    block_number: int = Field(sa_type=BigInteger)
    block_hash: str
    block_time: int = Field(sa_type=BigInteger)
    tx_hash: str
    tx_index: int
    log_index: int
    body: str = Field(sa_type=Text)  # canonical JSON of the event's fields
    status: str
    reason: str | None = Field(default=None, sa_type=Text)
    document_number: str | None = None
    retold: int = 0  # how often an event of this place was taken back before


class Reorganisation(BridgeTable, table=True):
    """Blocks that were read and have left the chain (链重组). States: ReorganisationStatus."""

    __tablename__ = "bridge_reorganisation"
    id: int | None = Field(default=None, primary_key=True, sa_type=ROW_ID)
    found_at: int = Field(sa_type=BigInteger)  # wall clock, unix seconds
    common_block: int = Field(sa_type=BigInteger)  # newest block with events that both chains have
    common_hash: str
    left_block: int = Field(sa_type=BigInteger)  # newest block that was read, and is gone
    left_hash: str
    new_hash: str  # of the block that stands in its place
    new_time: int = Field(sa_type=BigInteger)  # of that block, unix seconds
    status: str
    document_number: str | None = (
        None  # of the ERP's document; None: it had booked nothing of these blocks
    )
    fallen: str = Field(
        default="[]", sa_type=Text
    )  # JSON: number, type and reason of each document that fell with them


class Orphan(BridgeTable, table=True):
    """An event of a block that has left the chain, as its row of INBOX was: kept as evidence, and read by no stage."""

    __tablename__ = "bridge_orphan"
    __table_args__ = (
        Index("ix_bridge_orphan_block_hash", "block_hash", "log_index"),
        Index("ix_bridge_orphan_tx_hash", "tx_hash"),
    )
    reorganisation: int = Field(
        primary_key=True, sa_type=BigInteger, foreign_key="bridge_reorganisation.id"
    )
    position: str = Field(primary_key=True)
    contract: str
    event: str
    aggregate: str
    block_number: int = Field(sa_type=BigInteger)
    block_hash: str
    block_time: int = Field(sa_type=BigInteger)
    tx_hash: str
    tx_index: int
    log_index: int
    body: str = Field(sa_type=Text)  # canonical JSON of the event's fields
    status: str
    reason: str | None = Field(default=None, sa_type=Text)
    document_number: str | None = None
    retold: int = 0


class Commitment(BridgeTable, table=True):
    """The root of one document, and the anchor that covers it."""

    __tablename__ = "bridge_commitment"
    __table_args__ = (UniqueConstraint("root"), Index("ix_bridge_commitment_anchor", "anchor"))
    sequence: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    number: str
    root: str
    committed_at: int = Field(sa_type=BigInteger)  # wall clock, unix seconds
    anchor: int | None = Field(
        default=None, sa_type=BigInteger
    )  # index of the anchor; None: waits for a batch


class Anchor(BridgeTable, table=True):
    """A batch of documents, as it was or will be anchored."""

    __tablename__ = "bridge_anchor"
    __table_args__ = (Index("ix_bridge_anchor_last_sequence", "last_sequence"),)
    index: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    first_sequence: int = Field(sa_type=BigInteger)
    last_sequence: int = Field(sa_type=BigInteger)
    root: str
    head: str


class Outbox(BridgeTable, table=True):
    """An intent: a contract call that a document asks for, once. States: OutboxStatus."""

    __tablename__ = "bridge_outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_bridge_outbox_status", "status", "not_before", "id"),
        Index("ix_bridge_outbox_aggregate", "aggregate", "id"),
        Index(
            "ix_bridge_outbox_untold",
            "status",
            "id",
            sqlite_where=text(UNTOLD),
            postgresql_where=text(UNTOLD),
        ),
        # what waits, or is doubted
        Index(
            "ix_bridge_outbox_try_at",
            "status",
            "try_at",
            sqlite_where=text("try_at > 0"),
            postgresql_where=text("try_at > 0"),
        ),
        # only while traces are on
        Index(
            "ix_bridge_outbox_traced",
            "traced",
            sqlite_where=text("traced BETWEEN 1 AND 4"),
            postgresql_where=text("traced BETWEEN 1 AND 4"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=ROW_ID)
    key: str
    document_number: str | None = None
    aggregate: str
    signer: str
    contract: str
    function: str
    args: str = Field(sa_type=Text)  # JSON
    edition_of: int | None = Field(
        default=None, sa_type=BigInteger
    )  # a number of the edition that it goes to, where no argument is one
    not_before: int = Field(sa_type=BigInteger)  # chain time, unix seconds
    after_sequence: int = Field(
        default=0, sa_type=BigInteger
    )  # waits until this row of the document log is anchored
    note: str = Field(sa_type=Text)  # JSON
    tries: int = (
        0  # in a row: that the node could not answer, or that it was asked again about a refusal
    )
    try_at: float = 0.0  # wall clock, unix seconds, before which it is not tried again
    status: str
    reason: str | None = Field(default=None, sa_type=Text)
    good_until: int = Field(default=0, sa_type=BigInteger)  # unix seconds, of acts of people
    offers: int = 0  # how often its person was shown what to sign
    # of these, how often since another act took the slot of what nobody had answered
    renewed: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    # of a transaction that a person was shown: the account whose key signs it, and its nonce
    nonce_of: str | None = None
    nonce: int | None = Field(default=None, sa_type=BigInteger)
    # a person is told how it ends: an act of one, or what is brought for one
    is_told: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    told: str | None = None  # the end that its person was told of, of acts of people
    # how often what its person was told turned out otherwise, since blocks left the chain
    corrections: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    traceparent: str | None = None  # its trace, by W3C Trace Context; None: it has none
    traced: int = 0  # how far its trace is told: Step in store/traces.py


class Attempt(BridgeTable, table=True):
    """One signed transaction for an intent, stored before it is first sent."""

    __tablename__ = "bridge_attempt"
    __table_args__ = (
        # a slot of a lane is held by one attempt at a time
        Index(
            "ix_bridge_attempt_slot",
            "signer",
            "nonce",
            unique=True,
            sqlite_where=text("NOT lost"),
            postgresql_where=text("NOT lost"),
        ),
        Index(
            "ix_bridge_attempt_lost",
            "signer",
            "nonce",
            sqlite_where=text("lost"),
            postgresql_where=text("lost"),
        ),
        UniqueConstraint("tx_hash"),
        Index("ix_bridge_attempt_outbox", "outbox_id"),
        Index("ix_bridge_attempt_witnessed", "witnessed", "block_number"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=ROW_ID)
    outbox_id: int = Field(sa_type=BigInteger, foreign_key="bridge_outbox.id")
    signer: str
    nonce: int = Field(sa_type=BigInteger)
    tx_hash: str
    raw: str = Field(sa_type=Text)
    sent_at: float = 0.0  # wall clock of the last sending, unix seconds; 0: never
    block_number: int | None = Field(default=None, sa_type=BigInteger)
    gas_used: int | None = Field(default=None, sa_type=BigInteger)
    witnessed: bool = False  # ingest proved an event of this transaction
    lost: bool = False  # its nonce was used by another transaction, or a node said that it failed


class Alarm(BridgeTable, table=True):
    """Something a person must see. One row per kind and text, counted."""

    __tablename__ = "bridge_alarm"
    __table_args__ = (UniqueConstraint("kind", "message"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=ROW_ID)
    kind: str
    message: str
    first_at: int = Field(sa_type=BigInteger)
    last_at: int = Field(sa_type=BigInteger)
    times: int


class Hold(BridgeTable, table=True):
    """An aggregate, such as `order:7`, that the audit disputes: nothing is paid until a clean audit lifts the hold."""

    __tablename__ = "bridge_hold"
    aggregate: str = Field(primary_key=True)
    reason: str = Field(sa_type=Text)
    held_at: int = Field(sa_type=BigInteger)


class AuditRun(BridgeTable, table=True):
    """That an audit looked at everything, when, how far, and what it found. Rows are only added."""

    __tablename__ = "bridge_audit"
    id: int | None = Field(default=None, primary_key=True, sa_type=ROW_ID)
    at: int = Field(sa_type=BigInteger)  # wall clock, unix seconds
    block_number: int = Field(sa_type=BigInteger)
    sequence: int = Field(sa_type=BigInteger)  # newest document
    found: int = Field(sa_type=BigInteger)  # differences
    whole: bool  # everything was read, not only what is new
    mark: str = ""  # hash of the notebook that it left; empty: it left none


class OperatorAct(BridgeTable, table=True):
    """What an operator did about a parked event or call, who and why. It stays, whatever becomes of the row."""

    __tablename__ = "bridge_operator_act"
    __table_args__ = (Index("ix_bridge_operator_act_key", "key", "id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=ROW_ID)
    at: int = Field(sa_type=BigInteger)  # wall clock, unix seconds
    who: str
    act: str  # ActKind
    key: str  # position of the event, or key of the call
    what: str  # contract and event or function, as in PurchaseOrders.DeliveryShipped
    aggregate: str
    why: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)  # of its parking, as the row said it before
