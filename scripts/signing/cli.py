"""`interlock sign`: a person signs an act with a key that never leaves its machine."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from bridge.errors import BadConfiguration
from bridge.operator.printing import a_table, instant, printer, put

if TYPE_CHECKING:
    from .mailbox import AskedAct, Rebuilt

SECONDS_MAX = 30.0  # for one answer of the API


def sign(  # noqa: PLR0917 - an option each
    request: Annotated[str, typer.Argument(help="Number of the signing request: SRQ-2026-00001.")],
    keystore: Annotated[Path, typer.Option(help="Your keystore file (`interlock keys new`).")],
    password_file: Annotated[Path, typer.Option(help="File that holds its password.")],
    deployment: Annotated[
        Path, typer.Option(help="The deployment file of the chain, from its operator.")
    ],
    api: Annotated[
        str | None, typer.Option(help="Where the ERP's API is: http://127.0.0.1:8000.")
    ] = None,
    token_file: Annotated[Path | None, typer.Option(help="File that holds your token.")] = None,
    rpc: Annotated[str | None, typer.Option(help="Your node; default: the deployment's.")] = None,
    account: Annotated[
        str | None, typer.Option(help="Your firm's account, where the key only owns it.")
    ] = None,
    from_file: Annotated[
        Path | None,
        typer.Option(
            help="Instead of --api: a file with `request` and `act`, as the API gives them."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the answer there instead of sending it.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Sign without being asked.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines; needs --yes.")] = False,
) -> None:
    """Sign an act that you asked for: see what it does, and answer.

    The payload is made anew on this machine, from the act, the deployment file and the chain; one that differs from what
    the mailbox offers is refused. The key never leaves the keystore.

    Example: `interlock sign SRQ-2026-00001 --keystore mine.json --password-file password --deployment deployment.json
    --api http://127.0.0.1:8000 --token-file token`
    """
    from bridge.chain import keys
    from bridge.chain.client import Client
    from bridge.chain.deployment import load
    from bridge.mailbox import ACT

    from .mailbox import AskedAct, check_same, nonce_in, rebuild
    from .mailbox import sign as sign_offer

    if as_json and not yes:
        raise BadConfiguration("--json asks nobody: give --yes as well")
    offered, asked = _read(request, api, token_file, from_file)
    where = load(deployment)
    client = Client([rpc or where.rpc_url])
    key = keys.load(keystore, _text(password_file))
    speaks_for = (account or key.address).lower()
    act = AskedAct(
        asked["number"], asked["act"], asked["fields"], asked["good_until"], asked.get("papers"),
        offered.get("refs", {}),
    )  # fmt: skip
    if offered["act_request"] != act.number:
        raise BadConfiguration(f"{request} is for {offered['act_request']}, not for {act.number}")
    nonce = nonce_in(offered["kind"], offered["payload"])
    rebuilt = rebuild(act, speaks_for, where, client, step=offered.get("step", ACT), nonce=nonce)
    check_same(rebuilt, offered["kind"], offered["payload"])
    if not as_json:
        _show(request, act, rebuilt)
    if not yes and not typer.confirm("Sign this?"):
        raise typer.Exit(1)
    answer = sign_offer(rebuilt, key, speaks_for, where.chain_id)
    told: dict[str, Any] = {"signing_request": request, "answer": answer}
    if out is not None:
        out.write_text(json.dumps(told), encoding="utf-8")
        told["written_to"] = str(out)
    else:
        told["document"] = _send(told, api, token_file)
    if as_json:
        typer.echo(json.dumps(told | {"says": rebuilt.english, "says_zh": rebuilt.chinese}))
    else:
        done = f"written to {out}" if out is not None else f"sent: {told['document']}"
        printer().print(f"signed, {escape(done)}", highlight=False)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\n")
    except OSError as error:
        raise BadConfiguration(f"cannot read {path}: {error}") from error


def _read(
    number: str, api: str | None, token_file: Path | None, from_file: Path | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The signing request and its act, from the API or a file."""
    if from_file is not None:
        try:
            content = json.loads(_text(from_file))
            return content["request"], content["act"]
        except (ValueError, KeyError, TypeError) as error:
            raise BadConfiguration(
                f"{from_file} is no JSON with `request` and `act`: {error}"
            ) from error
    request = _call("GET", f"/signing-requests/{number}", api, token_file)
    act = _call("GET", f"/act-requests/{request['act_request']}", api, token_file)
    return request, act


def _send(told: dict[str, Any], api: str | None, token_file: Path | None) -> str:
    body = {"signing_request": told["signing_request"], "answer": told["answer"]}
    return str(_call("POST", "/signatures", api, token_file, body)["document"]["number"])


def _call(
    method: str,
    path: str,
    api: str | None,
    token_file: Path | None,
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """An answer of the API. Raises BadConfiguration with what it refused, NodeUnavailable is for the chain."""
    import httpx

    if api is None or token_file is None:
        raise BadConfiguration(
            "name the API with --api and --token-file, or use --from-file and --out"
        )
    headers = {"Authorization": f"Bearer {_text(token_file)}"}
    if body is not None:
        headers["Idempotency-Key"] = secrets.token_hex(16)
    try:
        answer = httpx.request(
            method, api.rstrip("/") + path, headers=headers, json=body, timeout=SECONDS_MAX,
            trust_env=False,
        )  # fmt: skip
    except httpx.TransportError as error:
        raise BadConfiguration(f"{api} does not answer: {error}") from error
    if answer.is_error:
        raise BadConfiguration(f"{method} {path}: {answer.status_code} {_detail(answer)}")
    found: dict[str, Any] = answer.json()
    return found


def _detail(answer: Any) -> str:
    try:
        return str(answer.json().get("detail", answer.text))
    except ValueError:
        return str(answer.text)


def _show(request: str, act: AskedAct, rebuilt: Rebuilt) -> None:
    """What is about to be signed: the sentence in both languages, every field, and what goes to the chain."""
    console = printer()
    console.print(f"[bold]{escape(rebuilt.english)}[/]\n{escape(rebuilt.chinese)}", highlight=False)
    table = a_table(console, "field", "value", title=f"{request}, act {act.number}: {act.act}")
    for name, value in act.fields.items():
        table.add_row(name, escape(json.dumps(value, ensure_ascii=False)))
    for name, value in (act.papers or {}).items():
        table.add_row(f"rests on: {name}", escape(json.dumps(value, ensure_ascii=False)))
    table.add_row("good until", instant(act.good_until))
    for name, value in json.loads(rebuilt.offer.payload).items():
        table.add_row(f"signed: {name}", escape(json.dumps(value, ensure_ascii=False)))
    put(console, table)
