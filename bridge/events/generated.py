"""One class for each event of the shipped ABIs. Written by `make artifacts` from the contracts' interfaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from bridge.events.base import Event


@dataclass(frozen=True, slots=True)
class AccountRecovered(Event):
    """The successor took the account."""

    AGGREGATE: ClassVar[str] = "firm"
    previous_owner: str
    owner: str
    registrar: str


@dataclass(frozen=True, slots=True)
class Approval(Event):
    """An account let another spend its tokens."""

    AGGREGATE: ClassVar[str] = "allowance:{owner}:{spender}"
    owner: str
    spender: str
    value: int


@dataclass(frozen=True, slots=True)
class ApprovalForAll(Event):
    """An account let another move its machine-minutes."""

    AGGREGATE: ClassVar[str] = "allowance:{account}:{operator}"
    account: str
    operator: str
    approved: bool


@dataclass(frozen=True, slots=True)
class BetActivated(Event):
    """All parties had signed in time, so the bet binds."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bet_id: int
    parties: int


@dataclass(frozen=True, slots=True)
class BetAmendmentAgreed(Event):
    """All had signed an amendment, so it binds."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bet_id: int
    amendment_id: int
    leaver: str
    newcomer: str
    from_period: int
    periods: int
    start: int
    staked: int
    weight: int


@dataclass(frozen=True, slots=True)
class BetAmendmentProposed(Event):
    """A party or the sponsor proposed what a bet becomes from a period on."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bets: str
    bet_id: int
    proposer: str
    amendment_id: int
    parties_root: str
    terms_ref: str
    leaver: str
    newcomer: str
    start: int
    periods: int
    from_period: int
    sign_by: int
    change_hash: str


@dataclass(frozen=True, slots=True)
class BetAmendmentSigned(Event):
    """A party or the newcomer signed an amendment with its own terms; the newcomer paid in its stake."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bets: str
    bet_id: int
    party: str
    amendment_id: int
    account: str
    stake: int
    share_bps: int
    tolerance_bps: int
    slope_bps: int
    cap_bps: int
    targets: tuple[tuple[Any, ...], ...]
    signed: int


@dataclass(frozen=True, slots=True)
class BetDisputeWithdrawn(Event):
    """A dispute was taken back: what was reported stands, or that nothing was."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bet_id: int
    subject: str
    disputant: str
    period: int


@dataclass(frozen=True, slots=True)
class BetEndSigned(Event):
    """A party or the sponsor agreed that the bet is over, until `endBy`."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bets: str
    bet_id: int
    account: str
    round: int
    signed: int
    end_by: int


@dataclass(frozen=True, slots=True)
class BetLeaveGranted(Event):
    """Who is to leave agreed to it, or the arbiter did in its stead."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bets: str
    bet_id: int
    leaver: str
    amendment_id: int
    by: str
    reason_ref: str


@dataclass(frozen=True, slots=True)
class BetPayoutWithdrawn(Event):
    """A party took its stake less its penalty, and its share."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bet_id: int
    party: str
    stake: int
    penalty: int
    share: int
    paid: int
    outcome_bps: int


@dataclass(frozen=True, slots=True)
class BetPoolToppedUp(Event):
    """Somebody paid more into the pool of a running bet."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bet_id: int
    payer: str
    amount: int
    value_pool: int


@dataclass(frozen=True, slots=True)
class BetProposed(Event):
    """A sponsor proposed a bet with its terms."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bet_id: int
    sponsor: str
    terms_ref: str
    group_id: int
    parties_root: str
    region: str
    reporter_post: int
    arbiter_post: int
    sign_by: int
    start: int
    party_count: int
    report_seconds: int
    dispute_seconds: int
    ruling_seconds: int
    value_pool: int
    index_baseline: int
    index_elasticity_bps: int
    index_max_up_bps: int
    index_max_down_bps: int
    periods: int
    period_seconds: int
    terms_hash: str


@dataclass(frozen=True, slots=True)
class BetRemainderWithdrawn(Event):
    """The sponsor took what no party was entitled to."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bet_id: int
    sponsor: str
    amount: int


@dataclass(frozen=True, slots=True)
class BetReportDisputed(Event):
    """A party or the sponsor disputed a report, or that there is none."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bet_id: int
    subject: str
    disputant: str
    period: int
    reason_ref: str
    rule_by: int


@dataclass(frozen=True, slots=True)
class BetReported(Event):
    """The reporter reported what a party did in a period, or the arbiter ruled it (`ruled`)."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bet_id: int
    subject: str
    evidence_ref: str
    period: int
    ruled: bool
    values: tuple[int, ...]
    kept_bps: int
    shortfall_bps: int
    attainment_bps: int
    factor_bps: int
    penalty: int
    contribution: int
    penalties: int
    weight: int
    value_added: int


@dataclass(frozen=True, slots=True)
class BetRoundingReturned(Event):
    """What rounding left over went to the sponsor."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bet_id: int
    sponsor: str
    amount: int


@dataclass(frozen=True, slots=True)
class BetSettled(Event):
    """Penalties and the value to share were fixed for all parties."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bet_id: int
    sponsor: str
    value_added: int
    penalties: int
    weight: int
    remainder: int
    by_consent: bool


@dataclass(frozen=True, slots=True)
class BetSigned(Event):
    """A party signed a bet and paid in its stake."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bet_id: int
    party: str
    account: str
    stake: int
    share_bps: int
    tolerance_bps: int
    slope_bps: int
    cap_bps: int
    targets: tuple[tuple[Any, ...], ...]
    signed: int
    staked: int
    weight: int


@dataclass(frozen=True, slots=True)
class BetStakeReturned(Event):
    """A party got its stake back from a void bet."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bet_id: int
    party: str
    stake: int


@dataclass(frozen=True, slots=True)
class BetVoided(Event):
    """Not everybody signed a bet in time, so it ended."""

    AGGREGATE: ClassVar[str] = "bet:{bet_id}"
    bet_id: int
    sponsor: str
    signed: int
    remainder: int


@dataclass(frozen=True, slots=True)
class BidCommitted(Event):
    """A supplier committed to a sealed bid and paid in its bond."""

    AGGREGATE: ClassVar[str] = "tender:{tender_id}"
    tender_id: int
    supplier: str
    index: int
    commitment: str
    bond: int
    credit_bps: int


@dataclass(frozen=True, slots=True)
class BidDisqualified(Event):
    """A revealed bid was struck in the review for a committed reason."""

    AGGREGATE: ClassVar[str] = "tender:{tender_id}"
    tender_id: int
    supplier: str
    reason_ref: str


