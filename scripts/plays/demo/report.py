"""The result of a demo: its figures, what they had to be, and the JSON of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from bridge.audit import AuditReport
from bridge.events.generated import ClaimSold

from .figures import BookFigures, ChainFigures, Claims, Lateness, Money
from .plan import DISCOUNT_BPS_PER_YEAR, WINDOW_SECONDS_MIN, AwardMode, Plan
from .purchases import History
from .story import Story

DERIVED = (
    (
        "tender days: the stock falls below its threshold 14 days before promise or delivery, whichever is earlier; "
        "bids are sealed a day later, opened after three, goods leave three days before they arrive"
    ),
    "times of day: receipts at 12:00 UTC, promises at 23:59:59 UTC",
    "rivals: vendors who sold the same item earlier, at the price of their own last sale, rounded half up to cents",
    "ceilings (110 % of the highest bid), bonds (1 %), credit minimum, windows, lateness (10 bp a day, at most 10 %)",
    "stock: one unit per line, issued to make the stock fall below a threshold set at its level",
    "inspections accept everything, invoices ask the order's price, no tax: the history does not tell otherwise",
    "codes, accounts and keys of buyer and vendors (development keys), their capital and budget",
)
DERIVED_AT_ONCE = (
    (
        "days: all lines are bought at the same time, by the chain's own clock, and come early; who was late in the history "
        f"does not count here. Windows of {WINDOW_SECONDS_MIN} s for bids and for reveals, the contract's minimum "
        "where no bond is asked"
    ),
    DERIVED[2],
    "ceilings (110 % of the highest bid), credit minimum, lateness (10 bp a day, at most 10 %); no bonds",
    *DERIVED[4:],
)


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of a demo: history, plan, books, chain, audit, scores, durations."""

    history: History
    plan: Plan
    chain_kind: str
    chain: ChainFigures
    books: BookFigures
    audit: AuditReport
    scores: dict[str, int]  # vendor name -> basis points
    newcomer_bps: int
    bridge_restarts: int
    durations: dict[str, float]  # step -> seconds
    story: Story = field(default_factory=Story)  # of each order, for the page

    @property
    def lateness(self) -> Lateness:
        """How many lines were early, on time and late, by the events of the chain."""
        return self.chain.lateness()

    @property
    def saving_minor(self) -> int:
        """What the awards cost less than the history; zero when the history wins."""
        return self.plan.value_minor - self.books.money.ordered_minor

    @property
    def mismatches(self) -> list[str]:
        """Names every sum of money that differs between plan, ERP and chain; empty when none does."""
        return list(_mismatches(self.plan, self.books, self.chain))

    @property
    def holds(self) -> bool:
        """True when the audit holds and the money adds up."""
        return self.audit.holds and not self.mismatches

    def derived(self) -> list[str]:
        """Lists what of the play is derived and does not stand in the data."""
        notes = list(DERIVED_AT_ONCE if self.plan.at_once else DERIVED)
        if self.plan.mode is AwardMode.MARKET:
            notes.append(
                "awards: the best bid wins, and its vendor delivers on the days of the history"
            )
        if self.plan.payment_days:
            notes.append(claims_note(self.plan))
        if self.plan.shift_days:
            notes.append(
                f"all dates are {self.plan.shift_days} days later than the history: the chain's time was beyond it"
            )
        return notes

    def as_json(self) -> dict[str, Any]:
        """Returns the result as plain data, for JSON."""
        return {
            "holds": self.holds,
            "mismatches": self.mismatches,
            "award": self.plan.mode.value,
            "purchases": {
                "source": self.history.source,
                "lines_read": self.history.lines_read,
                "lines_played": len(self.plan.lines),
                "lines_refused": [asdict(refused) for refused in self.history.refused],
                "value_minor": self.plan.value_minor,
                "shift_days": self.plan.shift_days,
            },
            "money": {**asdict(self.books.money), "saving_minor": self.saving_minor},
            "claims": {
                "payment_days": self.plan.payment_days,
                "lines_sold": sum(line.is_sold for line in self.plan.lines),
                **asdict(self.books.claims),
            },
            "lateness": asdict(self.lateness),
            "chain": {
                "kind": self.chain_kind,
                "transactions": self.chain.transactions,
                "events": len(self.chain.events),
                "gas": self.chain.gas,
                "blocks": self.chain.blocks,
            },
            "erp": {
                "documents": self.books.documents,
                "entries": self.books.entries,
                "trial_balance_minor": self.books.trial_balance_minor,
                "trial_balance": [asdict(row) for row in self.books.trial_balance],
            },
            "audit": self.audit.as_json(),
            "credit": {
                "newcomer_bps": self.newcomer_bps,
                "vendors": [
                    {"vendor": name, "score_bps": score, "moved_bps": score - self.newcomer_bps}
                    for name, score in sorted(self.scores.items(), key=lambda pair: -pair[1])
                ],
            },
            "bridge_restarts": self.bridge_restarts,
            "durations_seconds": {name: round(s, 3) for name, s in self.durations.items()},
            "derived": self.derived(),
        }


