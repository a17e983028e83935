"""The operations of the ERP.

One dict from command to what it does, and the one way to do it (操作即核算).

`execute` checks, writes the room's tables, the journal entries and exactly one row of the document log, all in the
caller's transaction. Everything is deterministic given (command, at, salt, origin, actor, state before), so the whole
database can be rebuilt by replaying the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from erp.budget import schemas as budgets
from erp.budget.service import approve_budget
from erp.items import schemas as items
from erp.items.service import register_item, set_sourcing_policy
from erp.kernel.base import busy_is_retryable
from erp.kernel.context import Context
from erp.kernel.errors import DuplicateOrigin
from erp.kernel.log import service as log
from erp.kernel.log.model import SALT_BYTES, Document, Fields, derive_salt
from erp.kernel.log.queries import find
from erp.kernel.schema import Command
from erp.ledger import posting
from erp.ledger import schemas as ledger
from erp.ledger.service import close_period
from erp.parties import schemas as parties
from erp.parties.service import enrol_party, register_party, reinstate_party, suspend_party
from erp.payments import schemas as payments
from erp.payments import treasury
from erp.payments.service import record_escrow_deposit, record_payment, record_silent_acceptance
from erp.procurement import invoicing, ordering, planning, receiving, tendering
from erp.procurement import schemas as procurement
from erp.quality import schemas as quality
from erp.quality.service import after_inspection, attest_inspection, record_inspection
from erp.reversals.service import reverse_document
from erp.stock import schemas as stock
from erp.stock.service import issue_stock, open_stock


def _nothing(_context: Context, _command: Any) -> Iterator[Command]:
    return iter(())


@dataclass(frozen=True)
class Operation:
    """What a command does.

    Its document, and the commands that follow from it in the same transaction.

    `function` returns the resolved results that the document carries beside the command's own fields. `after` runs when
    the document is posted; each command it yields is executed before it goes on.
    """

    doc_type: str
    series: str
    function: Callable[[Context, Any], Fields]
    after: Callable[[Context, Any], Iterator[Command]] = _nothing


OPERATIONS: dict[type[Command], Operation] = {
    parties.RegisterParty: Operation("party", "PTY", register_party),
    parties.EnrolParty: Operation("party_enrolment", "ENR", enrol_party, planning.after_enrolment),
    parties.SuspendParty: Operation("party_suspension", "SUS", suspend_party),
    parties.ReinstateParty: Operation(
        "party_reinstatement", "REI", reinstate_party, planning.after_enrolment
    ),
    parties.RecordCreditOutcome: Operation("credit_outcome", "CRO", ordering.record_credit_outcome),
    items.RegisterItem: Operation("item", "ITM", register_item),
    items.SetSourcingPolicy: Operation(
        "sourcing_policy", "POL", set_sourcing_policy, planning.after_policy
    ),
    stock.OpenStock: Operation("stock_opening", "STO", open_stock),
    stock.IssueStock: Operation("goods_issue", "GI", issue_stock, planning.after_issue),
    ledger.ContributeCapital: Operation("capital", "CAP", treasury.contribute_capital),
    budgets.ApproveBudget: Operation(
        "budget_approval", "BUD", approve_budget, planning.after_budget
    ),
    ledger.ClosePeriod: Operation("period_close", "CLP", close_period),
    ledger.ReverseDocument: Operation("reversal", "REV", reverse_document),
    ledger.RecordTokenIssue: Operation("token_issue", "TKI", treasury.record_token_issue),
    ledger.RecordTokenRedemption: Operation(
        "token_redemption", "TKR", treasury.record_token_redemption
    ),
    ledger.RecordTokenTransfer: Operation("token_transfer", "TKT", treasury.record_token_transfer),
    procurement.RaiseRequisition: Operation("requisition", "PR", planning.raise_requisition),
    procurement.HoldReorder: Operation("reorder_hold", "HLD", planning.hold_reorder),
    procurement.RecordTender: Operation("tender", "TND", tendering.record_tender),
    procurement.RecordBid: Operation("bid", "BID", tendering.record_bid),
    procurement.RecordQuotation: Operation("quotation", "QUO", tendering.record_quotation),
    procurement.RecordBondForfeit: Operation("bond_forfeit", "FOR", tendering.record_bond_forfeit),
    procurement.RecordTenderVoid: Operation("tender_void", "VOI", tendering.record_tender_void),
    procurement.RecordAward: Operation("award", "AWD", tendering.record_award),
    procurement.OpenPurchaseOrder: Operation("purchase_order", "PO", ordering.open_purchase_order),
    payments.RecordEscrowDeposit: Operation("escrow_deposit", "ESC", record_escrow_deposit),
    procurement.RecordDespatch: Operation("despatch", "DES", receiving.record_despatch),
    procurement.RecordGoodsReceipt: Operation(
        "goods_receipt", "GR", receiving.record_goods_receipt
    ),
    procurement.AttestReceipt: Operation("receipt_attestation", "GRA", receiving.attest_receipt),
    quality.RecordInspection: Operation("inspection", "QI", record_inspection, after_inspection),
    quality.AttestInspection: Operation("inspection_attestation", "QIA", attest_inspection),
    procurement.RecordSupplierInvoice: Operation(
        "supplier_invoice", "SI", invoicing.record_supplier_invoice, invoicing.after_invoice
    ),
    procurement.MatchInvoice: Operation("match", "MAT", invoicing.match_invoice),
    payments.RecordPayment: Operation("payment", "PAY", record_payment),
    payments.RecordSilentAcceptance: Operation(
        "silent_acceptance", "SIL", record_silent_acceptance
    ),
    procurement.RequestOrderClose: Operation(
        "order_close_request", "OCR", ordering.request_order_close
    ),
    procurement.CloseOrder: Operation("order_close", "OCL", ordering.close_order),
    procurement.CancelOrder: Operation("order_cancel", "OCN", ordering.cancel_order),
}

COMMANDS: dict[str, type[Command]] = {command.__name__: command for command in OPERATIONS}


def execute(
    session: Session,
    command: Command,
    *,
    at: int,
    salt: bytes,
    origin: str | None = None,
    actor: str,
) -> Document:
    """Carries out one command and returns its document.

    The same origin and command again returns the first document.

    `at` is unix seconds, `salt` 32 random bytes. The log is locked until the transaction ends. On any error nothing of
    the command is left in the session's transaction, and the transaction can go on.
    Errors: `Rejected` (a rule), `DuplicateOrigin` (same origin, other command), `Retryable` (database busy).
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"salt has {len(salt)} bytes, not {SALT_BYTES}")
    with busy_is_retryable():
        session.flush()
        savepoint = session.begin_nested()
        try:
            sequence = log.claim_sequence(session)
            session.expire_all()  # what was read before the lock may be old
            known = find(session, origin) if origin is not None else None
            if known is not None:
                savepoint.rollback()
                return _replayed(known, command)
            document = _run(
                session,
                command,
                _Telling(sequence, None, at, salt, origin, actor, origin is not None),
            )
        except BaseException:
            if savepoint.is_active:
                savepoint.rollback()
            raise
        savepoint.commit()
        return document


