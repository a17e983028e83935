"""Participants: who may take part, with which capabilities (参与方)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from eth_utils.crypto import keccak

from bridge.capabilities.model import Capability, Contract, EventContext, Read, books
from bridge.events import generated as e
from bridge.events.base import Logged
from bridge.ports.vocabulary import participants as v

REGISTER = ("Participants", "ParticipantRegistered")  # contract and event of a registration
BUYER = 1  # capability of an account that may open tenders and fund orders
SUPPLIER = 2  # capability of an account that may bid and deliver
CUSTODIAN = 4  # capability of a contract that holds participants' money; it has no books of its own

BRIDGES_OFFICES = ("ANCHORER",)  # that the account must hold which anchors
LOST_POST = "Room_NotTheHolder"  # with which a room refuses whoever does not hold the post that a record names

OFFICES = "offices of operators; no amounts"
SWITCH = "an operator's switch; no amounts"
POSTS = "who acts for a post, which each call asks the chain; no amounts"


def is_party(logged: Logged, context: EventContext) -> bool:
    """False for a contract that was registered to hold money."""
    return not cast(e.ParticipantRegistered, logged.event).capabilities & CUSTODIAN


def accounts(events: Iterable[Logged]) -> set[str]:
    """Every account that was ever registered, and so may hold tokens."""
    return {
        logged.event.account
        for logged in events
        if isinstance(logged.event, e.ParticipantRegistered)
    }


def holds_office(account: str, office: str) -> Read:
    """The view that tells whether an account holds an office."""
    return "Participants", "hasRole", ("0x" + keccak(text=office).hex(), account)


def holder_of(post: int) -> Read:
    """The view that tells who acts for a post now; the zero account when it is vacant."""
    return "Participants", "holderOf", (post,)


GRANT = ("Participants", "GrantAnnounced")  # contract and event of an announced sealed office
SEALED = {
    "0x" + keccak(text=office).hex(): office
    for office in ("SCORER", "AWARDER", "CLAIM_ISSUER", "MARKET", "TREASURER")
}  # offices with power over money, by their ids


def grantable_at(office_id: str, account: str) -> Read:
    """The view that tells when an announced office may be granted, unix seconds; 0 when nothing is announced."""
    return "Participants", "grantableAt", (office_id, account)


def post_of(post: int) -> Read:
    """The view of a post: office, holder, heir, announced replacement and when it may take the post."""
    return "Participants", "post", (post,)


def may_buy(account: str) -> Read:
    """The view that tells whether an account may open tenders and fund orders now."""
    return "Participants", "isActive", (account, BUYER)


PARTICIPANTS = Capability(
    "participants",
    (
        Contract(
            "Participants",
            events={
                "ParticipantRegistered": books(
                    v.EnrolParty, when=is_party, otherwise="a contract has no books of its own"
                ),
                "CapabilitiesAdded": books(v.ExtendParty),
                "ParticipantSuspended": books(v.SuspendParty),
                "ParticipantReinstated": books(v.ReinstateParty),
            },
            silent={
                "ObligationsPaused": SWITCH,
                "ObligationsResumed": SWITCH,
                "RoomRetired": SWITCH,
                "RoomUnretired": SWITCH,
                "PostCreated": POSTS,
                "PostOffered": POSTS,
                "PostTaken": POSTS,
                "PostVacated": POSTS,
                "PostReplacementAnnounced": POSTS,
                "ContractOfficesSealed": OFFICES,
                "GrantAnnounced": OFFICES,
                "GrantWithdrawn": OFFICES,
                "RoleGranted": OFFICES,
                "RoleRevoked": OFFICES,
                "RoleAdminChanged": OFFICES,
                "DefaultAdminTransferScheduled": OFFICES,
                "DefaultAdminTransferCanceled": OFFICES,
                "DefaultAdminDelayChangeScheduled": OFFICES,
                "DefaultAdminDelayChangeCanceled": OFFICES,
            },
        ),
        Contract(
            "FirmAccount",
            unfollowed="each firm has its own, at the address that it registered: what it does is booked as the firm's",
        ),
    ),
)
