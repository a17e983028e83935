"""A party's own transactions, handed on to the house's node: whose key acts for its account, and what became of one.

They are signed elsewhere, by the party's own key. Nothing of them is kept here: what they do is booked by its events.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from erp.api import relay
from erp.api.errors import NotRelayed
from erp.api.request_context import Caller, ContextDep, RequestContext
from erp.api.room_routes import RoomRoutes
from erp.api.shown import ClassedView
from erp.api.tokens import Principal
from erp.api.unproved import NoChain
from erp.api.witness import NOBODY, AccountSeen, DeploymentSeen, Silence, Witness
from erp.kernel.field_class import classed
from erp.kernel.roles import PARTNERS
from erp.kernel.rows import Rows
from erp.parties.queries import party

ROUTES = RoomRoutes("sending")
Hash = Annotated[str, Path(pattern=r"^0x[0-9a-f]{64}$", examples=["0x" + "ab" * 32])]


class AccountView(ClassedView):
    """The account of the caller's party, and the key that acts for it."""

    classes = classed("party account key nonce")

    party: str
    account: str
    key: str = Field(description="the account itself, or the owner of a firm's account")
    nonce: int = Field(description="of the key's next transaction")


@ROUTES.read("/own-account", "Your account on the chain", PARTNERS, 409)
def read_own_account(context: ContextDep, caller: Caller) -> AccountView:
    """The account that the caller's party acts by, the key that acts for it now, and that key's next nonce."""
    witness, _ = _witnessed(context)
    found = _own_account(context, caller, witness)
    return AccountView(
        party=caller.party or "", account=found.account, key=found.key, nonce=found.nonce
    )


class Sending(BaseModel):
    """A signed transaction."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"raw": "0xf8" + "00" * 100}]}
    )

    raw: str = Field(max_length=relay.RAW_MAX, pattern=r"^0x([0-9a-f]{2})+$")


class SentView(ClassedView):
    """A transaction that was handed on."""

    classes = classed("transaction")

    transaction: str = Field(description="its hash")


@ROUTES.ask("/transactions", "Send a transaction", PARTNERS, 409, 413, 429)
def send_transaction(context: ContextDep, caller: Caller, sending: Sending) -> SentView:
    """Hands a signed transaction on to the house's node. Sent twice it does no harm.

    It is of the key that acts for the caller's own account, calls a contract of this deployment, and sends no coins; a token
    has so many a second. Nothing of it is kept.
    """
    witness, where = _witnessed(context)
    context.live.sent.take(caller.token_id)
    signed = witness.signed(sending.raw)
    if isinstance(signed, Silence):
        raise NoChain(why=signed.reason)
    if isinstance(signed, str):
        raise NotRelayed(signed)
    relay.check_sent(signed, _own_account(context, caller, witness), where)
    told = witness.ask("eth_sendRawTransaction", [sending.raw])
    if isinstance(told, Silence):
        raise NoChain(why=told.reason)
    if "error" in told:
        raise NotRelayed(f"the node refuses it: {_said(told['error'])}")
    return SentView(transaction=signed.transaction)


def _said(error: object) -> str:
    text = error.get("message") if isinstance(error, dict) else None
    return str(text)[:SAID_MAX]


SAID_MAX = 300  # characters of what a node says


class FateView(ClassedView):
    """What became of a transaction."""

    classes = classed("transaction block succeeded booked parked")

    transaction: str
    block: int | None = Field(description="null: it is not mined yet")
    succeeded: bool | None = Field(description="false: the contract refused it")
    booked: bool = Field(description="its events are in the books")
    parked: bool = Field(description="one of its events waits for a person")


@ROUTES.read("/transactions/{transaction}", "What became of a transaction", PARTNERS, 409)
def read_transaction(context: ContextDep, transaction: Hash) -> FateView:
    """Whether a transaction is mined, done or refused, and booked; who asks knows its hash."""
    witness, _ = _witnessed(context)
    told = witness.fate(transaction)
    if isinstance(told, Silence):
        raise NoChain(why=told.reason)
    return FateView(
        transaction=transaction, block=told.block, succeeded=told.succeeded, booked=told.booked, parked=told.parked
    )  # fmt: skip


def _witnessed(context: RequestContext) -> tuple[Witness, DeploymentSeen]:
    """Whoever saw the chain, and where the contracts are. Raises NoChain."""
    if context.witness is None:
        raise NoChain(why=NOBODY.reason)
    where = context.witness.deployment()
    if isinstance(where, Silence):
        raise NoChain(why=where.reason)
    return context.witness, where


def _own_account(context: RequestContext, caller: Principal, witness: Witness) -> AccountSeen:
    """Raises NoChain, and NotRelayed for a party without an account."""
    account = None
    if caller.party is not None:
        with context.reading() as session:
            account = party(Rows.of(session), caller.party).account
    if account is None:
        raise NotRelayed("your party has no account on the chain")
    told = witness.account(account)
    if isinstance(told, Silence):
        raise NoChain(why=told.reason)
    return told
