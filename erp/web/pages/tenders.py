"""The tender room (竞价室): sealed tenders and open auctions, their windows, their bids, and the award worked out again.

Staff read all of it by role; a supplier reads the tenders that it is invited to, and of the bids what the API tells it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.errors import UnreadableQuery
from erp.api.listing import Asked
from erp.api.pages import MAX_KEY
from erp.api.routes import auctions, documents, invitations, tenders
from erp.api.routes.invitations import InvitationView, InvitedBidView
from erp.api.routes.tenders import BidView, TenderView
from erp.auctions.rules import AuctionStatus
from erp.procurement import scoring
from erp.procurement.rules import BidStatus, TenderStatus
from erp.procurement.scoring import Bid, Rank, Weighing
from erp.web import auctioning
from erp.web.answers import SEE_OTHER, refusal_of, said_of, status_of
from erp.web.bidding import ASK, desk_of, fields_of
from erp.web.door import caller_of, context_of, language_of, name_in
from erp.web.formats import again, money
from erp.web.forms import place
from erp.web.pages.entry import form_of
from erp.web.plots import Dot, Line, dots
from erp.web.reading import Reading
from erp.web.render import page
from erp.web.texts import Texts
from erp.web.writing import tell

ROWS = 50
NEWEST = Asked(sort="-id")
RUNNING = (TenderStatus.OPEN, TenderStatus.RANKING)
KINDS = (*TenderStatus, *BidStatus, *AuctionStatus, "over", "now", "not_begun")
SAYS = (
    "Sealing", "Reveal", "Review", "Ranking anew", "Award", "Ceiling", "Bids under the ceiling",
    auctioning.NO_PRICE, auctioning.TOO_HIGH,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BidWindow:
    """A window of a tender: its name in English, when it ends, and whether that was before or is ahead of now."""

    name: str
    begins: int | None
    ends: int | None  # None: a moment from which something may happen
    state: str  # over, now, not_begun


@dataclass(frozen=True, slots=True)
class Ranked:
    """A bid with its place by the numbers that are shown. None: it has none, or the numbers are not shown."""

    bid: BidView | InvitedBidView
    rank: int | None
    score: int | None
    counts: bool


@dataclass(frozen=True, slots=True)
class Replay:
    """The award as the numbers on the page give it, beside the one that was made."""

    leader: str | None
    amount_minor: int | None
    agrees: bool | None  # None: nothing was awarded yet


def list_page(request: Request) -> Response:
    """Tenders and auctions: those that run first, then the newest."""
    reading = Reading(context_of(request), caller_of(request))
    asked, now = request.query_params, reading.context.clock()
    after, later = (asked.get(name, "")[:MAX_KEY] for name in ("after", "auctions_after"))
    told: dict[str, Any]
    if reading.may("/tenders"):
        found = reading.read(
            "/tenders", tenders.list_tenders, reading.context, after=after, limit=ROWS, asked=NEWEST
        )
        open_ones = reading.read(
            "/auctions",
            auctions.list_auctions,
            reading.context,
            after=later,
            limit=ROWS,
            asked=NEWEST,
        )
        told = {"tenders": _running_first(found.items), "auctions": _running_first(open_ones.items),
                "next_after": found.next_after, "next_auction": open_ones.next_after}  # fmt: skip
    else:
        invited = reading.read(
            "/invitations", invitations.list_invitations, reading.context, reading.caller, after=_place(after), limit=ROWS
        )  # fmt: skip
        called = reading.read(
            "/auction-invitations", invitations.list_auction_invitations, reading.context, reading.caller,
            after=_place(later), limit=ROWS,
        )  # fmt: skip
        told = {"tenders": _running_first(invited.items), "auctions": _running_first(called.items),
                "next_after": invited.next_after, "next_auction": called.next_after}  # fmt: skip
    return page(
        request,
        "purchase/tenders.html",
        reading,
        now=now,
        again=again(now, _ends(told)),
        after=after,
        later=later,
        **told,
    )


def _ends(told: Mapping[str, Any]) -> Iterator[int]:
    """When the windows end that a list tells of."""
    for each in told["tenders"]:
        yield from (each.commit_end, each.reveal_end)
    for each in told["auctions"]:
        yield each.ends_at


def _running_first(found: Sequence[object]) -> list[object]:
    """Those that still run before the others; each in the order in which they were told."""
    return sorted(found, key=lambda each: getattr(each, "status", None) not in RUNNING)


def tender_page(request: Request) -> Response:
    """One tender: its terms, its windows, its bids, and its award worked out again."""
    return shown(request, Reading(context_of(request), caller_of(request)))


def shown(
    request: Request, reading: Reading, code: int = 200, refused: str | None = None
) -> Response:
    """The page of the tender that an address names, with what refused a form of it."""
    name, now = name_in(request, "tender"), reading.context.clock()
    tender: TenderView | InvitationView
    bids: Sequence[BidView | InvitedBidView]
    terms: dict[str, object] = {}
    if reading.may("/tenders/{tender}"):
        read = reading.read("/tenders/{tender}", tenders.read_tender, reading.context, name)
        tender, bids = read.tender, read.bids
        terms = reading.read(
            "/documents/{number}", documents.read_document, reading.context, read.tender.number
        ).fields
    else:
        told = reading.read(
            "/invitations/{tender}", invitations.read_invitation, reading.context, reading.caller, name
        )  # fmt: skip
        tender, bids = told.tender, told.bids
    say = Texts(language_of(request))
    ranked, shown_windows = ranking(tender, bids), windows(tender, now)
    return page(
        request, "purchase/tender.html", reading, code, tender=tender, ranked=ranked, terms=terms, now=now,
        windows=shown_windows, replay=replayed(tender, ranked), picture=_picture(tender, ranked, say),
        again=again(now, (each.ends for each in shown_windows)), invited=terms.get("invited_codes"),
        desk=desk_of(reading, tender, bids, now), refused=refused,
        own=next((each.bid for each in ranked if each.bid.supplier == reading.caller.party), None),
    )  # fmt: skip


async def hand_in(request: Request) -> Response:
    """A supplier asks for the act that brings its seal to the chain; the seal alone is told, and no price."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    reading = Reading(context_of(request), caller)
    fields = await run_in_threadpool(fields_of, reading, name_in(request, "tender"), form)
    made = await refusal_of(tell(reading.context, caller, ASK, fields, form.get("key", "")))
    if isinstance(made, dict):
        return RedirectResponse(f"/app/tenders/{name_in(request, 'tender')}#bid-desk", SEE_OTHER)
    said, code = said_of(request, made), status_of(made)
    return await run_in_threadpool(shown, request, reading, code, said)


