"""What any adapter promises, as tests: subclass `PortConformance` and give it a `subject` fixture.

    class TestOdoo(PortConformance):
        @pytest.fixture
        def subject(self) -> Subject: ...

The ERP of the subject starts with one registered party whose account is `PARTY`, and no other documents of the bridge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bridge.errors import PortRefused
from bridge.ports.port import APPLY_MAX, Document, DocumentQuery, Instruction, Port
from bridge.ports.vocabulary import AccountRole, document_type

PARTY = "0x" + "11" * 20
STRANGER = "0x" + "22" * 20
NOON = 1_767_268_800
ENROL = Instruction("EnrolParty", {"account": PARTY, "capabilities": 1}, "event-1", NOON)
ISSUE = Instruction(
    "RecordTokenIssue",
    {"account": PARTY, "amount_minor": 70_000, "bank_ref": "0x" + "33" * 32},
    "event-2",
    NOON,
)
MAX_AMOUNT = 10**15 - 1  # the most that one amount may be
UNBOOKABLE = Instruction("EnrolParty", {"account": STRANGER, "capabilities": 1}, "event-3", NOON)
UNREADABLE = replace(ISSUE, fields={}, origin="event-4")

NO_UNIT = (
    "the adapter under test has no database in common with the bridge, so there is no unit to share; "
    "the embedded ERP, which has, is tested with one beside it"
)


@dataclass(frozen=True)
class Subject:
    """An adapter under test."""

    port: Port
    unit: Callable[[], Session] | None  # opens a transaction that it may join; None: it joins none
    tamper: Callable[[], None]  # somebody changes a balance behind the ERP's back


class PortConformance:
    """The promises of `bridge.ports.port.Port`."""

    # ---- apply --------------------------------------------------------------------------------

    def test_an_instruction_makes_one_document_that_carries_its_fields(
        self, subject: Subject
    ) -> None:
        before = subject.port.last_sequence()
        (made,) = subject.port.apply([ENROL], None)
        assert (made.origin, made.at, made.sequence) == (ENROL.origin, ENROL.at, before + 1)
        assert made.fields.items() >= ENROL.fields.items()
        assert len(made.salt) == 32
        assert made.rules_version >= 1
        assert subject.port.last_sequence() == made.sequence

    def test_the_same_instruction_again_returns_the_first_document(self, subject: Subject) -> None:
        (first,) = subject.port.apply([ENROL], None)
        assert subject.port.apply([ENROL], None) == [first]
        assert subject.port.last_sequence() == first.sequence

    def test_another_instruction_for_the_same_origin_is_refused(self, subject: Subject) -> None:
        (first,) = subject.port.apply([ENROL], None)
        with pytest.raises(PortRefused):
            subject.port.apply([replace(ISSUE, origin=ENROL.origin)], None)
        assert subject.port.last_sequence() == first.sequence

    def test_commands_that_are_told_together_happen_all_or_not_at_all(
        self, subject: Subject
    ) -> None:
        before = subject.port.last_sequence()
        with pytest.raises(PortRefused):
            subject.port.apply([ENROL, UNBOOKABLE], None)
        assert subject.port.last_sequence() == before
        made = subject.port.apply([ENROL, ISSUE], None)
        assert [d.sequence for d in made] == [before + 1, before + 2]

    @pytest.mark.parametrize("refused", [UNBOOKABLE, UNREADABLE], ids=["rule", "fields"])
    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_a_refusal_says_which_instruction_it_was_and_those_before_it_stand_alone(
        self, subject: Subject, refused: Instruction, place: int
    ) -> None:
        before = subject.port.last_sequence()
        told = [ENROL, ISSUE]
        told.insert(place, refused)
        with pytest.raises(PortRefused) as caught:
            subject.port.apply(told, None)
        assert caught.value.index == place
        assert subject.port.last_sequence() == before
        assert len(subject.port.apply(told[:place], None)) == place
        assert len(subject.port.apply(told[place + 1 :], None)) == 2 - place
        assert subject.port.last_sequence() == before + 2

    def test_an_origin_told_twice_makes_one_document_and_the_others_are_made(
        self, subject: Subject
    ) -> None:
        first, again = subject.port.apply([ENROL, ENROL], None)
        assert first == again
        known, new = subject.port.apply([ENROL, ISSUE], None)
        assert (known, new.sequence) == (first, first.sequence + 1)

    def test_as_many_instructions_as_are_promised_are_taken_at_once(self, subject: Subject) -> None:
        many = [replace(ISSUE, origin=f"issue-{number}") for number in range(APPLY_MAX - 1)]
        made = subject.port.apply([ENROL, *many], None)
        assert [d.sequence - made[0].sequence for d in made] == list(range(APPLY_MAX))
        assert subject.port.rebuild_differences() == []

    @pytest.mark.parametrize(
        "fields",
        [{}, {"account": PARTY}, {**ENROL.fields, "more": 1}, {**ENROL.fields, "account": 5}],
    )
    def test_missing_surplus_and_wrong_fields_are_refused(
        self, subject: Subject, fields: dict[str, Any]
    ) -> None:
        with pytest.raises(PortRefused):
            subject.port.apply([replace(ENROL, fields=fields)], None)

    def test_d1_an_amount_beyond_the_books_is_refused_and_says_which_and_why(
        self, subject: Subject
    ) -> None:
        subject.port.apply([ENROL], None)
        largest = {**ISSUE.fields, "amount_minor": MAX_AMOUNT}
        with pytest.raises(PortRefused, match=f"amount_minor.*{MAX_AMOUNT}"):
            subject.port.apply(
                [replace(ISSUE, fields={**largest, "amount_minor": MAX_AMOUNT + 1})], None
            )
        assert subject.port.apply([replace(ISSUE, fields=largest)], None)

    def test_d1_the_largest_amounts_add_up_in_balances_and_audit(self, subject: Subject) -> None:
        largest = {**ISSUE.fields, "amount_minor": MAX_AMOUNT}
        subject.port.apply(
            [ENROL, *(replace(ISSUE, fields=largest, origin=f"issue-{n}") for n in range(20))], None
        )
        assert subject.port.balances(AccountRole.WALLET) == {PARTY: 20 * MAX_AMOUNT}
        assert set(subject.port.trial_balances().values()) == {0}

    def test_without_a_unit_a_document_is_committed_at_once(self, subject: Subject) -> None:
        (made,) = subject.port.apply([ENROL], None)
        assert made in subject.port.changes(made.sequence - 1, 1)

    def test_a_unit_decides_whether_the_document_stays(self, subject: Subject) -> None:
        if subject.unit is None:
            pytest.skip(NO_UNIT)
        before = subject.port.last_sequence()
        with subject.unit() as unit:
            subject.port.apply([ENROL], unit)
            unit.rollback()
        assert subject.port.last_sequence() == before
        with subject.unit() as unit:
            (made,) = subject.port.apply([ENROL], unit)
            unit.commit()
        assert subject.port.changes(before, 10) == [made]

    def test_a_unit_goes_on_after_a_refusal_and_nothing_of_the_refused_is_in_it(
        self, subject: Subject
    ) -> None:
        if subject.unit is None:
            pytest.skip(NO_UNIT)
        before = subject.port.last_sequence()
        with subject.unit() as unit:
            (first,) = subject.port.apply([ENROL], unit)
            with pytest.raises(PortRefused):
                subject.port.apply([ISSUE, UNBOOKABLE], unit)
            (second,) = subject.port.apply([ISSUE], unit)
            unit.commit()
        assert (first.sequence, second.sequence) == (before + 1, before + 2)
        assert subject.port.changes(before, 10) == [first, second]

    # ---- reading ------------------------------------------------------------------------------

    def test_changes_come_in_order_without_a_gap_and_bounded(self, subject: Subject) -> None:
        subject.port.apply([ENROL, ISSUE], None)
        every = subject.port.changes(0, 10_000)
        assert [d.sequence for d in every] == list(range(1, subject.port.last_sequence() + 1))
        assert subject.port.changes(every[-2].sequence, 10) == every[-1:]
        assert subject.port.changes(0, 2) == every[:2]
        assert subject.port.changes(every[-1].sequence, 10) == []

    def test_documents_are_found_by_number_type_and_place(self, subject: Subject) -> None:
        first, second = subject.port.apply([ENROL, ISSUE], None)

        def found(**conditions: Any) -> list[Document]:
            return list(subject.port.documents(DocumentQuery(**conditions)))

        assert found(number=first.number) == [first]
        assert found(number="XX-1999-00001") == []
        assert found(types=frozenset({second.type})) == [second]
        assert found(after=first.sequence) == [second]
        assert found(after=first.sequence - 1, limit=1) == [first]

    def test_a_document_reads_the_same_however_it_is_asked_for(self, subject: Subject) -> None:
        (made,) = subject.port.apply([ISSUE], None)
        assert subject.port.changes(made.sequence - 1, 1) == [made]
        assert list(subject.port.documents(DocumentQuery(number=made.number))) == [made]

    def test_an_operation_makes_a_document_of_its_type(self, subject: Subject) -> None:
        for instruction in (ENROL, ISSUE):
            (made,) = subject.port.apply([instruction], None)
            assert made.type == document_type(instruction.operation)

    # ---- the audit ----------------------------------------------------------------------------

    def test_every_role_has_an_account(self, subject: Subject) -> None:
        assert set(subject.port.roles().values()) == set(AccountRole)

    def test_balances_are_told_by_owner(self, subject: Subject) -> None:
        subject.port.apply([ENROL, ISSUE], None)
        assert subject.port.balances(AccountRole.WALLET) == {PARTY: 70_000}
        assert sum(subject.port.balances(AccountRole.ESCROW).values()) == 0
        assert sum(subject.port.balances(AccountRole.ISSUED).values()) == -70_000

    def test_the_entries_of_a_document_name_accounts_with_roles(self, subject: Subject) -> None:
        (made,) = subject.port.apply([ISSUE], None)
        roles = subject.port.roles()
        moved = [
            line["debit"] - line["credit"]
            for entry in made.entries
            for line in entry["lines"]
            if roles.get(line["account"]) is AccountRole.WALLET
        ]
        assert moved == [70_000]

    def test_the_books_balance_and_rebuild_until_somebody_changes_them(
        self, subject: Subject
    ) -> None:
        subject.port.apply([ENROL, ISSUE], None)
        assert subject.port.rebuild_differences() == []
        nets = subject.port.trial_balances()
        assert nets
        assert set(nets.values()) == {0}
        assert set(subject.port.trial_balances(subject.port.last_sequence()).values()) <= {0}
        subject.tamper()
        differences = subject.port.rebuild_differences()
        assert differences
        assert all(d.row and d.detail for d in differences)
