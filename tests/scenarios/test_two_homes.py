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
    "title": "oven", "title_zh": "烤箱", "floor_minor": 1, "most_minor": 10**9, "stake_minor": STAKE, "pay_minor": PAY,
    "credit_weight_bps": 5_000,
}  # fmt: skip
GROUP = {
    "target_minor": 1, "base_margin_minor": 0, "reporter_post": 2, "grab_seconds": DAY, "select_seconds": DAY,
    "work_seconds": 30 * DAY, "report_seconds": 2 * DAY, "review_seconds": DAY, "roles": [ROLE],
}  # fmt: skip
PLAN = {"text": "two lines, one shift", "price_minor": 250_000, "ready_at": 1_900_000_000}


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
        return self.write("/act-requests", {"party": self.party, "act": act, "fields": fields})

    def write(self, path: str, body: dict[str, Any], token: str = "") -> str:
        """Tells the ERP something with this person's token, or another's; the document's number."""
        headers = {"Authorization": f"Bearer {token}"} if token else self._token()
        answer = httpx.post(
            f"{self.api}{path}",
            json=body,
            headers={**headers, "Idempotency-Key": os.urandom(8).hex()},
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
    (folder / "token-file").write_text(token_of(world, party, party))
    world.settle()
    return Home(folder, api, party, address)


def token_of(world: World, name: str, party: str) -> str:
    """A new token of a node."""
    with transaction(world.engine) as session:
        return create_token(
            session, name=name, role=Role.NODE, party=party, at=world.now, secret=os.urandom(32)
        )


def approved(world: World, leader: Home) -> str:
    """A group that the leader proposes for a need, and that another person of it approves; the proposal."""
    need = leader.write("/needs", {"source": "user", "text": "ovens that clean themselves"})
    proposal = leader.write("/group-proposals", {"leader": leader.party, "need": need, **GROUP})
    second = token_of(world, "cook-2", leader.party)
    leader.write("/group-approvals", {"proposal": proposal}, second)
    return proposal


def do(world: World, home: Home, act: str, **fields: Any) -> dict[str, Any]:
    """One act from the wish to its end; what the ERP says of it then."""
    number = home.ask(act, **fields)
    world.settle()
    return finish(world, home, number)


def finish(world: World, home: Home, number: str) -> dict[str, Any]:
    """The person signs step by step what it is shown; what the ERP says of the act then."""
    while (asked := home.read(f"/act-requests/{number}"))["status"] == "OFFERED":
        signed = home.sign(asked["signing_request"])
        assert signed.returncode == 0, signed.stderr + signed.stdout
        world.settle()
    return asked


def test_two_people_open_a_group_and_grab_a_role_with_keys_that_the_bridge_never_sees(
    world: World, tmp_path: Path
) -> None:
    with served(world) as api:
        leader = settle_in(world, api, tmp_path / "leader", "COOK")
        node = settle_in(world, api, tmp_path / "node", "OVEN")
        purse = world.deployment.address("GroupPay")
        proposal = approved(world, leader)
        opened = do(world, leader, "open_group", proposal=proposal)
        assert opened["status"] == "DONE", opened
        assert [step["step"] for step in opened["steps"]] == ["approval", "act"]
        order = world.last("group_order")
        assert (order.fields["proposal"], order.fields["unproposed"]) == (proposal, None)
        group = order.fields["group_id"]
        wish = {"party": node.party, "group": order.number, "role_id": 1, "plan": PLAN}
        plan = node.write("/role-plans", wish)
        grab = {"group_id": group, "role_id": 1, "pledge_minor": 5_000, "plan": plan}
        number = _an_approval_that_was_changed_is_not_signed(world, node, grab, purse)
        assert finish(world, node, number)["status"] == "DONE"
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


def _an_approval_that_was_changed_is_not_signed(
    world: World, node: Home, grab: dict[str, Any], purse: str
) -> str:
    """The node asks for a role; somebody with the database's password changes who draws its stake, or how much."""
    number = node.ask("grab_role", **grab)
    world.settle()
    approval, act = node.read(f"/act-requests/{number}")["steps"]
    assert approval["says"].startswith(f"First let GroupPay ({purse}) draw 100.00 from your wallet")
    assert approval["says_zh"].startswith("先行授权")
    assert (act["number"], act["status"]) == (None, None)
    thief = world.people["RIVAL"].address.lower()[2:]
    for right, wrong in ((purse[2:], thief), (f"{STAKE:064x}", f"{TOKENS:064x}")):
        _rewrite(world, approval["number"], right, wrong)
        signed = node.sign(approval["number"])
        assert signed.returncode == 2
        told = " ".join((signed.stderr + signed.stdout).split())
        assert "error: what is offered is not what the act needs: data:" in told
        _rewrite(world, approval["number"], wrong, right)
    return number


def _rewrite(world: World, number: str, old: str, new: str) -> None:
    world.sql(
        "UPDATE signing_request SET payload = replace(payload, :old, :new) WHERE number = :n",
        old=old,
        new=new,
        n=number,
    )


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
    _rewrite(world, request, purse[2:], thief)
    signed = node.sign(request)
    assert signed.returncode == 2
    assert "error: what is offered is not what the act needs: data:" in " ".join(
        (signed.stderr + signed.stdout).split()
    )
    _rewrite(world, request, thief, purse[2:])
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
