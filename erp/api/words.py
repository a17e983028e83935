"""In which language a problem is told (`Accept-Language`), and the Chinese of what the API itself refuses.

What rules refuse has its Chinese in `erp.kernel.refusals`. A code without Chinese is told in English.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from starlette.requests import Request

ENGLISH, CHINESE = "en", "zh"
MAX_HEADER = 200  # characters of the header that are read
# What pydantic finds wrong, by its own name; the facts are those of its error.
FAULTS: Mapping[str, str] = {
    "missing": "必填",
    "extra_forbidden": "没有这个字段",
    "int_type": "须为整数",
    "int_parsing": "须为整数",
    "int_from_float": "须为整数",
    "bool_type": "须为 true 或 false",
    "bool_parsing": "须为 true 或 false",
    "string_type": "须为字符串",
    "list_type": "须为数组",
    "string_too_short": "至少 {min_length} 个字符",
    "string_too_long": "至多 {max_length} 个字符",
    "too_short": "至少 {min_length} 项",
    "too_long": "至多 {max_length} 项",
    "string_pattern_mismatch": "格式不符：{pattern}",
    "greater_than": "须大于 {gt}",
    "greater_than_equal": "须不小于 {ge}",
    "less_than": "须小于 {lt}",
    "less_than_equal": "须不大于 {le}",
    "enum": "须为以下之一：{expected}",
    "literal_error": "须为以下之一：{expected}",
    "model_attributes_type": "须为 JSON 对象",
    "model_type": "须为 JSON 对象",
    "dict_type": "须为 JSON 对象",
    "json_invalid": "不是有效的 JSON",
    "union_tag_not_found": "必填",
    "union_tag_invalid": "没有这个命令；可用的命令：{expected_tags}",
}


def wanted(request: Request) -> str:
    """The language of the header that is preferred among ours; English where none is."""
    best, weight = ENGLISH, 0.0
    for part in request.headers.get("accept-language", "")[:MAX_HEADER].split(","):
        name, _, rest = part.partition(";")
        told = rest.strip().removeprefix("q=") if rest else "1"
        language = name.strip().lower().partition("-")[0]
        if language in {ENGLISH, CHINESE} and (found := _weight(told)) > weight:
            best, weight = language, found
    return best


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


@cache
def texts() -> Mapping[str, str]:
    """Chinese text by code, its facts in braces."""
    found = files("erp.api").joinpath("problems.zh.json").read_text(encoding="utf-8")
    return {str(code): str(text) for code, text in json.loads(found).items()}


def in_chinese(code: str, facts: Mapping[str, Any]) -> str | None:
    """What the API's own refusal says in Chinese; None where there is no text of this code."""
    text = texts().get(code)
    return None if text is None else text.format(**{name: _told(v) for name, v in facts.items()})


def fault_in_chinese(error: Mapping[str, Any]) -> str | None:
    """What is wrong with one field, in Chinese; None where pydantic's finding has no text."""
    text = FAULTS.get(str(error["type"]))
    return None if text is None else text.format(**error.get("ctx", {}))


def _told(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(map(str, value)) or "无"
    return str(value)