@dataclass(frozen=True, slots=True)
class BidRanked(Event):
    """A revealed bid competes again after a bid of rank was struck."""

    AGGREGATE: ClassVar[str] = "tender:{tender_id}"
    tender_id: int
    supplier: str
    leader: str
    runner_up: str


@dataclass(frozen=True, slots=True)
class BidRevealed(Event):
    """A supplier revealed its bid and got its bond back."""

    AGGREGATE: ClassVar[str] = "tender:{tender_id}"
    tender_id: int
    supplier: str
    amount: int
    bond_returned: int
    within_ceiling: bool
    offered_days: int
    score: int


@dataclass(frozen=True, slots=True)
class BondForfeited(Event):
    """The bond of a bid that was never revealed went to the buyer."""

    AGGREGATE: ClassVar[str] = "tender:{tender_id}"
    tender_id: int
    supplier: str
    buyer: str
    bond: int


@dataclass(frozen=True, slots=True)
class BudgetReturned(Event):
    """The unearned budget went back to the leader."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    leader: str
    amount: int


@dataclass(frozen=True, slots=True)
class CallExecuted(Event):
    """The account made a call."""

    AGGREGATE: ClassVar[str] = "firm"
    target: str
    selector: str


@dataclass(frozen=True, slots=True)
class CandidateRejected(Event):
    """The leader rejected a candidate; `stood`: the role is empty until it selects another."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    role_id: int
    node: str
    round: int
    stood: bool


@dataclass(frozen=True, slots=True)
class CandidateSelected(Event):
    """The leader chose a node for a role."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    role_id: int
    node: str
    round: int
    pledge: int


@dataclass(frozen=True, slots=True)
class CapabilitiesAdded(Event):
    """A participant may do more from now on."""

    AGGREGATE: ClassVar[str] = "participant:{account}"
    account: str
    added: int
    capabilities: int


@dataclass(frozen=True, slots=True)
class CapacityAttested(Event):
    """A device's attester said how many minutes of a slot are free for others."""

    AGGREGATE: ClassVar[str] = "device:{device_id}"
    device_id: int
    slot_index: int
    attester_post: int
    attester: str
    attested: int
    issued: int
    evidence_ref: str


@dataclass(frozen=True, slots=True)
class CapacityBurned(Event):
    """Minutes that were redeemed, refunded or expired were burned."""

    AGGREGATE: ClassVar[str] = "capacity:{token_id}"
    token_id: int
    holder: str
    quantity: int


@dataclass(frozen=True, slots=True)
class CapacityExpired(Event):
    """Minutes that nobody redeemed in time were paid to the plant."""

    AGGREGATE: ClassVar[str] = "capacity:{token_id}"
    token_id: int
    holder: str
    plant: str
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class CapacityIssued(Event):
    """Sold minutes of a slot became tokens of their buyer."""

    AGGREGATE: ClassVar[str] = "capacity:{token_id}"
    token_id: int
    device_id: int
    buyer: str
    slot_index: int
    market: int
    price_per_minute: int
    quantity: int
    issued: int


@dataclass(frozen=True, slots=True)
class CapacityMarketNumbered(Event):
    """A market has this number in the ids of all tokens that it will issue."""

    AGGREGATE: ClassVar[str] = "market:{number}"
    number: int
    market: str


@dataclass(frozen=True, slots=True)
class CapacityOutcomeCounted(Event):
    """What a plant kept of a slot was counted in its credit; nothing was, when all of it is excused (weight zero)."""

    AGGREGATE: ClassVar[str] = "device:{device_id}"
    device_id: int
    slot_index: int
    plant: str
    quantity: int
    ran: int
    weight: int
    outcome_bps: int
    excused_days: int


@dataclass(frozen=True, slots=True)
class CapacityProceedsWithdrawn(Event):
    """An account was paid what the market owed it."""

    AGGREGATE: ClassVar[str] = "participant:{account}"
    account: str
    caller: str
    amount: int


@dataclass(frozen=True, slots=True)
class CapacityRedeemed(Event):
    """A holder asked for its minutes to be run."""

    AGGREGATE: ClassVar[str] = "redemption:{redemption_id}"
    redemption_id: int
    token_id: int
    holder: str
    plant: str
    quantity: int
    amount: int
    production_order_ref: str
    dispute_by: int


@dataclass(frozen=True, slots=True)
class CapacityRefunded(Event):
    """The price of minutes that cannot be had went back to their holder."""

    AGGREGATE: ClassVar[str] = "capacity:{token_id}"
    token_id: int
    holder: str
    plant: str
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class CapacitySaleClosed(Event):
    """A sale of minutes ended."""

    AGGREGATE: ClassVar[str] = "sale:{sale_id}"
    sale_id: int
    plant: str
    sold: int
    unsold: int


@dataclass(frozen=True, slots=True)
class CapacitySaleOpened(Event):
    """A plant offered minutes of a slot at a fixed or falling price."""

    AGGREGATE: ClassVar[str] = "sale:{sale_id}"
    sale_id: int
    device_id: int
    plant: str
    slot_index: int
    opens_at: int
    closes_at: int
    quantity: int
    start_price: int
    floor_price: int


@dataclass(frozen=True, slots=True)
class CapacitySold(Event):
    """A buyer bought minutes of a slot."""

    AGGREGATE: ClassVar[str] = "sale:{sale_id}"
    sale_id: int
    token_id: int
    buyer: str
    plant: str
    quantity: int
    price_per_minute: int
    amount: int


@dataclass(frozen=True, slots=True)
class ClaimIssued(Event):
    """A payable that is not yet due became a claim of its supplier."""

    AGGREGATE: ClassVar[str] = "claim:{claim_id}"
    claim_id: int
    supplier: str
    buyer: str
    order_id: int
    delivery_id: int
    amount: int
    due_at: int


@dataclass(frozen=True, slots=True)
class ClaimOffered(Event):
    """The holder of a claim offered it to a financier at a price."""

    AGGREGATE: ClassVar[str] = "claim:{claim_id}"
    claim_id: int
    holder: str
    financier: str
    amount: int
    price: int
    expires_at: int
    revision: int


@dataclass(frozen=True, slots=True)
class ClaimPaid(Event):
    """The buyer paid a claim to its holder."""

    AGGREGATE: ClassVar[str] = "claim:{claim_id}"
    claim_id: int
    holder: str
    buyer: str
    amount: int


@dataclass(frozen=True, slots=True)
class ClaimSold(Event):
    """A financier bought a claim."""

    AGGREGATE: ClassVar[str] = "claim:{claim_id}"
    claim_id: int
    seller: str
    financier: str
    amount: int
    price: int
    revision: int


@dataclass(frozen=True, slots=True)
class ClaimSplit(Event):
    """A part of a claim became a claim of its own."""

    AGGREGATE: ClassVar[str] = "claim:{claim_id}"
    claim_id: int
    part_id: int
    holder: str
    remaining: int
    part: int
    revision: int


