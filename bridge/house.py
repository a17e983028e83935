"""The keys of the house: one an office. Which accounts they are, found without opening one, and what each may sign."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from bridge.capabilities import ALLOWED, ALLOWED_TO_ACCOUNTS
from bridge.chain.deployment import Deployment
from bridge.chain.directory import directory_of
from bridge.chain.keys import address_in
from bridge.chain.permits import Permits
from bridge.config import Config
from bridge.errors import BadConfiguration, WrongKey
from bridge.intents import ATTESTER, OFFICES, REPORTER

OPTIONAL = frozenset({REPORTER})  # whose calls wait where nobody holds its key


def keystore_of(config: Config, office: str) -> Path:
    """Where the key of an office lies unless the settings name its account."""
    return config.keystores / f"{office}.json"


def find_house(config: Config) -> dict[str, str]:
    """The account of each office that this bridge signs for.

    Raises WrongKey when an office has no key or its keystore cannot be read, BadConfiguration when two offices have one key
    and the settings do not say so.
    """
    found = {office: _account(config, office) for office in OFFICES}
    for office, account in found.items():
        if account is None and office not in OPTIONAL:
            path = keystore_of(config, office)
            raise WrongKey(
                f"no {office}: make its keystore with `interlock keys new {path} --password-file FILE`, or name its "
                f"account with the setting {office}"
            )
    house = {office: account for office, account in found.items() if account is not None}
    _check_apart(config, house)
    return house


def known_house(config: Config) -> dict[str, str]:
    """The same for whoever only reads: offices without a key are missing, and the attester is nobody then."""
    found: dict[str, str] = {ATTESTER: ""}
    for office in OFFICES:
        try:
            account = _account(config, office)
        except WrongKey:
            continue
        if account is not None:
            found[office] = account
    return found


def permits_of(house: Mapping[str, str], deployment: Deployment) -> Permits:
    """What each key may sign: the calls of its offices, and any other key those of the accounts that it acts for."""
    offices: dict[str, set[str]] = defaultdict(set)
    for office, account in house.items():
        offices[account] |= {f"{contract}.{function}" for contract, function in ALLOWED[office]}
    return Permits(
        {account: frozenset(calls) for account, calls in offices.items()},
        frozenset(f"{contract}.{function}" for contract, function in ALLOWED_TO_ACCOUNTS),
        directory_of(deployment),
    )


def _account(config: Config, office: str) -> str | None:
    """The account that the settings name for an office, else that of its keystore; None where neither is there."""
    if named := config.named(office):
        return named.lower()
    path = keystore_of(config, office)
    if not path.exists():
        return None
    try:
        return address_in(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WrongKey(f"no {office}: {path} is no keystore: {error}") from error


def _check_apart(config: Config, house: Mapping[str, str]) -> None:
    """One key an office: whoever wants one key to hold several has to name its account for each of them but one."""
    holding: dict[str, list[str]] = defaultdict(list)
    for office, account in house.items():
        holding[account].append(office)
    for account, offices in holding.items():
        unsaid = [office for office in offices if not config.named(office)]
        if len(unsaid) > 1:
            said = " and ".join(f'{office} = "{account}"' for office in unsaid[1:])
            raise BadConfiguration(
                f"{' and '.join(offices)} have one key, {account}: whoever takes it has all of their powers. Make a key "
                f"for each with `interlock keys new`, or say in the settings that it is meant: {said}"
            )
