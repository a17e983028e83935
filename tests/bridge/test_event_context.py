"""What a handler may ask beside its event: dispatch and audit answer alike."""

from __future__ import annotations

import pytest

from bridge.audit.material import Material
from bridge.capabilities.model import ZERO_REF
from bridge.commitments.documents import document_root
from bridge.errors import UnknownReference
from bridge.events import generated as e
from bridge.events.base import Event, Logged
from bridge.ring.dispatch import Dispatch
from bridge.store import inbox
from tests.samples import ACCOUNT, REF
from tests.world import World

OTHER = "0x" + "33" * 32


def logged(event: Event, log_index: int, tx_hash: str = REF) -> Logged:
    return Logged(event, "SettlementToken", 9, REF, 1_767_225_600, tx_hash, 0, log_index, 31337)


SOLD = logged(e.ClaimSold(1, ACCOUNT, ACCOUNT, 2, 1, 1), 3)
PAID = logged(e.Transfer(ACCOUNT, ACCOUNT, 1), 4)
GAP = logged(e.Transfer(ACCOUNT, ACCOUNT, 1), 6)  # a log that nobody reads stands between
ELSEWHERE = logged(e.Transfer(ACCOUNT, ACCOUNT, 1), 7, OTHER)
EVENTS = [SOLD, PAID, GAP, ELSEWHERE]


def material(world: World) -> Material:
    documents = world.documents("party_enrolment")
    return Material(9, 9, EVENTS, documents, frozenset(), {}, frozenset(), REF, {}, {})


@pytest.fixture
def dispatch(world: World) -> Dispatch:
    world.settle()
    with world.bridge.store.unit() as session:
        inbox.add_events(session, [SOLD, PAID, GAP])  # one block: its origins are unique
    return Dispatch(world.bridge.store, world.bridge.port, 31337, {}, joined=True)


@pytest.mark.parametrize(("of", "expected"), [(PAID, SOLD), (SOLD, None), (GAP, None)])
def test_the_event_before_is_the_one_that_stands_right_before_it_in_its_transaction(
    world: World, dispatch: Dispatch, of: Logged, expected: Logged | None
) -> None:
    assert dispatch.context(None).before(of) == expected
    assert material(world).before(of) == expected
    assert material(world).before(ELSEWHERE) is None


def test_a_reference_that_others_wrote_is_no_document_and_no_error(
    world: World, dispatch: Dispatch
) -> None:
    document = world.last("party_enrolment")
    ours = "0x" + document_root(document).hex()
    context = dispatch.context(None)
    assert context.find_number(ours) == document.number == material(world).number_by_ref[ours]
    assert context.find_number(OTHER) is None
    assert context.find_number(ZERO_REF) is None
    with pytest.raises(UnknownReference, match=OTHER):
        context.number_of(OTHER)
