"""Acts of people, signed by their own keys: what each is on chain, and which statements the keeper brings there (签署箱).

The bridge signs none of them: it says what is to be signed, checks the answer, and sends it on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from bridge.capabilities.model import Asks, CallContext, Capability, TakenBack
from bridge.events import generated as e
from bridge.events.base import Event, snake
from bridge.intents import KEEPER, Call
from bridge.ports.port import Document

MONEY_SUFFIX = "_minor"
NO_DATA = "0x"
LONG_IDS = frozenset({"id", "token_id"})  # told as text, since JSON tools lose digits of them

# act -> contract, function, and the act's fields in the order of the function's arguments; `-` is empty data.
FUNCTIONS: Mapping[str, tuple[str, str, str]] = {
    "open_group": ("ChainGroups", "openGroup", "terms roles"),
    "add_role": ("ChainGroups", "addRole", "group_id terms"),
    "grab_role": ("ChainGroups", "grabRole", "group_id role_id pledge_minor plan_ref"),
    "open_plan": ("ChainGroups", "openPlan", "group_id role_id round plan_hash salt"),
    "select_candidate": ("ChainGroups", "selectCandidate", "group_id role_id node"),
    "reject_candidate": ("ChainGroups", "rejectCandidate", "group_id role_id node"),
    "bind_bet": ("ChainGroups", "bindBet", "group_id bet_id"),
    "reopen_role": ("ChainGroups", "reopenRole", "group_id role_id"),
    "resign_role": ("ChainGroups", "resignRole", "group_id role_id"),
    "consent_to_end": ("ChainGroups", "consentToEnd", "group_id role_id consents"),
    "commit_ratings": ("PeerRatings", "commitRatings", "group_id commitment"),
    "reveal_ratings": ("PeerRatings", "revealRatings", "group_id ratings salt"),
    "propose_bet": ("BetContracts", "proposeBet", "terms"),
    "top_up_pool": ("BetContracts", "topUpPool", "bet_id amount_minor"),
    "dispute_bet": ("BetContracts", "dispute", "bet_id subject period reason_ref"),
    "withdraw_bet_dispute": ("BetContracts", "withdrawDispute", "bet_id subject period"),
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
# Their events are not read, so their receipts cannot be witnessed.
SILENT = frozenset({"approve"})
# Of these the first argument is no number that a contract of some edition gave.
UNNUMBERED = frozenset({"redeem_capacity", "transfer_capacity"})


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person signs as typed data (EIP-712) for others to bring to the chain."""

    contract: str
    version: str  # of what that contract has people sign
    number: int  # of what it is about: whose edition verifies it
    primary: str  # the struct's name
    # name of each member, and its type: of Solidity, or (function, path) of an argument that has that struct in the ABI
    members: Sequence[tuple[str, str | tuple[str, str]]]
    message: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Asks):
    """An act of a person: a call of its own account, or a statement that it signs."""

    by_person: bool = True
    statement: Callable[[Document, CallContext], Statement] | None = None

    def calls(self, document: Document, context: CallContext) -> tuple[Call, ...]:
        """The one call, which the bridge does not sign; none when the document asks for another act."""
        return Asks.calls(self, _flat(document), context)

    def published_in(self, document: Document) -> tuple[type[Event], str] | None:
        """Class and aggregate of the event whose values the act brings along."""
        return Asks.published_in(self, _flat(document)) if self.is_asked(document) else None


def _flat(document: Document) -> Document:
    return replace(document, fields={**document.fields["fields"], **document.fields})


def on_chain(name: str, value: Any) -> Any:
    """A field of an act as the contracts spell it: members of structs by their names there, long ids as numbers."""
    if name in LONG_IDS:
        return int(value)
    if isinstance(value, dict):
        return {_camel(key): on_chain(key, inner) for key, inner in value.items()}
    return [on_chain("", inner) for inner in value] if isinstance(value, list) else value


def _camel(name: str) -> str:
    first, *others = name.removesuffix(MONEY_SUFFIX).split("_")
    return first + "".join(part.capitalize() for part in others)


def _is(act: str) -> Callable[[Document], bool]:
    return lambda document: bool(document.fields["act"] == act)


def _arguments(names: str) -> Callable[[Document, CallContext], tuple[Any, ...]]:
    def arguments(document: Document, context: CallContext) -> tuple[Any, ...]:
        """The act's fields in the order of the function's arguments."""
        found = document.fields["fields"]
        return tuple(
            NO_DATA if name == "-" else on_chain(name, found[name]) for name in names.split()
        )

    return arguments


def _act(name: str, contract: str, function: str, names: str) -> Act:
    return Act(
        contract=contract,
        function=function,
        number=None if name in UNNUMBERED else 0,
        leaves_event=name not in SILENT,
        args=_arguments(names),
        aggregate="act:{number}",
        what=name,
        signer="account",
        when=_is(name),
        taken_back=(TakenBack("act_withdrawal", "request"),),
    )


# ---- statements ------------------------------------------------------------------------------------

BET_TERMS = (
    "termsRef", "groupId", "partiesRoot", "region", "reporterPost", "arbiterPost", "signBy", "start", "partyCount",
    "reportSeconds", "disputeSeconds", "rulingSeconds", "valuePool", "indexBaseline", "indexElasticityBps", "indexMaxUpBps",
    "indexMaxDownBps", "periods", "periodSeconds",
)  # fmt: skip


def bet_signature(document: Document, context: CallContext) -> Statement:
    """What a party signs under a bet: the bet's terms as they were published, and its own pledge."""
    proposed = cast(e.BetProposed, context.published)
    found = document.fields["fields"]
    return Statement(
        "BetContracts",
        "2",
        found["bet_id"],
        "BetSignature",
        (
            ("betId", "uint256"),
            ("sponsor", "address"),
            ("terms", ("proposeBet", "terms")),
            ("pledge", ("signBet", "signed.terms")),
            ("deadline", "uint40"),
        ),
        {
            "betId": found["bet_id"],
            "sponsor": proposed.sponsor,
            "terms": {name: getattr(proposed, snake(name)) for name in BET_TERMS},
            "pledge": on_chain("pledge", found["pledge"]),
            "deadline": document.fields["good_until"],
        },
    )


def sign_bet(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of BetContracts.signBet with the party's signature, or without one as long as it has not answered."""
    found = document.fields["fields"]
    signed = {
        "terms": on_chain("pledge", found["pledge"]),
        "proof": found["proof"],
        "deadline": document.fields["good_until"],
        "signature": document.fields.get("answer", NO_DATA),
    }
    return found["bet_id"], signed


SIGN_BET = Act(
    contract="BetContracts",
    function="signBet",
    args=sign_bet,
    aggregate="act:{number}",
    what="sign_bet",
    signer=KEEPER,
    when=_is("sign_bet"),
    published=e.BetProposed,
    statement=bet_signature,
    taken_back=(TakenBack("act_withdrawal", "request"),),
)
ACTS = (*(_act(name, *found) for name, found in FUNCTIONS.items()), SIGN_BET)


def is_statement(document: Document) -> bool:
    """True for the signature under a bet; an answer that is a signed transaction is sent on as it is."""
    return bool(document.fields["act"] == SIGN_BET.what)


ACT_CAPABILITY = Capability(
    "acts",
    (),
    calls={
        "act_request": ACTS,
        "signature": Asks(
            contract="BetContracts",
            function="signBet",
            args=sign_bet,
            aggregate="act:{request}",
            signer=KEEPER,
            when=is_statement,
            moot_on=frozenset({"BetContracts_AlreadySigned"}),
        ),
    },
)
