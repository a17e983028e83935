"""Bets (对赌): their list, the page of one with targets against what was reached, its terms and what would change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from erp.api.errors import UnreadableQuery
from erp.api.routes import bet_changes, bet_progress, bet_terms, bets
from erp.api.routes.bet_progress import (
    BetProgressView,
    PartyProgressView,
    PeriodReachedView,
    TargetReachedView,
    WhatIfView,
)
from erp.api.routes.bet_terms import TermsPage
from erp.api.routes.bets import BetMeasureView, BetView
from erp.api.writes import Write
from erp.bets.change_rules import BetPaperStatus
from erp.bets.errors import UnknownBetTerms
from erp.bets.metrics import PLEDGEABLE
from erp.bets.rules import SURPASSED, BetStatus
from erp.bets.terms_rules import BetTermsStatus
from erp.bets.terms_schemas import ProposeBetTerms
from erp.boards.bet_progress import ReportState
from erp.kernel.errors import Rejected
from erp.kernel.refusals import in_chinese
from erp.kernel.schema import MAX_AMOUNT
from erp.web.answers import named_in
from erp.web.bet_desks import bet_desks, next_of_bet, next_of_terms, terms_desks
from erp.web.desks import Tried
from erp.web.door import caller_of, context_of, language_of, name_in
from erp.web.formats import money, quantity
from erp.web.forms import minor, place
from erp.web.pictures import Target, bullet
from erp.web.reading import Reading
from erp.web.render import page
from erp.web.sight import picture_of, sight
from erp.web.texts import Texts
from erp.web.to_sign import to_sign
from erp.web.unreadable import NO_AMOUNT, NO_ATTAINMENT, UnreadableTyping
from erp.web.writing import may_tell, new_key

ROWS = 50
PROPOSE: Write[Any] = next(w for w in bet_terms.ROUTES.writes if w.command is ProposeBetTerms)
SAYS = (
    *sorted(
        {
            each.unit
            for each in PLEDGEABLE.values()
            if each.unit not in {"minor units", "basis points"}
        }
    ),
    "{count} {unit}",
    "signatures end: without all of them the bet is void",
    "the bet begins to run",
    "the period ends, and its reports are due",
    "the last period ends, and its reports are due",
    "Metric {code}",
    *("Worst", "Base", "Expected"),  # cases
)
KINDS = (*BetStatus, *BetTermsStatus, *BetPaperStatus, *ReportState)


@dataclass(frozen=True, slots=True)
class Edge:
    """A moment of a bet."""

    at: int
    then: str  # English


@dataclass(frozen=True, slots=True)
class ShownTarget:
    """A target as it is shown: its figures as people write them, and its picture."""

    name: str
    weight_bps: int
    follows_index: bool
    floor: str
    base: str
    stretch: str
    value: str
    plot: str


@dataclass(frozen=True, slots=True)
class Row:
    """A party in one period, with its targets, and until when an arbiter may rule."""

    party: str
    period: PeriodReachedView
    targets: list[ShownTarget]
    rule_by: int | None


def list_page(request: Request) -> Response:
    """Bets by id, and the terms on which none stands yet."""
    reading = Reading(context_of(request), caller_of(request))
    after = place(request.query_params.get("after", "0"))
    if after is None:
        raise UnreadableQuery("`after` is the number that the link to the next page names")
    found = reading.read(
        "/bets", bets.list_bets, reading.context, reading.caller, after=str(after), limit=ROWS
    )
    waiting = []
    for status in (BetTermsStatus.PROPOSED, BetTermsStatus.APPROVED):
        waiting += reading.read(
            "/bet-terms", bet_terms.list_bet_terms, reading.context, reading.caller, status=[status], limit=ROWS
        ).items  # fmt: skip
    return page(
        request, "bets/list.html", reading=reading, bets=found.items, next_after=found.next_after, terms=waiting,
        may_propose=may_tell(reading.caller, PROPOSE), most=ROWS, **sight(reading),
    )  # fmt: skip


def bet_page(request: Request) -> Response:
    """One bet: parties, targets with what was reached, periods with reports, changes, and what an attainment would mean."""
    return bet_shown(request, Reading(context_of(request), caller_of(request)))


def bet_shown(
    request: Request, reading: Reading, code: int = 200, tried: Tried | None = None
) -> Response:
    """The page of the bet that an address names, with a form of it that was refused."""
    say, name = Texts(language_of(request)), name_in(request, "bet")
    found = reading.read("/bets/{bet}", bets.read_bet, reading.context, reading.caller, name)
    number, context, caller = found.bet.number, reading.context, reading.caller
    progress = reading.read(
        "/bets/{bet}/progress", bet_progress.read_bet_progress, context, caller, number
    )
    papers = reading.read(
        "/bets/{bet}/papers", bet_changes.read_bet_papers, context, caller, number
    )
    flows = reading.read("/bets/{bet}/flows", bets.read_bet_flows, context, caller, number)
    now, terms = context.clock(), _terms(reading, found.bet.terms)
    supposed, refused = _what_if(request, reading, found.bet)
    unsigned = _unsigned(terms, {each.party for each in found.parties})
    return page(
        request, "bets/bet.html", reading, code, bet=found.bet, parties=found.parties, progress=progress,
        desks=bet_desks(reading, found.bet, unsigned, progress, say), tried=tried, key=new_key(context),
        next=next_of_bet(found.bet), unsigned=unsigned, terms=terms,
        edges=edges(found.bet, now), present=[_present(each, now, say) for each in progress.parties],
        rows=rows_of(progress, found.measures, say), index=[each for each in found.measures if each.party == ""],
        papers=papers, flows=flows, picture=picture_of(flows, say), supposed=supposed, supposed_refused=refused,
        typed=request.query_params, attained={each.party: each for each in progress.parties},
        acts=to_sign(reading, bet_id=found.bet.bet_id), **sight(reading),
    )  # fmt: skip


def _terms(reading: Reading, number: str | None) -> TermsPage | None:
    """The terms that the bet stands on; None where they are not known here, or not the reader's."""
    if number is None:
        return None
    try:
        return reading.read(
            "/bets/terms/{number}",
            bet_terms.read_bet_terms,
            reading.context,
            reading.caller,
            number,
        )
    except UnknownBetTerms:
        return None