def auction_page(request: Request) -> Response:
    """One open auction: its terms, how long it lasts, and the standing bids."""
    return shown_auction(request, Reading(context_of(request), caller_of(request)))


async def place_bid(request: Request) -> Response:
    """A supplier asks for the act that brings its bid to the chain."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    reading, name = Reading(context_of(request), caller), name_in(request, "auction")
    told = await run_in_threadpool(
        reading.read, "/auction-invitations/{auction}", invitations.read_auction_invitation, reading.context, caller, name
    )  # fmt: skip
    price = auctioning.asked(form)
    wrong = auctioning.wrong_with(told, price, Texts(language_of(request)))
    if wrong is not None:
        return await run_in_threadpool(shown_auction, request, reading, 422, wrong, form)
    fields = auctioning.fields_of(told, price)
    made = await refusal_of(tell(reading.context, caller, ASK, fields, form.get("key", "")))
    if isinstance(made, dict):
        return RedirectResponse(f"/app/auctions/{name}#bid-desk", SEE_OTHER)
    said, code = said_of(request, made), status_of(made)
    return await run_in_threadpool(shown_auction, request, reading, code, said, form)


def shown_auction(
    request: Request, reading: Reading, code: int = 200, refused: str | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page of the auction that an address names, with what refused a form of it."""
    name, now = name_in(request, "auction"), reading.context.clock()
    say = Texts(language_of(request))
    if reading.may("/auctions/{auction}"):
        read = reading.read("/auctions/{auction}", auctions.read_auction, reading.context, name)
        rows = [
            Dot(bid.supplier, bid.amount_minor, money(bid.amount_minor), bid.supplier == read.auction.leader)
            for bid in read.bids if bid.amount_minor is not None
        ]  # fmt: skip
        ceiling = read.auction.ceiling_minor
        limit = None if ceiling is None else Line(say("Ceiling"), ceiling, money(ceiling))
        return page(
            request, "purchase/auction.html", reading, code, auction=read.auction, bids=read.bids, own=None, now=now,
            again=again(now, [read.auction.ends_at]),
            picture=dots(rows, limit, say("Bids under the ceiling")) if rows else None, desk=None, refused=refused, typed={},
        )  # fmt: skip
    told = reading.read(
        "/auction-invitations/{auction}", invitations.read_auction_invitation, reading.context, reading.caller, name
    )  # fmt: skip
    return page(
        request, "purchase/auction.html", reading, code, auction=told.auction, bids=None, own=told.bid, now=now,
        again=again(now, [told.auction.ends_at]),
        picture=None, desk=auctioning.desk_of(reading, told, now), refused=refused, typed=typed or {},
    )  # fmt: skip


