"""From lines and acts to the rows of the statement. Pure; the arithmetic is integers, and a division is one fraction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from erp.statements.model import (
    ELIMINATIONS,
    TOTAL,
    BookedLine,
    Books,
    Cell,
    Check,
    Deed,
    Grid,
    Others,
    Part,
    Point,
    Ratio,
    ScopeKind,
    Torn,
    UserAct,
)
from erp.statements.periods import Period
from erp.statements.rows import (
    KEPT,
    OWN_BUSINESS,
    PARTS,
    SUMS,
    is_income,
    is_kept,
    is_result,
    row_of,
)

LIFETIME_PURCHASES = 3
LIFETIME_SECONDS = 365 * 86_400

Parts = dict[tuple[str, str], list[Part]]


# ---- lines ---------------------------------------------------------------------------------------


def partners(lines: Iterable[BookedLine]) -> dict[int, frozenset[str]]:
    """Whom each entry names on any of its lines, by its id."""
    found: dict[int, set[str]] = defaultdict(set)
    for line in lines:
        if line.counterparty is not None:
            found[line.entry].add(line.counterparty)
    return {entry: frozenset(named) for entry, named in found.items()}


def is_internal(books: Books, line: BookedLine) -> bool:
    """True when a line of a member stands against others who are inside at that moment.

    An entry is inside as a whole: when all whom it names are, as the buyer of a claim and who owes it. A share of a bet is
    inside when all who share its pot are, whomever the line names.
    """
    pot = books.pots.inside(line.sequence, books.inside, line.at)
    if pot is not None:
        return pot
    named = books.partners.get(line.entry, frozenset())
    return line.counterparty is not None and all(
        books.inside.holds(party, line.at) for party in named
    )


def spread(books: Books, lines: Iterable[BookedLine]) -> tuple[Parts, Others]:
    """What each line adds to which cells, and what no cell shows.

    Columns of nodes have every line of theirs. What members do with each other leaves the total as eliminations: their
    income and cost of it; and what they keep of it, in stock or otherwise, is no cost yet (KEPT).
    """
    parts: Parts = defaultdict(list)
    books_minor = accounts_minor = 0
    for line in lines:
        if not books.inside.holds(line.entity, line.at):
            books_minor += line.credit_minor if is_result(line.account) else 0
            continue
        row = row_of(line.account, of_service=line.of_service)
        if row is not None:
            part = Part(line, line.credit_minor if is_income(row) else -line.credit_minor)
            parts[row, line.entity].append(part)
            if is_internal(books, line):
                parts[row, ELIMINATIONS].append(Part(line, -part.minor))
            else:
                parts[row, TOTAL].append(part)
        elif is_result(line.account):
            accounts_minor += line.credit_minor
        elif is_kept(line.account) and is_internal(books, line):
            kept = Part(line, line.credit_minor)
            parts[KEPT, ELIMINATIONS].append(kept)
            parts[KEPT, TOTAL].append(kept)
    return parts, Others(books_minor, accounts_minor)


def torn(books: Books, lines: Iterable[BookedLine]) -> tuple[Torn, ...]:
    """Documents whose income and cost between members, and what they keep of it, do not meet: one side was not booked.

    By double entry that is so when the money and debts that members book on each other do not sum to zero.
    """
    net: dict[int, int] = defaultdict(int)
    whose: dict[int, tuple[str, set[str]]] = {}
    for line in lines:
        counts = is_result(line.account) or is_kept(line.account)
        if counts and books.inside.holds(line.entity, line.at) and is_internal(books, line):
            net[line.sequence] += line.credit_minor
            whose.setdefault(line.sequence, (line.document, set()))[1].add(line.entity)
    return tuple(
        Torn(whose[sequence][0], minor, tuple(sorted(whose[sequence][1])))
        for sequence, minor in sorted(net.items())
        if minor
    )


def results(books: Books, lines: Iterable[BookedLine]) -> dict[str, list[Part]]:
    """The result of each member by its own lines: income less cost, whoever it is with."""
    found: dict[str, list[Part]] = defaultdict(list)
    for line in lines:
        if row_of(line.account) is not None and books.inside.holds(line.entity, line.at):
            found[line.entity].append(Part(line, line.credit_minor))
    return found


# ---- users ---------------------------------------------------------------------------------------


def users(acts: Sequence[UserAct], period: Period) -> dict[str, Cell]:
    """The rows of part 1. `acts` are all up to the end of the period, in order of time."""
    bought = [act for act in acts if act.deed is Deed.BOUGHT]
    now = [act for act in bought if period.covers(act.at)]
    said = [act for act in acts if act.deed is Deed.REVIEWED and period.covers(act.at)]
    seen: dict[str, int] = defaultdict(int)
    again, lasting = [], []
    recent: dict[str, list[UserAct]] = defaultdict(list)
    for act in bought:
        seen[act.customer] += 1
        if period.covers(act.at) and seen[act.customer] > 1:
            again.append(act)
        if period.until - LIFETIME_SECONDS <= act.at < period.until:
            recent[act.customer].append(act)
    for own in recent.values():
        lasting += own if len(own) >= LIFETIME_PURCHASES else []
    weight = sum(act.weight_minor for act in said)
    weighted = (
        Ratio(sum(act.weight_minor * act.score_bps for act in said), weight) if weight else None
    )
    return {
        "1.1": _counted(now),
        "1.2": _counted(said),
        "1.3": _counted(again),
        "1.3.1": _counted(lasting),
        "1.4": Cell(weighted.floor if weighted else None, acts=tuple(said), ratio=weighted),
    }


def _counted(acts: Sequence[UserAct]) -> Cell:
    return Cell(len({act.customer for act in acts}), acts=tuple(acts))


# ---- the grid ------------------------------------------------------------------------------------


def grid(
    books: Books, period: Period, columns: Sequence[str], active: frozenset[str]
) -> tuple[dict[tuple[str, str], Cell], Others]:
    """All cells of one period but those that compare periods, with these columns beside total and eliminations.

    `active`: who has any entry in the period.
    """
    lines = [line for line in books.lines if period.covers(line.at)]
    parts, others = spread(books, lines)
    add_sums(parts, (*columns, TOTAL, ELIMINATIONS))
    found = {key: cell_of(own) for key, own in _money(parts, columns).items()}
    found |= _shares(books, results(books, lines), columns)
    acts = [a for a in books.acts if a.at < period.until and books.inside.holds(a.entity, a.at)]
    by_entity: dict[str, list[UserAct]] = defaultdict(list)
    for act in acts:
        by_entity[act.entity].append(act)
    for column in (TOTAL, *columns):
        own = acts if column == TOTAL else by_entity[column]
        found |= {(row, column): cell for row, cell in users(own, period).items()}
        found |= _per_user(found, column)
    within = [
        p for p in books.inside.during(period.since, period.until) if p != books.inside.leader
    ]
    alone = books.scope.kind is ScopeKind.NODE
    found["2.1", TOTAL] = Cell(None if alone else len(within))
    found["2.1.1", TOTAL] = Cell(None if alone else len(active.intersection(within)))
    return found, others


def add_sums(parts: Parts, columns: Iterable[str]) -> None:
    """Adds the rows that are sums of others, in these columns."""
    for column in columns:
        for total, of in SUMS.items():
            for row, sign in of.items():
                parts[total, column] += [Part(p.line, sign * p.minor) for p in parts[row, column]]


def _money(parts: Parts, columns: Sequence[str]) -> Parts:
    """The parts of every row of money in every column, none where nothing was booked."""
    rows = {row for row, _ in parts} | set(SUMS) | {row for of in SUMS.values() for row in of}
    return {
        (row, column): parts.get((row, column), [])
        for row in rows
        for column in (*columns, TOTAL, ELIMINATIONS)
    }


def cell_of(parts: Sequence[Part]) -> Cell:
    """The sum of what lines add to a cell."""
    return Cell(sum(part.minor for part in parts), parts=tuple(parts))


def _shares(
    books: Books, found: dict[str, list[Part]], columns: Sequence[str]
) -> dict[tuple[str, str], Cell]:
    """Rows 2.3 to 2.5: the result of each node, what of it is which part, and what is left to the leader."""
    cells: dict[tuple[str, str], Cell] = {}
    shared = {account for accounts in PARTS.values() for account in accounts}
    nodes = [node for node in columns if node != books.inside.leader]
    for node in nodes:
        own = found.get(node, [])
        cells["2.3", node] = cell_of(own)
        for row, accounts in PARTS.items():
            cells[row, node] = cell_of([p for p in own if p.line.account in accounts])
        cells[OWN_BUSINESS, node] = cell_of([p for p in own if p.line.account not in shared])
    for row in ("2.3", *PARTS, OWN_BUSINESS):
        cells[row, TOTAL] = cell_of([p for node in nodes for p in cells[row, node].parts])
    cells["2.4", TOTAL] = Cell(0)
    leader = books.inside.leader
    if leader is not None and leader in columns:
        cells["2.5", leader] = cell_of(found.get(leader, []))
    left = found.get(leader, []) if leader is not None else []
    cells["2.5", TOTAL] = cell_of(left) if books.scope.kind is ScopeKind.GROUP else Cell(None)
    return cells


def _per_user(found: Grid, column: str) -> dict[tuple[str, str], Cell]:
    """The figures of one user: each one fraction, rounded down at the end."""
    count = found["1.1", column].value or 0
    cells = {}
    for row, of in (("3.3.1", "3.3"), ("4.4.1", "4.4"), ("5.1", "2.2")):
        ratio = Ratio(found[of, column].value or 0, count) if count else None
        cells[row, column] = Cell(
            ratio.floor if ratio else None, found[of, column].parts, ratio=ratio
        )
    return cells


def gained(now: Grid, before: Grid, column: str) -> Cell:
    """Row 5.2: by how much the value grew for each user more; none when users did not grow."""
    more = (now["1.1", column].value or 0) - (before["1.1", column].value or 0)
    if more <= 0:
        return Cell(None)
    value = (now["2.2", column].value or 0) - (before["2.2", column].value or 0)
    ratio = Ratio(value, more)
    return Cell(ratio.floor, ratio=ratio)


def point(found: Grid, period: Period) -> Point:
    """One period of the trend."""
    count, revenue, cost, value = (
        found[row, TOTAL].value or 0 for row in ("1.1", "3.3", "4.4", "2.2")
    )
    return Point(period, count, revenue, cost, value, found["5.1", TOTAL].ratio)


# ---- checks --------------------------------------------------------------------------------------


def checks(
    found: Grid, columns: Sequence[str], others: Others, ledger_minor: int
) -> tuple[Check, ...]:
    """Two ways to each figure. `ledger_minor`: credits less debits of all result accounts, summed by the database."""
    value = found["2.2", TOTAL].value or 0
    shared = sum(found[row, TOTAL].value or 0 for row in ("2.3", "2.4", "2.5"))
    summed = [
        Check(
            f"{row}: nodes + eliminations = total", f"{row}：各节点＋抵销＝合计",
            sum(found[row, column].value or 0 for column in (*columns, ELIMINATIONS)),
            found[row, TOTAL].value or 0,
        )
        for row in ("3.3", "4.4")
    ]  # fmt: skip
    own = sum(found["2.2", column].value or 0 for column in columns)
    return (
        Check("2.2 = 2.3 + 2.4 + 2.5", "2.2＝2.3＋2.4＋2.5", value, shared),
        *summed,
        Check(
            "statement = trial balance", "报表＝试算平衡表",
            own + others.books_minor + others.accounts_minor, ledger_minor,
        ),
    )  # fmt: skip
