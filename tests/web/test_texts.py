"""Every text of a page has its Chinese, and none is there for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from erp.api.document_view import CLASSES
from erp.kernel.roles import Role
from erp.procurement.rules import DeliveryStatus, OrderStatus
from erp.web.app import ROOMS
from erp.web.render import PLACES
from erp.web.texts import Texts, chinese
from erp.web.timeline import LANES

SAID = re.compile(r"""\bt\(\s*(?:"([^"]+)"|'([^']+)')""")


def said() -> set[str]:
    """The texts that templates say, and those that code gives them."""
    folder = files("erp.web").joinpath("templates")
    found: set[str] = set()
    for text in _texts_of(folder):
        found |= {first or second for first, second in SAID.findall(text)}
        named = re.search(r"set names = \{(.*?)\}", text)
        found |= set(re.findall(r'"([^"]+)"', named[1])) if named else set()
    found |= {said for work, _, name, _ in PLACES for said in (work, name) if said} | set(LANES)
    for unit in ("day", "hour", "minute", "second"):
        found |= {f"1 {unit}", f"{{count}} {unit}s"}
    for room in ROOMS:
        found |= set(getattr(room, "SAYS", ()))
    return found


def _texts_of(folder: Traversable) -> Iterator[str]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _texts_of(each)
        else:
            yield each.read_text(encoding="utf-8")


def kinds() -> set[str]:
    """What types, statuses and roles are called."""
    names = {*CLASSES, *Role, *OrderStatus, *DeliveryStatus, "no anchor yet"}
    for room in ROOMS:
        names |= set(getattr(room, "KINDS", ()))
    return {str(name).replace("_", " ").capitalize() for name in names}


def test_every_text_has_its_chinese() -> None:
    assert sorted((said() | kinds()) - chinese().keys()) == []


def test_facts_of_a_text_stand_in_both_languages() -> None:
    for english, text in chinese().items():
        assert re.findall(r"\{\w+\}", english) == re.findall(r"\{\w+\}", text), english


def test_no_chinese_is_kept_that_nobody_says() -> None:
    # quantities of time lines, and what a status without a name of its own is called
    others = {"Minutes", "Ran", "Earned bps", "Refused"}
    assert sorted(chinese().keys() - said() - kinds() - others) == []


def test_a_text_without_chinese_stays_english() -> None:
    assert Texts("zh")("Nobody says this {once}", once="!") == "Nobody says this !"
