"""A chain group from need to statement by its people: each with a browser of its own, on a real ring.

What they do they do with the pages alone: service, a planner, two of finance, sales, the leader, and two nodes with keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from erp.items.schemas import RegisterItem
from tests.groups import LEADER, TOKENS, enrol_nodes
from tests.world import DAY, World

from .ring import Ring, Somebody, ring_of

WASH = "WASH"
ZONE = ZoneInfo("Asia/Shanghai")
# What each role may earn, how much of it is said to be done, and what that comes to: a part of a fen is lost.
PAYS = {"N1": "2,000.01", "N2": "1,500.03"}
DONE = {"N1": ("100", "2,000.01"), "N2": ("60", "900.01")}
STAKE, PLEDGE = "100.00", "50.00"
NET, TAX, GROSS, COST = (
    "9,876.54",
    "592.59",
    "10,469.13",
    "3,210.98",
)  # of the one sale: 6 % of its price is 592.5924
VALUE, OF_THE_LEADER = "6,665.56", "3,765.54"  # revenue less cost; less what both roles earned
SCORE = "92.5"
BEFORE = {"Period before", "Change"}  # columns of the statement that tell of another time
pytestmark = [pytest.mark.sqlite("a browser sees no database"), pytest.mark.slow, pytest.mark.chain]


@dataclass
class People:
    """Everybody of the story."""

    service: Somebody  # hears users
    planner: Somebody  # proposes for the house
    cfo: Somebody  # approves
    accountant: Somebody  # keeps the books, and says what is done
    seller: Somebody
    auditor: Somebody
    chief: Somebody  # has the leader's key
    nodes: dict[str, Somebody]  # by party, each with its key


def people_of(ring: Ring) -> People:
    """Each is employed for its own part alone, and signed in at a browser of its own."""
    return People(
        service=ring.employ("sun", LEADER, "serve", "write_review"),
        planner=ring.employ("zhou", LEADER, "propose_group"),
        cfo=ring.employ("wu", LEADER, "approve_group", "approve"),
        accountant=ring.employ("zheng", LEADER, "keep_books", "attest_progress"),
        seller=ring.employ("feng", LEADER, "sell"),
        auditor=ring.employ("shi", LEADER, "audit"),
        chief=ring.employ("chen", LEADER, "represent", key_of=LEADER),
        nodes={
            code: ring.employ(f"chief-{code.lower()}", code, "represent", key_of=code)
            for code in PAYS
        },
    )


def minor(written: str) -> int:
    """An amount as the books hold it."""
    return int(written.replace(",", "").replace(".", ""))


def press(somebody: Somebody, form: str, button: str, **typed: str) -> None:
    """Types into a form of the page, which is opened where it is folded, and presses its button."""
    desk = somebody.page.locator(f"#{form}")
    folded = desk.locator("details:not([open]) > summary")
    if folded.count():
        folded.click()
    for name, text in typed.items():
        field = desk.locator(f"[name={name}]")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
    desk.get_by_role("button", name=button, exact=True).click()


def made(somebody: Somebody, begins: str) -> None:
    """Waits until the page names a document that was made."""
    somebody.page.locator("p.done", has_text=f"Made: {begins}").wait_for()


def at_the_group(somebody: Somebody) -> None:
    """To the only group's page, by the head and the list."""
    somebody.go("Chain groups", within="Groups")
    somebody.page.locator("#groups tbody th a").click()
    somebody.page.locator("#group").wait_for()


# ---- 举单 -------------------------------------------------------------------------------------------


def opened(who: People) -> None:
    """Service raises a need, the planner proposes a group for it, the CFO approves, and the leader's chief opens it."""
    proposals(who.service)
    press(who.service, "raise-need", "Raise it", text="washed and dried within the hour", item=WASH)
    made(who.service, "NED-")
    proposals(who.planner)
    page = who.planner.page
    page.get_by_role("button", name="One more role").click()
    form = page.locator("#form")
    for label, text in (
        ("Leader", LEADER), ("Least sum of promises", PLEDGE), ("Grab, days", "1 h"), ("Select, days", "1 h"),
        ("Work, days", "2 h"), ("Report, days", "1"), ("Reviews, days", "1 h"),
    ):  # fmt: skip
        form.get_by_label(label).first.fill(text)
    for row, (title, code) in enumerate((("Machines", "N1"), ("Laundry", "N2")), 1):
        for name, text in (
            ("title", title), ("title_zh", "承接"), ("floor_minor", "1.00"), ("most_minor", "1,000.00"),
            ("stake_minor", STAKE), ("pay_minor", PAYS[code]),
        ):  # fmt: skip
            form.locator(f"[name={name}-{row}]").fill(text)
    page.get_by_role("button", name="Check, without writing").click()
    who.planner.sees("No rule refuses it")
    page.get_by_role("button", name="Propose", exact=True).click()
    made(who.planner, "GPR-")
    who.cfo.work("Approve a group")
    who.cfo.page.get_by_role("button", name="Approve", exact=True).click()
    made(who.cfo, "GAP-")
    proposals(who.chief)
    who.chief.page.get_by_role("button", name="Open the group").click()
    signed(who.chief)


