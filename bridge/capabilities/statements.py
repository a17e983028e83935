"""Statements that people sign (EIP-712): what each says, and how the keeper brings it to the chain (签名声明)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from bridge.capabilities.act import Act, Chain, InAbi, Statement, flat
from bridge.capabilities.acts import NO_DATA, act, bet_terms, on_chain
from bridge.capabilities.bet_changes import (
    change_papers_of,
    changed_pledge,
    changed_proof,
    expect_on_change,
)
from bridge.capabilities.bet_papers import (
    agreed_pledge,
    agreed_proof,
    bet_papers_of,
    expect_on_terms,
)
from bridge.capabilities.model import ZERO_ACCOUNT, Asks, CallContext
from bridge.events import generated as e
from bridge.events.base import Event, snake
from bridge.intents import KEEPER, Call
from bridge.ports.port import Document

TYPED_DATA = "typed_data"
PLEDGE = InAbi("BetContracts", "signBet", "signed.terms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought(Asks):
    """A signed statement that the keeper brings to the chain, once all who must have signed it."""

    is_told: bool = True

    def calls(self, document: Document, context: CallContext) -> tuple[Call, ...]:
        """The keeper's call; none for an answer to something else, or while the other side has not signed."""
        return Asks.calls(self, flat(document), context)

    def published_in(self, document: Document) -> tuple[type[Event], str] | None:
        """Class and aggregate of the event whose values the call brings along."""
        return Asks.published_in(self, flat(document)) if self.is_asked(document) else None


def _fields(document: Document) -> Mapping[str, Any]:
    found: Mapping[str, Any] = document.fields["fields"]
    return found


def _struct(document: Document) -> dict[str, Any]:
    """The act's fields as the struct of the contract has them."""
    return {**on_chain("", dict(_fields(document)))}


# ---- bets 对赌契约 -----------------------------------------------------------------------------------


def bet_signature(document: Document, context: CallContext) -> Statement:
    """What a party signs under a bet: the bet's terms as they were published, and its own pledge."""
    return _bet_signature(document, context, _fields(document)["pledge"])


def bet_terms_signature(document: Document, context: CallContext) -> Statement:
    """The same, with the pledge that stands in the terms of the bet. Raises NotAsApproved."""
    expect_on_terms(document, context, cast(e.BetProposed, context.published).terms_ref)
    return _bet_signature(document, context, agreed_pledge(document, context))


def _bet_signature(
    document: Document, context: CallContext, pledge: Mapping[str, Any]
) -> Statement:
    proposed = cast(e.BetProposed, context.published)
    found = _fields(document)
    return Statement(
        "BetContracts",
        "2",
        found["bet_id"],
        "BetSignature",
        (
            ("betId", "uint256"),
            ("sponsor", "address"),
            ("terms", InAbi("BetContracts", "proposeBet", "terms")),
            ("pledge", PLEDGE),
            ("deadline", "uint40"),
        ),
        {
            "betId": found["bet_id"],
            "sponsor": proposed.sponsor,
            "terms": bet_terms(context),
            "pledge": on_chain("pledge", pledge),
            "deadline": document.fields["good_until"],
        },
    )


def _signed_pledge(
    document: Document, pledge: Mapping[str, Any], proof: Sequence[str]
) -> dict[str, Any]:
    """A pledge with its signature, or without one as long as its party has not answered."""
    return {
        "terms": on_chain("pledge", pledge),
        "proof": proof,
        "deadline": document.fields["good_until"],
        "signature": document.fields.get("answer", NO_DATA),
    }


def _named_pledge(document: Document) -> dict[str, Any]:
    """The same, of the pledge that the act names itself."""
    found = _fields(document)
    return _signed_pledge(document, found["pledge"], found["proof"])


