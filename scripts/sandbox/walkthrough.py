"""What somebody types to play a purchase by hand in a sandbox, and the shell functions that make it short."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..deployment.workdir import SECRET_MODE
from ..reads.login import Login, keep

PACKAGE = __name__.partition(".")[0]  # `scripts` in a checkout
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Places:
    """Where a sandbox is; `window_seconds` is how long its suppliers may bid, and then reveal."""

    chain: str
    api: str
    home: Path
    deployment: Path
    config: Path
    tokens: Path
    example: dict[str, Any]
    window_seconds: int
    year: int


FIRST_CLERK = "buyer"  # who is meant where nobody is named
BROWNIE_INSTALLED = ".venv-brownie/.stamps/brownie"  # written last, by the Makefile
SHELL = """\
# For `. {file}`: a sandbox of interlock in a few words. Made anew by each `interlock up`.

# erp CLERK METHOD PATH [JSON]: a clerk uses the ERP's API.
# Clerks: planner buyer warehouse quality finance finance-2 supplier auditor admin; what finance proposes finance-2 confirms
# Fails where the ERP refuses, and says why in three lines. The same by hand: interlock api POST goods-issues quantity=1 …
erp() {{ INTERLOCK_LOGIN={logins} {interlock} api "$2" "$3" --as "$1" ${{4:+-d "$4"}}; }}

# interlock: the command itself, with this sandbox's settings and clerks
interlock() {{ INTERLOCK_CONFIG={config} INTERLOCK_LOGIN={logins} {interlock} "$@"; }}

# chain_time: unix seconds of the newest block
chain_time() {{
  curl -sS {chain} -H 'Content-Type: application/json' \\
    -d '{{"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockByNumber", "params": ["latest", false]}}' |
    {python} -c 'import json, sys; print(int(json.load(sys.stdin)["result"]["timestamp"], 16))'
}}

# console CODE: one line in the brownie console; without CODE the console itself. Installs the console if need be.
console() {{
  (cd {root} && {{ [ -e {installed} ] || make --no-print-directory {installed} >&2; }} &&
    .venv-brownie/bin/python -m scripts.console --deployments {deployment} --erp {erp} ${{1:+--eval "$1"}})
}}
"""


def write_erp(places: Places, token: str) -> Path:
    """Writes console.json into the sandbox's home: where the console reads the ERP, and who hands papers in to it.

    Returns its path.
    """
    path = places.home / "console.json"
    path.touch(mode=SECRET_MODE)
    erp = {
        "api": places.api,
        "token": token,
        "deployment": str(places.deployment.resolve()),
        "clerks": str(places.tokens.resolve()),
    }
    path.write_text(json.dumps(erp, indent=2) + "\n", encoding="utf-8")
    return path


def write_shell(places: Places, erp: Path) -> Path:
    """Writes erp.sh, the shell functions that the steps use, into the sandbox's home. Returns its path."""
    path = places.home / "erp.sh"
    quoted = {
        "file": path,
        "logins": shlex.quote(str(write_logins(places))),
        "interlock": program(),
        "config": shlex.quote(str(places.config)),
        "chain": places.chain,
        "python": shlex.quote(sys.executable),
        "root": shlex.quote(str(ROOT)),
        "installed": BROWNIE_INSTALLED,
        "erp": shlex.quote(str(erp)),
        "deployment": shlex.quote(str(places.deployment.resolve())),
    }
    path.write_text(SHELL.format(**quoted), encoding="utf-8")
    return path


def write_logins(places: Places) -> Path:
    """Writes login.json into the sandbox's home: all clerks are signed in for whoever uses erp.sh. Returns its path."""
    path = places.home / "login.json"
    tokens = json.loads(places.tokens.read_text(encoding="utf-8"))
    keep(path, {name: Login(places.api, token) for name, token in tokens.items()}, FIRST_CLERK)
    return path