def _unsigned(terms: TermsPage | None, signed: set[str]) -> list[str]:
    """The parties of the terms that have not signed."""
    return [] if terms is None else [o.party for o in terms.outlooks if o.party not in signed]


def edges(bet: BetView, now: int) -> list[Edge]:
    """What is to come of a bet, the next first."""
    if bet.status == BetStatus.PROPOSED:
        found = [
            Edge(bet.sign_by, "signatures end: without all of them the bet is void"),
            Edge(bet.start, "the bet begins to run"),
        ]
    elif bet.status == BetStatus.ACTIVE:
        ends = [bet.start + period * bet.period_seconds for period in range(1, bet.periods + 1)]
        found = [Edge(bet.start, "the bet begins to run")]
        found += [Edge(at, "the period ends, and its reports are due") for at in ends[:-1]]
        found.append(Edge(ends[-1], "the last period ends, and its reports are due"))
        found = [each for each in found if each.at > now][:2] or found[-1:]
    else:
        found = []
    return found


def rows_of(progress: BetProgressView, measures: list[BetMeasureView], say: Texts) -> list[Row]:
    """Party by period."""
    rule_by = {(each.party, each.period): each.rule_by for each in measures}
    return [
        Row(
            party.party, period, [shown(target, say) for target in period.targets],
            rule_by.get((party.party, period.period)),
        )
        for party in progress.parties
        for period in party.periods
    ]  # fmt: skip


def _present(
    party: PartyProgressView, now: int, say: Texts
) -> tuple[str, int | None, list[ShownTarget]]:
    """The targets of a party in the period that runs, or in the last that ran; in the first where none has begun."""
    begun = [each for each in party.periods if each.start <= now] or party.periods[:1]
    if not begun:
        return party.party, None, []
    period = begun[-1]
    return party.party, period.period, [shown(each, say) for each in period.targets]


def shown(target: TargetReachedView, say: Texts) -> ShownTarget:
    """A target with its picture."""
    told = written(target.unit, say)
    name = target.name_zh if say.language == "zh" else target.name
    name = name or say("Metric {code}", code=target.metric)
    return ShownTarget(
        name=name,
        weight_bps=target.weight_bps,
        follows_index=target.follows_index,
        floor=told(target.floor),
        base=told(target.base),
        stretch=told(target.stretch),
        value="—" if target.value is None else told(target.value),
        plot=bullet(Target(target.floor, target.base, target.stretch, target.value), name, told),
    )


