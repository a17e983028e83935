"""Prints the tables at the end of a demo: figures, credit, trial balance, audit, what is derived."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bridge.operator.printing import print_audit
from erp.ledger.chart import BY_CODE

from .plan import AwardMode, Plan
from .report import Result

MOVERS = 3  # vendors named at either end
REFUSED_SHOWN = 10


def money(minor: int) -> str:
    """Formats minor units as dollars and cents: 123456 is `1,234.56`."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100:,}.{abs(minor) % 100:02d}"


def show(result: Result, console: Console) -> None:
    """Prints orders, money, lateness, credit, trial balance and audit of a demo, and whether it holds."""
    console.print()
    _orders(result, console)
    _credit(result, console)
    _trial_balance(result, console)
    print_audit(result.audit)
    for mismatch in result.mismatches:
        console.print(f"[red]money:[/] {escape(mismatch)}")
    console.print("[dim]derived, not in the data:[/]")
    for note in result.derived():
        console.print(f"[dim]  · {escape(note)}[/]")
    verdict = (
        "[green]holds: ERP and chain tell one story, and the money adds up to the cent[/]"
        if result.holds
        else "[red]does not hold[/]"
    )
    console.print(f"\n{verdict} ({sum_of_stages(result):.0f} s)")


def sum_of_stages(result: Result) -> float:
    """Seconds of all stages; the waiting lies within them."""
    return sum(s for name, s in result.durations.items() if not name.startswith("waiting"))


def paid_name(plan: Plan) -> str:
    """How the suppliers of a plan are paid, in a table."""
    return f"paid by claim at {plan.payment_days} days" if plan.payment_days else "paid T+0"


def _orders(result: Result, console: Console) -> None:
    books, chain, late = result.books, result.chain, result.lateness
    table = Table(title="purchase history, played", show_header=False)
    table.add_row(
        "lines read", f"{result.history.lines_read:,} from {escape(result.history.source)}"
    )
    table.add_row("lines played", f"{len(result.plan.lines):,} (award by {result.plan.mode.value})")
    refused = result.history.refused
    shown = [f"{r.id}: {r.reason}" for r in refused[:REFUSED_SHOWN]]
    if len(refused) > REFUSED_SHOWN:
        shown.append(f"… and {len(refused) - REFUSED_SHOWN} more: see --json")
    table.add_row("lines refused", escape("\n".join(shown)) or "none")
    for name, amount in (
        ("ordered", books.money.ordered_minor),
        ("accepted", books.money.accepted_minor),
        ("penalties for lateness", books.money.penalties_minor),
        (paid_name(result.plan), books.money.paid_minor),
        ("refunded from escrow", books.money.refunded_minor),
    ):
        table.add_row(name, f"{money(amount)} USD")
    if result.plan.payment_days:
        claims = books.claims
        sold = sum(line.is_sold for line in result.plan.lines)
        table.add_row("claims paid when due", f"{money(claims.collected_minor)} USD")
        table.add_row(
            "claims sold to a financier",
            f"{sold} of lines that came late: {money(claims.sold_minor)} for {money(claims.price_minor)} USD (derived)",
        )
    if result.plan.mode is AwardMode.MARKET:
        table.add_row("saved against history", f"{money(result.saving_minor)} USD (derived)")
    table.add_row(
        "lateness",
        f"{late.late_lines} late, {late.on_time_lines} on time, {late.early_lines} early",
    )
    table.add_row(
        "chain",
        f"{result.chain_kind}: {chain.transactions:,} transactions, {len(chain.events):,} events, "
        f"{chain.blocks:,} blocks, {chain.gas:,} gas",
    )
    table.add_row("ERP", f"{books.documents:,} documents, {books.entries:,} entries")
    table.add_row("bridge restarts", str(result.bridge_restarts))
    seconds = ", ".join(f"{name} {s:.1f} s" for name, s in result.durations.items())
    table.add_row("duration", seconds)
    console.print(table)


def _credit(result: Result, console: Console) -> None:
    moved = sorted(
        ((score - result.newcomer_bps, name) for name, score in result.scores.items()), reverse=True
    )
    top, bottom = moved[:MOVERS], moved[MOVERS:][-MOVERS:]
    title = "credit: those who moved furthest up, and least or down (basis points)"
    table = Table("vendor", "score", "moved", title=title)
    for place, (by, name) in enumerate([*top, *bottom]):
        if place == len(top):
            table.add_section()
        colour = "green" if by > 0 else "red"
        table.add_row(escape(name), f"{result.newcomer_bps + by:,}", f"[{colour}]{by:+,}[/]")
    console.print(table)


def _trial_balance(result: Result, console: Console) -> None:
    table = Table("account", "name", title="trial balance (USD)")
    for column in ("debit", "credit", "balance"):
        table.add_column(column, justify="right")
    rows = result.books.trial_balance
    for row in rows:
        account = BY_CODE[row.account]
        balance = money(row.debit_minor - row.credit_minor)
        table.add_row(
            row.account,
            f"{account.name} {account.name_zh}",
            money(row.debit_minor),
            money(row.credit_minor),
            balance,
        )
    debit, credit = sum(r.debit_minor for r in rows), sum(r.credit_minor for r in rows)
    table.add_section()
    table.add_row("", "total", money(debit), money(credit), money(debit - credit))
    console.print(table)
