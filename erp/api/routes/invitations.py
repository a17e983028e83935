"""Routes of suppliers: the tenders and auctions that they are invited to, with what a bidder must know and no more.

Before the reveal is over a bidder is told its own bid and how many others there are; afterwards every opened bid, which
stands on the chain for all to read, so that each bidder can rank them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field
from sqlalchemy.orm import Session

from erp.api.access import Roles
from erp.api.own_orders import key_of
from erp.api.pages import DEFAULT_PAGE, AfterId, Limit, Page, page_of
from erp.api.request_context import Caller, ContextDep, RequestContext
from erp.api.room_routes import RoomRoutes
from erp.api.routes.auctions import AuctionName, OpenBidView
from erp.api.routes.tenders import TenderName
from erp.api.row import Row
from erp.api.shown import Amount, ClassedView
from erp.api.tokens import Principal
from erp.api.witness import Silence
from erp.auctions import queries as auctions
from erp.auctions.errors import UnknownAuction
from erp.auctions.rules import AuctionStatus, most_next
from erp.auctions.tables import Auction, AuctionBid
from erp.kernel.field_class import Classes, classed
from erp.kernel.log.model import Document
from erp.kernel.log.queries import numbered
from erp.kernel.roles import PARTNERS
from erp.kernel.rows import Rows
from erp.parties.queries import party
from erp.procurement import queries
from erp.procurement.errors import UnknownTender
from erp.procurement.rules import BidStatus, TenderStatus
from erp.procurement.tables import Tender, TenderBid

ROUTES = RoomRoutes("procurement")
BIDDERS: Roles = PARTNERS
OPENED = (BidStatus.REVEALED, BidStatus.STRUCK)


class Invited(ClassedView):
    """What tenders and auctions tell a bidder alike."""

    classes = classed(
        "number party buyer item quantity min_credit_bps credit_bps promised_at status invited won order",
        money="ceiling_minor bond_minor",
    )

    number: str
    party: str = Field(description="yours, whom it invites")
    buyer: str
    item: str
    quantity: int
    ceiling_minor: Amount
    bond_minor: Amount
    min_credit_bps: int
    credit_bps: int | None = Field(description="your score; null: no outcome yet")
    promised_at: int = Field(
        description="by when it is to be delivered; the latest, where bids offer days"
    )
    status: str
    invited: int = Field(description="how many suppliers; 0: every one that is enrolled")
    won: bool = Field(description="whether you did")
    order: str | None = Field(description="number of your order, when you won")


class InvitationView(Invited):
    """A tender that you may bid in, and how you stand in it. Minor units, smallest units, unix seconds."""

    classes: ClassVar[Classes] = {
        **Invited.classes,
        **classed(
            "tender_id commit_end reveal_end review_seconds second_price max_days credit_weight_bps sealed revealed "
            "supplier",
            money="day_value_minor amount_minor",
        ),
    }

    tender_id: int
    commit_end: int
    reveal_end: int
    review_seconds: int
    second_price: bool
    day_value_minor: Amount
    max_days: int
    credit_weight_bps: int
    sealed: int = Field(description="bids so far")
    revealed: int | None = Field(description="opened so far; null until the reveal is over")
    supplier: str | None = Field(description="who won")
    amount_minor: Amount = Field(description="at what amount it was awarded")


class InvitedBidView(Row):
    """A bid as a bidder may know it: its own, and every one that was opened once the reveal is over."""

    classes = classed(
        "supplier bid_index status credit_bps offered_days within_ceiling",
        money="bond_minor amount_minor",
    )

    supplier: str
    bid_index: int
    bond_minor: Amount
    credit_bps: int
    status: str
    amount_minor: Amount
    offered_days: int | None
    within_ceiling: bool | None


class InvitationPage(ClassedView):
    """A tender and the bids that you may know, in order of commitment."""

    classes = classed("tender bids")

    tender: InvitationView
    bids: list[InvitedBidView]


class AuctionInvitationView(Invited):
    """An open auction that you may bid in. Minor units, smallest units, unix seconds."""

    classes: ClassVar[Classes] = {
        **Invited.classes,
        **classed(
            "auction_id min_decrement_bps ends_at extensions max_extensions extension_seconds bids leads",
            money="leading_minor most_minor",
        ),
    }

    auction_id: int
    min_decrement_bps: int
    ends_at: int
    extensions: int
    max_extensions: int
    extension_seconds: int
    bids: int
    leading_minor: Amount = Field(
        description="the lowest bid so far, whose it is stands on the chain"
    )
    most_minor: Amount = Field(
        description="the most that the next bid may ask; null once it is over"
    )
    leads: bool = Field(description="whether the lowest bid is yours")


class AuctionInvitationPage(ClassedView):
    """An auction, your standing bid in it, and what a bid has to bring along."""

    classes = classed("auction bid invitation")

    auction: AuctionInvitationView
    bid: OpenBidView | None
    invitation: list[str] | None = Field(
        description="proof that you are invited, as `place_bid` takes it; null: nobody here can make it"
    )


@ROUTES.read("/invitations", "List the tenders you may bid in", BIDDERS)
def list_invitations(
    context: ContextDep, caller: Caller, after: AfterId = 0, limit: Limit = DEFAULT_PAGE
) -> Page[InvitationView]:
    """Tenders by id that invite your party or every supplier. A page with a next one may hold fewer than `limit`."""
    with context.reading() as session:
        found = queries.tenders(session, after=after, limit=limit)
        papers = _inviting(session, found, caller)
        page = page_of(found, lambda row: row, lambda row: row.tender_id, limit)
        return Page(
            items=[
                _tender(session, context.clock(), caller, row, papers[row.number])
                for row in found
                if row.number in papers
            ],
            next_after=page.next_after,
        )


@ROUTES.read("/invitations/{tender}", "Read one tender that you may bid in", BIDDERS, 404)
def read_invitation(context: ContextDep, caller: Caller, tender: TenderName) -> InvitationPage:
    """The tender with this number or id, and the bids that you may know. One that does not invite you is not there."""
    with context.reading() as session:
        rows, now = Rows.of(session), context.clock()
        found = queries.tender_of(rows, key_of(tender))
        paper = _inviting(session, [found], caller).get(found.number)
        if paper is None:
            raise UnknownTender(tender)
        return InvitationPage(
            tender=_tender(session, now, caller, found, paper),
            bids=[InvitedBidView.model_validate(bid) for bid in _bids(rows, caller, found, now)],
        )


def told_bids(
    session: Session, caller: Principal, tender: Tender, now: int
) -> list[TenderBid] | None:
    """The bids of a tender that a partner may know; None: the tender does not invite it."""
    if tender.number not in _inviting(session, [tender], caller):
        return None
    return _bids(Rows.of(session), caller, tender, now)


def own_auction_bid(
    session: Session, caller: Principal, auction: Auction
) -> list[AuctionBid] | None:
    """A partner's own standing bid in an auction, if it made one; None: the auction does not invite it."""
    if auction.number not in _inviting(session, [auction], caller):
        return None
    own = Rows.of(session).get(AuctionBid, auction.auction_id, str(caller.party))
    return [] if own is None else [own]


