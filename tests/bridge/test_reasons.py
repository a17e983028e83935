"""Whatever parks a row is told in English and Chinese, and alike causes are one rule."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bridge
import erp.rooms  # noqa: F401 - so that every rule of every room is there
from bridge.chain.artifact import artifact, names
from bridge.errors import CallRefused, Rejected, Unforeseen, reason_of
from bridge.operator.reasons import BUG, OTHER, Lang, advice, read
from erp.kernel.refusals import read_in_chinese

HOUSE = Path(bridge.__file__).parent
CHINESE = re.compile("[\u4e00-\u9fff]")
ERP = "UnknownAccount: No party has the settlement account 0x5e. Register the party with this account first."


def rejections() -> set[str]:
    """Names of the bridge's own refusals."""
    return {each.__name__ for each in Rejected.__subclasses__()} - {CallRefused.__name__}


def text_of(node: ast.AST) -> str | None:
    """A text as it may read, its values replaced by x1, x2, …; None for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (
            part.value if isinstance(part, ast.Constant) else f"x{place}"
            for place, part in enumerate(node.values)
        )
        return "".join(str(part) for part in parts)
    return None


def raised() -> Iterator[tuple[str, str]]:
    """Every refusal that the bridge raises with a text of its own: its class and the text."""
    known = rejections()
    for file in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            call = node.exc if isinstance(node, ast.Raise) else None
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args:
                text = text_of(call.args[0])
                if call.func.id in known and text is not None:
                    yield call.func.id, text


def objections() -> Iterator[str]:
    """Every reason for which a row is not signed, as recheck and submit return it."""
    for name in ("recheck", "submit"):
        tree = ast.parse((HOUSE / "ring" / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Return) and node.value is not None:
                each = node.value
                for part in (each.body, each.orelse) if isinstance(each, ast.IfExp) else (each,):
                    text = text_of(part)
                    if text is not None:
                        yield text


RAISED, OBJECTIONS = sorted(set(raised())), sorted(set(objections()))


def test_the_sources_are_read() -> None:
    assert len(RAISED) > 12
    assert len(OBJECTIONS) > 9


@pytest.mark.parametrize(("name", "text"), RAISED)
def test_every_refusal_of_the_bridge_is_a_sentence_of_the_catalogue(name: str, text: str) -> None:
    found = read(f"{name}: {text}")
    assert CHINESE.search(found.zh)
    if name not in ("DoesNotFit", "PortRefused"):
        assert text not in found.zh
    assert name in (found.rule, "PortRefused")


@pytest.mark.parametrize("text", OBJECTIONS)
def test_every_objection_to_signing_is_a_sentence_of_the_catalogue(text: str) -> None:
    found = read(f"not signed: {text}")
    assert found.zh.startswith("未签名：")
    assert text not in found.zh
    assert found.rule != f"not signed: {OTHER}"


def test_every_error_of_every_contract_has_its_chinese_with_its_arguments() -> None:
    errors = [e for name in names() for e in artifact(name).abi if e["type"] == "error"]
    assert len(errors) > 300
    for error in errors:
        found = read(f"{error['name']}(orderId=7, status=2)")
        assert found.rule == error["name"]
        assert found.zh.endswith("（orderId=7, status=2）"), found.zh
        assert CHINESE.search(found.zh.partition("（")[0])


def test_every_class_of_refusal_of_the_bridge_has_a_chinese_name() -> None:
    for name in rejections():
        if name != "PortRefused":
            assert CHINESE.search(read(f"{name}: something that no sentence says").zh), name


def test_a_refusal_of_the_erp_is_told_by_the_erp() -> None:
    found = read(f"PortRefused: {ERP}", read_in_chinese)
    assert (found.rule, found.en) == ("UnknownAccount", ERP)
    assert found.zh == "没有参与方使用结算账户 0x5e。请先登记使用此账户的参与方。"
    unknown = read(f"PortRefused: {ERP}")  # an ERP without Chinese
    assert (unknown.rule, unknown.zh) == ("UnknownAccount", f"ERP 拒绝：{ERP}")


def test_a_bug_keeps_its_trace_and_its_place_is_its_rule() -> None:
    try:
        {}["member"]
    except KeyError as bug:
        found = read(reason_of(Unforeseen(bug)))
    assert found.rule.startswith(f"{BUG}: KeyError in test_reasons.py:")
    assert found.trace.endswith('{}["member"]')
    assert str(Path(__file__).parent.parent.parent) not in found.trace
    assert found.zh.startswith("程序错误：KeyError in test_reasons.py")


def test_the_contract_and_the_erp_may_both_have_refused() -> None:
    found = read(f"PurchaseOrders_WrongStatus(orderId=1, status=2); PortRefused: {ERP}", read_in_chinese)  # fmt: skip
    assert found.rule == "PurchaseOrders_WrongStatus; UnknownAccount"
    assert found.zh.startswith("采购订单：状态不符（orderId=1, status=2）；没有参与方")


def test_a_text_that_no_rule_speaks_stays_as_it_is() -> None:
    found = read("planted by somebody")
    assert (found.rule, found.en, found.zh) == (OTHER, "planted by somebody", "planted by somebody")


def test_there_is_always_something_to_do_in_both_languages() -> None:
    for rule in ("UnknownAccount", "not signed: x", "Unforeseen: KeyError in x.py:1", "no such"):
        for is_call, own in ((False, False), (True, False), (True, True)):
            texts = advice(rule, is_call, own, "the-key")
            assert set(texts) == set(Lang)
            assert all("the-key" in text for text in texts.values())
            assert CHINESE.search(texts[Lang.ZH])
    assert "cannot be given up" in advice("other", True, True, "anchor:2")[Lang.EN]
