"""Acts of people, signed by their own keys: what each is on chain (签署箱). Here those that are transactions.

The bridge signs none of them: it says what is to be signed, checks the answer, and sends it on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from bridge.capabilities import auctions, tenders
from bridge.capabilities.act import Act
from bridge.capabilities.bet_changes import (
    added_to_pool,
    change_of,
    change_papers_of,
    proposed_change,
    top_up_of,
    top_up_papers_of,
)
from bridge.capabilities.bet_papers import bet_papers_of, bet_terms_of, proposed_terms
from bridge.capabilities.drawings import DRAWINGS
from bridge.capabilities.model import ZERO_ACCOUNT, CallContext, Ended, TakenBack
from bridge.capabilities.papers import (
    group_terms,
    papers_of,
    plan_hash,
    plan_ref,
    plan_salt,
    proposal_of,
)
from bridge.events import generated as e
from bridge.events.base import snake
from bridge.ports.port import Document

MONEY_SUFFIX = "_minor"
NO_DATA = "0x"
LONG_IDS = frozenset(
    {"id", "token_id", "ids"}
)  # told as text, since JSON tools lose digits of them

# act -> contract, function, and the act's fields in the order of the function's arguments; `-` is empty data, `@bet_id` the
# address of the bets that have that number.
FUNCTIONS: Mapping[str, tuple[str, str, str]] = {
    "add_role": ("ChainGroups", "addRole", "group_id terms"),
    "select_candidate": ("ChainGroups", "selectCandidate", "group_id role_id node"),
    "reject_candidate": ("ChainGroups", "rejectCandidate", "group_id role_id node"),
    "bind_bet": ("ChainGroups", "bindBet", "group_id bet_id"),
    "reopen_role": ("ChainGroups", "reopenRole", "group_id role_id"),
    "resign_role": ("ChainGroups", "resignRole", "group_id role_id"),
    "consent_to_end": ("ChainGroups", "consentToEnd", "group_id role_id consents"),
    "commit_ratings": ("PeerRatings", "commitRatings", "group_id commitment"),
    "reveal_ratings": ("PeerRatings", "revealRatings", "group_id ratings salt"),
    "top_up_pool": ("BetContracts", "topUpPool", "bet_id amount_minor"),
    "dispute_bet": ("BetContracts", "dispute", "bet_id subject period reason_ref"),
    "withdraw_bet_dispute": ("BetContracts", "withdrawDispute", "bet_id subject period"),
    "rule_performance": ("BetContracts", "rule", "bet_id subject period values pledge ruling_ref"),
    "grant_leave": ("BetAmendments", "grantLeave", "@bet_id bet_id amendment_id reason_ref"),
    "fund_order": ("PurchaseOrders", "fund", "order_id deposit_minor"),
    "ship": ("PurchaseOrders", "ship", "order_id delivery_id quantity despatch_ref"),
    "claim_delivery": ("PurchaseOrders", "claim", "order_id delivery_id"),
    "cancel_part": ("PurchaseOrders", "cancelPart", "order_id quantity"),
    "grant_discount": ("PurchaseOrders", "grantDiscount", "order_id delivery_id net_minor grant_ref"),
    "dispute_delivery": ("PurchaseOrders", "disputeDelivery", "order_id delivery_id reason_ref"),
    "withdraw_delivery_dispute": ("PurchaseOrders", "withdrawDispute", "order_id delivery_id"),
    "pledge_guarantee": ("Guarantees", "pledge", "order_id amount_minor warranty_seconds"),
    "dispute_defect": ("Guarantees", "disputeDefect", "order_id delivery_id reason_ref"),
    "withdraw_defect_dispute": ("Guarantees", "withdrawDefectDispute", "order_id delivery_id"),
    "split_claim": ("Receivables", "split", "claim_id part_minor"),
    "transfer_claim": ("Receivables", "transfer", "claim_id to"),
    "offer_claim": ("Receivables", "offer", "claim_id financier price_minor expires_at"),
    "withdraw_claim_offer": ("Receivables", "withdrawOffer", "claim_id"),
    "buy_claim": ("Receivables", "buy", "claim_id expected_amount_minor expected_price_minor"),
    "register_device": ("CapacityTokens", "registerDevice", "terms"),
    "name_attester": ("CapacityTokens", "nameAttester", "device_id attester_post"),
    "open_sale": ("CapacityMarket", "openSale", "terms"),
    "close_sale": ("CapacityMarket", "closeSale", "sale_id"),
    "buy_capacity": ("CapacityMarket", "buy", "sale_id quantity max_price_minor"),
    "redeem_capacity": ("CapacityMarket", "redeem", "token_id quantity production_order_ref"),
    "dispute_run": ("CapacityMarket", "disputeRun", "redemption_id reason_ref"),
    "withdraw_run_dispute": ("CapacityMarket", "withdrawRunDispute", "redemption_id"),
    "acknowledge_run": ("CapacityMarket", "acknowledge", "redemption_id"),
    "concede_run": ("CapacityMarket", "concede", "redemption_id"),
    "transfer_capacity": ("CapacityTokens", "safeTransferFrom", "from to id value -"),
    "transfer_capacities": ("CapacityTokens", "safeBatchTransferFrom", "from to ids values -"),
    "let_transfer_capacity": ("CapacityTokens", "setApprovalForAll", "operator may"),
    "approve": ("SettlementToken", "approve", "spender value_minor"),
    "transfer_tokens": ("SettlementToken", "transfer", "to value_minor"),
    "redeem_tokens": ("SettlementToken", "redeem", "amount_minor bank_ref"),
    "dispute_force_majeure": ("ForceMajeure", "dispute", "declaration_id reason_ref"),
    "withdraw_force_majeure_dispute": ("ForceMajeure", "withdrawDispute", "declaration_id"),
    "rule_delivery": ("PurchaseOrders", "ruleDelivery", "order_id delivery_id received accepted received_at ruling_ref"),
    "rule_defect": ("Guarantees", "ruleDefect", "order_id delivery_id quantity ruling_ref"),
    "rule_run": ("CapacityMarket", "rule", "redemption_id ran ruling_ref"),
    "rule_force_majeure": ("ForceMajeure", "rule", "declaration_id from_day count ruling_ref"),
}  # fmt: skip
# Its event is not read, so its receipt cannot be witnessed.
SILENT = frozenset({"approve"})
# Of these the first argument is no number that a contract of some edition gave.
UNNUMBERED = frozenset(
    {"redeem_capacity", "transfer_capacity", "transfer_capacities", "let_transfer_capacity"}
)
BETS = "@bet_id"


def on_chain(name: str, value: Any) -> Any:
    """A field of an act as the contracts spell it: members of structs by their names there, long ids as numbers."""
    if name in LONG_IDS:
        return [int(each) for each in value] if isinstance(value, list) else int(value)
    if isinstance(value, dict):
        return {_camel(key): on_chain(key, inner) for key, inner in value.items()}
    return [on_chain("", inner) for inner in value] if isinstance(value, list) else value


def _camel(name: str) -> str:
    first, *others = name.removesuffix(MONEY_SUFFIX).split("_")
    return first + "".join(part.capitalize() for part in others)


def is_act(act: str) -> Callable[[Document], bool]:
    """A function that says whether a document is about this act."""
    return lambda document: bool(document.fields["act"] == act)


def _arguments(names: str) -> Callable[[Document, CallContext], tuple[Any, ...]]:
    def arguments(document: Document, context: CallContext) -> tuple[Any, ...]:
        """The act's fields in the order of the function's arguments."""
        return tuple(_argument(name, document, context) for name in names.split())

    return arguments


def _argument(name: str, document: Document, context: CallContext) -> Any:
    found = document.fields["fields"]
    if name == BETS:
        return context.address("BetContracts", found["bet_id"])
    return NO_DATA if name == "-" else on_chain(name, found[name])


def _act(name: str, contract: str, function: str, names: str) -> Act:
    return act(
        name,
        contract,
        function,
        _arguments(names),
        number=None if name in UNNUMBERED else int(names.startswith(BETS)),
        leaves_event=name not in SILENT,
    )


def act(
    name: str,
    contract: str,
    function: str,
    args: Callable[[Document, CallContext], tuple[Any, ...]],
    **more: Any,
) -> Act:
    """An act of this name that calls this function; signed by the party's account unless `signer` says otherwise."""
    return Act(
        contract=contract,
        function=function,
        args=args,
        aggregate="act:{number}",
        what=name,
        when=is_act(name),
        taken_back=(TakenBack("act_withdrawal", "request"),),
        drawing=DRAWINGS.get(name),
        **{"signer": "account", **more},
    )


