"""From a need to a team on a chain: proposed, approved, signed, grabbed with plans; formed, or given up (举单, 抢单)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from bridge.commitments.documents import document_root
from bridge.ports.port import Document
from erp.groups.rules import worth_of
from erp.groups.schemas import Plan, SubmitPlan
from erp.needs.schemas import WithdrawGroupProposal
from erp.signing.schemas import RequestAct
from scripts.plays.acts.tampering import tamper
from tests.groups import (
    BUDGET,
    LEADER,
    STAKE,
    Group,
    approved_group,
    enrol_nodes,
    proposed_group,
    raised_need,
    role_terms,
)
from tests.mailbox import ask, offered, outcome, sign
from tests.world import DAY, World

pytestmark = pytest.mark.node
AVAILABLE, PRE_ENCUMBERED, ENCUMBERED = "9003", "9002", "9001"
PAYS = (300_000, 200_000)
TERMS = {
    "region": bytes(32), "target": 1, "reporterPost": 2, "grabSeconds": DAY, "selectSeconds": DAY, "workSeconds": 30 * DAY,
    "reportSeconds": 2 * DAY, "reviewSeconds": DAY, "betSeconds": 0,
}  # fmt: skip
ROLES = [role_terms(pay) for pay in PAYS]
PATIENCE_SECONDS = 60
NO_SALT = "0x" + "00" * 32


def budget(world: World) -> tuple[int, int, int]:
    """What of the leader's budget is available, set aside, and encumbered."""
    found = [-world.account(LEADER, code) for code in (AVAILABLE, PRE_ENCUMBERED, ENCUMBERED)]
    return found[0], found[1], found[2]


def need_status(world: World, number: str) -> str:
    """The state of a need."""
    ((status,),) = world.sql("SELECT status FROM need WHERE number = :n", n=number)
    return str(status)


def root(document: Document) -> str:
    """The commitment of a document."""
    return "0x" + document_root(document).hex()


def signed_opening(world: World) -> tuple[Document, Document]:
    """A need, a group proposed and approved for it, opened by what its leader signs; the proposal and the order."""
    enrol_nodes(world)
    proposal = approved_group(world, raised_need(world).number, TERMS, ROLES)
    assert budget(world) == (BUDGET - sum(PAYS), sum(PAYS), 0)
    asked = ask(world, LEADER, "open_group", proposal=proposal.number)
    sign(world, asked, LEADER)
    assert outcome(world, asked) == ("done", "")
    return proposal, world.last("group_order")


def grab(world: World, order: Document, who: str, role_id: int, pledge: int) -> Document:
    """A node keeps a plan, and grabs a role by what it signs; the plan."""
    told = Plan(text=f"{who} does it", price_minor=100, ready_at=world.now)
    command = SubmitPlan(party=who, group=order.number, role_id=role_id, plan=told)
    plan = world.erp(command, f"node:{who}")
    asked = ask(
        world, who, "grab_role", group_id=order.fields["group_id"], role_id=role_id, pledge_minor=pledge,
        plan=plan.number,
    )  # fmt: skip
    sign(world, asked, who)
    assert outcome(world, asked) == ("done", "")
    return plan


def reach(world: World, order: Document, moment: str) -> None:
    """Time passes to a moment of the group, and a second more."""
    world.node.reach_time(order.fields[moment] + 1)
    world.settle()


def test_a_need_becomes_a_team_and_nobody_touches_what_time_decides(world: World) -> None:
    proposal, order = signed_opening(world)
    need = world.last("need")
    assert order.fields["need_ref"] == root(need)
    assert {role["role_ref"] for role in order.fields["roles"]} == {root(proposal)}
    papers = (order.fields["need"], order.fields["proposal"], order.fields["unproposed"])
    assert papers == (need.number, proposal.number, None)
    assert budget(world) == (BUDGET - sum(PAYS), 0, sum(PAYS))
    plan = grab(world, order, "N1", 1, 500)
    grab(world, order, "N2", 1, 400)
    grab(world, order, "N3", 2, 300)
    reach(world, order, "grab_end")
    asked = ask(
        world, "N1", "open_plan", group_id=order.fields["group_id"], role_id=1, round=1, plan=plan.number, salt=NO_SALT,
    )  # fmt: skip
    sign(world, asked, "N1")
    opening = world.last("plan_opening")
    assert (opening.fields["plan"], opening.fields["plan_hash"]) == (plan.number, root(plan))
    shown = world.sql("SELECT number, opened_by FROM role_plan WHERE opened_by IS NOT NULL")
    assert [tuple(row) for row in shown] == [(plan.number, opening.number)]
    reach(world, order, "select_end")
    assert world.last("group_forming").fields["chain_group"] == order.number
    holders = world.sql("SELECT role_id, party FROM group_membership ORDER BY role_id")
    assert [tuple(row) for row in holders] == [(0, LEADER), (1, "N1"), (2, "N3")]
    assert [d.fields["party"] for d in world.documents("stake_release")] == ["N2"]
    assert need_status(world, need.number) == "PROPOSED"
    the_board_says_what_the_chain_holds(world, order)
    reach(world, order, "report_end")
    assert world.last("group_settlement").fields["earned_minor"] == 0
    assert (need_status(world, need.number), budget(world)) == ("SERVED", (BUDGET, 0, 0))
    world.assert_nothing_waits()
    world.assert_audit_holds()
    assert world.audit().remarks == ()


