"""Forms of a chain group's life: each is offered to whom the act is allowed, and says at the form what refuses it."""

from __future__ import annotations

from typing import Any

import pytest

from erp.kernel.roles import Role
from tests.api.house import House
from tests.api.test_groups import form_first, open_groups
from tests.api.test_needs import PAY, Staff
from tests.erp import bet_terms as told
from tests.erp import groups as of_groups

from .browser import Page
from .looking import looked_at, signed_in

PROPOSALS, GROUP = "/app/proposals", "/app/groups/GRP-2026-00001"


@pytest.fixture
def staff(house: House) -> Staff:
    """The house and its people."""
    return Staff(house)


@pytest.fixture
def grabbed(staff: Staff) -> Staff:
    """Two open groups that Hefei leads: Acme stands for the role of the first, its rival for the second's."""
    open_groups(staff.house)
    return staff


def at_form(text: str, does: str) -> str:
    """What stands at the form of a name."""
    return text.split(f'<div id="{does}"')[1].split("</form>", maxsplit=1)[0]


def asked(staff: Staff, who: str) -> list[tuple[str, dict[str, Any]]]:
    """The acts that somebody's party asked for."""
    items = staff.get(who, "/act-requests").json()["items"]
    return [(each["act"], each["fields"]) for each in items]


def test_a_need_is_raised_and_dropped_on_the_page_by_those_who_may(staff: Staff) -> None:
    service = signed_in(staff.house, staff.tokens["service"])
    assert "Raise a need" in service.get(PROPOSALS).text
    assert "Raise a need" not in signed_in(staff.house, staff.tokens["finance"]).get(PROPOSALS).text
    sent = {"does": "raise-need", "text": "ovens that are quiet", "source": "user"}
    refused = service.post(f"{PROPOSALS}/needs", key="n-1", **{**sent, "item": "NO-SUCH-ITEM"})
    assert refused.status_code == 409
    form = at_form(refused.text, "raise-need")
    assert 'role="alert"' in form
    assert "NO-SUCH-ITEM" in form.split("</p>")[0]
    assert "ovens that are quiet" in form  # what was typed stays
    made = service.post(f"{PROPOSALS}/needs", key="n-2", **sent)
    assert "✓ Made: NED-2026-00001" in Page(made.text).text
    gone = service.post(
        f"{PROPOSALS}/needs", key="n-3", does="drop-need", need="NED-2026-00001", reason="a fad"
    )
    assert "✓ Made: NEX-2026-00001" in Page(gone.text).text
    assert staff.get("service", "/needs/NED-2026-00001").json()["status"] == "DROPPED"


def test_the_leader_alone_is_offered_to_open_what_was_approved(staff: Staff) -> None:
    number = staff.made("finance", "/group-proposals", **staff.proposal())
    hefei = signed_in(staff.house, staff.tokens["hefei"])
    assert "Open the group" not in hefei.get(PROPOSALS).text
    early = hefei.post(f"{PROPOSALS}/openings", key="o-1", proposal=number)
    assert early.status_code == 409
    assert number in Page(early.text).text
    assert staff.made("finance-2", "/group-approvals", proposal=number)
    assert (
        "Open the group" not in signed_in(staff.house, staff.tokens["finance"]).get(PROPOSALS).text
    )
    assert "Open the group" in hefei.get(PROPOSALS).text
    opened = hefei.post(f"{PROPOSALS}/openings", key="o-2", proposal=number)
    assert opened.url.path.startswith("/app/acts/ACT-")
    assert asked(staff, "hefei") == [("open_group", {"proposal": number})]


def test_the_leader_chooses_and_rejects_while_it_may_and_nobody_else_does(grabbed: Staff) -> None:
    house = grabbed.house
    hefei = signed_in(house, grabbed.tokens["hefei"])
    early = Page(hefei.get(GROUP).text).text
    assert "Nodes grab roles until" in early
    assert "Choose a candidate" not in early
    house.clock.now += of_groups.GRAB
    hefei = signed_in(house, grabbed.tokens["hefei"])  # sessions last a working day
    page = Page(hefei.get(GROUP).text).text
    assert "The leader HEFEI chooses among the candidates until" in page
    assert "Role 1: ACME, which pledges" in page
    for other in ("acme", "finance", "rival"):
        text = signed_in(house, grabbed.tokens[other]).get(GROUP).text
        assert "Choose a candidate" not in text, other
    chosen = hefei.post(GROUP, key="c-1", does="choose", candidate="1 ACME")
    assert chosen.url.path.startswith("/app/acts/ACT-")
    assert "/app/groups/1" in Page(chosen.text).links  # the way back
    hefei.post(GROUP, key="c-2", does="reject", candidate="1 ACME")
    acts = asked(grabbed, "hefei")
    assert [act for act, _ in acts] == ["select_candidate", "reject_candidate"]
    assert all(fields["role_id"] == 1 and fields["node"].startswith("0x") for _, fields in acts)
    malformed = hefei.post(GROUP, key="c-3", does="choose", candidate="one ACME")
    assert malformed.status_code == 409
    assert 'role="alert"' in at_form(malformed.text, "choose")
    assert hefei.post(GROUP, key="c-4", does="nothing").status_code == 404


