"""CAPACITY: idle machine-minutes sold as tokens, redeemed into production orders. 产能证券化.

ops.register_device("N1")                      device 1: slots of an hour from tomorrow on
ops.attest_capacity(1, 0, 60)                  the attester finds 60 minutes of slot 0 free
ops.sell_capacity(1, 0, 60, 700, floor=300)    a descending auction: 7.00 a minute, falling to 3.00
ops.buy_capacity(1, 60, "N2")                  at the price of this second
ops.redeem_capacity(ops.sale(1)["tokens"][0], 60, "N2")
ops.report_run(1, 60)  ops.settle_run(1)  ops.withdraw_proceeds("N1")
"""

from __future__ import annotations

from typing import Any

from .. import erp_numbers
from ..errors import NotThere
from ..formatting import Minor, View, moment_from
from . import calls

__all__ = [
    "acknowledge_run",
    "attest_capacity",
    "buy_capacity",
    "capacity",
    "close_sale",
    "concede_run",
    "count_outcome",
    "device",
    "devices",
    "dispute_run",
    "expire_capacity",
    "fail_slot",
    "name_attester",
    "redeem_capacity",
    "redemption",
    "refund_capacity",
    "register_device",
    "report_run",
    "rule_run",
    "sale",
    "sales",
    "sell_capacity",
    "settle_run",
    "slot",
    "withdraw_proceeds",
    "withdraw_run_dispute",
]

HOUR, DAY = 3_600, 86_400
RUN_STATUSES = ("none", "redeemed", "reported", "settled")
DISPUTED = 1  # the stage of a hearing


def devices() -> View:
    """All devices, by id: ops.devices()."""
    found = {}
    for event in calls.logs("CapacityTokens", "DeviceRegistered"):
        found[str(event["deviceId"])] = f"{calls.who(event['plant'])!r}"
    return View(found)


def device(device_id: int) -> View:
    """A device at a glance: ops.device(1)."""
    found = calls.view("CapacityTokens", "device", device_id)
    if int(found["plant"], 16) == 0:
        raise NotThere(f"there is no device {device_id}; ops.devices() lists them")
    return View(
        plant=calls.who(found["plant"]),
        attester=calls.who(_holder(found["attesterPost"])),
        arbiter=calls.who(_holder(found["arbiterPost"])),
        grid_start=moment_from(found["gridStart"], calls.now()),
        slot_seconds=found["slotSeconds"],
        next=f"its attester says what is free: ops.attest_capacity({device_id}, 0, minutes)",
    )


def slot(device_id: int, slot_index: int) -> View:
    """A slot of a device at a glance: ops.slot(1, 0)."""
    found, now = calls.view("CapacityTokens", "slot", device_id, slot_index), calls.now()
    times = calls.view("CapacityTokens", "slotTimes", device_id, slot_index)
    free = found["attested"] - found["issued"]
    here = f"{device_id}, {slot_index}"
    return View(
        attested=found["attested"],
        issued=found["issued"],
        failed=found["failed"],
        tokens_expire=moment_from(times[0], now),
        starts=moment_from(times[1], now),
        ends=moment_from(times[2], now),
        next="holders are refunded: ops.refund_capacity(token, holder)"
        if found["failed"]
        else f"the plant sells: ops.sell_capacity({here}, {free}, price a minute)"
        if free
        else f"the attester says what is free: ops.attest_capacity({here}, minutes)",
    )


def register_device(
    plant: Any, reference: Any = None, slot_seconds: int = HOUR, region: Any = None
) -> Any:
    """Make a device one whose minutes can be sold, slots from a day from now on: ops.register_device("N1", "press 7").

    In a region, days of force majeure there do not count against the plant: region="CN-ZJ Ningbo".
    """
    places = calls.text_ref(reference), bytes(32) if region is None else calls.text_ref(region)
    posts = calls.post("ATTESTER"), calls.post("ARBITER")
    times = (calls.later(DAY), slot_seconds, HOUR, DAY, DAY, DAY)
    terms = (*places, *posts, *times)
    return calls.send("CapacityTokens", "registerDevice", terms, sender=plant)


def name_attester(device_id: int, post: int | None = None) -> Any:
    """Name another attester's post for slots that nobody attested yet: ops.name_attester(1, 4)."""
    plant = calls.view("CapacityTokens", "device", device_id)["plant"]
    number = calls.post("ATTESTER") if post is None else post
    return calls.send("CapacityTokens", "nameAttester", device_id, number, sender=plant)


def attest_capacity(device_id: int, slot_index: int, minutes: int, evidence: Any = None) -> Any:
    """The attester says how many minutes of a slot are free in all: ops.attest_capacity(1, 0, 60)."""
    attester = _attester(device_id, slot_index)
    arguments = (device_id, slot_index, minutes, calls.text_ref(evidence))
    return calls.send("CapacityTokens", "attestCapacity", *arguments, sender=attester)


