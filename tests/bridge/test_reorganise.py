"""What becomes of calls when the ERP voids documents: those that a voided one had taken back are to be made after all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bridge.intents import ATTESTER, Call, InboxStatus, OutboxStatus, ReorganisationStatus
from bridge.ports.port import Document
from bridge.ring.reorganise import Reorganise
from bridge.store import quarantine, reorganising
from bridge.store.quarantine import Operator
from bridge.store.store import Store
from bridge.store.tables import Cursor, Inbox, Orphan, Outbox, Reorganisation
from tests.world import World

HASH = "0x" + "ab" * 32
TAKEN = {"GR-2006-00001": "RCV-2006-00001", "GR-2006-00002": "RCV-2006-00002"}
VOIDED = ["RCV-2006-00001", "GR-2006-00002", "RCV-2006-00002"]


class Erp:
    """Answers with the document of a reorganisation, and notes what it was told."""

    def __init__(self, example: Document) -> None:
        self.told: list[Any] = []
        self._example = example

    def apply(self, instructions: Any, unit: Any) -> list[Document]:
        """Has voided some documents."""
        self.told += instructions
        gone = [{"number": number, "type": "some", "reason": "why"} for number in VOIDED]
        return [
            replace(self._example, number="REO-2006-00001", fields={"voided": [], "fallen": gone})
        ]


def begun(world: World) -> None:
    """A reorganisation was found, and its process died before the ERP was told."""
    row = Reorganisation(
        found_at=1, common_block=1, common_hash=HASH, left_block=2, left_hash=HASH, new_hash=HASH,
        new_time=1, status=ReorganisationStatus.FOUND,
    )  # fmt: skip
    with world.bridge.store.unit() as session:
        session.add(row)
        session.flush()
        session.add(
            Orphan(
                reorganisation=row.id or 0, position="1", contract="Some", event="Event",
                aggregate="some:1", block_number=2, block_hash=HASH, block_time=1, tx_hash=HASH,
                tx_index=0, log_index=3, body="{}", status=InboxStatus.POSTED, retold=1,
            )
        )  # fmt: skip
        for number, by in TAKEN.items():
            call = Call(f"goods_receipt:{number}", "a", ATTESTER, "PurchaseOrders", "close", (1,))
            asked = world.bridge.store.add_call(session, call, number)
            asked.status, asked.told = OutboxStatus.MOOT, OutboxStatus.MOOT
            asked.reason = f"{by} took {number} back"


def test_a_call_that_a_voided_document_took_back_is_made_after_all(world: World) -> None:
    begun(world)
    bridge = world.bridge
    erp = Erp(bridge.port.changes(0, 1)[0])
    reorganise = Reorganise(bridge.store, bridge.scanner, erp, joined=False)  # type: ignore[arg-type]
    reorganise.resume()
    reorganise.resume()
    (told,) = erp.told
    assert told.fields["origins"] == (f"{bridge.deployment.chain_id}:{HASH}:3:1",)
    with bridge.store.view() as session:
        rows = [bridge.store.call(session, f"goods_receipt:{number}") for number in TAKEN]
        statuses = [(row.status, row.told) for row in rows if isinstance(row, Outbox)]
    assert statuses == [
        (OutboxStatus.PENDING, None),
        (OutboxStatus.MOOT, OutboxStatus.MOOT),  # its own document was voided, too
    ]


def test_what_an_operator_did_about_an_event_that_left_the_chain_is_not_said_of_another_in_its_place(
    store: Store,
) -> None:
    """Acts are kept by position: the audit and the quarantine showed them beside whatever stands there now."""
    position, other = "000000000002:000000:000000", "000000000001:000000:000000"
    with store.unit() as session:
        session.add(Cursor(block_number=2, block_hash=HASH, block_time=1, document_sequence=0))
        for place, block in ((other, 1), (position, 2)):
            session.add(
                Inbox(
                    position=place, contract="C", event="E", aggregate=place, block_number=block,
                    block_hash=HASH, block_time=1, tx_hash=HASH, tx_index=0, log_index=0, body="{}",
                    status=InboxStatus.QUARANTINED, reason="no",
                )
            )  # fmt: skip
        session.flush()
        by = Operator("li", "bought elsewhere")
        quarantine.resolve_events(store, session, [other, position], by)
        row = Reorganisation(
            found_at=1, common_block=1, common_hash=HASH, left_block=2, left_hash=HASH, new_hash=HASH,
            new_time=1, status=ReorganisationStatus.FOUND,
        )  # fmt: skip
        reorganising.take_out(store, session, row)
        assert quarantine.acts_of(session, position) == []
        assert set(quarantine.settled_by_hand(session)) == {other, f"{position}~1"}
        assert [act.key for act in quarantine.newest_acts(session, 9)] == [f"{position}~1", other]
