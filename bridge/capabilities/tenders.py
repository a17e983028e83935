"""Tenders: sealed bids, screened suppliers, bonds and awards (竞价采购)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from bridge.capabilities.model import (
    ZERO_REF,
    Asks,
    CallContext,
    Capability,
    Contract,
    Read,
    Screening,
    SupplierRecord,
    TakenBack,
    books,
    number_of,
)
from bridge.capabilities.participants import SUPPLIER
from bridge.commitments.documents import document_root
from bridge.commitments.invitations import invitation_tree
from bridge.errors import NoSupplierQualifies
from bridge.events import generated as e
from bridge.events.base import snake
from bridge.intents import EXCLUDED, KEEPER
from bridge.ports.port import Document
from bridge.ports.vocabulary import AccountRole
from bridge.ports.vocabulary import tenders as v

FIRST_PRICE = 0  # ITenders.Pricing: the winner is paid its bid

# Members of ITenders.TenderTerms and of the order's terms inside it; the event TenderOpened carries them flattened.
TENDER_TERMS = (
    "buyer", "requisitionRef", "invitedRoot", "quantity", "ceiling", "bond", "commitSeconds", "revealSeconds",
    "reviewSeconds", "minCreditBps", "pricing", "dayValue", "maxDays", "creditWeightBps",
)  # fmt: skip
ORDER_TERMS = (
    "attesterPost", "arbiterPost", "region", "scheduleRoot", "promisedAt", "fundSeconds", "graceSeconds", "silenceSeconds",
    "latenessBpsPerDay", "latenessCapBps", "taxBps", "toleranceBps", "paymentSeconds",
)  # fmt: skip


def terms_of(opened: e.TenderOpened) -> dict[str, Any]:
    """The terms published with a tender, as every later call must bring them along: the contract holds only their hash."""
    terms: dict[str, Any] = {name: getattr(opened, snake(name)) for name in TENDER_TERMS}
    return terms | {"order": {name: getattr(opened, snake(name)) for name in ORDER_TERMS}}


def _published(context: CallContext) -> dict[str, Any]:
    return terms_of(cast(e.TenderOpened, context.published))


# ---- screening: who may bid ------------------------------------------------------------------------


def candidates_of(document: Document) -> list[str]:
    """Accounts that a requisition names."""
    return [str(candidate["account"]) for candidate in document.fields["candidates"]]


def record_reads(account: str) -> Sequence[Read]:
    """Whether an account may take on obligations as a supplier, and its credit score."""
    return (
        ("Participants", "isActive", (account, SUPPLIER)),
        ("CreditRegistry", "scoreOf", (account,)),
    )


def record_of(account: str, answers: Sequence[tuple[Any, ...]]) -> SupplierRecord:
    """The record behind the answers to `record_reads`."""
    (active,), (score_bps,) = answers
    return SupplierRecord(account, bool(active), int(score_bps))


def invited_of(args: Sequence[Any]) -> Sequence[str]:
    """Accounts that an opening invites, from its arguments."""
    return args[-1] if args and isinstance(args[-1], list) else ()


def screen(
    candidates: Sequence[str], records: Mapping[str, SupplierRecord], min_credit_bps: int
) -> tuple[list[str], dict[str, str]]:
    """Those who may bid, and why each of the others may not."""
    invited, excluded = [], {}
    for account in candidates:
        record = records[account]
        if not record.active:
            excluded[account] = "not registered as a supplier, or suspended"
        elif record.score_bps < min_credit_bps:
            excluded[account] = f"credit {record.score_bps} bps, {min_credit_bps} asked for"
        else:
            invited.append(account)
    return invited, excluded


def _screened(document: Document, context: CallContext) -> tuple[list[str], dict[str, str]]:
    return screen(candidates_of(document), context.records, document.fields["min_credit_bps"])


# ---- calls -----------------------------------------------------------------------------------------


def open_tender(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Terms of a requisition and the candidates whose records hold. Raises NoSupplierQualifies."""
    f = document.fields
    invited, excluded = _screened(document, context)
    if excluded and not invited:
        reasons = "; ".join(f"{account}: {why}" for account, why in excluded.items())
        raise NoSupplierQualifies(f"no candidate of {document.number} may bid: {reasons}")
    terms = {
        "buyer": f["buyer_account"],
        "requisitionRef": "0x" + document_root(document).hex(),
        "invitedRoot": "0x" + invitation_tree(invited).root.hex() if invited else ZERO_REF,
        "quantity": f["quantity"],
        "ceiling": f["estimate_minor"],
        "bond": f["bond_minor"],
        "commitSeconds": f["commit_seconds"],
        "revealSeconds": f["reveal_seconds"],
        "reviewSeconds": 0,
        "minCreditBps": f["min_credit_bps"],
        "pricing": FIRST_PRICE,
        "dayValue": 0,
        "maxDays": 0,
        "creditWeightBps": 0,
        "order": {
            "attesterPost": context.posts.attester,
            "arbiterPost": context.posts.arbiter,
            "region": ZERO_REF,
            "scheduleRoot": ZERO_REF,
            "promisedAt": f["promised_at"],
            "fundSeconds": f["fund_seconds"],
            "graceSeconds": f["grace_seconds"],
            "silenceSeconds": f["silence_seconds"],
            "latenessBpsPerDay": f["lateness_bps_per_day"],
            "latenessCapBps": f["lateness_cap_bps"],
            "taxBps": f["tax_bps"],
            "toleranceBps": f["tolerance_bps"],
            "paymentSeconds": f["payment_seconds"],
        },
    }
    return terms, invited


