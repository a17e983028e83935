"""Why an invoice is blocked (三单不符), in the reader's language and in CNY: the books keep a sentence in minor units."""

from __future__ import annotations

import re

from erp.web.formats import money
from erp.web.texts import Texts

# What `erp.procurement.rules.mismatch` writes, and what pages say of it. A figure named `…_minor` is money.
NAMED = (
    ("nothing of this delivery was accepted", "Nothing of this delivery was accepted."),
    (r"quantity (?P<asked>\d+) is invoiced, (?P<had>\d+) was accepted",
     "Quantity {asked} is invoiced, {had} was accepted."),
    (r"net amount (?P<asked_minor>\d+) is over tolerance, (?P<most_minor>\d+) is allowed",
     "The net amount of {asked} CNY is over tolerance: at most {most} CNY is allowed."),
    (r"net amount (?P<asked_minor>\d+) is under the floor (?P<least_minor>\d+) that the supplier is owed.*",
     ("The net amount of {asked} CNY is under the floor of {least} CNY that the supplier is owed: "
      "it grants the discount first, or sends another invoice.")),
    (r"tax (?P<asked_minor>\d+) is over the rate, (?P<most_minor>\d+) is allowed",
     "The tax of {asked} CNY is over the rate: at most {most} CNY is allowed."),
    (r"price variance (?P<asked_minor>\d+) exceeds the available budget (?P<most_minor>-?\d+)",
     "The price variance of {asked} CNY exceeds the available budget of {most} CNY."),
)  # fmt: skip
SAYS = tuple(said for _, said in NAMED)


def told(reason: str, say: Texts) -> str:
    """A sentence of the books, or the same as it is where it is none of these."""
    for pattern, said in NAMED:
        found = re.fullmatch(pattern, reason)
        if found is not None:
            facts = {
                name.removesuffix("_minor"): money(int(value)) if name.endswith("_minor") else value
                for name, value in found.groupdict().items()
            }
            return say(said, **facts)
    return reason
