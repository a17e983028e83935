"""Tenders: sealed bids, screened suppliers, bonds and awards (竞价采购)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, cast

from bridge.capabilities.model import (
    Amounts,
    Asks,
    CallContext,
    Capability,
    Contract,
    Entries,
    Equation,
    EventContext,
    Money,
    Reported,
    books,
    find_number,
)
from bridge.capabilities.terms import ORDER_TERMS
from bridge.commitments.documents import document_root
from bridge.events import generated as e
from bridge.events.base import Logged, snake
from bridge.intents import KEEPER
from bridge.ports.port import Document
from bridge.ports.vocabulary import AccountRole
from bridge.ports.vocabulary import tenders as v

SECOND_PRICE = 1  # ITenders.Pricing

# Members of ITenders.TenderTerms; the event carries them and the order's terms flattened.
TENDER_TERMS = (
    "buyer", "requisitionRef", "invitedRoot", "quantity", "ceiling", "bond", "commitSeconds", "revealSeconds",
    "reviewSeconds", "minCreditBps", "pricing", "dayValue", "maxDays", "creditWeightBps",
)  # fmt: skip


def terms_of(opened: e.TenderOpened) -> dict[str, Any]:
    """The terms published with a tender, as every later call must bring them along: the contract holds only their hash."""
    terms: dict[str, Any] = {name: getattr(opened, snake(name)) for name in TENDER_TERMS}
    return terms | {"order": {name: getattr(opened, snake(name)) for name in ORDER_TERMS}}


def _published(context: CallContext) -> dict[str, Any]:
    return terms_of(cast(e.TenderOpened, context.published))


# ---- calls -----------------------------------------------------------------------------------------


def award_tender(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of Tenders.award: the tender and its published terms. Due when the reveal window has ended."""
    return document.fields["tender_id"], _published(context)


