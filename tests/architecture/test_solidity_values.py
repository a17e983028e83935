"""Values of the contracts that Python keeps a copy of: each is the one that the compiler read in contracts/."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

import pytest

from bridge.capabilities import credit, orders, participants, tenders
from erp.guarantees import rules as guarantees
from erp.items import schemas as items
from erp.kernel import amounts
from erp.parties import rules
from erp.procurement import schemas as procurement
from scripts.measure.gas import bets as gas_bets
from scripts.measure.gas import cycle
from scripts.plays.demo import people, plan
from scripts.plays.tenders import play
from scripts.sandbox import world
from scripts.toolchain.compiled import contracts, output


def ops(noun: str) -> Any:
    """A module of the console's helpers; its package names functions alike."""
    return import_module(f"scripts.console.ops.{noun}")


# Enum -> tuples that name its members in order, in small letters where ours are states that people read.
NAMES: dict[str, tuple[Sequence[str], ...]] = {
    "IBetBook.BetStatus": (ops("bets").BET_STATUSES,),
    "ICapacityMarket.RedemptionStatus": (ops("capacity").RUN_STATUSES,),
    "IForceMajeure.DeclarationStatus": (ops("forcemajeure").STATUSES,),
    "IChainGroups.GroupStatus": (ops("groups").GROUP_STATUSES,),
    "ICreditRegistry.Component": (credit.COMPONENTS, ops("credit").COMPONENTS),
    "ICreditRegistry.Grade": (ops("credit").GRADES,),
    "IGuarantees.GuaranteeStatus": (ops("guarantees").GUARANTEE_STATUSES,),
    "IPurchaseOrders.DeliveryStatus": (ops("calls").DELIVERY_STATUSES,),
    "IPurchaseOrders.OrderStatus": (ops("calls").ORDER_STATUSES,),
    "IReceivables.ClaimStatus": (ops("receivables").CLAIM_STATUSES,),
    "IReverseAuctions.ReverseAuctionStatus": (ops("calls").AUCTION_STATUSES,),
    "ITenders.BidStatus": (ops("tenders").BID_STATUSES,),
    "ITenders.TenderStatus": (ops("calls").TENDER_STATUSES,),
}
# Member of an enum -> its number wherever Python has it.
NUMBERS: dict[str, tuple[int, ...]] = {
    "IPurchaseOrders.DeliveryStatus.Settled": (orders.SETTLED,),
    "ITenders.BidStatus.Disqualified": (play.BID_DISQUALIFIED,),
    "ITenders.Pricing.SecondPrice": (tenders.SECOND_PRICE,),
    "ITenders.TenderStatus.Awarded": (play.AWARDED,),
    "ITenders.TenderStatus.Ranking": (play.RANKING,),
}
# Constant -> its value wherever Python has it.
CONSTANTS: dict[str, tuple[int, ...]] = {
    "Offices.BUYER": (rules.BUYER, world.BUYER, people.BUYER, play.BUYER, cycle.BUYER),
    "Offices.SUPPLIER": (
        *(participants.SUPPLIER, rules.SUPPLIER),
        *(world.SUPPLIER, people.SUPPLIER, play.SUPPLIER, cycle.SUPPLIER),
    ),
    "Offices.CUSTODIAN": (participants.CUSTODIAN,),
    "Offices.NODE": (world.NODE, gas_bets.NODE),
    "Offices.FINANCIER": (world.FINANCIER, people.FINANCIER),
    "Amounts.BPS": (amounts.BPS, plan.BPS, ops("bets").WHOLE_BPS, ops("groups").WHOLE_BPS),
    "Amounts.DAY": (amounts.DAY_SECONDS, items.DAY),
    "OrderRecords._MAX_DELIVERIES": (amounts.MAX_DELIVERIES,),
    "OrderRules.MAX_PROMISE_SECONDS": (10 * items.YEAR,),
    "Procurement.MAX_AMOUNT": (procurement.MAX_BID, play.CEILING_MINOR),
    "Bidding.MIN_BONDED_WINDOW_SECONDS": (ops("calls").BONDED_SECONDS, world.BONDED_SECONDS),
    "Bidding.MAX_INVITED": (items.MAX_CANDIDATES, plan.CANDIDATES_MAX),
    "OrderRules.MAX_GRACE_SECONDS": (plan.MAX_GRACE_SECONDS,),
    "OrderRules.MAX_PAYMENT_SECONDS": (plan.MAX_PAYMENT_DAYS * items.DAY,),
    "Guarantees.MAX_WARRANTY_SECONDS": (guarantees.MAX_WARRANTY_SECONDS,),
}
# Field of a sourcing policy -> the constants that bound it on chain, the lower one first where there are two.
BOUNDS: dict[str, tuple[str, ...]] = {
    "commit_seconds": ("Bidding.MIN_WINDOW_SECONDS", "Bidding.MAX_WINDOW_SECONDS"),
    "reveal_seconds": ("Bidding.MIN_WINDOW_SECONDS", "Bidding.MAX_WINDOW_SECONDS"),
    "fund_seconds": ("OrderRules.MIN_FUND_SECONDS", "OrderRules.MAX_FUND_SECONDS"),
    "grace_seconds": ("OrderRules.MAX_GRACE_SECONDS",),
    "silence_seconds": ("OrderRules.MIN_SILENCE_SECONDS", "OrderRules.MAX_SILENCE_SECONDS"),
    "lead_seconds": ("OrderRules.MAX_PROMISE_SECONDS",),
    "payment_seconds": ("OrderRules.MAX_PAYMENT_SECONDS",),
}
INTEGER = "int_const "