@dataclass(frozen=True, slots=True)
class ClaimTransferred(Event):
    """A claim was handed on to another holder."""

    AGGREGATE: ClassVar[str] = "claim:{claim_id}"
    claim_id: int
    from_: str
    to: str
    amount: int
    revision: int


@dataclass(frozen=True, slots=True)
class ComponentRecorded(Event):
    """An outcome beyond orders was counted: of a bet or of capacity, of peers or of users."""

    AGGREGATE: ClassVar[str] = "credit:{account}"
    account: str
    scorer: str
    subject_id: int
    component: int
    value: int
    outcome_bps: int
    score_bps: int


@dataclass(frozen=True, slots=True)
class ContractOfficesSealed(Event):
    """From now on grants of sealed offices are announced."""

    AGGREGATE: ClassVar[str] = "offices"
    admin: str


@dataclass(frozen=True, slots=True)
class CreditCarriedOver(Event):
    """What the predecessor knew of an account in one component was carried over."""

    AGGREGATE: ClassVar[str] = "credit:{account}"
    account: str
    predecessor: str
    component: int
    value: int
    weighted: int
    outcomes: int


@dataclass(frozen=True, slots=True)
class CreditRecorded(Event):
    """A kept or broken promise of an order was counted."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    account: str
    scorer: str
    order_id: int
    delivery_id: int
    value: int
    delivery_bps: int
    quality_bps: int
    score_bps: int


@dataclass(frozen=True, slots=True)
class DefaultAdminDelayChangeCanceled(Event):
    """The wait before a succession stays as it is."""

    AGGREGATE: ClassVar[str] = "admin"


@dataclass(frozen=True, slots=True)
class DefaultAdminDelayChangeScheduled(Event):
    """The wait before a succession will change."""

    AGGREGATE: ClassVar[str] = "admin"
    new_delay: int
    effect_schedule: int


@dataclass(frozen=True, slots=True)
class DefaultAdminTransferCanceled(Event):
    """The administrator took its successor's name back."""

    AGGREGATE: ClassVar[str] = "admin"


@dataclass(frozen=True, slots=True)
class DefaultAdminTransferScheduled(Event):
    """The administrator named its successor."""

    AGGREGATE: ClassVar[str] = "admin"
    new_admin: str
    accept_schedule: int


@dataclass(frozen=True, slots=True)
class DefectDisputeWithdrawn(Event):
    """The supplier took its dispute of a defect back."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    supplier: str


@dataclass(frozen=True, slots=True)
class DefectDisputed(Event):
    """The supplier disputed a reported defect."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    reason_ref: str
    supplier: str
    rule_by: int


@dataclass(frozen=True, slots=True)
class DefectReported(Event):
    """Goods accepted before were reported as defective."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    defect_ref: str
    attester: str
    quantity: int
    dispute_by: int


@dataclass(frozen=True, slots=True)
class DefectSettled(Event):
    """A defect was decided and paid to the buyer out of the deposit."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    ruling_ref: str
    arbiter: str
    quantity: int
    amount: int
    paid: int


@dataclass(frozen=True, slots=True)
class DeliveryClaimed(Event):
    """The attester fell silent and the supplier claimed the delivery."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    accepted: int
    accepted_amount: int
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class DeliveryDisputeLapsed(Event):
    """A dispute that nobody ruled ended; the delivery stands as it stands."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    status: int


@dataclass(frozen=True, slots=True)
class DeliveryDisputeWithdrawn(Event):
    """The disputant took its dispute back."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    disputant: str


@dataclass(frozen=True, slots=True)
class DeliveryDisputed(Event):
    """Buyer or supplier disputed a delivery."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    reason_ref: str
    disputant: str
    rule_by: int


@dataclass(frozen=True, slots=True)
class DeliveryInspected(Event):
    """An inspection was reported."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    inspection_ref: str
    accepted: int
    rejected: int
    accepted_amount: int


@dataclass(frozen=True, slots=True)
class DeliveryReceived(Event):
    """A goods receipt was reported."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    receipt_ref: str
    quantity: int
    received_at: int
    days_late: int


@dataclass(frozen=True, slots=True)
class DeliveryRuled(Event):
    """The arbiter decided what of a delivery was received and accepted, and when it arrived."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    ruling_ref: str
    arbiter: str
    received: int
    accepted: int
    accepted_amount: int
    received_at: int
    days_late: int


@dataclass(frozen=True, slots=True)
class DeliveryShipped(Event):
    """The supplier says that goods are on their way. Received after `promisedAt` they are late."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    despatch_ref: str
    supplier: str
    quantity: int
    promised_at: int


@dataclass(frozen=True, slots=True)
class DeviceAttesterNamed(Event):
    """A plant named who attests the minutes of a device."""

    AGGREGATE: ClassVar[str] = "device:{device_id}"
    device_id: int
    attester_post: int


@dataclass(frozen=True, slots=True)
class DeviceRegistered(Event):
    """A plant registered a device whose machine-minutes can be sold."""

    AGGREGATE: ClassVar[str] = "device:{device_id}"
    device_id: int
    plant: str
    device_ref: str
    region: str
    attester_post: int
    arbiter_post: int
    grid_start: int
    slot_seconds: int
    notice_seconds: int
    report_seconds: int
    dispute_seconds: int
    ruling_seconds: int


@dataclass(frozen=True, slots=True)
class DirectOrderOpened(Event):
    """A purchase that both sides signed became an order."""

    AGGREGATE: ClassVar[str] = "direct:{direct_order_id}"
    direct_order_id: int
    buyer: str
    supplier: str
    order_id: int
    requisition_ref: str
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class DirectSignatureWithdrawn(Event):
    """A party took its signature of a purchase back, whether or not anybody had seen it."""

    AGGREGATE: ClassVar[str] = "signature:{digest}"
    digest: str
    signer: str


@dataclass(frozen=True, slots=True)
class DiscountGranted(Event):
    """The supplier lets a delivery be matched at a lower price: at `net` or above."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    grant_ref: str
    supplier: str
    net: int


@dataclass(frozen=True, slots=True)
class DocumentsAnchored(Event):
    """A batch of documents was committed to in a stream."""

    AGGREGATE: ClassVar[str] = "stream:{stream_id}"
    stream_id: str
    anchor_index: int
    first_sequence: int
    last_sequence: int
    root: str
    head: str


@dataclass(frozen=True, slots=True)
class EIP712DomainChanged(Event):
    """The domain of typed signatures changed."""

    AGGREGATE: ClassVar[str] = "domain"


@dataclass(frozen=True, slots=True)
class EarningsPaid(Event):
    """A holder was paid what its role earned."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    role_id: int
    holder: str
    round: int
    amount: int