@dataclass(frozen=True)
class _Telling:
    """Under which circumstances a command is told."""

    sequence: int
    caused_by: int | None
    at: int
    salt: bytes
    origin: str | None
    actor: str
    carry: bool  # an event, or what follows of one: booked in the next open period when its own is closed


def _run(session: Session, command: Command, told: _Telling) -> Document:
    operation = OPERATIONS[type(command)]
    number = log.next_number(session, operation.series, told.at)
    context = Context(session, told.sequence, number, told.at, told.actor)
    results = operation.function(context, command)
    session.flush()
    document = Document(
        sequence=told.sequence,
        type=operation.doc_type,
        number=number,
        origin=told.origin,
        at=told.at,
        actor=told.actor,
        caused_by=told.caused_by,
        command=type(command).__name__,
        fields={**command.model_dump(mode="json"), **results},
        entries=[made.as_json() for made in context.entries],
        salt=told.salt,
    )
    log.append(session, document)
    posting.post(session, told.sequence, told.at, context.entries, carry=told.carry)
    for index, following in enumerate(operation.after(context, command), start=1):
        sequence = log.claim_sequence(session)
        salt = derive_salt(told.salt, index)
        _run(
            session,
            following,
            _Telling(sequence, told.sequence, told.at, salt, None, told.actor, told.carry),
        )
    return document


def _replayed(document: Document, command: Command) -> Document:
    """The document, when it came of this very command.

    A field told as None agrees with what was filled in for it.
    """
    told = command.model_dump(mode="json")
    filled = FILLED if type(command) is procurement.RaiseRequisition else frozenset[str]()
    same = document.command == type(command).__name__ and all(
        document.fields[name] == value or (value is None and name in filled)
        for name, value in told.items()
    )
    if not same:
        raise DuplicateOrigin(document.origin or "", document.number)
    return document


FILLED = frozenset(
    {"quantity", "estimate_minor"}
)  # of a requisition, from its policy when told as None


def command_of(document: Document) -> Command:
    """The command that a document came of, rebuilt from its fields."""
    kind = COMMANDS[document.command]
    return kind.model_validate({name: document.fields[name] for name in kind.model_fields})
