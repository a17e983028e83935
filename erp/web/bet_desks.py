"""What a person may do at the pages of a bet and of its terms now, form by form."""

from __future__ import annotations

from erp.api.routes import bet_terms
from erp.api.routes.bet_progress import BetProgressView
from erp.api.routes.bet_terms import TermsPage
from erp.api.routes.bets import BetView
from erp.api.sides import decides, is_outside
from erp.api.writes import Write
from erp.bets.rules import BetStatus
from erp.bets.terms_rules import BetTermsStatus
from erp.bets.terms_schemas import ApproveBetTerms, WithdrawBetTerms
from erp.boards.bet_progress import ReportState
from erp.kernel.roles import PARTNERS
from erp.web.act_links import ASK
from erp.web.desks import Desk, Entry
from erp.web.group_desks import Next
from erp.web.reading import Reading
from erp.web.texts import Texts
from erp.web.writing import may_tell

APPROVE, WITHDRAW, PROPOSE, SIGN, DISPUTE = (
    "approve",
    "withdraw",
    "propose-bet",
    "sign-bet",
    "dispute",
)
APPROVE_WRITE: Write[ApproveBetTerms] = next(
    w for w in bet_terms.ROUTES.writes if w.command is ApproveBetTerms
)
WITHDRAW_WRITE: Write[WithdrawBetTerms] = next(
    w for w in bet_terms.ROUTES.writes if w.command is WithdrawBetTerms
)
REPORT = "{party}, period {number}"
SAYS = (
    REPORT,
    "Agree to the terms", "Agree", "For whom",
    "What the bet can cost the party is set aside in its budget. Whoever proposed the terms does not agree to them.",
    "Withdraw the terms", "Withdraw", "Reason",
    "Nothing stands on them yet: what was set aside is free again.",
    "Propose the bet", "The pool leaves the sponsor's wallet with your signature on the next page.",
    "Sign the bet", "Go on to signing",
    "Your stake leaves your wallet with your signature; what you promise stands on the next page in words.",
    "Dispute a report", "Dispute", "Which report",
    "The arbiter rules then. Without a ruling in time the report stands.",
    "Those whom the bet can cost something agree to its terms.",
    "The sponsor {party} proposes the bet with its own key.",
    "A bet stands on these terms.",
    "Each party signs until {when}. Without all of them the bet is void, and what was paid in returns.",
    "The bet runs; reports follow each period by themselves, and shares and stakes are paid when it is settled.",
    "The bet is settled: each party has its stake and its share.",
)  # fmt: skip


def terms_desks(reading: Reading, found: TermsPage) -> list[Desk]:
    """The forms of the page of terms."""
    desks, terms, caller = [], found.terms, reading.caller
    if terms.status == BetTermsStatus.PROPOSED and may_tell(caller, APPROVE_WRITE):
        waiting = [each.party for each in found.approvals if each.approval is None]
        own = tuple((code, code) for code in waiting if _decides(reading, code))
        if own:
            desks.append(
                Desk(
                    APPROVE, "Agree to the terms", "Agree",
                    "What the bet can cost the party is set aside in its budget. Whoever proposed the terms does not agree "
                    "to them.",
                    (Entry("party", "For whom", "choice", own[0][0], own),),
                )
            )  # fmt: skip
    sponsors = may_tell(caller, ASK) and caller.party == terms.sponsor
    if terms.status == BetTermsStatus.APPROVED and sponsors:
        desks.append(
            Desk(
                PROPOSE, "Propose the bet", "Go on to signing",
                "The pool leaves the sponsor's wallet with your signature on the next page.",
            )
        )  # fmt: skip
    withdrawable = terms.status in (BetTermsStatus.PROPOSED, BetTermsStatus.APPROVED)
    if withdrawable and may_tell(caller, WITHDRAW_WRITE) and _speaks(reading, terms.sponsor):
        desks.append(
            Desk(
                WITHDRAW, "Withdraw the terms", "Withdraw",
                "Nothing stands on them yet: what was set aside is free again.",
                (Entry("reason", "Reason"),), folded=True,
            )
        )  # fmt: skip
    return desks


def bet_desks(
    reading: Reading, bet: BetView, unsigned: list[str], progress: BetProgressView, say: Texts
) -> list[Desk]:
    """The forms of the page of a bet."""
    caller, desks = reading.caller, []
    if caller.party is None or not may_tell(caller, ASK):
        return []
    in_time = reading.context.clock() < bet.sign_by
    if bet.status == BetStatus.PROPOSED and in_time and caller.party in unsigned:
        desks.append(
            Desk(
                SIGN, "Sign the bet", "Go on to signing",
                "Your stake leaves your wallet with your signature; what you promise stands on the next page in words.",
            )
        )  # fmt: skip
    reported = tuple(
        (f"{period.period} {party.party}", say(REPORT, party=party.party, number=period.period))
        for party in progress.parties
        for period in party.periods
        if period.state == ReportState.REPORTED
    )
    takes_part = caller.party == bet.sponsor or caller.party in {
        each.party for each in progress.parties
    }
    if bet.status == BetStatus.ACTIVE and reported and takes_part:
        desks.append(
            Desk(
                DISPUTE, "Dispute a report", "Dispute",
                "The arbiter rules then. Without a ruling in time the report stands.",
                (Entry("report", "Which report", "choice", reported[0][0], reported),), folded=True,
            )
        )  # fmt: skip
    return desks


def next_of_terms(found: TermsPage) -> Next | None:
    """What terms wait for, and of whom."""
    status = found.terms.status
    if status == BetTermsStatus.PROPOSED:
        return Next("Those whom the bet can cost something agree to its terms.")
    if status == BetTermsStatus.APPROVED:
        return Next("The sponsor {party} proposes the bet with its own key.", found.terms.sponsor)
    return Next("A bet stands on these terms.") if status == BetTermsStatus.STANDING else None


def next_of_bet(bet: BetView) -> Next | None:
    """What a bet waits for, and of whom."""
    if bet.status == BetStatus.PROPOSED:
        said = "Each party signs until {when}. Without all of them the bet is void, and what was paid in returns."
        return Next(said, until=bet.sign_by)
    if bet.status == BetStatus.ACTIVE:
        return Next(
            "The bet runs; reports follow each period by themselves, and shares and stakes are paid when it is settled."
        )
    if bet.status == BetStatus.SETTLED:
        return Next("The bet is settled: each party has its stake and its share.")
    return None


def _decides(reading: Reading, code: str) -> bool:
    """Whether the reader agrees for a party: finance for one of the house, a partner for itself."""
    if reading.caller.role in PARTNERS and reading.caller.party != code:
        return False
    with reading.context.reading() as session:
        return decides(session, reading.caller, code)


def _speaks(reading: Reading, code: str) -> bool:
    """Whether the reader proposes for a party: a partner for itself, finance for the house."""
    if reading.caller.role in PARTNERS:
        return reading.caller.party == code
    with reading.context.reading() as session:
        return not is_outside(session, code)
