"""Guarantees: performance deposits of suppliers, and defects found after acceptance (履约保证金)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from bridge.capabilities.model import (
    Amounts,
    Asks,
    CallContext,
    Capability,
    Contract,
    Emitted,
    Entries,
    Equation,
    Money,
    Over,
    Reported,
    TakenBack,
    books,
    find_number,
    number_of,
)
from bridge.commitments.documents import document_root
from bridge.events import generated as e
from bridge.intents import KEEPER
from bridge.ports.port import Document
from bridge.ports.vocabulary import AccountRole
from bridge.ports.vocabulary import guarantees as v

NOT_PLEDGED = "Guarantees_NotPledged"  # released already
WRONG_ORDER = frozenset({"Guarantees_OrderNotOpened", "Guarantees_PledgedBefore"})

# ---- calls -----------------------------------------------------------------------------------------


def request_guarantee(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of Guarantees.requestGuarantee: the order, how much, and the warranty from the order's end."""
    f = document.fields
    return f["order_id"], f["amount_minor"], f["warranty_seconds"]


def fund_pledged(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of PurchaseOrders.fund: the deposit of an order whose guarantee the buyer waited for."""
    return document.fields["order_id"], document.fields["fund_minor"]


def is_awaited(document: Document) -> bool:
    """False for a guarantee that the buyer did not ask for here: it has funded already, or does by itself."""
    return bool(document.fields["fund_minor"])


def of_order(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of claimUndelivered and release: the order."""
    return (document.fields["order_id"],)


def has_share(document: Document) -> bool:
    """False for an order that was cancelled before it was funded: nothing was to be delivered."""
    return bool(document.fields["share_due"])


def has_ended(document: Document) -> bool:
    """False for a defect settled while its order goes on: the end of the order asks for the release."""
    return bool(document.fields["release_at"])


def report_defect(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of Guarantees.reportDefect: the delivery, how many units, and the report's commitment."""
    f = document.fields
    return f["order_id"], f["delivery_id"], f["quantity"], "0x" + document_root(document).hex()


def settle_defect(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of Guarantees.settleDefect: the delivery, whose defect stands once nobody may dispute or rule it."""
    return document.fields["order_id"], document.fields["delivery_id"]


def _reported(args: Sequence[Any]) -> Sequence[int | str]:
    return args[0], args[1], args[-1]


def _release(**where: Any) -> Asks:
    return Asks(
        contract="Guarantees",
        function="release",
        args=of_order,
        aggregate="release:{order_id}:{number}",
        signer=KEEPER,
        due="release_at",
        # a defect that is not settled asks again when it is
        moot_on=frozenset({NOT_PLEDGED, "Guarantees_DefectsPending"}),
        later_by={"Guarantees_WarrantyRunning": 2},
        **where,
    )


def _settle() -> Asks:
    return Asks(
        contract="Guarantees",
        function="settleDefect",
        args=settle_defect,
        aggregate="defect:{order_id}:{delivery_id}:{number}",
        signer=KEEPER,
        due="dispute_by",
        moot_on=frozenset({"Guarantees_NoDefectPending"}),
        later_by={"Guarantees_DefectContestable": 3},
    )


# ---- money -----------------------------------------------------------------------------------------


class Measure(StrEnum):
    """Amounts of one order's guarantee, minor units, as one side says them."""

    PLEDGED = "pledged"  # on chain
    CLAIMED = "claimed"  # on chain, for what was not delivered
    COMPENSATED = "compensated"  # on chain, for defects
    RELEASED = "released"  # on chain
    PUT_UP = "put_up"  # in the ledger
    SHARED = "shared"  # in the ledger
    LOST = "lost"  # in the ledger
    RETURNED = "returned"  # in the ledger


def _debited(measure: Measure) -> Any:
    def amounts(entries: Entries) -> Amounts:
        return {measure: entries.debit(AccountRole.GUARANTEE)}

    return amounts


def _credited(measure: Measure) -> Any:
    def amounts(entries: Entries) -> Amounts:
        return {measure: entries.credit(AccountRole.GUARANTEE)}

    return amounts


def _same(chain: Measure, ledger: Measure) -> Equation:
    told = f"{chain} on chain {{left}}, {ledger} in the ledger {{right}} minor units"
    return Equation((chain,), (ledger,), told)


MONEY = Money(
    rule="per guarantee: pledged = claimed + compensated + released + held",
    aggregate="order:{order_id}",
    told={
        e.GuaranteePledged: {Measure.PLEDGED: "amount"},
        e.GuaranteeShareClaimed: {Measure.CLAIMED: "paid"},
        e.DefectSettled: {Measure.COMPENSATED: "paid"},
        e.GuaranteeReleased: {Measure.RELEASED: "amount"},
    },
    kept={
        "guarantee_pledge": _debited(Measure.PUT_UP),
        "guarantee_share": _credited(Measure.SHARED),
        "defect_settlement": _credited(Measure.LOST),
        "guarantee_release": _credited(Measure.RETURNED),
    },
    equations=(
        _same(Measure.PLEDGED, Measure.PUT_UP),
        _same(Measure.CLAIMED, Measure.SHARED),
        _same(Measure.COMPENSATED, Measure.LOST),
        _same(Measure.RELEASED, Measure.RETURNED),
    ),
)

GUARANTEES = Capability(
    "guarantees",
    (
        Contract(
            "Guarantees",
            events={
                "GuaranteeRequested": books(v.RecordGuaranteeRequest, amount_minor="amount"),
                "GuaranteePledged": books(v.RecordGuaranteePledge, amount_minor="amount"),
                "GuaranteeShareClaimed": books(
                    v.RecordGuaranteeShare,
                    undelivered_minor="undelivered_amount",
                    ordered_minor="ordered_amount",
                    paid_minor="paid",
                ),
                "DefectReported": books(v.AttestDefect, defect=number_of("defect_ref")),
                "DefectDisputed": books(v.RecordDefectDispute),
                "DefectDisputeWithdrawn": books(v.RecordDefectDisputeWithdrawal),
                "DefectSettled": books(
                    v.RecordDefectSettlement,
                    ruling=find_number("ruling_ref"),
                    amount_minor="amount",
                    paid_minor="paid",
                ),
                "GuaranteeReleased": books(v.RecordGuaranteeRelease, amount_minor="amount"),
            },
            holds_money=True,
            custody=AccountRole.GUARANTEE,
        ),
    ),
    calls={
        "guarantee_ask": Asks(
            contract="Guarantees",
            function="requestGuarantee",
            args=request_guarantee,
            aggregate="guarantee:{order_id}",
            signer="buyer",
            moot_on=WRONG_ORDER,
        ),
        "guarantee_pledge": Asks(
            contract="PurchaseOrders",
            function="fund",
            lasts=True,
            args=fund_pledged,
            draws=True,
            aggregate="order:{order_id}",
            signer="buyer",
            when=is_awaited,
            moot_on=frozenset({"PurchaseOrders_WrongStatus"}),
        ),
        "guarantee_end": (
            Asks(
                contract="Guarantees",
                function="claimUndelivered",
                args=of_order,
                aggregate="share:{order_id}",
                what="share",
                signer=KEEPER,
                when=has_share,
                moot_on=frozenset({NOT_PLEDGED, "Guarantees_ShareClaimedBefore"}),
            ),
            _release(what="release"),
        ),
        "defect_report": Asks(
            contract="Guarantees",
            function="reportDefect",
            lasts=True,
            args=report_defect,
            aggregate="order:{order_id}",
            done=(Emitted(e.DefectReported, _reported),),
            # the warranty ended, and what was left may have been released already
            over_on={
                "Guarantees_WarrantyOver": Over(v.RecordDefectVoid, "defect", since=2),
                NOT_PLEDGED: Over(v.RecordDefectVoid, "defect"),
            },
            taken_back=(TakenBack("defect_void", "defect"),),
            reported=Reported(e.DefectReported, "defect_ref"),
        ),
        "defect_attestation": _settle(),
        "defect_dispute_withdrawal": _settle(),
        "defect_settlement": _release(when=has_ended),
    },
    money=MONEY,
)
