"""The port onto the embedded ERP, in this process. The one place of the bridge that imports `erp`.

Where the bridge's tables stand in the ERP's database, an instruction takes part in the bridge's transaction; elsewhere it
commits a transaction of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import cast

from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session, configure_mappers

from bridge.errors import PortBusy, PortRefused, ToldOtherwise, WrongDeployment
from bridge.ports.port import (
    AS_LOGGED,
    AnotherEdition,
    BookDifference,
    Document,
    DocumentQuery,
    Instruction,
    NothingTold,
    Rebuilding,
    Retold,
)
from bridge.ports.vocabulary import AccountRole, order_aggregate
from bridge.store.engine import driver_errors, is_missing, without_password
from erp import database, replay
from erp.comparison import Difference
from erp.execute import Submission
from erp.kernel.errors import BatchRefused, DuplicateOrigin
from erp.kernel.errors import Retryable as ErpRetryable
from erp.kernel.log import queries as log
from erp.kernel.log.model import Document as ErpDocument
from erp.kernel.refusals import read_in_chinese
from erp.kernel.schema import Command
from erp.ledger import chart
from erp.ledger import queries as ledger
from erp.ledger.turnover import queries as turnover
from erp.ledger.turnover.model import Dimension, TrialBalanceRow
from erp.parties import queries as parties
from erp.procurement import queries as procurement
from erp.rooms import OPERATIONS, execute_many
from erp.standing.queries import net_of_rules

ACTOR = "bridge"
KEY_COLUMN = re.compile(r"(\w+) ([^,]*)(?:, |$)")  # "order_id 1, delivery_id 2"
PAGE = 1_000  # documents read at once
DIMENSIONS = (Dimension.PLATFORM, Dimension.CHAIN_GROUP, Dimension.NODE)
# The ERP's own name of each role; its chart says which account has it.
ROLES: Mapping[str, AccountRole] = {
    chart.BY_ROLE[name]: role
    for name, role in {
        "wallet": AccountRole.WALLET,
        "escrow": AccountRole.ESCROW,
        "stakes": AccountRole.STAKE,
        "auction_bonds": AccountRole.AUCTION_BOND,
        "guarantees": AccountRole.GUARANTEE,
        "claim_cover": AccountRole.CLAIM_COVER,
        "bet_stakes": AccountRole.BET_STAKE,
        "group_funds": AccountRole.GROUP_FUND,
        "capacity_funds": AccountRole.CAPACITY_FUND,
        "contract_liabilities": AccountRole.CAPACITY_OWED,
        "claims_held": AccountRole.CLAIMS_HELD,
        "claims_issued": AccountRole.CLAIMS_ISSUED,
        "payables": AccountRole.PAYABLE,
        "tokens_issued": AccountRole.ISSUED,
    }.items()
}

TABLES = frozenset(database.metadata.tables)
COMMANDS: dict[str, type[Command]] = {cls.__name__: cls for cls in OPERATIONS}


def document_of(document: ErpDocument, voided_by: str | None = None) -> Document:
    """The document as the port tells it; which other one voided it, if any."""
    return Document(
        document.sequence,
        document.type,
        document.number,
        document.origin,
        document.at,
        document.actor,
        document.fields,
        document.entries,
        document.salt,
        document.rules_version,
        voided_by,
    )


def _documents_of(session: Session, documents: Sequence[ErpDocument]) -> list[Document]:
    voided = log.voided(session, [each.sequence for each in documents])
    return [document_of(each, voided.get(each.sequence)) for each in documents]


class EmbeddedPort:
    """Implements Port on the ERP's database. `randomness(32)` gives the salt of each new document."""

    def __init__(self, engine: Engine, randomness: Callable[[int], bytes]) -> None:
        self.engine = engine
        self._randomness = randomness

    def apply(self, instructions: Sequence[Instruction], unit: Session | None) -> list[Document]:
        """Executes these in the caller's transaction, or in one of its own. Raises PortRefused, PortBusy."""
        told = [self._submission(index, each) for index, each in enumerate(instructions)]
        with _busy_told():
            if unit is not None:
                return _execute(unit, told)
            with database.transaction(self.engine) as own:
                return _execute(own, told)

    def _submission(self, index: int, instruction: Instruction) -> Submission:
        try:
            command = COMMANDS[instruction.operation](**instruction.fields)
        except ValidationError as error:
            told = "; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors() if e["loc"])
            raise PortRefused(
                f"{instruction.operation} cannot carry these values: {told}", index
            ) from error
        salt = self._randomness(32)
        return Submission(command, instruction.at, salt, ACTOR, instruction.origin)

    def changes(self, after: int, limit: int) -> list[Document]:
        """Documents of the ERP's log with a sequence above `after`, in order, at most `limit`."""
        with self._view() as session:
            return _documents_of(session, log.changes(session, after, limit))

    def traces(self, numbers: Sequence[str]) -> Mapping[str, str]:
        """Traces of these documents, where the API kept one."""
        with self._view() as session:
            return log.traces(session, numbers)

    def documents(self, query: DocumentQuery) -> Iterator[Document]:
        """Documents that meet the query, in order of sequence, read in pages."""
        if query.number is not None:
            with self._view() as session:
                find = log.logged if query.voided else log.by_number
                document = find(session, query.number)
                found = _documents_of(session, [document] if document is not None else [])
            yield from found
            return
        if query.sequences is not None:
            wanted = sorted(query.sequences)[: query.limit]
            for start in range(0, len(wanted), PAGE):
                with self._view() as session:
                    named = _documents_of(
                        session, log.by_sequences(session, wanted[start : start + PAGE])
                    )
                yield from (each for each in named if _meets(each, query))
            return
        after, left = query.after, query.limit
        while left > 0:
            with self._view() as session:
                page = _documents_of(
                    session,
                    log.select_documents(
                        session,
                        types=query.types,
                        after=after,
                        limit=min(PAGE, left),
                        voided=query.voided,
                    ),
                )
            yield from page
            if not page:
                return
            after, left = page[-1].sequence, left - len(page)

    # ---- the operator -------------------------------------------------------------------------

    def in_chinese(self, rule: str, said: str) -> str | None:
        """The Chinese of a refusal, by the class that refused and its message."""
        return read_in_chinese(rule, said)

    # ---- the audit ----------------------------------------------------------------------------

    def last_sequence(self) -> int:
        """Sequence number of the newest document."""
        with self._view() as session:
            return log.last_sequence(session)

    def roles(self) -> Mapping[str, AccountRole]:
        """Role of each account of the ERP's chart that has one, by its code."""
        return ROLES

    def balances(self, role: AccountRole) -> dict[str, int]:
        """Balance (debit − credit, minor units) of all accounts of a role, by the owner's settlement account."""
        codes = [code for code, its_role in ROLES.items() if its_role is role]
        totals: dict[str, int] = {}
        with self._view() as session:
            accounts = {party.code: party.account for party in parties.parties(session)}
            for code in codes:
                for entity, balance in ledger.entity_balances(session, code).items():
                    owner = accounts[entity]
                    totals[owner] = totals.get(owner, 0) + balance
        return totals

    def trial_balances(self, after: int = 0) -> dict[str, int]:
        """What must be zero: the journal lines in total and per dimension, cached sums less theirs, rules of standing.

        `after`: the sequence of a document; only the lines of those that follow it are summed. The cached sums are those of
        all lines: where not all are summed, `rebuild_differences` compares them with the sums of rebuilt books.
        """
        with self._view() as session:
            lines = turnover.LineSums(session, after)
            result = _nets(lines.trial_balance(), "total")
            for dimension in DIMENSIONS:
                result |= _nets(lines.trial_balance(dimension), dimension.value)
            if not after:
                for found in turnover.cache_differences(session, lines):
                    result[f"{found.table} {found.key}"] = found.cached_minor - found.lines_minor
            result |= net_of_rules(session)
        return result

    def rebuild_differences(self, how: Rebuilding = AS_LOGGED) -> list[BookDifference]:
        """Rebuilds the books in a new database from the document log and compares every row."""
        if how.goes_on_by is not None and how.file is not None:
            with self._view() as session, _of_this_edition():
                found = replay.continued(session, how.file, how.goes_on_by, how.progress)
                return [_book_difference(session, difference) for difference in found]
        with self._view() as session:
            retell = None
            if how.retold is not None:
                retell = _retelling(how.retold, log.all_voided(session))
            found = replay.differences(session, how.progress, retell=retell, file=how.file)
            return [_book_difference(session, difference) for difference in found]

    @contextmanager
    def _view(self) -> Iterator[Session]:
        """One snapshot of the database. Raises PortBusy when it is busy or away."""
        with _busy_told(), database.snapshot(self.engine) as session:
            yield session


