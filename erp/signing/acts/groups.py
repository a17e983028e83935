"""Acts of leaders, nodes and parties of bets."""

from __future__ import annotations

from erp.kernel.schema import (
    Account,
    AmountMinor,
    Bps,
    Instant,
    PositiveMinor,
    QuantityOrNone,
    RecordId,
    Reference,
    Seconds,
)
from erp.signing.acts.model import NODE, ActTerms, Count, Flag, Proof, part, several

ROLE = {
    "role_ref": Reference,
    "floor_minor": AmountMinor,
    "most_minor": AmountMinor,
    "stake_minor": AmountMinor,
    "pay_minor": AmountMinor,
    "min_reviews": Count,
    "min_credit_bps": Bps,
    "review_mark_bps": Bps,
    "shortfall_mark_bps": Bps,
    "credit_weight_bps": Bps,
    "stake_bps_of_pledge": Bps,
}
GROUP = {
    "need_ref": Reference,
    "region": Reference,
    "target_minor": AmountMinor,
    "reporter_post": Count,
    "grab_seconds": Seconds,
    "select_seconds": Seconds,
    "work_seconds": Seconds,
    "report_seconds": Seconds,
    "review_seconds": Seconds,
    "bet_seconds": Seconds,
}
BET = {
    "terms_ref": Reference,
    "group_id": QuantityOrNone,
    "parties_root": Reference,
    "region": Reference,
    "reporter_post": Count,
    "arbiter_post": Count,
    "sign_by": Instant,
    "start": Instant,
    "party_count": Count,
    "report_seconds": Seconds,
    "dispute_seconds": Seconds,
    "ruling_seconds": Seconds,
    "value_pool_minor": AmountMinor,
    "index_baseline": AmountMinor,
    "index_elasticity_bps": Count,
    "index_max_up_bps": Count,
    "index_max_down_bps": Count,
    "periods": Count,
    "period_seconds": Seconds,
}
TARGET = part(
    metric=Count,
    follows_index=Flag,
    weight_bps=Bps,
    floor=QuantityOrNone,
    base=QuantityOrNone,
    stretch=QuantityOrNone,
)
PLEDGE = part(
    account=Account,
    stake_minor=AmountMinor,
    share_bps=Bps,
    tolerance_bps=Count,
    slope_bps=Count,
    cap_bps=Count,
    targets=several(TARGET),
)
RATING = part(rated=Account, score_bps=Bps, reason_ref=Reference)
PLACE = {"group_id": RecordId, "role_id": QuantityOrNone}
PERIOD = {"bet_id": RecordId, "subject": Account, "period": Count}

GROUPS: dict[str, ActTerms] = {
    # ---- leaders and nodes of chain groups 链群 ----
    "open_group": ActTerms(
        "Open a chain group for a need, with {roles} roles; the budget of their pay leaves your wallet",
        "为需求组建链群，共 {roles} 个角色；角色报酬预算从钱包转入托管",
        {"terms": part(**GROUP), "roles": several(part(**ROLE))},
        NODE,
    ),
    "add_role": ActTerms(
        "Add a role to group {group_id}; its pay leaves your wallet",
        "为链群 {group_id} 增设角色；其报酬从钱包转入托管",
        {"group_id": RecordId, "terms": part(**ROLE)},
        NODE,
    ),
    "grab_role": ActTerms(
        "Stand for role {role_id} of group {group_id} and pledge {pledge_minor}; the stake leaves your wallet",
        "抢单：报名链群 {group_id} 的角色 {role_id}，承诺 {pledge_minor}；押金从钱包转入托管",
        {**PLACE, "pledge_minor": AmountMinor, "plan_ref": Reference},
        NODE,
    ),
    "open_plan": ActTerms(
        "Open your plan for role {role_id} of group {group_id}, round {round}",
        "公开对链群 {group_id} 角色 {role_id} 第 {round} 轮的方案",
        {**PLACE, "round": Count, "plan_hash": Reference, "salt": Reference},
        NODE,
    ),
    "select_candidate": ActTerms(
        "Choose {node} for role {role_id} of group {group_id}",
        "选定 {node} 承担链群 {group_id} 的角色 {role_id}",
        {**PLACE, "node": Account},
        NODE,
    ),
    "reject_candidate": ActTerms(
        "Reject {node} for role {role_id} of group {group_id}",
        "否决 {node} 承担链群 {group_id} 的角色 {role_id}",
        {**PLACE, "node": Account},
        NODE,
    ),
    "bind_bet": ActTerms(
        "Bind bet {bet_id} to group {group_id}",
        "将对赌契约 {bet_id} 绑定到链群 {group_id}",
        {"group_id": RecordId, "bet_id": RecordId},
        NODE,
    ),
    "reopen_role": ActTerms(
        "Reopen role {role_id} of group {group_id} by rule",
        "依规则重开链群 {group_id} 的角色 {role_id}",
        PLACE,
    ),
    "resign_role": ActTerms(
        "Give up role {role_id} of group {group_id}",
        "辞去链群 {group_id} 的角色 {role_id}",
        PLACE,
        NODE,
    ),
    "consent_to_end": ActTerms(
        "Say whether group {group_id} may end early: {consents}",
        "表态链群 {group_id} 是否提前结束：{consents}",
        {**PLACE, "consents": Flag},
        NODE,
    ),
    "commit_ratings": ActTerms(
        "Seal your ratings of the members of group {group_id}",
        "密封对链群 {group_id} 成员的互评",
        {"group_id": RecordId, "commitment": Reference},
        NODE,
    ),
    "reveal_ratings": ActTerms(
        "Reveal {ratings} ratings of members of group {group_id}",
        "公布对链群 {group_id} 成员的 {ratings} 条互评",
        {"group_id": RecordId, "ratings": several(RATING), "salt": Reference},
        NODE,
    ),
    # ---- bets 对赌契约 ----
    "propose_bet": ActTerms(
        "Propose a bet; its pool leaves your wallet",
        "提出对赌契约；增值池从钱包转入托管",
        {"terms": part(**BET)},
    ),
    "top_up_pool": ActTerms(
        "Add {amount_minor} to the pool of bet {bet_id}",
        "向对赌契约 {bet_id} 的增值池追加 {amount_minor}",
        {"bet_id": RecordId, "amount_minor": PositiveMinor},
    ),
    "sign_bet": ActTerms(
        "Sign bet {bet_id} with your pledge; the stake leaves your wallet",
        "签署对赌契约 {bet_id} 及本方承诺；押金从钱包转入托管",
        {"bet_id": RecordId, "pledge": PLEDGE, "proof": Proof},
        signs="typed_data",
    ),
    "dispute_bet": ActTerms(
        "Dispute the report on {subject} for period {period} of bet {bet_id}",
        "对对赌契约 {bet_id} 第 {period} 期关于 {subject} 的报告提出异议",
        {**PERIOD, "reason_ref": Reference},
    ),
    "withdraw_bet_dispute": ActTerms(
        "Withdraw your dispute of the report on {subject}, period {period}, bet {bet_id}",
        "撤回对对赌契约 {bet_id} 第 {period} 期关于 {subject} 报告的异议",
        PERIOD,
    ),
}
