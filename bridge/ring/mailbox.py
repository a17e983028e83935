"""Acts of people: OUTBOX -> what to sign, told to the ERP; their answers -> checked, stored, sent; their ends -> the ERP.

If it dies here: what was told has an origin, and is told again without effect; an answer is stored before it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from sqlmodel import Session

from bridge.capabilities import ACT_TYPES, ANSWER, END, OFFER, asked_by
from bridge.capabilities.acts import Act
from bridge.capabilities.model import CallContext, Posts
from bridge.chain.gateway import Gateway
from bridge.chain.signed import NotATransaction, SignedTransaction, read_signed
from bridge.errors import CallRefused, PortRefused
from bridge.intents import Call, OutboxStatus
from bridge.mailbox import TYPED_DATA, Offer, offer_of, transaction_of
from bridge.ports.port import Document, DocumentQuery, Instruction, Port
from bridge.ring.recheck import Recheck
from bridge.store.store import Store
from bridge.store.tables import Attempt, Outbox

MAILBOX_BATCH = 64  # acts dealt with in one pass, of each kind
OFFERS_MAX = 20  # times that one act is shown anew before it is given up
REASON_MAX = 1_000  # characters that a person is told


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
        """Runs the stage once; returns how many acts it dealt with. Raises NodeUnavailable, PortBusy."""
        asked = self._acts(OutboxStatus.ASKED)
        answered = self._acts(OutboxStatus.ANSWERED)
        late = self._late()
        for row in asked:
            self._offer(row)
        for row in answered:
            self._relay(row)
        for row in late:
            self._end(row, OutboxStatus.MOOT, "nobody signed it in its time")
        return len(asked) + len(answered) + len(late) + self._tell()

    def _acts(self, status: OutboxStatus) -> list[Outbox]:
        with self._store.view() as session:
            return self._store.acts(session, status, MAILBOX_BATCH)

    def _late(self) -> list[Outbox]:
        """Acts that were offered and whose time is over, by the newest block read."""
        offered = self._acts(OutboxStatus.OFFERED)
        with self._store.view() as session:
            now = self._store.cursor(session).block_time
        return [row for row in offered if self._document(row).fields["good_until"] < now]

    # ---- offering -----------------------------------------------------------------------------

    def _offer(self, row: Outbox) -> None:
        """Shows the person what to sign, unless the source does not ask for it or the contract would refuse it."""
        objection = self._recheck(row)
        if objection is not None:
            self._end(row, OutboxStatus.REFUSED, objection)
            return
        if row.offers >= OFFERS_MAX:
            self._end(row, OutboxStatus.REFUSED, f"it was shown {row.offers} times without success")
            return
        document, act = self._document(row), self._act(row)
        context = CallContext(self._posts, published=self._published(act, document))
        (call,) = act.calls(document, context)
        account = document.fields["account"]
        self._gateway.accounts.find([account])
        nonce = 0
        if act.statement is None:
            args = json.loads(row.args)
            (verdict,), mined = self._gateway.static_calls(
                [(account, row.contract, row.function, args)]
            )
            if verdict is not None:
                self._refuse(row, verdict)
                return
            nonce = mined[self._gateway.accounts.key_of(account)]
        self._show(row, offer_of(act, document, call, context, self._gateway, nonce))

    def _refuse(self, row: Outbox, verdict: CallRefused) -> None:
        """The contract would refuse it: that is for the person to know, not for the operator."""
        self._end(row, OutboxStatus.REFUSED, str(verdict))

    def _show(self, row: Outbox, offer: Offer) -> None:
        number = row.offers + 1
        told = {
            "request": row.document_number,
            "showing": number,
            "kind": offer.kind,
            "payload": offer.payload,
            "digest": offer.digest,
        }
        instruction = self._instruction(OFFER, told, f"sign:{row.key}:{number}")
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

    def _relay(self, row: Outbox) -> None:
        """Sends on what the person signed, if it does what was asked and nothing else."""
        answer = self._answer(row)
        if answer is None:
            self._end(row, OutboxStatus.REFUSED, "no answer to this act stands in the log")
            return
        if answer.fields["kind"] == TYPED_DATA:
            self._hand_over(row, answer)
            return
        objection = self._recheck(row)
        document = self._document(row)
        account = document.fields["account"]
        self._gateway.accounts.find([account])
        try:
            signed = read_signed(answer.fields["answer"])
        except NotATransaction as error:
            self._end(row, OutboxStatus.REFUSED, f"{answer.number}: {error}")
            return
        expected = transaction_of(_call(row), document, self._gateway, signed.nonce)
        objection = objection or difference(signed, expected)
        if objection is not None:
            self._end(row, OutboxStatus.REFUSED, f"{answer.number}: {objection}")
        else:
            self._send(row, signed)

    def _hand_over(self, row: Outbox, answer: Document) -> None:
        """The signature is a document of its own, whose call the keeper makes: this row has done its part."""
        with self._store.unit() as session:
            merged = session.merge(row)
            merged.status = merged.told = OutboxStatus.MOOT
            merged.reason = f"{answer.number} is brought to the chain"

    def _send(self, row: Outbox, signed: SignedTransaction) -> None:
        """Stores the answer as an attempt and sends it; asks anew when its nonce is not the person's next."""
        mined = self._gateway.nonces(signed.sender)
        with self._store.unit() as session:
            merged = session.merge(row)
            # Asked in this order: a nonce from outside may be longer than a database's numbers are.
            if signed.nonce != mined or self._store.has_attempt(session, signed.sender, mined):
                merged.status = OutboxStatus.ASKED
                merged.reason = f"the answer has nonce {signed.nonce}, the next is {mined}"
                return
            attempt = Attempt(
                outbox_id=row.id or 0,
                signer=signed.sender,
                nonce=signed.nonce,
                tx_hash=signed.tx_hash,
                raw=signed.raw,
                sent_at=self._clock(),
            )
            session.add(attempt)
            merged.status = OutboxStatus.SUBMITTED
        (objection,) = self._gateway.send([signed.raw])
        if objection is not None:
            self._store.raise_alarm("send", f"{signed.tx_hash}: {objection}")

    # ---- ends ---------------------------------------------------------------------------------

    def _end(self, row: Outbox, status: OutboxStatus, reason: str) -> None:
        with self._store.unit() as session:
            merged = session.merge(row)
            merged.status, merged.reason = status, reason

    def _tell(self) -> int:
        """Tells the ERP what became of acts; how many."""
        with self._store.view() as session:
            ended = self._store.ended_acts(session, ACT_TYPES, MAILBOX_BATCH)
        for row, tx_hash in ended:
            document = self._document(row)
            request = document.fields.get("request", document.number)
            told = {
                "request": request,
                "outcome": _outcome(row),
                "reason": (row.reason or "")[:REASON_MAX],
                "at_reference": tx_hash,
            }
            instruction = self._instruction(END, told, f"ended:{row.key}")
            with self._told_once(instruction) as session:
                session.merge(row).told = row.status
        return len(ended)

    def _told_once(self, instruction: Instruction) -> Any:
        """A unit in which the ERP is told, or was told just before; that the act had ended there already is no trouble."""
        return _Telling(self._store, self._port, instruction, self._joined)

    def _instruction(self, operation: str, fields: dict[str, Any], origin: str) -> Instruction:
        with self._store.view() as session:
            at = self._store.cursor(session).block_time
        return Instruction(operation, fields, origin, max(at, 1))

    # ---- what a row stands for ----------------------------------------------------------------

    def _document(self, row: Outbox) -> Document:
        (document,) = self._port.documents(DocumentQuery(number=row.document_number, limit=1))
        return document

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

    def _published(self, act: Act, document: Document) -> Any:
        wanted = act.published_in(document)
        if wanted is None:
            return None
        with self._store.view() as session:
            return self._store.first_event(session, *wanted)


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
    args = tuple(json.loads(row.args))
    return Call(row.key, row.aggregate, row.signer, row.contract, row.function, args)


def _outcome(row: Outbox) -> str:
    if row.status == OutboxStatus.CONFIRMED:
        return "done"
    return "expired" if row.status == OutboxStatus.MOOT else "refused"
