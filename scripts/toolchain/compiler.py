"""npm's Solidity compiler as every tool of ours calls it: which version, with which settings, under which name."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COMPILER = Path(__file__).with_name("solc")
COMPILER_SHIMS = ROOT / "build" / "solc"
COMPILER_VERSION = "0.8.37"

SETTINGS: Mapping[str, object] = {
    "evmVersion": "paris",
    "optimizer": {"enabled": True, "runs": 200},
    # Without a hash of comments and paths in it, bytecode is the same wherever it is compiled.
    "metadata": {"bytecodeHash": "none"},
    "remappings": ["@openzeppelin/=node_modules/@openzeppelin/"],
}

Json = dict[str, Any]


class CompileError(Exception):
    """The sources do not compile; the text is the compiler's."""


def compile_standard(job: Mapping[str, Any], root: Path = ROOT) -> Json:
    """The compiler's answer to a standard-JSON job; remappings and imports start at ``root``."""
    done = subprocess.run(
        [str(COMPILER), "--standard-json"],
        cwd=root,
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CompileError(done.stderr)
    output: Json = json.loads(done.stdout)
    errors = [e for e in output.get("errors", []) if e["severity"] == "error"]
    if errors:
        raise CompileError("\n".join(e["formattedMessage"] for e in errors))
    return output


def compiler_folder() -> Path:
    """A folder in which py-solc-x and brownie find the compiler under the name they look for.

    To be given to them as SOLCX_BINARY_PATH.
    """
    COMPILER_SHIMS.mkdir(parents=True, exist_ok=True)
    shim = COMPILER_SHIMS / f"solc-v{COMPILER_VERSION}"
    text = f'#!/bin/sh\nexec "{COMPILER}" "$@"\n'
    if not shim.exists() or shim.read_text() != text:
        fresh = shim.with_suffix(f".{os.getpid()}")
        fresh.write_text(text)
        fresh.chmod(0o755)
        fresh.replace(shim)
    return COMPILER_SHIMS
