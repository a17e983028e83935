"""Routes of the signing mailbox (签署箱): the acts, what was asked for, what is to be signed, and the answers.

A supplier or node asks for acts of its own party and sees no other's.
"""

from __future__ import annotations

import json
from operator import attrgetter
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BeforeValidator, Field
from sqlalchemy.orm import Session

from erp.api.access import Roles
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page, page_of
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import Row
from erp.api.shown import ClassedView
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.kernel.field_class import classed
from erp.kernel.roles import PARTNERS, Role
from erp.kernel.rows import Rows
from erp.parties.errors import UnknownParty
from erp.signing import queries
from erp.signing.acts import ACTS
from erp.signing.errors import UnknownActRequest, UnknownSigningRequest
from erp.signing.rules import ActStatus, SigningStatus
from erp.signing.schemas import AnswerSigning, RequestAct, StateReason, StateRuling, WithdrawAct
from erp.signing.tables import ActRequest, SigningRequest

ROUTES = RoomRoutes("signing")
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
                "role_id": 0,
                "pledge_minor": 5_000_000,
                "plan_ref": "0x" + "00" * 32,
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

    classes = classed("act says says_zh needs signs fields")

    act: str = Field(examples=["grab_role"])
    says: str = Field(description="with the names of fields in braces")
    says_zh: str
    needs: int = Field(
        description="capability of the party: 1 buyer, 2 supplier, 4 financier, 8 node; 0: any"
    )
    signs: str = Field(description="transaction, or typed_data (EIP-712)")
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
            signs=act.signs,
            fields=act.model.model_json_schema(),
        )
        for name, act in sorted(ACTS.items())
    ]
    return Page(items=shown)


class ActRequestView(Row):
    """An act that a party asked for, and what became of it."""

    classes = classed("number party act good_until status signing_request", own="fields reason")

    number: str
    party: str
    act: str
    fields: Annotated[
        dict[str, Any] | None,
        BeforeValidator(json.loads),
        Field(description="null: not shown to your role"),
    ]
    good_until: int = Field(description="unix seconds")
    status: ActStatus
    signing_request: str | None = Field(description="the newest")
    reason: str | None = Field(description="why it was refused, or did not happen")


class SigningRequestView(Row):
    """What a party is asked to sign. `payload` is canonical JSON: typed data (EIP-712), or a transaction."""

    classes = classed(
        "number act_request party kind good_until status answer", own="payload digest"
    )

    number: str
    act_request: str
    party: str
    kind: str
    payload: str | None = Field(description="null: not shown to your role")
    digest: str | None = Field(description="keccak-256 of the payload")
    good_until: int = Field(description="unix seconds")
    status: SigningStatus
    answer: str | None


@ROUTES.read("/act-requests", "List acts that were asked for", READERS)
def list_act_requests(
    context: ContextDep,
    caller: Caller,
    status: Annotated[ActStatus | None, Query(description="only these")] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[ActRequestView]:
    """What was asked for, by number; a party sees its own."""
    with context.reading() as session:
        found = queries.act_requests(
            session, party=_only(caller), status=status, after=after, limit=limit
        )
        return page_of(found, ActRequestView.model_validate, attrgetter("number"), limit)


ActNumber = Annotated[str, Path(pattern=NUMBER_PATTERN, examples=["ACT-2026-00001"])]
RequestNumber = Annotated[str, Path(pattern=NUMBER_PATTERN, examples=["SRQ-2026-00001"])]


@ROUTES.read("/act-requests/{number}", "Read one act that was asked for", READERS, 404)
def read_act_request(context: ContextDep, caller: Caller, number: ActNumber) -> ActRequestView:
    """The act with this number, and what became of it."""
    with context.reading() as session:
        return ActRequestView.model_validate(own_act(session, caller, number))


@ROUTES.read("/signing-requests", "List signing requests", READERS)
def list_signing_requests(
    context: ContextDep,
    caller: Caller,
    status: Annotated[SigningStatus | None, Query(description="only these")] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[SigningRequestView]:
    """What is to be signed, by number; a party sees its own."""
    with context.reading() as session:
        found = queries.signing_requests(
            session, party=_only(caller), status=status, after=after, limit=limit
        )
        return page_of(found, SigningRequestView.model_validate, attrgetter("number"), limit)


@ROUTES.read("/signing-requests/{number}", "Read one signing request", READERS, 404)
def read_signing_request(
    context: ContextDep, caller: Caller, number: RequestNumber
) -> SigningRequestView:
    """What is to be signed under this number."""
    with context.reading() as session:
        return SigningRequestView.model_validate(own_request(session, caller, number))


def _only(caller: Principal) -> str | None:
    return caller.party if caller.role in PARTNERS else None
