"""A brownie console on the running chain: ``python -m scripts.console`` in .venv-brownie.

In the namespace: each contract under its own name, ``contracts`` (the same by name), ``accounts``
(on a development chain those of the public test phrase), ``deployment`` (the deployments file),
``ops`` (scripts.console.ops), and all that brownie itself offers. Gas is free.

    python -m scripts.console                             the chain of deployments/local.json
    python -m scripts.console --network pilot
    python -m scripts.console --eval 'Tenders.address'    print one value and leave
    python -m scripts.console --erp FILE                  ids may be this ERP's numbers: {"api": URL, "token": ...}
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import changes, floats, switches, visible

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "bridge" / "chain" / "artifacts"
SANDBOX_ERP = ROOT / "build" / "run" / "console.json"
BROWNIE_HOME = ROOT / "build" / "brownie-home"
NETWORK_ID = "interlock"
DEFAULT_NETWORK = "local"
DEVELOPMENT_CHAIN_ID = 31337
# Public test phrase of the whole ecosystem: its keys guard nothing.
DEVELOPMENT_MNEMONIC = "test test test test test test test test test test test junk"
DEVELOPMENT_ACCOUNTS = 20
NODE_TIMEOUT_SECONDS = 30
GANACHE_GAS_LIMIT = 10_000_000
EXPECTED_KEYS = ("network", "chainId", "rpcUrl", "genesisHash", "posts", "contracts")

Deployment = Mapping[str, Any]
Namespace = dict[str, Any]


class ConsoleError(Exception):
    """The console cannot be opened on this chain; the text says why and what to do."""


def read_deployment(path: Path) -> Deployment:
    """The deployments file at ``path``; ConsoleError when it is missing or is something else."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConsoleError(f"{path} does not exist: start a system with `make run` first") from None
    except (OSError, ValueError) as error:
        raise ConsoleError(f"{path} cannot be read: {error}") from error
    missing = [key for key in EXPECTED_KEYS if not isinstance(found, dict) or key not in found]
    if missing:
        raise ConsoleError(f"{path} is not a deployments file: it lacks {', '.join(missing)}")
    return dict(found)


def import_brownie() -> Any:
    """The brownie package, keeping its files under build/ instead of the user's home."""
    BROWNIE_HOME.mkdir(parents=True, exist_ok=True)
    os.environ["HOME"] = str(BROWNIE_HOME)
    try:
        return importlib.import_module("brownie")
    except ModuleNotFoundError as error:
        raise ConsoleError(
            f"{error}: run this with .venv-brownie/bin/python (`make console`)"
        ) from error


def connect(brownie: Any, deployment: Deployment) -> None:
    """Brownie speaks to the node of ``deployment``, gas is free; ConsoleError if it is another."""
    config = importlib.import_module("brownie._config").CONFIG
    url, chain_id = deployment["rpcUrl"], deployment["chainId"]
    config.settings["eager_caching"] = False
    config.networks[NETWORK_ID] = {
        "id": NETWORK_ID,
        "name": deployment["network"],
        "host": url,
        "chainid": chain_id,
        "timeout": NODE_TIMEOUT_SECONDS,
    }
    try:
        brownie.network.connect(NETWORK_ID)
    except (OSError, ConnectionError) as error:
        raise ConsoleError(f"no node answers at {url}: is the system running? ({error})") from error
    if not brownie.network.is_connected():
        raise ConsoleError(f"no node answers at {url}: is the system running?")
    _require_same_chain(brownie, deployment)
    visible.install(brownie.web3)
    floats.install(importlib.import_module("brownie.network.contract"))
    # network.gas_price(0) would mean "automatic": brownie takes the 0 for False.
    config.active_network["settings"].update(
        gas_price=brownie.Wei(0), max_fee=None, priority_fee=None
    )
    if brownie.web3.client_version.lower().startswith("ganache"):
        # brownie cannot read the error of Ganache's gas estimation: send, and read the receipt.
        brownie.network.gas_limit(GANACHE_GAS_LIMIT)


def _require_same_chain(brownie: Any, deployment: Deployment) -> None:
    url = deployment["rpcUrl"]
    chain_id = brownie.web3.eth.chain_id
    if chain_id != deployment["chainId"]:
        raise ConsoleError(
            f"{url} is chain {chain_id}, the deployment is on {deployment['chainId']}"
        )
    genesis = "0x" + bytes(brownie.web3.eth.get_block(0)["hash"]).hex()
    if genesis != deployment["genesisHash"].lower():
        raise ConsoleError(
            f"{url} is another chain than the deployment's: its genesis is {genesis}"
        )


def load_contracts(brownie: Any, deployment: Deployment) -> dict[str, Any]:
    """The deployed contracts by name, with their shipped ABIs; ConsoleError if one is not there.

    Under its bare name stands the newest edition of a contract; an older one is `Tenders_0`.
    """
    loaded = {}
    for name, editions in deployment["contracts"].items():
        artifact = ARTIFACTS / f"{name}.json"
        if not artifact.exists():
            raise ConsoleError(
                f"{name} is deployed, but bridge/chain/artifacts holds no {name}.json"
            )
        abi = json.loads(artifact.read_text(encoding="utf-8"))["abi"]
        for entry in editions:
            address = brownie.web3.to_checksum_address(entry["address"])
            if not brownie.web3.eth.get_code(address):
                raise ConsoleError(f"there is no code at {address}, where {name} should be")
            known = name if entry is editions[-1] else f"{name}_{entry['edition']}"
            loaded[known] = brownie.Contract.from_abi(name, address, abi, persist=False)
    return loaded