def nodes(tree: Any, kind: str) -> Iterator[Mapping[str, Any]]:
    """Every node of one kind in a part of the syntax tree."""
    if isinstance(tree, dict):
        if tree.get("nodeType") == kind:
            yield tree
        for value in tree.values():
            yield from nodes(value, kind)
    elif isinstance(tree, list):
        for value in tree:
            yield from nodes(value, kind)


@pytest.fixture(scope="module")
def enums() -> dict[str, list[str]]:
    """Enum, with the contract that defines it -> its members in order."""
    return {
        node["canonicalName"]: [member["name"] for member in node["members"]]
        for contract in contracts(output())
        for node in nodes(contract.node, "EnumDefinition")
    }


@pytest.fixture(scope="module")
def constants() -> dict[str, int]:
    """Integer constant, with the contract that defines it -> its value. Those computed from others are not here."""
    found = {}
    for contract in contracts(output()):
        for node in contract.node["nodes"]:
            if node["nodeType"] == "VariableDeclaration" and node["constant"]:
                value = node["value"]["typeDescriptions"]["typeString"]
                if value.startswith(INTEGER) and value.removeprefix(INTEGER).isdigit():
                    found[f"{contract.name}.{node['name']}"] = int(value.removeprefix(INTEGER))
    return found


@pytest.mark.parametrize("enum", sorted(NAMES))
def test_names_of_an_enum_stand_in_the_order_of_its_members(
    enums: dict[str, list[str]], enum: str
) -> None:
    members = [member.lower() for member in enums[enum]]
    for names in NAMES[enum]:
        assert [name.lower() for name in names] == members


@pytest.mark.parametrize("place", sorted(NUMBERS))
def test_a_number_is_the_place_of_its_member(enums: dict[str, list[str]], place: str) -> None:
    enum, _, member = place.rpartition(".")
    assert set(NUMBERS[place]) == {enums[enum].index(member)}


@pytest.mark.parametrize("name", sorted(CONSTANTS))
def test_a_copied_constant_has_the_value_of_the_contract(
    constants: dict[str, int], name: str
) -> None:
    assert set(CONSTANTS[name]) == {constants[name]}


@pytest.mark.parametrize("field", sorted(BOUNDS))
def test_a_sourcing_policy_is_bounded_as_the_contracts_bound_its_tenders(
    constants: dict[str, int], field: str
) -> None:
    schema = items.SetSourcingPolicy.model_json_schema()["properties"][field]
    *least, most = (constants[name] for name in BOUNDS[field])
    assert schema["maximum"] == most
    assert not least or [schema["minimum"]] == least
