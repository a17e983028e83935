"""Steps of machine-minutes: machines, free minutes, sales, holders, runs, their disputes, failures and what expires."""

from __future__ import annotations

from bridge.capabilities.model import ZERO_REF
from erp.capacity.schemas import ExplainCapacityTransfer
from scripts.plays.acts.minutes import MARKET, TOKENS
from tests.scenarios.walk.hand import Hand
from tests.world import BUYER, DAY, HOUR

PLANT, HOLDERS = "SUPPLIER", (BUYER, "RIVAL")
SLOT_SECONDS = 8 * HOUR
SLOTS_AHEAD = 30  # the farthest that is attested


class MinuteSteps(Hand):
    """What a plant sells of an idle machine."""

    region = b"\x07" * 32

    def machine(self) -> None:
        """The plant registers a machine."""
        region = self.region if self.rarely(2) else ZERO_REF
        start = self.world.now + self.number(1, 3) * DAY
        posts = self._post("ATTESTER"), self._post("ARBITER")
        terms = self.ref(), region, *posts, start, SLOT_SECONDS, HOUR, DAY, DAY, DAY
        self.act(PLANT, TOKENS, "registerDevice", terms)

    def _post(self, office: str) -> int:
        return next(p.id for p in self.world.deployment.posts.values() if p.office == office)

    def attest(self) -> None:
        """The attester finds minutes of a slot of these days free, more or fewer than before."""
        device = self.pick("SELECT * FROM capacity_device ORDER BY device_id DESC")
        if device is None:
            return self.machine()
        slots = max(0, self.world.now - device["grid_start"]) // SLOT_SECONDS
        slot = slots + self.number(0, SLOTS_AHEAD)
        told = device["device_id"], slot, self.number(1, 480), self.ref()
        self.act("attester", TOKENS, "attestCapacity", *told)
        return None

    def sell(self) -> None:
        """The plant offers minutes at a falling price, or ends a sale."""
        if self.rarely(6):
            sale = self.pick(
                "SELECT sale_id FROM capacity_sale WHERE status = 'OPEN' ORDER BY sale_id DESC"
            )
            if sale:
                self.act(PLANT, MARKET, "closeSale", sale["sale_id"])
            return
        slot = self.pick(
            "SELECT s.*, d.grid_start + s.slot_index * d.slot_seconds AS starts FROM capacity_slot s "
            "JOIN capacity_device d ON d.device_id = s.device_id WHERE s.failed IS NULL AND s.issued < s.attested "
            "AND d.grid_start + s.slot_index * d.slot_seconds > :soon ORDER BY s.device_id DESC, s.slot_index",
            soon=self.world.now + 3 * HOUR,
        )  # fmt: skip
        if slot is None:
            return
        floor = self.number(50, 150)
        quantity = max(1, slot["attested"] - slot["issued"] + self.rarely(9))
        opens = self.world.now + 60
        offered = (
            slot["device_id"],
            slot["slot_index"],
            opens,
            slot["starts"] - HOUR,
            quantity,
            floor + 50,
            floor,
        )
        self.act(PLANT, MARKET, "openSale", offered)

    def buy_minutes(self) -> None:
        """Somebody buys at the price of the moment."""
        sale = self.pick(
            "SELECT * FROM capacity_sale WHERE status = 'OPEN' AND closes_at > :now AND sold < quantity "
            "ORDER BY sale_id DESC", now=self.world.now,
        )  # fmt: skip
        if sale:
            quantity = (
                self.number(1, max(1, (sale["quantity"] - sale["sold"]) // 2))
                + self.rarely(15) * 9_999
            )
            most = sale["start_minor"] if not self.rarely(9) else sale["floor_minor"]
            who = self.dice.choice(HOLDERS)
            self.act(who, MARKET, "buy", sale["sale_id"], quantity, most)

    def _holding(self) -> tuple[str, int, int] | None:
        held = self.pick(
            "SELECT * FROM capacity_holding WHERE minutes > 0 ORDER BY token_id DESC, party"
        )
        return (held["party"], int(held["token_id"]), held["minutes"]) if held else None

    def give_minutes(self) -> None:
        """A holder gives minutes to another, who may pay for them."""
        held = self._holding()
        if held is None:
            return
        party, token, minutes = held
        other = next(each for each in HOLDERS if each != party)
        given = self.number(0, minutes + self.rarely(9))
        ends = self.address(party), self.address(other)
        self.act(party, TOKENS, "safeTransferFrom", *ends, token, given, b"")
        if self.rarely(2):
            self.act(other, "SettlementToken", "transfer", ends[0], self.number(1, 9_000))

    def redeem(self) -> None:
        """A holder asks for minutes to be run, now and then for more than it has."""
        held = self._holding()
        if held:
            party, token, minutes = held
            asked = self.number(1, minutes) + self.rarely(12) * minutes
            self.act(party, MARKET, "redeem", token, asked, self.ref())

    def run(self) -> None:
        """The attester tells how long the machine ran, or the parties agree, dispute, or the arbiter rules."""
        run = self.pick(
            "SELECT * FROM capacity_redemption WHERE status <> 'SETTLED' ORDER BY redemption_id DESC"
        )
        if run is None:
            return
        number = run["redemption_id"]
        ran = self.number(0, run["minutes"])
        disputed = run["holder_disputes"] or run["plant_disputes"]
        either = self.dice.choice((run["holder"], run["plant"]))
        ways = [
            lambda: self.act("attester", MARKET, "reportRun", number, ran, self.ref()),
            lambda: self.act("attester", MARKET, "reportRun", number, ran, self.ref()),
            lambda: self.act(either, MARKET, "disputeRun", number, self.ref()),
            lambda: self.act("RIVAL", MARKET, "settle", number),
        ]
        if disputed:
            ways = [
                lambda: self.act("arbiter", MARKET, "rule", number, ran, self.ref()),
                lambda: self.act(either, MARKET, "withdrawRunDispute", number),
            ]
        if self.rarely(6):
            ways = [
                lambda: self.act(run["holder"], MARKET, "acknowledge", number),
                lambda: self.act(run["plant"], MARKET, "concede", number),
            ]
        self.dice.choice(ways)()

    def fail_slot(self) -> None:
        """The machine is down."""
        slot = self.pick(
            "SELECT * FROM capacity_slot WHERE failed IS NULL ORDER BY device_id DESC, slot_index DESC"
        )
        if slot:
            told = slot["device_id"], slot["slot_index"], self.ref()
            self.act(self.dice.choice((PLANT, "attester")), TOKENS, "failSlot", *told)

    def end_minutes(self) -> None:
        """Somebody has minutes expire, refunded or counted before the keeper does; mostly too early."""
        held = self._holding()
        if held and self.rarely(2):
            party, token, _ = held
            function = self.dice.choice(("expire", "refund"))
            self.act("FINANCIER", MARKET, function, token, self.address(party))
            return
        slot = self.pick(
            "SELECT * FROM capacity_token WHERE settled > 0 ORDER BY device_id, slot_index"
        )
        if slot and self.rarely(2):
            self.act("FINANCIER", MARKET, "countOutcome", slot["device_id"], slot["slot_index"])
            return
        owed = self.pick("SELECT party FROM capacity_owed WHERE owed_minor > 0")
        if owed:
            self.act("FINANCIER", MARKET, "withdraw", self.address(owed["party"]))

    def explain_minutes(self) -> None:
        """Finance says what minutes that changed hands were paid by."""
        moved = self.pick(
            "SELECT * FROM capacity_transfer WHERE explained_by IS NULL ORDER BY number"
        )
        if moved is None:
            return
        paid = self.pick(
            "SELECT number FROM suspense_item WHERE explained_by IS NULL AND sender = :by AND receiver = :to",
            by=moved["receiver"], to=moved["sender"],
        )  # fmt: skip
        how = {"paid_by": paid["number"]} if paid else {}
        self.tell(ExplainCapacityTransfer(transfer=moved["number"], reason="as both wrote", **how))