def make_namespace(brownie: Any, deployment: Deployment) -> Namespace:
    """Everything that the console offers beside brownie's own names."""
    if deployment["chainId"] == DEVELOPMENT_CHAIN_ID:
        brownie.accounts.from_mnemonic(DEVELOPMENT_MNEMONIC, count=DEVELOPMENT_ACCOUNTS)
    contracts = load_contracts(brownie, deployment)
    ops = importlib.import_module(".ops", __package__)
    calls = importlib.import_module(".ops.calls", __package__)
    names: Namespace = {
        **contracts,
        "contracts": contracts,
        "accounts": brownie.accounts,
        "deployment": deployment,
        "ops": ops,
    }
    calls.attach(names)
    return names


def find_erp(named: Path | None, deployment: Path) -> None:
    """Tells the helpers which ERP to ask for numbers: that of a file, or that of `make run` on this deployment."""
    numbers = importlib.import_module(".erp_numbers", __package__)
    errors = importlib.import_module(".errors", __package__)
    try:
        if named is not None:
            numbers.use(numbers.from_file(named))
        elif SANDBOX_ERP.exists():
            numbers.use(numbers.from_file(SANDBOX_ERP, deployment))
    except (FileNotFoundError, errors.OpsError) as error:
        raise ConsoleError(str(error)) from None


def evaluate(brownie: Any, names: Namespace, source: str) -> None:
    """Runs ``source`` with the names of the console; prints the value of an expression."""
    scope: Namespace = {name: getattr(brownie, name) for name in brownie.__all__} | names
    try:
        code = compile(source, "<--eval>", "eval")
    except SyntaxError:
        exec(compile(source, "<--eval>", "exec"), scope)  # noqa: S102 - this is what a console is for
        return
    value = eval(code, scope)  # noqa: S307 - this is what a console is for
    if value is not None and not hasattr(value, "txid"):  # what a receipt changed was told
        print(repr(value) if isinstance(value, dict) else value)


def evaluate_or_tell(brownie: Any, names: Namespace, source: str) -> int:
    """Runs `evaluate` and returns the exit code: 1, with one line on stderr, when a contract or a helper refused."""
    calls = importlib.import_module(".ops.calls", __package__)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `--eval ... | head` ends quietly
    try:
        evaluate(brownie, names, source)
    except Exception as error:
        said = calls.said_no(error)
        if said is None:
            raise
        print(f"console: {said}", file=sys.stderr)
        return 1
    return 0


def console_class() -> Any:
    """Returns a subclass of Brownie's console that prints a refusal as one line and a `View` on its own lines."""
    base = importlib.import_module("brownie._cli.console").Console
    calls = importlib.import_module(".ops.calls", __package__)
    formatting = importlib.import_module(".formatting", __package__)

    class Console(base):  # type: ignore[misc, valid-type]
        def showtraceback(self) -> None:
            error = sys.exc_info()[1]
            if error is None or switches.is_shown():
                super().showtraceback()
                return
            said = (
                calls.said_no(error) or f"{type(error).__name__}: {error} (ops.debug() shows where)"
            )
            self.write(f"{' '.join(said.split())}\n")

        def _console_write(self, obj: Any) -> None:
            if isinstance(obj, (formatting.View, formatting.Minor, formatting.Who)):
                self.write(f"{obj!r}\n")
            elif not hasattr(obj, "txid") or switches.is_shown():
                super()._console_write(obj)  # a receipt's changes were told when it was sent

    return Console


def _banner(deployment: Deployment, names: Namespace) -> str:
    listed = ", ".join(sorted(names["contracts"]))
    return "\n".join(
        [
            f"interlock: network {deployment['network']}, chain {deployment['chainId']}",
            f"contracts: {listed}",
            "helpers:   help(ops); ops.next(); accounts, chain, deployment; Ctrl-D leaves",
        ]
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.console", description="A brownie console on the running chain."
    )
    parser.add_argument("--network", default=DEFAULT_NETWORK, help="reads deployments/NETWORK.json")
    parser.add_argument("--deployments", type=Path, metavar="FILE", help="reads FILE instead")
    parser.add_argument(
        "--erp",
        type=Path,
        metavar="FILE",
        help="its numbers serve as ids: {api, token}, as `interlock up` writes it",
    )
    parser.add_argument("--eval", metavar="CODE", help="run CODE, print its value, leave")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the console, or run --eval; 1 with one line on stderr when that is impossible."""
    options = _parser().parse_args(arguments)
    try:
        path = options.deployments or ROOT / "deployments" / f"{options.network}.json"
        deployment = read_deployment(path)
        brownie = import_brownie()
        connect(brownie, deployment)
        names = make_namespace(brownie, deployment)
        find_erp(options.erp, path)
        changes.tell_changes(print)
    except ConsoleError as error:
        print(f"console: {error}", file=sys.stderr)
        return 1
    if options.eval is not None:
        return evaluate_or_tell(brownie, names, options.eval)
    console = console_class()(None, names)
    console.interact(banner=_banner(deployment, names), exitmsg="")
    return 0