def fail_slot(device_id: int, slot_index: int, reason: str, caller: Any = None) -> Any:
    """The device cannot run in a slot, all is refunded: ops.fail_slot(1, 0, "spindle broken")."""
    sender = (
        calls.view("CapacityTokens", "device", device_id)["plant"] if caller is None else caller
    )
    ref = calls.text_ref(reason)
    return calls.send("CapacityTokens", "failSlot", device_id, slot_index, ref, sender=sender)


def _attester(device_id: int, slot_index: int) -> str:
    first = calls.view("CapacityTokens", "slot", device_id, slot_index)["attesterPost"]
    return _holder(first or calls.view("CapacityTokens", "device", device_id)["attesterPost"])


def _holder(post: int) -> str:
    return str(calls.view("Participants", "holderOf", post))


def count_outcome(device_id: int, slot_index: int, caller: Any = None) -> Any:
    """Count in the plant's credit what it kept of a slot: ops.count_outcome(1, 0). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("CapacityMarket", "countOutcome", device_id, slot_index, sender=sender)


def sales() -> View:
    """All sales, by id: ops.sales()."""
    found = {}
    for event in calls.logs("CapacityMarket", "CapacitySaleOpened"):
        seen = sale(event["saleId"])
        found[str(event["saleId"])] = (
            f"device {seen['device']} slot {seen['slot']}: {seen['sold']} of {seen['minutes']} minutes"
        )
    return View(found)


def sale(sale_id: int) -> View:
    """A sale at a glance, with the price of this second and the tokens sold: ops.sale(1)."""
    found, now = calls.view("CapacityMarket", "sale", sale_id), calls.now()
    if found["deviceId"] == 0:
        raise NotThere(f"there is no sale {sale_id}; ops.sales() lists them")
    is_open = found["opensAt"] <= now < found["closesAt"] and found["sold"] < found["quantity"]
    sold = calls.logs("CapacityMarket", "CapacitySold", saleId=sale_id)
    return View(
        number=erp_numbers.number_of(erp_numbers.SALE, sale_id),
        device=found["deviceId"],
        slot=found["slotIndex"],
        minutes=found["quantity"],
        sold=found["sold"],
        start_minor=Minor(found["startPrice"]),
        floor_minor=Minor(found["floorPrice"]),
        price_minor=Minor(calls.view("CapacityMarket", "priceAt", sale_id, now))
        if is_open
        else None,
        opens=moment_from(found["opensAt"], now),
        closes=moment_from(found["closesAt"], now),
        tokens=list(dict.fromkeys(int(event["tokenId"]) for event in sold)),
        next=f"somebody buys: ops.buy_capacity({sale_id}, minutes, who)"
        if is_open
        else "holders redeem: ops.redeem_capacity(token, minutes, holder)"
        if sold
        else "nothing: it is not open",
    )


def sell_capacity(
    device_id: int,
    slot_index: int,
    minutes: int,
    price: int,
    floor: int | None = None,
    seconds: int = HOUR,
) -> Any:
    """Offer minutes at a fixed price, or one that falls to `floor`: ops.sell_capacity(1, 0, 60, 700, floor=300)."""
    plant = calls.view("CapacityTokens", "device", device_id)["plant"]
    opens = calls.later(1)  # the block that opens it may be a second later
    lowest = price if floor is None else floor
    terms = (device_id, slot_index, opens + 1, opens + 1 + seconds, minutes, price, lowest)
    return calls.send("CapacityMarket", "openSale", terms, sender=plant)


def buy_capacity(sale_id: int, minutes: int, buyer: Any, most: int | None = None) -> Any:
    """Buy minutes at the price of this second, at most `most` a minute: ops.buy_capacity(1, 60, "N2")."""
    limit = calls.view("CapacityMarket", "sale", sale_id)["startPrice"] if most is None else most
    return calls.send("CapacityMarket", "buy", sale_id, minutes, limit, sender=buyer)


def close_sale(sale_id: int) -> Any:
    """The plant ends a sale early: ops.close_sale(1)."""
    device_id = calls.view("CapacityMarket", "sale", sale_id)["deviceId"]
    plant = calls.view("CapacityTokens", "device", device_id)["plant"]
    return calls.send("CapacityMarket", "closeSale", sale_id, sender=plant)


def capacity(holder: Any, token_id: int) -> int:
    """Minutes of a token that somebody holds: ops.capacity("N2", token)."""
    return int(calls.view("CapacityTokens", "balanceOf", calls.address_of(holder), token_id))


def redeem_capacity(token_id: int, minutes: int, holder: Any, order: Any = None) -> Any:
    """Turn minutes into a run for a production order: ops.redeem_capacity(token, 60, "N2", "MO-2026-00001")."""
    ref = calls.text_ref(order)
    return calls.send("CapacityMarket", "redeem", token_id, minutes, ref, sender=holder)


def redemption(redemption_id: int) -> View:
    """A redemption at a glance, and whose turn it is: ops.redemption(1)."""
    found, now = calls.view("CapacityMarket", "redemption", redemption_id), calls.now()
    status = RUN_STATUSES[found["status"]]
    if status == "none":
        raise NotThere(f"there is no redemption {redemption_id}")
    decided = calls.view("CapacityMarket", "settleableAt", redemption_id)
    after = f"from {moment_from(decided, now)} anybody: ops.settle_run({redemption_id})"
    if calls.view("CapacityMarket", "runHearing", redemption_id)["stage"] == DISPUTED:
        status = "disputed" if status != "settled" else status
    turns = {
        "redeemed": f"the attester reports: ops.report_run({redemption_id}, minutes); {after}",
        "reported": f'a party may dispute: ops.dispute_run({redemption_id}, who, "why"); {after}',
        "disputed": f"an arbiter rules: ops.rule_run({redemption_id}, minutes); {after}",
        "settled": "what is owed is withdrawn: ops.withdraw_proceeds(who)",
    }
    return View(
        number=erp_numbers.number_of(erp_numbers.REDEMPTION, redemption_id),
        status=status,
        holder=calls.who(found["holder"]),
        minutes=found["quantity"],
        ran=found["ran"],
        next=turns[status],
    )


def report_run(redemption_id: int, minutes: int, evidence: Any = None) -> Any:
    """The attester reports how many minutes ran: ops.report_run(1, 60)."""
    token_id = calls.view("CapacityMarket", "redemption", redemption_id)["tokenId"]
    device_id, slot_index, _, _ = calls.view("CapacityTokens", "termsOf", token_id)
    attester, ref = _attester(device_id, slot_index), calls.text_ref(evidence)
    return calls.send("CapacityMarket", "reportRun", redemption_id, minutes, ref, sender=attester)


def dispute_run(redemption_id: int, party: Any, reason: str) -> Any:
    """The holder or the plant disputes a report, or silence: ops.dispute_run(1, "N2", "only 20 minutes ran")."""
    ref = calls.text_ref(reason)
    return calls.send("CapacityMarket", "disputeRun", redemption_id, ref, sender=party)


def withdraw_run_dispute(redemption_id: int, party: Any) -> Any:
    """A party takes its dispute of a run back: ops.withdraw_run_dispute(1, "N2")."""
    return calls.send("CapacityMarket", "withdrawRunDispute", redemption_id, sender=party)


def rule_run(redemption_id: int, minutes: int, ruling: Any = None) -> Any:
    """The device's arbiter rules how many minutes ran: ops.rule_run(1, 20)."""
    token_id = calls.view("CapacityMarket", "redemption", redemption_id)["tokenId"]
    device_id, _, _, _ = calls.view("CapacityTokens", "termsOf", token_id)
    sender = _holder(calls.view("CapacityTokens", "device", device_id)["arbiterPost"])
    ref = calls.text_ref(ruling)
    return calls.send("CapacityMarket", "rule", redemption_id, minutes, ref, sender=sender)