def proposals(somebody: Somebody) -> None:
    """To the page on which groups are opened."""
    somebody.go("Chain groups", within="Groups")
    somebody.page.get_by_role("link", name="Open a group").click()


def signed(somebody: Somebody) -> None:
    """Signs the act whose page is open, with the keystore, and waits until it is told that the chain has it."""
    page = somebody.page
    page.get_by_label("Keystore file").wait_for()
    somebody.choose_key("sign-desk")
    somebody.press_sign()
    somebody.sees("The bridge brings it to the chain")


# ---- 抢单 -------------------------------------------------------------------------------------------


def grabbed(ring: Ring, who: People) -> None:
    """Each node finds its role in the hall, promises, and signs."""
    for role, node in enumerate(who.nodes.values(), 1):
        node.go("Chain groups", within="Groups")
        node.page.get_by_role("link", name="Grab hall").click()
        node.page.locator("#hall tbody th a").nth(role - 1).click()
        node.page.get_by_label("What you promise").fill(PLEDGE)
        node.page.get_by_label("Your plan").fill(f"two lines, one shift, for role {role}")
        node.page.get_by_label("What it costs in all").fill("1,000.00")
        node.page.get_by_role("button", name="Grab the role").click()
        node.sign()
    ring.until(lambda: len(ring.world.documents("role_grab")) == len(PAYS), "both have grabbed")


def chosen(ring: Ring, who: People) -> None:
    """A node opens its plan to the leader, who chooses both; with the last choice the group forms by itself."""
    first = who.nodes["N1"]
    at_the_group(first)
    press(first, "open-plan", "Open the plan")
    signed(first)
    ring.until(lambda: len(ring.world.documents("plan_opening")) == 1, "the plan is open")
    for role, code in enumerate(PAYS, 1):
        at_the_group(who.chief)
        press(who.chief, "choose", "Choose", candidate=f"{role} {code}")
        signed(who.chief)
        chosen_now = role
        ring.until(
            lambda: len(ring.world.documents("candidate_selection")) == chosen_now,  # noqa: B023
            f"{code} is chosen",
        )
    ring.until(lambda: len(ring.world.documents("group_forming")) == 1, "the group has formed")


# ---- what is earned, and what of it is paid ---------------------------------------------------------


def sold(who: People) -> None:
    """A user buys a wash of the group: ordered, delivered, paid and spoken of."""
    seller, cfo, accountant, service = who.seller, who.cfo, who.accountant, who.service
    at_the_sales(seller)
    press(seller, "register-customer", "Register", code="C-1", name="Li Na")
    made(seller, "CUS-")
    at_the_sales(cfo)
    press(cfo, "credit-limit", "Set", customer="C-1", limit_minor="20,000.00")
    made(cfo, "CLM-")
    at_the_sales(seller)
    press(
        seller, "open-sale", "Open it", customer="C-1", item=WASH, quantity="3", net_minor=NET, entity=LEADER
    )  # fmt: skip
    made(seller, "SO-")
    press(seller, "deliver", "Show what will be booked", cost_minor=COST)
    foreseen = seller.page.locator(".foreseen")
    assert "Your role is not shown journal entries" in foreseen.inner_text()
    press(seller, "deliver", "It was delivered")
    made(seller, "SDL-")
    at_the_sale(accountant)
    assert accountant.page.locator("#receipt [name=amount_minor]").input_value() == GROSS
    press(accountant, "receipt", "Show what will be booked", bank_ref="20261130-0017")
    foreseen = accountant.page.locator(".foreseen")
    foreseen.get_by_text(GROSS).first.wait_for()
    press(accountant, "receipt", "Book it")
    made(accountant, "REC-")
    accountant.sees("paid by the customer")
    at_the_sale(service)
    press(service, "review", "Keep the review", role_id="1", score_bps=SCORE, text="spotless")
    made(service, "RVW-")


def at_the_sales(somebody: Somebody) -> None:
    """To the sales of the group, from its page."""
    at_the_group(somebody)
    somebody.page.get_by_role("link", name="Sales of the group").click()
    somebody.page.locator("#sales").wait_for()


def at_the_sale(somebody: Somebody) -> None:
    """To the only sale of the group."""
    at_the_sales(somebody)
    somebody.page.locator("#sales tbody th a").click()
    somebody.page.locator("#sale").wait_for()


