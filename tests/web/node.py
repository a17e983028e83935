"""The programs of pages in Node: a program of this folder, bundled with what it imports, given JSON and asked for JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).with_name("programs")
NODE = Path(sys.executable).with_name("node")
SECONDS = 60


def ran(name: str, told: Any, folder: Path) -> Any:
    """What a program writes when it is given this."""
    bundle = folder / f"{name}.mjs"
    esbuild = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"
    subprocess.run(
        [str(NODE), str(esbuild), str(PROGRAMS / f"{name}.mjs"), "--bundle", "--platform=node", "--format=esm",
         f"--outfile={bundle}", "--log-level=error"],
        cwd=ROOT, check=True, timeout=SECONDS,
    )  # fmt: skip
    done = subprocess.run(
        [str(NODE), str(bundle)], input=json.dumps(told), capture_output=True, text=True, check=True, timeout=SECONDS
    )  # fmt: skip
    return json.loads(done.stdout)
