"""What people signed for their acts: checked, stored as an attempt, and sent. An answer is stored before it is sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlmodel import Session

from bridge.capabilities.drawings import approval
from bridge.chain.gateway import Gateway
from bridge.chain.signed import NotATransaction, SignedTransaction, read_signed
from bridge.errors import BadConfiguration, CallRefused
from bridge.intents import PUT_OFF_SECONDS_MAX, Call, OutboxStatus
from bridge.mailbox import TYPED_DATA, offer_of, signed_digest, transaction_of
from bridge.ports.port import Document
from bridge.ring.acts import Acts, call_of, is_approval
from bridge.ring.proved import make_room, send_again
from bridge.ring.recheck import Recheck
from bridge.ring.replaced import counted_where_read, twin_of
from bridge.store import lanes
from bridge.store.store import Store
from bridge.store.tables import Attempt, Outbox

GAS_TRIES = 6  # two minutes, for which gas that nobody asked for may be what a wallet picked and sends itself
GAP_TRIES = 20  # a quarter of an hour, for which what a wallet sent in front of an answer may come


class Answers:
    """Sends on what people signed, where it does what was asked and nothing else."""

    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        acts: Acts,
        recheck: Recheck,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._acts = acts
        self._recheck = recheck
        self._clock = clock

    def relay(self, row: Outbox) -> bool:
        """Sends on what the person signed, if it does what was asked and nothing else. False: it waits for its turn."""
        with self._store.view() as session:
            now = self._store.call(session, row.key)
        if now is None or now.status != OutboxStatus.ANSWERED:  # its other side's answer ended both
            return True
        answer = self._acts.answer(row)
        if answer is None:
            self._acts.end(row, OutboxStatus.REFUSED, "no answer to this act stands in the log")
        elif answer.fields["kind"] == TYPED_DATA and not is_approval(row):
            self._take_statement(row, answer)
        else:
            return self._take_transaction(row, answer)
        return True

    def _take_transaction(self, row: Outbox, answer: Document) -> bool:
        """Sends a signed transaction that does what was asked. False: it waits for its turn."""
        objection = self._recheck(self._acts.act_row(row))
        document = self._acts.document(row)
        self._gateway.accounts.find_one(document.fields["account"])
        ended = OutboxStatus.ASKED, "what is approved changed since it was shown"
        try:
            signed = read_signed(answer.fields["answer"])
        except NotATransaction as error:
            self._acts.end(row, OutboxStatus.REFUSED, f"{answer.number}: {error}")
            return True
        try:
            call = self._call_of(row, document)
        except (BadConfiguration, CallRefused) as error:
            call, ended = None, (OutboxStatus.REFUSED, f"{answer.number}: {error}")
        # Asked afterwards: what a wallet sent by itself has used up what was approved for it.
        mined = self._gateway.agreed_nonces(signed.sender)
        if call is None and (is_approval(row) or self._is_nowhere(signed, mined)):
            self._acts.end(row, *ended)
            return True
        expected = transaction_of(call or call_of(row), document, self._gateway, signed.nonce)
        is_spent = signed.nonce < mined
        if is_spent and signed.sender == row.nonce_of:
            expected |= {"from": signed.sender}  # the account's key when it was shown and sent
        # In a slot that is spent what spent it counts, whatever speaks against sending anything.
        objection = difference(signed, expected) or (None if is_spent else objection)
        if objection is None and not is_spent:
            # A wallet picks its own gas: what a node has in its pool with that is mined whatever is said of it.
            objection = price_difference(signed, expected)
            if objection is not None and self._gateway.is_known(signed.tx_hash):
                objection = None
            elif objection is not None and self._is_patient(row, GAS_TRIES):
                return False
        if objection is not None:
            self._acts.end(row, OutboxStatus.REFUSED, f"{answer.number}: {objection}")
            return True
        return self._send(row, signed, mined)

    def _is_nowhere(self, signed: SignedTransaction, mined: int) -> bool:
        """False for what is mined, or in a node's pool: an approval asked for anew would have it pass there."""
        return signed.nonce >= mined and not self._gateway.is_known(signed.tx_hash)

    def _call_of(self, row: Outbox, document: Document) -> Call | None:
        """What the person was to sign; None when an approval is needed first, or none any more. Raises CallRefused."""
        act = self._acts.act(row)
        draw = self._acts.missing(act, document, self._acts.context(act, document))
        if is_approval(row):
            if draw is None:
                return None
            return approval(row.key, document, draw.spender, draw.amount)
        return call_of(row) if draw is None else None

    def _take_statement(self, row: Outbox, answer: Document) -> None:
        """A signature that the keeper brings to the chain is a document of its own, whose call it makes.

        Others are checked here: one that waits for the other side's, and one that its reader brings to the chain.
        """
        act = self._acts.act(row)
        other = answer.fields["other_request"]
        if act.is_brought and (other is not None or not act.two_sided):
            self._hand_over(row, answer, other)
            return
        document = self._acts.document(row)
        context = self._acts.context(act, document)
        (call,) = act.calls(document, context)
        offer = offer_of(act, document, call, context, self._gateway, 0)
        account, digest = document.fields["account"], signed_digest(json.loads(offer.payload))
        if not self._gateway.agrees(account, digest, answer.fields["answer"]):
            why = f"{answer.number}: {account} did not sign this"
            self._acts.end(row, OutboxStatus.REFUSED, why)
        elif act.two_sided:
            self._acts.end(row, OutboxStatus.SIGNED, "waits for the other side's signature")
        else:
            self._acts.end(row, OutboxStatus.CONFIRMED, f"{answer.number} is signed")

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
        is_next = mined < signed.nonce <= mined + lanes.HOLES_MAX
        ahead = is_next and self._gateway.is_known(signed.tx_hash)
        if is_next and not ahead and self._waits_its_turn(row, signed, mined):
            return False
        with self._store.unit() as session:
            merged = session.merge(row)
            # Asked in this order: a nonce from outside may be longer than a database's numbers are.
            comes = sent or ahead or signed.nonce == mined
            if comes and self._is_behind_another(session, signed, is_spent=signed.nonce < mined):
                return False
            is_near = signed.nonce <= mined + lanes.HOLES_MAX
            other = is_near and lanes.holder(session, signed.sender, signed.nonce)
            if not comes or other:
                merged.status = OutboxStatus.ASKED
                merged.reason = f"the answer has nonce {signed.nonce}, the next is {mined}"
                merged.renewed += bool(other)  # another act took its slot, which is nobody's fault
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

    def _is_behind_another(
        self, session: Session, signed: SignedTransaction, *, is_spent: bool
    ) -> bool:
        """True while another act holds the slot of these bytes, and nobody knows which of the two is mined.

        Both are valid, and asked for anew meanwhile this one could be done twice. An event that was read tells it.
        `is_spent`: the slot; what holds one that is not has done nothing, whatever a node said of it.
        """
        other = lanes.holder(session, signed.sender, signed.nonce)
        if other is None or other.tx_hash == signed.tx_hash:
            return False
        read = self._store.read_among(session, (signed.tx_hash, other.tx_hash))
        if signed.tx_hash in read:
            make_room(session, signed.sender, signed.nonce, signed.tx_hash)
        elif not read and not is_spent:
            send_again(session.get_one(Outbox, other.outbox_id), other)
        return not read

    def _waits_its_turn(self, row: Outbox, signed: SignedTransaction, mined: int) -> bool:
        """True while all that is in front of an answer was signed as well, or may have been sent by its person's wallet."""
        with self._store.view() as session:
            held = lanes.held(session, signed.sender, mined)
        in_front = range(mined, signed.nonce)
        return set(held).issuperset(in_front) or self._is_patient(row, GAP_TRIES)

    def _is_patient(self, row: Outbox, tries: int) -> bool:
        """True while an answer waits, longer each time, for what its person's wallet may have sent by way of another node.

        `tries`: after which it waits no longer.
        """
        with self._store.unit() as session:
            now = self._store.call(session, row.key)
            if now is None or now.status != row.status:
                return True
            if now.tries >= tries:
                return False
            now.tries += 1
            now.try_at = self._clock() + min(2.0**now.tries, PUT_OFF_SECONDS_MAX)
            return True


def difference(signed: SignedTransaction, expected: dict[str, Any]) -> str | None:
    """In which way a signed transaction does not do what was asked for; None when it does."""
    pairs = {
        "signed by": (signed.sender, expected["from"]),
        "for chain": (signed.chain_id, expected["chainId"]),
        "sent to": (signed.to, expected["to"]),
        "with value": (signed.value, expected["value"]),
        "with data": (signed.data, expected["data"]),
    }
    return _first(pairs)


def price_difference(signed: SignedTransaction, expected: dict[str, Any]) -> str | None:
    """In which way its gas is not what was asked for: a price or limit that no node takes would be sent again and again."""
    return _first(
        {
            "with gas": (signed.gas, expected["gas"]),
            "at gas price": (signed.gas_price, expected["gasPrice"]),
        }
    )


def _first(pairs: dict[str, tuple[object, object]]) -> str | None:
    for what, (said, asked) in pairs.items():
        if said != asked:
            return f"the transaction is {what} {said}, the act needs {asked}"
    return None
