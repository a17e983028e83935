"""Routes of the signing mailbox (签署箱): the acts, what was asked for, what is to be signed, and the answers.

A supplier or node asks for acts of its own party and sees no other's.
"""

from __future__ import annotations

import json
from operator import itemgetter
from typing import Annotated, Any

from fastapi import Path
from pydantic import BeforeValidator, Field
from sqlalchemy.orm import Session

from erp.api.access import Roles
from erp.api.listing import ALL, Asked, Listing, Several, taken_by
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page, page_of
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import Row
from erp.api.shown import Amount, ClassedView
from erp.api.tokens import Principal
from erp.api.witness import NOBODY as NO_WITNESS
from erp.api.witness import Silence
from erp.api.writes import Write
from erp.kernel.field_class import classed
from erp.kernel.roles import PARTNERS, Role
from erp.kernel.rows import Rows
from erp.parties.errors import UnknownParty
from erp.parties.queries import party
from erp.signing import queries
from erp.signing.acts import ACTS
from erp.signing.errors import UnknownActRequest, UnknownSigningRequest
from erp.signing.rules import OPEN, ActStatus, SigningStatus
from erp.signing.schemas import (
    AnswerSigning,
    RequestAct,
    SigningStep,
    StateReason,
    StateRuling,
    WithdrawAct,
)
from erp.signing.tables import ActRequest, SigningRequest

ROUTES = RoomRoutes("signing")
ACT_REQUESTS = Listing(
    ActRequest, "number", parties=("party",), at="good_until", about_at="until when it is good"
)
SIGNING_REQUESTS = Listing(
    SigningRequest, "number", parties=("party",), at="good_until", about_at="until when it is good"
)
NOBODY = "nobody"  # stands for the account of a party that has none
READERS: Roles = PARTNERS | {Role.AUDITOR, Role.ADMIN}


def refuse_other_party(
    _session: Session, caller: Principal, command: RequestAct | StateReason | StateRuling
) -> None:
    """Raises UnknownParty when a partner speaks for another party: it is answered as if there were none."""
    if caller.role in PARTNERS and command.party != caller.party:
        raise UnknownParty(command.party)


def refuse_other_act(session: Session, caller: Principal, command: WithdrawAct) -> None:
    """Raises UnknownActRequest when a partner names another party's act."""
    own_act(session, caller, command.request)


def refuse_other_request(session: Session, caller: Principal, command: AnswerSigning) -> None:
    """Raises UnknownSigningRequest when a partner answers for another party."""
    own_request(session, caller, command.signing_request)


def own_act(session: Session, caller: Principal, number: str) -> ActRequest:
    """The act with a number. Raises UnknownActRequest when there is none, or a partner asks for another's."""
    found = queries.act_request(Rows.of(session), number)
    if caller.role in PARTNERS and found.party != caller.party:
        raise UnknownActRequest(number)
    return found


def own_request(session: Session, caller: Principal, number: str) -> SigningRequest:
    """The signing request with a number. Raises UnknownSigningRequest; also when a partner asks for another party's."""
    found = queries.signing_request(Rows.of(session), number)
    if caller.role in PARTNERS and found.party != caller.party:
        raise UnknownSigningRequest(number)
    return found


ROUTES.write(
    Write(
        "/act-requests",
        RequestAct,
        "Ask for an act",
        "A party asks for an act that its own key signs. What is to be signed appears as a signing request. `GET /acts` "
        "lists the acts with their fields.",
        {
            "party": "SHANGHAI",
            "act": "grab_role",
            "fields": {
                "group_id": 1,
                "role_id": 1,
                "pledge_minor": 5_000_000,
                "plan": "RPL-2026-00001",
            },
        },
        guard=refuse_other_party,
    )
)
ROUTES.write(
    Write(
        "/act-withdrawals",
        WithdrawAct,
        "Withdraw an act",
        "Ends an act that was not answered yet.",
        {"request": "ACT-2026-00001", "reason": "the pledge was mistyped"},
        guard=refuse_other_act,
    )
)
ROUTES.write(
    Write(
        "/signatures",
        AnswerSigning,
        "Answer a signing request",
        "The signature, or the signed transaction, in hexadecimal: once, in its time. Whether it is the right one is "
        "seen when it is brought to the chain; read the act request to see what became of it.",
        {"signing_request": "SRQ-2026-00001", "answer": "0x" + "00" * 65},
        guard=refuse_other_request,
    )
)
ROUTES.write(
    Write(
        "/reasons",
        StateReason,
        "State a reason",
        "A text whose commitment an act of the party names: why it disputes something.",
        {"party": "S1", "about": "QI-2026-00001", "text": "the sheets were measured while warm"},
        guard=refuse_other_party,
    )
)
ROUTES.write(
    Write(
        "/rulings",
        StateRuling,
        "State a ruling",
        "An arbiter's text whose commitment its ruling names.",
        {"party": "ARBITER", "about": "QI-2026-00001", "text": "five of the ten were good"},
        guard=refuse_other_party,
    )
)


