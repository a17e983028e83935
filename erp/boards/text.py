"""The pages as lines of text, for whoever sits at a terminal. Amounts with two decimals, times in UTC."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from erp.boards.cockpit import Cockpit
from erp.boards.figures import Figure
from erp.boards.grab import GrabPage, Reached

GAP = 2  # spaces between columns
MARKS = {True: "✓", False: "✗", None: "?"}
Table = tuple[
    str, Sequence[Sequence[str]]
]  # heading, and rows, the first of which names the columns


def amount(minor: int | str | None) -> str:
    """Minor units with two decimals; `-` for none."""
    if minor is None:
        return "-"
    whole, rest = divmod(abs(int(minor)), 100)
    return f"{'-' if int(minor) < 0 else ''}{whole:,}.{rest:02d}"


def instant(seconds: int | None) -> str:
    """A time in UTC; `-` for none."""
    return "-" if seconds is None else time.strftime("%Y-%m-%d %H:%M", time.gmtime(seconds))


def percent(bps: int | str | None) -> str:
    """Basis points as a percentage; `-` for none."""
    return "-" if bps is None else f"{int(bps) / 100:g} %"


def lines(tables: Iterator[Table]) -> list[str]:
    """Tables one below the other, their columns aligned; one without rows is left out."""
    found: list[str] = []
    for heading, rows in tables:
        if len(rows) < 2:  # noqa: PLR2004 - the names of the columns, and one row at least
            continue
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        told = (
            (" " * GAP).join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            for row in rows
        )
        found += [heading, *(f"  {line.rstrip()}" for line in told), ""]
    return found


# ---- the grab page -------------------------------------------------------------------------------


def grab_tables(page: GrabPage) -> Iterator[Table]:
    """The blocks of the page."""
    role = page.role
    named = " ".join(filter(None, (role.title, role.title_zh)))
    yield (
        f"Role {role.role_id} of {role.group}, round {role.round}: {named or 'without a title'}  抢单页",
        [
            ("leader", "floor", "most", "stake", "pay", "credit at least", "grabs end", "work ends"),
            (
                role.leader, amount(role.floor), amount(role.most), amount(role.stake), amount(role.pay_minor),
                percent(role.min_credit_bps), instant(role.grab_end), instant(role.work_end),
            ),
        ],
    )  # fmt: skip
    steps = [
        (
            each.text or "by its part", percent(each.earned_bps),
            "said by the leader" if each.item is None else f"{each.quantity} of {each.item} {each.measure}",
        )
        for each in role.earning
    ]  # fmt: skip
    if steps:
        yield "How it earns", [("step", "earned", "by"), *steps]
    checks = [
        (MARKS[each.holds], each.name, _shown(each.have), _shown(each.need))
        for each in page.may_i or ()
    ]
    yield "May I?", [("", "condition", "is", "needed"), *checks]
    stands = [
        (
            str(e.rank), e.party, amount(e.pledge), percent(e.credit_bps), str(e.place), "leads" if e.leads else "",
            e.document or "",
        )
        for e in page.who_stands
    ]  # fmt: skip
    yield "Who stands", [("rank", "node", "pledge", "credit", "grab", "", "document"), *stands]
    if page.may_i is not None:
        yield "What it takes to lead with your credit", [("pledge",), (amount(page.least_to_lead),)]
    stock = [(e.entity, e.item, str(e.on_hand), str(e.on_order)) for e in page.stock]
    yield "Stock", [("entity", "item", "on hand", "on order"), *stock]
    pasts = [
        (who, str(p.post), str(len(p.reports)), str(len(p.disputes)), str(len(p.rulings)))
        for who, p in (("reporter", page.reporter), ("arbiter", page.arbiter))
        if p is not None
    ]
    yield "Who reports and who rules", [("", "post", "reports", "disputed", "overruled"), *pasts]
    meaning = page.pledge
    yield (
        f"A pledge of {amount(meaning.pledge)} binds a stake of {amount(meaning.stake_minor)}",
        [
            ("reached", "pay", "kept", "attained", "lost", "shared"),
            *(_outcome(each) for each in meaning.outcomes),
        ],
    )


def _outcome(each: Reached) -> Sequence[str]:
    return (
        percent(each.reached_bps), amount(each.pay_minor), percent(each.kept_bps), percent(each.attainment_bps),
        amount(each.penalty_minor), amount(each.share_minor),
    )  # fmt: skip


def _shown(value: int | str | None) -> str:
    return "" if value is None else str(value)


# ---- the cockpit ---------------------------------------------------------------------------------


def cockpit_tables(board: Cockpit) -> Iterator[Table]:
    """The blocks of the board."""
    head = board.head
    yield (
        f"{head.group} {head.status}, led by {head.leader}, for {head.need or 'an unknown need'}  链群看板",
        [
            ("at", "edge", "the keeper then"),
            *(
                (instant(e.at), e.name + (" <- next" if e == head.next else ""), e.then)
                for e in head.edges
            ),
        ],
    )
    yield (
        "Roles",
        [
            ("role", "title", "round", "node", "credit", "pledge", "pay", "earned", "paid", "reviews", "mean"),
            *(
                (
                    str(e.role_id), e.title or "", str(e.round), (e.party or "nobody") + (" (vacant)" if e.vacant else ""),
                    percent(e.credit_now_bps), amount(e.pledge.value), amount(e.pay_minor.value),
                    percent(e.earned_bps.value), amount(e.paid_minor.value), _value(e.reviews),
                    percent(e.mean_bps.value if e.mean_bps is not None else None),
                )
                for e in board.roles
            ),
        ],
    )  # fmt: skip
    yield "Money", [("", "amount", "by"), *_figures(board.money)]
    yield "Ledger so far", [("", "amount", "by"), *_figures(board.ledger)]
    yield (
        "Members",
        [
            ("node", "role", "since", "until", "lost so far", "share so far", "at worst"),
            *(
                (
                    e.party, str(e.role_id), instant(e.since), instant(e.until),
                    amount(e.penalty_minor.value if e.penalty_minor is not None else None),
                    amount(e.projected_share_minor),
                    amount(e.worst_case_minor.value if e.worst_case_minor is not None else None),
                )
                for e in board.members
            ),
        ],
    )  # fmt: skip
    yield (
        "Orders",
        [
            ("order", "supplier", "status", "quantity", "accepted", "promised", "late"),
            *(
                (
                    e.order, e.supplier, e.status, str(e.quantity), str(e.accepted), instant(e.promised_at),
                    "late" if e.late else "",
                )
                for e in board.orders
            ),
        ],
    )  # fmt: skip
    yield (
        "Reports",
        [
            ("node", "period", "due from", "until", "status", "document"),
            *(
                (e.party, str(e.period), instant(e.due_from), instant(e.due_until), e.status, e.document or "")
                for e in board.reports
            ),
        ],
    )  # fmt: skip
    yield "Signals", [("document", "what"), *((e.document, e.what) for e in board.signals)]


def _figures(block: object) -> Iterator[Sequence[str]]:
    """Name, amount and newest source of each figure of a block."""
    for name in block.__dataclass_fields__:  # type: ignore[attr-defined]
        figure: Figure | None = getattr(block, name)
        if figure is not None:
            sources = (*figure.documents, *(f"entry {each}" for each in figure.entries))
            rest = len(sources) - 1 + figure.more
            more = f" and {rest} more" if rest > 0 else ""
            told = f"{sources[-1]}{more}" if sources else ""
            yield name.removesuffix("_minor").replace("_", " "), amount(figure.value), told


def _value(figure: Figure) -> str:
    return _shown(figure.value)
