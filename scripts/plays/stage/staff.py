"""Operators of a play's chain, with accounts of the public test phrase, and the offices that they hold."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.chain.client import Client

from ...deployment.accounts import Person
from ...deployment.deploy import Offices
from ...devchain.devchain import dev_accounts


@dataclass(frozen=True, slots=True)
class Staff:
    """Who deploys, registers, issues tokens, can pause, rules and reports; and the offices given to them."""

    deployer: Person
    registrar: Person
    treasurer: Person
    guardian: Person
    arbiter: Person
    reporter: Person
    offices: Offices


def hire(client: Client, attester: str, anchorer: str) -> Staff:
    """Returns the operators of the chain and the offices that they are to hold. The others are of the bridge."""
    deployer, registrar, treasurer, guardian, arbiter, reporter = (
        Person(client, account.private_key) for account in dev_accounts()[:6]
    )
    offices = Offices(
        *(registrar.address, treasurer.address, (attester,), guardian.address),
        *((reporter.address,), (arbiter.address,), (anchorer,)),
    )
    return Staff(deployer, registrar, treasurer, guardian, arbiter, reporter, offices)
