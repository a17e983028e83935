"""Sourcing: how a requisition becomes a tender, its lots, or an open auction, and who may bid (寻源)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.capabilities.model import (
    ZERO_REF,
    Asks,
    CallContext,
    Capability,
    Read,
    Screening,
    SupplierRecord,
    TakenBack,
)
from bridge.capabilities.participants import SUPPLIER
from bridge.capabilities.terms import order_terms
from bridge.commitments.documents import document_root
from bridge.commitments.invitations import invitation_tree
from bridge.errors import NoSupplierQualifies
from bridge.intents import EXCLUDED
from bridge.ports.port import Document

SEALED, AUCTION = "sealed", "auction"  # how a requisition is bought; its `sourcing`

# ---- screening: who may bid ------------------------------------------------------------------------


def candidates_of(document: Document) -> list[str]:
    """Accounts that a requisition names, or a document that opens lots."""
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


def _invited(document: Document, context: CallContext) -> tuple[list[str], str]:
    """Those who may bid and the root of their list, zero where everybody may. Raises NoSupplierQualifies."""
    invited, excluded = _screened(document, context)
    if excluded and not invited:
        reasons = "; ".join(f"{account}: {why}" for account, why in excluded.items())
        raise NoSupplierQualifies(f"no candidate of {document.number} may bid: {reasons}")
    return invited, "0x" + invitation_tree(invited).root.hex() if invited else ZERO_REF


def excluded_note(document: Document, context: CallContext) -> dict[str, Any]:
    """Why candidates of a requisition were not invited, by account."""
    _, excluded = _screened(document, context)
    return {EXCLUDED: excluded} if excluded else {}


# ---- calls -----------------------------------------------------------------------------------------


def is_sealed(document: Document) -> bool:
    """True for a requisition that becomes a tender of its own."""
    return bool(document.fields["sourcing"] == SEALED)


def is_auctioned(document: Document) -> bool:
    """True for a requisition that becomes an open auction."""
    return bool(document.fields["sourcing"] == AUCTION)


def open_tender(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Terms of a requisition and the candidates whose records hold. Raises NoSupplierQualifies."""
    invited, root = _invited(document, context)
    return _tender_terms(document.fields, document.fields, _ref(document), root, context), invited


def open_lots(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Terms of each lot, under the commitment of its own requisition, and the candidates. Raises NoSupplierQualifies."""
    invited, root = _invited(document, context)
    return [
        _tender_terms(document.fields, lot, context.refs[lot["requisition"]], root, context)
        for lot in document.fields["lots"]
    ], invited


def lots_of(document: Document) -> Sequence[str]:
    """The numbers of the requisitions that the lots are for."""
    return [str(lot["requisition"]) for lot in document.fields["lots"]]


def open_auction(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Terms of a requisition and the candidates whose records hold. Raises NoSupplierQualifies."""
    f = document.fields
    invited, root = _invited(document, context)
    terms = {
        "buyer": f["buyer_account"],
        "requisitionRef": _ref(document),
        "invitedRoot": root,
        "quantity": f["quantity"],
        "ceiling": f["estimate_minor"],
        "bond": f["bond_minor"],
        "minDecrementBps": f["min_decrement_bps"],
        "minCreditBps": f["min_credit_bps"],
        "durationSeconds": f["commit_seconds"],
        "extensionSeconds": f["extension_seconds"],
        "maxExtensions": f["max_extensions"],
        "order": order_terms(f, context.posts),
    }
    return terms, invited


def _tender_terms(
    shared: Mapping[str, Any], lot: Mapping[str, Any], ref: str, root: str, context: CallContext
) -> dict[str, Any]:
    return {
        "buyer": shared["buyer_account"],
        "requisitionRef": ref,
        "invitedRoot": root,
        "quantity": lot["quantity"],
        "ceiling": lot["estimate_minor"],
        "bond": shared["bond_minor"],
        "commitSeconds": shared["commit_seconds"],
        "revealSeconds": shared["reveal_seconds"],
        "reviewSeconds": shared["review_seconds"],
        "minCreditBps": shared["min_credit_bps"],
        "pricing": int(shared["second_price"]),
        "dayValue": shared["day_value_minor"],
        "maxDays": shared["max_days"],
        "creditWeightBps": shared["credit_weight_bps"],
        "order": order_terms(shared, context.posts),
    }


def _ref(document: Document) -> str:
    return "0x" + document_root(document).hex()


SCREENING = Screening(candidates_of, record_reads, record_of, invited_of)

SOURCING = Capability(
    "sourcing",
    (),
    calls={
        "requisition": (
            Asks(
                contract="Tenders",
                function="openTender",
                lasts=True,
                number=None,
                args=open_tender,
                aggregate="requisition:{number}",
                signer="buyer_account",
                when=is_sealed,
                moot_on=frozenset({"Tenders_ReferenceSeen"}),
                note=excluded_note,
                screening=SCREENING,
                taken_back=(TakenBack("requisition_cancel", "requisition"),),
            ),
            Asks(
                what="auction",
                contract="ReverseAuctions",
                function="openAuction",
                lasts=True,
                number=None,
                args=open_auction,
                aggregate="requisition:{number}",
                signer="buyer_account",
                when=is_auctioned,
                moot_on=frozenset({"ReverseAuctions_ReferenceSeen"}),
                note=excluded_note,
                screening=SCREENING,
                taken_back=(TakenBack("requisition_cancel", "requisition"),),
            ),
        ),
        "lots_opening": Asks(
            contract="Tenders",
            function="openLots",
            lasts=True,
            number=None,
            args=open_lots,
            aggregate="requisition:{number}",
            signer="buyer_account",
            refers_to=lots_of,
            moot_on=frozenset({"Tenders_ReferenceSeen"}),
            note=excluded_note,
            screening=SCREENING,
            taken_back=(TakenBack("requisition_cancel", "lots_opening"),),
        ),
    },
)
