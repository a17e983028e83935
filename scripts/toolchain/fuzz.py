"""The long run of the forge suite: ``python -m scripts.toolchain.fuzz [--minutes N] [arguments of forge test]``.

Profile `release`: 10,000 draws for each fuzz test, 1,024 walks of 256 steps for each invariant. With minutes, each
fuzz test and each invariant goes on drawing until its time is over, at a seed that is new each time and printed.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UNBOUNDED_RUNS = str(2**31)


def environment(minutes: int | None) -> dict[str, str]:
    chosen = {"FOUNDRY_PROFILE": "release", "FOUNDRY_FUZZ_SEED": f"0x{secrets.token_hex(8)}"}
    if minutes is not None:
        for kind in ("FUZZ", "INVARIANT"):
            chosen[f"FOUNDRY_{kind}_TIMEOUT"] = str(minutes * 60)
            chosen[f"FOUNDRY_{kind}_RUNS"] = UNBOUNDED_RUNS
    return chosen


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, help="time for each fuzz test and each invariant")
    options, rest = parser.parse_known_args()
    chosen = environment(options.minutes)
    print(f"seed {chosen['FOUNDRY_FUZZ_SEED']}: FOUNDRY_FUZZ_SEED replays this run", flush=True)
    selected = rest or ["--match-test", "^(testFuzz_|invariant_)"]
    command = ["scripts/toolchain/forge", "test", *selected]
    return subprocess.run(command, cwd=ROOT, env={**chosen, **os.environ}, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