def acknowledge_run(redemption_id: int) -> Any:
    """The holder says that all ran, the plant is paid at once: ops.acknowledge_run(1)."""
    holder = calls.view("CapacityMarket", "redemption", redemption_id)["holder"]
    return calls.send("CapacityMarket", "acknowledge", redemption_id, sender=holder)


def concede_run(redemption_id: int) -> Any:
    """The plant says that nothing ran, the holder is refunded at once: ops.concede_run(1)."""
    token_id = calls.view("CapacityMarket", "redemption", redemption_id)["tokenId"]
    device_id, _, _, _ = calls.view("CapacityTokens", "termsOf", token_id)
    plant = calls.view("CapacityTokens", "device", device_id)["plant"]
    return calls.send("CapacityMarket", "concede", redemption_id, sender=plant)


def settle_run(redemption_id: int, caller: Any = None) -> Any:
    """Settle by what stands, when its time is over: ops.settle_run(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("CapacityMarket", "settle", redemption_id, sender=sender)


def expire_capacity(token_id: int, holder: Any, caller: Any = None) -> Any:
    """Credit the plant with minutes that expired unredeemed: ops.expire_capacity(token, "N2"). Anybody may."""
    of, sender = calls.address_of(holder), calls.sender(caller, calls.DEPLOYER)
    return calls.send("CapacityMarket", "expire", token_id, of, sender=sender)


def refund_capacity(token_id: int, holder: Any, caller: Any = None) -> Any:
    """Credit a holder with what it paid for a slot that failed: ops.refund_capacity(token, "N2"). Anybody may."""
    of, sender = calls.address_of(holder), calls.sender(caller, calls.DEPLOYER)
    return calls.send("CapacityMarket", "refund", token_id, of, sender=sender)


def withdraw_proceeds(account: Any, caller: Any = None) -> Any:
    """Pay an account what the market owes it: ops.withdraw_proceeds("N1"). Anybody may."""
    of, sender = calls.address_of(account), calls.sender(caller, calls.DEPLOYER)
    return calls.send("CapacityMarket", "withdraw", of, sender=sender)
