"""Which faults are made: each operator looks at one node of the syntax tree and says what to write in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Node = dict[str, Any]

COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*", ">>": "<<", "<<": ">>"}
ARITHMETIC |= {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "++": "--", "--": "++"}
NOTHING = "true"  # a statement that does nothing
CONVERSION = "typeConversion"


@dataclass(frozen=True, slots=True)
class Edit:
    """One fault: the bytes from `start` to `end` of a file become `text`."""

    operator: str
    start: int
    end: int
    text: str


class Source:
    """A file and the places of its nodes, which the compiler counts in bytes."""

    def __init__(self, content: str) -> None:
        self.content = content.encode()

    def span(self, node: Node) -> tuple[int, int]:
        start, length, _ = (int(part) for part in node["src"].split(":"))
        return start, start + length

    def text(self, node: Node) -> str:
        start, end = self.span(node)
        return self.content[start:end].decode()

    def between(self, left: Node, right: Node, sign: str) -> tuple[int, int]:
        """Where the sign of a binary expression stands."""
        start, end = self.span(left)[1], self.span(right)[0]
        found = self.content.index(sign.encode(), start, end)
        return found, found + len(sign)

    def put(self, operator: str, node: Node, text: str) -> Edit:
        return Edit(operator, *self.span(node), text)


Operator = Callable[[Source, Node], Iterator[Edit]]


def conditions(source: Source, node: Node) -> Iterator[Edit]:
    """A check that never refuses; a branch that is always or never taken."""
    if node["nodeType"] == "IfStatement":
        condition = node["condition"]
        if _refuses(node):
            yield source.put("drop check", condition, "false")
            if not _has_opposite(condition):
                yield source.put("negate check", condition, f"!({source.text(condition)})")
        else:
            yield source.put("always", condition, "true")
            yield source.put("never", condition, "false")
    elif node["nodeType"] == "Conditional":
        for branch in ("trueExpression", "falseExpression"):
            yield source.put("one branch", node, f"({source.text(node[branch])})")


def _has_opposite(node: Node) -> bool:
    """True when another operator negates it already."""
    binary = node["nodeType"] == "BinaryOperation" and node["operator"] in ("==", "!=")
    negated = node["nodeType"] == "UnaryOperation" and node["operator"] == "!"
    return binary or negated or node["nodeType"] == "Literal"


def _refuses(node: Node) -> bool:
    body = node["trueBody"]
    if body["nodeType"] == "Block":
        statements = body["statements"]
        body = statements[0] if len(statements) == 1 else body
    return body["nodeType"] == "RevertStatement" and not node.get("falseBody")


def arms(source: Source, node: Node) -> Iterator[Edit]:
    """One side of an `and` or an `or`."""
    if node["nodeType"] == "BinaryOperation" and node["operator"] in ("&&", "||"):
        for side in ("leftExpression", "rightExpression"):
            yield source.put("one side", node, f"({source.text(node[side])})")


def signs(source: Source, node: Node) -> Iterator[Edit]:
    """Another comparison, another sign."""
    if node["nodeType"] == "BinaryOperation":
        sides = (node["leftExpression"], node["rightExpression"])
    elif node["nodeType"] == "Assignment":
        sides = (node["leftHandSide"], node["rightHandSide"])
    else:
        return
    sign = node["operator"]
    for operator, table in (("comparison", COMPARISONS), ("sign", ARITHMETIC)):
        if sign in table:
            yield Edit(operator, *source.between(*sides, sign), table[sign])


def counters(source: Source, node: Node) -> Iterator[Edit]:
    """Up for down."""
    if node["nodeType"] == "UnaryOperation" and node["operator"] in ("++", "--"):
        yield source.put(
            "sign", node, source.text(node).replace(node["operator"], ARITHMETIC[node["operator"]])
        )
    elif node["nodeType"] == "UnaryOperation" and node["operator"] == "!":
        yield source.put("drop not", node, f"({source.text(node['subExpression'])})")


def statements(source: Source, node: Node) -> Iterator[Edit]:
    """An assignment, a reset, a call or an event that is missing."""
    if node["nodeType"] == "EmitStatement":
        yield source.put("drop event", node, NOTHING)
    elif node["nodeType"] == "ExpressionStatement":
        kind = node["expression"]["nodeType"]
        names = {"Assignment": "drop assignment", "UnaryOperation": "drop assignment"}
        names["FunctionCall"] = "drop call"
        if kind in names:
            yield source.put(names[kind], node, NOTHING)


def modifiers(source: Source, node: Node) -> Iterator[Edit]:
    """A modifier that is missing; the guard against calls that come back has a name of its own."""
    if node["nodeType"] == "FunctionDefinition" and node["kind"] == "function":
        for used in node["modifiers"]:
            if used.get("kind") == "modifierInvocation":
                guards = source.text(used) == "nonReentrant"
                yield source.put("drop guard" if guards else "drop modifier", used, "")


def answers(source: Source, node: Node) -> Iterator[Edit]:
    """Another value returned."""
    if node["nodeType"] != "Return" or not node.get("expression"):
        return
    given = node["expression"]
    kind, text = _type(given), source.text(given)
    if kind == "bool" and not _has_opposite(given):
        yield source.put("answer", given, f"!({text})")
    elif kind.startswith(("uint", "int")) and text != "0":
        yield source.put("answer", given, "0")
    elif kind in ("address", "bytes32"):
        yield source.put("answer", given, f"{kind}(0)")


def literals(source: Source, node: Node) -> Iterator[Edit]:
    """A number that is one more, the other truth."""
    if node["nodeType"] != "Literal":
        return
    text = source.text(node)
    if node["kind"] == "bool":
        yield source.put("constant", node, "false" if text == "true" else "true")
    elif node["kind"] == "number":
        yield source.put("constant", node, "1" if text == "0" else f"({text} + 1)")


def arguments(source: Source, node: Node) -> Iterator[Edit]:
    """Two neighbours of one type that changed places."""
    if node["nodeType"] != "FunctionCall" or node["kind"] == CONVERSION:
        return
    given = node["arguments"]
    for left, right in pairwise(given):
        one, other = source.text(left), source.text(right)
        if one != other and _type(left) == _type(right):
            start, end = source.span(left)[0], source.span(right)[1]
            middle = source.content[source.span(left)[1] : source.span(right)[0]].decode()
            yield Edit("swap", start, end, f"{other}{middle}{one}")


def _type(node: Node) -> str:
    return str((node.get("typeDescriptions") or {}).get("typeString", ""))


OPERATORS: tuple[Operator, ...] = (
    conditions,
    arms,
    signs,
    counters,
    statements,
    modifiers,
    answers,
    literals,
    arguments,
)


def edits(source: Source, tree: Node) -> Iterator[tuple[str, Edit]]:
    """Every fault in what a file defines, and the function or constant it stands in."""
    for contract in tree["nodes"]:
        if contract["nodeType"] != "ContractDefinition" or contract["contractKind"] == "interface":
            continue
        for member in contract["nodes"]:
            if member["nodeType"] in (
                "FunctionDefinition",
                "VariableDeclaration",
                "ModifierDefinition",
            ):
                place = member.get("name") or member.get("kind", "")
                for edit in _below(source, member):
                    yield place, edit


def _below(source: Source, node: Any) -> Iterator[Edit]:
    if isinstance(node, list):
        for each in node:
            yield from _below(source, each)
    elif isinstance(node, dict) and "nodeType" in node:
        if node["nodeType"] in ("RevertStatement", "ArrayTypeName", "InlineAssembly"):
            return  # what an error tells, how long a type is
        for operator in OPERATORS:
            yield from operator(source, node)
        for name, value in node.items():
            if name == "loopExpression" or (name == "arguments" and node.get("kind") == CONVERSION):
                continue  # a loop without end; zero as an address or a hash
            yield from _below(source, value)
