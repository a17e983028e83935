"""The four promises about a life that is over: custody, shares, statement, and who read nothing."""

from __future__ import annotations

from erp.database import snapshot
from erp.kernel.entry import Ledger
from erp.statements.model import TOTAL, Scope, ScopeKind, WinWin
from erp.statements.win_win import Asked, win_win
from tests.bet_walk import look
from tests.scenarios.lives.life import Life
from tests.scenarios.lives.strangers import Strangers
from tests.scenarios.walk.checks import custody_is_what_the_contracts_have
from tests.world import World

RESULTS = """
    SELECT l.entity, sum(l.credit_minor - l.debit_minor) AS result FROM journal_line l
    JOIN journal_entry e ON e.id = l.entry
    WHERE e.ledger = :ledger AND l.chain_group = :code AND l.account LIKE '6%' GROUP BY l.entity
"""
CUSTOMERS = "SELECT count(DISTINCT customer) AS n FROM sales_order WHERE chain_group = :code AND status <> 'CANCELLED'"
SOLD = "SELECT coalesce(sum(net_minor), 0) AS net FROM sales_order WHERE chain_group = :code AND status <> 'CANCELLED'"
PER_USER = frozenset({"3.3.1", "4.4.1", "5.1", "5.3"})  # fractions of a sum
ROLE_PAY, VALUE_SHARE, REWARDS = "2.3.1", "2.3.2", "2.3.3"


def check(world: World, life: Life, strangers: Strangers) -> None:
    """All four. Raises AssertionError that says what does not hold."""
    custody_is_what_the_contracts_have(world)
    nothing_of_it_is_left(world, life)
    shares_are_what_the_contract_says(world, life)
    the_statement_is_the_ledger(world, life)
    shown = [*strangers.find(life), *strangers.withheld(life)]
    assert not shown, "\n".join(shown[:8])


def nothing_of_it_is_left(world: World, life: Life) -> None:
    """Neither a stake nor pay of the group lies in custody, in the books and on chain."""
    (purse,) = world.bridge.gateway.records([("GroupPay", "purseOf", (life.group.id,))])
    assert purse["budgetReturned"] or purse["budget"] == purse["earned"], f"{life.code}: {purse}"
    for row in life.hand.rows(
        "SELECT role_id, round, party, stake_held_minor FROM role_candidate WHERE chain_group = :code",
        code=life.code,
    ):
        told = life.group.id, row["role_id"], row["round"], world.people[row["party"]].address
        on_chain = look(world, "GroupPay", "stakeOf", *told)
        assert (row["stake_held_minor"], *on_chain) == (0, 0), (
            f"{life.code}: a stake is held: {row}"
        )


def shares_are_what_the_contract_says(world: World, life: Life) -> None:
    """Every payout of the bet is what `payoutOf` answers."""
    if life.bet is None or life.bet.bet is None:
        return
    bet_id = life.bet.bet.id
    rows = life.hand.rows(
        "SELECT p.party, p.penalty_minor, p.share_minor, p.paid_by, b.status, b.weight FROM bet_party p "
        "JOIN bet b ON b.number = p.bet WHERE b.bet_id = :id", id=bet_id,
    )  # fmt: skip
    for row in rows:
        if row["status"] != "SETTLED":
            continue
        assert row["paid_by"] is not None, f"{row['party']} of bet {bet_id} is not paid"
        account = world.people[row["party"]].address
        told = look(world, "BetLens", "payoutOf", bet_id, account)
        booked = row["penalty_minor"] if row["weight"] else 0, row["share_minor"]
        assert booked == told, (
            f"{row['party']} of bet {bet_id}: {booked} in the books, {told} on chain"
        )


def statement_of(world: World, life: Life) -> WinWin:
    """The win-win statement of a life, from its beginning until now."""
    asked = Asked(str(life.group.opened_at), str(world.now + 1), world.now)
    with snapshot(world.engine) as session:
        return win_win(session, Scope(ScopeKind.GROUP, life.code), asked)


