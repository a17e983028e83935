"""Operations of tenders and bids, told by external events. Never commit."""

from __future__ import annotations

from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import Disagrees, WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import party_of
from erp.procurement import journals, queries
from erp.procurement.errors import BidExists, NotCandidate, TenderExists
from erp.procurement.planning import set_aside
from erp.procurement.rules import (
    BidStatus,
    Quotation,
    RequisitionStatus,
    TenderStatus,
    best_quotation,
)
from erp.procurement.schemas import (
    RecordAward,
    RecordBid,
    RecordBondForfeit,
    RecordQuotation,
    RecordTender,
    RecordTenderVoid,
)
from erp.procurement.tables import Requisition, Tender, TenderBid
from erp.stock.service import move


def record_tender(context: Context, command: RecordTender) -> Fields:
    """Adds the tender of a requisition. Refused unless buyer, quantity, ceiling, bond and invitations are its own.

    A requisition that was cancelled while its tender was on the way stands again: BUD Dr available, Cr pre-encumbered.
    """
    rows = context.rows
    requisition = queries.requisition(rows, command.requisition)
    if rows.get(Tender, command.tender_id) is not None:
        raise TenderExists(command.tender_id)
    cancelled = requisition.status == RequisitionStatus.CANCELLED
    if requisition.status != RequisitionStatus.RAISED and not cancelled:
        raise WrongStatus(
            "Requisition", requisition.number, requisition.status, RequisitionStatus.RAISED.value
        )
    buyer = party_of(rows, command.buyer)
    agree(
        "Tender",
        command.tender_id,
        buyer=(buyer.code, requisition.buyer),
        quantity=(command.quantity, requisition.quantity),
        ceiling_minor=(command.ceiling_minor, requisition.estimate_minor),
        bond_minor=(command.bond_minor, requisition.bond_minor),
        min_credit_bps=(command.min_credit_bps, requisition.min_credit_bps),
    )
    invited = _invited(rows, requisition, command)
    if cancelled:
        set_aside(context, requisition, 1)
    requisition.status = RequisitionStatus.TENDERED.value
    rows.add(
        Tender,
        tender_id=command.tender_id,
        requisition=requisition.number,
        number=context.number,
        buyer=buyer.code,
        chain_group=requisition.chain_group,
        quantity=command.quantity,
        ceiling_minor=command.ceiling_minor,
        bond_minor=command.bond_minor,
        commit_end=command.commit_end,
        reveal_end=command.reveal_end,
        status=TenderStatus.OPEN.value,
    )
    return {
        "item": requisition.item,
        "buyer_code": buyer.code,
        "invited_codes": invited,
        "chain_group": requisition.chain_group or None,
        "set_aside_again": cancelled,
    }


def _invited(rows: Rows, requisition: Requisition, command: RecordTender) -> list[str]:
    candidates = {
        row.account: row.party for row in queries.requisition_candidates(rows, requisition.number)
    }
    if not candidates:
        return [party_of(rows, account).code for account in command.invited]
    if not command.invited:
        raise Disagrees(
            "Tender", command.tender_id, "invited", "everybody", f"{len(candidates)} candidates"
        )
    for account in command.invited:
        if account not in candidates:
            raise NotCandidate(requisition.number, account)
    return [candidates[account] for account in command.invited]


def record_bid(context: Context, command: RecordBid) -> Fields:
    """Adds a supplier's sealed bid and stakes its bond: supplier Dr stakes, Cr wallet."""
    rows = context.rows
    tender = _open_tender(rows, command.tender_id)
    supplier = party_of(rows, command.supplier)
    if rows.get(TenderBid, tender.tender_id, supplier.code) is not None:
        raise BidExists(f"of {supplier.code} in tender {tender.tender_id}")
    agree(
        "Bid",
        f"of {supplier.code} in tender {tender.tender_id}",
        bond_minor=(command.bond_minor, tender.bond_minor),
        index=(command.index, tender.bids + 1),
    )
    tender.bids += 1
    rows.add(
        TenderBid,
        tender_id=tender.tender_id,
        supplier=supplier.code,
        bid_index=command.index,
        commitment=command.commitment,
        bond_minor=command.bond_minor,
        credit_bps=command.credit_bps,
        status=BidStatus.COMMITTED.value,
    )
    context.post(
        journals.BOND_STAKED.entry(
            supplier.code, {"bond": command.bond_minor}, chain_group=tender.chain_group
        )
    )
    return {**_tender_fields(rows, tender, supplier.code), "reveal_end": tender.reveal_end}


