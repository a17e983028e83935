"""`interlock group grab-page`, `interlock bet terms` and `what-if`, and what `show` adds: pages of groups and bets."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from erp.exits import database_named

if TYPE_CHECKING:
    from erp.boards.bet_progress import BetProgress
    from erp.boards.cockpit import Cockpit

DatabaseUrl = Annotated[
    str,
    typer.Option(
        "--db", envvar="INTERLOCK_DB", show_envvar=True, show_default=False, metavar="URL", callback=database_named,
        help="Database: `sqlite:///books.db` or `postgresql+psycopg://user@host/name`.",
    ),
]  # fmt: skip


TERMS_SHOWN = (
    "number", "sponsor", "chain_group", "status", "bet", "pool_minor", "expected_value_minor",
)  # fmt: skip
APPROVAL_SHOWN = (
    "party", "approval", "pool_minor", "at_most_minor", "pool_aside_minor", "stake_aside_minor",
)  # fmt: skip


def key_of(name: str) -> int | str:
    """The id or the code that a person names a group by."""
    return int(name) if name.isascii() and name.isdigit() else name


def grab_page(
    group: Annotated[str, typer.Argument(metavar="GROUP", help="Its id on chain, or its code.")],
    role: Annotated[int, typer.Argument(metavar="ROLE", min=1, help="Number of the role, from 1.")],
    db: DatabaseUrl = "",
    party: Annotated[str | None, typer.Option(help="Whose chances: the code of a node.")] = None,
    pledge_minor: Annotated[
        int | None, typer.Option(min=0, help="Pledge to try, minor units; else the floor.")
    ] = None,
    at: Annotated[int | None, typer.Option(help="As of this time, unix seconds; else now.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="For machines: JSON on standard output.")
    ] = False,
) -> None:
    """Show all that a node needs to decide whether to stand for a role (抢单页). A plan is never shown.

    Example: `interlock group grab-page GRP-2026-00001 1 --party SHANGHAI`
    """
    from erp.administration import reading
    from erp.boards.grab import Asked
    from erp.boards.grab import grab_page as page_of
    from erp.boards.text import grab_tables, lines

    with reading(db) as session:
        asked = Asked(party, int(time.time()) if at is None else at, pledge_minor)
        page = page_of(session, key_of(group), role, asked)
    typer.echo(_json(page) if as_json else "\n".join(lines(grab_tables(page))))


def bet_terms(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="BTP-2026-00001")],
    db: DatabaseUrl = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="For machines: JSON on standard output.")
    ] = False,
) -> None:
    """Show what whoever approves terms of a bet has to see: worst, base and expected case of each party (对赌测算).

    Example: `interlock bet terms BTP-2026-00001`
    """
    from erp.administration import reading
    from erp.bets import terms_queries as queries
    from erp.bets.paper_queries import parties_in
    from erp.boards.bet_text import terms_tables
    from erp.boards.text import lines
    from erp.kernel.rows import Rows

    with reading(db) as session:
        rows = Rows.of(session)
        found = queries.bet_terms(rows, number)
        published, pledges = queries.published_in(found), parties_in(found)
        outlooks, approvals = queries.outlooks_of(found), queries.approvals(rows, found)
        if as_json:
            told = {
                "terms": {name: getattr(found, name) for name in TERMS_SHOWN},
                "published": published,
                "pledges": pledges,
                "outlooks": [asdict(each) for each in outlooks],
                "approvals": [
                    {name: getattr(each, name) for name in APPROVAL_SHOWN} for each in approvals
                ],
            }
            typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
            return
        tables = terms_tables(found, published, pledges, outlooks, approvals)
        typer.echo("\n".join(lines(tables)))


def bet_what_if(
    bet: Annotated[str, typer.Argument(metavar="BET", help="Its id on chain, or its number.")],
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Code of the party.")],
    attainment_bps: Annotated[
        int, typer.Argument(min=0, max=20_000, help="In each open period; 10000: all is kept.")
    ],
    db: DatabaseUrl = "",
    value_minor: Annotated[
        int | None, typer.Option(min=0, help="Value added, minor units; else the whole pool.")
    ] = None,
    at: Annotated[int | None, typer.Option(help="As of this time, unix seconds; else now.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="For machines: JSON on standard output.")
    ] = False,
) -> None:
    """Show what an attainment of one party would mean for all of a bet that runs, by the contract's arithmetic (对赌推演).

    Example: `interlock bet what-if BET-2026-00001 HEFEI 12000`
    """
    from erp.administration import reading
    from erp.boards.bet_text import what_if_tables
    from erp.boards.text import lines
    from erp.boards.what_if import Supposed, what_if

    with reading(db) as session:
        asked = Supposed(party, attainment_bps, value_minor)
        found = what_if(session, key_of(bet), asked, int(time.time()) if at is None else at)
    typer.echo(_json(found) if as_json else "\n".join(lines(what_if_tables(found))))


class BetBoard:
    """The progress of one bet, read once: as data and as text."""

    def __init__(self, url: str, name: str, now: int) -> None:
        """Reads it as of `now`, unix seconds. `name`: its id or its number."""
        from erp.administration import reading
        from erp.bets.errors import UnknownBet
        from erp.boards.bet_progress import bet_progress

        self._found: BetProgress | None = None
        with reading(url) as session, suppress(UnknownBet):
            self._found = bet_progress(session, key_of(name), now)

    def data(self) -> dict[str, Any]:
        """As JSON-ready data; empty of a bet that is not booked."""
        return {} if self._found is None else asdict(self._found)

    def text(self) -> str:
        """As lines."""
        from erp.boards.bet_text import progress_tables
        from erp.boards.text import lines

        if self._found is None:
            return "the books know no such bet by this name"
        return "\n".join(lines(progress_tables(self._found)))


class GroupBoard:
    """The cockpit of one group, read once: as data and as text."""

    def __init__(self, url: str, name: str, now: int) -> None:
        """Reads it as of `now`, unix seconds. `name`: its id, or the number of a document of it."""
        from erp.administration import reading
        from erp.boards.cockpit import cockpit
        from erp.boards.queries import code_named
        from erp.groups.errors import UnknownGroup

        self._found: Cockpit | None = None
        with reading(url) as session, suppress(UnknownGroup):
            self._found = cockpit(session, code_named(session, key_of(name)), now)

    def data(self) -> dict[str, Any]:
        """As JSON-ready data; empty of a group that is not booked."""
        return {} if self._found is None else asdict(self._found)

    def text(self) -> str:
        """As lines."""
        from erp.boards.text import cockpit_tables, lines

        if self._found is None:
            return "the books know no such group yet"
        return "\n".join(lines(cockpit_tables(self._found)))


def _json(page: Any) -> str:
    return json.dumps(asdict(page), indent=2, ensure_ascii=False)
