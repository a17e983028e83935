"""Operations of the signing mailbox. Never commit."""

from __future__ import annotations

import json

from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields, canonical
from erp.parties.queries import party
from erp.parties.rules import PartyStatus
from erp.parties.tables import Party
from erp.signing.acts import ACTS
from erp.signing.acts.model import ANYBODY, BUYER, FINANCIER, NODE, SUPPLIER, ActTerms
from erp.signing.errors import (
    ActMalformed,
    AnsweredBefore,
    NotCapable,
    SigningClosed,
    UnknownAct,
    WrongAnswer,
)
from erp.signing.queries import act_request, signing_request
from erp.signing.rules import OPEN, ActStatus, SigningStatus
from erp.signing.schemas import (
    MAX_PAYLOAD,
    AnswerSigning,
    EndAct,
    OfferSigning,
    RequestAct,
    SigningKind,
    StateReason,
    StateRuling,
    WithdrawAct,
)
from erp.signing.tables import ActRequest, SigningRequest

SIGNATURE_HEX = 2 + 2 * 65  # the shortest: one key's own
CAPABLE = {
    BUYER: "an enrolled buyer",
    SUPPLIER: "an enrolled supplier",
    FINANCIER: "an enrolled financier",
    NODE: "an enrolled node",
    ANYBODY: "enrolled",
}


def request_act(context: Context, command: RequestAct) -> Fields:
    """Keeps what a party asks for. Refused for an unknown act, fields that are not its own, and a party that may not."""
    act = ACTS.get(command.act)
    if act is None:
        raise UnknownAct(command.act)
    why = act.objection(command.fields)
    if why is None and len(json.dumps(command.fields)) > MAX_PAYLOAD:
        why = f"they are longer than {MAX_PAYLOAD} characters"
    if why is not None:
        raise ActMalformed(command.act, why)
    owner = party(context.rows, command.party)
    _check_capable(owner, command.act, act)
    good_until = context.at + command.good_seconds
    context.rows.add(
        ActRequest,
        number=context.number,
        party=owner.code,
        act=command.act,
        fields=canonical(command.fields),
        good_until=good_until,
        status=ActStatus.ASKED.value,
    )
    english, chinese = act.says(command.fields)
    return {
        "account": owner.account,
        "signs": act.signs,
        "good_until": good_until,
        "says": english,
        "says_zh": chinese,
    }


def _check_capable(owner: Party, name: str, act: ActTerms) -> None:
    enrolled = owner.status != PartyStatus.REGISTERED
    if not enrolled or (owner.capabilities & act.needs) != act.needs:
        raise NotCapable(owner.code, name, CAPABLE[act.needs])


def withdraw_act(context: Context, command: WithdrawAct) -> Fields:
    """Ends an act that nobody answered yet."""
    asked = act_request(context.rows, command.request)
    _expect(asked, ActStatus.ASKED, ActStatus.OFFERED)
    asked.status, asked.reason = ActStatus.WITHDRAWN.value, command.reason
    _close(context, asked)
    return {"party": asked.party, "act": asked.act}


def offer_signing(context: Context, command: OfferSigning) -> Fields:
    """Puts before the party what it has to sign; in place of an earlier one of the same act, if there was one."""
    asked = act_request(context.rows, command.request)
    _expect(asked, *OPEN)
    _close(context, asked)
    context.rows.add(
        SigningRequest,
        number=context.number,
        act_request=asked.number,
        party=asked.party,
        kind=command.kind.value,
        payload=command.payload,
        digest=command.digest,
        good_until=asked.good_until,
        status=SigningStatus.OPEN.value,
    )
    asked.status, asked.signing_request = ActStatus.OFFERED.value, context.number
    return {"party": asked.party, "act": asked.act, "good_until": asked.good_until}


def answer_signing(context: Context, command: AnswerSigning) -> Fields:
    """Keeps the party's answer. Refused the second time, after its time, and when it is no answer of the kind asked for."""
    rows = context.rows
    request = signing_request(rows, command.signing_request)
    if request.answer is not None:
        raise AnsweredBefore(request.number, request.answer)
    if request.status != SigningStatus.OPEN:
        raise SigningClosed(request.number, "its act was ended, or asked for anew")
    if context.at > request.good_until:
        raise SigningClosed(
            request.number, f"it was good until {request.good_until} (unix seconds)"
        )
    if request.kind == SigningKind.TYPED_DATA and len(command.answer) < SIGNATURE_HEX:
        raise WrongAnswer(request.number, "a signature of 65 bytes or more")
    asked = act_request(rows, request.act_request)
    request.status, request.answer = SigningStatus.ANSWERED.value, context.number
    asked.status = ActStatus.ANSWERED.value
    return {
        "party": asked.party,
        "act": asked.act,
        "request": asked.number,
        "kind": request.kind,
        "fields": json.loads(asked.fields),
        "good_until": asked.good_until,
    }


def end_act(context: Context, command: EndAct) -> Fields:
    """Keeps what became of an act."""
    asked = act_request(context.rows, command.request)
    _expect(asked, *OPEN)
    asked.status, asked.reason = ActStatus[command.outcome.name].value, command.reason or None
    _close(context, asked)
    return {"party": asked.party, "act": asked.act}


def state_reason(context: Context, command: StateReason | StateRuling) -> Fields:
    """Keeps a statement, whose commitment an act may name."""
    party(context.rows, command.party)
    return {}


def _close(context: Context, asked: ActRequest) -> None:
    if asked.signing_request is not None:
        request = signing_request(context.rows, asked.signing_request)
        request.status = SigningStatus.CLOSED.value


def _expect(asked: ActRequest, *allowed: ActStatus) -> None:
    if asked.status not in allowed:
        expected = " or ".join(status.value for status in allowed)
        raise WrongStatus("Act", asked.number, asked.status, expected)