@dataclass(frozen=True, slots=True)
class EndConsentChanged(Event):
    """The leader (role 0) or the holder of a role gave its consent to the end, or took it back."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    role_id: int
    account: str
    consents: bool


@dataclass(frozen=True, slots=True)
class FeedbackOutcomeRecorded(Event):
    """What users said of a role's holder was counted in its credit."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    role_id: int
    holder: str
    round: int
    weight: int
    outcome_bps: int


@dataclass(frozen=True, slots=True)
class ForceMajeureDeclared(Event):
    """The reporter declared days of force majeure; they are pending."""

    AGGREGATE: ClassVar[str] = "forcemajeure:{declaration_id}"
    declaration_id: int
    region: str
    evidence_ref: str
    reporter: str
    from_day: int
    count: int
    dispute_by: int


@dataclass(frozen=True, slots=True)
class ForceMajeureDisputeLapsed(Event):
    """A dispute that nobody ruled ended."""

    AGGREGATE: ClassVar[str] = "forcemajeure:{declaration_id}"
    declaration_id: int


@dataclass(frozen=True, slots=True)
class ForceMajeureDisputeWithdrawn(Event):
    """A participant took its dispute back; `disputes` others remain."""

    AGGREGATE: ClassVar[str] = "forcemajeure:{declaration_id}"
    declaration_id: int
    disputant: str
    disputes: int


@dataclass(frozen=True, slots=True)
class ForceMajeureDisputed(Event):
    """A participant disputed a declaration."""

    AGGREGATE: ClassVar[str] = "forcemajeure:{declaration_id}"
    declaration_id: int
    disputant: str
    reason_ref: str
    rule_by: int


@dataclass(frozen=True, slots=True)
class ForceMajeureRuled(Event):
    """The arbiter granted the days from `fromDay` on, or none of them (count zero)."""

    AGGREGATE: ClassVar[str] = "forcemajeure:{declaration_id}"
    declaration_id: int
    region: str
    ruling_ref: str
    arbiter: str
    from_day: int
    count: int


@dataclass(frozen=True, slots=True)
class ForceMajeureStands(Event):
    """Days stand from now on, for good, whether nobody disputed them, the arbiter granted them or kept silent."""

    AGGREGATE: ClassVar[str] = "forcemajeure:{declaration_id}"
    declaration_id: int
    region: str
    from_day: int
    count: int
    added: int


@dataclass(frozen=True, slots=True)
class GrantAnnounced(Event):
    """An office will be given to an account, within [grantableAt, expiresAt)."""

    AGGREGATE: ClassVar[str] = "offices"
    office: str
    account: str
    grantable_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class GrantWithdrawn(Event):
    """What was announced will not be."""

    AGGREGATE: ClassVar[str] = "offices"
    office: str
    account: str


@dataclass(frozen=True, slots=True)
class GroupBetBound(Event):
    """A group tied itself to a bet that all its members signed."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    leader: str
    bet_id: int


@dataclass(frozen=True, slots=True)
class GroupDissolved(Event):
    """A group was given up: before it was formed, or without its bet."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    leader: str
    filled: int
    pledged: int


@dataclass(frozen=True, slots=True)
class GroupFormed(Event):
    """All roles were filled, so the group works."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    leader: str
    pledged: int
    bet_due_at: int


@dataclass(frozen=True, slots=True)
class GroupOpened(Event):
    """A leader opened a group with its roles and paid in the budget."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    leader: str
    need_ref: str
    region: str
    target: int
    reporter_post: int
    grab_seconds: int
    select_seconds: int
    work_seconds: int
    report_seconds: int
    review_seconds: int
    bet_seconds: int
    roles: tuple[tuple[Any, ...], ...]
    budget: int
    grab_end: int
    select_end: int
    work_end: int
    report_end: int


@dataclass(frozen=True, slots=True)
class GroupSettled(Event):
    """What the roles earned was fixed, and what goes back."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    leader: str
    bet_id: int
    earned: int
    unearned: int


@dataclass(frozen=True, slots=True)
class GuaranteePledged(Event):
    """A supplier paid in the performance deposit of an order."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    buyer: str
    supplier: str
    amount: int
    warranty_seconds: int


@dataclass(frozen=True, slots=True)
class GuaranteeReleased(Event):
    """What was left of a performance deposit went back to the supplier."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    supplier: str
    amount: int


@dataclass(frozen=True, slots=True)
class GuaranteeRequested(Event):
    """A buyer said which guarantee it wants to see before it funds an order."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    buyer: str
    supplier: str
    amount: int
    warranty_seconds: int


@dataclass(frozen=True, slots=True)
class GuaranteeShareClaimed(Event):
    """The buyer took the share of the deposit that stands for goods never delivered."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    buyer: str
    undelivered_amount: int
    ordered_amount: int
    paid: int


@dataclass(frozen=True, slots=True)
class LotsOpened(Event):
    """The lots of one purchase were opened, each a tender of its own."""

    AGGREGATE: ClassVar[str] = "tender:{first_tender_id}"
    first_tender_id: int
    buyer: str
    lots: int


@dataclass(frozen=True, slots=True)
class ObligationsPaused(Event):
    """A guardian stopped new obligations of everybody."""

    AGGREGATE: ClassVar[str] = "obligations"
    guardian: str


@dataclass(frozen=True, slots=True)
class ObligationsResumed(Event):
    """A guardian let new obligations in again."""

    AGGREGATE: ClassVar[str] = "obligations"
    guardian: str


@dataclass(frozen=True, slots=True)
class OfferWithdrawn(Event):
    """The holder took back its offer of a claim."""

    AGGREGATE: ClassVar[str] = "claim:{claim_id}"
    claim_id: int
    holder: str
    revision: int


@dataclass(frozen=True, slots=True)
class OrderAmended(Event):
    """Both parties signed another quantity, amount, date or schedule."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    buyer: str
    supplier: str
    revision: int
    quantity: int
    amount: int
    promised_at: int
    schedule_root: str
    topped_up: int
    refunded: int


@dataclass(frozen=True, slots=True)
class OrderCancelled(Event):
    """The order ended before it was funded."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    caller: str


@dataclass(frozen=True, slots=True)
class OrderClosed(Event):
    """The order ended; what was left in escrow went back to the buyer."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    buyer: str
    accepted: int
    accepted_amount: int
    refunded: int


@dataclass(frozen=True, slots=True)
class OrderFunded(Event):
    """The buyer's money is in escrow."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    buyer: str
    deposit: int


@dataclass(frozen=True, slots=True)
class OrderPartCancelled(Event):
    """The supplier gave up a part of the order; its money went back to the buyer."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    buyer: str
    supplier: str
    revision: int
    quantity: int
    amount: int
    refunded: int


