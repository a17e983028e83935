"""Two people, each with a home of its own and a key that nobody else sees, open a group and grab a role of it.

They know the ERP's address, a token, the deployment file and a node, and use HTTP, files and `interlock sign` alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from eth_account import Account

from erp.api.tokens import create_token
from erp.database import transaction
from erp.kernel.roles import Role
from erp.parties.schemas import PartyKind, RegisterParty
from tests.world import DAY, World

PATIENCE_SECONDS = 60
PASSWORD = "known to one person"
NODE, TOKENS, PAY, STAKE = 8, 1_000_000, 250_000, 10_000
REF = "0x" + "31" * 32
NOWHERE = "0x" + "00" * 32
ROLE = {
    "role_ref": REF, "floor_minor": 1, "most_minor": 10**9, "stake_minor": STAKE, "pay_minor": PAY, "min_reviews": 0,
    "min_credit_bps": 0, "review_mark_bps": 0, "shortfall_mark_bps": 0, "credit_weight_bps": 5_000, "stake_bps_of_pledge": 0,
}  # fmt: skip
GROUP = {
    "need_ref": REF, "region": NOWHERE, "target_minor": 1, "reporter_post": 2, "grab_seconds": DAY, "select_seconds": DAY,
    "work_seconds": 30 * DAY, "report_seconds": 2 * DAY, "review_seconds": DAY, "bet_seconds": 0,
}  # fmt: skip


@contextmanager
def served(world: World) -> Iterator[str]:
    """The ERP's API in a process of its own, on a free port; its address."""
    command = [sys.executable, "-m", "scripts.interlock", "erp", "serve", "--db", world.db]
    process = subprocess.Popen(
        [*command, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "http://" in line:
                yield "http://" + line.split("http://")[1].split()[0].rstrip("/ ,.)")
                break
        else:
            raise AssertionError("the API did not come up")
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)


@dataclass
class Home:
    """What one person has: a folder with its key, its token and the deployment file, and the address of the ERP."""

    folder: Path
    api: str
    party: str
    address: str

    def ask(self, act: str, **fields: Any) -> str:
        """Asks for an act over HTTP; its number."""
        body = {"party": self.party, "act": act, "fields": fields}
        answer = httpx.post(
            f"{self.api}/act-requests",
            json=body,
            headers={**self._token(), "Idempotency-Key": os.urandom(8).hex()},
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["document"]["number"])

    def offered(self, number: str) -> str:
        """The signing request of an act."""
        return str(self.read(f"/act-requests/{number}")["signing_request"])

    def read(self, path: str) -> dict[str, Any]:
        """What the ERP answers to this person."""
        answer = httpx.get(f"{self.api}{path}", headers=self._token())
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def sign(self, request: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Runs `interlock sign` in the home."""
        command = [sys.executable, "-m", "scripts.interlock", "sign", request]
        for name in ("keystore", "password-file", "deployment", "token-file"):
            command += [f"--{name}", str(self.folder / name)]
        return subprocess.run(
            [*command, "--api", self.api, "--yes", "--json", *options],
            capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
        )  # fmt: skip

    def _token(self) -> dict[str, str]:
        token = (self.folder / "token-file").read_text(encoding="utf-8")
        return {"Authorization": f"Bearer {token}"}


def settle_in(world: World, api: str, folder: Path, party: str) -> Home:
    """Somebody makes a key on its own machine, and is registered on both sides by those whose office that is."""
    folder.mkdir()
    account = Account.create()
    (folder / "keystore").write_text(json.dumps(dict(account.encrypt(PASSWORD, iterations=2))))
    (folder / "password-file").write_text(PASSWORD)
    (folder / "deployment").write_bytes(world.config.deployment.read_bytes())
    address = account.address.lower()
    world.erp(RegisterParty(code=party, name=party, kind=PartyKind.EXTERNAL, account=address))
    world.transact("registrar", "Participants", "register", account.address, NODE)
    ref = "0x" + party.encode().hex().ljust(64, "0")
    world.transact("treasurer", "SettlementToken", "issue", account.address, TOKENS, ref)
    with transaction(world.engine) as session:
        token = create_token(
            session, name=party, role=Role.NODE, party=party, at=world.now, secret=os.urandom(32)
        )
    (folder / "token-file").write_text(token)
    world.settle()
    return Home(folder, api, party, address)


def do(world: World, home: Home, act: str, **fields: Any) -> dict[str, Any]:
    """One act from the wish to its end; what the ERP says of it then."""
    number = home.ask(act, **fields)
    world.settle()
    signed = home.sign(home.offered(number))
    assert signed.returncode == 0, signed.stderr + signed.stdout
    world.settle()
    return home.read(f"/act-requests/{number}")


def test_two_people_open_a_group_and_grab_a_role_with_keys_that_the_bridge_never_sees(
    world: World, tmp_path: Path
) -> None:
    with served(world) as api:
        leader = settle_in(world, api, tmp_path / "leader", "COOK")
        node = settle_in(world, api, tmp_path / "node", "OVEN")
        purse = world.deployment.address("GroupPay")
        for home in (leader, node):
            done = do(world, home, "approve", spender=purse, value_minor=TOKENS)
            assert done["status"] == "DONE", done
        opened = do(world, leader, "open_group", terms=GROUP, roles=[ROLE])
        assert opened["status"] == "DONE", opened
        group = world.last("group_order").fields["group_id"]
        grab = {"group_id": group, "role_id": 1, "pledge_minor": 5_000, "plan_ref": REF}
        assert do(world, node, "grab_role", **grab)["status"] == "DONE"
        grabbed = world.last("role_grab").fields
        assert (grabbed["group_id"], grabbed["node"]) == (group, node.address)
        assert not {leader.address, node.address} & world.bridge.gateway.signers.keys()
        refused = node.read(f"/act-requests/{_refused(world, node, grab)}")
        assert refused["status"] == "REFUSED"
        assert "ChainGroups_" in refused["reason"]
        assert (
            httpx.get(f"{api}/act-requests/ACT-2006-00001", headers=node._token()).status_code
            == 404
        )
        _a_payload_that_was_changed_is_not_signed(world, node, purse)
    report = world.bridge.audit.run()
    assert report.holds, [d for i in report.invariants for d in i.differences]


def _refused(world: World, node: Home, grab: dict[str, Any]) -> str:
    """The node grabs the same role a second time, which the contract would refuse."""
    number = node.ask("grab_role", **grab)
    world.settle()
    return number


def _a_payload_that_was_changed_is_not_signed(world: World, node: Home, purse: str) -> None:
    """Somebody with the database's password has the node let another spender draw its money."""
    number = node.ask("approve", spender=purse, value_minor=7)
    world.settle()
    request = node.offered(number)
    thief = world.people["RIVAL"].address.lower()[2:]
    world.sql(
        "UPDATE signing_request SET payload = replace(payload, :purse, :thief) WHERE number = :n",
        purse=purse[2:],
        thief=thief,
        n=request,
    )
    signed = node.sign(request)
    assert signed.returncode == 2
    assert "Differs: what is offered is not what the act needs: data:" in " ".join(
        (signed.stderr + signed.stdout).split()
    )
    world.sql(
        "UPDATE signing_request SET payload = replace(payload, :thief, :purse) WHERE number = :n",
        purse=purse[2:],
        thief=thief,
        n=request,
    )
    assert node.sign(request).returncode == 0
    world.settle()
    assert node.read(f"/act-requests/{number}")["status"] == "DONE"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--from-file", "nowhere.json"), "cannot read nowhere.json"),
        (("--api", "http://127.0.0.1:9"), "does not answer"),
    ],
)
def test_what_sign_cannot_read_is_told(
    world: World, tmp_path: Path, options: tuple[str, ...], told: str
) -> None:
    home = Home(tmp_path, "http://127.0.0.1:9", "X", "0x")
    (tmp_path / "deployment").write_bytes(world.config.deployment.read_bytes())
    (tmp_path / "token-file").write_text("erp_x")
    signed = home.sign("SRQ-2026-00001", *options)
    assert signed.returncode == 2
    assert told in " ".join((signed.stderr + signed.stdout).split())
