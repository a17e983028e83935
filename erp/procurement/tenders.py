"""Operations of tenders and bids, told by external events. Never commit."""

from __future__ import annotations

from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import Disagrees, WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import find_account, party_of
from erp.parties.tables import Party
from erp.procurement import journals, queries, ranking, scoring
from erp.procurement.errors import BidExists, NotCandidate, TenderExists
from erp.procurement.rules import BidStatus, RequisitionStatus, TenderStatus
from erp.procurement.schemas import (
    RecordAward,
    RecordBid,
    RecordBondForfeit,
    RecordQuotation,
    RecordTender,
    RecordTenderVoid,
)
from erp.procurement.sourcing import expect_sourcing, give_up, stand_on, terms_of
from erp.procurement.tables import Requisition, Tender, TenderBid

SAME_TERMS = (  # of the tender and of the requisition, by the same names
    "bond_minor",
    "min_credit_bps",
    "review_seconds",
    "second_price",
    "day_value_minor",
    "max_days",
    "credit_weight_bps",
)


def record_tender(context: Context, command: RecordTender) -> Fields:
    """Adds a tender. It stands on its requisition when buyer, terms and invitations are that one's.

    A requisition that was cancelled while its tender was on the way stands again: BUD Dr available, Cr pre-encumbered.
    """
    rows = context.rows
    if rows.get(Tender, command.tender_id) is not None:
        raise TenderExists(command.tender_id)
    buyer = party_of(rows, command.buyer)

    def fits(requisition: Requisition) -> None:
        expect_sourcing(requisition, "sealed", "lots")
        _expect_terms(rows, command, requisition, buyer)

    ground = stand_on(context, command.requisition, RequisitionStatus.TENDERED, fits)
    rows.add(
        Tender,
        tender_id=command.tender_id,
        requisition=ground.number,
        number=context.number,
        buyer=buyer.code,
        item=ground.item,
        chain_group=ground.chain_group,
        quantity=command.quantity,
        ceiling_minor=command.ceiling_minor,
        bond_minor=command.bond_minor,
        commit_end=command.commit_end,
        reveal_end=command.reveal_end,
        review_seconds=command.review_seconds,
        second_price=command.second_price,
        day_value_minor=command.day_value_minor,
        max_days=command.max_days,
        credit_weight_bps=command.credit_weight_bps,
        status=TenderStatus.OPEN.value,
    )
    return {
        **ground.fields(),
        "buyer_code": buyer.code,
        "invited_codes": known_codes(rows, command.invited),
        "review_end": command.reveal_end + command.review_seconds,
    }


def _expect_terms(
    rows: Rows, command: RecordTender, requisition: Requisition, buyer: Party
) -> None:
    agree(
        "Tender",
        command.tender_id,
        buyer=(buyer.code, requisition.buyer),
        quantity=(command.quantity, requisition.quantity),
        ceiling_minor=(command.ceiling_minor, requisition.estimate_minor),
        **terms_of(command, requisition, *SAME_TERMS),
    )
    expect_invited(rows, requisition, f"Tender {command.tender_id}", command.invited)


def expect_invited(
    rows: Rows, requisition: Requisition, what: str, invited: tuple[str, ...]
) -> None:
    """Raises Disagrees or NotCandidate when others are invited than the requisition names."""
    candidates = {row.account for row in queries.requisition_candidates(rows, requisition.number)}
    if candidates and not invited:
        raise Disagrees(
            what, requisition.number, "invited", "everybody", f"{len(candidates)} candidates"
        )
    for account in invited if candidates else ():
        if account not in candidates:
            raise NotCandidate(requisition.number, account)


def known_codes(rows: Rows, accounts: tuple[str, ...]) -> list[str]:
    """Codes of those of the accounts that are of parties here."""
    found = (find_account(rows, account) for account in accounts)
    return [party.code for party in found if party is not None]


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
    return {**bid_fields(tender, supplier.code), "reveal_end": tender.reveal_end}