@dataclass(frozen=True, slots=True)
class OwnershipOffered(Event):
    """The owner offered the account to an heir, or took the offer back (heir zero)."""

    AGGREGATE: ClassVar[str] = "firm"
    owner: str
    heir: str


@dataclass(frozen=True, slots=True)
class OwnershipTaken(Event):
    """The heir took the account."""

    AGGREGATE: ClassVar[str] = "firm"
    previous_owner: str
    owner: str


@dataclass(frozen=True, slots=True)
class ParticipantRegistered(Event):
    """An account became a participant."""

    AGGREGATE: ClassVar[str] = "participant:{account}"
    account: str
    capabilities: int


@dataclass(frozen=True, slots=True)
class ParticipantReinstated(Event):
    """The bar on a participant was lifted."""

    AGGREGATE: ClassVar[str] = "participant:{account}"
    account: str


@dataclass(frozen=True, slots=True)
class ParticipantSuspended(Event):
    """A participant was barred from new obligations."""

    AGGREGATE: ClassVar[str] = "participant:{account}"
    account: str
    reason_ref: str


@dataclass(frozen=True, slots=True)
class PaymentReleased(Event):
    """A delivery was paid to its supplier out of escrow: paid = net + tax - penalty."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    match_ref: str
    supplier: str
    accepted_amount: int
    net: int
    tax: int
    penalty: int
    paid: int
    contestable_until: int


@dataclass(frozen=True, slots=True)
class PeerOutcomeRecorded(Event):
    """The ratings of a member were counted in its credit."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    member: str
    ratings: int
    weight: int
    outcome_bps: int


@dataclass(frozen=True, slots=True)
class PeerRated(Event):
    """A member revealed its rating of another."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    rater: str
    rated: str
    score_bps: int
    weight: int
    weighted: int
    centre_bps: int
    reason_ref: str


@dataclass(frozen=True, slots=True)
class PlanOpened(Event):
    """A node disclosed the plan behind its pledge."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    role_id: int
    node: str
    round: int
    plan_hash: str


@dataclass(frozen=True, slots=True)
class PostCreated(Event):
    """A post exists from now on."""

    AGGREGATE: ClassVar[str] = "post:{post_id}"
    post_id: int
    office: str
    holder: str
    name_ref: str


@dataclass(frozen=True, slots=True)
class PostOffered(Event):
    """A holder offered its post to an heir, or took the offer back (heir zero)."""

    AGGREGATE: ClassVar[str] = "post:{post_id}"
    post_id: int
    holder: str
    heir: str


@dataclass(frozen=True, slots=True)
class PostReplacementAnnounced(Event):
    """The default admin announced who may take a post, or took that back (replacement and times zero)."""

    AGGREGATE: ClassVar[str] = "post:{post_id}"
    post_id: int
    replacement: str
    takeable_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class PostTaken(Event):
    """A post changed hands."""

    AGGREGATE: ClassVar[str] = "post:{post_id}"
    post_id: int
    previous_holder: str
    holder: str


@dataclass(frozen=True, slots=True)
class PostVacated(Event):
    """The default admin emptied a post at once, since its key was lost or stolen."""

    AGGREGATE: ClassVar[str] = "post:{post_id}"
    post_id: int
    holder: str


@dataclass(frozen=True, slots=True)
class ProgressReported(Event):
    """It was reported how much of a role's pay is earned so far."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    role_id: int
    holder: str
    round: int
    earned_bps: int
    amount: int
    evidence_ref: str


@dataclass(frozen=True, slots=True)
class PurchaseOrderOpened(Event):
    """An award became an order."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    buyer: str
    supplier: str
    awarder: str
    tender_id: int
    requisition_ref: str
    quantity: int
    amount: int
    deposit: int
    attester_post: int
    arbiter_post: int
    region: str
    schedule_root: str
    promised_at: int
    fund_seconds: int
    grace_seconds: int
    silence_seconds: int
    lateness_bps_per_day: int
    lateness_cap_bps: int
    tax_bps: int
    tolerance_bps: int
    payment_seconds: int


@dataclass(frozen=True, slots=True)
class RatingsCommitted(Event):
    """A member committed to its sealed ratings of the others."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    rater: str
    commitment: str
    credit_bps: int


@dataclass(frozen=True, slots=True)
class RecoveryAnnounced(Event):
    """A registrar announced who may take the account, or took that back (successor zero)."""

    AGGREGATE: ClassVar[str] = "firm"
    successor: str
    registrar: str
    takeable_at: int
    expires_at: int
    vetoable: bool


@dataclass(frozen=True, slots=True)
class RecoveryVetoed(Event):
    """The owner refused a recovery."""

    AGGREGATE: ClassVar[str] = "firm"
    owner: str
    successor: str


@dataclass(frozen=True, slots=True)
class RedemptionSettled(Event):
    """A redemption was paid: run minutes to the plant, the rest to the holder."""

    AGGREGATE: ClassVar[str] = "redemption:{redemption_id}"
    redemption_id: int
    plant: str
    holder: str
    ran: int
    quantity: int
    to_plant: int
    to_holder: int


@dataclass(frozen=True, slots=True)
class ReverseAuctionAwarded(Event):
    """The lowest bid won."""

    AGGREGATE: ClassVar[str] = "auction:{auction_id}"
    auction_id: int
    supplier: str
    order_id: int
    amount: int
    bids: int


@dataclass(frozen=True, slots=True)
class ReverseAuctionOpened(Event):
    """An open auction with falling bids stands for a requisition."""

    AGGREGATE: ClassVar[str] = "auction:{auction_id}"
    auction_id: int
    buyer: str
    requisition_ref: str
    invited_root: str
    quantity: int
    ceiling: int
    bond: int
    min_decrement_bps: int
    min_credit_bps: int
    duration_seconds: int
    extension_seconds: int
    max_extensions: int
    attester_post: int
    arbiter_post: int
    region: str
    schedule_root: str
    promised_at: int
    fund_seconds: int
    grace_seconds: int
    silence_seconds: int
    lateness_bps_per_day: int
    lateness_cap_bps: int
    tax_bps: int
    tolerance_bps: int
    payment_seconds: int
    ends_at: int
    invited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReverseAuctionVoided(Event):
    """No valid bid stood, so the auction ended without an award."""

    AGGREGATE: ClassVar[str] = "auction:{auction_id}"
    auction_id: int
    requisition_ref: str


@dataclass(frozen=True, slots=True)
class ReverseBidPlaced(Event):
    """A supplier underbid."""

    AGGREGATE: ClassVar[str] = "auction:{auction_id}"
    auction_id: int
    supplier: str
    amount: int
    bond: int
    ends_at: int
    extensions: int


@dataclass(frozen=True, slots=True)
class ReverseBondReturned(Event):
    """A bidder got its bond back."""

    AGGREGATE: ClassVar[str] = "auction:{auction_id}"
    auction_id: int
    supplier: str
    bond: int


@dataclass(frozen=True, slots=True)
class ReviewRecorded(Event):
    """What a user says of the present holder of a role was reported."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    role_id: int
    holder: str
    round: int
    score_bps: int
    weight: int
    review_ref: str


