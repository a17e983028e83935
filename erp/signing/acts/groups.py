"""Acts of leaders, nodes and parties of bets."""

from __future__ import annotations

from erp.kernel.schema import (
    Account,
    AmountMinor,
    Bps,
    Instant,
    Number,
    PositiveMinor,
    QuantityOrNone,
    RecordId,
    Reference,
)
from erp.signing.acts.model import (
    NODE,
    ActTerms,
    Count,
    Flag,
    PositiveCount,
    Proof,
    part,
    several,
)
from erp.signing.acts.papers import (
    PlanName,
    agreed_bet_change,
    agreed_change_pledge,
    agreed_pledge,
    agreed_terms,
    own_change_pledge,
    own_pledge,
    own_top_up,
    planned,
    pledge_in_words,
    pool_of_terms,
    proposed,
)

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
CHANGE = {
    "parties_root": Reference,
    "terms_ref": Reference,
    "leaver": Account,
    "newcomer": Account,
    "start": Instant,
    "periods": Count,
    "from_period": Count,
    "sign_by": Instant,
}
RATING = part(rated=Account, score_bps=Bps, reason_ref=Reference)
PLACE = {"group_id": RecordId, "role_id": QuantityOrNone}
PERIOD = {"bet_id": RecordId, "subject": Account, "period": Count}

# What a party of a bet signs, in words.
PLEDGES = (
    ". You promise: {promises}. {stake_minor} leaves your wallet as your stake, of which you can lose {at_most_minor}; "
    "{share_bps} of what is shared is yours when all keep what they promise"
)
PLEDGES_ZH = (
    "。承诺：{promises_zh}。押金 {stake_minor} 从钱包转入托管，最多可损失 {at_most_minor}；"
    "各方均达标时分享比例为 {share_bps}"
)