def record_quotation(context: Context, command: RecordQuotation) -> Fields:
    """Opens a sealed bid and gives its bond back: supplier Dr wallet, Cr stakes."""
    rows = context.rows
    tender = _open_tender(rows, command.tender_id)
    supplier = party_of(rows, command.supplier).code
    bid = _committed_bid(rows, tender, supplier)
    agree(
        "Quotation",
        f"of {supplier} in tender {tender.tender_id}",
        bond_returned_minor=(command.bond_returned_minor, bid.bond_minor),
        within_ceiling=(command.within_ceiling, command.amount_minor <= tender.ceiling_minor),
    )
    bid.status = BidStatus.REVEALED.value
    bid.amount_minor = command.amount_minor
    bid.within_ceiling = command.within_ceiling
    context.post(
        journals.BOND_RETURNED.entry(
            supplier, {"bond": bid.bond_minor}, chain_group=tender.chain_group
        )
    )
    return _tender_fields(rows, tender, supplier)


def record_bond_forfeit(context: Context, command: RecordBondForfeit) -> Fields:
    """Gives the bond of an unrevealed bid to the buyer, who bought nothing for it. May come after the award.

    Supplier Dr bond penalty, Cr stakes; buyer Dr wallet, Cr forfeited bonds (营业外收入).
    """
    rows = context.rows
    tender = queries.tender(rows, command.tender_id)
    supplier, buyer = (
        party_of(rows, command.supplier).code,
        party_of(rows, command.buyer).code,
    )
    bid = _committed_bid(rows, tender, supplier)
    agree(
        "Forfeit",
        f"of {supplier} in tender {tender.tender_id}",
        buyer=(buyer, tender.buyer),
        bond_minor=(command.bond_minor, bid.bond_minor),
    )
    bid.status = BidStatus.FORFEITED.value
    bond, group = {"bond": bid.bond_minor}, tender.chain_group
    context.post(
        journals.BOND_LOST.entry(supplier, bond, counterparty=buyer, chain_group=group),
        journals.BOND_TAKEN.entry(buyer, bond, counterparty=supplier, chain_group=group),
    )
    return {**_tender_fields(rows, tender, supplier), "buyer_code": buyer}


def record_tender_void(context: Context, command: RecordTenderVoid) -> Fields:
    """Ends a tender without a winner, and its requisition: BUD Dr pre-encumbered, Cr available."""
    rows = context.rows
    tender = _open_tender(rows, command.tender_id)
    agree(
        "Tender",
        tender.tender_id,
        requisition=(command.requisition, tender.requisition),
        bids=(command.bids, tender.bids),
    )
    requisition = queries.requisition(rows, tender.requisition)
    if requisition.status != RequisitionStatus.TENDERED:
        raise WrongStatus(
            "Requisition", requisition.number, requisition.status, RequisitionStatus.TENDERED.value
        )
    tender.status = TenderStatus.VOID.value
    requisition.status = RequisitionStatus.VOID.value
    move(rows, requisition.buyer, requisition.item, on_order=-requisition.quantity)
    context.post(
        journals.RESERVED.entry(
            requisition.buyer,
            {"estimate": -requisition.estimate_minor},
            chain_group=requisition.chain_group,
        )
    )
    return {"item": requisition.item, "buyer_code": requisition.buyer}


def record_award(context: Context, command: RecordAward) -> Fields:
    """Awards the tender. Refused unless the winner is the best quotation by `best_quotation`. May precede its order."""
    rows = context.rows
    tender = _open_tender(rows, command.tender_id)
    supplier = party_of(rows, command.supplier).code
    best = best_quotation(
        Quotation(bid.supplier, bid.amount_minor, bid.credit_bps, bid.bid_index)
        for bid in queries.bids(rows, tender.tender_id)
        if bid.within_ceiling and bid.amount_minor is not None
    )
    agree(
        "Award of tender",
        tender.tender_id,
        bids=(command.bids, tender.bids),
        supplier=(supplier, best.supplier if best else "nobody"),
        amount_minor=(command.amount_minor, best.amount_minor if best else 0),
    )
    order = queries.find_order(rows, command.order_id)
    if order is not None:
        agree("Award of order", order.number, tender_id=(command.tender_id, order.tender_id))
    tender.status = TenderStatus.AWARDED.value
    tender.supplier = supplier
    tender.amount_minor = command.amount_minor
    tender.order_id = command.order_id
    number = order.number if order is not None else None
    return {
        **_tender_fields(rows, tender, supplier),
        "order": number,
        "buyer_code": tender.buyer,
    }


def _open_tender(rows: Rows, tender_id: int) -> Tender:
    tender = queries.tender(rows, tender_id)
    if tender.status != TenderStatus.OPEN:
        raise WrongStatus("Tender", tender_id, tender.status, TenderStatus.OPEN.value)
    return tender


def _committed_bid(rows: Rows, tender: Tender, supplier: str) -> TenderBid:
    bid = queries.bid(rows, tender.tender_id, supplier)
    if bid.status != BidStatus.COMMITTED:
        raise WrongStatus(
            "Bid",
            f"of {supplier} in tender {tender.tender_id}",
            bid.status,
            BidStatus.COMMITTED.value,
        )
    return bid


def _tender_fields(rows: Rows, tender: Tender, supplier: str) -> Fields:
    requisition = queries.requisition(rows, tender.requisition)
    return {"requisition": requisition.number, "item": requisition.item, "supplier_code": supplier}
