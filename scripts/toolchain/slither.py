"""slither over contracts/, by the allow-list of detectors in slither.config.json: ``make proofs``.

Every finding fails; what is meant is marked in its line, with the reason. slither is given the answer of the one
compile (scripts/toolchain/compiled.py) in a folder of its own under build/, so that the root needs no foundry.toml.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from subprocess import CompletedProcess

from .compiled import build_info
from .compiler import ROOT
from .programs import Run, run

SLITHER = ROOT / ".venv-proof" / "bin" / "slither"
SCENE = ROOT / "build" / "slither"


def lay_out(root: Path, scene: Path) -> None:
    """``scene`` looks to slither like a Foundry project whose compile is done."""
    shutil.rmtree(scene, ignore_errors=True)
    (scene / "build-info").mkdir(parents=True)
    (scene / "foundry.toml").write_text("[profile.default]\n", encoding="utf-8")
    (scene / "contracts").symlink_to(root / "contracts")
    (scene / "node_modules").symlink_to(ROOT / "node_modules")
    shutil.copy(build_info(root), scene / "build-info" / "contracts.json")


def forge_folder() -> Path:
    return next((ROOT / "node_modules" / "@foundry-rs").glob("forge-*/bin"))


def judge(root: Path = ROOT, scene: Path = SCENE, run: Run = run) -> CompletedProcess[str]:
    """Slither's own exit code and words; 0 only when nothing was found.

    ``run`` starts a command and returns what it printed.
    """
    lay_out(root, scene)
    command = [str(SLITHER), ".", "--foundry-ignore-compile"]
    command += ["--foundry-build-info-directory", "build-info"]
    command += ["--config-file", str(ROOT / "slither.config.json"), "--fail-pedantic"]
    path = f"{forge_folder()}{os.pathsep}{os.environ['PATH']}"
    return run(command, env={**os.environ, "PATH": path}, cwd=scene)


def main() -> int:
    if not SLITHER.exists():
        print("slither: not installed: run 'make setup'", file=sys.stderr)
        return 1
    done = judge()
    print(done.stdout + done.stderr)
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
