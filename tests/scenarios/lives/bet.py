"""The bet of a life: proposed to all holders, signed, reported, disputed, ruled, and shared out when its time is over."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from bridge.capabilities.model import ZERO_ACCOUNT
from scripts.plays.acts.bets import NOBODY, TARGET, Bet
from tests.scenarios.lives.plans import BPS, BetPlan, Quarrel, ReportPlan, Signing, Trial
from tests.world import HOUR

if TYPE_CHECKING:
    from tests.scenarios.lives.life import Life

ROOM = "BetContracts"
SIGNED_WITHIN, PERIOD = 6 * HOUR, 12 * HOUR
REPORT, DISPUTE, RULING = 6 * HOUR, 3 * HOUR, 4 * HOUR
FEWEST = 2  # parties
NOW = 0
PROPOSED, ACTIVE = 1, 2  # states on chain


class GroupBet:
    """The bet that a leader proposes to the holders of its group."""

    def __init__(self, life: Life, plan: BetPlan) -> None:
        self.life, self.plan, self.hand = life, plan, life.hand
        self.bet: Bet | None = None
        self.parties: tuple[str, ...] = ()
        self.bound = False

    # ---- the beginning ------------------------------------------------------------------------

    def begin(self) -> Iterator[int]:
        """It is proposed, signed and bound; or somebody misses."""
        self.parties = self._parties()
        if len(self.parties) < FEWEST:
            return
        world = self.hand.world
        sign_by = world.now + SIGNED_WITHIN
        terms: dict[str, Any] = {
            "groupId": self.life.group.id, "valuePool": self.plan.pool, "signBy": sign_by, "start": sign_by,
            "periods": len(self.plan.reports), "periodSeconds": PERIOD, "reportSeconds": REPORT,
            "disputeSeconds": DISPUTE, "rulingSeconds": RULING,
        }  # fmt: skip
        self.bet = self.hand.attempt(
            f"{ROOM}.proposeBet", f"{self.life.leader} {self.parties}",
            lambda: Bet(world, pledges=self._pledges(), sponsor=self.life.leader, **terms),
        )  # fmt: skip
        if self.bet is None:
            return
        self.bet.sign_by = sign_by
        missing = self.plan.signing is Signing.ONE_MISSES
        for code in self.parties[missing:]:
            self.hand.attempt(f"{ROOM}.signBet", code, partial(self._bet.sign, code))
        if self.plan.top_up:
            self.hand.act(self.life.leader, ROOM, "topUpPool", self._bet.id, self.plan.top_up)
        told = self.life.group.id, self._bet.id
        self.bound = self.hand.act(self.life.leader, "ChainGroups", "bindBet", *told) is not None
        if Trial.SETTLE_EARLY in self.life.plan.trials:
            self.hand.act("RIVAL", ROOM, "settleBet", self._bet.id)
        yield NOW

    def _parties(self) -> tuple[str, ...]:
        holders = sorted(set(self.life.holders().values()))
        return (self.life.leader, *holders) if self.plan.with_leader else tuple(holders)

    def _pledges(self) -> dict[str, dict[str, Any]]:
        drawn = dict(zip(self.parties, self.plan.parties, strict=False))
        whole = max(1, sum(each.share_weight for each in drawn.values()))
        return {
            code: {
                "stake": each.stake, "shareBps": BPS * each.share_weight // whole, "toleranceBps": each.tolerance_bps,
                "slopeBps": each.slope_bps, "capBps": each.cap_bps, "targets": [TARGET],
            }
            for code, each in drawn.items()
        }  # fmt: skip

    # ---- its periods --------------------------------------------------------------------------

    def run(self) -> Iterator[int]:
        """Period by period the reporter tells what each reached, some dispute it, the arbiter rules; or all end it."""
        if self.bet is None or self.status() != ACTIVE:
            return
        if self.plan.ends_by_consent:
            codes = dict.fromkeys((self.life.leader, *self.parties))
            self.hand.attempt(
                "BetAmendments.endByConsent", f"bet {self._bet.id}", lambda: self._bet.end_by_consent(*codes)
            )  # fmt: skip
            yield NOW
            return
        for period, said in enumerate(self.plan.reports, 1):
            yield self._bet.period_end(period)
            for code, report in zip(self.parties, said, strict=False):
                self._report(code, period, report)
            if period == len(self.plan.reports) and self.plan.value_bps is not None:
                self._value(self.plan.value_bps)
            yield NOW
            ruled = [
                (code, told)
                for code, told in zip(self.parties, said, strict=False)
                if _is_ruled(told)
            ]
            for code, told in ruled:
                rule = partial(self._bet.rule, code, period, told.ruled)
                self.hand.attempt(f"{ROOM}.rule", f"{code} {told}", rule)
            if ruled:
                yield NOW

    def _report(self, code: str, period: int, report: ReportPlan) -> None:
        if report.value is None:
            return
        value = report.value
        self.hand.attempt(
            f"{ROOM}.report",
            f"{code} {period} {value}",
            lambda: self._bet.report(code, period, value),
        )
        if report.quarrel is Quarrel.NONE:
            return
        by = self.parties[0] if self.parties[0] != code else self.life.leader
        self.hand.attempt(
            f"{ROOM}.dispute", f"{by} {code}", lambda: self._bet.dispute(by, code, period)
        )
        if report.quarrel is Quarrel.WITHDRAWN:
            self.hand.attempt(
                f"{ROOM}.withdrawDispute", f"{by} {code}", lambda: self._bet.withdraw_dispute(by, code, period)
            )  # fmt: skip

    def _value(self, bps: int) -> None:
        pool = int(self._bet.record()["valuePool"])
        told = self._bet.id, ZERO_ACCOUNT, 0, [pool * bps // BPS], NOBODY, self.hand.ref()
        self.hand.act("reporter", ROOM, "report", *told)

    # ---- its end ------------------------------------------------------------------------------

    def over(self) -> Iterator[int]:
        """Until it is void, or settled and paid out by the keeper."""
        if self.bet is None:
            return
        if self.status() == PROPOSED:
            yield self.bet.sign_by + 1
            yield NOW
        if self.status() == ACTIVE:
            (at,) = self.hand.world.bridge.gateway.view(ROOM, "settleableAt", self.bet.id)
            yield int(at) + 1
            yield NOW

    def status(self) -> int:
        """Where it stands on chain."""
        return int(self._bet.record()["status"])

    @property
    def _bet(self) -> Bet:
        assert self.bet is not None
        return self.bet


def _is_ruled(report: ReportPlan) -> bool:
    return report.quarrel is Quarrel.RULED and report.value is not None