def claims_note(plan: Plan) -> str:
    """What is derived of payment, where orders are paid later."""
    return (
        f"payment {plan.payment_days} days after acceptance, the financier and its price: the history has one buyer and "
        f"does not tell when it paid, so no payer in it is known to be late. In their place, the claims of lines that came "
        f"late are sold, the day after they came, at {DISCOUNT_BPS_PER_YEAR // 100} % a year for the days that are left"
    )


def _mismatches(plan: Plan, books: BookFigures, chain: ChainFigures) -> Iterator[str]:
    ledger, on_chain = books.money, chain.money()
    for name in Money.__dataclass_fields__:
        ours, theirs = getattr(ledger, name), getattr(on_chain, name)
        if ours != theirs:
            yield f"{name} is {ours} in the ledger and {theirs} on the chain, {ours - theirs} apart"
    if plan.mode is AwardMode.HISTORY:
        wanted, what = plan.value_minor, "the lines' values"
    else:
        wanted, what = sum(line.lowest_minor for line in plan.lines), "the lowest bids"
    if ledger.ordered_minor != wanted:
        apart = ledger.ordered_minor - wanted
        yield f"ordered_minor is {ledger.ordered_minor}, {what} add up to {wanted}, {apart} apart"
    if ledger.accepted_minor != ledger.ordered_minor:
        apart = ledger.accepted_minor - ledger.ordered_minor
        yield f"accepted_minor is not ordered_minor, although everything came: {apart} apart"
    apart = ledger.accepted_minor - ledger.penalties_minor - ledger.paid_minor
    if apart:
        yield f"accepted − penalties is not paid: {apart} apart"
    if books.trial_balance_minor:
        yield f"the trial balance is off by {books.trial_balance_minor}"
    yield from _late_mismatches(plan, chain)
    yield from _claim_mismatches(plan, books, chain)


def _claim_mismatches(plan: Plan, books: BookFigures, chain: ChainFigures) -> Iterator[str]:
    ledger, on_chain = books.claims, chain.claims()
    for name in Claims.__dataclass_fields__:
        ours, theirs = getattr(ledger, name), getattr(on_chain, name)
        if ours != theirs:
            yield f"claims: {name} is {ours} in the ledger and {theirs} on the chain"
    wanted = books.money.paid_minor if plan.payment_days else 0
    for name in ("issued_minor", "collected_minor"):
        if getattr(ledger, name) != wanted:
            yield f"claims: {name} is {getattr(ledger, name)}, {wanted} was paid by claims"
    sold = sum(line.is_sold for line in plan.lines)
    if len(chain.each(ClaimSold)) != sold:
        yield f"claims: {len(chain.each(ClaimSold))} were sold, {sold} lines came late"


def _late_mismatches(plan: Plan, chain: ChainFigures) -> Iterator[str]:
    days = [line.purchase.days_late for line in plan.lines]
    wanted = Lateness(
        late_lines=sum(d > 0 for d in days),
        on_time_lines=sum(d == 0 for d in days),
        early_lines=sum(d < 0 for d in days),
    )
    found = chain.lateness()
    if found != wanted:
        yield f"lateness on the chain is {asdict(found)}, in the history {asdict(wanted)}"