@dataclass(frozen=True, slots=True)
class RoleAdded(Event):
    """A leader added a role to a formed group and paid in its pay."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    role_id: int
    leader: str
    role_ref: str
    floor: int
    most: int
    stake: int
    pay: int
    min_reviews: int
    min_credit_bps: int
    review_mark_bps: int
    shortfall_mark_bps: int
    credit_weight_bps: int
    stake_bps_of_pledge: int
    grab_end: int
    select_end: int


@dataclass(frozen=True, slots=True)
class RoleAdminChanged(Event):
    """Another role appoints to an office."""

    AGGREGATE: ClassVar[str] = "role:{role}"
    role: str
    previous_admin_role: str
    new_admin_role: str


@dataclass(frozen=True, slots=True)
class RoleGrabbed(Event):
    """A node pledged for a role and paid in its stake."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    role_id: int
    node: str
    round: int
    index: int
    pledge: int
    stake: int
    credit_bps: int
    plan_ref: str
    leads: bool


@dataclass(frozen=True, slots=True)
class RoleGranted(Event):
    """An office was given to an account."""

    AGGREGATE: ClassVar[str] = "role:{role}"
    role: str
    account: str
    sender: str


@dataclass(frozen=True, slots=True)
class RoleReopened(Event):
    """A role was opened to grabs anew."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    role_id: int
    former_holder: str
    round: int
    reason: int
    grab_end: int
    select_end: int


@dataclass(frozen=True, slots=True)
class RoleRevoked(Event):
    """An office was taken from an account."""

    AGGREGATE: ClassVar[str] = "role:{role}"
    role: str
    account: str
    sender: str


@dataclass(frozen=True, slots=True)
class RoleSeated(Event):
    """A reopened or added role was given to a candidate."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    role_id: int
    holder: str
    round: int
    pledge: int


@dataclass(frozen=True, slots=True)
class RoomRetired(Event):
    """A guardian retired a contract: nothing new begins in it, what runs there goes on to its end."""

    AGGREGATE: ClassVar[str] = "room:{room}"
    room: str
    guardian: str


@dataclass(frozen=True, slots=True)
class RoomUnretired(Event):
    """A guardian took a retirement back."""

    AGGREGATE: ClassVar[str] = "room:{room}"
    room: str
    guardian: str


@dataclass(frozen=True, slots=True)
class RunDisputeLapsed(Event):
    """A dispute of a run that nobody ruled ended."""

    AGGREGATE: ClassVar[str] = "redemption:{redemption_id}"
    redemption_id: int


@dataclass(frozen=True, slots=True)
class RunDisputeWithdrawn(Event):
    """A party took its dispute of a run back."""

    AGGREGATE: ClassVar[str] = "redemption:{redemption_id}"
    redemption_id: int
    caller: str
    settleable_at: int


@dataclass(frozen=True, slots=True)
class RunDisputed(Event):
    """The plant or the holder disputed a reported run, or that there is none."""

    AGGREGATE: ClassVar[str] = "redemption:{redemption_id}"
    redemption_id: int
    caller: str
    reason_ref: str
    rule_by: int


@dataclass(frozen=True, slots=True)
class RunReported(Event):
    """The attester reported how many minutes were run."""

    AGGREGATE: ClassVar[str] = "redemption:{redemption_id}"
    redemption_id: int
    attester: str
    evidence_ref: str
    ran: int
    dispute_by: int


@dataclass(frozen=True, slots=True)
class RunRuled(Event):
    """An arbiter decided how many minutes were run."""

    AGGREGATE: ClassVar[str] = "redemption:{redemption_id}"
    redemption_id: int
    arbiter: str
    ruling_ref: str
    ran: int


@dataclass(frozen=True, slots=True)
class SlotFailed(Event):
    """A device cannot run in a slot: what was sold of it is refunded."""

    AGGREGATE: ClassVar[str] = "device:{device_id}"
    device_id: int
    slot_index: int
    caller: str
    reason_ref: str


