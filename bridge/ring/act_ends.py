"""The ends of acts of people: those whose time is over, and what became of each, told to the ERP.

If it dies here: what was told has an origin, and is told again without effect.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlmodel import Session

from bridge.capabilities import ANSWER, END
from bridge.chain.gateway import Gateway
from bridge.errors import PortRefused, ToldOtherwise, first_line
from bridge.intents import OutboxStatus
from bridge.mailbox import transaction_of
from bridge.ports.port import Instruction, Port
from bridge.ring.acts import Acts, act_key, call_of, is_approval, requests_of
from bridge.ring.proved import end_where_proved, make_room, outcome_of
from bridge.ring.replaced import Twin, counted_where_read, doer_of
from bridge.store.store import Store
from bridge.store.tables import Attempt, Outbox

ENDS_BATCH = 64  # acts whose end is told in one pass
UNREAD_MAX = 500  # documents that are looked through for an answer before an act ends as late
REASON_MAX = 1_000  # characters that a person is told
LATE = {str(OutboxStatus.SIGNED): "no signature of the other side came for this one in its time"}


class Ends:
    """Ends acts that nobody signed in their time, and tells the ERP how acts ended."""

    def __init__(
        self, store: Store, port: Port, gateway: Gateway, acts: Acts, *, joined: bool
    ) -> None:
        """`joined`: the ERP stands in the bridge's database, so that both commit together."""
        self._store = store
        self._port = port
        self._gateway = gateway
        self._acts = acts
        self._joined = joined

    def unanswered(self, late: list[Outbox], read_to: int) -> list[Outbox]:
        """Those of the acts that nobody answered in what was not read yet of the log either; none while that is too much."""
        unread = self._port.changes(read_to, UNREAD_MAX)
        if len(unread) == UNREAD_MAX:  # report comes first
            return []
        answered = {each for found in unread if found.type == ANSWER for each in requests_of(found)}
        return [row for row in late if row.document_number not in answered]

    def end_late(self, row: Outbox) -> bool:
        """Ends an act that waits for a signature still: an answer of the other side may have come just now.

        One that its person's wallet has sent is done, whether it was answered or not. False: what spent its slot is read
        first.
        """
        spent = self._is_spent(row)
        sent = self._sent_unanswered(row) if spent else None
        if spent and sent is None and not self._is_spent_where_read(row):
            return False
        with self._store.unit() as session:
            now = self._store.call(session, row.key)
            if now is not None and now.status == row.status and sent is not None:
                self._follow(session, now, sent)
                return True
            if now is not None and now.status == row.status:
                now.status, now.reason = (
                    OutboxStatus.MOOT,
                    LATE.get(row.status, "nobody signed it in its time"),
                )
                now.try_at = 0.0  # by no node's word, so it is not doubted
        return True

    def renew(self, row: Outbox) -> bool:
        """Has an act that nobody answered shown anew, once another transaction has taken its slot for good.

        Until then what was shown can be signed and mined, and shown anew it could be done twice. One that its wallet sent is
        done. False: what took the slot is read first.
        """
        if not self._is_spent_where_read(row):
            return False
        sent = self._sent_unanswered(row)
        with self._store.unit() as session:
            now = self._store.call(session, row.key)
            if now is None or now.status != row.status:
                return True
            if sent is not None:
                self._follow(session, now, sent)
            else:
                now.status, now.renewed = OutboxStatus.ASKED, now.renewed + 1
        return True

    @staticmethod
    def _follow(session: Session, row: Outbox, sent: Twin) -> None:
        """Has an act that nobody answered wait for the transaction that did it."""
        signer, nonce = row.nonce_of or "", row.nonce or 0
        make_room(session, signer, nonce, sent.tx_hash)
        session.add(
            Attempt(
                outbox_id=row.id or 0, signer=signer, nonce=nonce,
                tx_hash=sent.tx_hash, raw=sent.raw,
            )
        )  # fmt: skip
        row.status = OutboxStatus.SUBMITTED

    def tell(self) -> int:
        """Tells the ERP what became of acts, and goes on with those whose approval is through; how many."""
        with self._store.view() as session:
            ended = self._store.ended_acts(session, ENDS_BATCH)
        for row, tx_hash in ended:
            if row.status == OutboxStatus.REVERTED and end_where_proved(self._store, row):
                continue  # a node had said falsely that it failed: it is told as done, in the next pass
            if is_approval(row):
                self._go_on(row)
                continue
            document = self._acts.standing(row)
            if (
                document is None
            ):  # the chain left what it stood on: its person asks for nothing any more
                with self._store.unit() as session:
                    self._note_told(session, row)
                continue
            requests = requests_of(document)
            for place, request in enumerate(requests, start=1):
                told = {
                    "request": request,
                    "outcome": outcome_of(row.status),
                    "reason": first_line(row.reason or "")[:REASON_MAX],
                    "at_reference": tx_hash,
                }
                origin = f"ended:{row.key}" + ("" if place == 1 else ":other")
                if row.corrections:
                    origin += f":{row.corrections}"
                with self._told_once(instruction_of(self._store, END, told, origin)) as telling:
                    session, otherwise = telling
                    if otherwise:
                        self._correct(session, row)
                        break
                    # Not before the last is told: after a death all are told again, without effect.
                    if place == len(requests):
                        self._note_told(session, row)
        return len(ended)

    def _correct(self, session: Session, row: Outbox) -> None:
        """Its person was told of another end just before a death, and blocks left the chain: this one is told next."""
        now = self._store.call(session, row.key)
        if now is not None and now.status == row.status:
            now.corrections += 1

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

    @contextmanager
    def _told_once(self, instruction: Instruction) -> Iterator[tuple[Session, bool]]:
        """A unit in which the ERP is told, or was told just before; that the act had ended there already is no trouble.

        And whether the ERP was told of another end before, and keeps to that.
        """
        otherwise = not self._joined and self._apply(instruction, None)
        with self._store.unit() as session:
            if self._joined:
                otherwise = self._apply(instruction, session)
            yield session, otherwise

    def _apply(self, instruction: Instruction, session: Session | None) -> bool:
        """True where the ERP was told of another end before."""
        try:
            self._port.apply([instruction], session)
        except ToldOtherwise:
            return True
        except PortRefused as error:
            text = f"{instruction.origin}: {error}"
            if session is None:
                self._store.raise_alarm("end not told", text)
            else:
                self._store.alarm(session, "end not told", text)
        return False

    def _is_spent(self, row: Outbox) -> bool:
        """True when the slot of what a person was shown is spent at the newest block, whatever spent it."""
        if row.nonce is None or row.nonce_of is None or is_approval(row):
            return False
        return self._gateway.agreed_nonces(row.nonce_of) > row.nonce

    def _is_spent_where_read(self, row: Outbox) -> bool:
        """True when the event of what spent it would have been read; False also where nobody knows that any more."""
        counted = counted_where_read(self._store, self._gateway, row.nonce_of or "")
        return counted > (row.nonce or 0)

    def _sent_unanswered(self, row: Outbox) -> Twin | None:
        """The transaction that did what a person was shown, of which no answer came; None when no event of it was read."""
        if row.nonce is None:
            return None
        document = self._acts.document(row)
        self._gateway.accounts.find_one(document.fields["account"])
        shown = transaction_of(call_of(row), document, self._gateway, row.nonce)
        shown |= {
            "from": row.nonce_of
        }  # the account's key when it was shown; it may have another one now
        does = tuple(shown[name] for name in ("chainId", "from", "nonce", "to", "value", "data"))
        return doer_of(self._store, self._gateway, does, row.good_until)


def instruction_of(
    store: Store, operation: str, fields: dict[str, Any], origin: str
) -> Instruction:
    """What the ERP is told now, at the time of the newest block that was read."""
    with store.view() as session:
        at = store.cursor(session).block_time
    return Instruction(operation, fields, origin, max(at, 1))
