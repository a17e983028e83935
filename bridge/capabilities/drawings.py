"""What each act of a person draws from its wallet, so that the contract's approval rides in front of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from bridge.capabilities.act import Chain, Drawing
from bridge.capabilities.bet_changes import added_to_pool, changed_pledge
from bridge.capabilities.bet_papers import agreed_pledge, proposed_terms
from bridge.capabilities.model import CallContext
from bridge.capabilities.papers import group_terms
from bridge.events import generated as e
from bridge.intents import Call
from bridge.ports.port import Document

Amount = Callable[[Document, CallContext, Chain], int]

TOKEN = "SettlementToken"  # noqa: S105 - the contract's name
NOT_APPROVED = "ERC20InsufficientAllowance"  # error of a call whose drawing is not approved yet


def approval(key: str, document: Document, spender: str, minor: int) -> Call:
    """The approval that rides in front of an act: of the contract that draws, for what it draws and no more."""
    asked = document.fields
    return Call(
        key=key,
        aggregate=f"act:{document.number}",
        signer=asked["account"],
        contract=TOKEN,
        function="approve",
        args=(spender, minor),
        by_person=True,
        is_told=True,
        good_until=asked["good_until"],
    )


def approved(chain: Chain, account: str, spender: str) -> int:
    """What an account lets a contract draw, minor units."""
    return int(chain.view(TOKEN, "allowance", account, spender)[0])


def held(chain: Chain, account: str) -> int:
    """What an account has in its wallet, minor units."""
    return int(chain.view(TOKEN, "balanceOf", account)[0])


def _field(path: str) -> Amount:
    """An amount that the act itself names: `pledge.stake_minor`."""

    def amount(document: Document, context: CallContext, chain: Chain) -> int:
        """The field of the act."""
        found: Any = document.fields["fields"]
        for name in path.split("."):
            found = found[name]
        return int(found)

    return amount


def budget(document: Document, context: CallContext, chain: Chain) -> int:
    """The pay of all roles of a group that is opened, as its proposal says. Raises NotAsApproved."""
    _, roles = group_terms(document, context)
    return sum(role["pay_minor"] for role in roles)


def stake_of_role(document: Document, context: CallContext, chain: Chain) -> int:
    """The stake for a role with this pledge, as the contract works it out."""
    f = document.fields["fields"]
    place = (f["group_id"], f["role_id"], f["pledge_minor"])
    return int(chain.view("GroupLens", "stakeFor", *place)[0])


def pool_of_bet(document: Document, context: CallContext, chain: Chain) -> int:
    """The pool of a bet, as its terms have it. Raises NotAsApproved."""
    return int(proposed_terms(document, context)["value_pool_minor"])


def stake_by_terms(document: Document, context: CallContext, chain: Chain) -> int:
    """The stake that the terms of a bet ask of the party. Raises NotAsApproved."""
    return int(agreed_pledge(document, context)["stake_minor"])


def stake_of_newcomer(document: Document, context: CallContext, chain: Chain) -> int:
    """The stake of whoever joins a bet; nothing of those whose stakes are in it."""
    joins = cast(e.BetAmendmentProposed, context.published).newcomer == document.fields["account"]
    return int(document.fields["fields"]["pledge"]["stake_minor"]) if joins else 0


def stake_by_change(document: Document, context: CallContext, chain: Chain) -> int:
    """The same, of who joins by an approved change. Raises NotAsApproved."""
    joins = cast(e.BetAmendmentProposed, context.published).newcomer == document.fields["account"]
    return int(changed_pledge(document, context)["stake_minor"]) if joins else 0


def top_up_of_pool(document: Document, context: CallContext, chain: Chain) -> int:
    """What a sponsor adds to a pool, as finance approved it. Raises NotAsApproved."""
    _, amount = added_to_pool(document, context)
    return amount


def highest_price(document: Document, context: CallContext, chain: Chain) -> int:
    """What machine-minutes cost at most: the price falls until the purchase is mined, and the person names the highest."""
    f = document.fields["fields"]
    return int(f["quantity"] * f["max_price_minor"])


def bond_of_tender(document: Document, context: CallContext, chain: Chain) -> int:
    """The bond that the tender asks for with a bid."""
    return cast(e.TenderOpened, context.published).bond


def bond_of_auction(document: Document, context: CallContext, chain: Chain) -> int:
    """The bond that the auction asks for with a supplier's first bid."""
    auction_id = document.fields["fields"]["auction_id"]
    own = chain.record("ReverseAuctions", "openBid", (auction_id, document.fields["account"]))
    return 0 if own["amount"] else cast(e.ReverseAuctionOpened, context.published).bond


def top_up_of_order(document: Document, context: CallContext, chain: Chain) -> int:
    """What the deposit of an amended order grows by, of its buyer; nothing of its supplier."""
    f = document.fields["fields"]
    if cast(e.PurchaseOrderOpened, context.published).buyer != document.fields["account"]:
        return 0
    opened = cast(e.PurchaseOrderOpened, context.published)
    now = chain.record("PurchaseOrders", "order", (f["order_id"],))["amount"]
    before, after = (
        int(
            chain.view(
                "PurchaseOrders",
                "requiredDeposit",
                *(amount, opened.tax_bps, opened.tolerance_bps),
                number=f["order_id"],
            )[0]
        )
        for amount in (now, f["amount_minor"])
    )
    return max(after - before, 0)


# act -> who draws, which edition, how much
DRAWINGS: Mapping[str, Drawing] = {
    "open_group": Drawing("GroupPay", None, budget),
    "add_role": Drawing("GroupPay", "group_id", _field("terms.pay_minor")),
    "grab_role": Drawing("GroupPay", "group_id", stake_of_role),
    "propose_bet": Drawing("BetContracts", None, pool_of_bet),
    "top_up_pool": Drawing("BetContracts", "bet_id", _field("amount_minor")),
    "sign_bet": Drawing("BetContracts", "bet_id", _field("pledge.stake_minor")),
    "sign_bet_terms": Drawing("BetContracts", "bet_id", stake_by_terms),
    "top_up_bet": Drawing("BetContracts", "bet_id", top_up_of_pool),
    "sign_bet_change": Drawing("BetContracts", "bet_id", stake_by_change),
    "sign_amendment": Drawing("BetContracts", "bet_id", stake_of_newcomer),
    "pledge_guarantee": Drawing("Guarantees", "order_id", _field("amount_minor")),
    "fund_order": Drawing("PurchaseOrders", "order_id", _field("deposit_minor")),
    "amend_order": Drawing("PurchaseOrders", "order_id", top_up_of_order),
    "buy_claim": Drawing("Receivables", "claim_id", _field("expected_price_minor")),
    "buy_signed_claim": Drawing("Receivables", "claim_id", _field("price_minor")),
    "buy_capacity": Drawing("CapacityMarket", "sale_id", highest_price),
    "commit_bid": Drawing("Tenders", "tender_id", bond_of_tender),
    "place_bid": Drawing("ReverseAuctions", "auction_id", bond_of_auction),
}