def windows(tender: TenderView | InvitationView, now: int) -> list[BidWindow]:
    """The windows of a tender in their order. The contract goes by the time of its chain."""
    review = tender.review_seconds
    found = [
        BidWindow("Sealing", None, tender.commit_end, _state(now, None, tender.commit_end)),
        BidWindow("Reveal", tender.commit_end, tender.reveal_end,
               _state(now, tender.commit_end, tender.reveal_end)),
    ]  # fmt: skip
    award = tender.reveal_end
    if review:
        award = tender.reveal_end + review
        found.append(
            BidWindow("Review", tender.reveal_end, award, _state(now, tender.reveal_end, award))
        )
        if tender.status == TenderStatus.RANKING:
            found.append(
                BidWindow("Ranking anew", award, award + review, _state(now, award, award + review))
            )
            award += review
    over = tender.status not in RUNNING
    found.append(BidWindow("Award", award, None, "over" if over else _state(now, award, None)))
    return found


def _state(now: int, begins: int | None, ends: int | None) -> str:
    if begins is not None and now < begins:
        return "not_begun"
    return "now" if ends is None or now < ends else "over"


def ranking(
    tender: TenderView | InvitationView, bids: Sequence[BidView | InvitedBidView]
) -> list[Ranked]:
    """The bids in the order in which they would win, by the numbers that are shown; those without a place behind.

    None has a place while its reader is shown its own bid alone.
    """
    hidden = isinstance(tender, InvitationView) and tender.revealed is None
    rule = None if hidden else _rule(tender)
    found = []
    for bid in bids:
        counts = bid.status == BidStatus.REVEALED and bid.within_ceiling is True
        told = _scored(bid) if counts and rule is not None else None
        score = None if told is None or rule is None else scoring.score(told, rule)
        found.append((bid, counts, told, score))
    placed = sorted(
        (told for _, _, told, _ in found if told is not None),
        key=lambda told: scoring.place(told, rule or Weighing()),
    )
    rank = {told.supplier: number for number, told in enumerate(placed, 1)}
    ranked = [
        Ranked(bid, rank.get(bid.supplier) if told else None, score, counts)
        for bid, counts, told, score in found
    ]
    return sorted(ranked, key=lambda each: (each.rank is None, each.rank or each.bid.bid_index))


def replayed(tender: TenderView | InvitationView, ranked: Sequence[Ranked]) -> Replay | None:
    """Who wins by the shown numbers and at what amount; None while they are not shown, or nothing was opened."""
    rule, ceiling = _rule(tender), tender.ceiling_minor
    held = [told for each in ranked if each.rank is not None and (told := _scored(each.bid))]
    if rule is None or ceiling is None or not held:
        return None
    best = sorted(held, key=lambda told: scoring.place(told, rule))
    rank = Rank(
        best[0].supplier, best[1].supplier if tender.second_price and len(best) > 1 else None
    )
    price = scoring.price(rank, held, rule, ceiling, second_price=tender.second_price)
    if tender.status != TenderStatus.AWARDED:
        return Replay(rank.leader, price, None)
    same = (rank.leader, price) == (tender.supplier, tender.amount_minor)
    return Replay(rank.leader, price, same)


def _rule(tender: TenderView | InvitationView) -> Weighing | None:
    """How the tender weighs time and credit; None where that is not shown."""
    if tender.day_value_minor is None:
        return None
    return Weighing(tender.day_value_minor, tender.credit_weight_bps)


def _scored(bid: BidView | InvitedBidView) -> Bid | None:
    if bid.amount_minor is None or bid.offered_days is None:
        return None
    return Bid(bid.supplier, bid.amount_minor, bid.credit_bps, bid.bid_index, bid.offered_days)


def _picture(
    tender: TenderView | InvitationView, ranked: Sequence[Ranked], say: Texts
) -> str | None:
    """The opened bids as dots under the ceiling; None while there is none to be shown."""
    rows = [
        Dot(each.bid.supplier, each.bid.amount_minor, money(each.bid.amount_minor),
            strong=each.rank == 1, struck=not each.counts)
        for each in ranked if each.bid.amount_minor is not None
    ]  # fmt: skip
    if not rows or tender.ceiling_minor is None:
        return None
    ceiling = Line(say("Ceiling"), tender.ceiling_minor, money(tender.ceiling_minor))
    return dots(rows, ceiling, say("Bids under the ceiling"))


def _place(text: str) -> int:
    """Raises UnreadableQuery."""
    found = place(text or "0")
    if found is None:
        raise UnreadableQuery("`after` is the number that the link to the next page names")
    return found


ROUTES = (
    Route("/tenders", list_page, methods=["GET"]),
    Route("/tenders/{tender}", tender_page, methods=["GET"]),
    Route("/tenders/{tender}/bid", tender_page, methods=["GET"]),
    Route("/tenders/{tender}/bid", hand_in, methods=["POST"]),
    Route("/auctions/{auction}", auction_page, methods=["GET"]),
    Route("/auctions/{auction}/bid", auction_page, methods=["GET"]),
    Route("/auctions/{auction}/bid", place_bid, methods=["POST"]),
)