# ---- rulings of what a whole bet is measured by -------------------------------------------------------

NO_PLEDGE = {  # an index and the value added are of no party
    "account": ZERO_ACCOUNT, "stake": 0, "shareBps": 0, "toleranceBps": 0, "slopeBps": 0, "capBps": 0, "targets": [],
}  # fmt: skip
OF_ALL_PERIODS = 0


def rule_index(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of BetContracts.rule: the index of a period."""
    found = document.fields["fields"]
    figure = (ZERO_ACCOUNT, found["period"], [found["value"]], NO_PLEDGE)
    return found["bet_id"], *figure, found["ruling_ref"]


def rule_value(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of BetContracts.rule: the value that was added over all periods."""
    found = document.fields["fields"]
    figure = (ZERO_ACCOUNT, OF_ALL_PERIODS, [found["value_added_minor"]], NO_PLEDGE)
    return found["bet_id"], *figure, found["ruling_ref"]


# ---- acts that bring along what was published --------------------------------------------------------

BET_TERMS = (
    "termsRef", "groupId", "partiesRoot", "region", "reporterPost", "arbiterPost", "signBy", "start", "partyCount",
    "reportSeconds", "disputeSeconds", "rulingSeconds", "valuePool", "indexBaseline", "indexElasticityBps", "indexMaxUpBps",
    "indexMaxDownBps", "periods", "periodSeconds",
)  # fmt: skip


def bet_terms(context: CallContext) -> dict[str, Any]:
    """The terms of a bet as they were published."""
    return {name: getattr(context.published, snake(name)) for name in BET_TERMS}


def propose_amendment(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of BetAmendments.proposeAmendment: the bet, its published terms, and what becomes of it."""
    found = document.fields["fields"]
    bets = context.address("BetContracts", found["bet_id"])
    return bets, found["bet_id"], bet_terms(context), on_chain("change", found["change"])


def propose_bet_change(document: Document, context: CallContext) -> tuple[Any, ...]:
    """The same, of what an approved change of the bet says. Raises NotAsApproved."""
    change = proposed_change(document, context)
    bet_id = document.fields["papers"]["bet_id"]
    bets = context.address("BetContracts", bet_id)
    return bets, bet_id, bet_terms(context), on_chain("change", change)


def top_up_bet(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of BetContracts.topUpPool: bet and amount, as finance approved them. Raises NotAsApproved."""
    return added_to_pool(document, context)


def commit_bid(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of Tenders.commitBid: the sealed bid. Amount, days and salt stay with the bidder."""
    found = document.fields["fields"]
    terms = tenders.terms_of(cast(e.TenderOpened, context.published))
    return found["tender_id"], terms, found["commitment"], found["invitation"]


def reveal_bid(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of Tenders.revealBid: what was sealed, and the salt."""
    found = document.fields["fields"]
    terms = tenders.terms_of(cast(e.TenderOpened, context.published))
    values = (found["amount_minor"], found["offered_days"], found["salt"])
    return found["tender_id"], terms, *values


def place_bid(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of ReverseAuctions.placeBid: an open bid."""
    found = document.fields["fields"]
    terms = auctions.terms_of(cast(e.ReverseAuctionOpened, context.published))
    return found["auction_id"], terms, found["amount_minor"], found["invitation"]


# ---- acts that rest on papers of the house ------------------------------------------------------------


def open_group(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of ChainGroups.openGroup: the group as it was proposed and approved. Raises NotAsApproved."""
    terms, roles = group_terms(document, context)
    return on_chain("terms", terms), on_chain("roles", roles)


def propose_bet(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of BetContracts.proposeBet: the bet as all approved it. Raises NotAsApproved."""
    return (on_chain("terms", proposed_terms(document, context)),)


def grab_role(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of ChainGroups.grabRole, with the seal of the plan. Raises DoesNotFit."""
    found = document.fields["fields"]
    place = (found["group_id"], found["role_id"])
    return *place, found["pledge_minor"], plan_ref(document, context)


def open_plan(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of ChainGroups.openPlan."""
    found = document.fields["fields"]
    shown = (plan_hash(document, context), plan_salt(document, context))
    return found["group_id"], found["role_id"], found["round"], *shown


OPEN_GROUP = act(
    "open_group",
    "ChainGroups",
    "openGroup",
    open_group,
    number=None,
    refers_to=papers_of,
    ended_by=Ended("group_withdrawal", "proposal", proposal_of),
)
GRAB_ROLE = act("grab_role", "ChainGroups", "grabRole", grab_role, refers_to=papers_of)
OPEN_PLAN = act("open_plan", "ChainGroups", "openPlan", open_plan, refers_to=papers_of)
PROPOSE_BET = act(
    "propose_bet",
    "BetContracts",
    "proposeBet",
    propose_bet,
    number=None,
    refers_to=bet_papers_of,
    ended_by=Ended("bet_terms_withdrawal", "bet_terms", bet_terms_of),
)
PROPOSE_BET_CHANGE = act(
    "propose_bet_change",
    "BetAmendments",
    "proposeAmendment",
    propose_bet_change,
    number=1,
    published=e.BetProposed,
    published_by="BetContracts",
    refers_to=change_papers_of,
    ended_by=Ended("bet_change_withdrawal", "bet_change", change_of),
)
TOP_UP_BET = act(
    "top_up_bet",
    "BetContracts",
    "topUpPool",
    top_up_bet,
    refers_to=top_up_papers_of,
    ended_by=Ended("pool_top_up_withdrawal", "top_up", top_up_of),
)
TRANSACTIONS: tuple[Act, ...] = (
    *(_act(name, *found) for name, found in FUNCTIONS.items()),
    *(OPEN_GROUP, GRAB_ROLE, OPEN_PLAN, PROPOSE_BET, PROPOSE_BET_CHANGE, TOP_UP_BET),
    act(
        "propose_amendment",
        "BetAmendments",
        "proposeAmendment",
        propose_amendment,
        number=1,
        published=e.BetProposed,
        published_by="BetContracts",
    ),
    act("rule_index", "BetContracts", "rule", rule_index),
    act("rule_value", "BetContracts", "rule", rule_value),
    act("commit_bid", "Tenders", "commitBid", commit_bid, published=e.TenderOpened),
    act("reveal_bid", "Tenders", "revealBid", reveal_bid, published=e.TenderOpened),
    act("place_bid", "ReverseAuctions", "placeBid", place_bid, published=e.ReverseAuctionOpened),
)
