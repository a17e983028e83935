"""Worst, base and expected case of a party of a bet, beside what is to be approved."""

from __future__ import annotations

from pydantic import Field

from erp.api.shown import Amount, ClassedView
from erp.bets.outlooks import Case, Outlook
from erp.kernel.field_class import classed


class BetCaseView(ClassedView):
    """What a party reaches in a period, on average, in one case, and what it loses and wins by that at the end."""

    classes = classed("kept_bps attainment_bps", money="penalty_minor share_minor result_minor")

    kept_bps: int
    attainment_bps: int
    penalty_minor: Amount
    share_minor: Amount
    result_minor: Amount = Field(description="share less penalty")


class BetOutlookView(ClassedView):
    """A party before it signs: missing every figure that is open, keeping all at base, reaching what all expect."""

    classes = classed("party share_bps worst base expected", money="stake_minor at_most_minor")

    party: str
    share_bps: int
    stake_minor: Amount
    at_most_minor: Amount = Field(description="the most that it can lose of its stake")
    worst: BetCaseView
    base: BetCaseView
    expected: BetCaseView


def outlook_of(each: Outlook) -> BetOutlookView:
    """The cases of one party, as they are shown."""
    return BetOutlookView(
        party=each.party,
        share_bps=each.share_bps,
        stake_minor=each.stake_minor,
        at_most_minor=each.at_most_minor,
        worst=_case(each.worst),
        base=_case(each.base),
        expected=_case(each.expected),
    )


def _case(case: Case) -> BetCaseView:
    return BetCaseView(
        kept_bps=case.kept_bps,
        attainment_bps=case.attainment_bps,
        penalty_minor=case.penalty_minor,
        share_minor=case.share_minor,
        result_minor=case.result_minor,
    )
