"""The classes of fields: who may be shown a field of a document or of an answer hangs on its class."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class FieldClass(StrEnum):
    """What a field tells, so that each role is shown no more than it needs. The roles of each class: `erp.api.shown`."""

    OPEN = "open"  # whoever may read the document or the list
    MONEY = "money"  # amounts, and texts that name them: not for those who handle goods; a supplier sees its own
    PRICE = "price"  # what customers pay and owe: as money, and for those who sell
    CONFIDENTIAL = "confidential"  # weakens the buyer when told: ceilings, estimates, bids, budgets
    OWN = "own"  # what a firm's person asks to sign, and what it signed: for that firm, and for the auditor
    PERSONAL = "personal"  # names of people: not for other firms
    INTERNAL = "internal"  # what tells how much the house does: not for other firms
    PROOF = "proof"  # salts: for the auditor alone


Classes = Mapping[str, FieldClass]


def classed(
    open_to_all: str = "",
    *,
    money: str = "",
    price: str = "",
    confidential: str = "",
    own: str = "",
    personal: str = "",
    internal: str = "",
    proof: str = "",
) -> Classes:
    """The class of each field, from names parted by blanks. Raises ValueError when a name is in two classes."""
    found: dict[str, FieldClass] = {}
    for of, names in (
        (FieldClass.OPEN, open_to_all),
        (FieldClass.MONEY, money),
        (FieldClass.PRICE, price),
        (FieldClass.CONFIDENTIAL, confidential),
        (FieldClass.OWN, own),
        (FieldClass.PERSONAL, personal),
        (FieldClass.INTERNAL, internal),
        (FieldClass.PROOF, proof),
    ):
        for name in names.split():
            if name in found:
                raise ValueError(f"field {name} is classed twice: {found[name]} and {of}")
            found[name] = of
    return found