def forfeit_bond(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of Tenders.forfeitBond: gives the bond of a bid that was never revealed to the buyer."""
    return document.fields["tender_id"], _published(context), document.fields["supplier"]


def has_bond(document: Document) -> bool:
    """False for a bid without a bond: there is nothing to forfeit."""
    return bool(document.fields["bond_minor"] != 0)


def strike_bid(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of Tenders.disqualifyBid: the bid, and the commitment of the document that gives the reason."""
    f = document.fields
    return f["tender_id"], _published(context), f["supplier_account"], _ref(document)


def rank_bid(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of Tenders.rankBid, for one of the bids that stand after one of rank was struck."""
    return document.fields["tender_id"], _published(context), context.item


def bids_to_rank(document: Document) -> Sequence[str]:
    """The bidders whose bids are ranked anew; none when no bid of rank was struck."""
    return [str(account) for account in document.fields["to_rank"]]


def second_price(logged: Logged, context: EventContext) -> bool:
    """Whether the winner is paid what would still have matched the next best."""
    return cast(e.TenderOpened, logged.event).pricing == SECOND_PRICE


def score(logged: Logged, context: EventContext) -> str:
    """A bid's score as decimal text: it may be beyond what JSON numbers hold."""
    return str(cast(e.BidRevealed, logged.event).score)


def _ref(document: Document) -> str:
    return "0x" + document_root(document).hex()


# ---- money -----------------------------------------------------------------------------------------


class Measure(StrEnum):
    """Bonds of one tender, minor units, as one side says them."""

    STAKED = "staked"
    RETURNED = "returned"
    FORFEITED = "forfeited"
    LEDGER_STAKED = "ledger_staked"
    LEDGER_RETURNED = "ledger_returned"
    LEDGER_FORFEITED = "ledger_forfeited"


def staked(entries: Entries) -> Amounts:
    """What a bid brought into the account of bonds."""
    return {Measure.LEDGER_STAKED: entries.debit(AccountRole.STAKE)}


def returned(entries: Entries) -> Amounts:
    """What came back to the bidder."""
    return {Measure.LEDGER_RETURNED: entries.credit(AccountRole.STAKE)}


def forfeited(entries: Entries) -> Amounts:
    """What went to the buyer."""
    return {Measure.LEDGER_FORFEITED: entries.credit(AccountRole.STAKE)}


def _moved(chain: Measure, ledger: Measure) -> Equation:
    """Both sides say the same of one movement."""
    told = f"bonds {chain} on chain {{left}}, in the ledger {{right}} minor units"
    return Equation((chain,), (ledger,), told)


STRIKES_NO_MORE = (e.TenderAwarded, e.TenderVoided, e.BidDisqualified)

MONEY = Money(
    rule="per tender: bonds staked, returned and forfeited on chain = in the ledger",
    aggregate="tender:{tender_id}",
    told={
        e.BidCommitted: {Measure.STAKED: "bond"},
        e.BidRevealed: {Measure.RETURNED: "bond_returned"},
        e.BondForfeited: {Measure.FORFEITED: "bond"},
    },
    kept={"bid": staked, "quotation": returned, "bond_forfeit": forfeited},
    equations=(
        _moved(Measure.STAKED, Measure.LEDGER_STAKED),
        _moved(Measure.RETURNED, Measure.LEDGER_RETURNED),
        _moved(Measure.FORFEITED, Measure.LEDGER_FORFEITED),
    ),
)
OVER = frozenset({"Tenders_AlreadySettled"})

TENDERS = Capability(
    "tenders",
    (
        Contract(
            "Tenders",
            events={
                "TenderOpened": books(
                    v.RecordTender,
                    requisition=find_number("requisition_ref"),
                    ceiling_minor="ceiling",
                    bond_minor="bond",
                    second_price=second_price,
                    day_value_minor="day_value",
                ),
                "BidCommitted": books(v.RecordBid, bond_minor="bond"),
                "BidRevealed": books(
                    v.RecordQuotation,
                    amount_minor="amount",
                    bond_returned_minor="bond_returned",
                    score=score,
                ),
                "BidDisqualified": books(
                    v.RecordBidDisqualification, strike=find_number("reason_ref")
                ),
                "BidRanked": books(v.RecordBidRanking),
                "BondForfeited": books(v.RecordBondForfeit, bond_minor="bond"),
                "TenderAwarded": books(v.RecordAward, amount_minor="amount"),
                "TenderVoided": books(
                    v.RecordTenderVoid, requisition=find_number("requisition_ref")
                ),
            },
            silent={
                "LotsOpened": "each lot is a tender with its own opening",
            },
            holds_money=True,
            custody=AccountRole.STAKE,
        ),
    ),
    calls={
        "tender": Asks(
            contract="Tenders",
            function="award",
            lasts=True,
            args=award_tender,
            aggregate="tender:{tender_id}",
            signer=KEEPER,
            due="review_end",
            moot_on=OVER,
            later_by={"Tenders_AwardNotOpen": 2},
            published=e.TenderOpened,
        ),
        "bid": Asks(
            contract="Tenders",
            function="forfeitBond",
            lasts=True,
            args=forfeit_bond,
            aggregate="bond:{tender_id}:{supplier}",
            signer=KEEPER,
            due="reveal_end",
            when=has_bond,
            moot_on=frozenset({"Tenders_AlreadyRevealed", "Tenders_BondNotHeld"}),
            published=e.TenderOpened,
        ),
        "bid_strike": Asks(
            contract="Tenders",
            function="disqualifyBid",
            lasts=True,
            args=strike_bid,
            aggregate="strike:{tender_id}:{supplier_account}",
            signer="buyer_account",
            due="reveal_end",
            moot_on=frozenset({"Tenders_AlreadyDisqualified", "Tenders_ReviewClosed"}),
            published=e.TenderOpened,
            # too late, or after a strike by hand: then what became of the tender stands for it
            reported=Reported(e.BidDisqualified, "reason_ref", STRIKES_NO_MORE, ("tender_id",)),
        ),
        "bid_disqualification": Asks(
            contract="Tenders",
            function="rankBid",
            args=rank_bid,
            aggregate="rank:{tender_id}:{supplier}:{place}",
            each=bids_to_rank,
            signer=KEEPER,
            due="review_end",
            moot_on=frozenset(
                {"Tenders_AlreadyDisqualified", "Tenders_NotRanking", "Tenders_RankingClosed"}
            ),
            published=e.TenderOpened,
        ),
    },
    money=MONEY,
)
