"""A new edition of one room beside the old one, and the end of an old one. Each step may be repeated: what stands is kept.

An edition is deployed, its grants are announced, two days later they are taken: then it stands in the deployment file and
bridges follow it. Until then it stands in a file beside that one (`pilot.settlement.json`), which a second try continues.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bridge.binding import check_chain
from bridge.capabilities import CUSTODIANS, UNFOLLOWED
from bridge.capabilities.participants import CUSTODIAN
from bridge.chain.deployment import (
    Deployed,
    Deployment,
    deployed_as_json,
    deployed_from,
    save,
    write_json,
)
from bridge.chain.gateway import encode_call
from bridge.errors import BadConfiguration, Retryable
from bridge.operator.printing import instant

from .accounts import Person
from .deploy import (
    ARGUMENTS,
    OFFICES_OF_CONTRACTS,
    ROOMS,
    arguments,
    creation_code,
    deployed,
    fixed_values,
    is_room,
    role,
)

ANNOUNCED_SECONDS = 14 * 86_400  # SealedOffices.GRANT_WINDOW_SECONDS: how long a grant may be taken


class NotYetGrantable(Retryable):
    """The grants of an edition were announced, and their time has not come."""


@dataclass(frozen=True, slots=True)
class Release:
    """How far an edition of a room is: where its contracts are, and which grants are taken or announced."""

    room: str
    edition: int
    contracts: Mapping[str, Deployed]
    granted: tuple[tuple[str, str], ...]  # office and contract
    announced: Mapping[
        tuple[str, str], int
    ]  # office and contract -> unix seconds from which it may be taken
    done: bool  # it stands in the deployment file

    @property
    def grantable_at(self) -> int:
        """Unix seconds from which all announced grants may be taken; 0 when none is announced."""
        return max(self.announced.values(), default=0)

    def unbooked(self) -> list[str]:
        """Contracts that hold money and that the ERP does not book yet, each with its address: they need a party there."""
        held = [name for name in CUSTODIANS if name in UNFOLLOWED and name in self.contracts]
        return [f"{name}-{self.edition} {self.contracts[name].address}" for name in held]

    def as_json(self) -> dict[str, Any]:
        """The release as JSON-ready data."""
        return {
            "room": self.room,
            "edition": self.edition,
            "done": self.done,
            "contracts": {name: each.address for name, each in self.contracts.items()},
            "granted": [{"office": office, "contract": name} for office, name in self.granted],
            "announced": [
                {"office": office, "contract": name, "grantableAt": at}
                for (office, name), at in self.announced.items()
            ],
        }


def contracts_of(room: str) -> tuple[str, ...]:
    """Returns the contracts of a room in the order of their deployment. Raises BadConfiguration for no room."""
    if room not in ROOMS:
        raise BadConfiguration(f"there is no room {room!r}: name one of {', '.join(ROOMS)}")
    return tuple(name for name in ARGUMENTS if name in ROOMS[room])


def newest_edition(deployment: Deployment, room: str) -> int:
    """Returns the newest edition of a room in a deployment file."""
    names = [name for name in contracts_of(room) if deployment.contracts.get(name)]
    return max((deployment.newest(name).edition for name in names), default=-1)


class Releases:
    """What an admin does to the rooms of one deployment. Every step asks the chain what stands already."""

    def __init__(self, admin: Person, deployment: Deployment, file: Path) -> None:
        check_chain(admin.client, deployment)
        self._admin = admin
        self._client = admin.client
        self._deployment = deployment
        self._file = file

    def deploy(self, room: str, edition: int | None = None) -> Release:
        """Deploys an edition of a room and announces its grants, or goes on with one that was begun.

        `edition`: the wanted one, else the one under way, else the next. Where the offices are not sealed, it grants at once
        and ends as `grant` does. Raises BadConfiguration, CallRefused.
        """
        record = self._record(room, edition)
        if record is None:
            return self._told(room, edition or 0)
        for name in contracts_of(room):
            self._place(record, name)
        self._check_numbers(record)
        self._register(record)
        for office, name in self._offices(record):
            self._announce(office, record.contracts[name].address)
        release = self._release(record)
        return release if release.announced else self._finish(record)

    def grant(self, room: str, edition: int | None = None) -> Release:
        """Takes the grants that were announced two days ago and writes the edition into the deployment file.

        Raises BadConfiguration when nothing was begun, NotYetGrantable, CallRefused.
        """
        record = self._record(room, edition, begin=False)
        if record is None:
            return self._told(room, newest_edition(self._deployment, room))
        if missing := [name for name in contracts_of(room) if name not in record.contracts]:
            raise BadConfiguration(
                f"edition {record.edition} of {room} is half deployed, without {', '.join(missing)}: "
                f"run `interlock deploy --room {room}` again first"
            )
        for office, name in self._offices(record):
            self._take(office, name, record.contracts[name].address)
        return self._finish(record)

    # ---- steps --------------------------------------------------------------------------------

    def _record(self, room: str, edition: int | None, *, begin: bool = True) -> _Record | None:
        """The release under way, a new one, or None when the file has the wanted edition already."""
        newest = newest_edition(self._deployment, room)
        if newest < 0:
            raise BadConfiguration(f"deployment {self._deployment.network} has no {room} room")
        record = _Record.read(self._file, self._deployment, room)
        if record is not None and record.edition <= newest:
            record.forget()  # it died after the file was written
            record = None
        if edition is not None and edition <= newest:
            return None
        if record is not None:
            if edition not in (None, record.edition):
                raise BadConfiguration(
                    f"edition {record.edition} of {room} is under way in {record.path}: finish that one first"
                )
            return record
        if not begin and newest > 0:
            return None  # the newest one is granted already
        if not begin:
            raise BadConfiguration(
                f"no edition of {room} is under way: begin one with `interlock deploy --room {room}`"
            )
        if edition not in (None, newest + 1):
            raise BadConfiguration(f"the next edition of {room} is {newest + 1}, not {edition}")
        return _Record(room, newest + 1, _beside(self._file, room), self._deployment, {}, {}, False)

    def _place(self, record: _Record, name: str) -> None:
        """Creates a contract, unless it stands. Its transaction is written down before it is sent: it is made once."""
        if name in record.contracts:
            return
        tx_hash = record.sent.get(name)
        if tx_hash is None or self._client.call("eth_getTransactionByHash", tx_hash) is None:
            known = {n: self._deployment.address(n) for n in self._deployment.contracts}
            known |= {n: each.address for n, each in record.contracts.items()}
            fixed = fixed_values(self._admin.address, self._deployment.posts, record.edition)
            code = creation_code(name, arguments(name, known, fixed))
            tx_hash, raw = self._admin.sign(self._deployment.chain_id, None, code)
            record.sent[name] = tx_hash
            record.write()
            self._client.call("eth_sendRawTransaction", raw)
        receipt = self._admin.wait(tx_hash)
        record.contracts[name] = deployed(self._client, name, receipt, record.edition)
        record.write()

    def _check_numbers(self, record: _Record) -> None:
        """Raises BadConfiguration when two editions of a contract would give the same numbers."""
        for name, new in record.contracts.items():
            if not is_room(name):
                continue
            older = [each.address for each in self._deployment.contracts.get(name, ())]
            editions = [self._view(address, name, "EDITION") for address in (*older, new.address)]
            if len(set(editions)) != len(editions) or editions[-1] != record.edition:
                raise BadConfiguration(
                    f"the editions of {name} on chain are {editions}: their numbers would meet; {new.address} must not "
                    "be used"
                )

    def _register(self, record: _Record) -> None:
        """Registers the contracts that hold money as custodians; the admin borrows the registrar's office for it."""
        held = [record.contracts[name].address for name in CUSTODIANS if name in record.contracts]
        missing = [address for address in held if not self._ask("isRegistered", address)]
        mine = role("REGISTRAR"), self._admin.address
        if missing and not self._ask("hasRole", *mine):
            record.borrowed = True
            record.write()
            self._do("grantRole", *mine)
        for address in missing:
            self._do("register", address, CUSTODIAN)
        if record.borrowed:
            if self._ask("hasRole", *mine):
                self._do("renounceRole", *mine)
            record.borrowed = False
            record.write()

    def _announce(self, office: str, holder: str) -> None:
        if self._ask("hasRole", role(office), holder):
            return
        if not self._ask("contractOfficesSealed"):
            self._do("grantRole", role(office), holder)
            return
        at = int(self._ask("grantableAt", role(office), holder))
        if at == 0 or self._now() >= at + ANNOUNCED_SECONDS:
            self._do("announceGrant", role(office), holder)

    def _take(self, office: str, name: str, holder: str) -> None:
        if self._ask("hasRole", role(office), holder):
            return
        at, now = int(self._ask("grantableAt", role(office), holder)), self._now()
        if at == 0 or now >= at + ANNOUNCED_SECONDS:
            raise BadConfiguration(
                f"the grant of {office} to {name} is not announced, or its time has passed: run "
                "`interlock deploy --room` again, which announces it anew"
            )
        if now < at:
            raise NotYetGrantable(
                f"{office} may be given to {name} from {instant(at)} on, in {at - now} s of chain time"
            )
        self._do("grantRole", role(office), holder)

    def _finish(self, record: _Record) -> Release:
        """Writes the edition into the deployment file, and forgets the file beside it."""
        contracts = dict(self._deployment.contracts)
        for name, each in record.contracts.items():
            contracts[name] = (*contracts.get(name, ()), each)
        self._deployment = replace(self._deployment, contracts=contracts)
        save(self._deployment, self._file)
        record.forget()
        return self._told(record.room, record.edition)

    # ---- what stands --------------------------------------------------------------------------

    def _offices(self, record: _Record) -> list[tuple[str, str]]:
        return [(office, name) for office, name in OFFICES_OF_CONTRACTS if name in record.contracts]

    def _release(self, record: _Record) -> Release:
        granted, announced = [], {}
        for office, name in self._offices(record):
            holder = record.contracts[name].address
            if self._ask("hasRole", role(office), holder):
                granted.append((office, name))
            else:
                announced[office, name] = int(self._ask("grantableAt", role(office), holder))
        edition, contracts = record.edition, dict(record.contracts)
        return Release(record.room, edition, contracts, tuple(granted), announced, done=False)

    def _told(self, room: str, edition: int) -> Release:
        """An edition that the deployment file has."""
        contracts = {
            name: each
            for name in contracts_of(room)
            for each in self._deployment.contracts.get(name, ())
            if each.edition == edition
        }
        granted = tuple((o, name) for o, name in OFFICES_OF_CONTRACTS if name in contracts)
        return Release(room, edition, contracts, granted, {}, done=True)

    def _ask(self, function: str, *args: Any) -> Any:
        return self._view(self._deployment.address("Participants"), "Participants", function, *args)

    def _view(self, address: str, contract: str, function: str, *args: Any) -> Any:
        call = {"to": address, "data": encode_call(contract, function, args)}
        answer = self._client.call("eth_call", call, "latest")
        return int(answer, 16)

    def _do(self, function: str, *args: Any) -> None:
        self._admin.transact(self._deployment, "Participants", function, *args)

    def _now(self) -> int:
        return self._client.head().timestamp


