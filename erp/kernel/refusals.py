"""The Chinese of every refusal (业务规则拒绝): `refusals.zh.json` has a text for each `code`, with the same facts in it.

It is read from a refusal itself, or from its class's name and its English message where that is all that was kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from string import Formatter

from erp.kernel.errors import Rejected


@cache
def texts() -> Mapping[str, str]:
    """Chinese text by code, its facts in braces."""
    found = files("erp.kernel").joinpath("refusals.zh.json").read_text(encoding="utf-8")
    return {str(code): str(text) for code, text in json.loads(found).items()}


def in_chinese(refusal: Rejected) -> str:
    """What a refusal says, in Chinese."""
    return texts()[refusal.code].format(**refusal.facts())


def read_in_chinese(name: str, message: str) -> str | None:
    """What the refusal of this class with this English message says, in Chinese. None when no rule of the ERP speaks so."""
    for rule in _rules():
        if rule.__name__ == name and rule.code in texts():
            facts = _pattern(rule.template).fullmatch(message)
            if facts is not None:
                return texts()[rule.code].format(**facts.groupdict())
    return None


def _rules(rule: type[Rejected] = Rejected) -> Iterator[type[Rejected]]:
    yield rule
    for each in rule.__subclasses__():
        yield from _rules(each)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """What messages of a template look like, each fact a group of its name."""
    seen: set[str] = set()
    pattern = ""
    for literal, fact, _, _ in Formatter().parse(template):
        pattern += re.escape(literal)
        if fact:
            pattern += f"(?P={fact})" if fact in seen else f"(?P<{fact}>.*?)"
            seen.add(fact)
    return re.compile(pattern, re.DOTALL)
