"""How what is parked is printed: one block a group, since reasons in two languages fit no column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape

from bridge.operator.printing import a_table, instant, printer, put
from bridge.operator.quarantine import Group, Shown
from bridge.operator.reasons import Lang
from bridge.store.quarantine import told
from bridge.store.tables import OperatorAct

VALUE_MAX = 400  # characters of a value that are shown; --json has all


def print_groups(groups: Sequence[Group], lang: Lang | None) -> None:
    """What is parked, alike things together."""
    console = printer()
    if not groups:
        console.print("nothing is parked", highlight=False)
        return
    table = a_table(console, "parked", "what and why", title="interlock bridge quarantine list")
    for place, group in enumerate(groups):
        if place:
            table.add_section()
        table.add_row(f"{group.count:,} ×", escape(_group(group, lang)))
    put(console, table)
    console.print("show one: interlock bridge quarantine show KEY", highlight=False, soft_wrap=True)


def _group(group: Group, lang: Lang | None) -> str:
    kind = "call" if group.is_call else "event"
    oldest = f"oldest {group.oldest.key}"
    if group.number:
        oldest += f" of {group.number}"
    if group.since is not None:
        oldest += f", {instant(group.since)}"
    behind = f"{group.behind:,} {kind}s wait behind" if group.behind else "nothing waits behind"
    return f"{group.what} ({kind})\n{group.reason.shown(lang)}\n{oldest}\n{behind}"


def print_acts(acts: Sequence[OperatorAct]) -> None:
    """What operators did last."""
    if not acts:
        return
    console = printer()
    table = a_table(console, "at", "who", "did", "why", title="done by operators, newest first")
    for act in acts:
        at = instant(act.at).removesuffix(" UTC")
        table.add_row(at, escape(act.who), f"{act.act} {escape(act.key)}", escape(act.why))
    put(console, table)


def print_shown(shown: Shown, lang: Lang | None) -> None:
    """One event or call with all that is known of it."""
    console = printer()
    parked = shown.parked
    table = a_table(console, "what", "value", title=escape(parked.key), heads=False)
    table.add_row("what", f"{escape(parked.what)} ({'call' if parked.is_call else 'event'})")
    table.add_row("status", escape(shown.status))
    if shown.reason is not None:
        table.add_row("why", escape(shown.reason.shown(lang)))
    table.add_row("aggregate", escape(" ".join(filter(None, (parked.aggregate, shown.number)))))
    if parked.document:
        table.add_row("asked for by", escape(parked.document))
    if shown.since is not None:
        table.add_row("since", instant(shown.since))
    for name, value in shown.fields.items():
        table.add_row(f"  {escape(name)}", escape(_value(value)))
    if shown.waits:
        table.add_row("behind it", escape(_behind(shown)))
        table.add_row("parked alike", f"{shown.likes:,}, with this one")
        texts = list(shown.advice.values()) if lang is None else [shown.advice[lang]]
        table.add_row("do", escape("\n".join(reversed(texts))))
    for act in shown.acts:
        table.add_row("done", escape(told(act)))
    put(console, table)
    if shown.reason is not None and shown.reason.trace:
        _print_trace(console, shown.reason.trace)


def _behind(shown: Shown) -> str:
    if not shown.behind:
        return "nothing"
    more = shown.behind - len(shown.first_behind)
    lines = [f"{shown.behind:,} wait:", *shown.first_behind, *([f"… and {more:,} more"] if more else ())]  # fmt: skip
    return "\n".join(lines)


def _value(value: Any) -> str:
    text = str(value)
    return text if len(text) <= VALUE_MAX else f"{text[:VALUE_MAX]}… ({len(text):,} characters)"


def _print_trace(console: Console, trace: str) -> None:
    console.print("trace, the innermost call last:", highlight=False)
    console.print(trace, markup=False, highlight=False, soft_wrap=True)
