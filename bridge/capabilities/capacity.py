"""CapacityTokens and CapacityMarket: machine-minutes, sold and run, and the money that waits for them (产能)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from bridge.capabilities.model import (
    ZERO_ACCOUNT,
    Amounts,
    Asks,
    CallContext,
    Capability,
    Contract,
    Entries,
    Equation,
    EventContext,
    Money,
    books,
    find_number,
    notes,
)
from bridge.events import generated as e
from bridge.events.base import Logged
from bridge.intents import KEEPER
from bridge.ports.port import Document
from bridge.ports.vocabulary import AccountRole
from bridge.ports.vocabulary import capacity as v

MARKET = "CapacityMarket"

# ---- events ----------------------------------------------------------------------------------------


def token_id(logged: Logged, context: EventContext) -> str:
    """The id of a token, as decimal text: no column of integers is so wide."""
    return str(cast(e.CapacitySold, logged.event).token_id)


def lines(logged: Logged, context: EventContext) -> tuple[v.CapacityLine, ...]:
    """The minutes that moved, by token, in the order of the event."""
    return tuple({"token_id": str(i), "minutes": m} for i, m in _moved(logged) if m)


def _moved(logged: Logged) -> list[tuple[int, int]]:
    event = logged.event
    if isinstance(event, e.TransferBatch):
        return list(zip(event.ids, event.values, strict=True))
    single = cast(e.TransferSingle, event)
    return [(single.id, single.value)]


def is_between_holders(logged: Logged, context: EventContext) -> bool:
    """False where minutes are made or burned, which an event of the market tells, and where none changes its holder."""
    event = cast(e.TransferSingle | e.TransferBatch, logged.event)
    made_or_burned = ZERO_ACCOUNT in (event.from_, event.to)
    return not made_or_burned and event.from_ != event.to and bool(lines(logged, context))


# ---- calls -----------------------------------------------------------------------------------------


def expire_bought(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of CapacityMarket.expire: the token and who bought it. Due when its tokens expire."""
    return int(document.fields["token_id"]), document.fields["buyer"]


def lines_of(document: Document) -> Sequence[Mapping[str, Any]]:
    """The minutes that moved, each token once, with the sale of each."""
    moved = zip(document.fields["lines"], document.fields["sale_ids"], strict=True)
    return list({line["token_id"]: {**line, "sale_id": sale} for line, sale in moved}.values())