GROUPS: dict[str, ActTerms] = {
    # ---- leaders and nodes of chain groups 链群 ----
    "open_group": ActTerms(
        "Open a chain group of {roles} roles for {need}, as {proposal} proposes it; their pay, {budget_minor}, leaves your "
        "wallet",
        "按申请 {proposal} 为需求 {need} 举单，共 {roles} 个角色；全部角色报酬 {budget_minor} 从钱包转入托管",
        {"proposal": Number},
        NODE,
        rests_on=proposed,
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
        {**PLACE, "pledge_minor": AmountMinor, "plan": PlanName},
        NODE,
        rests_on=planned,
    ),
    "open_plan": ActTerms(
        "Open your plan for role {role_id} of group {group_id}, round {round}",
        "公开对链群 {group_id} 角色 {role_id} 第 {round} 轮的方案",
        {**PLACE, "round": Count, "plan": PlanName, "salt": Reference},
        NODE,
        rests_on=planned,
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
        "Propose a bet of {parties} parties, as {bet_terms} has it; its pool, {pool_minor}, leaves your wallet",
        "按条款 {bet_terms} 提出 {parties} 方对赌契约；增值池 {pool_minor} 从钱包转入托管",
        {"bet_terms": Number},
        NODE,
        rests_on=agreed_terms,
        shows=pool_of_terms,
    ),
    "top_up_pool": ActTerms(
        "Add {amount_minor} to the pool of bet {bet_id}",
        "向对赌契约 {bet_id} 的增值池追加 {amount_minor}",
        {"bet_id": RecordId, "amount_minor": PositiveMinor},
    ),
    "sign_bet": ActTerms(
        "Sign bet {bet_id} with your pledge" + PLEDGES,
        "签署对赌契约 {bet_id} 及本方承诺" + PLEDGES_ZH,
        {"bet_id": RecordId, "pledge": PLEDGE, "proof": Proof},
        signs="typed_data",
        speaks_as=("pledge.account",),
        rests_on=own_pledge,
        shows=pledge_in_words,
    ),
    "sign_bet_terms": ActTerms(
        "Sign bet {bet_id} as {bet_terms} has it" + PLEDGES,
        "按条款 {bet_terms} 签署对赌契约 {bet_id}" + PLEDGES_ZH,
        {"bet_id": RecordId},
        signs="typed_data",
        rests_on=agreed_pledge,
        shows=pledge_in_words,
    ),
    "propose_amendment": ActTerms(
        "Propose to change bet {bet_id} from a period on",
        "提议变更对赌契约 {bet_id}",
        {"bet_id": RecordId, "change": part(**CHANGE)},
    ),
    "sign_amendment": ActTerms(
        "Sign amendment {amendment_id} of bet {bet_id} with your pledge; who joins pays in its stake",
        "签署对赌契约 {bet_id} 的变更 {amendment_id} 及本方承诺；新加入方的押金从钱包转入托管",
        {"bet_id": RecordId, "amendment_id": RecordId, "pledge": PLEDGE, "proof": Proof},
        signs="typed_data",
        speaks_as=("pledge.account",),
        rests_on=own_change_pledge,
    ),
    "propose_bet_change": ActTerms(
        "Propose to change bet {bet_id} from a period on, as {bet_change} has it, with {parties} parties",
        "按变更书 {bet_change} 提议变更对赌契约 {bet_id}，共 {parties} 方",
        {"bet_change": Number},
        rests_on=agreed_bet_change,
    ),
    "sign_bet_change": ActTerms(
        "Sign amendment {amendment_id} of bet {bet_id} as {bet_change} has it. You promise: {promises}. {stake_minor} is "
        "your stake, of which you can lose {at_most_minor}; who joins pays it in now. {share_bps} of what is shared is "
        "yours when all keep what they promise",
        "按变更书 {bet_change} 签署对赌契约 {bet_id} 的变更 {amendment_id}。承诺：{promises_zh}。押金为 "
        "{stake_minor}，最多可损失 {at_most_minor}；新加入方此时转入押金。各方均达标时分享比例为 {share_bps}",
        {"bet_id": RecordId, "amendment_id": RecordId},
        signs="typed_data",
        rests_on=agreed_change_pledge,
        shows=pledge_in_words,
    ),
    "top_up_bet": ActTerms(
        "Add {amount_minor} to the pool of bet {bet_id}, as {top_up} has it; it leaves your wallet",
        "按追加书 {top_up} 向对赌契约 {bet_id} 的增值池追加 {amount_minor}，从钱包转入托管",
        {"top_up": Number},
        NODE,
        rests_on=own_top_up,
    ),
    "grant_leave": ActTerms(
        "Let the party that amendment {amendment_id} names leave bet {bet_id}",
        "同意变更 {amendment_id} 所列一方退出对赌契约 {bet_id}",
        {"bet_id": RecordId, "amendment_id": RecordId, "reason_ref": Reference},
        by_post=True,
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
    "end_bet": ActTerms(
        "Agree that bet {bet_id} ends now, in round {round}: once sponsor and all parties agree it is settled as it stands, "
        "and what is not reported counts as silence does",
        "同意对赌契约 {bet_id} 提前结束（第 {round} 轮）：发起方与全体签约方同意后按现状结算，未报告的视同沉默",
        {"bet_id": RecordId, "round": Count},
        signs="typed_data",
    ),
    # ---- arbiters of bets 仲裁人 ----
    "rule_performance": ActTerms(
        "Rule what {subject} reached in period {period} of bet {bet_id}: {values} figures",
        "裁定 {subject} 在对赌契约 {bet_id} 第 {period} 期的业绩：{values} 项数值",
        {
            **PERIOD,
            "values": several(QuantityOrNone),
            "pledge": PLEDGE,
            "ruling_ref": Reference,
        },
        by_post=True,
    ),
    "rule_index": ActTerms(
        "Rule that the index of period {period} of bet {bet_id} is {value}",
        "裁定对赌契约 {bet_id} 第 {period} 期的指数为 {value}",
        {
            "bet_id": RecordId,
            "period": PositiveCount,
            "value": QuantityOrNone,
            "ruling_ref": Reference,
        },
        by_post=True,
    ),
    "rule_value": ActTerms(
        "Rule that bet {bet_id} added {value_added_minor} in value",
        "裁定对赌契约 {bet_id} 的增值为 {value_added_minor}",
        {"bet_id": RecordId, "value_added_minor": AmountMinor, "ruling_ref": Reference},
        by_post=True,
    ),
}