def retire(
    guardian: Person, deployment: Deployment, room: str, edition: int, *, undo: bool = False
) -> dict[str, str]:
    """Retires an edition of a room: nothing new begins there, what runs ends. `undo` takes that back.

    Returns the contracts that it was done to, by name; those that are retired already are not among them. Raises
    BadConfiguration when there is no such edition, or no newer one that could take what is new.
    """
    check_chain(guardian.client, deployment)
    if not undo and edition >= newest_edition(deployment, room):
        raise BadConfiguration(
            f"edition {edition} is the newest of {room}: after it nothing new could begin there. Deploy the next one first "
            f"(`interlock deploy --room {room}`); to stop all that is new at once, the guardian pauses obligations"
        )
    found = {
        name: each.address
        for name in contracts_of(room)
        for each in deployment.contracts.get(name, ())
        if each.edition == edition and is_room(name)
    }
    if not found:
        raise BadConfiguration(
            f"deployment {deployment.network} has no edition {edition} of {room}"
        )
    participants = deployment.address("Participants")
    done = {}
    for name, address in found.items():
        call = {"to": participants, "data": encode_call("Participants", "isRetired", (address,))}
        if bool(int(guardian.client.call("eth_call", call, "latest"), 16)) is undo:
            guardian.transact(deployment, "Participants", "unretire" if undo else "retire", address)
            done[name] = address
    return done


