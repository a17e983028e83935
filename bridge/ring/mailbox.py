"""Acts of people: OUTBOX -> what to sign, told to the ERP; their answers -> checked, stored, sent; their ends -> the ERP.

If it dies here: what was told has an origin, and is told again without effect; an answer is stored before it is sent.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

from sqlmodel import Session

from bridge.capabilities import ACT_TYPES, ANSWER, END, OFFER, asked_by
from bridge.capabilities.act import Act
from bridge.capabilities.drawings import NOT_APPROVED, approval, held
from bridge.capabilities.model import CallContext, Posts
from bridge.chain.gateway import Gateway
from bridge.chain.rpc import RpcError
from bridge.chain.signed import NotATransaction, SignedTransaction, read_signed
from bridge.errors import BadConfiguration, CallRefused, PortRefused, Unforeseen, first_line
from bridge.intents import PUT_OFF_SECONDS_MAX, Call, OutboxStatus
from bridge.mailbox import (
    ACT,
    APPROVAL,
    TYPED_DATA,
    Draw,
    Offer,
    approval_of,
    draw_of,
    is_approved,
    offer_of,
    signed_digest,
    transaction_of,
)
from bridge.ports.port import Document, DocumentQuery, Instruction, Port
from bridge.ring.bugs import is_of_one_row
from bridge.ring.proved import end_by_proof
from bridge.ring.recheck import Recheck
from bridge.ring.references import named_by, refs_of
from bridge.ring.replaced import Twin, counted_where_read, doer_of, twin_of
from bridge.store import inbox, lanes
from bridge.store.store import APPROVAL as APPROVAL_KEY
from bridge.store.store import Store
from bridge.store.tables import Attempt, Outbox

MAILBOX_BATCH = 64  # acts dealt with in one pass, of each kind
ALARM_TRIES = 3  # in a row, after which a person is told that the node cannot try an act
OFFERS_MAX = 20  # times that one act is shown anew before it is given up
UNREAD_MAX = 500  # documents that are looked through for an answer before an act ends as late
REASON_MAX = 1_000  # characters that a person is told

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
        self._posts = posts
        self._recheck = recheck
        self._clock = clock
        self._joined = joined

    def run(self) -> int:
        """Runs the stage once; returns how many acts it moved on. Raises NodeUnavailable, PortBusy."""
        with self._store.view() as session:
            asked = self._store.acts(session, OutboxStatus.ASKED, MAILBOX_BATCH)
            answered = self._store.acts(session, OutboxStatus.ANSWERED, MAILBOX_BATCH)
            cursor = self._store.cursor(session)
            late = self._store.late_acts(session, cursor.block_time, MAILBOX_BATCH)
            read_to = cursor.document_sequence
        late = self._unanswered(late, read_to) if late else []
        unanswered: list[RpcError] = []
        for row in asked:
            self._alone(self._offer, row, unanswered)
        relayed = sum(self._alone(self._relay, row, unanswered) for row in answered)
        for row in late:
            self._alone(self._end_late, row, unanswered)
        told = self._tell()
        if unanswered and len(unanswered) == len(asked) + len(answered) + len(late):
            raise unanswered[0]  # the node is in trouble, and not some acts
        return len(asked) + relayed + len(late) + told

    def _alone(
        self, deal: Callable[[Outbox], bool | None], row: Outbox, unanswered: list[RpcError]
    ) -> bool:
        """Deals with one act: one that the node cannot try waits, one that meets a bug ends. False: it waits.

        One that is done, whatever a node had said of its transaction, is neither shown again nor sent again.
        """
        tries, row.tries, row.try_at = row.tries, 0, 0.0  # as it is written once it goes on
        try:
            return self._is_proved(row) or deal(row) is not False
        except RpcError as error:
            unanswered.append(error)
            self._put_off(row, tries + 1, error)
            return False
        except Exception as bug:
            if not is_of_one_row(bug):
                raise
            logger.exception("a bug ends %s", row.key)
            self._end(row, OutboxStatus.REFUSED, str(Unforeseen(bug)))
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

    def _is_proved(self, row: Outbox) -> bool:
        """True when ingest has read what one of the act's transactions did: it is confirmed."""
        with self._store.view() as session:
            if self._store.witness_of(session, row) is None:
                return False
        with self._store.unit() as session:
            now = self._store.call(session, row.key)
            return now is not None and end_by_proof(self._store, session, now)

    # ---- offering -----------------------------------------------------------------------------

    def _offer(self, row: Outbox) -> None:
        """Shows the person what to sign, unless the source does not ask for it or the contract would refuse it."""
        objection = self._recheck(self._act_row(row))
        if objection is not None:
            self._end(row, OutboxStatus.REFUSED, objection)
            return
        if row.offers >= OFFERS_MAX:
            self._end(row, OutboxStatus.REFUSED, f"it was shown {row.offers} times without success")
            return
        document, act = self._document(row), self._act(row)
        context = self._context(act, document)
        account = document.fields["account"]
        self._gateway.accounts.find_one(account)
        try:
            draw = self._missing(act, document, context)
            if is_approval(row):
                self._offer_approval(row, document, draw, context.refs)
                return
            self._try(row, act, document, context, draw)
        except (BadConfiguration, CallRefused) as error:
            # The contract would refuse it: that is for the person to know, not for the operator.
            self._end(row, OutboxStatus.REFUSED, str(error))
            return
        if draw is not None:
            self._approve_first(row, draw, document)
            return
        (call,) = act.calls(document, context)
        nonce = self._next_nonce(row, account) if act.statement is None else None
        offer = offer_of(act, document, call, context, self._gateway, nonce or 0)
        self._show(row, offer, nonce, None, context.refs)

    def _missing(self, act: Act, document: Document, context: CallContext) -> Draw | None:
        """What the act draws, when its party has not approved so much yet. Raises CallRefused, BadConfiguration."""
        draw = draw_of(act, document, context, self._gateway)
        account = document.fields["account"]
        return None if draw is None or is_approved(draw, account, self._gateway) else draw

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
            self._end(row, OutboxStatus.CONFIRMED, "so much is approved already")
            return
        nonce = self._next_nonce(row, document.fields["account"])
        self._show(row, approval_of(draw, document, self._gateway, nonce), nonce, draw, refs)

    def _next_nonce(self, row: Outbox, account: str) -> int:
        """The first nonce of the account's key that no other act of it was shown.

        An act that was shown before, and signed out of turn, does not wait again for those that nobody has signed.
        """
        key = self._gateway.accounts.key_of(account)
        nonce = self._gateway.agreed_nonces(key)
        with self._store.view() as session:
            shown = self._store.shown_nonces(session, key, nonce)
        in_front = {
            other.nonce
            for other in shown
            if other.id != row.id and (row.nonce is None or other.status != OutboxStatus.OFFERED)
        }
        while nonce in in_front:
            nonce += 1
        return nonce

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
        instruction = self._instruction(OFFER, told, f"sign:{row.key}:{number}")
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

    # ---- answers ------------------------------------------------------------------------------

    def _relay(self, row: Outbox) -> bool:
        """Sends on what the person signed, if it does what was asked and nothing else. False: it waits for its turn."""
        with self._store.view() as session:
            now = self._store.call(session, row.key)
        if now is None or now.status != OutboxStatus.ANSWERED:  # its other side's answer ended both
            return True
        answer = self._answer(row)
        if answer is None:
            self._end(row, OutboxStatus.REFUSED, "no answer to this act stands in the log")
        elif answer.fields["kind"] == TYPED_DATA and not is_approval(row):
            self._take_statement(row, answer)
        else:
            return self._take_transaction(row, answer)
        return True

    def _take_transaction(self, row: Outbox, answer: Document) -> bool:
        """Sends a signed transaction that does what was asked. False: it waits for its turn."""
        objection = self._recheck(self._act_row(row))
        document = self._document(row)
        self._gateway.accounts.find_one(document.fields["account"])
        ended = OutboxStatus.ASKED, "what is approved changed since it was shown"
        try:
            signed = read_signed(answer.fields["answer"])
        except NotATransaction as error:
            self._end(row, OutboxStatus.REFUSED, f"{answer.number}: {error}")
            return True
        try:
            call = self._call_of(row, document)
        except (BadConfiguration, CallRefused) as error:
            call, ended = None, (OutboxStatus.REFUSED, f"{answer.number}: {error}")
        # Asked afterwards: what a wallet sent by itself has used up what was approved for it.
        mined = self._gateway.agreed_nonces(signed.sender)
        if call is None and (is_approval(row) or signed.nonce >= mined):
            self._end(row, *ended)
            return True
        expected = transaction_of(call or _call(row), document, self._gateway, signed.nonce)
        objection = objection or difference(signed, expected)
        if objection is not None:
            self._end(row, OutboxStatus.REFUSED, f"{answer.number}: {objection}")
            return True
        return self._send(row, signed, mined)

    def _call_of(self, row: Outbox, document: Document) -> Call | None:
        """What the person was to sign; None when an approval is needed first, or none any more. Raises CallRefused."""
        act = self._act(row)
        draw = self._missing(act, document, self._context(act, document))
        if is_approval(row):
            if draw is None:
                return None
            return approval(row.key, document, draw.spender, draw.amount)
        return _call(row) if draw is None else None

    def _take_statement(self, row: Outbox, answer: Document) -> None:
        """A signature that the keeper brings to the chain is a document of its own, whose call it makes.

        Others are checked here: one that waits for the other side's, and one that its reader brings to the chain.
        """
        act = self._act(row)
        other = answer.fields["other_request"]
        if act.is_brought and (other is not None or not act.two_sided):
            self._hand_over(row, answer, other)
            return
        document = self._document(row)
        context = self._context(act, document)
        (call,) = act.calls(document, context)
        offer = offer_of(act, document, call, context, self._gateway, 0)
        account, digest = document.fields["account"], signed_digest(json.loads(offer.payload))
        if not self._gateway.agrees(account, digest, answer.fields["answer"]):
            why = f"{answer.number}: {account} did not sign this"
            self._end(row, OutboxStatus.REFUSED, why)
        elif act.two_sided:
            self._end(row, OutboxStatus.SIGNED, "waits for the other side's signature")
        else:
            self._end(row, OutboxStatus.CONFIRMED, f"{answer.number} is signed")

    def _hand_over(self, row: Outbox, answer: Document, other: str | None) -> None:
        """These rows have done their part; the signature's own call says what became of the acts."""
        with self._store.unit() as session:
            beside = [] if other is None else self._store.signed_acts(session, other)
            for each in (session.merge(row), *beside):
                each.status = each.told = OutboxStatus.MOOT
                each.reason = f"{answer.number} is brought to the chain"

    def _send(self, row: Outbox, signed: SignedTransaction, mined: int) -> bool:
        """Stores the answer as an attempt and sends it; asks anew when its nonce can no longer come.

        A wallet may have sent it by itself, or sped it up: what is mined already is stored alone, and ends as any other.
        What waits in a node's pool for its turn can be mined whatever else is signed, and is waited for.
        """
        sent = signed.nonce < mined and self._gateway.is_mined(signed.tx_hash)
        if signed.nonce < mined and not sent:
            if signed.nonce >= counted_where_read(self._store, self._gateway, signed.sender):
                return False  # what was mined in its place is read first
            twin = twin_of(self._store, self._gateway, signed.raw, row.good_until)
            sent, signed = twin is not None, signed if twin is None else read_signed(twin.raw)
        ahead = mined < signed.nonce <= mined + lanes.HOLES_MAX
        ahead = ahead and self._gateway.is_known(signed.tx_hash)
        with self._store.unit() as session:
            merged = session.merge(row)
            # Asked in this order: a nonce from outside may be longer than a database's numbers are.
            if signed.nonce == row.nonce and self._comes_later(session, signed, mined):
                return False
            comes = sent or ahead or signed.nonce == mined
            if not comes or self._store.has_attempt(session, signed.sender, signed.nonce):
                merged.status = OutboxStatus.ASKED
                merged.reason = f"the answer has nonce {signed.nonce}, the next is {mined}"
                return True
            attempt = lanes.by_hash(session, signed.tx_hash)
            if attempt is None:
                attempt = Attempt(
                    outbox_id=row.id or 0, signer=signed.sender, nonce=signed.nonce,
                    tx_hash=signed.tx_hash, raw=signed.raw,
                )  # fmt: skip
                session.add(attempt)
            attempt.outbox_id = row.id or 0  # the same may have been asked for by another act
            attempt.lost, attempt.sent_at = False, self._clock()
            merged.status, merged.nonce, merged.nonce_of = (
                OutboxStatus.SUBMITTED,
                signed.nonce,
                signed.sender,
            )
        objection = None if sent else self._gateway.send([signed.raw])[0]
        if objection is not None:
            self._store.raise_alarm("send", f"{signed.tx_hash}: {objection}")
        return True

    def _comes_later(self, session: Session, signed: SignedTransaction, mined: int) -> bool:
        """True while each nonce before the answer's belongs to an act that is answered too, or is on its way."""
        shown = self._store.shown_nonces(session, signed.sender, mined)
        answered = {other.nonce for other in shown if other.status != OutboxStatus.OFFERED}
        before = range(mined, signed.nonce)
        return bool(before) and answered.issuperset(before)

    def _sent_unanswered(self, row: Outbox) -> Twin | None:
        """The transaction that did what a person was shown, of which no answer came; None when there is none."""
        if row.nonce is None or row.nonce_of is None or is_approval(row):
            return None
        if counted_where_read(self._store, self._gateway, row.nonce_of) <= row.nonce:
            return None
        document = self._document(row)
        self._gateway.accounts.find_one(document.fields["account"])
        shown = transaction_of(_call(row), document, self._gateway, row.nonce)
        does = tuple(shown[name] for name in ("chainId", "from", "nonce", "to", "value", "data"))
        return doer_of(self._store, self._gateway, does, row.good_until)

    # ---- ends ---------------------------------------------------------------------------------

    def _end(self, row: Outbox, status: OutboxStatus, reason: str) -> None:
        with self._store.unit() as session:
            merged = session.merge(row)
            merged.status, merged.reason = status, reason

    def _unanswered(self, late: list[Outbox], read_to: int) -> list[Outbox]:
        """Those of the acts that nobody answered in what was not read yet of the log either; none while that is too much."""
        unread = self._port.changes(read_to, UNREAD_MAX)
        if len(unread) == UNREAD_MAX:  # report comes first
            return []
        answered = {each for found in unread if found.type == ANSWER for each in _requests(found)}
        return [row for row in late if row.document_number not in answered]

    def _end_late(self, row: Outbox) -> None:
        """Ends an act that waits for a signature still: an answer of the other side may have come just now.

        One that its person's wallet has sent is done, whether it was answered or not.
        """
        sent = self._sent_unanswered(row)
        with self._store.unit() as session:
            now = self._store.call(session, row.key)
            if now is not None and now.status == row.status and sent is not None:
                nonce = row.nonce or 0
                if not self._store.has_attempt(session, row.nonce_of or "", nonce):
                    session.add(
                        Attempt(
                            outbox_id=row.id or 0, signer=row.nonce_of or "", nonce=nonce,
                            tx_hash=sent.tx_hash, raw=sent.raw,
                        )
                    )  # fmt: skip
                    now.status = OutboxStatus.SUBMITTED
                    return
            if now is not None and now.status == row.status:
                now.status, now.reason = OutboxStatus.MOOT, "nobody signed it in its time"
                now.try_at = 0.0  # by no node's word, so it is not doubted

    def _tell(self) -> int:
        """Tells the ERP what became of acts, and goes on with those whose approval is through; how many."""
        with self._store.view() as session:
            ended = self._store.ended_acts(session, ACT_TYPES, MAILBOX_BATCH)
        for row, tx_hash in ended:
            if row.status == OutboxStatus.REVERTED and self._is_proved(row):
                continue  # a node had said falsely that it failed: it is told as done, in the next pass
            if is_approval(row):
                self._go_on(row)
                continue
            document = self._standing(row)
            if (
                document is None
            ):  # the chain left what it stood on: its person asks for nothing any more
                with self._store.unit() as session:
                    self._note_told(session, row)
                continue
            requests = _requests(document)
            for place, request in enumerate(requests, start=1):
                told = {
                    "request": request,
                    "outcome": _outcome(row),
                    "reason": first_line(row.reason or "")[:REASON_MAX],
                    "at_reference": tx_hash,
                }
                origin = f"ended:{row.key}" + ("" if place == 1 else ":other")
                with self._told_once(self._instruction(END, told, origin)) as session:
                    # Not before the last is told: after a death all are told again, without effect.
                    if place == len(requests):
                        self._note_told(session, row)
        return len(ended)

    def _note_told(self, session: Session, row: Outbox) -> None:
        """Unless an operator put it back in line meanwhile: then its next end is told."""
        now = self._store.call(session, row.key)
        if now is not None and now.status == row.status:
            now.told = now.status

    def _go_on(self, approval: Outbox) -> None:
        """The act that was held for this approval is asked for again, or ends as the approval did."""
        with self._store.unit() as session:
            self._note_told(session, approval)
            act = self._store.call(session, act_key(approval))
            if act is None or act.status != OutboxStatus.HELD:
                return
            if approval.status == OutboxStatus.CONFIRMED:
                act.status, act.reason = OutboxStatus.ASKED, None
            elif approval.status == OutboxStatus.MOOT:
                act.status, act.reason = OutboxStatus.MOOT, approval.reason
            else:
                act.status = OutboxStatus.REFUSED
                act.reason = f"the approval in front of it: {approval.reason}"

    def _told_once(self, instruction: Instruction) -> Any:
        """A unit in which the ERP is told, or was told just before; that the act had ended there already is no trouble."""
        return _Telling(self._store, self._port, instruction, self._joined)

    def _instruction(self, operation: str, fields: dict[str, Any], origin: str) -> Instruction:
        with self._store.view() as session:
            at = self._store.cursor(session).block_time
        return Instruction(operation, fields, origin, max(at, 1))

    # ---- what a row stands for ----------------------------------------------------------------

    def _document(self, row: Outbox) -> Document:
        found = self._standing(row)
        if found is None:
            raise LookupError(f"{row.document_number}, which asks for {row.key}, was voided")
        return found

    def _standing(self, row: Outbox) -> Document | None:
        """The document that asks for an act; None when it was voided."""
        return next(self._port.documents(DocumentQuery(number=row.document_number, limit=1)), None)

    def _act(self, row: Outbox) -> Act:
        found = asked_by(row.key)
        if not isinstance(found, Act):
            raise TypeError(f"{row.key} is no act of a person")
        return found

    def _answer(self, row: Outbox) -> Document | None:
        """The answer that the row names, if it answers this act: a row of the database alone proves nothing."""
        number = json.loads(row.note).get("answer")
        found = list(self._port.documents(DocumentQuery(number=number, limit=1))) if number else []
        same = [d for d in found if d.fields.get("request") == row.document_number]
        return same[0] if same and same[0].type == ANSWER else None

    def _act_row(self, row: Outbox) -> Outbox:
        """The row itself, or of an approval that of the act behind it."""
        if not is_approval(row):
            return row
        with self._store.view() as session:
            found = self._store.call(session, act_key(row))
        return found or row

    def _context(self, act: Act, document: Document) -> CallContext:
        published, wanted = None, act.published_in(document)
        if wanted is not None:
            with self._store.view() as session:
                meant = act.is_meant(document)
                published = inbox.first_event(session, *wanted, meant)
        papers = named_by(self._port, act, document)
        place = self._gateway.deployment
        return CallContext(
            self._posts, published=published, refs=refs_of(papers), papers=papers, place=place
        )


