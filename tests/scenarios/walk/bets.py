"""Steps of bets: proposed, signed, reported, disputed, ruled, changed, ended by consent, settled and paid out."""

from __future__ import annotations

from random import Random
from typing import Any

from bridge.capabilities.model import ZERO_ACCOUNT, ZERO_REF
from tests.bets import NOBODY, POOL, STAKE, TARGET, Bet
from tests.scenarios.walk.hand import Hand
from tests.scenarios.walk.people import BETTORS, SPONSOR
from tests.world import DAY, World

ROOM = "BetContracts"
PERIOD = 6 * DAY
SIGNED_WITHIN = 4 * DAY


class BetSteps(Hand):
    """What parties promise each other."""

    def __init__(self, world: World, dice: Random) -> None:
        super().__init__(world, dice)
        self.bets: list[Bet] = []
        self.pledged: dict[int, dict[str, list[tuple[int, dict[str, Any]]]]] = {}

    def propose_bet(self) -> None:
        """The sponsor proposes a bet to two or three, perhaps of a group that it leads."""
        group = self.pick(
            "SELECT group_id FROM chain_group WHERE leader = 'SPONSOR' AND status = 'FORMED' AND bet_id IS NULL"
        )
        indexed = self.rarely(2)
        codes = self.dice.sample(BETTORS, self.number(2, 3))
        shares = (5_000, 5_000) if len(codes) == 2 else (3_333, 3_334, 3_333)
        pledges = {
            code: {
                "shareBps": share,
                "stake": self.number(1, STAKE),
                "targets": [{**TARGET, "followsIndex": indexed}],
            }
            for code, share in zip(codes, shares, strict=True)
        }
        index = {
            "indexBaseline": 10_000,
            "indexElasticityBps": 10_000,
            "indexMaxUpBps": 2_000,
            "indexMaxDownBps": 2_000,
        }
        terms: dict[str, Any] = {
            "groupId": group["group_id"] if group else 0, "periods": self.number(1, 3), "periodSeconds": PERIOD,
            "reportSeconds": 3 * DAY, "rulingSeconds": 2 * DAY, "valuePool": self.number(0, POOL),
            "signBy": self.world.now + SIGNED_WITHIN, "start": self.world.now + SIGNED_WITHIN,
            "region": self.region if self.rarely(3) else ZERO_REF, **(index if indexed else {}),
        }  # fmt: skip
        made = self.attempt(
            f"{ROOM}.proposeBet",
            f"{pledges} {terms}",
            lambda: Bet(self.world, pledges=pledges, **terms),
        )
        if made is None:
            return
        made.sign_by = terms["signBy"]
        self.bets.append(made)
        self.pledged[made.id] = {code: [(1, made.pledge(code))] for code in codes}
        if self.rarely(2):
            self._sign_by_all(made)
            if group:
                self.act(SPONSOR, "ChainGroups", "bindBet", group["group_id"], made.id)

    region = b"\x07" * 32

    def _bet(self, status: str = "ACTIVE") -> Bet | None:
        known = "SELECT bet_id FROM bet WHERE status = :status OR :any = 1 ORDER BY bet_id DESC"
        found = self._of(known, status=status, any=int(self.rarely(12)))
        return self.dice.choice(found) if found else None

    def sign_bet(self) -> None:
        """Parties of a new bet sign it, or one signs again, or too late."""
        new = "SELECT bet_id FROM bet WHERE (status = 'PROPOSED' AND sign_by > :now) OR :late = 1 ORDER BY bet_id DESC"
        for bet in self._of(new, now=self.world.now, late=int(self.rarely(15))):
            self._sign_by_all(bet)

    def _of(self, statement: str, **values: Any) -> list[Bet]:
        """Bets of this walk that the books say something of."""
        numbers = [row["bet_id"] for row in self.some(statement, **values)]
        return [bet for bet in self.bets if bet.id in numbers]

    def _sign_by_all(self, bet: Bet) -> None:
        codes = list(bet.parties) if not self.rarely(4) else [self.dice.choice(bet.parties)]
        for code in codes:
            self.attempt(
                f"{ROOM}.signBet", f"{code} bet {bet.id}", lambda code=code: bet.sign(code)
            )

    def bind(self) -> None:
        """The sponsor binds an active bet to its group."""
        found = self.pick(
            "SELECT b.bet_id, b.group_id FROM bet b JOIN chain_group g ON g.group_id = b.group_id "
            "WHERE g.status = 'FORMED' AND g.bet_id IS NULL AND b.status <> 'VOIDED'"
        )
        if found:
            self.act(SPONSOR, "ChainGroups", "bindBet", found["group_id"], found["bet_id"])

    def top_up(self) -> None:
        """Somebody pays into the pool of a bet."""
        bet = self._bet(self.dice.choice(("ACTIVE", "PROPOSED")))
        if bet:
            payer = self.dice.choice((SPONSOR, *BETTORS))
            self.act(payer, ROOM, "topUpPool", bet.id, self.number(1, 30_000))

    def _period(self, bet: Bet) -> int:
        now, start = self.world.now, int(bet.terms["start"])
        return max(1, min(int(bet.terms["periods"]), (now - start) // PERIOD))

    def report(self) -> None:
        """The reporter tells what a party reached, the index, or the value added."""
        running = (
            "SELECT bet_id FROM bet WHERE status = 'ACTIVE' AND ((start + period_seconds <= :now "
            "AND (:now - start) % period_seconds <= report_seconds) OR :early = 1) ORDER BY bet_id DESC"
        )
        for bet in self._of(running, now=self.world.now, early=int(self.rarely(12))):
            self._report_of(bet)

    def _pledge(self, bet: Bet, code: str, period: int) -> dict[str, Any]:
        """What is in force of a party in a period."""
        return [pledge for start, pledge in self.pledged[bet.id][code] if start <= period][-1]

    def _report_of(self, bet: Bet) -> None:
        period = self._period(bet)
        reported = {
            row["party"] for row in self.rows(
                "SELECT m.party FROM bet_measure m JOIN bet b ON b.number = m.bet WHERE b.bet_id = :id "
                "AND m.period = :period AND m.reported_by IS NOT NULL", id=bet.id, period=period,
            )
        }  # fmt: skip
        silent = [code for code in bet.parties if code not in reported]
        code = self.dice.choice(silent or list(bet.parties))
        if not silent and not self.rarely(9):
            return
        what = self.number(1, 12)
        if what == 1:
            told = ZERO_ACCOUNT, period, [self.number(0, 20_000)], NOBODY
        elif what == 2:
            told = ZERO_ACCOUNT, 0, [self.number(0, POOL)], NOBODY
        else:
            told = (
                self.address(code),
                period,
                [self.number(40, 160)],
                self._pledge(bet, code, period),
            )
        if self.act("reporter", ROOM, "report", bet.id, *told, self.ref()) and self.rarely(3):
            by = self.dice.choice((SPONSOR, *bet.parties))
            self.act(by, ROOM, "dispute", bet.id, told[0], told[1], self.ref())

    def dispute_bet(self) -> None:
        """A party or the sponsor disputes a report, or that there is none; or takes its dispute back."""
        disputed = self.pick(
            "SELECT m.*, b.bet_id FROM bet_measure m JOIN bet b ON b.number = m.bet "
            "WHERE m.disputed_by IS NOT NULL AND b.status = 'ACTIVE' ORDER BY b.bet_id DESC"
        )
        if disputed and self.rarely(4):
            subject = self.address(disputed["party"]) if disputed["party"] else ZERO_ACCOUNT
            who = disputed["disputed_by"]
            self.act(who, ROOM, "withdrawDispute", disputed["bet_id"], subject, disputed["period"])
            return
        if disputed and disputed["party"] and self.rarely(2):
            bet = next(each for each in self.bets if each.id == disputed["bet_id"])
            told = (
                [self.number(40, 160)],
                self._pledge(bet, disputed["party"], disputed["period"]),
                self.ref(),
            )
            subject = self.address(disputed["party"])
            self.act("arbiter", ROOM, "rule", bet.id, subject, disputed["period"], *told)
            return
        bet = self._bet()
        if bet:
            subject = self.address(self.dice.choice(bet.parties))
            who = self.dice.choice((SPONSOR, *bet.parties))
            self.act(who, ROOM, "dispute", bet.id, subject, self._period(bet), self.ref())

    def amend_bet(self) -> None:
        """All who go on sign other targets from the next period on."""
        bet = self._bet()
        if bet is None:
            return
        targets = [{**TARGET, "stretch": self.number(120, 300)}]
        going = {code: {"targets": targets} for code in bet.parties}
        start = max(1, min(int(bet.terms["periods"]), self._period(bet) + self.number(0, 1)))
        made = self.attempt(
            "BetAmendments.all sign",
            f"bet {bet.id} from period {start}",
            lambda: bet.amend(going, from_period=start),
        )
        if made:
            for code, pledge in made.items():
                self.pledged[bet.id][code].append((start, pledge))
                bet.changed[code] = {**bet.changed[code], "targets": targets}

    def end_bet(self) -> None:
        """All together end a bet, or one of them is missing."""
        bet = self._bet()
        if bet:
            codes = [SPONSOR, *bet.parties][not self.rarely(4) :]
            self.attempt(
                "BetAmendments.endByConsent",
                f"bet {bet.id} {codes}",
                lambda: bet.end_by_consent(*codes),
            )

    def finish_bet(self) -> None:
        """Somebody voids, settles or pays out a bet before the keeper does; mostly too early."""
        bet = self._bet()
        if bet is None:
            return
        function = self.dice.choice(("voidBet", "settleBet", "withdrawRemainder", "withdrawFor"))
        more = (self.address(self.dice.choice(bet.parties)),) if function == "withdrawFor" else ()
        self.act("RIVAL", ROOM, function, bet.id, *more)
