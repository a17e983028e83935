"""Invariants 2 and 3: the money of each order, deposit …, and the tokens of each participant, agree on both sides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from bridge.audit.material import Material
from bridge.audit.model import Findings, InvariantReport, Kind
from bridge.capabilities import MAIN, MONEY
from bridge.capabilities.model import Entries, Money, aggregate_in
from bridge.events.base import values_of
from bridge.ports.port import Document

Totals = dict[str, Counter[str]]  # aggregate -> amount -> minor units


def check_money(material: Material) -> InvariantReport:
    """Invariant 2: of each order, deposit … what the chain says was paid and moved is what the ledger says."""
    findings = Findings(2, "; ".join(money.rule for money in MONEY))
    for money in MONEY:
        totals: Totals = defaultdict(Counter)
        _add_events(material, money, totals)
        _add_documents(material, money, totals)
        for aggregate in sorted(totals, key=lambda name: (len(name), name)):
            for equation in money.equations:
                left, right = equation.sides(totals[aggregate])
                detail = equation.told.format(left=left, right=right)
                row = aggregate.replace(":", " ")
                findings.check(left == right, Kind.MISMATCH, row, detail, aggregate)
    return findings.report()


def unequal(material: Material, money: Money, aggregate: str) -> list[str]:
    """What is not equal of one aggregate, as the audit would tell it."""
    totals: Totals = defaultdict(Counter)
    _add_events(material, money, totals)
    _add_documents(material, money, totals)
    sides = [
        (equation, *equation.sides(totals[aggregate]))
        for equation in money.equations
        if aggregate in totals
    ]
    return [
        each.told.format(left=left, right=right) for each, left, right in sides if left != right
    ]


def _add_events(material: Material, money: Money, totals: Totals) -> None:
    """Amounts that the chain says, from the fields of its events."""
    for logged in material.events:
        for name, source in money.told.get(type(logged.event), {}).items():
            values = values_of(logged.event)
            totals[money.aggregate.format(**values)][name] += int(values[source])


def _add_documents(material: Material, money: Money, totals: Totals) -> None:
    """Amounts that the ledger says, from documents that count already: not those whose call is still on its way."""
    for document in material.standing:
        aggregate = aggregate_in(money.aggregate, document.fields)
        if aggregate is None or document.number in material.in_flight:
            continue
        amounts = totals[aggregate]  # one without any amount is checked as well
        if document.type in money.kept and _counts(material, document):
            amounts.update(money.kept[document.type](Entries(document, material.roles)))


def _counts(material: Material, document: Document) -> bool:
    """False for what asks nothing of the chain, what an event has overtaken, and what was taken back: another counts for it.

    What an event made counts in any case, whatever it asks.
    """
    asks = None if document.type in material.told_types else MAIN.get(document.type)
    if asks is None:
        return True
    gone = material.is_overtaken(document) or material.is_taken_back(document)
    return asks.is_asked(document) and not gone


@dataclass(frozen=True, slots=True)
class ChainTokens:
    """Settlement tokens as the chain has them, minor units."""

    balances: Mapping[str, int]  # by account: of participants and contracts
    supply: int


@dataclass(frozen=True, slots=True)
class LedgerTokens:
    """Settlement tokens as the ledger has them, minor units."""

    wallets: Mapping[str, int]  # by account
    kept: Mapping[str, int]  # by the name of the contract that keeps them
    issued: int  # what the treasury owes for them


def check_balances(
    names: Mapping[str, str], chain: ChainTokens, ledger: LedgerTokens
) -> InvariantReport:
    """Invariant 3: tokens of every participant and contract = wallet, escrow and stake accounts, at one block.

    And all of them are the tokens issued, which the treasury's books owe. `names`: of the contracts, by address.
    """
    findings = Findings(3, "token balances = accounts of holders = owed by the treasury")
    for account in sorted(set(chain.balances) | set(ledger.wallets)):
        if account in names:
            continue
        on_chain, in_ledger = chain.balances.get(account, 0), ledger.wallets.get(account, 0)
        detail = f"on chain {on_chain}, in the ledger {in_ledger} minor units"
        findings.check(on_chain == in_ledger, Kind.MISMATCH, f"wallet of {account}", detail)
    held: Counter[str] = Counter()
    for address, name in names.items():
        held[name] += chain.balances.get(address, 0)
    for name, on_chain in held.items():
        in_ledger = ledger.kept.get(name, 0)
        detail = f"holds {on_chain} on chain, the ledger says {in_ledger} minor units"
        findings.check(on_chain == in_ledger, Kind.MISMATCH, f"contract {name}", detail)
    total = sum(chain.balances.values())
    detail = f"{chain.supply} are issued on chain, {total} are held, the treasury owes {ledger.issued} minor units"
    findings.check(chain.supply == total == ledger.issued, Kind.MISMATCH, "tokens issued", detail)
    return findings.report()
