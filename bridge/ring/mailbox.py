"""Acts of people: OUTBOX -> what to sign, told to the ERP; their answers -> checked, stored, sent; their ends -> the ERP.

If it dies here: what was told has an origin, and is told again without effect; an answer is stored before it is sent.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping

from bridge.capabilities import OFFER
from bridge.capabilities.act import Act
from bridge.capabilities.drawings import NOT_APPROVED, approval, held
from bridge.capabilities.model import CallContext, Posts
from bridge.chain.gateway import Gateway
from bridge.chain.rpc import RpcError
from bridge.errors import BadConfiguration, CallRefused, PortRefused, Unforeseen
from bridge.intents import PUT_OFF_SECONDS_MAX, OutboxStatus
from bridge.mailbox import ACT, APPROVAL, Draw, Offer, approval_of, offer_of
from bridge.ports.port import Document, Instruction, Port
from bridge.ring.act_ends import Ends, instruction_of
from bridge.ring.acts import Acts, is_approval
from bridge.ring.answers import Answers
from bridge.ring.bugs import is_of_one_row
from bridge.ring.proved import end_where_proved
from bridge.ring.recheck import Recheck
from bridge.store import lanes
from bridge.store.store import Store
from bridge.store.tables import Outbox

MAILBOX_BATCH = 64  # acts dealt with in one pass, of each kind
ALARM_TRIES = 3  # in a row, after which a person is told that the node cannot try an act
OFFERS_MAX = 20  # times that one act is shown in vain before it is given up

logger = logging.getLogger("interlock.bridge")


class Mailbox:
    """Shows people what to sign for their acts, and sends on what they signed. It signs nothing itself."""

    def __init__(
        self,
        store: Store,
        port: Port,
        gateway: Gateway,
        posts: Posts,
        recheck: Recheck,
        clock: Callable[[], float],
        joined: bool,
    ) -> None:
        """`joined`: the ERP stands in the bridge's database, so that both commit together."""
        self._store = store
        self._port = port
        self._gateway = gateway
        self._recheck = recheck
        self._clock = clock
        self._joined = joined
        self._acts = Acts(store, port, gateway, posts)
        self._answers = Answers(store, gateway, self._acts, recheck, clock)
        self._ends = Ends(store, port, gateway, self._acts, joined=joined)

    def run(self) -> int:
        """Runs the stage once; returns how many acts it moved on. Raises NodeUnavailable, PortBusy."""
        with self._store.view() as session:
            asked = self._store.acts(session, OutboxStatus.ASKED, MAILBOX_BATCH)
            answered = self._store.acts(session, OutboxStatus.ANSWERED, MAILBOX_BATCH)
            cursor = self._store.cursor(session)
            late = self._store.late_acts(session, cursor.block_time, MAILBOX_BATCH)
            overtaken = self._store.overtaken_acts(session, MAILBOX_BATCH)
            read_to = cursor.document_sequence
        late = self._ends.unanswered(late, read_to) if late else []
        over = {row.id for row in late}
        asked = [row for row in asked if row.id not in over]
        overtaken = [row for row in overtaken if row.id not in over]
        unanswered: list[RpcError] = []
        relayed = sum(self._alone(self._answers.relay, row, unanswered) for row in answered)
        for row in asked:  # now that what was signed has its slots
            self._alone(self._offer, row, unanswered)
        ended = sum(self._alone(self._ends.end_late, row, unanswered) for row in late)
        ended += sum(self._alone(self._ends.renew, row, unanswered) for row in overtaken)
        told = self._ends.tell()
        if unanswered and len(unanswered) == sum(map(len, (asked, answered, late, overtaken))):
            raise unanswered[0]  # the node is in trouble, and not some acts
        return len(asked) + relayed + ended + told

    def _alone(
        self, deal: Callable[[Outbox], bool | None], row: Outbox, unanswered: list[RpcError]
    ) -> bool:
        """Deals with one act: one that the node cannot try waits, one that meets a bug ends. False: it waits.

        One that is done, whatever a node had said of its transaction, is neither shown again nor sent again.
        """
        tries, row.tries, row.try_at = row.tries, 0, 0.0  # as it is written once it goes on
        try:
            return end_where_proved(self._store, row) or deal(row) is not False
        except RpcError as error:
            unanswered.append(error)
            self._put_off(row, tries + 1, error)
            return False
        except Exception as bug:
            if not is_of_one_row(bug):
                raise
            logger.exception("a bug ends %s", row.key)
            self._acts.end(row, OutboxStatus.REFUSED, str(Unforeseen(bug)))
            return True

    def _put_off(self, row: Outbox, tries: int, error: RpcError) -> None:
        """The node could not try it, or its account's contract halts: from the second time on it waits, longer each time."""
        with self._store.unit() as session:
            now = self._store.call(session, row.key)
            if now is not None and now.status == row.status:
                now.tries = tries
                wait = min(2.0**tries, PUT_OFF_SECONDS_MAX) if tries > 1 else 0.0
                now.try_at = self._clock() + wait
                if tries == ALARM_TRIES:
                    self._store.alarm(session, "unanswered", f"{row.key}: {error}")

    # ---- offering -----------------------------------------------------------------------------

    def _offer(self, row: Outbox) -> None:
        """Shows the person what to sign, unless the source does not ask for it or the contract would refuse it."""
        objection = self._recheck(self._acts.act_row(row))
        if objection is not None:
            self._acts.end(row, OutboxStatus.REFUSED, objection)
            return
        if row.offers - row.renewed >= OFFERS_MAX:
            why = f": {row.reason}" if row.reason else ""
            said = f"it was offered {row.offers - row.renewed} times without success{why}"
            self._acts.end(row, OutboxStatus.REFUSED, said)
            return
        document, act = self._acts.document(row), self._acts.act(row)
        context = self._acts.context(act, document)
        account = document.fields["account"]
        self._gateway.accounts.find_one(account)
        try:
            draw = self._acts.missing(act, document, context)
            if is_approval(row):
                self._offer_approval(row, document, draw, context.refs)
                return
            self._try(row, act, document, context, draw)
        except (BadConfiguration, CallRefused) as error:
            # The contract would refuse it: that is for the person to know, not for the operator.
            self._acts.end(row, OutboxStatus.REFUSED, str(error))
            return
        if draw is not None:
            self._approve_first(row, draw, document)
            return
        (call,) = act.calls(document, context)
        nonce = self._next_nonce(account) if act.statement is None else None
        offer = offer_of(act, document, call, context, self._gateway, nonce or 0)
        self._show(row, offer, nonce, None, context.refs)

    def _try(
        self, row: Outbox, act: Act, document: Document, context: CallContext, draw: Draw | None
    ) -> None:
        """Raises CallRefused when the act could not succeed, even after the approval of what it draws."""
        account = document.fields["account"]
        if act.objects is not None:
            objection = act.objects(document, context, self._gateway)
            if objection is not None:
                raise CallRefused(objection, "")
        if act.statement is None:
            args = json.loads(row.args)
            verdict = self._gateway.static_call(
                (account, row.contract, row.function, args, row.edition_of)
            )
            if verdict is not None and (draw is None or verdict.error != NOT_APPROVED):
                raise verdict
        if draw is not None:
            wallet = held(self._gateway, account)
            if wallet < draw.amount:
                raise CallRefused(
                    f"it draws {draw.amount} minor units, and {account} holds {wallet}", ""
                )

    def _approve_first(self, row: Outbox, draw: Draw, document: Document) -> None:
        """Holds the act until the party has signed an approval of what it draws, and that is mined."""
        call = approval(row.key, document, draw.spender, draw.amount)
        with self._store.unit() as session:
            waiting = session.merge(row)
            waiting.offers += 1
            waiting.status = OutboxStatus.HELD
            waiting.reason = (
                f"waits for the approval of {draw.amount} minor units to {draw.contract}"
            )
            self._store.add_approval(session, waiting, call)

    def _offer_approval(
        self, row: Outbox, document: Document, draw: Draw | None, refs: Mapping[str, str]
    ) -> None:
        if draw is None:
            self._acts.end(row, OutboxStatus.CONFIRMED, "so much is approved already")
            return
        nonce = self._next_nonce(document.fields["account"])
        self._show(row, approval_of(draw, document, self._gateway, nonce), nonce, draw, refs)

    def _next_nonce(self, account: str) -> int:
        """The first nonce of the account's key that nothing which was signed holds.

        Acts that wait for their signatures share it: whatever is signed can be mined next, and of two that are signed one
        alone is.
        """
        key = self._gateway.accounts.key_of(account)
        mined = self._gateway.agreed_nonces(key)
        with self._store.view() as session:
            return lanes.Slots(session, key, mined).take()

    def _show(
        self,
        row: Outbox,
        offer: Offer,
        nonce: int | None,
        approval: Draw | None,
        refs: Mapping[str, str],
    ) -> None:
        number = row.offers + 1
        told = {
            "request": row.document_number,
            "showing": number,
            "step": ACT if approval is None else APPROVAL,
            "spender": None if approval is None else approval.spender,
            "spender_name": None if approval is None else approval.contract,
            "draws_minor": None if approval is None else approval.amount,
            "kind": offer.kind,
            "payload": offer.payload,
            "digest": offer.digest,
            "refs": dict(refs),
        }
        instruction = instruction_of(self._store, OFFER, told, f"sign:{row.key}:{number}")
        row.nonce, row.nonce_of = nonce, None if nonce is None else _sender(offer)
        try:
            self._told(row, instruction, OutboxStatus.OFFERED, number)
        except (
            PortRefused
        ) as error:  # its person took it back meanwhile, or a crash left another payload
            with self._store.unit() as session:
                merged = session.merge(row)
                merged.offers, merged.reason = number, str(error)

    def _told(
        self, row: Outbox, instruction: Instruction, status: OutboxStatus, offers: int
    ) -> None:
        """Tells the ERP and marks the row, together where both stand in one database. Raises PortRefused."""
        if not self._joined:
            self._port.apply([instruction], None)
        with self._store.unit() as session:
            if self._joined:
                self._port.apply([instruction], session)
            merged = session.merge(row)
            merged.status, merged.offers, merged.reason = status, offers, None


def _sender(offer: Offer) -> str:
    return str(json.loads(offer.payload)["from"])