class ActView(ClassedView):
    """An act that can be asked for: what a person signs, in two languages, and its fields as a JSON schema."""

    classes = classed("act says says_zh needs by_post signs two_sided fields")

    act: str = Field(examples=["grab_role"])
    says: str = Field(description="with the names of fields in braces")
    says_zh: str
    needs: int = Field(
        description="capability of the party: 1 buyer, 2 supplier, 8 node, 16 financier; 0: any"
    )
    by_post: bool = Field(description="whoever holds a post may ask too, who is no participant")
    signs: str = Field(description="transaction, or typed_data (EIP-712)")
    two_sided: bool = Field(
        description="two parties sign the same, each in an act of its own with the same fields"
    )
    fields: dict[str, Any]


@ROUTES.read("/acts", "List the acts", frozenset(Role))
def list_acts() -> Page[ActView]:
    """All acts that a party can ask for, by name."""
    shown = [
        ActView(
            act=name,
            says=act.english,
            says_zh=act.chinese,
            needs=act.needs,
            by_post=act.by_post,
            signs=act.signs,
            two_sided=act.two_sided,
            fields=act.model.model_json_schema(),
        )
        for name, act in sorted(ACTS.items())
    ]
    return Page(items=shown)


def _read(text: str | None) -> Any:
    return None if text is None else json.loads(text)


class ActRequestView(Row):
    """An act that a party asked for, and what became of it."""

    classes = classed(
        "number party act papers good_until status signing_request counterpart", own="fields reason"
    )

    number: str
    party: str
    act: str
    fields: Annotated[
        dict[str, Any] | None,
        BeforeValidator(json.loads),
        Field(description="null: not shown to your role"),
    ]
    papers: Annotated[dict[str, Any] | None, BeforeValidator(_read)] = Field(
        description="documents of these books that the act rests on, and what they say"
    )
    good_until: int = Field(description="unix seconds")
    status: ActStatus
    signing_request: str | None = Field(description="the newest")
    reason: str | None = Field(description="why it was refused, or did not happen")
    counterpart: str | None = Field(
        description="the other side's act, of a statement that both have signed"
    )


class StepView(Row):
    """One thing that is signed for an act: an approval of what it draws, or the act itself."""

    classes = classed("number step kind status answer", own="says says_zh")

    number: str | None = Field(
        description="of the signing request; null: it comes once the approval is through"
    )
    step: SigningStep
    kind: str
    says: str | None = Field(description="null: not shown to your role")
    says_zh: str | None
    status: SigningStatus | None
    answer: str | None


class ActRequestDetail(ActRequestView):
    """An act with all that was, is and will be signed for it, in order."""

    classes = classed(
        "number party act papers good_until status signing_request counterpart steps",
        own="fields reason",
    )

    steps: list[StepView] = Field(default_factory=list)


class SigningRequestView(Row):
    """What a party is asked to sign. `payload` is canonical JSON: typed data (EIP-712), or a transaction."""

    classes = classed(
        "number act_request party step kind refs good_until status answer",
        own="says says_zh payload digest",
    )

    number: str
    act_request: str
    party: str
    step: SigningStep = Field(
        description="approval: of the tokens that the act draws, and no more; act: the act itself"
    )
    says: str | None = Field(description="null: not shown to your role")
    says_zh: str | None
    kind: str
    payload: str | None = Field(description="null: not shown to your role")
    digest: str | None = Field(description="keccak-256 of the payload")
    refs: Annotated[dict[str, str], BeforeValidator(json.loads)] = Field(
        description="commitments of documents that the payload names, by their numbers"
    )
    good_until: int = Field(description="unix seconds")
    status: SigningStatus
    answer: str | None


@ROUTES.read("/act-requests", "List acts that were asked for", READERS)
def list_act_requests(
    context: ContextDep,
    caller: Caller,
    status: Several[ActStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(ACT_REQUESTS)] = ALL,
) -> Page[ActRequestView]:
    """What was asked for, by number; a party sees its own."""
    with context.reading() as session:
        return ACT_REQUESTS.page(
            session, asked, ActRequestView.model_validate, after=after, limit=limit, own=_only(caller), status=status
        )  # fmt: skip


ActNumber = Annotated[str, Path(pattern=NUMBER_PATTERN, examples=["ACT-2026-00001"])]
RequestNumber = Annotated[str, Path(pattern=NUMBER_PATTERN, examples=["SRQ-2026-00001"])]