class _Telling:
    """One unit of the store in which the ERP is told once."""

    def __init__(self, store: Store, port: Port, instruction: Instruction, joined: bool) -> None:
        self._store, self._port, self._instruction = store, port, instruction
        self._joined = joined
        self._unit: Any = nullcontext()

    def __enter__(self) -> Session:
        if not self._joined:
            self._apply(None)
        self._unit = self._store.unit()
        session: Session = self._unit.__enter__()
        if self._joined:
            self._apply(session)
        return session

    def _apply(self, session: Session | None) -> None:
        try:
            self._port.apply([self._instruction], session)
        except PortRefused as error:
            text = f"{self._instruction.origin}: {error}"
            if session is None:
                self._store.raise_alarm("end not told", text)
            else:
                self._store.alarm(session, "end not told", text)

    def __exit__(self, *raised: object) -> Any:
        return self._unit.__exit__(*raised)


def is_approval(row: Outbox) -> bool:
    """True for an approval of tokens that rides in front of an act."""
    return APPROVAL_KEY in row.key


def act_key(approval: Outbox) -> str:
    """Key of the act that an approval rides in front of."""
    return approval.key.partition(APPROVAL_KEY)[0]


def _requests(document: Document) -> list[str]:
    """Numbers of the acts that end with a document: its own, and the other side's where two signed."""
    fields = document.fields
    found = (fields.get("request", document.number), fields.get("other_request"))
    return [number for number in found if number is not None]