def test_a_node_opens_its_own_plan_once_grabs_have_ended(grabbed: Staff) -> None:
    house = grabbed.house
    plan = grabbed.plan("acme", "ACME").json()["document"]["number"]
    fields = {"group_id": 1, "role_id": 1, "pledge_minor": 100, "plan": plan}
    assert grabbed.post(
        "acme", "/act-requests", party="ACME", act="grab_role", fields=fields
    ).is_success
    acme = signed_in(house, grabbed.tokens["acme"])
    assert "Open your plan" not in acme.get(GROUP).text
    house.clock.now += of_groups.GRAB
    acme = signed_in(house, grabbed.tokens["acme"])
    form = at_form(acme.get(GROUP).text, "open-plan")
    assert f"1 1 {plan}" in form
    assert acme.post(GROUP, key="p-1", does="open-plan", plan=f"1 1 {plan}").url.path.startswith(
        "/app/acts/"
    )
    act, opened = asked(grabbed, "acme")[-1]
    assert (act, opened["plan"], opened["round"]) == ("open_plan", plan, 1)


def test_members_end_early_or_leave_and_the_leader_says_what_is_done(grabbed: Staff) -> None:
    house = grabbed.house
    form_first(house)
    acme, hefei = (signed_in(house, grabbed.tokens[who]) for who in ("acme", "hefei"))
    page = acme.get(GROUP).text
    assert "The holders do the work until" in Page(page).text
    assert "Say that a step is done" not in page
    acme.post(GROUP, key="m-1", does="consent", role="1", consents="yes")
    acme.post(GROUP, key="m-2", does="resign", role="1")
    assert asked(grabbed, "acme") == [
        ("consent_to_end", {"group_id": 1, "role_id": 1, "consents": True}),
        ("resign_role", {"group_id": 1, "role_id": 1}),
    ]
    refused = hefei.post(
        GROUP, key="m-3", does="milestone", role="1", earned="500", text="all of it"
    )
    assert refused.status_code == 422
    form = at_form(refused.text, "milestone")
    assert "earned_bps" in form
    assert "all of it" in form
    made = hefei.post(GROUP, key="m-4", does="milestone", role="1", earned="50", text="half of it")
    assert made.status_code == 200, Page(made.text).text
    assert "✓ Made: MLS-" in Page(made.text).text


def test_a_known_person_of_the_leaders_finance_says_what_is_done(grabbed: Staff) -> None:
    house = grabbed.house
    form_first(house)
    house.post(Role.HR, "/persons", {"code": "P-9", "login": "z", "name": "Z"})
    hired = {"person": "P-9", "party": "HEFEI", "duties": ["keep_books", "attest_progress"]}
    assert house.post(Role.HR, "/employments", hired).status_code == 201
    clerk = signed_in(house, house.token("z-1", Role.FINANCE, None, "P-9"))
    form = at_form(clerk.get(GROUP).text, "milestone")
    assert "Role 1: ACME" in form  # whom members do not tell it, and the cockpit does
    made = clerk.post(GROUP, key="a-1", does="milestone", role="1", earned="100", text="all of it")
    assert "✓ Made: MLS-" in Page(made.text).text


def test_a_refusal_is_told_though_its_form_is_offered_no_more(grabbed: Staff) -> None:
    form_first(grabbed.house)
    hefei = signed_in(grabbed.house, grabbed.tokens["hefei"])
    assert '<div id="choose"' not in hefei.get(GROUP).text
    late = hefei.post(GROUP, key="l-1", does="choose", candidate="one ACME")
    assert late.status_code == 409
    assert "Nothing was written." in Page(late.text).text.split("Target")[0]


def test_work_leads_to_needs_and_proposals_and_nobody_approves_its_own(staff: Staff) -> None:
    need = staff.need()
    finance, second = (
        signed_in(staff.house, staff.tokens[who]) for who in ("finance", "finance-2")
    )
    service = signed_in(staff.house, staff.tokens["service"])
    assert f"{PROPOSALS}#{need}" in Page(service.get("/app/").text).links
    assert f'id="{need}"' in service.get(PROPOSALS).text
    number = staff.made("finance", "/group-proposals", **staff.proposal())
    assert f"{PROPOSALS}#{number}" in Page(second.get("/app/").text).links
    assert f'id="{number}"' in second.get(PROPOSALS).text
    approve = 'action="/app/proposals/approvals"'
    assert approve in second.get(PROPOSALS).text
    assert approve not in finance.get(PROPOSALS).text
    assert "another person approves it" in Page(finance.get(PROPOSALS).text).text


