"""What a dry run would make, for people: each document with its fields, and the lines of its entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from bridge.operator.saying import say

from .output import lines_of, show_rows

ENTRY_COLUMNS = ("number", "entity", "period", "account", "debit_minor", "credit_minor")


def foreseen(answer: Any) -> bool:
    """Prints what a write would make. False when the answer is of another kind, as of a batch: it is to be printed whole."""
    if not isinstance(answer, Mapping) or "document" not in answer or "follow_ups" not in answer:
        return False
    documents = [answer["document"], *answer["follow_ups"]]
    typer.echo(say("nothing was written; this would be made:"))
    for document in documents:
        typer.echo(f"{document['type']} {document['number']}")
        for line in lines_of(document["fields"], "  "):
            typer.echo(line)
    lines = [
        {"number": document["number"], "entity": entry["entity"], "period": entry["period"],
         "account": line["account"], "debit_minor": line["debit"], "credit_minor": line["credit"]}
        for document in documents
        for entry in document["entries"] or ()
        for line in entry["lines"]
    ]  # fmt: skip
    if any(document["entries"] is None for document in documents):
        typer.echo(say("its entries are not shown to your role"))
    else:
        show_rows(lines, ENTRY_COLUMNS, say("Entries"))
    return True