def written(unit: str | None, say: Texts) -> Callable[[int], str]:
    """How a figure of a unit is written."""

    def told(value: int) -> str:
        if unit == "minor units":
            return money(value)
        if unit == "basis points":
            return f"{value / 100:,.2f} %"
        if unit is None:
            return quantity(value)
        return say("{count} {unit}", count=quantity(value), unit=say(unit))

    return told


def _what_if(
    request: Request, reading: Reading, bet: BetView
) -> tuple[WhatIfView | None, str | None]:
    """What an attainment would mean, where one was asked for; or what refuses it."""
    party = request.query_params.get("party", "").strip()
    if not party:
        return None, None
    attained = minor(request.query_params.get("attainment", ""))
    value_typed = request.query_params.get("value", "").strip()
    value = minor(value_typed) if value_typed else None
    if not isinstance(attained, int) or attained > SURPASSED:
        raise UnreadableTyping(NO_ATTAINMENT)
    if isinstance(value, str) or (value or 0) > MAX_AMOUNT:
        raise UnreadableTyping(NO_AMOUNT, value_typed)
    try:
        found = reading.read(
            "/bets/{bet}/what-if", bet_progress.read_bet_what_if, reading.context, reading.caller,
            bet.number, party=party, attainment_bps=attained, value_minor=value,
        )  # fmt: skip
    except Rejected as refusal:
        chinese = language_of(request) == "zh"
        return None, in_chinese(refusal) if chinese else str(refusal)
    return found, None


def terms_page(request: Request) -> Response:
    """Terms of a bet: worst, base and expected case of each party, and who agreed."""
    return terms_shown(request, Reading(context_of(request), caller_of(request)))


def terms_shown(
    request: Request, reading: Reading, code: int = 200, tried: Tried | None = None
) -> Response:
    """The page of the terms that an address names, with a form of it that was refused."""
    found = reading.read(
        "/bets/terms/{number}", bet_terms.read_bet_terms, reading.context, reading.caller,
        name_in(request, "number"),
    )  # fmt: skip
    return page(
        request, "bets/terms.html", reading, code, desks=terms_desks(reading, found), tried=tried,
        key=new_key(reading.context), next=next_of_terms(found), made=named_in(request, "made"), terms=found.terms,
        outlooks=found.outlooks,
        approvals=found.approvals, pledges=pledges_shown(found.pledges, Texts(language_of(request))), **sight(reading),
    )  # fmt: skip


def change_page(request: Request) -> Response:
    """What would change a bet: what each would sign, the cases of each, and who agreed."""
    reading = Reading(context_of(request), caller_of(request))
    found = reading.read(
        "/bets/changes/{number}", bet_changes.read_bet_change, reading.context, reading.caller,
        name_in(request, "number"),
    )  # fmt: skip
    return page(
        request, "bets/change.html", reading=reading, change=found.change, dates=found.dates,
        outlooks=found.outlooks, approvals=found.approvals,
        pledges=pledges_shown(found.pledges, Texts(language_of(request))), **sight(reading),
    )  # fmt: skip


def pledges_shown(
    pledges: list[dict[str, object]] | None, say: Texts
) -> list[tuple[str, list[list[str]]]] | None:
    """What each party would sign: for each target its name, weight, tiers, and what it expects to reach; None: withheld."""
    if pledges is None:
        return None
    return [(str(each["party"]), [_pledged(t, say) for t in _targets(each)]) for each in pledges]


def _targets(pledge: dict[str, object]) -> list[dict[str, int]]:
    found = pledge["targets"]
    return [dict(each) for each in found] if isinstance(found, list) else []


def _pledged(target: dict[str, int], say: Texts) -> list[str]:
    words = PLEDGEABLE.get(target["metric"])
    told = written(words.unit if words is not None else None, say)
    name = say("Metric {code}", code=target["metric"])
    if words is not None:
        name = words.name_zh if say.language == "zh" else words.name
    tiers = [told(int(target[tier])) for tier in ("floor", "base", "stretch", "expected")]
    return [name, f"{target['weight_bps'] / 100:,.2f} %", *tiers]


ROUTES = (
    Route("/bets", list_page, methods=["GET"]),
    Route("/bets/terms/{number}", terms_page, methods=["GET"]),
    Route("/bets/changes/{number}", change_page, methods=["GET"]),
    Route("/bets/{bet}", bet_page, methods=["GET"]),
)