def _sender(offer: Offer) -> str:
    return str(json.loads(offer.payload)["from"])


def difference(signed: SignedTransaction, expected: dict[str, Any]) -> str | None:
    """In which way a signed transaction is not the one that was asked for; None when it is."""
    pairs = {
        "signed by": (signed.sender, expected["from"]),
        "for chain": (signed.chain_id, expected["chainId"]),
        "sent to": (signed.to, expected["to"]),
        "with value": (signed.value, expected["value"]),
        "with data": (signed.data, expected["data"]),
        # Another price or limit may be one that no node takes: it would be sent again and again.
        "with gas": (signed.gas, expected["gas"]),
        "at gas price": (signed.gas_price, expected["gasPrice"]),
    }
    for what, (said, asked) in pairs.items():
        if said != asked:
            return f"the transaction is {what} {said}, the act needs {asked}"
    return None


def _call(row: Outbox) -> Call:
    args, edition_of = tuple(json.loads(row.args)), row.edition_of
    named = row.key, row.aggregate, row.signer, row.contract, row.function
    return Call(*named, args, edition_of=edition_of)


def _outcome(row: Outbox) -> str:
    if row.status == OutboxStatus.CONFIRMED:
        return "done"
    return "expired" if row.status == OutboxStatus.MOOT else "refused"