@dataclass(slots=True)
class _Record:
    """A release under way, as the file beside the deployment file keeps it."""

    room: str
    edition: int
    path: Path
    deployment: Deployment
    sent: dict[str, str]  # contract -> hash of the transaction that creates it
    contracts: dict[str, Deployed]
    borrowed: bool  # the admin holds the registrar's office for the moment

    @classmethod
    def read(cls, file: Path, deployment: Deployment, room: str) -> _Record | None:
        """The release of a room that was begun, or None. Raises BadConfiguration when its file belongs elsewhere."""
        path = _beside(file, room)
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            if found["genesisHash"] != deployment.genesis_hash or found["room"] != room:
                raise BadConfiguration(
                    f"{path} belongs to another deployment: move it away, nothing of it is used"
                )
            contracts = {name: deployed_from(each) for name, each in found["contracts"].items()}
            edition, sent, borrowed = int(found["edition"]), dict(found["sent"]), found["borrowed"]
        except FileNotFoundError:
            return None
        except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadConfiguration(f"{path} is no release under way: {error!r}") from error
        return cls(room, edition, path, deployment, sent, contracts, bool(borrowed))

    def write(self) -> None:
        """Writes it down, before anything that must not be done twice."""
        write_json(
            {
                "network": self.deployment.network,
                "chainId": self.deployment.chain_id,
                "genesisHash": self.deployment.genesis_hash,
                "room": self.room,
                "edition": self.edition,
                "sent": self.sent,
                "borrowed": self.borrowed,
                "contracts": {n: deployed_as_json(each) for n, each in self.contracts.items()},
            },
            self.path,
        )

    def forget(self) -> None:
        """It is done: the deployment file has it."""
        self.path.unlink(missing_ok=True)


def _beside(file: Path, room: str) -> Path:
    return file.with_suffix(f".{room}.json")