def _bids(rows: Rows, caller: Principal, tender: Tender, now: int) -> list[TenderBid]:
    found = queries.bids(rows, tender.tender_id)
    return [bid for bid in found if bid.supplier == caller.party or _is_told(tender, bid, now)]


def is_invited(context: RequestContext, caller: Principal, tender_id: int) -> bool:
    """Whether a tender invites the caller's party, or every supplier."""
    with context.reading() as session:
        found = Rows.of(session).get(Tender, tender_id)
        return found is not None and bool(_inviting(session, [found], caller))


@ROUTES.read("/auction-invitations", "List the auctions you may bid in", BIDDERS)
def list_auction_invitations(
    context: ContextDep, caller: Caller, after: AfterId = 0, limit: Limit = DEFAULT_PAGE
) -> Page[AuctionInvitationView]:
    """Auctions by id that invite your party or every supplier. A page with a next one may hold fewer than `limit`."""
    with context.reading() as session:
        found = auctions.auctions(session, after=after, limit=limit)
        papers = _inviting(session, found, caller)
        page = page_of(found, lambda row: row, lambda row: row.auction_id, limit)
        return Page(
            items=[
                _auction(session, caller, row, papers[row.number])
                for row in found
                if row.number in papers
            ],
            next_after=page.next_after,
        )


