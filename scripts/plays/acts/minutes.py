"""Idle minutes (闲置产能): a plant with a machine, what it registers, attests, sells, and what becomes of the minutes."""

from __future__ import annotations

from typing import Any

from bridge.capabilities.model import ZERO_REF
from erp.capacity.rules import TokenTerms, token_id_of

from .acts import Acts
from .buying import BUYER, DAY, HOUR
from .spans import Spans

MARKET, TOKENS = "CapacityMarket", "CapacityTokens"
PLANT = "SUPPLIER"
SLOT_SECONDS = 8 * HOUR
START_PRICE, FLOOR = 200, 100  # a minute


def falls(spans: Spans, price: int) -> int:
    """Seconds from the beginning of a sale until a minute costs no more than this."""
    return (START_PRICE - price) * spans.sale // (START_PRICE - FLOOR)


class Machine:
    """A device of the plant whose slot 0 begins in some days, sold by falling price from the next hour on."""

    def __init__(
        self, acts: Acts, minutes: int = 300, region: str = ZERO_REF, days: int = 3
    ) -> None:
        self.acts = acts
        self.start = acts.now + days * DAY
        places = acts.reference(), region, self._post("ATTESTER"), self._post("ARBITER")
        times = self.start, SLOT_SECONDS, HOUR, DAY, DAY, DAY
        acts.transact(PLANT, TOKENS, "registerDevice", (*places, *times))
        self.id = len(acts.bridge.gateway.logged(TOKENS, "DeviceRegistered"))
        self.attest(minutes)
        self.offer(minutes)

    def _post(self, office: str) -> int:
        posts = self.acts.deployment.posts.values()
        return next(post.id for post in posts if post.office == office)

    def offer(self, minutes: int) -> None:
        """The plant offers minutes by falling price from the next hour on, in the newest market; buyers let it draw."""
        acts = self.acts
        self.opens = acts.now + acts.spans.sale_opens
        terms = self.id, 0, self.opens, self.opens + acts.spans.sale, minutes, START_PRICE, FLOOR
        opened = acts.transact(PLANT, MARKET, "openSale", terms)
        self.sale = acts.number_in(opened, MARKET)
        for who in (BUYER, "RIVAL"):
            acts.let_draw(who, MARKET)

    def attest(self, minutes: int) -> None:
        """The attester finds so many minutes of the slot free."""
        evidence = self.acts.reference()
        self.acts.transact("attester", TOKENS, "attestCapacity", self.id, 0, minutes, evidence)

    def buy(self, who: str, minutes: int, price: int) -> int:
        """Somebody buys when the falling price is there; the token."""
        self.acts.reach(self.opens + falls(self.acts.spans, price))
        self.acts.transact(who, MARKET, "buy", self.sale, minutes, price)
        terms = TokenTerms(self.id, 0, self.number, price)
        return int(token_id_of(terms))

    @property
    def number(self) -> int:
        """The number of the market in the ids of its tokens."""
        place = self.acts.deployment.address(MARKET, self.sale)
        return int(self.acts.bridge.gateway.view(TOKENS, "marketNumberOf", place)[0])

    def send(self, sender: str, receiver: str, token: int, minutes: int) -> None:
        """A holder gives minutes away."""
        ends = self.acts.people[sender].address, self.acts.people[receiver].address
        self.acts.transact(sender, TOKENS, "safeTransferFrom", *ends, token, minutes, b"")

    def redeem(self, who: str, token: int, minutes: int, order: Any = None) -> int:
        """A holder asks for minutes to be run; the redemption."""
        ref = order or self.acts.reference()
        asked = self.acts.transact(who, MARKET, "redeem", token, minutes, ref)
        return self.acts.number_in(asked, MARKET)

    def run(self, redemption: int, ran: int) -> None:
        """The slot passes, and the attester reports."""
        self.acts.reach(self.start + SLOT_SECONDS)
        self.report(redemption, ran)

    def report(self, redemption: int, ran: int) -> None:
        """The attester reports, now."""
        evidence = self.acts.reference()
        self.acts.transact("attester", MARKET, "reportRun", redemption, ran, evidence)

    def dispute(self, who: str, redemption: int) -> None:
        """A party of a run disputes it."""
        self.acts.transact(who, MARKET, "disputeRun", redemption, self.acts.reference())

    def fail(self) -> None:
        """The plant says that the machine is down."""
        self.acts.transact(PLANT, TOKENS, "failSlot", self.id, 0, self.acts.reference())

    def pass_all(self) -> None:
        """All windows of the slot pass, and the bridge does what time alone decides."""
        self.acts.reach(self.start + SLOT_SECONDS + 4 * DAY)
        self.acts.settle()
        self.acts.settle()
