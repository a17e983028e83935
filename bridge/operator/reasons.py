"""Why a row is parked, in English and Chinese: the one place where stored reasons are read for people.

`reasons.json` has the Chinese of the contracts' errors and of the bridge's own, and what to do about each. The Chinese of
an ERP's refusals is the ERP's: its port is asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

ERP_SAID = "PortRefused: "
UNSIGNED = "not signed"
BUG = "Unforeseen"
OTHER = "other"  # the rule of a reason that none speaks of
_REVERT = re.compile(r"(?P<name>[A-Z]\w*)(?:\((?P<details>.*)\))?", re.DOTALL)
_BUG = re.compile(r"(?P<bug>\w+)(?: in (?P<place>[^:]+:\d+))?: (?P<said>.*)", re.DOTALL)

_FACT = re.compile(r"\{\w+\}")

Refusals = Callable[[str, str], str | None]  # an ERP's rule and what it said -> its Chinese


class Lang(StrEnum):
    """Languages of what is shown."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason as it is shown. `rule` is the same for all that were parked for the same kind of cause."""

    rule: str
    en: str
    zh: str
    trace: str = ""  # of a bug

    def shown(self, lang: Lang | None) -> str:
        """In one language, or in both, one below the other."""
        if lang is None:
            return f"{self.en}\n{self.zh}"
        return self.zh if lang is Lang.ZH else self.en


def unknown(_rule: str, _said: str) -> None:
    """Stands for an ERP that has no Chinese."""


def read(reason: str, refusals: Refusals = unknown) -> Reason:
    """What a parked row says. Text that no rule speaks stays as it is in both languages."""
    said, _, trace = reason.partition("\n")
    if said.startswith(f"{UNSIGNED}: "):
        inner = read(said.removeprefix(f"{UNSIGNED}: "), refusals)
        return Reason(f"{UNSIGNED}: {inner.rule}", said, f"未签名：{inner.zh}", trace)
    if said.startswith(ERP_SAID):
        return _of_erp(said.removeprefix(ERP_SAID), refusals)
    found = _of_contract(said) or _of_bridge(said)
    if found is not None:
        return Reason(found.rule, found.en, found.zh, trace)
    first, semicolon, then = said.partition("); ")
    verdict = _of_contract(f"{first})") if semicolon else None
    if verdict is not None:  # the contract ended it, and the ERP would not hear of it
        inner = read(then, refusals)
        zh = f"{verdict.zh}；{inner.zh}"
        return Reason(f"{verdict.rule}; {inner.rule}", said, zh, trace)
    return _in_phrase(said) or Reason(OTHER, said, said, trace)


def advice(rule: str, is_call: bool, own: bool, key: str) -> Mapping[Lang, str]:
    """What to do about it, in each language."""
    texts = _catalogue()["advice"]
    kind = "own call" if own else "call" if is_call else "event"
    name = next((part for part in (rule, rule.partition(":")[0]) if part in texts), kind)
    return {lang: str(texts[name][lang]).format(key=key) for lang in Lang}


@cache
def _catalogue() -> Mapping[str, Any]:
    text = files("bridge.operator").joinpath("reasons.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _of_erp(said: str, refusals: Refusals) -> Reason:
    name, colon, message = said.partition(": ")
    chinese = refusals(name, message) if colon else None
    if chinese is not None:
        return Reason(name, said, chinese)
    return _in_phrase(said) or Reason(name if colon else OTHER, said, f"ERP 拒绝：{said}")


def _of_contract(said: str) -> Reason | None:
    """A custom error of a contract with its arguments, as the decoder writes it."""
    match = _REVERT.fullmatch(said)
    if match is None:
        return None
    name, details = match["name"], match["details"]
    contract, _, rule = name.rpartition("_")
    contracts, rules = _catalogue()["contracts"], _catalogue()["rules"]
    if rule not in rules or (contract and contract not in contracts):
        return None
    zh = f"{contracts[contract]}：{rules[rule]}" if contract else rules[rule]
    return Reason(name, said, f"{zh}（{details}）" if details else zh)


def _of_bridge(said: str) -> Reason | None:
    """An error of the bridge itself, by its class."""
    name, colon, message = said.partition(": ")
    kinds = _catalogue()["kinds"]
    if not colon or name not in kinds:
        return None
    if name == BUG:
        bug = _BUG.fullmatch(message)
        where = f"{bug['bug']} in {bug['place']}" if bug is not None and bug["place"] else BUG
        return Reason(f"{BUG}: {where}", said, f"{kinds[BUG]}：{message}")
    phrase = _in_phrase(message)
    return Reason(name, said, phrase.zh if phrase else f"{kinds[name]}：{message}")


def _in_phrase(said: str) -> Reason | None:
    """A sentence of the catalogue with its facts; the one that leaves the least to facts, where several fit."""
    fits = [
        (len(english), english, chinese, match)
        for english, chinese in _catalogue()["phrases"].items()
        if (match := _pattern(english).fullmatch(said)) is not None
    ]
    if not fits:
        return None
    _, english, chinese, match = max(fits, key=lambda fit: fit[0])
    return Reason(_FACT.sub("…", english), said, str(chinese).format(**match.groupdict()))


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """What sentences of a template look like, each fact a group of its name."""
    parts = [
        f"{re.escape(literal)}(?P<{fact}>.*?)" if fact else re.escape(literal)
        for literal, fact, _, _ in Formatter().parse(template)
    ]
    return re.compile("".join(parts), re.DOTALL)
