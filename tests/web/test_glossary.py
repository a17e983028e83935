"""Pages say the terms of the glossary: one Chinese word for one thing, on every page and in every refusal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from erp.web.texts import chinese
from tests.web.test_programs import chinese as of_programs

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \|", re.MULTILINE)

BUDGET = "budget"  # its states have their terms in the row's last column
# English words of a page, and the row of the glossary that names the thing. Every text with such a word has the row's term.
WORDS = {
    "stake|stakes|staked": ("pledge, stake of a role", "押金"),
    "claims?": ("claim", "应收账款凭证"),
    "receivable": ("claim", "应收账款凭证"),
    "guarantees?": ("guarantee", "履约保证金"),
    "confirm|confirmed": ("proposal, confirmation", "复核"),
    "set aside": (BUDGET, "预占"),
    "expended": (BUDGET, "已用"),
    "reporter": ("reporter", "报告方"),
    "arbiter": ("arbiter, ruling", "仲裁方"),
    "chain groups?": ("chain group", "链群"),
    "tenders?": ("tender", "竞价采购"),
    "auctions?": ("open auction", "公开反向拍卖"),
    "blocked": ("release, withdrawal of an invoice", "冻结"),
    "discount": ("floor, discount", "让价"),
    "silent acceptance": ("claim, silent acceptance", "逾期视同验收"),
    "order amendment": ("amendment", "补充协议"),
    "pool top up": ("top-up of a pool", "追加增值池"),
    "planned|process (hold|start)": ("planned process", "条件触发"),
    "token (issue|redemption|transfer)": ("settlement token", "结算币"),
    "deliver(y|ies)": ("delivery", "交付"),
    "offices?": ("office", "职位"),
    "posts?": ("post", "岗位"),
    "terms of a bet": ("terms of a bet", "对赌条款"),
    "change of a bet|bet change": ("change of a bet", "对赌变更书"),
    "index report": ("index report, index day", "需求指数报告"),
    "performance report": ("performance report, evidence", "业绩报告"),
    "review pay": ("pay by reviews", "评价薪酬"),
    "sales hold": ("hold of a sale", "赊销冻结"),
    "sourcing policy": ("sourcing policy", "补货策略"),
    "requisitions?": ("requisition", "请购"),
    "red letter invoice": ("red-letter invoice", "红字发票"),
    "purchase order": ("purchase order", "采购订单"),
    "escrow": ("escrow", "托管"),
    "match": ("three-way match", "匹配"),
    "force majeure": ("force majeure", "不可抗力"),
    "supplement": ("supplement", "裁定补付"),
    "win-win statement": ("win-win statement", "共赢增值表"),
    "commitment": ("commitment", "存证承诺"),
    "explain|explained": ("explanation of a transfer", "核销"),
    "void|voided": ("voided document", "作废"),
    "base margin|margin without the group": ("value report, base margin", "基准毛利"),
    "acts?": ("act", "行为"),
}
# Texts in which the English word means another thing.
OTHERWISE = {
    "Auction award": "拍卖授标",
    "Auction bid": "拍卖出价",
    "Auction bond return": "拍卖保证金退回",
    "Auction void": "拍卖流标",
    "Tender void": "竞价采购流标",
    "Void": "无效",
    "void": "流标",
    "It would post nothing.": "不产生分录。",
    "You act as {office}.": "当前职位：{office}。",
    "Your employments let you act as:": "您的任职可担任：",
}
# Words that were once said for things whose term is another.
NEVER = (
    "质押", "质保金", "债权", "通证", "代币", "提案", "见证人", "仲裁人", "报告人", "工序", "资金池", "奖池", "受阻", "拦截",
    "折让", "投标", "采购申请", "往来单位", "确认 {", "我行吗",
)  # fmt: skip
PAGES = chinese()
TEXTS = (
    "erp/kernel/refusals.zh.json",
    "bridge/operator/saying.zh.json",
    "bridge/operator/reasons.json",
)


def rows() -> dict[str, str]:
    """What the glossary calls each thing; of a budget its states, which the last column tells."""
    table = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    told = {term.strip(): said.strip() for term, said in ROW.findall(table)}
    states = re.search(r"^\| budget \|.*$", table, re.MULTILINE)
    assert states is not None
    return told | {BUDGET: states[0]}


@pytest.mark.parametrize("word", WORDS)
def test_pages_say_the_term_of_the_glossary(word: str) -> None:
    row, term = WORDS[word]
    assert term in rows()[row]
    means = re.compile(rf"\b({word})\b", re.IGNORECASE)
    said = {text: PAGES[text] for text in PAGES if means.search(text) and text not in OTHERWISE}
    assert said, "no page says this any more: take the word out of the list"
    assert {text: told for text, told in said.items() if term not in told} == {}


def test_texts_that_mean_another_thing_are_said_as_the_list_has_them() -> None:
    assert {text: PAGES[text] for text in OTHERWISE} == OTHERWISE


def test_pages_programs_and_refusals_have_no_second_word_for_a_thing() -> None:
    said = [*PAGES.values(), *of_programs().values()]
    said += [line for name in TEXTS for line in (ROOT / name).read_text("utf-8").splitlines()]
    assert {word: text for word in NEVER for text in said if word in text} == {}


def test_what_is_signed_names_posts_and_not_offices() -> None:
    told = of_programs()
    assert {name: told[name] for name in ("attesterPost", "arbiterPost")} == {
        "attesterPost": "见证方岗位",
        "arbiterPost": "仲裁方岗位",
    }
