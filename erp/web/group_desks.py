"""What a person may do at the page of a chain group now, form by form: by state, time, and whom the person speaks for."""

from __future__ import annotations

from dataclasses import dataclass

from erp.api.routes import signing, work
from erp.api.routes.boards import CockpitView
from erp.api.routes.groups import CandidateView, GroupPage, GroupView, MemberView
from erp.api.sides import is_outside
from erp.api.writes import Write
from erp.bets.rules import BetStatus
from erp.groups.rules import GroupStatus
from erp.kernel.roles import PARTNERS
from erp.web.act_links import ASK
from erp.web.desks import Desk, Entry
from erp.web.formats import money
from erp.web.reading import Reading
from erp.web.texts import Texts
from erp.web.writing import may_tell
from erp.work.schemas import ReachMilestone

CHOOSE, REJECT, OPEN_PLAN, BIND = "choose", "reject", "open-plan", "bind-bet"
RESIGN, CONSENT, MILESTONE = "resign", "consent", "milestone"
GRAB = "grab_role"
PLANS = 64  # acts of the reader's party among which its plans are looked for
MILESTONE_WRITE: Write[ReachMilestone] = next(
    w for w in work.ROUTES.writes if w.command is ReachMilestone
)
CANDIDATE = "Role {number}: {party}, which pledges {pledge}"
HOLDER = "Role {number}: {party}"
ROUND = "Role {number}, round {round}"
GRABS = "Nodes grab roles until {when}; each signs its grab with its own key."
CHOICE = (
    "The leader {party} chooses among the candidates until {when}. "
    "Who does not choose leaves each role to whoever leads."
)
FORMS = (
    "The group forms by itself in a moment, or dissolves when its roles or promises do not suffice."
)
BETS = (
    "The leader {party} proposes a bet, each member signs it, and the leader binds it until {when}."
)
BINDS = "The leader {party} binds the bet that all have signed."
WORKS = "The holders do the work until {when}; what they earn is paid as it is reported."
REPORTS = "The reporter tells what was earned until {when}. Then the group closes by itself, and the statement is complete."
CLOSED = "The group is closed and paid: the statement says who added and who got what."
CHOOSE_HINT = (
    "Who does not choose leaves the role to whoever leads. Your own key signs it on the next page."
)
SAYS = (
    CANDIDATE, HOLDER, ROUND,
    "Choose a candidate", "Choose", CHOOSE_HINT,
    "Reject a candidate", "Reject", "Its stake is free at once, and it cannot grab the role again.", "Candidate",
    "Open your plan", "Open the plan", "The leader reads it from then on. Until you open it nobody else does.", "Plan",
    "Bind the bet to the group", "Bind", "All members have signed it. The group cannot bind another one afterwards.",
    "Give up your role", "Give up", "The role opens to grabs anew, and you cannot grab it again.",
    "End the group early", "Send", "The work ends once the leader and every holder agree. Until then you may take it back.",
    "I speak for", "Leader of the group", "Answer", "I agree", "I take it back",
    "Say that a step is done", "Say it", "The reporter tells the chain, and the holder is paid at once.",
    "Earned in all by now, %", "What was done", "Whose work",
    GRABS, CHOICE, FORMS, BETS, BINDS, WORKS, REPORTS, CLOSED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next, and for whom: an English text with its facts."""

    text: str
    party: str = ""
    until: int | None = None


def next_of(group: GroupView, now: int, bet: str | None, bet_due_at: int | None) -> Next | None:
    """What a group waits for; None once it is dissolved. `bet`: the status of the bet that it has, where it has one."""
    if group.status == GroupStatus.OPEN:
        return _while_open(group, now)
    if group.status == GroupStatus.FORMED:
        return _while_formed(group, now, bet, bet_due_at)
    return None if group.status == GroupStatus.DISSOLVED else Next(CLOSED)


def _while_open(group: GroupView, now: int) -> Next:
    if now < group.grab_end:
        return Next(GRABS, until=group.grab_end)
    if now < group.select_end:
        return Next(CHOICE, group.leader, group.select_end)
    return Next(FORMS)


def _while_formed(group: GroupView, now: int, bet: str | None, bet_due_at: int | None) -> Next:
    if group.bet_id is None and bet == BetStatus.ACTIVE and now < group.work_end:
        return Next(BINDS, group.leader)
    if group.bet_id is None and bet_due_at and now < bet_due_at:
        return Next(BETS, group.leader, bet_due_at)
    if now < group.work_end:
        return Next(WORKS, until=group.work_end)
    return Next(REPORTS, until=group.report_end)


def desks_of(
    reading: Reading, found: GroupPage, board: CockpitView | None, active_bet: int | None, say: Texts
) -> list[Desk]:  # fmt: skip
    """The forms that the reader is offered. `active_bet`: of this group, signed by all."""
    now, party = reading.context.clock(), reading.caller.party
    desks: list[Desk] = []
    if party is not None and may_tell(reading.caller, ASK):
        if party == found.group.leader:
            desks += _of_the_leader(found, now, active_bet, say)
        desks += _of_a_node(reading, found, party, now, say)
    if _says_what_is_done(reading, found.group):
        desks += _milestone(found, board, now, say)
    return desks


def candidates_now(found: GroupPage, now: int) -> list[CandidateView]:
    """Those whom the leader may choose or reject now: of the present round of each role that is not decided."""
    group = found.group
    if group.status == GroupStatus.OPEN and not group.grab_end <= now < group.select_end:
        return []
    if group.status not in (GroupStatus.OPEN, GroupStatus.FORMED):
        return []
    rounds = {role.role_id: role.round for role in found.roles}
    held = {each.role_id for each in _sitting(found)}
    return [
        each for each in found.candidates
        if not each.rejected and rounds.get(each.role_id) == each.round and each.role_id not in held
    ]  # fmt: skip


def _sitting(found: GroupPage) -> list[MemberView]:
    return [each for each in found.members if each.until is None]


def _of_the_leader(found: GroupPage, now: int, active_bet: int | None, say: Texts) -> list[Desk]:
    group, desks = found.group, []
    stand = tuple(
        (
            f"{each.role_id} {each.party}",
            say(CANDIDATE, number=each.role_id, party=each.party, pledge=_pledge(each)),
        )
        for each in candidates_now(found, now)
    )  # fmt: skip
    if stand:
        entry = (Entry("candidate", "Candidate", "choice", stand[0][0], stand),)
        desks += [
            Desk(
                CHOOSE, "Choose a candidate", "Choose",
                "Who does not choose leaves the role to whoever leads. Your own key signs it on the next page.", entry,
            ),
            Desk(
                REJECT, "Reject a candidate", "Reject", "Its stake is free at once, and it cannot grab the role again.",
                entry, folded=True,
            ),
        ]  # fmt: skip
    works = group.status == GroupStatus.FORMED and now < group.work_end
    if works and group.bet_id is None and active_bet is not None:
        desks.append(
            Desk(
                BIND, "Bind the bet to the group", "Bind",
                "All members have signed it. The group cannot bind another one afterwards.",
                hidden=(("bet", str(active_bet)),),
            )
        )  # fmt: skip
    return desks


def _pledge(each: CandidateView) -> str:
    return "—" if each.pledge is None else money(int(each.pledge))


def _of_a_node(reading: Reading, found: GroupPage, party: str, now: int, say: Texts) -> list[Desk]:
    group, desks = found.group, []
    plans = _plans(reading, found, party, now)
    if plans:
        choices = tuple(
            (f"{each.role_id} {each.round} {plan}", say(ROUND, number=each.role_id, round=each.round) + f" · {plan}")
            for each, plan in plans
        )  # fmt: skip
        desks.append(
            Desk(
                OPEN_PLAN, "Open your plan", "Open the plan",
                "The leader reads it from then on. Until you open it nobody else does.",
                (Entry("plan", "Plan", "choice", choices[0][0], choices),),
            )
        )  # fmt: skip
    own = [each for each in _sitting(found) if each.party == party]
    if group.status != GroupStatus.FORMED or now >= group.work_end or not own:
        return desks
    seats = tuple(
        (
            str(each.role_id),
            say("Leader of the group") if each.role_id == 0 else say(HOLDER, number=each.role_id, party=party),
        )
        for each in own
    )  # fmt: skip
    answers = (("yes", say("I agree")), ("no", say("I take it back")))
    desks.append(
        Desk(
            CONSENT, "End the group early", "Send",
            "The work ends once the leader and every holder agree. Until then you may take it back.",
            (
                Entry("role", "I speak for", "choice", seats[0][0], seats),
                Entry("consents", "Answer", "choice", "no" if own[0].consents_to_end else "yes", answers),
            ),
            folded=True,
        )
    )  # fmt: skip
    roles = tuple(each for each in seats if each[0] != "0")
    if roles:
        desks.append(
            Desk(
                RESIGN, "Give up your role", "Give up", "The role opens to grabs anew, and you cannot grab it again.",
                (Entry("role", "Whose work", "choice", roles[0][0], roles),), folded=True,
            )
        )  # fmt: skip
    return desks


def _plans(
    reading: Reading, found: GroupPage, party: str, now: int
) -> list[tuple[CandidateView, str]]:
    """The party's grabs whose plans are kept here and still closed, each with the plan that its act named."""
    closed = [each for each in found.candidates if each.party == party and each.plan_hash is None]
    if not closed or now < found.group.grab_end:
        return []
    acts = reading.read(
        "/act-requests", signing.list_act_requests, reading.context, reading.caller, limit=PLANS
    ).items
    named = {
        (each.fields or {}).get("role_id"): str((each.fields or {}).get("plan", ""))
        for each in acts
        if each.act == GRAB and (each.fields or {}).get("group_id") == found.group.group_id
    }
    return [
        (each, named[each.role_id]) for each in closed if named.get(each.role_id, "").startswith("RPL-")
    ]  # fmt: skip


def _says_what_is_done(reading: Reading, group: GroupView) -> bool:
    """Whether the reader says for the leader that something is earned: a partner for itself, finance for the house."""
    if not may_tell(reading.caller, MILESTONE_WRITE):
        return False
    if reading.caller.role in PARTNERS:
        return reading.caller.party == group.leader
    with reading.context.reading() as session:
        return not is_outside(session, group.leader)


def _milestone(found: GroupPage, board: CockpitView | None, now: int, say: Texts) -> list[Desk]:
    """`board`: finance of the leader is told there who holds a role, and not among members, which are not its own."""
    holders = {each.role_id: each.party for each in _sitting(found) if each.role_id != 0}
    for line in () if board is None else board.roles:
        if not line.vacant and line.party:
            holders[line.role_id] = line.party
    held = tuple(
        (str(role), say(HOLDER, number=role, party=party))
        for role, party in sorted(holders.items())
    )
    if found.group.status != GroupStatus.FORMED or now >= found.group.report_end or not held:
        return []
    return [
        Desk(
            MILESTONE, "Say that a step is done", "Say it",
            "The reporter tells the chain, and the holder is paid at once.",
            (
                Entry("role", "Whose work", "choice", held[0][0], held),
                Entry("earned", "Earned in all by now, %", "number"),
                Entry("text", "What was done", "long"),
            ),
        )
    ]  # fmt: skip
