"""Which document stands in the place of one that was voided: somebody told the same again, in the same words.

A chain that left blocks behind often mines the same transactions again. They name documents by commitments of before, and
what was voided is told again under a number of its own.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable

from bridge.ports.port import Document

NUMBER = re.compile(r'"[A-Z]{2,4}-\d{4}-\d{5,}"')  # of a document, as a value in JSON


def heirs(documents: Iterable[Document]) -> dict[str, str]:
    """Number of each document that was voided -> number of the later one that says the same.

    Give whole types, with the voided ones and those that voided them. The same are documents of one type whose fields are
    equal but for the numbers of other documents. Of several that are alike the first stands for the first, and so on.
    """
    every = list(documents)
    sequences = {each.number: each.sequence for each in every}
    void: dict[tuple[str, str], list[Document]] = defaultdict(list)  # what it says, what voided it
    standing: dict[str, list[Document]] = defaultdict(list)
    for each in every:
        if each.voided_by is None:
            standing[_said(each)].append(each)
        else:
            void[_said(each), each.voided_by].append(each)
    found: dict[str, str] = {}
    for (said, by), gone in void.items():
        later = [each for each in standing[said] if each.sequence > sequences.get(by, 0)]
        found.update((old.number, new.number) for old, new in zip(gone, later, strict=False))
    return found


def _said(document: Document) -> str:
    fields = json.dumps(document.fields, sort_keys=True)
    return f"{document.type} {NUMBER.sub('number', fields)}"