@contextmanager
def _of_this_edition() -> Iterator[None]:
    """Raises AnotherEdition when rebuilt books of before lack a table or a column that this ERP has."""
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        if "no such" not in str(error.orig) and "has no column" not in str(error.orig):
            raise
        raise AnotherEdition(
            f"the notebook's books are of another edition: {error.orig}"
        ) from error


def _retelling(retold: Retold, voided: Mapping[int, str]) -> replay.Retell:
    """Tells the ERP's replay of documents what the chain told, with the salts that the log keeps."""

    def retell(document: ErpDocument) -> Submission | None:
        try:
            instruction = retold(document_of(document, voided.get(document.sequence)))
        except NothingTold as error:
            raise replay.NothingStandsFor(str(error)) from error
        if instruction is None:
            return None
        command = COMMANDS[instruction.operation](**instruction.fields)
        return Submission(command, instruction.at, document.salt, ACTOR, document.origin)

    return retell


def _execute(session: Session, told: Sequence[Submission]) -> list[Document]:
    """Carries out all of them or none, and returns their documents. Raises PortRefused."""
    try:
        made = cast(list[ErpDocument], execute_many(session, told, atomic=True))
    except BatchRefused as error:
        refusal = f"{type(error.cause).__name__}: {error.cause}"
        before = isinstance(error.cause, DuplicateOrigin)
        raise (ToldOtherwise if before else PortRefused)(refusal, error.index) from error
    return [document_of(document) for document in made]