@dataclass(frozen=True, slots=True)
class StakeReleased(Event):
    """A node got the stake of its pledge back."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    role_id: int
    node: str
    round: int
    stake: int


@dataclass(frozen=True, slots=True)
class StreamClosed(Event):
    """The owner ended a stream here; it may go on in a later edition of the registry."""

    AGGREGATE: ClassVar[str] = "stream:{stream_id}"
    stream_id: str
    owner: str
    last_sequence: int
    anchors: int
    head: str


@dataclass(frozen=True, slots=True)
class StreamContinued(Event):
    """A stream that was closed in the predecessor goes on here, from where it stood."""

    AGGREGATE: ClassVar[str] = "stream:{stream_id}"
    stream_id: str
    owner: str
    predecessor: str
    last_sequence: int
    anchors: int
    head: str


@dataclass(frozen=True, slots=True)
class StreamOffered(Event):
    """The owner of a stream offered it to an heir."""

    AGGREGATE: ClassVar[str] = "stream:{stream_id}"
    stream_id: str
    owner: str
    heir: str


@dataclass(frozen=True, slots=True)
class StreamOpened(Event):
    """An owner opened a stream of anchored documents."""

    AGGREGATE: ClassVar[str] = "stream:{stream_id}"
    stream_id: str
    owner: str


@dataclass(frozen=True, slots=True)
class StreamTaken(Event):
    """The heir took over a stream."""

    AGGREGATE: ClassVar[str] = "stream:{stream_id}"
    stream_id: str
    previous_owner: str
    owner: str


@dataclass(frozen=True, slots=True)
class SupplementPaid(Event):
    """A ruling added to what was settled before, and that was paid."""

    AGGREGATE: ClassVar[str] = "order:{order_id}"
    order_id: int
    delivery_id: int
    ruling_ref: str
    supplier: str
    accepted_amount: int
    net: int
    tax: int
    penalty_returned: int
    penalty: int
    paid: int


@dataclass(frozen=True, slots=True)
class TenderAwarded(Event):
    """The best bid won."""

    AGGREGATE: ClassVar[str] = "tender:{tender_id}"
    tender_id: int
    supplier: str
    order_id: int
    amount: int
    bids: int


@dataclass(frozen=True, slots=True)
class TenderOpened(Event):
    """A tender stands for a requisition."""

    AGGREGATE: ClassVar[str] = "tender:{tender_id}"
    tender_id: int
    buyer: str
    requisition_ref: str
    invited_root: str
    quantity: int
    ceiling: int
    bond: int
    commit_seconds: int
    reveal_seconds: int
    review_seconds: int
    min_credit_bps: int
    pricing: int
    day_value: int
    max_days: int
    credit_weight_bps: int
    attester_post: int
    arbiter_post: int
    region: str
    schedule_root: str
    promised_at: int
    fund_seconds: int
    grace_seconds: int
    silence_seconds: int
    lateness_bps_per_day: int
    lateness_cap_bps: int
    tax_bps: int
    tolerance_bps: int
    payment_seconds: int
    commit_end: int
    reveal_end: int
    invited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TenderVoided(Event):
    """No valid bid stood, so the tender ended without an award."""

    AGGREGATE: ClassVar[str] = "tender:{tender_id}"
    tender_id: int
    requisition_ref: str
    bids: int


@dataclass(frozen=True, slots=True)
class TokensIssued(Event):
    """Bank money became settlement tokens."""

    AGGREGATE: ClassVar[str] = "participant:{account}"
    account: str
    amount: int
    bank_ref: str


@dataclass(frozen=True, slots=True)
class TokensRedeemed(Event):
    """Settlement tokens became bank money."""

    AGGREGATE: ClassVar[str] = "participant:{account}"
    account: str
    amount: int
    bank_ref: str


@dataclass(frozen=True, slots=True)
class Transfer(Event):
    """Tokens moved from one account to another."""

    AGGREGATE: ClassVar[str] = "transfer:{from_}:{to}"
    from_: str
    to: str
    value: int


@dataclass(frozen=True, slots=True)
class TransferBatch(Event):
    """Machine-minutes of several slots moved."""

    AGGREGATE: ClassVar[str] = "transfer:{from_}:{to}"
    operator: str
    from_: str
    to: str
    ids: tuple[int, ...]
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TransferSingle(Event):
    """Machine-minutes of one slot moved."""

    AGGREGATE: ClassVar[str] = "transfer:{from_}:{to}"
    operator: str
    from_: str
    to: str
    id: int
    value: int


@dataclass(frozen=True, slots=True)
class URI(Event):
    """The description of a slot's tokens changed its place."""

    AGGREGATE: ClassVar[str] = "capacity:{id}"
    value: str
    id: int


@dataclass(frozen=True, slots=True)
class WorkEndedByConsent(Event):
    """Leader and all holders consented: the work is over."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    leader: str
    work_end: int
    report_end: int


@dataclass(frozen=True, slots=True)
class WorkExtended(Event):
    """Force majeure moved the end of a group's work."""

    AGGREGATE: ClassVar[str] = "group:{group_id}"
    group_id: int
    region: str
    extended_days: int
    work_end: int
    report_end: int


EVENTS: Mapping[str, type[Event]] = {
    cls.__name__: cls
    for cls in (
        AccountRecovered,
        Approval,
        ApprovalForAll,
        BetActivated,
        BetAmendmentAgreed,
        BetAmendmentProposed,
        BetAmendmentSigned,
        BetDisputeWithdrawn,
        BetEndSigned,
        BetLeaveGranted,
        BetPayoutWithdrawn,
        BetPoolToppedUp,
        BetProposed,
        BetRemainderWithdrawn,
        BetReportDisputed,
        BetReported,
        BetRoundingReturned,
        BetSettled,
        BetSigned,
        BetStakeReturned,
        BetVoided,
        BidCommitted,
        BidDisqualified,
        BidRanked,
        BidRevealed,
        BondForfeited,
        BudgetReturned,
        CallExecuted,
        CandidateRejected,
        CandidateSelected,
        CapabilitiesAdded,
        CapacityAttested,
        CapacityBurned,
        CapacityExpired,
        CapacityIssued,
        CapacityMarketNumbered,
        CapacityOutcomeCounted,
        CapacityProceedsWithdrawn,
        CapacityRedeemed,
        CapacityRefunded,
        CapacitySaleClosed,
        CapacitySaleOpened,
        CapacitySold,
        ClaimIssued,
        ClaimOffered,
        ClaimPaid,
        ClaimSold,
        ClaimSplit,
        ClaimTransferred,
        ComponentRecorded,
        ContractOfficesSealed,
        CreditCarriedOver,
        CreditRecorded,
        DefaultAdminDelayChangeCanceled,
        DefaultAdminDelayChangeScheduled,
        DefaultAdminTransferCanceled,
        DefaultAdminTransferScheduled,
        DefectDisputeWithdrawn,
        DefectDisputed,
        DefectReported,
        DefectSettled,
        DeliveryClaimed,
        DeliveryDisputeLapsed,
        DeliveryDisputeWithdrawn,
        DeliveryDisputed,
        DeliveryInspected,
        DeliveryReceived,
        DeliveryRuled,
        DeliveryShipped,
        DeviceAttesterNamed,
        DeviceRegistered,
        DirectOrderOpened,
        DirectSignatureWithdrawn,
        DiscountGranted,
        DocumentsAnchored,
        EIP712DomainChanged,
        EarningsPaid,
        EndConsentChanged,
        FeedbackOutcomeRecorded,
        ForceMajeureDeclared,
        ForceMajeureDisputeLapsed,
        ForceMajeureDisputeWithdrawn,
        ForceMajeureDisputed,
        ForceMajeureRuled,
        ForceMajeureStands,
        GrantAnnounced,
        GrantWithdrawn,
        GroupBetBound,
        GroupDissolved,
        GroupFormed,
        GroupOpened,
        GroupSettled,
        GuaranteePledged,
        GuaranteeReleased,
        GuaranteeRequested,
        GuaranteeShareClaimed,
        LotsOpened,
        ObligationsPaused,
        ObligationsResumed,
        OfferWithdrawn,
        OrderAmended,
        OrderCancelled,
        OrderClosed,
        OrderFunded,
        OrderPartCancelled,
        OwnershipOffered,
        OwnershipTaken,
        ParticipantRegistered,
        ParticipantReinstated,
        ParticipantSuspended,
        PaymentReleased,
        PeerOutcomeRecorded,
        PeerRated,
        PlanOpened,
        PostCreated,
        PostOffered,
        PostReplacementAnnounced,
        PostTaken,
        PostVacated,
        ProgressReported,
        PurchaseOrderOpened,
        RatingsCommitted,
        RecoveryAnnounced,
        RecoveryVetoed,
        RedemptionSettled,
        ReverseAuctionAwarded,
        ReverseAuctionOpened,
        ReverseAuctionVoided,
        ReverseBidPlaced,
        ReverseBondReturned,
        ReviewRecorded,
        RoleAdded,
        RoleAdminChanged,
        RoleGrabbed,
        RoleGranted,
        RoleReopened,
        RoleRevoked,
        RoleSeated,
        RoomRetired,
        RoomUnretired,
        RunDisputeLapsed,
        RunDisputeWithdrawn,
        RunDisputed,
        RunReported,
        RunRuled,
        SlotFailed,
        StakeReleased,
        StreamClosed,
        StreamContinued,
        StreamOffered,
        StreamOpened,
        StreamTaken,
        SupplementPaid,
        TenderAwarded,
        TenderOpened,
        TenderVoided,
        TokensIssued,
        TokensRedeemed,
        Transfer,
        TransferBatch,
        TransferSingle,
        URI,
        WorkEndedByConsent,
        WorkExtended,
    )
}

