"""Terms and progress of bets as lines of text, for whoever sits at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from erp.bets.outlooks import Case, Outlook
from erp.bets.terms_rules import promises
from erp.bets.terms_tables import BetApproval, BetTerms
from erp.boards.bet_progress import BetProgress, PartyProgress, PeriodReached, TargetReached
from erp.boards.text import Table, amount, instant, percent
from erp.boards.what_if import WhatIf


def terms_tables(
    terms: BetTerms,
    published: dict[str, object],
    pledges: Sequence[dict[str, object]],
    outlooks: Sequence[Outlook],
    approvals: Sequence[BetApproval],
) -> Iterator[Table]:
    """What whoever approves has to see: the three cases of each party, what they promise, who has approved."""
    yield (
        f"{terms.number} {terms.status}: {terms.sponsor} would bet a pool of {amount(terms.pool_minor)}  对赌条款",
        [
            ("group", "sign by", "begins", "periods", "of days", "expected value", "bet"),
            (
                terms.chain_group or "-", instant(_whole(published, "sign_by")), instant(_whole(published, "start")),
                str(published["periods"]), f"{_whole(published, 'period_seconds') / 86_400:g}",
                amount(terms.expected_value_minor), terms.bet or "-",
            ),
        ],
    )  # fmt: skip
    yield cases_table("Worst, base and expected case  最坏、基准与预期", outlooks)
    yield "Promises", [("party", "promises"), *((str(e["party"]), _promised(e)) for e in pledges)]
    yield (
        "Approvals",
        [
            ("party", "pool", "at most lost", "set aside", "approved by"),
            *(
                (
                    e.party, amount(e.pool_minor), amount(e.at_most_minor),
                    amount(e.pool_aside_minor + e.stake_aside_minor), e.approval or "nobody yet",
                )
                for e in approvals
            ),
        ],
    )  # fmt: skip


def cases_table(title: str, outlooks: Sequence[Outlook]) -> Table:
    """What each party has in the three cases, a line for each."""
    return (
        title,
        [
            ("party", "share", "stake", "at most lost", "worst", "base", "expected", "penalty", "share of the pot"),
            *(
                (
                    e.party, percent(e.share_bps), amount(e.stake_minor), amount(e.at_most_minor), _result(e.worst),
                    _result(e.base), _result(e.expected), amount(e.expected.penalty_minor),
                    amount(e.expected.share_minor),
                )
                for e in outlooks
            ),
        ],
    )  # fmt: skip


def _whole(published: dict[str, object], name: str) -> int:
    return int(str(published[name]))


def _result(case: Case) -> str:
    return amount(case.result_minor)


def _promised(pledge: dict[str, object]) -> str:
    targets = pledge["targets"]
    return promises(targets)[0] if isinstance(targets, list) else ""


def what_if_tables(found: WhatIf) -> Iterator[Table]:
    """What each would have, a line for each party."""
    yield (
        f"{found.bet}: {found.party} at {percent(found.attainment_bps)}, {amount(found.value_minor)} added  对赌推演",
        [
            ("party", "stake", "kept", "attained", "penalty", "share", "paid out"),
            *(
                (
                    e.party, amount(e.stake_minor), percent(e.kept_bps), percent(e.attainment_bps),
                    amount(e.penalty_minor), amount(e.share_minor), amount(e.paid_minor),
                )
                for e in found.parties
            ),
        ],
    )  # fmt: skip


def progress_tables(board: BetProgress) -> Iterator[Table]:
    """The matrix, a line for each target; then what each party would have, and by each change that may still bind."""
    yield (
        f"{board.bet} {board.status}, as of document {board.as_of}  对赌进度",
        [
            (
                "party",
                "period",
                "ends",
                "metric",
                "floor",
                "base",
                "stretch",
                "so far",
                "kept",
                "attained",
                "report",
                "by",
            ),
            *(
                _line(party, period, target)
                for party in board.parties
                for period in party.periods
                for target in period.targets
            ),
        ],
    )
    yield (
        "If it were settled now",
        [
            ("party", "shortfall", "penalty", "contribution", "share"),
            *(
                (
                    e.party, percent(e.shortfall), amount(e.penalty_minor), str(e.contribution),
                    amount(e.share_minor),
                )
                for e in board.parties
            ),
        ],
    )  # fmt: skip
    yield (
        "Pot",
        [
            ("pool", "value added", "penalties", "pot", "all contributions", "rounding"),
            (
                amount(board.pool_minor), amount(board.value_added_minor), amount(board.penalties_minor),
                amount(board.pot_minor), str(board.weight), amount(board.rounding_minor),
            ),
        ],
    )  # fmt: skip

    for each in board.changes:
        title = f"{each.number} {each.status}, from period {each.from_period} on  对赌变更测算"
        yield cases_table(title, each.outlooks)


def _line(party: PartyProgress, period: PeriodReached, target: TargetReached) -> Sequence[str]:
    return (
        party.party, str(period.period), instant(period.end), f"{target.metric} {target.name or ''}".rstrip(),
        str(target.floor), str(target.base), str(target.stretch), "-" if target.value is None else str(target.value),
        percent(period.kept_bps), percent(period.attainment_bps), period.state.value, period.report or "-",
    )  # fmt: skip