def record_quotation(context: Context, command: RecordQuotation) -> Fields:
    """Opens a sealed bid and gives its bond back: supplier Dr wallet, Cr stakes. Refused when its score is not ours."""
    rows = context.rows
    tender = _open_tender(rows, command.tender_id)
    supplier = party_of(rows, command.supplier).code
    bid = _committed_bid(rows, tender, supplier)
    bid.status = BidStatus.REVEALED.value
    bid.amount_minor = command.amount_minor
    bid.offered_days = command.offered_days
    bid.within_ceiling = command.within_ceiling
    agree(
        "Quotation",
        f"of {supplier} in tender {tender.tender_id}",
        bond_returned_minor=(command.bond_returned_minor, bid.bond_minor),
        within_ceiling=(command.within_ceiling, command.amount_minor <= tender.ceiling_minor),
        score=(command.score, str(scoring.score(ranking.scored(bid), ranking.rule_of(tender)))),
    )
    if bid.within_ceiling:
        ranking.compete(rows, tender, bid)
    context.post(
        journals.BOND_RETURNED.entry(
            supplier, {"bond": bid.bond_minor}, chain_group=tender.chain_group
        )
    )
    return bid_fields(tender, supplier)


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
    return {**bid_fields(tender, supplier), "buyer_code": buyer}


def record_tender_void(context: Context, command: RecordTenderVoid) -> Fields:
    """Ends a tender without a winner, and its requisition: BUD Dr pre-encumbered, Cr available."""
    rows = context.rows
    tender = running_tender(rows, command.tender_id)
    agree(
        "Tender",
        tender.tender_id,
        bids=(command.bids, tender.bids),
        leader=("nobody", tender.leader or "nobody"),
    )
    tender.status = TenderStatus.VOID.value
    give_up(context, tender.requisition, RequisitionStatus.TENDERED)
    return {"item": tender.item, "buyer_code": tender.buyer}


def record_award(context: Context, command: RecordAward) -> Fields:
    """Awards the tender. Refused unless winner and price are those of our own ranking. May precede its order."""
    rows = context.rows
    tender = running_tender(rows, command.tender_id)
    supplier = party_of(rows, command.supplier).code
    agree(
        "Award of tender",
        tender.tender_id,
        bids=(command.bids, tender.bids),
        supplier=(supplier, tender.leader or "nobody"),
        amount_minor=(command.amount_minor, ranking.price(rows, tender)),
    )
    order = queries.find_order(rows, command.order_id)
    if order is not None:
        agree("Award of order", order.number, tender_id=(command.tender_id, order.tender_id or 0))
    tender.status = TenderStatus.AWARDED.value
    tender.supplier = supplier
    tender.amount_minor = command.amount_minor
    tender.order_id = command.order_id
    number = order.number if order is not None else None
    return {
        **bid_fields(tender, supplier),
        "order": number,
        "buyer_code": tender.buyer,
    }


def _open_tender(rows: Rows, tender_id: int) -> Tender:
    tender = queries.tender(rows, tender_id)
    if tender.status != TenderStatus.OPEN:
        raise WrongStatus("Tender", tender_id, tender.status, TenderStatus.OPEN.value)
    return tender


def running_tender(rows: Rows, tender_id: int) -> Tender:
    """The tender, while it is neither awarded nor void. Raises UnknownTender, WrongStatus."""
    tender = queries.tender(rows, tender_id)
    if tender.status not in (TenderStatus.OPEN, TenderStatus.RANKING):
        wanted = f"{TenderStatus.OPEN} or {TenderStatus.RANKING}"
        raise WrongStatus("Tender", tender_id, tender.status, wanted)
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


def bid_fields(tender: Tender, supplier: str) -> Fields:
    """The fields that every document of a bid carries of its tender."""
    return {"requisition": tender.requisition, "item": tender.item, "supplier_code": supplier}
