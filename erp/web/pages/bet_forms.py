"""Terms of a bet as a form, and what the forms at the pages of terms and bets say (拟定、同意、提出、签署对赌)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.routes import bet_terms, bets, groups
from erp.api.writes import Write
from erp.bets.metrics import PLEDGEABLE
from erp.bets.terms_rules import MIN_PARTIES
from erp.bets.terms_schemas import ProposeBetTerms
from erp.kernel.schema import NO_REFERENCE
from erp.web import bet_desks
from erp.web.answers import SEE_OTHER, refusal_of, said_of, status_of
from erp.web.bet_desks import (
    APPROVE,
    APPROVE_WRITE,
    DISPUTE,
    PROPOSE,
    SIGN,
    WITHDRAW,
    WITHDRAW_WRITE,
)
from erp.web.desks import DOES, Tried, ask_for, written
from erp.web.door import NAME, caller_of, context_of, language_of, name_in
from erp.web.forms import duration, instant, local, minor, share, whole
from erp.web.pages import bets as shown
from erp.web.pages.entry import form_of
from erp.web.reading import Reading
from erp.web.render import UTC, page
from erp.web.sight import sight
from erp.web.texts import Texts
from erp.web.writing import may_tell, new_key, tell

PATH = "/app/bets/terms/new"
MOST_PARTIES = 12  # of one form
DAY = 86_400
PROPOSE_TERMS: Write[Any] = next(w for w in bet_terms.ROUTES.writes if w.command is ProposeBetTerms)
# Fields of the form: name, what it is called, what it holds at first, how it is read.
BET_FIELDS = (
    ("pool_minor", "Pool, from the sponsor", "", minor),
    ("expected_value_minor", "Expected value", "", minor),
    ("reporter_post", "Post of the reporter", "2", whole),
    ("arbiter_post", "Post of the arbiter", "3", whole),
    ("periods", "Periods", "1", whole),
    ("period_seconds", "Length of a period, days (12 h)", "30", duration),
    ("report_seconds", "Report, days", "2", duration),
    ("dispute_seconds", "Dispute, days", "1", duration),
    ("ruling_seconds", "Ruling, days", "1", duration),
)
PARTY_FIELDS = (
    ("stake_minor", "Stake", "", minor),
    ("share_bps", "Share of the pot, %", "", share),
    ("tolerance_bps", "Missed free of charge, %", "0", share),
    ("slope_bps", "Penalty for each % missed, % of the stake", "100", share),
    ("cap_bps", "Of the stake, most to lose, %", "50", share),
)
TIERS = (
    ("floor", "Floor: missed whole"),
    ("base", "Base: kept"),
    ("stretch", "Excellent: surpassed"),
    ("expected", "Expected"),
)
SAYS = (
    *(said for _, said, _, _ in (*BET_FIELDS, *PARTY_FIELDS)),
    *(said for _, said in TIERS),
    *bet_desks.SAYS,
)


def new_page(request: Request) -> Response:
    """The form of new terms: of the members of a group, where its address names one."""
    reading = Reading(context_of(request), caller_of(request))
    group = request.query_params.get("group", "").strip()
    typed = {"sponsor": reading.caller.party or ""}
    rows = MIN_PARTIES
    if NAME.fullmatch(group):
        found = reading.read(
            "/groups/{group}", groups.read_group, reading.context, reading.caller, group
        )
        members = sorted(
            {each.party for each in found.members if each.until is None and each.role_id != 0}
        )
        typed |= {"chain_group": found.group.code, "sponsor": found.group.leader}
        typed |= {f"party-{row}": code for row, code in enumerate(members, 1)}
        rows = _bounded(len(members))
    return _form(request, reading, typed=typed, rows=rows)


def _form(
    request: Request, reading: Reading, code: int = 200, *, typed: Mapping[str, str], rows: int,
    refused: str | None = None, sound: bool = False,
) -> Response:  # fmt: skip
    zone, say = reading.zone() or UTC, Texts(language_of(request))
    soon = local(reading.context.clock() + DAY, zone)
    metrics = [
        (code_, (each.name_zh if say.language == "zh" else each.name), (each.unit_zh if say.language == "zh" else each.unit))
        for code_, each in PLEDGEABLE.items()
    ]  # fmt: skip
    return page(
        request, "bets/new_terms.html", reading, code, typed=typed, rows=rows, most=MOST_PARTIES, least=MIN_PARTIES,
        refused=refused, sound=sound, bet_fields=BET_FIELDS, party_fields=PARTY_FIELDS, tiers=TIERS, metrics=metrics,
        soon=soon, key=new_key(reading.context), proposes=may_tell(reading.caller, PROPOSE_TERMS), **sight(reading),
    )  # fmt: skip


def _bounded(rows: int | str) -> int:
    return min(max(MIN_PARTIES, rows), MOST_PARTIES) if isinstance(rows, int) else MIN_PARTIES


def fields_of(form: Mapping[str, str], rows: int, zone: str) -> dict[str, Any]:
    """What a form says, as the fields of the command; what cannot be read stays text and is refused as it is."""
    told = {name: read(form.get(name, "")) for name, _, _, read in BET_FIELDS}
    group = form.get("chain_group", "").strip()
    return {
        "sponsor": form.get("sponsor", "").strip(),
        **({"chain_group": group} if group else {}),
        **told,
        "sign_by": instant(form.get("sign_by", ""), zone),
        "start": instant(form.get("start", ""), zone),
        "parties": [_party(form, row) for row in range(1, rows + 1)],
    }


def _party(form: Mapping[str, str], row: int) -> dict[str, Any]:
    metric = whole(form.get(f"metric-{row}", ""))
    known = PLEDGEABLE.get(metric) if isinstance(metric, int) else None
    readers = {"minor units": minor, "basis points": share}
    read = readers.get(known.unit, whole) if known is not None else whole
    target = {name: read(form.get(f"{name}-{row}", "")) for name, _ in TIERS}
    return {
        "party": form.get(f"party-{row}", "").strip(),
        **{name: reads(form.get(f"{name}-{row}", "")) for name, _, _, reads in PARTY_FIELDS},
        "targets": [{"metric": metric, "weight_bps": 10_000, **target}],
    }


async def propose(request: Request) -> Response:
    """Adds a party to the form, looks at what it says, or proposes the terms."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    reading, rows = Reading(context_of(request), caller), _bounded(whole(form.get("rows", "")))
    does = form.get(DOES, "")
    if does in {"more", "fewer"}:
        rows = _bounded(rows + (1 if does == "more" else -1))
        return await run_in_threadpool(_form, request, reading, typed=form, rows=rows)
    zone = await run_in_threadpool(reading.zone) or UTC
    fields, key = fields_of(form, rows, zone), form.get("key", "")
    checks = does == "check"
    made = await refusal_of(
        tell(reading.context, caller, PROPOSE_TERMS, fields, key, dry_run=checks)
    )
    if isinstance(made, dict) and not checks:
        return RedirectResponse(f"/app/bets/terms/{made['document']['number']}", SEE_OTHER)

    def again() -> Response:
        if isinstance(made, dict):
            return _form(request, reading, typed=form, rows=rows, sound=True)
        said = said_of(request, made)
        return _form(request, reading, status_of(made), typed=form, rows=rows, refused=said)

    return await run_in_threadpool(again)