def the_board_says_what_the_chain_holds(world: World, order: Document) -> None:
    """Cockpit and grab page of the formed group, by the command line."""
    board = told(world, "show", str(order.fields["group_id"]))["board"]
    (held,) = world.bridge.gateway.view(
        "SettlementToken", "balanceOf", world.deployment.address("GroupPay")
    )
    assert board["money"]["custody_minor"]["value"] == held == sum(PAYS) + 2 * STAKE
    assert board["head"]["next"]["name"] == "work_end"
    assert [role["party"] for role in board["roles"]] == ["N1", "N3"]
    page = told(world, "grab-page", order.number, "1", "--party", "N2")
    assert [each["party"] for each in page["who_stands"]] == ["N1", "N2"]
    (best,) = world.bridge.gateway.view(
        "GroupLens", "worthOf", order.fields["group_id"], 1, 500, 7_000
    )
    assert best == worth_of(500, 7_000, page["role"]["credit_weight_bps"])
    assert "does it" not in json.dumps(page)  # what the plans say


def told(world: World, *command: str) -> dict[str, Any]:
    """What `interlock group` says to a machine."""
    settings = {
        "INTERLOCK_DB": world.db,
        "INTERLOCK_DEPLOYMENT": str(world.config.deployment),
        "INTERLOCK_RPC": world.bridge.client.url,
    }
    done = subprocess.run(
        [sys.executable, "-m", "scripts.interlock", "group", *command, "--json"],
        capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False, env={**os.environ, **settings},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_group_that_nobody_joins_opens_its_need_and_its_leader_proposes_anew(
    world: World,
) -> None:
    proposal, order = signed_opening(world)
    grab(world, order, "N1", 1, 500)
    need = proposal.fields["need"]
    reach(world, order, "select_end")
    assert world.last("group_dissolution").fields["filled"] == 1
    assert (need_status(world, need), budget(world)) == ("OPEN", (BUDGET, 0, 0))
    assert [d.fields["stake_minor"] for d in world.documents("stake_release")] == [STAKE]
    again = approved_group(world, need, TERMS, ROLES)
    asked = ask(world, LEADER, "open_group", proposal=again.number)
    sign(world, asked, LEADER)
    second = world.last("group_order")
    assert second.number != order.number
    assert (second.fields["need"], second.fields["unproposed"]) == (need, None)
    assert need_status(world, need) == "PROPOSED"
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_group_that_its_leader_opens_at_its_own_wallet_is_booked_and_remarked(
    world: World,
) -> None:
    enrol_nodes(world)
    proposed_group(world, raised_need(world).number, TERMS, ROLES)
    Group(world, PAYS)
    world.settle()
    order = world.last("group_order")
    assert (order.fields["unbudgeted_minor"], order.fields["proposal"]) == (sum(PAYS), None)
    assert budget(world) == (BUDGET - sum(PAYS), sum(PAYS), 0)  # that of the proposal, which waits
    told = [remark.detail for remark in world.audit().remarks if remark.row == order.number]
    assert "nobody approved the group that was opened: it names no proposal" in told
    assert f"{sum(PAYS)} minor units stand without a budget" in told
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_what_was_withdrawn_is_not_sent_even_if_its_leader_signed_it(world: World) -> None:
    enrol_nodes(world)
    proposal = approved_group(world, raised_need(world).number, TERMS, ROLES)
    asked = ask(world, LEADER, "open_group", proposal=proposal.number)
    back = world.erp(WithdrawGroupProposal(proposal=proposal.number, reason="served already"))
    sign(world, asked, LEADER)
    ended, why = outcome(world, asked)
    assert ended == "refused"
    assert why.endswith(f"{back.number} took {proposal.number} back")
    assert not world.documents("group_order")
    assert budget(world) == (BUDGET, 0, 0)


@pytest.mark.parametrize("place", ["roles", "terms"])
def test_a_group_that_somebody_changed_in_the_database_is_not_put_before_its_leader(
    world: World, place: str
) -> None:
    """Whoever can write to the log has the leader pay somebody more, or work for less time."""
    enrol_nodes(world)
    proposal = approved_group(world, raised_need(world).number, TERMS, ROLES)
    name, value = ("pay_minor", PAYS[0]) if place == "roles" else ("work_seconds", 30 * DAY)
    asked = ask_changed(world, proposal.number, f'"{name}":{value}', f'"{name}":{value + 1}')
    assert not [d for d in world.documents("signing_request") if d.fields["request"] == asked]
    found = world.sql(
        "SELECT status, reason FROM bridge_outbox WHERE document_number = :n", n=asked
    )
    ((status, reason),) = found
    assert status == "refused"
    assert f"has {place}" in reason


def ask_changed(world: World, proposal: str, before: str, after: str) -> str:
    """The act of opening, changed in the log before the bridge reads it; its number."""
    asked = world.erp(RequestAct(party=LEADER, act="open_group", fields={"proposal": proposal}))
    changed = f"SET payload = replace(payload, '{before}', '{after}')"
    named = f"number = '{asked.number}' AND payload LIKE '%{before}%'"
    tamper(world.engine, f"UPDATE document_log {changed} WHERE {named}")
    world.settle()
    return asked.number


def test_what_the_leader_is_shown_is_the_group_as_proposed(world: World) -> None:
    enrol_nodes(world)
    proposal = approved_group(world, raised_need(world).number, TERMS, ROLES)
    asked = ask(world, LEADER, "open_group", proposal=proposal.number)
    assert "5,000.00" in asked.fields["says"]
    request = offered(world, asked)
    assert request.fields["refs"][proposal.number] == root(proposal)
    data = json.loads(request.fields["payload"])["data"]
    assert data.count(root(proposal)[2:]) == len(PAYS)
