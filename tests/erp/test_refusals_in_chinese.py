"""Every refusal of the ERP can be told in Chinese, from itself and from what was kept of its English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from string import Formatter

import pytest

import erp.app  # noqa: F401 - so that every rule is there
from erp.kernel.errors import Rejected
from erp.kernel.refusals import in_chinese, read_in_chinese, texts
from erp.parties.errors import UnknownParty

CHINESE = re.compile("[\u4e00-\u9fff]")


def rules(of: type[Rejected] = Rejected) -> Iterator[type[Rejected]]:
    for each in of.__subclasses__():
        if each.__module__.startswith("erp."):
            yield each
            yield from rules(each)


RULES = sorted(set(rules()), key=lambda rule: rule.code)


def example(rule: type[Rejected]) -> Rejected:
    """A refusal by this rule, each fact another."""
    return rule(
        **{
            field.name: 7_000 + n if field.type == "int" else f"FACT-{n}"
            for n, field in enumerate(fields(rule))
        }
    )


def facts_in(template: str) -> set[str]:
    return {fact for _, fact, _, _ in Formatter().parse(template) if fact}


def test_each_rule_has_one_text_and_each_text_its_rule() -> None:
    assert {rule.code for rule in RULES} == set(texts())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_chinese_tells_the_same_facts(rule: type[Rejected]) -> None:
    assert facts_in(texts()[rule.code]) == facts_in(rule.template)
    refusal = example(rule)
    told = in_chinese(refusal)
    assert CHINESE.search(told) or rule.template == "{why}"
    read = read_in_chinese(rule.__name__, str(refusal))
    assert read is not None
    assert read.replace("'", "") == told


def test_what_no_rule_says_has_no_chinese() -> None:
    assert read_in_chinese("NoSuchRule", "No party 'X' is registered.") is None
    assert read_in_chinese(UnknownParty.__name__, "something else") is None