def the_statement_is_the_ledger(world: World, life: Life) -> None:
    """It comes to the same both ways, each cell is the sum of its list, each column what the lines and the chain say."""
    told = statement_of(world, life)
    assert told.errors == (), f"{life.code}: {told.errors}"
    assert told.checks, "a statement without checks says nothing"
    for (row, column), shown in told.cells.items():
        cell = shown.cell
        if cell.parts and row not in PER_USER:
            listed = sum(part.minor for part in cell.parts)
            assert cell.value == listed, (
                f"{life.code}: {row} of {column} is not the sum of its list"
            )
        if cell.acts and cell.ratio is None:
            users = {act.customer for act in cell.acts}
            assert cell.value == len(users), (
                f"{life.code}: {row} of {column} counts other users than its list"
            )
    results = {
        row["entity"]: int(row["result"])
        for row in life.hand.rows(RESULTS, code=life.code, ledger=Ledger.GENERAL.value)
    }
    assert set(results) <= set(told.columns), (
        f"{life.code}: {set(results)} books for it, {told.columns} are shown"
    )
    results_shown = {
        column: _value(told, "2.5" if column == told.leader else "2.3", column)
        for column in told.columns
    }
    booked = {column: results.get(column, 0) for column in told.columns}
    difference = (
        f"{life.code}: {results_shown} in the statement, {booked} in the ledger; {told.others}"
    )
    assert results_shown == booked, difference
    assert told.others is not None
    assert (told.others.books_minor, told.others.accounts_minor) == (0, 0), difference
    sold = life.hand.rows(SOLD, code=life.code)[0]["net"]  # all business of a life with outsiders
    totals = {row: _value(told, row, TOTAL) for row in ("3.3", "4.4", "2.2")}
    assert totals == {"3.3": sold, "4.4": 0, "2.2": sold}, f"{life.code}: {totals}, {sold} was sold"
    assert sum(results.values()) == sold, f"{life.code}: all lines sum to {sum(results.values())}"
    assert _value(told, "1.1", TOTAL) == life.hand.rows(CUSTOMERS, code=life.code)[0]["n"], (
        life.code
    )
    for column in told.columns:
        if column != told.leader:
            paid = paid_on_chain(world, life, column)
            shared = shared_on_chain(world, life, column)
            of_bet = sum(_value(told, row, column) or 0 for row in (VALUE_SHARE, REWARDS))
            in_books = (_value(told, ROLE_PAY, column), of_bet)
            on_chain = (paid, shared)
            assert in_books == on_chain, (
                f"{life.code}: {column} has {in_books} in the statement, {on_chain} on chain"
            )


def _value(told: WinWin, row: str, column: str) -> int | None:
    found = told.cell(row, column)
    return None if found is None else found.cell.value


def paid_on_chain(world: World, life: Life, party: str) -> int:
    """Role pay of the group that a party has by `GroupPay`, over all rounds that it held."""
    rounds = life.hand.rows(
        "SELECT role_id, round FROM group_membership WHERE chain_group = :code AND party = :party AND role_id > 0",
        code=life.code, party=party,
    )  # fmt: skip
    keys = [
        ("GroupPay", "roundPayOf", (life.group.id, row["role_id"], row["round"])) for row in rounds
    ]
    return sum(int(found["paid"]) for found in world.bridge.gateway.records(keys)) if keys else 0


def shared_on_chain(world: World, life: Life, party: str) -> int:
    """The share of a party less its penalty by `payoutOf` of the group's bet, once it was settled."""
    settled = life.hand.rows(
        "SELECT b.bet_id FROM bet b JOIN bet_party p ON p.bet = b.number WHERE b.group_id = :id AND p.party = :party "
        "AND b.status = 'SETTLED'", id=life.group.id, party=party,
    )  # fmt: skip
    account = world.people[party].address
    told = [look(world, "BetLens", "payoutOf", row["bet_id"], account) for row in settled]
    return sum(int(share) - int(penalty) for penalty, share in told)