@ROUTES.read("/auction-invitations/{auction}", "Read one auction that you may bid in", BIDDERS, 404)
def read_auction_invitation(
    context: ContextDep, caller: Caller, auction: AuctionName
) -> AuctionInvitationPage:
    """The auction with this number or id, and your standing bid. One that does not invite you is not there."""
    with context.reading() as session:
        rows = Rows.of(session)
        found = auctions.auction_of(rows, key_of(auction))
        paper = _inviting(session, [found], caller).get(found.number)
        if paper is None:
            raise UnknownAuction(auction)
        own = rows.get(AuctionBid, found.auction_id, str(caller.party))  # `_inviting` needs one
        return AuctionInvitationPage(
            auction=_auction(session, caller, found, paper),
            bid=None if own is None else OpenBidView.model_validate(own),
            invitation=_proof(context, paper, party(rows, str(caller.party)).account),
        )


def _proof(context: RequestContext, paper: Document, account: str | None) -> list[str] | None:
    """The proof that an account is invited; None: nobody is there to make it."""
    if not paper.fields["invited"]:
        return []
    if context.witness is None or account is None:
        return None
    told = context.witness.invitation(paper.fields["invited"], account)
    return None if isinstance(told, Silence) else list(told)


def _inviting(
    session: Session, found: Sequence[Tender | Auction], caller: Principal
) -> dict[str, Document]:
    """The documents that told of these tenders or auctions and invite the caller's party, by number.

    One does when it is open to every supplier, or names the party. Who is invited stands in the document alone.
    """
    if caller.party is None:
        return {}
    told = numbered(session, [row.number for row in found])
    return {
        number: paper
        for number, paper in told.items()
        if not paper.fields["invited"] or caller.party in paper.fields["invited_codes"]
    }


def _is_told(tender: Tender, bid: TenderBid, now: int) -> bool:
    """Whether another's bid is told: once it was opened and nobody can open one any more."""
    over = now >= tender.reveal_end or tender.status != TenderStatus.OPEN
    return over and bid.status in OPENED


def _tender(
    session: Session, now: int, caller: Principal, tender: Tender, paper: Document
) -> InvitationView:
    rows, fields = Rows.of(session), paper.fields
    won = caller.party is not None and tender.supplier == caller.party
    bids = queries.bids(rows, tender.tender_id)
    over = now >= tender.reveal_end or tender.status != TenderStatus.OPEN
    return InvitationView(
        **_terms(rows, tender, fields, caller),
        tender_id=tender.tender_id,
        commit_end=tender.commit_end,
        reveal_end=tender.reveal_end,
        review_seconds=tender.review_seconds,
        second_price=tender.second_price,
        day_value_minor=tender.day_value_minor,
        max_days=tender.max_days,
        credit_weight_bps=tender.credit_weight_bps,
        sealed=tender.bids,
        revealed=sum(bid.status in OPENED for bid in bids) if over else None,
        supplier=tender.supplier,
        won=won,
        amount_minor=tender.amount_minor,
        order=_order(session, tender.order_id) if won else None,
    )


def _auction(
    session: Session, caller: Principal, auction: Auction, paper: Document
) -> AuctionInvitationView:
    leads = caller.party is not None and auction.leader == caller.party
    is_open = auction.status == AuctionStatus.OPEN
    won = leads and auction.status == AuctionStatus.AWARDED
    most = most_next(auction.ceiling_minor, auction.leading_minor, auction.min_decrement_bps)
    return AuctionInvitationView(
        **_terms(Rows.of(session), auction, paper.fields, caller),
        auction_id=auction.auction_id,
        min_decrement_bps=auction.min_decrement_bps,
        ends_at=auction.ends_at,
        extensions=auction.extensions,
        max_extensions=auction.max_extensions,
        extension_seconds=auction.extension_seconds,
        bids=auction.bids,
        leading_minor=auction.leading_minor,
        most_minor=most if is_open else None,
        leads=leads,
        won=won,
        order=_order(session, auction.order_id) if won else None,
    )


def _terms(
    rows: Rows, of: Tender | Auction, fields: dict[str, Any], caller: Principal
) -> dict[str, Any]:
    """What tenders and auctions have alike, by the names of both views."""
    own = None if caller.party is None else party(rows, caller.party)
    return {
        "number": of.number,
        "party": str(caller.party),  # `_inviting` needs one
        "buyer": of.buyer,
        "item": of.item,
        "quantity": of.quantity,
        "ceiling_minor": of.ceiling_minor,
        "bond_minor": of.bond_minor,
        "min_credit_bps": fields["min_credit_bps"],
        "credit_bps": None if own is None else own.credit_bps,
        "promised_at": fields["promised_at"],
        "status": of.status,
        "invited": len(fields["invited"]),
    }


def _order(session: Session, order_id: int | None) -> str | None:
    return None if order_id is None else queries.order_numbers(session, {order_id}).get(order_id)