@ROUTES.read("/act-requests/{number}", "Read one act that was asked for", READERS, 404)
def read_act_request(context: ContextDep, caller: Caller, number: ActNumber) -> ActRequestDetail:
    """The act with this number, what is signed for it step by step, and what became of it."""
    with context.reading() as session:
        found = own_act(session, caller, number)
        detail = ActRequestDetail.model_validate(found)
        steps = [StepView.model_validate(row) for row in queries.steps(session, number)]
        return detail.model_copy(update={"steps": [*steps, *_to_come(found, steps)]})


def _to_come(found: ActRequest, steps: list[StepView]) -> list[StepView]:
    """The act itself, where only its approval was shown so far."""
    if found.status not in OPEN or any(step.step is SigningStep.ACT for step in steps):
        return []
    act = ACTS[found.act]
    says, says_zh = act.says(json.loads(found.fields), _read(found.papers))
    return [
        StepView(
            number=None,
            step=SigningStep.ACT,
            kind=act.signs,
            says=says,
            says_zh=says_zh,
            status=None,
            answer=None,
        )
    ]


@ROUTES.read("/signing-requests", "List signing requests", READERS)
def list_signing_requests(
    context: ContextDep,
    caller: Caller,
    status: Several[SigningStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(SIGNING_REQUESTS)] = ALL,
) -> Page[SigningRequestView]:
    """What is to be signed, by number; a party sees its own."""
    with context.reading() as session:
        return SIGNING_REQUESTS.page(
            session, asked, SigningRequestView.model_validate, after=after, limit=limit, own=_only(caller),
            status=status,
        )  # fmt: skip


@ROUTES.read("/signing-requests/{number}", "Read one signing request", READERS, 404)
def read_signing_request(
    context: ContextDep, caller: Caller, number: RequestNumber
) -> SigningRequestView:
    """What is to be signed under this number."""
    with context.reading() as session:
        return SigningRequestView.model_validate(own_request(session, caller, number))


class PublishedView(ClassedView):
    """What an event published that an act is signed under."""

    classes = classed("act_request witnessed remark", own="values")

    act_request: str
    witnessed: bool = Field(description="whether a witness of the chain was asked")
    remark: str | None = Field(description="why nobody tells; then there are no values")
    values: dict[str, Any] | None = Field(
        description="by name; none where the act rests on no event. null: not shown to your role"
    )


@ROUTES.read("/act-requests/{number}/published", "What an act is signed under", READERS, 404)
def read_published(context: ContextDep, caller: Caller, number: ActNumber) -> PublishedView:
    """The values of the event that an act brings along, once the act itself is offered for signing: they stand in it.

    Whoever signs makes the payload anew from them, from the act and from the deployment.
    """
    with context.reading() as session:
        found = own_act(session, caller, number)
        offered = [row.step for row in queries.steps(session, number)]
        act, fields, papers = found.act, json.loads(found.fields), _read(found.papers)
    if SigningStep.ACT not in offered:
        return PublishedView(
            act_request=number, witnessed=False, remark="the act was not offered yet", values={}
        )
    told = NO_WITNESS if context.witness is None else context.witness.published(act, fields, papers)
    if isinstance(told, Silence):
        return PublishedView(act_request=number, witnessed=False, remark=told.reason, values={})
    return PublishedView(act_request=number, witnessed=True, remark=None, values=dict(told))


class SignedOfferView(ClassedView):
    """A claim that its holder offered by its signature: with these fields the act `buy_signed_claim` buys it."""

    classes = classed("act_request seller", own="price_minor fields")

    act_request: str
    seller: str = Field(description="party that offers")
    price_minor: Amount
    fields: dict[str, Any] | None = Field(
        description="those of the act, signature included; null: not shown to your role"
    )


@ROUTES.read("/signed-claim-offers", "List claims offered by signature", READERS)
def list_signed_offers(
    context: ContextDep, caller: Caller, after: AfterKey = "", limit: Limit = DEFAULT_PAGE
) -> Page[SignedOfferView]:
    """Claims offered by their holders' signatures, until the `deadline` of each; a party sees those that it may buy."""
    with context.reading() as session:
        rows, only = Rows.of(session), _only(caller)
        account = None if only is None else party(rows, only).account or NOBODY
        found = queries.signed_offers(session, financier=account, after=after, limit=limit)
        shown = [(act, offer_of(rows, act, request)) for act, request in found]
        return page_of(shown, itemgetter(1), lambda pair: pair[0].number, limit)


def offer_of(rows: Rows, act: ActRequest, request: SigningRequest) -> SignedOfferView:
    """A signed offer as whoever buys it needs it."""
    fields = json.loads(act.fields)
    seller = party(rows, act.party).account
    return SignedOfferView(
        act_request=act.number,
        seller=act.party,
        price_minor=fields["price_minor"],
        fields={**fields, "seller": seller, "signature": request.signed},
    )


def _only(caller: Principal) -> str | None:
    return caller.party if caller.role in PARTNERS else None