async def at_terms(request: Request) -> Response:
    """Agrees to terms, withdraws them, or asks for the act that proposes their bet."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    context, number = context_of(request), name_in(request, "number")
    does, key = form.get(DOES, ""), form.get("key", "")

    def again(code: int, tried: Tried) -> Response:
        return shown.terms_shown(request, Reading(context, caller), code, tried)

    if does == PROPOSE:
        return await ask_for(request, caller, form, "propose_bet", {"bet_terms": number}, again)
    told = {"bet_terms": number}
    if does == APPROVE:
        telling = tell(
            context, caller, APPROVE_WRITE, {**told, "party": form.get("party", "")}, key
        )
    elif does == WITHDRAW:
        telling = tell(
            context, caller, WITHDRAW_WRITE, {**told, "reason": form.get("reason", "").strip()}, key
        )
    else:
        raise HTTPException(404)
    return await written(request, form, telling, f"/app/bets/terms/{number}", again)


async def at_bet(request: Request) -> Response:
    """Asks for the act that signs the bet, or that disputes a report."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    context, name = context_of(request), name_in(request, "bet")
    reading = Reading(context, caller)
    bet = await run_in_threadpool(
        lambda: reading.read("/bets/{bet}", bets.read_bet, context, caller, name).bet
    )

    def again(code: int, tried: Tried) -> Response:
        return shown.bet_shown(request, reading, code, tried)

    if form.get(DOES) == SIGN:
        return await ask_for(request, caller, form, "sign_bet_terms", {"bet_id": bet.bet_id}, again)
    if form.get(DOES) != DISPUTE:
        raise HTTPException(404)
    period, _, code = form.get("report", "").partition(" ")
    fields = {
        "bet_id": bet.bet_id, "subject": await run_in_threadpool(reading.account_of, code), "period": whole(period),
        "reason_ref": NO_REFERENCE,
    }  # fmt: skip
    return await ask_for(request, caller, form, "dispute_bet", fields, again)


ROUTES = (
    Route("/bets/terms/new", new_page, methods=["GET"]),
    Route("/bets/terms/new", propose, methods=["POST"]),
    Route("/bets/terms/{number}", at_terms, methods=["POST"]),
    Route("/bets/{bet}", at_bet, methods=["POST"]),
)