EMITTED: Mapping[str, tuple[str, ...]] = {
    "BetAmendments": (
        "BetAmendmentProposed",
        "BetAmendmentSigned",
        "BetEndSigned",
        "BetLeaveGranted",
    ),
    "BetContracts": (
        "BetActivated",
        "BetAmendmentAgreed",
        "BetDisputeWithdrawn",
        "BetPayoutWithdrawn",
        "BetPoolToppedUp",
        "BetProposed",
        "BetRemainderWithdrawn",
        "BetReportDisputed",
        "BetReported",
        "BetRoundingReturned",
        "BetSettled",
        "BetSigned",
        "BetStakeReturned",
        "BetVoided",
    ),
    "BetLens": (),
    "BetRules": (),
    "CapacityMarket": (
        "CapacityExpired",
        "CapacityOutcomeCounted",
        "CapacityProceedsWithdrawn",
        "CapacityRedeemed",
        "CapacityRefunded",
        "CapacitySaleClosed",
        "CapacitySaleOpened",
        "CapacitySold",
        "RedemptionSettled",
        "RunDisputeLapsed",
        "RunDisputeWithdrawn",
        "RunDisputed",
        "RunReported",
        "RunRuled",
    ),
    "CapacityTokens": (
        "ApprovalForAll",
        "CapacityAttested",
        "CapacityBurned",
        "CapacityIssued",
        "CapacityMarketNumbered",
        "DeviceAttesterNamed",
        "DeviceRegistered",
        "SlotFailed",
        "TransferBatch",
        "TransferSingle",
        "URI",
    ),
    "ChainGroups": (
        "CandidateRejected",
        "CandidateSelected",
        "EndConsentChanged",
        "GroupBetBound",
        "GroupDissolved",
        "GroupFormed",
        "GroupOpened",
        "GroupSettled",
        "PlanOpened",
        "RoleAdded",
        "RoleGrabbed",
        "RoleReopened",
        "RoleSeated",
        "WorkEndedByConsent",
        "WorkExtended",
    ),
    "CreditRegistry": ("ComponentRecorded", "CreditCarriedOver", "CreditRecorded"),
    "DirectOrders": ("DirectOrderOpened", "DirectSignatureWithdrawn", "EIP712DomainChanged"),
    "DocumentRegistry": (
        "DocumentsAnchored",
        "StreamClosed",
        "StreamContinued",
        "StreamOffered",
        "StreamOpened",
        "StreamTaken",
    ),
    "FirmAccount": (
        "AccountRecovered",
        "CallExecuted",
        "EIP712DomainChanged",
        "OwnershipOffered",
        "OwnershipTaken",
        "RecoveryAnnounced",
        "RecoveryVetoed",
    ),
    "ForceMajeure": (
        "ForceMajeureDeclared",
        "ForceMajeureDisputeLapsed",
        "ForceMajeureDisputeWithdrawn",
        "ForceMajeureDisputed",
        "ForceMajeureRuled",
        "ForceMajeureStands",
    ),
    "GroupLens": (),
    "GroupPay": ("BudgetReturned", "EarningsPaid", "ProgressReported", "StakeReleased"),
    "GroupRules": (),
    "Guarantees": (
        "DefectDisputeWithdrawn",
        "DefectDisputed",
        "DefectReported",
        "DefectSettled",
        "GuaranteePledged",
        "GuaranteeReleased",
        "GuaranteeRequested",
        "GuaranteeShareClaimed",
    ),
    "OrderLens": (),
    "OrderRules": (),
    "Participants": (
        "CapabilitiesAdded",
        "ContractOfficesSealed",
        "DefaultAdminDelayChangeCanceled",
        "DefaultAdminDelayChangeScheduled",
        "DefaultAdminTransferCanceled",
        "DefaultAdminTransferScheduled",
        "GrantAnnounced",
        "GrantWithdrawn",
        "ObligationsPaused",
        "ObligationsResumed",
        "ParticipantRegistered",
        "ParticipantReinstated",
        "ParticipantSuspended",
        "PostCreated",
        "PostOffered",
        "PostReplacementAnnounced",
        "PostTaken",
        "PostVacated",
        "RoleAdminChanged",
        "RoleGranted",
        "RoleRevoked",
        "RoomRetired",
        "RoomUnretired",
    ),
    "PeerRatings": ("PeerOutcomeRecorded", "PeerRated", "RatingsCommitted"),
    "PurchaseOrders": (
        "DeliveryClaimed",
        "DeliveryDisputeLapsed",
        "DeliveryDisputeWithdrawn",
        "DeliveryDisputed",
        "DeliveryInspected",
        "DeliveryReceived",
        "DeliveryRuled",
        "DeliveryShipped",
        "DiscountGranted",
        "OrderAmended",
        "OrderCancelled",
        "OrderClosed",
        "OrderFunded",
        "OrderPartCancelled",
        "PaymentReleased",
        "PurchaseOrderOpened",
        "SupplementPaid",
    ),
    "Receivables": (
        "ClaimIssued",
        "ClaimOffered",
        "ClaimPaid",
        "ClaimSold",
        "ClaimSplit",
        "ClaimTransferred",
        "EIP712DomainChanged",
        "OfferWithdrawn",
    ),
    "ReverseAuctions": (
        "ReverseAuctionAwarded",
        "ReverseAuctionOpened",
        "ReverseAuctionVoided",
        "ReverseBidPlaced",
        "ReverseBondReturned",
    ),
    "SettlementToken": ("Approval", "TokensIssued", "TokensRedeemed", "Transfer"),
    "Tenders": (
        "BidCommitted",
        "BidDisqualified",
        "BidRanked",
        "BidRevealed",
        "BondForfeited",
        "LotsOpened",
        "TenderAwarded",
        "TenderOpened",
        "TenderVoided",
    ),
    "UserReviews": ("FeedbackOutcomeRecorded", "ReviewRecorded"),
}  # contract -> its events