def paid(ring: Ring, who: People) -> None:
    """The accountant says what each has done; the reporter tells the chain, which pays at once."""
    for role, (code, (done, _)) in enumerate(DONE.items(), 1):
        at_the_group(who.accountant)
        press(
            who.accountant, "milestone", "Say it", role=str(role), earned=done, text=f"washed, as {code} promised"
        )  # fmt: skip
        made(who.accountant, "MLS-")
    ring.until(lambda: len(ring.world.documents("role_payment")) == len(DONE), "both are paid")


# ---- 共赢增值表 ----------------------------------------------------------------------------------------


def figures(somebody: Somebody, since: int, until: int) -> dict[tuple[str, str], str]:
    """The statement that somebody opens from the group's page, for these days: figures by row and column."""
    at_the_group(somebody)
    page = somebody.page
    page.locator("#group p.lead").get_by_role("link", name="Win-win statement").click()
    page.get_by_label("From month or day").fill(day_of(since))
    page.get_by_label("To, which is within").fill(day_of(until))
    page.get_by_role("button", name="Show", exact=True).click()
    page.locator("table.statement").wait_for()
    assert page.get_by_text("does not agree").count() == 0
    heads = page.locator("table.statement thead th").all_inner_texts()
    found: dict[tuple[str, str], str] = {}
    for row in page.locator("table.statement tbody tr:not(.part)").all():
        code = row.locator("th").inner_text().split(" ")[0]
        told = zip(heads[1:], row.locator("td").all_inner_texts(), strict=True)
        found |= {(code, head.split(" ")[0]): text for head, text in told if head not in BEFORE}
    return found


def day_of(at: int) -> str:
    """The day of an instant, as a person there writes it."""
    return datetime.fromtimestamp(at, ZONE).strftime("%Y-%m-%d")


def test_a_group_goes_from_need_to_statement_by_its_people(chromium: Any, world: World) -> None:
    enrol_nodes(world, own=(LEADER, *PAYS))
    world.erp(RegisterItem(code=WASH, name="Wash", unit="piece"))
    began = world.now
    with ring_of(world, chromium) as ring:
        who = people_of(ring)
        opened(who)
        ring.until(lambda: len(world.documents("group_order")) == 1, "the group is open")
        order = world.last("group_order")
        grabbed(ring, who)
        world.reach(order.fields["grab_end"])
        chosen(ring, who)
        sold(who)
        ring.until(
            lambda: len(world.documents("review_attestation")) == 1, "the review is on chain"
        )
        paid(ring, who)
        seen = {
            each.party: figures(each, began, world.now) for each in (who.chief, who.nodes["N2"])
        }
        assert [each.errors for each in ring.people.values() if each.errors] == []
        world.reach(order.fields["report_end"] + 1)
        ring.until(
            lambda: len(world.documents("budget_return")) == 1, "the group is closed and paid"
        )
        who.auditor.come_back()  # more than a working day is over
        told = figures(who.auditor, began, world.now)
        ring.bridge.stop()
    the_statement_is_what_was_earned_and_paid(told)
    assert seen[LEADER] == told  # what returns at the end is nobody's income
    of_a_node = seen["N2"]
    assert (of_a_node["2.3", "N2"], of_a_node["2.2", "Total"]) == (DONE["N2"][1], VALUE)
    assert {column for _, column in of_a_node} == {"Total", "Eliminations", "N2"}  # no other node's
    world.reopen()
    nothing_is_lost_or_doubled(world)


def the_statement_is_what_was_earned_and_paid(told: dict[tuple[str, str], str]) -> None:
    """To the fen."""
    rows = {
        "1.1": "1",
        "3.2": NET,
        "3.3": NET,
        "4.2": COST,
        "4.4": COST,
        "2.2": VALUE,
        "5.1": VALUE,
    }
    assert {row: told[row, "Total"] for row in rows} == rows
    assert {code: told["2.3", code] for code in DONE} == {
        code: paid for code, (_, paid) in DONE.items()
    }
    assert told["2.5", LEADER] == OF_THE_LEADER


def nothing_is_lost_or_doubled(world: World) -> None:
    """One document of each step; wallets, bank and books tell what the statement tells, and the audit is whole."""
    world.settle()
    once = (
        "need", "group_proposal", "group_approval", "group_order", "plan_opening", "group_forming", "sales_order",
        "sales_delivery", "customer_receipt", "review", "review_attestation", "group_settlement", "budget_return",
    )  # fmt: skip
    assert {each: len(world.documents(each)) for each in once} == dict.fromkeys(once, 1)
    paid = {code: minor(amount) for code, (_, amount) in DONE.items()}
    assert {code: world.balance(code) - TOKENS for code in DONE} == paid
    assert world.balance(LEADER) - TOKENS == -sum(paid.values())
    assert world.custody("GroupPay") == 0
    receipt = world.last("customer_receipt")
    assert receipt.fields["amount_minor"] == minor(GROSS)
    world.clock.ahead += DAY
    world.settle()
    world.assert_nothing_waits()
    world.assert_audit_holds()