def expire_received(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of CapacityMarket.expire: a token that moved, and who has it now."""
    return int(context.item["token_id"]), document.fields["receiver"]


def of_sale(document: Document, context: CallContext) -> int:
    """The sale of the document's token, whose number says which edition of the market sold it."""
    return int(document.fields["sale_id"])


def of_sale_of_item(document: Document, context: CallContext) -> int:
    """The sale of one of several tokens: of those that moved, or of a failed slot."""
    return int(context.item["sale_id"])


def of_redemption(document: Document, context: CallContext) -> int:
    """The redemption, whose number says which edition of the market ran and settled it."""
    return int(document.fields["redemption_id"])


def settle(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of CapacityMarket.settle: the redemption, by what stands once nothing more can be said."""
    return (document.fields["redemption_id"],)


def held(document: Document) -> Sequence[Mapping[str, Any]]:
    """Who holds minutes of a failed slot."""
    return cast("Sequence[Mapping[str, Any]]", document.fields["held"])


def refund(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of CapacityMarket.refund: a token of a failed slot, and who holds it."""
    return int(context.item["token_id"]), context.item["account"]


def redemptions(document: Document) -> Sequence[int]:
    """Open redemptions of a failed slot."""
    return cast("Sequence[int]", document.fields["redemptions"])


def settle_failed(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of CapacityMarket.settle: a redemption of a slot that failed; nothing of it will run."""
    return (context.item,)


def is_plant_owed(document: Document) -> bool:
    """False when none of the minutes ran."""
    return bool(document.fields["to_plant_minor"])


def is_holder_owed(document: Document) -> bool:
    """False when all of the minutes ran."""
    return bool(document.fields["to_holder_minor"])


def withdraw_plant(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of CapacityMarket.withdraw: the plant, which the market owes the price of minutes."""
    return (document.fields["plant"],)


def withdraw_holder(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of CapacityMarket.withdraw: the holder, to whom the price of minutes comes back."""
    return (document.fields["holder"],)


def count_outcome(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of CapacityMarket.countOutcome: the slot whose settlements count in the plant's credit."""
    return document.fields["device_id"], document.fields["slot_index"]


def _expire(**where: Any) -> Asks:
    return Asks(
        contract=MARKET,
        function="expire",
        number=None,
        signer=KEEPER,
        due="expires_at",
        moot_on=frozenset({"CapacityMarket_NothingHeld", "CapacityMarket_SlotFailed"}),
        later_by={"CapacityMarket_TokenNotExpired": 2},
        **where,
    )


def _settle(due: str) -> Asks:
    return Asks(
        contract=MARKET,
        function="settle",
        lasts=True,
        args=settle,
        aggregate="run:{redemption_id}:{number}",  # an earlier one that is due later does not hold it up
        signer=KEEPER,
        due=due,
        moot_on=frozenset({"CapacityMarket_WrongStatus"}),
        later_by={"CapacityMarket_NotYetDecided": 2},
    )


REFUNDS = (
    Asks(
        contract=MARKET,
        function="refund",
        number=None,
        args=refund,
        each=held,
        edition_of=of_sale_of_item,
        aggregate="refund:{each[token_id]}:{each[account]}",
        what="refund",
        signer=KEEPER,
        moot_on=frozenset({"CapacityMarket_NothingHeld"}),
    ),
    Asks(
        contract=MARKET,
        function="settle",
        lasts=True,
        args=settle_failed,
        each=redemptions,
        aggregate="run:{each}:{number}",
        what="settlement",
        signer=KEEPER,
        moot_on=frozenset({"CapacityMarket_WrongStatus"}),
    ),
)


def _withdraw(
    whom: str,
    edition_of: Callable[[Document, CallContext], int],
    when: Callable[[Document], bool] | None = None,
) -> Asks:
    return Asks(
        contract=MARKET,
        function="withdraw",
        number=None,
        edition_of=edition_of,
        args=withdraw_plant if whom == "plant" else withdraw_holder,
        aggregate=f"payout:{{{whom}}}",
        what=whom,
        signer=KEEPER,
        when=when,
        moot_on=frozenset({"CapacityMarket_NothingOwed"}),
    )


def _count(edition_of: Callable[[Document, CallContext], int]) -> Asks:
    return Asks(
        contract=MARKET,
        function="countOutcome",
        number=None,
        edition_of=edition_of,
        args=count_outcome,
        aggregate="outcome:{device_id}:{slot_index}",
        what="outcome",
        signer=KEEPER,
        due="counted_from",
        moot_on=frozenset({"CapacityMarket_NothingToCount"}),
        later_by={"Room_TooEarly": 1},
    )


# ---- money -----------------------------------------------------------------------------------------


def bought(entries: Entries) -> Amounts:
    """What a purchase brought into the market, and what the plant owes for it."""
    return {
        "ledger sold": entries.debit(AccountRole.CAPACITY_FUND),
        "promised": entries.credit(AccountRole.CAPACITY_OWED),
    }


def given_up(name: str) -> Any:
    """What the plant owes no longer, under this name."""
    return lambda entries: {name: entries.debit(AccountRole.CAPACITY_OWED)}


def redeemed(entries: Entries) -> Amounts:
    """The price of redeemed minutes: booked when they are settled."""
    return {"ledger redeemed": entries.document.fields["amount_minor"]}


def settled(entries: Entries) -> Amounts:
    """What the plant owes no longer, and what of it went from the plant's money to the holder's."""
    return {
        "fulfilled": entries.debit(AccountRole.CAPACITY_OWED),
        "came back": entries.debit(AccountRole.CAPACITY_FUND),
        "given back": entries.credit(AccountRole.CAPACITY_FUND),
    }


def _same(chain: str, ledger: str) -> Equation:
    return Equation(
        (chain,), (ledger,), f"{chain} on chain {{left}}, {ledger} {{right}} minor units"
    )


OF_TOKENS = Money(
    rule="per token of machine-minutes: sold, redeemed, expired and refunded alike on chain and in the ledger",
    aggregate="capacity:{token_id}",
    told={
        e.CapacitySold: {"sold": "amount"},
        e.CapacityRedeemed: {"redeemed": "amount"},
        e.CapacityExpired: {"expired": "amount"},
        e.CapacityRefunded: {"refunded": "amount"},
    },
    kept={
        "capacity_purchase": bought,
        "capacity_redemption": redeemed,
        "capacity_expiry": given_up("ledger expired"),
        "capacity_refund": given_up("ledger refunded"),
    },
    equations=(
        _same("sold", "ledger sold"),
        _same("sold", "promised"),
        _same("redeemed", "ledger redeemed"),
        _same("expired", "ledger expired"),
        _same("refunded", "ledger refunded"),
    ),
)
OF_RUNS = Money(
    rule="per run: paid to plant and holder = fulfilled, and what came back = what was given back",
    aggregate="redemption:{redemption_id}",
    told={e.RedemptionSettled: {"to plant": "to_plant", "to holder": "to_holder"}},
    kept={"run_settlement": settled},
    equations=(
        Equation(
            ("to plant", "to holder"),
            ("fulfilled",),
            "settled on chain {left}, fulfilled in the ledger {right} minor units",
        ),
        _same("to holder", "came back"),
        _same("to holder", "given back"),
    ),
)

TOLD_BY_MARKET = "the event of the market that sold, redeemed, refunded or expired them tells it"

CAPACITY = Capability(
    "capacity",
    (
        Contract(
            "CapacityTokens",
            events={
                "DeviceRegistered": books(v.RecordDeviceRegistration),
                "DeviceAttesterNamed": books(v.RecordDeviceAttester),
                "CapacityAttested": books(v.RecordCapacityAttested),
                "SlotFailed": books(v.RecordSlotFailureAttestation),
                "TransferSingle": books(
                    v.RecordCapacityTransfer,
                    when=is_between_holders,
                    otherwise=TOLD_BY_MARKET,
                    sender="from_",
                    receiver="to",
                    lines=lines,
                ),
                "TransferBatch": books(
                    v.RecordCapacityTransfer,
                    when=is_between_holders,
                    otherwise=TOLD_BY_MARKET,
                    sender="from_",
                    receiver="to",
                    lines=lines,
                ),
                "ApprovalForAll": notes("leave to move minutes is no movement of minutes"),
            },
            silent={
                "CapacityIssued": TOLD_BY_MARKET,
                "CapacityBurned": TOLD_BY_MARKET,
                "CapacityMarketNumbered": "the number stands in the id of every token that the market sells",
                "URI": "a description is no movement of minutes",
            },
        ),
        Contract(
            MARKET,
            events={
                "CapacitySaleOpened": books(
                    v.RecordCapacitySale, start_minor="start_price", floor_minor="floor_price"
                ),
                "CapacitySaleClosed": books(v.RecordCapacitySaleClose),
                "CapacitySold": books(
                    v.RecordCapacityPurchase,
                    token_id=token_id,
                    price_minor="price_per_minute",
                    amount_minor="amount",
                ),
                "CapacityRedeemed": books(
                    v.RecordCapacityRedemption,
                    token_id=token_id,
                    amount_minor="amount",
                    work_order=find_number("production_order_ref"),
                ),
                "RunReported": books(v.RecordRunAttestation),
                "RunDisputed": books(v.RecordRunDispute),
                "RunDisputeWithdrawn": books(v.RecordRunDisputeWithdrawal),
                "RunDisputeLapsed": books(v.RecordRunDisputeLapse),
                "RunRuled": books(v.RecordRunRuling),
                "RedemptionSettled": books(
                    v.RecordRunSettlement, to_plant_minor="to_plant", to_holder_minor="to_holder"
                ),
                "CapacityExpired": books(
                    v.RecordCapacityExpiry, token_id=token_id, amount_minor="amount"
                ),
                "CapacityRefunded": books(
                    v.RecordCapacityRefund, token_id=token_id, amount_minor="amount"
                ),
                "CapacityOutcomeCounted": books(v.RecordCapacityOutcome, weight_minor="weight"),
                "CapacityProceedsWithdrawn": books(v.RecordCapacityPayout, amount_minor="amount"),
            },
            holds_money=True,
            custody=AccountRole.CAPACITY_FUND,
        ),
    ),
    calls={
        "capacity_purchase": _expire(
            args=expire_bought, edition_of=of_sale, aggregate="expiry:{token_id}:{buyer}"
        ),
        "capacity_transfer": _expire(
            args=expire_received,
            each=lines_of,
            edition_of=of_sale_of_item,
            aggregate="expiry:{each[token_id]}:{receiver}",
        ),
        "capacity_redemption": _settle("dispute_by"),
        "run_attestation": _settle("dispute_by"),
        "run_dispute": _settle("rule_by"),
        "run_dispute_withdrawal": _settle("settleable_at"),
        "slot_failure_attestation": REFUNDS,
        "slot_refund_batch": REFUNDS,
        "run_settlement": (
            _withdraw("plant", of_redemption, is_plant_owed),
            _withdraw("holder", of_redemption, is_holder_owed),
            _count(of_redemption),
        ),
        "capacity_expiry": _withdraw("plant", of_sale),
        "capacity_refund": (_withdraw("holder", of_sale), _count(of_sale)),
    },
    money=(OF_TOKENS, OF_RUNS),
)
