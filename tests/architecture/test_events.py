"""The generator of event classes refuses what would become a wrong class, and says what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.toolchain.events import EventError, build, docs_of, is_stale, render, shapes

ADDRESS, NUMBER = {"type": "address"}, {"type": "uint256"}


def parameter(name: str, kind: dict[str, Any], *, indexed: bool = False) -> dict[str, Any]:
    return {"name": name, "indexed": indexed, **kind}


def artifact(
    *inputs: dict[str, Any], name: str = "GoodsReturned", notice: str = "Goods went back.",
    aggregate: str = "order:{orderId}",
) -> dict[str, Any]:  # fmt: skip
    types = ",".join(str(p["type"]) for p in inputs)
    docs = {f"{name}({types})": {"notice": notice, "aggregate": aggregate}}
    return {"abi": [{"type": "event", "name": name, "inputs": list(inputs)}], "eventDocs": docs}


ORDER = parameter("orderId", NUMBER, indexed=True)


def test_an_event_becomes_a_class_with_its_sentence_and_its_stream() -> None:
    made = artifact(ORDER, parameter("from", ADDRESS), aggregate="order:{orderId}:{from}")
    shape = shapes({"Orders": made})["GoodsReturned"]
    assert shape.fields == (("order_id", "int"), ("from_", "str"))
    assert shape.aggregate == "order:{order_id}:{from_}"
    text = render({"Orders": made})
    assert '"""Goods went back."""' in text
    assert '"Orders": ("GoodsReturned",),' in text


@pytest.mark.parametrize("lacking", [{"notice": ""}, {"aggregate": ""}])
def test_an_event_without_its_sentence_or_its_stream_is_refused(lacking: dict[str, str]) -> None:
    with pytest.raises(EventError, match=r"GoodsReturned\(uint256\): put a `@notice` and"):
        shapes({"Orders": artifact(ORDER, **lacking)})


def test_a_stream_of_a_field_that_the_event_lacks_is_refused() -> None:
    with pytest.raises(EventError, match="its aggregate names tender_id"):
        shapes({"Orders": artifact(ORDER, aggregate="tender:{tenderId}")})


def test_two_facts_under_one_name_are_refused_and_a_repeated_indexed_one_is_one() -> None:
    inner = {
        "type": "tuple",
        "components": [{"name": "amount", **NUMBER}, {"name": "orderId", **NUMBER}],
    }
    entry = artifact(ORDER, parameter("terms", inner))
    entry["eventDocs"] = {
        "GoodsReturned(uint256,(uint256,uint256))": {
            "notice": "It.",
            "aggregate": "order:{orderId}",
        }
    }
    (shape,) = shapes({"Orders": entry}).values()
    assert [name for name, _ in shape.fields] == ["order_id", "amount"]
    entry["abi"][0]["inputs"].append(parameter("amount", NUMBER))
    entry["eventDocs"] = {
        "GoodsReturned(uint256,(uint256,uint256),uint256)": next(iter(entry["eventDocs"].values()))
    }
    with pytest.raises(EventError, match="two parameters become the field amount"):
        shapes({"Orders": entry})


def test_contracts_share_an_event_only_when_it_is_the_same() -> None:
    same = artifact(ORDER)
    assert len(shapes({"Orders": same, "Returns": same})) == 1
    with pytest.raises(EventError, match=r"Returns\.GoodsReturned is not the GoodsReturned of"):
        shapes({"Orders": same, "Returns": artifact(ORDER, parameter("by", ADDRESS))})


def test_sentence_and_stream_are_read_from_the_compilers_metadata() -> None:
    output = {
        "devdoc": {"events": {"A(uint256)": {"custom:aggregate": "a:{id}", "details": "x"}}},
        "userdoc": {"events": {"A(uint256)": {"notice": "It was."}}},
    }
    assert docs_of(json.dumps({"output": output})) == {
        "A(uint256)": {"aggregate": "a:{id}", "notice": "It was."}
    }


def test_an_edited_file_is_stale(tmp_path: Path) -> None:
    path = tmp_path / "generated.py"
    assert is_stale(path)
    build(path)
    assert not is_stale(path)
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert is_stale(path)
