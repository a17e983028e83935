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
from erp.signing.acts.model import (
    ANYBODY,
    BUYER,
    FINANCIER,
    NODE,
    SUPPLIER,
    ActTerms,
    approval_says,
)
from erp.signing.errors import (
    ActMalformed,
    AnsweredBefore,
    NotCapable,
    NotItsAct,
    SigningClosed,
    TooManyActs,
    UnknownAct,
    WrongAnswer,
)
from erp.signing.queries import act_request, open_acts, signing_request, waiting_side
from erp.signing.rules import OPEN, ActStatus, SigningStatus, may_end
from erp.signing.schemas import (
    MAX_PAYLOAD,
    AnswerSigning,
    EndAct,
    OfferSigning,
    RequestAct,
    SigningKind,
    SigningStep,
    StateReason,
    StateRuling,
    WithdrawAct,
)
from erp.signing.tables import ActRequest, SigningRequest

OPEN_ACTS_MAX = 32  # of one party: nobody fills the mailbox of the others
DEADLINE = "deadline"  # field of statements whose contract takes them before that time only
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
    if not act.speaks_for(command.fields, owner.account):
        raise NotItsAct(owner.code, command.act, " or ".join(act.speaks_as))
    papers = None
    if act.rests_on is not None:
        papers = act.rests_on(context.rows, owner.code, command.fields)
    good_until = context.at + command.good_seconds
    if DEADLINE in command.fields:  # later than this nobody takes what is signed
        good_until = min(good_until, command.fields[DEADLINE] - 1)
        if good_until < context.at:
            raise ActMalformed(command.act, f"{DEADLINE}: it is over by now, {context.at}")
    if open_acts(context.rows, owner.code) >= OPEN_ACTS_MAX:
        raise TooManyActs(owner.code, OPEN_ACTS_MAX)
    context.rows.add(
        ActRequest,
        number=context.number,
        party=owner.code,
        act=command.act,
        fields=canonical(command.fields),
        good_until=good_until,
        status=ActStatus.ASKED.value,
        papers=canonical(papers) if papers is not None else None,
    )
    english, chinese = act.says(command.fields, papers)
    return {
        "papers": papers,
        "account": owner.account,
        "signs": act.signs,
        "good_until": good_until,
        "says": english,
        "says_zh": chinese,
    }


def _check_capable(owner: Party, name: str, act: ActTerms) -> None:
    if act.by_post:  # a post is held by nobody who is enrolled; the contract knows its holder
        return
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
    english, chinese = _says(asked, command)
    context.rows.add(
        SigningRequest,
        number=context.number,
        act_request=asked.number,
        party=asked.party,
        step=command.step.value,
        says=english,
        says_zh=chinese,
        kind=command.kind.value,
        payload=command.payload,
        digest=command.digest,
        refs=canonical(command.refs),
        good_until=asked.good_until,
        status=SigningStatus.OPEN.value,
    )
    asked.status, asked.signing_request = ActStatus.OFFERED.value, context.number
    return {
        "party": asked.party,
        "act": asked.act,
        "good_until": asked.good_until,
        "says": english,
        "says_zh": chinese,
    }


def _says(asked: ActRequest, command: OfferSigning) -> tuple[str, str]:
    """The sentence that is signed with this step."""
    papers = json.loads(asked.papers) if asked.papers is not None else None
    says = ACTS[asked.act].says(json.loads(asked.fields), papers)
    if command.step is SigningStep.ACT:
        return says
    if command.spender is None or command.spender_name is None or command.draws_minor is None:
        raise ActMalformed(asked.act, "an approval names who draws, and how much")
    return approval_says(says, command.spender_name, command.spender, command.draws_minor)


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
    other = _other_side(context, asked, request)
    request.status, request.answer = SigningStatus.ANSWERED.value, context.number
    request.signed, asked.status = command.answer, ActStatus.ANSWERED.value
    return {
        "party": asked.party,
        "act": asked.act,
        "account": party(rows, asked.party).account,
        "request": asked.number,
        "step": request.step,
        "kind": request.kind,
        "fields": json.loads(asked.fields),
        "papers": None if asked.papers is None else json.loads(asked.papers),
        "good_until": asked.good_until,
        "other_request": None if other is None else other.act_request,
        "other_answer": None if other is None else other.signed,
    }


def _other_side(
    context: Context, asked: ActRequest, request: SigningRequest
) -> SigningRequest | None:
    """What another party signed under the same statement, and marks both acts as each other's; None: nobody did yet."""
    if request.kind != SigningKind.TYPED_DATA or not ACTS[asked.act].two_sided:
        return None
    other = waiting_side(context.rows, asked, context.at)
    if other is None or other.signing_request is None:
        return None
    other.counterpart, asked.counterpart = asked.number, other.number
    return signing_request(context.rows, other.signing_request)


def end_act(context: Context, command: EndAct) -> Fields:
    """Keeps what became of an act; another end of one that had ended, where blocks left the chain since."""
    asked = act_request(context.rows, command.request)
    end = ActStatus[command.outcome.name]
    if not may_end(ActStatus(asked.status), end):
        _expect(asked, *OPEN)
    asked.status, asked.reason = end.value, command.reason or None
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
