"""RECEIVABLES: accepted, not yet due payables, sold at a discount. 应收账款（供应链金融）.

An order with a payment time turns each payment into a claim of its supplier. On the chain of `make run`:
    ops.receivables()                                  who holds what, and when it is paid
    ops.offer_receivable(1, 980_000)                   the holder offers claim 1 for 9,800.00 now
    ops.buy_receivable(1, "BANK")                      a financier pays that and holds it
    ops.pay_receivable(1)                              from the due date on, anybody
Or by a signature away from the chain: ops.buy_signed(ops.sign_offer(1, 980_000), "BANK")
"""

from __future__ import annotations

from typing import Any

from .. import erp_numbers
from ..errors import NotThere
from ..formatting import Minor, View, moment_from
from . import calls, signatures

__all__ = [
    "buy_receivable",
    "buy_signed",
    "offer_receivable",
    "pass_receivable",
    "pay_receivable",
    "receivable",
    "receivables",
    "sign_offer",
    "split_receivable",
    "withdraw_offer",
]

DAY = 86_400
NOBODY = "0x" + "00" * 20
CLAIM_STATUSES = ("none", "open", "paid")


def receivables() -> View:
    """All receivables, by id: ops.receivables()."""
    ids = [int(event["claimId"]) for event in calls.logs("Receivables", "ClaimIssued")]
    ids += [int(event["partId"]) for event in calls.logs("Receivables", "ClaimSplit")]
    found = {}
    for claim_id in sorted(ids):
        seen = receivable(claim_id)
        found[str(claim_id)] = f"{seen['status']}, {seen['amount_minor']}, {seen['holder']!r}"
    return View(found)


def receivable(claim_id: int) -> View:
    """A receivable at a glance, and whose turn it is: ops.receivable(1)."""
    found, now = _claim(claim_id), calls.now()
    offered = calls.view("Receivables", "offerOf", claim_id)
    status = CLAIM_STATUSES[found["status"]]
    if status == "paid":
        turn = "nothing: it is paid"
    elif now >= found["dueAt"]:
        turn = f"anybody has it paid: ops.pay_receivable({claim_id})"
    elif offered["price"]:
        turn = f'a financier buys: ops.buy_receivable({claim_id}, "BANK")'
    else:
        turn = f"its holder may offer it: ops.offer_receivable({claim_id}, price)"
    number = erp_numbers.number_of(erp_numbers.CLAIM, claim_id)
    return View(
        number=number or erp_numbers.number_of(erp_numbers.PART, claim_id),
        status=status,
        holder=calls.who(found["holder"]),
        amount_minor=Minor(found["amount"]),
        due=moment_from(found["dueAt"], now),
        order=found["orderId"],
        order_number=erp_numbers.number_of(erp_numbers.ORDER, found["orderId"]),
        delivery=found["deliveryId"],
        supplier=calls.who(found["supplier"]),
        buyer=calls.who(found["buyer"]),
        offered_minor=Minor(offered["price"]) if offered["price"] else None,
        next=turn,
    )


def _claim(claim_id: int) -> dict[str, Any]:
    found: dict[str, Any] = calls.view("Receivables", "claim", claim_id)
    if found["status"] == 0:
        raise NotThere(f"there is no receivable {claim_id}; ops.receivables() lists them")
    return found


def split_receivable(claim_id: int, part: int) -> Any:
    """Take a part out as a receivable of its own: ops.split_receivable(1, 400_000)."""
    return calls.send("Receivables", "split", claim_id, part, sender=_claim(claim_id)["holder"])


def pass_receivable(claim_id: int, to: Any) -> Any:
    """Pass a receivable on, for nothing that the chain sees: ops.pass_receivable(1, "S2")."""
    holder, receiver = _claim(claim_id)["holder"], calls.address_of(to)
    return calls.send("Receivables", "transfer", claim_id, receiver, sender=holder)


def offer_receivable(claim_id: int, price: int, financier: Any = None, seconds: int = DAY) -> Any:
    """Offer a receivable for a price, to one financier or any: ops.offer_receivable(1, 980_000, "BANK")."""
    found = _claim(claim_id)
    to = NOBODY if financier is None else calls.address_of(financier)
    expires = min(calls.later(seconds), found["dueAt"])
    arguments = (claim_id, to, price, expires)
    return calls.send("Receivables", "offer", *arguments, sender=found["holder"])


def withdraw_offer(claim_id: int) -> Any:
    """Take back every offer of a receivable, published or signed: ops.withdraw_offer(1)."""
    return calls.send("Receivables", "withdrawOffer", claim_id, sender=_claim(claim_id)["holder"])


def buy_receivable(claim_id: int, financier: Any = None) -> Any:
    """Buy an offered receivable at its price as it stands now: ops.buy_receivable(1, "BANK")."""
    amount = _claim(claim_id)["amount"]
    price = calls.view("Receivables", "offerOf", claim_id)["price"]
    sender = calls.sender(financier, calls.FINANCIER)
    return calls.send("Receivables", "buy", claim_id, amount, price, sender=sender)


def sign_offer(claim_id: int, price: int, financier: Any = None, seconds: int = DAY) -> View:
    """The holder's signed offer, to be handed to a financier: ops.sign_offer(1, 980_000). Sends nothing."""
    found = _claim(claim_id)
    offered = {
        "claimId": claim_id,
        "seller": found["holder"],
        "financier": NOBODY if financier is None else calls.address_of(financier),
        "amount": found["amount"],
        "price": price,
        "revision": found["revision"],
        "deadline": calls.later(seconds),
    }
    described = signatures.member("Receivables", "buySigned", "signedOffer")
    signature = signatures.sign(
        "Receivables", "SignedOffer", described["components"], offered, found["holder"]
    )
    return View(**offered, signature="0x" + signature.hex())


def buy_signed(offered: View, financier: Any = None) -> Any:
    """Buy a receivable by its holder's signed offer: ops.buy_signed(ops.sign_offer(1, 980_000), "BANK")."""
    *terms, signature = offered.values()
    sender = calls.sender(financier, calls.FINANCIER)
    return calls.send("Receivables", "buySigned", tuple(terms), signature, sender=sender)


def pay_receivable(claim_id: int, caller: Any = None) -> Any:
    """Pay a receivable that is due to its holder: ops.pay_receivable(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("Receivables", "pay", claim_id, sender=sender)
