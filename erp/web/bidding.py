"""The bidding desk of a tender: what an invited supplier may do there now, and the act that brings its seal to the chain.

Price, days and salt are typed and kept in the browser alone (`js/bid.js`): nothing is told here but the seal, until the
bidder opens its bid in the reveal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from erp.api.routes import invitations, signing
from erp.api.routes.invitations import InvitationView, InvitedBidView
from erp.api.routes.signing import ActRequestView
from erp.api.routes.tenders import BidView, TenderView
from erp.api.writes import Write
from erp.kernel.rows import Rows
from erp.parties.queries import party
from erp.procurement.rules import BidStatus, TenderStatus
from erp.signing.schemas import RequestAct
from erp.web.reading import Reading
from erp.web.to_sign import to_sign
from erp.web.writing import may_tell, new_key

ASK: Write[Any] = next(w for w in signing.ROUTES.writes if w.command is RequestAct)
COMMIT = "commit_bid"


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk of one supplier at one tender, at one moment."""

    sealing: bool  # bids are sealed now, and this one is not
    opening: bool  # bids are opened now, and this one is sealed
    account: str | None
    acts: list[ActRequestView]  # that it asked for and that are not over
    key: str | None  # of the form that hands a seal in; None: the role tells none


def desk_of(
    reading: Reading,
    tender: TenderView | InvitationView,
    bids: Sequence[BidView | InvitedBidView],
    now: int,
) -> Desk | None:
    """The desk of an invited supplier while there is something to do at it; None otherwise."""
    code = reading.caller.party
    if not isinstance(tender, InvitationView) or code is None or tender.status != TenderStatus.OPEN:
        return None
    own = next((bid for bid in bids if bid.supplier == code), None)
    sealing = own is None and now < tender.commit_end
    opening = (
        own is not None
        and own.status == BidStatus.COMMITTED
        and tender.commit_end <= now < tender.reveal_end
    )
    if not sealing and not opening:
        return None
    return Desk(
        sealing=sealing,
        opening=opening,
        account=_account(reading, code),
        acts=to_sign(reading, tender_id=tender.tender_id),
        key=new_key(reading.context) if may_tell(reading.caller, ASK) else None,
    )


def _account(reading: Reading, code: str) -> str | None:
    with reading.context.reading() as session:
        return party(Rows.of(session), code).account


def fields_of(reading: Reading, name: str, form: Mapping[str, str]) -> dict[str, Any]:
    """The act that a form asks for, of the supplier's own party. Raises UnknownTender where it is not invited."""
    fields = {
        "tender_id": _tender_id(reading, name),
        "commitment": form.get("commitment", "").strip(),
        "invitation": _list(form.get("invitation", "")),
    }
    return {"party": reading.caller.party or "", "act": COMMIT, "fields": fields}


def _tender_id(reading: Reading, name: str) -> int:
    return reading.read(
        "/invitations/{tender}", invitations.read_invitation, reading.context, reading.caller, name
    ).tender.tender_id


def _list(text: str) -> Any:
    """A list as the page wrote it; the text itself when it is none, to be refused as it is."""
    try:
        return json.loads(text or "[]")
    except ValueError:
        return text