def of_terms(**changed: str) -> dict[str, str]:
    """The form of terms as a person fills it in: Hefei bets with Acme, and is a party, too."""
    found = {
        "rows": "2", "does": "propose", "sponsor": "HEFEI", "pool_minor": "1,000.00", "expected_value_minor": "500.00",
        "reporter_post": "2", "arbiter_post": "3", "periods": "1", "period_seconds": "30", "report_seconds": "2",
        "dispute_seconds": "1", "ruling_seconds": "1",
    }  # fmt: skip
    for row, party, part in ((1, "ACME", "60"), (2, "HEFEI", "40")):
        found |= {
            f"party-{row}": party, f"stake_minor-{row}": "100.00", f"share_bps-{row}": part, f"tolerance_bps-{row}": "5",
            f"slope_bps-{row}": "100", f"cap_bps-{row}": "50", f"metric-{row}": "101", f"floor-{row}": "10",
            f"base-{row}": "0", f"stretch-{row}": "0", f"expected-{row}": "1",
        }  # fmt: skip
    return {**found, **changed}


def dates(staff: Staff, browser: Any) -> dict[str, str]:
    """Dates that the page fills in at first."""
    text = browser.get("/app/bets/terms/new").text
    return {
        name: text.split(f'name="{name}"')[1].split('value="')[1].split('"')[0] for name in ("sign_by", "start")
    }  # fmt: skip


def test_terms_are_proposed_by_a_form_agreed_to_by_others_and_proposed_on_chain(
    staff: Staff,
) -> None:
    finance = signed_in(staff.house, staff.tokens["finance"])
    sent = of_terms(**dates(staff, finance))
    sound = finance.post("/app/bets/terms/new", **{**sent, "key": "t-1", "does": "check"})
    assert "No rule refuses it. Nothing was written." in Page(sound.text).text
    uneven = finance.post("/app/bets/terms/new", **{**sent, "key": "t-2", "share_bps-1": "70"})
    assert uneven.status_code == 409
    assert "11000" in Page(uneven.text).text
    assert 'value="70"' in uneven.text
    made = finance.post("/app/bets/terms/new", **{**sent, "key": "t-3"})
    path = made.url.path
    number = path.rpartition("/")[2]
    assert number.startswith("BTP-")
    target = staff.get("finance", f"/bets/terms/{number}").json()["pledges"][0]["targets"][0]
    assert (target["metric"], target["floor"], target["expected"]) == (101, 10, 1)
    own = finance.post(path, key="t-4", does="approve", party="HEFEI")
    assert own.status_code == 409  # of its proposer
    assert 'role="alert"' in at_form(own.text, "approve")
    second = signed_in(staff.house, staff.tokens["finance-2"])
    assert "✓ Made: " in Page(second.post(path, key="t-5", does="approve", party="HEFEI").text).text
    rival = signed_in(staff.house, staff.tokens["rival"])
    assert rival.get(path).status_code == 404
    acme, hefei = (signed_in(staff.house, staff.tokens[who]) for who in ("acme", "hefei"))
    assert "Propose the bet" not in hefei.get(path).text
    acme.post(path, key="t-6", does="approve", party="ACME")
    assert "Propose the bet" in hefei.get(path).text
    assert "Propose the bet" not in acme.get(path).text
    assert hefei.post(path, key="t-7", does="propose-bet").url.path.startswith("/app/acts/")
    assert asked(staff, "hefei") == [("propose_bet", {"bet_terms": number})]


def test_terms_are_withdrawn_by_their_sponsor_alone(staff: Staff) -> None:
    finance = signed_in(staff.house, staff.tokens["finance"])
    made = finance.post("/app/bets/terms/new", key="w-1", **of_terms(**dates(staff, finance)))
    path = made.url.path
    assert "Withdraw the terms" not in signed_in(staff.house, staff.tokens["acme"]).get(path).text
    hefei = signed_in(staff.house, staff.tokens["hefei"])
    page = hefei.post(path, key="w-2", does="withdraw", reason="the season is over")
    assert "✓ Made: " in Page(page.text).text
    assert "Withdraw the terms" not in hefei.get(path).text


def test_the_form_of_a_groups_bet_knows_its_members(grabbed: Staff) -> None:
    form_first(grabbed.house)
    hefei = signed_in(grabbed.house, grabbed.tokens["hefei"])
    page = hefei.get("/app/bets/terms/new?group=GRP-2026-00001").text
    for value in ("GRP-2026-00001", "HEFEI", "ACME"):
        assert f'value="{value}"' in page
    rows = hefei.post("/app/bets/terms/new", key="g-1", **of_terms(does="more")).text
    assert 'name="party-3"' in rows


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_with_forms_are_whole_in_both_languages(grabbed: Staff, language: str) -> None:
    house = grabbed.house
    house.clock.now += of_groups.GRAB
    number = grabbed.made("finance", "/bet-terms", **_terms(grabbed))
    for who in ("hefei", "acme", "finance", "service"):
        for path in (GROUP, PROPOSALS, "/app/bets/terms/new", f"/app/bets/terms/{number}"):
            looked_at(house, grabbed.tokens[who], path, language)
    assert (
        "Choose a candidate" not in signed_in(house, grabbed.tokens["hefei"], "zh").get(GROUP).text
    )


def _terms(staff: Staff) -> dict[str, Any]:
    parties = told.member("ACME", 6_000), told.member("HEFEI", 4_000)
    made = told.terms_at(
        staff.house.clock.now,
        *parties,
        sponsor="HEFEI",
        pool_minor=PAY,
        expected_value_minor=PAY // 2,
    )
    return made.model_dump(mode="json")