def sign_bet(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of BetContracts.signBet: a party's pledge with its signature."""
    return _fields(document)["bet_id"], _named_pledge(document)


def sign_bet_terms(document: Document, context: CallContext) -> tuple[Any, ...]:
    """The same, with the pledge that stands in the terms of the bet, and its proof. Raises NotAsApproved."""
    pledge, proof = agreed_pledge(document, context), agreed_proof(document, context)
    return _fields(document)["bet_id"], _signed_pledge(document, pledge, proof)


def amendment_signature(document: Document, context: CallContext) -> Statement:
    """What a party signs under an amendment of a bet: the change as it was published, and its own pledge from then on."""
    return _amendment_signature(document, context, _fields(document)["pledge"])


def change_signature(document: Document, context: CallContext) -> Statement:
    """The same, with the pledge that stands in the change that all approved. Raises NotAsApproved."""
    published = cast(e.BetAmendmentProposed, context.published)
    expect_on_change(document, context, published.terms_ref)
    return _amendment_signature(document, context, changed_pledge(document, context))


def _amendment_signature(
    document: Document, context: CallContext, pledge: Mapping[str, Any]
) -> Statement:
    found = _fields(document)
    change = InAbi("BetAmendments", "proposeAmendment", "change")
    return Statement(
        "BetContracts",
        "2",
        found["bet_id"],
        "AmendmentSignature",
        (
            ("betId", "uint256"),
            ("amendmentId", "uint256"),
            ("change", change),
            ("pledge", PLEDGE),
            ("deadline", "uint40"),
        ),
        {
            "betId": found["bet_id"],
            "amendmentId": found["amendment_id"],
            "change": {name: getattr(context.published, snake(name)) for name in CHANGE_TERMS},
            "pledge": on_chain("pledge", pledge),
            "deadline": document.fields["good_until"],
        },
    )


CHANGE_TERMS = (
    "partiesRoot", "termsRef", "leaver", "newcomer", "start", "periods", "fromPeriod", "signBy",
)  # fmt: skip


def sign_amendment(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of BetAmendments.signAmendment: a party's pledge under an amendment, with its signature."""
    found = _fields(document)
    bets = context.address("BetContracts", found["bet_id"])
    return bets, found["bet_id"], found["amendment_id"], _named_pledge(document)


def sign_bet_change(document: Document, context: CallContext) -> tuple[Any, ...]:
    """The same, with the pledge that stands in the change, and its proof. Raises NotAsApproved."""
    found = _fields(document)
    bets = context.address("BetContracts", found["bet_id"])
    pledge, proof = changed_pledge(document, context), changed_proof(document, context)
    place = (bets, found["bet_id"], found["amendment_id"])
    return *place, _signed_pledge(document, pledge, proof)


def of_amendment(event: Event, document: Document) -> bool:
    """Says of a proposal whether it is the amendment that the act names."""
    proposed = cast(e.BetAmendmentProposed, event)
    return bool(proposed.amendment_id == _fields(document)["amendment_id"])


def not_its_pledge(document: Document, context: CallContext, chain: Chain) -> str | None:
    """A party signs its own pledge alone."""
    pledged, account = _fields(document)["pledge"]["account"], document.fields["account"]
    return None if pledged == account else f"the pledge is that of {pledged}, not of {account}"


def end_signature(document: Document, context: CallContext) -> Statement:
    """What sponsor and parties sign to end a bet early."""
    found = _fields(document)
    return Statement(
        "BetContracts",
        "2",
        found["bet_id"],
        "EndSignature",
        (("betId", "uint256"), ("round", "uint32"), ("account", "address"), ("deadline", "uint40")),
        {
            "betId": found["bet_id"],
            "round": found["round"],
            "account": document.fields["account"],
            "deadline": document.fields["good_until"],
        },
    )


def end_bet(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of BetAmendments.endByConsent: the bet, who agrees, until when, and its signature."""
    bet_id = _fields(document)["bet_id"]
    bets = context.address("BetContracts", bet_id)
    account, deadline = document.fields["account"], document.fields["good_until"]
    return bets, bet_id, account, deadline, document.fields.get("answer", NO_DATA)


def not_its_bet(document: Document, context: CallContext, chain: Chain) -> str | None:
    """A bet is ended by its sponsor and its parties, who left among them, and in the round that collects signatures now."""
    found, account = _fields(document), document.fields["account"]
    bet_id, bets = found["bet_id"], context.address("BetContracts", found["bet_id"])
    if account != cast(e.BetProposed, context.published).sponsor:
        (is_party,) = chain.view("BetContracts", "isParty", bet_id, account)
        if not is_party:
            return f"{account} is neither sponsor nor party of bet {bet_id}"
    (collecting,) = chain.view("BetAmendments", "endRoundOf", bets, bet_id, number=bet_id)
    if found["round"] != collecting:
        return f"signatures under the end of bet {bet_id} are collected in round {collecting}, not {found['round']}"
    return None


# ---- orders 订单 ------------------------------------------------------------------------------------


def order_amendment(document: Document, context: CallContext) -> Statement:
    """What buyer and supplier sign to change an order."""
    return Statement(
        "PurchaseOrders",
        "1",
        _fields(document)["order_id"],
        "OrderAmendment",
        InAbi("PurchaseOrders", "amend", "amendment"),
        _struct(document),
    )


def amend_order(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of PurchaseOrders.amend: the change, and the signatures of buyer and supplier."""
    buyer = cast(e.PurchaseOrderOpened, context.published).buyer
    return _struct(document), *_signatures(document, buyer)


def no_side_of_order(document: Document, context: CallContext, chain: Chain) -> str | None:
    """An order is changed by its buyer and its supplier, and from how it stands."""
    opened, found = cast(e.PurchaseOrderOpened, context.published), _fields(document)
    account, order_id = document.fields["account"], found["order_id"]
    if account not in {opened.buyer, opened.supplier}:
        return f"{account} is neither buyer nor supplier of order {order_id}"
    following = chain.record("PurchaseOrders", "order", (order_id,))["revision"] + 1
    if found["revision"] != following:
        return f"the next revision of order {order_id} is {following}, not {found['revision']}"
    return None


def direct_order(document: Document, context: CallContext) -> Statement:
    """What buyer and supplier sign to open an order without a tender."""
    return Statement(
        "DirectOrders",
        "1",
        None,
        "DirectOrder",
        InAbi("DirectOrders", "openDirect", "direct"),
        _struct(document),
    )


def open_direct(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of DirectOrders.openDirect: the purchase, and the signatures of buyer and supplier."""
    return _struct(document), *_signatures(document, _fields(document)["buyer"])


def no_side_of_purchase(document: Document, context: CallContext, chain: Chain) -> str | None:
    """A purchase is signed by the two that it names."""
    found, account = _fields(document), document.fields["account"]
    if account in {found["buyer"], found["supplier"]}:
        return None
    return f"{account} is neither buyer nor supplier of this purchase"


def withdraw_direct(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Argument of DirectOrders.withdrawSignature: the digest of the purchase."""
    return (_fields(document)["digest"],)


def not_its_purchase(document: Document, context: CallContext, chain: Chain) -> str | None:
    """A signature is taken back by one that a purchase names, and by the digest of that purchase."""
    objection = no_side_of_purchase(document, context, chain)
    if objection is not None:
        return objection
    purchase = _struct(document)
    told = purchase.pop("digest")
    (digest,) = chain.view("DirectOrders", "directOrderDigest", purchase)
    own = "0x" + bytes(digest).hex()
    return None if told == own else f"the digest of this purchase is {own}, not {told}"


def _signatures(document: Document, buyer: str) -> tuple[str, str]:
    """The buyer's and the supplier's; empty as long as they are not there."""
    own = document.fields.get("answer", NO_DATA)
    other = document.fields.get("other_answer") or NO_DATA
    return (own, other) if document.fields["account"] == buyer else (other, own)


# ---- claims 应收账款 ----------------------------------------------------------------------------------


def claim_offer(document: Document, context: CallContext) -> Statement:
    """What the holder of a claim signs for a financier to buy it."""
    return Statement(
        "Receivables",
        "1",
        None,
        "SignedOffer",
        InAbi("Receivables", "buySigned", "signedOffer"),
        _struct(document) | {"seller": document.fields["account"]},
    )


def offered_claim(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of Receivables.buySigned without a signature: a financier makes this call, in an act of its own."""
    return _struct(document) | {"seller": document.fields["account"]}, NO_DATA


def not_its_claim(document: Document, context: CallContext, chain: Chain) -> str | None:
    """Its holder offers a claim, whole and as it stands."""
    found, account = _fields(document), document.fields["account"]
    claim = chain.record("Receivables", "claim", (found["claim_id"],))
    if claim["holder"] != account:
        return f"claim {found['claim_id']} is not held by {account}"
    stands = (claim["amount"], claim["revision"])
    if stands != (found["amount_minor"], found["revision"]):
        return (
            f"claim {found['claim_id']} stands at {stands[0]} minor units in revision {stands[1]}"
        )
    return None


def buy_signed(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of Receivables.buySigned: the holder's offer with its signature."""
    offer = _struct(document)
    return offer, offer.pop("signature")


def not_offered_to_it(document: Document, context: CallContext, chain: Chain) -> str | None:
    """Only the financier that an offer names takes it, or any when it names none."""
    named, account = _fields(document)["financier"], document.fields["account"]
    return None if named in {account, ZERO_ACCOUNT} else f"it is offered to {named} alone"


# ---- all of them ------------------------------------------------------------------------------------

SIGN_BET = act(
    "sign_bet",
    "BetContracts",
    "signBet",
    sign_bet,
    signer=KEEPER,
    published=e.BetProposed,
    statement=bet_signature,
    objects=not_its_pledge,
)
SIGN_BET_TERMS = act(
    "sign_bet_terms",
    "BetContracts",
    "signBet",
    sign_bet_terms,
    signer=KEEPER,
    published=e.BetProposed,
    statement=bet_terms_signature,
    refers_to=bet_papers_of,
)
SIGN_AMENDMENT = act(
    "sign_amendment",
    "BetAmendments",
    "signAmendment",
    sign_amendment,
    number=1,
    signer=KEEPER,
    published=e.BetAmendmentProposed,
    published_at=1,
    picks=of_amendment,
    statement=amendment_signature,
    objects=not_its_pledge,
)
SIGN_BET_CHANGE = act(
    "sign_bet_change",
    "BetAmendments",
    "signAmendment",
    sign_bet_change,
    number=1,
    signer=KEEPER,
    published=e.BetAmendmentProposed,
    published_at=1,
    picks=of_amendment,
    statement=change_signature,
    refers_to=change_papers_of,
)
END_BET = act(
    "end_bet",
    "BetAmendments",
    "endByConsent",
    end_bet,
    number=1,
    signer=KEEPER,
    published=e.BetProposed,
    published_by="BetContracts",
    statement=end_signature,
    objects=not_its_bet,
)
AMEND_ORDER = act(
    "amend_order",
    "PurchaseOrders",
    "amend",
    amend_order,
    number=(0, "orderId"),
    signer=KEEPER,
    published=e.PurchaseOrderOpened,
    statement=order_amendment,
    two_sided=True,
    objects=no_side_of_order,
)
DIRECT_ORDER = act(
    "direct_order",
    "DirectOrders",
    "openDirect",
    open_direct,
    number=None,
    signer=KEEPER,
    statement=direct_order,
    two_sided=True,
    objects=no_side_of_purchase,
)
WITHDRAW_DIRECT = act(
    "withdraw_direct_signature",
    "DirectOrders",
    "withdrawSignature",
    withdraw_direct,
    number=None,
    leaves_event=False,
    objects=not_its_purchase,
)
OFFER_CLAIM = act(
    "offer_claim_signed",
    "Receivables",
    "buySigned",
    offered_claim,
    number=None,
    statement=claim_offer,
    is_brought=False,
    objects=not_its_claim,
)
BUY_CLAIM = act(
    "buy_signed_claim",
    "Receivables",
    "buySigned",
    buy_signed,
    number=None,
    objects=not_offered_to_it,
)
STATEMENTS: tuple[Act, ...] = (
    SIGN_BET,
    SIGN_BET_TERMS,
    SIGN_AMENDMENT,
    SIGN_BET_CHANGE,
    END_BET,
    AMEND_ORDER,
    DIRECT_ORDER,
    OFFER_CLAIM,
)
BESIDE_STATEMENTS: tuple[Act, ...] = (BUY_CLAIM, WITHDRAW_DIRECT)  # transactions about them


def _is_signed(found: Act) -> Callable[[Document], bool]:
    def is_signed(document: Document) -> bool:
        """True for a signature under this statement, with the other side's where two sign it."""
        fields = document.fields
        if (fields["act"], fields["kind"]) != (found.what, TYPED_DATA):
            return False
        return fields["other_answer"] is not None or not found.two_sided

    return is_signed


def _brought(found: Act, *moot_on: str) -> Brought:
    return Brought(
        contract=found.contract,
        function=found.function,
        number=found.number,
        args=found.args,
        aggregate="act:{request}",
        what=found.what,
        signer=KEEPER,
        published=found.published,
        picks=found.picks,
        refers_to=found.refers_to,
        when=_is_signed(found),
        moot_on=frozenset(moot_on),
    )


BROUGHT: tuple[Brought, ...] = (
    _brought(SIGN_BET, "BetContracts_AlreadySigned"),
    _brought(SIGN_BET_TERMS, "BetContracts_AlreadySigned"),
    _brought(SIGN_AMENDMENT, "BetAmendments_AlreadySigned"),
    _brought(SIGN_BET_CHANGE, "BetAmendments_AlreadySigned"),
    _brought(END_BET, "BetAmendments_EndedBefore"),
    _brought(AMEND_ORDER),
    _brought(DIRECT_ORDER),
)