def excluded_note(document: Document, context: CallContext) -> dict[str, Any]:
    """Why candidates of a requisition were not invited, by account."""
    _, excluded = _screened(document, context)
    return {EXCLUDED: excluded} if excluded else {}


def award_tender(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of Tenders.award: the tender and its published terms. Due when the reveal window has ended."""
    return document.fields["tender_id"], _published(context)


def forfeit_bond(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of Tenders.forfeitBond: gives the bond of a bid that was never revealed to the buyer."""
    return document.fields["tender_id"], _published(context), document.fields["supplier"]


def has_bond(document: Document) -> bool:
    """False for a bid without a bond: there is nothing to forfeit."""
    return bool(document.fields["bond_minor"] != 0)


NO_REVIEW = "only in tenders with a review, and the ERP opens none"

TENDERS = Capability(
    "tenders",
    (
        Contract(
            "Tenders",
            events={
                "TenderOpened": books(
                    v.RecordTender,
                    requisition=number_of("requisition_ref"),
                    ceiling_minor="ceiling",
                    bond_minor="bond",
                ),
                "BidCommitted": books(v.RecordBid, bond_minor="bond"),
                "BidRevealed": books(
                    v.RecordQuotation, amount_minor="amount", bond_returned_minor="bond_returned"
                ),
                "BondForfeited": books(v.RecordBondForfeit, bond_minor="bond"),
                "TenderAwarded": books(v.RecordAward, amount_minor="amount"),
                "TenderVoided": books(v.RecordTenderVoid, requisition=number_of("requisition_ref")),
            },
            silent={
                "LotsOpened": "each lot is a tender with its own opening",
                "BidDisqualified": NO_REVIEW,
                "BidRanked": NO_REVIEW,
            },
            holds_money=True,
            custody=AccountRole.STAKE,
        ),
    ),
    calls={
        "requisition": Asks(
            contract="Tenders",
            function="openTender",
            number=None,
            args=open_tender,
            aggregate="requisition:{number}",
            signer="buyer_account",
            moot_on=frozenset({"Tenders_ReferenceSeen"}),
            note=excluded_note,
            screening=Screening(candidates_of, record_reads, record_of, invited_of),
            remade_on_retry=True,
            taken_back=TakenBack("requisition_cancel", "requisition"),
        ),
        "tender": Asks(
            contract="Tenders",
            function="award",
            args=award_tender,
            aggregate="tender:{tender_id}",
            signer=KEEPER,
            due="reveal_end",
            moot_on=frozenset({"Tenders_AlreadySettled"}),
            later_by={"Tenders_AwardNotOpen": 2},
            published=e.TenderOpened,
        ),
        "bid": Asks(
            contract="Tenders",
            function="forfeitBond",
            args=forfeit_bond,
            aggregate="bond:{tender_id}:{supplier}",
            signer=KEEPER,
            due="reveal_end",
            when=has_bond,
            moot_on=frozenset({"Tenders_AlreadyRevealed", "Tenders_BondNotHeld"}),
            published=e.TenderOpened,
        ),
    },
)
