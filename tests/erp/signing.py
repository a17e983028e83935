"""Steps of the signing mailbox for tests: an act asked for, and what its party is asked to sign."""

from __future__ import annotations

from erp.kernel.log.model import Document
from erp.signing.schemas import OfferSigning, RequestAct, SigningKind
from tests.erp.world import REF, World

CANCELLED = {"order_id": 1, "quantity": 2}


def asked(world: World, party: str = "supplier") -> Document:
    """The supplier asks to give up a part of an order."""
    return world.do(RequestAct(party=party, act="cancel_part", fields=CANCELLED))


def fill_tables(world: World) -> None:
    """An act that was asked for and shown to its party."""
    number = asked(world).number
    world.do(
        OfferSigning(
            request=number,
            showing=1,
            kind=SigningKind.TRANSACTION,
            payload="{}",
            digest=REF,
            refs={},
        )
    )
