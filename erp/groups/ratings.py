"""Operations of what users say of holders of roles, and members of each other. Never commit."""

from __future__ import annotations

from collections.abc import Iterator

from erp.groups import queries, rules
from erp.groups.errors import AlreadyCounted, AlreadySealed, NotAMember
from erp.groups.pay import holder_of
from erp.groups.ratings_schemas import (
    RecordFeedbackOutcome,
    RecordPeerOutcome,
    RecordPeerRating,
    RecordPeerRatingSeal,
    RecordReviewAttestation,
)
from erp.groups.rules import GroupStatus
from erp.groups.standing import expect
from erp.groups.tables import ChainGroup, PeerSeal, PeerTally
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from erp.needs import public as needs
from erp.needs.rules import NeedSource
from erp.needs.schemas import RaiseNeed
from erp.parties.queries import party_of


def record_review_attestation(context: Context, command: RecordReviewAttestation) -> Fields:
    """Adds what a user says of a holder to the sums of its round, and tells whether they fell below the role's mark."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    expect(group, GroupStatus.FORMED)
    role = queries.role(rows, group.code, command.role_id)
    filling = queries.round_of(rows, group.code, role.role_id, command.round)
    holder = party_of(rows, command.holder).code
    agree(
        "Review",
        f"of role {role.role_id} of {group.code}",
        holder=(holder, holder_of(filling)),
        ended=(False, filling.ended_at is not None),
    )
    weight = int(filling.review_weight) + int(command.weight)
    weighted = int(filling.review_weighted) + int(command.weight) * command.score_bps
    filling.reviews += 1
    filling.review_weight, filling.review_weighted = str(weight), str(weighted)
    below = rules.is_below_mark(
        filling.reviews, weight, weighted, role.min_reviews, role.review_mark_bps
    )
    return {
        "chain_group": group.code,
        "party": holder,
        "mean_bps": rules.mean_down(weight, weighted),
        "reviews": filling.reviews,
        "below_mark": below,
    }


def after_review(context: Context, command: RecordReviewAttestation) -> Iterator[Command]:
    """A mean below the mark shows a need: somebody must do this role better. One at a time for each filling of it."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    role = queries.role(rows, group.code, command.role_id)
    filling = queries.round_of(rows, group.code, role.role_id, command.round)
    weight, weighted = int(filling.review_weight), int(filling.review_weighted)
    about = f"{group.code}/{role.role_id}/{filling.round}"
    if not rules.is_below_mark(
        filling.reviews, weight, weighted, role.min_reviews, role.review_mark_bps
    ):
        return
    if not needs.is_shown(rows, NeedSource.REVIEW, about):
        mean = rules.mean_down(weight, weighted)
        text = f"role {role.role_id} of {group.code}: reviews mean {mean}, its mark is {role.review_mark_bps} (of 10,000)"
        yield RaiseNeed(source=NeedSource.REVIEW, text=text, about=about)


def record_feedback_outcome(context: Context, command: RecordFeedbackOutcome) -> Fields:
    """What users said of a holder stands in its credit. Refused unless the outcome is the mean of its reviews."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    filling = queries.round_of(rows, group.code, command.role_id, command.round)
    holder = party_of(rows, command.holder).code
    what = f"of {holder} in round {filling.round} of role {filling.role_id} of {group.code}"
    if filling.feedback_recorded:
        raise AlreadyCounted(what)
    weight, weighted = int(filling.review_weight), int(filling.review_weighted)
    agree(
        "Feedback",
        what,
        holder=(holder, holder_of(filling)),
        outcome_bps=(command.outcome_bps, rules.mean_down(weight, weighted) if weight else -1),
        weight_within=(int(command.weight) <= weight, True),
    )
    filling.feedback_recorded = True
    return {"chain_group": group.code, "party": holder}


def record_peer_rating_seal(context: Context, command: RecordPeerRatingSeal) -> Fields:
    """Keeps the commitment of a member to its ratings. Refused the second time, and of whoever never was a member."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    expect(group, GroupStatus.SETTLED)
    rater = _member(rows, group, command.rater)
    if rows.get(PeerSeal, group.code, rater) is not None:
        raise AlreadySealed(f"of {rater} in {group.code}")
    rows.add(
        PeerSeal,
        chain_group=group.code,
        rater=rater,
        commitment=command.commitment,
        credit_bps=command.credit_bps,
    )
    return {"chain_group": group.code, "party": rater}


def record_peer_rating(context: Context, command: RecordPeerRating) -> Fields:
    """Adds an opened rating to the sums of the rated member, when it counts."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    rater, rated = _member(rows, group, command.rater), _member(rows, group, command.rated)
    seal = rows.get(PeerSeal, group.code, rater)
    if seal is None:
        raise NotAMember(f"{rater} with sealed ratings in {group.code}")
    seal.ratings += 1
    tally = rows.get(PeerTally, group.code, rated) or rows.add(
        PeerTally, chain_group=group.code, member=rated
    )
    counts = command.weight > 0
    if counts and tally.ratings == 0:
        tally.centre_bps = command.centre_bps
    agree(
        "Rating",
        f"of {rated} by {rater} in {group.code}",
        centre_bps=(command.centre_bps, tally.centre_bps),
        weighted=(command.weighted, command.weighted if counts else 0),
    )
    tally.ratings += counts
    tally.weight += command.weight
    tally.weighted += command.weighted
    return {
        "chain_group": group.code,
        "party": rater,
        "rated_code": rated,
        "first": counts and tally.ratings == 1,
    }


def record_peer_outcome(context: Context, command: RecordPeerOutcome) -> Fields:
    """What its peers said of a member stands in its credit. Refused unless it follows from their ratings."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    member = _member(rows, group, command.member)
    what = f"of {member} in {group.code}"
    tally = rows.get(PeerTally, group.code, member)
    if tally is None:
        raise NotAMember(f"{member} who was rated in {group.code}")
    if tally.recorded:
        raise AlreadyCounted(what)
    agree(
        "Outcome",
        what,
        ratings=(command.ratings, tally.ratings),
        outcome_bps=(
            command.outcome_bps,
            rules.peer_outcome(tally.centre_bps, tally.weighted, tally.weight),
        ),
    )
    tally.recorded = True
    return {"chain_group": group.code, "party": member}


def _member(rows: Rows, group: ChainGroup, account: str) -> str:
    """The party with an account, when it is or was a member of the group. Raises NotAMember."""
    code = party_of(rows, account).code
    if not any(each.party == code for each in queries.memberships(rows, group.code)):
        raise NotAMember(f"{code} of {group.code}")
    return code