def program() -> str:
    """How the command is called in a shell."""
    found = Path(sys.executable).with_name("interlock")
    if found.exists() and PACKAGE == "interlock":
        return shlex.quote(str(found))
    return (
        f"PYTHONPATH={shlex.quote(str(ROOT))} {shlex.quote(sys.executable)} -m {PACKAGE}.interlock"
    )


def purchase_in_pages(places: Places, party_keys: Path, password: str) -> str:
    """The same purchase with the pages alone: who opens what, and which file signs."""
    window = places.window_seconds
    return f"""\
A purchase with the pages alone; who signs chooses the keystore file of its party, {party_keys}/S1.json for S1:
password {password}
1 warehouse               Buying, Reorder board, STEEL-3MM: issue one sheet. Requisition and tender follow by themselves
2 supplier, supplier-2    My work, Seal a bid: seal, save the file, hand in, sign, within {window} s
                          My work, Open your bid: choose that file, sign, within the next {window} s. The contract awards
3 supplier                My work, Ship: 500 sheets, sign
4 warehouse, quality      My work, Receive and Inspect
  supplier                My work, Send the invoice. The contract pays when order, goods and invoice match
5 finance, auditor        Money, Books; Buying, Orders; Evidence, Audit"""


def purchase_steps(places: Places, shell: Path) -> str:
    """The purchase, step by step, as it is printed: what to type, and how to go on when a window has passed."""
    order, window = f"PO-{places.year}-00001", places.window_seconds
    tender, again = (f"TND-{places.year}-0000{n}" for n in (1, 2))
    example, twice = json.dumps(places.example), 2 * window
    receipt = {"order": order, "delivery_id": 1, "quantity": 500}
    received = json.dumps(receipt)[:-1] + ", \"received_at\": '$(chain_time)'}"
    inspection = {"receipt": f"GR-{places.year}-00001", "accepted": 500, "rejected": 0}
    invoice = receipt | {"invoice_number": "INV-1", "net_minor": 5_000_000, "tax_minor": 650_000}
    return f"""\
A purchase by hand, from a second terminal:
  . {shell}
1 stock falls below its threshold; requisition and tender follow by themselves
  erp warehouse POST goods-issues '{example}'
  console 'ops.tender("{tender}")'
2 suppliers bid within {window} s, then reveal within {window} s (ops.wait moves the chain's clock, instead of waiting)
  console 'ops.bid("{tender}", "S1", 5_000_000); ops.bid("{tender}", "S2", 5_100_000); ops.wait({window})'
  console 'ops.reveal("{tender}", "S1"); ops.reveal("{tender}", "S2"); ops.wait({window})'
  A window has passed (Refused: Tenders_CommitClosed, Tenders_RevealClosed)? Let that tender end, and once the ERP says
  VOID ask for the goods again; then take up step 2 with {again} for {tender}. What follows stays as it is printed.
    console 'ops.wait({twice})'
    erp buyer GET tenders
    erp warehouse POST goods-issues '{example}'
3 the bridge awards and funds by itself; the supplier ships
  erp buyer GET orders
  console 'ops.ship("{order}", 500)'
4 the clerks receive and inspect, the supplier invoices; the contract pays when the three match
  erp warehouse POST goods-receipts '{received}'
  erp quality POST inspections '{json.dumps(inspection)}'
  erp supplier POST supplier-invoices '{json.dumps(invoice)}'
5 the three flows of the order on one page, the supplier's credit, the ring, the proof
  erp buyer GET orders/{order}
  console 'ops.order("{order}")'; console 'ops.score("S1")'
  interlock bridge status
  interlock audit
More: `console` opens the brownie console; help(ops) there. Step 1 with curl alone:
  token=$(sed -n 's/.*"warehouse": "\\(.*\\)".*/\\1/p' {places.tokens})
  curl -X POST {places.api}/goods-issues -H "Authorization: Bearer $token" \\
    -H 'Idempotency-Key: first' -H 'Content-Type: application/json' -d '{example}'
Ctrl-C stops everything."""