@contextmanager
def _busy_told() -> Iterator[None]:
    """Turns the ERP's "busy" into the port's."""
    try:
        yield
    except ErpRetryable as error:
        raise PortBusy(str(error)) from error


def _book_difference(session: Session, difference: Difference) -> BookDifference:
    row = f"{difference.table} {difference.key}"
    detail = (
        f"{difference.column} is {difference.live}, by the documents it is {difference.rebuilt}"
    )
    key = dict(KEY_COLUMN.findall(difference.key)) if difference.table in TABLES else {}
    order_id = procurement.order_of_row(session, difference.table, key) if key else None
    concerned = order_aggregate(order_id) if order_id is not None else None
    return BookDifference("tampered", row, detail, concerned)


def _meets(document: Document, query: DocumentQuery) -> bool:
    return (
        document.sequence > query.after
        and (query.types is None or document.type in query.types)
        and (query.voided or document.voided_by is None)
    )


def _nets(rows: Iterable[TrialBalanceRow], name: str) -> dict[str, int]:
    """Debits − credits per ledger and value of a dimension."""
    totals: dict[str, int] = {}
    for row in rows:
        key = f"{row.ledger} {name} {row.key}".strip()
        totals[key] = totals.get(key, 0) + row.debit_minor - row.credit_minor
    return totals


def open_embedded(
    url: str,
    randomness: Callable[[int], bytes],
    before: Callable[[Engine], None] | None = lambda _engine: None,
) -> EmbeddedPort:
    """Opens the ERP's database. Brings it up to date, or raises WrongDeployment when it is not and must not be changed.

    `before`: raises what speaks against changing the tables now; None: they must not be changed.

    Raises WrongDeployment as well when another version of the ERP made it, BadConfiguration, without the password, when it
    cannot be opened at all. What is known of all tables is put together here: where that fails, for want of memory, this
    process could use none of them any more.
    """
    configure_mappers()
    with driver_errors(url):
        if before is None and is_missing(url):
            raise WrongDeployment(
                f"there is no database at {without_password(url)}: name the right one with --db, or make it with "
                f"`interlock erp migrate --db {without_password(url)}`"
            )
        engine = database.open_engine(url)
        if not database.is_known(engine.execution_options(read_only=True)):
            raise WrongDeployment(f"{without_password(url)} {database.ANOTHER_VERSION} with --db")
        if before is not None:
            if not database.is_current(engine):
                before(engine)
            database.upgrade(engine)
        elif not database.is_current(engine):
            raise WrongDeployment(
                f"the ERP's tables in {without_password(url)} are not those of this version: "
                f"`interlock erp migrate --db {without_password(url)}` first"
            )
    return EmbeddedPort(engine, randomness)
